//! What one origin of a backtest yields: the actual course, and the answers of all models with their bands.

use solver_data::Band;

use crate::error::ForecastError;
use crate::interval::ErrorScale;
use crate::pool::pooled;
use crate::request::ModelChoice;
use crate::series::QueueSeries;

/// What one model answers from one origin.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// Name of the model.
    pub(crate) model: String,
    /// Expected contacts: `len == days * slots`.
    pub(crate) mean: Vec<f64>,
    /// Intervals of 80 and 95 %; a sum of queues has none.
    pub(crate) bands: Option<Vec<Band>>,
}

/// Forecasts from one origin beside what came.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// Slots a day.
    pub(crate) slots: usize,
    /// Contacts that came, not a number where unknown: `len == days * slots`.
    pub(crate) actual: Vec<f64>,
    /// Answers of the models, in the order of the contest.
    pub(crate) answers: Vec<Answer>,
    /// Mean absolute difference to the week before in the training part, at interval, day and week grain.
    pub(crate) naive_error: [Option<f64>; 3],
}

impl Answer {
    /// The answer of a model, or of the pool, with intervals measured on its own past.
    fn given(series: &QueueSeries, model: &str) -> Result<Self, ForecastError> {
        let pooled = pooled(series, &ModelChoice::Named(model.to_owned()))?;
        let open = &series.open[series.horizon.start * series.slots..];
        let bands =
            ErrorScale::measured(series, &pooled).bands(&series.days[series.horizon.clone()], &pooled.path, open, &[0.80, 0.95]);
        Ok(Self { model: pooled.name, mean: pooled.path.mean, bands: Some(bands) })
    }
}

impl Sample {
    /// Forecasts the horizon of `series` by every model of `contest` and takes what came from `actual`, whose known days
    /// end `back` days after the first day of that horizon.
    pub(crate) fn taken(
        series: &QueueSeries,
        actual: &QueueSeries,
        back: usize,
        contest: &[String],
    ) -> Result<Self, ForecastError> {
        let answers = contest.iter().map(|model| Answer::given(series, model)).collect::<Result<_, _>>()?;
        let slots = series.slots;
        let first = actual.horizon.start - back;
        let came = actual.counts[first * slots..(first + series.horizon.len()) * slots].to_vec();
        Ok(Self { slots, actual: came, answers, naive_error: naive_errors(series) })
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
    let answers = first.answers.iter().enumerate().map(|(m, answer)| Answer {
        model: answer.model.clone(),
        mean: add(&mut samples.iter().map(|sample| &sample.answers[m].mean)),
        bands: None,
    });
    Some(Sample { slots: first.slots, actual, answers: answers.collect(), naive_error: [None; 3] })
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
