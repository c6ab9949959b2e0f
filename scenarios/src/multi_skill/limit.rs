//! The limits of a problem's targets, and what simulation says of each.

use simulation::{ModelMeasures, TypeCounts};
use solver_data::{Estimate, ServiceLevelDefinition, ServiceLevelTarget, ServiceTarget};

use super::problem::{MultiSkillProblem, Skills, members};

/// 97.5 % quantile of the normal distribution.
const NORMAL: f64 = 1.959963984540054;
/// Miss of a limit that still counts as kept, as in the formulas.
const TIE: f64 = 1e-12;

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Share in time, by the target's definition.
    ServiceLevel,
    /// Share that abandons.
    Abandonment,
    /// Mean wait in seconds, abandoned contacts included.
    MeanWait,
    /// Busy share of all agents who may serve the type.
    Occupancy,
}

impl Promise {
    /// The name used in files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceLevel => "service level",
            Self::Abandonment => "abandonment",
            Self::MeanWait => "mean wait",
            Self::Occupancy => "occupancy",
        }
    }

    /// 1 where more is better, -1 where less is.
    fn sense(self) -> f64 {
        if self == Self::ServiceLevel { 1.0 } else { -1.0 }
    }
}

/// One limit of one type's target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The type, by its place in the model.
    pub contact_type: usize,
    /// What is promised.
    pub promise: Promise,
    /// The value promised.
    pub wanted: f64,
    definition: ServiceLevelDefinition,
    servers: u64,
}

impl Limit {
    /// All limits of a problem's types that have contacts.
    pub(super) fn all(problem: &MultiSkillProblem, skills: &Skills) -> Vec<Self> {
        let of_type = |own: usize| {
            let target = &problem.targets[own];
            let wanted = [
                (Promise::ServiceLevel, target.service_level.map(|level| level.share)),
                (Promise::Abandonment, target.abandonment),
                (Promise::MeanWait, target.asa_seconds),
                (Promise::Occupancy, target.occupancy),
            ];
            let definition = target.service_level.map(|level| level.definition).unwrap_or_default();
            let servers = skills.servers[own];
            wanted.into_iter().filter_map(move |(promise, wanted)| {
                Some(Self { contact_type: own, promise, wanted: wanted?, definition, servers })
            })
        };
        skills.types().flat_map(of_type).collect()
    }

    /// The groups that may serve the type, as bits.
    pub(super) fn servers(&self) -> u64 {
        self.servers
    }

    /// How far a value is on the right side; negative where the limit is missed.
    pub(super) fn slack(&self, value: f64) -> f64 {
        self.promise.sense() * (value - self.wanted)
    }

    /// What a miss is measured in, so that misses of different limits can be added.
    pub(super) fn scale(&self) -> f64 {
        if self.promise == Promise::MeanWait { self.wanted.max(1.0) } else { 1.0 }
    }

    /// Numerator and denominator of the measure in each replication.
    fn parts(&self, agents: &[u32], measures: &ModelMeasures) -> Vec<(f64, f64)> {
        let counts = &measures.types[self.contact_type].counts;
        match self.promise {
            Promise::ServiceLevel => counts.iter().map(|counts| in_time(counts, self.definition)).collect(),
            Promise::Abandonment => counts.iter().map(|counts| (counts.abandoned as f64, accepted(counts))).collect(),
            Promise::MeanWait => counts.iter().map(|counts| (counts.wait_seconds, accepted(counts))).collect(),
            Promise::Occupancy => {
                let busy = |k: usize| {
                    let group = |group: usize| measures.occupancy[group].values()[k].unwrap_or(0.0) * f64::from(agents[group]);
                    members(self.servers).map(group).sum::<f64>()
                };
                let present: f64 = members(self.servers).map(|group| f64::from(agents[group])).sum();
                (0..counts.len()).map(|k| (busy(k), present)).collect()
            }
        }
    }
}

/// A part of a target that is neither sized nor proven by simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnjudgedPart {
    /// The type, by its place in the model.
    pub contact_type: usize,
    /// Its name in files and messages.
    pub name: &'static str,
}

/// The parts of a target that simulation does not judge, by name.
///
/// Limits over a day or a week are kept in every interval and so over the period, too. A floor below the service level,
/// and a maximum wait that a stricter service level of all contacts implies, are kept with it.
pub fn unjudged(target: &ServiceTarget) -> impl Iterator<Item = &'static str> {
    let level = target.service_level;
    let wait = target.maximum_wait.is_some_and(|most| {
        let implied = |level: ServiceLevelTarget| {
            level.definition == ServiceLevelDefinition::ServedAll
                && level.within_seconds <= most.seconds
                && level.share >= most.share
        };
        !level.is_some_and(implied)
    });
    let floor = target.interval_floor.is_some_and(|floor| level.is_none_or(|level| level.share < floor));
    let parts = [("maximum wait", wait), ("interval floor", floor), ("deadline", target.deadline.is_some())];
    parts.into_iter().filter(|(_, unjudged)| *unjudged).map(|(name, _)| name)
}

