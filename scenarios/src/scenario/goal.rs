//! Goal seek: the inputs at which a wished service level is just met.
//!
//! With today's roster: the largest promotion it survives, the handle time at which it breaks even; both by bisection under
//! common random numbers, in which service falls as contacts or handle times grow. Planned anew: the least cost, paid hours
//! or agents, each by the optimiser with the wished level promised over the week.

use simulation::mean_of;
use solver_data::scenario::{Alteration, Change, Direction, Many, Reach};
use solver_data::{Estimate, LevelId, Money, Scenario, ServiceLevelTarget, ServiceTarget, TargetPeriod, Watch};

use super::apply::{Applied, apply};
use super::base::{Base, Situation};
use super::measure::{Measure, Measured, samples_of};
use super::replan::replan;
use crate::error::PlanError;

/// Threshold in seconds of a queue that promises none.
const THRESHOLD: f64 = 20.0;
/// Steps of a bisection: a factor is then known to a thousandth.
const STEPS: usize = 11;
/// Least and largest factor sought.
const RANGE: (f64, f64) = (1.0 / 64.0, 64.0);

/// What is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Least agents on the payroll, rosters made anew.
    Agents,
    /// Least paid hours, roster made anew.
    Hours,
    /// Least cost, roster made anew.
    Cost,
    /// Largest factor on contacts that today's roster survives.
    Promotion,
    /// Mean handle time at which today's roster just meets the service level.
    HandleTime,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalWish {
    /// What is sought.
    pub goal: Goal,
    /// Service level of all queues together over the horizon, above 0 and below 1.
    pub service_level: f64,
    /// Queues, days and hours that promotion and handle time touch; the service level is judged over all.
    pub reach: Reach,
    /// Changes that hold already.
    pub scenario: Scenario,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalOutcome {
    /// The value sought: agents, hours, minor units, a factor, or seconds.
    pub value: f64,
    /// The same today.
    pub today: f64,
    /// Service level at that value.
    pub reached: Estimate,
    /// Whether it meets the wish; else the value is the nearest that could be found.
    pub met: bool,
    /// Paid hours and cost there.
    pub paid_hours: f64,
    /// Cost there.
    pub cost: Money,
}

/// Seeks a goal.
///
/// # Errors
/// [`PlanError`] of the stage that fails.
pub fn seek(base: &Base, wish: &GoalWish, watch: &dyn Watch) -> Result<GoalOutcome, PlanError> {
    let applied = apply(base, &wish.scenario);
    match wish.goal {
        Goal::Promotion | Goal::HandleTime => survive(base, (&applied, wish), watch),
        Goal::Cost | Goal::Hours => cheapest(base, (applied, wish), watch),
        Goal::Agents => fewest(base, (&applied, wish), watch),
    }
}

/// Mean service level of all queues with its interval.
fn service(measured: &[Option<f64>]) -> Estimate {
    mean_of(measured.iter().copied().flatten())
}

/// The largest factor at which today's roster meets the wish.
fn survive(base: &Base, (applied, wish): (&Applied, &GoalWish), watch: &dyn Watch) -> Result<GoalOutcome, PlanError> {
    let runs = (base.replications, base.seed);
    let at = |factor: f64| applied_with(base, wish, factor).kept();
    let level = |factor: f64| -> Result<f64, PlanError> {
        let samples = samples_of(&at(factor), runs, watch)?;
        Ok(service(&samples.replications.iter().map(|sample| sample.overall().service_level()).collect::<Vec<_>>()).mean)
    };
    let (mut low, mut high) = (1.0, 1.0);
    if level(1.0)? >= wish.service_level {
        while high < RANGE.1 && level(high)? >= wish.service_level {
            (low, high) = (high, high * 2.0);
        }
    } else {
        while low > RANGE.0 && level(low)? < wish.service_level {
            (low, high) = (low / 2.0, low);
        }
    }
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if level(middle)? >= wish.service_level {
            low = middle;
        } else {
            high = middle;
        }
    }
    let measured = Measured::of(&at(low), runs, watch)?;
    let reached = service(&measured.sampled(Measure::ServiceLevel));
    let today = Measured::of(&applied.kept(), (2.min(base.replications), base.seed), watch)?;
    let of = |measured: &Measured| match wish.goal {
        Goal::HandleTime => measured.certain(Measure::HandleTime).unwrap_or(0.0),
        _ => low,
    };
    Ok(GoalOutcome {
        value: of(&measured),
        today: if wish.goal == Goal::HandleTime { of(&today) } else { 1.0 },
        met: reached.mean >= wish.service_level,
        reached,
        paid_hours: measured.certain(Measure::PaidHours).unwrap_or(0.0),
        cost: measured.cost,
    })
}

/// The scenario with contacts or handle times of the wish's reach times a factor.
fn applied_with(base: &Base, wish: &GoalWish, factor: f64) -> Applied {
    let alteration = match wish.goal {
        Goal::HandleTime => Alteration::HandleTime { factor, seconds: None },
        _ => Alteration::Volume { factor, add_per_hour: 0.0 },
    };
    apply(base, &with_change(&wish.scenario, Change { reach: wish.reach.clone(), alteration, place: (String::new(), 0) }))
}

fn with_change(scenario: &Scenario, change: Change) -> Scenario {
    let changes = scenario.changes.iter().cloned().chain([change]).collect();
    Scenario { changes, ..scenario.clone() }
}

