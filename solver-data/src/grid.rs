//! The planning grid: equal intervals of elapsed time, labelled in local civil time.

use std::ops::Range;

use chrono::{DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use crate::id::IntervalIndex;

/// A grid that cannot be laid.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GridError {
    /// The interval does not divide an hour.
    #[error("an interval of {minutes} minutes does not divide an hour; use 5, 10, 15, 20, 30 or 60")]
    IntervalLength {
        /// What was given.
        minutes: u32,
    },
    /// The horizon holds no day, or more than the calendar reaches.
    #[error("a horizon of {days} days from {start} cannot be laid; use 1 day or more, within the calendar")]
    Horizon {
        /// First day.
        start: NaiveDate,
        /// Days wanted.
        days: u32,
    },
    /// Two series lie on different grids.
    #[error("two interval series lie on different grids: {left} and {right} intervals")]
    Mismatch {
        /// Intervals of the left series.
        left: usize,
        /// Intervals of the right series.
        right: usize,
    },
}

/// Equal intervals of elapsed time over whole local days.
///
/// Interval `t` covers `[start + t·len, start + (t + 1)·len)` in elapsed time. On the day a zone springs forward a
/// quarter-hour grid has 92 intervals, on the day it falls back 100.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanningGrid {
    start: DateTime<Utc>,
    zone: Tz,
    interval_minutes: u32,
    dates: Vec<NaiveDate>,
    /// First interval of each day, then the number of intervals: `len == days + 1`.
    day_starts: Vec<usize>,
}

/// The first instant of a local day; where midnight falls into a gap, the first instant after it.
fn first_instant(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = date.and_time(NaiveTime::MIN);
    (0..=12).find_map(|quarter| match zone.from_local_datetime(&(midnight + Duration::minutes(15 * quarter))) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
        LocalResult::None => None,
    })
}

impl PlanningGrid {
    /// A grid of `days` local days from midnight of `start`.
    ///
    /// # Errors
    /// [`GridError::IntervalLength`] unless the interval divides an hour and is at least 5 minutes;
    /// [`GridError::Horizon`] for no days or days outside the calendar.
    pub fn new(start: NaiveDate, days: u32, interval_minutes: u32, zone: Tz) -> Result<Self, GridError> {
        if !(5..=60).contains(&interval_minutes) || 60 % interval_minutes != 0 {
            return Err(GridError::IntervalLength { minutes: interval_minutes });
        }
        let horizon = || GridError::Horizon { start, days };
        if days == 0 || days > 36_600 {
            return Err(horizon());
        }
        let first = first_instant(start, zone).ok_or_else(horizon)?;
        let mut dates = Vec::with_capacity(days as usize);
        let mut day_starts = vec![0];
        for day in 0..u64::from(days) {
            dates.push(start.checked_add_days(Days::new(day)).ok_or_else(horizon)?);
            let next = start.checked_add_days(Days::new(day + 1)).and_then(|d| first_instant(d, zone)).ok_or_else(horizon)?;
            day_starts.push(((next - first).num_minutes() / i64::from(interval_minutes)) as usize);
        }
        Ok(Self { start: first, zone, interval_minutes, dates, day_starts })
    }

    /// Number of intervals.
    pub fn len(&self) -> usize {
        self.day_starts[self.dates.len()]
    }

    /// Never: a grid has at least one day.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Every interval in order.
    pub fn intervals(&self) -> impl Iterator<Item = IntervalIndex> + use<> {
        (0..self.len()).map(IntervalIndex::from)
    }

    /// Interval length in minutes.
    pub fn interval_minutes(&self) -> u32 {
        self.interval_minutes
    }

    /// Interval length in seconds.
    pub fn interval_seconds(&self) -> f64 {
        f64::from(self.interval_minutes) * 60.0
    }

    /// Time zone of the labels.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Number of local days.
    pub fn days(&self) -> usize {
        self.dates.len()
    }

    /// The local dates in order: `len == days()`.
    pub fn dates(&self) -> &[NaiveDate] {
        &self.dates
    }

    /// Local date of day `d`, counted from 0.
    pub fn date(&self, day: usize) -> NaiveDate {
        self.dates[day]
    }