fn accepted(counts: &TypeCounts) -> f64 {
    (counts.offered - counts.blocked) as f64
}

/// Share in time of one replication; definitions that need the abandoned within the threshold count none of them, which
/// is on the safe side.
fn in_time(counts: &TypeCounts, definition: ServiceLevelDefinition) -> (f64, f64) {
    let whole = match definition {
        ServiceLevelDefinition::OfAnswered => counts.answered as f64,
        _ => accepted(counts),
    };
    (counts.in_time as f64, whole)
}

/// A ratio of totals over replications, with its error: Σ numerators / Σ denominators.
///
/// Where nothing is counted the limit is kept. Source of the variance: Law, Kelton (2000), section 9.5, ratio estimators.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Tally {
    replications: u32,
    parts: f64,
    wholes: f64,
    parts_squared: f64,
    products: f64,
    wholes_squared: f64,
}

impl Tally {
    fn add(&mut self, (part, whole): (f64, f64)) {
        self.replications += 1;
        self.parts += part;
        self.wholes += whole;
        self.parts_squared += part * part;
        self.products += part * whole;
        self.wholes_squared += whole * whole;
    }

    /// The ratio; `None` where nothing was counted.
    pub fn value(&self) -> Option<f64> {
        (self.wholes > 0.0).then(|| self.parts / self.wholes)
    }

    /// Standard error of the ratio.
    fn error(&self) -> f64 {
        let (Some(ratio), true) = (self.value(), self.replications > 1) else { return 0.0 };
        let n = f64::from(self.replications);
        let squares = self.parts_squared - 2.0 * ratio * self.products + ratio * ratio * self.wholes_squared;
        (squares.max(0.0) / (n * (n - 1.0))).sqrt() / (self.wholes / n)
    }

    /// Mean and 95 % half-width, by the first terms of Student's quantile (Abramowitz and Stegun 26.7.5).
    fn estimate(&self, empty: f64) -> Estimate {
        let freedom = f64::from(self.replications.saturating_sub(1).max(1));
        let quantile = NORMAL + (NORMAL.powi(3) + NORMAL) / (4.0 * freedom);
        Estimate { mean: self.value().unwrap_or(empty), half_width: quantile * self.error() }
    }
}

/// What simulation says of all limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every limit is kept, beyond doubt.
    Keeps,
    /// Some limit is missed, beyond doubt.
    Misses,
    /// More replications are needed.
    Open,
}

/// Simulated replications of some numbers of agents, in stages that double them.
///
/// Two trials at the same stage have met the same contacts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Trial {
    /// One tally a limit after each stage, earlier stages included.
    stages: Vec<Vec<Tally>>,
}

impl Trial {
    /// Adds a stage of further replications.
    pub fn add(&mut self, limits: &[Limit], agents: &[u32], measures: &ModelMeasures) {
        let mut tallies = self.stages.last().cloned().unwrap_or_else(|| vec![Tally::default(); limits.len()]);
        for (tally, limit) in tallies.iter_mut().zip(limits) {
            limit.parts(agents, measures).into_iter().for_each(|parts| tally.add(parts));
        }
        self.stages.push(tallies);
    }

    /// Stages done.
    pub fn stages(&self) -> usize {
        self.stages.len()
    }

    /// The trial as it stood after `stages`, 1 or more.
    pub fn at(&self, stages: usize) -> Self {
        Self { stages: self.stages[..stages.min(self.stages.len())].to_vec() }
    }

    /// One tally a limit.
    pub fn tallies(&self) -> &[Tally] {
        self.stages.last().map_or(&[], Vec::as_slice)
    }

    /// Whether every mean keeps its limit.
    pub fn keeps_by_mean(&self, limits: &[Limit]) -> bool {
        limits.iter().zip(self.tallies()).all(|(limit, tally)| tally.value().is_none_or(|value| limit.slack(value) >= -TIE))
    }

    /// The verdict at `doubt` standard errors.
    pub fn verdict(&self, limits: &[Limit], doubt: f64) -> Verdict {
        let mut verdict = Verdict::Keeps;
        for (limit, tally) in limits.iter().zip(self.tallies()) {
            let Some(value) = tally.value() else { continue };
            let (slack, margin) = (limit.slack(value), doubt * tally.error());
            if slack < -margin - TIE {
                return Verdict::Misses;
            }
            if slack < margin {
                verdict = Verdict::Open;
            }
        }
        verdict
    }

