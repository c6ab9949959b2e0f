//! `shiftcast review`: a week that is over, set against its plan.

mod inputs;
mod told;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use scenarios::pipeline::forecast_centre;
use scenarios::refine::solve_verified;
use scenarios::review::{AskedPool, ReviewRequest};
use scenarios::scheduler::RosterRequest;
use scenarios::{Horizon, PlanError, staffing};
use solver_data::io::{OutputSet, WriteError};
use solver_data::{Finding, Roster, SolveLimits, Tour};

use super::after::AfterArgs;
use super::failure::{Failure, print_notes};
use super::files::{self, CentreFolder};
use super::output::{Format, emit_record, print};
use super::schedule::{LimitArgs, eprint_lines};
use super::watch::TerminalWatch;
use super::{Common, Outcome};
use crate::report::{ReportMeta, review as page};

/// Arguments of `review`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast review bank --actual bank/actual_calls.csv --plan week -o review\n  \
    shiftcast review shop --actual shop/actual.csv --roster week/roster.csv --attendance shop/attendance.csv -o review\n\n\
    The actuals have the columns of history.csv (timestamp,queue,offered[,handled,abandoned,aht_seconds]), or one contact a\n\
    row as actual_calls.csv. The attendance has agent,date[,start,end,reason]: who was absent, for the whole shift of that\n\
    day unless start and end name a part.")]
pub struct ReviewArgs {
    /// Centre folder
    dir: PathBuf,
    /// What came, imported after the week
    #[arg(long, value_name = "FILE")]
    actual: PathBuf,
    /// Roster of the week
    #[arg(long, value_name = "FILE", conflicts_with = "plan")]
    roster: Option<PathBuf>,
    /// Folder that `plan` wrote for the week: its roster and what it asked for [default: a roster is made as `schedule` would]
    #[arg(long, value_name = "FOLDER")]
    plan: Option<PathBuf>,
    /// Who was absent [default: the folder's attendance.csv where it has rows of the week]
    #[arg(long, value_name = "FILE")]
    attendance: Option<PathBuf>,
    /// First day of the week [default: the planning week of the first actual]
    #[arg(long, value_name = "DATE")]
    start: Option<NaiveDate>,
    /// Weeks under review
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    weeks: u32,
    #[command(flatten)]
    after: AfterArgs,
    #[command(flatten)]
    limits: LimitArgs,
    /// Simulated replications
    #[arg(long, default_value_t = 60, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    replications: u32,
    /// Folder for review.csv and review.html
    #[arg(short, value_name = "FOLDER")]
    output: PathBuf,
}

/// Iterations of the search for the next period's roster where no limit is named.
const ITERATIONS: u64 = 150;

/// Reviews the week and writes what was found, or nothing.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ReviewArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let CentreFolder { mut centre, history, changes, findings } = files::open(&args.dir)?;
    print_notes(&findings);
    let actual = inputs::actual(&args.actual, &centre, history.interval_minutes)?;
    let first = actual.queues.iter().filter_map(|queue| queue.records.first()).map(|record| record.start.date()).min();
    let Some(start) = args.start.or_else(|| first.map(|first| centre.week_of(first))) else {
        let message = "no row has contacts";
        return Err(Failure::input(Finding::error(args.actual.display().to_string(), message, "add the rows of the week")));
    };
    let reaching = args.after.carry_over(&mut centre, start)?;
    let horizon = Horizon::new(&centre, &history, start, 7 * args.weeks).map_err(PlanError::from)?;
    let absences = inputs::attendance(&args.dir, args.attendance.as_deref(), &centre, &horizon.planning)?;
    let (roster, asked) = given(args, &centre, &horizon)?;
    let limits = args.limits.limits(common, ITERATIONS);
    let folder = CentreFolder { centre, history, changes, findings };
    let roster = match roster {
        Some(roster) => Roster { reaching, ..roster },
        None => made(&folder, &horizon, (reaching, &limits), common, watch)?,
    };
    let CentreFolder { centre, history, changes, .. } = folder;
    let request = ReviewRequest {
        centre,
        history,
        changes,
        actual,
        roster,
        asked,
        absences,
        start,
        weeks: args.weeks,
        limits,
        replications: args.replications,
        seed: common.seed(),
    };
    let mut outputs = OutputSet::new(&args.output).map_err(|cause| unwritable(&cause))?;
    let review = scenarios::review(&request, watch).map_err(|error| failed(args, &error))?;
    let meta = meta(args, common, &request);
    let csv = told::csv(&review);
    outputs.stage("review.csv", csv.as_bytes()).map_err(|cause| unwritable(&cause))?;
    let html = page::render(&review, &meta, common.lang.into());
    outputs.stage("review.html", html.as_bytes()).map_err(|cause| unwritable(&cause))?;
    outputs.publish().map_err(|cause| unwritable(&cause))?;
    watch.finish();
    match common.format.unwrap_or(Format::Table) {
        Format::Table => print(&told::summary(&review, &meta, &args.output.join("review.html"), common.lang))?,
        Format::Csv => print(&csv)?,
        Format::Json => emit_record(&told::record(&review, &request), Some(Format::Json))?,
    }
    Ok(Outcome::Done)
}

