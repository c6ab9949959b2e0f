//! `shiftcast check`: everything validated in one pass.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use clap::Args;
use scenarios::forecast::{ForecastRequest, Opening};
use scenarios::{Horizon, PlanError};
use serde_json::json;
use solver_data::check::{RosterViolation, check_roster};
use solver_data::io::{Column, CsvTable, read_roster, read_text};
use solver_data::{Centre, Finding, PlanningGrid, Severity, ValidationReport};

use super::after::AfterArgs;
use super::failure::{Failure, print_notes};
use super::files::{Inspection, inspect, usable};
use super::oddities::oddities;
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
    #[command(flatten)]
    after: AfterArgs,
}

/// Validates the folder and the roster.
///
/// # Errors
/// [`Failure::Input`] with every finding when any of them is an error.
pub fn run(args: &CheckArgs, common: &Common) -> Result<Outcome, Failure> {
    let checked = check(args, common);
    if let (Err(Failure::Input(findings)), Some(Format::Json)) = (&checked, common.format) {
        print(&as_json(findings))?;
    }
    checked
}

fn check(args: &CheckArgs, common: &Common) -> Result<Outcome, Failure> {
    let Inspection { centre, history, mut findings, .. } = inspect(&args.dir);
    if !findings.is_usable() {
        return Err(Failure::Input(findings));
    }
    let (Some(mut centre), Some(history)) = (centre, history) else { return Err(Failure::Input(findings)) };
    if let Some(after) = history.last_start().and_then(|last| last.date().succ_opt()) {
        let horizon = Horizon::new(&centre, &history, after, 1).map_err(PlanError::from)?;
        let request = ForecastRequest {
            opening: Opening::Given(&centre),
            ..ForecastRequest::new(&history, &centre.calendar, horizon.demand)
        };
        findings.absorb(oddities(&request, &args.dir.join("history.csv").display().to_string()));
    }
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
    args.after.carry_over(&mut centre, grid.date(0))?;
    let roster = usable(read_roster(path, &centre, &grid))?;
    let violations = check_roster(&centre, &roster);
    if violations.is_empty() && common.format != Some(Format::Json) {
        let shifts: usize = roster.tours.iter().map(|tour| tour.shifts.len()).sum();
        print(&format!("{} keeps every rule: {} agents, {shifts} shifts\n", path.display(), roster.tours.len()))?;
        return Ok(Outcome::Done);
    }
    emit(&violations_csv(&violations), common.format, None)?;
    Ok(if violations.is_empty() { Outcome::Done } else { Outcome::PromiseNotMet })
}

fn violations_csv(violations: &[RosterViolation]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(["agent", "date", "rule", "message"]);
    for violation in violations {
        let date = violation.date.map_or_else(String::new, |date| date.to_string());
        let row = [violation.agent.as_str(), &date, violation.rule, &violation.message];
        written = written.and_then(|()| writer.write_record(row));
    }
    written.expect("writing to memory does not fail, and every row has four cells");
    String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
}

/// The days that the roster's dates span.
fn roster_grid(path: &Path, centre: &Centre) -> Result<PlanningGrid, Failure> {
    let (first, last) = usable(roster_dates(path))?;
    // A roster that starts with the planning week is taken in whole weeks; of one that starts within it, the first and last
    // week are cut, and a cut week has no least hours.
    let span = (last - first).num_days() as u32 + 1;
    let whole = first.weekday() == centre.week_start;
    let (start, days) = (first, if whole { span.div_ceil(7) * 7 } else { span });
    PlanningGrid::new(start, days, centre.interval_minutes, centre.zone).map_err(|error| PlanError::from(error).into())
}

/// First and last shift date of a roster file.
fn roster_dates(path: &Path) -> (Option<(NaiveDate, NaiveDate)>, ValidationReport) {
    let mut report = ValidationReport::default();
    let source = match read_text(path) {
        Ok(source) => source,
        Err(error) => {
            report.push(Finding::error(path.display().to_string(), error.to_string(), "name a roster file"));
            return (None, report);
        }
    };
    let Some(table) = CsvTable::parse(&source, &[Column::required("shift_date")], &mut report) else { return (None, report) };
    let mut dates = Vec::new();
    for row in table.rows() {
        match table.required(row, "shift_date").date() {
            Ok(date) => dates.push(date),
            Err(finding) => report.push(finding),
        }
    }
    let span = dates.iter().min().copied().zip(dates.iter().max().copied());
    if span.is_none() {
        report.push(Finding::error(path.display().to_string(), "the roster has no shift", "name a roster with rows"));
    }
    (span, report)
}

fn as_json(findings: &ValidationReport) -> String {
    format!("{:#}\n", json!({ "usable": findings.is_usable(), "findings": findings.findings }))
}
