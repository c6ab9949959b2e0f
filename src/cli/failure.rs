//! Why a command did not do its work, and how that is told.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::Path;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use scenarios::PlanError;
use scenarios::forecast::ForecastError;
use scenarios::scheduler::SchedulerError;
use solver_data::{Finding, Severity, ValidationReport};

/// Findings printed in full; the rest are counted.
const FINDINGS_SHOWN: usize = 50;

/// Why a command did not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The input has errors; nothing was written.
    Input(ValidationReport),
    /// Anything else, with its cause.
    Other {
        /// What failed and why.
        message: String,
        /// What to do about it; may be empty.
        hint: String,
    },
}

impl Failure {
    /// A failure with its cause and the mend.
    pub fn other(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Other { message: message.into(), hint: hint.into() }
    }

    /// One error about an input.
    pub fn input(finding: Finding) -> Self {
        Self::Input(ValidationReport { findings: vec![finding] })
    }

    /// Output that cannot be written.
    pub fn output(target: &str, cause: &std::io::Error) -> Self {
        Self::other(format!("{target} cannot be written: {cause}"), "choose another place with -o, or free it")
    }

    /// The exit status of the public interface.
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Other { .. } => 1,
        }
    }

    /// Prints to standard error.
    pub fn print(&self) {
        let text = match self {
            Self::Input(report) => {
                let mut text = rendered(report);
                let errors = report.count(Severity::Error);
                let _ = writeln!(text, "{errors} error(s); nothing was written.");
                text
            }
            Self::Other { message, hint } if hint.is_empty() => format!("error: {message}\n"),
            Self::Other { message, hint } => format!("error: {message}\n  hint: {hint}\n"),
        };
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

impl Failure {
    /// What keeps a plan of a centre folder from being made, told about the folder's files.
    pub fn in_folder(dir: &Path, error: &PlanError) -> Self {
        match Self::of_plan(error) {
            Self::Input(mut report) => {
                for finding in &mut report.findings {
                    finding.file = dir.join(&finding.file).display().to_string();
                }
                Self::Input(report)
            }
            other @ Self::Other { .. } => other,
        }
    }

    /// A plan that fails for its inputs has errors in the input; anything else is a failure of ours.
    fn of_plan(error: &PlanError) -> Self {
        let message = error.to_string();
        if let PlanError::Scheduling(SchedulerError::NoTour { agents }) = error {
            let told = agents.iter().map(|agent| {
                let hint = match agent.mends.as_slice() {
                    [] => "relax the contract, the rules or the availability, or add shift templates".to_owned(),
                    mends => format!("one of these gives a week: {}", mends.join("; ")),
                };
                Finding::error("agents.csv", format!("no week exists for agent {}: {}", agent.agent, agent.conflict), hint)
            });
            return Self::Input(ValidationReport { findings: told.collect() });
        }
        let (file, hint) = match error {
            PlanError::Grid(_) => ("centre.toml", "see interval_minutes and time_zone"),
            PlanError::Forecast(ForecastError::Interrupted) => return Self::other(message, "nothing was written"),
            PlanError::NoHistory { .. }
            | PlanError::HistoryTooOld { .. }
            | PlanError::QueueWithoutHistory { .. }
            | PlanError::Forecast(_) => ("history.csv", "see the history's rows before the first day"),
            PlanError::Staffing(_) => ("centre.toml", "see the queues' skills, levels and targets"),
            PlanError::Scheduling(_) => ("agents.csv", "relax a contract, a rule or an availability, or add shift templates"),
            _ => return Self::other(message, ""),
        };
        Self::input(Finding::error(file, message, hint))
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::of_plan(&error)
    }
}

/// Prints findings that do not stop the work to standard error.
pub fn print_notes(report: &ValidationReport) {
    if !report.findings.is_empty() {
        let _ = std::io::stderr().write_all(rendered(report).as_bytes());
    }
}

/// Every finding on a line of its own that scripts can read, with the source line under it where there is one.
fn rendered(report: &ValidationReport) -> String {
    let mut order: Vec<&Finding> = report.findings.iter().collect();
    order.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let theme = if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110);
    let mut text = String::new();
    for finding in order.iter().take(FINDINGS_SHOWN) {
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let _ = writeln!(text, "{kind}: {finding}");
        if let Some(snippet) = Snippet::of(finding) {
            let _ = handler.render_report(&mut text, &snippet);
        }
    }
    if order.len() > FINDINGS_SHOWN {
        let _ = writeln!(text, "and {} more", order.len() - FINDINGS_SHOWN);
    }
    text
}

/// The source line of a finding, for miette to draw.
#[derive(Debug)]
struct Snippet {
    source: NamedSource<String>,
    span: SourceSpan,
}

impl Snippet {
    fn of(finding: &Finding) -> Option<Self> {
        let (line, column) = (finding.line? as usize, finding.column.unwrap_or(1) as usize);
        let text = std::fs::read_to_string(Path::new(&finding.file)).ok()?;
        let before: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
        let row = text[before..].lines().next()?;
        let at: usize = row.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        let length = row[at..].split([',', ';', ' ', '\t']).next().map_or(1, str::len).max(1);
        Some(Self {
            source: NamedSource::new(&finding.file, text.clone()),
            span: (before + at, length.min(text.len() - before - at)).into(),
        })
    }
}

impl std::fmt::Display for Snippet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("here")
    }
}

impl std::error::Error for Snippet {}

impl Diagnostic for Snippet {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::underline(self.span))))
    }
}