/// The roster that is named, and what its plan asked for.
fn given(
    args: &ReviewArgs,
    centre: &solver_data::Centre,
    horizon: &Horizon,
) -> Result<(Option<Roster>, Vec<AskedPool>), Failure> {
    if let Some(path) = &args.roster {
        return Ok((Some(files::roster(path, centre, &horizon.planning)?), Vec::new()));
    }
    let Some(folder) = &args.plan else { return Ok((None, Vec::new())) };
    let (roster, requirement) = (folder.join("roster.csv"), folder.join("requirement.csv"));
    let missing: Vec<&Path> = [&roster, &requirement].into_iter().filter(|path| !path.is_file()).map(PathBuf::as_path).collect();
    if let Some(path) = missing.first() {
        let hint = "name the folder that `shiftcast plan … -o FOLDER` wrote, or a roster with --roster";
        return Err(Failure::input(Finding::error(path.display().to_string(), "there is no such file", hint)));
    }
    let roster = files::roster(&roster, centre, &horizon.planning)?;
    Ok((Some(roster), inputs::asked(&requirement, centre, &horizon.planning)?))
}

/// A roster against the requirement by formula, as `schedule` makes it.
fn made(
    folder: &CentreFolder,
    horizon: &Horizon,
    (reaching, limits): (Vec<Tour>, &SolveLimits),
    common: &Common,
    watch: &TerminalWatch,
) -> Result<Roster, Failure> {
    eprint_lines("no roster is named:", &["one is made for the forecast, as `shiftcast schedule` would".to_owned()]);
    let forecast = forecast_centre(&folder.centre, &folder.history, horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let requirement = staffing::requirement(&folder.centre, &demand).map_err(PlanError::from)?;
    let asked = RosterRequest::new(&folder.centre, &requirement).reaching(&reaching);
    let limits = SolveLimits { iterations: limits.iterations.map(|iterations| iterations.max(1)), ..limits.clone() };
    let solved = solve_verified(&asked, &limits, common.seed(), watch)?;
    Ok(Roster { reaching, ..solved.roster })
}

fn failed(args: &ReviewArgs, error: &PlanError) -> Failure {
    match error {
        PlanError::NoActual { .. } => {
            let hint = "give the actuals of the week that was planned, or its first day with --start";
            Failure::input(Finding::error(args.actual.display().to_string(), error.to_string(), hint))
        }
        other => Failure::in_folder(&args.dir, other),
    }
}

fn unwritable(cause: &WriteError) -> Failure {
    Failure::other(cause.to_string(), "nothing was written")
}

fn meta(args: &ReviewArgs, common: &Common, request: &ReviewRequest) -> ReportMeta {
    let mut inputs = files::hashes(&args.dir);
    let named = [Some(&args.actual), args.roster.as_ref(), args.attendance.as_ref()];
    for path in named.into_iter().flatten() {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        if let Ok(bytes) = std::fs::read(path) {
            let hash = solver_data::io::sha256_hex(&bytes);
            inputs.retain(|(known, other)| *known != name || *other != hash);
            inputs.push((name, hash));
        }
    }
    ReportMeta {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: common.seed,
        generated_for: told::days(request),
        inputs,
        stop: args.limits.in_words(ITERATIONS),
    }
}
