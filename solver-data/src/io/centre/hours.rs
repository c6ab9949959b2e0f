//! Opening hours: `sun-thu = ["07:00-24:00"]`, a weekday that is not named is closed.

use super::entry::Entry;
use super::section::Section;
use super::weekday;
use crate::centre::WeeklyHours;

/// The hours of a table whose keys are weekdays; every time lies on the grid.
pub(super) fn weekly_hours(section: &Section<'_>, interval_minutes: u32) -> WeeklyHours {
    let document = section.document;
    let mut hours = WeeklyHours::default();
    let mut named = [false; 7];
    for (key, place, value) in section.entries() {
        let Some(days) = weekday::weekdays(key) else {
            document.error(&place, format!("`{key}` is no weekday"), weekday::hint(key));
            continue;
        };
        let spans = spans_of_a_day(&value, interval_minutes);
        for day in days {
            if std::mem::replace(&mut named[day], true) {
                let message = format!("{} is named a second time", weekday::name(day));
                document.error(&place, message, "name every weekday once, all its hours in one list");
            }
            hours.spans[day].clone_from(&spans);
        }
    }
    hours
}

/// Spans of one day, ascending and apart.
fn spans_of_a_day(value: &Entry<'_>, interval_minutes: u32) -> Vec<(u32, u32)> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for entry in value.list("write it as [\"07:00-24:00\"], or [\"08:00-12:00\", \"13:00-17:00\"]").unwrap_or_default() {
        let Some((open, close)) = entry.time_span() else { continue };
        if close <= open {
            let hint = "hours past midnight are two spans: one to \"24:00\", one from \"00:00\" on the next weekday";
            entry.refuse::<()>(format!("the centre would close at {} before it opens", clock(close)), hint);
        } else if let Some(odd) = [open, close].into_iter().find(|time| time % interval_minutes != 0) {
            let hint = format!("write {}", around(odd, interval_minutes));
            entry.refuse::<()>(format!("{} is off the {interval_minutes}-minute grid", clock(odd)), hint);
        } else if spans.iter().any(|&(from, to)| open <= to && from <= close) {
            entry.refuse::<()>("two spans of a day touch or overlap", "write them as one span");
        } else {
            spans.push((open, close));
        }
    }
    spans.sort_unstable();
    spans
}

/// `HH:MM` of minutes after midnight; beyond 24:00 it counts on.
pub(super) fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The times on the grid before and after a minute, for hints.
pub(super) fn around(minute: u32, interval_minutes: u32) -> String {
    let before = minute / interval_minutes * interval_minutes;
    format!("{} or {}", clock(before), clock(before + interval_minutes))
}
