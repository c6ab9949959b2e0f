//! Legal lines read off the filled tables: the cheapest one, or all below a price.
//!
//! The table's value of a state is the price of the cheapest prefix that leads to it, with some maxima relaxed. Read
//! from the end of the line backwards it is therefore an admissible estimate of what is still to pay: a best-first
//! walk (Hart, Nilsson, Raphael 1968) that counts every maximum on the suffix ends at the cheapest legal line, and a
//! depth-first walk pruned by the estimate finds every legal line below a price and visits no dead end but those that
//! the relaxed maxima hide.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::ops::ControlFlow::{self, Break, Continue};

use super::model::{Line, StaffRules};
use super::pricing::{Pricer, State, Step, Task, Weekends};
use super::response::COUNTABLE;
use super::span::{Remaining, Span};

/// What the suffix of a line has used of the maxima the tables relax, most binding use first to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Used {
    shifts: [u16; MOST_SHIFTS],
    weekends: u16,
}

/// Shift types whose maxima a walk counts; those beyond stay with the tables.
const MOST_SHIFTS: usize = 32;

impl Used {
    /// Use after one more step back; `None` when a maximum is passed.
    fn after(&self, step: &Step, rest: &Remaining) -> Option<Self> {
        let mut used = *self;
        let Some(s) = step.shift else { return Some(used) };
        if rest.caps[s] != usize::MAX {
            used.shifts[s] = used.shifts[s].saturating_add(1);
            (usize::from(used.shifts[s]) <= rest.caps[s]).then_some(())?;
        }
        used.weekends += step.new_weekend as u16;
        (usize::from(used.weekends) <= rest.weekends).then_some(used)
    }

    /// What the use comes to at the multipliers of the limits.
    fn price(&self, limits: &[i32]) -> i32 {
        let Some((weekends, shifts)) = limits.split_last() else { return 0 };
        let worked: i32 = shifts.iter().zip(&self.shifts).map(|(price, &n)| price * i32::from(n)).sum();
        worked + weekends * i32::from(self.weekends)
    }

    /// Whether nothing is used more than by another.
    fn within(&self, other: &Self) -> bool {
        self.weekends <= other.weekends && self.shifts.iter().zip(&other.shifts).all(|(a, b)| a <= b)
    }
}

/// A suffix of a line: everything from day `t` on.
#[derive(Debug, Clone, Copy)]
struct Suffix {
    t: usize,
    state: State,
    price: i32,
    used: Used,
    /// The suffix it grew from, and the shift put before that.
    grown: Option<(usize, Option<usize>)>,
}

/// What a walk found out about the cheapest legal line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cheapest {
    /// There is none.
    Nothing,
    /// Its value and its days.
    Line(i32, Line),
    /// Stopped before it was found: it costs at least this.
    AtLeast(i32),
}

/// The cheapest legal line of filled tables, all maxima kept, expanding `most` suffixes at the most.
///
/// `limits` are the multipliers of the maxima within the prices of `task` (none, or one a shift and one for the
/// weekends); a line is valued without them.
pub(super) fn cheapest_legal(pricer: &Pricer, task: &Task<'_>, rest: &Remaining, (limits, most): (&[i32], usize)) -> Cheapest {
    // priced limits: what is left of a limit at the end of the walk was paid for in vain
    let at_limits: i32 = limits.iter().zip(rest.limits()).map(|(price, limit)| price * limit).sum();
    if rest.caps.len() > MOST_SHIFTS {
        let least = pricer.ends(rest).map(|(_, value)| value - at_limits).min();
        return least.map_or(Cheapest::Nothing, Cheapest::AtLeast);
    }
    let (days, _) = pricer.days();
    let mut suffixes: Vec<Suffix> = Vec::new();
    let mut open = BinaryHeap::new();
    for (state, value) in pricer.ends(rest) {
        open.push(Reverse((value - at_limits, days, suffixes.len())));
        suffixes.push(Suffix { t: days, state, price: 0, used: Used::default(), grown: None });
    }
    let mut closed: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut expanded = 0;
    while let Some(Reverse((value, t, index))) = open.pop() {
        let suffix = suffixes[index];
        if t == 0 {
            return Cheapest::Line(value, spell(pricer, task, &suffixes, index));
        }
        let known = closed.entry(pricer.place(t, suffix.state)).or_default();
        let unpriced = suffix.price - suffix.used.price(limits);
        let dominates = |s: &Suffix| s.used.within(&suffix.used) && s.price - s.used.price(limits) <= unpriced;
        if known.iter().any(|&k| dominates(&suffixes[k])) {
            continue;
        }
        known.push(index);
        expanded += 1;
        if expanded > most {
            return Cheapest::AtLeast(value);
        }
        let _: ControlFlow<()> = pricer.predecessors(task, t - 1, suffix.state, |step, before| {
            if let Some(used) = suffix.used.after(&step, rest) {
                let price = suffix.price + step.price;
                let unpriced = if t > 1 { at_limits } else { used.price(limits) };
                open.push(Reverse((before + price - unpriced, t - 1, suffixes.len())));
                suffixes.push(Suffix { t: t - 1, state: step.from, price, used, grown: Some((index, step.shift)) });
            }
            Continue(())
        });
    }
    Cheapest::Nothing
}

