//! Sweep files: a grid of changes, every combination of the points of its axes a scenario of its own.
//!
//! ```toml
//! replications = 100
//! roster = "kept"                      # kept, replanned or both
//! include = ["flu_week"]               # holds at every point; so do [[change]]s
//!
//! [[axis]]
//! name = "volume"
//! change = { kind = "volume", queues = ["PS"] }
//! vary = "factor"                      # the key of the change that takes the values
//! values = [0.9, 1.0, 1.1]
//!
//! [[axis]]
//! name = "event"
//! scenarios = ["none", "flu_week"]     # whole scenarios; "none" changes nothing
//! ```

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ScenarioContext, ScenarioShelf, include, read_change, read_changes};
use crate::finding::ValidationReport;
use crate::io::centre::document::{Document, Place};
use crate::io::centre::entry::Entry;
use crate::io::centre::section::Section;
use crate::io::text::SourceText;
use crate::scenario::Change;

/// Most scenarios of one sweep.
const MOST_POINTS: usize = 100_000;

/// A grid of scenarios.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepGrid {
    /// Replications of each scenario, where the file names them.
    pub replications: Option<u32>,
    /// Which rosters are asked for: kept, re-planned.
    pub rosters: (bool, bool),
    /// Changes that hold at every point.
    pub common: Vec<Change>,
    /// The axes; the last runs fastest.
    pub axes: Vec<SweepAxis>,
}

/// An axis of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepAxis {
    /// Name, a column of the result.
    pub name: String,
    /// Its points, in file order; one at least.
    pub points: Vec<SweepPoint>,
}

/// A point of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPoint {
    /// As the result names it.
    pub label: String,
    /// What changes there.
    pub changes: Vec<Change>,
}

impl SweepGrid {
    /// Number of scenarios: the product over the axes.
    pub fn len(&self) -> usize {
        self.axes.iter().map(|axis| axis.points.len()).product()
    }

    /// Never: every axis has a point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The points of scenario `index`, one an axis.
    pub fn points(&self, index: usize) -> Vec<&SweepPoint> {
        let mut rest = index;
        let mut points: Vec<&SweepPoint> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            points.push(&axis.points[rest % axis.points.len()]);
            rest /= axis.points.len();
        }
        points.reverse();
        points
    }

    /// Every change of scenario `index`.
    pub fn changes(&self, index: usize) -> Vec<Change> {
        let own = self.points(index).into_iter().flat_map(|point| point.changes.iter());
        self.common.iter().chain(own).cloned().collect()
    }
}

/// Reads a sweep file.
///
/// Returns the grid only when no finding is an error.
pub fn parse_sweep(
    source: SourceText,
    shelf: &dyn ScenarioShelf,
    context: ScenarioContext<'_>,
) -> (Option<SweepGrid>, ValidationReport) {
    let mut report = ValidationReport::default();
    let document = Document::new(source);
    let table = document.parse();
    let root = Section::root(&document, &table);
    for key in ["name", "title", "description"] {
        root.has(key);
    }
    let replications = root.optional("replications").and_then(|entry| entry.whole(2..=100_000)).map(|runs| runs as u32);
    let choices = [("kept", (true, false)), ("replanned", (false, true)), ("both", (true, true))];
    let rosters = root.optional("roster").and_then(|entry| entry.choice(&choices)).unwrap_or((true, false));
    let mut common = Vec::new();
    for included in root.optional("include").map(|entry| entry.texts("write it as [\"flu_week\"]")).unwrap_or_default() {
        let mut path = vec!["sweep".to_owned()];
        common.extend(include(&document, (&included.value, &included.place), &mut path, shelf, (context, &mut report)));
    }
    common.extend(read_changes(&root, context));
    let example = "[[axis]] name = \"volume\" change = { kind = \"volume\" } vary = \"factor\" values = [0.9, 1.0, 1.1]";
    let sections = root.required_sections("axis", example);
    let axes: Vec<SweepAxis> = sections.into_iter().filter_map(|section| axis(section, shelf, (context, &mut report))).collect();
    check_axes(&document, &axes);
    root.close();
    drop(table);
    report.absorb(document.into_report());
    let grid = SweepGrid { replications, rosters, common, axes };
    (report.is_usable().then_some(grid), report)
}

