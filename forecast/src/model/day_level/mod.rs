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

mod design;
mod dynamics;
mod level;
mod memory;
mod outage;
mod profile;
mod season;
mod variant;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use solver_data::DayParts;

use crate::day::FeatureGroup;
use crate::model::day_level::design::Design;
use crate::model::day_level::dynamics::Dynamics;
use crate::model::day_level::level::{DayNoise, LevelAnswer, LevelFilter, LevelRun};
use crate::model::day_level::profile::{DayTotals, ProfileSnapshot, ingest};
use crate::model::day_level::season::seasonal;
use crate::model::day_level::variant::{RestDays, Variant, variants};
use crate::model::{Cut, DemandModel, EventUse, Path, reaching};
use crate::series::QueueSeries;
use crate::weighting::{ClassErrors, ClassWeights, Steepness};

/// Weight ∝ error^-8 among the best sixteen configurations.
const STEEPNESS: Steepness = Steepness { exponent: 8.0, best_few: 16 };

/// Days of history from which on past years tell the season.
const SEASONAL_DAYS: usize = 640;
/// Variants that go on from the screening, for ordinary and for special days each.
const SHORTLIST: usize = 4;

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

    fn events(&self) -> EventUse {
        EventUse::Learned
    }

    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path> {
        let Some(first) = cuts.first() else { return Vec::new() };
        let rest = RestDays::seen(series, first.origin);
        let (totals, snapshots) = ingest(series, rest, cuts);
        let (runs, shortlists) = filtered(series, rest, &totals, cuts);
        let at_cut = |k: usize| -> Vec<(&[LevelAnswer], ClassErrors)> {
            let listed = shortlists[k].iter().flat_map(|&variant| &runs[variant]);
            listed.map(|run| (run.answers[k].as_slice(), run.errors[k])).collect()
        };
        cuts.iter().zip(&snapshots).enumerate().map(|(k, (cut, snapshot))| combined(series, *cut, snapshot, &at_cut(k))).collect()
    }
}

/// A variant's runs, one for each of the dynamics; only the first where it was screened out at every cut.
type VariantRuns = Vec<LevelRun>;

/// Runs of all variants, and those variants that are shortlisted at each cut by what was known there.
fn filtered(
    series: &QueueSeries,
    rest: Option<RestDays>,
    totals: &DayTotals,
    cuts: &[Cut],
) -> (Vec<VariantRuns>, Vec<Vec<usize>>) {
    let noise = DayNoise::estimated(series, totals, cuts[0].origin);
    let designs =
        designs(series, rest, |design| LevelFilter::new(design, Dynamics::TRIED[0], noise).run(series, totals, cuts), noise);
    let run = |variant: usize, dynamics: Dynamics| LevelFilter::new(&designs[variant], dynamics, noise).run(series, totals, cuts);
    let screened: Vec<LevelRun> = (0..designs.len()).into_par_iter().map(|variant| run(variant, Dynamics::TRIED[0])).collect();
    let shortlists: Vec<Vec<usize>> = (0..cuts.len()).map(|k| shortlist(&screened, k)).collect();
    let jobs: Vec<(usize, Dynamics)> = (0..designs.len())
        .filter(|variant| shortlists.iter().any(|list| list.contains(variant)))
        .flat_map(|variant| Dynamics::TRIED[1..].iter().map(move |dynamics| (variant, *dynamics)))
        .collect();
    let answers: Vec<LevelRun> = jobs.par_iter().map(|&(variant, dynamics)| run(variant, dynamics)).collect();
    let mut runs: Vec<VariantRuns> = screened.into_iter().map(|run| vec![run]).collect();
    for ((variant, _), answer) in jobs.into_iter().zip(answers) {
        runs[variant].push(answer);
    }
    (runs, shortlists)
}

/// Designs of all variants; those with a season of harmonics also with the season that past years showed.
fn designs(
    series: &QueueSeries,
    rest: Option<RestDays>,
    run: impl Fn(&Design) -> LevelRun,
    DayNoise(noise): DayNoise,
) -> Vec<Design> {
    let variants = variants(series, rest);
    let mut designs: Vec<Design> = variants.iter().map(|variant| Design::new(series, (variant, rest, None), noise)).collect();
    let plain = variants.iter().rposition(|variant| !variant.groups.contains(&FeatureGroup::Year)).unwrap_or(0);
    if series.known_until >= SEASONAL_DAYS {
        let season = seasonal(&run(&designs[plain]).adjusted);
        for variant in variants.iter().filter(|variant| variant.groups.contains(&FeatureGroup::Year)) {
            let groups = variant.groups.iter().copied().filter(|group| *group != FeatureGroup::Year).collect();
            let variant = Variant { groups, ..variant.clone() };
            designs.push(Design::new(series, (&variant, rest, Some(&season)), noise));
        }
    }
    designs
}

/// The variants that are best on ordinary or on special days up to a cut.
fn shortlist(screened: &[LevelRun], k: usize) -> Vec<usize> {
    let errors: Vec<ClassErrors> = screened.iter().map(|run| run.errors[k]).collect();
    let weights = ClassWeights::of(&errors, Steepness { exponent: 1.0, best_few: SHORTLIST });
    (0..screened.len()).filter(|&variant| weights.ordinary[variant] > 0.0 || weights.special[variant] > 0.0).collect()
}

fn combined(series: &QueueSeries, cut: Cut, snapshot: &ProfileSnapshot, views: &[(&[LevelAnswer], ClassErrors)]) -> Path {
    let weights = ClassWeights::of(&views.iter().map(|(_, errors)| *errors).collect::<Vec<_>>(), STEEPNESS);
    let days = cut.until - cut.from;
    let mut path = Path { mean: Vec::with_capacity(days * series.slots), day_sd: None, parts: None };
    let (mut day_sd, mut parts) = (Vec::with_capacity(days), Vec::with_capacity(days));
    for (h, day) in (cut.from..cut.until).enumerate() {
        let w = weights.of_day(series.days[day].kind);
        let rivals = || w.iter().zip(views).map(|(w, (answers, _))| (*w, answers[h])).filter(|(w, _)| *w > 0.0);
        let level: f64 = rivals().map(|(w, answer)| w * answer.level).sum();
        let variance: f64 = rivals().map(|(w, answer)| w * (answer.variance + (answer.level - level).powi(2))).sum();
        let logs: [f64; 4] = std::array::from_fn(|part| rivals().map(|(w, answer)| w * answer.parts[part]).sum());
        path.mean.extend(snapshot.spread(series, day, level.exp()));
        day_sd.push(variance.max(0.0).sqrt());
        let [level, weekday, calendar, event] = logs.map(f64::exp);
        let explained = DayParts { level, weekday, calendar, event, uplift: series.days[day].log_uplift.exp(), pool: 1.0 };
        parts.push(reaching(explained, path.mean[h * series.slots..].iter().sum()));
    }
    Path { day_sd: Some(day_sd), parts: Some(parts), ..path }
}
