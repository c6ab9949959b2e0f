//! The files of a centre folder and what they say together.

use std::path::Path;

use super::agents::{AgentRow, read_agents};
use super::document::Document;
use super::events::{QueueNames, read_events};
use super::file::CentreFile;
use super::fit::check_fit;
use super::requests::read_requests;
use super::section::Section;
use super::time_off::read_time_off;
use crate::calendar::Calendar;
use crate::centre::Centre;
use crate::finance::FinanceTerms;
use crate::finding::{Finding, ValidationReport};
use crate::id::Table;
use crate::io::abridge::abridge;
use crate::io::changes::parse_changes;
use crate::io::text::{ReadError, SourceText, read_text};

/// The texts of a centre folder; a file that may be absent is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct CentreFolder {
    /// `centre.toml`.
    pub centre: SourceText,
    /// `agents.csv`; without it nothing can be scheduled.
    pub agents: Option<SourceText>,
    /// `time_off.csv`.
    pub time_off: Option<SourceText>,
    /// `requests.csv`.
    pub requests: Option<SourceText>,
    /// `calendar.csv`.
    pub calendar: Option<SourceText>,
    /// `changes.csv`.
    pub changes: Option<SourceText>,
}

/// Reads and validates the centre in a folder.
///
/// Returns the centre only when no finding is an error; warnings and notes may stand beside it. Findings name files
/// within the folder, such as `centre.toml`.
pub fn read_centre(dir: &Path) -> (Option<Centre>, ValidationReport) {
    match CentreFolder::read(dir) {
        Ok(folder) => folder.validate(),
        Err(report) => (None, report),
    }
}

/// The terms of finance in a folder's `centre.toml`; `None` when the file has errors.
pub fn read_finance(dir: &Path) -> (Option<FinanceTerms>, ValidationReport) {
    match read_text(&dir.join("centre.toml")) {
        Ok(source) => {
            let document = Document::new(renamed(source, "centre.toml"));
            let table = document.parse();
            let file = CentreFile::read(Section::root(&document, &table));
            drop(table);
            let report = document.into_report();
            (report.is_usable().then_some(file.finance), report)
        }
        Err(_) => (None, ValidationReport { findings: vec![missing_centre(dir)] }),
    }
}

/// Reads a calendar on its own, named by its path in findings; events may name any queue.
///
/// Rows with errors are left out of the calendar and reported; see [`ValidationReport::is_usable`].
pub fn read_calendar(path: &Path) -> (Calendar, ValidationReport) {
    let mut report = ValidationReport::default();
    let calendar = match read_text(path) {
        Ok(source) => abridged(Some(&source), &mut report, |source, own| read_events(source, QueueNames::Any, own)),
        Err(error) => {
            report.push(error.finding());
            Calendar::default()
        }
    };
    (calendar, report)
}

impl CentreFolder {
    /// Reads the files of a folder.
    ///
    /// # Errors
    /// A report when `centre.toml` is missing, or a file that is there cannot be read.
    pub fn read(dir: &Path) -> Result<Self, ValidationReport> {
        let mut report = ValidationReport::default();
        let mut read = |name: &str| match read_text(&dir.join(name)) {
            Ok(source) => Some(renamed(source, name)),
            Err(ReadError::Missing { .. }) => None,
            Err(error) => {
                report.push(Finding { file: name.to_owned(), ..error.finding() });
                None
            }
        };
        let centre = read("centre.toml");
        let [agents, time_off, requests, calendar, changes] =
            ["agents.csv", "time_off.csv", "requests.csv", "calendar.csv", "changes.csv"].map(read);
        match centre {
            Some(centre) if report.is_usable() => Ok(Self { centre, agents, time_off, requests, calendar, changes }),
            None if report.is_usable() => {
                report.push(missing_centre(dir));
                Err(report)
            }
            _ => Err(report),
        }
    }

