//! A table with a header: columns matched by name, rows and cells with their places.

use super::cell::Cell;
pub use super::csv_cells::CsvRow;
use super::csv_cells::{RecordEnd, Records, delimiter};
use super::spelling::{nearest, plain};
use super::text::SourceText;
use crate::finding::{Finding, ValidationReport};

/// Findings about the shape of rows that are listed before they are only counted.
const LISTED_ROWS: usize = 20;

/// A column that a table may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name as documented.
    pub name: &'static str,
    /// Other names it goes by.
    pub aliases: &'static [&'static str],
    /// Whether the table needs it.
    pub presence: Presence,
}

/// Whether a table needs a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// An error when it is missing.
    Required,
    /// Silence when it is missing.
    Optional,
}

impl Column {
    /// A column that must be there.
    pub const fn required(name: &'static str) -> Self {
        Self { name, aliases: &[], presence: Presence::Required }
    }

    /// A column that may be there.
    pub const fn optional(name: &'static str) -> Self {
        Self { name, aliases: &[], presence: Presence::Optional }
    }

    /// The same column, known by other names, too.
    #[must_use]
    pub const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    fn goes_by(&self, header: &[char]) -> bool {
        std::iter::once(self.name).chain(self.aliases.iter().copied()).any(|name| plain(name) == header)
    }
}

/// A parsed table; cells are looked up by the documented column name.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvTable {
    /// File as findings name it.
    pub name: String,
    /// Columns of the file that nobody expected, with their header cell's line and column.
    pub extra: Vec<(String, u32, u32)>,
    /// Line of the last row, where it does not end with a line break: a file cut off within the last cell looks so.
    pub open_end: Option<u32>,
    /// Names of all columns as the file writes them.
    pub header: Vec<String>,
    expected: Vec<(&'static str, Option<usize>)>,
    cells: Records,
}

impl CsvTable {
    /// The table in `source`, whose own findings go into `report` first.
    ///
    /// The delimiter is `,`, `;` or tab; header names match without case, spaces, `-` and `_`. Rows with a wrong number of
    /// cells are reported and left out. `None` when there is no header, a required column is missing or the text is none.
    pub fn parse(source: &SourceText, expected: &[Column], report: &mut ValidationReport) -> Option<Self> {
        report.findings.extend(source.findings.iter().cloned());
        let (text, skipped) = skip_spreadsheet_line(&source.text);
        let mut records = Records::of(text, delimiter(text));
        for record in &mut records.rows {
            record.line += skipped;
        }
        let Some(&header) = records.rows.first() else {
            let names: Vec<&str> =
                expected.iter().filter(|column| column.presence == Presence::Required).map(|column| column.name).collect();
            let hint = format!("its first line names the columns, at least {}", names.join(", "));
            report.push(Finding::error(&source.name, "the file is empty", hint));
            return None;
        };
        let mut table = Self {
            name: source.name.clone(),
            extra: Vec::new(),
            open_end: None,
            header: Vec::new(),
            expected: Vec::new(),
            cells: records,
        };
        table.header = table.cells.cells(&header).map(|(_, name)| name.trim().to_owned()).collect();
        let complete = table.match_header(&header, expected, report);
        table.take_rows(header.width, report);
        complete.then_some(table)
    }

    /// The rows in file order.
    pub fn rows(&self) -> &[CsvRow] {
        &self.cells.rows
    }

