//! The commands: each one file, each deciding nothing that a library call does not.

mod after;
mod backtest;
mod base;
mod capacity;
mod check;
mod compare;
mod compared;
mod contest;
mod cost;
mod demand;
mod erlang;
mod explain;
mod explain_requirement;
mod explain_roster;
mod failure;
mod files;
mod forecast;
mod goal;
mod horizon;
mod init;
mod money;
mod oddities;
mod outlook;
mod output;
mod peaks;
mod plan;
mod progress;
mod report;
mod resolve;
mod review;
mod schedule;
mod service;
mod shelf;
mod simulate;
mod single;
mod solve;
mod staff;
mod staff_groups;
mod staffed;
mod summary;
mod sweep;
mod sweep_store;
mod watch;

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use solver_data::Seed;

use failure::Failure;
use output::Format;
use progress::ProgressStyle;
use watch::TerminalWatch;

/// Forecasts contacts, sizes them into agents, builds rosters with a proven gap, and simulates the service they give.
#[derive(Debug, Parser)]
#[command(name = "shiftcast", version, max_term_width = 100, after_help = EXAMPLE)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "\
Example, from nothing to a published week:
  shiftcast init bank --template bank
  shiftcast plan bank --start 1999-10-24 --weeks 1 -o week
  open week/report.html

Exit status: 0 done; 2 the input has errors, nothing written; 3 done, but a promise is not met; 1 anything else.";

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// How results are printed; files given by -o are CSV unless this says otherwise
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Master seed of every random stream
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// Worker threads; results do not depend on it [default: all cores]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Language of reports and summaries
    #[arg(long, global = true, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// How progress is told on standard error; json writes incumbent, bound and gap as one object a line
    #[arg(long, global = true, value_enum, default_value_t = ProgressStyle::Bar, value_name = "STYLE")]
    progress: ProgressStyle,
}

impl Common {
    fn seed(&self) -> Seed {
        Seed(self.seed)
    }

    fn threads(&self) -> usize {
        self.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
    }
}

/// A language of reports and summaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// 中文.
    Zh,
}

impl From<Language> for crate::report::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::English,
            Language::Zh => Self::Chinese,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a centre folder from a template
    Init(init::InitArgs),
    /// Validate a centre folder, and a roster against its rules, in one pass
    Check(check::CheckArgs),
    /// Forecast volumes and handle times with prediction intervals
    Forecast(forecast::ForecastArgs),
    /// Score the forecast on past weeks beside simple rivals and the Poisson floor
    Backtest(backtest::BacktestArgs),
    /// List the intervals most likely to exceed a level or the agents staffed
    Peaks(peaks::PeaksArgs),
    /// Take a number apart: why it is what it is
    Explain(explain::ExplainArgs),
    /// Look months ahead for budgets and hiring: weekly or monthly contacts with intervals
    Outlook(outlook::OutlookArgs),
    /// Turn a forecast into agents needed per queue and interval
    Staff(staff::StaffArgs),
    /// Build a roster for the requirement, with its lower bound and gap
    Schedule(schedule::ScheduleArgs),
    /// Simulate a roster, or a queueing model
    Simulate(simulate::SimulateArgs),
    /// The whole week: check, forecast, staff, schedule, simulate, report
    Plan(plan::PlanArgs),
    /// What if: scenarios beside a base, with today's roster and planned anew
    Compare(compare::CompareArgs),
    /// A grid of scenarios, in parallel, resumable
    Sweep(sweep::SweepArgs),
    /// Least agents, hours or money for a service level; the largest promotion survived; break-even handle time
    Goal(goal::GoalArgs),
    /// Report on a roster, edited by hand too
    Report(report::ReportArgs),
    /// What a roster costs and why, against a budget
    Cost(cost::CostArgs),
    /// Headcount by month and level at least cost, and the price of service
    Capacity(capacity::CapacityArgs),
    /// Set a week that is over against its plan: what missed the promise, what to do, what it would give
    Review(review::ReviewArgs),
    /// Queueing formulas on a batch of rows
    Erlang(erlang::ErlangArgs),
    /// Solve a public rostering instance
    Solve(solve::SolveArgs),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  shiftcast completions bash > /etc/bash_completion.d/shiftcast")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How a command that did its work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything holds.
    Done,
    /// Done and written, but a stated promise is not met.
    PromiseNotMet,
}

/// Parses the command line, runs the command and turns its outcome into the exit status.
pub fn run() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    // Fails only when a pool stands already, and none does yet.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(common.threads()).build_global();
    let watch = TerminalWatch::start(common.progress);
    let result = dispatch(command, &common, &watch);
    watch.finish();
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::PromiseNotMet) => ExitCode::from(3),
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.exit_status())
        }
    }
}

fn dispatch(command: Command, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    match command {
        Command::Init(args) => init::run(&args, common),
        Command::Check(args) => check::run(&args, common),
        Command::Forecast(args) => forecast::run(&args, common),
        Command::Backtest(args) => backtest::run(&args, common, watch),
        Command::Peaks(args) => peaks::run(&args, common),
        Command::Explain(args) => explain::run(&args, common, watch),
        Command::Outlook(args) => outlook::run(&args, common),
        Command::Staff(args) => staff::run(&args, common, watch),
        Command::Schedule(args) => schedule::run(&args, common, watch),
        Command::Simulate(args) => simulate::run(&args, common, watch),
        Command::Plan(args) => plan::run(&args, common, watch),
        Command::Compare(args) => compare::run(&args, common, watch),
        Command::Sweep(args) => sweep::run(&args, common, watch),
        Command::Goal(args) => goal::run(&args, common, watch),
        Command::Report(args) => report::run(&args, common, watch),
        Command::Cost(args) => cost::run(&args, common, watch),
        Command::Capacity(args) => capacity::run(&args, common, watch),
        Command::Review(args) => review::run(&args, common, watch),
        Command::Erlang(args) => erlang::run(&args, common),
        Command::Solve(args) => solve::run(&args, common, watch),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "shiftcast", &mut script);
            std::io::stdout().write_all(&script).map_err(|cause| Failure::output("standard output", &cause))?;
            Ok(Outcome::Done)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        fn walk(command: &clap::Command, path: &str) {
            for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
                let path = format!("{path} {}", sub.get_name());
                if sub.has_subcommands() {
                    walk(sub, &path);
                } else {
                    let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
                    assert!(help.contains("Example"), "`{path} --help` shows no example");
                }
            }
        }
        walk(&Cli::command(), "shiftcast");
    }
}
