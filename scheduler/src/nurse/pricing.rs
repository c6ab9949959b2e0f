//! The cheapest line of work of one member of staff at given (day, shift) prices, by dynamic programming.
//!
//! State before a day: a *node* (days off in a row, capped at the shortest rest; or group of the last shift and days
//! worked in a row), a *layer* (weekends worked and counts of the counted shifts) and the minutes worked so far. A
//! node's table is dense over layers and minutes, so one transition is a vector minimum; minutes are kept to the band
//! from which the limits can still be met. What is not counted (weekends, shift maxima) is relaxed: the value is then
//! a lower bound, exact when the line returned breaks nothing. All arithmetic is on integers and exact.

mod day;

use std::ops::ControlFlow::{self, Break, Continue};

use self::day::Day;
use super::model::{IMPOSSIBLE, Line, StaffRules};
use super::span::{Remaining, Span, leads_to_rest, new_weekend};

/// A pricing problem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'t> {
    pub rules: &'t StaffRules,
    /// Price of each cell.
    pub prices: &'t [i32],
    pub span: Span<'t>,
    /// Shifts whose maxima are kept exactly.
    pub counted: &'t [usize],
    pub weekends: Weekends,
}

/// How the maximum of weekends is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weekends {
    /// Kept exactly.
    Counted,
    /// Relaxed, at a price each.
    Priced(i32),
}

/// Shifts that differ in nothing but their price of the day.
#[derive(Debug)]
struct Kind {
    group: usize,
    units: usize,
    signature: usize,
    counted: Option<usize>,
    shifts: Vec<usize>,
}

/// Tables of the dynamic program, kept between calls to spare allocation.
#[derive(Debug, Default)]
pub(super) struct Pricer {
    start: usize,
    end: usize,
    low: Vec<usize>,
    high: Vec<usize>,
    width: usize,
    nodes: usize,
    layers: usize,
    weekend_size: usize,
    weekends_counted: bool,
    weekend_price: i32,
    /// Stride and size of each counted shift within a layer index.
    count_steps: Vec<(usize, usize)>,
    kinds: Vec<Kind>,
    signatures: Vec<Vec<bool>>,
    /// Best shift of a kind on a day and its price, `[t * kinds + kind]`.
    offers: Vec<Option<(usize, i32)>>,
    /// Whether the day may be off.
    rest_allowed: Vec<bool>,
    alive: Vec<bool>,
    values: Vec<i32>,
    cheapest: Vec<i32>,
}

impl Pricer {
    /// Value and days of the cheapest line; `None` when there is none.
    ///
    /// The value counts the days of the span only (for a window: with the few days after it that it touches).
    pub fn best_line(&mut self, task: &Task<'_>) -> Option<(i32, Line)> {
        let rest = self.solve(task)?;
        self.trace(task, &rest)
    }

    /// Fills the tables; the walks of [`super::walk_back`] read them.
    pub fn solve(&mut self, task: &Task<'_>) -> Option<Remaining> {
        let rest = self.lay_out(task)?;
        self.offer(task);
        self.fill(task, rest.node);
        Some(rest)
    }

    /// Table entries a task would need, to choose what to count.
    pub fn size(&mut self, task: &Task<'_>) -> Option<usize> {
        self.lay_out(task)?;
        Some((self.end - self.start + 1) * self.nodes * self.layers * self.width)
    }

