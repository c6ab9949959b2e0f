//! `shiftcast forecast`.

use std::path::PathBuf;

use clap::Args;
use scenarios::pipeline::ForecastWish;
use solver_data::io::forecast_csv;

use super::demand::{DemandArgs, HistoryNotes};
use super::failure::Failure;
use super::output::emit;
use super::{Common, Outcome};

/// Arguments of `forecast`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast forecast bank --start 1999-10-24 --days 7\n  \
    shiftcast forecast bank --start 1999-10-24 --observed today.csv --overrides mailing.csv\n  \
    shiftcast forecast --history calls.csv --start 2003-08-18 --days 7 --interval 30 --calendar holidays.csv -o forecast.csv\n  \
    shiftcast forecast --history calls.csv --start 2003-08-18 --new-queue card --donor sales --contacts-per-day 120")]
pub struct ForecastArgs {
    #[command(flatten)]
    demand: DemandArgs,
    /// Coverage of the prediction intervals in percent
    #[arg(long, default_value = "80,95", value_delimiter = ',', value_name = "P,P", value_parser = clap::value_parser!(u8).range(1..=99))]
    levels: Vec<u8>,
    /// Where the forecast goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Forecasts a centre folder or one history file.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ForecastArgs, common: &Common) -> Result<Outcome, Failure> {
    let levels = args.levels.iter().map(|&percent| f64::from(percent) / 100.0).collect();
    let wish = ForecastWish { levels, ..args.demand.single.wish() };
    let forecast = args.demand.expected(wish, HistoryNotes::Told)?.forecast;
    emit(&forecast_csv(&forecast), common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}