/// The days of a whole line.
fn spell(pricer: &Pricer, task: &Task<'_>, suffixes: &[Suffix], whole: usize) -> Line {
    let mut line = pricer.outline(task);
    let (_, start) = pricer.days();
    let mut at = whole;
    while let Some((from, shift)) = suffixes[at].grown {
        line[start + suffixes[at].t] = shift;
        at = from;
    }
    line
}

/// The task whose tables a walk over all legal lines of the whole horizon reads; `None` where there is no line.
pub(super) fn legal_task<'t>(pricer: &mut Pricer, rules: &'t StaffRules, prices: &'t [i32]) -> Option<Task<'t>> {
    let mut task = Task { rules, prices, span: Span::Whole, counted: &[], weekends: Weekends::Counted };
    if pricer.size(&task)? > COUNTABLE {
        task.weekends = Weekends::Priced(0);
    }
    Some(task)
}

/// Every legal line of value at most `ceiling`; `None` when there are more than `most` or the walk gets too long.
pub(super) fn lines_below(pricer: &mut Pricer, task: &Task<'_>, ceiling: i32, most: usize) -> Option<Vec<Line>> {
    let Some(rest) = pricer.solve(task) else { return Some(Vec::new()) };
    if rest.caps.len() > MOST_SHIFTS {
        return None;
    }
    let mut all =
        All { pricer, task, rest: &rest, ceiling, most, steps: most * 60, line: pricer.outline(task), found: Vec::new() };
    let (days, _) = pricer.days();
    for (state, value) in pricer.ends(&rest) {
        if value <= ceiling && all.extend(&Suffix { t: days, state, price: 0, used: Used::default(), grown: None }).is_break() {
            return None;
        }
    }
    Some(all.found)
}

/// A depth-first walk.
struct All<'t> {
    pricer: &'t Pricer,
    task: &'t Task<'t>,
    rest: &'t Remaining,
    ceiling: i32,
    most: usize,
    steps: usize,
    line: Line,
    found: Vec<Line>,
}

impl All<'_> {
    fn extend(&mut self, suffix: &Suffix) -> ControlFlow<()> {
        self.steps = match self.steps.checked_sub(1) {
            Some(steps) => steps,
            None => return Break(()),
        };
        let Some(t) = suffix.t.checked_sub(1) else {
            self.found.push(self.line.clone());
            return if self.found.len() > self.most { Break(()) } else { Continue(()) };
        };
        let (pricer, task, rest) = (self.pricer, self.task, self.rest);
        let (_, start) = pricer.days();
        pricer.predecessors(task, t, suffix.state, |step, before| {
            let price = suffix.price + step.price;
            if before + price > self.ceiling {
                return Continue(());
            }
            let Some(used) = suffix.used.after(&step, rest) else { return Continue(()) };
            self.line[start + t] = step.shift;
            self.extend(&Suffix { t, state: step.from, price, used, grown: None })
        })
    }
}
