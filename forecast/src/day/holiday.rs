//! Holidays: their own days, the days before and after, and the days between two holidays of one feast.

use crate::day::context::{DayKind, Draft};
use crate::day::feature::Feature;
use crate::day::marks::CalendarDays;
use crate::day::place::Place;
use crate::opening::OpenPattern;

/// Days to either side within which a holiday counts, and longest stretch between two holidays of one feast.
const NEIGHBOURHOOD: i64 = 7;
/// Shortest holiday whose days are left to models that learn them by name.
const FEAST_DAYS: i64 = 3;
/// Open days after a holiday that may make up for it.
const OPEN_DAYS_AFTER: u8 = 2;
/// Open days before a holiday that may anticipate it.
const OPEN_DAYS_BEFORE: u8 = 1;

/// The holidays of a calendar as a queue with its opening hours feels them.
pub(super) struct Feasts<'a> {
    pub(super) calendar: &'a CalendarDays<'a>,
    pub(super) pattern: &'a OpenPattern,
    /// Weekdays that are closed or have few contacts anyhow.
    pub(super) quiet: [bool; 7],
}

/// The next holiday in one direction.
struct Neighbour {
    /// Days away.
    distance: i64,
    /// Open days between.
    open_days: u8,
    name: Option<u16>,
    /// Whether it takes away a busy day: a holiday on a weekly day of rest leaves no work undone.
    takes_busy_day: bool,
}

impl Feasts<'_> {
    /// Adds what holidays make of a day.
    pub(super) fn describe(&self, day: i64, draft: &mut Draft) {
        let mark = self.calendar.mark(day);
        if mark.makeup_workday {
            draft.add(Feature::MakeupWorkday);
            draft.touch();
        }
        if let Some(holiday) = mark.holiday {
            self.within(day, usize::from(holiday), draft);
            return;
        }
        let (before, after) = (self.neighbour(day, -1), self.neighbour(day, 1));
        let between = matches!((&before, &after), (Some(back), Some(ahead)) if back.distance + ahead.distance <= NEIGHBOURHOOD);
        if between {
            let name = before.as_ref().and_then(|holiday| holiday.name);
            draft.add(Feature::BetweenHolidays(None));
            if name.is_some() {
                draft.add(Feature::BetweenHolidays(name));
            }
            draft.touch();
        }
        if let Some(holiday) = before.filter(|holiday| holiday.open_days <= OPEN_DAYS_AFTER && holiday.takes_busy_day) {
            draft.add(Feature::AfterHoliday(None, holiday.open_days));
            if holiday.name.is_some() {
                draft.add(Feature::AfterHoliday(holiday.name, holiday.open_days));
            }
            draft.touch();
        }
        // On a busy day the evening before is kept already, even where the holiday itself takes a quiet day.
        let is_eve = |holiday: &Neighbour| holiday.distance == 1 && !self.quiet[self.calendar.weekday(day)];
        let felt = |holiday: &Neighbour| holiday.open_days <= OPEN_DAYS_BEFORE && (holiday.takes_busy_day || is_eve(holiday));
        if let Some(holiday) = after.filter(felt) {
            draft.add(Feature::BeforeHoliday(None, holiday.open_days));
            if holiday.name.is_some() {
                draft.add(Feature::BeforeHoliday(holiday.name, holiday.open_days));
            }
            draft.kind = if holiday.open_days == 0 { DayKind::Eve } else { DayKind::Touched };
        }
    }

    fn within(&self, day: i64, holiday: usize, draft: &mut Draft) {
        draft.kind = DayKind::Holiday;
        let event = self.calendar.events[holiday];
        // The planner's own factor is taken at its word.
        if event.uplift.is_some() {
            return;
        }
        draft.add(Feature::Holiday { quiet: self.quiet[self.calendar.weekday(day)] });
        let Some(name) = self.calendar.names[holiday] else { return };
        let (start, end) = self.calendar.reach(event);
        // The days of a long feast differ more from one another than models that only see that it is a holiday can know.
        draft.in_event = end - start + 1 >= FEAST_DAYS;
        if self.lasts(holiday) {
            draft.add(Feature::HolidayThroughout(name));
        }
        draft.add(Feature::HolidayDay(name, Place::of((day - start) as u32, (end - start + 1) as u32)));
    }

    /// Whether any occurrence of a holiday's name lasts more than a day.
    fn lasts(&self, holiday: usize) -> bool {
        let calendar = self.calendar;
        (0..calendar.events.len()).any(|other| {
            calendar.names[other] == calendar.names[holiday]
                && calendar.events[other].kind == calendar.events[holiday].kind
                && calendar.events[other].end > calendar.events[other].start
        })
    }

    /// The nearest holiday before (`step` -1) or after (`step` 1) a day.
    fn neighbour(&self, day: i64, step: i64) -> Option<Neighbour> {
        let mut open_days = 0;
        for distance in 1..=NEIGHBOURHOOD {
            let other = day + step * distance;
            if let Some(holiday) = self.holiday(other) {
                let name = self.calendar.names[holiday];
                return Some(Neighbour { distance, open_days, name, takes_busy_day: self.takes_busy_day(other, step) });
            }
            open_days += u8::from(self.pattern.any_open(self.calendar.weekday(other)));
        }
        None
    }

    /// The holiday on a day; one with the planner's own factor has no days around it.
    fn holiday(&self, day: i64) -> Option<usize> {
        let holiday = usize::from(self.calendar.mark(day).holiday?);
        self.calendar.events[holiday].uplift.is_none().then_some(holiday)
    }

    /// Whether the holidays in a row from a day on take away a busy weekday.
    fn takes_busy_day(&self, day: i64, step: i64) -> bool {
        (0..NEIGHBOURHOOD)
            .map(|k| day + step * k)
            .take_while(|&other| self.holiday(other).is_some())
            .any(|other| !self.quiet[self.calendar.weekday(other)])
    }
}
