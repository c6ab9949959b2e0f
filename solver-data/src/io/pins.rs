//! `pins.csv`: what of a roster at hand stays as it is.

use std::path::Path;

use chrono::NaiveDate;

use crate::centre::Centre;
use crate::finding::{Finding, ValidationReport};
use crate::id::AgentId;
use crate::io::abridge::abridge;
use crate::io::csv_table::{Column, CsvTable};
use crate::io::spelling::suggest;
use crate::io::text::{SourceText, read_text};

const COLUMNS: [Column; 4] = [
    Column::optional("agent"),
    Column::optional("date").or(&["shift_date", "start"]),
    Column::optional("until").or(&["end"]),
    Column::optional("shift").or(&["template", "class"]),
];

/// One row: an empty cell means all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinRow {
    /// Whose days.
    pub agent: Option<AgentId>,
    /// First and last day.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Template or class of the shifts.
    pub shift: Option<String>,
}

/// Reads the pins at `path`; see [`parse_pins`].
pub fn read_pins(path: &Path, centre: &Centre) -> (Option<Vec<PinRow>>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_pins(&source, centre),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The pins in `source`, columns `agent,date,until,shift`, each of them optional.
pub fn parse_pins(source: &SourceText, centre: &Centre) -> (Option<Vec<PinRow>>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(source, &COLUMNS, &mut report) else { return (None, report) };
    table.note_open_end(&mut report);
    let (mut pins, mut findings) = (Vec::new(), Vec::new());
    for row in table.rows() {
        let agent = table.filled(row, "agent").filter(|cell| cell.text != "*").and_then(|cell| {
            let known = centre.agents.find(|agent| agent.code == cell.text);
            if known.is_none() {
                let hint = suggest(cell.text, centre.agents.iter().map(|agent| agent.code.as_str()));
                findings.push(cell.error(format!("there is no agent `{}`", cell.text), hint));
            }
            known
        });
        let shift = table.filled(row, "shift").filter(|cell| cell.text != "*").and_then(|cell| {
            let known = centre.templates.iter().any(|known| known.name == cell.text || known.class == cell.text);
            if !known {
                let hint = suggest(cell.text, centre.templates.iter().map(|template| template.name.as_str()));
                findings.push(cell.error(format!("there is no shift template or class `{}`", cell.text), hint));
            }
            known.then(|| cell.text.to_owned())
        });
        let mut date = |column| {
            let read = table.filled(row, column).map(|cell| cell.date());
            read.and_then(|read| read.map_err(|finding| findings.push(finding)).ok())
        };
        let (first, last) = (date("date"), date("until"));
        let days = first.or(last).map(|day| (first.unwrap_or(NaiveDate::MIN), last.unwrap_or(day)));
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            findings.push(Finding::error(&table.name, format!("{last} is before {first}"), "swap the two dates").at(row.line, 1));
        }
        if table.texts(row).all(|text| text.trim().is_empty()) {
            continue;
        }
        pins.push(PinRow { agent, days, shift });
    }
    abridge(&table.name, findings, &mut report);
    (report.is_usable().then_some(pins), report)
}
