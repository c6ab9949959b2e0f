//! Misses taken apart: how much of a day's or a queue's lost service is due to volume, handle times and absence, and how
//! much to the fit of the roster.
//!
//! Every replication is run once for each subset of the causes that acts as it did, the others as expected, all under the
//! same random numbers. The part of a cause is its Shapley value: the mean, over all orders in which the causes set in, of
//! the service that is lost when it does (Shapley 1953, Contributions to the Theory of Games 2; with three causes the
//! orders are six and the runs eight). What is lost when nothing went otherwise than expected is the fit of the roster to
//! the expectation. The parts add up to the miss exactly.

use solver_data::{AttributedMiss, Estimate, Seed, Watch};

use super::compiled::CompiledRoster;
use super::ledger::RosterLedger;
use super::measure::total;
use crate::error::SimulationError;
use crate::estimate::{Sample, StudentQuantiles};
use crate::replications::replicate;

/// Which causes act as they did; the others are as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Causes {
    mask: usize,
}

impl Causes {
    /// Number of causes.
    const COUNT: usize = 3;

    /// As many contacts as came.
    pub fn volume(self) -> bool {
        self.mask & 1 > 0
    }

    /// Handle times as they were.
    pub fn handle_time(self) -> bool {
        self.mask & 2 > 0
    }

    /// Shifts missed as they were.
    pub fn absence(self) -> bool {
        self.mask & 4 > 0
    }
}

/// Service levels of one run: for each queue its days, then its horizon.
type Levels = Vec<f64>;

/// Samples of one queue and stretch: served, the parts of the causes, fit.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    served: Sample,
    causes: [Sample; Causes::COUNT],
    fit: Sample,
}

/// Takes the misses of all queues with a wished share apart; `run` is one replication with the causes given.
///
/// # Errors
/// [`SimulationError::Interrupted`].
pub(crate) fn attribute<'a>(
    roster: &'a CompiledRoster,
    (replications, seed): (u32, Seed),
    acting: &[usize],
    watch: &dyn Watch,
    run: impl Fn(Seed, Causes) -> RosterLedger<'a> + Sync,
) -> Result<Vec<AttributedMiss>, SimulationError> {
    let stretches = roster.grid.days() + 1;
    let mut parts = vec![Parts::default(); roster.queues.len() * stretches];
    // A cause that cannot act needs no run: its bit follows from the others'.
    let masks: Vec<usize> = (0..1 << acting.len())
        .map(|subset: usize| (0..acting.len()).filter(|place| subset >> place & 1 > 0).map(|place| 1 << acting[place]).sum())
        .collect();
    let one = |seed: Seed| -> Vec<Levels> { masks.iter().map(|&mask| levels(roster, &run(seed, Causes { mask }))).collect() };
    replicate(replications, seed, watch, one, |runs| {
        for (cell, parts) in parts.iter_mut().enumerate() {
            let (queue, stretch) = (cell / stretches, cell % stretches);
            let served = runs[runs.len() - 1][cell];
            if let Some(wanted) = wanted(roster, queue, stretch).filter(|_| served.is_finite()) {
                let losses: Vec<f64> =
                    runs.iter().map(|run| wanted - if run[cell].is_finite() { run[cell] } else { 1.0 }).collect();
                parts.served.add(served);
                parts.fit.add(losses[0]);
                for (cause, sample) in parts.causes.iter_mut().enumerate() {
                    sample.add(acting.iter().position(|&own| own == cause).map_or(0.0, |place| shapley(&losses, place)));
                }
            }
        }
    })?;
    let quantiles = StudentQuantiles::up_to(replications);
    let estimate = |sample: &Sample| -> Estimate { sample.estimate(&quantiles, 0.0) };
    let miss = |(cell, own): (usize, &Parts)| {
        let (queue, stretch) = (cell / stretches, cell % stretches);
        Some(AttributedMiss {
            queue: roster.queues[queue].name.clone(),
            day: (stretch < roster.grid.days()).then(|| roster.grid.date(stretch)),
            wanted: wanted(roster, queue, stretch).filter(|_| own.served != Sample::default())?,
            served: estimate(&own.served),
            volume: estimate(&own.causes[0]),
            handle_time: estimate(&own.causes[1]),
            absence: estimate(&own.causes[2]),
            fit: estimate(&own.fit),
        })
    };
    Ok(parts.iter().enumerate().filter_map(miss).collect())
}

/// Shapley value of the cause at `place` for losses by subset of causes.
pub(super) fn shapley(losses: &[f64], place: usize) -> f64 {
    let causes = losses.len().trailing_zeros() as usize;
    let factorial = |n: usize| (1..=n).product::<usize>() as f64;
    let without = (0..losses.len()).filter(|subset| subset >> place & 1 == 0);
    without
        .map(|subset| {
            let before = subset.count_ones() as usize;
            let weight = factorial(before) * factorial(causes - before - 1) / factorial(causes);
            weight * (losses[subset | 1 << place] - losses[subset])
        })
        .sum()
}

/// The share wanted of a queue on a day, or over the horizon.
pub(super) fn wanted(roster: &CompiledRoster, queue: usize, stretch: usize) -> Option<f64> {
    let targets = &roster.queues[queue].targets;
    let target = targets.get(stretch).unwrap_or(&targets[0]);
    target.service_level.map(|level| level.share).or(target.deadline.map(|deadline| deadline.share))
}

/// Service levels of each queue by day and over the horizon; not a number where nothing was to be served.
pub(super) fn levels(roster: &CompiledRoster, books: &RosterLedger<'_>) -> Levels {
    let intervals = roster.intervals();
    let mut levels = Vec::with_capacity(roster.queues.len() * (roster.grid.days() + 1));
    for tallies in books.tallies.chunks(intervals) {
        let level = |own: super::ledger::Tally| f64::from(own.hits) / f64::from(own.base);
        levels.extend((0..roster.grid.days()).map(|day| level(total(&tallies[roster.grid.day_range(day)]))));
        levels.push(level(total(tallies)));
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_causes_add_up_and_know_symmetry() {
        // The first two causes hurt only together, the third alone.
        let losses: Vec<f64> =
            (0..8).map(|s: usize| f64::from(u8::from(s & 3 == 3)) * 0.2 + f64::from(u8::from(s & 4 > 0)) * 0.1).collect();
        let parts: Vec<f64> = (0..3).map(|place| shapley(&losses, place)).collect();
        for (found, wanted) in parts.iter().zip([0.1, 0.1, 0.1]) {
            assert!((found - wanted).abs() < 1e-12, "{parts:?}");
        }
        assert!((parts.iter().sum::<f64>() - (losses[7] - losses[0])).abs() < 1e-12);
    }
}
