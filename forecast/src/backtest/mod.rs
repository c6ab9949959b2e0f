//! Rolling backtest of the whole stage beside its rivals.
//!
//! Weekly origins before the end of the history; each forecast sees only what started before its origin, and so does the
//! selection inside it. Rows per queue (and `all`, the sum of the queues, where there are several) and grain, the last of
//! which are the lead times: `lead_1` is the first day after an origin.
//!
//! - the models of the [`Contest`], each with coverage and pinball loss of its own intervals at interval grain and by lead
//! - `seasonal_naive`, `average_4_weeks`: the planner's habits, always
//! - `poisson_floor`: Σ E|Y - λ| / Σ y of Poisson counts whose mean λ is the pool's forecast (or the first model's) rescaled
//!   to the *actual* total of the next coarser grain: at interval grain λ = forecast × (actual day / forecast day), at day
//!   grain λ = forecast day × (actual week / forecast week), at week grain λ = actual week. No forecast that does not know
//!   these totals can be expected below it while counts are Poisson about a smooth course.

mod contest;
mod sample;
mod score;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use solver_data::{Calendar, ContactHistory, ForecastAccuracy, PlanningGrid, QueueHistory, Watch};

pub use crate::backtest::contest::{Contest, known_models};
use crate::backtest::sample::{Sample, summed};
use crate::error::ForecastError;
use crate::request::{ForecastRequest, GapPolicy, Opening, OutlierPolicy};
use crate::series::{Frame, QueueSeries};

/// A backtest to be run.
#[derive(Debug, Clone)]
pub struct BacktestRequest<'a> {
    /// Interval history in local civil time; its last days are forecast from the days before them.
    pub history: &'a ContactHistory,
    /// Holidays and events.
    pub calendar: &'a Calendar,
    /// Planning interval in minutes; the history's or a multiple of it.
    pub interval_minutes: u32,
    /// Time zone of the history.
    pub zone: chrono_tz::Tz,
    /// Where opening hours come from.
    pub opening: Opening<'a>,
    /// What a missing row on an open day means.
    pub gaps: GapPolicy,
    /// What is made of outliers before an origin; those after it are always counted.
    pub outliers: OutlierPolicy,
    /// Weekly origins.
    pub origins: usize,
    /// Days forecast from each.
    pub days: u32,
    /// Which models are measured.
    pub models: Contest,
}

impl<'a> BacktestRequest<'a> {
    /// Eight weekly origins, seven days from each, in the history's own interval: the pool beside the planner's habits,
    /// opening hours learned, gaps unknown.
    pub fn new(history: &'a ContactHistory, calendar: &'a Calendar) -> Self {
        Self {
            history,
            calendar,
            interval_minutes: history.interval_minutes,
            zone: chrono_tz::UTC,
            opening: Opening::Learned,
            gaps: GapPolicy::default(),
            outliers: OutlierPolicy::default(),
            origins: 8,
            days: 7,
            models: Contest::default(),
        }
    }
}

