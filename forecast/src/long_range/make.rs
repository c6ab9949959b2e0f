//! From history and interval forecast to weeks and months of every queue and of the centre.

use std::sync::Arc;

use chrono::NaiveDate;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use solver_data::{ContactHistory, Outlook, PlanningGrid, QueueForecast, QueueHistory, QueueOutlook};

use crate::error::ForecastError;
use crate::handle_time::HandleTimes;
use crate::long_range::day_course::{DayCourse, NearDays};
use crate::long_range::days::DayTable;
use crate::long_range::driver::DriverCourses;
use crate::long_range::period::{days_of, period, periods};
use crate::long_range::request::OutlookRequest;
use crate::mix::change_factors;
use crate::request::ForecastRequest;
use crate::series::{Frame, names};

/// Name of the sum of all queues.
pub(super) const ALL: &str = "all";

/// The long view of every queue of the interval forecast, and of their sum where there are several.
///
/// Daily means equal the interval forecast's day totals on its days; weeks and months are sums of days; the means of `all`
/// are sums of the queues'.
///
/// # Errors
/// [`ForecastError::Months`] for no months or more than 60, [`ForecastError::UnknownQueue`] for a queue without history,
/// and those of [`crate::forecast`].
pub fn outlook(request: &OutlookRequest<'_>) -> Result<Outlook, ForecastError> {
    let start = request.near.grid.date(0);
    let days = days_of(start, request.months);
    if !(1..=60).contains(&request.months) || days == 0 {
        return Err(ForecastError::Months { months: request.months });
    }
    if let Some(&level) = request.levels.iter().find(|level| !(**level > 0.0 && **level < 1.0)) {
        return Err(ForecastError::Level { level });
    }
    let asked = frame_request(request, start, days as u32)?;
    let frame = Frame::new(&asked)?;
    let made: Vec<Result<(DayTable, DayCourse), ForecastError>> =
        request.near.queues.par_iter().map(|near| queue_course(request, &frame, near)).collect();
    let made = made.into_iter().collect::<Result<Vec<_>, _>>()?;
    let ranges = periods(start, days, request.grain, request.week_start);
    let view = |name: &str, course: &DayCourse| QueueOutlook {
        name: name.to_owned(),
        daily: course.days.iter().map(|day| day.near).collect(),
        periods: ranges.iter().map(|range| period(course, range, request.levels)).collect(),
        notes: course.notes.clone(),
    };
    let mut queues: Vec<QueueOutlook> =
        request.near.queues.iter().zip(&made).map(|(near, (_, course))| view(&near.name, course)).collect();
    if made.len() > 1 {
        queues.push(view(ALL, &summed(&made)));
    }
    Ok(Outlook { grain: request.grain, start, queues })
}

/// The frame of days and slots from the oldest history to the last day.
fn frame_request<'a>(request: &OutlookRequest<'a>, start: NaiveDate, days: u32) -> Result<ForecastRequest<'a>, ForecastError> {
    let near = &request.near.grid;
    let grid = Arc::new(PlanningGrid::new(start, days, near.interval_minutes(), near.zone())?);
    let (opening, gaps) = (request.opening, request.gaps);
    Ok(ForecastRequest { opening, gaps, ..ForecastRequest::new(request.history, request.calendar, grid) })
}

fn queue_course(
    request: &OutlookRequest<'_>,
    frame: &Frame<'_>,
    near: &QueueForecast,
) -> Result<(DayTable, DayCourse), ForecastError> {
    let grid = &request.near.grid;
    let start = grid.date(0);
    let queue = history_of(request.history, &near.name, start)?;
    let (table, mut course) = long_course(request, frame, queue)?;
    course.change(request.changes, &near.name);
    let ranges: Vec<_> = (0..grid.days()).map(|day| grid.day_range(day)).collect();
    let days = NearDays::of(near, &ranges);
    course.reconcile(&days.totals);
    let times = HandleTimes::learned(queue, start.and_time(chrono::NaiveTime::MIN), grid.interval_minutes());
    let touching = request.changes.iter().filter(|change| change.touches(&near.name));
    let mut factors = vec![(1.0, 1.0); course.days.len()];
    for change in touching {
        for (date, factor) in start.iter_days().zip(&mut factors) {
            let (volume, aht) = change_factors(change, date, start);
            *factor = (factor.0 * volume, factor.1 * aht);
        }
    }
    course.handle(&days, times.as_ref(), &factors);
    Ok((table, course))
}

/// The long-range course of a queue, planned changes and interval forecast left out.
pub(super) fn long_course(
    request: &OutlookRequest<'_>,
    frame: &Frame<'_>,
    queue: &QueueHistory,
) -> Result<(DayTable, DayCourse), ForecastError> {
    let series = frame.series(queue)?;
    let table = DayTable::of(&series, (request.calendar, &queue.name), frame.first());
    let drivers = DriverCourses::of(&table, request.drivers, &queue.name);
    let course = DayCourse::of(&table, drivers);
    Ok((table, course))
}

fn history_of<'a>(history: &'a ContactHistory, name: &str, start: NaiveDate) -> Result<&'a QueueHistory, ForecastError> {
    history.queue(name).ok_or_else(|| ForecastError::UnknownQueue { queue: name.to_owned(), known: names(history), start })
}

/// The sum of several queues: their days add, the distribution of its weeks is that of a model of the summed history.
///
/// How the errors of queues go together is so measured and not assumed.
fn summed(made: &[(DayTable, DayCourse)]) -> DayCourse {
    let tables: Vec<DayTable> = made.iter().map(|(table, _)| table.clone()).collect();
    let table = DayTable::summed(&tables).expect("there are several queues");
    let stated = vec![0.0; table.len()];
    let mut all = DayCourse::of(&table, DriverCourses { stated, ..DriverCourses::default() });
    for (day, steps) in all.days.iter_mut().enumerate() {
        let first = made[0].1.days[day];
        *steps = made[1..].iter().fold(first, |sum, (_, course)| sum.plus(&course.days[day]));
    }
    let times: Option<Vec<&Vec<(f64, f64)>>> = made.iter().map(|(_, course)| course.handle_time.as_ref()).collect();
    all.handle_time = times.map(|times| {
        (0..all.days.len())
            .map(|day| {
                let contacts = |k: usize| made[k].1.days[day].near.max(1e-9);
                let total: f64 = (0..times.len()).map(contacts).sum();
                let mean = |of: &dyn Fn(usize) -> f64| (0..times.len()).map(|k| contacts(k) * of(k)).sum::<f64>() / total;
                (mean(&|k| times[k][day].0), mean(&|k| times[k][day].1))
            })
            .collect()
    });
    all
}
