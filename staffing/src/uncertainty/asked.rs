//! Sizing of a set of queues for a probability, by the interval and over periods.

use rayon::prelude::*;
use solver_data::{QueueId, QueueSet, Seed, ServiceTarget, StaffingMethod};

use super::Paths;
use super::days::Judge;
use crate::error::StaffingError;
use crate::promise::in_every_interval;
use crate::queue::Station;
use crate::requirement::period::prices;
use crate::requirement::{Group, Member, Need, Sizer, at, need};

/// Probability from which nobody gets fewer agents than the mean asks for.
const HALF: f64 = 0.5;
/// Quantiles below and above p at which r is computed.
const BELOW: usize = 8;
const ABOVE: usize = 4;
/// How far below p the quantiles begin.
const REACH: f64 = 0.35;
/// Halvings of κ, the least, the first that should do, and the largest.
const HALVINGS: usize = 7;
const LEAST_DEMAND: f64 = 0.5;
const USUAL_DEMAND: f64 = 2.0;
const MOST_DEMAND: f64 = 16.0;
/// Agents from which the binomial is taken as normal.
const MANY: f64 = 5_000.0;

/// What is asked of every set of queues.
pub(super) struct Asked<'a> {
    pub sizer: &'a Sizer<'a>,
    pub paths: &'a Paths,
    pub probability: f64,
    pub seed: Seed,
}

/// Needs on contact and agents to schedule, by interval.
pub(super) struct Sure {
    pub needs: Vec<Need>,
    pub scheduled: Vec<u32>,
}

