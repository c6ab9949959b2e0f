//! Expected contacts with their prediction intervals, and the contacts they are drawn beside.

use std::ops::Range;

use solver_data::{Band, PlanningGrid, QueueForecast};

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
    /// Expected contacts of the parts whose count is known: what `counts` may be compared with.
    pub matched: Vec<f64>,
}

/// Expected and recorded contacts of the same intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matched {
    /// Expected contacts.
    pub expected: f64,
    /// Recorded contacts.
    pub came: f64,
    /// Whether every interval in which contacts are expected has a count.
    pub whole: bool,
}

impl Volume {
    /// All queues together on the forecast's grid.
    pub fn total(week: &Week<'_>) -> Self {
        let queues: Vec<Part<'_>> = week.planned.forecast.queues.iter().map(|queue| Part::of(week, queue)).collect();
        let parts = |t: usize| queues.iter().map(|part| (part, t)).collect::<Vec<_>>();
        Self::combined(week.demand.grid.len(), &parts)
    }

    /// One queue by the hour.
    pub fn hourly(week: &Week<'_>, queue: &QueueForecast) -> Self {
        let (per_hour, part) = (week.demand.hours.intervals, Part::of(week, queue));
        let parts = |hour: usize| (hour * per_hour..(hour + 1) * per_hour).map(|t| (&part, t)).collect::<Vec<_>>();
        Self::combined(week.demand.hours.grid.len(), &parts)
    }

    /// Sums of parts, their intervals combined by [`half_width`].
    fn combined<'p, 'q: 'p>(length: usize, parts: &dyn Fn(usize) -> Vec<(&'p Part<'q>, usize)>) -> Self {
        let mut sums = Self { open: Vec::new(), mean: Vec::new(), bands: Vec::new(), counts: None, matched: Vec::new() };
        let mut counts = Vec::with_capacity(length);
        for place in 0..length {
            let parts = parts(place);
            let known = || parts.iter().filter_map(|&(part, t)| Some((part.queue.mean[t], part.counts[t]?)));
            counts.push(sum_known(known().map(|(_, count)| Some(count))));
            sums.matched.push(known().map(|(mean, _)| mean).sum());
            sums.push(&parts.iter().map(|&(part, t)| (part.queue, t)).collect::<Vec<_>>());
        }
        sums.counts = Some(counts).filter(|counts| counts.iter().any(Option::is_some));
        sums
    }

    fn push(&mut self, parts: &[(&QueueForecast, usize)]) {
        let sum: f64 = parts.iter().map(|&(queue, t)| queue.mean[t]).sum();
        self.open.push(parts.iter().any(|&(queue, t)| queue.open[t]));
        self.mean.push(sum);
        let levels = parts.first().map(|(queue, _)| queue.bands.iter().map(|band| band.level)).into_iter().flatten();
        for (index, level) in levels.enumerate() {
            if self.bands.len() == index {
                self.bands.push(Band { level, lo: Vec::new(), hi: Vec::new() });
            }
            self.bands[index].lo.push((sum - half_width(parts, level, |band, mean, t| mean - band.lo[t])).max(0.0));
            self.bands[index].hi.push(sum + half_width(parts, level, |band, mean, t| band.hi[t] - mean));
        }
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

    /// What was expected and what came in the open intervals of a range with a count; `None` where nothing came.
    pub fn matched(&self, range: Range<usize>) -> Option<Matched> {
        let came = self.came(range.clone()).filter(|came| *came > 0.0)?;
        let expected = range.clone().filter(|&t| self.open[t]).map(|t| self.matched[t]).sum();
        Some(Matched { expected, came, whole: range.into_iter().all(|t| self.is_matched(t)) })
    }

    /// Whether all that is expected in an interval has a count.
    pub fn is_matched(&self, t: usize) -> bool {
        !self.open[t] || self.mean[t] - self.matched[t] <= 1e-9 * self.mean[t]
    }

    /// How many days of a grid have a count, where not all do: `7 of 14 days`.
    pub fn partly(&self, week: &Week<'_>, grid: &PlanningGrid) -> Option<String> {
        let open = |day: &usize| grid.day_range(*day).any(|t| self.mean[t] > 0.0);
        let known = |day: &usize| grid.day_range(*day).all(|t| self.is_matched(t));
        let days: Vec<usize> = (0..grid.days()).filter(open).collect();
        let (known, all) = (days.iter().copied().filter(known).count(), days.len());
        (known < all).then(|| week.language.say(format!("{known} of {all} days"), format!("{all} 天中的 {known} 天")))
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

    /// `forecast 412 · actual 398 · +3 %`, for a range of `grid`; both of the same intervals, and which where not all.
    pub fn compared(&self, week: &Week<'_>, grid: &PlanningGrid, range: Range<usize>) -> String {
        let language = week.language;
        let forecast = |expected| format!("{} {}", language.say("forecast", "预测"), number::quantity(expected, 0));
        let Some(Matched { expected, came, whole }) = self.matched(range.clone()) else {
            return forecast(self.expected(range));
        };
        let difference = number::signed_percent(expected / came - 1.0, 0, language);
        let compared = format!("{} · {} {} · {difference}", forecast(expected), beside_name(week), number::quantity(came, 0));
        let days = (range.len() == grid.len()).then(|| self.partly(week, grid)).flatten();
        let days = days.map(|days| days.replace(" of ", "/"));
        match (whole, days) {
            (true, _) => compared,
            (false, Some(days)) => format!("{compared} · {days}"),
            (false, None) => format!("{compared} · {}", language.say("in recorded time", "仅计有记录时段")),
        }
    }
}

/// A queue's forecast with its counts on the same grid.
struct Part<'a> {
    queue: &'a QueueForecast,
    counts: Vec<Option<f64>>,
}

