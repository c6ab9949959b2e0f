//! `shiftcast explain requirement`: one interval's agents taken apart.

use std::path::PathBuf;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use clap::Args;
use scenarios::pipeline::forecast_centre;
use scenarios::staffing::QueueModel;
use scenarios::staffing::explain::{Explanation, explain};
use scenarios::{Horizon, PlanError};
use serde_json::{Value, json};
use solver_data::io::write_file;
use solver_data::{Centre, Finding, QueueId, ServiceLevelDefinition};

use super::explain::time;
use super::failure::Failure;
use super::files;
use super::output::{Format, emit, print};
use super::{Common, Outcome};
use crate::sheet::requirement_sheet;

/// Arguments of `explain requirement`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast explain requirement bank --queue PS --at \"1999-10-25 10:00\"\n  \
    shiftcast explain requirement bank --queue PS --at \"1999-10-25 10:00\" --xlsx ps.xlsx")]
pub struct RequirementArgs {
    /// Centre folder
    dir: PathBuf,
    /// Queue; may be left out where there is only one
    #[arg(long, value_name = "QUEUE")]
    queue: Option<String>,
    /// Local time within the interval, as "1999-10-25 10:00"
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: NaiveDateTime,
    /// First day of the planned horizon, which the forecast is made for [default: first day of that planning week]
    #[arg(long, value_name = "DATE")]
    start: Option<NaiveDate>,
    /// Weeks of the planned horizon
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    weeks: u32,
    /// Write the computation as a spreadsheet with live formulas
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

/// Takes one requirement apart.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &RequirementArgs, common: &Common) -> Result<Outcome, Failure> {
    let folder = files::open(&args.dir)?;
    let centre = &folder.centre;
    let queue = queue(centre, args.queue.as_deref())?;
    let start = args.start.unwrap_or_else(|| week_of(args.at.date(), centre));
    let horizon = Horizon::new(centre, &folder.history, start, 7 * args.weeks).map_err(PlanError::from)?;
    let Some(t) = horizon.planning.interval_at(args.at) else {
        let hint = format!("choose a time from {start} on within {} week(s), or move --start", args.weeks);
        return Err(Failure::input(Finding::error("--at", format!("{} lies outside the horizon", args.at), hint)));
    };
    let forecast = forecast_centre(centre, &folder.history, &horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let told = explain(centre, &demand, queue, usize::from(t)).map_err(PlanError::from)?;
    if let Some(path) = &args.xlsx {
        let hint = "choose another place with --xlsx";
        let bytes = requirement_sheet(&told).map_err(|cause| Failure::other(cause.to_string(), hint))?;
        write_file(path, &bytes).map_err(|cause| Failure::other(cause.to_string(), hint))?;
    }
    match common.format {
        Some(Format::Json) => print(&format!("{:#}\n", as_json(&told)))?,
        Some(Format::Csv) => emit(&candidates_csv(&told), Some(Format::Csv), None)?,
        _ => {
            print(&steps(&told))?;
            emit(&candidates_csv(&told), Some(Format::Table), None)?;
            print(&conclusion(&told))?;
        }
    }
    Ok(Outcome::Done)
}

fn queue(centre: &Centre, name: Option<&str>) -> Result<QueueId, Failure> {
    let names = || centre.queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>().join(", ");
    match name {
        None if centre.queues.len() == 1 => Ok(QueueId(0)),
        None => Err(Failure::input(Finding::error("--queue", "there are several queues", format!("name one of {}", names())))),
        Some(name) => centre.queues.find(|queue| queue.name == name).ok_or_else(|| {
            let message = format!("there is no queue \"{name}\"");
            Failure::input(Finding::error("--queue", message, format!("name one of {}", names())))
        }),
    }
}

/// First day of the planning week that a day lies in.
fn week_of(date: NaiveDate, centre: &Centre) -> NaiveDate {
    date - Days::new(u64::from(date.weekday().days_since(centre.week_start)))
}

fn definition(definition: ServiceLevelDefinition) -> &'static str {
    match definition {
        ServiceLevelDefinition::ServedAll => "answered in time / offered",
        ServiceLevelDefinition::ServedExclShort => "answered in time / (offered - abandoned in time)",
        ServiceLevelDefinition::OfAnswered => "answered in time / answered",
        ServiceLevelDefinition::HandledOrGone => "(answered or abandoned in time) / offered",
        ServiceLevelDefinition::Virtual => "share whose wait, had they stayed, is in time",
    }
}

