//! `shiftcast solve`: public rostering and shift design instances.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use scenarios::scheduler;
use serde_json::{Map, Value, json};
use solver_data::check::{check_design, check_nurse, check_week};
use solver_data::io::{
    nurse_roster_csv, parse_nurse_roster, parse_shift_design_csv, parse_week_roster, read_nurse_rostering, read_shift_design,
    read_text, read_week, shift_design_csv, week_roster_csv, write_file,
};
use solver_data::shift_design::DesignVariant;
use solver_data::{Finding, SolveProgress, StopReason, Watch};

use super::failure::Failure;
use super::files::usable;
use super::output::emit_record;
use super::schedule::{LimitArgs, eprint_lines};
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
    /// A minimum shift design instance (.dzn): which shifts to offer, how many duties of each a day
    #[command(
        after_help = "Example:\n  shiftcast solve design RandomExample1.dzn --time-limit 60 -o design.csv --format json\n\n\
        The objective is weightUnderCover and weightOverCover times the minutes of under- and overstaffing, plus\n\
        weightShiftInstances for each distinct start and length used."
    )]
    Design(DesignArgs),
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
    /// Solve nothing: verify this roster, whoever made it, and print its objective; status 3 when it breaks a rule
    #[arg(long, value_name = "ROSTER", conflicts_with_all = ["output", "time_limit", "iterations"])]
    check: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct DesignArgs {
    #[command(flatten)]
    instance: InstanceArgs,
    /// What a design must do
    #[arg(long, value_enum, default_value_t = Variant::Classic)]
    variant: Variant,
}

/// A variant of minimum shift design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Variant {
    /// Under- and overstaffing are paid for.
    Classic,
    /// No understaffing, and duties last avgMinutes / maxDuties on average at least.
    Bounded,
}

impl From<Variant> for DesignVariant {
    fn from(variant: Variant) -> Self {
        match variant {
            Variant::Classic => Self::Classic,
            Variant::Bounded => Self::Bounded,
        }
    }
}

/// Seconds of a solve that names no limit.
const SECONDS: f64 = 60.0;

/// What the independent checker says of a roster or design.
struct Verdict {
    objective: i64,
    /// Broken rules in words.
    violations: Vec<String>,
    /// What else is known of it.
    details: Map<String, Value>,
}

/// A solved instance: the roster as CSV and what is known of it.
struct Answer {
    csv: String,
    objective: i64,
    verdict: Verdict,
    bound: f64,
    stop_reason: StopReason,
    iterations: u64,
}

/// Solves an instance, verifies the roster independently and writes it; or verifies the roster given.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &SolveArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let instance = match &args.kind {
        Kind::Week(instance) | Kind::Nrp(instance) => instance,
        Kind::Design(design) => &design.instance,
    };
    if let Some(roster) = &instance.check {
        return judge(&args.kind, roster, common);
    }
    let answer = match &args.kind {
        Kind::Week(instance) => solve_week(instance, common, watch)?,
        Kind::Nrp(instance) => solve_nrp(instance, common, watch)?,
        Kind::Design(design) => solve_design(design, common, watch)?,
    };
    answer.require_agreement()?;
    if let Some(path) = &instance.output {
        write_file(path, answer.csv.as_bytes())
            .map_err(|cause| Failure::other(cause.to_string(), "choose another place with -o"))?;
    }
    let progress = SolveProgress {
        incumbent: Some(answer.objective as f64),
        bound: Some(answer.bound),
        iterations: (answer.iterations, None),
    };
    watch.conclude(&progress);
    let mut record = json!({
        "objective": answer.objective,
        "lower_bound": answer.bound,
        "gap": progress.gap().unwrap_or(0.0),
        "seconds": watch.elapsed_seconds(),
        "seed": common.seed,
        "stop_reason": answer.stop_reason,
    });
    if let Some(fields) = record.as_object_mut() {
        fields.extend(answer.verdict.details);
    }
    emit_record(&record, common.format)?;
    Ok(Outcome::Done)
}

impl Answer {
    /// The solver's account is the checker's, or nothing leaves.
    fn require_agreement(&self) -> Result<(), Failure> {
        let Self { objective, bound, verdict, .. } = self;
        let agreed = verdict.violations.is_empty() && *objective == verdict.objective;
        if agreed && *bound <= *objective as f64 + 1e-6 * bound.abs() {
            return Ok(());
        }
        let message = format!(
            "solver and checker disagree: {} violation(s), objective {objective} against {} recounted, bound {bound}",
            verdict.violations.len(),
            verdict.objective
        );
        Err(Failure::other(message, "this is a bug, please report it with the instance; nothing was written"))
    }
}

