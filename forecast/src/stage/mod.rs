//! The stage: every queue of a request, side by side.

#[cfg(test)]
mod tests;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use solver_data::{Band, DayParts, DemandForecast, QueueForecast, QueueHistory};

use crate::error::ForecastError;
use crate::handle_time;
use crate::interval::ErrorScale;
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
    if let Some(&level) = request.levels.iter().find(|level| !(**level > 0.0 && **level < 1.0)) {
        return Err(ForecastError::Level { level });
    }
    let frame = Frame::new(request)?;
    let forecasts: Vec<Result<QueueForecast, ForecastError>> =
        queues(request)?.par_iter().map(|queue| queue_forecast(request, &frame, queue)).collect();
    let queues = forecasts.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(DemandForecast { grid: request.grid.clone(), queues })
}

/// The queues to be forecast, in the order of the result.
fn queues<'a>(request: &ForecastRequest<'a>) -> Result<Vec<&'a QueueHistory>, ForecastError> {
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
) -> Result<QueueForecast, ForecastError> {
    let series = frame.series(queue)?;
    let pooled = pooled(&series, &request.model)?;
    let scale = ErrorScale::measured(&series, &pooled);
    let first = series.horizon.start * series.slots;
    let bands = scale.bands(series.slots, &pooled.path, &series.open[first..], &request.levels);
    let grid = &request.grid;
    let cells: Vec<usize> = (0..grid.len()).map(|t| frame.index(t) - first).collect();
    let pick = |values: &[f64]| cells.iter().map(|&cell| values[cell]).collect::<Vec<f64>>();
    let aht = handle_time::on_grid(queue, grid);
    let totals = pooled.path.mean.chunks(series.slots).map(|day| day.iter().sum());
    Ok(QueueForecast {
        days: totals.map(DayParts::of_total).collect(),
        adjustments: Vec::new(),
        name: queue.name.clone(),
        open: cells.iter().map(|&cell| series.open[first + cell]).collect(),
        mean: pick(&pooled.path.mean),
        bands: bands.iter().map(|band| Band { level: band.level, lo: pick(&band.lo), hi: pick(&band.hi) }).collect(),
        aht_seconds: aht,
        uncertainty: scale.uncertainty(&pooled.path),
        model: pooled.name,
    })
}
