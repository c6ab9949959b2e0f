//! `shiftcast staff`: forecast → agents needed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scenarios::pipeline::forecast_centre;
use scenarios::{Horizon, PlanError};
use solver_data::io::requirement_csv;

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
    shiftcast staff bank --start 1999-10-24 --method simulation -o groups.csv\n  \
    shiftcast staff bank --start 1999-10-24 --method simulation --within-headcount -o groups.csv")]
pub struct StaffArgs {
    /// Centre folder
    dir: PathBuf,
    #[command(flatten)]
    horizon: HorizonArgs,
    /// How agents are sized
    #[arg(long, value_enum, default_value_t = Method::Formula, value_name = "METHOD")]
    method: Method,
    /// With --method simulation: no more agents of a group than the centre has
    #[arg(long)]
    within_headcount: bool,
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
    let output = args.output.as_deref();
    if args.method == Method::Simulation {
        let (csv, outcome) = staff_groups(&folder.centre, &demand, args.within_headcount.into(), common, watch)?;
        emit(&csv, common.format, output)?;
        return Ok(outcome);
    }
    let mut requirement = scenarios::staffing::requirement(&folder.centre, &demand).map_err(PlanError::from)?;
    if args.method == Method::Alone {
        requirement.pools.clear();
        requirement.curves.clear();
    }
    emit(&requirement_csv(&folder.centre, &demand, &requirement), common.format, output)?;
    Ok(Outcome::Done)
}
