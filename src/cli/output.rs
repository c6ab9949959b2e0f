//! Results: one CSV text, shown as a table, as JSON or as it is, on standard output or in a file.

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use serde_json::{Map, Value};
use solver_data::io::write_file;

use super::failure::Failure;

/// A table whose only line is under its header.
const LINE_UNDER_HEADER: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns for reading.
    Table,
    /// JSON alone on standard output.
    Json,
    /// CSV with a header.
    Csv,
}

/// Prints `csv`, or writes it to `file`: as a table on standard output and as CSV in a file unless `format` says otherwise.
///
/// # Errors
/// [`Failure`] when the target cannot be written.
pub fn emit(csv: &str, format: Option<Format>, file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(path) => {
            let text = shaped(csv, format.unwrap_or(Format::Csv));
            write_file(path, text.as_bytes()).map_err(|cause| Failure::other(cause.to_string(), "choose another place with -o"))
        }
        None => print(&shaped(csv, format.unwrap_or(Format::Table))),
    }
}

/// A CSV text as aligned columns.
pub fn table_of(csv: &str) -> String {
    shaped(csv, Format::Table)
}

/// Prints one JSON value, or its fields as a table or CSV.
///
/// # Errors
/// [`Failure`] when standard output is closed.
pub fn emit_record(record: &Value, format: Option<Format>) -> Result<(), Failure> {
    let fields = record.as_object().into_iter().flatten();
    match format.unwrap_or(Format::Table) {
        Format::Json => print(&format!("{record:#}\n")),
        Format::Csv => {
            let (names, values): (Vec<_>, Vec<_>) = fields.map(|(name, value)| (name.clone(), plain(value))).unzip();
            print(&format!("{}\n{}\n", names.join(","), values.join(",")))
        }
        Format::Table => {
            let width = record.as_object().into_iter().flatten().map(|(name, _)| name.len()).max().unwrap_or(0);
            let lines: Vec<String> = fields.map(|(name, value)| format!("{name:width$}  {}", plain(value))).collect();
            print(&(lines.join("\n") + "\n"))
        }
    }
}

/// Prints text to standard output; a reader that hangs up is no failure.
///
/// # Errors
/// [`Failure`] when standard output cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::output("standard output", &cause)),
        _ => Ok(()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shaped(csv: &str, format: Format) -> String {
    if format == Format::Csv {
        return csv.to_owned();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    let rows: Vec<Vec<&str>> = records.iter().map(|record| record.iter().collect()).collect();
    match (format, rows.split_first()) {
        (Format::Csv, _) | (_, None) => csv.to_owned(),
        (Format::Table, Some((header, rows))) => table(header, rows),
        (Format::Json, Some((header, rows))) => json(header, rows),
    }
}

fn table(header: &[&str], rows: &[Vec<&str>]) -> String {
    let mut table = Table::new();
    table.load_style(LINE_UNDER_HEADER).set_content_arrangement(ContentArrangement::Disabled).set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        let numeric = rows.iter().all(|row| row.get(index).is_none_or(|cell| cell.is_empty() || cell.parse::<f64>().is_ok()));
        if numeric {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!("{table}\n")
}

fn json(header: &[&str], rows: &[Vec<&str>]) -> String {
    let value = |cell: &str| match serde_json::from_str::<Value>(cell) {
        Ok(plain @ (Value::Number(_) | Value::Bool(_))) => plain,
        _ if cell.is_empty() => Value::Null,
        _ => Value::String(cell.to_owned()),
    };
    let object = |row: &Vec<&str>| -> Map<String, Value> {
        header.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), value(cell))).collect()
    };
    let objects: Vec<Value> = rows.iter().map(|row| Value::Object(object(row))).collect();
    format!("{:#}\n", Value::Array(objects))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "queue,mean,note\nPS,12.5,\nNW,3,open\n";

    #[test]
    fn json_keeps_numbers_and_empties() {
        let rows: Value = serde_json::from_str(&shaped(CSV, Format::Json)).unwrap();
        assert_eq!(rows[0]["mean"], 12.5);
        assert_eq!(rows[0]["note"], Value::Null);
        assert_eq!(rows[1]["note"], "open");
    }

    #[test]
    fn tables_hold_every_cell_and_csv_is_left_alone() {
        let table = shaped(CSV, Format::Table);
        assert!(table.contains("12.5") && table.contains("open"));
        assert_eq!(shaped(CSV, Format::Csv), CSV);
    }
}
