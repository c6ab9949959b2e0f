//! `shiftcast erlang`: queueing formulas on a batch of rows, or on one queue given by options.

mod answers;
mod one;
mod rows;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use scenarios::staffing::batch::{Answer, QueueRow, evaluate, required};
use solver_data::io::{CsvRow, CsvTable, SourceText, read_text};
use solver_data::{Finding, ValidationReport};

use super::failure::{Failure, print_notes};
use super::output::emit;
use super::{Common, Outcome};
use answers::answered;
use one::{OneQueue, source};
use rows::{evaluate_columns, evaluate_row, required_columns, required_row};

/// Arguments of `erlang`.
#[derive(Debug, Args)]
pub struct ErlangArgs {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Least agents that meet every limit of a row
    #[command(after_help = REQUIRED_HELP)]
    Required(RequiredArgs),
    /// Service that a number of agents gives
    #[command(after_help = EVALUATE_HELP)]
    Evaluate(EvaluateArgs),
}

const REQUIRED_HELP: &str = "\
Example, 100 contacts of 180 s in half an hour, 80 % in 20 s:
  shiftcast erlang required --volume 100 --interval 1800 --aht 180 --sl 80/20

The same from a file, a row a queue:
  echo model,volume,interval_s,aht_s,sl_target,t_s > in.csv
  echo erlang_c,100,1800,180,0.8,20 >> in.csv
  shiftcast erlang required --batch in.csv

Columns: model, volume, interval_s, aht_s, patience_s, sl_def, sl_target, t_s, asa_max_s, max_abandon, max_occ, max_block,
asa_max_by_class_s (10|30|120); an empty cell is no such limit, and a row needs at least one.

