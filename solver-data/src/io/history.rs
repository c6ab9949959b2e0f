//! Reads `history.csv`: contacts per interval and queue.

use std::collections::HashMap;
use std::path::Path;

use chrono::{Duration, LocalResult, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use super::abridge::abridge;
use super::cell::Cell;
use super::csv_table::{Column, CsvRow, CsvTable};
use super::interval_length::{find_coarser_rows, find_rows_off, interval_minutes};
use super::spelling::plain;
use super::text::{SourceText, read_text};
use crate::finding::{Finding, ValidationReport};
use crate::history::{ContactHistory, IntervalRecord, QueueHistory};

const COLUMNS: [Column; 6] = [
    Column::required("timestamp").or(&["time", "datetime", "interval_start"]),
    Column::optional("queue"),
    Column::required("offered").or(&["value"]),
    Column::optional("handled").or(&["answered"]),
    Column::optional("abandoned").or(&["abandoned_in_queue"]),
    Column::optional("aht_seconds").or(&["aht_s", "aht"]),
];

/// Name of the queue of a file without queue column.
const ONE_QUEUE: &str = "all";

/// Contacts of an interval beyond which a number is a slip: a lost decimal mark or two cells run together.
const MOST_CONTACTS: f64 = 1e7;

/// First words of a totals row.
const TOTALS: [&str; 9] = ["total", "totals", "grandtotal", "sum", "gesamt", "总计", "合计", "總計", "סהכ"];

/// Reads the history file at `path`; see [`parse_history`].
pub fn read_history(path: &Path, zone: Option<Tz>) -> (Option<ContactHistory>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_history(&source, zone),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The history in `source`: `timestamp,queue,offered[,handled,abandoned,aht_seconds]`, other columns left unused.
///
/// `value` stands for `offered`; without a queue column there is one queue, `all`. With a `zone`, rows that repeat in
/// the hour the clock falls back are added up, and times the clock jumps over are errors. The interval length is the
/// commonest step between successive times. No history comes with errors; at most 50 findings of a kind are listed.
pub fn parse_history(source: &SourceText, zone: Option<Tz>) -> (Option<ContactHistory>, ValidationReport) {
    parse(source, zone, None)
}

/// Reads what came so far on the first days of a horizon; see [`parse_observed`].
pub fn read_observed(path: &Path, zone: Option<Tz>, interval_minutes: u32) -> (Option<ContactHistory>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_observed(&source, zone, interval_minutes),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// As [`parse_history`], for a part of a day: the interval is the history's, and a single row will do.
pub fn parse_observed(
    source: &SourceText,
    zone: Option<Tz>,
    interval_minutes: u32,
) -> (Option<ContactHistory>, ValidationReport) {
    parse(source, zone, Some(interval_minutes))
}

/// Reads rows of the `known` interval, or tells it from them.
fn parse(source: &SourceText, zone: Option<Tz>, known: Option<u32>) -> (Option<ContactHistory>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(source, &COLUMNS, &mut report) else { return (None, report) };
    table.note_extra_columns(&mut report);
    table.note_open_end(&mut report);
    if table.rows().is_empty() {
        report.push(
            Finding::error(&table.name, "there is no row below the header", "add one row for each interval and queue").at(1, 1),
        );
        return (None, report);
    }
    let mut reading = Reading { table: &table, zone, findings: Vec::new(), queues: Vec::new() };
    reading.take_rows();
    let interval_minutes = reading.check_grid(known);
    let queues = reading.settle_queues();
    if known.is_none() {
        reading.check_span(&queues);
    }
    let findings = reading.findings;
    abridge(&table.name, findings, &mut report);
    let history =
        interval_minutes.filter(|_| report.is_usable()).map(|interval_minutes| ContactHistory { interval_minutes, queues });
    (history, report)
}

/// A record with the line it came from and whether the clock shows its time twice.
struct Row {
    line: u32,
    record: IntervalRecord,
}

/// What has been read so far.
struct Reading<'a> {
    table: &'a CsvTable,
    zone: Option<Tz>,
    findings: Vec<Finding>,
    queues: Vec<(String, Vec<Row>)>,
}

impl Reading<'_> {
    fn take_rows(&mut self) {
        let table = self.table;
        let mut index: HashMap<&str, usize> = HashMap::new();
        let totals_from = self.totals_from();
        for (number, row) in table.rows().iter().enumerate() {
            if number >= totals_from {
                let (message, hint) = ("a totals row, which was left out", "drop it from the file");
                self.findings.push(table.required(row, "timestamp").warning(message, hint));
                continue;
            }
            let Some(record) = self.record(row) else { continue };
            let queue = match table.cell(row, "queue").map(|cell| cell.required()) {
                None => ONE_QUEUE,
                Some(Ok(name)) => name,
                Some(Err(finding)) => {
                    self.findings.push(finding);
                    continue;
                }
            };
            let at = *index.entry(queue).or_insert_with(|| {
                self.queues.push((queue.to_owned(), Vec::new()));
                self.queues.len() - 1
            });
            self.queues[at].1.push(Row { line: row.line, record });
        }
        self.check_queue_names();
    }

    /// Index of the first of the totals rows at the end; `rows().len()` where there is none.
    fn totals_from(&self) -> usize {
        let rows = self.table.rows();
        let is_total = |row: &CsvRow| {
            ["timestamp", "queue"].into_iter().filter_map(|column| self.table.cell(row, column)).any(|cell| {
                let word: String = plain(cell.text).into_iter().filter(|letter| letter.is_alphabetic()).collect();
                TOTALS.contains(&word.as_str())
            }) && self.table.required(row, "timestamp").timestamp().is_err()
        };
        rows.len() - rows.iter().rev().take_while(|row| is_total(row) || self.is_unlabelled_sum(row)).count()
    }

    /// Whether a last row without time holds the sum of what stands above it.
    fn is_unlabelled_sum(&self, row: &CsvRow) -> bool {
        let rows = self.table.rows();
        let offered = |row: &CsvRow| self.table.required(row, "offered").count().ok();
        let last = rows.last().is_some_and(|last| last.line == row.line);
        last && rows.len() > 2
            && self.table.required(row, "timestamp").is_empty()
            && offered(row).is_some_and(|sum| {
                let above: f64 = rows[..rows.len() - 1].iter().filter_map(offered).sum();
                sum > 0.0 && (sum - above).abs() <= 0.5
            })
    }

    /// The record of a row, or its findings.
    fn record(&mut self, row: &CsvRow) -> Option<IntervalRecord> {
        let table = self.table;
        let start = self.keep(table.required(row, "timestamp").timestamp());
        let stated = |column| table.filled(row, column).filter(|cell| !is_nothing(cell.text));
        let offered = self.number(stated("offered").map(|cell| contacts(&cell)));
        let handled = self.number(stated("handled").map(|cell| contacts(&cell)));
        let abandoned = self.number(stated("abandoned").map(|cell| contacts(&cell)));
        let aht_seconds = self.number(stated("aht_seconds").map(|cell| cell.seconds()));
        let start = start?;
        if let (Some(offered), Some(handled)) = (offered, handled)
            && handled > offered
            && let Some(cell) = table.cell(row, "handled")
        {
            let message = format!("{handled} contacts handled, but only {offered} offered");
            self.findings.push(cell.warning(message, "check the export: an answered contact is an offered one"));
        }
        if self.is_in_gap(start) {
            let cell = table.required(row, "timestamp");
            self.find_gap(&cell, start, offered);
            return None;
        }
        Some(IntervalRecord { start, offered, handled, abandoned, aht_seconds })
    }

    fn keep<T>(&mut self, value: Result<T, Finding>) -> Option<T> {
        value.map_err(|finding| self.findings.push(finding)).ok()
    }

    fn number(&mut self, value: Option<Result<f64, Finding>>) -> Option<f64> {
        value.and_then(|value| self.keep(value))
    }

    fn is_in_gap(&self, start: NaiveDateTime) -> bool {
        self.zone.is_some_and(|zone| matches!(zone.from_local_datetime(&start), LocalResult::None))
    }

    /// A row of no contacts in the gap is an export's filler; contacts there belong to another hour or zone.
    fn find_gap(&mut self, cell: &Cell<'_>, start: NaiveDateTime, offered: Option<f64>) {
        let zone = self.zone.map_or("this zone", Tz::name);
        let message = format!("{start} does not exist in {zone}: the clock jumps over it");
        if offered.unwrap_or(0.0) > 0.0 {
            let meant = (start + Duration::hours(1)).format("%Y-%m-%d %H:%M:%S");
            let hint = format!("write {meant} if the export forgot the change of clocks, or state the zone the file is in");
            self.findings.push(cell.error(message, hint));
        } else {
            self.findings.push(cell.warning(format!("{message}; the row holds no contact and was left out"), "drop the row"));
        }
    }

    fn check_queue_names(&mut self) {
        let mut seen: HashMap<Vec<char>, &str> = HashMap::new();
        for (name, rows) in &self.queues {
            if let Some(other) = seen.insert(plain(name), name) {
                let message = format!("queues `{other}` and `{name}` differ in case or spaces only");
                let finding =
                    Finding::warning(&self.table.name, message, "write one name the same everywhere if they are one queue");
                self.findings.push(finding.at(rows.first().map_or(1, |row| row.line), 1));
            }
        }
    }

    /// Interval length in minutes, once every row lies on its grid.
    fn check_grid(&mut self, known: Option<u32>) -> Option<u32> {
        let rows = self.queues.iter().flat_map(|(_, rows)| rows.iter().map(|row| (row.record.start, row.line)));
        let rows: Vec<(NaiveDateTime, u32)> = rows.collect();
        if rows.is_empty() && !self.findings.is_empty() {
            return None;
        }
        match known {
            Some(minutes) => {
                find_rows_off(&self.table.name, &rows, i64::from(minutes), &mut self.findings);
                find_coarser_rows(&self.table.name, &rows, i64::from(minutes), &mut self.findings);
                known
            }
            None => interval_minutes(&self.table.name, &rows, &mut self.findings),
        }
    }

    /// The queues with their records strictly ascending.
    fn settle_queues(&mut self) -> Vec<QueueHistory> {
        let mut settled = Vec::with_capacity(self.queues.len());
        let mut unsorted = None;
        for (name, mut rows) in std::mem::take(&mut self.queues) {
            if let Some(pair) =
                rows.windows(2).find(|pair| pair[1].record.start < pair[0].record.start && !self.is_in_fold(pair[1].record.start))
            {
                unsorted.get_or_insert(pair[1].line);
            }
            rows.sort_by_key(|row| row.record.start);
            let records = self.merge_repeats(&name, rows);
            settled.push(QueueHistory { name, records });
        }
        if let Some(line) = unsorted {
            let finding = Finding::note(&self.table.name, "rows are not in order of time and were sorted", "nothing to do");
            self.findings.push(finding.at(line, 1));
        }
        settled
    }

    fn is_in_fold(&self, start: NaiveDateTime) -> bool {
        self.zone.is_some_and(|zone| matches!(zone.from_local_datetime(&start), LocalResult::Ambiguous(..)))
    }

    fn merge_repeats(&mut self, queue: &str, rows: Vec<Row>) -> Vec<IntervalRecord> {
        let mut records: Vec<IntervalRecord> = Vec::with_capacity(rows.len());
        let (mut first_line, mut repeats) = (0, 0);
        for row in rows {
            let start = row.record.start;
            match records.last_mut().filter(|last| last.start == start) {
                None => (first_line, repeats) = (row.line, 1),
                Some(last) if repeats == 1 && self.is_in_fold(start) => {
                    repeats = 2;
                    *last = sum(last, &row.record);
                    let message =
                        format!("{start} stands twice for queue {queue}, as the clock shows it twice; the two were added up");
                    self.findings.push(Finding::note(&self.table.name, message, "nothing to do").at(row.line, 1));
                    continue;
                }
                Some(_) => {
                    let message = format!("{start} stands twice for queue {queue}, first in line {first_line}");
                    let hint = "keep one of the rows, or add them up if both are counts of their own";
                    self.findings.push(Finding::error(&self.table.name, message, hint).at(row.line, 1));
                    continue;
                }
            }
            records.push(row.record);
        }
        records
    }

    fn check_span(&mut self, queues: &[QueueHistory]) {
        let starts = || queues.iter().flat_map(|queue| queue.records.iter().map(|record| record.start));
        if let (Some(first), Some(last)) = (starts().min(), starts().max())
            && last - first < Duration::days(6)
        {
            let message = format!("the history covers {} to {}, less than a week", first.date(), last.date());
            self.findings.push(Finding::warning(&self.table.name, message, "a forecast needs two weeks at least, better a year"));
        }
    }
}

/// Whether a cell holds what programs write for an empty one.
fn is_nothing(text: &str) -> bool {
    ["nan", "na", "null"].iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
}

/// A count of contacts that an interval may hold.
fn contacts(cell: &Cell<'_>) -> Result<f64, Finding> {
    match cell.count()? {
        count if count <= MOST_CONTACTS => Ok(count),
        count => {
            let message = format!("{count} is more than any centre's interval; is a separator missing?");
            Err(cell.error(message, "check the row against its export; at most 10000000 contacts an interval are read"))
        }
    }
}

/// Two rows of one civil time: counts add, handle times average over the handled.
fn sum(one: &IntervalRecord, other: &IntervalRecord) -> IntervalRecord {
    let add = |left: Option<f64>, right: Option<f64>| left.zip(right).map(|(left, right)| left + right);
    let weight = |record: &IntervalRecord| record.handled.or(record.offered).unwrap_or(1.0);
    let aht_seconds = match (one.aht_seconds, other.aht_seconds) {
        (Some(left), Some(right)) if weight(one) + weight(other) > 0.0 => {
            Some((left * weight(one) + right * weight(other)) / (weight(one) + weight(other)))
        }
        (left, right) => left.or(right),
    };
    IntervalRecord {
        start: one.start,
        offered: add(one.offered, other.offered),
        handled: add(one.handled, other.handled),
        abandoned: add(one.abandoned, other.abandoned),
        aht_seconds,
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
