//! Paths of demand over the months: one factor a month on all contacts, errors that last.

use rand_distr::{Distribution, StandardNormal};
use solver_data::Seed;

use super::need::NeedMonth;

/// Correlation of the log factor from a month to the next: a misjudged level stays misjudged.
const NEXT_MONTH: f64 = 0.85;

/// Factors of mean 1 on the contacts of each month, one row a path: log-normal with the months' standard deviations,
/// autoregressive from month to month.
pub(super) fn paths(months: &[NeedMonth], count: usize, seed: Seed) -> Vec<Vec<f64>> {
    let path = |k: usize| {
        let seed = seed.stream(k as u64);
        let mut error = 0.0;
        months
            .iter()
            .enumerate()
            .map(|(m, month)| {
                let shock: f64 = StandardNormal.sample(&mut seed.stream(m as u64).rng());
                let kept = if m == 0 { 0.0 } else { NEXT_MONTH };
                error = kept * error + f64::sqrt(1.0 - kept * kept) * shock;
                let sd = (1.0 + month.relative_sd * month.relative_sd).ln().sqrt();
                (sd * error - 0.5 * sd * sd).exp()
            })
            .collect()
    };
    (0..count).map(path).collect()
}

/// Factor of each month that a share of the paths stays within.
pub(super) fn quantile(paths: &[Vec<f64>], share: f64) -> Vec<f64> {
    let months = paths.first().map_or(0, Vec::len);
    let one = |m: usize| {
        let mut own: Vec<f64> = paths.iter().map(|path| path[m]).collect();
        own.sort_by(f64::total_cmp);
        let place = share * (own.len() - 1) as f64;
        let (low, rest) = (place.floor() as usize, place.fract());
        own[low] + rest * (own[(low + 1).min(own.len() - 1)] - own[low])
    };
    (0..months).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn paths_have_the_spread_they_are_asked_for_and_repeat() {
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        let month = |relative_sd| NeedMonth { first, last: first, volume: vec![1000.0], relative_sd };
        let months = [month(0.05), month(0.10), month(0.20)];
        let drawn = paths(&months, 4_000, Seed(1));
        assert_eq!(drawn, paths(&months, 4_000, Seed(1)));
        for (m, month) in months.iter().enumerate() {
            let mean = drawn.iter().map(|path| path[m]).sum::<f64>() / 4_000.0;
            let variance = drawn.iter().map(|path| (path[m] - mean).powi(2)).sum::<f64>() / 4_000.0;
            assert!((mean - 1.0).abs() < 0.012 && (variance.sqrt() / month.relative_sd - 1.0).abs() < 0.06);
        }
        let (median, high) = (quantile(&drawn, 0.5), quantile(&drawn, 0.9));
        assert!((0..3).all(|m| median[m] < 1.01 && high[m] > 1.0 + months[m].relative_sd));
    }
}