    /// The texts of a row's cells as the file writes them, in the order of its columns.
    pub fn texts<'a>(&'a self, row: &CsvRow) -> impl Iterator<Item = &'a str> {
        self.cells.cells(row).map(|(_, text)| text.trim())
    }

    /// Whether the file has an expected column.
    pub fn has(&self, column: &str) -> bool {
        self.index(column).is_some()
    }

    /// A row's cell of an expected column; `None` when the file lacks the column.
    pub fn cell<'a>(&'a self, row: &'a CsvRow, column: &'a str) -> Option<Cell<'a>> {
        let (at, text) = self.cells.cells(row).nth(self.index(column)?)?;
        Some(Cell { file: &self.name, line: row.line, column: at, name: column, text: text.trim() })
    }

    /// Like [`CsvTable::cell`], `None` for an empty cell, too.
    pub fn filled<'a>(&'a self, row: &'a CsvRow, column: &'a str) -> Option<Cell<'a>> {
        self.cell(row, column).and_then(Cell::filled)
    }

    /// A row's cell of a required column.
    ///
    /// # Panics
    /// When `column` was not among the required columns given to [`CsvTable::parse`].
    pub fn required<'a>(&'a self, row: &'a CsvRow, column: &'a str) -> Cell<'a> {
        self.cell(row, column).expect("a parsed table has its required columns, and every row as many cells as the header")
    }

    /// One note that names the columns nobody expected, for readers that do not use them.
    pub fn note_extra_columns(&self, report: &mut ValidationReport) {
        let Some((_, line, column)) = self.extra.first() else { return };
        let names: Vec<String> = self.extra.iter().map(|(name, _, _)| format!("`{name}`")).collect();
        let message = format!("{} {} not used", names.join(", "), if names.len() == 1 { "is" } else { "are" });
        report.push(Finding::note(&self.name, message, "nothing to do").at(*line, *column));
    }

    /// A note where the last row does not end with a line break, for readers of files that are exported or copied.
    pub fn note_open_end(&self, report: &mut ValidationReport) {
        let Some(line) = self.open_end else { return };
        let message = "the last row does not end with a line break: was the file cut off within its last cell?";
        report.push(Finding::note(&self.name, message, "nothing to do if the row is whole").at(line, 1));
    }

    fn index(&self, column: &str) -> Option<usize> {
        self.expected.iter().find(|(name, _)| *name == column).and_then(|&(_, index)| index)
    }

    /// Finds the expected columns; tells whether all required ones are there.
    fn match_header(&mut self, header: &CsvRow, expected: &[Column], report: &mut ValidationReport) -> bool {
        let cells: Vec<(u32, &str)> = self.cells.cells(header).collect();
        let names: Vec<Vec<char>> = cells.iter().map(|(_, name)| plain(name)).collect();
        self.expected = expected.iter().map(|column| (column.name, names.iter().position(|name| column.goes_by(name)))).collect();
        let mut missing: Vec<&Column> = expected.iter().filter(|column| !self.has(column.name)).collect();
        for (index, &(at, name)) in cells.iter().enumerate() {
            if names[index].is_empty() || self.expected.iter().any(|&(_, known)| known == Some(index)) {
                continue;
            }
            let place = |finding: Finding| finding.at(header.line, at);
            let name = name.trim();
            if let Some(twice) = expected.iter().find(|column| column.goes_by(&names[index])) {
                let message = format!("column `{name}` says `{}` a second time", twice.name);
                report.push(place(Finding::error(&self.name, message, "keep one of the two")));
            } else if let Some(meant) = nearest(name, missing.iter().map(|column| column.name)) {
                let (message, hint) = (format!("column `{name}` is not known"), format!("did you mean `{meant}`?"));
                let required = missing.iter().any(|column| column.name == meant && column.presence == Presence::Required);
                let finding = if required { Finding::error } else { Finding::warning };
                report.push(place(finding(self.name.clone(), message, hint)));
                // The misspelt column is reported once, not as missing again.
                if !required {
                    self.extra.push((name.to_owned(), header.line, at));
                }
                missing.retain(|column| column.name != meant);
            } else {
                self.extra.push((name.to_owned(), header.line, at));
            }
        }
        for column in missing.iter().filter(|column| column.presence == Presence::Required) {
            let seen: Vec<&str> = cells.iter().map(|(_, name)| name.trim()).take(12).collect();
            let message = format!("column `{}` is missing", column.name);
            let hint = format!("add it to the header, which now reads {}", seen.join(", "));
            report.push(Finding::error(&self.name, message, hint).at(header.line, 1));
        }
        let has = |column: &Column| column.presence == Presence::Optional || self.has(column.name);
        expected.iter().all(has)
    }

    fn take_rows(&mut self, width: u32, report: &mut ValidationReport) {
        let mut ragged = 0;
        let mut rows = std::mem::take(&mut self.cells.rows);
        rows.remove(0);
        rows.retain_mut(|row| {
            let surplus = || self.cells.cells(row).skip(width as usize);
            let column = (row.width > width).then(|| surplus().next().map_or(1, |(column, _)| column));
            if row.width > width && surplus().all(|(_, text)| text.trim().is_empty()) {
                row.width = width;
            }
            let fits = row.width == width && row.end != RecordEnd::WithinQuotes;
            if fits {
                self.open_end = (row.end == RecordEnd::File).then_some(row.line);
            } else if row.end == RecordEnd::WithinQuotes || (row.width < width && row.end == RecordEnd::File) {
                report.push(cut_off(&self.name, row, width));
            } else {
                ragged += 1;
                if ragged <= LISTED_ROWS {
                    let message = format!("the row has {} cells, the header {width}", row.width);
                    let hint = "give every row as many cells as the header; quote a text that holds the delimiter";
                    report.push(Finding::error(&self.name, message, hint).at(row.line, column.unwrap_or(1)));
                }
            }
            fits
        });
        self.cells.rows = rows;
        if ragged > LISTED_ROWS {
            let message = format!("{} more rows have another number of cells than the header", ragged - LISTED_ROWS);
            report.push(Finding::error(&self.name, message, "give every row as many cells as the header"));
        }
    }
}

