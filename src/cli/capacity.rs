//! `shiftcast capacity`: headcount by month and level, and the price of service.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use scenarios::capacity::{CapacityCase, CapacityOutcome, CapacityWish, FrontierPoint, frontier, plan};
use scenarios::pipeline::ForecastWish;
use serde_json::{Map, Value, json};
use solver_data::capacity::{CapacityPlan, CapacityProblem};
use solver_data::io::{OutputSet, WriteError, read_drivers, write_file};
use solver_data::{Centre, Driver};

use super::cost::{finance_of, is_single_file, quoted};
use super::failure::{Failure, print_notes};
use super::files::{self, usable};
use super::money::{amount, rounded};
use super::output::{Format, emit_record, print, table_of};
use super::schedule::eprint_lines;
use super::watch::TerminalWatch;
use super::{Common, Outcome};
use crate::report::{self, CapacityPage, ReportMeta};

/// Arguments of `capacity`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast capacity bank --months 12 -o capacity\n  \
    shiftcast capacity bank --start 1999-11-01 --months 24 --format json\n  \
    shiftcast capacity bank --months 12 --frontier 70..95 -o capacity\n\n\
    Terms of hiring, training, attrition and the limits stand in [capacity] of centre.toml; what is not named there is\n\
    assumed and listed. Two plans are made: P50 for the median of the demand, P90 for nine paths of ten.\n\
    Exit status 3 when people cannot be hired fast enough: where, how far off, and the nearest terms that work.")]
pub struct CapacityArgs {
    /// Centre folder
    dir: PathBuf,
    /// First day [default: the first planning week after the history]
    #[arg(long, value_name = "DATE")]
    start: Option<NaiveDate>,
    /// Months to plan
    #[arg(long, default_value_t = 12, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=36))]
    months: u32,
    /// Cost for service levels from one percentage to another, in ten steps, or in steps as in 70..95/5
    #[arg(long, value_name = "LOW..HIGH", num_args = 0..=1, default_missing_value = "70..95", value_parser = levels)]
    frontier: Option<Levels>,
    /// Paths of demand
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=100_000))]
    paths: u32,
    /// Drivers, past and planned [default: drivers.csv of the folder]
    #[arg(long, value_name = "FILE")]
    drivers: Option<PathBuf>,
    /// Folder or file for the results: a file ends in .html, .csv or .json
    #[arg(short, value_name = "OUT")]
    output: Option<PathBuf>,
}

/// Service levels, ascending.
#[derive(Debug, Clone, PartialEq)]
struct Levels(Vec<f64>);

/// `70..95` or `70..95/5`.
fn levels(text: &str) -> Result<Levels, String> {
    let wrong = || "write it as 70..95, or 70..95/5 for steps of five points".to_owned();
    let (span, step) = text.split_once('/').map_or((text, None), |(span, step)| (span, Some(step)));
    let (low, high) = span.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| text.trim().trim_end_matches('%').trim().parse::<f64>().map_err(|_| wrong());
    let (low, high) = (number(low)?, number(high)?);
    if !(1.0..=99.9).contains(&low) || !(low..=99.9).contains(&high) {
        return Err("service levels lie between 1 and 99.9 %, the lower first".to_owned());
    }
    let count = match step.map(number).transpose()? {
        Some(step) if step > 0.0 => ((high - low) / step + 1e-9).floor() as usize,
        Some(_) => return Err("a step is a number of points above 0".to_owned()),
        None => 9,
    };
    if count > 100 {
        return Err("at most 101 service levels".to_owned());
    }
    let width = step.map(number).transpose()?.unwrap_or((high - low) / 9.0);
    let points = (0..=if high > low { count } else { 0 }).map(|k| (low + width * k as f64) / 100.0);
    Ok(Levels(points.collect()))
}

