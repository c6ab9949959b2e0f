use chrono::NaiveDate;

use super::*;
use crate::demand::DemandUncertainty;
use crate::grid::PlanningGrid;

const PATHS: u64 = 4_000;

fn queue(name: &str, mean: f64, sd: f64, overdispersion: f64) -> QueueForecast {
    QueueForecast {
        name: name.into(),
        open: vec![true; 96],
        // Two intervals a day differ, the others are small.
        mean: (0..96).map(|t| if t % 48 == 20 { mean } else { 0.3 * mean }).collect(),
        bands: Vec::new(),
        aht_seconds: None,
        model: "test".into(),
        uncertainty: DemandUncertainty { day_level_sd: sd, overdispersion },
        days: Vec::new(),
        adjustments: Vec::new(),
    }
}

fn forecast() -> DemandForecast {
    let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let grid = Arc::new(PlanningGrid::new(start, 2, 30, chrono_tz::UTC).unwrap());
    let queues = vec![queue("calm", 60.0, 0.1, 1.0), queue("lively", 40.0, 0.25, 2.5)];
    let day_errors = DayErrors::correlated(0.6, vec![1.0, 0.7, 0.7, 1.0], vec![Vec::new(); 2]);
    DemandForecast { grid, queues, day_errors }
}

/// Counts of (queue, interval) over all paths.
fn sampled(forecast: &DemandForecast, places: &[(usize, usize)]) -> Vec<Vec<f64>> {
    let sampler = PathSampler::new(forecast);
    let mut counts = vec![Vec::new(); places.len()];
    for k in 0..PATHS {
        let path = sampler.draw(Seed(11).stream(k));
        for (counts, &(q, t)) in counts.iter_mut().zip(places) {
            counts.push(f64::from(path[q].values()[t]));
        }
    }
    counts
}

fn covariance(x: &[f64], y: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mx, my) = (mean(x), mean(y));
    x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).sum::<f64>() / x.len() as f64
}

#[test]
fn counts_have_the_mean_and_variance_that_theory_says() {
    let forecast = forecast();
    let places = [(0, 20), (0, 21), (1, 20), (1, 21), (1, 68)];
    for (counts, (q, t)) in sampled(&forecast, &places).iter().zip(places) {
        let (queue, mean) = (&forecast.queues[q], forecast.queues[q].mean[t]);
        let DemandUncertainty { day_level_sd: sd, overdispersion } = queue.uncertainty;
        let variance = overdispersion * mean + (sd * mean).powi(2);
        let sampled = counts.iter().sum::<f64>() / PATHS as f64;
        assert!((sampled - mean).abs() < 4.0 * (variance / PATHS as f64).sqrt(), "queue {q}, interval {t}: mean {sampled}");
        let ratio = covariance(counts, counts) / variance;
        assert!((ratio - 1.0).abs() < 0.12, "queue {q}, interval {t}: variance {ratio} times theory");
    }
}

#[test]
fn intervals_of_a_day_share_its_level_and_days_and_queues_correlate_as_stated() {
    let forecast = forecast();
    let counts = sampled(&forecast, &[(1, 20), (1, 22), (1, 68), (0, 20)]);
    let (mean, sd) = (&forecast.queues[1].mean, 0.25_f64);
    let within = covariance(&counts[0], &counts[1]) / (sd * sd * mean[20] * mean[22]);
    assert!((within - 1.0).abs() < 0.15, "within a day: {within} times theory");
    // exp of normals that correlate by r: covariance exp(r s₁ s₂) - 1.
    let log_sd = |sd: f64| (1.0 + sd * sd).ln().sqrt();
    let next = ((0.6 * log_sd(sd).powi(2)).exp() - 1.0) * mean[20] * mean[68];
    let across = ((0.7 * log_sd(sd) * log_sd(0.1)).exp() - 1.0) * mean[20] * forecast.queues[0].mean[20];
    for (what, sampled, theory) in
        [("next day", covariance(&counts[0], &counts[2]), next), ("other queue", covariance(&counts[0], &counts[3]), across)]
    {
        assert!((sampled / theory - 1.0).abs() < 0.2, "{what}: {sampled} for {theory}");
    }
}

#[test]
fn levels_have_mean_one_and_the_stated_spread_on_each_day() {
    let mut forecast = forecast();
    forecast.day_errors = forecast.day_errors.clone().with_day_scaled(1, (1, 2), 2.0);
    let levels = DayLevels::of(&forecast);
    let draws: Vec<Vec<Vec<f64>>> = (0..20_000).map(|k| levels.draw(Seed(3).stream(k))).collect();
    for (q, day, sd) in [(0, 0, 0.1), (0, 1, 0.1), (1, 0, 0.25), (1, 1, 0.5)] {
        let values: Vec<f64> = draws.iter().map(|draw| draw[q][day]).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean - 1.0).abs() < 0.012, "queue {q}, day {day}: mean {mean}");
        let spread = covariance(&values, &values).sqrt();
        assert!((spread / sd - 1.0).abs() < 0.04, "queue {q}, day {day}: spread {spread}");
    }
}

#[test]
fn equal_seeds_give_equal_paths_and_closed_intervals_stay_empty() {
    let mut forecast = forecast();
    forecast.queues[0].open[20] = false;
    let sampler = PathSampler::new(&forecast);
    assert_eq!(sampler.draw(Seed(5)), sampler.draw(Seed(5)));
    assert_ne!(sampler.draw(Seed(5)), sampler.draw(Seed(6)));
    assert_eq!(sampler.draw(Seed(5))[0].values()[20], 0);
    // Another queue at the end leaves the first alone.
    let alone = DemandForecast {
        grid: Arc::clone(&forecast.grid),
        queues: forecast.queues[..1].to_vec(),
        day_errors: DayErrors::correlated(0.6, vec![1.0], vec![Vec::new()]),
    };
    assert_eq!(PathSampler::new(&alone).draw(Seed(5))[0], sampler.draw(Seed(5))[0]);
}
