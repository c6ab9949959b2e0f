//! `changes.csv`: planned changes of volume and handle time.
//!
//! `start,kind,share[,queues,before,aht_ratio,ramp_days,reason]`:
//!
//! | column | meaning |
//! |---|---|
//! | `start` | first day the change acts |
//! | `kind` | `deflection`: a share of contacts moves to self-service; `repeat`: the share of repeat contacts changes |
//! | `share` | deflection: share of contacts that no longer arrive; repeat: share of repeat contacts after the change |
//! | `queues` | names joined by `;`; empty for all |
//! | `before` | repeat alone: share of repeat contacts before the change |
//! | `aht_ratio` | deflection alone: handle time of the deflected relative to the mean; empty for 1 |
//! | `ramp_days` | days until the change acts in full; empty for at once |
//! | `reason` | in the planner's words |

use std::path::Path;

use chrono::NaiveDate;

use super::Cell;
use super::abridge::abridge;
use super::csv_table::{Column, CsvRow, CsvTable};
use super::named_queues::{named_queues, told};
use super::text::{SourceText, read_text};
use crate::change::{ChangeKind, PlannedChange};
use crate::finding::{Finding, ValidationReport};

const COLUMNS: [Column; 8] = [
    Column::required("start"),
    Column::required("kind"),
    Column::required("share"),
    Column::optional("queues").or(&["queue"]),
    Column::optional("before"),
    Column::optional("aht_ratio"),
    Column::optional("ramp_days"),
    Column::optional("reason"),
];

/// What a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Deflection,
    Repeat,
}

const KINDS: [(&str, Kind); 2] = [("deflection", Kind::Deflection), ("repeat", Kind::Repeat)];
/// Most days a change may take.
const LONGEST_RAMP: u32 = 1_000;

/// Reads planned changes; rows with errors are left out and reported.
///
/// - `queues`: names there are; `None` where any will do
pub fn read_changes(path: &Path, queues: Option<&[&str]>) -> (Vec<PlannedChange>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_changes(&source, queues),
        Err(error) => (Vec::new(), ValidationReport { findings: vec![error.finding()] }),
    }
}

/// Planned changes in a text; see [`read_changes`].
pub fn parse_changes(source: &SourceText, queues: Option<&[&str]>) -> (Vec<PlannedChange>, ValidationReport) {
    let mut own = ValidationReport::default();
    let mut changes: Vec<(u32, PlannedChange)> = Vec::new();
    if let Some(table) = CsvTable::parse(source, &COLUMNS, &mut own) {
        table.note_open_end(&mut own);
        // A column that seems to say how long a change lasts must not be passed over.
        for (name, line, column) in &table.extra {
            let message = format!("column `{name}` is not known; a change acts from its start on");
            let hint = "known are start, kind, share, queues, before, aht_ratio, ramp_days, reason; for a limited time write an override";
            own.push(Finding::error(&table.name, message, hint).at(*line, *column));
        }
        for row in table.rows() {
            let Some(change) = read_change(&table, row, queues, &mut own) else { continue };
            if let Some((line, _)) = changes.iter().find(|(_, other)| *other == change) {
                let message = format!("the same change is there already, in line {line}, and would act twice");
                own.push(Finding::error(&table.name, message, "drop one of the rows").at(row.line, 1));
                continue;
            }
            changes.push((row.line, change));
        }
    }
    let mut report = ValidationReport::default();
    own.findings.sort_by_key(|finding| (finding.line, finding.column));
    abridge(&source.name, own.findings, &mut report);
    (changes.into_iter().map(|(_, change)| change).collect(), report)
}

fn read_change(table: &CsvTable, row: &CsvRow, queues: Option<&[&str]>, report: &mut ValidationReport) -> Option<PlannedChange> {
    let start = keep(report, table.required(row, "start").date());
    let kind = keep(report, table.required(row, "kind").choice(&KINDS));
    let share = keep(report, below_one(&table.required(row, "share")));
    let names = match table.filled(row, "queues") {
        Some(cell) => told(report, named_queues(&cell, queues)),
        None => Some(Vec::new()),
    };
    let ramp_days = match table.filled(row, "ramp_days") {
        Some(cell) => keep(report, ramp(&cell)),
        None => Some(0),
    };
    let kind = what(table, row, (kind?, share), report);
    let (start, kind, queues, ramp_days): (NaiveDate, _, _, _) = (start?, kind?, names?, ramp_days?);
    let reason = table.cell(row, "reason").map(|cell| cell.text.to_owned()).unwrap_or_default();
    Some(PlannedChange { start, kind, queues, ramp_days, reason })
}

