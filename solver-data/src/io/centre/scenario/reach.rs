//! Which queues, days and hours a change touches.

use chrono::{Days, NaiveDate};

use super::ScenarioContext;
use crate::centre::Queue;
use crate::id::QueueId;
use crate::io::centre::document::Placed;
use crate::io::centre::entry::Entry;
use crate::io::centre::section::Section;
use crate::io::centre::target::date;
use crate::io::spelling::suggest;
use crate::scenario::{Clock, Reach};

/// Reads the selectors and the dating of a change.
pub(super) fn read(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Reach> {
    let (queues, dates) = (queues(section, context), dates(section, context));
    let weekdays = section.optional("weekdays").map_or(Some([true; 7]), |entry| entry.weekday_set());
    let clock = clock(section);
    let (from, until) = dates?;
    let reach = Reach { queues: queues?, from, until, weekdays: weekdays?, clock: clock? };
    if !context.days.iter().any(|&day| reach.covers_day(day)) {
        let hint = "name a weekday that lies between its first and its last day";
        section.document.error(&section.place, format!("no day from {from} to {until} is one of its weekdays"), hint);
        return None;
    }
    Some(reach)
}

/// What a selector compares.
type Label = fn(&Queue) -> Option<&str>;

/// The queues of `queues`, `channel`, `tier` and `class`; all of them where none is there.
fn queues(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Vec<QueueId>> {
    let centre = context.centre;
    let mut chosen: Vec<QueueId> = centre.queues.ids().collect();
    let mut whole = true;
    if let Some(entry) = section.optional("queues") {
        let named = named_queues(&entry, section, context);
        whole &= named.is_some();
        let named = named.unwrap_or_default();
        chosen.retain(|id| named.contains(id));
    }
    let labels: [(&'static str, Label); 3] = [
        ("channel", |queue| Some(queue.channel.name())),
        ("tier", |queue| queue.handling.customer_tier.as_deref()),
        ("class", |queue| queue.handling.complexity.as_deref()),
    ];
    for (key, label) in labels {
        let Some(entry) = section.optional(key) else { continue };
        let Some(words) = words(&entry) else {
            whole = false;
            continue;
        };
        let mut known: Vec<&str> = centre.queues.iter().filter_map(label).collect();
        known.sort_unstable();
        known.dedup();
        for word in words.iter().filter(|word| !known.contains(&word.value.as_str())) {
            let hint = suggest(&word.value, known.iter().copied());
            section.document.error(&word.place, format!("no queue of this centre has the {key} \"{}\"", word.value), hint);
            whole = false;
        }
        chosen.retain(|&id| label(&centre.queues[id]).is_some_and(|own| words.iter().any(|word| word.value == own)));
    }
    if whole && chosen.is_empty() {
        let hint = "leave one of queues, channel, tier and class out";
        section.document.error(&section.place, "no queue is left that all of them name", hint);
        return None;
    }
    whole.then_some(chosen)
}

/// The queues of a list of names, `"all"` among them; `None` when one is unknown.
fn named_queues(entry: &Entry<'_>, section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Vec<QueueId>> {
    let centre = context.centre;
    let mut found = Vec::new();
    let mut whole = true;
    for word in words(entry)? {
        if word.value == "all" {
            found.extend(centre.queues.ids());
            continue;
        }
        if let Some((id, _)) = centre.queues.entries().find(|(_, queue)| queue.name == word.value) {
            found.push(id);
        } else {
            let hint = suggest(&word.value, centre.queues.iter().map(|queue| queue.name.as_str()));
            section.document.error(&word.place, format!("there is no queue \"{}\"", word.value), hint);
            whole = false;
        }
    }
    whole.then_some(found)
}

/// A text, or a list of them.
pub(super) fn words(entry: &Entry<'_>) -> Option<Vec<Placed<String>>> {
    if entry.is_text() {
        return entry.placed_text().map(|word| vec![word]);
    }
    let list = entry.list("write it as [\"one\", \"other\"]")?;
    let words: Vec<_> = list.iter().filter_map(Entry::placed_text).collect();
    if list.is_empty() {
        return entry.refuse("the list is empty", "name one at least, or leave the line out");
    }
    (words.len() == list.len()).then_some(words)
}

/// First and last day.
fn dates(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = (context.days[0], context.days[context.days.len() - 1]);
    let from = day(section, ("from", "from_day"), context)?.unwrap_or(first);
    let until = day(section, ("until", "until_day"), context)?;
    let until = until.unwrap_or(last);
    if until < from {
        let hint = format!("write until = \"{from}\" or later");
        section.document.error(&section.place, format!("it ends on {until}, before it begins on {from}"), hint);
        return None;
    }
    Some((from, until))
}

/// A day by its date or by its number in the horizon; the outer `None` where it cannot be read.
#[expect(clippy::option_option, reason = "a key that is not there is no key that cannot be read")]
fn day(
    section: &Section<'_>,
    (dated, numbered): (&'static str, &'static str),
    context: ScenarioContext<'_>,
) -> Option<Option<NaiveDate>> {
    let (first, last) = (context.days[0], context.days[context.days.len() - 1]);
    let (by_date, by_number) = (section.optional(dated), section.optional(numbered));
    match (by_date, by_number) {
        (None, None) => Some(None),
        (Some(entry), Some(_)) => entry.refuse(format!("{dated} and {numbered} both stand here"), "keep one of the two"),
        (Some(entry), None) => {
            let day = date(&entry)?;
            if day < first || last < day {
                let off = if day < first { (first - day).num_days() } else { (day - last).num_days() };
                let nearest = day.clamp(first, last);
                let side = if day < first { "before" } else { "after" };
                let message = format!("{day} lies {off} day(s) {side} the horizon, which goes from {first} to {last}");
                return entry.refuse(message, format!("the nearest day is \"{nearest}\"; {numbered} = 1 is the first"));
            }
            Some(Some(day))
        }
        (None, Some(entry)) => {
            let number = entry.whole(1..=3660)?;
            let days = context.days.len() as i64;
            if number > days {
                let message = format!("day {number} lies outside the horizon of {days} days");
                return entry.refuse(message, format!("write 1 to {days}, or plan more weeks"));
            }
            Some(first.checked_add_days(Days::new(number as u64 - 1)))
        }
    }
}

/// Hours of the day.
fn clock(section: &Section<'_>) -> Option<Clock> {
    let Some(entry) = section.optional("between") else { return Some(Clock::AllDay) };
    let hint = "write it as \"10:00-14:00\", as a list of such spans, or as \"peak\"";
    if entry.is_text() && entry.text() == Some("peak") {
        return Some(Clock::Peak);
    }
    let entries = if entry.is_text() { vec![entry.clone()] } else { entry.list(hint)? };
    if entries.is_empty() {
        return entry.refuse("no hours are named", hint);
    }
    let mut spans = Vec::new();
    for one in entries {
        let (from, to) = one.time_span()?;
        if to <= from {
            return one.refuse("the hours end before they begin", "hours past midnight are two spans");
        }
        spans.push((from, to));
    }
    spans.sort_unstable();
    Some(Clock::Spans(spans))
}
