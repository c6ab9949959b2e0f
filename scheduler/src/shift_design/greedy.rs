//! First designs: duties added one by one, then single moves until none pays.

use solver_data::shift_design::DesignVariant;

use super::model::Model;
use super::plan::Plan;

/// Sweeps of single moves at most.
const SWEEPS: usize = 60;
/// Starts and ends of near shifts differ by this part of a day together at most.
const NEAR: usize = 8;
/// Tolerance in minutes of the mean length, a sum of thousands of differences.
const TOLERANCE: f64 = 1e-6;

/// A feasible design.
pub(super) fn construct(model: &Model<'_>) -> Plan {
    let mut plan = Plan::empty(model);
    if model.variant == DesignVariant::Bounded {
        cover(model, &mut plan);
        lengthen(model, &mut plan);
    } else {
        while let Some(duty) = cheapest(model, &plan).filter(|&duty| plan.change(model, duty, 1) < 0) {
            plan.add(model, duty, 1);
        }
    }
    descend(model, &mut plan);
    plan
}

/// The duty whose addition costs least.
fn cheapest(model: &Model<'_>, plan: &Plan) -> Option<(usize, usize)> {
    model.duties().min_by_key(|&duty| plan.change(model, duty, 1))
}

/// Leaves nobody missing, by long shifts where they do.
fn cover(model: &Model<'_>, plan: &mut Plan) {
    while let Some(t) = (0..model.horizon).find(|&t| plan.surplus[t] < 0) {
        let filled = |duty: (usize, usize)| model.covered(duty.0, duty.1).filter(|&t| plan.surplus[t] < 0).count() as i64;
        let covering = model.duties().filter(|&(s, day)| model.covered(s, day).any(|covered| covered == t));
        let best = covering.max_by_key(|&(s, day)| {
            (model.excess(s) >= 0.0, 2 * filled((s, day)) - model.shifts[s].length as i64 + i64::from(plan.used[s] > 0))
        });
        plan.add(model, best.expect("every slot in demand is covered by some shift, as the model checked"), 1);
    }
}

/// Adds the longest shift until duties are long enough on average.
fn lengthen(model: &Model<'_>, plan: &mut Plan) {
    let longest = (0..model.shifts.len()).max_by_key(|&s| model.shifts[s].length);
    while plan.excess < -TOLERANCE
        && let Some(longest) = longest.filter(|&s| model.lengthens(s))
    {
        let day = (0..model.days).min_by_key(|&day| plan.change(model, (longest, day), 1)).unwrap_or(0);
        plan.add(model, (longest, day), 1);
    }
}

/// Whether a design keeps the rules of its variant.
pub(super) fn is_feasible(model: &Model<'_>, plan: &Plan) -> bool {
    model.variant == DesignVariant::Classic || plan.excess >= -TOLERANCE && plan.surplus.iter().all(|&surplus| surplus >= 0)
}

/// Single moves between the used shifts, and whole shifts dropped, while it pays.
pub(super) fn descend(model: &Model<'_>, plan: &mut Plan) {
    for _ in 0..SWEEPS {
        let before = plan.cost;
        settle(model, plan);
        drop_shifts(model, plan);
        if plan.cost >= before {
            break;
        }
    }
}

/// Adds, takes away and moves duties between the used shifts of a day while it pays.
pub(super) fn settle(model: &Model<'_>, plan: &mut Plan) {
    let used: Vec<usize> = plan.shifts().collect();
    let near: Vec<(usize, usize)> = used.iter().flat_map(|&from| used.iter().map(move |&to| (from, to))).collect();
    let near: Vec<(usize, usize)> = near.into_iter().filter(|&pair| is_near(model, pair)).collect();
    for _ in 0..SWEEPS {
        let before = plan.cost;
        for day in 0..model.days {
            for &shift in &used {
                try_move(model, plan, (shift, day), 1);
                if plan.duties[shift * model.days + day] > 0 {
                    try_move(model, plan, (shift, day), -1);
                }
            }
            for &(from, to) in &near {
                if plan.duties[from * model.days + day] > 0 {
                    try_exchange(model, plan, (from, to), day);
                }
            }
        }
        if plan.cost >= before {
            break;
        }
    }
}

/// Whether two shifts overlap and differ by so little that handing a duty over may pay.
fn is_near(model: &Model<'_>, (one, other): (usize, usize)) -> bool {
    let (a, b) = (model.shifts[one], model.shifts[other]);
    let (start, end) = (a.start.abs_diff(b.start), (a.start + a.length).abs_diff(b.start + b.length));
    one != other && start < a.length.min(b.length) && start + end <= (model.slots / NEAR).max(1)
}

/// Makes a move if it pays and keeps the rules.
fn try_move(model: &Model<'_>, plan: &mut Plan, duty: (usize, usize), count: i64) {
    if plan.change(model, duty, count) < 0 {
        plan.add(model, duty, count);
        if !is_feasible(model, plan) {
            plan.add(model, duty, -count);
        }
    }
}

/// Moves a duty to another shift of the day if that pays and keeps the rules.
fn try_exchange(model: &Model<'_>, plan: &mut Plan, (from, to): (usize, usize), day: usize) {
    if plan.exchange_change(model, (from, to), day) < 0 {
        plan.add(model, (from, day), -1);
        plan.add(model, (to, day), 1);
        if !is_feasible(model, plan) {
            plan.add(model, (to, day), -1);
            plan.add(model, (from, day), 1);
        }
    }
}

/// Adds duties of the used shifts as long as that pays.
pub(super) fn refill(model: &Model<'_>, plan: &mut Plan) {
    let used: Vec<usize> = plan.shifts().collect();
    for day in 0..model.days {
        while let Some((change, s)) = used.iter().map(|&s| (plan.change(model, (s, day), 1), s)).min()
            && change < 0
        {
            plan.add(model, (s, day), 1);
        }
    }
}

/// Gives up a whole shift, the remaining ones taking over what pays.
fn drop_shifts(model: &Model<'_>, plan: &mut Plan) {
    for shift in plan.shifts().collect::<Vec<_>>() {
        let mut without = plan.clone();
        for day in 0..model.days {
            let count = without.duties[shift * model.days + day];
            without.add(model, (shift, day), -count);
        }
        refill(model, &mut without);
        if without.cost < plan.cost && is_feasible(model, &without) {
            *plan = without;
        }
    }
}
