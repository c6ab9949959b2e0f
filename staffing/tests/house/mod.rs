//! A small centre: two queues of their own skill, a third that only seniors may serve.
#![allow(dead_code, reason = "every test file uses a part of the house")]

use std::sync::Arc;

use chrono::{NaiveDate, Weekday};
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::{
    Agent, Calendar, Centre, Channel, ContractId, Currency, DemandForecast, DemandUncertainty, LabourRules, Level, LevelId,
    Money, PlanningGrid, Queue, QueueForecast, ServiceTarget, Shrinkage, ShrinkageAssumptions, SkillId, Table, WeeklyHours,
};

pub fn queue(name: &str, skill: u32, lowest_level: u32, patience_seconds: Option<f64>) -> Queue {
    Queue {
        name: name.to_owned(),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(skill),
        lowest_level: LevelId(lowest_level),
        priority: 0,
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

pub fn agent(code: &str, level: u32, skills: &[u32]) -> Agent {
    Agent {
        code: code.to_owned(),
        contract: ContractId(0),
        level: LevelId(level),
        skills: skills.iter().copied().map(SkillId).collect(),
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: solver_data::CarriedOver::default(),
    }
}

/// Skills 0 and 1; queue `expert` needs skill 1 at level 1.
pub fn centre() -> Centre {
    let level = |name: &str| Level { name: name.to_owned(), hourly: Money(2000) };
    Centre {
        name: "test".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: 30,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new(vec![
            queue("sales", 0, 0, Some(120.0)),
            queue("care", 1, 0, Some(300.0)),
            queue("expert", 1, 1, Some(600.0)),
        ]),
        skills: Table::new(vec!["selling".to_owned(), "caring".to_owned()]),
        levels: Table::new(vec![level("junior"), level("senior")]),
        contracts: Table::new(vec![]),
        templates: Table::new(vec![]),
        rules: LabourRules::pack("eu").expect("the pack exists"),
        shrinkage: ShrinkageAssumptions {
            planned: Shrinkage::try_from(0.1).expect("a fraction"),
            unplanned: Shrinkage::try_from(0.05).expect("a fraction"),
        },
        coverage: CoveragePrices { understaffing_per_hour: Money(10_000), overstaffing_per_hour: Money(0) },
        pay: PayRules {
            night: (0, 0),
            night_premium: 0.0,
            weekend: [None; 7],
            weekend_premium: 0.0,
            holiday_premium: 0.0,
            on_cost: 0.0,
        },
        agents: Table::new(vec![agent("a", 0, &[0]), agent("b", 0, &[1]), agent("c", 1, &[0, 1])]),
        time_off: vec![],
        requests: vec![],
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: None,
    }
}

/// One day; queue q has `volumes[q]` contacts in each interval from the second on, the first is closed.
pub fn forecast(volumes: [f64; 3]) -> DemandForecast {
    let start = NaiveDate::from_ymd_opt(2024, 6, 3).expect("a date");
    let grid = Arc::new(PlanningGrid::new(start, 1, 30, chrono_tz::UTC).expect("a grid"));
    let open: Vec<_> = (0..grid.len()).map(|t| t > 0).collect();
    let queue = |name: &str, volume: f64| QueueForecast {
        name: name.to_owned(),
        open: open.clone(),
        mean: vec![volume; grid.len()],
        bands: vec![],
        aht_seconds: Some(vec![200.0; grid.len()]),
        model: "given".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.0, overdispersion: 1.0 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let queues = vec![queue("sales", volumes[0]), queue("care", volumes[1]), queue("expert", volumes[2])];
    let day_errors = solver_data::DayErrors::independent(queues.len());
    DemandForecast { grid, queues, day_errors }
}

/// `days` from Monday 3 June 2024; queue q has `volumes[q]` contacts at noon and a fifth of that at night.
pub fn week(days: u32, volumes: [f64; 3]) -> DemandForecast {
    let start = NaiveDate::from_ymd_opt(2024, 6, 3).expect("a date");
    let grid = Arc::new(PlanningGrid::new(start, days, 30, chrono_tz::UTC).expect("a grid"));
    let wave = |t: usize| 0.6 - 0.4 * (std::f64::consts::TAU * (t % 48) as f64 / 48.0).cos();
    let queue = |name: &str, volume: f64| QueueForecast {
        name: name.to_owned(),
        open: vec![true; grid.len()],
        mean: (0..grid.len()).map(|t| volume * wave(t)).collect(),
        bands: vec![],
        aht_seconds: Some(vec![200.0; grid.len()]),
        model: "given".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.08, overdispersion: 1.5 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let queues = vec![queue("sales", volumes[0]), queue("care", volumes[1]), queue("expert", volumes[2])];
    let day_errors = solver_data::DayErrors::independent(queues.len());
    DemandForecast { grid, queues, day_errors }
}
