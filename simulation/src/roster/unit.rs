//! One queue, or all together, folded over replications.

use solver_data::performance::{DAY_QUANTILES, WAIT_PERCENTILES};
use solver_data::{
    ContactFlow, DeferredService, Estimate, JudgedPeriod, PlanningGrid, QueuePerformance, ServiceDetail, ServiceMeasures,
    TargetPeriod,
};

use super::ledger::{Backlog, Flow, Tally};
use super::measure::{MeasureSamples, estimates, total};
use super::waits::Waits;
use crate::estimate::{Sample, StudentQuantiles};

/// One queue, or all together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitFold {
    intervals: Vec<MeasureSamples>,
    days: Vec<MeasureSamples>,
    weeks: Vec<MeasureSamples>,
    horizon: MeasureSamples,
    /// Replicated days with contacts, and those of them that met the target.
    pub days_with_contacts: u64,
    pub days_on_target: u64,
    on_target: Sample,
    /// Service levels of replicated days with contacts.
    day_levels: Vec<f32>,
    percentiles: [Sample; 5],
    longest: Sample,
    flow: FlowSamples,
    /// Whether the promise held, by period.
    pub judged: Vec<Sample>,
    pub period: TargetPeriod,
    backlog: Vec<(Sample, Sample)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct FlowSamples {
    redials: Sample,
    escalated: Sample,
    callbacks: Sample,
    callbacks_made: Sample,
    callbacks_in_time: Sample,
    wrap_ups: Sample,
    wrap_ups_in_time: Sample,
    done: Sample,
    in_time: Sample,
}

/// Tallies of one replication by day and week.
pub(super) struct Sums {
    pub days: Vec<Tally>,
    pub weeks: Vec<Tally>,
}

impl UnitFold {
    /// Nothing folded; `periods` of `period` are judged, none for all queues together.
    pub fn new(grid: &PlanningGrid, weeks: usize, (period, periods): (TargetPeriod, usize)) -> Self {
        Self {
            intervals: vec![MeasureSamples::default(); grid.len()],
            days: vec![MeasureSamples::default(); grid.days()],
            weeks: vec![MeasureSamples::default(); weeks],
            horizon: MeasureSamples::default(),
            days_with_contacts: 0,
            days_on_target: 0,
            on_target: Sample::default(),
            day_levels: Vec::new(),
            percentiles: [Sample::default(); 5],
            longest: Sample::default(),
            flow: FlowSamples::default(),
            judged: vec![Sample::default(); periods],
            period,
            backlog: Vec::new(),
        }
    }

    /// Adds one replication's tallies by interval and returns those by day and week.
    pub fn add(&mut self, grid: &PlanningGrid, week_of: &[usize], tallies: &[Tally]) -> Sums {
        for (samples, tally) in self.intervals.iter_mut().zip(tallies) {
            samples.add(tally);
        }
        let days: Vec<Tally> = (0..grid.days()).map(|day| total(&tallies[grid.day_range(day)])).collect();
        let mut weeks = vec![Tally::default(); self.weeks.len()];
        for (day, tally) in days.iter().enumerate() {
            self.days[day].add(tally);
            weeks[week_of[day]].add(tally);
            if tally.base > 0 {
                self.day_levels.push(tally.hits as f32 / tally.base as f32);
            }
        }
        for (samples, tally) in self.weeks.iter_mut().zip(&weeks) {
            samples.add(tally);
        }
        let all = total(&days);
        self.horizon.add(&all);
        if all.due > 0 {
            self.flow.in_time.add(f64::from(all.in_time) / f64::from(all.due));
        }
        Sums { days, weeks }
    }

    /// Adds which of one replication's days with contacts met the target.
    pub fn add_days_on_target(&mut self, days: u64, met: u64) {
        self.days_with_contacts += days;
        self.days_on_target += met;
        if days > 0 {
            self.on_target.add(met as f64 / days as f64);
        }
    }

    /// Adds one replication's waits.
    pub fn add_waits(&mut self, waits: &Waits) {
        if let Some(percentiles) = waits.percentiles(WAIT_PERCENTILES) {
            for (sample, wait) in self.percentiles.iter_mut().zip(percentiles) {
                sample.add(wait);
            }
        }
        self.longest.add(waits.longest);
    }

    /// Adds one replication's flow.
    pub fn add_flow(&mut self, flow: &Flow) {
        let own = &mut self.flow;
        let counts = [
            (&mut own.redials, flow.redials),
            (&mut own.escalated, flow.escalated),
            (&mut own.callbacks, flow.callbacks),
            (&mut own.callbacks_made, flow.callbacks_made),
            (&mut own.wrap_ups, flow.wrap_ups),
            (&mut own.done, flow.done),
        ];
        for (sample, count) in counts {
            sample.add(f64::from(count));
        }
        let shares = [
            (&mut own.callbacks_in_time, flow.callbacks_in_time, flow.callbacks_due),
            (&mut own.wrap_ups_in_time, flow.wrap_ups_in_time, flow.wrap_ups_due),
        ];
        for (sample, part, whole) in shares {
            if whole > 0 {
                sample.add(f64::from(part) / f64::from(whole));
            }
        }
    }