/// The finding about a row that the file breaks off.
fn cut_off(file: &str, row: &CsvRow, width: u32) -> Finding {
    let (message, hint) = if row.end == RecordEnd::WithinQuotes {
        let message = "the file ends within quotes: it was cut off, or a closing quote is missing";
        (message.to_owned(), "get the whole file again, or close the quote")
    } else {
        let message = format!("the file is cut off in the middle of a row: {} of {width} cells", row.width);
        (message, "get the whole file again, or drop the last row")
    };
    Finding::error(file, message, hint).at(row.line, 1)
}

/// Skips the line `sep=;` that spreadsheets write for one another; tells how many lines were skipped.
fn skip_spreadsheet_line(text: &str) -> (&str, u32) {
    match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.to_ascii_lowercase().starts_with("sep=") => (rest, 1),
        _ => (text, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use proptest::prelude::*;

    const COLUMNS: [Column; 3] =
        [Column::required("timestamp"), Column::required("offered").or(&["value"]), Column::optional("queue")];

    fn parse(text: &str) -> (Option<CsvTable>, ValidationReport) {
        let mut report = ValidationReport::default();
        let table = CsvTable::parse(&SourceText::decode("h.csv", text.as_bytes()), &COLUMNS, &mut report);
        (table, report)
    }

    fn only(report: &ValidationReport) -> (Severity, Option<u32>, Option<u32>, &str) {
        assert_eq!(report.findings.len(), 1, "{report:?}");
        let finding = &report.findings[0];
        (finding.severity, finding.line, finding.column, finding.message.as_str())
    }

    #[test]
    fn columns_match_without_case_and_by_other_names() {
        let (table, report) = parse(" TimeStamp ;VALUE;own\n2024-01-01;7;x\n");
        let table = table.unwrap();
        assert!(report.findings.is_empty() && !table.has("queue"));
        let cell = table.required(&table.rows()[0], "offered");
        assert_eq!((cell.text, cell.line, cell.column), ("7", 2, 12));
        assert_eq!(table.extra, [("own".to_owned(), 1, 19)]);
    }

    #[test]
    fn a_misspelt_column_is_suggested_once() {
        let (table, report) = parse("timestamp,ofered\n2024-01-01,7\n");
        assert!(table.is_none());
        assert_eq!(only(&report), (Severity::Error, Some(1), Some(11), "column `ofered` is not known"));
        assert_eq!(report.findings[0].hint, "did you mean `offered`?");
        let (table, report) = parse("timestamp,offered,qeue\n2024-01-01,7,a\n");
        assert!(table.is_some() && report.is_usable());
    }

    #[test]
    fn a_missing_or_double_column_is_an_error() {
        let (table, report) = parse("offered\n7\n");
        assert!(table.is_none());
        assert_eq!(only(&report).3, "column `timestamp` is missing");
        let (_, report) = parse("timestamp,offered,value\n1,2,3\n");
        assert_eq!(only(&report), (Severity::Error, Some(1), Some(19), "column `value` says `offered` a second time"));
    }

    #[test]
    fn ragged_rows_are_left_out_and_trailing_delimiters_forgiven() {
        let (table, report) = parse("timestamp,offered\n1,2,\n1\n1,2,3\n4,5\n");
        assert_eq!(table.unwrap().rows().len(), 2);
        assert_eq!(
            report.findings.iter().map(|finding| (finding.line, finding.column)).collect::<Vec<_>>(),
            [(Some(3), Some(1)), (Some(4), Some(5))]
        );
    }

    #[test]
    fn a_file_cut_off_in_the_middle_is_an_error() {
        let (_, report) = parse("timestamp,offered\n1,2\n2024-01");
        assert_eq!(only(&report).3, "the file is cut off in the middle of a row: 1 of 2 cells");
        let (_, report) = parse("timestamp,offered\n1,2\n2,\"3\n4,5\n");
        assert_eq!(only(&report).1, Some(3));
    }

    #[test]
    fn an_empty_file_is_an_error_and_a_header_alone_is_a_table_without_rows() {
        assert_eq!(only(&parse(" \n").1).3, "the file is empty");
        let (table, report) = parse("sep=,\ntimestamp,offered\n");
        assert!(table.unwrap().rows().is_empty() && report.findings.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_table_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut report = ValidationReport::default();
            let table = CsvTable::parse(&SourceText::decode("h", &bytes), &COLUMNS, &mut report);
            prop_assert!(table.is_some() || !report.is_usable());
        }
    }
}