    /// Intervals of day `d`: 92, 96 or 100 of them on a quarter-hour grid.
    pub fn day_range(&self, day: usize) -> Range<usize> {
        self.day_starts[day]..self.day_starts[day + 1]
    }

    /// The day that interval `t` lies on.
    pub fn day_of(&self, interval: usize) -> usize {
        self.day_starts.partition_point(|&first| first <= interval).saturating_sub(1).min(self.days() - 1)
    }

    /// Day number of a local date, if the grid covers it.
    pub fn day_of_date(&self, date: NaiveDate) -> Option<usize> {
        self.dates.binary_search(&date).ok()
    }

    /// Local civil time at which interval `t` starts (`t` may be the end of the grid).
    pub fn local(&self, interval: usize) -> NaiveDateTime {
        self.instant(interval).with_timezone(&self.zone).naive_local()
    }

    /// Instant at which interval `t` starts.
    pub fn instant(&self, interval: usize) -> DateTime<Utc> {
        self.start + Duration::minutes(i64::from(self.interval_minutes) * interval as i64)
    }

    /// Weekday of interval `t`.
    pub fn weekday(&self, interval: usize) -> Weekday {
        self.dates[self.day_of(interval)].weekday()
    }

    /// Elapsed seconds from the grid's start to a local civil time; negative before it.
    ///
    /// In a fold the first of the two instants is meant, in a gap the instant the clock would have shown.
    pub fn elapsed_seconds(&self, local: NaiveDateTime) -> f64 {
        let instant = match self.zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
            LocalResult::None => {
                let before = local - Duration::hours(3);
                match self.zone.from_local_datetime(&before) {
                    LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc) + Duration::hours(3),
                    LocalResult::None => local.and_utc(),
                }
            }
        };
        (instant - self.start).num_milliseconds() as f64 / 1000.0
    }

    /// The interval that contains a local civil time, if the grid covers it.
    pub fn interval_at(&self, local: NaiveDateTime) -> Option<IntervalIndex> {
        let t = (self.elapsed_seconds(local) / self.interval_seconds()).floor();
        (t >= 0.0 && t < self.len() as f64).then(|| IntervalIndex::from(t as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_day_has_92_96_or_100_quarters() {
        let zone = chrono_tz::Europe::Berlin;
        for (day, quarters) in [(date(2024, 3, 31), 92), (date(2024, 6, 1), 96), (date(2024, 10, 27), 100)] {
            assert_eq!(PlanningGrid::new(day, 1, 15, zone).unwrap().len(), quarters);
        }
    }

    #[test]
    fn labels_skip_the_gap_and_repeat_the_fold() {
        let zone = chrono_tz::Europe::Berlin;
        let spring = PlanningGrid::new(date(2024, 3, 31), 2, 60, zone).unwrap();
        assert_eq!(spring.local(2).to_string(), "2024-03-31 03:00:00");
        assert_eq!(spring.day_range(1), 23..47);
        let autumn = PlanningGrid::new(date(2024, 10, 27), 1, 60, zone).unwrap();
        assert_eq!(autumn.local(2), autumn.local(3));
        assert_eq!(autumn.interval_at(autumn.local(3)), Some(IntervalIndex(2)));
    }

    #[test]
    fn every_interval_finds_its_day() {
        let grid = PlanningGrid::new(date(1999, 10, 24), 7, 30, chrono_tz::Asia::Jerusalem).unwrap();
        assert_eq!(grid.len(), 336);
        for t in 0..grid.len() {
            assert!(grid.day_range(grid.day_of(t)).contains(&t));
            assert_eq!(grid.interval_at(grid.local(t)), Some(IntervalIndex::from(t)));
        }
    }

    #[test]
    fn odd_intervals_and_empty_horizons_are_refused() {
        let zone = chrono_tz::UTC;
        assert!(matches!(PlanningGrid::new(date(2024, 1, 1), 7, 7, zone), Err(GridError::IntervalLength { .. })));
        assert!(matches!(PlanningGrid::new(date(2024, 1, 1), 0, 15, zone), Err(GridError::Horizon { .. })));
    }
}
