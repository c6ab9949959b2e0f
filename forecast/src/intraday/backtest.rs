//! What updates would have done on past days.

use std::sync::Arc;

use chrono::{Days, NaiveTime};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use solver_data::{ContactHistory, DemandForecast, IntervalRecord, PlanningGrid, QueueHistory, Watch};

use super::{IntradayUpdate, LEAST_DAYS};
use crate::backtest::BacktestRequest;
use crate::error::ForecastError;
use crate::request::ForecastRequest;
use crate::series::{Frame, QueueSeries};
use crate::stage::forecast_of;

/// Hours between the cuts at which updates are judged.
const HOURS_APART: u32 = 2;

/// Accuracy of the rest of the day, over past days, of one queue at one time of day.
#[derive(Debug, Clone, PartialEq)]
pub struct IntradayAccuracy {
    /// Queue.
    pub queue: String,
    /// Time up to which the day was known; `None` for all cuts together.
    pub cut: Option<NaiveTime>,
    /// Days that entered.
    pub days: usize,
    /// Σ|forecast - actual| / Σ actual of the intervals of the rest, without an update.
    pub wape_without: f64,
    /// The same with exponent 1, the planner's habit.
    pub wape_habit: f64,
    /// The same with the estimated exponent.
    pub wape_updated: f64,
    /// Share of actuals inside the updated 80 % interval; `None` without one.
    pub coverage80: Option<f64>,
}

/// Judges updates on the last `origins` weeks of the history, day by day.
///
/// Each day is forecast from what was known before it, trust is measured on that alone, and the day is cut every second
/// hour of its opening. Days before which a queue has less than a week of history do not enter for that queue.
///
/// # Errors
/// Those of [`crate::backtest()`].
pub fn intraday_backtest(request: &BacktestRequest<'_>, watch: &dyn Watch) -> Result<Vec<IntradayAccuracy>, ForecastError> {
    let (origins, days) = (request.origins, request.days);
    let nothing = || ForecastError::EmptyBacktest { origins, days };
    let last = request.history.last_start().ok_or_else(nothing)?.date();
    let grid = |start, days| PlanningGrid::new(start, days, request.interval_minutes, request.zone).map(Arc::new);
    let asked = |grid: Arc<PlanningGrid>| ForecastRequest {
        opening: request.opening,
        gaps: request.gaps,
        ..ForecastRequest::new(request.history, request.calendar, grid)
    };
    let truth_request = asked(grid(last + Days::new(1), 1)?);
    let frame = Frame::new(&truth_request)?;
    let known = request.history.queues.iter().filter_map(|queue| Some((queue.name.clone(), frame.series(queue).ok()?)));
    let truth: Vec<(String, QueueSeries)> = known.collect();
    let back: Vec<u64> = (0..7 * origins as u64).rev().collect();
    watch.stage_progress("intraday backtest", 0, back.len() as u64);
    let judged: Vec<Result<Vec<Judged>, ForecastError>> = back
        .into_par_iter()
        .map(|back| {
            if watch.interrupted() {
                return Err(ForecastError::Interrupted);
            }
            match judged_day(&asked(grid(last - Days::new(back), LEAST_DAYS)?), &truth, back as usize) {
                // A day before the first row has nothing to say.
                Err(ForecastError::NoQueue { .. }) => Ok(Vec::new()),
                other => other,
            }
        })
        .collect();
    let judged: Vec<Judged> = judged.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    if judged.is_empty() { Err(nothing()) } else { Ok(rows(&truth, &judged)) }
}

/// One day of one queue at one cut.
#[derive(Debug, Clone, PartialEq)]
struct Judged {
    queue: String,
    cut: NaiveTime,
    volume: f64,
    /// Σ|forecast - actual| without update, by habit, as updated.
    errors: [f64; 3],
    /// Intervals inside the updated 80 % interval, and all of them.
    inside: (f64, f64),
}

fn judged_day(request: &ForecastRequest<'_>, truth: &[(String, QueueSeries)], back: usize) -> Result<Vec<Judged>, ForecastError> {
    let frame = Frame::new(request)?;
    let queues = long_enough(request, &frame, truth)?;
    let plain = forecast_of(request, &frame, &queues)?;
    let update = IntradayUpdate::measured_of(request, &frame, &queues)?;
    let mut judged = Vec::new();
    for minute in (1..24 * 60 / (60 * HOURS_APART)).map(|k| 60 * HOURS_APART * k) {
        let cut = NaiveTime::from_num_seconds_from_midnight_opt(60 * minute, 0).expect("a minute of the day is a time");
        let observed = observed(&plain, truth, (back, cut));
        let Ok(updated) = update.update(&plain, &observed) else { continue };
        for (q, queue) in plain.queues.iter().enumerate() {
            let Some((_, series)) = truth.iter().find(|(name, _)| *name == queue.name) else { continue };
            let actual = day_of(&plain, series, back);
            judged.extend(Judged::of((&plain, &updated), q, &actual, cut));
        }
    }
    Ok(judged)
}