Models and what they need besides:
  erlang_c      contacts wait for ever
  erlang_a      patience_s
  erlang_b      contacts that find all busy are lost; limit them by max_block or sl_target
  mmnk, mmnka   places (in all, agents' included); mmnka also patience_s
  retrial_b     redial_prob; retrial_a also patience_s
  priority      class_volumes (10|30|60, highest first); volume may be left empty
  escalation    escalate_prob, aht2_s; the seniors needed come as n2
  chat          concurrency and aht_s, or aht_by_concurrency_s (420|540|720); patience_s or none
A column that no row needs may be left out. An answer whose name the input has already is called NAME_answer.

Exit status 3 where one queue has no answer; a file's rows tell it in their status.";

const EVALUATE_HELP: &str = "\
Example, 14 agents for 100 contacts of 180 s in half an hour:
  shiftcast erlang evaluate --volume 100 --interval 1800 --aht 180 --agents 14 --within 20

The same from a file, a row a queue:
  echo model,volume,interval_s,aht_s,n,t_s > in.csv
  echo erlang_c,100,1800,180,14,20 >> in.csv
  shiftcast erlang evaluate --batch in.csv

Columns: model, volume, interval_s, aht_s, patience_s, n, t_s, sl_def. The models and what they need besides are listed by
`shiftcast erlang required --help`; escalation needs n2, the seniors, too.";

#[derive(Debug, Args)]
struct RequiredArgs {
    #[command(flatten)]
    input: Input,
    /// Share answered within seconds, such as 80/20
    #[arg(long, value_name = "PERCENT/SECONDS", conflicts_with = "batch")]
    sl: Option<String>,
    /// Longest mean wait, seconds
    #[arg(long, value_name = "SECONDS", conflicts_with = "batch")]
    asa_max: Option<String>,
    /// Largest share that abandons, such as 0.05 or 5%
    #[arg(long, value_name = "SHARE", conflicts_with = "batch")]
    max_abandon: Option<String>,
    /// Highest occupancy, such as 0.85
    #[arg(long, value_name = "SHARE", conflicts_with = "batch")]
    max_occ: Option<String>,
    /// Largest share that is blocked
    #[arg(long, value_name = "SHARE", conflicts_with = "batch")]
    max_block: Option<String>,
    /// Longest mean wait of each class, seconds, such as 10|30|120
    #[arg(long, value_name = "LIST", conflicts_with = "batch")]
    asa_max_by_class: Option<String>,
}

#[derive(Debug, Args)]
struct EvaluateArgs {
    #[command(flatten)]
    input: Input,
    /// Agents
    #[arg(long, value_name = "N", required_unless_present = "batch", conflicts_with = "batch")]
    agents: Option<String>,
    /// Seniors, for escalation
    #[arg(long, value_name = "N", conflicts_with = "batch")]
    seniors: Option<String>,
    /// Threshold of the service level, seconds
    #[arg(long, value_name = "SECONDS", conflicts_with = "batch")]
    within: Option<String>,
}

#[derive(Debug, Args)]
struct Input {
    /// Rows to answer
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    #[command(flatten)]
    one: OneQueue,
    /// Where the answers go [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Input {
    /// The file, or the options as a table of one row.
    fn read(&self, more: &[(&'static str, Option<&str>)]) -> Result<SourceText, Failure> {
        match &self.batch {
            Some(path) => read_text(path).map_err(|error| Failure::input(unreadable(path, &error.to_string()))),
            None => Ok(source(&self.one, more)),
        }
    }

    /// Refuses options with a number that no queue can have; rows of a file tell it in their status.
    fn possible<'a>(&self, mut queues: impl Iterator<Item = &'a QueueRow>) -> Result<(), Failure> {
        if self.batch.is_some() {
            return Ok(());
        }
        queues.try_for_each(QueueRow::validate).map_err(|error| {
            let text = error.to_string();
            let (message, hint) = text.split_once("; ").unwrap_or((&text, ""));
            Failure::input(Finding::error("command line", message, hint))
        })
    }

    /// Whether one queue has its answer, with the reason on standard error where it has none.
    fn outcome(&self, answers: &[Answer]) -> Outcome {
        let unanswered: Vec<&Answer> = answers.iter().filter(|answer| !answer.is_answered()).collect();
        if self.batch.is_some() || unanswered.is_empty() {
            return Outcome::Done;
        }
        for answer in unanswered {
            // A terminal that is gone takes no sentence; the exit status tells it all the same.
            let _ = writeln!(std::io::stderr().lock(), "no answer: {}", answer.status);
        }
        Outcome::PromiseNotMet
    }
}

/// Answers a batch, or one queue.
///
/// # Errors
/// [`Failure::Input`] with every bad cell.
pub fn run(args: &ErlangArgs, common: &Common) -> Result<Outcome, Failure> {
    let (input, csv, answers) = match &args.question {
        Question::Required(args) => {
            let (share, within) = args.sl.as_deref().map(one::level).transpose()?.unzip();
            let limits = [
                ("sl_target", share.as_deref()),
                ("t_s", within.as_deref()),
                ("asa_max_s", args.asa_max.as_deref()),
                ("max_abandon", args.max_abandon.as_deref()),
                ("max_occ", args.max_occ.as_deref()),
                ("max_block", args.max_block.as_deref()),
                ("asa_max_by_class_s", args.asa_max_by_class.as_deref()),
            ];
            if args.input.batch.is_none() && limits.iter().all(|(_, limit)| limit.is_none()) {
                return Err(Failure::input(Finding::error("command line", "no limit is given", "give a limit, e.g. --sl 80/20")));
            }
            let source = args.input.read(&limits)?;
            let (table, rows) = parse(&source, args.input.batch.as_deref(), &required_columns(), required_row)?;
            args.input.possible(rows.iter().map(|row| &row.queue))?;
            let answers = required(&rows);
            (&args.input, answered(&table, &answers, Some("n_min")), answers)
        }
        Question::Evaluate(args) => {
            let more = [("n", args.agents.as_deref()), ("n2", args.seniors.as_deref()), ("t_s", args.within.as_deref())];
            let source = args.input.read(&more)?;
            let (table, rows) = parse(&source, args.input.batch.as_deref(), &evaluate_columns(), evaluate_row)?;
            args.input.possible(rows.iter().map(|row| &row.queue))?;
            let answers = evaluate(&rows);
            (&args.input, answered(&table, &answers, None), answers)
        }
    };
    emit(&csv, common.format, input.output.as_deref())?;
    Ok(input.outcome(&answers))
}

fn parse<T>(
    source: &SourceText,
    file: Option<&Path>,
    columns: &[solver_data::io::Column],
    row: fn(&CsvTable, &CsvRow, &mut ValidationReport) -> Option<T>,
) -> Result<(CsvTable, Vec<T>), Failure> {
    let mut report = ValidationReport::default();
    let table = CsvTable::parse(source, columns, &mut report);
    let rows = table
        .as_ref()
        .map_or_else(Vec::new, |table| table.rows().iter().filter_map(|cells| row(table, cells, &mut report)).collect());
    if file.is_none() {
        // Options have no lines.
        for finding in &mut report.findings {
            (finding.line, finding.column) = (None, None);
        }
    }
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
