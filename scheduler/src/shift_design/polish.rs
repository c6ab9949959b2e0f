//! Local search over the set of shifts: one is given up or swapped for another, its duties go along, and single moves
//! settle the rest.

use rand::{Rng, RngExt};

use super::greedy::{is_feasible, refill, settle};
use super::model::Model;
use super::plan::Plan;

/// Worst change accepted at first, in charges for a shift; it falls to nothing.
const TOLERANCE: f64 = 1.5;
/// Shares of tries that give a shift up, and that swap it for one with the nearest start and end.
const DROPPED: f64 = 0.3;
const NEAR: f64 = 0.8;
/// Slots by which start and end of a near shift differ at most.
const FAR: usize = 3;

/// A design cheaper than `best`, after `tries` changes of the set of shifts.
pub(super) fn polish(
    model: &Model<'_>,
    best: &Plan,
    tries: u64,
    (rng, go_on): (&mut impl Rng, &dyn Fn() -> bool),
) -> Option<Plan> {
    let (mut now, mut found) = (best.clone(), best.clone());
    for number in 0..tries {
        if !go_on() {
            break;
        }
        let Some(next) = changed(model, &now, rng) else { continue };
        let tolerance = TOLERANCE * (1.0 - number as f64 / tries as f64) * model.fixed as f64;
        if next.cost <= now.cost + (tolerance * rng.random::<f64>()) as i64 && is_feasible(model, &next) {
            now = next;
            if now.cost < found.cost {
                found = now.clone();
            }
        }
    }
    (found.cost < best.cost).then_some(found)
}

/// The design with one shift given up or swapped; `None` where there is none to change.
fn changed(model: &Model<'_>, plan: &Plan, rng: &mut impl Rng) -> Option<Plan> {
    let used: Vec<usize> = plan.shifts().collect();
    // Shifts of few duties are the likeliest to go
    let pick = |rng: &mut dyn FnMut() -> usize| {
        let (first, second) = (used[rng()], used[rng()]);
        if plan.used[first] <= plan.used[second] { first } else { second }
    };
    if used.is_empty() {
        return None;
    }
    let shift = pick(&mut || rng.random_range(0..used.len()));
    let heir = if rng.random::<f64>() < DROPPED { None } else { Some(heir(model, shift, rng)?) };
    let mut next = plan.clone();
    for day in 0..model.days {
        let count = next.duties[shift * model.days + day];
        next.add(model, (shift, day), -count);
        if let Some(heir) = heir {
            next.add(model, (heir, day), count);
        }
    }
    refill(model, &mut next);
    settle(model, &mut next);
    Some(next)
}

/// Another shift, mostly one whose start and end are near.
fn heir(model: &Model<'_>, shift: usize, rng: &mut impl Rng) -> Option<usize> {
    let span = model.shifts[shift];
    let near = |&other: &usize| {
        let (start, end) = (model.shifts[other].start, model.shifts[other].start + model.shifts[other].length);
        start.abs_diff(span.start) <= FAR && end.abs_diff(span.start + span.length) <= FAR
    };
    let others = (0..model.shifts.len()).filter(|&other| other != shift);
    let others: Vec<usize> = if rng.random::<f64>() < NEAR { others.filter(near).collect() } else { others.collect() };
    (!others.is_empty()).then(|| others[rng.random_range(0..others.len())])
}
