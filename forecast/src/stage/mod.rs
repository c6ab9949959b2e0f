//! The stage: every queue of a request, side by side.

#[cfg(test)]
mod tests;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use solver_data::{Band, DayParts, DemandForecast, QueueForecast, QueueHistory};

use crate::day_errors::{self, DayErrorTrace};
use crate::error::ForecastError;
use crate::handle_time;
use crate::interval::ErrorScale;
use crate::model::Path;
use crate::pool::pooled;
use crate::request::{ForecastRequest, Opening};
use crate::series::{Frame, names};

/// Forecasts every queue of the history over the grid.
///
/// Uses only what starts before the grid. With [`Opening::Given`] the queues come in the centre's order and every queue of
/// the centre must have history; with [`Opening::Learned`] in history order.
///
/// # Errors
/// [`ForecastError`]: a history coarser than the grid, shorter than a week or without one of the centre's queues, a level
/// outside 0 to 1, a model that the registry lacks.
pub fn forecast(request: &ForecastRequest<'_>) -> Result<DemandForecast, ForecastError> {
    forecast_of(request, &Frame::new(request)?, &queues(request)?)
}

/// The same for some queues of a request.
pub(crate) fn forecast_of(
    request: &ForecastRequest<'_>,
    frame: &Frame<'_>,
    queues: &[&QueueHistory],
) -> Result<DemandForecast, ForecastError> {
    if let Some(&level) = request.levels.iter().find(|level| !(**level > 0.0 && **level < 1.0)) {
        return Err(ForecastError::Level { level });
    }
    let forecasts: Vec<Result<(QueueForecast, DayErrorTrace), ForecastError>> =
        queues.par_iter().map(|queue| queue_forecast(request, frame, queue)).collect();
    let forecasts = forecasts.into_iter().collect::<Result<Vec<_>, _>>()?;
    let (queues, traces): (Vec<_>, Vec<_>) = forecasts.into_iter().unzip();
    Ok(DemandForecast { grid: request.grid.clone(), queues, day_errors: day_errors::joint(&traces) })
}

/// The queues to be forecast, in the order of the result.
pub(crate) fn queues<'a>(request: &ForecastRequest<'a>) -> Result<Vec<&'a QueueHistory>, ForecastError> {
    match request.opening {
        Opening::Learned => Ok(request.history.queues.iter().collect()),
        Opening::Given(centre) => centre
            .queues
            .iter()
            .map(|queue| {
                request.history.queue(&queue.name).ok_or_else(|| ForecastError::UnknownQueue {
                    queue: queue.name.clone(),
                    known: names(request.history),
                    start: request.grid.date(0),
                })
            })
            .collect(),
    }
}

fn queue_forecast(
    request: &ForecastRequest<'_>,
    frame: &Frame<'_>,
    queue: &QueueHistory,
) -> Result<(QueueForecast, DayErrorTrace), ForecastError> {
    let series = frame.series(queue)?;
    let pooled = pooled(&series, &request.model)?;
    let scale = ErrorScale::measured(&series, &pooled);
    let trace = DayErrorTrace::of(&series, &pooled);
    let first = series.horizon.start * series.slots;
    let bands = scale.bands(&series.days[series.horizon.clone()], &pooled.path, &series.open[first..], &request.levels);
    let grid = &request.grid;
    let cells: Vec<usize> = (0..grid.len()).map(|t| frame.index(t) - first).collect();
    let pick = |values: &[f64]| cells.iter().map(|&cell| values[cell]).collect::<Vec<f64>>();
    let aht = handle_time::on_grid(queue, grid);
    let mean = pick(&pooled.path.mean);
    let forecast = QueueForecast {
        days: (0..grid.days())
            .map(|day| day_parts(&pooled.path, day, series.slots, mean[grid.day_range(day)].iter().sum()))
            .collect(),
        adjustments: Vec::new(),
        name: queue.name.clone(),
        open: cells.iter().map(|&cell| series.open[first + cell]).collect(),
        mean,
        bands: bands.iter().map(|band| Band { level: band.level, lo: pick(&band.lo), hi: pick(&band.hi) }).collect(),
        aht_seconds: aht,
        uncertainty: scale.uncertainty(&pooled.path),
        model: pooled.name,
    };
    Ok((forecast, trace))
}

/// Parts of a day whose intervals expect `total`: what a change of the clock takes or gives counts as calendar.
fn day_parts(path: &Path, day: usize, slots: usize, total: f64) -> DayParts {
    let whole: f64 = path.mean[day * slots..(day + 1) * slots].iter().sum();
    match &path.parts {
        Some(parts) if whole > 0.0 => DayParts { calendar: parts[day].calendar * total / whole, ..parts[day] },
        Some(parts) => parts[day],
        None => DayParts::of_total(total),
    }
}
