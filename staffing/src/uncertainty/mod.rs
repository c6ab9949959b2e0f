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

mod days;
mod paths;

use rayon::prelude::*;
use solver_data::{Centre, DemandForecast, QueueSet, Seed, ServiceTarget, StaffingMethod, StaffingRequirement};

pub use days::PeriodShare;
pub(crate) use paths::Paths;

use crate::error::StaffingError;
use crate::promise::in_every_interval;
use crate::requirement::{Group, Need, Sizer, requirement};
use days::Judge;

/// Quantiles below and above p at which r is computed.
const BELOW: usize = 8;
const ABOVE: usize = 4;
/// How far below p the quantiles begin.
const REACH: f64 = 0.35;
/// Halvings of κ, the least and the largest.
const HALVINGS: usize = 7;
const LEAST_DEMAND: f64 = 0.5;
const MOST_DEMAND: f64 = 2.0;
/// Agents from which the binomial is taken as normal.
const MANY: f64 = 5_000.0;

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
/// As [`crate::requirement()`], and [`StaffingError::OutOfRange`] unless the probability lies between 0 and 1.
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
    for queue in &mut requirement.queues {
        let (needs, scheduled) = asked.needs(QueueSet::of([queue.queue]))?;
        queue.fractional = needs.iter().map(|need| need.fractional).collect();
        queue.agents = needs.iter().map(|need| need.agents).collect();
        queue.scheduled = scheduled.iter().map(|&agents| f64::from(agents)).collect();
        queue.methods = needs.iter().map(|need| need.method).collect();
    }
    for pool in &mut requirement.pools {
        let (needs, scheduled) = asked.needs(pool.queues)?;
        pool.fractional = needs.iter().map(|need| need.fractional).collect();
        pool.agents = needs.iter().map(|need| need.agents).collect();
        pool.methods = needs.iter().map(|need| need.method).collect();
        pool.scheduled = scheduled;
    }
    for level in &mut requirement.levels {
        let (needs, scheduled) = asked.needs(level.queues)?;
        level.agents = needs.iter().map(|need| need.agents).collect();
        level.scheduled = scheduled;
    }
    Ok(requirement)
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

/// What is asked of every set of queues.
struct Asked<'a> {
    sizer: &'a Sizer<'a>,
    paths: &'a Paths,
    probability: f64,
    seed: Seed,
}

impl Asked<'_> {
    /// Needs on contact and agents to schedule of a set, by interval.
    fn needs(&self, set: QueueSet) -> Result<(Vec<Need>, Vec<u32>), StaffingError> {
        let groups = self.sizer.groups(set);
        let work = self.paths.work(self.sizer, set);
        if self.sizer.spans_periods(set) {
            return self.over_periods(&groups, &work);
        }
        let unplanned = self.sizer.centre.shrinkage.unplanned.get();
        let cells: Vec<Result<(Need, u32), StaffingError>> = (0..groups.len())
            .into_par_iter()
            .map(|t| {
                let target = |member: &crate::requirement::Member| *self.sizer.target(member.queue, t);
                let targets: Vec<ServiceTarget> = groups[t].members.iter().map(target).collect();
                let found = at_probability(&groups[t], &targets, &work[t], (self.probability, unplanned));
                found.map_err(|cause| StaffingError::Queue {
                    queue: set.label(self.sizer.centre),
                    interval: t,
                    cause: Box::new(cause),
                })
            })
            .collect();
        let cells = cells.into_iter().collect::<Result<Vec<_>, _>>()?;
        let (mut needs, there): (Vec<Need>, Vec<u32>) = cells.into_iter().unzip();
        let spare: Vec<u32> = needs.iter().zip(&there).map(|(need, there)| there - need.agents).collect();
        // Deferred work can wait for better days: its agents are those of the mean.
        self.sizer.blend(set, &groups, &mut needs)?;
        let scheduled = needs.iter().zip(spare).map(|(need, spare)| self.scheduled(f64::from(need.agents + spare)));
        let scheduled = scheduled.collect();
        Ok((needs, scheduled))
    }

    /// Agents to schedule so that `there` are left by planned shrinkage.
    fn scheduled(&self, there: f64) -> u32 {
        let planned = self.sizer.centre.shrinkage.planned.get();
        (there / (1.0 - planned).max(f64::MIN_POSITIVE) - 1e-9).ceil().max(0.0) as u32
    }

    /// Sizes for κ times the demand, the least κ that keeps the promises often enough.
    fn over_periods(&self, groups: &[Group], work: &[Vec<f32>]) -> Result<(Vec<Need>, Vec<u32>), StaffingError> {
        let judge = Judge::of(self.sizer, groups, work, self.seed);
        let available = 1.0 - self.sizer.centre.shrinkage.unplanned.get();
        let sized = |demand: f64| -> Result<(Vec<Need>, f64), StaffingError> {
            let scaled: Vec<Group> = groups.iter().map(|group| group.scaled(demand)).collect();
            let needs = self.placed(&scaled)?;
            let there: Vec<f64> = needs.iter().map(|need| (f64::from(need.agents) / available - 1e-9).ceil()).collect();
            let least = judge.shares(&there).iter().map(|share| share.share).fold(1.0, f64::min);
            Ok((needs, least))
        };
        let (mut low, mut high) = (if self.probability >= 0.5 { 1.0 } else { LEAST_DEMAND }, MOST_DEMAND);
        let (least, share) = sized(low)?;
        let mut best = if share >= self.probability { least } else { sized(high)?.0 };
        if share >= self.probability {
            high = low;
        }
        for _ in 0..if high > low { HALVINGS } else { 0 } {
            let middle = 0.5 * (low + high);
            let (needs, share) = sized(middle)?;
            if share >= self.probability {
                (high, best) = (middle, needs);
            } else {
                low = middle;
            }
        }
        let there = |need: &Need| (f64::from(need.agents) / available - 1e-9).ceil();
        let scheduled = best.iter().map(|need| self.scheduled(there(need))).collect();
        Ok((best, scheduled))
    }

    /// The needs of groups that promise something over a day or a week.
    fn placed(&self, groups: &[Group]) -> Result<Vec<Need>, StaffingError> {
        let floor = |(t, group): (usize, &Group)| {
            let targets: Vec<ServiceTarget> =
                group.members.iter().map(|member| in_every_interval(self.sizer.target(member.queue, t))).collect();
            let (fractional, agents, method) = group.required(&targets)?;
            Ok(Need { fractional, agents, method })
        };
        let mut needs = groups.par_iter().enumerate().map(floor).collect::<Result<Vec<_>, StaffingError>>()?;
        self.sizer.place(groups, &mut needs)?;
        Ok(needs)
    }
}

