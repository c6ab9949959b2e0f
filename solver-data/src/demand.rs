//! What is expected: volume with prediction intervals and handle time, per queue and interval.

use std::sync::Arc;

use crate::grid::PlanningGrid;

/// Forecast of all queues on one grid.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandForecast {
    /// The grid.
    pub grid: Arc<PlanningGrid>,
    /// One forecast a queue, in history or centre order.
    pub queues: Vec<QueueForecast>,
}

/// Forecast of one queue; every vector has `len == grid.len()`.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueForecast {
    /// Name of the queue.
    pub name: String,
    /// Whether the queue is open; closed intervals have mean 0 and are not written out.
    pub open: Vec<bool>,
    /// Expected contacts.
    pub mean: Vec<f64>,
    /// Prediction intervals, narrowest first; they nest and contain the mean.
    pub bands: Vec<Band>,
    /// Expected mean handle time in seconds; `None` where the history has none.
    pub aht_seconds: Option<Vec<f64>>,
    /// Name of the model that made it.
    pub model: String,
    /// What sampled paths need beyond the bands.
    pub uncertainty: DemandUncertainty,
}

/// A central prediction interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Coverage, such as 0.80.
    pub level: f64,
    /// Lower ends.
    pub lo: Vec<f64>,
    /// Upper ends.
    pub hi: Vec<f64>,
}

/// Day-level error and interval noise, kept apart so that sampled paths correlate within a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandUncertainty {
    /// Standard deviation of (actual day total / forecast day total) - 1.
    pub day_level_sd: f64,
    /// Variance / mean of interval counts once the day total is known; 1 is Poisson.
    pub overdispersion: f64,
}

impl DemandForecast {
    /// The forecast of a queue by name.
    pub fn queue(&self, name: &str) -> Option<&QueueForecast> {
        self.queues.iter().find(|queue| queue.name == name)
    }
}

impl QueueForecast {
    /// The band of a coverage level.
    pub fn band(&self, level: f64) -> Option<&Band> {
        self.bands.iter().find(|band| (band.level - level).abs() < 1e-9)
    }
}
