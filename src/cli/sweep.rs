//! `shiftcast sweep`: a grid of scenarios in parallel, resumable, in parts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;
use scenarios::PlanError;
use scenarios::scenario::{Base, Measured, RosterChoice, point_columns, sweep_point};
use serde_json::json;
use solver_data::io::{
    OutputSet, ParquetColumn, ParquetValues, SweepGrid, parquet_table, parse_sweep, read_text, roster_csv, sha256_hex,
};
use solver_data::{Currency, Scenario, Uninterrupted, Watch};

use super::base::BaseArgs;
use super::compare::{measured, of_scenario, quoted, told};
use super::failure::Failure;
use super::output::{Format, emit_record, print};
use super::sweep_store::{Finished, Journal, Shard, finished, shard};
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// Arguments of `sweep`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast sweep bank sweep.toml -o grid\n  \
    shiftcast sweep bank sweep.toml --base week --shard 2/4 -o grid\n\n\
    Every finished scenario is kept in OUT/progress.jsonl as it is done: the same command goes on after an interruption, and\n\
    puts the parts of --shard together when all of them lie in one folder. docs/scenarios.md describes sweep.toml.")]
pub struct SweepArgs {
    /// Centre folder
    dir: PathBuf,
    /// The sweep: axes and what they change
    #[arg(value_name = "SWEEP.toml")]
    sweep: PathBuf,
    #[command(flatten)]
    base: BaseArgs,
    /// Only part k of n, as 2/4; parts may run on different machines
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<Shard>,
    /// Folder for the results
    #[arg(short, value_name = "FOLDER")]
    output: PathBuf,
}

/// Runs what is not finished yet and writes the table of the sweep.
///
/// # Errors
/// [`Failure`]; what was finished before stays.
pub fn run(args: &SweepArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let ground = args.base.ground(&args.dir, Some(&args.output), common)?;
    let source = read_text(&args.sweep).map_err(|error| Failure::input(error.finding()))?;
    let (grid, findings) = parse_sweep(source, &ground.shelf(), ground.context());
    let Some(grid) = grid else { return Err(Failure::Input(findings)) };
    let mut opened = args.base.open(&ground, Some(&args.output), common, watch)?;
    opened.keep()?;
    opened.base.replications = grid.replications.unwrap_or(args.base.replications);
    let base = &opened.base;
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let key = key(base, &grid, &opened.inputs);
    let columns = point_columns().len();
    let mut done = finished(&args.output, &key, columns);
    let missing: Vec<usize> = (0..grid.len()).filter(|&point| shard.holds(point) && !done.contains_key(&point)).collect();
    if !missing.is_empty() {
        let before = measured(base, &args.dir, &Uninterrupted(watch))?;
        let journal = Journal::open(&args.output, &key, shard)?;
        perform(&grid, (base, &before), (&missing, &journal), watch)?;
        done = finished(&args.output, &key, columns);
    }
    done.retain(|&point, _| point < grid.len() && shard.holds(point));
    let wanted = (0..grid.len()).filter(|&point| shard.holds(point)).count();
    if done.len() < wanted {
        let message = format!("{} of {wanted} scenarios are finished and kept in {}", done.len(), args.output.display());
        return Err(Failure::other(message, "run the same command again to go on"));
    }
    let files = write(args, (&grid, &done), &base.centre.currency, shard)?;
    watch.finish();
    let record = json!({
        "scenarios": done.len(),
        "computed_now": missing.len(),
        "replications": base.replications,
        "seed": common.seed,
        "csv": files.0,
        "parquet": files.1,
    });
    match common.format {
        Some(Format::Csv) => print(&csv(&grid, &done, &base.centre.currency))?,
        format => emit_record(&record, format)?,
    }
    Ok(Outcome::Done)
}

/// What the results of a sweep depend on.
fn key(base: &Base, grid: &SweepGrid, inputs: &[(String, String)]) -> String {
    let roster = roster_csv(&base.centre, &base.roster);
    let limits = (&base.limits.seconds, &base.limits.gap, &base.limits.iterations);
    // Places tell where changes stand in their files, not what they do.
    let changes: Vec<Vec<_>> = (0..grid.len())
        .map(|point| grid.changes(point).into_iter().map(|change| (change.reach, change.alteration)).collect())
        .collect();
    let all = format!(
        "{} {inputs:?} {} {} {limits:?} {} {:?} {changes:?} {:?} {roster}",
        env!("CARGO_PKG_VERSION"),
        base.seed.0,
        base.replications,
        base.rounds,
        grid.rosters,
        base.demand,
    );
    sha256_hex(all.as_bytes())[..32].to_owned()
}

/// Scenario `point` of the grid.
fn scenario(grid: &SweepGrid, point: usize) -> Scenario {
    let label = |(axis, own): (&solver_data::io::SweepAxis, &solver_data::io::SweepPoint)| format!("{}={}", axis.name, own.label);
    let labels: Vec<String> = grid.axes.iter().zip(grid.points(point)).map(|(axis, own)| label((axis, own))).collect();
    let name = labels.join(",");
    Scenario { title: name.clone(), name, title_zh: None, description: String::new(), changes: grid.changes(point) }
}

