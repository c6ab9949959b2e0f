//! `shiftcast explain`: one number taken apart.

use chrono::NaiveDateTime;
use clap::{Args, Subcommand};
use scenarios::forecast::{Explanation, explain};
use serde_json::{Value, json};
use solver_data::Finding;
use solver_data::io::parse_timestamp;

use super::demand::{DemandArgs, HistoryNotes};
use super::explain_requirement::{self, RequirementArgs};
use super::explain_roster::{self, RosterArgs};
use super::failure::Failure;
use super::output::{Format, emit, print};
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Debug, Subcommand)]
enum Subject {
    /// Why a forecast says what it says: the number as a product of factors
    Forecast(Box<ForecastNumberArgs>),
    /// Why an interval needs the agents it needs: every step from contacts to agents to schedule
    Requirement(RequirementArgs),
    /// What a roster's agents, rules and service are worth, and the cheapest repairs of its shortages
    Roster(RosterArgs),
}

/// Arguments of `explain forecast`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  shiftcast explain forecast bank --queue PS --at \"1999-10-25 10:00\" --start 1999-10-24\n  \
    shiftcast explain forecast --history calls.csv --at \"2003-08-18 10:00\" --start 2003-08-18 --format json"
)]
struct ForecastNumberArgs {
    #[command(flatten)]
    demand: DemandArgs,
    /// Queue; may be left out where there is only one
    #[arg(long, value_name = "QUEUE")]
    queue: Option<String>,
    /// Local time within the interval, as "2003-08-18 10:00"
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: NaiveDateTime,
}

/// A local time as the user writes it.
pub(super) fn time(text: &str) -> Result<NaiveDateTime, String> {
    parse_timestamp(text).map_err(|error| format!("{}; {}", error.message, error.hint))
}

/// Takes one number apart.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ExplainArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    match &args.subject {
        Subject::Forecast(args) => forecast_number(args, common),
        Subject::Requirement(args) => explain_requirement::run(args, common),
        Subject::Roster(args) => explain_roster::run(args, common, watch),
    }
}

fn forecast_number(args: &ForecastNumberArgs, common: &Common) -> Result<Outcome, Failure> {
    let forecast = args.demand.expected(args.demand.single.wish(), HistoryNotes::LeftOut)?.forecast;
    let queue = match (&args.queue, forecast.queues.as_slice()) {
        (Some(name), _) => name.clone(),
        (None, [only]) => only.name.clone(),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|queue| queue.name.as_str()).collect();
            let hint = format!("name one of {} with --queue", names.join(", "));
            return Err(Failure::input(Finding::error("--queue", "there are several queues", hint)));
        }
    };
    let told = explain(&forecast, &queue, args.at)
        .map_err(|error| Failure::input(Finding::error("explain", error.to_string(), "see --queue, --at, --start and --days")))?;
    match common.format {
        Some(Format::Json) => print(&format!("{:#}\n", as_json(&told)))?,
        format => {
            if format != Some(Format::Csv) {
                print(&format!(
                    "Queue {}, {}: {:.2} contacts expected\n\n",
                    told.queue,
                    told.at.format("%A %Y-%m-%d %H:%M"),
                    told.mean
                ))?;
            }
            emit(&as_csv(&told), format, None)?;
        }
    }
    Ok(Outcome::Done)
}

fn as_csv(told: &Explanation) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(["part", "factor", "contacts", "what"]);
    for step in &told.steps {
        let numbers = [format!("{:.6}", step.factor), format!("{:.4}", step.value)];
        written = written.and_then(|()| writer.write_record([step.name, &numbers[0], &numbers[1], &step.note]));
    }
    written.expect("writing to memory does not fail, and every row has four cells");
    String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
}

fn as_json(told: &Explanation) -> Value {
    let step = |step: &scenarios::forecast::ExplanationStep| json!({ "part": step.name, "factor": step.factor, "contacts": step.value, "what": step.note });
    json!({
        "queue": told.queue,
        "at": told.at.format("%Y-%m-%d %H:%M:%S").to_string(),
        "mean": told.mean,
        "steps": told.steps.iter().map(step).collect::<Vec<_>>(),
    })
}
