//! `shiftcast erlang`: queueing formulas on a batch of rows.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use scenarios::staffing::batch::{Answer, EvaluateRow, RequiredRow, RowModel, evaluate, required};
use solver_data::io::{Cell, Column, CsvRow, CsvTable, read_text};
use solver_data::{Finding, ServiceLevelDefinition, ValidationReport};

use super::failure::{Failure, print_notes};
use super::output::emit;
use super::{Common, Outcome};

/// Arguments of `erlang`.
#[derive(Debug, Args)]
pub struct ErlangArgs {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Least agents that meet every limit of a row
    #[command(after_help = "Example, 100 contacts of 180 s in half an hour, 80 % in 20 s:\n  \
        echo model,volume,interval_s,aht_s,sl_target,t_s > in.csv\n  echo erlang_c,100,1800,180,0.8,20 >> in.csv\n  \
        shiftcast erlang required --batch in.csv\n\nColumns: model (erlang_c or erlang_a), volume, interval_s, aht_s, patience_s, sl_def,\n\
        sl_target, t_s, asa_max_s, max_abandon, max_occ; an empty cell is no such limit.")]
    Required(BatchArgs),
    /// Service that a number of agents gives
    #[command(
        after_help = "Example:\n  echo model,volume,interval_s,aht_s,n,t_s > in.csv\n  echo erlang_c,100,1800,180,14,20 >> in.csv\n  \
        shiftcast erlang evaluate --batch in.csv\n\nColumns: model (erlang_c or erlang_a), volume, interval_s, aht_s, patience_s, n, t_s, sl_def."
    )]
    Evaluate(BatchArgs),
}

