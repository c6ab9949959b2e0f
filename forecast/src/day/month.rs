//! Day of the month, working days of the month, season of the year.

use chrono::{Datelike, Days, Months};

use crate::day::context::Draft;
use crate::day::feature::Feature;
use crate::day::marks::CalendarDays;
use crate::opening::OpenPattern;

/// Working days since the month began, and until it ends, that are told apart.
const WORKING_DAYS: (u8, u8) = (8, 5);
/// Days of the longest month.
const LONGEST_MONTH: i64 = 31;
/// Harmonics of the year.
const HARMONICS: u8 = 3;

/// The month as a queue with its opening hours sees it.
pub(super) struct MonthDays<'a> {
    calendar: &'a CalendarDays<'a>,
    /// Working days before each day, from a month before the series on.
    working: Vec<u16>,
}

impl<'a> MonthDays<'a> {
    /// The months of a series of `days` days.
    pub(super) fn new(calendar: &'a CalendarDays<'a>, pattern: &OpenPattern, days: usize) -> Self {
        let is_working = |day: i64| {
            let (mark, weekday) = (calendar.mark(day), calendar.weekday(day));
            mark.makeup_workday || (weekday < 5 && pattern.any_open(weekday) && mark.holiday.is_none())
        };
        let mut working = vec![0];
        for day in -LONGEST_MONTH..days as i64 + LONGEST_MONTH {
            working.push(working.last().copied().unwrap_or(0) + u16::from(is_working(day)));
        }
        Self { calendar, working }
    }

    /// Adds the day of the month and the working days around it.
    pub(super) fn describe(&self, day: i64, draft: &mut Draft) {
        let date = self.calendar.date(day);
        let first = date.with_day(1).expect("the first exists");
        let last = (first + Months::new(1) - Days::new(1)).day();
        let bin = match date.day() {
            day if day == last => 0,
            day @ 1..=5 => day,
            day => day / 2 * 2,
        };
        draft.add(Feature::MonthDay(bin as u8));
        let since = self.working_days(day + 1 - i64::from(date.day()), day);
        let left = self.working_days(day + 1, day + 1 + i64::from(last - date.day()));
        if since < WORKING_DAYS.0 {
            draft.add(Feature::WorkingDay(since));
        }
        if left < WORKING_DAYS.1 {
            draft.add(Feature::WorkingDaysLeft(left));
        }
    }

    /// Adds the season of the year.
    pub(super) fn season(&self, day: i64, draft: &mut Draft) {
        let angle = std::f64::consts::TAU * f64::from(self.calendar.date(day).ordinal0()) / 365.25;
        for harmonic in 1..=HARMONICS {
            let angle = angle * f64::from(harmonic);
            draft.features.push((Feature::YearSine(harmonic), angle.sin()));
            draft.features.push((Feature::YearCosine(harmonic), angle.cos()));
        }
    }

    /// Working days from one day to before another.
    fn working_days(&self, from: i64, until: i64) -> u8 {
        let before = |day: i64| self.working[(day + LONGEST_MONTH) as usize];
        (before(until) - before(from)) as u8
    }
}