fn check_axes(document: &Document, axes: &[SweepAxis]) {
    let points = axes.iter().map(|axis| axis.points.len()).fold(1_usize, usize::saturating_mul);
    if points > MOST_POINTS {
        let message = format!("the axes make {points} scenarios, more than {MOST_POINTS}");
        document.error(&Place::default(), message, "name fewer values, or split the sweep");
    }
    for (place, axis) in axes.iter().enumerate() {
        if axes[..place].iter().any(|before| before.name == axis.name) {
            let message = format!("the axis \"{}\" is there twice", axis.name);
            document.error(&Place::default(), message, "give each axis a name of its own");
        }
    }
}

/// One axis.
fn axis(
    section: Section<'_>,
    shelf: &dyn ScenarioShelf,
    (context, report): (ScenarioContext<'_>, &mut ValidationReport),
) -> Option<SweepAxis> {
    let document = section.document;
    let before = document.errors();
    let name = section.required("name", "name = \"volume\"").and_then(|entry| entry.text().map(str::to_owned));
    let points = match section.optional("scenarios") {
        Some(entry) => scenarios(&entry, shelf, (context, report), document),
        None => varied(&section, context),
    };
    section.close();
    let (name, points) = (name?, points?);
    (document.errors() == before && !points.is_empty()).then_some(SweepAxis { name, points })
}

/// The points of whole scenarios.
fn scenarios(
    entry: &Entry<'_>,
    shelf: &dyn ScenarioShelf,
    (context, report): (ScenarioContext<'_>, &mut ValidationReport),
    document: &Document,
) -> Option<Vec<SweepPoint>> {
    let names = super::reach::words(entry)?;
    let point = |name: &crate::io::centre::document::Placed<String>, report: &mut ValidationReport| {
        let changes = if name.value == "none" {
            Vec::new()
        } else {
            include(document, (&name.value, &name.place), &mut vec!["sweep".to_owned()], shelf, (context, report))
        };
        SweepPoint { label: name.value.clone(), changes }
    };
    Some(names.iter().map(|name| point(name, report)).collect())
}

/// The points of a change one key of which takes the values.
fn varied(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Vec<SweepPoint>> {
    let change = section.required("change", "change = { kind = \"volume\" }");
    let vary = section.required("vary", "vary = \"factor\"").and_then(|entry| entry.text());
    let values = section.required("values", "values = [0.9, 1.0, 1.1]");
    let (change, vary, values) = (change?, vary?, values?);
    let list = values.list("write it as [0.9, 1.0, 1.1]")?;
    if list.is_empty() {
        return values.refuse("the axis has no value", "name one at least");
    }
    let table = change.table()?;
    let mut points = Vec::new();
    for value in list {
        // The value takes its own place in the change, so that what is wrong with it is told where it stands.
        let mut own: DeTable<'_> = table.clone();
        let (place, raw) = value.raw();
        own.insert(Spanned::new(change.place.span.clone(), vary.into()), Spanned::new(place.span.clone(), raw.clone()));
        let filled = Section::new(section.document, change.place.clone(), &own);
        points.push(SweepPoint { label: label(raw), changes: vec![read_change(filled, context)?] });
    }
    Some(points)
}

/// A value as the result names it.
fn label(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(at) => at.to_string(),
        DeValue::Array(list) => list.iter().map(|value| label(value.get_ref())).collect::<Vec<_>>().join(";"),
        DeValue::Table(table) => {
            let pair = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| -> String {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                format!("{key}={}", label(value.get_ref()))
            };
            table.iter().map(pair).collect::<Vec<_>>().join(";")
        }
    }
}
