//! Examining the history of every queue of a request.

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use solver_data::QueueHistory;

use crate::cleaning::course::Course;
use crate::cleaning::finding::{HistoryFinding, Oddity};
use crate::cleaning::outage::{Stretch, outages, outliers, overdispersion};
use crate::cleaning::shift::level_shifts;
use crate::day::DayKind;
use crate::error::ForecastError;
use crate::request::{ForecastRequest, OutlierPolicy};
use crate::series::{Frame, QueueSeries};

/// Distance in robust standard deviations at which a day is an outlier.
const OUTLIER_DEVIATIONS: f64 = 5.0;
/// Least distance of the log total: a quarter more or a fifth less.
const LEAST_DISTANCE: f64 = 0.223;
/// Contacts a day below which single days say nothing.
const LEAST_CONTACTS: f64 = 20.0;

/// Looks for what is odd in the history before the horizon: days without data, outages, outliers, level shifts.
///
/// The findings of a queue come most important first, the queues in history order; a queue of less than a week, or that
/// the centre does not have, has none.
/// Days that the calendar of the request explains are not odd.
///
/// # Errors
/// [`ForecastError::Interval`], [`ForecastError::NoQueue`].
pub fn examine(request: &ForecastRequest<'_>) -> Result<Vec<HistoryFinding>, ForecastError> {
    let request = ForecastRequest { outliers: OutlierPolicy::Kept, ..request.clone() };
    let frame = Frame::new(&request)?;
    let examined: Vec<Result<Vec<HistoryFinding>, ForecastError>> =
        request.history.queues.par_iter().map(|queue| of_queue(&frame, queue)).collect();
    Ok(examined.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn of_queue(frame: &Frame<'_>, queue: &QueueHistory) -> Result<Vec<HistoryFinding>, ForecastError> {
    let series = match frame.series(queue) {
        Err(ForecastError::ShortHistory { .. } | ForecastError::StrayQueue { .. }) => return Ok(Vec::new()),
        other => other?,
    };
    let calendar = Dates { first: frame.first(), slots: series.slots };
    let mut found = missing(&series, calendar);
    found.extend(silent_holidays(&series, calendar));
    found.extend(odd(&series, calendar));
    found.sort_by(|a, b| b.weight().total_cmp(&a.weight()).then(a.start().cmp(&b.start())));
    Ok(found.into_iter().map(|oddity| HistoryFinding { queue: queue.name.clone(), oddity }).collect())
}

/// Dates of the days and slots of a series.
#[derive(Clone, Copy)]
struct Dates {
    first: NaiveDate,
    slots: usize,
}

impl Dates {
    fn day(self, day: usize) -> NaiveDate {
        self.first + Days::new(day as u64)
    }

    fn slot(self, slot: usize) -> NaiveDateTime {
        let minutes = (slot % self.slots * 1440 / self.slots) as i64;
        self.day(slot / self.slots).and_time(NaiveTime::MIN) + Duration::minutes(minutes)
    }
}

/// Open days without data between the first and the last known day, in rows.
fn missing(series: &QueueSeries, dates: Dates) -> Vec<Oddity> {
    let begin = (0..series.known_until).find(|&day| series.is_observed(day)).unwrap_or(series.known_until);
    let mut rows: Vec<(usize, usize, usize)> = Vec::new();
    let mut open_row = false;
    for day in begin..series.known_until {
        let opens = series.day_open(day).contains(&true);
        if series.is_observed(day) {
            open_row = false;
        } else if opens && series.days[day].kind != DayKind::Holiday {
            match rows.last_mut().filter(|_| open_row) {
                Some(row) => (row.1, row.2) = (day, row.2 + 1),
                None => rows.push((day, day, 1)),
            }
            open_row = true;
        }
    }
    rows.into_iter().map(|(from, to, days)| Oddity::Missing { first: dates.day(from), last: dates.day(to), days }).collect()
}

/// Holidays on open weekdays that never had a row, as one finding.
fn silent_holidays(series: &QueueSeries, dates: Dates) -> Option<Oddity> {
    let begin = (0..series.known_until).find(|&day| series.is_observed(day))?;
    let silent = |day: &usize| {
        let opens = series.day_open(*day).contains(&true);
        opens && series.days[*day].kind == DayKind::Holiday && !series.is_observed(*day)
    };
    let days: Vec<usize> = (begin..series.known_until).filter(silent).collect();
    let (&first, &last) = (days.first()?, days.last()?);
    Some(Oddity::SilentHolidays { first: dates.day(first), last: dates.day(last), days: days.len() })
}

fn odd(series: &QueueSeries, dates: Dates) -> Vec<Oddity> {
    let end = series.known_until;
    let days_of_month: Vec<u32> = (0..end).map(|day| dates.day(day).day()).collect();
    let course = Course::of(series, &days_of_month, end);
    let overdispersion = overdispersion(series, &course);
    let stretches = outages(series, &course, overdispersion);
    let broken =
        |day: usize| stretches.iter().any(|s| s.slots.start / dates.slots <= day && day <= (s.slots.end - 1) / dates.slots);
    let mut found: Vec<Oddity> = Vec::new();
    for day in (0..end).filter(|&day| !broken(day)) {
        let Some(z) = course.z(day) else { continue };
        let (expected, actual) = (course.expected[day].exp(), course.total[day]);
        let distance = ((actual + 0.5) / (expected + 0.5)).ln().abs();
        if z.abs() >= OUTLIER_DEVIATIONS && distance >= LEAST_DISTANCE && expected.max(actual) >= LEAST_CONTACTS {
            found.push(Oddity::OutlierDay { date: dates.day(day), expected, actual, z });
        }
    }
    let is_odd = |slot: usize| {
        let date = dates.day(slot / dates.slots);
        broken(slot / dates.slots) || found.iter().any(|other| matches!(other, Oddity::OutlierDay { date: d, .. } if *d == date))
    };
    let intervals: Vec<Oddity> = outliers(series, &course, overdispersion)
        .into_iter()
        .filter(|stretch| !is_odd(stretch.slots.start))
        .map(|Stretch { slots, expected, actual, z }| {
            let (start, end) = (dates.slot(slots.start), dates.slot(slots.end));
            Oddity::OutlierInterval { start, end, expected, actual, z }
        })
        .collect();
    found.extend(intervals);
    found.extend(stretches.into_iter().map(|Stretch { slots, expected, actual, .. }| {
        let (start, end) = (dates.slot(slots.start), dates.slot(slots.end));
        Oddity::Outage { start, end, expected, actual }
    }));
    let shifts = level_shifts(&course).into_iter();
    found.extend(shifts.map(|(day, size)| Oddity::LevelShift { date: dates.day(day), ratio: size.exp() }));
    found
}
