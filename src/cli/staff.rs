//! `shiftcast staff`: forecast → agents needed.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scenarios::pipeline::forecast_centre;
use scenarios::staffing::uncertainty::{PathWish, PeriodShare, requirement_with_probability, shares_of_periods};
use scenarios::{Horizon, PlanError};
use solver_data::io::requirement_csv;
use solver_data::{Centre, DemandForecast, QueueRequirement, QueueSet, StaffingRequirement, TargetPeriod};

use super::compared::{comparison_csv, left_out};
use super::failure::Failure;
use super::files;
use super::horizon::HorizonArgs;
use super::output::emit;
use super::staff_groups::staff_groups;
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// Arguments of `staff`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast staff bank --start 1999-10-24 -o requirement.csv\n  \
    shiftcast staff bank --start 1999-10-24 --compare\n  shiftcast staff bank --start 1999-10-24 --probability 0.9\n  \
    shiftcast staff bank --start 1999-10-24 --method simulation -o groups.csv\n  \
    shiftcast staff bank --start 1999-10-24 --method simulation --within-headcount -o groups.csv")]
pub struct StaffArgs {
    /// Centre folder
    dir: PathBuf,
    #[command(flatten)]
    horizon: HorizonArgs,
    /// How agents are sized
    #[arg(long, value_enum, default_value_t = Method::Formula, value_name = "METHOD", conflicts_with_all = ["compare", "probability"])]
    method: Method,
    /// With --method simulation: no more agents of a group than the centre has
    #[arg(long)]
    within_headcount: bool,
    /// Print agent-hours by method, with the service each would give, instead of the requirement
    #[arg(long, conflicts_with = "probability")]
    compare: bool,
    /// Size so that every promise holds with this probability over sampled demand and absence
    #[arg(long, value_name = "P", value_parser = probability)]
    probability: Option<f64>,
    /// Sampled paths for --probability
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    paths: u32,
    /// Where the requirement goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How agents are sized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Queueing formulas: each queue alone, and every pool of queues that agents share
    Formula,
    /// Queueing formulas: each queue with agents of its own
    Alone,
    /// Least-cost numbers of each group of agents, simulated until every target is met
    Simulation,
}

/// Sizes the forecast into agents.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &StaffArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    if args.within_headcount && args.method != Method::Simulation {
        return Err(Failure::other("--within-headcount counts groups of agents", "add --method simulation"));
    }
    let folder = files::open(&args.dir)?;
    let days = 7 * args.horizon.weeks;
    let horizon = Horizon::new(&folder.centre, &folder.history, args.horizon.start, days).map_err(PlanError::from)?;
    let forecast = forecast_centre(&folder.centre, &folder.history, &horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let (centre, output) = (&folder.centre, args.output.as_deref());
    if args.compare {
        let methods = scenarios::staffing::compare(centre, &demand).map_err(PlanError::from)?;
        emit(&comparison_csv(centre, &methods), common.format, output)?;
        if let Some(note) = left_out(centre, &demand, &methods) {
            let _ = writeln!(std::io::stderr(), "{note}");
        }
        return Ok(Outcome::Done);
    }
    if args.method == Method::Simulation {
        let (csv, outcome) = staff_groups(centre, &demand, args.within_headcount.into(), common, watch)?;
        emit(&csv, common.format, output)?;
        return Ok(outcome);
    }
    let mut outcome = Outcome::Done;
    let mut requirement = match args.probability {
        None => scenarios::staffing::requirement(centre, &demand).map_err(PlanError::from)?,
        Some(probability) => {
            let wish = PathWish { paths: args.paths, seed: common.seed() };
            let sized = requirement_with_probability(centre, &demand, probability, wish).map_err(PlanError::from)?;
            outcome = tell_days(centre, &demand, (&sized, probability), wish)?;
            sized
        }
    };
    if args.method == Method::Alone {
        requirement.pools.clear();
        requirement.curves.clear();
    }
    emit(&requirement_csv(centre, &demand, &requirement), common.format, output)?;
    Ok(outcome)
}

/// Says on standard error how often each queue alone keeps its promise, as planned for the mean and as sized, and whether
/// every promise over days or weeks is kept as often as asked.
fn tell_days(
    centre: &Centre,
    demand: &DemandForecast,
    (sized, probability): (&StaffingRequirement, f64),
    wish: PathWish,
) -> Result<Outcome, Failure> {
    let usual = scenarios::staffing::requirement(centre, demand).map_err(PlanError::from)?;
    let staffing = |queue: &QueueRequirement| {
        let whole = queue.scheduled.iter().map(|agents| (agents - 1e-9).ceil() as u32).collect();
        (QueueSet::of([queue.queue]), whole)
    };
    let staffings: Vec<(QueueSet, Vec<u32>)> = usual.queues.iter().chain(&sized.queues).map(staffing).collect();
    let shares = shares_of_periods(centre, demand, &staffings, wish).map_err(PlanError::from)?;
    let (before, after) = shares.split_at(usual.queues.len());
    let mut outcome = Outcome::Done;
    for ((queue, before), after) in usual.queues.iter().zip(before).zip(after) {
        let (Some(before), Some(after)) = (before.first(), after.first()) else { continue };
        let queue = &centre.queues[queue.queue];
        let by_interval = demand.grid.dates().iter().all(|&date| queue.target_on(date).period == TargetPeriod::Interval);
        let _ = writeln!(std::io::stderr(), "{}", days_line(&queue.name, (before, after), by_interval.then_some(BY_INTERVAL)));
        if !by_interval && after.share < probability {
            let wanted = 100.0 * probability;
            let line = format!("{} keeps its promise less often than in the {wanted:.1} % asked for; ask for less", queue.name);
            let _ = writeln!(std::io::stderr(), "{line}");
            outcome = Outcome::PromiseNotMet;
        }
    }
    Ok(outcome)
}

/// What shares of days mean to a queue that promises by the interval.
const BY_INTERVAL: &str = "it promises by the interval and is sized so: shares of days are for information";

fn days_line(name: &str, (before, after): (&PeriodShare, &PeriodShare), remark: Option<&str>) -> String {
    let period = if after.period == TargetPeriod::Week { "weeks" } else { "days" };
    let percent =
        |share: &PeriodShare| format!("{:.1} % ({:.1}–{:.1})", 100.0 * share.share, 100.0 * share.low, 100.0 * share.high);
    let (after, before) = (percent(after), percent(before));
    let remark = remark.map_or_else(String::new, |remark| format!(" ({remark})"));
    format!("{name} alone keeps its promise on {after} of {period}; sized for the mean {before}{remark}")
}

/// A probability between 0 and 1, or a percentage.
fn probability(text: &str) -> Result<f64, String> {
    let (number, scale) = text.trim().strip_suffix('%').map_or((text.trim(), 1.0), |number| (number.trim(), 0.01));
    let value = number.parse::<f64>().map(|value| value * scale);
    match value {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        _ => Err("give a probability between 0 and 1, such as 0.9".to_owned()),
    }
}
