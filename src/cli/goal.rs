//! `shiftcast goal`: the inputs at which a wished service level is just met.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scenarios::scenario::{Goal, GoalOutcome, GoalWish, Measure, seek};
use serde_json::json;
use solver_data::scenario::Alteration;
use solver_data::{Finding, Money};

use super::base::{BaseArgs, OpenBase};
use super::compare::told;
use super::failure::Failure;
use super::output::{Format, emit_record, print};
use super::schedule::eprint_lines;
use super::watch::TerminalWatch;
use super::{Common, Language, Outcome};
use crate::report::number;

/// Arguments of `goal`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast goal bank promotion --base week --service-level 80%\n  \
    shiftcast goal bank cost --service-level 85% --time-limit 30\n  \
    shiftcast goal bank aht --base week --service-level 80% --scenario flu_week --format json\n\n\
    Exit status 3 when nothing reaches the service level; the nearest that does is told.")]
pub struct GoalArgs {
    /// Centre folder
    dir: PathBuf,
    /// What is sought
    #[arg(value_enum)]
    goal: Sought,
    /// Share of all contacts answered in time over the horizon, as 0.8 or 80%
    #[arg(long, value_name = "SHARE", value_parser = share)]
    service_level: f64,
    /// Scenario that holds already: a name or a file
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    #[command(flatten)]
    base: BaseArgs,
}

/// What is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sought {
    /// Least agents on the payroll, rosters made anew
    Agents,
    /// Least paid hours, roster made anew
    Hours,
    /// Least cost, roster made anew
    Cost,
    /// Largest factor on contacts that today's roster survives; the changes of --scenario say where, if it is one of volume
    Promotion,
    /// Mean handle time at which today's roster breaks even
    Aht,
}

impl From<Sought> for Goal {
    fn from(sought: Sought) -> Self {
        match sought {
            Sought::Agents => Self::Agents,
            Sought::Hours => Self::Hours,
            Sought::Cost => Self::Cost,
            Sought::Promotion => Self::Promotion,
            Sought::Aht => Self::HandleTime,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(percent) => (percent.trim(), 0.01),
        None => (text.trim(), 1.0),
    };
    match number.parse::<f64>() {
        Ok(value) if value * scale > 0.0 && value * scale < 1.0 => Ok(value * scale),
        Ok(value) if value * scale >= 1.0 => {
            Err("no number of agents can promise 100 % or more; the nearest that works is 99.9%".to_owned())
        }
        _ => Err("a share above 0 and below 1 is wanted, such as 0.8 or 80%".to_owned()),
    }
}

/// Seeks the goal and tells it.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &GoalArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let ground = args.base.ground(&args.dir, None, common)?;
    let names: Vec<String> = args.scenario.iter().cloned().collect();
    let scenario = ground.scenarios(&names)?.pop();
    let OpenBase { base, .. } = args.base.open(&ground, None, common, watch)?;
    let mut wish = GoalWish::of_everything(&base, args.goal.into(), args.service_level);
    if let Some(mut scenario) = scenario {
        // The last change of volume or handle times says where the sought one acts, and gives way to it.
        let ours = |alteration: &Alteration| match args.goal {
            Sought::Promotion => matches!(alteration, Alteration::Volume { .. } | Alteration::Promotion { .. }),
            Sought::Aht => matches!(alteration, Alteration::HandleTime { .. }),
            _ => false,
        };
        if let Some(place) = scenario.changes.iter().rposition(|change| ours(&change.alteration)) {
            wish.reach = scenario.changes.remove(place).reach;
        }
        wish.scenario = scenario;
    }
    let found = seek(&base, &wish, watch).map_err(|error| of_goal(args, &error))?;
    watch.finish();
    let currency = &base.centre.currency;
    let unit = match args.goal {
        Sought::Agents => "agents",
        Sought::Hours => "hours",
        Sought::Cost => currency.code.as_str(),
        Sought::Promotion => "factor",
        Sought::Aht => "seconds",
    };
    let in_unit = |value: f64| if args.goal == Sought::Cost { told(Measure::Cost, value, currency) } else { value };
    let record = json!({
        "goal": args.goal.to_possible_value().map(|value| value.get_name().to_owned()),
        "wanted_service_level": args.service_level,
        "value": in_unit(found.value),
        "today": in_unit(found.today),
        "unit": unit,
        "met": found.met,
        "service_level": found.reached.mean,
        "service_level_ci95": found.reached.half_width,
        "paid_hours": found.paid_hours,
        "cost": told(Measure::Cost, found.cost.0 as f64, currency),
        "seed": common.seed,
    });
    match common.format.unwrap_or(Format::Table) {
        Format::Table => print(&format!("{}\n", sentence(args, &found, (&base, common.lang))))?,
        format => emit_record(&record, Some(format))?,
    }
    if found.met {
        return Ok(Outcome::Done);
    }
    let off = 100.0 * (args.service_level - found.reached.mean);
    let line = format!(
        "{:.1} % is wanted and {:.1} % is the most that was reached, {off:.1} points off",
        100.0 * args.service_level,
        100.0 * found.reached.mean
    );
    eprint_lines("not met:", &[line]);
    Ok(Outcome::PromiseNotMet)
}

