//! The calendar laid out day by day as one queue sees it.

use chrono::{Datelike, Days, NaiveDate};
use solver_data::{CalendarEvent, EventKind};

use crate::day::surge::{DECAY_REACH, launch_decay};
use crate::opening::OpenPattern;

/// Days laid out beyond either end of a series, so that months and feasts at its ends are whole.
const MARGIN: i64 = 45;

/// What events make of one day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    /// The first holiday that covers the day, among the events.
    pub(super) holiday: Option<u16>,
    pub(super) makeup_workday: bool,
    closure: bool,
    outage: bool,
    pub(super) log_uplift: f64,
}

/// The calendar of one queue over the days of a series, from day 0 on.
#[derive(Debug, Clone)]
pub(crate) struct CalendarDays<'a> {
    first: NaiveDate,
    /// Events near the series that touch the queue.
    pub(super) events: Vec<&'a CalendarEvent>,
    /// Number of each event's name; events of one name, whatever its case, share it. `None` without a name.
    pub(super) names: Vec<Option<u16>>,
    marks: Vec<Mark>,
}

impl<'a> CalendarDays<'a> {
    /// Lays out the events that touch `queue` over `days` days from `first` on.
    pub(crate) fn new(events: impl Iterator<Item = &'a CalendarEvent>, queue: &str, first: NaiveDate, days: usize) -> Self {
        let last = days as i64 + MARGIN;
        let reach = |event: &CalendarEvent| ((event.start - first).num_days(), (event.end - first).num_days());
        let near = |event: &&CalendarEvent| {
            let (start, end) = reach(event);
            start < last && end >= -MARGIN && start <= end
        };
        let events: Vec<&CalendarEvent> = events.filter(|event| event.touches(queue)).filter(near).collect();
        let mut marks = vec![Mark::default(); (last + MARGIN) as usize];
        for (e, event) in events.iter().enumerate() {
            let (start, end) = reach(event);
            let uplift = event.uplift.filter(|uplift| *uplift > 0.0).map_or(0.0, f64::ln);
            if event.kind == EventKind::Launch && uplift != 0.0 {
                for day in end.max(-MARGIN) + 1..(start + DECAY_REACH).min(last) {
                    marks[(day + MARGIN) as usize].log_uplift += uplift * launch_decay(day - start);
                }
            }
            let cells = (start + MARGIN).max(0) as usize..=(end.min(last - 1) + MARGIN) as usize;
            for mark in &mut marks[cells] {
                match event.kind {
                    EventKind::Holiday => mark.holiday = mark.holiday.or(u16::try_from(e).ok()),
                    EventKind::MakeupWorkday => mark.makeup_workday = true,
                    EventKind::Closure => mark.closure = true,
                    EventKind::Outage => mark.outage = true,
                    EventKind::Promotion | EventKind::Launch => {}
                }
                mark.log_uplift += uplift;
            }
        }
        let names = numbered(&events);
        Self { first, events, names, marks }
    }

    /// What events make of a day; nothing beyond the margin.
    pub(super) fn mark(&self, day: i64) -> Mark {
        usize::try_from(day + MARGIN).ok().and_then(|cell| self.marks.get(cell)).copied().unwrap_or_default()
    }

    /// Date of a day.
    pub(super) fn date(&self, day: i64) -> NaiveDate {
        self.first + chrono::Duration::days(day)
    }

    /// First and last day of an event.
    pub(super) fn reach(&self, event: &CalendarEvent) -> (i64, i64) {
        ((event.start - self.first).num_days(), (event.end - self.first).num_days())
    }

    /// Weekday of a day, 0 = Monday.
    pub(super) fn weekday(&self, day: i64) -> usize {
        (i64::from(self.first.weekday().num_days_from_monday()) + day).rem_euclid(7) as usize
    }

    /// Whether the queue is closed by an event.
    pub(crate) fn is_closed(&self, day: usize) -> bool {
        self.mark(day as i64).closure
    }

    /// Whether the counts of a day are no demand.
    pub(crate) fn is_outage(&self, day: usize) -> bool {
        self.mark(day as i64).outage
    }

    /// The weekday whose hours and profile a day follows.
    pub(crate) fn weekday_followed(&self, pattern: &OpenPattern, day: usize) -> usize {
        let weekday = self.weekday(day as i64);
        if self.mark(day as i64).makeup_workday { pattern.makeup_weekday(weekday) } else { weekday }
    }

    /// Date of a day of the series.
    pub(crate) fn date_of(&self, day: usize) -> NaiveDate {
        self.first + Days::new(day as u64)
    }
}

fn numbered(events: &[&CalendarEvent]) -> Vec<Option<u16>> {
    let mut known: Vec<String> = Vec::new();
    events
        .iter()
        .map(|event| {
            let name = event.name.trim().to_lowercase();
            if name.is_empty() {
                return None;
            }
            let id = known.iter().position(|other| *other == name).unwrap_or_else(|| {
                known.push(name);
                known.len() - 1
            });
            u16::try_from(id).ok()
        })
        .collect()
}
