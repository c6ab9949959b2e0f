//! Structures weighted by their rolling backtest, and the joint distribution of the weeks ahead.
//!
//! From origins four weeks apart every structure forecasts all weeks that follow; its error is the mean over lead classes of
//! |x - x̂|. The best few are mixed; what they disagree on widens the mixture. Standardised errors of the mixture by lead
//! class then stretch or shrink its standard deviations (shrunk to 1 where few stretches of that lead fit into the past).

use crate::long_range::level::{DriverForm, Fitted, LogParts, Structure};
use crate::long_range::week::WeekSeries;
use crate::weighting::{Steepness, weights};

/// Last weeks ahead of each lead class.
const CLASSES: [usize; 5] = [4, 13, 26, 52, 78];
/// Weeks between origins.
const STRIDE: usize = 4;
/// Weight ∝ error^-6 among the best four.
const STEEPNESS: Steepness = Steepness { exponent: 6.0, best_few: 4 };
/// Weeks of history from which a yearly season is learned.
pub(super) const SEASON_WEEKS: usize = 57;
/// Standard deviation of the log level over a year where no season can be learned.
const UNKNOWN_SEASON_SD: f64 = 0.10;
/// Errors beyond this weigh no more: a collapse is not a structure's fault.
const WORST_ERROR: f64 = 0.7;
/// Independent stretches that weigh as much as the model's own word on its errors.
const PRIOR_STRETCHES: f64 = 5.0;
/// Weeks a year.
const YEAR_WEEKS: f64 = 52.1775;

/// The weeks ahead.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    /// Log parts by week ahead: the first is one week after the history.
    pub(super) parts: Vec<LogParts>,
    /// Covariance of the log levels, calibrated: row by row.
    cov: Vec<f64>,
    /// Variance of an ordinary week's noise, calibrated, by week ahead.
    noise: Vec<f64>,
}

impl Projection {
    /// The weeks after the history of a series.
    pub(super) fn of(series: &WeekSeries) -> Self {
        let origins = origins(series);
        let fitted: Vec<Fitted> =
            structures(series).into_iter().map(|structure| Fitted::of(series, structure, &origins)).collect();
        let weights = judged(series, &fitted, &origins);
        let kept: Vec<(&Fitted, f64)> = fitted.iter().zip(weights).filter(|(_, weight)| *weight > 0.005).collect();
        let sum: f64 = kept.iter().map(|(_, weight)| weight).sum();
        let kept: Vec<(&Fitted, f64)> = kept.into_iter().map(|(fitted, weight)| (fitted, weight / sum)).collect();
        let stretch = Stretch::measured(series, &kept, &origins);
        let leads: Vec<usize> = (1..=series.weeks() - series.past()).collect();
        let Mixture { parts, mut cov, noise } = Mixture::of(series, &kept, (origins.len(), series.past()), &leads);
        for (i, &a) in leads.iter().enumerate() {
            for (j, &b) in leads.iter().enumerate() {
                cov[i * leads.len() + j] *= stretch.at(a) * stretch.at(b);
            }
        }
        let noise = leads.iter().map(|&lead| noise * stretch.at(lead).powi(2)).collect();
        Self { parts, cov, noise }
    }

    /// Standard deviation of the logarithm of Σ mass, by expected contacts of each week ahead and the share of it counted.
    pub(super) fn log_sd(&self, masses: &[(usize, f64, f64)]) -> f64 {
        let total: f64 = masses.iter().map(|(_, mass, _)| mass).sum();
        if total <= 0.0 {
            return 0.0;
        }
        let size = self.parts.len();
        let index = |lead: usize| lead.clamp(1, size) - 1;
        let mut variance = 0.0;
        for &(a, mass, share) in masses {
            // A part of a week has more noise than the whole, as fewer days cancel out.
            variance += mass * mass * self.noise[index(a)] / share.clamp(0.1, 1.0);
            for &(b, other, _) in masses {
                variance += mass * other * self.cov[index(a) * size + index(b)];
            }
        }
        (variance / (total * total)).max(0.0).sqrt()
    }
}

