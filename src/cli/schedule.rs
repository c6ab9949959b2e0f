//! `shiftcast schedule`: requirement → roster with its bound and gap.

use std::path::PathBuf;

use clap::Args;
use scenarios::pipeline::forecast_centre;
use scenarios::refine::{Verified, solve_verified};
use scenarios::scheduler::{RosterRequest, cheapest_repairs};
use scenarios::worth::{KeptPromise, kept_promises, lacking_line, repair_line};
use scenarios::{Horizon, PlanError};
use serde_json::json;
use solver_data::io::roster_csv;
use solver_data::{Centre, Roster, SolveLimits, StaffingRequirement};

use super::after::AfterArgs;
use super::failure::Failure;
use super::files;
use super::horizon::HorizonArgs;
use super::output::{Format, emit, emit_record};
use super::resolve::{Departure, ResolveArgs, refuse_troubles};
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// When a solve stops.
#[derive(Debug, Clone, Args)]
pub struct LimitArgs {
    /// Stop after this many seconds of wall time; the result may then differ between runs
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub time_limit: Option<f64>,
    /// Stop after this many search iterations; the result repeats exactly [default: the command's own, none with a time limit]
    #[arg(long, value_name = "N")]
    pub iterations: Option<u64>,
    /// Stop when (objective - bound) / objective is this small
    #[arg(long, default_value_t = 0.0001, value_name = "SHARE")]
    pub gap: f64,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => Ok(seconds),
        _ => Err("a number of seconds above 0 is wanted".to_owned()),
    }
}

impl LimitArgs {
    /// The limits in words, for the report.
    pub fn in_words(&self, iterations: u64) -> String {
        let limits = self.limits_for(1, iterations);
        let gap = Some(format!("gap {} %", 100.0 * limits.gap));
        let rounds = limits.iterations.map(|rounds| format!("{rounds} iterations"));
        let time = limits.seconds.map(|seconds| format!("{seconds} s"));
        [gap, rounds, time].into_iter().flatten().collect::<Vec<_>>().join(" or ")
    }

    /// Limits with the command's own number of iterations where neither time nor iterations are named.
    pub fn limits(&self, common: &Common, iterations: u64) -> SolveLimits {
        self.limits_for(common.threads(), iterations)
    }

    /// Limits with the command's own seconds where neither time nor iterations are named.
    pub fn limits_by_time(&self, common: &Common, seconds: f64) -> SolveLimits {
        let seconds = self.time_limit.or_else(|| self.iterations.is_none().then_some(seconds));
        SolveLimits { seconds, iterations: self.iterations, ..self.limits(common, 0) }
    }

    fn limits_for(&self, threads: usize, iterations: u64) -> SolveLimits {
        let iterations = match (self.time_limit, self.iterations) {
            (None, None) => Some(iterations),
            (_, wished) => wished,
        };
        SolveLimits { seconds: self.time_limit, gap: self.gap.max(0.0), iterations, threads }
    }
}

/// Arguments of `schedule`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast schedule bank --start 1999-10-24 --time-limit 30 -o roster.csv\n  \
    shiftcast schedule bank --start 1999-10-31 --after roster.csv -o next.csv\n  \
    shiftcast schedule bank --start 1999-10-24 --from roster.csv --frozen-until 1999-10-26T12:00 --pin A07 -o new.csv --changes changes.csv\n\n\
    The requirement by formula is what this command promises: exit status 3 when an interval is short of it. `plan` goes on to\n\
    simulate and promises the service targets instead.")]
