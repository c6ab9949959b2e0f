//! `overrides.csv`: the planner's own changes of a forecast.

use std::path::Path;

use chrono::{Days, NaiveDateTime, NaiveTime};

use super::abridge::abridge;
use super::cell::Cell;
use super::csv_table::{Column, CsvRow, CsvTable};
use super::spelling::suggest;
use super::text::{SourceText, read_text};
use super::timestamp::parse_date;
use crate::finding::{Finding, ValidationReport};
use crate::forecast_override::{ForecastOverride, OverrideChange};

const COLUMNS: [Column; 8] = [
    Column::optional("queue"),
    Column::required("start"),
    Column::required("end"),
    Column::optional("factor"),
    Column::optional("contacts"),
    Column::required("author"),
    Column::required("reason"),
    Column::optional("expires"),
];

/// Reads overrides from a file; see [`parse_overrides`].
pub fn read_overrides(path: &Path, queues: &[&str]) -> (Vec<ForecastOverride>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_overrides(&source, queues),
        Err(error) => (Vec::new(), ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The overrides in `source`: `queue,start,end,factor,contacts,author,reason,expires`.
///
/// Times are local; a date alone is its midnight as a start and the end of its day as an end. Exactly one of `factor` and
/// `contacts` is filled. Rows with errors are reported and left out. An empty `queue` means every one of `queues`, and then
/// a factor is needed unless there is only one.
pub fn parse_overrides(source: &SourceText, queues: &[&str]) -> (Vec<ForecastOverride>, ValidationReport) {
    let (mut report, mut found, mut rows) = (ValidationReport::default(), ValidationReport::default(), Vec::new());
    if let Some(table) = CsvTable::parse(source, &COLUMNS, &mut found) {
        table.note_open_end(&mut found);
        rows.extend(table.rows().iter().filter_map(|row| Reader { table: &table, row, queues }.read(&mut found)));
    }
    abridge(&source.name, found.findings, &mut report);
    (rows, report)
}

/// One row under the reader.
struct Reader<'a> {
    table: &'a CsvTable,
    row: &'a CsvRow,
    queues: &'a [&'a str],
}

impl Reader<'_> {
    /// The override of the row; every cell is looked at before the row is given up.
    fn read(&self, report: &mut ValidationReport) -> Option<ForecastOverride> {
        let queue = keep(report, self.queue());
        let start = keep(report, self.table.required(self.row, "start").timestamp());
        let end = keep(report, end_of(&self.table.required(self.row, "end")));
        let change = keep(report, self.change());
        let author = keep(report, self.table.required(self.row, "author").required());
        let reason = keep(report, self.table.required(self.row, "reason").required());
        let expires = self.table.filled(self.row, "expires").map(|cell| keep(report, cell.timestamp().map(|at| at.date())));
        let (queue, start, end, change) = (queue?, start?, end?, change?);
        let expires = match expires {
            Some(read) => Some(read?),
            None => None,
        };
        if end <= start {
            let message = format!("end {end} is not after start {start}");
            report.push(self.table.required(self.row, "end").error(message, "swap the two, or write the day after as the end"));
            return None;
        }
        if queue.is_none() && self.queues.len() > 1 && matches!(change, OverrideChange::Contacts(_)) {
            let hint = "name one queue and write a row for each, or give a factor instead of contacts";
            report.push(self.table.required(self.row, "contacts").error("a total for every queue says nothing of each", hint));
            return None;
        }
        let (author, reason) = (author?.to_owned(), reason?.to_owned());
        Some(ForecastOverride { queue, start, end, change, author, reason, expires, line: self.row.line })
    }

    fn queue(&self) -> Result<Option<String>, Finding> {
        let Some(cell) = self.table.filled(self.row, "queue") else { return Ok(None) };
        if self.queues.contains(&cell.text) {
            return Ok(Some(cell.text.to_owned()));
        }
        Err(cell.error(format!("there is no queue \"{}\"", cell.text), suggest(cell.text, self.queues.iter().copied())))
    }

    fn change(&self) -> Result<OverrideChange, Finding> {
        let hint = "fill in one of the two: a factor such as 1.2, or the contacts to expect over the stretch";
        match (self.table.filled(self.row, "factor"), self.table.filled(self.row, "contacts")) {
            (Some(factor), None) => factor_of(&factor).map(OverrideChange::Factor),
            (None, Some(contacts)) => contacts.count().map(OverrideChange::Contacts),
            (Some(_), Some(contacts)) => Err(contacts.error("factor and contacts are both given", hint)),
            (None, None) => {
                let column = if self.table.has("factor") { "factor" } else { "contacts" };
                Err(match self.table.cell(self.row, column) {
                    Some(cell) => cell.error("neither factor nor contacts is given", hint),
                    None => Finding::error(&self.table.name, "neither a column factor nor a column contacts is there", hint)
                        .at(self.row.line, 1),
                })
            }
        }
    }
}