/// The structures that a history can tell apart.
fn structures(series: &WeekSeries) -> Vec<Structure> {
    let span = series.span();
    let harmonics: &[usize] = match span {
        0..SEASON_WEEKS => &[0],
        SEASON_WEEKS..110 => &[0, 1, 2],
        _ => &[0, 2, 5],
    };
    let dampings: &[f64] = if span < 20 { &[0.0] } else { &[0.0, 0.97, 0.995] };
    let drivers: &[DriverForm] = if series.drivers.is_empty() {
        &[DriverForm::Absent]
    } else {
        &[DriverForm::Absent, DriverForm::Elastic, DriverForm::Proportional]
    };
    let mut all = Vec::new();
    for &harmonics in harmonics {
        for &damping in dampings {
            all.extend(drivers.iter().map(|&drivers| Structure { harmonics, damping, drivers }));
        }
    }
    all
}

/// Past weeks from which the weeks after are forecast, ascending.
fn origins(series: &WeekSeries) -> Vec<usize> {
    let first = series.past() - series.span();
    let training = if series.span() > 78 { 52 } else { (series.span() / 2).max(8) };
    (first + training..series.past()).rev().step_by(STRIDE).collect::<Vec<_>>().into_iter().rev().collect()
}

/// Weights of the structures by their errors, shrunk to what is expected of them.
fn judged(series: &WeekSeries, fitted: &[Fitted], origins: &[usize]) -> Vec<f64> {
    let scores: Vec<(f64, f64)> = fitted.iter().map(|fitted| score(series, fitted, origins)).collect();
    let best = scores.iter().map(|score| score.0).fold(f64::INFINITY, f64::min).max(1e-6);
    let errors: Vec<f64> = fitted
        .iter()
        .zip(&scores)
        .map(|(fitted, &(error, weeks))| {
            let evidence = weeks / 26.0;
            (evidence * error / best + expected(series, fitted.structure)) / (evidence + 1.0)
        })
        .collect();
    weights(&errors, STEEPNESS)
}

/// Error relative to the best structure that is expected before anything is measured.
fn expected(series: &WeekSeries, structure: Structure) -> f64 {
    let season = match (series.span(), structure.harmonics) {
        (SEASON_WEEKS.., 0) => 1.15,
        (110.., 5..) | (_, 0 | 2..5) => 1.0,
        _ => 1.03,
    };
    let trend = if structure.damping > 0.99 { 1.03 } else { 1.0 };
    let drivers = if structure.drivers == DriverForm::Absent { 1.0 } else { 1.02 };
    season * trend * drivers
}

/// Mean over the lead classes of the mean |x - x̂|, and the weeks judged at the first class.
fn score(series: &WeekSeries, fitted: &Fitted, origins: &[usize]) -> (f64, f64) {
    let mut classes = [(0.0, 0.0); CLASSES.len()];
    for (state, &origin) in fitted.states.iter().zip(origins) {
        for lead in 1..=(series.past() - origin).min(CLASSES[CLASSES.len() - 1]) {
            let x = series.level[origin + lead - 1];
            if !x.is_nan() {
                let error = (x - fitted.parts(series, state, (origin, lead)).sum()).abs().min(WORST_ERROR);
                let class = &mut classes[class(lead)];
                *class = (class.0 + error, class.1 + 1.0);
            }
        }
    }
    let seen: Vec<f64> = classes.iter().filter(|class| class.1 > 0.0).map(|(sum, number)| sum / number).collect();
    if seen.is_empty() { (1.0, 0.0) } else { (seen.iter().sum::<f64>() / seen.len() as f64, classes[0].1) }
}

fn class(lead: usize) -> usize {
    CLASSES.partition_point(|&last| last < lead).min(CLASSES.len() - 1)
}

/// Several structures as one distribution.
struct Mixture {
    parts: Vec<LogParts>,
    cov: Vec<f64>,
    noise: f64,
}

