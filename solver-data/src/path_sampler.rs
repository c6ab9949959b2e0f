//! Sampled demand: whole paths of counts with the correlation of real days.
//!
//! With m(q, t) the mean of queue q in interval t of day d, σ(q, d) the standard deviation of the day level and φ(q) the
//! variance / mean of counts once the day is known:
//!
//! 1. z(q, d) = ρ z(q, d - 1) + √(1 - ρ²) (L ε(d))(q), ε independent standard normal, L Lᵀ the correlation across queues;
//!    z is stationary
//! 2. day level X(q, d) = exp(s z - s² / 2) with s² = ln(1 + σ²): mean 1, standard deviation σ
//! 3. rate λ(q, t) = m X G with G gamma of mean 1 and shape m X / (φ - 1); G = 1 where φ ≤ 1
//! 4. count y(q, t) ~ Poisson(λ)
//!
//! Then E y = m, Var y = φ m + σ² m², Cov(y(q, t), y(q, t')) = σ² m(t) m(t') within a day. The simulation of rosters draws its
//! contacts by steps 1 to 3 and a Poisson process of rate λ, so that a plan and its simulation agree.
//!
//! # Source
//! Avramidis, Deslauriers, L'Ecuyer (2004), Management Science 50(7) (doubly stochastic arrivals with a busyness factor a
//! day); Whitt (1999), Operations Research Letters 24(5).

use std::sync::Arc;

use rand_distr::{Distribution, Gamma, Poisson, StandardNormal};

use crate::day_errors::DayErrors;
use crate::demand::{DemandForecast, QueueForecast};
use crate::seed::Seed;
use crate::series::IntervalSeries;

/// Streams of a path's seed.
mod stream {
    pub const LEVELS: u64 = 0;
    pub const INTERVALS: u64 = 1;
}

/// Draws paths of a forecast.
#[derive(Debug, Clone)]
pub struct PathSampler<'a> {
    forecast: &'a DemandForecast,
    levels: DayLevels,
}

impl<'a> PathSampler<'a> {
    /// A sampler of `forecast`.
    pub fn new(forecast: &'a DemandForecast) -> Self {
        Self { forecast, levels: DayLevels::of(forecast) }
    }

    /// One path: counts of every queue in the forecast's order, 0 where closed. Equal seeds give equal paths.
    pub fn draw(&self, seed: Seed) -> Vec<IntervalSeries<u32>> {
        let levels = self.levels.draw(seed.stream(stream::LEVELS));
        let intervals = seed.stream(stream::INTERVALS);
        let path = |(q, queue): (usize, &QueueForecast)| self.path(queue, &levels[q], intervals.stream(q as u64));
        self.forecast.queues.iter().enumerate().map(path).collect()
    }

    /// The rates of the same path, steps 1 to 3: contacts that are expected once the day and the interval's noise are known.
    pub fn draw_rates(&self, seed: Seed) -> Vec<IntervalSeries<f64>> {
        let levels = self.levels.draw(seed.stream(stream::LEVELS));
        let intervals = seed.stream(stream::INTERVALS);
        let grid = &self.forecast.grid;
        let rates = |(q, queue): (usize, &QueueForecast)| {
            let seed = intervals.stream(q as u64);
            IntervalSeries::from_fn(Arc::clone(grid), |t| self.rate(queue, &levels[q], (t, seed.stream(t as u64))))
        };
        self.forecast.queues.iter().enumerate().map(rates).collect()
    }

    fn path(&self, queue: &QueueForecast, levels: &[f64], seed: Seed) -> IntervalSeries<u32> {
        IntervalSeries::from_fn(Arc::clone(&self.forecast.grid), |t| {
            let own = seed.stream(t as u64);
            // Refused for a rate of 0, of which no contact comes.
            let count = Poisson::new(self.rate(queue, levels, (t, own)));
            count.map_or(0, |poisson| poisson.sample(&mut own.stream(1).rng()) as u32)
        })
    }

    /// λ of a queue in interval `t`, its noise from the interval's own seed; 0 where closed.
    fn rate(&self, queue: &QueueForecast, levels: &[f64], (t, own): (usize, Seed)) -> f64 {
        if !queue.open[t] {
            return 0.0;
        }
        let expected = queue.mean[t] * levels[self.forecast.grid.day_of(t)];
        expected * interval_noise(expected, queue.uncertainty.overdispersion, own.stream(0))
    }
}

/// Draws the day levels of all queues together.
#[derive(Debug, Clone, PartialEq)]
pub struct DayLevels {
    next_day: f64,
    /// Lower triangular factor of the correlation across queues.
    factor: Vec<f64>,
    /// Standard deviation of the log level, by queue and day.
    log_sd: Vec<Vec<f64>>,
}

impl DayLevels {
    /// The day levels of a forecast; on their own where its `day_errors` are those of other queues.
    pub fn of(forecast: &DemandForecast) -> Self {
        let queues = forecast.queues.len();
        let apart = DayErrors::independent(queues);
        let errors = if forecast.day_errors.queues() == queues { &forecast.day_errors } else { &apart };
        let log_sd = |(q, queue): (usize, &QueueForecast)| {
            let sd = |day| queue.uncertainty.day_level_sd * errors.relative_sd(q, day);
            (0..forecast.grid.days()).map(|day| (1.0 + f64::powi(sd(day), 2)).ln().sqrt()).collect()
        };
        Self {
            next_day: errors.next_day(),
            factor: errors.factor().to_vec(),
            log_sd: forecast.queues.iter().enumerate().map(log_sd).collect(),
        }
    }

    /// Factors of mean 1, by queue and day.
    ///
    /// The shock of a queue on a day has a stream of its own, and a queue mixes the shocks of those before it alone: a queue
    /// or a day more at the end leaves the others' levels alone.
    pub fn draw(&self, seed: Seed) -> Vec<Vec<f64>> {
        let queues = self.log_sd.len();
        let mut levels: Vec<Vec<f64>> = self.log_sd.iter().map(|days| Vec::with_capacity(days.len())).collect();
        let mut errors = vec![0.0; queues];
        for day in 0..self.log_sd.first().map_or(0, Vec::len) {
            let shock = |q: usize| -> f64 { StandardNormal.sample(&mut seed.stream(q as u64).stream(day as u64).rng()) };
            let shocks: Vec<f64> = (0..queues).map(shock).collect();
            for (q, error) in errors.iter_mut().enumerate() {
                let row = &self.factor[q * queues..=q * queues + q];
                let innovation: f64 = row.iter().zip(&shocks).map(|(weight, shock)| weight * shock).sum();
                let kept = if day == 0 { 0.0 } else { self.next_day };
                *error = kept * *error + (1.0 - kept * kept).sqrt() * innovation;
                let sd = self.log_sd[q][day];
                levels[q].push((sd * *error - 0.5 * sd * sd).exp());
            }
        }
        levels
    }
}

/// Gamma factor of mean 1 that raises a Poisson count of mean `expected` to `overdispersion` = variance / mean.
///
/// The mixed count has variance m + m² / k for shape k, so k = m / (overdispersion - 1). Returns 1 where `overdispersion` is
/// 1 or less or nothing is expected.
pub fn interval_noise(expected: f64, overdispersion: f64, seed: Seed) -> f64 {
    let shape = expected / (overdispersion - 1.0);
    if overdispersion <= 1.0 || expected <= 0.0 || !shape.is_normal() {
        return 1.0;
    }
    Gamma::new(shape, 1.0 / shape).map_or(1.0, |gamma| gamma.sample(&mut seed.rng()))
}

#[cfg(test)]
#[path = "path_sampler_tests.rs"]
mod tests;
