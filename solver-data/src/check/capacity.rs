//! Month by month: who is there, who passes, who leaves, and what they can do; recounted from the decisions alone.
//!
//! Cohorts are carried forward one by one, so that a plan whose headcount does not follow from its hires is refused.

use crate::capacity::{CapacityCost, CapacityPlan, CapacityProblem};

/// Tolerance of hours and heads, relative to the larger of 1 and the value.
const TOLERANCE: f64 = 1e-6;

/// What a plan says and its decisions do not give.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityViolation {
    /// Rule that is broken, such as `headcount` or `training seats`.
    pub rule: &'static str,
    /// Row of the level, where one is meant.
    pub level: Option<usize>,
    /// Month, counted from 0.
    pub month: usize,
    /// What the plan says.
    pub planned: f64,
    /// What follows from its decisions, or the limit.
    pub recounted: f64,
}

/// People of one kind as the months pass.
struct Cohort {
    level: usize,
    heads: f64,
    tenure: u32,
    hours: f64,
    from: usize,
    until: Option<usize>,
    /// Months of training left; 0 or less once trained.
    training_left: f64,
    /// Months since the end of training; `None` for those who need no ramp.
    since: Option<u32>,
    /// Share of this month that is lost to training for the next level.
    lost: f64,
}

/// Headcount and hours as they follow from a plan's decisions.
#[derive(Debug, Clone, PartialEq)]
pub struct RolledForward {
    /// Paid heads, `[level][month]`.
    pub heads: Vec<Vec<f64>>,
    /// Productive hours, `[level][month]`.
    pub productive: Vec<Vec<f64>>,
    /// Experienced agents of a level, in heads of its monthly hours, that are still there to be trained for the next, after those who were: `[level][month]`.
    pub experienced: Vec<Vec<f64>>,
    /// Pay over all months, minor units.
    pub pay: f64,
}

/// Carries the starting staff and the plan's hires forward, month by month.
pub fn roll_forward(problem: &CapacityProblem, plan: &CapacityPlan) -> RolledForward {
    let (months, levels) = (problem.months(), problem.levels.len());
    let table = || vec![vec![0.0; months]; levels];
    let mut rolled = RolledForward { heads: table(), productive: table(), experienced: table(), pay: 0.0 };
    let mut cohorts = starting(problem);
    for month in 0..months {
        promote(problem, plan, &mut cohorts, month);
        for (level, hires) in plan.hires.iter().enumerate().filter(|(_, hires)| hires[month] > 0) {
            cohorts.push(Cohort {
                level,
                heads: f64::from(hires[month]),
                tenure: 0,
                hours: problem.levels[level].monthly_hours,
                from: month,
                until: None,
                training_left: problem.hiring.training_months,
                since: Some(0),
                lost: 0.0,
            });
        }
        for cohort in cohorts.iter_mut().filter(|cohort| cohort.from <= month) {
            work(problem, cohort, month, &mut rolled);
        }
    }
    rolled
}

fn starting(problem: &CapacityProblem) -> Vec<Cohort> {
    let trained = problem.hiring.training_months.ceil() as u32;
    let cohort = |group: &crate::capacity::StaffGroup| Cohort {
        level: group.level,
        heads: group.heads,
        tenure: group.tenure,
        hours: group.monthly_hours,
        from: group.from,
        until: group.until,
        training_left: 0.0,
        // The remainder of the month of training is the first of the ramp.
        since: Some((group.tenure + 1).saturating_sub(trained.max(1))),
        lost: 0.0,
    };
    problem.staff.iter().map(cohort).collect()
}

/// Moves experienced agents to the next level: as a cohort of their own there, as heads that are missing here.
fn promote(problem: &CapacityProblem, plan: &CapacityPlan, cohorts: &mut Vec<Cohort>, month: usize) {
    for level in 0..problem.levels.len().saturating_sub(1) {
        let moved = f64::from(plan.cross_trained[level][month]);
        if moved == 0.0 {
            continue;
        }
        let hours = problem.levels[level].monthly_hours;
        let cohort = |level, heads, lost| Cohort {
            level,
            heads,
            tenure: problem.cross_training.tenure,
            hours,
            from: month,
            until: None,
            training_left: 0.0,
            since: None,
            lost,
        };
        cohorts.push(cohort(level, -moved, 0.0));
        cohorts.push(cohort(level + 1, moved, problem.cross_training.lost_share));
    }
}

