//! `shiftcast cost`: what a roster costs and why, against a budget, for the finance meeting.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use scenarios::capacity::first_day;
use scenarios::cost::{Dimension, Statement, StatementRequest, Variance, budget_for, explain};
use scenarios::pipeline::{forecast_centre, simulate_centre};
use scenarios::{Horizon, PlanError, PlanRequest};
use serde_json::{Map, Value, json};
use solver_data::io::{
    Column, CsvTable, OutputSet, WriteError, cost_csv, read_budget, read_finance, read_outsourced, read_teams, read_text,
    roster_csv, write_file,
};
use solver_data::{Centre, DemandForecast, FinanceTerms, Finding, Roster, ServicePerformance, ValidationReport};

use super::after::AfterArgs;
use super::failure::{Failure, print_notes};
use super::files::{self, CentreFolder};
use super::money::amount;
use super::output::{Format, emit_record, print, table_of};
use super::schedule::LimitArgs;
use super::watch::TerminalWatch;
use super::{Common, Outcome};
use crate::report::{self, CostPage, ReportMeta};
use crate::sheet::cost_workbook;

/// Arguments of `cost`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast cost bank --start 1999-10-24 --roster week/roster.csv -o cost\n  \
    shiftcast cost bank --start 1999-10-24 --weeks 4 --budget budget.csv -o cost\n  \
    shiftcast cost bank --start 1999-10-24 --roster week/roster.csv -o cost.xlsx\n  \
    shiftcast cost bank --start 1999-10-24 --roster week/roster.csv --by queue --format csv\n\n\
    Without --roster the weeks are planned first, as `plan` does. A budget has the columns\n\
    queue,volume,aht_seconds,paid_hours,amount[,month,outsourced,penalty]; the folder's budget.csv, as written here, is one.\n\
    -o names a folder for all files, or one file ending in .xlsx, .html, .csv or .json.")]
pub struct CostArgs {
    /// Centre folder
    dir: PathBuf,
    /// First day [default: the roster's first planning week, else the first one after the history]
    #[arg(long, value_name = "DATE")]
    start: Option<NaiveDate>,
    /// Weeks [default: those of the roster, else 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    weeks: Option<u32>,
    /// The roster that stands; without it one is made
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// Budget to explain the difference to
    #[arg(long, value_name = "FILE")]
    budget: Option<PathBuf>,
    /// Work bought outside: `date,queue,minutes[,price]` [default: outsourced.csv of the folder]
    #[arg(long, value_name = "FILE")]
    outsourced: Option<PathBuf>,
    /// What standard output breaks the cost down by; files hold all of them
    #[arg(long, value_enum, value_delimiter = ',', default_value = "class", value_name = "WHAT,WHAT")]
    by: Vec<By>,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    after: AfterArgs,
    /// Simulated replications, for abandoned contacts
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    replications: u32,
    /// Folder or file for the results
    #[arg(short, value_name = "OUT")]
    output: Option<PathBuf>,
}

/// What a cost is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Class of paid time
    Class,
    /// Skill level
    Level,
    /// Team, from the column `team` of agents.csv
    Team,
    /// Queue, by worked time
    Queue,
    /// Day
    Day,
    /// Planning week
    Week,
    /// Calendar month
    Month,
    /// Agent
    Agent,
    /// All of these
    All,
}

impl By {
    fn dimensions(self) -> Vec<Dimension> {
        match self {
            Self::Class => vec![Dimension::Class],
            Self::Level => vec![Dimension::Level],
            Self::Team => vec![Dimension::Team],
            Self::Queue => vec![Dimension::Queue],
            Self::Day => vec![Dimension::Day],
            Self::Week => vec![Dimension::Week],
            Self::Month => vec![Dimension::Month],
            Self::Agent => vec![Dimension::Agent],
            Self::All => Dimension::ALL.to_vec(),
        }
    }
}

/// Iterations of each round's solve where no limit is named, as of `plan`.
const ITERATIONS_PER_ROUND: u64 = 300;
/// Rounds of schedule and simulation, as of `plan`.
const ROUNDS: u32 = 4;

/// A roster with what is expected of it.
struct Costed {
    roster: Roster,
    demand: DemandForecast,
    performance: ServicePerformance,
}

