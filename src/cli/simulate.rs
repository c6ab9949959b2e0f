//! `shiftcast simulate`: a roster's service, or a queueing model's stationary measures.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use scenarios::pipeline::{attribute_misses, forecast_centre, replay_roster, service_within, simulate_centre};
use scenarios::simulation::{MetricRow, Precision, Quantity, simulate_model, simulate_model_to};
use scenarios::{Horizon, PlanError};
use solver_data::io::{performance_csv, read_model};
use solver_data::{Estimate, Roster, ServicePerformance};

use super::after::AfterArgs;
use super::failure::Failure;
use super::files::{self, usable};
use super::output::emit;
use super::schedule::eprint_lines;
use super::watch::TerminalWatch;
use super::{Common, Outcome, service};

/// Arguments of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast simulate bank --start 1999-10-24 --roster week/roster.csv --replications 100\n  \
    shiftcast simulate bank --start 1999-10-24 --roster week/roster.csv --actual bank/actual_calls.csv\n  \
    shiftcast simulate bank --start 1999-10-24 --roster week/roster.csv --actual bank/actual_calls.csv --attribute\n  \
    shiftcast simulate bank --start 1999-10-24 --roster week/roster.csv --precision 0.5%\n  \
    shiftcast simulate --model chain.json --replications 20 --seed 1 -o measures.csv\n  \
    shiftcast simulate --model chain.json --precision 0.5%\n\n\
    --precision adds replications until every 95 % half-width is within it: of shares and occupancies in percentage\n\
    points, of mean waits relative to the mean. Exit status 3 when --most-replications do not reach it.")]
pub struct SimulateArgs {
    /// Centre folder; or give --model
    #[arg(required_unless_present = "model", conflicts_with = "model", requires = "roster", requires = "start")]
    dir: Option<PathBuf>,
    /// A queueing model
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Roster to simulate
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// First day of the roster's horizon
    #[arg(long, value_name = "DATE")]
    start: Option<NaiveDate>,
    /// Weeks of the roster's horizon
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    weeks: u32,
    #[command(flatten)]
    after: AfterArgs,
    /// Real contacts to replay instead of sampled ones
    #[arg(long, value_name = "FILE", requires = "roster")]
    actual: Option<PathBuf>,
    /// Tell how much of each missed service level is due to volume, handle times, absence and the roster's fit
    #[arg(long, requires = "roster")]
    attribute: bool,
    /// Independent replications
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    replications: u32,
    /// Half-width wished, such as 0.5%: for every measure of a model, for the shares answered in time and abandoned of a roster
    #[arg(long, value_name = "SHARE", conflicts_with = "replications", value_parser = half_width)]
    precision: Option<f64>,
    /// Replications after which --precision gives up
    #[arg(long, default_value_t = 10_000, value_name = "N", requires = "precision", value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    most_replications: u32,
    /// Where the measures go [default: standard output]
    #[arg(short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Simulates a roster or a model.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &SimulateArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let (csv, outcome) = match (&args.model, &args.dir, &args.roster, args.start) {
        (Some(model), _, _, _) => model_measures(model, args, common, watch)?,
        (None, Some(dir), Some(roster), Some(start)) => roster_service((dir, roster, start), args, common, watch)?,
        _ => return Err(Failure::other("a centre folder needs --roster and --start", "see shiftcast simulate --help")),
    };
    emit(&csv, common.format, args.output.as_deref())?;
    Ok(outcome)
}

/// A half-width such as `0.5%` or `0.005`.
fn half_width(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |percent| (percent, 0.01));
    match number.trim().parse::<f64>() {
        Ok(value) if value > 0.0 && value * scale < 1.0 => Ok(value * scale),
        _ => Err("give a half-width above 0 and below 100%, such as 0.5%".to_owned()),
    }
}

