//! The free part of a line, what the rest of it leaves of the limits, and the nodes where the two meet.

use super::model::{Line, StaffRules};

/// What part of the line is free.
#[derive(Debug, Clone, Copy)]
pub(super) enum Span<'t> {
    /// The whole horizon.
    Whole,
    /// Days `from..until` of a legal line; everything else stays.
    Window { from: usize, until: usize, line: &'t Line },
}

/// 1 when working day `d` starts a new weekend after `run` worked days in a row.
pub(super) fn new_weekend(d: usize, run: usize) -> usize {
    usize::from(d % 7 == 5 || d % 7 == 6 && run == 0)
}

/// Node reached from `node` by a day off on day `d`; `None` when the run of work is too short to end.
pub(super) fn leads_to_rest(rules: &StaffRules, node: usize, d: usize) -> Option<usize> {
    if node < rules.shortest_rest {
        return Some((node + 1).min(rules.shortest_rest - 1));
    }
    let run = (node - rules.shortest_rest) % rules.longest_run + 1;
    // a run that began on day 0 is taken to continue before the horizon
    (run >= rules.shortest_run || run == d).then_some(0)
}

/// What the days outside the span leave of the limits.
#[derive(Debug)]
pub(super) struct Remaining {
    pub least: usize,
    pub most: usize,
    pub caps: Vec<usize>,
    pub weekends: usize,
    pub node: usize,
    /// Node the span must end in.
    pub last: Option<usize>,
}

impl Remaining {
    /// `None` when the days outside break a limit on their own.
    pub fn new(rules: &StaffRules, span: Span<'_>, start: usize, end: usize) -> Option<Self> {
        let mut rest = Self {
            least: rules.least_units,
            most: rules.most_units,
            caps: rules.caps.clone(),
            weekends: rules.weekends,
            node: rules.shortest_rest - 1,
            last: None,
        };
        let Span::Window { line, .. } = span else { return Some(rest) };
        let outside = |d: &usize| *d < start || *d >= end;
        for s in (0..line.len()).filter(outside).filter_map(|d| line[d]) {
            rest.least = rest.least.saturating_sub(rules.units[s]);
            rest.most = rest.most.checked_sub(rules.units[s])?;
            if rest.caps[s] != usize::MAX {
                rest.caps[s] = rest.caps[s].checked_sub(1)?;
            }
        }
        let weekends = (5..line.len())
            .step_by(7)
            .filter(|&saturday| (saturday..(saturday + 2).min(line.len())).any(|d| outside(&d) && line[d].is_some()));
        rest.weekends = rest.weekends.checked_sub(weekends.count())?;
        rest.node = node_before(rules, line, start);
        rest.last = (end < line.len()).then(|| node_before(rules, line, end));
        Some(rest)
    }

    /// What is left of each shift's maximum, 0 where there is none, then of the weekends.
    pub fn limits(&self) -> impl Iterator<Item = i32> + '_ {
        self.caps.iter().map(|&cap| if cap == usize::MAX { 0 } else { cap as i32 }).chain([self.weekends as i32])
    }
}

/// Node of a line before a day.
fn node_before(rules: &StaffRules, line: &Line, day: usize) -> usize {
    let rest = rules.shortest_rest;
    let Some(last) = day.checked_sub(1) else { return rest - 1 };
    let run = (0..day).rev().take_while(|&d| line[d].is_some() == line[last].is_some()).count();
    match line[last] {
        None if run == day => rest - 1,
        None => run.min(rest) - 1,
        Some(s) => rest + rules.group[s] * rules.longest_run + run - 1,
    }
}

/// Worked days in a row just before a day.
pub(super) fn run_before(line: &Line, day: usize) -> usize {
    line[..day].iter().rev().take_while(|shift| shift.is_some()).count()
}
