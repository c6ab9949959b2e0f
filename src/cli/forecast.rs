//! `shiftcast forecast` and `shiftcast backtest`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scenarios::PlanError;
use scenarios::forecast::{BacktestRequest, ForecastError, GapPolicy, IntradayAccuracy, Opening};
use scenarios::pipeline::ForecastWish;
use solver_data::io::{backtest_csv, forecast_csv, read_calendar, read_history};
use solver_data::{Calendar, ContactHistory, Finding};

use super::demand::DemandArgs;
use super::failure::Failure;
use super::files::{self, usable};
use super::output::emit;
use super::watch::TerminalWatch;
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

/// One history file without a centre.
#[derive(Debug, Args)]
pub struct SingleArgs {
    /// History file: `timestamp,queue,offered[,handled,abandoned,aht_seconds]` or `timestamp,value`
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Interval of the result in minutes [default: the history's]
    #[arg(long, value_name = "MINUTES", requires = "history")]
    interval: Option<u32>,
    /// Holidays and events: `start,end,kind,name,queues,uplift`
    #[arg(long, value_name = "FILE", requires = "history")]
    calendar: Option<PathBuf>,
    /// What a timestamp means that no queue has on an open day
    #[arg(long, value_enum, default_value_t = Gaps::Unknown)]
    gaps: Gaps,
}

/// What a missing row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gaps {
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
    pub fn refused(&self, error: &ForecastError) -> Failure {
        let file = self.history.as_ref().map_or_else(|| "history".to_owned(), |path| path.display().to_string());
        Failure::input(Finding::error(file, error.to_string(), "see the rows before the first day, and --start and --interval"))
    }

    /// A wish for a forecast under the policy for gaps.
    pub fn wish(&self) -> ForecastWish {
        ForecastWish { gaps: self.gaps.into(), ..ForecastWish::default() }
    }

    /// History, calendar and interval.
    ///
    /// # Errors
    /// [`Failure::Input`] with the errors of both files.
    pub fn read(&self) -> Result<(ContactHistory, Calendar, u32), Failure> {
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
    let wish = ForecastWish { levels, ..args.demand.single.wish() };
    let forecast = args.demand.expected(wish)?.forecast;
    emit(&forecast_csv(&forecast), common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
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
    /// Judge updates within a day instead: the rest of past days without update, by the planner's habit, and with ours
    #[arg(long)]
    intraday: bool,
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
    let refused = |error: ForecastError| match &args.dir {
        Some(dir) => Failure::in_folder(dir, &PlanError::from(error)),
        None => args.single.refused(&error),
    };
    if args.intraday {
        let rows = scenarios::forecast::intraday_backtest(&request, watch).map_err(refused)?;
        emit(&intraday_csv(&rows), common.format, args.output.as_deref())?;
        return Ok(Outcome::Done);
    }
    let rows = scenarios::forecast::backtest(&request, watch).map_err(refused)?;
    emit(&backtest_csv(&rows), common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}

fn intraday_csv(rows: &[IntradayAccuracy]) -> String {
    let mut csv = String::from("queue,known_until,days,wape_without,wape_habit,wape_updated,coverage80\n");
    for row in rows {
        let cut = row.cut.map_or_else(|| "all".to_owned(), |cut| cut.format("%H:%M").to_string());
        let coverage = row.coverage80.map_or_else(String::new, |share| format!("{share:.4}"));
        let queue =
            if row.queue.contains([',', '"']) { format!("\"{}\"", row.queue.replace('"', "\"\"")) } else { row.queue.clone() };
        let (without, habit, updated) = (row.wape_without, row.wape_habit, row.wape_updated);
        let _ = writeln!(csv, "{queue},{cut},{},{without:.4},{habit:.4},{updated:.4},{coverage}", row.days);
    }
    csv
}
