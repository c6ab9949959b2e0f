//! First designs: duties added one by one, then single moves until none pays.

use solver_data::shift_design::DesignVariant;

use super::model::Model;
use super::plan::Plan;

/// Sweeps of single moves at most.
const SWEEPS: usize = 60;
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

/// Adds, takes away and moves duties between shifts of a day while it pays, and drops whole shifts.
pub(super) fn descend(model: &Model<'_>, plan: &mut Plan) {
    for _ in 0..SWEEPS {
        let before = plan.cost;
        for duty in model.duties() {
            let known = plan.used[duty.0] > 0;
            if known && plan.duties[duty.0 * model.days + duty.1] > 0 {
                try_moves(model, plan, &[(duty, -1)]);
            }
            if known {
                try_moves(model, plan, &[(duty, 1)]);
            }
        }
        exchange(model, plan);
        drop_shifts(model, plan);
        if plan.cost >= before {
            break;
        }
    }
}

/// Makes the moves if they pay and keep the rules.
fn try_moves(model: &Model<'_>, plan: &mut Plan, moves: &[((usize, usize), i64)]) {
    let before = plan.cost;
    for &(duty, count) in moves {
        plan.add(model, duty, count);
    }
    if plan.cost >= before || !is_feasible(model, plan) {
        for &(duty, count) in moves {
            plan.add(model, duty, -count);
        }
    }
}

/// Moves single duties between used shifts of a day.
fn exchange(model: &Model<'_>, plan: &mut Plan) {
    let used: Vec<usize> = plan.shifts().collect();
    for day in 0..model.days {
        for &from in &used {
            for &to in used.iter().filter(|&&to| to != from) {
                if plan.duties[from * model.days + day] > 0 {
                    try_moves(model, plan, &[((from, day), -1), ((to, day), 1)]);
                }
            }
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
        let kept: Vec<usize> = without.shifts().collect();
        for day in 0..model.days {
            while let Some(&s) = kept.iter().min_by_key(|&&s| without.change(model, (s, day), 1))
                && without.change(model, (s, day), 1) < 0
            {
                without.add(model, (s, day), 1);
            }
        }
        if without.cost < plan.cost && is_feasible(model, &without) {
            *plan = without;
        }
    }
}
