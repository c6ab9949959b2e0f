//! A small centre for the tests: queues of one skill each, agents by the queues they serve, one day of 24 hours in UTC.
#![allow(dead_code, reason = "every test file uses its own part of the centre")]

use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::{
    Agent, AgentId, Break, Calendar, Centre, Channel, Contract, ContractId, Currency, DemandForecast, DemandUncertainty,
    LabourRules, Level, LevelId, Money, PlanningGrid, Queue, QueueForecast, Roster, ServiceTarget, Shift, Shrinkage,
    ShrinkageAssumptions, SkillId, Table, Tour, WeeklyHours,
};

/// Monday, 3 June 2024.
pub fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 6, 3).expect("sound by construction")
}

/// A time of that Monday; hours from 24 on lie on the days after.
pub fn at(hour: i64, minute: i64, second: i64) -> NaiveDateTime {
    monday().and_time(NaiveTime::MIN) + Duration::hours(hour) + Duration::minutes(minute) + Duration::seconds(second)
}

/// A voice queue that needs the skill of its own number.
pub fn queue(number: u32, priority: i32, patience_seconds: Option<f64>) -> Queue {
    Queue {
        name: format!("q{number}"),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(number),
        lowest_level: LevelId(0),
        priority,
        patience_seconds,
        concurrency: 1,
        aht_seconds: Some(240.0),
        target: ServiceTarget::share_within(0.8, 20.0),
        hours: None,
        donor: None,
        later_targets: Vec::new(),
        handling: solver_data::ContactHandling::default(),
    }
}

/// An agent who serves the queues of these numbers.
pub fn agent(skills: &[u32]) -> Agent {
    Agent {
        code: format!("{skills:?}"),
        contract: ContractId(0),
        level: LevelId(0),
        skills: skills.iter().map(|&skill| SkillId(skill)).collect(),
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: solver_data::CarriedOver::default(),
    }
}

/// A centre of these queues and agents.
pub fn centre(queues: Vec<Queue>, agents: Vec<Agent>) -> Centre {
    let skills = queues.iter().map(|queue| queue.name.clone()).collect();
    let none = Shrinkage::try_from(0.0).expect("sound by construction");
    Centre {
        name: "small".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: 30,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new(queues),
        skills: Table::new(skills),
        levels: Table::new(vec![Level { name: "agent".to_owned(), hourly: Money(2000) }]),
        contracts: Table::new(vec![Contract {
            name: "full".to_owned(),
            minimum_weekly_minutes: 0,
            maximum_weekly_minutes: 2400,
            maximum_days: 5,
            classes: Vec::new(),
            bank: None,
            weekends: None,
        }]),
        templates: Table::new(Vec::new()),
        rules: LabourRules::pack("none").expect("sound by construction"),
        shrinkage: ShrinkageAssumptions { planned: none, unplanned: none },
        coverage: CoveragePrices { understaffing_per_hour: Money(0), overstaffing_per_hour: Money(0) },
        pay: PayRules {
            night: (0, 0),
            night_premium: 0.0,
            weekend: [None; 7],
            weekend_premium: 0.0,
            holiday_premium: 0.0,
            on_cost: 0.0,
        },
        agents: Table::new(agents),
        time_off: Vec::new(),
        requests: Vec::new(),
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: None,
    }
}

/// A grid of days from that Monday.
pub fn grid(days: u32) -> Arc<PlanningGrid> {
    Arc::new(PlanningGrid::new(monday(), days, 30, chrono_tz::UTC).expect("sound by construction"))
}

/// Every queue open from `open` to `close` o'clock with the same mean an interval and an AHT of 240 s.
pub fn forecast(centre: &Centre, grid: &Arc<PlanningGrid>, hours: (usize, usize), mean: f64) -> DemandForecast {
    let per_day = 48;
    let open: Vec<bool> = (0..grid.len()).map(|t| (2 * hours.0..2 * hours.1).contains(&(t % per_day))).collect();
    let queue = |queue: &Queue| QueueForecast {
        name: queue.name.clone(),
        open: open.clone(),
        mean: open.iter().map(|&open| if open { mean } else { 0.0 }).collect(),
        bands: Vec::new(),
        aht_seconds: Some(vec![240.0; grid.len()]),
        model: "flat".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.0, overdispersion: 1.0 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let day_errors = solver_data::DayErrors::independent(centre.queues.len());
    DemandForecast { grid: Arc::clone(grid), queues: centre.queues.iter().map(queue).collect(), day_errors }
}

/// A shift of that Monday plus `day` from `from` to `to` without breaks.
pub fn shift(from: NaiveDateTime, to: NaiveDateTime) -> Shift {
    Shift { date: from.date(), template: "t".to_owned(), start: from, end: to, breaks: Vec::new(), paid_minutes: 0 }
}

/// The same shift with a break.
pub fn with_break(mut shift: Shift, from: NaiveDateTime, to: NaiveDateTime) -> Shift {
    shift.breaks.push(Break { kind: "rest".to_owned(), start: from, end: to, paid: true });
    shift
}

/// One tour an agent, in order.
pub fn roster(grid: &Arc<PlanningGrid>, shifts: Vec<Vec<Shift>>) -> Roster {
    let tours = shifts.into_iter().enumerate().map(|(agent, shifts)| Tour { agent: AgentId::from(agent), shifts }).collect();
    Roster { grid: Arc::clone(grid), tours, reaching: Vec::new() }
}

/// Everybody works from `from` to `to` o'clock on every day.
pub fn everybody(grid: &Arc<PlanningGrid>, agents: usize, hours: (i64, i64)) -> Roster {
    let day = |day: i64| shift(at(24 * day + hours.0, 0, 0), at(24 * day + hours.1, 0, 0));
    roster(grid, vec![(0..grid.days() as i64).map(day).collect(); agents])
}