impl<'a> Part<'a> {
    /// The real contacts where they are known, else those of the week before.
    fn of(week: &Week<'_>, queue: &'a QueueForecast) -> Self {
        let counts = match &week.planned.replay {
            Some(replay) => week.recorded(&replay.actual, &queue.name, 0),
            None => week.recorded(&week.planned.history, &queue.name, 7),
        };
        Self { queue, counts }
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
    use crate::report::words::Language;

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
    fn only_recorded_intervals_are_compared() {
        let mut planned = Fixture { days: 14, ..Fixture::BANK }.planned();
        let second = planned.roster.grid.local(planned.roster.grid.day_range(7).start);
        for queue in &mut planned.replay.as_mut().unwrap().actual.queues {
            queue.records.iter_mut().filter(|record| record.start >= second).for_each(|record| record.offered = None);
        }
        let meta = Fixture::meta();
        let week = Week::new(&planned, &meta, Language::English);
        let (volume, grid) = (Volume::total(&week), week.demand.grid);
        let first = 0..grid.day_range(7).start;
        let matched = volume.matched(0..grid.len()).unwrap();
        assert!((matched.expected - volume.expected(first.clone())).abs() < 1e-6 && !matched.whole);
        assert_eq!(Some(matched.came), volume.came(first.clone()));
        assert!(volume.matched(first).unwrap().whole);
        assert_eq!(volume.matched(grid.day_range(9)), None);
        assert_eq!(volume.partly(&week, grid).unwrap(), "7 of 14 days");
        assert!(volume.compared(&week, grid, 0..grid.len()).ends_with(" · 7/14 days"));
        let hourly = Volume::hourly(&week, &planned.forecast.queues[0]);
        assert!(!hourly.matched(0..hourly.mean.len()).unwrap().whole);
    }

    #[test]
    fn unknown_is_not_zero() {
        assert_eq!(sum_known([None, None].into_iter()), None);
        assert_eq!(sum_known([None, Some(0.0)].into_iter()), Some(0.0));
    }
}
