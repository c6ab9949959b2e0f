//! History of one queue on days × slots of local civil time.
//!
//! A slot of a day is closed, unknown (not a number) or a count; zero is a count. Days run on through the horizon, so that
//! the calendar of future days is at hand; their counts are unknown.

use std::ops::Range;

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike};
use solver_data::{CalendarEvent, Centre, ContactHistory, IntervalRecord, QueueHistory, QueueId};

use crate::cleaning::{forget_dead_days, forget_latest_spikes};
use crate::day::{CalendarDays, DayContext, DayKind, FeatureSpace, contexts};
use crate::error::ForecastError;
use crate::opening::{OpenPattern, RowPolicy};
use crate::request::{ForecastRequest, GapPolicy, Opening, OutlierPolicy};
use crate::robust::median;

/// Oldest history used, in days before the horizon: ten years, so that yearly events that move have been seen often.
const LONGEST_HISTORY_DAYS: i64 = 3653;
/// Known days that tell which weekdays are quiet.
const FIRST_DAYS: usize = 56;
/// Share of a typical weekday's contacts under which a weekday is quiet.
const QUIET_SHARE: f64 = 0.6;
/// Shortest history that shows every weekday.
const SHORTEST_HISTORY_DAYS: usize = 7;

/// One queue, ready for the models.
#[derive(Debug, Clone)]
pub(crate) struct QueueSeries {
    /// Slots a day.
    pub(crate) slots: usize,
    /// Contacts offered, not a number where unknown or closed: `len == days() * slots`.
    pub(crate) counts: Vec<f64>,
    /// Whether the queue is open: `len == days() * slots`.
    pub(crate) open: Vec<bool>,
    /// Calendar of each day.
    pub(crate) days: Vec<DayContext>,
    /// What the features of the days stand for.
    pub(crate) features: FeatureSpace,
    /// Weekly opening pattern.
    pub(crate) pattern: OpenPattern,
    /// First day without any known count: the models' data end here.
    pub(crate) known_until: usize,
    /// Days of the horizon.
    pub(crate) horizon: Range<usize>,
    /// Whether outliers count like any other day.
    pub(crate) keeps_outliers: bool,
}

impl QueueSeries {
    /// Counts of a day: `len == slots`.
    pub(crate) fn day(&self, day: usize) -> &[f64] {
        &self.counts[day * self.slots..(day + 1) * self.slots]
    }

    /// Open slots of a day: `len == slots`.
    pub(crate) fn day_open(&self, day: usize) -> &[bool] {
        &self.open[day * self.slots..(day + 1) * self.slots]
    }

    /// Whether any count of a day is known.
    pub(crate) fn is_observed(&self, day: usize) -> bool {
        self.day(day).iter().any(|count| !count.is_nan())
    }

    /// The series without holidays, promotions, launches and planner's factors: the days of events unknown, the rest divided
    /// by the factor; `None` where there are none. Smoothing then answers holidays as ordinary days: their weights on special
    /// days say how far to trust it.
    ///
    /// Where more than a third of the known days are days of events, those are ordinary enough and stay.
    pub(crate) fn without_events(&self) -> Option<Self> {
        let is_event = |day: &DayContext| day.in_event || day.kind == DayKind::Holiday;
        if self.days.iter().all(|day| !is_event(day) && day.log_uplift == 0.0) {
            return None;
        }
        let known = (0..self.known_until).filter(|&day| self.is_observed(day));
        let (events, all) = known.fold((0, 0), |(events, all), day| (events + usize::from(is_event(&self.days[day])), all + 1));
        let mut series = self.clone();
        for (day, counts) in series.counts.chunks_mut(self.slots).enumerate() {
            let context = &mut series.days[day];
            let factor = if is_event(context) && 3 * events <= all { f64::NAN } else { context.log_uplift.exp() };
            for count in counts {
                *count /= factor;
            }
            context.log_uplift = 0.0;
        }
        Some(series)
    }

    /// Number of days, the horizon included.
    pub(crate) fn len(&self) -> usize {
        self.days.len()
    }
}

/// What all queues of a request share: the frame of days and slots, and which of them any queue has.
pub(crate) struct Frame<'a> {
    request: &'a ForecastRequest<'a>,
    first: NaiveDate,
    slots: usize,
    history_days: usize,
    any: Vec<bool>,
}

impl<'a> Frame<'a> {
    /// The frame of a request.
    ///
    /// # Errors
    /// [`ForecastError::Interval`] when the history is coarser than the grid or does not divide it;
    /// [`ForecastError::NoQueue`] without any row before the grid.
    pub(crate) fn new(request: &'a ForecastRequest<'a>) -> Result<Self, ForecastError> {
        let (history, grid) = (request.history.interval_minutes, request.grid.interval_minutes());
        if history == 0 || history > grid || !grid.is_multiple_of(history) {
            return Err(ForecastError::Interval { history, grid });
        }
        let start = request.grid.date(0);
        let origin = start.and_time(NaiveTime::MIN);
        let oldest = start.checked_sub_days(Days::new(LONGEST_HISTORY_DAYS as u64)).unwrap_or(start);
        let first = request.history.queues.iter().filter_map(|queue| queue.before(origin).first()).map(|r| r.start.date()).min();
        let first = first.ok_or(ForecastError::NoQueue { start })?.max(oldest);
        let slots = (1440 / grid) as usize;
        let history_days = (start - first).num_days() as usize;
        let mut frame = Self { request, first, slots, history_days, any: vec![false; history_days * slots] };
        for queue in &request.history.queues {
            let cells: Vec<usize> = frame.cells(queue.before(origin)).map(|(i, _)| i).collect();
            for i in cells {
                frame.any[i] = true;
            }
        }
        Ok(frame)
    }

