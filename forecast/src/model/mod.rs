//! The family of models: one file a model, one line in `registry`.

mod damped_ets;
mod day_level;
mod gradient_boosting;
mod holt_winters;
mod parameter_fit;
mod refit;
mod seasonal_average;
mod seasonal_naive;
mod special_day;
mod weekday_share;

#[cfg(test)]
mod contract;

use solver_data::DayParts;

use crate::series::QueueSeries;

pub(crate) use damped_ets::DampedEts;
pub(crate) use day_level::DayLevelProfile;
pub(crate) use gradient_boosting::GradientBoosting;
pub(crate) use holt_winters::HoltWinters;
pub(crate) use seasonal_average::SeasonalAverage;
pub(crate) use seasonal_naive::SeasonalNaive;

/// A moment from which a model forecasts: it may look at days before `origin` and answers for the days `from..until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    /// First day the model may not see.
    pub(crate) origin: usize,
    /// First day wanted, `origin` or later.
    pub(crate) from: usize,
    /// Day after the last wanted.
    pub(crate) until: usize,
}

/// A model's answer to one cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    /// Expected contacts, 0 where closed: `len == (until - from) * slots`.
    pub(crate) mean: Vec<f64>,
    /// Standard deviation of the log day level, one a day, where the model knows it.
    pub(crate) day_sd: Option<Vec<f64>>,
    /// How the total of each day came about, where the model knows it; their product is the day's mean.
    pub(crate) parts: Option<Vec<DayParts>>,
}

impl Path {
    /// The path of a model that knows nothing but the mean.
    pub(crate) fn of_mean(mean: Vec<f64>) -> Self {
        Self { mean, day_sd: None, parts: None }
    }
}

/// Parts whose product is `total`: the pool's share takes what the model's own parts leave open.
pub(crate) fn reaching(parts: DayParts, total: f64) -> DayParts {
    let product = parts.total();
    DayParts { pool: if product > 0.0 { parts.pool * total / product } else { 0.0 }, ..parts }
}

/// What a model makes of holidays, promotions, launches and the planner's factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventUse {
    /// Nothing: it is shown a history without them, its path is lifted by the planner's factor, and it has no say on the
    /// days of an event where another model has learned them.
    Ignored,
    /// It tells such days apart, but not one event from another: it has no say on their days either.
    Seen,
    /// It learns each event by its name and day.
    Learned,
}

/// A forecasting model.
pub(crate) trait DemandModel: Sync + Send {
    /// Name in results, registry and backtest.
    fn name(&self) -> &'static str;

    /// Error relative to the best model that is expected before anything is measured.
    fn expected_error(&self) -> f64;

    /// What it makes of holidays, promotions and launches.
    fn events(&self) -> EventUse {
        EventUse::Ignored
    }

    /// Paths for several cuts, ascending by origin; none of them may depend on counts on or after its own origin.
    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path>;
}

/// Every model of the pool.
pub(crate) fn registry() -> Vec<Box<dyn DemandModel>> {
    vec![
        Box::new(DayLevelProfile),
        Box::new(GradientBoosting),
        Box::new(HoltWinters),
        Box::new(DampedEts),
        Box::new(SeasonalAverage { weeks: 4 }),
        Box::new(SeasonalAverage { weeks: 8 }),
        Box::new(SeasonalNaive),
    ]
}

/// Names of the models that [`crate::ModelChoice::Named`] accepts.
pub fn names() -> Vec<&'static str> {
    registry().iter().map(|model| model.name()).collect()
}
