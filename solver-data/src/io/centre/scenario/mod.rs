//! Scenario files: named, dated changes, read against a centre and a horizon and validated in one pass.
//!
//! ```toml
//! title = "Promotion week"             # for the reader; title_zh and description beside it
//! include = ["flu_week"]               # scenarios whose changes come first
//!
//! [[change]]
//! kind = "volume"                      # one of `Alteration::KINDS`
//! queues = ["PS", "NW"]                # or channel, tier, class; all queues where none is named
//! from = "1999-10-25"                  # until; or from_day and until_day, counted from 1; the whole horizon otherwise
//! weekdays = ["mon-thu"]
//! between = ["10:00-14:00"]            # or "peak": the four hours in a row of most work
//! factor = 1.25
//! ```
//!
//! What every kind takes stands in `docs/scenarios.md`.

mod kind;
mod people;
mod reach;
mod sweep;
mod terms;

#[cfg(test)]
mod tests;

use super::document::{Document, Place};
use super::entry::Entry;
use super::section::Section;
use crate::centre::Centre;
use crate::finding::{Finding, ValidationReport};
use crate::io::spelling::suggest;
use crate::io::text::SourceText;
use crate::scenario::{Change, Scenario};
use chrono::NaiveDate;

pub use sweep::{SweepAxis, SweepGrid, SweepPoint, parse_sweep};

/// What scenarios are read against.
#[derive(Debug, Clone, Copy)]
pub struct ScenarioContext<'a> {
    /// The centre.
    pub centre: &'a Centre,
    /// Days of the horizon, ascending, one at least.
    pub days: &'a [NaiveDate],
}

/// Where scenarios are looked up by name.
pub trait ScenarioShelf {
    /// The text of a scenario, if there is one of that name.
    fn text(&self, name: &str) -> Option<SourceText>;
    /// Every name there is, for suggestions.
    fn names(&self) -> Vec<String>;
}

/// Reads the scenario that `name` stands for; `A+B` is A and then B.
///
/// Included scenarios come before the changes of the file that includes them.
///
/// Returns the scenario only when no finding is an error.
pub fn read_scenario(
    name: &str,
    shelf: &dyn ScenarioShelf,
    context: ScenarioContext<'_>,
) -> (Option<Scenario>, ValidationReport) {
    let mut report = ValidationReport::default();
    let mut scenario: Option<Scenario> = None;
    let parts: Vec<&str> = if shelf.text(name).is_some() { vec![name] } else { name.split('+').map(str::trim).collect() };
    for part in parts {
        let Some(source) = shelf.text(part) else {
            report.push(unknown(part, shelf));
            continue;
        };
        let next = parse_scenario((part, source), shelf, context, &mut report);
        scenario = Some(match scenario.take() {
            None => next,
            Some(first) => joined(first, next),
        });
    }
    (scenario.filter(|_| report.is_usable()).map(|scenario| Scenario { name: name.to_owned(), ..scenario }), report)
}

/// Both one after the other.
fn joined(first: Scenario, next: Scenario) -> Scenario {
    let title_zh = first.title_zh.zip(next.title_zh).map(|(one, other)| format!("{one}＋{other}"));
    let description = [first.description, next.description].into_iter().filter(|text| !text.is_empty());
    Scenario {
        name: format!("{}+{}", first.name, next.name),
        title: format!("{} + {}", first.title, next.title),
        title_zh,
        description: description.collect::<Vec<_>>().join(" "),
        changes: first.changes.into_iter().chain(next.changes).collect(),
    }
}

fn unknown(name: &str, shelf: &dyn ScenarioShelf) -> Finding {
    let names = shelf.names();
    let hint = suggest(name, names.iter().map(String::as_str));
    let hint = format!("{hint} or name a file; scenarios of the folder and of the catalogue go by their names");
    Finding::error(name, format!("there is no scenario \"{name}\""), hint)
}

