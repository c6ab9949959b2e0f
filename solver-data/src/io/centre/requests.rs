//! `requests.csv`: wishes and what refusing them may cost.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::agents::{AgentRow, codes};
use super::file::CentreFile;
use super::rows::{Reading, keep, one_of};
use crate::agent::{Request, RequestKind};
use crate::finding::{Finding, ValidationReport};
use crate::id::AgentId;
use crate::io::Cell;
use crate::io::csv_table::{Column, CsvRow, CsvTable};
use crate::io::spelling::{nearest, suggest};
use crate::io::text::SourceText;

const COLUMNS: [Column; 5] = [
    Column::required("agent"),
    Column::required("date"),
    Column::required("kind"),
    Column::optional("value"),
    Column::required("weight"),
];

/// Reads `requests.csv`; weights are amounts in the centre's currency.
///
/// A `none` stands alone on its agent's day: other wishes for that day are left out with a note.
pub(super) fn read_requests(
    source: &SourceText,
    agents: &[AgentRow],
    file: &CentreFile,
    report: &mut ValidationReport,
) -> Vec<Request> {
    let Some(table) = CsvTable::parse(source, &COLUMNS, report) else { return Vec::new() };
    table.note_open_end(report);
    let codes = codes(agents);
    let minor = 10_f64.powi(file.head.currency.minor_digits as i32);
    let mut requests = Vec::new();
    let mut by_day = Wishes::new();
    for row in table.rows() {
        let kind = request_kind(&table, row, file, report);
        let mut reading = Reading { table: &table, row, report };
        let agent = reading.value("agent", |cell| one_of(cell, "agent", &codes)).map(AgentId::from);
        let date = reading.value("date", Cell::date);
        let weight = reading.value("weight", |cell| match cell.count()? {
            weight if weight <= 1e6 => Ok((weight * minor).round() as u32),
            weight => Err(cell.error(format!("a weight of {weight} is more than a million"), "write what refusing may cost")),
        });
        let (Some(agent), Some(date), Some(kind), Some(weight)) = (agent, date, kind, weight) else { continue };
        let known = by_day.entry((agent, date)).or_default();
        if let Some((line, _)) = known.iter().find(|(_, other)| *other == kind) {
            let message = format!("agent \"{}\" wishes the same in line {line}", codes[usize::from(agent)]);
            report.push(Finding::error(&table.name, message, "drop one of the rows").at(row.line, 1));
            continue;
        }
        known.push((row.line, kind.clone()));
        requests.push(Request { agent, date, kind, weight });
    }
    drop_overridden(&table.name, &mut requests, &by_day, report);
    requests
}

/// Wishes with their lines, by agent and day.
type Wishes = BTreeMap<(AgentId, NaiveDate), Vec<(u32, RequestKind)>>;

/// Removes an agent's wishes for a day that a row of kind `none` overrides, with a note on each.
fn drop_overridden(file: &str, requests: &mut Vec<Request>, by_day: &Wishes, report: &mut ValidationReport) {
    let line_of_none =
        |wishes: &[(u32, RequestKind)]| wishes.iter().find(|(_, kind)| *kind == RequestKind::None).map(|&(line, _)| line);
    for wishes in by_day.values() {
        let Some(none) = line_of_none(wishes) else { continue };
        for (line, _) in wishes.iter().filter(|(_, kind)| *kind != RequestKind::None) {
            let message = format!("the wish is left out: line {none} says `none` for the same agent and day");
            report.push(Finding::note(file, message, "drop the row of kind `none` to keep the wish").at(*line, 1));
        }
    }
    requests.retain(|request| {
        request.kind == RequestKind::None
            || by_day.get(&(request.agent, request.date)).is_none_or(|wishes| line_of_none(wishes).is_none())
    });
}

fn request_kind(table: &CsvTable, row: &CsvRow, file: &CentreFile, report: &mut ValidationReport) -> Option<RequestKind> {
    let kinds = [("day_off", 0), ("shift", 1), ("early", 2), ("late", 3), ("none", 4)];
    let cell = table.cell(row, "kind")?;
    match keep(report, cell.choice(&kinds))? {
        0 => Some(RequestKind::DayOff),
        2 => Some(RequestKind::Early),
        3 => Some(RequestKind::Late),
        4 => Some(RequestKind::None),
        _ => wished_shift(table, row, &cell, file, report).map(RequestKind::Shift),
    }
}

/// The template name or class in `value`.
fn wished_shift(
    table: &CsvTable,
    row: &CsvRow,
    kind: &Cell<'_>,
    file: &CentreFile,
    report: &mut ValidationReport,
) -> Option<String> {
    let Some(cell) = table.filled(row, "value") else {
        report.push(
            kind.error("the wish for a shift names none", "write a class or a template in `value`, such as F8 or F8@09:00"),
        );
        return None;
    };
    let templates = || file.templates.iter().map(|template| &template.value);
    let known = templates().any(|template| template.name == cell.text || template.class == cell.text);
    if known || !file.templates_complete {
        return Some(cell.text.to_owned());
    }
    let mut known: Vec<&str> = templates().map(|template| template.class.as_str()).collect();
    known.dedup();
    let names = templates().map(|template| template.name.as_str());
    let hint = match nearest(cell.text, names) {
        Some(meant) if cell.text.contains('@') => format!("did you mean `{meant}`?"),
        _ => suggest(cell.text, known),
    };
    report.push(cell.error(format!("there is no shift template or class \"{}\"", cell.text), hint));
    None
}
