//! `shiftcast explain requirement`: one interval's agents taken apart.

use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};
use clap::Args;
use scenarios::pipeline::forecast_centre;
use scenarios::staffing::QueueModel;
use scenarios::staffing::explain::{Explanation, PoolNeed, explain};
use scenarios::{Horizon, PlanError};
use serde_json::{Value, json};
use solver_data::io::write_file;
use solver_data::{Centre, Finding, QueueId, ServiceLevelDefinition, StaffingMethod, TargetPeriod};

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
    let start = args.start.unwrap_or_else(|| centre.week_of(args.at.date()));
    let horizon = Horizon::new(centre, &folder.history, start, 7 * args.weeks).map_err(PlanError::from)?;
    let Some(t) = horizon.planning.interval_at(args.at) else {
        let hint = format!("choose a time from {start} on within {} week(s), or move --start", args.weeks);
        return Err(Failure::input(Finding::error("--at", format!("{} lies outside the horizon", args.at), hint)));
    };
    let forecast = forecast_centre(centre, &folder.history, &horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let told = explain(centre, &demand, queue, usize::from(t)).map_err(PlanError::from)?;
    if let Some(path) = &args.xlsx {
        if told.chat.is_some() || told.callbacks.is_some() || !told.channel.is_live() || told.station.volume <= 0.0 {
            let empty = told.station.volume <= 0.0;
            let why = if empty { "expects no contact then".to_owned() } else { format!("is sized by {}", told.formula()) };
            let message = format!("queue \"{}\" {why}, which no spreadsheet shows", told.queue);
            let hint = "leave --xlsx out, or choose an open interval of a queue sized by Erlang A or C";
            return Err(Failure::input(Finding::error("--xlsx", message, hint)));
        }
        let hint = "choose another place with --xlsx";
        let bytes = requirement_sheet(&told).map_err(|cause| Failure::other(cause.to_string(), hint))?;
        write_file(path, &bytes).map_err(|cause| Failure::other(cause.to_string(), hint))?;
    }
    match common.format {
        Some(Format::Json) => print(&format!("{:#}\n", as_json(&told)))?,
        Some(Format::Csv) => emit(&candidates_csv(&told), Some(Format::Csv), None)?,
        _ => {
            print(&steps(&told))?;
            if !told.candidates.is_empty() {
                emit(&candidates_csv(&told), Some(Format::Table), None)?;
            }
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

fn definition(definition: ServiceLevelDefinition) -> &'static str {
    match definition {
        ServiceLevelDefinition::ServedAll => "in time: answered in time / offered",
        ServiceLevelDefinition::ServedExclShort => "in time: answered in time / (offered - abandoned in time)",
        ServiceLevelDefinition::OfAnswered => "in time: answered in time / answered",
        ServiceLevelDefinition::HandledOrGone => "in time: (answered or abandoned in time) / offered",
        ServiceLevelDefinition::Virtual => "in time: share whose wait, had they stayed, is in time",
    }
}

/// Every step down to the candidates.
fn steps(told: &Explanation) -> String {
    let station = &told.station;
    let patience = match station.model {
        QueueModel::ErlangA { patience_seconds } => format!("{patience_seconds:.0} s, after which a contact has left on average"),
        QueueModel::ErlangC => "none: contacts never leave".to_owned(),
    };
    let more = station.volume - told.fresh;
    let added = if more > 1e-9 { format!(", and {more:.2} sent on by other queues or trying again") } else { String::new() };
    let factor = if told.stated_aht_seconds > 0.0 { station.aht_seconds / told.stated_aht_seconds } else { 1.0 };
    let own_time = if (factor - 1.0).abs() > 1e-9 {
        format!(" ({:.1} s × {factor:.4} for the levels that answer and what is put off)", told.stated_aht_seconds)
    } else {
        String::new()
    };
    let at_once = told.chat.as_ref().map_or_else(String::new, |chat| {
        let times: Vec<String> = chat.aht_seconds.iter().map(|aht| format!("{aht:.0} s")).collect();
        format!("  at once         1 to {} contacts, each then taking {}\n", times.len(), times.join(", "))
    });
    format!(
        "Queue {} ({}), {}\n\n  contacts        {:.2} in {:.0} s (shiftcast explain forecast says why){added}\n  \
         handle time     {:.1} s{own_time}\n{at_once}  offered load    {:.2} × {:.1} / {:.0} = {:.4} erlangs\n  \
         patience        {patience}\n  formula         {}\n  promise         {} ({})\n\n",
        told.queue,
        told.channel.name(),
        told.at.format("%A %Y-%m-%d %H:%M"),
        told.fresh,
        station.interval_seconds,
        station.aht_seconds,
        station.volume,
        station.aht_seconds,
        station.interval_seconds,
        station.offered_load(),
        told.formula(),
        told.target,
        definition(told.service_level().1),
    )
}

/// How the requirement follows from the candidates.
fn found(told: &Explanation) -> String {
    let before = format!("{:.2} before rounding", told.fractional);
    match told.method {
        StaffingMethod::Curve => {
            format!("placed over the {} where an agent adds most for its price", period(told.target.period))
        }
        StaffingMethod::Deferred => format!("{before}: the work is done by its deadline, most of it while nobody waits"),
        StaffingMethod::Transient => format!("{before}: the queue of the intervals before carries on into this one"),
        _ if told.by_formula() => format!("the first row that keeps the promise; {before}"),
        other => format!("{before}, by the method \"{}\"", other.name()),
    }
}

fn period(period: TargetPeriod) -> &'static str {
    match period {
        TargetPeriod::Interval => "interval",
        TargetPeriod::Day => "day",
        TargetPeriod::Week => "week",
    }
}

fn conclusion(told: &Explanation) -> String {
    if told.station.volume <= 0.0 {
        return "\nNo contacts are expected, so nobody is needed.\n".to_owned();
    }
    let (planned, unplanned) = (told.shrinkage.planned.get(), told.shrinkage.unplanned.get());
    let mut text = format!(
        "\n  required        {} agent(s) on contact: {}\n  shrinkage       {:.1} % planned, {:.1} % unplanned\n  \
         to schedule     {} / ((1 - {planned})(1 - {unplanned})) = {:.2}, so {}: one more where over a tenth is left\n",
        told.agents,
        found(told),
        100.0 * planned,
        100.0 * unplanned,
        told.agents,
        told.scheduled,
        told.scheduled_whole,
    );
    if !told.pools.is_empty() {
        text.push_str("\nThe roster covers sets of queues that agents share:\n");
    }
    for pool in &told.pools {
        let (queues, agents, method) = (&pool.queues, pool.agents, pool.method.name());
        let _ = writeln!(text, "  {queues}: {agents} on contact ({method}), {} to schedule", pool.scheduled);
    }
    text
}

fn candidates_csv(told: &Explanation) -> String {
    let mut text = String::from("agents,service_level,asa_seconds,waits,abandons,occupancy,keeps,misses\n");
    for candidate in &told.candidates {
        let got = &candidate.measures;
        let row = [
            candidate.agents.to_string(),
            format!("{:.6}", got.service_level),
            format!("{:.3}", got.asa_seconds),
            format!("{:.6}", got.wait_probability),
            format!("{:.6}", got.abandonment),
            format!("{:.6}", got.occupancy),
            if candidate.keeps() { "yes" } else { "no" }.to_owned(),
            candidate.misses.join(" and "),
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
    let pool = |pool: &PoolNeed| json!({ "queues": pool.queues, "required": pool.agents, "scheduled": pool.scheduled, "method": pool.method.name() });
    json!({
        "queue": told.queue,
        "at": told.at.format("%Y-%m-%d %H:%M:%S").to_string(),
        "channel": told.channel.name(),
        "method": told.method.name(),
        "fresh_volume": told.fresh,
        "volume": told.station.volume,
        "interval_seconds": told.station.interval_seconds,
        "aht_seconds": told.station.aht_seconds,
        "offered_load": told.station.offered_load(),
        "formula": told.formula(),
        "concurrency": told.chat.as_ref().map_or(1, |chat| chat.aht_seconds.len()),
        "target": told.target,
        "candidates": told.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "required_fractional": told.fractional,
        "required": told.agents,
        "planned_shrinkage": told.shrinkage.planned.get(),
        "unplanned_shrinkage": told.shrinkage.unplanned.get(),
        "scheduled": told.scheduled,
        "scheduled_whole": told.scheduled_whole,
        "pools": told.pools.iter().map(pool).collect::<Vec<_>>(),
    })
}
