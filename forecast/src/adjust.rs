//! What a change of the mean does to the intervals around it.
//!
//! On the square-root scale a count with mean m spreads as s(m, σ)² = (φ + m σ²) / 4, as in `interval`. A change of the mean
//! to m' and of the day-level standard deviation to σ' keeps the interval's ends the same number of spreads away:
//! √(hi' + 1/4) = √(m' + 1/4) + (√(hi + 1/4) - √(m + 1/4)) s(m', σ') / s(m, σ).

use solver_data::{DemandUncertainty, QueueForecast};

/// Day-level standard deviation before and after a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LevelSd {
    /// Before.
    pub(crate) before: f64,
    /// After.
    pub(crate) after: f64,
}

/// Multiplies the mean of interval `t` by `factor` and moves its intervals along.
pub(crate) fn rescale(queue: &mut QueueForecast, t: usize, factor: f64, sd: LevelSd) {
    let (before, after) = (queue.mean[t], queue.mean[t] * factor);
    let DemandUncertainty { overdispersion, .. } = queue.uncertainty;
    let ratio = spread(after, sd.after, overdispersion) / spread(before, sd.before, overdispersion);
    queue.mean[t] = after;
    for band in &mut queue.bands {
        let end = |end: f64| unroot(root(after) + (root(end) - root(before)) * ratio);
        (band.lo[t], band.hi[t]) = (end(band.lo[t]).min(after), end(band.hi[t]).max(after));
    }
}

/// Standard deviation of √(y + 1/4) about a mean.
pub(crate) fn spread(mean: f64, day_sd: f64, overdispersion: f64) -> f64 {
    ((overdispersion + mean * day_sd * day_sd) / 4.0).sqrt().max(1e-6)
}

/// The square-root scale of counts.
pub(crate) fn root(count: f64) -> f64 {
    (count + 0.25).sqrt()
}

/// Back from the square-root scale; 0 at least.
pub(crate) fn unroot(root: f64) -> f64 {
    (root.max(0.0).powi(2) - 0.25).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{after, lively, request};
    use crate::stage::forecast;
    use solver_data::Calendar;

    #[test]
    fn intervals_still_nest_around_a_changed_mean_and_narrow_with_the_level() {
        let (history, calendar) = (lively(70, 40.0), Calendar::default());
        let plain = forecast(&request(&history, &calendar, after(70), 7)).unwrap().queues.remove(0);
        let sd = plain.uncertainty.day_level_sd;
        for (factor, kept) in [(1.0, 1.0), (0.5, 1.0), (2.0, 0.3), (0.0, 0.5)] {
            let mut changed = plain.clone();
            (0..plain.mean.len()).for_each(|t| rescale(&mut changed, t, factor, LevelSd { before: sd, after: sd * kept }));
            for t in 0..plain.mean.len() {
                let (inner, outer) = (&changed.bands[0], &changed.bands[1]);
                assert!(outer.lo[t] <= inner.lo[t] && inner.lo[t] <= changed.mean[t]);
                assert!(changed.mean[t] <= inner.hi[t] && inner.hi[t] <= outer.hi[t]);
                if factor == 1.0 {
                    approx::assert_relative_eq!(inner.hi[t], plain.bands[0].hi[t], max_relative = 1e-9, epsilon = 1e-9);
                }
            }
        }
    }
}