    /// Adds one replication's backlog by interval.
    pub fn add_backlog(&mut self, backlog: &[Backlog]) {
        self.backlog.resize(backlog.len(), (Sample::default(), Sample::default()));
        for ((pieces, oldest), own) in self.backlog.iter_mut().zip(backlog) {
            pieces.add(f64::from(own.pieces));
            oldest.add(own.oldest);
        }
    }

    /// Measures over the horizon.
    pub fn horizon(&self, quantiles: &StudentQuantiles) -> ServiceMeasures {
        self.horizon.measures(quantiles)
    }

    /// The result, on a grid with the planning week of each day.
    pub fn performance(&self, queue: &str, days: (&PlanningGrid, &[usize]), quantiles: &StudentQuantiles) -> QueuePerformance {
        let measures = |samples: &[MeasureSamples]| samples.iter().map(|own| own.measures(quantiles)).collect();
        let (with_contacts, met) = (self.days_with_contacts, self.days_on_target);
        QueuePerformance {
            queue: queue.to_owned(),
            intervals: measures(&self.intervals),
            days: measures(&self.days),
            horizon: self.horizon.measures(quantiles),
            days_meeting_target: if with_contacts > 0 { met as f64 / with_contacts as f64 } else { 1.0 },
            weeks: measures(&self.weeks),
            detail: self.detail(days, quantiles),
        }
    }

    fn detail(&self, (grid, week_of): (&PlanningGrid, &[usize]), quantiles: &StudentQuantiles) -> ServiceDetail {
        let first = |period: usize| match self.period {
            TargetPeriod::Interval => period,
            TargetPeriod::Day => grid.day_range(period).start,
            TargetPeriod::Week => grid.day_range(week_of.partition_point(|&week| week < period)).start,
        };
        let judged = self.judged.iter().enumerate().filter(|(_, sample)| **sample != Sample::default());
        ServiceDetail {
            wait_percentiles: self.percentiles.map(|sample| sample.estimate(quantiles, 0.0)),
            longest_wait: self.longest.estimate(quantiles, 0.0),
            day_quantiles: quantiles_of(&self.day_levels),
            days_on_target: self.on_target.estimate(quantiles, 1.0),
            period: self.period,
            judged: judged.map(|(k, met)| JudgedPeriod { interval: first(k), met: met.estimate(quantiles, 1.0) }).collect(),
            flow: self.flow(quantiles),
            deferred: self.deferred(quantiles),
        }
    }

    fn flow(&self, quantiles: &StudentQuantiles) -> ContactFlow {
        let (count, share) = (|own: &Sample| own.estimate(quantiles, 0.0), |own: &Sample| own.estimate(quantiles, 1.0));
        let own = &self.flow;
        ContactFlow {
            redials: count(&own.redials),
            escalated: count(&own.escalated),
            callbacks: count(&own.callbacks),
            callbacks_made: count(&own.callbacks_made),
            callbacks_in_time: share(&own.callbacks_in_time),
            wrap_ups: count(&own.wrap_ups),
            wrap_ups_in_time: share(&own.wrap_ups_in_time),
        }
    }

    fn deferred(&self, quantiles: &StudentQuantiles) -> Option<DeferredService> {
        let (pieces, oldest): (Vec<Sample>, Vec<Sample>) = self.backlog.iter().copied().unzip();
        (!pieces.is_empty()).then(|| DeferredService {
            done: self.flow.done.estimate(quantiles, 0.0),
            in_time: self.flow.in_time.estimate(quantiles, 1.0),
            backlog: estimates(&pieces, quantiles),
            oldest_seconds: estimates(&oldest, quantiles),
        })
    }
}

/// Quantiles of service levels, linear between order statistics; all 1 where there is none.
fn quantiles_of(levels: &[f32]) -> [f64; 5] {
    if levels.is_empty() {
        return [1.0; 5];
    }
    let mut levels = levels.to_vec();
    levels.sort_unstable_by(f32::total_cmp);
    DAY_QUANTILES.map(|share| {
        let place = share * (levels.len() - 1) as f64;
        let (low, high) = (levels[place.floor() as usize], levels[place.ceil() as usize]);
        f64::from(low) + (f64::from(high) - f64::from(low)) * place.fract()
    })
}

/// The mean of a busy share.
pub(super) fn share(busy: f64, available: f64) -> Option<f64> {
    (available > 0.0).then(|| (busy / available).min(1.0))
}

/// Occupancies of a group of agents over replications.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GroupFold {
    days: Vec<Sample>,
    horizon: Sample,
}

impl GroupFold {
    /// Nothing folded.
    pub fn new(days: usize) -> Self {
        Self { days: vec![Sample::default(); days], horizon: Sample::default() }
    }

    /// Adds one replication's busy and available agent-seconds by day.
    pub fn add(&mut self, days: &[(f64, f64)]) {
        for (sample, &(busy, available)) in self.days.iter_mut().zip(days) {
            if let Some(share) = share(busy, available) {
                sample.add(share);
            }
        }
        let (busy, available) = days.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
        if let Some(share) = share(busy, available) {
            self.horizon.add(share);
        }
    }

    /// Over the horizon, and by day.
    pub fn occupancy(&self, quantiles: &StudentQuantiles) -> (Estimate, Vec<Estimate>) {
        (self.horizon.estimate(quantiles, 0.0), estimates(&self.days, quantiles))
    }
}
