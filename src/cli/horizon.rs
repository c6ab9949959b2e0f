//! The days a command plans, as every command takes them.

use chrono::NaiveDate;
use clap::Args;

/// First day and length of a horizon.
#[derive(Debug, Clone, Args)]
pub struct HorizonArgs {
    /// First day of the horizon, as 1999-10-24
    #[arg(long, value_name = "DATE")]
    pub start: NaiveDate,
    /// Weeks to plan
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    pub weeks: u32,
}