/// The queues whose history before the request's first day can be forecast from.
fn long_enough<'a>(
    request: &ForecastRequest<'a>,
    frame: &Frame<'_>,
    truth: &[(String, QueueSeries)],
) -> Result<Vec<&'a QueueHistory>, ForecastError> {
    let mut queues = Vec::new();
    for (name, _) in truth {
        let Some(queue) = request.history.queue(name) else { continue };
        match frame.series(queue) {
            Ok(_) => queues.push(queue),
            Err(ForecastError::ShortHistory { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(queues)
}

/// Counts of the first day of a forecast, by its interval, not a number where unknown.
fn day_of(forecast: &DemandForecast, series: &QueueSeries, back: usize) -> Vec<f64> {
    let grid = &forecast.grid;
    let day = series.horizon.start - 1 - back;
    let minutes = |t: usize| chrono::Timelike::num_seconds_from_midnight(&grid.local(t)) / 60;
    grid.day_range(0).map(|t| series.day(day)[(minutes(t) / grid.interval_minutes()) as usize]).collect()
}

/// What was known of the first day up to a cut.
fn observed(forecast: &DemandForecast, truth: &[(String, QueueSeries)], (back, cut): (usize, NaiveTime)) -> ContactHistory {
    let grid = &forecast.grid;
    let records = |series: &QueueSeries| {
        let counts = day_of(forecast, series, back);
        let known = counts.into_iter().enumerate().filter(|(t, count)| !count.is_nan() && grid.local(*t).time() < cut);
        let record = |(t, count)| IntervalRecord {
            start: grid.local(t),
            offered: Some(count),
            handled: None,
            abandoned: None,
            aht_seconds: None,
        };
        known.map(record).collect()
    };
    let queues = truth.iter().map(|(name, series)| QueueHistory { name: name.clone(), records: records(series) }).collect();
    ContactHistory { interval_minutes: grid.interval_minutes(), queues }
}

impl Judged {
    /// `None` when nothing was known before the cut, or nothing came after it.
    fn of((plain, updated): (&DemandForecast, &DemandForecast), q: usize, actual: &[f64], cut: NaiveTime) -> Option<Self> {
        let (grid, before, after) = (&plain.grid, &plain.queues[q], &updated.queues[q]);
        let known: Vec<usize> = (0..actual.len()).filter(|&t| !actual[t].is_nan() && before.open[t]).collect();
        let (so_far, rest): (Vec<usize>, Vec<usize>) = known.into_iter().partition(|&t| grid.local(t).time() < cut);
        let sum = |values: &[f64], of: &[usize]| of.iter().map(|&t| values[t]).sum::<f64>();
        let (came, expected) = (sum(actual, &so_far), sum(&before.mean, &so_far));
        if so_far.is_empty() || rest.is_empty() || expected <= 0.0 {
            return None;
        }
        let habit = came / expected;
        let error = |mean: &dyn Fn(usize) -> f64| rest.iter().map(|&t| (mean(t) - actual[t]).abs()).sum::<f64>();
        let errors = [error(&|t| before.mean[t]), error(&|t| before.mean[t] * habit), error(&|t| after.mean[t])];
        let inside = after.band(0.80).map_or((0.0, 0.0), |band| {
            let held = rest.iter().filter(|&&t| band.lo[t] <= actual[t] && actual[t] <= band.hi[t]).count();
            (held as f64, rest.len() as f64)
        });
        Some(Self { queue: before.name.clone(), cut, volume: sum(actual, &rest), errors, inside })
    }
}

fn rows(truth: &[(String, QueueSeries)], judged: &[Judged]) -> Vec<IntradayAccuracy> {
    let mut rows = Vec::new();
    for (queue, _) in truth {
        let own: Vec<&Judged> = judged.iter().filter(|day| day.queue == *queue).collect();
        let mut cuts: Vec<NaiveTime> = own.iter().map(|day| day.cut).collect();
        cuts.sort_unstable();
        cuts.dedup();
        for cut in cuts {
            let at: Vec<&Judged> = own.iter().filter(|day| day.cut == cut).copied().collect();
            rows.extend(row(queue, Some(cut), &at));
        }
        rows.extend(row(queue, None, &own));
    }
    rows
}

fn row(queue: &str, cut: Option<NaiveTime>, judged: &[&Judged]) -> Option<IntradayAccuracy> {
    let volume: f64 = judged.iter().map(|day| day.volume).sum();
    let wape = |which: usize| judged.iter().map(|day| day.errors[which]).sum::<f64>() / volume;
    let (held, number) = judged.iter().fold((0.0, 0.0), |(held, all), day| (held + day.inside.0, all + day.inside.1));
    (volume > 0.0).then(|| IntradayAccuracy {
        queue: queue.to_owned(),
        cut,
        days: judged.len(),
        wape_without: wape(0),
        wape_habit: wape(1),
        wape_updated: wape(2),
        coverage80: (number > 0.0).then(|| held / number),
    })
}
