//! Replications folded into means, confidence intervals and the share of days that meet their targets.

use std::sync::Arc;

use solver_data::{Estimate, PlanningGrid, QueuePerformance, ServiceMeasures, ServicePerformance, ServiceTarget};

use super::compiled::CompiledRoster;
use super::ledger::{RosterLedger, Tally};
use crate::estimate::{Sample, StudentQuantiles};

/// Slack of a comparison with a target: a share that meets it exactly may miss it by rounding.
const TOLERANCE: f64 = 1e-12;

/// The measures of a stretch of time over replications.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct MeasureSamples {
    offered: Sample,
    answered: Sample,
    service_level: Sample,
    abandonment: Sample,
    asa: Sample,
}

impl MeasureSamples {
    fn add(&mut self, tally: &Tally) {
        self.offered.add(f64::from(tally.offered));
        self.answered.add(f64::from(tally.answered));
        if tally.base > 0 {
            self.service_level.add(f64::from(tally.hits) / f64::from(tally.base));
        }
        if tally.offered > 0 {
            self.abandonment.add(f64::from(tally.abandoned) / f64::from(tally.offered));
        }
        if tally.answered > 0 {
            self.asa.add(tally.wait / f64::from(tally.answered));
        }
    }

    fn measures(&self, quantiles: &StudentQuantiles) -> ServiceMeasures {
        ServiceMeasures {
            offered: self.offered.estimate(quantiles, 0.0),
            answered: self.answered.estimate(quantiles, 0.0),
            service_level: self.service_level.estimate(quantiles, 1.0),
            abandonment: self.abandonment.estimate(quantiles, 0.0),
            asa_seconds: self.asa.estimate(quantiles, 0.0),
        }
    }
}

/// Replicated days with contacts, and those of them that met the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct DayCount {
    days: u64,
    met: u64,
}

/// One queue, or all together.
#[derive(Debug, Clone, PartialEq)]
struct UnitFold {
    intervals: Vec<MeasureSamples>,
    days: Vec<MeasureSamples>,
    horizon: MeasureSamples,
    target: DayCount,
}

impl UnitFold {
    fn new(grid: &PlanningGrid) -> Self {
        Self {
            intervals: vec![MeasureSamples::default(); grid.len()],
            days: vec![MeasureSamples::default(); grid.days()],
            horizon: MeasureSamples::default(),
            target: DayCount::default(),
        }
    }

    /// Adds one replication's tallies by interval and returns those by day.
    fn add(&mut self, grid: &PlanningGrid, tallies: &[Tally]) -> Vec<Tally> {
        for (samples, tally) in self.intervals.iter_mut().zip(tallies) {
            samples.add(tally);
        }
        let days: Vec<Tally> = (0..grid.days()).map(|day| total(&tallies[grid.day_range(day)])).collect();
        for (samples, tally) in self.days.iter_mut().zip(&days) {
            samples.add(tally);
        }
        self.horizon.add(&total(&days));
        days
    }

    fn performance(&self, queue: &str, quantiles: &StudentQuantiles) -> QueuePerformance {
        let measures = |samples: &[MeasureSamples]| samples.iter().map(|own| own.measures(quantiles)).collect();
        let DayCount { days, met } = self.target;
        QueuePerformance {
            queue: queue.to_owned(),
            intervals: measures(&self.intervals),
            days: measures(&self.days),
            horizon: self.horizon.measures(quantiles),
            days_meeting_target: if days > 0 { met as f64 / days as f64 } else { 1.0 },
        }
    }
}

/// The fold over replications, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PerformanceFold {
    grid: Arc<PlanningGrid>,
    replications: u32,
    names: Vec<String>,
    targets: Vec<ServiceTarget>,
    queues: Vec<UnitFold>,
    overall: UnitFold,
    occupancy: Vec<Sample>,
}

