//! `mix.csv`: contacts by channel or topic.
//!
//! `date,dimension,value,contacts[,queue]`: `date` is a day, a local time (summed to its day) or a month `2024-03`;
//! `dimension` is `channel` or `topic`; without a `queue` column all rows belong to the queue `all`. Only shares are taken
//! from it: the numbers need not add up to the history.

use std::collections::HashMap;
use std::path::Path;

use chrono::{Days, Months, NaiveDate};

use super::Cell;
use super::abridge::abridge;
use super::csv_table::{Column, CsvTable};
use super::spelling::suggest;
use super::text::{SourceText, read_text};
use super::timestamp::parse_timestamp;
use crate::finding::{Finding, ValidationReport};
use crate::mix::{MixDimension, MixRecord};

const COLUMNS: [Column; 5] = [
    Column::required("date").or(&["month", "timestamp", "day"]),
    Column::required("dimension"),
    Column::required("value"),
    Column::required("contacts").or(&["offered"]),
    Column::optional("queue"),
];

const DIMENSIONS: [(&str, MixDimension); 2] = [("channel", MixDimension::Channel), ("topic", MixDimension::Topic)];
/// Name of the queue where the file has no queue column.
const ALL: &str = "all";

/// Reads a mix; rows with errors are left out and reported.
///
/// - `queues`: names there are; `None` where any will do
pub fn read_mix(path: &Path, queues: Option<&[&str]>) -> (Vec<MixRecord>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_mix(&source, queues),
        Err(error) => (Vec::new(), ValidationReport { findings: vec![error.finding()] }),
    }
}

/// A mix in a text; see [`read_mix`].
pub fn parse_mix(source: &SourceText, queues: Option<&[&str]>) -> (Vec<MixRecord>, ValidationReport) {
    let mut own = ValidationReport::default();
    let mut records = Vec::new();
    let mut seen: HashMap<(String, String, MixDimension, String), u32> = HashMap::new();
    if let Some(table) = CsvTable::parse(source, &COLUMNS, &mut own) {
        table.note_open_end(&mut own);
        table.note_extra_columns(&mut own);
        for row in table.rows() {
            let at = table.required(row, "date");
            let read = (|| {
                let (first, last) = period(&at)?;
                let queue = match table.filled(row, "queue") {
                    Some(cell) => known(&cell, queues)?,
                    None => ALL.to_owned(),
                };
                let dimension = table.required(row, "dimension").choice(&DIMENSIONS)?;
                let value = table.required(row, "value").required()?.to_owned();
                let contacts = table.required(row, "contacts").count()?;
                Ok::<_, Finding>(MixRecord { first, last, queue, dimension, value, contacts })
            })();
            let record = match read {
                Ok(record) => record,
                Err(finding) => {
                    own.push(finding);
                    continue;
                }
            };
            let key = (at.text.to_owned(), record.queue.clone(), record.dimension, record.value.clone());
            if let Some(line) = seen.insert(key, row.line) {
                let message = format!("{} of {} is there already, in line {line}", record.value, at.text);
                own.push(Finding::error(&table.name, message, "drop one of the rows, or add them up").at(row.line, 1));
                continue;
            }
            records.push(record);
        }
    }
    let mut report = ValidationReport::default();
    own.findings.sort_by_key(|finding| (finding.line, finding.column));
    abridge(&source.name, own.findings, &mut report);
    (records, report)
}

fn known(cell: &Cell<'_>, queues: Option<&[&str]>) -> Result<String, Finding> {
    match queues {
        Some(known) if !known.contains(&cell.text) => {
            Err(cell.error(format!("there is no queue \"{}\"", cell.text), suggest(cell.text, known.iter().copied())))
        }
        _ => Ok(cell.text.to_owned()),
    }
}

/// First and last day of a day, a local time or a month `2024-03`.
pub(super) fn period(cell: &Cell<'_>) -> Result<(NaiveDate, NaiveDate), Finding> {
    let text = cell.required()?;
    if let Some((first, last)) = month(text) {
        return Ok((first, last));
    }
    let at = parse_timestamp(text).map_err(|error| {
        cell.error(format!("{}: {}", cell.name, error.message), "write a day as 2024-03-01 or a month as 2024-03")
    })?;
    Ok((at.date(), at.date()))
}

/// First and last day of a month `2024-03`.
fn month(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (year, month) = text.split_once(['-', '/', '.'])?;
    let digits = |part: &str, most: usize| part.len() <= most && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let first = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?;
    Some((first, first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<MixRecord>, ValidationReport) {
        parse_mix(&SourceText::decode("mix.csv", text.as_bytes()), Some(&["sales", "all"]))
    }

    #[test]
    fn days_times_and_months_are_read() {
        let (records, report) = parse(
            "date,queue,dimension,value,contacts\n2024-02,sales,channel,chat,120\n2024-03-01,sales,topic,card lost,7\n\
             2024-03-01 09:30,,channel,voice,3.5\n",
        );
        assert!(report.findings.is_empty(), "{report:?}");
        assert_eq!(records[0].last.to_string(), "2024-02-29");
        assert_eq!((records[1].first, records[1].dimension), (records[1].last, MixDimension::Topic));
        assert_eq!((records[2].queue.as_str(), records[2].contacts), ("all", 3.5));
    }

    #[test]
    fn doubles_and_strangers_are_refused_with_their_place() {
        let (records, report) = parse(
            "date,queue,dimension,value,contacts\n2024-02,sales,channel,chat,120\n2024-02,sales,channel,chat,1\n\
             2024-13,sales,channel,chat,1\n2024-02,slaes,channel,chat,1\n2024-02,sales,chanel,chat,1\n2024-02,sales,topic,,-1\n",
        );
        assert_eq!(records.len(), 1);
        let lines: Vec<u32> = report.findings.iter().filter_map(|finding| finding.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7]);
        assert_eq!(report.findings[3].hint, "did you mean `channel`?");
        assert!(report.findings[1].hint.contains("2024-03"));
    }
}
