//! From JSON text to a typed document; a failure becomes a finding at its line and column.

use serde::de::DeserializeOwned;

use super::text::SourceText;
use crate::finding::{Finding, ValidationReport};

/// The document in `source`, whose own findings go into `report` first; `None` with an error in the report.
pub(super) fn parse_json<T: DeserializeOwned>(source: &SourceText, report: &mut ValidationReport) -> Option<T> {
    report.findings.extend(source.findings.iter().cloned());
    match serde_json::from_str(&source.text) {
        Ok(document) => Some(document),
        Err(error) => {
            let (message, hint) = if error.is_eof() {
                ("the file ends in the middle: it is empty or was cut off".to_owned(), "get the whole file again")
            } else {
                // The place is given by the finding, not by the message's tail.
                let text = error.to_string();
                let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
                (message, if error.is_data() { "compare with the format's description" } else { "mend the JSON at this place" })
            };
            let line = source.text.lines().nth(error.line().saturating_sub(1)).unwrap_or("");
            let before = line.as_bytes().get(..error.column()).unwrap_or(line.as_bytes());
            let column = String::from_utf8_lossy(before).chars().count().max(1);
            report.push(Finding::error(&source.name, message, hint).at(error.line().max(1) as u32, column as u32));
            None
        }
    }
}

/// Gathers what is wrong in a document that parsed, each with its path.
pub(super) struct Complaints<'a> {
    file: &'a str,
    findings: Vec<Finding>,
}

impl<'a> Complaints<'a> {
    pub(super) fn about(file: &'a str) -> Self {
        Self { file, findings: Vec::new() }
    }

    /// An error at `path`, if there is a problem.
    pub(super) fn check(&mut self, path: impl Into<String>, problem: Option<String>, hint: impl Into<String>) {
        if let Some(message) = problem {
            self.findings.push(Finding::error(self.file, message, hint).on(path));
        }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// The first name that stands twice.
pub(super) fn repeated<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::HashSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}