    /// Validates all files in one pass; see [`read_centre`].
    pub fn validate(self) -> (Option<Centre>, ValidationReport) {
        let document = Document::new(self.centre);
        let table = document.parse();
        let file = CentreFile::read(Section::root(&document, &table));
        let mut tables = ValidationReport::default();
        let agents = agents_that_fit(self.agents.as_ref(), &document, &file, &mut tables);
        // Where agents.csv told of errors and no agent is left, every row about agents would tell of them again.
        let nameable = !agents.is_empty() || tables.is_usable();
        let (time_off, requests) = (self.time_off.filter(|_| nameable), self.requests.filter(|_| nameable));
        let time_off = abridged(time_off.as_ref(), &mut tables, |source, report| read_time_off(source, &agents, report));
        let requests = abridged(requests.as_ref(), &mut tables, |source, report| read_requests(source, &agents, &file, report));
        let names: Vec<&str> = file.queues.iter().map(|queue| queue.value.name.as_str()).collect();
        let queues = if names.is_empty() { QueueNames::Any } else { QueueNames::Known(&names) };
        let mut calendar = abridged(self.calendar.as_ref(), &mut tables, |source, report| read_events(source, queues, report));
        calendar.add_holidays(&file.head.holidays);
        let changes = self.changes.as_ref().map_or_else(Vec::new, |source| {
            let (changes, report) = parse_changes(source, (!names.is_empty()).then_some(names.as_slice()));
            tables.absorb(report);
            changes
        });
        let centre = Centre { time_off, requests, calendar, changes, ..into_centre(file, agents) };
        drop(table);
        let mut report = document.into_report();
        report.absorb(tables);
        (report.is_usable().then_some(centre), report)
    }
}

/// The agents of `agents.csv`, checked against a centre without errors.
fn agents_that_fit(
    source: Option<&SourceText>,
    document: &Document,
    file: &CentreFile,
    tables: &mut ValidationReport,
) -> Vec<AgentRow> {
    let Some(source) = source else {
        let message = "there is no agents.csv, so nobody can be scheduled";
        tables.push(Finding::note("agents.csv", message, "write one with the columns agent, contract, level, skills"));
        if document.errors() == 0 {
            check_fit(document, file, &[], tables);
        }
        return Vec::new();
    };
    abridged(Some(source), tables, |source, report| {
        let agents = read_agents(source, file, report);
        if document.errors() == 0 && report.is_usable() {
            check_fit(document, file, &agents, report);
        }
        agents
    })
}

/// What `read` makes of a file, its findings shortened where they are many; the default where there is no file.
fn abridged<T: Default>(
    source: Option<&SourceText>,
    tables: &mut ValidationReport,
    read: impl FnOnce(&SourceText, &mut ValidationReport) -> T,
) -> T {
    let Some(source) = source else { return T::default() };
    let mut report = ValidationReport::default();
    let value = read(source, &mut report);
    report.findings.sort_by_key(|finding| (finding.line, finding.column));
    abridge(&source.name, report.findings, tables);
    value
}

/// The same text under its name within the folder.
fn renamed(source: SourceText, name: &str) -> SourceText {
    let findings = source.findings.into_iter().map(|finding| Finding { file: name.to_owned(), ..finding }).collect();
    SourceText { name: name.to_owned(), findings, ..source }
}

fn missing_centre(dir: &Path) -> Finding {
    let shown = dir.display();
    if dir.is_dir() {
        let hint = format!("make one with `shiftcast init {shown} --template bank`, or name the folder that holds it");
        Finding::error("centre.toml", format!("the folder {shown} holds no centre.toml"), hint)
    } else {
        let hint = format!("make it with `shiftcast init {shown} --template bank`, or check the path");
        Finding::error("centre.toml", format!("there is no folder {shown}"), hint)
    }
}

fn into_centre(file: CentreFile, agents: Vec<AgentRow>) -> Centre {
    Centre {
        name: file.head.name,
        zone: file.head.zone,
        interval_minutes: file.head.interval_minutes,
        week_start: file.head.week_start,
        currency: file.head.currency,
        hours: file.hours,
        queues: Table::new(file.queues.into_iter().map(|queue| queue.value).collect()),
        skills: Table::new(file.skills.into_iter().map(|skill| skill.value).collect()),
        levels: Table::new(file.levels.into_iter().map(|level| level.value).collect()),
        contracts: Table::new(file.contracts.into_iter().map(|contract| contract.value).collect()),
        templates: Table::new(file.templates.into_iter().map(|template| template.value).collect()),
        rules: file.rules.value,
        shrinkage: file.shrinkage,
        coverage: file.coverage,
        pay: file.pay,
        agents: Table::new(agents.into_iter().map(|row| row.agent).collect()),
        time_off: Vec::new(),
        requests: Vec::new(),
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: file.score_bands,
    }
}