    /// Sets the span, the remaining limits and the table's shape.
    fn lay_out(&mut self, task: &Task<'_>) -> Option<Remaining> {
        let rules = task.rules;
        let horizon = rules.off.len();
        let (from, until, end) = match task.span {
            Span::Whole => (0, horizon, horizon),
            Span::Window { from, until, .. } => {
                let end = (until + rules.longest_run + rules.shortest_rest).min(horizon);
                // a weekend must not be cut in two at the end
                (from, until, if end % 7 == 6 { end + 1 } else { end }.min(horizon))
            }
        };
        self.start = from;
        self.end = end;
        let rest = Remaining::new(rules, task.span, from, end)?;
        self.band(task, until, &rest)?;
        self.nodes = rules.shortest_rest + rules.groups * rules.longest_run;
        let weekends_in_span = (from / 7..end.div_ceil(7)).count();
        self.weekends_counted = task.weekends == Weekends::Counted && rest.weekends < weekends_in_span;
        self.weekend_size = if self.weekends_counted { rest.weekends + 1 } else { 1 };
        self.weekend_price = match task.weekends {
            Weekends::Counted => 0,
            Weekends::Priced(price) => price,
        };
        self.count_steps.clear();
        let mut layers = self.weekend_size;
        for &s in task.counted {
            let size = rest.caps[s].min(end - from) + 1;
            self.count_steps.push((layers, size));
            layers *= size;
        }
        self.layers = layers;
        self.sort_kinds(task, &rest);
        Some(rest)
    }

    /// Minutes that can be reached before each day and from which the limits can still be met.
    fn band(&mut self, task: &Task<'_>, until: usize, rest: &Remaining) -> Option<()> {
        let rules = task.rules;
        let (days, free) = (self.end - self.start, until - self.start);
        let longest = (0..rules.units.len()).filter(|&s| rest.caps[s] > 0).map(|s| rules.units[s]).max().unwrap_or(0);
        let workable: Vec<usize> = std::iter::once(0)
            .chain((self.start..until).scan(0, |sum, d| {
                *sum += usize::from(!rules.off[d]);
                Some(*sum)
            }))
            .collect();
        let most = |a: usize, b: usize| rules.most_worked(b - a).min(workable[b] - workable[a]) * longest;
        let frozen = |a: usize, b: usize| match task.span {
            Span::Whole => 0,
            Span::Window { line, .. } => (self.start + a..self.start + b).filter_map(|d| line[d]).map(|s| rules.units[s]).sum(),
        };
        self.low.clear();
        self.high.clear();
        self.width = 0;
        for t in 0..=days {
            let tail = frozen(t.max(free), days);
            let done = if t > free { frozen(free, t) } else { 0 };
            let ahead = tail + if t < free { most(t, free) } else { 0 };
            let low = done.max(rest.least.saturating_sub(ahead));
            let high = (most(0, t.min(free)) + done).min(rest.most.checked_sub(tail)?);
            if low > high {
                return None;
            }
            self.low.push(low);
            self.high.push(high);
            self.width = self.width.max(high - low + 1);
        }
        Some(())
    }

    /// Groups the shifts this member of staff may work into kinds.
    fn sort_kinds(&mut self, task: &Task<'_>, rest: &Remaining) {
        let rules = task.rules;
        self.kinds.clear();
        self.signatures.clear();
        for s in 0..rules.units.len() {
            // a frozen day may hold a shift whose remaining maximum is zero within the span's own count
            if rest.caps[s] == 0 {
                continue;
            }
            let signature: Vec<bool> = rules.follows.iter().map(|may| may[s]).collect();
            let signature = self.signatures.iter().position(|known| *known == signature).unwrap_or_else(|| {
                self.signatures.push(signature);
                self.signatures.len() - 1
            });
            let counted = task.counted.iter().position(|&c| c == s);
            let (group, units) = (rules.group[s], rules.units[s]);
            let same = |k: &&mut Kind| k.group == group && k.units == units && k.signature == signature && k.counted == counted;
            match self.kinds.iter_mut().find(same) {
                Some(kind) => kind.shifts.push(s),
                None => self.kinds.push(Kind { group, units, signature, counted, shifts: vec![s] }),
            }
        }
    }

    /// Picks each kind's cheapest shift of each day.
    fn offer(&mut self, task: &Task<'_>) {
        let shifts = task.rules.units.len();
        self.offers.clear();
        self.rest_allowed.clear();
        for d in self.start..self.end {
            let fixed = match task.span {
                Span::Window { until, line, .. } if d >= until => Some(line[d]),
                _ => None,
            };
            self.rest_allowed.push(!matches!(fixed, Some(Some(_))));
            for kind in &self.kinds {
                let priced =
                    kind.shifts.iter().copied().filter(|&s| allowed(task, d, s)).map(|s| (s, task.prices[d * shifts + s]));
                self.offers.push(priced.min_by_key(|&(_, price)| price));
            }
        }
    }

