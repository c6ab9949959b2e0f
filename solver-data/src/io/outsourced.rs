//! `outsourced.csv`: contact handling bought outside, `date,queue,minutes[,price]`, the price a minute in the currency.

use std::path::Path;

use super::csv_table::{Column, CsvRow, CsvTable};
use super::money::amount;
use super::named_queues::{named_queues, told};
use super::text::{SourceText, read_text};
use crate::finance::OutsourcedMinutes;
use crate::finding::{Finding, ValidationReport};

const COLUMNS: [Column; 4] =
    [Column::required("date"), Column::required("queue"), Column::required("minutes"), Column::optional("price")];

/// Reads work bought outside; rows with errors are left out and reported.
///
/// - `queues`: names there are
/// - `digits`: decimals of the currency
pub fn read_outsourced(path: &Path, queues: &[&str], digits: u32) -> (Vec<OutsourcedMinutes>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_outsourced(&source, queues, digits),
        Err(error) => (Vec::new(), ValidationReport { findings: vec![error.finding()] }),
    }
}

/// Work bought outside in a text; see [`read_outsourced`].
pub fn parse_outsourced(source: &SourceText, queues: &[&str], digits: u32) -> (Vec<OutsourcedMinutes>, ValidationReport) {
    let mut report = ValidationReport::default();
    let mut bought = Vec::new();
    if let Some(table) = CsvTable::parse(source, &COLUMNS, &mut report) {
        table.note_open_end(&mut report);
        table.note_extra_columns(&mut report);
        for row in table.rows() {
            bought.extend(read_row(&table, row, (queues, digits), &mut report));
        }
    }
    (bought, report)
}

fn read_row(
    table: &CsvTable,
    row: &CsvRow,
    (queues, digits): (&[&str], u32),
    report: &mut ValidationReport,
) -> Option<OutsourcedMinutes> {
    let queue = told(report, named_queues(&table.required(row, "queue"), Some(queues)));
    let read = || {
        let date = table.required(row, "date").date()?;
        let minutes = table.required(row, "minutes").count()?;
        let price = table.filled(row, "price").map(|cell| amount(&cell, digits)).transpose()?;
        Ok::<_, Finding>((date, minutes, price))
    };
    let (date, minutes, price) = read().map_err(|finding| report.push(finding)).ok()?;
    let queue = queue?.into_iter().next()?;
    Some(OutsourcedMinutes { date, queue, minutes, price })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_strangers_refused_with_their_place() {
        let text = "date,queue,minutes,price\n2024-03-01,sales,120,0.85\n2024-03-02,slaes,5,\n2024-03-02,sales,-1,\n";
        let (rows, report) = parse_outsourced(&SourceText::decode("outsourced.csv", text.as_bytes()), &["sales"], 2);
        assert_eq!((rows.len(), rows[0].minutes, rows[0].price), (1, 120.0, Some(crate::Money(85))));
        assert_eq!(report.findings.iter().filter_map(|finding| finding.line).collect::<Vec<_>>(), [3, 4]);
    }
}
