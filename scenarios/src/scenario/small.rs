//! A small centre for tests: two voice queues over a week, eight agents in two levels.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Weekday};
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::{
    Agent, AgentId, BreakWindow, Calendar, CarriedOver, Centre, Channel, Contract, ContractId, Currency, DayErrors,
    DemandForecast, DemandUncertainty, LabourRules, Level, LevelId, Money, PlanningGrid, Queue, QueueForecast, Roster, Seed,
    ServiceTarget, Shift, ShiftTemplate, Shrinkage, ShrinkageAssumptions, SkillId, SolveLimits, Table, Tour, WeeklyHours,
};

use super::base::Base;

pub(crate) fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 3, 3 + number).unwrap()
}

fn queue(name: &str, skill: u32, level: u32) -> Queue {
    Queue {
        name: name.to_owned(),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(skill),
        lowest_level: LevelId(level),
        priority: 0,
        patience_seconds: Some(120.0),
        concurrency: 1,
        aht_seconds: Some(240.0),
        target: ServiceTarget::share_within(0.8, 20.0),
        later_targets: Vec::new(),
        hours: None,
        donor: None,
        handling: solver_data::ContactHandling::default(),
    }
}

fn agent(number: u32) -> Agent {
    Agent {
        code: format!("A{number}"),
        contract: ContractId(0),
        level: LevelId(u32::from(number >= 5)),
        skills: if number.is_multiple_of(2) { vec![SkillId(0), SkillId(1)] } else { vec![SkillId(0)] },
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: CarriedOver::default(),
    }
}

fn template(start: u32) -> ShiftTemplate {
    let pause =
        BreakWindow { kind: "lunch".to_owned(), earliest_minute: 180, latest_minute: 300, length_minutes: 30, paid: false };
    ShiftTemplate {
        name: format!("F8@{:02}:{:02}", start / 60, start % 60),
        class: "F8".to_owned(),
        start_minute: start,
        length_minutes: 510,
        paid_minutes: 480,
        breaks: vec![pause],
        weekdays: [true; 7],
    }
}

pub(crate) fn centre() -> Centre {
    let share = |share: f64| Shrinkage::try_from(share).unwrap();
    let hours = WeeklyHours { spans: std::array::from_fn(|_| vec![(480, 1200)]) };
    Centre {
        name: "small".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: 30,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours,
        queues: Table::new(vec![queue("sales", 0, 0), queue("support", 1, 0)]),
        skills: Table::new(vec!["sales".to_owned(), "support".to_owned()]),
        levels: Table::new(vec![
            Level { name: "junior".to_owned(), hourly: Money(2_000) },
            Level { name: "senior".to_owned(), hourly: Money(3_000) },
        ]),
        contracts: Table::new(vec![Contract {
            name: "full_time".to_owned(),
            minimum_weekly_minutes: 0,
            maximum_weekly_minutes: 2_400,
            maximum_days: 5,
            classes: vec!["F8".to_owned()],
            bank: None,
            weekends: None,
        }]),
        templates: Table::new(vec![template(480), template(600), template(690)]),
        rules: LabourRules::pack("eu").unwrap(),
        shrinkage: ShrinkageAssumptions { planned: share(0.05), unplanned: share(0.05) },
        coverage: CoveragePrices { understaffing_per_hour: Money(16_000), overstaffing_per_hour: Money(500) },
        pay: PayRules {
            night: (1320, 360),
            night_premium: 0.25,
            weekend: [None; 7],
            weekend_premium: 0.0,
            holiday_premium: 0.0,
            on_cost: 0.2,
        },
        agents: Table::new((1..=8).map(agent).collect()),
        time_off: Vec::new(),
        requests: Vec::new(),
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: None,
    }
}

pub(crate) fn demand() -> DemandForecast {
    let grid = Arc::new(PlanningGrid::new(day(1), 7, 30, chrono_tz::UTC).unwrap());
    let open: Vec<bool> = (0..grid.len()).map(|t| (16..40).contains(&(t % 48))).collect();
    let of = |name: &str, level: f64| QueueForecast {
        name: name.to_owned(),
        open: open.clone(),
        mean: (0..grid.len())
            .map(|t| if open[t] { level * (1.0 + f64::from(u8::from((20..26).contains(&(t % 48))))) } else { 0.0 })
            .collect(),
        bands: Vec::new(),
        aht_seconds: Some(vec![240.0; grid.len()]),
        model: "test".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.1, overdispersion: 1.2 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let queues = vec![of("sales", 7.0), of("support", 4.0)];
    DemandForecast { grid, queues, day_errors: DayErrors::independent(2) }
}

/// Everybody works five days from 08:00 or 11:30, lunch after four hours.
pub(crate) fn roster(demand: &DemandForecast) -> Roster {
    let shift = |number: u32, agent: u32| {
        let start = if agent.is_multiple_of(2) { 480 } else { 690 };
        let at = |minute: i64| day(number).and_time(NaiveTime::MIN) + TimeDelta::minutes(minute);
        let pause = solver_data::Break { kind: "lunch".to_owned(), start: at(start + 240), end: at(start + 270), paid: false };
        let template = format!("F8@{:02}:{:02}", start / 60, start % 60);
        Shift { date: day(number), template, start: at(start), end: at(start + 510), breaks: vec![pause], paid_minutes: 480 }
    };
    let tour = |agent: u32| Tour {
        agent: AgentId(agent),
        shifts: (1..=7).filter(|number| (number + agent) % 7 < 5).map(|number| shift(number, agent)).collect(),
    };
    Roster { grid: demand.grid.clone(), tours: (0..8).map(tour).collect(), reaching: Vec::new() }
}

pub(crate) fn base() -> Base {
    let demand = demand();
    Base {
        centre: centre(),
        roster: roster(&demand),
        demand,
        summary: None,
        limits: SolveLimits { iterations: Some(40), threads: 1, ..SolveLimits::default() },
        rounds: 1,
        replications: 20,
        seed: Seed(7),
    }
}
