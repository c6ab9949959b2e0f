//! Erlang A: M/M/n+M, contacts wait until they are answered or their patience ends.
//!
//! | symbol | meaning |
//! |---|---|
//! | n | agents; real numbers continue the formula |
//! | λ, μ, θ | arrivals, completions of one agent, abandonments of one waiting contact, 1/s |
//! | a = λ/μ, ρ = a/n | offered load in erlangs, load of an agent |
//! | r = μ/θ | patience in handle times |
//! | y = n r, x = a r | rates of service and of arrival in units of θ |
//! | s = θ t | time in units of the mean patience |
//! | H = H(y, x) | 1F1(1; y + 1; x), the rising sum of [`super::series`] |
//! | g(s) = x (1 - e^-s) - y s | exponent of the density of the offered wait |
//! | V, W | offered (virtual) wait; wait until answered or gone |
//! | D = 1/B(n - 1, a) + ρ H | normaliser |
//!
//! P(wait) = ρ H / D; the density of V at s > 0 is (x/D) e^{g(s)} ds; P(V > s) = P(wait) P(y, x e^-s) / P(y, x) with
//! the lower incomplete gamma function P; everything else is an integral of e^g:
//!
//! - answered by s: (1/B(n - 1, a) + x ∫₀ˢ e^-v e^g(v) dv) / D
//! - abandoned by s: (1 - e^-s) P(V > s) + (x/D) ∫₀ˢ (1 - e^-v) e^g(v) dv
//! - P(abandon) = (1 + (ρ - 1) H) / D, mean wait of all = P(abandon) / θ
//!
//! Overflow never arises: below the critical load everything is divided by 1/B(n - 1, a), above it multiplied by the
//! Poisson probability π(y; x), so that only numbers near one are added. Closed forms are used where their terms do
//! not cancel, else the integral itself, whose terms are all positive.
//! Leaves out: patience and handle times that are not exponential, and carry-over between intervals.
//!
//! # Source
//! Palm (1946); Garnett, Mandelbaum, Reiman (2002), M&SOM 4(3); Mandelbaum, Zeltyn (2007), "Service engineering in
//! action: the Palm/Erlang-A queue".

use super::poisson::ln_poisson;
use super::quadrature::{NEGLIGIBLE, curvature, integrate};
use super::series::{self, Blocking, lower_gamma, rising, rising_sum};

/// Load up to which H is summed directly even above the critical load.
const SMALL: f64 = 64.0;
/// Loss of digits by cancellation at which the integral takes over from the closed form.
const CANCELLED: f64 = 50.0;
/// Longest patience in handle times that is told from infinite.
const LONGEST: f64 = 1e100;

/// Where H is kept: divided by 1/B below the critical load, multiplied by π above it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Scale {
    /// H itself is of moderate size.
    Direct { h: f64 },
    /// π H = P(y, x) is near one; holds the scaled normaliser π D.
    Overload { normaliser: f64 },
}

/// The queue M/M/n+M in its steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangA {
    agents: f64,
    load: f64,
    patience: f64,
    /// x, y and y - x.
    x: f64,
    y: f64,
    d: f64,
    scale: Scale,
    /// P(V = 0).
    at_once: f64,
    /// ln and value of 1 / D.
    ln_unit: f64,
    unit: f64,
    /// H / D.
    h_unit: f64,
    abandon: f64,
    answered: f64,
}

impl ErlangA {
    /// The queue of `agents` n > 0, real, `offered` a > 0 erlangs and `patience` r > 0 in handle times.
    ///
    /// A patience beyond 1e100 handle times counts as 1e100. Cost: three sums of some √n terms, or 24-point integrals
    /// where those would be long.
    pub fn new(agents: f64, offered: f64, patience: f64) -> Self {
        Self::above(agents, offered, patience, blocking_before(agents, offered))
    }

    /// The queue above `agents` n busy servers, whatever the states below: 1 / `before` is the sum of their probabilities
    /// over that of n - 1.
    pub(super) fn above(agents: f64, offered: f64, patience: f64, before: Blocking) -> Self {
        let r = patience.clamp(f64::MIN_POSITIVE, LONGEST);
        let (x, y, d) = (offered * r, agents * r, (agents - offered) * r);
        let load = offered / agents;
        let blank = Self {
            agents,
            load,
            patience: r,
            x,
            y,
            d,
            scale: Scale::Direct { h: 1.0 },
            at_once: 0.0,
            ln_unit: 0.0,
            unit: 0.0,
            h_unit: 0.0,
            abandon: 0.0,
            answered: 0.0,
        };
        if d >= 0.0 || x <= SMALL { blank.direct(before) } else { blank.overloaded(before) }
    }

    /// Everything divided by 1/B(n - 1, a).
    fn direct(self, before: Blocking) -> Self {
        let h = rising(self.y, self.x, self.d);
        let b = before.probability;
        let normaliser = 1.0 + self.load * h.sum * b;
        let unit = b / normaliser;
        Self {
            scale: Scale::Direct { h: h.sum },
            at_once: 1.0 / normaliser,
            ln_unit: before.ln - normaliser.ln(),
            unit,
            h_unit: unit * h.sum,
            abandon: unit * self.load * h.moment,
            answered: (1.0 + b * (h.sum - 1.0)) / normaliser,
            ..self
        }
    }

