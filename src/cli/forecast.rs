//! `shiftcast forecast`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scenarios::forecast::forecast_mix;
use scenarios::pipeline::ForecastWish;
use solver_data::io::{forecast_csv, mix_csv, read_mix};
use solver_data::{DemandForecast, Finding, MixDimension};

use super::demand::{DemandArgs, HistoryNotes};
use super::failure::Failure;
use super::files::usable;
use super::output::emit;
use super::{Common, Outcome};

/// Arguments of `forecast`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast forecast bank --start 1999-10-24 --days 7\n  \
    shiftcast forecast bank --start 1999-10-24 --observed today.csv --overrides mailing.csv\n  \
    shiftcast forecast bank --start 1999-10-24 --by channel\n  \
    shiftcast forecast --history calls.csv --start 2003-08-18 --days 7 --interval 30 --calendar holidays.csv -o forecast.csv\n  \
    shiftcast forecast --history calls.csv --start 2003-08-18 --new-queue card --donor sales --contacts-per-day 120")]
pub struct ForecastArgs {
    #[command(flatten)]
    demand: DemandArgs,
    /// Coverage of the prediction intervals in percent
    #[arg(long, default_value = "80,95", value_delimiter = ',', value_name = "P,P", value_parser = clap::value_parser!(u8).range(1..=99))]
    levels: Vec<u8>,
    /// Split each queue by its mix: rows for each value, summing to the queue
    #[arg(long, value_enum, value_name = "DIMENSION")]
    by: Option<By>,
    /// Contacts by channel or topic: `date,queue,dimension,value,contacts` [default: mix.csv of the folder]
    #[arg(long, value_name = "FILE", requires = "by")]
    mix: Option<PathBuf>,
    /// Where the forecast goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// By what a forecast is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Channel: telephone, chat, app …
    Channel,
    /// What the contacts are about
    Topic,
}

impl From<By> for MixDimension {
    fn from(by: By) -> Self {
        match by {
            By::Channel => Self::Channel,
            By::Topic => Self::Topic,
        }
    }
}

/// Forecasts a centre folder or one history file.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ForecastArgs, common: &Common) -> Result<Outcome, Failure> {
    let levels = args.levels.iter().map(|&percent| f64::from(percent) / 100.0).collect();
    let wish = ForecastWish { levels, ..args.demand.single.wish() };
    let forecast = args.demand.expected(wish, HistoryNotes::Told)?.forecast;
    let text = match args.by {
        Some(by) => told_apart(args, by.into(), &forecast)?,
        None => forecast_csv(&forecast),
    };
    emit(&text, common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}

/// The forecast's rows for each channel or topic.
fn told_apart(args: &ForecastArgs, by: MixDimension, forecast: &DemandForecast) -> Result<String, Failure> {
    let file = args.mix.clone().or_else(|| Some(args.demand.dir.as_ref()?.join("mix.csv")));
    let Some(file) = file else {
        let message = "a history alone does not say what its contacts are";
        return Err(Failure::input(Finding::error("--by", message, "name a file with --mix, such as mix.csv")));
    };
    let queues: Vec<&str> = forecast.queues.iter().map(|queue| queue.name.as_str()).collect();
    let (records, findings) = read_mix(&file, Some(&queues));
    let records = usable((Some(records), findings))?;
    Ok(mix_csv(forecast, &forecast_mix(forecast, &records, by), by))
}