/// A wish that no roster can be made for is an error of the input.
fn of_goal(args: &GoalArgs, error: &scenarios::PlanError) -> Failure {
    match error {
        scenarios::PlanError::Staffing(cause) => {
            Failure::input(Finding::error("--service-level", cause.to_string(), "lower the service level"))
        }
        other => Failure::in_folder(&args.dir, other),
    }
}

/// The answer in a sentence.
fn sentence(args: &GoalArgs, found: &GoalOutcome, (base, language): (&scenarios::scenario::Base, Language)) -> String {
    let language: crate::report::Language = language.into();
    let level = number::percent(args.service_level, 1, language);
    let reached = number::percent_estimate(found.reached, language);
    let money = |value: f64| number::money(Money(value.round() as i64), &base.centre.currency);
    let body = match args.goal {
        Sought::Promotion => {
            let change = number::signed_percent(found.value - 1.0, 1, language);
            language.say(
                format!("today's roster answers {level} in time up to {change} contacts"),
                format!("现有排班在联络量变化不超过{change}时可保持服务水平{level}"),
            )
        }
        Sought::Aht => {
            let (now, even) = (number::quantity(found.today, 0), number::quantity(found.value, 0));
            language.say(
                format!("today's roster answers {level} in time up to a mean handle time of {even} s (today {now} s)"),
                format!("现有排班在平均处理时长不超过{even}秒时可保持服务水平{level}（目前{now}秒）"),
            )
        }
        Sought::Agents => {
            let (now, least) = (number::quantity(found.today, 0), number::quantity(found.value, 0));
            language.say(
                format!("{least} agents are the least that answer {level} in time (today {now})"),
                format!("达到服务水平{level}至少需要{least}人（目前{now}人）"),
            )
        }
        Sought::Hours => {
            let (now, least) = (number::quantity(found.today, 1), number::quantity(found.value, 1));
            language.say(
                format!("{least} paid hours are the least found that answer {level} in time (today {now})"),
                format!("达到服务水平{level}至少需要{least}计薪工时（目前{now}）"),
            )
        }
        Sought::Cost => language.say(
            format!("{} is the least cost found that answers {level} in time (today {})", money(found.value), money(found.today)),
            format!("达到服务水平{level}的最低成本为{}（目前{}）", money(found.value), money(found.today)),
        ),
    };
    let simulated = language.say(format!("simulated: {reached}"), format!("模拟：{reached}"));
    if found.met {
        format!("{body}; {simulated}")
    } else {
        let nearest = language.say("nothing found reaches it; the nearest: ", "未找到可达到的方案，最接近：");
        format!("{nearest}{body}; {simulated}")
    }
}
