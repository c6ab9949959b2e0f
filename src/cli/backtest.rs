//! `shiftcast backtest`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use scenarios::PlanError;
use scenarios::forecast::{BacktestRequest, Contest, ForecastError, IntradayAccuracy, Opening};
use solver_data::io::backtest_csv;

use super::contest::{contest, tell_achievable};
use super::failure::Failure;
use super::files;
use super::output::emit;
use super::single::SingleArgs;
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// Arguments of `backtest`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast backtest bank\n  shiftcast backtest bank --models all\n  \
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
    /// Models measured beside the planner's habits: `all`, or names such as `shiftcast,holt_winters` [default: the pool]
    #[arg(long, value_name = "NAMES", value_parser = contest)]
    models: Option<Contest>,
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
pub fn run(args: &BacktestArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let mut folder = args.dir.as_deref().map(files::open).transpose()?;
    if let Some(folder) = &mut folder {
        folder.centre.calendar.add_holidays(&args.single.holidays);
    }
    let (history, calendar, interval_minutes) = match &folder {
        Some(folder) => {
            let interval = folder.history.interval_minutes.max(folder.centre.interval_minutes);
            (folder.history.clone(), folder.centre.calendar.clone(), interval)
        }
        None => args.single.read()?,
    };
    let request = BacktestRequest {
        interval_minutes,
        zone: folder.as_ref().map_or(chrono_tz::UTC, |folder| folder.centre.zone),
        opening: folder.as_ref().map_or(Opening::Learned, |folder| Opening::Given(&folder.centre)),
        gaps: args.single.gaps(),
        outliers: args.single.outliers(),
        origins: args.origins as usize,
        days: args.days,
        models: args.models.clone().unwrap_or_default(),
        ..BacktestRequest::new(&history, &calendar)
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
    tell_achievable(&rows, common.lang);
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
