//! Promotions and launches: matched by the day of the event, whatever weekday or date it falls on.
//!
//! What all events of a kind share and what one name adds are features apart, so that a name without a past takes what its
//! kind has shown. A launch decays by exp(-t / 1.5 days) from its start: 14 % are left after 72 hours.

use solver_data::EventKind;

use crate::day::context::{Draft, Occasion};
use crate::day::feature::{Feature, NameId, Surge};
use crate::day::marks::CalendarDays;
use crate::day::place::Place;

/// Days before an event that may anticipate it.
const LEAD_DAYS: i64 = 3;
/// Days after an event that may feel it.
const LAG_DAYS: i64 = 4;
/// Days in which a launch decays to 1/e.
const DECAY_DAYS: f64 = 1.5;
/// Days of a launch's decay, its start included.
pub(super) const DECAY_REACH: i64 = 6;

/// What is left of a launch some days after its start.
pub(super) fn launch_decay(days: i64) -> f64 {
    (-days as f64 / DECAY_DAYS).exp()
}

/// Adds what events make of the days of a series.
///
/// An event with the planner's own factor is taken at its word: nothing is learned of it or for it, and a launch's factor
/// decays behind its last day as learned ones do.
pub(super) fn surges(calendar: &CalendarDays<'_>, drafts: &mut [Draft]) {
    for (e, event) in calendar.events.iter().enumerate() {
        let Some(surge) = surge_of(event.kind).filter(|_| event.uplift.is_none()) else { continue };
        let names = [None, calendar.names[e]];
        let names = if names[1].is_some() { &names[..] } else { &names[..1] };
        let (start, end) = calendar.reach(event);
        let last = (end + LAG_DAYS).max(start + DECAY_REACH);
        for day in (start - LEAD_DAYS).max(0)..=last.min(drafts.len() as i64 - 1) {
            let draft = &mut drafts[day as usize];
            draft.touch();
            draft.in_event |= start <= day && (day <= end || (surge == Surge::Launch && day < start + DECAY_REACH));
            if start <= day && day <= end {
                let place = Place::of((day - start) as u32, (end - start + 1) as u32);
                draft.occasion = draft.occasion.or(Some(Occasion { kind: event.kind, name: calendar.names[e], place }));
            }
            if start <= day && day <= end && lasts(calendar, e) {
                for &name in names {
                    draft.add(Feature::SurgeThroughout(surge, name));
                }
            }
            for &name in names {
                describe(draft, (surge, name), day, (start, end));
            }
        }
    }
}

fn surge_of(kind: EventKind) -> Option<Surge> {
    match kind {
        EventKind::Promotion => Some(Surge::Promotion),
        EventKind::Launch => Some(Surge::Launch),
        _ => None,
    }
}

/// Whether any occurrence of an event's name lasts more than a day: one day alone then has what all days of the event share.
fn lasts(calendar: &CalendarDays<'_>, event: usize) -> bool {
    let same = |other: usize| {
        other == event
            || (calendar.names[other].is_some()
                && calendar.names[other] == calendar.names[event]
                && calendar.events[other].kind == calendar.events[event].kind)
    };
    (0..calendar.events.len()).any(|other| same(other) && calendar.events[other].end > calendar.events[other].start)
}

fn describe(draft: &mut Draft, (surge, name): (Surge, NameId), day: i64, (start, end): (i64, i64)) {
    if day < start {
        draft.add(Feature::SurgeLead(surge, name, (start - day) as u8));
        return;
    }
    if surge == Surge::Launch && day - start <= DECAY_REACH {
        draft.features.push((Feature::LaunchDecay(name), launch_decay(day - start)));
    }
    if day > end {
        if day - end <= LAG_DAYS {
            draft.add(Feature::SurgeLag(surge, name, (day - end) as u8));
        }
        return;
    }
    let place = Place::of((day - start) as u32, (end - start + 1) as u32);
    draft.add(Feature::SurgeDay(surge, name, place));
}
