//! A small centre and shifts of it for tests.

use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveTime, Weekday};

use crate::agent::Agent;
use crate::calendar::Calendar;
use crate::centre::{Centre, Channel, Contract, CoveragePrices, Currency, Level, Queue, ShrinkageAssumptions, WeeklyHours};
use crate::grid::PlanningGrid;
use crate::id::{AgentId, ContractId, LevelId, SkillId, Table};
use crate::pay::PayRules;
use crate::roster::{Break, Roster, Shift, Tour};
use crate::rules::LabourRules;
use crate::target::ServiceTarget;
use crate::template::{BreakWindow, ShiftTemplate};
use crate::unit::{Money, Shrinkage};

/// Monday 3 June 2024, the first day of the sample's week.
pub(crate) fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 6, 3 + number).unwrap()
}

/// Seven days from that Monday in quarters.
pub(crate) fn grid() -> Arc<PlanningGrid> {
    Arc::new(PlanningGrid::new(day(0), 7, 15, chrono_tz::Europe::Berlin).unwrap())
}

/// Two queues, two levels, two contracts, two agents; `X1` full time on both queues, `X2` part time on queue `A`.
pub(crate) fn centre() -> Centre {
    let level = |name: &str, hourly| Level { name: name.to_owned(), hourly: Money(hourly) };
    Centre {
        name: "sample".to_owned(),
        zone: chrono_tz::Europe::Berlin,
        interval_minutes: 15,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new(vec![queue("A", 0, 0), queue("B", 1, 1)]),
        skills: Table::new(vec!["service".to_owned(), "support".to_owned()]),
        levels: Table::new(vec![level("junior", 2_000), level("senior", 2_500)]),
        contracts: Table::new(vec![contract("full", [1_440, 2_400], 5, "F8"), contract("part", [480, 1_200], 5, "P4")]),
        templates: Table::new(vec![full("F8@08:00", 8 * 60), full("F8@14:00", 14 * 60), full("F8@22:00", 22 * 60), part()]),
        rules: LabourRules::pack("eu").unwrap(),
        shrinkage: ShrinkageAssumptions {
            planned: Shrinkage::try_from(0.1).unwrap(),
            unplanned: Shrinkage::try_from(0.05).unwrap(),
        },
        coverage: CoveragePrices { understaffing_per_hour: Money(16_000), overstaffing_per_hour: Money(800) },
        pay: PayRules {
            night: (1_320, 360),
            night_premium: 0.25,
            weekend: [None; 7],
            weekend_premium: 0.0,
            holiday_premium: 0.0,
            on_cost: 0.2,
        },
        agents: Table::new(vec![
            agent("X1", 0, 1, &[0, 1]),
            Agent { earliest_minute: Some(540), latest_minute: Some(1_080), ..agent("X2", 1, 0, &[0]) },
        ]),
        time_off: Vec::new(),
        requests: Vec::new(),
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: None,
    }
}

fn queue(name: &str, skill: u32, lowest_level: u32) -> Queue {
    Queue {
        name: name.to_owned(),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(skill),
        lowest_level: LevelId(lowest_level),
        priority: 0,
        patience_seconds: Some(180.0),
        concurrency: 1,
        aht_seconds: Some(200.0),
        target: ServiceTarget::share_within(0.8, 20.0),
        hours: None,
        donor: None,
        later_targets: Vec::new(),
        handling: crate::ContactHandling::default(),
    }
}

fn contract(name: &str, minutes: [u32; 2], maximum_days: u32, class: &str) -> Contract {
    let [minimum_weekly_minutes, maximum_weekly_minutes] = minutes;
    Contract {
        name: name.to_owned(),
        minimum_weekly_minutes,
        maximum_weekly_minutes,
        maximum_days,
        classes: vec![class.to_owned()],
        bank: None,
        weekends: None,
    }
}

fn agent(code: &str, contract: u32, level: u32, skills: &[u32]) -> Agent {
    Agent {
        code: code.to_owned(),
        contract: ContractId(contract),
        level: LevelId(level),
        skills: skills.iter().map(|&skill| SkillId(skill)).collect(),
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: crate::CarriedOver::default(),
    }
}

fn full(name: &str, start_minute: u32) -> ShiftTemplate {
    let window = |kind: &str, earliest_minute, latest_minute, length_minutes, paid| BreakWindow {
        kind: kind.to_owned(),
        earliest_minute,
        latest_minute,
        length_minutes,
        paid,
    };
    ShiftTemplate {
        name: name.to_owned(),
        class: "F8".to_owned(),
        start_minute,
        length_minutes: 510,
        paid_minutes: 480,
        breaks: vec![window("rest", 90, 150, 15, true), window("lunch", 180, 300, 30, false), window("rest", 345, 420, 15, true)],
        weekdays: [true; 7],
    }
}

fn part() -> ShiftTemplate {
    ShiftTemplate {
        name: "P4@09:00".to_owned(),
        class: "P4".to_owned(),
        start_minute: 540,
        length_minutes: 240,
        paid_minutes: 240,
        breaks: Vec::new(),
        weekdays: [true, true, true, true, true, false, false],
    }
}

/// A shift of template `template` on a day, its breaks `late` minutes after the start of their windows.
pub(crate) fn shift(centre: &Centre, template: &str, date: NaiveDate, late: u32) -> Shift {
    let template = centre.templates.iter().find(|known| known.name == template).unwrap();
    let start = date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(template.start_minute));
    let at = |minute: u32| start + Duration::minutes(i64::from(minute));
    let place = |window: &BreakWindow| {
        let from = (window.earliest_minute + late).min(window.latest_minute);
        Break { kind: window.kind.clone(), start: at(from), end: at(from + window.length_minutes), paid: window.paid }
    };
    Shift {
        date,
        template: template.name.clone(),
        start,
        end: at(template.length_minutes),
        breaks: template.breaks.iter().map(place).collect(),
        paid_minutes: template.paid_minutes,
    }
}

/// `X1` works Monday to Wednesday from 8, `X2` Monday and Tuesday from 9: nothing is wrong with it.
pub(crate) fn roster(centre: &Centre) -> Roster {
    let shifts =
        |template: &str, days: std::ops::Range<u32>| days.map(|number| shift(centre, template, day(number), 0)).collect();
    let tours = vec![
        Tour { agent: AgentId(0), shifts: shifts("F8@08:00", 0..3) },
        Tour { agent: AgentId(1), shifts: shifts("P4@09:00", 0..2) },
    ];
    Roster { grid: grid(), tours, reaching: Vec::new() }
}
