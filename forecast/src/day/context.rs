//! Contexts of all days of a series, from the calendar and the opening pattern.

use chrono::{Datelike, Days, NaiveDate};
use solver_data::{Calendar, CalendarEvent, EventKind};

use crate::day::{FeatureGroup, FeatureSpace};
use crate::opening::OpenPattern;
use crate::series::weekday;

/// Days to either side within which a holiday counts.
const NEIGHBOURHOOD: usize = 7;

/// What kind of day it is, for the choice of profile and for the error that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayKind {
    /// Nothing special.
    Ordinary,
    /// A holiday.
    Holiday,
    /// The last open day before a holiday.
    Eve,
    /// Near a holiday or within an event.
    Touched,
}

/// What the calendar says about one day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayContext {
    /// Weekday whose hours and profile it follows, 0 = Monday.
    pub(crate) weekday: usize,
    /// Kind of day.
    pub(crate) kind: DayKind,
    /// Features with their values, by id.
    pub(crate) features: Vec<(usize, f64)>,
    /// Logarithm of the planner's own factors.
    pub(crate) log_uplift: f64,
}

/// The calendar as one queue sees it.
pub(crate) struct CalendarDays<'a> {
    /// Events.
    pub(crate) calendar: &'a Calendar,
    /// Name of the queue.
    pub(crate) queue: &'a str,
    /// Its opening hours.
    pub(crate) pattern: &'a OpenPattern,
}

struct Draft {
    features: Vec<(String, FeatureGroup, f64, f64)>,
}

impl Draft {
    fn add(&mut self, name: impl Into<String>, group: FeatureGroup, prior_sd: f64) {
        self.features.push((name.into(), group, prior_sd, 1.0));
    }
}

