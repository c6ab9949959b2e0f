//! Season of the year as past years showed it, day by day.
//!
//! 1. z[d]: log day level less weekday and calendar effects as known on d, ordinary days only.
//! 2. v[d] = z[d] - mean of z over the 365 days about d, known half a year later.
//! 3. s[d] = `Σ v[j] w(k, j) / (Σ w(k, j) + 5)` over years k = 1, 2, … back and days j, where w(k, j) is
//!    `0.8^(k-1)` times a Gaussian kernel of 6 days about d - 365.25 k.
//!
//! s[d] looks at no day later than 182 - 18 days before d, so that no horizon of a cut sees its own future. How much of it
//! is believed is a state of the filter.

/// Days in a year.
const YEAR: f64 = 365.25;
/// Half of the window whose mean is the level of a year.
const HALF: usize = 182;
/// Standard deviation and reach of the kernel, in days.
const BANDWIDTH: f64 = 6.0;
const REACH: i64 = 18;
/// Kernel weight that counts as much as what is known.
const PRIOR: f64 = 5.0;
/// What a year further back weighs.
const RECENCY: f64 = 0.8;
/// Least share of the window that must be known.
const KNOWN_SHARE: f64 = 0.5;

/// Seasonal deviation of the log level for each day: 0 where no past year tells.
pub(crate) fn seasonal(adjusted: &[f64]) -> Vec<f64> {
    let deviations = deviations(adjusted);
    let kernel: Vec<f64> = (-REACH..=REACH).map(|offset| (-0.5 * (offset as f64 / BANDWIDTH).powi(2)).exp()).collect();
    (0..adjusted.len())
        .map(|day| {
            let (mut sum, mut weight, mut trust) = (0.0, 0.0, 1.0);
            for centre in (1..).map(|year| day as i64 - (YEAR * f64::from(year)).round() as i64).take_while(|centre| *centre > 0)
            {
                for (day, kernel) in (centre - REACH..).zip(&kernel) {
                    let deviation = usize::try_from(day).ok().and_then(|day| deviations.get(day)).copied().unwrap_or(f64::NAN);
                    if !deviation.is_nan() {
                        (sum, weight) = (sum + trust * kernel * deviation, weight + trust * kernel);
                    }
                }
                trust *= RECENCY;
            }
            sum / (weight + PRIOR)
        })
        .collect()
}

/// Deviation of each day from the mean of the year about it; not a number where either is unknown.
fn deviations(adjusted: &[f64]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0)];
    for value in adjusted {
        let &(sum, number) = sums.last().expect("it begins with zero");
        sums.push(if value.is_nan() { (sum, number) } else { (sum + value, number + 1.0) });
    }
    let about = |day: usize| {
        let (from, until) = (day.checked_sub(HALF)?, day + HALF + 1);
        let (before, after) = (sums[from], *sums.get(until)?);
        let number = after.1 - before.1;
        (number >= KNOWN_SHARE * (until - from) as f64).then(|| (after.0 - before.0) / number)
    };
    adjusted.iter().enumerate().map(|(day, value)| about(day).map_or(f64::NAN, |mean| value - mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(day: usize) -> f64 {
        5.0 + 0.3 * (std::f64::consts::TAU * day as f64 / YEAR).sin()
    }

    #[test]
    fn a_season_that_returns_is_known_in_the_third_year() {
        let adjusted: Vec<f64> = (0..1100).map(course).collect();
        let season = seasonal(&adjusted);
        assert!(season[..500].iter().all(|deviation| *deviation == 0.0));
        for (day, deviation) in season.iter().enumerate().skip(800) {
            approx::assert_abs_diff_eq!(*deviation, course(day) - 5.0, epsilon = 0.1);
        }
    }

    #[test]
    fn the_latest_five_months_do_not_enter() {
        let adjusted: Vec<f64> = (0..1100).map(course).collect();
        let changed: Vec<f64> = (0..1100).map(|day| if day < 936 { course(day) } else { 9.0 }).collect();
        assert_eq!(seasonal(&adjusted)[1050..], seasonal(&changed)[1050..]);
    }
}
