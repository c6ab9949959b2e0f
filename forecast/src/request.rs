//! What a forecast is asked for.

use std::sync::Arc;

use solver_data::{Calendar, Centre, ContactHistory, PlanningGrid};

/// A forecast to be made: every queue of the history on one grid.
#[derive(Debug, Clone)]
pub struct ForecastRequest<'a> {
    /// Interval history in local civil time; only what starts before the grid is used.
    pub history: &'a ContactHistory,
    /// Holidays and events, past and future.
    pub calendar: &'a Calendar,
    /// The horizon; its interval is the history's or a multiple of it.
    pub grid: Arc<PlanningGrid>,
    /// Coverage levels of the prediction intervals, such as 0.80 and 0.95.
    pub levels: Vec<f64>,
    /// Where opening hours come from.
    pub opening: Opening<'a>,
    /// What a missing row on an open day means.
    pub gaps: GapPolicy,
    /// Which model answers.
    pub model: ModelChoice,
    /// What is made of outliers in the history.
    pub outliers: OutlierPolicy,
}

impl<'a> ForecastRequest<'a> {
    /// The pool's forecast with 80 % and 95 % intervals, opening hours learned, gaps unknown, outliers down-weighted.
    pub fn new(history: &'a ContactHistory, calendar: &'a Calendar, grid: Arc<PlanningGrid>) -> Self {
        Self {
            history,
            calendar,
            grid,
            levels: vec![0.80, 0.95],
            opening: Opening::Learned,
            gaps: GapPolicy::default(),
            model: ModelChoice::default(),
            outliers: OutlierPolicy::default(),
        }
    }
}

/// Where opening hours come from.
#[derive(Debug, Clone, Copy)]
pub enum Opening<'a> {
    /// Weekday × time slots seen in at least 30 % of the weeks with data.
    Learned,
    /// Opening hours and closures of the centre's queues; the calendar of the request counts as well.
    Given(&'a Centre),
}

/// What a timestamp means that is missing on an open day.
///
/// A day without a row of any queue is unknown under either policy. A timestamp that other queues have and this one has
/// not is zero contacts, from the first row of the queue on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GapPolicy {
    /// Not known: it is left out of every mean.
    #[default]
    Unknown,
    /// No contact came.
    Zero,
}

/// Which model answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ModelChoice {
    /// All models of the registry, weighted by their backtest error.
    #[default]
    Pool,
    /// One model of the registry, by name.
    Named(String),
}

/// What is made of outliers in the history: counts far from their course that no event explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutlierPolicy {
    /// They weigh little.
    #[default]
    DownWeighted,
    /// They count like any other.
    Kept,
}
