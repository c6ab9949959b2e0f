//! A TOML file as it is read: its text, places in it, and what was found.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use crate::finding::{Finding, Severity, ValidationReport};
use crate::io::text::SourceText;

/// A TOML file under reading; findings gather behind shared references so that sections can be read side by side.
#[derive(Debug)]
pub(super) struct Document {
    name: String,
    text: String,
    /// Byte at which each line starts.
    lines: Vec<usize>,
    report: RefCell<ValidationReport>,
}

/// Where a value stands: its bytes in the file and its path, such as `queues[2].patience_seconds`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) span: Range<usize>,
    pub(super) path: String,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

impl Place {
    /// The place of a key or index below this one.
    pub(super) fn child(&self, key: &str, span: Range<usize>) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { span, path }
    }

    /// The place of an element of the list at this one.
    pub(super) fn element(&self, index: usize, span: Range<usize>) -> Self {
        Self { span, path: format!("{}[{index}]", self.path) }
    }
}

impl Document {
    /// The document of a text, with the findings of its encoding.
    pub(super) fn new(source: SourceText) -> Self {
        let lines = std::iter::once(0).chain(source.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let report = RefCell::new(ValidationReport { findings: source.findings });
        Self { name: source.name, text: source.text, lines, report }
    }

    /// The tables of the file; what breaks the syntax becomes findings, the rest is read.
    pub(super) fn parse(&self) -> Spanned<DeTable<'_>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in errors {
            let place = Place { span: error.span().unwrap_or(0..0), path: String::new() };
            let message = error.message().trim().replace('\n', ", ");
            self.error(&place, format!("not TOML: {message}"), "write it as in the file that `shiftcast init` makes");
        }
        table
    }

    /// The file as findings name it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Adds an error at a place.
    pub(super) fn error(&self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        self.push(place, Finding::error(&self.name, message, hint));
    }

    /// Adds a warning at a place.
    pub(super) fn warning(&self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        self.push(place, Finding::warning(&self.name, message, hint));
    }

    /// Number of errors so far.
    pub(super) fn errors(&self) -> usize {
        self.report.borrow().count(Severity::Error)
    }

    /// Line of a place, counted from 1.
    pub(super) fn line(&self, place: &Place) -> u32 {
        self.position(place.span.start).0
    }

    /// What was found, by line.
    pub(super) fn into_report(self) -> ValidationReport {
        let mut report = self.report.into_inner();
        report.findings.sort_by_key(|finding| (finding.line, finding.column));
        report
    }

    fn push(&self, place: &Place, finding: Finding) {
        let (line, column) = self.position(place.span.start);
        let finding = finding.at(line, column);
        self.report.borrow_mut().push(if place.path.is_empty() { finding } else { finding.on(&place.path) });
    }

    /// Line and column, counted from 1, of a byte.
    fn position(&self, byte: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|&start| start <= byte).max(1);
        let start = self.lines[line - 1];
        let column = self.text.get(start..byte).map_or(0, |before| before.chars().count());
        (line as u32, column as u32 + 1)
    }
}
