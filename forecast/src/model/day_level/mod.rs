//! Day level × profile.
//!
//! 1. Ingest days in order: robust day totals T[d] and exponentially weighted profiles p[w, s] ([`profile`]).
//! 2. Filter the day level g[d] = ln(T[d] + 1/2) with a dynamic linear model: level, weekday effects and calendar effects,
//!    for several half-lives and several sets of calendar features ([`level`]).
//! 3. Weight the configurations by their rolling error up to the cut, separately for ordinary and special days.
//! 4. ŷ[d, s] = exp(ĝ[d]) p[d, s].
//!
//! # Source
//! West, Harrison (1997), Bayesian Forecasting and Dynamic Models, ch. 4 and 8 (dynamic linear models, discounted
//! learning); Taylor (2008), Management Science 54(2) (call arrivals, rolling comparison of univariate methods).

mod level;
mod memory;
mod outage;
mod profile;
mod variant;

use crate::day::DayKind;
use crate::model::day_level::level::LevelFilter;
use crate::model::day_level::profile::{DayTotals, ProfileSnapshot, ingest};
use crate::model::day_level::variant::{RestDays, variants};
use crate::model::{Cut, DemandModel, Path};
use crate::series::QueueSeries;
use crate::weighting::{ClassErrors, ClassWeights, Steepness};

/// Weight ∝ error^-8 among the best eight configurations.
const STEEPNESS: Steepness = Steepness { exponent: 8.0, best_few: 8 };

/// The day-level × profile model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayLevelProfile;

impl DemandModel for DayLevelProfile {
    fn name(&self) -> &'static str {
        "day_level_profile"
    }

    fn expected_error(&self) -> f64 {
        1.0
    }

    fn learns_events(&self) -> bool {
        true
    }

    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path> {
        let Some(first) = cuts.first() else { return Vec::new() };
        let rest = RestDays::seen(series, first.origin);
        let (totals, snapshots) = ingest(series, rest, cuts);
        let runs = filtered(series, rest, &totals, cuts);
        cuts.iter()
            .zip(&snapshots)
            .enumerate()
            .map(|(k, (cut, snapshot))| combined(series, *cut, snapshot, &at_cut(&runs, k)))
            .collect()
    }
}

/// What one configuration knows at one cut.
struct CutView<'a> {
    /// Log day levels wanted and their variances.
    answer: &'a [(f64, f64)],
    /// Rolling errors before the cut.
    errors: ClassErrors,
}

fn filtered(series: &QueueSeries, rest: Option<RestDays>, totals: &DayTotals, cuts: &[Cut]) -> Vec<level::LevelRun> {
    let noise = level::DayNoise::estimated(series, totals, cuts[0].origin);
    let mut runs = Vec::new();
    for variant in variants(series, rest) {
        for half_lives in level::HALF_LIVES {
            runs.push(LevelFilter::new(series, rest, &variant, noise, half_lives).run(series, totals, cuts));
        }
    }
    runs
}

fn at_cut(runs: &[level::LevelRun], k: usize) -> Vec<CutView<'_>> {
    runs.iter().map(|run| CutView { answer: &run.answers[k], errors: run.errors[k] }).collect()
}

fn combined(series: &QueueSeries, cut: Cut, snapshot: &ProfileSnapshot, views: &[CutView<'_>]) -> Path {
    let weights = ClassWeights::of(&views.iter().map(|view| view.errors).collect::<Vec<_>>(), STEEPNESS);
    let mut mean = Vec::with_capacity((cut.until - cut.from) * series.slots);
    let mut day_sd = Vec::with_capacity(cut.until - cut.from);
    for (h, day) in (cut.from..cut.until).enumerate() {
        let w = if series.days[day].kind == DayKind::Ordinary { &weights.ordinary } else { &weights.special };
        let level: f64 = w.iter().zip(views).map(|(w, view)| w * view.answer[h].0).sum();
        let variance: f64 =
            w.iter().zip(views).map(|(w, view)| w * (view.answer[h].1 + (view.answer[h].0 - level).powi(2))).sum();
        let total = level.exp();
        mean.extend(snapshot.spread(series, day, total));
        day_sd.push(variance.max(0.0).sqrt());
    }
    Path { mean, day_sd: Some(day_sd) }
}