    /// Everything multiplied by π(y; x).
    fn overloaded(self, before: Blocking) -> Self {
        let (h, ln_poisson) = lower_gamma(self.y, self.x, self.d);
        let poisson = ln_poisson.exp();
        // Only states below that are no Erlang B can outweigh an overload beyond all numbers.
        let free = if before.inverse.is_finite() { poisson * before.inverse } else { (ln_poisson - before.ln).exp().min(1e300) };
        let normaliser = free + self.load * h;
        Self {
            scale: Scale::Overload { normaliser },
            at_once: free / normaliser,
            ln_unit: ln_poisson - normaliser.ln(),
            unit: poisson / normaliser,
            h_unit: h / normaliser,
            abandon: (poisson + (self.load - 1.0) * h) / normaliser,
            answered: (free - poisson + h) / normaliser,
            ..self
        }
    }

    /// Probability that a contact finds all agents busy.
    pub fn wait_probability(&self) -> f64 {
        (self.load * self.h_unit).min(1.0)
    }

    /// Its logarithm, for probabilities below 1e-308.
    pub fn ln_wait_probability(&self) -> f64 {
        match self.scale {
            Scale::Direct { h } => (self.ln_unit + (self.load * h).ln()).min(0.0),
            Scale::Overload { .. } => self.wait_probability().ln(),
        }
    }

    /// Share of contacts that abandon.
    pub fn abandonment(&self) -> f64 {
        self.abandon.min(1.0)
    }

    /// Share of contacts that are answered, without cancellation where nearly all abandon.
    pub fn answered(&self) -> f64 {
        self.answered.min(1.0)
    }

    /// Mean wait of all contacts, abandoned ones included, in handle times: P(abandon) / θ.
    pub fn mean_wait(&self) -> f64 {
        self.abandonment() * self.patience
    }

    /// Busy share of agents, ρ (1 - P(abandon)).
    pub fn occupancy(&self) -> f64 {
        (self.load * self.answered).min(1.0)
    }

    /// Mean number waiting.
    pub fn queue_length(&self) -> f64 {
        self.mean_wait() * self.load * self.agents
    }

    /// Mean wait of answered contacts, in handle times: r ∫ v e^-v e^g dv / ∫ e^-v e^g dv, weighted by those who waited.
    pub fn mean_wait_answered(&self) -> f64 {
        let (ln_weight, [served, _, first, _]) = self.density(f64::INFINITY);
        // Answered after a wait: (H - 1) / D, and the integral itself where H is hardly more than one.
        let closed = self.h_unit - self.unit;
        let waited = if closed > self.unit { closed } else { ln_weight.exp() * served };
        self.patience * first / served * waited / self.answered
    }

    /// Mean wait of contacts that abandon, in handle times: r ∫ (1 - e^-v - v e^-v) e^g dv / ∫ (1 - e^-v) e^g dv.
    pub fn mean_wait_abandoned(&self) -> f64 {
        let (_, [_, left, _, first]) = self.density(f64::INFINITY);
        self.patience * first / left
    }

