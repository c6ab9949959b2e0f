//! Level of the handle time by week: a local level with damped trend on the log scale.
//!
//! ln L[w + 1] = ln L[w] + φ ν[w] + noise. The drift's standard deviation and whether there is a trend are chosen by the
//! one-week-ahead errors; contacts say how exactly a week is known.

use crate::handle_time::Observed;
use crate::handle_time::pattern::Pattern;

/// Drifts a week that are tried.
const DRIFTS: [f64; 5] = [0.001, 0.004, 0.01, 0.02, 0.05];
/// Damping of the trend a week: a half-life of six weeks.
const DAMPING: f64 = 0.89;
/// Standard deviation of the trend a week where there is one.
const TREND_SD: f64 = 0.004;
/// Standard deviation of a week's level beyond what its contacts explain.
const WEEK_SD: f64 = 0.015;
/// By how much a trend must lower the error to be believed.
const TREND_GAIN: f64 = 0.98;

/// Log levels of past weeks and what lies ahead.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LevelCourse {
    /// Level of each week before the origin, the latest first.
    past: Vec<f64>,
    log_level: f64,
    trend: f64,
    variance: f64,
    drift: f64,
}

impl LevelCourse {
    /// Levels of the records' weeks, the pattern taken out.
    pub(super) fn learned(observed: &[Observed], pattern: &Pattern, variation: f64) -> Self {
        let weeks = observed.iter().map(Observed::week).max().map_or(0, |last| last + 1);
        let mut sums = vec![(0.0, 0.0); weeks];
        for o in observed {
            let sum = &mut sums[o.week()];
            *sum = (sum.0 + o.contacts * o.seconds / pattern.at(o.class, o.slot), sum.1 + o.contacts);
        }
        let known: Vec<Option<(f64, f64)>> = sums
            .iter()
            .rev()
            .map(|&(sum, weight)| {
                (weight > 0.0).then(|| ((sum / weight).max(1e-3).ln(), variation * variation / weight + WEEK_SD * WEEK_SD))
            })
            .collect();
        let plain = best(&known, 0.0);
        let trended = best(&known, TREND_SD);
        let chosen = if trended.error < TREND_GAIN * plain.error { trended } else { plain };
        let past = chosen.smoothed.iter().rev().map(|level| level.exp()).collect();
        let Filter { level, trend, variance, drift, .. } = chosen;
        Self { past, log_level: level, trend, variance, drift }
    }

    /// Level `week` weeks before the origin.
    pub(super) fn past(&self, week: usize) -> f64 {
        self.past.get(week).or(self.past.last()).copied().unwrap_or(1.0)
    }

    /// Expected level `weeks` weeks after the origin.
    pub(super) fn ahead(&self, weeks: f64) -> f64 {
        let sum = DAMPING * (1.0 - DAMPING.powf(weeks)) / (1.0 - DAMPING);
        (self.log_level + self.trend * sum).exp()
    }

    /// Standard deviation of the log level of a week `weeks` weeks after the origin.
    pub(super) fn log_sd(&self, weeks: f64) -> f64 {
        (self.variance + self.drift * self.drift * weeks + WEEK_SD * WEEK_SD).sqrt()
    }
}

/// A run of the filter over the weeks, oldest first.
#[derive(Debug, Clone)]
struct Filter {
    level: f64,
    trend: f64,
    variance: f64,
    drift: f64,
    /// Weighted mean square of the one-week-ahead errors.
    error: f64,
    /// Level of every week, later weeks taken into account: `len == weeks`.
    smoothed: Vec<f64>,
}

/// The run with the least error.
fn best(known: &[Option<(f64, f64)>], trend_sd: f64) -> Filter {
    let runs = DRIFTS.into_iter().map(|drift| run(known, drift, trend_sd));
    runs.min_by(|a, b| a.error.total_cmp(&b.error)).expect("there are drifts")
}

/// Kalman filter of level and trend, then a backward pass that draws each week's level to the later ones.
fn run(known: &[Option<(f64, f64)>], drift: f64, trend_sd: f64) -> Filter {
    let first = known.iter().flatten().next().map_or(0.0, |week| week.0);
    let shock = (1.0 - DAMPING * DAMPING) * trend_sd * trend_sd;
    let (mut level, mut trend) = (first, 0.0);
    // Covariance of level and trend.
    let (mut ll, mut lt, mut tt) = (0.25, 0.0, trend_sd * trend_sd);
    let (mut error, mut weight, mut begun) = (0.0, 0.0, false);
    let mut filtered = Vec::with_capacity(known.len());
    for week in known {
        level += DAMPING * trend;
        trend *= DAMPING;
        ll += 2.0 * DAMPING * lt + DAMPING * DAMPING * tt + drift * drift;
        lt = DAMPING * lt + DAMPING * DAMPING * tt;
        tt = DAMPING * DAMPING * tt + shock;
        let predicted = ll;
        if let Some((x, noise)) = *week {
            let miss = x - level;
            if begun {
                error += miss * miss / (noise + 0.0004);
                weight += 1.0 / (noise + 0.0004);
            }
            begun = true;
            let total = ll + noise;
            // A week three standard deviations off is drawn in.
            let held = total * (miss.abs() / (3.0 * total.sqrt())).max(1.0);
            let (gain, gain_trend) = (ll / held, lt / held);
            level += gain * miss;
            trend += gain_trend * miss;
            tt -= gain_trend * lt;
            lt -= gain * lt;
            ll -= gain * ll;
        }
        filtered.push((level, ll, predicted));
    }
    let mut smoothed: Vec<f64> = filtered.iter().map(|week| week.0).collect();
    for week in (0..smoothed.len().saturating_sub(1)).rev() {
        let share = (filtered[week].1 / filtered[week + 1].2.max(1e-12)).min(1.0);
        smoothed[week] += share * (smoothed[week + 1] - smoothed[week]);
    }
    let error = if weight > 0.0 { error / weight } else { 1.0 };
    Filter { level, trend, variance: ll, drift, error, smoothed }
}