impl PerformanceFold {
    /// Nothing folded yet.
    pub fn new(roster: &CompiledRoster, replications: u32) -> Self {
        let grid = Arc::clone(&roster.grid);
        Self {
            replications,
            names: roster.queues.iter().map(|queue| queue.name.clone()).collect(),
            targets: roster.queues.iter().map(|queue| queue.target).collect(),
            queues: vec![UnitFold::new(&grid); roster.queues.len()],
            overall: UnitFold::new(&grid),
            occupancy: vec![Sample::default(); grid.len()],
            grid,
        }
    }

    /// Adds one replication.
    pub fn add(&mut self, books: &RosterLedger<'_>) {
        let intervals = self.grid.len();
        let occupancy: Vec<f64> = (0..self.grid.days()).map(|day| day_occupancy(&self.grid, books, day)).collect();
        // Whether each day had contacts, and whether every queue with contacts met its target.
        let mut overall_days = vec![(false, true); self.grid.days()];
        let mut all = vec![Tally::default(); intervals];
        for (queue, unit) in self.queues.iter_mut().enumerate() {
            let tallies = &books.tallies[queue * intervals..(queue + 1) * intervals];
            for (sum, tally) in all.iter_mut().zip(tallies) {
                sum.add(tally);
            }
            let days = unit.add(&self.grid, tallies);
            for (day, tally) in days.iter().enumerate().filter(|(_, tally)| tally.offered > 0) {
                let met = meets(&self.targets[queue], tally, occupancy[day]);
                unit.target.days += 1;
                unit.target.met += u64::from(met);
                overall_days[day] = (true, overall_days[day].1 && met);
            }
        }
        self.overall.add(&self.grid, &all);
        for (_, met) in overall_days.into_iter().filter(|(offered, _)| *offered) {
            self.overall.target.days += 1;
            self.overall.target.met += u64::from(met);
        }
        for ((sample, &busy), &available) in self.occupancy.iter_mut().zip(&books.busy).zip(&books.available) {
            if available > 0.0 {
                sample.add((busy / available).min(1.0));
            }
        }
    }

    /// The result.
    pub fn finish(&self) -> ServicePerformance {
        let quantiles = StudentQuantiles::up_to(self.replications);
        let queues = self.queues.iter().zip(&self.names).map(|(unit, name)| unit.performance(name, &quantiles)).collect();
        let occupancy: Vec<Estimate> = self.occupancy.iter().map(|sample| sample.estimate(&quantiles, 0.0)).collect();
        ServicePerformance {
            grid: Arc::clone(&self.grid),
            replications: self.replications,
            queues,
            overall: self.overall.performance("all", &quantiles),
            occupancy,
        }
    }
}

fn total(tallies: &[Tally]) -> Tally {
    tallies.iter().fold(Tally::default(), |mut sum, tally| {
        sum.add(tally);
        sum
    })
}

/// Busy share of all agents on a day; 0 where nobody is there.
fn day_occupancy(grid: &PlanningGrid, books: &RosterLedger<'_>, day: usize) -> f64 {
    let range = grid.day_range(day);
    let available: f64 = books.available[range.clone()].iter().sum();
    if available > 0.0 { books.busy[range].iter().sum::<f64>() / available } else { 0.0 }
}

/// Whether a day with contacts met every limit of a target; the occupancy is that of all agents of the centre.
fn meets(target: &ServiceTarget, tally: &Tally, occupancy: f64) -> bool {
    let at_most = |limit: Option<f64>, part: f64, whole: u32| {
        limit.is_none_or(|limit| part <= limit * f64::from(whole) + TOLERANCE * f64::from(whole))
    };
    let in_time = target
        .service_level
        .is_none_or(|level| f64::from(tally.hits) + TOLERANCE * f64::from(tally.base) >= level.share * f64::from(tally.base));
    in_time
        && at_most(target.asa_seconds, tally.wait, tally.answered)
        && at_most(target.abandonment, f64::from(tally.abandoned), tally.offered)
        && target.occupancy.is_none_or(|limit| occupancy <= limit + TOLERANCE)
}
