//! Diving: the relaxation's shifts settled one after the other, the linear program solved anew each time.

use rand::{Rng, RngExt};

use super::cut::{Cut, Separator};
use super::greedy::{descend, is_feasible};
use super::model::Model;
use super::plan::Plan;
use super::relaxation::{Point, Relaxation};

/// Linear programs of a dive at most.
const PROGRAMS: usize = 120;
/// Cuts added at each.
const CUTS: usize = 60;
/// A shift used this much is settled at once.
const NEARLY: f64 = 0.9;

/// A design cheaper than `best` from a dive over the relaxation with these cuts.
pub(super) fn dive(
    model: &Model<'_>,
    best: &Plan,
    (most, cuts): (&[i64], &[Cut]),
    (rng, go_on): (&mut impl Rng, &dyn Fn() -> bool),
) -> Option<Plan> {
    let separator = Separator::new(model);
    let mut relaxation = Relaxation::new(model, most, cuts.to_vec(), None).ok()?;
    for _ in 0..PROGRAMS {
        if !go_on() {
            return None;
        }
        let point = relaxation.solve().ok()??;
        if model.rounded_up(point.value) >= best.cost {
            return None;
        }
        let found = separator.separate(model, most, &point.at, CUTS);
        let open: Vec<usize> = (0..model.shifts.len()).filter(|&s| point.at[s] > 1e-6 && point.at[s] < 1.0 - 1e-6).collect();
        if open.is_empty() && found.is_empty() {
            return rounded(model, &point).filter(|plan| plan.cost < best.cost);
        }
        relaxation.add(found).ok()?;
        let sure = open.iter().copied().filter(|&s| point.at[s] > NEARLY);
        let likeliest = open.iter().copied().map(|s| (point.at[s] * (0.7 + 0.3 * rng.random::<f64>()), s));
        let likeliest = likeliest.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, s)| s);
        let settled: Vec<usize> = sure.chain(likeliest).collect();
        for s in settled {
            relaxation.bound(s, (1.0, 1.0));
        }
    }
    None
}

/// The design of a point, its duties rounded, after single moves.
pub(super) fn rounded(model: &Model<'_>, point: &Point) -> Option<Plan> {
    let duties: Vec<i64> = model.duties().map(|(s, day)| point.at[model.x(s, day)].round() as i64).collect();
    let mut plan = Plan::of(model, &duties);
    if !is_feasible(model, &plan) {
        return None;
    }
    descend(model, &mut plan);
    Some(plan)
}
