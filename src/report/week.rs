//! What several sections need to know about a planned week, worked out once.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Duration, NaiveDateTime};
use solver_data::{Centre, ContactHistory, PlanningGrid, QueueHistory, QueueSet, Roster};

use scenarios::PlannedWeek;

use super::ReportMeta;
use super::chart::{DayWindow, TimeAxis};
use super::words::Language;

/// A planned week with what follows from it.
#[derive(Debug)]
pub struct Week<'a> {
    /// The plan.
    pub planned: &'a PlannedWeek,
    /// How it was made.
    pub meta: &'a ReportMeta,
    /// Language of the report.
    pub language: Language,
    /// The stretch of every day that charts show.
    pub window: DayWindow,
    /// The same days by the hour.
    pub hours: Hours,
    /// Whether any queue is open, by interval.
    pub open: Vec<bool>,
    /// The forecast's grid, which may be coarser than the planning grid, as charts show it.
    pub demand: DemandGrid<'a>,
    /// Agents needed and there.
    pub coverage: Coverage,
    /// The service promised for all queues together.
    pub promise: Promise,
}

/// The days of the plan by the hour, for series that are too fine to be read over a whole week.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    /// The grid of hours.
    pub grid: PlanningGrid,
    /// Planning intervals an hour.
    pub intervals: usize,
}

/// The grid that demand is forecast on, the history's: each interval holds `parts` planning intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandGrid<'a> {
    /// The grid.
    pub grid: &'a PlanningGrid,
    /// Planning intervals an interval.
    pub parts: usize,
    /// The stretch of every day that charts show.
    pub window: DayWindow,
    /// The same days by the hour.
    pub hours: Hours,
}

/// Agents needed and there, by interval; every vector has `len == grid.len()`.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Agents wanted on contact for all queues together, shrinkage included.
    pub required: Vec<f64>,
    /// Agents in a shift, breaks included.
    pub scheduled: Vec<f64>,
    /// Agents on contact.
    pub on_contact: Vec<f64>,
    /// Largest shortage of any pool of queues.
    pub shortage: Vec<f64>,
    /// The pool that is short: row of `StaffingRequirement::pools`.
    pub short_pool: Vec<Option<usize>>,
}

/// The service promised for all queues together: the queues' shares weighted by expected volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// Wanted share answered in time; `None` where no queue promises one.
    pub share: Option<f64>,
    /// The threshold in seconds, where all queues have the same.
    pub within_seconds: Option<f64>,
}

impl<'a> Week<'a> {
    /// Works out what the sections need.
    pub fn new(planned: &'a PlannedWeek, meta: &'a ReportMeta, language: Language) -> Self {
        let coverage = Coverage::of(planned);
        let parts = (planned.roster.grid.len() / planned.forecast.grid.len()).max(1);
        let opened = |t: usize| planned.forecast.queues.iter().any(|queue| queue.open.get(t / parts) == Some(&true));
        let open: Vec<bool> = (0..planned.roster.grid.len()).map(opened).collect();
        let window =
            DayWindow::around(&planned.roster.grid, |t| coverage.scheduled[t] > 0.0 || coverage.required[t] > 0.0 || open[t]);
        Self {
            planned,
            meta,
            language,
            window,
            hours: Hours::of(&planned.roster.grid),
            open,
            demand: DemandGrid::of(&planned.forecast.grid, parts, window),
            coverage,
            promise: Promise::of(planned),
        }
    }

    /// The planning grid.
    pub fn grid(&self) -> &'a PlanningGrid {
        &self.planned.roster.grid
    }

    /// A time axis over `days` from `left` to `right`.
    pub fn axis(&self, days: std::ops::Range<usize>, left: f64, right: f64) -> TimeAxis<'_> {
        TimeAxis { grid: self.grid(), window: self.window, days, left, right, open: &self.open }
    }

    /// Hours of an interval.
    pub fn interval_hours(&self) -> f64 {
        f64::from(self.grid().interval_minutes()) / 60.0
    }

    /// Agent-hours of a series of agents.
    pub fn agent_hours(&self, agents: impl IntoIterator<Item = f64>) -> f64 {
        agents.into_iter().sum::<f64>() * self.interval_hours()
    }

    /// The promise in words: `80 % in 20 s`.
    pub fn promise_text(&self) -> Option<String> {
        let share = super::number::percent(self.promise.share?, 0, self.language);
        Some(match self.promise.within_seconds {
            Some(seconds) => {
                let seconds = super::number::quantity(seconds, 0);
                self.language.say(format!("{share} in {seconds}\u{a0}s"), format!("{seconds} 秒内 {share}"))
            }
            None => self.language.say(format!("{share} in time"), format!("及时应答 {share}")),
        })
    }

    /// Offered contacts by interval of the forecast as recorded in `history`, `days_back` days earlier; `None` where
    /// unknown.
    pub fn recorded(&self, history: &ContactHistory, queue: &str, days_back: i64) -> Vec<Option<f64>> {
        let grid = self.demand.grid;
        match history.queue(queue) {
            Some(records) => on_grid(grid, records, history.interval_minutes, days_back),
            None => vec![None; grid.len()],
        }
    }
}

