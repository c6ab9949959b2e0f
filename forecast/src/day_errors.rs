//! How day-level errors hang together, from the same backtest that the intervals are measured on.
//!
//! e[q, d] = ln((y + 1/2) / (ŷ + 1/2)) of the day totals, with noise variance n = φ / ŷ of counts about the level. Noise is
//! independent from day to day and from queue to queue, so covariances estimate those of the levels as they are, and level
//! variances are the total less the noise. Errors are winsorised at three standard deviations.
//!
//! - next day: Σ e[d] e[d + 1] over consecutive days of one past path, shrunk to 0.3
//! - across: correlation of each pair on common days of one origin, shrunk to their mean by its sampling error (empirical
//!   Bayes), the mean itself shrunk to 0.3
//!
//! # Source
//! Ledoit, Wolf (2004), Journal of Portfolio Management 30(4) (shrinkage to equicorrelation).

use std::collections::BTreeMap;

use solver_data::DayErrors;

use crate::model::Path;
use crate::pool::Pooled;
use crate::series::QueueSeries;

/// Variance / mean of counts that is taken as noise.
const NOISE: f64 = 1.5;
/// Correlation expected before anything is measured: queues of one centre have a bad day together.
const PRIOR: f64 = 0.3;
/// Pairs of days that weigh as much as the expectation.
const PRIOR_PAIRS: f64 = 20.0;
/// Smallest share of an error's variance that is taken for level rather than noise.
const LEAST_LEVEL: f64 = 0.2;
/// Queues up to which every pair is measured; beyond, all pairs take the mean of a sample.
const MEASURED_QUEUES: usize = 64;

/// Day-level errors of one queue on its past paths.
#[derive(Debug, Clone, Default)]
pub(crate) struct DayErrorTrace {
    /// Standardised error by (first day of the path, day).
    errors: BTreeMap<(usize, usize), f64>,
    /// Share of the errors' variance that is level, not noise.
    level_share: f64,
    /// Standard deviation of each day of the horizon over their root mean square.
    relative_sd: Vec<f64>,
}

impl DayErrorTrace {
    /// The errors of a pool's past paths, and how its stated standard deviation runs over the horizon.
    pub(crate) fn of(series: &QueueSeries, pooled: &Pooled) -> Self {
        let (mut errors, mut noise) = (BTreeMap::new(), 0.0);
        for (cut, path) in &pooled.past {
            for (h, day) in (cut.from..cut.until).enumerate() {
                let mean = &path.mean[h * series.slots..(h + 1) * series.slots];
                let known = series.day(day).iter().zip(mean).filter(|(y, _)| !y.is_nan());
                let (actual, expected) = known.fold((0.0, 0.0), |(y, m), (count, mean)| (y + count, m + mean));
                if expected > 0.0 {
                    errors.insert((cut.from, day), f64::ln((actual + 0.5) / (expected + 0.5)));
                    noise += NOISE / expected.max(1.0);
                }
            }
        }
        let number = errors.len().max(1) as f64;
        let variance = errors.values().map(|e| e * e).sum::<f64>() / number;
        let sd = variance.sqrt().max(1e-9);
        for error in errors.values_mut() {
            *error = (*error / sd).clamp(-3.0, 3.0);
        }
        let level_share = (1.0 - noise / number / variance.max(1e-12)).clamp(LEAST_LEVEL, 1.0);
        Self { errors, level_share, relative_sd: relative_sd(&pooled.path) }
    }
}

/// The joint law of the queues' errors, in their order.
pub(crate) fn joint(traces: &[DayErrorTrace]) -> DayErrors {
    let across = across(traces);
    DayErrors::correlated(next_day(traces), across, traces.iter().map(|trace| trace.relative_sd.clone()).collect())
}

fn relative_sd(path: &Path) -> Vec<f64> {
    let Some(sd) = path.day_sd.as_ref().filter(|sd| !sd.is_empty()) else { return Vec::new() };
    let root_mean_square = (sd.iter().map(|sd| sd * sd).sum::<f64>() / sd.len() as f64).sqrt();
    if root_mean_square > 0.0 { sd.iter().map(|sd| sd / root_mean_square).collect() } else { Vec::new() }
}

fn next_day(traces: &[DayErrorTrace]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for trace in traces {
        for (&(from, day), error) in &trace.errors {
            if let Some(next) = trace.errors.get(&(from, day + 1)) {
                sum += error * next / trace.level_share;
                pairs += 1.0;
            }
        }
    }
    // Queues of one centre err together: a pair of days counts once however many queues show it.
    let evidence = pairs / traces.len().max(1) as f64;
    let measured = if pairs > 0.0 { sum / pairs } else { PRIOR };
    ((evidence * measured + PRIOR_PAIRS * PRIOR) / (evidence + PRIOR_PAIRS)).clamp(0.0, 0.95)
}

/// Correlation of one pair of queues, and the days it was measured on.
#[derive(Debug, Clone, Copy)]
struct Pair {
    correlation: f64,
    days: f64,
}

impl Pair {
    fn measured(one: &DayErrorTrace, other: &DayErrorTrace) -> Option<Self> {
        let common = one.errors.iter().filter_map(|(key, error)| Some(error * other.errors.get(key)?));
        let (sum, days) = common.fold((0.0, 0.0), |(sum, days), product| (sum + product, days + 1.0));
        let scale = (one.level_share * other.level_share).sqrt();
        (days > 0.0).then(|| Self { correlation: (sum / days / scale).clamp(-0.95, 0.95), days })
    }

