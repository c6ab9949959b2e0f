//! `[[shift]]`: a class of shift templates, one template a start.

use super::document::{Document, Place, Placed};
use super::entry::Entry;
use super::hours::{around, clock};
use super::section::Section;
use super::weekday;
use crate::template::{BreakWindow, ShiftTemplate};

/// Templates that one file may hold; more would be a slip of `every_minutes`.
const MOST_STARTS: usize = 288;

/// The templates of one `[[shift]]`; none when something in it is wrong, but the class is known all the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ShiftEntry {
    pub(super) class: Placed<String>,
    pub(super) templates: Vec<Placed<ShiftTemplate>>,
}

impl ShiftEntry {
    /// Reads one `[[shift]]` on a grid.
    pub(super) fn read(section: Section<'_>, interval_minutes: u32) -> Self {
        let class = section.required("class", "class = \"F8\"").and_then(|entry| entry.placed_text());
        let name = class.as_ref().map_or("", |class| class.value.as_str());
        let grid = Grid { class: name, minutes: interval_minutes };
        let starts = grid.starts(&section);
        let length = grid.length(&section);
        let weekdays = match section.optional("weekdays") {
            Some(entry) => entry.weekday_set(),
            None => Some([true; 7]),
        };
        let breaks = grid.breaks(&section, length);
        let templates = match (length, weekdays, breaks) {
            (Some(length), Some(weekdays), Some(breaks)) => {
                let unpaid: u32 = breaks.iter().filter(|pause| !pause.paid).map(|pause| pause.length_minutes).sum();
                let template = |start: u32| ShiftTemplate {
                    name: format!("{name}@{}", clock(start)),
                    class: name.to_owned(),
                    start_minute: start,
                    length_minutes: length,
                    paid_minutes: length.saturating_sub(unpaid),
                    breaks: breaks.clone(),
                    weekdays,
                };
                starts.into_iter().map(|start| Placed { value: template(start.value), place: start.place }).collect()
            }
            _ => Vec::new(),
        };
        let empty = || Placed { value: String::new(), place: section.place.clone() };
        let entry = Self { class: class.clone().unwrap_or_else(empty), templates };
        section.close();
        entry
    }
}

/// The planning grid and the class that is laid on it.
struct Grid<'c> {
    class: &'c str,
    minutes: u32,
}