    /// Forward recursion over the days.
    fn fill(&mut self, task: &Task<'_>, node: usize) {
        let days = self.end - self.start;
        let stride = self.nodes * self.layers * self.width;
        self.values.resize(self.values.len().max((days + 1) * stride), 0);
        self.alive.clear();
        self.alive.resize((days + 1) * self.nodes, false);
        self.cheapest.resize(self.cheapest.len().max(self.layers * self.width), 0);
        self.values[..stride].fill(IMPOSSIBLE);
        self.values[node * self.layers * self.width] = 0;
        self.alive[node] = true;
        let mut values = std::mem::take(&mut self.values);
        let mut alive = std::mem::take(&mut self.alive);
        let mut cheapest = std::mem::take(&mut self.cheapest);
        for t in 0..days {
            let (past, future) = values.split_at_mut((t + 1) * stride);
            let (was, will) = alive.split_at_mut((t + 1) * self.nodes);
            let future = &mut future[..stride];
            future.fill(IMPOSSIBLE);
            let mut day = Day {
                table: self,
                rules: task.rules,
                t,
                past: &past[t * stride..],
                was: &was[t * self.nodes..],
                future,
                will: &mut will[..self.nodes],
            };
            day.rest();
            day.work(&mut cheapest[..self.layers * self.width]);
        }
        self.values = values;
        self.alive = alive;
        self.cheapest = cheapest;
    }

    /// Layer after a day of work; `None` when a maximum is passed.
    fn next_layer(&self, layer: usize, counted: Option<usize>, new_weekend: usize) -> Option<usize> {
        let mut next = layer;
        if self.weekends_counted && new_weekend == 1 {
            if layer % self.weekend_size + 1 == self.weekend_size {
                return None;
            }
            next += 1;
        }
        if let Some((stride, size)) = counted.map(|k| self.count_steps[k]) {
            if (layer / stride) % size + 1 == size {
                return None;
            }
            next += stride;
        }
        Some(next)
    }

    fn entry(&self, t: usize, node: usize, layer: usize) -> usize {
        ((t * self.nodes + node) * self.layers + layer) * self.width
    }

    /// Value of a state, `None` where it cannot be reached.
    fn value(&self, t: usize, state: State) -> Option<i32> {
        let inside = self.alive[t * self.nodes + state.node] && (self.low[t]..=self.high[t]).contains(&state.units);
        inside.then(|| self.values[self.place(t, state)]).filter(|&v| v < IMPOSSIBLE / 2)
    }

    /// Backward walk along a cheapest path.
    pub fn trace(&self, task: &Task<'_>, rest: &Remaining) -> Option<(i32, Line)> {
        let (days, start) = self.days();
        let (mut state, best) = self.ends(rest).min_by_key(|&(_, value)| value)?;
        let mut line = self.outline(task);
        let mut value = best;
        for t in (0..days).rev() {
            let step = self.step_back(task, t, state, value)?;
            line[start + t] = step.shift;
            state = step.from;
            value -= step.price;
        }
        Some((best, line))
    }

    /// The day before a state: a predecessor whose value plus the day's price gives the state's value.
    fn step_back(&self, task: &Task<'_>, t: usize, state: State, value: i32) -> Option<Step> {
        let matches = |step: Step, before: i32| if before + step.price == value { Break(step) } else { Continue(()) };
        self.predecessors(task, t, state, matches).break_value()
    }