/// Computes the missing scenarios; each is in the journal before the next is counted.
fn perform(
    grid: &SweepGrid,
    base: (&Base, &Measured),
    (missing, journal): (&[usize], &Journal),
    watch: &TerminalWatch,
) -> Result<(), Failure> {
    let rosters: Vec<RosterChoice> = [(grid.rosters.0, RosterChoice::Kept), (grid.rosters.1, RosterChoice::Replanned)]
        .into_iter()
        .filter_map(|(wanted, roster)| wanted.then_some(roster))
        .collect();
    let done = std::sync::atomic::AtomicU64::new(0);
    let one = |&point: &usize| -> Result<(), Failure> {
        if watch.interrupted() {
            return Ok(());
        }
        let scenario = scenario(grid, point);
        let rows = match sweep_point(base, &scenario, &rosters, watch) {
            Ok(rows) => rows,
            Err(PlanError::Simulation(_)) if watch.interrupted() => return Ok(()),
            Err(error) => return Err(of_scenario(&scenario, &error)),
        };
        journal.add(point, &rows)?;
        let finished = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        watch.stage_progress("sweep", finished, missing.len() as u64);
        Ok(())
    };
    let results: Vec<Result<(), Failure>> = missing.par_iter().map(one).collect();
    // All that can be computed is; then the first that cannot is told.
    results.into_iter().collect()
}

/// Scenario, labels of its points, roster, measures.
type Row<'a> = (usize, Vec<&'a str>, RosterChoice, &'a [f64]);

/// Cells of the table: the scenario's number, its points, the roster, the measures.
fn rows<'a>(grid: &'a SweepGrid, done: &'a Finished) -> impl Iterator<Item = Row<'a>> {
    done.iter().flat_map(move |(&point, rows)| {
        let labels: Vec<&str> = grid.points(point).iter().map(|own| own.label.as_str()).collect();
        rows.iter().map(move |row| (point, labels.clone(), row.roster, row.values.as_slice()))
    })
}

/// `scenario,AXIS,…,roster,MEASURE,MEASURE_difference[,MEASURE_difference_ci95],…`.
fn csv(grid: &SweepGrid, done: &Finished, currency: &Currency) -> String {
    let columns = point_columns();
    let mut text = String::from("scenario");
    for name in grid.axes.iter().map(|axis| axis.name.as_str()).chain(["roster"]).chain(columns.iter().map(|own| own.0.as_str()))
    {
        let _ = write!(text, ",{}", quoted(name));
    }
    text.push('\n');
    for (point, labels, roster, values) in rows(grid, done) {
        let _ = write!(text, "{}", point + 1);
        for label in labels.into_iter().chain([roster.name()]) {
            let _ = write!(text, ",{}", quoted(label));
        }
        for (value, (_, measure)) in values.iter().zip(&columns) {
            let _ = write!(text, ",{}", told(*measure, *value, currency));
        }
        text.push('\n');
    }
    text
}

fn parquet(grid: &SweepGrid, done: &Finished, currency: &Currency) -> Vec<u8> {
    let table: Vec<_> = rows(grid, done).collect();
    let text = |of: &dyn Fn(&Row<'_>) -> String| ParquetValues::Text(table.iter().map(of).collect());
    let whole = ParquetValues::Whole(table.iter().map(|row| row.0 as i64 + 1).collect());
    let mut columns = vec![ParquetColumn { name: "scenario".to_owned(), values: whole }];
    for (place, axis) in grid.axes.iter().enumerate() {
        columns.push(ParquetColumn { name: axis.name.clone(), values: text(&|row| row.1[place].to_owned()) });
    }
    columns.push(ParquetColumn { name: "roster".to_owned(), values: text(&|row| row.2.name().to_owned()) });
    for (place, (name, measure)) in point_columns().into_iter().enumerate() {
        let values = table.iter().map(|row| told(measure, row.3[place], currency)).collect();
        columns.push(ParquetColumn { name, values: ParquetValues::Number(values) });
    }
    parquet_table(&columns)
}

/// Writes both tables; returns their paths.
fn write(
    args: &SweepArgs,
    (grid, done): (&SweepGrid, &Finished),
    currency: &Currency,
    shard: Shard,
) -> Result<(String, String), Failure> {
    let failed = |cause: solver_data::io::WriteError| Failure::other(cause.to_string(), "what is finished is kept");
    let names = [format!("sweep{}.csv", shard.suffix()), format!("sweep{}.parquet", shard.suffix())];
    let mut outputs = OutputSet::new(&args.output).map_err(failed)?;
    outputs.stage(&names[0], csv(grid, done, currency).as_bytes()).map_err(failed)?;
    outputs.stage(&names[1], &parquet(grid, done, currency)).map_err(failed)?;
    outputs.publish().map_err(failed)?;
    let path = |name: &str| -> String { Path::new(&args.output).join(name).display().to_string() };
    Ok((path(&names[0]), path(&names[1])))
}