/// Plans the months and prices service.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &CapacityArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let folder = files::open(&args.dir)?;
    print_notes(&folder.findings);
    let terms = finance_of(&args.dir)?;
    let wish = CapacityWish {
        start: args.start,
        months: args.months,
        drivers: drivers(args, &folder.centre)?,
        forecast: ForecastWish { changes: folder.changes.clone(), ..ForecastWish::default() },
        paths: args.paths as usize,
        seed: common.seed(),
    };
    let set = match &args.output {
        Some(path) if !is_single_file(path) => Some(OutputSet::new(path).map_err(|cause| unwritable(&cause))?),
        _ => None,
    };
    let in_folder = |error| Failure::in_folder(&args.dir, &error);
    let case = CapacityCase::new(&folder.centre, &terms, &folder.history, wish).map_err(in_folder)?;
    let outcome = plan(&case).map_err(in_folder)?;
    let points = match &args.frontier {
        Some(Levels(levels)) => frontier(&case, levels, &outcome.factors.0).map_err(in_folder)?,
        None => Vec::new(),
    };
    let told = Told {
        centre: &folder.centre,
        outcome: &outcome,
        frontier: &points,
        meta: ReportMeta {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: common.seed,
            generated_for: format!("{} – {}", outcome.months[0].first, outcome.months[outcome.months.len() - 1].last),
            inputs: files::hashes(&args.dir),
            stop: String::new(),
        },
    };
    if let Some(mut set) = set {
        told.stage(&mut set, common).and_then(|()| set.publish()).map_err(|cause| unwritable(&cause))?;
    } else if let Some(path) = &args.output {
        write_file(path, told.single(path, common)?.as_bytes()).map_err(|cause| unwritable(&cause))?;
    }
    watch.finish();
    told.print(common)?;
    let lines = report::shortage_lines(&folder.centre, &outcome, common.lang.into());
    if lines.is_empty() {
        return Ok(Outcome::Done);
    }
    eprint_lines("the plan does not hold:", &lines);
    Ok(Outcome::PromiseNotMet)
}

fn unwritable(cause: &WriteError) -> Failure {
    Failure::other(cause.to_string(), "nothing was written")
}

fn drivers(args: &CapacityArgs, centre: &Centre) -> Result<Vec<Driver>, Failure> {
    let own = Some(args.dir.join("drivers.csv")).filter(|file| file.is_file());
    let Some(file) = args.drivers.clone().or(own) else { return Ok(Vec::new()) };
    let queues: Vec<&str> = centre.queues.iter().map(|queue| queue.name.as_str()).collect();
    let (drivers, findings) = read_drivers(&file, Some(&queues));
    usable((Some(drivers), findings))
}

/// A plan and what is told with it.
struct Told<'a> {
    centre: &'a Centre,
    outcome: &'a CapacityOutcome,
    frontier: &'a [FrontierPoint],
    meta: ReportMeta,
}