/// What the change does, from the cells of its kind; a filled cell of the other kind is an error.
fn what(table: &CsvTable, row: &CsvRow, (kind, share): (Kind, Option<f64>), report: &mut ValidationReport) -> Option<ChangeKind> {
    let (before, ratio) = (table.filled(row, "before"), table.filled(row, "aht_ratio"));
    match kind {
        Kind::Deflection => {
            if let Some(cell) = before {
                report.push(cell.error("before says nothing about a deflection", "leave it empty, or write kind repeat"));
                return None;
            }
            let aht_ratio = match ratio {
                Some(cell) => keep(report, ratio_of(&cell))?,
                None => 1.0,
            };
            let share = share?;
            if share * aht_ratio >= 1.0 {
                let cell = table.required(row, "aht_ratio");
                report.push(cell.error(
                    format!("deflecting {share} of the contacts at {aht_ratio} of the mean handle time leaves no work"),
                    "lower aht_ratio: easy contacts have a ratio below 1",
                ));
                return None;
            }
            Some(ChangeKind::Deflection { share, aht_ratio })
        }
        Kind::Repeat => {
            if let Some(cell) = ratio {
                report
                    .push(cell.error("aht_ratio says nothing about repeat contacts", "leave it empty, or write kind deflection"));
                return None;
            }
            let Some(cell) = before else {
                let message = "a repeat row needs the share of repeat contacts before the change";
                report.push(Finding::error(&table.name, message, "fill in the column before, such as 20 %").at(row.line, 1));
                return None;
            };
            let before = keep(report, below_one(&cell));
            Some(ChangeKind::Repeat { before: before?, after: share? })
        }
    }
}

fn keep<T>(report: &mut ValidationReport, read: Result<T, Finding>) -> Option<T> {
    read.map_err(|finding| report.push(finding)).ok()
}

/// A share that leaves some contacts.
fn below_one(cell: &Cell<'_>) -> Result<f64, Finding> {
    match cell.share()? {
        share if share <= 0.95 => Ok(share),
        share => Err(cell.error(format!("{} of {share} is more than 0.95", cell.name), "write a share such as 10 %")),
    }
}

fn ratio_of(cell: &Cell<'_>) -> Result<f64, Finding> {
    match cell.count()? {
        ratio if ratio <= 10.0 => Ok(ratio),
        ratio => Err(cell.error(format!("an aht_ratio of {ratio} is more than 10"), "write a factor such as 0.6")),
    }
}

fn ramp(cell: &Cell<'_>) -> Result<u32, Finding> {
    match cell.whole::<u32>()? {
        days if days <= LONGEST_RAMP => Ok(days),
        days => {
            Err(cell.error(format!("a ramp of {days} days is more than {LONGEST_RAMP}"), "write the days until it acts in full"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<PlannedChange>, ValidationReport) {
        parse_changes(&SourceText::decode("changes.csv", text.as_bytes()), Some(&["sales", "service"]))
    }

    #[test]
    fn deflections_and_repeats_are_read() {
        let (changes, report) = parse(
            "start,kind,share,queues,before,aht_ratio,ramp_days,reason\n\
             2024-03-01,deflection,10 %,sales,,0.6,30,new app\n\
             2024-05-01,repeat,0.15,,0.20,,,call-back team\n",
        );
        assert!(report.findings.is_empty(), "{report:?}");
        assert_eq!(changes[0].kind, ChangeKind::Deflection { share: 0.1, aht_ratio: 0.6 });
        assert_eq!((changes[0].ramp_days, changes[0].queues.len(), changes[0].reason.as_str()), (30, 1, "new app"));
        assert_eq!(changes[1].kind, ChangeKind::Repeat { before: 0.2, after: 0.15 });
        assert!(changes[1].touches("service"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_at_its_cell() {
        let (changes, report) = parse(
            "start,kind,share,queues,before,aht_ratio,ramp_days\n\
             2024-03-01,deflexion,10 %,,,,\n\
             2024-03-01,repeat,10 %,,,,\n\
             2024-03-01,deflection,98 %,,,,\n\
             2024-03-01,deflection,10 %,slaes,,,\n\
             2024-03-01,deflection,50 %,,,2.5,\n\
             2024-03-01,deflection,10 %,,0.2,,\n\
             2024-03-01,repeat,10 %,,0.2,0.5,-3\n\
             2024-03-01,deflection,10 %,,,,\n\
             2024-03-01,deflection,10 %,,,,\n",
        );
        assert_eq!(changes.len(), 1);
        let lines: Vec<u32> = report.findings.iter().filter_map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 8, 10], "{report:?}");
        assert!(report.findings[0].hint.contains("deflection") && report.findings[3].hint.contains("sales"));
        assert!(report.findings.iter().all(|finding| !finding.hint.is_empty()));
    }
}
