//! Expected contacts with their prediction intervals, and the contacts they are drawn beside.

use std::ops::Range;

use solver_data::{Band, ContactHistory, QueueForecast};

use super::number;
use super::week::Week;

/// Expected contacts on a grid; every vector has one value an interval of that grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    /// Whether contacts may come.
    pub open: Vec<bool>,
    /// Expected contacts.
    pub mean: Vec<f64>,
    /// Prediction intervals, as in the forecast.
    pub bands: Vec<Band>,
    /// What came, or the week before; `None` where nothing is known.
    pub counts: Option<Vec<Option<f64>>>,
}

impl Volume {
    /// All queues together on the forecast's grid.
    pub fn total(week: &Week<'_>) -> Self {
        let queues = &week.planned.forecast.queues;
        let parts = |t: usize| queues.iter().map(|queue| (queue, t)).collect::<Vec<_>>();
        let counts = beside(week, |history, days_back| week.recorded_total(history, days_back));
        Self::combined(week.demand.grid.len(), &parts, counts)
    }

    /// One queue by the hour.
    pub fn hourly(week: &Week<'_>, queue: &QueueForecast) -> Self {
        let per_hour = week.demand.hours.intervals;
        let parts = |hour: usize| (hour * per_hour..(hour + 1) * per_hour).map(|t| (queue, t)).collect::<Vec<_>>();
        let counts = beside(week, |history, days_back| {
            let counts = week.recorded(history, &queue.name, days_back);
            counts.chunks(per_hour).map(|hour| sum_known(hour.iter().copied())).collect()
        });
        Self::combined(week.demand.hours.grid.len(), &parts, counts)
    }

    /// Sums of parts, their intervals combined by [`half_width`].
    fn combined<'q>(
        length: usize,
        parts: &dyn Fn(usize) -> Vec<(&'q QueueForecast, usize)>,
        counts: Option<Vec<Option<f64>>>,
    ) -> Self {
        let (mut open, mut mean, mut bands): (Vec<bool>, Vec<f64>, Vec<Band>) = (Vec::new(), Vec::new(), Vec::new());
        for place in 0..length {
            let parts = parts(place);
            let sum: f64 = parts.iter().map(|&(queue, t)| queue.mean[t]).sum();
            open.push(parts.iter().any(|&(queue, t)| queue.open[t]));
            mean.push(sum);
            let levels = parts.first().map(|(queue, _)| queue.bands.iter().map(|band| band.level)).into_iter().flatten();
            for (index, level) in levels.enumerate() {
                if bands.len() == index {
                    bands.push(Band { level, lo: Vec::new(), hi: Vec::new() });
                }
                bands[index].lo.push((sum - half_width(&parts, level, |band, mean, t| mean - band.lo[t])).max(0.0));
                bands[index].hi.push(sum + half_width(&parts, level, |band, mean, t| band.hi[t] - mean));
            }
        }
        Self { open, mean, bands, counts }
    }

    /// Lower and upper ends of the interval of a coverage level.
    pub fn band(&self, level: f64) -> Option<(&[f64], &[f64])> {
        let band = self.bands.iter().find(|band| (band.level - level).abs() < 1e-9)?;
        Some((&band.lo, &band.hi))
    }

    /// What came in the open intervals of a range; `None` where nothing is known.
    pub fn came(&self, range: Range<usize>) -> Option<f64> {
        let counts = self.counts.as_ref()?;
        sum_known(range.filter(|&t| self.open[t]).map(|t| counts[t]))
    }

    /// Expected contacts of a range.
    pub fn expected(&self, range: Range<usize>) -> f64 {
        self.mean[range].iter().sum()
    }

    /// Largest value that a chart with the 95 % interval shows.
    pub fn largest(&self) -> f64 {
        let hi = self.bands.iter().flat_map(|band| &band.hi).chain(&self.mean).copied();
        let counts = self.counts.iter().flatten().flatten().copied();
        hi.chain(counts).filter(|value| value.is_finite()).fold(0.0, f64::max)
    }