/// Verifies a roster that anybody made.
fn judge(kind: &Kind, roster: &Path, common: &Common) -> Result<Outcome, Failure> {
    let source = || read_text(roster).map_err(|error| Failure::input(error.finding()));
    let verdict = match kind {
        Kind::Week(args) => {
            let week = usable(read_week(&args.instance))?;
            Verdict::of_week(&check_week(&week, &usable(parse_week_roster(&source()?, &week))?))
        }
        Kind::Nrp(args) => {
            let instance = usable(read_nurse_rostering(&args.instance))?;
            Verdict::of_nurse(&check_nurse(&instance, &usable(parse_nurse_roster(&source()?, &instance))?))
        }
        Kind::Design(args) => {
            let instance = usable(read_shift_design(&args.instance.instance))?;
            let design = usable(parse_shift_design_csv(&source()?, &instance))?;
            Verdict::of_design(&instance, &check_design(&instance, &design, args.variant.into()))
        }
    };
    let mut record = json!({ "objective": verdict.objective, "violations": verdict.violations.len() });
    if let Some(fields) = record.as_object_mut() {
        fields.extend(verdict.details);
    }
    emit_record(&record, common.format)?;
    if verdict.violations.is_empty() {
        return Ok(Outcome::Done);
    }
    eprint_lines("broken rules:", &verdict.violations);
    Ok(Outcome::PromiseNotMet)
}

impl Verdict {
    fn of_week(verdict: &solver_data::check::WeekVerdict) -> Self {
        let told = verdict.violations.iter().map(|found| told(&found.agent, found.day, (found.rule, &found.message)));
        Self { objective: verdict.objective, violations: told.collect(), details: Map::new() }
    }

    fn of_nurse(verdict: &solver_data::check::NurseVerdict) -> Self {
        let told = verdict.violations.iter().map(|found| told(&found.staff, found.day, (found.rule, &found.message)));
        Self { objective: verdict.objective, violations: told.collect(), details: Map::new() }
    }

    fn of_design(instance: &solver_data::shift_design::ShiftDesign, verdict: &solver_data::check::DesignVerdict) -> Self {
        let told = verdict.violations.iter().map(|found| format!("{} ({})", found.message, found.rule));
        let details = json!({
            "shifts": verdict.shifts,
            "under_minutes": verdict.under_minutes,
            "over_minutes": verdict.over_minutes,
            "duties": verdict.duties,
            "duties_per_week": verdict.duties_per_week(instance),
        });
        let details = details.as_object().cloned().unwrap_or_default();
        Self { objective: verdict.objective, violations: told.collect(), details }
    }
}

/// A broken rule in words.
fn told(who: &str, day: Option<usize>, (rule, message): (&str, &str)) -> String {
    let day = day.map_or_else(String::new, |day| format!(", day {day}"));
    format!("{who}{day}: {message} ({rule})")
}

fn refuse(path: &Path, message: &str) -> Failure {
    Failure::input(Finding::error(path.display().to_string(), message, "relax the instance's rules for the agents named"))
}

fn solve_week(args: &InstanceArgs, common: &Common, watch: &TerminalWatch) -> Result<Answer, Failure> {
    let week = usable(read_week(&args.instance))?;
    let limits = args.limits.limits_by_time(common, SECONDS);
    let solved = scheduler::solve_week(&week, &limits, common.seed(), watch)
        .map_err(|error| refuse(&args.instance, &error.to_string()))?;
    Ok(Answer {
        csv: week_roster_csv(&week, &solved.assignments),
        objective: solved.objective,
        verdict: Verdict::of_week(&check_week(&week, &solved.assignments)),
        bound: solved.bound,
        stop_reason: solved.stop_reason,
        iterations: solved.iterations,
    })
}

fn solve_nrp(args: &InstanceArgs, common: &Common, watch: &TerminalWatch) -> Result<Answer, Failure> {
    let instance = usable(read_nurse_rostering(&args.instance))?;
    let limits = args.limits.limits_by_time(common, SECONDS);
    let solved = scheduler::nurse::solve_nurse(&instance, &limits, common.seed(), watch)
        .map_err(|error| refuse(&args.instance, &error.to_string()))?;
    Ok(Answer {
        csv: nurse_roster_csv(&instance, &solved.assignment),
        objective: solved.objective,
        verdict: Verdict::of_nurse(&check_nurse(&instance, &solved.assignment)),
        bound: solved.bound,
        stop_reason: solved.stop_reason,
        iterations: solved.iterations,
    })
}

fn solve_design(args: &DesignArgs, common: &Common, watch: &TerminalWatch) -> Result<Answer, Failure> {
    let path = &args.instance.instance;
    let instance = usable(read_shift_design(path))?;
    let limits = args.instance.limits.limits_by_time(common, SECONDS);
    let variant = args.variant.into();
    let solved = scheduler::solve_shift_design(&instance, variant, (&limits, common.seed()), watch).map_err(|error| {
        let hint = "widen the kinds of shift, or solve it with --variant classic";
        Failure::input(Finding::error(path.display().to_string(), error.to_string(), hint))
    })?;
    Ok(Answer {
        csv: shift_design_csv(&instance, &solved.shifts),
        objective: solved.objective,
        verdict: Verdict::of_design(&instance, &check_design(&instance, &solved.shifts, variant)),
        bound: solved.bound,
        stop_reason: solved.stop_reason,
        iterations: solved.iterations,
    })
}
