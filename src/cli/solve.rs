//! `shiftcast solve`: public rostering instances.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use scenarios::scheduler;
use serde_json::json;
use solver_data::check::{check_nurse, check_week};
use solver_data::io::{nurse_roster_csv, read_nurse_rostering, read_week, week_roster_csv, write_file};
use solver_data::{Finding, StopReason, Watch};

use super::failure::Failure;
use super::files::usable;
use super::output::emit_record;
use super::schedule::LimitArgs;
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// Arguments of `solve`.
#[derive(Debug, Args)]
pub struct SolveArgs {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// A contact-centre week (JSON)
    #[command(after_help = "Example:\n  shiftcast solve week cc30.json --time-limit 60 --seed 0 -o roster.csv --format json")]
    Week(InstanceArgs),
    /// A staff rostering instance of Curtois and Qu
    #[command(after_help = "Example:\n  shiftcast solve nrp Instance1.txt --time-limit 60 --seed 0 -o roster.csv --format json")]
    Nrp(InstanceArgs),
}

#[derive(Debug, Args)]
struct InstanceArgs {
    /// Instance file
    instance: PathBuf,
    #[command(flatten)]
    limits: LimitArgs,
    /// Where the roster goes
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Seconds of a solve that names no limit.
const SECONDS: f64 = 60.0;

/// A solved instance: the roster as CSV and what is known of it.
struct Answer {
    csv: String,
    objective: i64,
    recounted: i64,
    violations: usize,
    bound: f64,
    stop_reason: StopReason,
}

/// Solves an instance, verifies the roster independently and writes it.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &SolveArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let (instance, answer) = match &args.kind {
        Kind::Week(instance) => (instance, solve_week(instance, common, watch)?),
        Kind::Nrp(instance) => (instance, solve_nrp(instance, common, watch)?),
    };
    if answer.violations > 0
        || answer.objective != answer.recounted
        || answer.bound > answer.objective as f64 + 1e-6 * answer.bound.abs()
    {
        let Answer { violations, objective, recounted, bound, .. } = answer;
        let message = format!(
            "solver and checker disagree: {violations} violation(s), objective {objective} against {recounted} recounted, bound {bound}"
        );
        return Err(Failure::other(message, "this is a bug, please report it with the instance; nothing was written"));
    }
    if let Some(path) = &instance.output {
        write_file(path, answer.csv.as_bytes())
            .map_err(|cause| Failure::other(cause.to_string(), "choose another place with -o"))?;
    }
    let gap =
        if answer.objective == 0 { 0.0 } else { (answer.objective as f64 - answer.bound) / (answer.objective as f64).abs() };
    let record = json!({
        "objective": answer.objective,
        "lower_bound": answer.bound,
        "gap": gap.max(0.0),
        "seconds": watch.elapsed_seconds(),
        "seed": common.seed,
        "stop_reason": answer.stop_reason,
    });
    emit_record(&record, common.format)?;
    Ok(Outcome::Done)
}

fn refuse(path: &Path, message: &str) -> Failure {
    Failure::input(Finding::error(path.display().to_string(), message, "relax the instance's rules for the agents named"))
}

fn solve_week(args: &InstanceArgs, common: &Common, watch: &TerminalWatch) -> Result<Answer, Failure> {
    let week = usable(read_week(&args.instance))?;
    let limits = args.limits.limits_by_time(common, SECONDS);
    let solved = scheduler::solve_week(&week, &limits, common.seed(), watch)
        .map_err(|error| refuse(&args.instance, &error.to_string()))?;
    let verdict = check_week(&week, &solved.assignments);
    Ok(Answer {
        csv: week_roster_csv(&week, &solved.assignments),
        objective: solved.objective,
        recounted: verdict.objective,
        violations: verdict.violations.len(),
        bound: solved.bound,
        stop_reason: solved.stop_reason,
    })
}

fn solve_nrp(args: &InstanceArgs, common: &Common, watch: &TerminalWatch) -> Result<Answer, Failure> {
    let instance = usable(read_nurse_rostering(&args.instance))?;
    let limits = args.limits.limits_by_time(common, SECONDS);
    let solved = scheduler::nurse::solve_nurse(&instance, &limits, common.seed(), watch)
        .map_err(|error| refuse(&args.instance, &error.to_string()))?;
    let verdict = check_nurse(&instance, &solved.assignment);
    Ok(Answer {
        csv: nurse_roster_csv(&instance, &solved.assignment),
        objective: solved.objective,
        recounted: verdict.objective,
        violations: verdict.violations.len(),
        bound: solved.bound,
        stop_reason: solved.stop_reason,
    })
}