/// (1): the need at the p-quantile of the work, and N.
fn at_probability(
    group: &Group,
    targets: &[ServiceTarget],
    work: &[f32],
    (probability, unplanned): (f64, f64),
) -> Result<(Need, u32), StaffingError> {
    if group.members.is_empty() || work.is_empty() {
        return Ok((Need::NONE, 0));
    }
    let mut sorted = work.to_vec();
    sorted.sort_by(f32::total_cmp);
    let (mut steps, mut reached, mut needed) = (Vec::with_capacity(BELOW + ABOVE), 0, Need::NONE);
    let low = (probability - REACH).max(0.0);
    for step in 0..=BELOW + ABOVE {
        let share = match step.checked_sub(BELOW) {
            None => low + (probability - low) * step as f64 / BELOW as f64,
            Some(above) => probability + (1.0 - probability) * above as f64 / ABOVE as f64,
        };
        let place = ((share * sorted.len() as f64 - 1e-9).ceil() as usize).clamp(1, sorted.len());
        if place > reached {
            let (fractional, agents, _) = group.scaled(f64::from(sorted[place - 1])).required(targets)?;
            steps.push(((place - reached) as f64 / sorted.len() as f64, agents));
            reached = place;
            if step <= BELOW {
                needed = Need { fractional, agents, method: StaffingMethod::Probability };
            }
        }
    }
    if probability >= 0.5 {
        let (fractional, agents, _) = group.required(targets)?;
        if agents > needed.agents {
            needed = Need { fractional, agents, method: StaffingMethod::Probability };
        }
    }
    let mut there = needed.agents;
    let held = |there: u32| steps.iter().map(|&(share, need)| share * present_at_least(there, need, unplanned)).sum::<f64>();
    while held(there) < probability - 1e-9 {
        there = there.saturating_add(1 + there / 200);
    }
    Ok((needed, there))
}

/// P(Binomial(agents, 1 - absence) ≥ wanted).
fn present_at_least(agents: u32, wanted: u32, absence: f64) -> f64 {
    if wanted == 0 || absence <= 0.0 {
        return f64::from(u8::from(agents >= wanted));
    }
    if agents < wanted || absence >= 1.0 {
        return 0.0;
    }
    let n = f64::from(agents);
    let spare = f64::from(agents - wanted);
    if n > MANY {
        let sd = (n * absence * (1.0 - absence)).sqrt();
        return normal_below((spare + 0.5 - n * absence) / sd);
    }
    let (mut term, mut sum, mut k) = (n * (1.0 - absence).ln(), 0.0, 0.0);
    let odds = (absence / (1.0 - absence)).ln();
    loop {
        sum += term.exp();
        if k >= spare {
            return sum.min(1.0);
        }
        term += ((n - k) / (k + 1.0)).ln() + odds;
        k += 1.0;
    }
}

/// Standard normal distribution function, to 1e-7 (Abramowitz, Stegun 26.2.17).
fn normal_below(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presence_is_binomial() {
        // Of three agents, each there with probability 0.9: all three 0.729, two or more 0.972.
        assert!((present_at_least(3, 3, 0.1) - 0.729).abs() < 1e-12);
        assert!((present_at_least(3, 2, 0.1) - 0.972).abs() < 1e-12);
        assert_eq!((present_at_least(2, 3, 0.1), present_at_least(3, 3, 0.0)), (0.0, 1.0));
        let (exact, normal) = (present_at_least(5_000, 4_480, 0.1), present_at_least(5_001, 4_481, 0.1));
        assert!((exact - normal).abs() < 0.002, "{exact} {normal}");
    }
}
