//! Models weighted by the error of a rolling backtest inside the training data.

use crate::error::ForecastError;
use crate::model::{Cut, DemandModel, Path, names, registry};
use crate::request::ModelChoice;
use crate::series::QueueSeries;

/// Name of the pool in results.
pub(crate) const POOL: &str = "shiftcast";
/// Origins of the internal backtest.
const ORIGINS: usize = 12;
/// Weeks it may reach back to find them.
const REACH_WEEKS: usize = 104;
/// Known days a model must have seen before it is judged.
const LEAST_TRAINING_DAYS: usize = 14;
/// Longest horizon and lead that are backtested, in days.
const LONGEST_HORIZON: usize = 28;
/// Exponent of the weights: weight ∝ error^-8.
const SHARPNESS: f64 = 8.0;
/// Models that share the weight.
const BEST_FEW: usize = 3;

/// A forecast and what it would have been at earlier origins.
#[derive(Debug, Clone)]
pub(crate) struct Pooled {
    /// Name of the pool or of the one model.
    pub(crate) name: String,
    /// Path over the horizon.
    pub(crate) path: Path,
    /// Paths over past days, each from data before its own origin.
    pub(crate) past: Vec<(Cut, Path)>,
}

/// Runs the chosen models and pools them.
///
/// # Errors
/// [`ForecastError::Model`] for a name that the registry lacks.
pub(crate) fn pooled(series: &QueueSeries, choice: &ModelChoice) -> Result<Pooled, ForecastError> {
    let (models, name) = match choice {
        ModelChoice::Pool => (registry(), POOL.to_owned()),
        ModelChoice::Named(name) if name == POOL => (registry(), POOL.to_owned()),
        ModelChoice::Named(name) => {
            let models: Vec<Box<dyn DemandModel>> = registry().into_iter().filter(|model| model.name() == name).collect();
            if models.is_empty() {
                return Err(ForecastError::Model { name: name.clone(), known: format!("{POOL}, {}", names().join(", ")) });
            }
            (models, name.clone())
        }
    };
    let mut cuts = past_cuts(series);
    cuts.push(Cut { origin: series.known_until, from: series.horizon.start, until: series.horizon.end });
    let paths: Vec<Vec<Path>> = models.iter().map(|model| model.paths(series, &cuts)).collect();
    let errors: Vec<f64> = paths.iter().map(|paths| error(series, &cuts, paths)).collect();
    let weights = weights(&errors);
    let mut mixed: Vec<(Cut, Path)> = cuts.iter().enumerate().map(|(k, cut)| (*cut, mixture(&paths, &weights, k))).collect();
    let (_, path) = mixed.pop().expect("the horizon is the last cut");
    Ok(Pooled { name, path, past: mixed })
}

/// Weekly origins before the end of the known data, ascending, with the lead and length of the horizon.
fn past_cuts(series: &QueueSeries) -> Vec<Cut> {
    let lead = (series.horizon.start - series.known_until).min(LONGEST_HORIZON);
    let length = series.horizon.len().min(LONGEST_HORIZON);
    let observed: Vec<usize> = (0..series.known_until).filter(|&day| series.is_observed(day)).collect();
    let known_before = |day: usize| observed.partition_point(|&known| known < day);
    let mut cuts: Vec<Cut> = (1..=REACH_WEEKS)
        .map_while(|week| series.known_until.checked_sub(7 * week))
        .map(|origin| Cut { origin, from: origin + lead, until: (origin + lead + length).min(series.known_until) })
        .filter(|cut| cut.from < cut.until && known_before(cut.origin) >= LEAST_TRAINING_DAYS)
        .filter(|cut| known_before(cut.until) > known_before(cut.from))
        .take(ORIGINS)
        .collect();
    cuts.reverse();
    cuts
}

/// Σ|y - ŷ| over the past cuts.
fn error(series: &QueueSeries, cuts: &[Cut], paths: &[Path]) -> f64 {
    let past = &cuts[..cuts.len() - 1];
    past.iter()
        .zip(paths)
        .map(|(cut, path)| {
            let actual = &series.counts[cut.from * series.slots..cut.until * series.slots];
            actual.iter().zip(&path.mean).filter(|(y, _)| !y.is_nan()).map(|(y, mean)| (y - mean).abs()).sum::<f64>()
        })
        .sum()
}

/// Weights of the best few models; the first of the registry alone where nothing could be backtested.
fn weights(errors: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[a].total_cmp(&errors[b]));
    let best = errors[order[0]].max(1e-9);
    let mut weights = vec![0.0; errors.len()];
    if errors.iter().all(|error| *error == 0.0) {
        weights[0] = 1.0;
        return weights;
    }
    for &model in order.iter().take(BEST_FEW) {
        weights[model] = (errors[model].max(1e-9) / best).powf(-SHARPNESS);
    }
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

fn mixture(paths: &[Vec<Path>], weights: &[f64], k: usize) -> Path {
    let mut mean = vec![0.0; paths[0][k].mean.len()];
    for (model, weight) in paths.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
        mean.iter_mut().zip(&model[k].mean).for_each(|(sum, value)| *sum += weight * value);
    }
    let day_sd = paths.iter().find_map(|model| model[k].day_sd.clone());
    Path { mean, day_sd }
}
