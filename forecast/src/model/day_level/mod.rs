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
mod profile;
mod variant;

use crate::day::DayKind;
use crate::model::day_level::level::LevelFilter;
use crate::model::day_level::profile::{DayTotals, ProfileSnapshot, ingest};
use crate::model::day_level::variant::{RestDays, variants};
use crate::model::{Cut, DemandModel, Path};
use crate::series::QueueSeries;

/// Exponent of the weights: weight ∝ error^-8.
const SHARPNESS: f64 = 8.0;
/// Configurations that share the weight.
const BEST_FEW: usize = 6;

/// The day-level × profile model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayLevelProfile;

impl DemandModel for DayLevelProfile {
    fn name(&self) -> &'static str {
        "day_level_profile"
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
    /// Mean rolling error before the cut on ordinary and on special days, with the number of special days.
    errors: (f64, f64, f64),
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
    let ordinary = weights(&views.iter().map(|view| view.errors.0).collect::<Vec<_>>());
    let special = weights(&special_errors(views));
    let mut mean = Vec::with_capacity((cut.until - cut.from) * series.slots);
    let mut day_sd = Vec::with_capacity(cut.until - cut.from);
    for (h, day) in (cut.from..cut.until).enumerate() {
        let w = if series.days[day].kind == DayKind::Ordinary { &ordinary } else { &special };
        let level: f64 = w.iter().zip(views).map(|(w, view)| w * view.answer[h].0).sum();
        let variance: f64 =
            w.iter().zip(views).map(|(w, view)| w * (view.answer[h].1 + (view.answer[h].0 - level).powi(2))).sum();
        let total = level.exp();
        mean.extend(snapshot.spread(series, day, total));
        day_sd.push(variance.max(0.0).sqrt());
    }
    Path { mean, day_sd: Some(day_sd) }
}

/// Error on special days, relative to the best, shrunk to the error on ordinary days where special days were few.
fn special_errors(views: &[CutView<'_>]) -> Vec<f64> {
    let best = |error: fn(&CutView<'_>) -> f64| views.iter().map(error).fold(f64::INFINITY, f64::min).max(1e-12);
    let (ordinary, special) = (best(|view| view.errors.0), best(|view| view.errors.1));
    let relative = |view: &CutView<'_>| {
        let trust = view.errors.2 / (view.errors.2 + 2.0);
        trust * view.errors.1 / special + (1.0 - trust) * view.errors.0 / ordinary
    };
    views.iter().map(relative).collect()
}

/// Weights ∝ error^-8 among the best few; they sum to 1.
pub(crate) fn weights(errors: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[a].total_cmp(&errors[b]));
    let best = errors[order[0]].max(1e-12);
    let mut weights = vec![0.0; errors.len()];
    for &i in order.iter().take(BEST_FEW) {
        weights[i] = (errors[i].max(1e-12) / best).powf(-SHARPNESS);
    }
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}
