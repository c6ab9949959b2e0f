//! One step of the Kolmogorov forward equations, by uniformization on a moving window of states.
//!
//! With x at least the total rate of any state in the window and Q the generator,
//!
//! (1) `p(h) = Σ_j w_j v_j`, `v_0 = p(0)`, `v_{j+1} = (I + Q/x) v_j`, `w_j` the Poisson probabilities of mean x h;
//!
//! (2) `∫ p(t) dt = (1/x) Σ_j P(N > j) v_j`, N Poisson with mean x h.
//!
//! Where `λ(t) = Σ b_i t^i` the derivatives of e^{xt} p(t) obey, B being the change of `p` by one arrival,
//!
//! (3) `v_{j+1} = (I + Q_0/x) v_j + Σ_{i≥1} (b_i / x) Π_{l<i} (j - l)/x  B v_{j-i}`,
//!
//! (4) `∫ λ(t) p(t) dt = Σ_i b_i Σ_j (j+1)…(j+i) / x^{i+1} P(N > j + i) v_j`.
//!
//! All terms of a constant rate are positive, so nothing cancels. States at the ends of the window are dropped below
//! 1e-17 each step.
//!
//! # Source
//! Jensen (1953); Gross, Miller (1984), Operations Research 32(2); Fox, Glynn (1988), Comm. ACM 31(4).

use super::state::{NEGLIGIBLE, QueueState};

/// Most events of the uniformized chain expected in a step.
pub(super) const STEP_EVENTS: f64 = 1500.0;
/// Most arrivals by which a changing rate may differ from a constant one in a step: bounds the cancellation in (3).
const STEP_CHANGE: f64 = 3.0;
/// Mass that may leave through the top of the window in a step before the window is made wider.
const LEAK: f64 = 1e-15;

/// Service rates that hold through a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Departures {
    pub agents: u32,
    /// Most contacts in the system; more are blocked.
    pub places: usize,
    /// μ, 1/s.
    pub completion: f64,
    /// θ, 1/s.
    pub abandonment: f64,
}

impl Departures {
    /// Rate at which contacts leave from k in the system.
    pub fn rate(&self, k: usize) -> f64 {
        let busy = k.min(self.agents as usize);
        self.completion * busy as f64 + self.abandonment * (k - busy) as f64
    }
}

/// Time, and arrivals, spent in each state: `∫ p_k dt` and `∫ λ p_k dt`, by k from 0 on.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Occupation {
    pub time: Vec<f64>,
    pub arrivals: Vec<f64>,
}

impl Occupation {
    pub fn add(&mut self, first: usize, time: &[f64], arrivals: &[f64]) {
        let end = first + time.len();
        if self.time.len() < end {
            self.time.resize(end, 0.0);
            self.arrivals.resize(end, 0.0);
        }
        for (at, (time, arrivals)) in time.iter().zip(arrivals).enumerate() {
            self.time[first + at] += time;
            self.arrivals[first + at] += arrivals;
        }
    }
}

/// Poisson probabilities of mean m from `from` on, and P(N > j) for j from 0 on.
pub(super) struct Weights {
    from: usize,
    weight: Vec<f64>,
    beyond: Vec<f64>,
}

impl Weights {
    pub fn new(mean: f64) -> Self {
        let mode = mean.floor() as usize;
        let below = (8.6 * mean.sqrt() + 2.0) as usize;
        let above = (9.0 * mean.sqrt() + 24.0) as usize;
        let (from, to) = (mode.saturating_sub(below), mode + above);
        let mut weight = vec![0.0; to - from + 1];
        weight[mode - from] = 1.0;
        for j in (from..mode).rev() {
            weight[j - from] = weight[j + 1 - from] * (j + 1) as f64 / mean;
        }
        for j in mode + 1..=to {
            weight[j - from] = weight[j - 1 - from] * mean / j as f64;
        }
        let sum: f64 = weight.iter().sum();
        for w in &mut weight {
            *w /= sum;
        }
        let mut beyond = vec![1.0; to + 1];
        let mut tail = 0.0;
        for j in (from..=to).rev() {
            beyond[j] = tail;
            tail += weight[j - from];
        }
        Self { from, weight, beyond }
    }

    pub fn last(&self) -> usize {
        self.beyond.len() - 1
    }

    pub fn at(&self, j: usize) -> f64 {
        if j < self.from { 0.0 } else { self.weight[j - self.from] }
    }

    pub fn beyond(&self, j: usize) -> f64 {
        self.beyond.get(j).map_or(0.0, |p| *p)
    }
}

