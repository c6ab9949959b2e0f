//! `shiftcast plan`: the whole week, from history to report.

use std::path::{Path, PathBuf};

use clap::Args;
use scenarios::worth::repair_line;
use scenarios::{PlanRequest, PlannedWeek};
use serde_json::{Map, Value, json};
use solver_data::RealContact;
use solver_data::io::{
    OutputSet, WriteError, cost_csv, coverage_csv, forecast_csv, performance_csv, requirement_csv, roster_csv,
};

use super::after::AfterArgs;
use super::failure::{Failure, print_notes};
use super::files::{self, CentreFolder};
use super::horizon::HorizonArgs;
use super::output::{Format, emit_record, print};
use super::schedule::{LimitArgs, eprint_lines};
use super::watch::TerminalWatch;
use super::{Common, Outcome, base, summary};
use crate::report::{self, ReportMeta};

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast plan bank --start 1999-10-24 --weeks 1 -o week\n  \
    shiftcast plan bank --start 1999-10-24 --time-limit 60 -o week --format json\n  \
    shiftcast plan bank --start 1999-10-31 --after week/roster.csv -o next")]
pub struct PlanArgs {
    /// Centre folder
    dir: PathBuf,
    #[command(flatten)]
    horizon: HorizonArgs,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    after: AfterArgs,
    /// Real contacts of the horizon to replay [default: the folder's actual calls where they cover the horizon]
    #[arg(long, value_name = "FILE")]
    actual: Option<PathBuf>,
    /// Simulated replications
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    replications: u32,
    /// Rounds of schedule and simulation at most
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20))]
    rounds: u32,
    /// Folder for the results
    #[arg(short, value_name = "FOLDER")]
    output: PathBuf,
}

/// Iterations of each round's solve where no limit is named.
const ITERATIONS_PER_ROUND: u64 = 300;

/// Plans the horizon and writes every result, or nothing.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &PlanArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let CentreFolder { mut centre, history, changes, findings } = files::open(&args.dir)?;
    print_notes(&findings);
    let reaching = args.after.carry_over(&mut centre, args.horizon.start)?;
    let request = PlanRequest {
        actual: actual_contacts(&args.dir, args.actual.as_deref(), &args.horizon)?,
        centre,
        findings,
        history,
        changes,
        reaching,
        start: args.horizon.start,
        weeks: args.horizon.weeks,
        limits: args.limits.limits(common, ITERATIONS_PER_ROUND),
        replications: args.replications,
        rounds: args.rounds,
        seed: common.seed(),
    };
    // Told before minutes of work, not after.
    let mut outputs = OutputSet::new(&args.output).map_err(|cause| unwritable(&cause))?;
    let planned = scenarios::plan(&request, watch).map_err(|error| Failure::in_folder(&args.dir, &error))?;
    let hashes = files::hashes(&args.dir);
    let page = page(&planned, common, &hashes, args.limits.in_words(ITERATIONS_PER_ROUND));
    let record = run_record(&planned, common, &hashes, watch);
    stage(&mut outputs, &planned, &page, &record).map_err(|cause| unwritable(&cause))?;
    if let Some(demand) = base::demand_of_plan(&planned, &hashes) {
        outputs.stage(base::DEMAND, demand.as_bytes()).map_err(|cause| unwritable(&cause))?;
    }
    outputs.publish().map_err(|cause| unwritable(&cause))?;
    watch.finish();
    match common.format.unwrap_or(Format::Table) {
        Format::Table => print(&summary::of(&planned, &report_path(&args.output), common.lang))?,
        format => emit_record(&record, Some(format))?,
    }
    if planned.shortfalls.is_empty() {
        return Ok(Outcome::Done);
    }
    if common.format.is_some_and(|format| format != Format::Table) {
        eprint_lines("not met:", &planned.shortfalls);
    }
    Ok(Outcome::PromiseNotMet)
}

fn unwritable(cause: &WriteError) -> Failure {
    Failure::other(cause.to_string(), "nothing was written")
}

