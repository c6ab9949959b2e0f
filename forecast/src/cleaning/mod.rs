//! What looks odd in a history: days and hours that no model should take at their word without a look.
//!
//! 1. [`course`]: robust expectation of every ordinary day and slot: weekday effects, a local level (medians over four
//!    weeks), recurring days of the month, and the mean profile of each weekday.
//! 2. [`outage`]: stretches of next to no contacts where many were expected, and bursts or slumps of single intervals.
//! 3. [`shift`]: dates at which the level changes for good.
//! 4. [`finding`]: what was found, in words.
//!
//! Days that the calendar explains (holidays, the days around them, events) are never odd. Nothing here changes a forecast
//! but [`forget_dead_days`] and [`forget_latest_spikes`]: the models down-weight outliers by themselves (see
//! [`crate::OutlierPolicy`]).

mod course;
mod dead;
mod examine;
mod finding;
mod outage;
mod shift;
#[cfg(test)]
mod tests;

pub(crate) use dead::{forget_dead_days, forget_latest_spikes};
pub use examine::examine;
pub use finding::{HistoryFinding, Oddity};
