//! Break placement: the cheapest starts of a duty's breaks at given values of presence.
//!
//! Breaks keep their order and do not overlap; their windows may. With `W_b(p)` the value lost when break b starts at p,
//! `f_b(p) = W_b(p) + min { f_{b-1}(q) : q + length_{b-1} ≤ p }` is exact, and running minima make it linear in the
//! windows' widths.

use crate::problem::{Duty, Placement, RosterProblem};

/// Prefix sums of `values`: `sums[p]` is the sum of the first p; `len == values.len() + 1`.
pub(crate) fn prefix_sums(values: &[f64], sums: &mut Vec<f64>) {
    sums.clear();
    sums.reserve(values.len() + 1);
    sums.push(0.0);
    let mut total = 0.0;
    for value in values {
        total += value;
        sums.push(total);
    }
}

/// Values of presence, ready to value duties: prefix sums and the least loss of each kind of break.
#[derive(Debug, Clone, Default)]
pub(crate) struct PresenceSums {
    /// Prefix sums over the extended horizon.
    pub sums: Vec<f64>,
    /// For each kind of break, the least loss over the starts of a window from each interval on.
    losses: Vec<Vec<f64>>,
    scratch: Vec<f64>,
}

impl PresenceSums {
    /// Takes the values of presence, one an interval of the extended horizon, for duties with these kinds of breaks.
    pub fn set(&mut self, problem: &RosterProblem, kinds: u64, values: &[f64]) {
        prefix_sums(values, &mut self.sums);
        self.losses.resize_with(problem.break_kinds.len(), Vec::new);
        let wanted = problem.break_kinds.iter().zip(&mut self.losses).enumerate().filter(|&(k, _)| kinds >> k.min(63) & 1 == 1);
        for (_, (kind, losses)) in wanted {
            let starts = (values.len() + 1).saturating_sub(kind.length);
            let ends = &self.sums[kind.length.min(self.sums.len())..];
            self.scratch.clear();
            self.scratch.extend(ends.iter().zip(&self.sums[..starts]).map(|(end, start)| end - start));
            let windows = (starts + 1).saturating_sub(kind.starts);
            losses.clear();
            losses.extend_from_slice(&self.scratch[..windows]);
            for shift in 1..kind.starts {
                for (least, &lost) in losses.iter_mut().zip(&self.scratch[shift..]) {
                    *least = if lost < *least { lost } else { *least };
                }
            }
        }
    }

    /// Value of being present on a duty with its breaks at their cheapest: presence less what the breaks lose.
    #[inline]
    pub fn duty_value(&mut self, problem: &RosterProblem, index: usize) -> f64 {
        let duty = &problem.duties[index];
        let whole = self.sums[duty.first + duty.length] - self.sums[duty.first];
        match &problem.placements[index] {
            Placement::Apart(breaks) => breaks.iter().fold(whole, |value, &(kind, earliest)| value - self.losses[kind][earliest]),
            Placement::Together => whole - chain(duty, &self.sums, &mut self.scratch),
        }
    }
}

/// Least loss over ordered, non-overlapping break starts.
fn chain(duty: &Duty, sums: &[f64], table: &mut Vec<f64>) -> f64 {
    fill(duty, sums, table);
    let last = duty.breaks.last().map_or(0, |pause| pause.latest - pause.earliest + 1);
    table[table.len() - last..].iter().copied().fold(f64::INFINITY, f64::min)
}

/// `f_b(p)` for every break and start, one window after the other.
fn fill(duty: &Duty, sums: &[f64], table: &mut Vec<f64>) {
    table.clear();
    let mut previous: Option<(usize, usize)> = None; // row of the break before, and its place in the table
    for (row, pause) in duty.breaks.iter().enumerate() {
        let place = table.len();
        let (mut best, mut seen) = (f64::INFINITY, 0);
        for start in pause.earliest..=pause.latest {
            if let Some((before, at)) = previous {
                let before = &duty.breaks[before];
                while before.earliest + seen <= before.latest && before.earliest + seen + before.length <= start {
                    best = best.min(table[at + seen]);
                    seen += 1;
                }
            } else {
                best = 0.0;
            }
            table.push(sums[start + pause.length] - sums[start] + best);
        }
        previous = Some((row, place));
    }
}

/// Whether the duty's breaks can be placed at all.
pub(crate) fn placeable(duty: &Duty) -> bool {
    let mut free = duty.first;
    duty.breaks.iter().all(|pause| {
        let start = pause.earliest.max(free);
        free = start + pause.length;
        start <= pause.latest && free <= duty.first + duty.length
    })
}

/// Starts of the breaks at their cheapest, appended to `starts` in the duty's order; the earliest where several are equal.
pub(crate) fn place(duty: &Duty, sums: &[f64], table: &mut Vec<f64>, starts: &mut Vec<u32>) {
    fill(duty, sums, table);
    let place = starts.len();
    let (mut end, mut limit) = (table.len(), usize::MAX);
    for pause in duty.breaks.iter().rev() {
        let width = pause.latest - pause.earliest + 1;
        let row = &table[end - width..end];
        let mut best = 0;
        for (offset, &lost) in row.iter().enumerate() {
            if pause.earliest + offset + pause.length <= limit && lost < row[best] {
                best = offset;
            }
        }
        limit = pause.earliest + best;
        starts.push(limit as u32);
        end -= width;
    }
    starts[place..].reverse();
}