/// Solves the equations over `seconds`; `rate(t)` gives the coefficients of λ from t on.
pub(super) fn advance(
    state: QueueState,
    departures: Departures,
    seconds: f64,
    rate: impl Fn(f64) -> Vec<f64>,
    occupation: &mut Occupation,
) -> QueueState {
    let (mut state, mut done, mut margin) = (state, 0.0, 0);
    while done < seconds {
        let births = rate(done);
        let mut step = Step::longest(&state, departures, births, seconds - done);
        step.widen(margin);
        loop {
            let Some(next) = step.solve(&state, occupation) else {
                margin = 2 * step.margin;
                step.widen(margin);
                continue;
            };
            state = next;
            break;
        }
        // A step that ends within rounding of the interval's end is its last.
        done = if step.seconds >= (seconds - done) * (1.0 - 1e-12) { seconds } else { done + step.seconds };
    }
    state
}

/// One step: the rates, its length and its window.
struct Step {
    births: Vec<f64>,
    departures: Departures,
    seconds: f64,
    longest: f64,
    /// The highest state at the start.
    high: usize,
    /// States above it that are kept.
    margin: usize,
    /// x.
    events: f64,
}

impl Step {
    fn longest(state: &QueueState, departures: Departures, births: Vec<f64>, seconds: f64) -> Self {
        let mut longest = seconds;
        let change = |h: f64| births.iter().enumerate().skip(1).map(|(i, b)| b.abs() * h.powi(i as i32 + 1)).sum::<f64>();
        while change(longest) > STEP_CHANGE {
            longest *= 0.5;
        }
        let high = state.last();
        let out = births[0].abs() + departures.rate(high);
        // Impatience makes wide windows dear: every state more adds θ to the rate of all.
        let growth = departures.abandonment.max(1e-300);
        let margin = (0.15 * out / growth).clamp(8.0, 4096.0) as usize;
        let mut step = Self { births, departures, seconds: longest, longest, high, margin, events: 0.0 };
        step.widen(margin);
        step
    }

    /// Keeps at least `margin` states above the start's highest, and fits the length of the step.
    fn widen(&mut self, margin: usize) {
        self.margin = self.margin.max(margin);
        let most = self.births.iter().enumerate().map(|(i, b)| b.abs() * self.longest.powi(i as i32)).sum::<f64>();
        let top = if most > 0.0 { self.top(self.margin) } else { self.high };
        self.events = most + self.departures.rate(top);
        self.seconds = if self.events > 0.0 { self.longest.min(STEP_EVENTS / self.events) } else { self.longest };
    }

    /// The highest state of a window with `margin` states above the start's highest.
    fn top(&self, margin: usize) -> usize {
        (self.high + margin).min(self.departures.places.max(self.high))
    }

    /// The state at the end; none where too much left through the top of the window.
    fn solve(&self, state: &QueueState, occupation: &mut Occupation) -> Option<QueueState> {
        if self.events <= 0.0 {
            let time: Vec<f64> = state.probabilities().iter().map(|p| p * self.seconds).collect();
            occupation.add(state.first(), &time, &vec![0.0; time.len()]);
            return Some(state.clone());
        }
        let weights = Weights::new(self.events * self.seconds);
        let base = state.first().saturating_sub(weights.last());
        let mut walk = Walk::new(self, state, base, weights.last());
        match self.births[..] {
            [_] => walk.run_constant(&weights),
            _ => walk.run_changing(&self.births, &weights),
        }
        if walk.leak > LEAK {
            return None;
        }
        let (lo, hi) = (walk.reached.0 - 2, walk.reached.1 - 2);
        let arrivals: Vec<f64> = if self.births.len() == 1 {
            walk.time[lo + 2..=hi + 2].iter().map(|t| t * self.births[0]).collect()
        } else {
            walk.arrivals[lo + 2..=hi + 2].to_vec()
        };
        occupation.add(base + lo, &walk.time[lo + 2..=hi + 2], &arrivals);
        Some(QueueState::windowed(base + lo, walk.sum[lo + 2..=hi + 2].to_vec()))
    }
}

/// The uniformized chain on a window; index i is state `base + i - 2`, two empty places at either end.
struct Walk {
    events: f64,
    birth: f64,
    /// `1 - (λ + d_k) / x` and `d_k / x`.
    stay: Vec<f64>,
    down: Vec<f64>,
    now: Vec<f64>,
    next: Vec<f64>,
    /// Active part of `now`.
    active: (usize, usize),
    /// All indices that were ever active.
    reached: (usize, usize),
    sum: Vec<f64>,
    time: Vec<f64>,
    arrivals: Vec<f64>,
    /// Whether arrivals in the highest state are blocked rather than lost to the window.
    full: bool,
    leak: f64,
}