    /// Variance of the measured correlation about the true one.
    fn sampling_variance(self) -> f64 {
        (1.0 - self.correlation * self.correlation).powi(2).max(0.05) / self.days.max(2.0)
    }
}

fn across(traces: &[DayErrorTrace]) -> Vec<f64> {
    let queues = traces.len();
    let among = queues.min(MEASURED_QUEUES);
    let mut pairs = BTreeMap::new();
    for one in 0..among {
        for other in one + 1..among {
            pairs.extend(Pair::measured(&traces[one], &traces[other]).map(|pair| ((one, other), pair)));
        }
    }
    let number = pairs.len() as f64;
    let days = pairs.values().map(|pair| pair.days).sum::<f64>() / number.max(1.0);
    let raw = pairs.values().map(|pair| pair.correlation).sum::<f64>() / number.max(1.0);
    let mean = if pairs.is_empty() { PRIOR } else { (days * raw + PRIOR_PAIRS * PRIOR) / (days + PRIOR_PAIRS) };
    let spread = pairs.values().map(|pair| (pair.correlation - raw).powi(2)).sum::<f64>() / number.max(1.0);
    let noise = pairs.values().map(|pair| pair.sampling_variance()).sum::<f64>() / number.max(1.0);
    let between = (spread - noise).max(0.0);
    let mut across = vec![mean; queues * queues];
    for (&(one, other), pair) in &pairs {
        let trust = between / (between + pair.sampling_variance());
        let value = mean + trust * (pair.correlation - raw);
        (across[one * queues + other], across[other * queues + one]) = (value, value);
    }
    across
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{BANK, USA, date, holidays, request, single};
    use crate::stage::forecast;
    use solver_data::{PathSampler, Seed};

    /// Errors of 84 days in 12 paths: a common part of weight `common`, AR(1) from day to day.
    fn traces(queues: u64, common: f64, next_day: f64) -> Vec<DayErrorTrace> {
        let normal = |seed: Seed| (0..12).map(|k| seed.stream(k).0 as f64 / u64::MAX as f64).sum::<f64>() - 6.0;
        let course = |seed: Seed| {
            let mut level = 0.0;
            let shocks = (0..7).map(move |day| normal(seed.stream(day)));
            shocks.enumerate().map(move |(day, shock)| {
                let kept = if day == 0 { 0.0 } else { next_day };
                level = kept * level + (1.0 - kept * kept).sqrt() * shock;
                level
            })
        };
        let trace = |q: u64| {
            let mut errors = BTreeMap::new();
            for path in 0..12 {
                let shared = course(Seed(1).stream(path));
                let own = course(Seed(100 + q).stream(path));
                for (day, (shared, own)) in shared.zip(own).enumerate() {
                    let error = common.sqrt() * shared + (1.0 - common).sqrt() * own;
                    errors.insert((7 * path as usize, 7 * path as usize + day), error);
                }
            }
            DayErrorTrace { errors, level_share: 1.0, relative_sd: Vec::new() }
        };
        (0..queues).map(trace).collect()
    }

    #[test]
    fn queues_that_err_together_correlate_and_others_do_not() {
        let mean = |errors: &DayErrors| (1..5).map(|q| errors.across(0, q)).sum::<f64>() / 4.0;
        let (close, apart) = (joint(&traces(5, 0.8, 0.0)), joint(&traces(5, 0.0, 0.0)));
        assert!((0.55..0.95).contains(&mean(&close)), "{}", mean(&close));
        assert!(mean(&apart).abs() < 0.2, "{}", mean(&apart));
    }

    #[test]
    fn days_that_follow_one_another_correlate_as_they_did() {
        let (clinging, free) = (joint(&traces(4, 0.3, 0.8)).next_day(), joint(&traces(4, 0.3, 0.0)).next_day());
        assert!((0.5..0.9).contains(&clinging), "{clinging}");
        assert!(free < 0.2, "{free}");
    }

    #[test]
    fn sampled_paths_fall_into_the_intervals_as_often_as_these_say() {
        let (history, calendar) = (single(BANK), holidays(USA));
        let answer = forecast(&request(&history, &calendar, date(2003, 8, 18), 7)).unwrap();
        let sampler = PathSampler::new(&answer);
        let queue = &answer.queues[0];
        let busy: Vec<usize> = (0..queue.mean.len()).filter(|&t| queue.open[t] && queue.mean[t] > 20.0).collect();
        let mut inside = [0.0; 2];
        let paths = 400;
        for k in 0..paths {
            let path = sampler.draw(Seed(2).stream(k));
            for (inside, band) in inside.iter_mut().zip(&queue.bands) {
                let count = |t: usize| f64::from(path[0].values()[t]);
                *inside += busy.iter().filter(|&&t| (band.lo[t]..=band.hi[t]).contains(&count(t))).count() as f64;
            }
        }
        let share = inside.map(|inside| inside / (paths as f64 * busy.len() as f64));
        assert!((share[0] - 0.80).abs() < 0.07 && (share[1] - 0.95).abs() < 0.035, "{share:?}");
    }

    #[test]
    fn without_a_past_the_expectation_stands() {
        let errors = joint(&vec![DayErrorTrace::default(); 3]);
        assert_eq!((errors.across(0, 1), errors.across(2, 2), errors.next_day()), (PRIOR, 1.0, PRIOR));
        assert_eq!(joint(&[DayErrorTrace::default()]).queues(), 1);
    }
}
