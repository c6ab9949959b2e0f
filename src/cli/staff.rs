//! `shiftcast staff`: forecast → agents needed.

use std::path::PathBuf;

use clap::Args;
use scenarios::pipeline::forecast_centre;
use scenarios::{Horizon, PlanError};
use solver_data::io::requirement_csv;

use super::failure::Failure;
use super::files;
use super::horizon::HorizonArgs;
use super::output::emit;
use super::{Common, Outcome};

/// Arguments of `staff`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  shiftcast staff bank --start 1999-10-24 -o requirement.csv")]
pub struct StaffArgs {
    /// Centre folder
    dir: PathBuf,
    #[command(flatten)]
    horizon: HorizonArgs,
    /// Where the requirement goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Sizes the forecast into agents.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &StaffArgs, common: &Common) -> Result<Outcome, Failure> {
    let folder = files::open(&args.dir)?;
    let days = 7 * args.horizon.weeks;
    let horizon = Horizon::new(&folder.centre, &folder.history, args.horizon.start, days).map_err(PlanError::from)?;
    let forecast = forecast_centre(&folder.centre, &folder.history, &horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let requirement = scenarios::staffing::requirement(&folder.centre, &demand).map_err(PlanError::from)?;
    emit(&requirement_csv(&folder.centre, &demand, &requirement), common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}