/// One month of a cohort: training, work, pay, and those who leave at its end.
fn work(problem: &CapacityProblem, cohort: &mut Cohort, month: usize, rolled: &mut RolledForward) {
    if cohort.until.is_some_and(|until| until <= month) {
        cohort.heads = 0.0;
    }
    let level = cohort.level;
    let in_training = cohort.training_left.clamp(0.0, 1.0);
    let mut paid = cohort.heads;
    if cohort.training_left > 0.0 {
        let before = cohort.heads;
        cohort.training_left -= 1.0;
        if cohort.training_left <= 1e-12 {
            cohort.heads *= problem.hiring.pass;
            paid = in_training * before + (1.0 - in_training) * cohort.heads;
            cohort.training_left = 0.0;
        }
    }
    let trained = cohort.training_left == 0.0;
    if trained {
        let output = cohort.since.map_or(1.0, |since| problem.ramp.get(since as usize).copied().unwrap_or(1.0));
        let present = cohort.heads * (1.0 - in_training) * (1.0 - cohort.lost);
        rolled.productive[level][month] += present * output * cohort.hours * (1.0 - problem.leave[month]);
        cohort.since = cohort.since.map(|since| since + 1);
    }
    rolled.heads[level][month] += paid;
    rolled.pay += paid * cohort.hours * problem.levels[level].hour_cost;
    // Those who came from below are not trained on; those who left count against their level.
    if cohort.tenure >= problem.cross_training.tenure && (cohort.since.is_some() || cohort.heads < 0.0) {
        rolled.experienced[level][month] += cohort.heads * cohort.hours / problem.levels[level].monthly_hours;
    }
    cohort.lost = 0.0;
    cohort.heads *= 1.0 - problem.leaving(cohort.tenure);
    cohort.tenure += 1;
}

/// Everything about a plan that its own decisions contradict; empty for a plan that holds together.
pub fn check_capacity(problem: &CapacityProblem, plan: &CapacityPlan) -> Vec<CapacityViolation> {
    let rolled = roll_forward(problem, plan);
    let mut found = Vec::new();
    for month in 0..problem.months() {
        seats(problem, plan, month, &mut found);
        for level in 0..problem.levels.len() {
            let mut equal = |rule, planned: f64, recounted: f64| {
                if (planned - recounted).abs() > TOLERANCE * recounted.abs().max(1.0) {
                    found.push(CapacityViolation { rule, level: Some(level), month, planned, recounted });
                }
            };
            equal("headcount", plan.heads[level][month], rolled.heads[level][month]);
            equal("productive hours", plan.productive[level][month], rolled.productive[level][month]);
            let mut most = |rule, planned: f64, limit: f64| {
                if planned > limit + TOLERANCE * limit.abs().max(1.0) {
                    found.push(CapacityViolation { rule, level: Some(level), month, planned, recounted: limit });
                }
            };
            let (productive, required) = (rolled.productive[level][month], problem.required[level][month]);
            most("overtime", plan.overtime[level][month], problem.limits.overtime_share * productive);
            most("outsourcing", plan.outsourced[level][month], problem.limits.outsourcing_share * required);
            most("experienced agents", 0.0, rolled.experienced[level][month]);
            // What a level and those above it can do must reach what they are needed for.
            let above = level..problem.levels.len();
            let needed: f64 = above.clone().map(|k| problem.required[k][month]).sum();
            let done: f64 = above.map(|k| covered(plan, &rolled, k, month)).sum();
            most("required hours", needed, done);
        }
    }
    let recounted = recounted_cost(problem, plan, rolled.pay);
    if (plan.cost.priced() - recounted.priced()).abs() > TOLERANCE * recounted.priced().abs().max(1.0) {
        let (planned, recounted) = (plan.cost.priced(), recounted.priced());
        found.push(CapacityViolation { rule: "cost", level: None, month: 0, planned, recounted });
    }
    found
}

fn covered(plan: &CapacityPlan, rolled: &RolledForward, level: usize, month: usize) -> f64 {
    rolled.productive[level][month] + plan.overtime[level][month] + plan.outsourced[level][month] + plan.shortage[level][month]
}

fn seats(problem: &CapacityProblem, plan: &CapacityPlan, month: usize, found: &mut Vec<CapacityViolation>) {
    let hired: u32 = plan.hires.iter().map(|hires| hires[month]).sum();
    let classes = f64::from(plan.classes[month]);
    let crossed: u32 = plan.cross_trained.iter().map(|moved| moved[month]).sum();
    let mut most = |rule, planned: f64, limit: f64| {
        if planned > limit + TOLERANCE {
            found.push(CapacityViolation { rule, level: None, month, planned, recounted: limit });
        }
    };
    most("training seats", f64::from(hired), problem.hiring.class_seats * classes);
    most("classes a month", classes, problem.hiring.classes_a_month);
    most("training for the next level", f64::from(crossed), problem.cross_training.seats);
    most("lead time", if month < problem.hiring.lead_months { f64::from(hired) } else { 0.0 }, 0.0);
}

/// Cost by kind of a plan's decisions, with the pay as rolled forward.
pub fn recounted_cost(problem: &CapacityProblem, plan: &CapacityPlan, pay: f64) -> CapacityCost {
    let whole = |rows: &[Vec<u32>]| f64::from(rows.iter().flatten().sum::<u32>());
    let hours = |rows: &[Vec<f64>]| rows.iter().flatten().sum::<f64>();
    let overtime = plan.overtime.iter().zip(&problem.levels);
    CapacityCost {
        pay,
        hiring: whole(&plan.hires) * problem.hiring.hire_cost,
        training: f64::from(plan.classes.iter().sum::<u32>()) * problem.hiring.class_cost
            + whole(&plan.cross_trained) * problem.cross_training.cost,
        overtime: overtime.map(|(hours, level)| hours.iter().sum::<f64>() * level.hour_cost * problem.limits.overtime_rate).sum(),
        outsourced: hours(&plan.outsourced) * problem.limits.outsourced_hour,
        shortage: hours(&plan.shortage) * problem.shortage_hour,
    }
}