    /// Visits every way a state after day `t` may have come about, with the cheapest value of the state before.
    pub(super) fn predecessors<B>(
        &self,
        task: &Task<'_>,
        t: usize,
        state: State,
        mut visit: impl FnMut(Step, i32) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let (rules, State { node, layer, units }) = (task.rules, state);
        let (d, rest) = (self.start + t, rules.shortest_rest);
        if node < rest {
            if !self.rest_allowed[t] {
                return Continue(());
            }
            for node in (0..self.nodes).filter(|&n| leads_to_rest(rules, n, d) == Some(node)) {
                let from = State { node, layer, units };
                if let Some(before) = self.value(t, from) {
                    visit(Step { from, shift: None, price: 0, new_weekend: 0 }, before)?;
                }
            }
            return Continue(());
        }
        let (group, run) = ((node - rest) / rules.longest_run, (node - rest) % rules.longest_run);
        let new_weekend = new_weekend(d, run);
        for (k, kind) in self.kinds.iter().enumerate().filter(|(_, kind)| kind.group == group) {
            if self.offers[t * self.kinds.len() + k].is_none() {
                continue;
            }
            let Some(units) = units.checked_sub(kind.units) else { continue };
            let Some(layer) = self.layer_before(layer, kind.counted, new_weekend) else { continue };
            let may = |g: &usize| run == 0 && *g == 0 || run > 0 && self.signatures[kind.signature][*g];
            let nodes = (0..rules.groups).filter(may);
            for node in nodes.map(|g| if run == 0 { rest - 1 } else { rest + g * rules.longest_run + run - 1 }) {
                let from = State { node, layer, units };
                let Some(before) = self.value(t, from) else { continue };
                for &shift in kind.shifts.iter().filter(|&&s| allowed(task, d, s)) {
                    let price = task.prices[d * rules.units.len() + shift] + self.weekend_price * new_weekend as i32;
                    visit(Step { from, shift: Some(shift), price, new_weekend }, before)?;
                }
            }
        }
        Continue(())
    }

    /// Layer before a day of work; `None` when no layer leads there.
    fn layer_before(&self, layer: usize, counted: Option<usize>, new_weekend: usize) -> Option<usize> {
        let mut before = layer;
        if self.weekends_counted && new_weekend == 1 {
            before -= usize::from(!layer.is_multiple_of(self.weekend_size));
            (before < layer).then_some(())?;
        }
        if let Some((stride, size)) = counted.map(|k| self.count_steps[k]) {
            (!(layer / stride).is_multiple_of(size)).then_some(())?;
            before -= stride;
        }
        Some(before)
    }

    /// States after the last day that a line may end in, with their values.
    pub(super) fn ends<'t>(&'t self, rest: &'t Remaining) -> impl Iterator<Item = (State, i32)> + 't {
        let days = self.end - self.start;
        let nodes = (0..self.nodes).filter(move |&node| rest.last.is_none_or(|last| last == node));
        let states = nodes.flat_map(move |node| {
            (0..self.layers).flat_map(move |layer| {
                let units = self.low[days].max(rest.least)..=self.high[days];
                units.map(move |units| State { node, layer, units })
            })
        });
        states.filter_map(move |state| self.value(days, state).map(|value| (state, value)))
    }

    /// The line before its free days are filled in.
    pub(super) fn outline(&self, task: &Task<'_>) -> Line {
        match task.span {
            Span::Whole => vec![None; self.end],
            Span::Window { line, .. } => line.clone(),
        }
    }

    /// Days of the span and its first day.
    pub(super) fn days(&self) -> (usize, usize) {
        (self.end - self.start, self.start)
    }

    /// Place of a state in the tables.
    pub(super) fn place(&self, t: usize, state: State) -> usize {
        self.entry(t, state.node, state.layer) + state.units - self.low[t]
    }
}

/// Whether a shift may be worked on a day of the span.
fn allowed(task: &Task<'_>, d: usize, s: usize) -> bool {
    match task.span {
        Span::Window { until, line, .. } if d >= until => line[d] == Some(s),
        _ => !task.rules.off[d],
    }
}

/// A state of the dynamic program before a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub node: usize,
    pub layer: usize,
    pub units: usize,
}

/// One step of a backward walk.
#[derive(Debug)]
pub(super) struct Step {
    pub from: State,
    pub shift: Option<usize>,
    pub price: i32,
    pub new_weekend: usize,
}
