//! What one origin of a backtest yields: the actual course, the paths of all models, the bands.

use solver_data::Band;

use crate::error::ForecastError;
use crate::interval::ErrorScale;
use crate::model::{Cut, DemandModel, SeasonalAverage, SeasonalNaive};
use crate::pool::pooled;
use crate::request::ModelChoice;
use crate::series::QueueSeries;

/// Forecasts from one origin beside what came.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// Slots a day.
    pub(crate) slots: usize,
    /// Contacts that came, not a number where unknown: `len == days * slots`.
    pub(crate) actual: Vec<f64>,
    /// Paths by model name, the pool first.
    pub(crate) paths: Vec<(String, Vec<f64>)>,
    /// Intervals of 80 and 95 % of the pool.
    pub(crate) bands: Option<Vec<Band>>,
    /// Mean absolute difference to the week before in the training part, at interval, day and week grain.
    pub(crate) naive_error: [Option<f64>; 3],
}

impl Sample {
    /// Forecasts the horizon of `series` and takes what came from `actual`, whose known days end `back` days after the
    /// first day of that horizon.
    pub(crate) fn taken(series: &QueueSeries, actual: &QueueSeries, back: usize) -> Result<Self, ForecastError> {
        let pooled = pooled(series, &ModelChoice::Pool)?;
        let scale = ErrorScale::measured(series, &pooled);
        let slots = series.slots;
        let bands = scale.bands(slots, &pooled.path, &series.open[series.horizon.start * slots..], &[0.80, 0.95]);
        let cut = Cut { origin: series.known_until, from: series.horizon.start, until: series.horizon.end };
        let mut paths = vec![(pooled.name.clone(), pooled.path.mean)];
        for model in [&SeasonalNaive as &dyn DemandModel, &SeasonalAverage { weeks: 4 }] {
            let path = model.paths(series, &[cut]).pop().expect("one cut, one path");
            paths.push((model.name().to_owned(), path.mean));
        }
        let first = actual.horizon.start - back;
        let came = actual.counts[first * slots..(first + series.horizon.len()) * slots].to_vec();
        Ok(Self { slots, actual: came, paths, bands: Some(bands), naive_error: naive_errors(series) })
    }

    /// Days forecast.
    pub(crate) fn days(&self) -> usize {
        self.actual.len() / self.slots
    }
}

/// The sum of all queues at one origin; `None` when a queue is missing.
pub(crate) fn summed(samples: &[Option<Sample>]) -> Option<Sample> {
    let samples: Vec<&Sample> = samples.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let first = samples.first()?;
    let add = |values: &mut dyn Iterator<Item = &Vec<f64>>| {
        let mut sum = vec![0.0; first.actual.len()];
        for values in values {
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        sum
    };
    let known = |i: usize| samples.iter().any(|sample| !sample.actual[i].is_nan());
    let actual = (0..first.actual.len())
        .map(|i| if known(i) { samples.iter().map(|s| s.actual[i]).filter(|y| !y.is_nan()).sum() } else { f64::NAN })
        .collect();
    let paths = (0..first.paths.len())
        .map(|model| (first.paths[model].0.clone(), add(&mut samples.iter().map(|sample| &sample.paths[model].1))))
        .collect();
    Some(Sample { slots: first.slots, actual, paths, bands: None, naive_error: [None; 3] })
}

fn naive_errors(series: &QueueSeries) -> [Option<f64>; 3] {
    let slots = series.slots;
    let known = &series.counts[..series.known_until * slots];
    let interval = differences((7 * slots..known.len()).map(|i| (known[i], known[i - 7 * slots])));
    let totals: Vec<f64> = (0..series.known_until).map(|day| total(series.day(day))).collect();
    let day = differences((7..totals.len()).map(|d| (totals[d], totals[d - 7])));
    let weeks: Vec<f64> = totals.rchunks_exact(7).map(total).collect();
    let week = differences((1..weeks.len()).map(|w| (weeks[w - 1], weeks[w])));
    [interval, day, week]
}

/// Sum of the known values; not a number where none is.
fn total(values: &[f64]) -> f64 {
    if values.iter().all(|value| value.is_nan()) { f64::NAN } else { values.iter().filter(|value| !value.is_nan()).sum() }
}

fn differences(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, number) = pairs
        .map(|(now, before)| (now - before).abs())
        .filter(|difference| !difference.is_nan())
        .fold((0.0, 0.0), |(sum, number), difference| (sum + difference, number + 1.0));
    (number > 0.0 && sum > 0.0).then(|| sum / number)
}