    /// Sum of the misses by mean, each in its own scale; 0 where every limit is kept.
    pub fn lack(&self, limits: &[Limit]) -> f64 {
        let lack =
            |(limit, tally): (&Limit, &Tally)| tally.value().map_or(0.0, |value| (-limit.slack(value)).max(0.0) / limit.scale());
        limits.iter().zip(self.tallies()).map(lack).sum()
    }

    /// By how much the mean misses limit `i`, less its standard error; `None` where it is kept.
    pub fn miss(&self, limits: &[Limit], i: usize) -> Option<f64> {
        let tally = &self.tallies()[i];
        let miss = -limits[i].slack(tally.value()?);
        (miss > TIE).then(|| (miss - tally.error()).max(0.25 * miss))
    }

    /// Slack of each limit by mean, in its own scale; infinite where nothing was counted.
    pub fn slacks(&self, limits: &[Limit]) -> Vec<f64> {
        let slack =
            |(limit, tally): (&Limit, &Tally)| tally.value().map_or(f64::INFINITY, |value| limit.slack(value) / limit.scale());
        limits.iter().zip(self.tallies()).map(slack).collect()
    }

    /// The least slack by mean, in its own scale; infinite without limits.
    pub fn least_slack(&self, limits: &[Limit]) -> f64 {
        self.slacks(limits).into_iter().fold(f64::INFINITY, f64::min)
    }

    /// What is proven of each limit.
    pub fn proofs(&self, limits: &[Limit]) -> Vec<LimitProof> {
        let proof = |(limit, tally): (&Limit, &Tally)| {
            let estimate = tally.estimate(if limit.promise == Promise::ServiceLevel { 1.0 } else { 0.0 });
            LimitProof { limit: *limit, estimate, kept: tally.value().is_none_or(|value| limit.slack(value) >= -TIE) }
        };
        limits.iter().zip(self.tallies()).map(proof).collect()
    }
}

/// What the final simulation says of one limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitProof {
    /// The limit.
    pub limit: Limit,
    /// Simulated value, totals over totals, with its 95 % half-width.
    pub estimate: Estimate,
    /// Whether the mean keeps the limit.
    pub kept: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use solver_data::{TargetPeriod, WaitLimit};

    #[test]
    fn a_maximum_wait_is_unjudged_unless_the_service_level_implies_it() {
        let with = |share, seconds| ServiceTarget {
            maximum_wait: Some(WaitLimit { seconds, share }),
            ..ServiceTarget::share_within(0.95, 20.0)
        };
        let names = |target: &ServiceTarget| unjudged(target).collect::<Vec<_>>();
        assert_eq!(names(&with(0.99, 60.0)), ["maximum wait"]);
        assert_eq!(names(&with(0.9, 10.0)), ["maximum wait"]);
        assert!(names(&with(0.9, 60.0)).is_empty());
        let daily =
            ServiceTarget { period: TargetPeriod::Day, interval_floor: Some(0.6), ..ServiceTarget::share_within(0.8, 20.0) };
        assert!(names(&daily).is_empty());
        assert_eq!(names(&ServiceTarget { interval_floor: Some(0.9), ..daily }), ["interval floor"]);
    }

    fn tally(parts: &[(f64, f64)]) -> Tally {
        let mut tally = Tally::default();
        for &parts in parts {
            tally.add(parts);
        }
        tally
    }

    #[test]
    fn a_ratio_of_equal_wholes_has_the_error_of_a_mean() {
        let tally = tally(&[(1.0, 10.0), (2.0, 10.0), (3.0, 10.0), (4.0, 10.0)]);
        assert_eq!(tally.value(), Some(0.25));
        let expected = 0.1 * (1.6666666666666667_f64 / 4.0).sqrt();
        assert!((tally.error() - expected).abs() < 1e-12);
        // t(0.975, 3) = 3.18; its first terms say 2.75: few replications are never shown as a proof.
        assert!((tally.estimate(0.0).half_width / expected - 2.75).abs() < 0.1);
    }

    #[test]
    fn proportional_parts_leave_no_doubt_and_no_contact_keeps_everything() {
        assert!(tally(&[(1.0, 2.0), (5.0, 10.0), (2.0, 4.0)]).error() < 1e-9);
        assert_eq!(tally(&[(0.0, 0.0); 3]).value(), None);
        assert_eq!(tally(&[(0.0, 0.0); 3]).error(), 0.0);
    }
}
