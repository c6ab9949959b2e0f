//! Replications told one by one, so that two runs under the same random numbers can be compared pair by pair.

use solver_data::Watch;

use super::compiled::CompiledRoster;
use super::ledger::{RosterLedger, Tally};
use super::measure::total;
use super::{RosterSimulation, RunLength};
use crate::error::SimulationError;
use crate::replications::replicate;

/// Contacts of one replication over some stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SampleCounts {
    /// Contacts offered.
    pub offered: f64,
    /// Contacts answered.
    pub answered: f64,
    /// Contacts that abandoned.
    pub abandoned: f64,
    /// Contacts that count as served in time.
    pub hits: f64,
    /// Contacts they are counted against, by the queue's own definition.
    pub base: f64,
    /// Seconds waited by the answered.
    pub wait_seconds: f64,
}

/// One replication.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServiceSample {
    /// One entry a queue, in centre order.
    pub queues: Vec<SampleCounts>,
    /// All queues together by local day: `len == grid.days()`.
    pub days: Vec<SampleCounts>,
    /// Busy agent-seconds.
    pub busy_seconds: f64,
    /// Agent-seconds on contact, those of missed shifts left out.
    pub available_seconds: f64,
}

/// All replications of a roster.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RosterSamples {
    /// One entry a replication, in their order.
    pub replications: Vec<ServiceSample>,
    /// Mean counts of all queues together by interval of arrival: `len == grid.len()`.
    pub intervals: Vec<SampleCounts>,
}

impl SampleCounts {
    /// Adds other counts.
    pub fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.answered += other.answered;
        self.abandoned += other.abandoned;
        self.hits += other.hits;
        self.base += other.base;
        self.wait_seconds += other.wait_seconds;
    }

    /// Share served in time; `None` without contacts to count.
    pub fn service_level(&self) -> Option<f64> {
        (self.base > 0.0).then(|| self.hits / self.base)
    }

    /// Share that abandoned; `None` without contacts.
    pub fn abandonment(&self) -> Option<f64> {
        (self.offered > 0.0).then(|| self.abandoned / self.offered)
    }

    /// Mean wait of the answered in seconds; `None` where nobody was.
    pub fn asa_seconds(&self) -> Option<f64> {
        (self.answered > 0.0).then(|| self.wait_seconds / self.answered)
    }

    fn of(tally: &Tally) -> Self {
        Self {
            offered: f64::from(tally.offered),
            answered: f64::from(tally.answered),
            abandoned: f64::from(tally.abandoned),
            hits: f64::from(tally.hits),
            base: f64::from(tally.base),
            wait_seconds: tally.wait,
        }
    }
}

impl ServiceSample {
    /// All queues together.
    pub fn overall(&self) -> SampleCounts {
        self.queues.iter().fold(SampleCounts::default(), |mut sum, queue| {
            sum.add(queue);
            sum
        })
    }

    /// Busy share of the time on contact; `None` where nobody was.
    pub fn occupancy(&self) -> Option<f64> {
        (self.available_seconds > 0.0).then(|| self.busy_seconds / self.available_seconds)
    }

    fn of(roster: &CompiledRoster, books: &RosterLedger<'_>, all: &[Tally]) -> Self {
        let queues = books.tallies.chunks(roster.intervals()).map(|own| SampleCounts::of(&total(own))).collect();
        let days = (0..roster.grid.days()).map(|day| SampleCounts::of(&total(&all[roster.grid.day_range(day)]))).collect();
        let busy_seconds = books.presence.busy.iter().sum();
        Self { queues, days, busy_seconds, available_seconds: books.presence.available.iter().sum() }
    }
}

/// Simulates a roster as [`super::simulate_roster`] does and keeps every replication apart.
///
/// Replication k of two requests with equal seeds has the same contacts and the same sick agents, so differences are taken
/// within replications.
///
/// # Errors
/// As [`super::simulate_roster`].
pub fn sample_roster(request: &RosterSimulation<'_>, watch: &dyn Watch) -> Result<RosterSamples, SimulationError> {
    let compiled = request.compiled(RunLength::Replications(request.replications))?;
    let mut samples = RosterSamples { replications: Vec::new(), intervals: vec![SampleCounts::default(); compiled.intervals()] };
    let run = |seed| {
        let books = request.replicate(&compiled, seed);
        let mut all = vec![Tally::default(); compiled.intervals()];
        for own in books.tallies.chunks(compiled.intervals()) {
            for (sum, tally) in all.iter_mut().zip(own) {
                sum.add(tally);
            }
        }
        (ServiceSample::of(&compiled, &books, &all), all)
    };
    replicate(request.replications, request.seed, watch, run, |(sample, all)| {
        for (sum, tally) in samples.intervals.iter_mut().zip(&all) {
            sum.add(&SampleCounts::of(tally));
        }
        samples.replications.push(sample);
    })?;
    let runs = f64::from(request.replications);
    for mean in &mut samples.intervals {
        let SampleCounts { offered, answered, abandoned, hits, base, wait_seconds } = mean;
        for count in [offered, answered, abandoned, hits, base, wait_seconds] {
            *count /= runs;
        }
    }
    Ok(samples)
}
