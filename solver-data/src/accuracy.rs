//! How good forecasts were: one row of a rolling backtest.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The stretch of time errors are summed over before they are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// The planning interval.
    Interval,
    /// A local day.
    Day,
    /// Seven days from an origin.
    Week,
    /// The planning intervals of the one day that lies so many days ahead of an origin: 1 is the first day forecast.
    Lead(u32),
}

impl Grain {
    /// The name used in files and reports, such as `interval` or `lead_3`.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Interval => "interval".into(),
            Self::Day => "day".into(),
            Self::Week => "week".into(),
            Self::Lead(days) => format!("lead_{days}").into(),
        }
    }
}

/// Accuracy of one model on one queue at one grain, over all origins of a rolling backtest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastAccuracy {
    /// Queue; `all` for the sum of all queues where there are several.
    pub queue: String,
    /// Grain.
    pub grain: Grain,
    /// Model, such as `shiftcast`, `seasonal_naive`, `average_4_weeks` or `poisson_floor`.
    pub model: String,
    /// Σ|forecast - actual| / Σ actual.
    pub wape: f64,
    /// Mean absolute error / mean absolute error of the seasonal naive on the training part (season: one week).
    pub mase: Option<f64>,
    /// Σ(forecast - actual) / Σ actual.
    pub bias: f64,
    /// Share of actuals inside the 80 % interval.
    pub coverage80: Option<f64>,
    /// Share of actuals inside the 95 % interval.
    pub coverage95: Option<f64>,
    /// Mean pinball loss over the quantiles 2.5, 10, 50, 90, 97.5 %, relative to mean volume.
    pub pinball: Option<f64>,
    /// Origins that entered.
    pub origins: usize,
}
