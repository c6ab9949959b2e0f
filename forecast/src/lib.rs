//! The forecasting stage: from interval history to expected contacts with prediction intervals and handle time.
//!
//! Notation: `d` local day counted from the first day of the series, `s` slot of the day (civil time), `y[d, s]` contacts
//! offered, `T[d]` day total, `p[s]` profile (share of the day in slot `s`), `g[d] = ln(T[d] + 1/2)` day level.
//!
//! 1. `series`: history on days × slots of civil time; a slot is closed, unknown or a count (zero is a count).
//! 2. [`model`]: a family of models behind one trait, each forecasting from any number of cuts with data before the cut only.
//! 3. `pool`: models weighted by the error of a rolling backtest inside the training data.
//! 4. `interval`: prediction intervals calibrated on the errors of that same backtest.
//! 5. `handle_time`: handle time by kind of day and time of day, shrunk where contacts are few, at a level that drifts.
//! 6. [`long_range`]: weeks and months up to years ahead, equal to the interval forecast where that reaches.
//! 7. [`mix`]: shares by channel and topic that sum to the forecast; deflection and repeat contacts.
//! 8. `day_errors`: how day-level errors correlate from day to day and across queues, for sampled paths.
//! 9. After the model has spoken: [`apply_overrides`] lays the planner's rows over a forecast, [`IntradayUpdate`] corrects the
//!    rest of a day by what has come so far, [`with_new_queue`] adds a queue that follows a donor, [`peaks()`] and
//!    [`explain()`] read it.

mod adjust;
pub mod backtest;
mod blend;
mod cleaning;
mod day;
mod day_errors;
mod error;
mod event_course;
mod explain;
#[cfg(test)]
mod fixture;
mod handle_time;
mod interval;
mod intraday;
pub mod long_range;
pub mod mix;
pub mod model;
mod new_queue;
mod opening;
mod overrides;
mod peaks;
mod poisson;
mod pool;
mod request;
mod robust;
mod series;
mod stacking;
mod stage;
mod weighting;

pub use backtest::{BacktestRequest, Contest, backtest, known_models};
pub use cleaning::{HistoryFinding, Oddity, examine};
pub use error::ForecastError;
pub use explain::{Explanation, ExplanationStep, explain};
pub use handle_time::{HandleTimeForecast, handle_time};
pub use intraday::{IntradayAccuracy, IntradayUpdate, intraday_backtest};
pub use long_range::{Follower, OutlookBacktest, OutlookRequest, outlook, outlook_backtest};
pub use mix::{apply_changes, forecast_mix};
pub use new_queue::{NewQueue, with_new_queue};
pub use overrides::{Overridden, OverrideReason, OverrideRemark, apply_overrides};
pub use peaks::{Peak, PeakLevel, busy_level, exceedance, peaks};
pub use request::{ForecastRequest, GapPolicy, ModelChoice, Opening, OutlierPolicy};
pub use stage::forecast;
