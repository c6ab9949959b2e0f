//! The forecasting stage: from interval history to expected contacts with prediction intervals and handle time.
//!
//! Notation: `d` local day counted from the first day of the series, `s` slot of the day (civil time), `y[d, s]` contacts
//! offered, `T[d]` day total, `p[s]` profile (share of the day in slot `s`), `g[d] = ln(T[d] + 1/2)` day level.
//!
//! 1. `series`: history on days × slots of civil time; a slot is closed, unknown or a count (zero is a count).
//! 2. [`model`]: a family of models behind one trait, each forecasting from any number of cuts with data before the cut only.
//! 3. `pool`: models weighted by the error of a rolling backtest inside the training data.
//! 4. `interval`: prediction intervals calibrated on the errors of that same backtest.
//! 5. `handle_time`: handle time by time of day, shrunk to the queue's mean.
//!
//! What it leaves out: drivers other than the calendar, channel and topic mix, repeat contacts, intraday updates.

pub mod backtest;
mod day;
mod error;
#[cfg(test)]
mod fixture;
mod handle_time;
mod interval;
pub mod model;
mod opening;
mod poisson;
mod pool;
mod request;
mod series;
mod stage;
mod weighting;

pub use backtest::{BacktestRequest, Contest, backtest, known_models};
pub use error::ForecastError;
pub use request::{ForecastRequest, GapPolicy, ModelChoice, Opening, OutlierPolicy};
pub use stage::forecast;
