//! The long view: weeks and months up to years ahead.
//!
//! 1. `days`: `T[d] ≈ L · ω[d] · h[d] · …`: weights of weekdays, holidays and events, closed days 0.
//! 2. `week`: x = ln(contacts / weight of the known days) of weeks counted back from the end of the history.
//! 3. `level`: x as a dynamic linear model of damped trend, season of the year and drivers.
//! 4. `projection`: structures weighted by a rolling backtest; covariance of all weeks ahead.
//! 5. `day_course`: back to days, times planned changes; equal to the interval forecast on the days it covers, and
//!    blended into the long-range course after them, with the planner's later overrides on top (`later_override`); a queue
//!    without enough history takes its donor's (`follower`).
//! 6. `period`: weeks and months as sums of days, with intervals that respect the correlation between weeks.
//!
//! Levels are medians (exp of the mean logarithm). What it leaves out: seasons finer than five harmonics, day-of-month
//! effects after the interval forecast's days, correlation of AHT with volume.

mod backtest;
mod day_course;
mod days;
mod driver;
mod follower;
mod later_override;
mod level;
mod make;
mod period;
mod projection;
mod request;
#[cfg(test)]
mod tests;
mod week;

pub use backtest::{OutlookBacktest, outlook_backtest};
pub use make::outlook;
pub use request::{Follower, OutlookRequest};
