//! `shiftcast report`: the report of a roster that stands already, edited by hand too.

use std::path::PathBuf;

use clap::Args;
use scenarios::PlanRequest;
use solver_data::SolveLimits;
use solver_data::io::write_file;

use super::after::AfterArgs;
use super::failure::{Failure, print_notes};
use super::files::{self, CentreFolder};
use super::horizon::HorizonArgs;
use super::output::{Format, emit_record, print};
use super::schedule::eprint_lines;
use super::watch::TerminalWatch;
use super::{Common, Outcome, plan, summary};

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  shiftcast report bank --start 1999-10-24 --roster week/roster.csv -o edited.html\n\n\
    The roster is judged against the requirement by formula; `plan` raises the requirement where simulation misses a target.")]
pub struct ReportArgs {
    /// Centre folder
    dir: PathBuf,
    #[command(flatten)]
    horizon: HorizonArgs,
    /// The roster
    #[arg(long, value_name = "FILE")]
    roster: PathBuf,
    #[command(flatten)]
    after: AfterArgs,
    /// Real contacts of the horizon to replay [default: the folder's actual calls where they cover the horizon]
    #[arg(long, value_name = "FILE")]
    actual: Option<PathBuf>,
    /// Simulated replications
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    replications: u32,
    /// The page to write
    #[arg(short, value_name = "FILE")]
    output: PathBuf,
}

/// Verifies, re-costs and simulates the roster and writes its report.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ReportArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let CentreFolder { mut centre, history, changes, findings } = files::open(&args.dir)?;
    print_notes(&findings);
    let reaching = args.after.carry_over(&mut centre, args.horizon.start)?;
    let request = PlanRequest {
        actual: plan::actual_contacts(&args.dir, args.actual.as_deref(), &args.horizon)?,
        centre,
        findings,
        history,
        changes,
        reaching,
        start: args.horizon.start,
        weeks: args.horizon.weeks,
        limits: SolveLimits { threads: common.threads(), ..SolveLimits::default() },
        replications: args.replications,
        rounds: 1,
        seed: common.seed(),
    };
    let mut roster = files::roster(&args.roster, &request.centre, &request.horizon()?.planning)?;
    roster.reaching.clone_from(&request.reaching);
    let planned =
        scenarios::pipeline::evaluate(&request, roster, watch).map_err(|error| Failure::in_folder(&args.dir, &error))?;
    let page = plan::page(&planned, common, &files::hashes(&args.dir), "roster given, not searched".to_owned());
    write_file(&args.output, page.as_bytes())
        .map_err(|cause| Failure::other(cause.to_string(), "choose another place with -o"))?;
    watch.finish();
    let broken =
        planned.violations.iter().map(|violation| format!("{}: {} ({})", violation.agent, violation.message, violation.rule));
    let mut unmet: Vec<String> = broken.collect();
    match common.format.unwrap_or(Format::Table) {
        // The summary lists what the roster's service falls short of.
        Format::Table => print(&summary::of(&planned, &args.output, common.lang))?,
        format => {
            emit_record(&plan::run_record(&planned, common, &files::hashes(&args.dir), watch), Some(format))?;
            unmet.extend(planned.shortfalls.iter().cloned());
        }
    }
    if !unmet.is_empty() {
        eprint_lines("not met:", &unmet);
    }
    Ok(if unmet.is_empty() && planned.shortfalls.is_empty() { Outcome::Done } else { Outcome::PromiseNotMet })
}