impl Walk {
    /// No more than `most` states above the start's are reached.
    fn new(step: &Step, state: &QueueState, base: usize, most: usize) -> Self {
        let grows = step.births.iter().any(|b| *b != 0.0);
        let top = if grows { step.top(step.margin.min(most)) } else { step.high };
        let full = top >= step.departures.places;
        let len = top - base + 5;
        let (birth, x) = (step.births[0], step.events);
        let mut stay = vec![0.0; len];
        let mut down = vec![0.0; len];
        for i in 2..len - 2 {
            let rate = step.departures.rate(base + i - 2);
            stay[i] = 1.0 - (birth + rate) / x;
            down[i] = rate / x;
        }
        if full {
            stay[len - 3] += birth / x;
        }
        let mut now = vec![0.0; len];
        let from = state.first() - base + 2;
        let active = (from, from + state.probabilities().len() - 1);
        now[active.0..=active.1].copy_from_slice(state.probabilities());
        Self {
            events: x,
            birth: birth / x,
            stay,
            down,
            now,
            next: vec![0.0; len],
            active,
            reached: active,
            sum: vec![0.0; len],
            time: vec![0.0; len],
            arrivals: Vec::new(),
            full,
            leak: 0.0,
        }
    }

    /// (1), (2) with a constant rate.
    fn run_constant(&mut self, weights: &Weights) {
        for j in 0..=weights.last() {
            let (weight, spent) = (weights.at(j), weights.beyond(j) / self.events);
            let (a, b) = self.active;
            if weight > 0.0 {
                for (sum, p) in self.sum[a..=b].iter_mut().zip(&self.now[a..=b]) {
                    *sum += weight * p;
                }
            }
            self.account_leak(spent);
            let (a, b) = (a.saturating_sub(1).max(2), (b + 1).min(self.now.len() - 3));
            let birth = self.birth;
            let neighbours = self.now[a - 1..b].iter().zip(&self.now[a..=b]).zip(&self.now[a + 1..b + 2]);
            let rates = self.stay[a..=b].iter().zip(&self.down[a + 1..b + 2]);
            let targets = self.next[a..=b].iter_mut().zip(&mut self.time[a..=b]);
            for (((next, time), (stay, down)), ((left, here), right)) in targets.zip(rates).zip(neighbours) {
                *time += spent * here;
                *next = stay * here + birth * left + down * right;
            }
            self.settle(a, b);
        }
    }

    /// (1) to (4) with a changing rate.
    fn run_changing(&mut self, births: &[f64], weights: &Weights) {
        let x = self.events;
        self.arrivals = vec![0.0; self.now.len()];
        let mut past: Vec<Vec<f64>> = Vec::new();
        for j in 0..=weights.last() {
            let (weight, spent) = (weights.at(j), weights.beyond(j) / x);
            let (a, b) = self.active;
            let mut came = births[0] * spent;
            let mut factor = 1.0 / x;
            for (i, birth) in births.iter().enumerate().skip(1) {
                factor *= (j + i) as f64 / x;
                came += birth * factor * weights.beyond(j + i);
            }
            for i in a..=b {
                self.sum[i] += weight * self.now[i];
                self.time[i] += spent * self.now[i];
                self.arrivals[i] += came * self.now[i];
            }
            self.account_leak(spent);
            let (a, b) = (a.saturating_sub(1).max(2), (b + 1).min(self.now.len() - 3));
            let (a, b) = (a.min(self.reached.0), b.max(self.reached.1));
            for i in a..=b {
                self.next[i] = self.stay[i] * self.now[i] + self.birth * self.now[i - 1] + self.down[i + 1] * self.now[i + 1];
            }
            let mut factor = 1.0 / x;
            for (i, birth) in births.iter().enumerate().skip(1).take(past.len()) {
                factor *= (j + 1 - i) as f64 / x;
                let earlier = &past[past.len() - i];
                for k in a..=b {
                    let leaves = if self.full && k + 3 == earlier.len() { 0.0 } else { earlier[k] };
                    self.next[k] += birth * factor * (earlier[k - 1] - leaves);
                }
            }
            past.push(self.now.clone());
            if past.len() >= births.len() {
                past.remove(0);
            }
            self.active = (a, b);
            self.reached = (self.reached.0.min(a), self.reached.1.max(b));
            std::mem::swap(&mut self.now, &mut self.next);
        }
    }

    /// Arrivals in the highest state leave the window.
    fn account_leak(&mut self, spent: f64) {
        let top = self.now.len() - 3;
        if self.active.1 == top && !self.full {
            self.leak += self.birth * self.events * spent * self.now[top].abs();
        }
    }

    /// Takes over `next` on a..=b without its negligible ends.
    fn settle(&mut self, a: usize, b: usize) {
        let (mut lo, mut hi) = (a, b);
        while lo < hi && self.next[lo] < NEGLIGIBLE {
            self.next[lo] = 0.0;
            lo += 1;
        }
        while hi > lo && self.next[hi] < NEGLIGIBLE {
            self.next[hi] = 0.0;
            hi -= 1;
        }
        // The buffer may hold older values beyond: the next step reads two places there.
        for i in [lo - 1, lo - 2, hi + 1, hi + 2] {
            self.next[i] = 0.0;
        }
        self.active = (lo, hi);
        self.reached = (self.reached.0.min(lo), self.reached.1.max(hi));
        std::mem::swap(&mut self.now, &mut self.next);
    }
}
