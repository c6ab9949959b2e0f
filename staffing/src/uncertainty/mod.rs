//! Uncertainty: agents that keep a promise with a wished probability, and how often given agents keep it.
//!
//! A path of [`solver_data::PathSampler`] says at what rate contacts come: the error of the day and the noise of the
//! interval. The formulas add Poisson arrivals and give what is expected at that rate; over a day or a week, what happens
//! departs from it by the chance of every single contact, see [`PeriodShare`]. Of the agents scheduled each is absent with
//! the unplanned shrinkage: in one interval on their own (binomial), over a day for the day.
//!
//! | symbol | meaning |
//! |---|---|
//! | s | work of a path in an interval over the work expected; the mix of queues and the handle times stay |
//! | r(s) | agents needed on contact: a step function, computed at the quantiles of s and never rounded down |
//! | N, u | agents there but for absence; the chance that one is absent |
//!
//! (1) the least N with E P(Binomial(N, 1 - u) ≥ r(s)) ≥ p in every interval, and no fewer than the mean needs where p is
//!     a half or more: the rate of a quiet interval is mostly below its mean.
//!
//! A promise over a day or a week is sized for κ times the demand, κ the least with which the share of days or weeks that
//! keep it is p or more, and at least 1 where p is a half or more.
//!
//! Pools never need more than their queues apart. Backlogs are carried on and deferred work is done at the mean: with p of
//! a half or more no number is below that of [`crate::requirement()`], which has both.

mod asked;
mod days;
mod paths;

use solver_data::{Centre, DemandForecast, QueueSet, Seed, StaffingMethod, StaffingRequirement};

pub use days::PeriodShare;
pub(crate) use paths::Paths;

use crate::error::StaffingError;
use crate::requirement::{Need, Sizer, requirement};
use asked::Asked;
use days::Judge;

/// How many paths are drawn, from what seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathWish {
    /// Paths, 1 or more.
    pub paths: u32,
    /// Their seed.
    pub seed: Seed,
}

/// The requirement with which every promise holds with `probability`: `agents` without absence, `scheduled` with it.
///
/// # Errors
/// As [`crate::requirement()`], [`StaffingError::OutOfRange`] unless the probability lies between 0 and 1, and
/// [`StaffingError::TargetOutOfReach`] with the share reached where a promise over a day or a week is kept too seldom with
/// the agents for sixteen times the demand.
pub fn requirement_with_probability(
    centre: &Centre,
    forecast: &DemandForecast,
    probability: f64,
    wish: PathWish,
) -> Result<StaffingRequirement, StaffingError> {
    if !(probability > 0.0 && probability < 1.0) {
        let range = "a probability between 0 and 1, such as 0.9";
        return Err(StaffingError::OutOfRange { quantity: "probability", value: probability, range });
    }
    let mut requirement = requirement(centre, forecast)?;
    let sizer = Sizer::of(centre, forecast)?;
    let paths = Paths::draw(centre, forecast, wish);
    let asked = Asked { sizer: &sizer, paths: &paths, probability, seed: wish.seed };
    let mut alone = Vec::with_capacity(requirement.queues.len());
    for queue in &mut requirement.queues {
        let mut sure = asked.alone(queue.queue)?;
        let mean = (0..sure.needs.len()).map(|t| Need {
            fractional: queue.fractional[t],
            agents: queue.agents[t],
            method: queue.methods[t],
        });
        asked.raise(&mut sure.needs, mean);
        for (t, own) in sure.scheduled.iter_mut().enumerate() {
            let mean = if asked.holds_the_mean() { queue.scheduled[t] } else { 0.0 };
            queue.scheduled[t] = f64::from(*own).max(mean);
            *own = (queue.scheduled[t] - 1e-9).ceil() as u32;
        }
        (queue.fractional, queue.agents, queue.methods) = columns(&sure.needs);
        alone.push(sure);
    }
    for pool in &mut requirement.pools {
        let mut sure = asked.together(pool.queues, &alone)?;
        let mean = (0..sure.needs.len()).map(|t| Need {
            fractional: pool.fractional[t],
            agents: pool.agents[t],
            method: pool.methods[t],
        });
        asked.raise(&mut sure.needs, mean);
        asked.raise_scheduled(&mut sure.scheduled, &pool.scheduled);
        (pool.fractional, pool.agents, pool.methods) = columns(&sure.needs);
        pool.scheduled = sure.scheduled;
    }
    for level in &mut requirement.levels {
        let same = requirement.pools.iter().find(|pool| pool.queues == level.queues);
        if let Some(pool) = same {
            (level.agents, level.scheduled) = (pool.agents.clone(), pool.scheduled.clone());
            continue;
        }
        let mut sure = asked.together(level.queues, &alone)?;
        let mean = level.agents.iter().map(|&agents| Need { agents, ..Need::NONE });
        asked.raise(&mut sure.needs, mean);
        asked.raise_scheduled(&mut sure.scheduled, &level.scheduled);
        (level.agents, level.scheduled) = (columns(&sure.needs).1, sure.scheduled);
    }
    Ok(requirement)
}

/// Needs by column.
fn columns(needs: &[Need]) -> (Vec<f64>, Vec<u32>, Vec<StaffingMethod>) {
    let fractional = needs.iter().map(|need| need.fractional).collect();
    (fractional, needs.iter().map(|need| need.agents).collect(), needs.iter().map(|need| need.method).collect())
}

/// How often agents `scheduled` for a set of queues keep each queue's promise: over days, or weeks where it spans one.
///
/// `scheduled.len() == grid.len()`; planned and unplanned shrinkage are taken off here.
///
/// # Errors
/// As [`crate::requirement()`].
pub fn share_of_periods(
    centre: &Centre,
    forecast: &DemandForecast,
    (queues, scheduled): (QueueSet, &[u32]),
    wish: PathWish,
) -> Result<Vec<PeriodShare>, StaffingError> {
    let shares = shares_of_periods(centre, forecast, &[(queues, scheduled.to_vec())], wish)?;
    Ok(shares.into_iter().flatten().collect())
}

/// As [`share_of_periods`] for several staffings, all on the same paths: one entry a staffing, in their order.
///
/// # Errors
/// As [`crate::requirement()`].
pub fn shares_of_periods(
    centre: &Centre,
    forecast: &DemandForecast,
    staffings: &[(QueueSet, Vec<u32>)],
    wish: PathWish,
) -> Result<Vec<Vec<PeriodShare>>, StaffingError> {
    let sizer = Sizer::of(centre, forecast)?;
    let paths = Paths::draw(centre, forecast, wish);
    let present = 1.0 - centre.shrinkage.planned.get();
    let judge = |(queues, scheduled): &(QueueSet, Vec<u32>)| {
        let groups = sizer.groups(*queues);
        let there: Vec<f64> = scheduled.iter().map(|&agents| f64::from(agents) * present).collect();
        let work = paths.work(&sizer, *queues);
        Judge::of(&sizer, &groups, &work, wish.seed).shares(&there)
    };
    Ok(staffings.iter().map(judge).collect())
}