/// The scenario of a text, with what it includes.
fn parse_scenario(
    (name, source): (&str, SourceText),
    shelf: &dyn ScenarioShelf,
    context: ScenarioContext<'_>,
    report: &mut ValidationReport,
) -> Scenario {
    let mut path = vec![name.to_owned()];
    read_one(source, &mut path, shelf, context, report)
}

/// Reads a file; `path` are the scenarios that include each other down to it.
fn read_one(
    source: SourceText,
    path: &mut Vec<String>,
    shelf: &dyn ScenarioShelf,
    context: ScenarioContext<'_>,
    report: &mut ValidationReport,
) -> Scenario {
    let name = path.last().cloned().unwrap_or_default();
    let document = Document::new(source);
    let table = document.parse();
    let root = Section::root(&document, &table);
    let text = |key| root.optional(key).and_then(|entry: Entry<'_>| entry.title()).map(str::to_owned);
    let called = text("name");
    let title = text("title").or(called).unwrap_or_else(|| name.clone());
    let (title_zh, description) = (text("title_zh"), text("description").unwrap_or_default());
    let mut changes = Vec::new();
    for included in root.optional("include").map(|entry| entry.texts("write it as [\"flu_week\"]")).unwrap_or_default() {
        changes.extend(include(&document, (&included.value, &included.place), path, shelf, (context, report)));
    }
    changes.extend(read_changes(&root, context));
    if changes.is_empty() && document.errors() == 0 && !root.has("change") && !root.has("include") {
        let hint = "write [[change]] kind = \"volume\" factor = 1.1, or include = [\"flu_week\"]";
        document.warning(&Place::default(), "the scenario changes nothing", hint);
    }
    root.close();
    drop(table);
    report.absorb(document.into_report());
    Scenario { name, title, title_zh, description, changes }
}

/// The changes of an included scenario.
fn include(
    document: &Document,
    (name, place): (&str, &Place),
    path: &mut Vec<String>,
    shelf: &dyn ScenarioShelf,
    (context, report): (ScenarioContext<'_>, &mut ValidationReport),
) -> Vec<Change> {
    if path.iter().any(|above| above == name) {
        let round = path.iter().map(String::as_str).chain([name]).collect::<Vec<_>>().join(" → ");
        document.error(place, format!("scenarios include each other in a circle: {round}"), "leave one of them out");
        return Vec::new();
    }
    let Some(source) = shelf.text(name) else {
        let names = shelf.names();
        let hint = suggest(name, names.iter().map(String::as_str));
        document.error(place, format!("there is no scenario \"{name}\""), hint);
        return Vec::new();
    };
    path.push(name.to_owned());
    let scenario = read_one(source, path, shelf, context, report);
    path.pop();
    scenario.changes
}

/// Every `[[change]]` that can be read.
fn read_changes(root: &Section<'_>, context: ScenarioContext<'_>) -> Vec<Change> {
    let Some(entry) = root.optional("change") else { return Vec::new() };
    let entries = entry.list("write each under a heading of its own, [[change]]").unwrap_or_default();
    entries.into_iter().filter_map(Entry::section).filter_map(|section| read_change(section, context)).collect()
}

/// One change; `None` where an error keeps it from being read.
fn read_change(section: Section<'_>, context: ScenarioContext<'_>) -> Option<Change> {
    let document = section.document;
    let before = document.errors();
    let known = section.required("kind", "kind = \"volume\"").and_then(|entry| kind::kind(&entry));
    section.has("note");
    let reach = reach::read(&section, context);
    let alteration = match (known, reach) {
        (Some(kind), Some(reach)) => kind::read(kind, &section, (&reach, context)).map(|alteration| (reach, alteration)),
        _ => None,
    };
    let place = (document.name().to_owned(), document.line(&section.place));
    // Without its kind, which keys belong to it is not known.
    if known.is_some() && (alteration.is_some() || document.errors() == before) {
        section.close();
    }
    let (reach, alteration) = alteration?;
    (document.errors() == before).then_some(Change { reach, alteration, place })
}
