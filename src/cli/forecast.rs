//! `shiftcast forecast` and `shiftcast backtest`.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use scenarios::forecast::{BacktestRequest, ForecastError, ForecastRequest, GapPolicy, Opening, forecast_mix};
use scenarios::pipeline::{ForecastWish, forecast_centre};
use scenarios::{Horizon, PlanError};
use solver_data::io::{backtest_csv, forecast_csv, mix_csv, read_calendar, read_history, read_mix};
use solver_data::{Calendar, ContactHistory, DemandForecast, Finding, MixDimension, PlanningGrid};

use super::failure::Failure;
use super::files::{self, usable};
use super::output::emit;
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// Arguments of `forecast`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast forecast bank --start 1999-10-24 --days 7\n  \
    shiftcast forecast bank --start 1999-10-24 --by channel\n  \
    shiftcast forecast --history calls.csv --start 2003-08-18 --days 7 --interval 30 --calendar holidays.csv -o forecast.csv")]
pub struct ForecastArgs {
    /// Centre folder; or give --history
    #[arg(required_unless_present = "history", conflicts_with = "history")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    single: SingleArgs,
    /// First day of the forecast; rows from then on are not looked at
    #[arg(long, value_name = "DATE")]
    start: NaiveDate,
    /// Days to forecast
    #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=731))]
    days: u32,
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

/// One history file without a centre.
#[derive(Debug, Args)]
pub(super) struct SingleArgs {
    /// History file: `timestamp,queue,offered[,handled,abandoned,aht_seconds]` or `timestamp,value`
    #[arg(long, value_name = "FILE")]
    pub(super) history: Option<PathBuf>,
    /// Interval of the result in minutes [default: the history's]
    #[arg(long, value_name = "MINUTES", requires = "history")]
    interval: Option<u32>,
    /// Holidays and events: `start,end,kind,name,queues,uplift`
    #[arg(long, value_name = "FILE", requires = "history")]
    calendar: Option<PathBuf>,
    /// What a timestamp means that no queue has on an open day
    #[arg(long, value_enum, default_value_t = Gaps::Unknown)]
    pub(super) gaps: Gaps,
}

/// What a missing row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Gaps {
    /// Nobody knows
    Unknown,
    /// No contact came
    Zero,
}

impl From<Gaps> for GapPolicy {
    fn from(gaps: Gaps) -> Self {
        match gaps {
            Gaps::Unknown => Self::Unknown,
            Gaps::Zero => Self::Zero,
        }
    }
}

impl SingleArgs {
    /// What a forecast says about the history file.
    pub(super) fn refused(&self, error: &ForecastError) -> Failure {
        let file = self.history.as_ref().map_or_else(|| "history".to_owned(), |path| path.display().to_string());
        Failure::input(Finding::error(file, error.to_string(), "see the rows before the first day, and --start and --interval"))
    }

    pub(super) fn read(&self) -> Result<(ContactHistory, Calendar, u32), Failure> {
        let path = self.history.as_deref().unwrap_or_else(|| std::path::Path::new("history.csv"));
        // Both files are read before either is refused, so that all errors are told at once.
        let (history, mut findings) = read_history(path, None);
        let (calendar, more) = match &self.calendar {
            Some(path) => read_calendar(path),
            None => (Calendar::default(), solver_data::ValidationReport::default()),
        };
        findings.absorb(more);
        let history = usable((history, findings))?;
        let interval = self.interval.unwrap_or(history.interval_minutes);
        Ok((history, calendar, interval))
    }
}

/// Forecasts a centre folder or one history file.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ForecastArgs, common: &Common) -> Result<Outcome, Failure> {
    let levels = args.levels.iter().map(|&percent| f64::from(percent) / 100.0).collect();
    let wish = ForecastWish { levels, gaps: args.single.gaps.into() };
    let forecast = if let Some(dir) = &args.dir {
        let folder = files::open(dir)?;
        let horizon = Horizon::new(&folder.centre, &folder.history, args.start, args.days).map_err(PlanError::from)?;
        forecast_centre(&folder.centre, &folder.history, &horizon, &wish).map_err(|error| Failure::in_folder(dir, &error))?
    } else {
        let (history, calendar, interval) = args.single.read()?;
        let grid = PlanningGrid::new(args.start, args.days, interval, chrono_tz::UTC).map_err(|error| {
            Failure::input(Finding::error("--interval", error.to_string(), "leave it out for the history's own"))
        })?;
        let request =
            ForecastRequest { levels: wish.levels, gaps: wish.gaps, ..ForecastRequest::new(&history, &calendar, Arc::new(grid)) };
        scenarios::forecast::forecast(&request).map_err(|error| args.single.refused(&error))?
    };
    let text = match args.by {
        Some(by) => told_apart(args, by.into(), &forecast)?,
        None => forecast_csv(&forecast),
    };
    emit(&text, common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}

/// The forecast's rows for each channel or topic.
fn told_apart(args: &ForecastArgs, by: MixDimension, forecast: &DemandForecast) -> Result<String, Failure> {
    let file = args.mix.clone().or_else(|| Some(args.dir.as_ref()?.join("mix.csv")));
    let Some(file) = file else {
        let message = "a history alone does not say what its contacts are";
        return Err(Failure::input(Finding::error("--by", message, "name a file with --mix, such as mix.csv")));
    };
    let queues: Vec<&str> = forecast.queues.iter().map(|queue| queue.name.as_str()).collect();
    let (records, findings) = read_mix(&file, Some(&queues));
    let records = usable((Some(records), findings))?;
    Ok(mix_csv(forecast, &forecast_mix(forecast, &records, by), by))
}

/// Arguments of `backtest`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast backtest bank\n  \
    shiftcast backtest --history calls.csv --interval 30 --origins 8 --days 7 --calendar holidays.csv")]
pub struct BacktestArgs {
    /// Centre folder; or give --history
    #[arg(required_unless_present = "history", conflicts_with = "history")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    single: SingleArgs,
    /// Weekly origins, counted back from the end of the history
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=104))]
    origins: u32,
    /// Days ahead of each origin
    #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366))]
    days: u32,
    /// Where the table goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Scores the forecast on past weeks.
///
/// # Errors
/// [`Failure`].
pub fn run_backtest(args: &BacktestArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let folder = args.dir.as_deref().map(files::open).transpose()?;
    let (history, calendar, interval_minutes) = match &folder {
        Some(folder) => {
            let interval = folder.history.interval_minutes.max(folder.centre.interval_minutes);
            (folder.history.clone(), folder.centre.calendar.clone(), interval)
        }
        None => args.single.read()?,
    };
    let request = BacktestRequest {
        history: &history,
        calendar: &calendar,
        interval_minutes,
        zone: folder.as_ref().map_or(chrono_tz::UTC, |folder| folder.centre.zone),
        opening: folder.as_ref().map_or(Opening::Learned, |folder| Opening::Given(&folder.centre)),
        gaps: args.single.gaps.into(),
        origins: args.origins as usize,
        days: args.days,
    };
    let rows = scenarios::forecast::backtest(&request, watch).map_err(|error| match &args.dir {
        Some(dir) => Failure::in_folder(dir, &PlanError::from(error)),
        None => args.single.refused(&error),
    })?;
    emit(&backtest_csv(&rows), common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}
