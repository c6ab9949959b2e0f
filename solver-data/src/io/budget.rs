//! A budget, `queue,volume,aht_seconds,paid_hours,amount[,month,outsourced,penalty]`: a row a queue, or a row a queue and month.
//!
//! `shiftcast cost` writes what a plan costs in the same columns, so that today's plan can be tomorrow's budget.

use std::path::Path;

use super::csv_table::{Column, CsvRow, CsvTable};
use super::mix::period;
use super::money::amount;
use super::named_queues::{named_queues, told};
use super::text::{SourceText, read_text};
use crate::finance::BudgetRow;
use crate::finding::{Finding, ValidationReport};
use crate::unit::Money;

const COLUMNS: [Column; 8] = [
    Column::required("queue"),
    Column::required("volume").or(&["contacts", "offered"]),
    Column::required("aht_seconds").or(&["aht"]),
    Column::required("paid_hours").or(&["hours"]),
    Column::required("amount").or(&["cost", "pay"]),
    Column::optional("month").or(&["date", "period"]),
    Column::optional("outsourced"),
    Column::optional("penalty"),
];

/// Reads a budget; rows with errors are left out and reported.
///
/// - `queues`: names there are
/// - `digits`: decimals of the currency
pub fn read_budget(path: &Path, queues: &[&str], digits: u32) -> (Vec<BudgetRow>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_budget(&source, queues, digits),
        Err(error) => (Vec::new(), ValidationReport { findings: vec![error.finding()] }),
    }
}

/// A budget in a text; see [`read_budget`].
pub fn parse_budget(source: &SourceText, queues: &[&str], digits: u32) -> (Vec<BudgetRow>, ValidationReport) {
    let mut report = ValidationReport::default();
    let mut rows: Vec<(BudgetRow, u32)> = Vec::new();
    if let Some(table) = CsvTable::parse(source, &COLUMNS, &mut report) {
        table.note_open_end(&mut report);
        table.note_extra_columns(&mut report);
        for row in table.rows() {
            let Some(read) = read_row(&table, row, (queues, digits), &mut report) else { continue };
            let twin = rows.iter().find(|(known, _)| known.queue == read.queue && overlap(known, &read));
            if let Some((_, line)) = twin {
                let message = format!("queue \"{}\" has a budget for these days already, in line {line}", read.queue);
                let hint = "keep one row a queue, or one a queue and month";
                report.push(Finding::error(&table.name, message, hint).at(row.line, 1));
                continue;
            }
            rows.push((read, row.line));
        }
    }
    (rows.into_iter().map(|(row, _)| row).collect(), report)
}

fn overlap(one: &BudgetRow, other: &BudgetRow) -> bool {
    match (one.days, other.days) {
        (Some(one), Some(other)) => one.0 <= other.1 && other.0 <= one.1,
        // A row without a month stands for the whole horizon.
        _ => true,
    }
}

fn read_row(
    table: &CsvTable,
    row: &CsvRow,
    (queues, digits): (&[&str], u32),
    report: &mut ValidationReport,
) -> Option<BudgetRow> {
    let queue = told(report, named_queues(&table.required(row, "queue"), Some(queues)));
    let money = |column: &'static str| match table.filled(row, column) {
        Some(cell) => amount(&cell, digits),
        None => Ok(Money(0)),
    };
    let read = || {
        let days = table.filled(row, "month").map(|cell| period(&cell)).transpose()?;
        let volume = table.required(row, "volume").count()?;
        let aht_seconds = table.required(row, "aht_seconds").seconds()?;
        let paid_hours = table.required(row, "paid_hours").count()?;
        let amount = amount(&table.required(row, "amount"), digits)?;
        if paid_hours == 0.0 && amount != Money(0) {
            let cell = table.required(row, "paid_hours");
            return Err(cell.error("no paid hours stand beside an amount", "write the hours that the amount pays"));
        }
        let (outsourced, penalty) = (money("outsourced")?, money("penalty")?);
        Ok::<_, Finding>(BudgetRow { queue: String::new(), days, volume, aht_seconds, paid_hours, amount, outsourced, penalty })
    };
    let read = read().map_err(|finding| report.push(finding)).ok()?;
    Some(BudgetRow { queue: queue?.into_iter().next()?, ..read })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<BudgetRow>, ValidationReport) {
        parse_budget(&SourceText::decode("budget.csv", text.as_bytes()), &["sales", "service"], 2)
    }

    #[test]
    fn a_budget_is_read_by_queue_and_month() {
        let text = "queue,month,volume,aht_seconds,paid_hours,amount\nsales,2024-01,1000,180,120,4000.50\nsales,2024-02,900,3:00,110,3700\n";
        let (rows, report) = parse(text);
        assert!(report.is_usable(), "{report:?}");
        assert_eq!((rows.len(), rows[0].amount), (2, Money(400_050)));
        assert_eq!(rows[0].days.map(|days| days.1.to_string()).as_deref(), Some("2024-01-31"));
    }

    #[test]
    fn doubles_strangers_and_hours_without_pay_are_refused() {
        let text = "queue,volume,aht_seconds,paid_hours,amount\nsales,1,1,1,1\nsales,2,2,2,2\nslaes,1,1,1,1\nservice,1,1,0,5\n";
        let (rows, report) = parse(text);
        assert_eq!(rows.len(), 1);
        assert_eq!(report.findings.iter().filter_map(|finding| finding.line).collect::<Vec<_>>(), [3, 4, 5]);
    }
}
