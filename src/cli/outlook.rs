//! `shiftcast outlook`: weeks and months ahead, for budgets and hiring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{NaiveDate, Weekday};
use clap::{Args, ValueEnum};
use scenarios::PlanError;
use scenarios::forecast::{ForecastRequest, Opening, OutlookBacktest, OutlookRequest, forecast, outlook, outlook_backtest};
use scenarios::long_view::{NEAR_DAYS, OutlookWish, backtest_outlook, outlook_centre};
use scenarios::pipeline::ForecastWish;
use solver_data::io::{outlook_accuracy_csv, outlook_csv, read_drivers};
use solver_data::{Driver, Finding, Outlook, OutlookAccuracy, OutlookGrain, PlanningGrid, ValidationReport};

use super::failure::{Failure, print_notes};
use super::files::{self, usable};
use super::output::emit;
use super::single::SingleArgs;
use super::{Common, Outcome};

/// Arguments of `outlook`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast outlook bank --start 1999-10-24 --months 18\n  \
    shiftcast outlook --history calls.csv --start 2024-01-01 --months 12 --grain week --drivers drivers.csv -o outlook.csv\n  \
    shiftcast outlook --history calls.csv --start 2024-01-01 --backtest\n\n\
    The first four weeks equal the interval forecast; weeks and months are sums of the same days.\n\
    `level` is contacts, `trend` to `near` are factors on it, and their product is `mean`.")]
pub struct OutlookArgs {
    /// Centre folder; or give --history
    #[arg(required_unless_present = "history", conflicts_with = "history")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    single: SingleArgs,
    /// First day of the outlook; rows from then on are not looked at
    #[arg(long, value_name = "DATE")]
    start: NaiveDate,
    /// Months to look ahead
    #[arg(long, default_value_t = 18, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=60))]
    months: u32,
    /// Length of a row
    #[arg(long, value_enum, default_value_t = Grain::Month)]
    grain: Grain,
    /// Drivers, past and planned: `month,driver,value[,queues,measure,contact_rate]` [default: drivers.csv of the folder]
    #[arg(long, value_name = "FILE")]
    drivers: Option<PathBuf>,
    /// Coverage of the prediction intervals in percent
    #[arg(long, default_value = "80,95", value_delimiter = ',', value_name = "P,P", value_parser = clap::value_parser!(u8).range(1..=99))]
    levels: Vec<u8>,
    /// Score outlooks from past months beside last year and a flat average, instead of looking ahead
    #[arg(long)]
    backtest: bool,
    /// Monthly origins of the backtest, counted back from the first day
    #[arg(long, default_value_t = 24, value_name = "N", requires = "backtest", value_parser = clap::value_parser!(u32).range(1..=120))]
    origins: u32,
    /// Where the outlook goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Length of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Grain {
    /// Weeks by the centre's first weekday, Mondays without a centre
    Week,
    /// Calendar months
    Month,
}

impl From<Grain> for OutlookGrain {
    fn from(grain: Grain) -> Self {
        match grain {
            Grain::Week => Self::Week,
            Grain::Month => Self::Month,
        }
    }
}

/// Looks months ahead, or scores such looks from past months.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &OutlookArgs, common: &Common) -> Result<Outcome, Failure> {
    let text = match &args.dir {
        Some(dir) => of_folder(args, dir)?,
        None => of_history(args)?,
    };
    emit(&text, common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}

