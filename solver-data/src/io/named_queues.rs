//! Names of queues in a cell, looked up where a centre says which there are.

use super::Cell;
use super::spelling::suggest;
use crate::finding::{Finding, ValidationReport};

/// The names in a cell, apart by `;`; `known` are the queues there are, `None` where nobody says.
///
/// # Errors
/// A finding for each name that is not among the known.
pub(super) fn named_queues(cell: &Cell<'_>, known: Option<&[&str]>) -> Result<Vec<String>, Vec<Finding>> {
    let names: Vec<String> =
        cell.text.split([';', '|', '；']).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let Some(known) = known else { return Ok(names) };
    let refuse = |name: &&String| !known.contains(&name.as_str());
    let unknown: Vec<Finding> = names
        .iter()
        .filter(refuse)
        .map(|name| cell.error(format!("there is no queue \"{name}\""), suggest(name, known.iter().copied())))
        .collect();
    if unknown.is_empty() { Ok(names) } else { Err(unknown) }
}

/// Adds the findings of a failed reading.
pub(super) fn told<T>(report: &mut ValidationReport, read: Result<T, Vec<Finding>>) -> Option<T> {
    read.map_err(|findings| report.findings.extend(findings)).ok()
}