/// Every step down to the candidates.
fn steps(told: &Explanation) -> String {
    let station = &told.station;
    let (seconds, how) = told.service_level();
    let patience = match station.model {
        QueueModel::ErlangA { patience_seconds } => format!("{patience_seconds:.0} s, after which a contact has left on average"),
        QueueModel::ErlangC => "none: contacts never leave".to_owned(),
    };
    let mut wishes: Vec<String> = Vec::new();
    let target = &told.target;
    wishes.extend(
        target.service_level.map(|level| format!("{:.1} % within {seconds} s ({})", 100.0 * level.share, definition(how))),
    );
    wishes.extend(target.asa_seconds.map(|limit| format!("mean wait of at most {limit} s")));
    wishes.extend(target.abandonment.map(|limit| format!("at most {:.1} % abandon", 100.0 * limit)));
    wishes.extend(target.occupancy.map(|limit| format!("occupancy of at most {:.1} %", 100.0 * limit)));
    wishes
        .extend(target.maximum_wait.map(|limit| format!("{:.1} % wait no longer than {} s", 100.0 * limit.share, limit.seconds)));
    format!(
        "Queue {}, {}\n\n  contacts       {:.2} in {:.0} s (shiftcast explain forecast says why)\n  handle time    {:.1} s\n  \
         offered load   {:.2} × {:.1} / {:.0} = {:.4} erlangs\n  patience       {patience}\n  formula        {}\n  \
         promise        {}\n\n",
        told.queue,
        told.at.format("%A %Y-%m-%d %H:%M"),
        station.volume,
        station.interval_seconds,
        station.aht_seconds,
        station.volume,
        station.aht_seconds,
        station.interval_seconds,
        station.offered_load(),
        told.formula(),
        if wishes.is_empty() { "none".to_owned() } else { wishes.join("; ") },
    )
}

fn conclusion(told: &Explanation) -> String {
    if told.agents == 0 {
        return "\nNo contacts are expected, so nobody is needed.\n".to_owned();
    }
    let (planned, unplanned) = (told.shrinkage.planned.get(), told.shrinkage.unplanned.get());
    format!(
        "\n  required       {} agents on contact: the first row that keeps the promise ({:.2} before rounding)\n  \
         shrinkage      {:.1} % planned, {:.1} % unplanned\n  to schedule    {:.2} / ((1 - {planned})(1 - {unplanned})) = {:.2}\n",
        told.agents,
        told.fractional,
        100.0 * planned,
        100.0 * unplanned,
        told.fractional,
        told.scheduled,
    )
}

fn candidates_csv(told: &Explanation) -> String {
    let mut text = String::from("agents,service_level,asa_seconds,waits,abandons,occupancy,keeps,misses\n");
    for candidate in &told.candidates {
        let got = &candidate.measures;
        let misses: Vec<&str> =
            candidate.verdicts.iter().filter(|verdict| !verdict.kept).map(|verdict| verdict.measure).collect();
        let row = [
            candidate.agents.to_string(),
            format!("{:.6}", got.service_level),
            format!("{:.3}", got.asa_seconds),
            format!("{:.6}", got.wait_probability),
            format!("{:.6}", got.abandonment),
            format!("{:.6}", got.occupancy),
            if candidate.keeps() { "yes" } else { "no" }.to_owned(),
            misses.join(" and "),
        ];
        text.push_str(&row.join(","));
        text.push('\n');
    }
    text
}

fn as_json(told: &Explanation) -> Value {
    let candidate = |one: &scenarios::staffing::explain::Candidate| {
        let got = &one.measures;
        json!({
            "agents": one.agents,
            "service_level": got.service_level,
            "asa_seconds": got.asa_seconds.is_finite().then_some(got.asa_seconds),
            "p_wait": got.wait_probability,
            "p_abandon": got.abandonment,
            "occupancy": got.occupancy,
            "keeps": one.keeps(),
        })
    };
    json!({
        "queue": told.queue,
        "at": told.at.format("%Y-%m-%d %H:%M:%S").to_string(),
        "volume": told.station.volume,
        "interval_seconds": told.station.interval_seconds,
        "aht_seconds": told.station.aht_seconds,
        "offered_load": told.station.offered_load(),
        "formula": told.formula(),
        "target": told.target,
        "candidates": told.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "required_fractional": told.fractional,
        "required": told.agents,
        "planned_shrinkage": told.shrinkage.planned.get(),
        "unplanned_shrinkage": told.shrinkage.unplanned.get(),
        "scheduled": told.scheduled,
    })
}
