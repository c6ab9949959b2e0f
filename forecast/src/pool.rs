//! Models weighted by the error of a rolling backtest inside the training data.

use crate::blend::{Blend, Rival};
use crate::day::DayKind;
use crate::error::ForecastError;
use crate::event_course::reshaped;
use crate::model::{Cut, DemandModel, EventUse, Path, names, registry};
use crate::request::ModelChoice;
use crate::series::QueueSeries;

/// Name of the pool in results.
pub(crate) const POOL: &str = "shiftcast";
/// Origins of the internal backtest.
const ORIGINS: usize = 12;
/// Earlier origins with special days ahead, so that holidays are judged though the last quarter had none.
const SPECIAL_ORIGINS: usize = 8;
/// Weeks it may reach back to find them.
const REACH_WEEKS: usize = 104;
/// Known days a model must have seen before it is judged.
const LEAST_TRAINING_DAYS: usize = 14;
/// Longest horizon and lead that are backtested, in days.
const LONGEST_HORIZON: usize = 28;
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
    let paths = all_paths(series, &models, &cuts);
    let judged: Vec<Rival> = models.iter().map(|model| Rival::of(model.as_ref())).collect();
    let blend = Blend::learned(series, &cuts, &paths, &judged);
    let mut mixed: Vec<(Cut, Path)> =
        cuts.iter().enumerate().map(|(k, cut)| (*cut, blend.mixture(series, *cut, &column(&paths, k)))).collect();
    let (_, path) = mixed.pop().expect("the horizon is the last cut");
    Ok(Pooled { name, path: reshaped(series, path), past: mixed })
}

/// Paths of every model at every cut; a model that ignores events answers for days without them.
fn all_paths(series: &QueueSeries, models: &[Box<dyn DemandModel>], cuts: &[Cut]) -> Vec<Vec<Path>> {
    let eventless = series.without_events();
    models
        .iter()
        .map(|model| match &eventless {
            Some(eventless) if model.events() == EventUse::Ignored => {
                let paths = model.paths(eventless, cuts);
                cuts.iter().zip(paths).map(|(cut, path)| lifted(series, *cut, path)).collect()
            }
            _ => model.paths(series, cuts),
        })
        .collect()
}

/// A path times the planner's factors.
fn lifted(series: &QueueSeries, cut: Cut, mut path: Path) -> Path {
    for (mean, day) in path.mean.chunks_mut(series.slots).zip(cut.from..cut.until) {
        let factor = series.days[day].log_uplift.exp();
        for mean in mean {
            *mean *= factor;
        }
    }
    path
}

/// Weekly origins before the end of the known data, ascending, with the lead and length of the horizon.
fn past_cuts(series: &QueueSeries) -> Vec<Cut> {
    let lead = (series.horizon.start - series.known_until).min(LONGEST_HORIZON);
    let length = series.horizon.len().min(LONGEST_HORIZON);
    let observed: Vec<usize> = (0..series.known_until).filter(|&day| series.is_observed(day)).collect();
    let known_before = |day: usize| observed.partition_point(|&known| known < day);
    let candidates: Vec<Cut> = (1..=REACH_WEEKS)
        .map_while(|week| series.known_until.checked_sub(7 * week))
        .map(|origin| Cut { origin, from: origin + lead, until: (origin + lead + length).min(series.known_until) })
        .filter(|cut| cut.from < cut.until && known_before(cut.origin) >= LEAST_TRAINING_DAYS)
        .filter(|cut| known_before(cut.until) > known_before(cut.from))
        .collect();
    let (recent, earlier) = candidates.split_at(candidates.len().min(ORIGINS));
    let special =
        |cut: &&Cut| (cut.from..cut.until).any(|day| series.is_observed(day) && series.days[day].kind != DayKind::Ordinary);
    let mut cuts: Vec<Cut> = recent.iter().chain(earlier.iter().filter(special).take(SPECIAL_ORIGINS)).copied().collect();
    cuts.reverse();
    cuts
}

fn column(paths: &[Vec<Path>], k: usize) -> Vec<&Path> {
    paths.iter().map(|model| &model[k]).collect()
}
