//! `shiftcast check`: everything validated in one pass.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use clap::Args;
use serde_json::json;
use solver_data::check::check_roster;
use solver_data::{PlanningGrid, Severity, ValidationReport};

use super::failure::{Failure, print_notes};
use super::files::{Inspection, inspect, usable};
use super::output::{Format, emit, print};
use super::{Common, Outcome};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast check bank\n  shiftcast check bank --roster week/roster.csv")]
pub struct CheckArgs {
    /// Centre folder
    dir: PathBuf,
    /// A roster to verify against the centre's rules, edited by hand too
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
}

/// Validates the folder and the roster.
///
/// # Errors
/// [`Failure::Input`] with every finding when any of them is an error.
pub fn run(args: &CheckArgs, common: &Common) -> Result<Outcome, Failure> {
    let Inspection { centre, history, findings } = inspect(&args.dir);
    if !findings.is_usable() {
        if common.format == Some(Format::Json) {
            print(&as_json(&findings))?;
        }
        return Err(Failure::Input(findings));
    }
    let (Some(centre), Some(history)) = (centre, history) else { return Err(Failure::Input(findings)) };
    if common.format == Some(Format::Json) && args.roster.is_none() {
        print(&as_json(&findings))?;
        return Ok(Outcome::Done);
    }
    print_notes(&findings);
    let Some(path) = &args.roster else {
        let (queues, agents, templates) = (centre.queues.len(), centre.agents.len(), centre.templates.len());
        let rows: usize = history.queues.iter().map(|queue| queue.records.len()).sum();
        print(&format!(
            "{} is sound: {queues} queues, {agents} agents, {templates} shift templates, {rows} rows of history; {} warning(s)\n",
            args.dir.display(),
            findings.count(Severity::Warning)
        ))?;
        return Ok(Outcome::Done);
    };
    let grid = Arc::new(roster_grid(path, &centre)?);
    let roster = usable(solver_data::io::read_roster(path, &centre, &grid))?;
    let violations = check_roster(&centre, &roster);
    if violations.is_empty() && common.format != Some(Format::Json) {
        let shifts: usize = roster.tours.iter().map(|tour| tour.shifts.len()).sum();
        print(&format!("{} keeps every rule: {} agents, {shifts} shifts\n", path.display(), roster.tours.len()))?;
        return Ok(Outcome::Done);
    }
    emit(&solver_data::io::violations_csv(&violations), common.format, None)?;
    Ok(if violations.is_empty() { Outcome::Done } else { Outcome::PromiseNotMet })
}

/// The whole planning weeks that the roster's dates lie in.
fn roster_grid(path: &std::path::Path, centre: &solver_data::Centre) -> Result<PlanningGrid, Failure> {
    let (first, last) = usable(solver_data::io::roster_dates(path))?;
    let start = week_of(first, centre.week_start);
    let days = (last - start).num_days() as u32 / 7 * 7 + 7;
    PlanningGrid::new(start, days, centre.interval_minutes, centre.zone).map_err(|error| Failure::from(scenarios::PlanError::from(error)))
}

/// First day of the planning week that a date lies in.
fn week_of(date: NaiveDate, week_start: chrono::Weekday) -> NaiveDate {
    use chrono::Datelike;
    let into = date.weekday().days_since(week_start);
    date.checked_sub_days(Days::new(u64::from(into))).unwrap_or(date)
}

fn as_json(findings: &ValidationReport) -> String {
    format!("{:#}\n", json!({ "usable": findings.is_usable(), "findings": findings.findings }))
}
