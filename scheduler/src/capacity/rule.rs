//! The planner's rule of thumb: hire in time what will be missing once the new people are fully productive.

use solver_data::capacity::{CapacityPlan, CapacityProblem};

use super::profile::Profile;
use super::recourse::{CapacityDecisions, follow};

/// Hires month by month, highest level first, whoever lacks in the month in which they would be fully productive; the rest is
/// covered by overtime, outside work and, where these end, missing hours.
pub fn simple_rule(problem: &CapacityProblem) -> CapacityPlan {
    let hire = Profile::of_hire(problem);
    let mut decisions = CapacityDecisions::none(problem);
    let ripe = (problem.hiring.training_months.ceil() as usize).max(1) - 1 + problem.ramp.len();
    for month in problem.hiring.lead_months..problem.months() {
        let target = (month + ripe).min(problem.months() - 1);
        let mut seats = (problem.hiring.class_seats * problem.hiring.classes_a_month) as u32;
        let plan = follow(problem, &decisions);
        let (mut lacking, mut coming) = (0.0, 0.0);
        for l in (0..problem.levels.len()).rev() {
            lacking += problem.required[l][target] - plan.productive[l][target];
            let Some(into) = (l..problem.levels.len()).find(|&k| problem.levels[k].may_hire) else { continue };
            let hours = problem.levels[into].monthly_hours * (1.0 - problem.leave[target]);
            let each = hire.productive[target - month] * hours;
            if lacking - coming <= 0.0 || each <= 0.0 {
                continue;
            }
            let hires = (((lacking - coming) / each).ceil() as u32).min(seats);
            seats -= hires;
            coming += f64::from(hires) * each;
            decisions.hires[into][month] += hires;
        }
    }
    follow(problem, &decisions.seated(problem))
}
