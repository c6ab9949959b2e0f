//! How the pool mixes its models: day totals by one set of weights, profiles along the day by another.
//!
//! A model may know the level of a day and another its course. Both sets are stacked on the rolling backtest
//! ([`crate::stacking`]), for ordinary and special days apart, starting from weights ∝ error^-p; special days start from
//! the weights of ordinary ones.

use crate::day::{DayContext, DayKind};
use crate::model::{Cut, DemandModel, EventUse, Path, reaching};
use crate::series::QueueSeries;
use crate::stacking::stacked;
use crate::weighting::{ClassErrors, ClassWeights, Steepness};

/// Weights before stacking.
const STEEPNESS: Steepness = Steepness { exponent: 30.0, best_few: 4 };

/// Weights of models, for totals and for profiles.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Blend {
    totals: ClassWeights,
    profiles: ClassWeights,
    /// Weights on the days of events, of totals and of profiles: of the models that learn events, where there is one.
    informed: (Vec<f64>, Vec<f64>),
}

/// What the pool knows of a model beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rival {
    /// Error expected beforehand, relative to the best model.
    prior: f64,
    learns_events: bool,
}

impl Rival {
    /// What `model` says of itself.
    pub(crate) fn of(model: &dyn DemandModel) -> Self {
        Self { prior: model.expected_error(), learns_events: model.events() == EventUse::Learned }
    }
}

/// Errors of all models, item after item, on ordinary and on special days.
#[derive(Debug, Clone, Default)]
struct Evidence {
    ordinary: Vec<f64>,
    special: Vec<f64>,
    /// Days judged of each class.
    days: (f64, f64),
}

impl Blend {
    /// Weights learned from the paths of past cuts; the last cut is the one to be forecast.
    ///
    /// - `paths`: a path for each cut, a model
    /// - `rivals`: what is known of the models beforehand
    pub(crate) fn learned(series: &QueueSeries, cuts: &[Cut], paths: &[Vec<Path>], rivals: &[Rival]) -> Self {
        let (mut totals, mut profiles) = (Evidence::default(), Evidence::default());
        for (k, cut) in cuts[..cuts.len() - 1].iter().enumerate() {
            for (h, day) in (cut.from..cut.until).enumerate().filter(|(_, day)| series.is_observed(*day)) {
                let slots = h * series.slots..(h + 1) * series.slots;
                let means: Vec<&[f64]> = paths.iter().map(|model| &model[k].mean[slots.clone()]).collect();
                let kind = series.days[day].kind;
                totals.add(kind, &total_errors(series.day(day), &means));
                profiles.add(kind, &profile_errors(series.day(day), &means));
            }
        }
        let priors: Vec<f64> = rivals.iter().map(|rival| rival.prior).collect();
        let (totals, profiles) = (totals.weights(&priors), profiles.weights(&priors));
        let informed = (informed(rivals, &totals.special), informed(rivals, &profiles.special));
        Self { totals, profiles, informed }
    }

    /// Weights of totals and of profiles on a day.
    fn of_day(&self, day: &DayContext) -> (&[f64], &[f64]) {
        if day.in_event {
            return (&self.informed.0, &self.informed.1);
        }
        (self.totals.of_day(day.kind), self.profiles.of_day(day.kind))
    }

    /// The mixture of the models' paths at one cut.
    pub(crate) fn mixture(&self, series: &QueueSeries, cut: Cut, paths: &[&Path]) -> Path {
        let mut mean = vec![0.0; paths[0].mean.len()];
        for (h, day) in (cut.from..cut.until).enumerate() {
            let (totals, profiles) = self.of_day(&series.days[day]);
            let slots = h * series.slots..(h + 1) * series.slots;
            let sums: Vec<f64> = paths.iter().map(|path| path.mean[slots.clone()].iter().sum()).collect();
            let total: f64 = sums.iter().zip(totals).map(|(sum, weight)| sum * weight).sum();
            let known: f64 = sums.iter().zip(profiles).filter(|(sum, _)| **sum > 0.0).map(|(_, weight)| weight).sum();
            for ((path, weight), sum) in
                paths.iter().zip(profiles).zip(&sums).filter(|((_, weight), sum)| **weight > 0.0 && **sum > 0.0)
            {
                let scale = total * weight / (known * sum);
                mean[slots.clone()].iter_mut().zip(&path.mean[slots.clone()]).for_each(|(mean, value)| *mean += scale * value);
            }
        }
        let totals = mean.chunks(series.slots).map(|day| day.iter().sum());
        let parts = paths.iter().find_map(|path| path.parts.as_ref());
        let parts = parts.map(|parts| parts.iter().zip(totals).map(|(parts, total)| reaching(*parts, total)).collect());
        Path { mean, day_sd: paths.iter().find_map(|path| path.day_sd.clone()), parts }
    }
}

impl Evidence {
    /// Adds the errors of one day: `len == items * models`.
    fn add(&mut self, kind: DayKind, errors: &[f64]) {
        let (items, days) = if kind == DayKind::Ordinary {
            (&mut self.ordinary, &mut self.days.0)
        } else {
            (&mut self.special, &mut self.days.1)
        };
        items.extend_from_slice(errors);
        *days += 1.0;
    }

    fn weights(&self, priors: &[f64]) -> ClassWeights {
        let mean = |errors: &[f64], model: usize, days: f64| {
            let sum: f64 = errors.iter().skip(model).step_by(priors.len()).map(|error| error.abs()).sum();
            if days > 0.0 { sum / days } else { 1.0 }
        };
        let errors: Vec<ClassErrors> = priors
            .iter()
            .enumerate()
            .map(|(model, &prior)| ClassErrors {
                prior,
                ordinary: (mean(&self.ordinary, model, self.days.0), self.days.0),
                special: (mean(&self.special, model, self.days.1), self.days.1),
            })
            .collect();
        let prior = ClassWeights::of(&errors, STEEPNESS);
        ClassWeights { ordinary: stacked(&self.ordinary, &prior.ordinary), special: stacked(&self.special, &prior.special) }
    }
}

/// Weights of the models that learn events alone; all as they are where none does.
fn informed(rivals: &[Rival], weights: &[f64]) -> Vec<f64> {
    let knows = |rival: &Rival| f64::from(u8::from(rival.learns_events));
    let own: Vec<f64> = rivals.iter().zip(weights).map(|(rival, weight)| knows(rival) * weight.max(1e-9)).collect();
    let sum: f64 = own.iter().sum();
    if sum > 0.0 { own.iter().map(|weight| weight / sum).collect() } else { weights.to_vec() }
}

/// Error of the day's total over its known slots, a model; one item.
fn total_errors(counts: &[f64], means: &[&[f64]]) -> Vec<f64> {
    let error = |mean: &[f64]| counts.iter().zip(mean).map(|(y, mean)| mean - y).filter(|error| !error.is_nan()).sum();
    means.iter().map(|mean| error(mean)).collect()
}

/// Errors of the profiles once the day's total is known; an item for each known slot.
fn profile_errors(counts: &[f64], means: &[&[f64]]) -> Vec<f64> {
    let sums: Vec<f64> =
        means.iter().map(|mean| counts.iter().zip(*mean).filter(|(y, _)| !y.is_nan()).map(|(_, mean)| mean).sum()).collect();
    let total: f64 = counts.iter().filter(|y| !y.is_nan()).sum();
    let mut errors = Vec::with_capacity(counts.len() * means.len());
    for (slot, y) in counts.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
        errors.extend(means.iter().zip(&sums).map(|(mean, sum)| if *sum > 0.0 { mean[slot] * total / sum - y } else { -y }));
    }
    errors
}
