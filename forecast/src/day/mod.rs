//! What the calendar says about a day: the weekday it follows, what kind of day it is, and the features of its level.
//!
//! - `marks`: the calendar laid out day by day as one queue sees it
//! - `holiday`: holidays, the days around them, the days between two holidays of one feast
//! - `surge`: promotions and launches with lead, course, decay and aftermath
//! - `month`: day of the month, working days, season
//! - `place`: how days of occurrences of different lengths are matched

mod context;
mod feature;
mod holiday;
mod marks;
mod month;
mod place;
mod surge;
#[cfg(test)]
mod tests;

pub(crate) use context::{DayContext, DayKind, Occasion, contexts};
pub(crate) use feature::{FeatureGroup, FeatureSpace};
pub(crate) use marks::CalendarDays;
