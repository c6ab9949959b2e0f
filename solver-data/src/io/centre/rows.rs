//! Rows of the folder's tables: values with their findings, names looked up.

use chrono::NaiveDate;

use crate::finding::{Finding, ValidationReport};
use crate::io::Cell;
use crate::io::csv_table::{CsvRow, CsvTable};
use crate::io::spelling::suggest;

/// Adds the finding of a failed reading.
pub(super) fn keep<T>(report: &mut ValidationReport, read: Result<T, Finding>) -> Option<T> {
    read.map_err(|finding| report.push(finding)).ok()
}

/// A row of a table with the report its readings go to.
pub(super) struct Reading<'a> {
    pub(super) table: &'a CsvTable,
    pub(super) row: &'a CsvRow,
    pub(super) report: &'a mut ValidationReport,
}

impl<'a> Reading<'a> {
    /// A required cell's value.
    pub(super) fn value<T>(&mut self, column: &'a str, read: impl Fn(&Cell<'a>) -> Result<T, Finding>) -> Option<T> {
        let cell = self.table.cell(self.row, column)?;
        keep(self.report, read(&cell))
    }

    /// An optional cell's value; `None` for an empty one.
    pub(super) fn filled<T>(&mut self, column: &'a str, read: impl Fn(&Cell<'a>) -> Result<T, Finding>) -> Option<T> {
        let cell = self.table.filled(self.row, column)?;
        keep(self.report, read(&cell))
    }

    /// Two dates of which the second must not be the earlier.
    pub(super) fn period(&mut self, start: &'a str, end: &'a str) -> Option<(NaiveDate, NaiveDate)> {
        let (first, last) = (self.value(start, Cell::date), self.value(end, Cell::date));
        let (first, last) = (first?, last?);
        if last < first {
            let cell = self.table.cell(self.row, end)?;
            self.report.push(cell.error(format!("{end} {last} is before {start} {first}"), "swap the two dates"));
            return None;
        }
        Some((first, last))
    }
}

/// The row number of the name in a cell.
pub(super) fn one_of(cell: &Cell<'_>, what: &str, names: &[&str]) -> Result<usize, Finding> {
    let name = cell.required()?;
    let found = names.iter().position(|known| *known == name);
    found.ok_or_else(|| cell.error(format!("there is no {what} \"{name}\""), suggest(name, names.iter().copied())))
}
