//! `shiftcast backtest`.

use std::path::PathBuf;

use clap::Args;
use scenarios::PlanError;
use scenarios::demand::with_history;
use scenarios::forecast::{BacktestRequest, Contest, ForecastError, IntradayAccuracy, Opening};
use solver_data::io::backtest_csv;
use solver_data::{Finding, ValidationReport};

use super::contest::{contest, tell_achievable};
use super::failure::{Failure, print_notes};
use super::files::{self, CentreFolder};
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
    #[arg(long, conflicts_with = "models")]
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
        leave_out_young_queues(folder);
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

/// Drops the queues that are still forecast from their donor, and says so: there is no past of theirs to judge.
fn leave_out_young_queues(folder: &mut CentreFolder) {
    let end = folder.history.last_start().and_then(|last| last.date().succ_opt()).unwrap_or_default();
    let (grown, young) = with_history(&folder.centre, &folder.history, end);
    let mut told = ValidationReport::default();
    for id in young {
        let name = &folder.centre.queues[id].name;
        let message = format!("queue \"{name}\" is still forecast from its donor and is not judged");
        told.push(Finding::note("centre.toml", message, "nothing to do; it is judged from eight weeks of its own rows on"));
        folder.history.queues.retain(|rows| rows.name != *name);
    }
    folder.centre = grown;
    print_notes(&told);
}

fn intraday_csv(rows: &[IntradayAccuracy]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["queue", "known_until", "days", "wape_without", "wape_habit", "wape_updated", "coverage80"];
    let mut written = writer.write_record(header);
    for row in rows {
        let cut = row.cut.map_or_else(|| "all".to_owned(), |cut| cut.format("%H:%M").to_string());
        let coverage = row.coverage80.map_or_else(String::new, |share| format!("{share:.4}"));
        let [without, habit, updated] = [row.wape_without, row.wape_habit, row.wape_updated].map(|wape| format!("{wape:.4}"));
        let cells = [&row.queue, &cut, &row.days.to_string(), &without, &habit, &updated, &coverage];
        written = written.and_then(|()| writer.write_record(cells));
    }
    written.expect("writing to memory does not fail, and every row has seven cells");
    String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_of_two_lines_stays_one_cell() {
        let queue = "card,\n\"gold\"".to_owned();
        let (wape_without, wape_habit, wape_updated) = (0.2, 0.3, 0.1);
        let row = IntradayAccuracy { queue, cut: None, days: 3, wape_without, wape_habit, wape_updated, coverage80: None };
        let text = intraday_csv(std::slice::from_ref(&row));
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].iter().collect::<Vec<_>>(), [row.queue.as_str(), "all", "3", "0.2000", "0.3000", "0.1000", ""]);
    }
}
