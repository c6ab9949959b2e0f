//! Measures of a stretch of time over replications, and the promises held against them.

use solver_data::{Estimate, ServiceMeasures, ServiceTarget};

use super::ledger::Tally;
use crate::estimate::{Sample, StudentQuantiles};

/// Slack of a comparison with a target: a share that meets it exactly may miss it by rounding.
const TOLERANCE: f64 = 1e-12;

/// The measures of a stretch of time over replications.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct MeasureSamples {
    offered: Sample,
    answered: Sample,
    service_level: Sample,
    abandonment: Sample,
    asa: Sample,
    within_limit: Sample,
}

impl MeasureSamples {
    /// Adds one replication.
    pub fn add(&mut self, tally: &Tally) {
        self.offered.add(f64::from(tally.offered));
        self.answered.add(f64::from(tally.answered));
        if tally.base > 0 {
            self.service_level.add(f64::from(tally.hits) / f64::from(tally.base));
        }
        if tally.offered > 0 {
            self.abandonment.add(f64::from(tally.abandoned) / f64::from(tally.offered));
            self.within_limit.add(1.0 - f64::from(tally.overlong) / f64::from(tally.offered));
        }
        if tally.answered > 0 {
            self.asa.add(tally.wait / f64::from(tally.answered));
        }
    }

    /// Means and their intervals.
    pub fn measures(&self, quantiles: &StudentQuantiles) -> ServiceMeasures {
        ServiceMeasures {
            offered: self.offered.estimate(quantiles, 0.0),
            answered: self.answered.estimate(quantiles, 0.0),
            service_level: self.service_level.estimate(quantiles, 1.0),
            abandonment: self.abandonment.estimate(quantiles, 0.0),
            asa_seconds: self.asa.estimate(quantiles, 0.0),
            within_limit: self.within_limit.estimate(quantiles, 1.0),
        }
    }
}

/// Means of samples that are never empty but for want of replications.
pub(super) fn estimates(samples: &[Sample], quantiles: &StudentQuantiles) -> Vec<Estimate> {
    samples.iter().map(|sample| sample.estimate(quantiles, 0.0)).collect()
}

/// The sum of tallies.
pub(super) fn total(tallies: &[Tally]) -> Tally {
    tallies.iter().fold(Tally::default(), |mut sum, tally| {
        sum.add(tally);
        sum
    })
}

/// Whether a stretch with contacts met every limit of a target; the occupancy is that of all agents of the centre.
pub(super) fn meets(target: &ServiceTarget, tally: &Tally, occupancy: f64) -> bool {
    let at_most = |limit: Option<f64>, part: f64, whole: u32| {
        limit.is_none_or(|limit| part <= limit * f64::from(whole) + TOLERANCE * f64::from(whole))
    };
    let at_least = |limit: Option<f64>, part: u32, whole: u32| {
        limit.is_none_or(|limit| f64::from(part) + TOLERANCE * f64::from(whole) >= limit * f64::from(whole))
    };
    at_least(target.service_level.map(|level| level.share), tally.hits, tally.base)
        && at_most(target.asa_seconds, tally.wait, tally.answered)
        && at_most(target.abandonment, f64::from(tally.abandoned), tally.offered)
        && at_most(target.maximum_wait.map(|limit| 1.0 - limit.share), f64::from(tally.overlong), tally.offered)
        && at_least(target.deadline.map(|deadline| deadline.share), tally.in_time, tally.due)
        && target.occupancy.is_none_or(|limit| occupancy <= limit + TOLERANCE)
}