impl Grid<'_> {
    /// Starts in minutes after midnight: a list, or first to last every so many minutes.
    fn starts(&self, section: &Section<'_>) -> Vec<Placed<u32>> {
        let example = "starts = [\"08:00\", \"09:00\"]";
        let series = ["first", "last", "every_minutes"].map(|key| section.has(key));
        if section.has("starts") && series.contains(&true) {
            let hint = "keep either `starts` or `first`, `last` and `every_minutes`";
            section.document.error(&section.place, format!("shift \"{}\" states its starts twice", self.class), hint);
            return Vec::new();
        }
        if !series.contains(&true) {
            let Some(list) = section.required("starts", example) else { return Vec::new() };
            let entries = list.list(&format!("write it as {example}")).unwrap_or_default();
            if entries.is_empty() {
                list.refuse::<()>(format!("shift \"{}\" starts at no time", self.class), format!("write {example}"));
            }
            return entries.iter().filter_map(|entry| self.start(entry)).collect();
        }
        let first = section.required("first", "first = \"08:00\"").and_then(|entry| self.start(&entry));
        let last = section.required("last", "last = \"15:00\"").and_then(|entry| self.start(&entry));
        let every = section.required("every_minutes", "every_minutes = 30").and_then(|entry| self.step(&entry));
        let (Some(first), Some(last), Some(every)) = (first, last, every) else { return Vec::new() };
        if last.value < first.value {
            let message = format!("the last start {} is before the first {}", clock(last.value), clock(first.value));
            section.document.error(&last.place, message, "write the later time as `last`");
        }
        (first.value..=last.value)
            .step_by(every as usize)
            .take(MOST_STARTS)
            .map(|value| Placed { value, place: first.place.clone() })
            .collect()
    }

    fn start(&self, entry: &Entry<'_>) -> Option<Placed<u32>> {
        let value = entry.time_of_day()?;
        if !value.is_multiple_of(self.minutes) {
            let message =
                format!("shift template \"{}\" starts at {}, off the {}-minute grid", self.class, clock(value), self.minutes);
            return entry.refuse(message, format!("start at {}{}", around(value, self.minutes), self.finer_grid(value)));
        }
        if value >= 24 * 60 {
            return entry.refuse("a shift cannot start at 24:00", "write \"00:00\" and let it run on the next weekday");
        }
        Some(Placed { value, place: entry.place.clone() })
    }

    /// `, or set interval_minutes = 5` where a finer grid would hold the time.
    fn finer_grid(&self, minute: u32) -> String {
        let finer =
            [30, 20, 15, 10, 5].into_iter().find(|&length| self.minutes.is_multiple_of(length) && minute.is_multiple_of(length));
        finer.map_or_else(String::new, |length| format!(", or set interval_minutes = {length}"))
    }

    fn step(&self, entry: &Entry<'_>) -> Option<u32> {
        let minutes = entry.whole(1..=1440)? as u32;
        self.on_grid(entry, minutes)
    }

    fn on_grid(&self, entry: &Entry<'_>, minutes: u32) -> Option<u32> {
        if minutes.is_multiple_of(self.minutes) {
            return Some(minutes);
        }
        let before = minutes / self.minutes * self.minutes;
        let near = if before > 0 { format!("{before} or {}", before + self.minutes) } else { self.minutes.to_string() };
        let message = format!("shift \"{}\": {minutes} minutes are no multiple of the {}-minute grid", self.class, self.minutes);
        entry.refuse(message, format!("write {near} minutes{}", self.finer_grid(minutes)))
    }

    fn length(&self, section: &Section<'_>) -> Option<u32> {
        let entry = match section.optional("length_minutes") {
            Some(_) if section.has("hours") => {
                let message = format!("shift \"{}\" states its length twice", self.class);
                section.document.error(&section.place, message, "keep either `hours` or `length_minutes`");
                return None;
            }
            Some(entry) => return self.on_grid(&entry, entry.whole(5..=1440)? as u32),
            None => section.required("hours", "hours = 8.5")?,
        };
        let minutes = entry.hours()?;
        if !(5..=1440).contains(&minutes) {
            return entry.refuse(format!("a shift of {} h", clock(minutes)), "write more than 0 and at most 24 hours");
        }
        self.on_grid(&entry, minutes)
    }

    /// Breaks in time order, each within the shift, all placeable one after the other.
    fn breaks(&self, section: &Section<'_>, length: Option<u32>) -> Option<Vec<BreakWindow>> {
        let Some(list) = section.optional("breaks") else { return Some(Vec::new()) };
        let entries =
            list.list("write it as [{ kind = \"lunch\", minutes = 30, paid = false, between = [\"03:00\", \"05:00\"] }]")?;
        let count = entries.len();
        let mut breaks: Vec<Placed<BreakWindow>> =
            entries.into_iter().filter_map(Entry::section).filter_map(|section| self.pause(section, length)).collect();
        if breaks.len() < count {
            return None;
        }
        breaks.sort_by_key(|pause| (pause.value.earliest_minute, pause.value.latest_minute));
        self.placeable(section.document, &breaks)?;
        Some(breaks.into_iter().map(|pause| pause.value).collect())
    }

    fn pause(&self, section: Section<'_>, length: Option<u32>) -> Option<Placed<BreakWindow>> {
        let kind = section.required("kind", "kind = \"lunch\"").and_then(|e| e.text()).map(str::to_owned);
        let minutes = section.required("minutes", "minutes = 30").and_then(|entry| {
            let minutes = entry.whole(5..=720)? as u32;
            self.on_grid(&entry, minutes)
        });
        let paid = section.required("paid", "paid = false").and_then(|entry| entry.truth());
        let between = section.required("between", "between = [\"03:00\", \"05:00\"]").and_then(|entry| self.window(&entry));
        let place = section.place.clone();
        let document = section.document;
        section.close();
        let (earliest_minute, latest_minute) = between?;
        let pause = BreakWindow { kind: kind?, earliest_minute, latest_minute, length_minutes: minutes?, paid: paid? };
        let end = latest_minute + pause.length_minutes;
        if length.is_some_and(|length| end > length) {
            let message = format!(
                "the {} may end {} after the start, outside the shift \"{}\" of {} h",
                pause.kind,
                clock(end),
                self.class,
                clock(length.unwrap_or(0))
            );
            document.error(&place, message, "end the window earlier, or lengthen the shift");
            return None;
        }
        Some(Placed { value: pause, place })
    }

    /// `["01:30", "02:30"]`: earliest and latest start after the shift's start.
    fn window(&self, entry: &Entry<'_>) -> Option<(u32, u32)> {
        let hint = "write it as [\"03:00\", \"05:00\"]: earliest and latest start after the shift's start";
        let times = entry.list(hint)?;
        let [earliest, latest] = times.as_slice() else {
            return entry.refuse(format!("a window of {} times", times.len()), hint);
        };
        let (from, to) = (self.on_grid(earliest, earliest.time_of_day()?)?, self.on_grid(latest, latest.time_of_day()?)?);
        if to < from {
            return entry.refuse(format!("the window ends at {} before it begins at {}", clock(to), clock(from)), hint);
        }
        Some((from, to))
    }

    /// Placed as early as they may in time order, no break is too late for its window.
    fn placeable(&self, document: &Document, breaks: &[Placed<BreakWindow>]) -> Option<()> {
        let mut free = 0;
        for pause in breaks {
            let at = pause.value.earliest_minute.max(free);
            if at > pause.value.latest_minute {
                let message = format!(
                    "the {} of shift \"{}\" must start by {}, while the breaks before it last until {}",
                    pause.value.kind,
                    self.class,
                    clock(pause.value.latest_minute),
                    clock(free)
                );
                document.error(&pause.place, message, "widen its window, or move the windows apart");
                return None;
            }
            free = at + pause.value.length_minutes;
        }
        Some(())
    }
}

/// Reports templates of one name, and names the weekdays for the mend.
pub(super) fn refuse_twins(document: &Document, templates: &[Placed<ShiftTemplate>]) {
    let mut seen: std::collections::BTreeMap<&str, (&Place, &ShiftTemplate)> = std::collections::BTreeMap::new();
    for template in templates {
        let Some((first, twin)) = seen.get(template.value.name.as_str()) else {
            seen.insert(&template.value.name, (&template.place, &template.value));
            continue;
        };
        let shared = (0..7).find(|&day| twin.weekdays[day] && template.value.weekdays[day]);
        let hint = match shared {
            Some(day) => format!("both run on {}; drop one of the two starts", weekday::name(day)),
            None => "give the second another class, and name it in the contracts".to_owned(),
        };
        let message = format!("shift template \"{}\" is there already, in line {}", template.value.name, document.line(first));
        document.error(&template.place, message, hint);
    }
}
