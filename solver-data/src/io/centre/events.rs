//! `calendar.csv`: holidays and events.

use super::rows::keep;
use crate::calendar::{Calendar, CalendarEvent, EventKind};
use crate::finding::{Finding, ValidationReport};
use crate::io::Cell;
use crate::io::csv_table::{Column, CsvRow, CsvTable};
use crate::io::spelling::suggest;
use crate::io::text::SourceText;

const COLUMNS: [Column; 6] = [
    Column::required("start"),
    Column::required("end"),
    Column::required("kind"),
    Column::optional("name"),
    Column::optional("queues"),
    Column::optional("uplift"),
];

const KINDS: [(&str, EventKind); 6] = [
    ("holiday", EventKind::Holiday),
    ("makeup_workday", EventKind::MakeupWorkday),
    ("closure", EventKind::Closure),
    ("promotion", EventKind::Promotion),
    ("launch", EventKind::Launch),
    ("outage", EventKind::Outage),
];

/// Queues that events may name.
#[derive(Debug, Clone, Copy)]
pub(super) enum QueueNames<'a> {
    /// Any: the calendar is read without a centre.
    Any,
    /// Those of the centre.
    Known(&'a [&'a str]),
}

/// Reads a calendar; rows with errors are reported and left out.
pub(super) fn read_events(source: &SourceText, queues: QueueNames<'_>, report: &mut ValidationReport) -> Calendar {
    let Some(table) = CsvTable::parse(source, &COLUMNS, report) else { return Calendar::default() };
    table.note_open_end(report);
    let mut events: Vec<(u32, CalendarEvent)> = Vec::new();
    for row in table.rows() {
        let Some(event) = read_event(&table, row, queues, report) else { continue };
        if let Some((line, _)) = events.iter().find(|(_, other)| *other == event) {
            let message = format!("the event \"{}\" is there already, in line {line}", event.name);
            report.push(Finding::warning(&table.name, message, "drop one of the rows").at(row.line, 1));
            continue;
        }
        events.push((row.line, event));
    }
    Calendar { events: events.into_iter().map(|(_, event)| event).collect() }
}

fn read_event(table: &CsvTable, row: &CsvRow, queues: QueueNames<'_>, report: &mut ValidationReport) -> Option<CalendarEvent> {
    let start = table.cell(row, "start").and_then(|cell| keep(report, cell.date()));
    let end = table.cell(row, "end").and_then(|cell| keep(report, cell.date()));
    let kind = table.cell(row, "kind").and_then(|cell| keep(report, cell.choice(&KINDS)));
    let uplift = match table.filled(row, "uplift") {
        Some(cell) => Some(keep(report, factor(&cell))?),
        None => None,
    };
    let names = named_queues(table, row, queues, report);
    let (start, end, kind, queues) = (start?, end?, kind?, names?);
    if end < start {
        let cell = table.cell(row, "end")?;
        report.push(cell.error(format!("end {end} is before start {start}"), "swap the two dates"));
        return None;
    }
    let name = table.cell(row, "name").map(|cell| cell.text.to_owned()).unwrap_or_default();
    Some(CalendarEvent { start, end, kind, name, queues, uplift })
}

/// A factor on volume above 0.
fn factor(cell: &Cell<'_>) -> Result<f64, Finding> {
    let hint = "write a factor on volume: 1.2 for a fifth more, 0.5 for half; leave it empty to learn it";
    match cell.count() {
        Ok(factor) if factor > 0.0 && factor <= 100.0 => Ok(factor),
        Ok(factor) => Err(cell.error(format!("an uplift of {factor} is no factor above 0 and up to 100"), hint)),
        Err(finding) => Err(Finding { hint: hint.to_owned(), ..finding }),
    }
}

fn named_queues(table: &CsvTable, row: &CsvRow, queues: QueueNames<'_>, report: &mut ValidationReport) -> Option<Vec<String>> {
    let Some(cell) = table.filled(row, "queues") else { return Some(Vec::new()) };
    let names: Vec<String> =
        cell.text.split([';', '|', '；']).map(|name| name.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let QueueNames::Known(known) = queues else { return Some(names) };
    let unknown: Vec<&String> = names.iter().filter(|name| !known.contains(&name.as_str())).collect();
    for name in &unknown {
        report.push(cell.error(format!("there is no queue \"{name}\""), suggest(name, known.iter().copied())));
    }
    if unknown.is_empty() { Some(names) } else { None }
}