#[derive(Debug, Args)]
struct BatchArgs {
    /// Rows to answer
    #[arg(long, value_name = "FILE")]
    batch: PathBuf,
    /// Where the answers go [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

const MODELS: [(&str, RowModel); 2] = [("erlang_c", RowModel::ErlangC), ("erlang_a", RowModel::ErlangA)];

const DEFINITIONS: [(&str, ServiceLevelDefinition); 5] = [
    ("served_all", ServiceLevelDefinition::ServedAll),
    ("served_excl_short", ServiceLevelDefinition::ServedExclShort),
    ("of_answered", ServiceLevelDefinition::OfAnswered),
    ("handled_or_gone", ServiceLevelDefinition::HandledOrGone),
    ("virtual", ServiceLevelDefinition::Virtual),
];

const STATION: [Column; 6] = [
    Column::required("model"),
    Column::required("volume"),
    Column::required("interval_s"),
    Column::required("aht_s"),
    Column::optional("patience_s"),
    Column::optional("sl_def"),
];

/// Answers a batch.
///
/// # Errors
/// [`Failure::Input`] with every bad cell.
pub fn run(args: &ErlangArgs, common: &Common) -> Result<Outcome, Failure> {
    let (batch, csv) = match &args.question {
        Question::Required(batch) => {
            let limits = ["sl_target", "t_s", "asa_max_s", "max_abandon", "max_occ"].map(Column::optional);
            let (table, rows) = read(&batch.batch, &[&STATION[..], &limits].concat(), required_row)?;
            (batch, answered(&table, &required(&rows), &["n_min"]))
        }
        Question::Evaluate(batch) => {
            let more = [Column::required("n"), Column::optional("t_s")];
            let (table, rows) = read(&batch.batch, &[&STATION[..], &more].concat(), evaluate_row)?;
            (batch, answered(&table, &evaluate(&rows), &[]))
        }
    };
    emit(&csv, common.format, batch.output.as_deref())?;
    Ok(Outcome::Done)
}

fn read<T>(
    path: &Path,
    columns: &[Column],
    row: fn(&CsvTable, &CsvRow, &mut ValidationReport) -> Option<T>,
) -> Result<(CsvTable, Vec<T>), Failure> {
    let source = read_text(path).map_err(|error| Failure::input(unreadable(path, &error.to_string())))?;
    let mut report = ValidationReport::default();
    let table = CsvTable::parse(&source, columns, &mut report);
    let rows = table
        .as_ref()
        .map_or_else(Vec::new, |table| table.rows().iter().filter_map(|cells| row(table, cells, &mut report)).collect());
    match table {
        Some(table) if report.is_usable() => {
            print_notes(&report);
            Ok((table, rows))
        }
        _ => Err(Failure::Input(report)),
    }
}

fn unreadable(path: &Path, message: &str) -> Finding {
    Finding::error(path.display().to_string(), message, "name a file that can be read")
}

/// A cell's value; an empty cell is no limit, a bad one is a finding.
fn optional<T>(
    table: &CsvTable,
    row: &CsvRow,
    column: &'static str,
    parse: impl Fn(&Cell<'_>) -> Result<T, Finding>,
    report: &mut ValidationReport,
) -> Option<T> {
    let cell = table.filled(row, column)?;
    parse(&cell).map_err(|finding| report.push(finding)).ok()
}

fn share(cell: &Cell<'_>) -> Result<f64, Finding> {
    cell.share()
}

fn seconds(cell: &Cell<'_>) -> Result<f64, Finding> {
    cell.seconds()
}

fn patience(cell: &Cell<'_>) -> Result<f64, Finding> {
    if cell.text.eq_ignore_ascii_case("inf") { Ok(f64::INFINITY) } else { cell.seconds() }
}

/// Formula, volume, interval, handle time, patience and definition: what both questions share.
type StationCells = (RowModel, f64, f64, f64, Option<f64>, ServiceLevelDefinition);

fn station(table: &CsvTable, row: &CsvRow, report: &mut ValidationReport) -> Option<StationCells> {
    let mut kept = |result: Result<f64, Finding>| result.map_err(|finding| report.push(finding)).ok();
    let volume = kept(table.required(row, "volume").count());
    let interval_s = kept(table.required(row, "interval_s").seconds());
    let aht_s = kept(table.required(row, "aht_s").seconds());
    let model = table.required(row, "model").choice(&MODELS).map_err(|finding| report.push(finding)).ok();
    let patience_s = optional(table, row, "patience_s", patience, report);
    let definition = optional(table, row, "sl_def", |cell| cell.choice(&DEFINITIONS), report).unwrap_or_default();
    Some((model?, volume?, interval_s?, aht_s?, patience_s, definition))
}

fn required_row(table: &CsvTable, row: &CsvRow, report: &mut ValidationReport) -> Option<RequiredRow> {
    let (model, volume, interval_s, aht_s, patience_s, sl_def) = station(table, row, report)?;
    Some(RequiredRow {
        model,
        volume,
        interval_s,
        aht_s,
        patience_s,
        sl_def,
        sl_target: optional(table, row, "sl_target", share, report),
        t_s: optional(table, row, "t_s", seconds, report),
        asa_max_s: optional(table, row, "asa_max_s", seconds, report),
        max_abandon: optional(table, row, "max_abandon", share, report),
        max_occ: optional(table, row, "max_occ", share, report),
    })
}

fn evaluate_row(table: &CsvTable, row: &CsvRow, report: &mut ValidationReport) -> Option<EvaluateRow> {
    let (model, volume, interval_s, aht_s, patience_s, sl_def) = station(table, row, report)?;
    let n = table.required(row, "n").whole().map_err(|finding| report.push(finding)).ok()?;
    let t_s = optional(table, row, "t_s", seconds, report);
    Some(EvaluateRow { model, volume, interval_s, aht_s, patience_s, n, t_s, sl_def })
}

/// The input columns, then the answers.
fn answered(table: &CsvTable, answers: &[Answer], first: &[&str]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let added = first.iter().copied().chain(["sl", "asa_s", "p_wait", "p_abandon", "occupancy", "status"]);
    let header: Vec<&str> = table.header.iter().map(String::as_str).chain(added).collect();
    let mut written = writer.write_record(&header);
    for (row, answer) in table.rows().iter().zip(answers) {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let agents = (!first.is_empty()).then(|| answer.n.map_or_else(String::new, |n| n.to_string()));
        let measures = [answer.sl, answer.asa_s, answer.p_wait, answer.p_abandon, answer.occupancy].map(number);
        let cells = table.texts(row).map(str::to_owned).chain(agents).chain(measures).chain([answer.status.clone()]);
        written = written.and_then(|()| writer.write_record(cells.collect::<Vec<_>>()));
    }
    written.expect("writing to memory does not fail, and every row has the header's width");
    String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
}
