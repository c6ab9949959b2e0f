//! What the calendar says about a day: the weekday it follows, what kind of day it is, and the features of its level.

mod context;
mod feature;

pub(crate) use context::{CalendarDays, DayContext, DayKind};
pub(crate) use feature::{FeatureGroup, FeatureSpace};
