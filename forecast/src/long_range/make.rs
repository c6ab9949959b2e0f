//! From history and interval forecast to weeks and months of every queue and of the centre.

use chrono::NaiveDate;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use solver_data::{ContactHistory, Outlook, QueueForecast, QueueHistory, QueueOutlook};

use crate::error::ForecastError;
use crate::handle_time::HandleTimes;
use crate::long_range::day_course::{DayCourse, NearDays};
use crate::long_range::days::DayTable;
use crate::long_range::driver::DriverCourses;
use crate::long_range::follower::follower_course;
use crate::long_range::period::{days_of, period, periods};
use crate::long_range::request::OutlookRequest;
use crate::mix::change_factors;
use crate::series::{Frame, names};

/// Name of the sum of all queues.
pub(super) const ALL: &str = "all";

/// The long view of one queue before it is summed to periods.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Name of the queue.
    pub(super) name: String,
    /// Its history; `None` where it follows a donor.
    table: Option<DayTable>,
    /// Its days ahead.
    pub(super) course: DayCourse,
}

/// The long view of every queue of the interval forecast, and of their sum where there are several.
///
/// Daily means equal the interval forecast's day totals on its days; weeks and months are sums of days; the means of `all`
/// are sums of the queues'.
///
/// # Errors
/// [`ForecastError::Months`] for no months or more than 60, [`ForecastError::UnknownQueue`] for a queue without history
/// that follows none, [`ForecastError::NotForecast`] for a donor that is not forecast before its followers, and those of [`crate::forecast`].
pub fn outlook(request: &OutlookRequest<'_>) -> Result<Outlook, ForecastError> {
    let start = request.near.grid.date(0);
    let days = days_of(start, request.months);
    if !(1..=60).contains(&request.months) || days == 0 {
        return Err(ForecastError::Months { months: request.months });
    }
    if let Some(&level) = request.levels.iter().find(|level| !(**level > 0.0 && **level < 1.0)) {
        return Err(ForecastError::Level { level });
    }
    let made = courses(request, days as u32)?;
    let ranges = periods(start, days, request.grain, request.week_start);
    let view = |name: &str, course: &DayCourse| QueueOutlook {
        name: name.to_owned(),
        daily: course.days.iter().map(|day| day.near).collect(),
        periods: ranges.iter().map(|range| period(course, range, request.levels)).collect(),
        notes: course.notes.clone(),
    };
    let mut queues: Vec<QueueOutlook> = made.iter().map(|made| view(&made.name, &made.course)).collect();
    if made.len() > 1 {
        queues.push(view(ALL, &summed(&made)));
    }
    Ok(Outlook { grain: request.grain, start, queues })
}

/// All queues in the order of the interval forecast: those with a history, then those that follow them.
fn courses(request: &OutlookRequest<'_>, days: u32) -> Result<Vec<Made>, ForecastError> {
    let start = request.near.grid.date(0);
    let asked = request.frame_request(start, days)?;
    let frame = Frame::new(&asked)?;
    let follows = |near: &&QueueForecast| request.followers.iter().any(|follower| follower.queue == near.name);
    let grown: Vec<&QueueForecast> = request.near.queues.iter().filter(|near| !follows(near)).collect();
    let made: Vec<Result<Made, ForecastError>> = grown
        .par_iter()
        .map(|near| {
            let queue = history_of(request.history, &near.name, start)?;
            let (table, mut course) = long_course(request, &frame, queue)?;
            finish(&mut course, request, near, Some(queue));
            Ok(Made { name: near.name.clone(), table: Some(table), course })
        })
        .collect();
    let mut made = made.into_iter().collect::<Result<Vec<_>, _>>()?;
    for follower in request.followers {
        let mut course = follower_course(request, &made, follower)?;
        if let Some(near) = request.near.queue(&follower.queue) {
            finish(&mut course, request, near, None);
        }
        made.push(Made { name: follower.queue.clone(), table: None, course });
    }
    made.sort_by_key(|made| request.near.queues.iter().position(|near| near.name == made.name));
    Ok(made)
}

/// Planned changes, the interval forecast, overrides and handle times of a queue's course; `own` is its history.
fn finish(course: &mut DayCourse, request: &OutlookRequest<'_>, near: &QueueForecast, own: Option<&QueueHistory>) {
    let grid = &request.near.grid;
    let start = grid.date(0);
    course.change(request.changes, &near.name);
    let ranges: Vec<_> = (0..grid.days()).map(|day| grid.day_range(day)).collect();
    let days = NearDays::of(near, &ranges);
    course.reconcile(&days);
    course.lay_over(request.overrides, near, grid);
    let learned = |queue| HandleTimes::learned(queue, start.and_time(chrono::NaiveTime::MIN), grid.interval_minutes());
    let times = own.and_then(learned);
    let touching = request.changes.iter().filter(|change| change.touches(&near.name));
    let mut factors = vec![(1.0, 1.0); course.days.len()];
    for change in touching {
        for (date, factor) in start.iter_days().zip(&mut factors) {
            let (volume, aht) = change_factors(change, date, start);
            *factor = (factor.0 * volume, factor.1 * aht);
        }
    }
    course.handle(&days, times.as_ref(), &factors);
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
/// How the errors of queues go together is so measured and not assumed; a queue that follows a donor adds its share of the
/// doubt about its level.
fn summed(made: &[Made]) -> DayCourse {
    let tables: Vec<DayTable> = made.iter().filter_map(|made| made.table.clone()).collect();
    let table = DayTable::summed(&tables).expect("a queue that follows needs one with a history");
    let stated = vec![0.0; table.len()];
    let mut all = DayCourse::of(&table, DriverCourses { stated, ..DriverCourses::default() });
    for (day, steps) in all.days.iter_mut().enumerate() {
        let first = made[0].course.days[day];
        *steps = made[1..].iter().fold(first, |sum, made| sum.plus(&made.course.days[day]));
    }
    let contacts = |course: &DayCourse| course.days.iter().map(|day| day.near).sum::<f64>();
    let whole = contacts(&all).max(1e-9);
    let doubt = made.iter().map(|made| contacts(&made.course) / whole * made.course.level_sd);
    all.level_sd = doubt.map(|sd| sd * sd).sum::<f64>().sqrt();
    let times: Option<Vec<&Vec<(f64, f64)>>> = made.iter().map(|made| made.course.handle_time.as_ref()).collect();
    all.handle_time = times.map(|times| {
        (0..all.days.len())
            .map(|day| {
                let contacts = |k: usize| made[k].course.days[day].near.max(1e-9);
                let total: f64 = (0..times.len()).map(contacts).sum();
                let mean = |of: &dyn Fn(usize) -> f64| (0..times.len()).map(|k| contacts(k) * of(k)).sum::<f64>() / total;
                (mean(&|k| times[k][day].0), mean(&|k| times[k][day].1))
            })
            .collect()
    });
    all
}