impl Mixture {
    /// The weeks `leads` after an origin: `at` is the index of its state and its week.
    fn of(series: &WeekSeries, kept: &[(&Fitted, f64)], (at, origin): (usize, usize), leads: &[usize]) -> Self {
        let size = leads.len();
        let own: Vec<Vec<LogParts>> = kept
            .iter()
            .map(|(fitted, _)| leads.iter().map(|&lead| fitted.parts(series, &fitted.states[at], (origin, lead))).collect())
            .collect();
        let mixed =
            |i: usize| kept.iter().zip(&own).fold(LogParts::default(), |sum, ((_, weight), own)| sum.plus(*weight, own[i]));
        let parts: Vec<LogParts> = (0..size).map(mixed).collect();
        let mut cov = unknown_season(series, leads);
        for ((fitted, weight), own) in kept.iter().zip(&own) {
            let apart: Vec<f64> = own.iter().zip(&parts).map(|(own, mean)| own.sum() - mean.sum()).collect();
            let inner = fitted.covariance(series, &fitted.states[at], origin, leads);
            for i in 0..size {
                for j in 0..size {
                    cov[i * size + j] += weight * (inner[i * size + j] + apart[i] * apart[j]);
                }
            }
        }
        let noise = kept.iter().map(|(fitted, weight)| weight * fitted.noise(series)).sum();
        Self { parts, cov, noise }
    }
}

/// Covariance of a season that nobody has seen: s[t] = A cos(ω t + θ) with unknown phase, known to be 0 now.
fn unknown_season(series: &WeekSeries, leads: &[usize]) -> Vec<f64> {
    let size = leads.len();
    let mut cov = vec![0.0; size * size];
    if series.span() < SEASON_WEEKS {
        let cos = |weeks: f64| (std::f64::consts::TAU * weeks / YEAR_WEEKS).cos();
        let variance = UNKNOWN_SEASON_SD * UNKNOWN_SEASON_SD;
        for (i, &a) in leads.iter().enumerate() {
            for (j, &b) in leads.iter().enumerate() {
                let (a, b) = (a as f64, b as f64);
                cov[i * size + j] = variance * (cos(a - b) - cos(a) - cos(b) + 1.0);
            }
        }
    }
    cov
}

/// Factor on standard deviations by lead.
struct Stretch {
    /// At the last lead of each class.
    factors: [f64; CLASSES.len()],
}

impl Stretch {
    fn measured(series: &WeekSeries, kept: &[(&Fitted, f64)], origins: &[usize]) -> Self {
        let mut squares = [(0.0, 0.0); CLASSES.len()];
        for (k, &origin) in origins.iter().enumerate() {
            let known = |lead: &usize| origin + lead <= series.past() && !series.level[origin + lead - 1].is_nan();
            let leads: Vec<usize> =
                [1, 2, 3, 4, 6, 9, 13, 17, 21, 26, 34, 43, 52, 60, 69, 78].into_iter().filter(known).collect();
            let Mixture { parts, cov, noise } = Mixture::of(series, kept, (k, origin), &leads);
            for (i, &lead) in leads.iter().enumerate() {
                let week = origin + lead - 1;
                let variance = cov[i * leads.len() + i] + noise * series.noise[week];
                let z = (series.level[week] - parts[i].sum()).powi(2) / variance.max(1e-9);
                let sum = &mut squares[class(lead)];
                *sum = (sum.0 + z.min(9.0), sum.1 + 1.0);
            }
        }
        let span = origins.first().map_or(0.0, |&first| (series.past() - first) as f64);
        let mut factors = [1.0_f64; CLASSES.len()];
        let mut before = 1.0;
        for (i, &(sum, number)) in squares.iter().enumerate() {
            let stretches = if number > 0.0 { (span / CLASSES[i] as f64).min(number) } else { 0.0 };
            let mean = if number > 0.0 { sum / number } else { 0.0 };
            // Without own evidence a class believes the shorter one.
            let prior = f64::midpoint(prior_square(series, i), before);
            before = ((stretches * mean + PRIOR_STRETCHES * prior) / (stretches + PRIOR_STRETCHES)).clamp(0.4, 4.0);
            factors[i] = before.sqrt();
        }
        Self { factors }
    }

    fn at(&self, lead: usize) -> f64 {
        self.factors[class(lead)]
    }
}

/// Mean square of standardised errors to be expected of a lead class: more than 1 at long leads, as the model takes its
/// variances, its season and its structure for known.
fn prior_square(series: &WeekSeries, class: usize) -> f64 {
    let own = [1.0, 1.1, 1.25, 1.4, 1.5][class];
    if series.span() < 110 { own * 1.3 } else { own }
}
