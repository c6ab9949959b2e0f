//! Day totals that an outage or a burst of some slots does not bend.

use crate::robust::median;

/// A slot this many standard deviations off on the square-root scale is an outage or a burst, not a profile.
const OUTLIER: f64 = 5.0;
/// Least share of a day that must look regular; with less the day itself is odd and its plain total stands.
const REGULAR_SHARE: f64 = 0.6;
/// Least share of a day's profile that must be known for a total.
const KNOWN_SHARE: f64 = 0.05;
/// Weight of a new day in the variance of square-root residuals.
const LEARNING_RATE: f64 = 0.05;
/// Least variance of square-root residuals: Poisson's.
const LEAST_VARIANCE: f64 = 0.25;
/// Median of the square of a standard normal variable.
const MEDIAN_SQUARE: f64 = 0.4549;

/// The total that a day would have had with every slot known, and its counts as they are.
///
/// Not a number where less than 5 % of the profile is known.
pub(crate) fn plain_total(counts: &[f64], profile: &[f64]) -> (f64, Vec<f64>) {
    let total = ratio(counts, profile, &vec![true; counts.len()]).map_or(f64::NAN, |(total, _)| total);
    (total, counts.to_vec())
}

/// Robust totals; learns the spread of regular slots as days go by.
#[derive(Debug, Clone)]
pub(crate) struct RobustTotal {
    /// Variance of √(y + 1/4) about its expectation.
    variance: f64,
}

impl Default for RobustTotal {
    fn default() -> Self {
        Self { variance: 0.5 }
    }
}

impl RobustTotal {
    /// Total of a day by its regular slots, and its counts with outliers drawn in to five standard deviations.
    pub(crate) fn total(&mut self, counts: &[f64], profile: &[f64]) -> (f64, Vec<f64>) {
        let everything = vec![true; counts.len()];
        let Some((mut total, known)) = ratio(counts, profile, &everything) else { return plain_total(counts, profile) };
        let reach = OUTLIER * self.variance.sqrt();
        self.learn(counts, profile, total);
        let mut regular = everything;
        for _ in 0..3 {
            regular =
                (0..counts.len()).map(|i| counts[i].is_nan() || residual(counts[i], total * profile[i]).abs() <= reach).collect();
            match ratio(counts, profile, &regular) {
                Some((robust, share)) if share >= REGULAR_SHARE * known => total = robust,
                _ => return plain_total(counts, profile),
            }
        }
        let drawn_in = |i: usize| {
            let expected = (total * profile[i] + 0.25).sqrt();
            let root = (counts[i] + 0.25).sqrt().clamp(expected - reach, expected + reach);
            (root.max(0.0).powi(2) - 0.25).max(0.0)
        };
        let cleaned = (0..counts.len()).map(|i| if regular[i] { counts[i] } else { drawn_in(i) }).collect();
        (total, cleaned)
    }

    /// The median square tells the variance whatever befell the lesser half of the day.
    fn learn(&mut self, counts: &[f64], profile: &[f64], total: f64) {
        let squares: Vec<f64> = (0..counts.len())
            .filter(|&i| !counts[i].is_nan() && profile[i] > 0.0)
            .map(|i| residual(counts[i], total * profile[i]).powi(2))
            .collect();
        if let Some(square) = median(squares) {
            let variance = square / MEDIAN_SQUARE;
            self.variance = (self.variance + LEARNING_RATE * (variance - self.variance)).max(LEAST_VARIANCE);
        }
    }
}

/// Σ counts / Σ profile over the known slots to be used, and the share of the profile they cover.
fn ratio(counts: &[f64], profile: &[f64], used: &[bool]) -> Option<(f64, f64)> {
    let cells = counts.iter().zip(profile).zip(used).filter(|((count, _), used)| !count.is_nan() && **used);
    let (sum, share) = cells.fold((0.0, 0.0), |(sum, share), ((count, part), _)| (sum + count, share + part));
    (share >= KNOWN_SHARE).then(|| (sum / share, share))
}

/// √(y + 1/4) less its expectation; not a number where the count is unknown.
fn residual(count: f64, expected: f64) -> f64 {
    (count + 0.25).sqrt() - (expected + 0.25).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: [f64; 10] = [0.1; 10];

    #[test]
    fn two_dead_slots_do_not_bend_the_total() {
        let mut counts = [50.0; 10];
        counts[3..5].fill(0.0);
        let (total, cleaned) = RobustTotal::default().total(&counts, &PROFILE);
        approx::assert_relative_eq!(total, 500.0, max_relative = 1e-9);
        assert!(cleaned[3] > 5.0 && cleaned[0] == 50.0);
        approx::assert_relative_eq!(plain_total(&counts, &PROFILE).0, 400.0, max_relative = 1e-9);
    }

    #[test]
    fn an_unknown_slot_is_filled_by_the_profile_and_stays_unknown() {
        let mut counts = [50.0; 10];
        counts[3] = f64::NAN;
        let (total, cleaned) = RobustTotal::default().total(&counts, &PROFILE);
        approx::assert_relative_eq!(total, 500.0, max_relative = 1e-9);
        assert!(cleaned[3].is_nan());
    }

    #[test]
    fn a_day_that_is_odd_throughout_keeps_its_plain_total() {
        let counts = [500.0, 0.0, 0.0, 0.0, 500.0, 0.0, 0.0, 0.0, 500.0, 0.0];
        let total: f64 = RobustTotal::default().total(&counts, &PROFILE).0;
        approx::assert_relative_eq!(total, 1500.0, max_relative = 1e-9);
    }
}