    /// Series of one queue.
    ///
    /// # Errors
    /// [`ForecastError::ShortHistory`] for less than a week, [`ForecastError::StrayQueue`] for a queue the centre lacks.
    pub(crate) fn series(&self, queue: &QueueHistory) -> Result<QueueSeries, ForecastError> {
        let grid = &self.request.grid;
        let records = queue.before(grid.date(0).and_time(NaiveTime::MIN));
        let mut own = vec![false; self.any.len()];
        for (i, _) in self.cells(records) {
            own[i] = true;
        }
        let (Some(begin), Some(end)) = (own.iter().position(|&seen| seen), own.iter().rposition(|&seen| seen)) else {
            return Err(self.short(queue, 0));
        };
        let given = match self.request.opening {
            Opening::Learned => None,
            Opening::Given(centre) => Some((centre, queue_of(centre, &queue.name)?)),
        };
        let pattern = match given {
            None => OpenPattern::learned(self.first, RowPolicy::of(records.iter()), self.slots, (&self.any, &own)),
            Some((centre, id)) => OpenPattern::given(centre.hours_of(id), grid.interval_minutes()),
        };
        let total_days = self.history_days + grid.days();
        let calendar = CalendarDays::new(self.events(given), &queue.name, self.first, total_days);
        let open = self.open(&calendar, &pattern);
        let (summed, stated_unknown) = self.counts(records);
        let mut counts = vec![f64::NAN; total_days * self.slots];
        counts[..summed.len()].copy_from_slice(&summed);
        self.settle(&mut counts, (&open, &stated_unknown), begin);
        self.forget_outages(&mut counts, &calendar);
        let last = counts.iter().rposition(|count| !count.is_nan()).map_or(0, |i| i / self.slots);
        let known_until = last.max(end / self.slots) + 1;
        if known_until - begin / self.slots < SHORTEST_HISTORY_DAYS {
            return Err(self.short(queue, known_until - begin / self.slots));
        }
        let quiet = quiet_weekdays(&counts, &pattern, self.first);
        let (days, features) = contexts(&calendar, (&pattern, quiet), total_days, self.history_days);
        let keeps_outliers = self.request.outliers == OutlierPolicy::Kept;
        if !keeps_outliers {
            forget_dead_days(&mut counts, self.slots, &days);
            forget_latest_spikes(&mut counts[..self.history_days * self.slots], self.slots, &days);
        }
        let horizon = self.history_days..total_days;
        Ok(QueueSeries { slots: self.slots, counts, open, days, features, pattern, known_until, horizon, keeps_outliers })
    }

    /// Local date of day 0.
    pub(crate) fn first(&self) -> NaiveDate {
        self.first
    }

    /// Slot index of interval `t` of the grid within a series.
    pub(crate) fn index(&self, t: usize) -> usize {
        let grid = &self.request.grid;
        let day = self.history_days + grid.day_of(t);
        day * self.slots + self.slot(grid.local(t))
    }

