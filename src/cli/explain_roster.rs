//! `shiftcast explain roster`: what one more agent, a relaxed rule and a point of service are worth, and what mends shortages.

use std::path::PathBuf;

use clap::Args;
use scenarios::pipeline::forecast_centre;
use scenarios::refine::schedule_verified;
use scenarios::scheduler::{AgentWorth, Repair, RepairKind, RosterValue, RuleWorth, ServiceWorth, ValueLimits};
use scenarios::worth::{PointOfService, RosterWorth, amount, repair_line, roster_worth};
use scenarios::{Horizon, PlanError};
use serde_json::{Value, json};
use solver_data::{Centre, PromisedMeasure, StaffingRequirement};

use super::failure::Failure;
use super::files;
use super::horizon::HorizonArgs;
use super::output::{Format, emit, print};
use super::schedule::LimitArgs;
use super::watch::TerminalWatch;
use super::{Common, Outcome};

/// Arguments of `explain roster`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast explain roster bank --start 1999-10-24 --roster week/roster.csv\n  \
    shiftcast explain roster bank --start 1999-10-24 --iterations 100 --format json\n\n\
    Repairs are exact: each is priced against the roster and recounted. Worths are differences of lower bounds, a statement about\n\
    the bound that a good roster lies close to. Amounts are per week.")]
pub struct RosterArgs {
    /// Centre folder
    dir: PathBuf,
    #[command(flatten)]
    horizon: HorizonArgs,
    /// The roster [default: one is made]
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArgs,
    /// Evaluations of the bound before anything is valued; more make worths more precise
    #[arg(long, default_value_t = 600, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    evaluations: u64,
}

/// Iterations of a solve that names no limit.
const ITERATIONS: u64 = 200;

/// Values a roster.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &RosterArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let folder = files::open(&args.dir)?;
    let centre = &folder.centre;
    let days = 7 * args.horizon.weeks;
    let horizon = Horizon::new(centre, &folder.history, args.horizon.start, days).map_err(PlanError::from)?;
    let forecast = forecast_centre(centre, &folder.history, &horizon, &folder.wish())?;
    let demand = horizon.planning_forecast(&forecast).map_err(PlanError::from)?;
    let requirement = scenarios::staffing::requirement(centre, &demand).map_err(PlanError::from)?;
    let roster = if let Some(path) = &args.roster {
        files::roster(path, centre, &horizon.planning)?
    } else {
        let limits = args.limits.limits(common, ITERATIONS);
        schedule_verified(centre, &requirement, &limits, common.seed(), watch)?.roster
    };
    let limits = ValueLimits { evaluations: args.evaluations, ..ValueLimits::default() };
    let worth = roster_worth((centre, &demand), &requirement, Some(&roster), &limits, watch)?;
    watch.finish();
    let told = Told { centre, requirement: &requirement, worth: &worth, weeks: f64::from(args.horizon.weeks) };
    match common.format {
        Some(Format::Json) => print(&format!("{:#}\n", told.as_json()))?,
        format => emit(&told.as_csv(), format, None)?,
    }
    Ok(Outcome::Done)
}

/// A worth with what is needed to tell it.
struct Told<'a> {
    centre: &'a Centre,
    requirement: &'a StaffingRequirement,
    worth: &'a RosterWorth,
    weeks: f64,
}

/// What every kind of number is for, and where it comes from.
const AGENT: [&str; 2] = ["finance, planner: hire or let go", "bound re-optimised with one more, pay taken off"];
const RULE: [&str; 2] = ["planner: ask for an exception", "bound re-optimised with the rule relaxed for the contract"];
const SERVICE: [&str; 2] = ["finance, planner: price of the promise", "bound re-optimised with a point more promised"];
const REPAIR: [&str; 2] = ["team lead: mend a shortage today", "exact pricing against the roster, recounted"];