impl Told<'_> {
    fn money(&self, minor: f64) -> String {
        amount(rounded(minor), self.centre.currency.minor_digits)
    }

    fn page(&self, common: &Common) -> String {
        let page = CapacityPage { centre: self.centre, outcome: self.outcome, frontier: self.frontier, meta: &self.meta };
        report::capacity_page(&page, common.lang.into())
    }

    fn stage(&self, set: &mut OutputSet, common: &Common) -> Result<(), WriteError> {
        set.stage("capacity.csv", self.plan_csv().as_bytes())?;
        set.stage("capacity_cost.csv", self.cost_csv().as_bytes())?;
        set.stage("prices.csv", self.prices_csv().as_bytes())?;
        set.stage("tornado.csv", self.tornado_csv().as_bytes())?;
        set.stage("assumptions.csv", self.assumptions_csv().as_bytes())?;
        if !self.frontier.is_empty() {
            set.stage("frontier.csv", self.frontier_csv().as_bytes())?;
        }
        set.stage("capacity.html", self.page(common).as_bytes())?;
        set.stage("run.json", format!("{:#}\n", self.record(common)).as_bytes())
    }

    fn single(&self, path: &Path, common: &Common) -> Result<String, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("html") => Ok(self.page(common)),
            Some("csv") => Ok(self.plan_csv()),
            Some("json") => Ok(format!("{:#}\n", self.record(common))),
            _ => Err(Failure::other(
                format!("{} ends in none of .html, .csv, .json", path.display()),
                "name a folder for all files, or a file with one of these endings",
            )),
        }
    }

    /// Both plans with their names.
    fn plans(&self) -> [(&'static str, &CapacityPlan, &CapacityProblem); 2] {
        [
            ("P50", &self.outcome.median.plan, &self.outcome.median_problem),
            ("P90", &self.outcome.high.plan, &self.outcome.high_problem),
        ]
    }

    fn plan_csv(&self) -> String {
        let mut text = String::from(
            "plan,month,level,required_hours,heads,productive_hours,hires,cross_trained,overtime_hours,outsourced_hours,missing_hours\n",
        );
        for (name, plan, problem) in self.plans() {
            for (m, month) in self.outcome.months.iter().enumerate() {
                for (l, level) in problem.levels.iter().enumerate() {
                    let _ = writeln!(
                        text,
                        "{name},{},{},{:.1},{:.2},{:.1},{},{},{:.1},{:.1},{:.1}",
                        month.first,
                        quoted(&level.name),
                        problem.required[l][m],
                        plan.heads[l][m],
                        plan.productive[l][m],
                        plan.hires[l][m],
                        plan.cross_trained[l][m],
                        plan.overtime[l][m],
                        plan.outsourced[l][m],
                        plan.shortage[l][m],
                    );
                }
            }
        }
        text
    }

    fn cost_csv(&self) -> String {
        let mut text =
            String::from("plan,pay,hiring,training,overtime,outsourced,total,lower_bound,simple_rule,missing_hours,gap\n");
        let solved = [&self.outcome.median, &self.outcome.high];
        for ((name, plan, _), solved) in self.plans().into_iter().zip(solved) {
            let cost = &plan.cost;
            let parts = [cost.pay, cost.hiring, cost.training, cost.overtime, cost.outsourced].map(rounded);
            let total: solver_data::Money = parts.iter().copied().sum();
            let parts = parts.map(|money| amount(money, self.centre.currency.minor_digits)).join(",");
            let total = amount(total, self.centre.currency.minor_digits);
            let missing: f64 = plan.shortage.iter().flatten().sum();
            // Where hours are missing the bound holds their price, and is no amount of money.
            let bound = if missing > 0.05 { String::new() } else { self.money(solved.relaxation.cost) };
            let rule = self.money(solved.rule.cost.spent());
            let _ = writeln!(text, "{name},{parts},{total},{bound},{rule},{missing:.1},{:.5}", solved.gap());
        }
        text
    }

    fn prices_csv(&self) -> String {
        let mut text = String::from("what,level,month,value\n");
        let prices = &self.outcome.median.relaxation.prices;
        for (m, month) in self.outcome.months.iter().enumerate() {
            for (l, level) in self.outcome.median_problem.levels.iter().enumerate() {
                for (what, value) in [("hour", prices.hour[l][m]), ("agent", prices.agent[l][m])] {
                    let _ = writeln!(text, "{what},{},{},{}", quoted(&level.name), month.first, self.money(value));
                }
            }
            let _ = writeln!(text, "training_seat,,{},{}", month.first, self.money(prices.seat[m]));
        }
        for rule in &self.outcome.rules {
            let _ = writeln!(text, "rule {} {},,,{}", rule.rule, rule.step, self.money(rule.saved));
        }
        text
    }

    fn tornado_csv(&self) -> String {
        let mut text = String::from("driver,step,cost_when_down,cost_when_up\n");
        for bar in &self.outcome.tornado {
            let _ = writeln!(text, "{},{},{},{}", bar.driver, bar.step, self.money(bar.low), self.money(bar.high));
        }
        text
    }

    fn assumptions_csv(&self) -> String {
        let mut text = String::from("key,value,source\n");
        for own in &self.outcome.assumptions {
            let _ = writeln!(text, "{},{},{}", own.key, quoted(&own.value), if own.stated { "centre.toml" } else { "assumed" });
        }
        text
    }

    fn frontier_csv(&self) -> String {
        let mut text = String::from("service_level,cost,lower_bound,per_point,hires,required_hours,missing_hours\n");
        for point in self.frontier {
            let _ = writeln!(
                text,
                "{:.4},{},{},{},{},{:.1},{:.1}",
                point.service_level,
                self.money(point.cost),
                // where hours are missing the bound holds their price, and is no amount of money
                if point.missing_hours > 0.05 { String::new() } else { self.money(point.bound) },
                point.per_point.map(|minor| self.money(minor)).unwrap_or_default(),
                point.hires,
                point.required_hours,
                point.missing_hours,
            );
        }
        text
    }

    fn record(&self, common: &Common) -> Value {
        let plan = |(name, plan, problem): (&'static str, &CapacityPlan, &CapacityProblem)| {
            let levels = problem.levels.iter().enumerate().map(|(l, level)| {
                json!({
                    "level": level.name, "required_hours": problem.required[l], "heads": plan.heads[l],
                    "productive_hours": plan.productive[l], "hires": plan.hires[l], "cross_trained": plan.cross_trained[l],
                    "overtime_hours": plan.overtime[l], "outsourced_hours": plan.outsourced[l], "missing_hours": plan.shortage[l],
                })
            });
            let cost = json!({
                "pay": plan.cost.pay.round(), "hiring": plan.cost.hiring.round(), "training": plan.cost.training.round(),
                "overtime": plan.cost.overtime.round(), "outsourced": plan.cost.outsourced.round(), "total": plan.cost.spent().round(),
                // the bound holds it, too
                "missing_hours_price": plan.cost.shortage.round(),
            });
            (name.to_owned(), json!({ "cost_minor_units": cost, "classes": plan.classes, "levels": levels.collect::<Vec<_>>() }))
        };
        let plans: Map<String, Value> = self.plans().into_iter().map(plan).collect();
        let outcome = self.outcome;
        let regret = &outcome.regret;
        let lacking = |own: &CapacityPlan| own.shortage.iter().flatten().sum::<f64>();
        let rule = |own: &CapacityPlan| json!({ "cost": own.cost.spent().round(), "missing_hours": lacking(own) });
        let paths = |own: &scenarios::capacity::PathCost| json!({ "mean": own.mean.round(), "p90": own.p90.round(), "share_short": own.short, "regret": own.regret.round() });
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "seed": common.seed,
            "currency": self.centre.currency.code,
            "months": outcome.months.iter().map(|month| month.first.to_string()).collect::<Vec<_>>(),
            "plans": plans,
            "lower_bound": { "P50": outcome.median.relaxation.cost.round(), "P90": outcome.high.relaxation.cost.round() },
            "simple_rule": { "P50": rule(&outcome.median.rule), "P90": rule(&outcome.high.rule) },
            "regret": {
                "p50_under_p90": regret.median_under_high.round(), "p50_missing_hours": regret.median_missing_hours,
                "p90_under_p50": regret.high_under_median.round(), "paths": { "P50": paths(&regret.median_paths), "P90": paths(&regret.high_paths) },
            },
            "rules": outcome.rules.iter().map(|own| json!({ "rule": own.rule, "step": own.step, "saved": own.saved.round() })).collect::<Vec<_>>(),
            "tornado": outcome.tornado.iter().map(|own| json!({ "driver": own.driver, "step": own.step, "down": own.low.round(), "up": own.high.round() })).collect::<Vec<_>>(),
            "frontier": self.frontier.iter().map(|own| json!({
                "service_level": own.service_level, "cost": own.cost.round(), "lower_bound": own.bound.round(),
                "per_point": own.per_point.map(f64::round), "hires": own.hires, "missing_hours": own.missing_hours,
            })).collect::<Vec<_>>(),
            "assumptions": outcome.assumptions.iter().map(|own| json!({ "key": own.key, "value": own.value, "stated": own.stated })).collect::<Vec<_>>(),
            "shortfalls": report::shortage_lines(self.centre, outcome, common.lang.into()),
            "inputs_sha256": self.meta.inputs.iter().map(|(name, hash)| (name.clone(), json!(hash))).collect::<Map<_, _>>(),
        })
    }

    fn print(&self, common: &Common) -> Result<(), Failure> {
        match common.format.unwrap_or(Format::Table) {
            Format::Json => emit_record(&self.record(common), Some(Format::Json)),
            Format::Csv => print(&self.plan_csv()),
            Format::Table => {
                let headline = report::capacity_headline(self.centre, self.outcome, common.lang.into());
                let rows = self.plan_csv();
                let median: Vec<&str> = rows.lines().filter(|line| !line.starts_with("P90")).collect();
                let median = median.join("\n");
                let mut text = format!("{headline}\n\n{}\n{}", table_of(&median), table_of(&self.cost_csv()));
                if !self.frontier.is_empty() {
                    let _ = write!(text, "\n{}", table_of(&self.frontier_csv()));
                }
                let _ = write!(text, "\n{}", table_of(&self.assumptions_csv()));
                print(&text)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_service_levels_are_read() {
        assert_eq!(levels("70..95").unwrap().0.len(), 10);
        assert_eq!(levels("70..95/5").unwrap().0, [0.70, 0.75, 0.80, 0.85, 0.90, 0.95]);
        assert_eq!(levels("80..80").unwrap().0, [0.80]);
        assert!(
            levels("95..70").is_err() && levels("70-95").is_err() && levels("0..101").is_err() && levels("70..95/0").is_err()
        );
    }
}
