//! `drivers.csv`: what contacts follow, past and planned.
//!
//! `month,driver,value[,queues,measure,contact_rate]`: `month` is a month `2024-03` or a day; `measure` is `total` (sums, such
//! as orders; the default) or `level` (states, such as customers); `contact_rate` is the planner's contacts per unit, stated
//! on every row of a driver or on none: then it is learned. `queues` names the queues it drives, joined by `;`.

use std::path::Path;

use super::abridge::abridge;
use super::csv_table::{Column, CsvRow, CsvTable};
use super::mix::period;
use super::named_queues::{named_queues, told};
use super::text::{SourceText, read_text};
use crate::driver::{Driver, DriverMeasure, DriverValue};
use crate::finding::{Finding, ValidationReport};

const COLUMNS: [Column; 6] = [
    Column::required("month").or(&["date", "day", "period"]),
    Column::required("driver").or(&["name"]),
    Column::required("value"),
    Column::optional("queues").or(&["queue"]),
    Column::optional("measure"),
    Column::optional("contact_rate"),
];

const MEASURES: [(&str, DriverMeasure); 2] = [("total", DriverMeasure::Total), ("level", DriverMeasure::Level)];

/// One row, with its line.
struct DriverRow {
    line: u32,
    name: String,
    queues: Vec<String>,
    measure: DriverMeasure,
    value: DriverValue,
}

/// Reads drivers; rows with errors are left out and reported.
///
/// - `queues`: names there are; `None` where any will do
pub fn read_drivers(path: &Path, queues: Option<&[&str]>) -> (Vec<Driver>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_drivers(&source, queues),
        Err(error) => (Vec::new(), ValidationReport { findings: vec![error.finding()] }),
    }
}

/// Drivers in a text; see [`read_drivers`].
pub fn parse_drivers(source: &SourceText, queues: Option<&[&str]>) -> (Vec<Driver>, ValidationReport) {
    let mut own = ValidationReport::default();
    let mut rows: Vec<DriverRow> = Vec::new();
    if let Some(table) = CsvTable::parse(source, &COLUMNS, &mut own) {
        table.note_open_end(&mut own);
        table.note_extra_columns(&mut own);
        for row in table.rows() {
            rows.extend(read_row(&table, row, queues, &mut own));
        }
    }
    let drivers = gathered(rows, &source.name, &mut own);
    let mut report = ValidationReport::default();
    own.findings.sort_by_key(|finding| (finding.line, finding.column));
    abridge(&source.name, own.findings, &mut report);
    (drivers, report)
}

fn read_row(table: &CsvTable, row: &CsvRow, queues: Option<&[&str]>, report: &mut ValidationReport) -> Option<DriverRow> {
    let names = match table.filled(row, "queues") {
        Some(cell) => told(report, named_queues(&cell, queues)),
        None => Some(Vec::new()),
    };
    let read = || {
        let (first, last) = period(&table.required(row, "month"))?;
        let name = table.required(row, "driver").required()?.to_owned();
        let value = table.required(row, "value").count()?;
        let measure = match table.filled(row, "measure") {
            Some(cell) => cell.choice(&MEASURES)?,
            None => DriverMeasure::Total,
        };
        let contact_rate = table.filled(row, "contact_rate").map(|cell| cell.count()).transpose()?;
        Ok::<_, Finding>((name, measure, DriverValue { first, last, value, contact_rate }))
    };
    let (name, measure, value) = read().map_err(|finding| report.push(finding)).ok()?;
    Some(DriverRow { line: row.line, name, queues: names?, measure, value })
}

/// One driver a name and set of queues, its values in order; what contradicts itself is reported.
fn gathered(rows: Vec<DriverRow>, file: &str, report: &mut ValidationReport) -> Vec<Driver> {
    let mut drivers: Vec<(Driver, Vec<u32>)> = Vec::new();
    for row in rows {
        let same = |driver: &Driver| driver.name == row.name && driver.queues == row.queues;
        let at = drivers.iter().position(|(driver, _)| same(driver)).unwrap_or_else(|| {
            let (name, queues, measure) = (row.name.clone(), row.queues.clone(), row.measure);
            drivers.push((Driver { name, queues, measure, values: Vec::new() }, Vec::new()));
            drivers.len() - 1
        });
        let (driver, lines) = &mut drivers[at];
        let place = |message: String, hint: &str| Finding::error(file, message, hint).at(row.line, 1);
        if driver.measure != row.measure {
            let message = format!("driver {} is a total in one row and a level in another", row.name);
            report.push(place(message, "write the same measure on all its rows"));
        } else if driver.values.first().is_some_and(|first| first.contact_rate.is_some() != row.value.contact_rate.is_some()) {
            let message = format!("driver {} states contact_rate on some rows only", row.name);
            report.push(place(message, "state it on every row of the driver, or on none to learn it"));
        } else if let Some(k) = driver.values.iter().position(|v| v.first <= row.value.last && row.value.first <= v.last) {
            let message = format!("driver {} has a value for {} already, in line {}", row.name, row.value.first, lines[k]);
            report.push(place(message, "keep one value a day or month"));
        } else {
            let k = driver.values.partition_point(|value| value.first < row.value.first);
            driver.values.insert(k, row.value);
            lines.insert(k, row.line);
        }
    }
    drivers.into_iter().map(|(driver, _)| driver).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Vec<Driver>, ValidationReport) {
        parse_drivers(&SourceText::decode("drivers.csv", text.as_bytes()), None)
    }

    #[test]
    fn months_and_days_of_several_drivers_are_sorted_and_told_apart() {
        let (drivers, report) = parse(
            "month,driver,value,queues,measure,contact_rate\n2024-02,orders,2000,,,\n2024-01,orders,1000,,,\n\
             2024-01-05,spend,50,sales;service,,\n2024-01,customers,9000,,level,0.2\n",
        );
        assert!(report.findings.is_empty(), "{report:?}");
        assert_eq!(drivers.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["orders", "spend", "customers"]);
        assert_eq!(drivers[0].values[0].value, 1000.0);
        assert_eq!(drivers[1].queues, ["sales", "service"]);
        assert!(drivers[2].has_rate() && drivers[2].measure == DriverMeasure::Level && !drivers[0].has_rate());
    }

    #[test]
    fn contradictions_are_refused() {
        let (drivers, report) = parse(
            "month,driver,value,measure,contact_rate\n2024-01,orders,10,,\n2024-01,orders,20,,\n2024-02,orders,20,level,\n\
             2024-03,orders,20,,0.5\n2024-04,orders,-2,,\n2024-13,orders,5,,\n",
        );
        assert_eq!(drivers[0].values.len(), 1);
        let lines: Vec<u32> = report.findings.iter().filter_map(|finding| finding.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7]);
        assert!(!report.is_usable());
    }
}