fn keep<T>(report: &mut ValidationReport, read: Result<T, Finding>) -> Option<T> {
    read.map_err(|finding| report.push(finding)).ok()
}

/// The end of a stretch: a date alone counts as a whole.
fn end_of(cell: &Cell<'_>) -> Result<NaiveDateTime, Finding> {
    let end = cell.timestamp()?;
    let is_date = !cell.text.contains(':') && parse_date(cell.text).is_ok();
    Ok(if is_date { end.date().checked_add_days(Days::new(1)).map_or(end, |next| next.and_time(NaiveTime::MIN)) } else { end })
}

fn factor_of(cell: &Cell<'_>) -> Result<f64, Finding> {
    let hint = "write a factor on volume of 0 to 100: 1.2 for a fifth more, 0.5 for half";
    match cell.count() {
        Ok(factor) if factor <= 100.0 => Ok(factor),
        Ok(factor) => Err(cell.error(format!("a factor of {factor} is more than 100"), hint)),
        Err(finding) => Err(Finding { hint: hint.to_owned(), ..finding }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn parsed(rows: &str) -> (Vec<ForecastOverride>, ValidationReport) {
        let text = format!("queue,start,end,factor,contacts,author,reason,expires\n{rows}");
        parse_overrides(&SourceText::decode("overrides.csv", text.as_bytes()), &["help", "sales"])
    }

    fn at(day: u32, hour: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2024, 3, day).unwrap().and_hms_opt(hour, 0, 0).unwrap()
    }

    #[test]
    fn dates_are_whole_days_and_times_are_themselves() {
        let (rows, report) = parsed(
            "help,2024-03-01,2024-03-02,1.2,,Ada,mailing,2024-03-31\n\
             ,2024-03-01 09:00,2024-03-01 12:00,0,,Ada,closed desk,\n\
             sales,2024-03-04,2024-03-04,,400,Ada,campaign,\n",
        );
        assert!(report.findings.is_empty(), "{report:?}");
        assert_eq!((rows[0].start, rows[0].end, rows[0].change), (at(1, 0), at(3, 0), OverrideChange::Factor(1.2)));
        assert!(rows[0].is_expired(at(1, 0).date() + Days::new(31)) && !rows[0].is_expired(at(31, 0).date()));
        assert_eq!((rows[1].start, rows[1].end, rows[1].queue.as_deref()), (at(1, 9), at(1, 12), None));
        assert!(rows[1].covers(at(1, 9)) && !rows[1].covers(at(1, 12)) && rows[1].touches("sales"));
        assert_eq!((rows[2].change, rows[2].line), (OverrideChange::Contacts(400.0), 4));
        assert_eq!(rows[2].note(), "Ada: campaign");
    }

    #[test]
    fn every_bad_cell_is_found_at_its_place_with_a_mend() {
        let (rows, report) = parsed(
            "hlep,2024-03-01,2024-03-02,1.2,,Ada,mailing,\n\
             help,01/03/2024,2024-03-02,-1,,Ada,mailing,soon\n\
             help,2024-03-02,2024-03-01,1.2,,Ada,mailing,\n\
             help,2024-03-01,2024-03-02,1.2,50,Ada,mailing,\n\
             help,2024-03-01,2024-03-02,,,Ada,mailing,\n\
             ,2024-03-01,2024-03-02,,50,Ada,mailing,\n\
             help,2024-03-01,2024-03-02,1.2,,,,\n\
             help,2024-03-01,2024-03-02,120,,Ada,mailing,\n",
        );
        assert!(rows.is_empty());
        let places: Vec<(u32, u32)> = report.findings.iter().map(|found| (found.line.unwrap(), found.column.unwrap())).collect();
        assert_eq!(places[..4], [(2, 1), (3, 6), (3, 28), (3, 44)]);
        assert!(places[4..].iter().map(|(line, _)| *line).eq([4, 5, 6, 7, 8, 8, 9]), "{places:?}");
        assert!(report.findings.iter().all(|found| !found.hint.is_empty()));
        assert_eq!(report.findings[0].hint, "did you mean `help`?");
    }
}
