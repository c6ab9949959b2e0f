//! Peaks: the intervals most likely to exceed a level.
//!
//! The predictive law of an interval is the one its prediction intervals state: on the square-root scale the ends of the
//! bands are its quantiles (the upper end of the 80 % interval is exceeded with probability 0.1) and the mean its middle.
//! Between them the normal score is linear in √(y + 1/4); beyond the outermost it goes on with the last slope. Without bands
//! the law is normal there with the spread of `adjust`.

use solver_data::{DemandForecast, QueueForecast};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::adjust::{root, spread};

/// Share of a queue's open intervals whose mean lies below its default level.
const BUSY: f64 = 0.95;

/// An interval that may exceed its level.
#[derive(Debug, Clone, PartialEq)]
pub struct Peak {
    /// Index of the queue in the forecast.
    pub queue: usize,
    /// Interval of the grid.
    pub interval: usize,
    /// Expected contacts.
    pub mean: f64,
    /// Contacts that the probability is about.
    pub level: f64,
    /// Probability of more contacts than the level.
    pub probability: f64,
}

/// What intervals are held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PeakLevel<'a> {
    /// The 95th percentile of the queue's own means over the horizon.
    Busy,
    /// So many contacts an interval.
    Contacts(f64),
    /// Contacts that can be served, by queue and interval; not a number where nothing is known.
    Capacity(&'a [Vec<f64>]),
}

/// All open intervals with the probability that they exceed their level, the likeliest first; equal ones by mean, then queue
/// and time.
pub fn peaks(forecast: &DemandForecast, level: PeakLevel<'_>) -> Vec<Peak> {
    let mut peaks = Vec::new();
    for (q, queue) in forecast.queues.iter().enumerate() {
        let busy = busy_level(queue);
        for t in (0..forecast.grid.len()).filter(|&t| queue.open[t]) {
            let level = match level {
                PeakLevel::Busy => busy,
                PeakLevel::Contacts(contacts) => contacts,
                PeakLevel::Capacity(capacity) => capacity[q][t],
            };
            if !level.is_nan() {
                let probability = exceedance(queue, t, level, forecast.day_errors.relative_sd(q, forecast.grid.day_of(t)));
                peaks.push(Peak { queue: q, interval: t, mean: queue.mean[t], level, probability });
            }
        }
    }
    peaks.sort_by(|a, b| {
        let likelier = b.probability.total_cmp(&a.probability).then(b.mean.total_cmp(&a.mean));
        likelier.then(a.queue.cmp(&b.queue)).then(a.interval.cmp(&b.interval))
    });
    peaks
}

/// The 95th percentile of the means of the open intervals; 0 where there is none.
pub fn busy_level(queue: &QueueForecast) -> f64 {
    let mut means: Vec<f64> = queue.mean.iter().zip(&queue.open).filter(|(_, open)| **open).map(|(mean, _)| *mean).collect();
    means.sort_by(f64::total_cmp);
    let place = BUSY * means.len().saturating_sub(1) as f64;
    let at = |place: usize| means.get(place).copied().unwrap_or(0.0);
    at(place.floor() as usize) + place.fract() * (at(place.ceil() as usize) - at(place.floor() as usize))
}

/// Probability that interval `t` of a queue brings more than `level` contacts.
///
/// - `relative_sd`: standard deviation of its day over the queue's, used where the forecast has no bands
pub fn exceedance(queue: &QueueForecast, t: usize, level: f64, relative_sd: f64) -> f64 {
    if !queue.open[t] || level < 0.0 {
        return f64::from(u8::from(queue.open[t]));
    }
    let normal = Normal::standard();
    let mut knots: Vec<(f64, f64)> = vec![(root(queue.mean[t]), 0.0)];
    for band in &queue.bands {
        let score = normal.inverse_cdf(0.5 + band.level / 2.0);
        knots.extend([(root(band.lo[t]), -score), (root(band.hi[t]), score)]);
    }
    if queue.bands.is_empty() {
        let sd = spread(queue.mean[t], queue.uncertainty.day_level_sd * relative_sd, queue.uncertainty.overdispersion);
        knots.extend([(root(queue.mean[t]) - sd, -1.0), (root(queue.mean[t]) + sd, 1.0)]);
    }
    knots.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    normal.sf(score(&knots, root(level)))
}

/// Normal score at `x` by linear interpolation between knots of ascending place and score.
fn score(knots: &[(f64, f64)], x: f64) -> f64 {
    // Ends that coincide, as at 0 contacts, make no slope: the segment that has one is taken.
    let last = knots.len() - 1;
    let after = knots.partition_point(|knot| knot.0 <= x);
    let upper = (after.clamp(1, last)..=last).find(|&k| knots[k].0 > knots[k - 1].0);
    let segment = upper.or_else(|| (1..=last).rev().find(|&k| knots[k].0 > knots[k - 1].0));
    match segment {
        Some(k) => {
            let ((x0, z0), (x1, z1)) = (knots[k - 1], knots[k]);
            z0 + (x - x0) * (z1 - z0) / (x1 - x0)
        }
        None if x < knots[0].0 => f64::NEG_INFINITY,
        None => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{BANK, USA, date, holidays, request, single};
    use crate::stage::forecast;

    fn bank() -> DemandForecast {
        let (history, calendar) = (single(BANK), holidays(USA));
        forecast(&request(&history, &calendar, date(2003, 8, 18), 7)).unwrap()
    }

    #[test]
    fn ends_of_the_intervals_are_exceeded_as_often_as_they_say() {
        let answer = bank();
        let queue = &answer.queues[0];
        for t in (0..queue.mean.len()).filter(|&t| queue.open[t] && queue.mean[t] > 20.0) {
            for (level, wanted) in
                [(queue.bands[0].hi[t], 0.1), (queue.bands[1].hi[t], 0.025), (queue.bands[0].lo[t], 0.9), (queue.mean[t], 0.5)]
            {
                approx::assert_relative_eq!(exceedance(queue, t, level, 1.0), wanted, max_relative = 1e-6);
            }
        }
    }

    #[test]
    fn the_probability_falls_as_the_level_rises() {
        let answer = bank();
        let queue = &answer.queues[0];
        for t in (0..queue.mean.len()).filter(|&t| queue.open[t]) {
            let chances: Vec<f64> = (0..400).map(|level| exceedance(queue, t, f64::from(level), 1.0)).collect();
            assert!(chances.windows(2).all(|pair| pair[1] <= pair[0]), "interval {t}");
            assert!(chances.iter().all(|chance| (0.0..=1.0).contains(chance)));
        }
    }

    #[test]
    fn peaks_come_likeliest_first_and_the_busiest_interval_is_among_the_first() {
        let answer = bank();
        let found = peaks(&answer, PeakLevel::Busy);
        assert!(found.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
        assert_eq!(found.len(), answer.queues[0].open.iter().filter(|open| **open).count());
        let most = answer.queues[0].mean.iter().copied().fold(0.0, f64::max);
        assert!(found[..5].iter().any(|peak| peak.mean == most));
        let none = vec![vec![f64::NAN; answer.grid.len()]];
        assert!(peaks(&answer, PeakLevel::Capacity(&none)).is_empty());
        assert!(peaks(&answer, PeakLevel::Contacts(1e6)).iter().all(|peak| peak.probability < 1e-6));
    }
}
