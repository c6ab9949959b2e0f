//! Findings about inputs: what is wrong, where, and the mend; gathered in one pass, never one at a time.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing to do.
    Note,
    /// Probably not meant, but the plan can be made.
    Warning,
    /// The input cannot be used until this is mended.
    Error,
}

/// One thing found in an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// File as the user named it, or a file name within the centre folder.
    pub file: String,
    /// Line, counted from 1.
    pub line: Option<u32>,
    /// Column in characters, counted from 1.
    pub column: Option<u32>,
    /// Place in a structured file, such as `queues[2].patience_seconds`.
    pub path: Option<String>,
    /// What is wrong, with the values; lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Finding {
    /// An error in `file`.
    pub fn error(file: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Severity::Error, file, message, hint)
    }

    /// A warning about `file`.
    pub fn warning(file: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Severity::Warning, file, message, hint)
    }

    /// A note on `file`.
    pub fn note(file: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Severity::Note, file, message, hint)
    }

    fn new(severity: Severity, file: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { severity, file: file.into(), line: None, column: None, path: None, message: message.into(), hint: hint.into() }
    }

    /// The same finding at a line and column, both counted from 1.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        (self.line, self.column) = (Some(line), Some(column));
        self
    }

    /// The same finding at a place in a structured file.
    #[must_use]
    pub fn on(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }
}

/// `centre.toml:14:9: shift template "early" starts at 06:10, off the 15-minute grid`, then the hint on its own line.
impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(path) = &self.path {
            write!(f, " ({path})")?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}

/// Everything found in one pass over the inputs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ValidationReport {
    /// The findings, in the order found.
    pub findings: Vec<Finding>,
}

impl ValidationReport {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Takes over the findings of another pass.
    pub fn absorb(&mut self, other: ValidationReport) {
        self.findings.extend(other.findings);
    }

    /// Number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether a plan can be made: no finding is an error.
    pub fn is_usable(&self) -> bool {
        self.count(Severity::Error) == 0
    }
}
