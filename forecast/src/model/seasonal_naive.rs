//! Seasonal naive: the same slot of the latest known day of the same weekday.

use crate::model::seasonal_average::average_path;
use crate::model::{Cut, DemandModel, Path};
use crate::series::QueueSeries;

/// ŷ(d, s) = y(d - 7k, s) for the smallest k whose count is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeasonalNaive;

impl DemandModel for SeasonalNaive {
    fn name(&self) -> &'static str {
        "seasonal_naive"
    }

    fn expected_error(&self) -> f64 {
        1.5
    }

    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path> {
        cuts.iter().map(|cut| average_path(series, *cut, 1)).collect()
    }
}