fn model_measures(
    path: &Path,
    args: &SimulateArgs,
    common: &Common,
    watch: &TerminalWatch,
) -> Result<(String, Outcome), Failure> {
    let model = usable(read_model(path))?;
    let precision = args.precision.map(|half_width| Precision::within(half_width, args.most_replications));
    let rows = match &precision {
        Some(precision) => simulate_model_to(&model, precision, common.seed(), watch),
        None => simulate_model(&model, args.replications, common.seed(), watch),
    };
    let rows = rows.map_err(|error| {
        let hint = "see the queueing model section of the interface";
        Failure::input(solver_data::Finding::error(path.display().to_string(), error.to_string(), hint))
    })?;
    let mut csv = String::from("unit,metric,mean,ci95_half_width,replications\n");
    for row in &rows {
        let (mean, half) = (row.estimate.mean, row.estimate.half_width);
        let _ = writeln!(csv, "{},{},{mean},{half},{}", row.unit, row.metric, row.replications);
    }
    let wide: Vec<String> = precision.iter().flat_map(|precision| too_wide(&rows, precision)).collect();
    if wide.is_empty() {
        return Ok((csv, Outcome::Done));
    }
    let heading = format!("{} replications do not reach the precision; raise --most-replications:", args.most_replications);
    eprint_lines(&heading, &wide);
    Ok((csv, Outcome::PromiseNotMet))
}

/// A line for each measure whose half-width is wider than wished.
fn too_wide(rows: &[MetricRow], precision: &Precision) -> Vec<String> {
    let line = |row: &MetricRow| {
        let Estimate { mean, half_width } = row.estimate;
        let wished = half_width / row.excess(precision);
        format!("{} {}: {mean:.6} ± {half_width:.6}, wished ± {wished:.6}", row.unit, row.metric)
    };
    rows.iter().filter(|row| row.excess(precision) > 1.0).map(line).collect()
}

/// A line for each share answered in time or abandoned whose half-width is wider than wished.
fn shares_too_wide(performance: &ServicePerformance, precision: &Precision) -> Vec<String> {
    let queues = performance.queues.iter().chain([&performance.overall]);
    let shares = queues.flat_map(|queue| {
        let own = &queue.horizon;
        [(&queue.queue, "in time", own.service_level), (&queue.queue, "abandoned", own.abandonment)]
    });
    let wide = shares.filter(|(_, _, share)| precision.excess(Quantity::Share, *share) > 1.0);
    let wished = 100.0 * precision.half_width;
    wide.map(|(queue, what, own)| {
        format!("{queue} {what}: {:.2} ± {:.2} %, wished ± {wished:.2}", 100.0 * own.mean, 100.0 * own.half_width)
    })
    .collect()
}

fn roster_service(
    (dir, roster, start): (&Path, &Path, NaiveDate),
    args: &SimulateArgs,
    common: &Common,
    watch: &TerminalWatch,
) -> Result<(String, Outcome), Failure> {
    let mut folder = files::open(dir)?;
    let reaching = args.after.carry_over(&mut folder.centre, start)?;
    let horizon = Horizon::new(&folder.centre, &folder.history, start, 7 * args.weeks).map_err(PlanError::from)?;
    let roster = Roster { reaching, ..files::roster(roster, &folder.centre, &horizon.planning)? };
    let forecast = forecast_centre(&folder.centre, &folder.history, &horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let (on, runs) = ((&folder.centre, &demand), (args.replications, common.seed()));
    let actual = args.actual.as_deref().map(files::contacts).transpose()?;
    let precision = args.precision.map(|half_width| Precision::within(half_width, args.most_replications));
    let mut performance = match (&precision, &actual) {
        (Some(precision), _) => service_within(&roster, actual.as_deref(), on, (precision, common.seed()), watch)?,
        (None, Some(contacts)) => replay_roster(&roster, contacts, on, runs, watch)?,
        (None, None) => simulate_centre(&roster, on, runs, watch)?,
    };
    if args.attribute {
        performance.attribution = attribute_misses(&roster, actual.as_deref(), on, runs, watch)?;
    }
    let summary = service::summary(&performance, &folder.centre, common.lang);
    // A terminal that is gone takes no summary; the measures go on all the same.
    let _ = std::io::stderr().lock().write_all(summary.as_bytes());
    let wide: Vec<String> = precision.iter().flat_map(|precision| shares_too_wide(&performance, precision)).collect();
    let outcome = if wide.is_empty() { Outcome::Done } else { Outcome::PromiseNotMet };
    if outcome == Outcome::PromiseNotMet {
        let heading = format!("{} replications do not reach the precision; raise --most-replications:", args.most_replications);
        eprint_lines(&heading, &wide);
    }
    Ok((performance_csv(&performance), outcome))
}
