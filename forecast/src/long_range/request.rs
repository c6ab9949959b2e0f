//! What an outlook is asked for.

use std::sync::Arc;

use chrono::{NaiveDate, Weekday};
use solver_data::{
    Calendar, ContactHistory, DemandForecast, Driver, ForecastOverride, OutlookGrain, PlannedChange, PlanningGrid,
};

use crate::error::ForecastError;
use crate::request::{ForecastRequest, GapPolicy, Opening, OutlierPolicy};

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
    /// The planner's overrides: they change the days after the interval forecast's, which holds its own already.
    pub overrides: &'a [ForecastOverride],
    /// Queues of the interval forecast that follow another one; a donor stands before those that follow it.
    pub followers: &'a [Follower],
    /// Where opening hours come from.
    pub opening: Opening<'a>,
    /// What a missing row on an open day means.
    pub gaps: GapPolicy,
    /// What is made of outliers in the history.
    pub outliers: OutlierPolicy,
}

/// A queue whose own history is too short: it keeps the course of a donor, at the level of its interval forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// Name of the queue.
    pub queue: String,
    /// Name of the queue it follows.
    pub donor: String,
}

impl<'a> OutlookRequest<'a> {
    /// The frame of days and slots from the oldest history on, with `days` days ahead from `start` on.
    pub(super) fn frame_request(&self, start: NaiveDate, days: u32) -> Result<ForecastRequest<'a>, ForecastError> {
        let near = &self.near.grid;
        let grid = Arc::new(PlanningGrid::new(start, days, near.interval_minutes(), near.zone())?);
        let (opening, gaps, outliers) = (self.opening, self.gaps, self.outliers);
        Ok(ForecastRequest { opening, gaps, outliers, ..ForecastRequest::new(self.history, self.calendar, grid) })
    }
}