    /// `forecast 412 · actual 398 · +3 %`, for a range.
    pub fn compared(&self, week: &Week<'_>, range: Range<usize>) -> String {
        let language = week.language;
        let expected = self.expected(range.clone());
        let forecast = format!("{} {}", language.say("forecast", "预测"), number::quantity(expected, 0));
        match self.came(range).filter(|came| *came > 0.0) {
            Some(came) => {
                let difference = number::signed_percent(expected / came - 1.0, 0, language);
                format!("{forecast} · {} {} · {difference}", beside_name(week), number::quantity(came, 0))
            }
            None => forecast,
        }
    }
}

/// What the forecast is drawn beside: the real contacts where they are known, else those of the week before.
pub fn beside_name(week: &Week<'_>) -> &'static str {
    if week.planned.replay.is_some() {
        week.language.say("actual", "实际")
    } else {
        week.language.say("week before", "上一周")
    }
}

fn beside(week: &Week<'_>, recorded: impl Fn(&ContactHistory, i64) -> Vec<Option<f64>>) -> Option<Vec<Option<f64>>> {
    let counts = match &week.planned.replay {
        Some(replay) => recorded(&replay.actual, 0),
        None => recorded(&week.planned.history, 7),
    };
    Some(counts).filter(|counts| counts.iter().any(Option::is_some))
}

/// Half-width of the interval of a sum, on the side that `width` measures.
///
/// Errors of the day's level are taken as shared by the parts and add up; the noise of intervals is taken as
/// independent and adds in squares. The split of each part's width is that of its variances.
fn half_width(parts: &[(&QueueForecast, usize)], level: f64, width: impl Fn(&Band, f64, usize) -> f64) -> f64 {
    let (mut shared, mut squares) = (0.0, 0.0);
    for &(queue, t) in parts {
        let Some(band) = queue.band(level) else { continue };
        let width = width(band, queue.mean[t], t).max(0.0);
        let by_level = (queue.mean[t] * queue.uncertainty.day_level_sd).powi(2);
        let by_noise = queue.uncertainty.overdispersion * queue.mean[t];
        let share = if by_level + by_noise > 0.0 { by_level / (by_level + by_noise) } else { 0.0 };
        shared += width * share.sqrt();
        squares += width * width * (1.0 - share);
    }
    f64::hypot(shared, squares.sqrt())
}

fn sum_known(counts: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    counts.flatten().fold(None, |sum, count| Some(sum.unwrap_or(0.0) + count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;

    #[test]
    fn the_interval_of_a_sum_is_narrower_than_the_sum_of_intervals() {
        let planned = Fixture::BANK.planned();
        let queues = &planned.forecast.queues;
        let parts: Vec<(&QueueForecast, usize)> = queues.iter().map(|queue| (queue, 40)).collect();
        let width = |band: &Band, mean: f64, t: usize| band.hi[t] - mean;
        let combined = half_width(&parts, 0.80, width);
        let sum: f64 = parts.iter().map(|part| half_width(&[*part], 0.80, width)).sum();
        let largest = parts.iter().map(|part| half_width(&[*part], 0.80, width)).fold(0.0, f64::max);
        assert!(largest < combined && combined < sum, "{largest} {combined} {sum}");
    }

    #[test]
    fn a_single_part_keeps_its_interval() {
        let planned = Fixture::BANK.planned();
        let queue = &planned.forecast.queues[0];
        let width = half_width(&[(queue, 40)], 0.95, |band, mean, t| band.hi[t] - mean);
        assert!((width - (queue.band(0.95).unwrap().hi[40] - queue.mean[40])).abs() < 1e-9);
    }

    #[test]
    fn unknown_is_not_zero() {
        assert_eq!(sum_known([None, None].into_iter()), None);
        assert_eq!(sum_known([None, Some(0.0)].into_iter()), Some(0.0));
    }
}