pub struct ScheduleArgs {
    /// Centre folder
    dir: PathBuf,
    #[command(flatten)]
    horizon: HorizonArgs,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    after: AfterArgs,
    #[command(flatten)]
    resolve: ResolveArgs,
    /// Where the roster goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Iterations of a solve that names no limit.
const ITERATIONS: u64 = 500;
/// Iterations of a solve from a roster at hand that names no limit.
const ITERATIONS_FROM: u64 = 60;

/// Builds a roster for the requirement by formula.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ScheduleArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let mut folder = files::open(&args.dir)?;
    let reaching = args.after.carry_over(&mut folder.centre, args.horizon.start)?;
    let days = 7 * args.horizon.weeks;
    let horizon = Horizon::new(&folder.centre, &folder.history, args.horizon.start, days).map_err(PlanError::from)?;
    let before = args.resolve.from.as_deref().map(|path| files::roster(path, &folder.centre, &horizon.planning)).transpose()?;
    let forecast = forecast_centre(&folder.centre, &folder.history, &horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let requirement = scenarios::staffing::requirement(&folder.centre, &demand).map_err(PlanError::from)?;
    let mut request = RosterRequest::new(&folder.centre, &requirement).reaching(&reaching);
    let prices = args.resolve.prices(&folder.centre);
    if let (Some(before), Some(file)) = (&before, &args.resolve.from) {
        let pins = args.resolve.pins(&folder.centre, before)?;
        request = request.keeping(before, prices).pinning(pins.clone());
        refuse_troubles(&request, &pins, file)?;
    }
    let limits = args.limits.limits(common, if before.is_some() { ITERATIONS_FROM } else { ITERATIONS });
    let solved = solve_verified(&request, &limits, common.seed(), watch)?;
    let departure = before.as_ref().map(|before| Departure::new(&folder.centre, before, &solved, prices));
    watch.finish();
    publish(args, common, &folder.centre, (&solved, departure.as_ref()), &requirement)
}

/// Writes the roster, its record and what changed, and tells where agents are short.
fn publish(
    args: &ScheduleArgs,
    common: &Common,
    centre: &Centre,
    (solved, departure): (&Verified, Option<&Departure>),
    requirement: &StaffingRequirement,
) -> Result<Outcome, Failure> {
    let short = scenarios::shortfall::shortage(centre, requirement, &solved.roster);
    let repairs = repair_lines(centre, requirement, &solved.roster)?;
    let promises = kept_promises(centre, requirement, &solved.roster);
    let csv = roster_csv(centre, &solved.roster);
    let mut record = json!({
        "objective": solved.summary.objective,
        "lower_bound": solved.summary.lower_bound,
        "gap": solved.summary.gap,
        "short_agent_intervals": short.iter().sum::<u32>(),
        "seed": common.seed,
        "stop_reason": solved.summary.stop_reason,
        "repairs": repairs,
        "promises": promises.iter().map(|kept| promise_record(centre, kept)).collect::<Vec<_>>(),
    });
    if let Some(departure) = departure {
        departure.tell(&mut record, solved.summary.objective);
    }
    match &args.output {
        Some(path) => {
            emit(&csv, Some(Format::Csv), Some(path))?;
            emit_record(&record, common.format)?;
        }
        None => emit(&csv, common.format, None)?,
    }
    if let Some(departure) = departure {
        let shown = args.output.as_ref().map(|_| common.format.unwrap_or(Format::Table));
        departure.publish(centre, &args.resolve, shown)?;
        if shown.is_none() {
            eprint_lines("changes:", &departure.lines(centre));
        }
    }
    if short.iter().any(|&missing| missing > 0) {
        eprint_lines("short of agents:", &scenarios::shortfall::short_stretches(requirement, &short, 12));
        if !repairs.is_empty() {
            eprint_lines("cheapest repairs, each on its own:", &repairs);
        }
    }
    let lacking: Vec<String> = promises.iter().filter_map(|kept| lacking_line(centre, kept)).collect();
    if !lacking.is_empty() {
        eprint_lines("promises not kept:", &lacking);
    }
    let kept = lacking.is_empty() && short.iter().all(|&missing| missing == 0);
    Ok(if kept { Outcome::Done } else { Outcome::PromiseNotMet })
}

/// A promise over a period as JSON.
fn promise_record(centre: &Centre, kept: &KeptPromise) -> serde_json::Value {
    json!({
        "queue": centre.queues[kept.queue].name,
        "from": kept.days.0.to_string(),
        "days": kept.days.1,
        "measure": kept.measure.name(),
        "wanted": kept.wanted,
        "reached": kept.reached,
        "contacts_lacking": kept.lacking,
    })
}

/// Stretches that repairs are sought for.
const STRETCHES_REPAIRED: usize = 4;

/// The cheapest repairs of the largest shortages, in plain words; none where nobody is short.
fn repair_lines(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> Result<Vec<String>, Failure> {
    let repairs = cheapest_repairs(centre, requirement, roster, STRETCHES_REPAIRED).map_err(PlanError::from)?;
    Ok(repairs.iter().map(|repair| repair_line(centre, requirement, repair)).collect())
}

/// Prints a heading and lines to standard error.
pub fn eprint_lines(heading: &str, lines: &[String]) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{heading}\n  {}", lines.join("\n  "));
}