/// Every live queue promises the wished share over the week, and nothing else.
fn promise(situation: &mut Situation, share: f64) {
    for id in situation.centre.queues.ids().collect::<Vec<_>>() {
        let queue = &mut situation.centre.queues[id];
        if !queue.channel.is_live() {
            continue;
        }
        let before = queue.target.service_level;
        let within_seconds = before.map_or(THRESHOLD, |level| level.within_seconds);
        let definition = before.map(|level| level.definition).unwrap_or_default();
        let service_level = Some(ServiceLevelTarget { share, within_seconds, definition });
        queue.target = ServiceTarget { service_level, period: TargetPeriod::Week, ..ServiceTarget::default() };
        queue.later_targets.clear();
    }
}

/// The roster of least cost, or least paid hours, that promises the wish.
fn cheapest(base: &Base, (mut applied, wish): (Applied, &GoalWish), watch: &dyn Watch) -> Result<GoalOutcome, PlanError> {
    promise(&mut applied.inputs, wish.service_level);
    let centre = applied.inputs.centre.clone();
    if wish.goal == Goal::Hours {
        equal_pay(&mut applied.inputs);
    }
    let (planned, _) = replan(base, &applied, base.seed, watch)?;
    let planned = Situation { centre, ..planned };
    let runs = (base.replications, base.seed);
    let (measured, today) = (Measured::of(&planned, runs, watch)?, Measured::of(&base.situation(), (2, base.seed), watch)?);
    let of = |measured: &Measured| match wish.goal {
        Goal::Hours => measured.certain(Measure::PaidHours).unwrap_or(0.0),
        _ => measured.cost.0 as f64,
    };
    let reached = service(&measured.sampled(Measure::ServiceLevel));
    Ok(GoalOutcome {
        value: of(&measured),
        today: of(&today),
        // A plan that keeps the promise by formula may lie below it by chance.
        met: reached.mean + reached.half_width >= wish.service_level,
        reached,
        paid_hours: measured.certain(Measure::PaidHours).unwrap_or(0.0),
        cost: measured.cost,
    })
}

/// Every hour costs the same, so that least cost is least hours.
fn equal_pay(situation: &mut Situation) {
    let centre = &mut situation.centre;
    let levels: Vec<LevelId> = centre.levels.ids().collect();
    let mean = levels.iter().map(|&id| centre.levels[id].hourly.0).sum::<i64>() / levels.len().max(1) as i64;
    for id in levels {
        centre.levels[id].hourly = Money(mean);
    }
    let pay = &mut centre.pay;
    (pay.night_premium, pay.weekend_premium, pay.holiday_premium) = (0.0, 0.0, 0.0);
}

/// The least number of agents, spread over levels and contracts as today, with whom a new roster meets the wish.
fn fewest(base: &Base, (applied, wish): (&Applied, &GoalWish), watch: &dyn Watch) -> Result<GoalOutcome, PlanError> {
    let days = base.demand.grid.dates();
    let there = applied.inputs.centre.agents.iter().filter(|agent| days.iter().any(|&day| agent.employed_on(day))).count();
    let evaluate = |agents: usize| -> Result<(Estimate, Measured), PlanError> {
        let changed = if agents == there { applied.clone() } else { apply(base, &with_heads(wish, agents, there)) };
        let mut changed = changed;
        promise(&mut changed.inputs, wish.service_level);
        let quick = Base { rounds: 1, ..base.clone() };
        let (planned, _) = replan(&quick, &changed, base.seed, watch)?;
        let measured = Measured::of(&planned, (base.replications, base.seed), watch)?;
        Ok((service(&measured.sampled(Measure::ServiceLevel)), measured))
    };
    let meets = |reached: &Estimate| reached.mean >= wish.service_level;
    let mut best = evaluate(there)?;
    let (mut low, mut high) = (0, there);
    while !meets(&best.0) && high < 4 * there && !watch.interrupted() {
        low = high;
        high = (high * 5).div_ceil(4).max(high + 1);
        best = evaluate(high)?;
    }
    while meets(&best.0) && high - low > 1 && !watch.interrupted() {
        let middle = usize::midpoint(low, high).max(1);
        let found = evaluate(middle)?;
        if meets(&found.0) {
            (high, best) = (middle, found);
        } else {
            low = middle;
        }
    }
    let (reached, measured) = best;
    Ok(GoalOutcome {
        value: high as f64,
        today: there as f64,
        met: meets(&reached),
        reached,
        paid_hours: measured.certain(Measure::PaidHours).unwrap_or(0.0),
        cost: measured.cost,
    })
}

/// The scenario with so many agents instead of those there are.
fn with_heads(wish: &GoalWish, agents: usize, there: usize) -> Scenario {
    let (direction, by) = if agents > there { (Direction::More, agents - there) } else { (Direction::Fewer, there - agents) };
    let alteration = Alteration::Headcount { many: Many::Agents(by as u32), direction, level: None, contract: None };
    with_change(&wish.scenario, Change { reach: wish.reach.clone(), alteration, place: (String::new(), 0) })
}

/// The reach of everything in the horizon.
pub(super) fn everything(base: &Base) -> Reach {
    let dates = base.demand.grid.dates();
    Reach {
        queues: base.centre.queues.ids().collect(),
        from: dates[0],
        until: dates[dates.len() - 1],
        weekdays: [true; 7],
        clock: solver_data::scenario::Clock::AllDay,
    }
}

impl GoalWish {
    /// A wish about everything in the horizon, nothing changed yet.
    pub fn of_everything(base: &Base, goal: Goal, service_level: f64) -> Self {
        let scenario = Scenario {
            name: "today".to_owned(),
            title: "Today".to_owned(),
            title_zh: None,
            description: String::new(),
            changes: Vec::new(),
        };
        Self { goal, service_level, reach: everything(base), scenario }
    }
}