impl Asked<'_> {
    /// Whether the numbers are at least those of the mean.
    pub fn holds_the_mean(&self) -> bool {
        self.probability >= HALF
    }

    /// Raises needs to those of the mean, where it is held.
    pub fn raise(&self, needs: &mut [Need], mean: impl Iterator<Item = Need>) {
        for (need, mean) in needs.iter_mut().zip(mean).filter(|_| self.holds_the_mean()) {
            if mean.agents > need.agents {
                (need.agents, need.method) = (mean.agents, mean.method);
            }
            need.fractional = need.fractional.max(mean.fractional);
        }
    }

    /// As [`Asked::raise`] for agents to schedule.
    pub fn raise_scheduled(&self, scheduled: &mut [u32], mean: &[u32]) {
        for (own, &mean) in scheduled.iter_mut().zip(mean).filter(|_| self.holds_the_mean()) {
            *own = mean.max(*own);
        }
    }

    /// What a queue needs alone.
    pub fn alone(&self, queue: QueueId) -> Result<Sure, StaffingError> {
        self.pooled(QueueSet::of([queue]))
    }

    /// What a set needs as one pool, and no more than its queues `alone`, given by centre queue.
    pub fn together(&self, set: QueueSet, alone: &[Sure]) -> Result<Sure, StaffingError> {
        let own: Vec<&Sure> = set.queues().map(|queue| &alone[usize::from(queue)]).collect();
        if let [only] = own[..] {
            return Ok(Sure { needs: only.needs.clone(), scheduled: only.scheduled.clone() });
        }
        let mut sure = self.pooled(set)?;
        let apart = |t: usize| {
            let sum = own.iter().fold((0.0, 0_u32), |(real, whole), sure| {
                (real + sure.needs[t].fractional, whole.saturating_add(sure.needs[t].agents))
            });
            Need { fractional: sum.0.min(f64::from(sum.1)), agents: sum.1, method: StaffingMethod::Apart }
        };
        let scheduled_apart = |t: usize| own.iter().map(|sure| sure.scheduled[t]).fold(0, u32::saturating_add);
        if self.sizer.spans_periods(set) {
            // Only whole answers keep a promise over a period.
            let prices = prices(self.sizer.centre, self.sizer.grid);
            let cost = |agents: &dyn Fn(usize) -> u32| -> f64 {
                prices.iter().enumerate().map(|(t, price)| price * f64::from(agents(t))).sum()
            };
            if cost(&scheduled_apart) < cost(&|t| sure.scheduled[t]) {
                sure.needs = (0..prices.len()).map(apart).collect();
                sure.scheduled = (0..prices.len()).map(scheduled_apart).collect();
            }
            return Ok(sure);
        }
        for (t, (need, scheduled)) in sure.needs.iter_mut().zip(&mut sure.scheduled).enumerate() {
            let apart = apart(t);
            if apart.agents < need.agents {
                *need = apart;
            }
            *scheduled = scheduled_apart(t).min(*scheduled);
        }
        Ok(sure)
    }

    /// A set as one pool.
    fn pooled(&self, set: QueueSet) -> Result<Sure, StaffingError> {
        let groups = self.sizer.groups(set);
        let work = self.paths.work(self.sizer, set);
        if self.sizer.spans_periods(set) {
            return self.over_periods(set, &groups, &work);
        }
        let unplanned = self.sizer.centre.shrinkage.unplanned.get();
        let cells: Vec<Result<(Need, u32), StaffingError>> = (0..groups.len())
            .into_par_iter()
            .map(|t| {
                if groups[t].members.is_empty() {
                    return Ok((Need::NONE, 0));
                }
                let found =
                    at_probability(|factor| self.sized((set, &groups[t]), t, factor), &work[t], (self.probability, unplanned));
                found.map_err(|cause| at(set.label(self.sizer.centre), t, cause))
            })
            .collect();
        let cells = cells.into_iter().collect::<Result<Vec<_>, _>>()?;
        let (mut needs, there): (Vec<Need>, Vec<u32>) = cells.into_iter().unzip();
        let spare: Vec<u32> = needs.iter().zip(&there).map(|(need, there)| there - need.agents).collect();
        // Deferred work can wait for better days: its agents are those of the mean.
        self.sizer.blend(set, &groups, &mut needs)?;
        let scheduled = needs.iter().zip(spare).map(|(need, spare)| self.scheduled(f64::from(need.agents + spare)));
        let scheduled = scheduled.collect();
        Ok(Sure { needs, scheduled })
    }

    /// Need of an interval with `factor` times its contacts: of one queue with its call-backs.
    fn sized(&self, (set, group): (QueueSet, &Group), t: usize, factor: f64) -> Result<Need, StaffingError> {
        let mut own = set.queues();
        if let (Some(queue), None) = (own.next(), own.next()) {
            let station = self.sizer.load.stations[usize::from(queue)][t];
            let station = Station { volume: station.volume * factor, ..station };
            return need(&self.sizer.centre.queues[queue], &station, self.sizer.target(queue, t));
        }
        let targets: Vec<ServiceTarget> = group.members.iter().map(|member| *self.sizer.target(member.queue, t)).collect();
        let (fractional, agents, method) = group.scaled(factor).required(&targets)?;
        Ok(Need { fractional, agents, method })
    }

    /// Agents to schedule so that `there` are left by planned shrinkage.
    fn scheduled(&self, there: f64) -> u32 {
        let planned = self.sizer.centre.shrinkage.planned.get();
        (there / (1.0 - planned).max(f64::MIN_POSITIVE) - 1e-9).ceil().max(0.0) as u32
    }

    /// Agents to schedule for a need over a period, where absence takes its mean.
    fn scheduled_for(&self, need: &Need) -> u32 {
        let available = 1.0 - self.sizer.centre.shrinkage.unplanned.get();
        self.scheduled((f64::from(need.agents) / available.max(f64::MIN_POSITIVE) - 1e-9).ceil())
    }

    /// Sizes for κ times the demand, the least κ that keeps the promises often enough.
    fn over_periods(&self, set: QueueSet, groups: &[Group], work: &[Vec<f32>]) -> Result<Sure, StaffingError> {
        let judge = Judge::of(self.sizer, groups, work, self.seed);
        let present = 1.0 - self.sizer.centre.shrinkage.planned.get();
        let sized = |demand: f64| -> Result<(Vec<Need>, f64), StaffingError> {
            let scaled: Vec<Group> = groups.iter().map(|group| group.scaled(demand)).collect();
            let needs = self.placed(set, &scaled)?;
            let there: Vec<f64> = needs.iter().map(|need| f64::from(self.scheduled_for(need)) * present).collect();
            let least = judge.shares(&there).iter().map(|share| share.share).fold(1.0, f64::min);
            Ok((needs, least))
        };
        let (mut low, mut high) = (if self.holds_the_mean() { 1.0 } else { LEAST_DEMAND }, USUAL_DEMAND);
        let (mut best, mut share) = sized(low)?;
        if share < self.probability {
            (best, share) = sized(high)?;
            while share < self.probability && high < MOST_DEMAND {
                (low, high) = (high, 2.0 * high);
                (best, share) = sized(high)?;
            }
            if share < self.probability {
                return Err(self.too_seldom(set, groups, &best, share));
            }
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                let (needs, share) = sized(middle)?;
                if share >= self.probability {
                    (high, best) = (middle, needs);
                } else {
                    low = middle;
                }
            }
        }
        // Those who do deferred work are not there for contacts, so it comes after the judgement.
        self.sizer.blend(set, groups, &mut best)?;
        let scheduled = best.iter().map(|need| self.scheduled_for(need)).collect();
        Ok(Sure { needs: best, scheduled })
    }

    fn too_seldom(&self, set: QueueSet, groups: &[Group], needs: &[Need], share: f64) -> StaffingError {
        let first = groups.iter().position(|group| !group.members.is_empty()).unwrap_or(0);
        let cause = StaffingError::TargetOutOfReach {
            measure: "probability of a kept day or week",
            wanted: self.probability,
            reached: share,
            agents: needs.iter().map(|need| need.agents).max().unwrap_or(0),
            mend: "ask for a smaller probability",
        };
        at(set.label(self.sizer.centre), first, cause)
    }

    /// The needs of groups that promise something over a day or a week.
    fn placed(&self, set: QueueSet, groups: &[Group]) -> Result<Vec<Need>, StaffingError> {
        let floor = |(t, group): (usize, &Group)| {
            let target = |member: &Member| in_every_interval(self.sizer.target(member.queue, t));
            let targets: Vec<ServiceTarget> = group.members.iter().map(target).collect();
            let sized = group.required(&targets).map_err(|cause| at(set.label(self.sizer.centre), t, cause))?;
            Ok(Need { fractional: sized.0, agents: sized.1, method: sized.2 })
        };
        let mut needs = groups.par_iter().enumerate().map(floor).collect::<Result<Vec<_>, StaffingError>>()?;
        self.sizer.place(set, groups, &mut needs)?;
        Ok(needs)
    }
}

/// (1): the need at the p-quantile of the work, and N; `sized` gives the need at a multiple of the work expected.
fn at_probability(
    sized: impl Fn(f64) -> Result<Need, StaffingError>,
    work: &[f32],
    (probability, unplanned): (f64, f64),
) -> Result<(Need, u32), StaffingError> {
    if work.is_empty() {
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
            let need = sized(f64::from(sorted[place - 1]))?;
            steps.push(((place - reached) as f64 / sorted.len() as f64, need.agents));
            reached = place;
            if step <= BELOW {
                needed = Need { method: StaffingMethod::Probability, ..need };
            }
        }
    }
    if probability >= HALF {
        let mean = sized(1.0)?;
        if mean.agents > needed.agents {
            needed = Need { method: StaffingMethod::Probability, ..mean };
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
pub(super) fn normal_below(x: f64) -> f64 {
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
