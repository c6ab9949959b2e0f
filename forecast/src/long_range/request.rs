//! What an outlook is asked for.

use chrono::Weekday;
use solver_data::{Calendar, ContactHistory, DemandForecast, Driver, OutlookGrain, PlannedChange};

use crate::request::{GapPolicy, Opening};

/// An outlook to be made: every queue of the interval forecast, from its first day on.
#[derive(Debug, Clone, Copy)]
pub struct OutlookRequest<'a> {
    /// Interval history in local civil time; only what starts before the interval forecast is used.
    pub history: &'a ContactHistory,
    /// Holidays and events, past and future.
    pub calendar: &'a Calendar,
    /// The interval forecast of the first days, planned changes included; the outlook equals it there.
    pub near: &'a DemandForecast,
    /// Months ahead, 1 to 60.
    pub months: u32,
    /// Length of the periods.
    pub grain: OutlookGrain,
    /// First day of a week.
    pub week_start: Weekday,
    /// Coverage levels of the prediction intervals, such as 0.80 and 0.95.
    pub levels: &'a [f64],
    /// Drivers with their past and planned values.
    pub drivers: &'a [Driver],
    /// Planned changes: deflection, repeat contacts.
    pub changes: &'a [PlannedChange],
    /// Where opening hours come from.
    pub opening: Opening<'a>,
    /// What a missing row on an open day means.
    pub gaps: GapPolicy,
}