    /// The waits up to `u` handle times.
    pub fn within(&self, u: f64) -> Within<'_> {
        let s = u.max(0.0) / self.patience;
        let (x, d) = (self.x * (-s).exp(), self.d - self.x * (-s).exp_m1());
        let grown = match self.scale {
            Scale::Direct { .. } => self.unit * self.exponent(s).exp(),
            // π(y; x) e^g(s) = π(y; x e^-s)
            Scale::Overload { normaliser } => ln_poisson(self.y, x, d).exp() / normaliser,
        };
        let h_unit = match self.scale {
            Scale::Overload { normaliser } if d < 0.0 && x >= SMALL => lower_gamma(self.y, x, d).0 / normaliser,
            _ => grown * rising_sum(self.y, x, d),
        };
        Within { queue: self, s, grown, h_unit: h_unit.min(self.h_unit) }
    }

    /// g(s) = x (1 - e^-s) - y s, without cancellation for small s.
    fn exponent(&self, s: f64) -> f64 {
        if s > 0.5 { -self.x * (-s).exp_m1() - self.y * s } else { -self.d * s - self.x * curvature(s) }
    }

    /// (x/D) ∫₀ˢ w(v) e^g(v) dv for w = e^-v, 1 - e^-v, v e^-v and 1 - e^-v - v e^-v, as a common factor, in logarithms,
    /// and four integrals relative to the mode of g.
    fn density(&self, s: f64) -> (f64, [f64; 4]) {
        let (mode, x, d) = match self.load.ln() {
            critical if critical <= 0.0 => (0.0, self.x, self.d),
            critical if critical < s => (critical, self.y, 0.0),
            _ => (s, self.x * (-s).exp(), self.d - self.x * (-s).exp_m1()),
        };
        let ln_weight = match self.scale {
            Scale::Direct { .. } => self.ln_unit + self.exponent(mode),
            Scale::Overload { normaliser } => ln_poisson(self.y, x, d) - normaliser.ln(),
        };
        // g around its mode, from the load that is left there: no large numbers are subtracted.
        let fall = |away: f64| {
            if away.abs() > 0.5 { -x * (-away).exp_m1() - self.y * away } else { -d * away - x * curvature(away) }
        };
        let fallen = |v: f64| fall(v - mode) < -NEGLIGIBLE;
        let lo = if fallen(0.0) { boundary(mode, 0.0, fallen) } else { 0.0 };
        let mut far = mode + 1.0 / (1.0 + self.y);
        while far < s && !fallen(far) {
            far = mode + 2.0 * (far - mode);
        }
        let hi = if far < s { boundary(mode, far, fallen) } else { s };
        let mut sums = [0.0; 4];
        for end in [lo, hi] {
            // Panels widen away from the mode: impatience e^-v may end long before the density does.
            let (mut from, mut width) = (0.0, 8.0 / (1.0 + self.y));
            let span = (end - mode).abs();
            while from < span {
                let to = if from + 1.5 * width < span { from + width } else { span };
                let sign = if end < mode { -1.0 } else { 1.0 };
                let panel = integrate(from, to, |away| {
                    let v = mode + sign * away;
                    let weight = self.x * fall(sign * away).exp();
                    let (stays, leaves) = ((-v).exp(), -(-v).exp_m1());
                    let late = if v < 0.5 { stays * curvature(-v) } else { leaves - v * stays };
                    [weight * stays, weight * leaves, weight * v * stays, weight * late]
                });
                for (sum, panel) in sums.iter_mut().zip(panel) {
                    *sum += panel;
                }
                (from, width) = (to, 2.0 * width);
            }
        }
        (ln_weight, sums)
    }
}

/// B(n - 1, a); for n < 1 by the recursion backwards from B(n, a).
fn blocking_before(agents: f64, offered: f64) -> Blocking {
    if agents >= 1.0 {
        return series::blocking(agents - 1.0, offered, agents - 1.0 - offered);
    }
    let inverse = (series::blocking(agents, offered, agents - offered).inverse - 1.0) * offered / agents;
    Blocking { probability: 1.0 / inverse, ln: -inverse.ln(), inverse }
}

/// Where a monotone condition turns from false at `inside` to true at `outside`, to a thousandth of the span.
fn boundary(inside: f64, outside: f64, outside_is: impl Fn(f64) -> bool) -> f64 {
    let (mut inside, mut outside) = (inside, outside);
    for _ in 0..60 {
        let middle = 0.5 * (inside + outside);
        if outside_is(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
        if (outside - inside).abs() < 1e-3 * (outside.abs().max(inside.abs())) {
            break;
        }
    }
    outside
}

/// What has become of contacts some time after they came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Within<'a> {
    queue: &'a ErlangA,
    s: f64,
    /// e^{g(s)} / D.
    grown: f64,
    /// e^{g(s)} H(y, x e^-s) / D.
    h_unit: f64,
}

impl Within<'_> {
    /// P(V > s): share that would still wait, had they stayed.
    pub fn virtual_late(&self) -> f64 {
        (self.queue.load * self.h_unit).min(1.0)
    }

    /// P(V ≤ s): share whose wait, had they stayed, has ended.
    pub fn virtual_within(&self) -> f64 {
        let (queue, waited) = (self.queue, self.queue.load * (self.queue.h_unit - self.h_unit));
        let closed = queue.at_once + waited;
        if queue.load * queue.h_unit < CANCELLED * closed {
            return closed.min(1.0);
        }
        let (ln_weight, [served, left, ..]) = queue.density(self.s);
        (queue.at_once + ln_weight.exp() * (served + left)).min(1.0)
    }

    /// Share answered by now.
    pub fn served(&self) -> f64 {
        let queue = self.queue;
        let grown = self.grown;
        let closed = queue.at_once + (grown - queue.unit) + (queue.h_unit - self.h_unit);
        if grown + queue.unit + queue.h_unit + self.h_unit < CANCELLED * closed {
            return closed.min(1.0);
        }
        let (ln_weight, [served, ..]) = queue.density(self.s);
        (queue.at_once + ln_weight.exp() * served).min(1.0)
    }

    /// Share gone unanswered by now.
    pub fn abandoned(&self) -> f64 {
        let (ln_weight, [_, left, ..]) = self.queue.density(self.s);
        -(-self.s).exp_m1() * self.virtual_late() + ln_weight.exp() * left
    }

    /// Share answered or gone by now: P(V ≤ s) + P(V > s) (1 - e^-s).
    pub fn ended(&self) -> f64 {
        (self.virtual_within() - (-self.s).exp_m1() * self.virtual_late()).min(1.0)
    }

    /// Share still waiting: P(V > s) e^-s.
    pub fn waiting(&self) -> f64 {
        self.virtual_late() * (-self.s).exp()
    }
}
