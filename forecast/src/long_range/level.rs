//! Weekly log level as a dynamic linear model: x[t] = μ[t] + Σ β f(t) + Σ γ z(t) + ε[t].
//!
//! - μ: random walk with variance q, plus a slope ν damped by φ: μ[t+1] = μ[t] + φ ν[t], ν[t+1] = φ ν[t] + η
//! - f: sine and cosine of the year's first harmonics, each with prior N(0, (0.15 / k)²)
//! - z: log drivers; prior N(0, ½²) where learned, N(1, 0.15²) where contacts are thought proportional
//! - ε: weekly noise; innovations beyond three standard deviations are drawn in to three
//!
//! All variances are known up to one scale, which is estimated with q by the likelihood.
//!
//! # Source
//! West, Harrison (1997), Bayesian Forecasting and Dynamic Models, ch. 4, 5 and 8; Gardner (1985), J. Forecasting 4(1)
//! (damped trends).

use crate::long_range::week::WeekSeries;

/// Standard deviation of the slope a week in the long run: about 11 % a year.
const SLOPE_SD: f64 = 0.002;
/// Prior standard deviation of the first harmonic.
const SEASON_SD: f64 = 0.15;
/// Innovation, in standard deviations, beyond which a week is an outlier.
const OUTLYING: f64 = 3.0;
/// Level variance a week per noise variance that the likelihood chooses from.
const DRIFTS: [f64; 5] = [0.001, 0.01, 0.05, 0.2, 0.8];

/// How drivers enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DriverForm {
    /// Not at all.
    Absent,
    /// With an elasticity shrunk to none.
    Elastic,
    /// With an elasticity shrunk to one: contacts = rate × driver.
    Proportional,
}

/// What the weekly level is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Structure {
    /// Harmonics of the year.
    pub(super) harmonics: usize,
    /// Damping φ of the slope a week; 0 for a level without slope.
    pub(super) damping: f64,
    /// Drivers.
    pub(super) drivers: DriverForm,
}

/// What is known after a week.
#[derive(Debug, Clone)]
pub(super) struct State {
    mean: Vec<f64>,
    /// Row by row: `len == mean.len()²`.
    cov: Vec<f64>,
}

/// One structure fitted to a series.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    pub(super) structure: Structure,
    /// Level variance a week.
    drift: f64,
    /// Scale of all variances.
    scale: f64,
    /// States after the weeks asked for, then after the last.
    pub(super) states: Vec<State>,
}

/// Log parts of a future week: level, trend, season, drivers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct LogParts {
    pub(super) level: f64,
    pub(super) trend: f64,
    pub(super) season: f64,
    pub(super) drivers: f64,
}

impl LogParts {
    /// Their sum.
    pub(super) fn sum(&self) -> f64 {
        self.level + self.trend + self.season + self.drivers
    }

    /// The sum of `self` and `weight` times another.
    pub(super) fn plus(self, weight: f64, other: Self) -> Self {
        Self {
            level: self.level + weight * other.level,
            trend: self.trend + weight * other.trend,
            season: self.season + weight * other.season,
            drivers: self.drivers + weight * other.drivers,
        }
    }
}

impl Fitted {
    /// A structure with the drift that the likelihood expects, with states after the weeks of `origins` (ascending) and after the last.
    pub(super) fn of(series: &WeekSeries, structure: Structure, origins: &[usize]) -> Self {
        let runs = DRIFTS.map(|drift| {
            let mut run = Run::new(series, structure, drift * series.variance);
            (0..series.past()).for_each(|week| run.step(series, week));
            (run.criterion(), drift)
        });
        // The mean over the likelihood: a short history cannot tell small drifts from none, and the larger are the risk.
        let best = runs.iter().map(|run| run.0).fold(f64::INFINITY, f64::min);
        let weight = |run: &(f64, f64)| (-0.5 * (run.0 - best)).exp();
        let drift =
            series.variance * runs.iter().map(|run| weight(run) * run.1).sum::<f64>() / runs.iter().map(weight).sum::<f64>();
        let mut run = Run::new(series, structure, drift);
        let mut states = Vec::with_capacity(origins.len() + 1);
        for week in 0..series.past() {
            if origins.contains(&week) {
                states.push(run.state.clone());
            }
            run.step(series, week);
        }
        states.push(run.state.clone());
        Self { structure, drift, scale: run.scale(), states }
    }

    /// Log parts of the week `lead` weeks after `origin`, by the state before it.
    pub(super) fn parts(&self, series: &WeekSeries, state: &State, (origin, lead): (usize, usize)) -> LogParts {
        let week = origin + lead - 1;
        let (season, rest) = state.mean[2..].split_at(2 * self.structure.harmonics);
        LogParts {
            level: state.mean[0],
            trend: state.mean[1] * self.structure.slope_sum(lead),
            season: season.iter().zip(&series.waves[week]).map(|(beta, wave)| beta * wave).sum(),
            drivers: rest.iter().zip(&series.drivers).map(|(gamma, course)| gamma * course[week]).sum(),
        }
    }

    /// Covariance of the log levels of the weeks `leads` after `origin`, weekly noise left out: row by row.
    pub(super) fn covariance(&self, series: &WeekSeries, state: &State, origin: usize, leads: &[usize]) -> Vec<f64> {
        let rows: Vec<Vec<f64>> = leads.iter().map(|&lead| self.structure.row(series, origin + lead - 1, lead)).collect();
        let spread: Vec<Vec<f64>> = rows.iter().map(|row| product(&state.cov, row)).collect();
        let shock = self.structure.slope_shock();
        let longest = leads.iter().copied().max().unwrap_or(0);
        let course: Vec<f64> = (0..=longest).map(|lead| self.structure.slope_sum(lead)).collect();
        let mut cov = vec![0.0; leads.len() * leads.len()];
        for (i, &a) in leads.iter().enumerate() {
            for (j, &b) in leads.iter().enumerate().take(i + 1) {
                let state: f64 = rows[i].iter().zip(&spread[j]).map(|(x, y)| x * y).sum();
                let common = a.min(b);
                let slope: f64 =
                    if shock > 0.0 { (1..=common).map(|k| course[a - k] * course[b - k]).sum::<f64>() * shock } else { 0.0 };
                let value = self.scale * (state + self.drift * common as f64 + slope);
                cov[i * leads.len() + j] = value;
                cov[j * leads.len() + i] = value;
            }
        }
        cov
    }