/// Accuracy per queue, grain and model over weekly origins.
///
/// Origins before which a queue has less than a week of history do not enter for that queue.
///
/// # Errors
/// Those of [`crate::forecast`], [`ForecastError::Model`] for a model of the contest that there is not; [`ForecastError::EmptyBacktest`] for no origins or no days;
/// [`ForecastError::ShortHistory`] when no origin of any queue has a week of history before it;
/// [`ForecastError::Interrupted`] when the watch says so.
pub fn backtest(request: &BacktestRequest<'_>, watch: &dyn Watch) -> Result<Vec<ForecastAccuracy>, ForecastError> {
    let (origins, days) = (request.origins, request.days);
    let last = request.history.last_start().map(|start| start.date());
    if origins == 0 || days == 0 {
        return Err(ForecastError::EmptyBacktest { origins, days });
    }
    let contest = request.models.names()?;
    let last = last.ok_or_else(|| ForecastError::NoQueue { start: NaiveDate::default() })?;
    let after = last + Days::new(1);
    // What came is what came: the forecast is judged on odd days too.
    let truth_request = ForecastRequest { outliers: OutlierPolicy::Kept, ..forecast_request(request, after, 1)? };
    let truth = Frame::new(&truth_request)?;
    let known = request.history.queues.iter().filter_map(|queue| Some((queue, truth.series(queue).ok()?)));
    let (queues, actual): (Vec<&QueueHistory>, Vec<QueueSeries>) = known.unzip();
    let Some(reach) = actual.first().map(|series| series.horizon.start as u64) else {
        return Err(truth.series(&request.history.queues[0]).err().unwrap_or(ForecastError::NoQueue { start: after }));
    };
    let mut samples: Vec<Vec<Option<Sample>>> = Vec::new();
    let mut refused = None;
    // An origin before the first day has nothing to learn from.
    let origins = origins.min(reach as usize / 7 + 1);
    for k in 0..origins {
        if watch.interrupted() {
            return Err(ForecastError::Interrupted);
        }
        let back = u64::from(days.max(7)) + 7 * (origins - 1 - k) as u64;
        if back > reach {
            continue;
        }
        let origin = after - Days::new(back);
        let asked = forecast_request(request, origin, days)?;
        match Frame::new(&asked) {
            Err(error @ ForecastError::NoQueue { .. }) => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
            Ok(frame) => samples.push(at_origin((&frame, &contest), (&queues, &actual), back, &mut refused)?),
        }
        watch.stage_progress("backtest", k as u64 + 1, origins as u64);
    }
    let rows = rows(&queues, &samples);
    if rows.is_empty() {
        return Err(refused.unwrap_or(ForecastError::EmptyBacktest { origins, days }));
    }
    Ok(rows)
}

fn forecast_request<'a>(
    request: &BacktestRequest<'a>,
    start: NaiveDate,
    days: u32,
) -> Result<ForecastRequest<'a>, ForecastError> {
    let grid = Arc::new(PlanningGrid::new(start, days, request.interval_minutes, request.zone)?);
    let (opening, gaps, outliers) = (request.opening, request.gaps, request.outliers);
    Ok(ForecastRequest { opening, gaps, outliers, ..ForecastRequest::new(request.history, request.calendar, grid) })
}

/// Samples of all queues at one origin; `None` for a queue without a week of history before it.
fn at_origin(
    (frame, contest): (&Frame<'_>, &[String]),
    (queues, actual): (&[&QueueHistory], &[QueueSeries]),
    back: u64,
    refused: &mut Option<ForecastError>,
) -> Result<Vec<Option<Sample>>, ForecastError> {
    let answers: Vec<Result<Sample, ForecastError>> = queues
        .par_iter()
        .zip(actual.par_iter())
        .map(|(queue, actual)| Sample::taken(&frame.series(queue)?, actual, back as usize, contest))
        .collect();
    let mut samples = Vec::with_capacity(queues.len());
    for answer in answers {
        match answer {
            Ok(sample) => samples.push(Some(sample)),
            Err(error @ ForecastError::ShortHistory { .. }) => {
                refused.get_or_insert(error);
                samples.push(None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(samples)
}

fn rows(queues: &[&QueueHistory], samples: &[Vec<Option<Sample>>]) -> Vec<ForecastAccuracy> {
    let mut rows = Vec::new();
    for (q, queue) in queues.iter().enumerate() {
        let own: Vec<&Sample> = samples.iter().filter_map(|origin| origin[q].as_ref()).collect();
        rows.extend(score::rows(&queue.name, &own));
    }
    if queues.len() > 1 {
        let sums: Vec<Sample> = samples.iter().filter_map(|origin| summed(origin)).collect();
        rows.extend(score::rows("all", &sums.iter().collect::<Vec<_>>()));
    }
    rows
}
