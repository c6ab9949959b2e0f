//! The horizon of a plan and its two grids: demand is known by the history's interval, shifts by the centre's.

use std::sync::Arc;

use chrono::NaiveDate;
use solver_data::{Centre, ContactHistory, DemandForecast, GridError, PlanningGrid};

/// A horizon of whole days.
#[derive(Debug, Clone, PartialEq)]
pub struct Horizon {
    /// The grid of the forecast: the history's interval, or the centre's where that is longer.
    pub demand: Arc<PlanningGrid>,
    /// The grid of requirement, roster and simulation: the centre's interval.
    pub planning: Arc<PlanningGrid>,
}

impl Horizon {
    /// A horizon of `days` days from `start` for a centre and its history.
    ///
    /// # Errors
    /// [`GridError`] for an interval that does not divide an hour, or days outside the calendar.
    pub fn new(centre: &Centre, history: &ContactHistory, start: NaiveDate, days: u32) -> Result<Self, GridError> {
        let planning = PlanningGrid::new(start, days, centre.interval_minutes, centre.zone)?;
        let demand = PlanningGrid::new(start, days, history.interval_minutes.max(centre.interval_minutes), centre.zone)?;
        Ok(Self { demand: Arc::new(demand), planning: Arc::new(planning) })
    }

    /// The forecast on the planning grid, each of its intervals split evenly.
    ///
    /// # Errors
    /// [`GridError::Mismatch`] when the planning interval does not divide the forecast's.
    pub fn planning_forecast(&self, forecast: &DemandForecast) -> Result<DemandForecast, GridError> {
        forecast.split(&self.planning)
    }
}
