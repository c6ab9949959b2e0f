//! Keeps a long list of findings readable: the first ones in full, the rest as a count.

use crate::finding::{Finding, Severity, ValidationReport};

/// Findings of one severity that a reader lists for one file.
const LISTED: usize = 50;

/// Moves `findings` into `report`: of each severity the first 50, then how many more there are.
pub(in crate::io) fn abridge(file: &str, findings: Vec<Finding>, report: &mut ValidationReport) {
    let mut counts = [0usize; 3];
    for finding in findings {
        let count = &mut counts[finding.severity as usize];
        *count += 1;
        if *count <= LISTED {
            report.push(finding);
        }
    }
    for (severity, plural) in [(Severity::Error, "errors"), (Severity::Warning, "warnings"), (Severity::Note, "notes")] {
        let count = counts[severity as usize];
        if count > LISTED {
            let message = format!("{} more {plural} like these, {count} in all", count - LISTED);
            let finding = Finding::error(file, message, "mend the listed ones first, then check again");
            report.push(Finding { severity, ..finding });
        }
    }
}