    /// Variance of an ordinary week's noise.
    pub(super) fn noise(&self, series: &WeekSeries) -> f64 {
        self.scale * series.variance
    }
}

impl Structure {
    fn size(self, series: &WeekSeries) -> usize {
        2 + 2 * self.harmonics + if self.drivers == DriverForm::Absent { 0 } else { series.drivers.len() }
    }

    /// φ + φ² + … + φ^lead.
    fn slope_sum(self, lead: usize) -> f64 {
        if self.damping <= 0.0 { 0.0 } else { self.damping * (1.0 - self.damping.powi(lead as i32)) / (1.0 - self.damping) }
    }

    /// Variance of the slope's weekly shock, so that its long-run standard deviation is `SLOPE_SD`.
    fn slope_shock(self) -> f64 {
        if self.damping <= 0.0 { 0.0 } else { (1.0 - self.damping * self.damping) * SLOPE_SD * SLOPE_SD }
    }

    /// Weights of the state `lead` weeks before `week` in the level of `week`.
    fn row(self, series: &WeekSeries, week: usize, lead: usize) -> Vec<f64> {
        let mut row = Vec::with_capacity(self.size(series));
        row.extend([1.0, self.slope_sum(lead)]);
        row.extend(&series.waves[week][..2 * self.harmonics]);
        if self.drivers != DriverForm::Absent {
            row.extend(series.drivers.iter().map(|course| course[week]));
        }
        row
    }
}

/// A filter under way.
struct Run {
    structure: Structure,
    drift: f64,
    state: State,
    log_variances: f64,
    squares: f64,
    seen: f64,
}

impl Run {
    fn new(series: &WeekSeries, structure: Structure, drift: f64) -> Self {
        let size = structure.size(series);
        let mut mean = vec![0.0; size];
        let mut cov = vec![0.0; size * size];
        mean[0] = series.level.iter().copied().find(|level| !level.is_nan()).unwrap_or(0.0);
        cov[0] = 1.0;
        cov[size + 1] = if structure.damping > 0.0 { SLOPE_SD * SLOPE_SD } else { 0.0 };
        for i in 2..size {
            let harmonic = i / 2;
            let (center, sd) = match (i < 2 + 2 * structure.harmonics, structure.drivers) {
                (true, _) => (0.0, SEASON_SD / harmonic as f64),
                (false, DriverForm::Proportional) => (1.0, 0.15),
                (false, _) => (0.0, 0.5),
            };
            mean[i] = center;
            cov[i * size + i] = sd * sd;
        }
        let state = State { mean, cov };
        Self { structure, drift, state, log_variances: 0.0, squares: 0.0, seen: -1.0 }
    }

    /// Moves on by a week and learns from it; the first known week sets the level and is not judged.
    fn step(&mut self, series: &WeekSeries, week: usize) {
        self.advance();
        let x = series.level[week];
        if x.is_nan() {
            return;
        }
        let row = self.structure.row(series, week, 0);
        let size = row.len();
        let gain = product(&self.state.cov, &row);
        let noise = series.variance * series.noise[week];
        let variance: f64 = row.iter().zip(&gain).map(|(a, b)| a * b).sum::<f64>() + noise;
        let error = x - row.iter().zip(&self.state.mean).map(|(a, b)| a * b).sum::<f64>();
        let ratio = error.abs() / variance.sqrt();
        let held = if ratio > OUTLYING { variance * ratio / OUTLYING } else { variance };
        for i in 0..size {
            self.state.mean[i] += gain[i] * error / held;
            for j in 0..size {
                self.state.cov[i * size + j] -= gain[i] * gain[j] / held;
            }
        }
        if self.seen >= 0.0 {
            self.log_variances += variance.ln();
            self.squares += if ratio > OUTLYING { OUTLYING * (2.0 * ratio - OUTLYING) } else { ratio * ratio };
        }
        self.seen += 1.0;
    }

    fn advance(&mut self) {
        let (size, damping) = (self.state.mean.len(), self.structure.damping);
        self.state.mean[0] += damping * self.state.mean[1];
        self.state.mean[1] *= damping;
        let cov = &mut self.state.cov;
        for j in 0..size {
            cov[j] += damping * cov[size + j];
            cov[size + j] *= damping;
        }
        for i in 0..size {
            cov[i * size] += damping * cov[i * size + 1];
            cov[i * size + 1] *= damping;
        }
        cov[0] += self.drift;
        cov[size + 1] += self.structure.slope_shock();
    }

    /// Scale of all variances; a few weeks are drawn to 1.
    fn scale(&self) -> f64 {
        ((self.squares + 4.0) / (self.seen.max(0.0) + 4.0)).clamp(0.05, 20.0)
    }

    /// Minus twice the log likelihood with the scale at its estimate.
    fn criterion(&self) -> f64 {
        self.log_variances + (self.seen.max(0.0) + 4.0) * self.scale().ln()
    }
}

fn product(matrix: &[f64], row: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(row.len()).map(|line| line.iter().zip(row).map(|(a, b)| a * b).sum()).collect()
}