impl CalendarDays<'_> {
    /// Contexts of `total` days from `first` on; features are made of the first `history` days alone.
    pub(crate) fn contexts(&self, first: NaiveDate, total: usize, history: usize) -> (Vec<DayContext>, FeatureSpace) {
        let date = |day: usize| first + Days::new(day as u64);
        let mut space = FeatureSpace::default();
        let mut contexts = Vec::with_capacity(total);
        for day in 0..total {
            let (draft, kind) = self.draft(date(day), history);
            let mut features = Vec::with_capacity(draft.features.len());
            for (name, group, prior_sd, value) in draft.features {
                let id = if day < history { Some(space.intern(name, group, prior_sd)) } else { space.find(&name) };
                features.extend(id.map(|id| (id, value)));
            }
            let events = self.calendar.on(date(day), self.queue);
            let log_uplift = events.filter_map(|event| event.uplift).filter(|uplift| *uplift > 0.0).map(f64::ln).sum();
            let weekday = self.pattern.weekday_followed(self.calendar, self.queue, date(day));
            contexts.push(DayContext { weekday, kind, features, log_uplift });
        }
        (contexts, space)
    }

    fn draft(&self, date: NaiveDate, history: usize) -> (Draft, DayKind) {
        let mut draft = Draft { features: Vec::new() };
        let holiday = self.holidays_around(date, &mut draft);
        let event = self.events_around(date, &mut draft);
        self.month_day(date, &mut draft);
        if history > 400 {
            season(date, &mut draft);
        }
        let kind = if holiday == DayKind::Ordinary && event { DayKind::Touched } else { holiday };
        (draft, kind)
    }

    fn holiday_on(&self, date: NaiveDate) -> Option<&CalendarEvent> {
        self.calendar
            .events
            .iter()
            .find(|event| event.kind == EventKind::Holiday && event.covers(date) && event.touches(self.queue))
    }

    /// The first holiday among `days`: how many days off, how many open days lie between, and which it is.
    fn first_holiday(&self, days: impl Iterator<Item = NaiveDate>) -> Option<(usize, usize, &CalendarEvent)> {
        let mut open_days = 0;
        for (distance, day) in days.take(NEIGHBOURHOOD).enumerate() {
            if let Some(event) = self.holiday_on(day) {
                return Some((distance + 1, open_days, event));
            }
            open_days += usize::from(self.pattern.any_open(weekday(day)));
        }
        None
    }

    fn holidays_around(&self, date: NaiveDate, draft: &mut Draft) -> DayKind {
        use FeatureGroup::Holiday;
        if let Some(event) = self.holiday_on(date) {
            let offset = (date - event.start).num_days().min(9);
            draft.add("holiday", Holiday, 0.5);
            draft.add(format!("holiday {} {offset}", event.name), Holiday, 0.4);
            return DayKind::Holiday;
        }
        let before = self.first_holiday(std::iter::successors(date.pred_opt(), NaiveDate::pred_opt));
        let after = self.first_holiday(date.iter_days().skip(1));
        let mut kind = DayKind::Ordinary;
        if let (Some((back, ..)), Some((ahead, ..))) = (before, after)
            && back + ahead <= NEIGHBOURHOOD
        {
            draft.add("between holidays", Holiday, 0.3);
            kind = DayKind::Touched;
        }
        if let Some((_, open @ 0..=2, event)) = before {
            draft.add(format!("after holiday {open}"), Holiday, 0.15);
            draft.add(format!("after holiday {} {open}", event.name), Holiday, 0.1);
            kind = DayKind::Touched;
        }
        if let Some((_, open @ 0..=1, event)) = after {
            draft.add(format!("before holiday {open}"), Holiday, 0.15);
            draft.add(format!("before holiday {} {open}", event.name), Holiday, 0.1);
            kind = if open == 0 { DayKind::Eve } else { DayKind::Touched };
        }
        kind
    }

    fn events_around(&self, date: NaiveDate, draft: &mut Draft) -> bool {
        use FeatureGroup::Event;
        let before = draft.features.len();
        let events = self.calendar.events.iter().filter(|event| event.touches(self.queue) && event.uplift.is_none());
        for event in events.filter(|event| matches!(event.kind, EventKind::Promotion | EventKind::Launch)) {
            let kind = format!("{:?}", event.kind);
            let course = if event.covers(date) {
                format!("{}", (date - event.start).num_days().min(7))
            } else if date < event.start && (event.start - date).num_days() <= 3 {
                format!("lead {}", (event.start - date).num_days())
            } else if event.end < date && (date - event.end).num_days() <= 4 {
                format!("lag {}", (date - event.end).num_days())
            } else {
                continue;
            };
            draft.add(format!("{kind} {course}"), Event, 0.3);
            draft.add(format!("{kind} {} {course}", event.name), Event, 0.4);
        }
        draft.features.len() > before
    }

    fn month_day(&self, date: NaiveDate, draft: &mut Draft) {
        let last = (date.with_day(1).expect("the first exists") + chrono::Months::new(1)) - Days::new(1);
        let bin = match date.day() {
            day if day == last.day() => "last".to_owned(),
            day @ 1..=5 => day.to_string(),
            day => (day / 2 * 2).to_string(),
        };
        draft.add(format!("month day {bin}"), FeatureGroup::MonthDay, 0.7);
        let working = |day: NaiveDate| weekday(day) < 5 && self.pattern.any_open(weekday(day)) && self.holiday_on(day).is_none();
        let first = date.with_day(1).expect("the first exists");
        let from_start = first.iter_days().take_while(|day| *day < date).filter(|day| working(*day)).count();
        let to_end = date.iter_days().skip(1).take_while(|day| *day <= last).filter(|day| working(*day)).count();
        if from_start < 8 {
            draft.add(format!("working day {from_start}"), FeatureGroup::WorkingDay, 0.7);
        }
        if to_end < 5 {
            draft.add(format!("working days left {to_end}"), FeatureGroup::WorkingDay, 0.7);
        }
    }
}

fn season(date: NaiveDate, draft: &mut Draft) {
    let angle = std::f64::consts::TAU * f64::from(date.ordinal0()) / 365.25;
    for harmonic in 1..=3 {
        let angle = angle * f64::from(harmonic);
        draft.features.push((format!("year sin {harmonic}"), FeatureGroup::Year, 0.15, angle.sin()));
        draft.features.push((format!("year cos {harmonic}"), FeatureGroup::Year, 0.15, angle.cos()));
    }
}
