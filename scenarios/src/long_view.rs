//! The centre's long view: months ahead for budgets and hiring, in line with the interval forecast.

use chrono::NaiveDate;
use forecast::{Opening, OutlookBacktest, OutlookRequest};
use solver_data::{Centre, ContactHistory, DemandForecast, Driver, Outlook, OutlookAccuracy, OutlookGrain};

use crate::error::PlanError;
use crate::horizon::Horizon;
use crate::pipeline::{ForecastWish, forecast_centre, known_history};

/// Days that the interval forecast covers; the long view equals it there.
pub const NEAR_DAYS: u32 = 28;

/// What a long view of a centre is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlookWish {
    /// First day.
    pub start: NaiveDate,
    /// Months ahead.
    pub months: u32,
    /// Length of the periods.
    pub grain: OutlookGrain,
    /// Drivers with their past and planned values.
    pub drivers: Vec<Driver>,
    /// Levels of the intervals and what gaps mean.
    pub forecast: ForecastWish,
}

/// Expected contacts of every queue by week or month, planned changes included.
///
/// # Errors
/// Those of [`forecast_centre`].
pub fn outlook_centre(centre: &Centre, history: &ContactHistory, wish: &OutlookWish) -> Result<Outlook, PlanError> {
    let horizon = Horizon::new(centre, history, wish.start, NEAR_DAYS)?;
    let near = forecast_centre(centre, history, &horizon, &wish.forecast)?;
    let known = known_history(centre, history, wish.start)?;
    Ok(forecast::outlook(&request(centre, &known, &near, wish))?)
}

/// Rolling backtest of the long view on the months before the first day, from at most `origins` months.
///
/// # Errors
/// Those of [`forecast_centre`].
pub fn backtest_outlook(
    centre: &Centre,
    history: &ContactHistory,
    wish: &OutlookWish,
    origins: u32,
) -> Result<Vec<OutlookAccuracy>, PlanError> {
    let horizon = Horizon::new(centre, history, wish.start, NEAR_DAYS)?;
    let near = forecast_centre(centre, history, &horizon, &wish.forecast)?;
    let known = known_history(centre, history, wish.start)?;
    let request = request(centre, &known, &near, wish);
    Ok(forecast::outlook_backtest(&OutlookBacktest { request, origins })?)
}

fn request<'a>(
    centre: &'a Centre,
    history: &'a ContactHistory,
    near: &'a DemandForecast,
    wish: &'a OutlookWish,
) -> OutlookRequest<'a> {
    OutlookRequest {
        history,
        calendar: &centre.calendar,
        near,
        months: wish.months,
        grain: wish.grain,
        week_start: centre.week_start,
        levels: &wish.forecast.levels,
        drivers: &wish.drivers,
        changes: &centre.changes,
        opening: Opening::Given(centre),
        gaps: wish.forecast.gaps,
    }
}