fn of_folder(args: &OutlookArgs, dir: &Path) -> Result<String, Failure> {
    let mut folder = files::open(dir)?;
    folder.centre.calendar.add_holidays(&args.single.holidays);
    let queues: Vec<&str> = folder.centre.queues.iter().map(|queue| queue.name.as_str()).collect();
    let own = Some(dir.join("drivers.csv")).filter(|file| file.is_file());
    let drivers = drivers(args.drivers.clone().or(own).as_deref(), Some(&queues))?;
    let wish = OutlookWish {
        start: args.start,
        months: args.months,
        grain: args.grain.into(),
        drivers,
        forecast: ForecastWish { levels: levels(args), changes: folder.changes.clone(), ..args.single.wish() },
    };
    let refused = |error: PlanError| Failure::in_folder(dir, &error);
    if args.backtest {
        let rows = backtest_outlook(&folder.centre, &folder.history, &wish, args.origins).map_err(refused)?;
        return scored(&rows, &dir.join("history.csv"));
    }
    let made = outlook_centre(&folder.centre, &folder.history, &wish).map_err(refused)?;
    print_notes(&made.remarks);
    tell_notes(&made.outlook, &dir.join("history.csv"));
    Ok(outlook_csv(&made.outlook))
}

fn of_history(args: &OutlookArgs) -> Result<String, Failure> {
    let (history, calendar, interval) = args.single.read()?;
    let drivers = drivers(args.drivers.as_deref(), None)?;
    let grid = PlanningGrid::new(args.start, NEAR_DAYS, interval, chrono_tz::UTC)
        .map_err(|error| Failure::input(Finding::error("--interval", error.to_string(), "leave it out for the history's own")))?;
    let gaps = args.single.gaps();
    let levels = levels(args);
    let outliers = args.single.outliers();
    let asked =
        ForecastRequest { levels: levels.clone(), gaps, outliers, ..ForecastRequest::new(&history, &calendar, Arc::new(grid)) };
    print_notes(&args.single.told(&asked)?);
    let near = forecast(&asked).map_err(|error| args.single.refused(&error))?;
    let request = OutlookRequest {
        history: &history,
        calendar: &calendar,
        near: &near,
        months: args.months,
        grain: args.grain.into(),
        week_start: Weekday::Mon,
        levels: &levels,
        drivers: &drivers,
        changes: &[],
        overrides: &[],
        followers: &[],
        opening: Opening::Learned,
        gaps,
        outliers,
    };
    let file = args.single.history.as_deref().unwrap_or_else(|| Path::new("history.csv"));
    if args.backtest {
        let backtest = OutlookBacktest { request, origins: args.origins };
        let rows = outlook_backtest(&backtest).map_err(|error| args.single.refused(&error))?;
        return scored(&rows, file);
    }
    let made = outlook(&request).map_err(|error| args.single.refused(&error))?;
    tell_notes(&made, file);
    Ok(outlook_csv(&made))
}

fn levels(args: &OutlookArgs) -> Vec<f64> {
    args.levels.iter().map(|&percent| f64::from(percent) / 100.0).collect()
}

fn drivers(file: Option<&Path>, queues: Option<&[&str]>) -> Result<Vec<Driver>, Failure> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let (drivers, findings) = read_drivers(file, queues);
    usable((Some(drivers), findings))
}

/// A backtest's table, unless no month could be judged.
fn scored(rows: &[OutlookAccuracy], file: &Path) -> Result<String, Failure> {
    if rows.is_empty() {
        let message = "no past month can be judged: an origin needs eight weeks before it and a whole month after it";
        return Err(Failure::input(Finding::error(
            file.display().to_string(),
            message,
            "give a longer history, or a later --start",
        )));
    }
    Ok(outlook_accuracy_csv(rows))
}

/// Tells on standard error what a reader of the outlook must know.
/// Each note once, with the queues that share it.
fn tell_notes(outlook: &Outlook, file: &Path) {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for queue in &outlook.queues {
        for note in &queue.notes {
            match told.iter_mut().find(|(text, _)| text == note) {
                Some((_, queues)) => queues.push(&queue.name),
                None => told.push((note, vec![&queue.name])),
            }
        }
    }
    let findings = told.iter().map(|(note, queues)| {
        let message = format!("{} {}: {note}", if queues.len() == 1 { "queue" } else { "queues" }, queues.join(", "));
        Finding::note(file.display().to_string(), message, "")
    });
    print_notes(&ValidationReport { findings: findings.collect() });
}
