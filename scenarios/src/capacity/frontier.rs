//! The cost of service: the cheapest plan for each service level, and what a point of it costs.

use scheduler::capacity::{CapacityEffort, plan_capacity};
use solver_data::{Centre, Table};

use super::case::CapacityCase;
use crate::error::PlanError;

/// The cheapest plan for a service level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrontierPoint {
    /// Share answered in time that every live queue with such a promise then promises.
    pub service_level: f64,
    /// Money spent over the months, minor units.
    pub cost: f64,
    /// No plan costs less.
    pub bound: f64,
    /// People hired.
    pub hires: u32,
    /// Productive hours needed over the months.
    pub required_hours: f64,
    /// Hours missing: above 0 where no plan holds.
    pub missing_hours: f64,
    /// What a point of service level more costs from here on; `None` at the last, and where hours are missing.
    pub per_point: Option<f64>,
}

/// The cheapest plan for each of the service levels, ascending, for the median of the demand.
///
/// # Errors
/// [`PlanError`] of staffing, where a level is out of reach for any number of agents, and of the program.
pub fn frontier(case: &CapacityCase<'_>, levels: &[f64], factors: &[f64]) -> Result<Vec<FrontierPoint>, PlanError> {
    let mut points: Vec<FrontierPoint> = Vec::with_capacity(levels.len());
    for &service_level in levels {
        let need = case.sizer.need(&promising(case.centre, service_level))?;
        let problem = case.problem(&need, factors);
        let solved = plan_capacity(&problem, CapacityEffort::BRISK)?;
        points.push(FrontierPoint {
            service_level,
            cost: solved.plan.cost.spent(),
            bound: solved.relaxation.cost,
            hires: solved.plan.hires.iter().flatten().sum(),
            required_hours: problem.required.iter().flatten().sum(),
            missing_hours: solved.plan.shortage.iter().flatten().sum(),
            per_point: None,
        });
    }
    // From the bounds, which are smooth where whole people step.
    for k in 1..points.len() {
        let (here, before) = (points[k], points[k - 1]);
        let steps = 100.0 * (here.service_level - before.service_level);
        let holds = here.missing_hours.max(before.missing_hours) <= 0.05;
        points[k - 1].per_point = (steps > 0.0 && holds).then(|| (here.bound - before.bound) / steps);
    }
    Ok(points)
}

/// The centre with another service level promised by every live queue that promises one.
fn promising(centre: &Centre, share: f64) -> Centre {
    let mut other = centre.clone();
    let mut queues: Vec<_> = centre.queues.iter().cloned().collect();
    for queue in queues.iter_mut().filter(|queue| queue.channel.is_live()) {
        let later = queue.later_targets.iter_mut().map(|later| &mut later.target);
        for target in std::iter::once(&mut queue.target).chain(later) {
            if let Some(level) = &mut target.service_level {
                level.share = share;
            }
        }
    }
    other.queues = Table::new(queues);
    other
}