/// The report of a plan in the reader's language.
pub fn page(planned: &PlannedWeek, common: &Common, hashes: &[(String, String)], stop: String) -> String {
    let meta = ReportMeta {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: common.seed,
        generated_for: summary::days_of(planned),
        inputs: hashes.to_vec(),
        stop,
    };
    report::render(planned, &meta, common.lang.into())
}

/// Real contacts, where they are named or the folder has some of this horizon.
///
/// # Errors
/// [`Failure::Input`].
pub fn actual_contacts(dir: &Path, named: Option<&Path>, horizon: &HorizonArgs) -> Result<Option<Vec<RealContact>>, Failure> {
    if let Some(path) = named {
        return files::contacts(path).map(Some);
    }
    let path = dir.join("actual_calls.csv");
    if !path.is_file() {
        return Ok(None);
    }
    let last = scenarios::pipeline::last_day(horizon.start, horizon.weeks);
    let contacts = files::contacts(&path)?;
    let inside = contacts.iter().any(|contact| (horizon.start..=last).contains(&contact.arrival.date()));
    Ok(inside.then_some(contacts))
}

fn stage(outputs: &mut OutputSet, planned: &PlannedWeek, page: &str, record: &Value) -> Result<(), WriteError> {
    let PlannedWeek { centre, requirement, roster, .. } = planned;
    let demand = planned.forecast.split(&requirement.grid).unwrap_or_else(|_| planned.forecast.clone());
    outputs.stage("forecast.csv", forecast_csv(&planned.forecast).as_bytes())?;
    outputs.stage("requirement.csv", requirement_csv(centre, &demand, requirement).as_bytes())?;
    outputs.stage("roster.csv", roster_csv(centre, roster).as_bytes())?;
    outputs.stage("coverage.csv", coverage_csv(centre, requirement, roster).as_bytes())?;
    outputs.stage("performance.csv", performance_csv(&planned.performance).as_bytes())?;
    outputs.stage("cost.csv", cost_csv(centre, &planned.cost).as_bytes())?;
    outputs.stage("report.html", page.as_bytes())?;
    outputs.stage("run.json", format!("{record:#}\n").as_bytes())
}

/// What `run.json` holds: version, seed, inputs, the proof of quality and the timings.
pub fn run_record(planned: &PlannedWeek, common: &Common, hashes: &[(String, String)], watch: &TerminalWatch) -> Value {
    let PlannedWeek { solve, performance, cost, centre, .. } = planned;
    let inputs: Map<String, Value> = hashes.iter().map(|(name, hash)| (name.clone(), json!(hash))).collect();
    let stages: Map<String, Value> =
        watch.stage_seconds().into_iter().map(|(stage, seconds)| (stage, json!((seconds * 1e3).round() / 1e3))).collect();
    let week = &performance.overall.horizon;
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "seed": common.seed,
        "inputs_sha256": inputs,
        "objective": solve.objective,
        "lower_bound": solve.lower_bound,
        "gap": solve.gap,
        "stop_reason": solve.stop_reason,
        "iterations": solve.iterations,
        "rounds": planned.refinement.len(),
        "cost_minor_units": cost.total().0,
        "currency": centre.currency.code,
        "service_level": week.service_level.mean,
        "service_level_half_width": week.service_level.half_width,
        "abandonment": week.abandonment.mean,
        "replayed_service_level": planned.replay.as_ref().map(|replay| replay.performance.overall.horizon.service_level.mean),
        "shortfalls": planned.shortfalls,
        "undecided": planned.undecided,
        "short_stretches": planned.short_stretches,
        "repairs": repair_lines(planned),
        "seconds": solver_data::Watch::elapsed_seconds(watch),
        "stage_seconds": stages,
    })
}

/// The cheapest repairs of the largest shortages, in plain words.
pub fn repair_lines(planned: &PlannedWeek) -> Vec<String> {
    planned.repairs.iter().map(|repair| repair_line(&planned.centre, &planned.requirement, repair)).collect()
}

/// The path of the report as a reader would open it.
fn report_path(folder: &Path) -> PathBuf {
    folder.join("report.html")
}
