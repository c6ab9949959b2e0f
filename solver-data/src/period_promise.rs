//! Promises over a day or a week, for a scheduler that may keep them where agents are cheapest.
//!
//! | symbol | meaning |
//! |---|---|
//! | N | agents in the roster who may serve some queue of the pool, in interval t |
//! | g(t, N) | surplus of one contact: what it meets less what is promised, averaged over who of the N is on contact |
//! | v(t) | contacts of the queue expected in interval t |
//!
//! A promise holds where S = Σ v(t) g(t, N(t)) over its period is 0 or more; -S is the number of contacts it lacks.
//! Everything is whole numbers, v in thousandths and g in millionths of a contact, so that S is the same in whatever order
//! it is summed.

use std::ops::Range;

use crate::centre::CoveragePrices;
use crate::id::QueueId;

/// Parts of a contact that a surplus S is counted in.
pub const PARTS_PER_CONTACT: i64 = 1_000_000_000;

/// Hours of one missing agent that a missing contact costs.
const HOURS_PER_CONTACT: i64 = 4;

/// What a missing contact costs in the roster's objective, in minor units.
///
/// Four hours of a missing agent: a promise is then kept wherever an agent-hour adds more than about a tenth of a contact
/// (with understaffing priced at a few hours' pay), and given up where it adds less.
pub fn price_per_contact(prices: &CoveragePrices) -> i64 {
    (HOURS_PER_CONTACT * prices.understaffing_per_hour.0).max(1)
}

/// Cost of a surplus in minor units: `price` for every contact below 0, rounded up.
pub fn cost_of_lacking(surplus: i64, price: i64) -> i64 {
    let lacking = i128::from(surplus.min(0).unsigned_abs());
    let cost = (lacking * i128::from(price) + i128::from(PARTS_PER_CONTACT) - 1) / i128::from(PARTS_PER_CONTACT);
    i64::try_from(cost).unwrap_or(i64::MAX / 4)
}

/// What a pool of queues promises over days or weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct PooledPromise {
    /// Row of `StaffingRequirement::pools`.
    pub pool: usize,
    /// Whole agents to schedule in any case, for floors and for what is promised by the interval: `len == grid.len()`.
    pub floor: Vec<u32>,
    /// The surplus curves of each interval: `len == grid.len()`, none where nothing is promised.
    pub curves: Vec<Vec<SurplusCurve>>,
    /// The promises.
    pub promises: Vec<PeriodPromise>,
}

/// g of one interval: millionths of a contact by agents scheduled.
///
/// Linear from no agent to the first entry, flat after the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurplusCurve {
    /// g with nobody there.
    pub at_zero: i32,
    /// Agents of the first entry.
    pub first: u32,
    /// g with `first`, `first + 1`, … agents; never empty.
    pub values: Vec<i32>,
}

/// What is measured over the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PromisedMeasure {
    /// Contacts answered within the threshold.
    ServiceLevel,
    /// Contacts whose wait stays within the longest.
    LongestWait,
    /// Waiting time, in contacts that wait as long as the mean may be.
    MeanWait,
    /// Contacts that abandon.
    Abandonment,
}

impl PromisedMeasure {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceLevel => "service_level",
            Self::LongestWait => "longest_wait",
            Self::MeanWait => "mean_wait",
            Self::Abandonment => "abandonment",
        }
    }
}

/// One limit of one queue over one period, within a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodPromise {
    /// The queue.
    pub queue: QueueId,
    /// Days of the grid.
    pub days: Range<usize>,
    /// What is measured.
    pub measure: PromisedMeasure,
    /// The value promised: a share, or seconds of a mean wait.
    pub wanted: f64,
    /// The intervals with contacts, ascending.
    pub parts: Vec<PromisedInterval>,
}

/// Contacts of a promise in one interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromisedInterval {
    /// The interval.
    pub t: usize,
    /// Row of `PooledPromise::curves[t]`.
    pub curve: usize,
    /// v in thousandths of a contact.
    pub volume: i64,
}

impl SurplusCurve {
    /// g with `agents` scheduled.
    #[inline]
    pub fn at(&self, agents: u32) -> i32 {
        if agents >= self.first {
            let last = self.values.len() - 1;
            return self.values[((agents - self.first) as usize).min(last)];
        }
        let (rise, first) = (i64::from(self.values[0]) - i64::from(self.at_zero), i64::from(self.first));
        (i64::from(self.at_zero) + rise * i64::from(agents) / first) as i32
    }

    /// Agents from which on g is flat.
    pub fn last(&self) -> u32 {
        self.first + self.values.len() as u32 - 1
    }
}

impl PeriodPromise {
    /// Contacts of the period.
    pub fn volume(&self) -> f64 {
        self.parts.iter().map(|part| part.volume).sum::<i64>() as f64 / 1e3
    }

    /// S in parts of a contact, where `agents[t]` of the pool are scheduled.
    pub fn surplus(&self, curves: &[Vec<SurplusCurve>], agents: &[u32]) -> i64 {
        self.parts.iter().map(|part| part.volume * i64::from(curves[part.t][part.curve].at(agents[part.t]))).sum()
    }

    /// The value of the measure that a surplus stands for: a share, or seconds of a mean wait.
    pub fn reached(&self, surplus: i64) -> f64 {
        let share = surplus as f64 / PARTS_PER_CONTACT as f64 / self.volume().max(1e-9);
        match self.measure {
            PromisedMeasure::ServiceLevel | PromisedMeasure::LongestWait => self.wanted + share,
            PromisedMeasure::MeanWait => self.wanted * (1.0 - share),
            PromisedMeasure::Abandonment => self.wanted - share,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_linear_to_its_first_entry_and_flat_after_its_last() {
        let curve = SurplusCurve { at_zero: -800_000, first: 4, values: vec![-400_000, 0, 100_000] };
        let met = [0, 1, 2, 4, 5, 6, 60].map(|agents| curve.at(agents));
        assert_eq!(met, [-800_000, -700_000, -600_000, -400_000, 0, 100_000, 100_000]);
        assert_eq!(curve.last(), 6);
    }

    #[test]
    fn what_lacks_costs_its_price_rounded_up_and_what_is_over_nothing() {
        assert_eq!(cost_of_lacking(5, 64_000), 0);
        assert_eq!(cost_of_lacking(-PARTS_PER_CONTACT, 64_000), 64_000);
        assert_eq!(cost_of_lacking(-1, 64_000), 1);
        assert_eq!(cost_of_lacking(-PARTS_PER_CONTACT * 5 / 2, 3), 8);
    }

    #[test]
    fn what_is_reached_is_told_in_the_measure_itself() {
        let part = PromisedInterval { t: 0, curve: 0, volume: 100_000 };
        let promise = |measure, wanted| PeriodPromise { queue: QueueId(0), days: 0..1, measure, wanted, parts: vec![part] };
        let ten_below = -10 * PARTS_PER_CONTACT;
        assert!((promise(PromisedMeasure::ServiceLevel, 0.8).reached(ten_below) - 0.7).abs() < 1e-12);
        assert!((promise(PromisedMeasure::Abandonment, 0.05).reached(ten_below) - 0.15).abs() < 1e-12);
        assert!((promise(PromisedMeasure::MeanWait, 40.0).reached(ten_below) - 44.0).abs() < 1e-12);
    }
}