/// States what a roster costs.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &CostArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let mut folder = files::open(&args.dir)?;
    print_notes(&folder.findings);
    let terms = finance_of(&args.dir)?;
    let (start, weeks) = horizon_of(args, &folder)?;
    let (budget, outsourced) = inputs(args, &folder.centre)?;
    let mut outputs = match &args.output {
        Some(path) if !is_single_file(path) => Some(OutputSet::new(path).map_err(|cause| unwritable(&cause))?),
        _ => None,
    };
    let reaching = args.after.carry_over(&mut folder.centre, start)?;
    let teams = read_teams(&args.dir.join("agents.csv"));
    let centre = folder.centre.clone();
    let costed = costed(args, common, watch, folder, (start, weeks, reaching))?;
    let statement = Statement::of(&StatementRequest {
        centre: &centre,
        terms: &terms,
        teams: &teams,
        outsourced: &outsourced,
        roster: &costed.roster,
        demand: &costed.demand,
        performance: &costed.performance,
    });
    let dates = costed.roster.grid.dates();
    let days = (dates[0], dates[dates.len() - 1]);
    let variance = budget.map(|rows| explain(&budget_for(&rows, days), &statement.figures(&centre)));
    let meta = ReportMeta {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seed: common.seed,
        generated_for: format!("{} – {}", days.0, days.1),
        inputs: files::hashes(&args.dir),
        stop: args.roster.as_ref().map_or("roster planned here", |_| "roster given").to_owned(),
    };
    let told =
        Told { centre: &centre, terms: &terms, statement: &statement, variance: variance.as_ref(), meta: &meta, costed: &costed };
    if let Some(set) = &mut outputs {
        told.stage(set, args, common).map_err(|cause| unwritable(&cause))?;
    } else if let Some(path) = &args.output {
        let bytes = told.single(path, common)?;
        write_file(path, &bytes).map_err(|cause| unwritable(&cause))?;
    }
    if let Some(set) = outputs {
        set.publish().map_err(|cause| unwritable(&cause))?;
    }
    watch.finish();
    told.print(args, common)
}

fn unwritable(cause: &WriteError) -> Failure {
    Failure::other(cause.to_string(), "nothing was written")
}

/// Whether a result goes into one file, told by its ending; anything else is a folder.
pub fn is_single_file(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    !path.is_dir() && ending.is_some_and(|ending| ["xlsx", "html", "csv", "json"].contains(&ending))
}

/// The terms of finance of a folder that was read without errors.
///
/// # Errors
/// [`Failure::Input`].
pub fn finance_of(dir: &Path) -> Result<FinanceTerms, Failure> {
    match read_finance(dir) {
        (Some(terms), _) => Ok(terms),
        (None, findings) => Err(Failure::Input(findings)),
    }
}

/// First day and weeks: as asked for, else those of the roster's planning weeks, else the first week after the history.
fn horizon_of(args: &CostArgs, folder: &CentreFolder) -> Result<(NaiveDate, u32), Failure> {
    let worked = args.roster.as_deref().map(worked_days).transpose()?.flatten();
    let found = match (args.start, worked, &args.roster) {
        (Some(start), _, _) => Some(start),
        (None, Some((first, _)), _) => Some(folder.centre.week_of(first)),
        (None, None, Some(_)) => None,
        (None, None, None) => first_day(&folder.centre, &folder.history),
    };
    let unknown = || Finding::error("--start", "no first day can be told from the files", "name it with --start");
    let start = found.ok_or_else(|| Failure::input(unknown()))?;
    let spanned = worked.map_or(1, |(_, last)| ((last - start).num_days().max(0) / 7 + 1).min(8) as u32);
    Ok((start, args.weeks.unwrap_or(spanned)))
}

/// First and last day on which a shift of a roster file starts; `None` where it has none.
fn worked_days(path: &Path) -> Result<Option<(NaiveDate, NaiveDate)>, Failure> {
    let source = read_text(path).map_err(|error| Failure::input(error.finding()))?;
    let mut report = ValidationReport::default();
    let table = CsvTable::parse(&source, &[Column::required("shift_date")], &mut report);
    let Some(table) = table else { return Err(Failure::Input(report)) };
    let days = || table.rows().iter().filter_map(|row| table.required(row, "shift_date").date().ok());
    Ok(days().min().zip(days().max()))
}

type Inputs = (Option<Vec<solver_data::BudgetRow>>, Vec<solver_data::OutsourcedMinutes>);

/// Budget and work bought outside, or every error in them.
fn inputs(args: &CostArgs, centre: &Centre) -> Result<Inputs, Failure> {
    let names: Vec<&str> = centre.queues.iter().map(|queue| queue.name.as_str()).collect();
    let digits = centre.currency.minor_digits;
    let mut findings = ValidationReport::default();
    let budget = args.budget.as_ref().map(|path| {
        let (rows, found) = read_budget(path, &names, digits);
        findings.absorb(found);
        rows
    });
    let own = Some(args.dir.join("outsourced.csv")).filter(|path| path.is_file());
    let outsourced = args.outsourced.clone().or(own).map_or_else(Vec::new, |path| {
        let (rows, found) = read_outsourced(&path, &names, digits);
        findings.absorb(found);
        rows
    });
    files::usable((Some(()), findings))?;
    Ok((budget, outsourced))
}