    /// Events of the request and of the centre, each once.
    fn events(&self, given: Option<(&'a Centre, QueueId)>) -> impl Iterator<Item = &'a CalendarEvent> {
        let asked = &self.request.calendar.events;
        let own = given.map_or(&[][..], |(centre, _)| &centre.calendar.events);
        let own = if own == asked.as_slice() { &[][..] } else { own };
        asked.iter().chain(own.iter().filter(|event| !asked.contains(event)))
    }

    fn short(&self, queue: &QueueHistory, days: usize) -> ForecastError {
        let (queue, start) = (queue.name.clone(), self.request.grid.date(0));
        ForecastError::ShortHistory { queue, days, needed: SHORTEST_HISTORY_DAYS, start }
    }

    fn slot(&self, local: NaiveDateTime) -> usize {
        (local.num_seconds_from_midnight() / 60 / self.request.grid.interval_minutes()) as usize
    }

    /// Records with the cell each falls in, those before the first day left out.
    fn cells<'r>(&self, records: &'r [IntervalRecord]) -> impl Iterator<Item = (usize, &'r IntervalRecord)> {
        let (mut date, mut day) = (NaiveDate::MIN, -1);
        records.iter().filter_map(move |record| {
            if record.start.date() != date {
                date = record.start.date();
                day = (date - self.first).num_days();
            }
            (0..self.history_days as i64).contains(&day).then(|| (day as usize * self.slots + self.slot(record.start), record))
        })
    }

    fn open(&self, calendar: &CalendarDays<'_>, pattern: &OpenPattern) -> Vec<bool> {
        let days = self.history_days + self.request.grid.days();
        let mut open = Vec::with_capacity(days * self.slots);
        for day in 0..days {
            let weekday = calendar.weekday_followed(pattern, day);
            let closed = calendar.is_closed(day);
            open.extend((0..self.slots).map(|slot| !closed && pattern.is_open(weekday, slot)));
        }
        open
    }

    /// Sums records to slots; a slot of which less than half is known is unknown, else it is scaled up to its whole.
    fn counts(&self, records: &[IntervalRecord]) -> (Vec<f64>, Vec<bool>) {
        let parts = f64::from(self.request.grid.interval_minutes() / self.request.history.interval_minutes);
        let mut sums = vec![0.0; self.any.len()];
        let mut known = vec![0.0; self.any.len()];
        let mut unknown = vec![0.0; self.any.len()];
        for (i, record) in self.cells(records) {
            match record.offered.filter(|offered| offered.is_finite() && *offered >= 0.0) {
                Some(offered) => (sums[i], known[i]) = (sums[i] + offered, known[i] + 1.0),
                None => unknown[i] += 1.0,
            }
        }
        let zero = self.request.gaps == GapPolicy::Zero;
        let counts = (0..sums.len())
            .map(|i| match (known[i], unknown[i]) {
                (known, unknown) if known == 0.0 || 2.0 * unknown > parts => f64::NAN,
                (_, 0.0) if zero => sums[i],
                (known, _) if 2.0 * known < parts => f64::NAN,
                (known, _) => sums[i] * parts / known,
            })
            .collect();
        (counts, unknown.iter().map(|&unknown| unknown > 0.0).collect())
    }

    /// Decides what missing slots mean: zero on a recorded day from the queue's first row on, where another queue has the
    /// timestamp or the policy says so. Closed slots are no demand.
    fn settle(&self, counts: &mut [f64], (open, stated_unknown): (&[bool], &[bool]), begin: usize) {
        for day in 0..self.history_days {
            let cells = day * self.slots..(day + 1) * self.slots;
            let recorded = self.any[cells.clone()].contains(&true);
            for i in cells {
                let zero = self.any[i] || self.request.gaps == GapPolicy::Zero;
                if counts[i].is_nan() && recorded && zero && i >= begin && !stated_unknown[i] {
                    counts[i] = 0.0;
                }
                if !open[i] {
                    counts[i] = f64::NAN;
                }
            }
        }
    }

    /// Forgets outages, and the hours that a change of the clock skips or repeats.
    fn forget_outages(&self, counts: &mut [f64], calendar: &CalendarDays<'_>) {
        let offset = |at: NaiveDateTime| self.request.grid.zone().offset_from_utc_datetime(&at).fix();
        for day in 0..self.history_days {
            let date = calendar.date_of(day);
            if calendar.is_outage(day) {
                counts[day * self.slots..(day + 1) * self.slots].fill(f64::NAN);
            }
            let noon = date.and_hms_opt(12, 0, 0).expect("noon exists");
            if offset(noon - Duration::days(1)) != offset(noon) {
                self.blur_clock_change(counts, day, date);
            }
        }
    }

    fn blur_clock_change(&self, counts: &mut [f64], day: usize, date: NaiveDate) {
        let minutes = self.request.grid.interval_minutes();
        for slot in 0..self.slots {
            let local = date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minutes) * slot as i64);
            if self.request.grid.zone().from_local_datetime(&local).single().is_none() {
                counts[day * self.slots + slot] = f64::NAN;
            }
        }
    }
}

fn queue_of(centre: &Centre, name: &str) -> Result<QueueId, ForecastError> {
    centre.queues.find(|queue| queue.name == name).ok_or_else(|| ForecastError::StrayQueue { queue: name.to_owned() })
}

/// Weekdays, 0 = Monday, that are closed, or whose median total is under 60 % of the median weekday's in the first weeks.
///
/// The first weeks alone, so that nothing of it is known too early.
fn quiet_weekdays(counts: &[f64], pattern: &OpenPattern, first: NaiveDate) -> [bool; 7] {
    let slots = pattern.slots();
    let mut totals: [Vec<f64>; 7] = Default::default();
    let known = counts.chunks(slots).enumerate().filter(|(_, day)| day.iter().any(|count| !count.is_nan()));
    for (day, counts) in known.take(FIRST_DAYS) {
        let total = counts.iter().filter(|count| !count.is_nan()).sum();
        totals[(weekday(first) + day) % 7].push(total);
    }
    let medians = totals.map(median);
    let typical = median(medians.iter().flatten().copied().collect()).unwrap_or(0.0);
    std::array::from_fn(|day| !pattern.any_open(day) || medians[day].is_some_and(|total| total < QUIET_SHARE * typical))
}

/// Name list of a history.
pub(crate) fn names(history: &ContactHistory) -> String {
    history.queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Weekday of a date, 0 = Monday.
pub(crate) fn weekday(date: NaiveDate) -> usize {
    date.weekday().num_days_from_monday() as usize
}
