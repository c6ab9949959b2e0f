//! `shiftcast peaks`: the intervals most likely to exceed a level, or the agents staffed.

use std::path::PathBuf;

use chrono::NaiveDateTime;
use clap::Args;
use scenarios::forecast::{PeakLevel, peaks};
use scenarios::peaks::capacity_peaks;
use solver_data::{DemandForecast, Finding};

use super::demand::{Demand, DemandArgs, HistoryNotes};
use super::failure::Failure;
use super::output::emit;
use super::staffed::read_staffed;
use super::{Common, Outcome};

/// Arguments of `peaks`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast peaks bank --start 1999-10-24 --capacity week/coverage.csv\n  \
    shiftcast peaks --history calls.csv --start 2003-08-18 --level 300 --top 10")]
pub struct PeaksArgs {
    #[command(flatten)]
    demand: DemandArgs,
    /// Contacts an interval to exceed [default: the 95th percentile of each queue's expected intervals]
    #[arg(long, value_name = "N", conflicts_with = "capacity")]
    level: Option<f64>,
    /// Agents staffed, as `coverage.csv` or `requirement.csv` of a plan: what they can serve within the targets is the level
    #[arg(long, value_name = "FILE", requires = "dir")]
    capacity: Option<PathBuf>,
    /// Intervals listed
    #[arg(long, default_value_t = 20, value_name = "N")]
    top: usize,
    /// Only this queue, or pool of queues such as PS+PE; with --capacity, a queue that shares its agents stands for its pools
    #[arg(long, value_name = "QUEUE")]
    queue: Option<String>,
    /// Where the list goes [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// One line of the list.
struct PeakRow {
    queue: String,
    start: NaiveDateTime,
    mean: f64,
    level: f64,
    probability: f64,
}

/// Lists peaks.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &PeaksArgs, common: &Common) -> Result<Outcome, Failure> {
    if let Some(level) = args.level.filter(|level| !level.is_finite() || *level < 0.0) {
        let message = format!("a level of {level} is no number of contacts");
        return Err(Failure::input(Finding::error("--level", message, "write 0 or more")));
    }
    if args.capacity.is_some() && args.demand.dir.is_none() {
        let message = "agents mean nothing without a centre's targets and handle times";
        return Err(Failure::input(Finding::error("--capacity", message, "name a centre folder, or give --level")));
    }
    let demand = args.demand.expected(args.demand.single.wish(), HistoryNotes::LeftOut)?;
    let mut rows = rows(args, common, &demand)?;
    if let Some(wanted) = &args.queue {
        let mut known: Vec<&str> = rows.iter().map(|row| row.queue.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        // A queue that shares its agents has no line of its own: its pools are shown.
        let exact = known.contains(&wanted.as_str());
        if !exact && !known.iter().any(|pool| holds(pool, wanted)) {
            let hint = solver_data::io::suggest(wanted, known.iter().copied());
            return Err(Failure::input(Finding::error("--queue", format!("there is no queue \"{wanted}\""), hint)));
        }
        rows.retain(|row| row.queue == *wanted || (!exact && holds(&row.queue, wanted)));
    }
    rows.truncate(args.top);
    emit(&as_csv(&rows), common.format, args.output.as_deref())?;
    Ok(Outcome::Done)
}

/// Whether a pool, whose queues are joined by `+`, holds a queue.
fn holds(pool: &str, queue: &str) -> bool {
    pool.split('+').any(|own| own == queue)
}

fn rows(args: &PeaksArgs, common: &Common, demand: &Demand) -> Result<Vec<PeakRow>, Failure> {
    let forecast = &demand.forecast;
    if let (Some(path), Some((folder, horizon))) = (&args.capacity, &demand.centre) {
        let staffed = read_staffed(path, &horizon.planning)?;
        let found = capacity_peaks(&folder.centre, (horizon, forecast), &staffed, common.seed())?;
        let row = |peak: scenarios::peaks::PoolPeak| PeakRow {
            queue: peak.pool,
            start: forecast.grid.local(peak.interval),
            mean: peak.mean,
            level: peak.capacity,
            probability: peak.probability,
        };
        return Ok(found.into_iter().map(row).collect());
    }
    let level = args.level.map_or(PeakLevel::Busy, PeakLevel::Contacts);
    Ok(by_level(forecast, level))
}

fn by_level(forecast: &DemandForecast, level: PeakLevel<'_>) -> Vec<PeakRow> {
    let row = |peak: scenarios::forecast::Peak| PeakRow {
        queue: forecast.queues[peak.queue].name.clone(),
        start: forecast.grid.local(peak.interval),
        mean: peak.mean,
        level: peak.level,
        probability: peak.probability,
    };
    peaks(forecast, level).into_iter().map(row).collect()
}

fn as_csv(rows: &[PeakRow]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = writer.write_record(["queue", "timestamp", "mean", "level", "probability"]);
    for row in rows {
        let start = row.start.format("%Y-%m-%d %H:%M:%S").to_string();
        let [mean, level] = [row.mean, row.level].map(|value| format!("{value:.2}"));
        let cells = [row.queue.as_str(), &start, &mean, &level, &format!("{:.4}", row.probability)];
        written = written.and_then(|()| writer.write_record(cells));
    }
    written.expect("writing to memory does not fail, and every row has five cells");
    String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
}
