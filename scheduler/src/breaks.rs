//! Break placement: the cheapest starts of a duty's breaks at given values of presence.
//!
//! Breaks keep their order and do not overlap; their windows may. With W_b(p) the value lost when break b starts at p,
//! f_b(p) = W_b(p) + min { f_{b-1}(q) : q + length_{b-1} ≤ p } is exact, and running minima make it linear in the
//! windows' widths.

use crate::problem::Duty;

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

/// Value of being present on a duty with its breaks at their cheapest: presence less what the breaks lose.
#[inline]
pub(crate) fn duty_value(duty: &Duty, sums: &[f64], scratch: &mut Vec<f64>) -> f64 {
    let whole = sums[duty.first + duty.length] - sums[duty.first];
    let apart = duty.breaks.windows(2).all(|pair| pair[0].latest + pair[0].length <= pair[1].earliest);
    if !apart {
        return whole - chain(duty, sums, scratch);
    }
    let mut lost = 0.0;
    for pause in &duty.breaks {
        let (from, to) = (pause.earliest, pause.latest + 1);
        let starts = &sums[from..to];
        let ends = &sums[from + pause.length..to + pause.length];
        let mut least = f64::INFINITY;
        for (start, end) in starts.iter().zip(ends) {
            least = least.min(end - start);
        }
        lost += least;
    }
    whole - lost
}

/// Least loss over ordered, non-overlapping break starts.
fn chain(duty: &Duty, sums: &[f64], table: &mut Vec<f64>) -> f64 {
    fill(duty, sums, table);
    let last = duty.breaks.last().map_or(0, |pause| pause.latest - pause.earliest + 1);
    table[table.len() - last..].iter().copied().fold(f64::INFINITY, f64::min)
}

/// f_b(p) for every break and start, one window after the other.
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