impl Told<'_> {
    fn value(&self) -> &RosterValue {
        &self.worth.value
    }

    /// Minor units over the horizon, as an amount a week.
    fn weekly(&self, minor: f64) -> String {
        amount(self.centre, minor / self.weeks)
    }

    fn as_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut rows =
            vec![["what", "who", "change", "worth_a_week", "at_most", "pay_a_week", "for", "origin"].map(str::to_owned).to_vec()];
        rows.extend(self.value().agents.iter().map(|worth| self.agent_row(worth)));
        rows.extend(self.value().service.iter().map(|worth| self.service_row(worth)));
        rows.extend(self.worth.points.iter().map(|point| self.point_row(point)));
        rows.extend(self.value().rules.iter().map(|worth| self.rule_row(worth)));
        rows.extend(self.value().repairs.iter().map(|repair| self.repair_row(repair)));
        for row in rows {
            writer.write_record(row).expect("writing to memory does not fail, and every row has eight cells");
        }
        String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
    }

    fn kind(&self, worth: &AgentWorth) -> String {
        format!("{} {}", self.centre.levels[worth.level].name, self.centre.contracts[worth.contract].name)
    }

    fn agent_row(&self, worth: &AgentWorth) -> Vec<String> {
        let amounts = [self.weekly(worth.reoptimised), self.weekly(worth.at_multipliers), self.weekly(worth.pay)];
        row(("agent", self.kind(worth), format!("one more than {}", worth.agents)), amounts, AGENT)
    }

    fn rule_row(&self, worth: &RuleWorth) -> Vec<String> {
        let who = self.centre.contracts[worth.contract].name.clone();
        let amounts = [self.weekly(worth.reoptimised), self.weekly(worth.at_multipliers), String::new()];
        row(("rule", who, worth.rule.to_string()), amounts, RULE)
    }

    fn service_row(&self, worth: &ServiceWorth) -> Vec<String> {
        let queue = &self.centre.queues[worth.queue].name;
        let first = self.requirement.grid.date(worth.days.start);
        let reached =
            worth.reached.map_or_else(String::new, |reached| format!(", {} by the roster", measured(worth.measure, reached)));
        let name = worth.measure.name().replace('_', " ");
        let change = format!("a point more {name} than {}{reached}", measured(worth.measure, worth.wanted));
        let amounts = [self.weekly(-worth.reoptimised), self.weekly(-worth.per_point), String::new()];
        row(("service", format!("{queue} from {first}, {} days", worth.days.len()), change), amounts, SERVICE)
    }

    fn point_row(&self, point: &PointOfService) -> Vec<String> {
        let queue = self.centre.queues[point.queue].name.clone();
        let change = format!("a point more service level than {:.1} % in every interval", 100.0 * point.wanted);
        row(("service", queue, change), [self.weekly(-point.cost), String::new(), String::new()], SERVICE)
    }

    fn repair_row(&self, repair: &Repair) -> Vec<String> {
        let who = match repair.kind {
            RepairKind::MovedBreak(agent) | RepairKind::MovedShift(agent) | RepairKind::Overtime(agent) => {
                self.centre.agents[agent].code.clone()
            }
            RepairKind::MoreAgent { level, contract, .. } => {
                format!("{} {}", self.centre.levels[level].name, self.centre.contracts[contract].name)
            }
        };
        let line = repair_line(self.centre, self.requirement, repair);
        let amounts = [self.weekly(-repair.objective as f64), String::new(), self.weekly(repair.pay as f64)];
        row(("repair", who, line), amounts, REPAIR)
    }

    fn as_json(&self) -> Value {
        let units = 10_f64.powi(self.centre.currency.minor_digits as i32) * self.weeks;
        let weekly = |minor: f64| minor / units;
        let agent = |worth: &AgentWorth| {
            json!({
                "level": self.centre.levels[worth.level].name, "contract": self.centre.contracts[worth.contract].name,
                "agents": worth.agents, "worth": weekly(worth.reoptimised), "worth_at_most": weekly(worth.at_multipliers),
                "pay": weekly(worth.pay),
            })
        };
        let rule = |worth: &RuleWorth| {
            json!({
                "contract": self.centre.contracts[worth.contract].name, "relaxed": worth.rule.to_string(),
                "worth": weekly(worth.reoptimised), "worth_at_most": weekly(worth.at_multipliers),
            })
        };
        json!({
            "unit": format!("{} a week", self.centre.currency.code),
            "bound": weekly(self.value().bound),
            "agents": self.value().agents.iter().map(agent).collect::<Vec<_>>(),
            "rules": self.value().rules.iter().map(rule).collect::<Vec<_>>(),
            "service": self.service_json(units),
            "repairs": self.value().repairs.iter().map(|repair| self.repair_json(repair, units)).collect::<Vec<_>>(),
            "origins": { "agents": AGENT[1], "rules": RULE[1], "service": SERVICE[1], "repairs": REPAIR[1] },
        })
    }

    fn service_json(&self, units: f64) -> Vec<Value> {
        let over_period = self.value().service.iter().map(|worth| {
            json!({
                "queue": self.centre.queues[worth.queue].name, "from": self.requirement.grid.date(worth.days.start).to_string(),
                "days": worth.days.len(), "measure": worth.measure.name(), "wanted": worth.wanted, "reached": worth.reached,
                "price_per_contact": worth.per_contact / units * self.weeks, "cost_of_a_point_at_least": worth.per_point / units,
                "cost_of_a_point": worth.reoptimised / units,
            })
        });
        let by_interval = self.worth.points.iter().map(|point| {
            json!({
                "queue": self.centre.queues[point.queue].name, "measure": PromisedMeasure::ServiceLevel.name(),
                "wanted": point.wanted, "per": "interval", "cost_of_a_point": point.cost / units,
            })
        });
        over_period.chain(by_interval).collect()
    }

    fn repair_json(&self, repair: &Repair, units: f64) -> Value {
        let grid = &self.requirement.grid;
        let kind = match repair.kind {
            RepairKind::MovedBreak(_) => "moved_break",
            RepairKind::MovedShift(_) => "moved_shift",
            RepairKind::Overtime(_) => "overtime",
            RepairKind::MoreAgent { .. } => "more_agent",
        };
        let shifts: Vec<Value> = repair
            .shifts
            .iter()
            .map(|shift| json!({ "date": shift.date.to_string(), "shift": shift.template, "start": shift.start.to_string() }))
            .collect();
        json!({
            "kind": kind, "from": grid.local(repair.stretch.first).to_string(), "to": grid.local(repair.stretch.end).to_string(),
            "agents_short": repair.stretch.agents, "agent_intervals_short": repair.stretch.agent_intervals,
            "agent_intervals_mended": repair.mended, "pay": repair.pay as f64 / units * self.weeks,
            "objective": repair.objective as f64 / units * self.weeks, "shifts": shifts,
            "text": repair_line(self.centre, self.requirement, repair),
        })
    }
}

/// The cells of a row.
fn row((what, who, change): (&str, String, String), amounts: [String; 3], told: [&str; 2]) -> Vec<String> {
    let [worth, most, pay] = amounts;
    vec![what.to_owned(), who, change, worth, most, pay, told[0].to_owned(), told[1].to_owned()]
}

/// A share in per cent, or a wait in seconds.
fn measured(measure: PromisedMeasure, value: f64) -> String {
    match measure {
        PromisedMeasure::MeanWait => format!("{value:.0} s"),
        _ => format!("{:.1} %", 100.0 * value),
    }
}