/// Plans the weeks, or takes the roster and simulates it.
fn costed(
    args: &CostArgs,
    common: &Common,
    watch: &TerminalWatch,
    folder: CentreFolder,
    (start, weeks, reaching): (NaiveDate, u32, Vec<solver_data::Tour>),
) -> Result<Costed, Failure> {
    let wish = folder.wish();
    let CentreFolder { centre, history, changes, findings } = folder;
    let horizon = Horizon::new(&centre, &history, start, 7 * weeks).map_err(PlanError::from)?;
    let in_folder = |error: PlanError| Failure::in_folder(&args.dir, &error);
    let Some(path) = &args.roster else {
        let request = PlanRequest {
            actual: None,
            centre,
            findings,
            history,
            changes,
            reaching,
            start,
            weeks,
            limits: args.limits.limits(common, ITERATIONS_PER_ROUND),
            replications: args.replications,
            rounds: ROUNDS,
            seed: common.seed(),
        };
        let planned = scenarios::plan(&request, watch).map_err(in_folder)?;
        let demand = horizon.planning_forecast(&planned.forecast).map_err(PlanError::from)?;
        return Ok(Costed { roster: planned.roster, demand, performance: planned.performance });
    };
    let mut roster = files::roster(path, &centre, &horizon.planning)?;
    roster.reaching = reaching;
    let forecast = forecast_centre(&centre, &history, &horizon, &wish).map_err(in_folder)?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let performance = simulate_centre(&roster, (&centre, &demand), (args.replications, common.seed()), watch)?;
    Ok(Costed { roster, demand, performance })
}

/// A statement and what is told with it.
struct Told<'a> {
    centre: &'a Centre,
    terms: &'a FinanceTerms,
    statement: &'a Statement,
    variance: Option<&'a Variance>,
    meta: &'a ReportMeta,
    costed: &'a Costed,
}

