//! What follows from who is hired and trained: heads, hours, and month by month the cheapest way to cover what is left.

use solver_data::capacity::{CapacityCost, CapacityPlan, CapacityProblem};

use super::profile::{Profile, Staff};

/// The decisions of a plan; everything else follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityDecisions {
    /// People who start training, `[level][month]`.
    pub hires: Vec<Vec<u32>>,
    /// Classes by month.
    pub classes: Vec<u32>,
    /// Agents who start training for the next level, `[level][month]`.
    pub cross_trained: Vec<Vec<u32>>,
}

impl CapacityDecisions {
    /// Nobody comes and nobody is trained on.
    pub fn none(problem: &CapacityProblem) -> Self {
        let table = || vec![vec![0; problem.months()]; problem.levels.len()];
        Self { hires: table(), classes: vec![0; problem.months()], cross_trained: table() }
    }

    /// The decisions of a plan.
    pub fn of(plan: &CapacityPlan) -> Self {
        Self { hires: plan.hires.clone(), classes: plan.classes.clone(), cross_trained: plan.cross_trained.clone() }
    }

    /// The fewest classes that seat everybody hired.
    pub(super) fn seated(mut self, problem: &CapacityProblem) -> Self {
        for (month, classes) in self.classes.iter_mut().enumerate() {
            let hired: u32 = self.hires.iter().map(|hires| hires[month]).sum();
            *classes = (f64::from(hired) / problem.hiring.class_seats.max(1.0)).ceil() as u32;
        }
        self
    }
}

/// A way to cover hours of a level and those below: its level, price an hour and hours left of it.
struct Source {
    level: usize,
    price: f64,
    left: f64,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Overtime,
    Outsourced,
    Shortage,
}

/// The plan that follows from decisions: overtime, outside work and missing hours are the cheapest that cover each month.
pub fn follow(problem: &CapacityProblem, decisions: &CapacityDecisions) -> CapacityPlan {
    let (staff, hire, stays) = (Staff::of(problem), Profile::of_hire(problem), Profile::of_experienced(problem));
    let table = || vec![vec![0.0; problem.months()]; problem.levels.len()];
    let mut plan = CapacityPlan {
        hires: decisions.hires.clone(),
        classes: decisions.classes.clone(),
        cross_trained: decisions.cross_trained.clone(),
        overtime: table(),
        outsourced: table(),
        shortage: table(),
        heads: staff.heads.clone(),
        productive: staff.productive.clone(),
        cost: CapacityCost::default(),
    };
    let mut paid_hours = staff.paid_hours.clone();
    for (l, level) in problem.levels.iter().enumerate() {
        for c in 0..problem.months() {
            let (hires, up) = (f64::from(decisions.hires[l][c]), f64::from(decisions.cross_trained[l][c]));
            for (k, stayed) in stays.iter().enumerate().take(problem.months() - c) {
                let t = c + k;
                let present = level.monthly_hours * (1.0 - problem.leave[t]);
                plan.heads[l][t] += hires * hire.paid[k];
                paid_hours[l][t] += hires * hire.paid[k] * level.monthly_hours;
                plan.productive[l][t] += hires * hire.productive[k] * present;
                if up > 0.0 {
                    let moved = up * stayed;
                    let output = if k == 0 { 1.0 - problem.cross_training.lost_share } else { 1.0 };
                    plan.heads[l][t] -= moved;
                    plan.heads[l + 1][t] += moved;
                    paid_hours[l][t] -= moved * level.monthly_hours;
                    paid_hours[l + 1][t] += moved * level.monthly_hours;
                    plan.productive[l][t] -= moved * present;
                    plan.productive[l + 1][t] += moved * present * output;
                }
            }
        }
    }
    for month in 0..problem.months() {
        cover(problem, &mut plan, month);
    }
    plan.cost = cost(problem, &plan, &paid_hours);
    plan
}

/// Covers what a month lacks, highest level first, each time from the cheapest source that can do the work.
///
/// The constraints are nested, and whatever covers an inner one counts for every outer one: taking the cheapest within the
/// innermost set that lacks hours is exact.
fn cover(problem: &CapacityProblem, plan: &mut CapacityPlan, month: usize) {
    let limits = &problem.limits;
    let mut sources = Vec::with_capacity(3 * problem.levels.len());
    for (l, level) in problem.levels.iter().enumerate() {
        let overtime = (limits.overtime_share * plan.productive[l][month]).max(0.0);
        let outside = limits.outsourcing_share * problem.required[l][month];
        sources.push(Source { level: l, price: level.hour_cost * limits.overtime_rate, left: overtime, kind: Kind::Overtime });
        sources.push(Source { level: l, price: limits.outsourced_hour, left: outside, kind: Kind::Outsourced });
        sources.push(Source { level: l, price: problem.shortage_hour, left: f64::INFINITY, kind: Kind::Shortage });
    }
    // Among equals the highest level first: it is the scarcer promise.
    sources.sort_by(|a, b| a.price.total_cmp(&b.price).then(b.level.cmp(&a.level)));
    let mut lacking = 0.0;
    for l in (0..problem.levels.len()).rev() {
        lacking += problem.required[l][month] - plan.productive[l][month];
        for source in sources.iter_mut().filter(|source| source.level >= l) {
            if lacking <= 0.0 {
                break;
            }
            let taken = source.left.min(lacking);
            source.left -= taken;
            lacking -= taken;
            let row = match source.kind {
                Kind::Overtime => &mut plan.overtime,
                Kind::Outsourced => &mut plan.outsourced,
                Kind::Shortage => &mut plan.shortage,
            };
            row[source.level][month] += taken;
        }
    }
}

fn cost(problem: &CapacityProblem, plan: &CapacityPlan, paid_hours: &[Vec<f64>]) -> CapacityCost {
    let by_level = |rows: &[Vec<f64>]| -> f64 {
        rows.iter().zip(&problem.levels).map(|(row, level)| row.iter().sum::<f64>() * level.hour_cost).sum()
    };
    let all = |rows: &[Vec<f64>]| rows.iter().flatten().sum::<f64>();
    let whole = |rows: &[Vec<u32>]| f64::from(rows.iter().flatten().sum::<u32>());
    CapacityCost {
        pay: by_level(paid_hours),
        hiring: whole(&plan.hires) * problem.hiring.hire_cost,
        training: f64::from(plan.classes.iter().sum::<u32>()) * problem.hiring.class_cost
            + whole(&plan.cross_trained) * problem.cross_training.cost,
        overtime: by_level(&plan.overtime) * problem.limits.overtime_rate,
        outsourced: all(&plan.outsourced) * problem.limits.outsourced_hour,
        shortage: all(&plan.shortage) * problem.shortage_hour,
    }
}