impl<'a> DemandGrid<'a> {
    fn of(grid: &'a PlanningGrid, parts: usize, window: DayWindow) -> Self {
        let per_hour = (window.per_hour / parts).max(1);
        let window = DayWindow { first: window.first / parts, end: window.end / parts, per_hour };
        Self { grid, parts, window, hours: Hours::of(grid) }
    }

    /// A time axis over `days` from `span.0` to `span.1`.
    pub fn axis<'s>(&'s self, days: std::ops::Range<usize>, open: &'s [bool], span: (f64, f64)) -> TimeAxis<'s> {
        TimeAxis { grid: self.grid, window: self.window, days, left: span.0, right: span.1, open }
    }

    /// The fewest of a series on the planning grid within interval `t`.
    pub fn fewest(&self, values: &[f64], t: usize) -> f64 {
        values[t * self.parts..(t + 1) * self.parts].iter().copied().fold(f64::INFINITY, f64::min)
    }
}

impl Hours {
    /// A time axis over all days that shows `window`, given in planning intervals, from `span.0` to `span.1`.
    pub fn axis<'h>(&'h self, window: DayWindow, open: &'h [bool], span: (f64, f64)) -> TimeAxis<'h> {
        let (first, end) = (window.first / self.intervals, window.end / self.intervals);
        let window = DayWindow { first, end, per_hour: window.per_hour / self.intervals };
        TimeAxis { grid: &self.grid, window, days: 0..self.grid.days(), left: span.0, right: span.1, open }
    }

    /// Means over the hours of a series on the planning grid.
    pub fn means(&self, values: &[f64]) -> Vec<f64> {
        values.chunks(self.intervals).map(|hour| hour.iter().sum::<f64>() / hour.len() as f64).collect()
    }

    /// The hours of a grid; where a day has no whole number of hours, the grid itself.
    fn of(grid: &PlanningGrid) -> Self {
        let intervals = (60 / grid.interval_minutes()) as usize;
        PlanningGrid::new(grid.date(0), grid.days() as u32, 60, grid.zone())
            .ok()
            .filter(|hours| (0..grid.days()).all(|day| hours.day_range(day).len() * intervals == grid.day_range(day).len()))
            .map_or_else(|| Self { grid: grid.clone(), intervals: 1 }, |hours| Self { grid: hours, intervals })
    }
}

impl Coverage {
    fn of(planned: &PlannedWeek) -> Self {
        let (centre, roster) = (&planned.centre, &planned.roster);
        let length = roster.grid.len();
        let as_numbers = |counts: Vec<u32>| counts.into_iter().map(f64::from).collect::<Vec<_>>();
        let required =
            planned.requirement.pools.last().map_or_else(|| vec![0.0; length], |pool| as_numbers(pool.scheduled.clone()));
        let on_contact = as_numbers(roster.on_contact(|_| true));
        let mut shortage = vec![0.0; length];
        let mut short_pool = vec![None; length];
        for (index, pool) in planned.requirement.pools.iter().enumerate() {
            let there = serving(centre, roster, pool.queues);
            for t in 0..length {
                let short = f64::from(planned.requirement.wanted(index)[t]) - f64::from(there[t]);
                // Of equal shortages the later, larger pool names the shortage best: anyone at all would help.
                if short > 0.0 && short >= shortage[t] {
                    (shortage[t], short_pool[t]) = (short, Some(index));
                }
            }
        }
        Self { required, scheduled: as_numbers(without_breaks(roster).on_contact(|_| true)), on_contact, shortage, short_pool }
    }

    /// Agents above the requirement by interval.
    pub fn surplus(&self, t: usize) -> f64 {
        (self.on_contact[t] - self.required[t]).max(0.0)
    }
}