impl Told<'_> {
    fn page(&self, common: &Common) -> String {
        let page = CostPage {
            centre: self.centre,
            terms: self.terms,
            statement: self.statement,
            variance: self.variance,
            service: &self.costed.performance,
            meta: self.meta,
        };
        report::cost_page(&page, common.lang.into())
    }

    fn workbook(&self, common: &Common) -> Vec<u8> {
        let made = cost_workbook(self.centre, self.terms, self.statement, (self.variance, self.meta), common.lang.into());
        made.expect("a statement fits a workbook: names are short and rows few")
    }

    fn stage(&self, set: &mut OutputSet, args: &CostArgs, common: &Common) -> Result<(), WriteError> {
        if args.roster.is_none() {
            set.stage("roster.csv", roster_csv(self.centre, &self.costed.roster).as_bytes())?;
        }
        set.stage("cost.csv", cost_csv(self.centre, &self.statement.rostered).as_bytes())?;
        set.stage("statement.csv", self.lines_csv().as_bytes())?;
        set.stage("breakdown.csv", self.breakdown_csv(&Dimension::ALL).as_bytes())?;
        set.stage("budget.csv", self.budget_csv().as_bytes())?;
        if self.variance.is_some() {
            set.stage("variance.csv", self.variance_csv().as_bytes())?;
        }
        set.stage("cost.xlsx", &self.workbook(common))?;
        set.stage("cost.html", self.page(common).as_bytes())?;
        set.stage("run.json", format!("{:#}\n", self.record(&Dimension::ALL, common)).as_bytes())
    }

    /// One file by its ending.
    fn single(&self, path: &Path, common: &Common) -> Result<Vec<u8>, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("xlsx") => Ok(self.workbook(common)),
            Some("html") => Ok(self.page(common).into_bytes()),
            Some("csv") => Ok(self.breakdown_csv(&Dimension::ALL).into_bytes()),
            Some("json") => Ok(format!("{:#}\n", self.record(&Dimension::ALL, common)).into_bytes()),
            _ => Err(Failure::other(
                format!("{} ends in none of .xlsx, .html, .csv, .json", path.display()),
                "name a folder for all files, or a file with one of these endings",
            )),
        }
    }

    fn digits(&self) -> u32 {
        self.centre.currency.minor_digits
    }

    fn lines_csv(&self) -> String {
        let mut text =
            String::from("agent,team,level,date,class,minutes,base,premium,variable,on_cost,total,of_which_cost_csv\n");
        for line in &self.statement.lines {
            let agent = &self.centre.agents[line.agent];
            let amounts = [line.base, line.premium, line.variable, line.on_cost, line.total(), line.rostered];
            let amounts = amounts.map(|money| amount(money, self.digits())).join(",");
            let team = &self.statement.teams[usize::from(line.agent)];
            let level = &self.centre.levels[agent.level].name;
            let cells = [quoted(&agent.code), quoted(team), quoted(level), line.date.to_string(), line.class.name()].join(",");
            let _ = writeln!(text, "{cells},{},{amounts}", line.minutes);
        }
        text
    }

    fn breakdown_csv(&self, dimensions: &[Dimension]) -> String {
        let mut text = String::from("by,key,paid_hours,base,premium,variable,on_cost,outsourced,penalty,total\n");
        for &dimension in dimensions {
            let breakdown = self.statement.by(self.centre, dimension);
            let sum = breakdown.sum();
            let rows = breakdown.rows.iter().map(|row| (row.key.as_str(), &row.amounts)).chain([("total", &sum)]);
            for (key, own) in rows {
                let amounts = [own.base, own.premium, own.variable, own.on_cost, own.outsourced, own.penalty, own.total()];
                let amounts = amounts.map(|money| amount(money, self.digits())).join(",");
                let _ = writeln!(text, "{},{},{:.2},{amounts}", dimension.name(), quoted(key), own.paid_hours);
            }
        }
        text
    }

    /// What the plan costs, as a budget for later plans.
    fn budget_csv(&self) -> String {
        let mut text = String::from("queue,volume,aht_seconds,paid_hours,amount,outsourced,penalty\n");
        let planned = |name: &str| self.centre.queues.find(|queue| queue.name == name).is_some();
        for own in self.statement.figures(self.centre).iter().filter(|own| planned(&own.queue)) {
            let amounts = [own.amount, own.outsourced, own.penalty].map(|money| amount(money, self.digits())).join(",");
            let _ = writeln!(text, "{},{},{},{},{amounts}", quoted(&own.queue), own.volume, own.aht_seconds, own.paid_hours);
        }
        text
    }

    fn variance_csv(&self) -> String {
        let mut text = String::from("queue,budget,plan,difference,volume,mix,aht,efficiency,rate,outsourced,penalty\n");
        for row in self.variance.iter().flat_map(|own| own.queues.iter().chain([&own.total])) {
            let parts = row.parts().map(|(_, money)| amount(money, self.digits())).join(",");
            let sums = [row.budget, row.plan, row.total()].map(|money| amount(money, self.digits())).join(",");
            let _ = writeln!(text, "{},{sums},{parts}", quoted(&row.queue));
        }
        text
    }

    fn record(&self, dimensions: &[Dimension], common: &Common) -> Value {
        let rows = |dimension: Dimension| {
            let breakdown = self.statement.by(self.centre, dimension);
            let row = |row: &scenarios::cost::BreakdownRow| {
                let own = &row.amounts;
                json!({
                    "key": row.key, "paid_hours": own.paid_hours, "base": own.base.0, "premium": own.premium.0,
                    "variable": own.variable.0, "on_cost": own.on_cost.0, "outsourced": own.outsourced.0,
                    "penalty": own.penalty.0, "total": own.total().0,
                })
            };
            Value::Array(breakdown.rows.iter().map(row).collect())
        };
        let by: Map<String, Value> = dimensions.iter().map(|&own| (own.name().to_owned(), rows(own))).collect();
        let variance = self.variance.map(|variance| {
            let row = |row: &scenarios::cost::VarianceRow| {
                let parts: Map<String, Value> = row.parts().iter().map(|(name, money)| ((*name).to_owned(), json!(money.0))).collect();
                json!({ "queue": row.queue, "budget": row.budget.0, "plan": row.plan.0, "difference": row.total().0, "parts": parts })
            };
            json!({ "total": row(&variance.total), "queues": variance.queues.iter().map(row).collect::<Vec<_>>() })
        });
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "seed": common.seed,
            "days": self.meta.generated_for,
            "currency": self.centre.currency.code,
            "minor_digits": self.digits(),
            "total_minor_units": self.statement.total().0,
            "roster_minor_units": self.statement.rostered_total().0,
            "cost_csv_minor_units": self.statement.rostered.total().0,
            "by": by,
            "variance": variance,
            "inputs_sha256": self.meta.inputs.iter().map(|(name, hash)| (name.clone(), json!(hash))).collect::<Map<_, _>>(),
        })
    }

    fn print(&self, args: &CostArgs, common: &Common) -> Result<Outcome, Failure> {
        let dimensions: Vec<Dimension> = args.by.iter().flat_map(|by| by.dimensions()).collect();
        match common.format.unwrap_or(Format::Table) {
            Format::Json => emit_record(&self.record(&dimensions, common), Some(Format::Json))?,
            Format::Csv => print(&self.breakdown_csv(&dimensions))?,
            Format::Table => {
                let headline = report::cost_headline(self.centre, self.statement, self.variance, common.lang.into());
                print(&format!("{headline}\n\n{}", table_of(&self.breakdown_csv(&dimensions))))?;
                if self.variance.is_some() {
                    print(&format!("\n{}", table_of(&self.variance_csv())))?;
                }
            }
        }
        Ok(Outcome::Done)
    }
}

/// A cell of a CSV file, quoted where it must be.
pub fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
