//! Keeps a long list of findings readable: the first ones in full, the rest as a count.

use crate::finding::{Finding, Severity, ValidationReport};

/// Findings of one severity that a reader lists for one file.
const LISTED: usize = 50;

/// Moves `findings` into `report`: of each severity the first 50, then how many more there are.
pub(super) fn abridge(file: &str, findings: Vec<Finding>, report: &mut ValidationReport) {
    let mut counts = [0usize; 3];
    for finding in findings {
        let count = &mut counts[finding.severity as usize];
        *count += 1;
        if *count <= LISTED {
            report.push(finding);
        }
    }
    let summarise: [(Severity, &str, fn(&str, String, &str) -> Finding); 3] = [
        (Severity::Error, "errors", |file, message, hint| Finding::error(file, message, hint)),
        (Severity::Warning, "warnings", |file, message, hint| Finding::warning(file, message, hint)),
        (Severity::Note, "notes", |file, message, hint| Finding::note(file, message, hint)),
    ];
    for (severity, plural, finding) in summarise {
        let count = counts[severity as usize];
        if count > LISTED {
            let message = format!("{} more {plural} like these, {count} in all", count - LISTED);
            report.push(finding(file, message, "mend the listed ones first, then check again"));
        }
    }
}