impl Promise {
    fn of(planned: &PlannedWeek) -> Self {
        Self::over(planned, 0..planned.roster.grid.days())
    }

    /// The promise over some days, each by the targets in force.
    pub fn over(planned: &PlannedWeek, days: Range<usize>) -> Self {
        let (mut weight, mut share, mut thresholds) = (0.0, 0.0, Vec::new());
        let grid = &planned.roster.grid;
        for (queue, day) in planned.centre.queues.iter().flat_map(|queue| days.clone().map(move |day| (queue, day))) {
            let Some(target) = queue.target_on(grid.date(day)).service_level else { continue };
            let expected = planned.forecast.queue(&queue.name);
            let volume: f64 = expected.map_or(0.0, |forecast| grid.day_range(day).filter_map(|t| forecast.mean.get(t)).sum());
            // A trace of weight keeps the promise defined where no contact is expected.
            weight += volume + 1e-9;
            share += (volume + 1e-9) * target.share;
            thresholds.push(target.within_seconds);
        }
        let same = thresholds.windows(2).all(|pair| pair[0] == pair[1]);
        Self { share: (weight > 0.0).then(|| share / weight), within_seconds: thresholds.first().copied().filter(|_| same) }
    }
}

/// Agents on contact who may serve some queue of the set.
pub fn serving(centre: &Centre, roster: &Roster, queues: QueueSet) -> Vec<u32> {
    roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(queues))
}

fn without_breaks(roster: &Roster) -> Roster {
    let mut whole = roster.clone();
    for shift in whole.tours.iter_mut().flat_map(|tour| &mut tour.shifts) {
        shift.breaks.clear();
    }
    whole
}

/// Records on a grid: finer ones are summed, coarser ones spread evenly.
fn on_grid(grid: &PlanningGrid, records: &QueueHistory, minutes: u32, days_back: i64) -> Vec<Option<f64>> {
    let known: BTreeMap<NaiveDateTime, f64> =
        records.records.iter().filter_map(|record| Some((record.start, record.offered?))).collect();
    let (interval, source) = (i64::from(grid.interval_minutes()), i64::from(minutes.max(1)));
    (0..grid.len())
        .map(|t| {
            let at = grid.local(t) - Duration::days(days_back);
            if source <= interval {
                let mut within = known.range(at..at + Duration::minutes(interval)).map(|(_, &offered)| offered).peekable();
                within.peek().is_some().then(|| within.sum())
            } else {
                let midnight = at.date().and_time(chrono::NaiveTime::MIN);
                let since = (at - midnight).num_minutes();
                let start = midnight + Duration::minutes(since / source * source);
                known.get(&start).map(|offered| offered * interval as f64 / source as f64)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;
    use solver_data::IntervalRecord;

    #[test]
    fn a_pool_is_never_less_short_than_all_queues_together() {
        let planned = Fixture::BANK.planned();
        let coverage = Coverage::of(&planned);
        for t in 0..planned.roster.grid.len() {
            assert!(coverage.shortage[t] >= coverage.required[t] - coverage.on_contact[t]);
            assert!(coverage.scheduled[t] >= coverage.on_contact[t]);
        }
    }

    #[test]
    fn coarser_records_are_spread_and_finer_ones_summed() {
        let planned = Fixture::BANK.planned();
        let grid = &planned.roster.grid;
        let record = |minute: i64, offered: f64| IntervalRecord {
            start: grid.local(0) + Duration::minutes(minute),
            offered: Some(offered),
            handled: None,
            abandoned: None,
            aht_seconds: None,
        };
        let history = |records| QueueHistory { name: "PS".to_owned(), records };
        let halves = on_grid(grid, &history(vec![record(0, 8.0)]), 30, 0);
        assert_eq!(halves[..3], [Some(4.0), Some(4.0), None]);
        let fives = on_grid(grid, &history(vec![record(0, 1.0), record(5, 2.0), record(10, 3.0)]), 5, 0);
        assert_eq!(fives[..2], [Some(6.0), None]);
    }

    #[test]
    fn the_promise_is_the_volume_weighted_share() {
        let mut planned = Fixture::BANK.planned();
        assert_eq!(Promise::of(&planned).within_seconds, Some(20.0));
        planned.centre.queues[solver_data::QueueId(0)].target = solver_data::ServiceTarget::share_within(0.9, 30.0);
        let promise = Promise::of(&planned);
        assert!(promise.within_seconds.is_none() && promise.share.is_some_and(|share| (0.85..0.87).contains(&share)));
    }
}
