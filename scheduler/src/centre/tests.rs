use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::requirement::PooledRequirement;
use solver_data::{
    Agent, BreakWindow, Calendar, CalendarEvent, Channel, Contract, ContractId, Currency, EventKind, LabourRules, Level, LevelId,
    Money, Queue, QueueId, QueueSet, Request, RequestKind, ServiceTarget, Shrinkage, ShrinkageAssumptions, SkillId, Table,
    TimeOff, Unwatched, WeeklyHours,
};

use super::*;

pub(crate) fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 10, day).unwrap()
}

pub(super) fn template(name: &str, start: u32, hours: u32) -> ShiftTemplate {
    let pause = |kind: &str, earliest, latest, length, paid| BreakWindow {
        kind: kind.to_owned(),
        earliest_minute: earliest,
        latest_minute: latest,
        length_minutes: length,
        paid,
    };
    ShiftTemplate {
        name: name.to_owned(),
        class: "F8".to_owned(),
        start_minute: start,
        length_minutes: hours * 60,
        paid_minutes: hours * 60 - 30,
        // The windows meet: 105 to 135 and 120 to 180 minutes after the start, and are half off an hour grid.
        breaks: vec![pause("rest", 105, 135, 15, true), pause("meal", 120, 180, 30, false)],
        weekdays: [true; 7],
    }
}

fn agent(code: &str, level: u32, skills: &[u32]) -> Agent {
    Agent {
        code: code.to_owned(),
        contract: ContractId(0),
        level: LevelId(level),
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

fn queue(name: &str, skill: u32) -> Queue {
    Queue {
        name: name.to_owned(),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(skill),
        lowest_level: LevelId(0),
        priority: 0,
        patience_seconds: None,
        concurrency: 1,
        aht_seconds: None,
        target: ServiceTarget::default(),
        hours: None,
        donor: None,
        later_targets: Vec::new(),
        handling: solver_data::ContactHandling::default(),
    }
}

/// Two queues, five agents, three templates of which one runs past midnight.
pub(crate) fn centre(interval_minutes: u32, zone: Tz) -> Centre {
    let mut agents =
        vec![agent("a", 0, &[0]), agent("b", 0, &[0, 1]), agent("c", 1, &[1]), agent("d", 1, &[0, 1]), agent("e", 0, &[0])];
    (agents[0].days_worked_before, agents[0].rested_minutes_before) = (3, Some(60));
    (agents[1].earliest_minute, agents[1].latest_minute) = (Some(480), Some(1080));
    agents[4].from = Some(date(25));
    let event = CalendarEvent {
        start: date(24),
        end: date(24),
        kind: EventKind::Holiday,
        name: "day".to_owned(),
        queues: Vec::new(),
        uplift: None,
    };
    Centre {
        name: "test".to_owned(),
        zone,
        interval_minutes,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new(vec![queue("x", 0), queue("y", 1)]),
        skills: Table::new(vec!["x".to_owned(), "y".to_owned()]),
        levels: Table::new(vec![
            Level { name: "junior".to_owned(), hourly: Money(2000) },
            Level { name: "senior".to_owned(), hourly: Money(2600) },
        ]),
        contracts: Table::new(vec![Contract {
            name: "full".to_owned(),
            minimum_weekly_minutes: 1800,
            maximum_weekly_minutes: 2400,
            maximum_days: 5,
            classes: vec!["F8".to_owned()],
            bank: None,
            weekends: None,
        }]),
        templates: Table::new(vec![template("early", 480, 8), template("late", 780, 8), template("night", 1320, 8)]),
        rules: LabourRules::pack("eu").unwrap(),
        shrinkage: ShrinkageAssumptions {
            planned: Shrinkage::try_from(0.0).unwrap(),
            unplanned: Shrinkage::try_from(0.0).unwrap(),
        },
        coverage: CoveragePrices { understaffing_per_hour: Money(9000), overstaffing_per_hour: Money(400) },
        pay: PayRules {
            night: (1320, 360),
            night_premium: 0.25,
            weekend: [None, None, None, None, None, Some(0), Some(0)],
            weekend_premium: 0.5,
            holiday_premium: 1.0,
            on_cost: 0.2,
        },
        agents: Table::new(agents),
        time_off: vec![TimeOff { agent: AgentId(3), start: date(22), end: date(23), credited_minutes: None }],
        requests: vec![
            Request { agent: AgentId(0), date: date(23), kind: RequestKind::DayOff, weight: 5000 },
            Request { agent: AgentId(1), date: date(23), kind: RequestKind::Shift("early".to_owned()), weight: 700 },
        ],
        calendar: Calendar { events: vec![event] },
        changes: Vec::new(),
        score_bands: None,
    }
}

/// One agent for each queue by day, one of either at night.
pub(crate) fn requirement(centre: &Centre, start: NaiveDate, days: u32) -> StaffingRequirement {
    let grid = Arc::new(PlanningGrid::new(start, days, centre.interval_minutes, centre.zone).unwrap());
    let pool = |queues: &[u32], by_day: u32, by_night: u32| {
        let scheduled = (0..grid.len()).map(|t| {
            let hour = chrono::Timelike::hour(&grid.local(t));
            if (8..20).contains(&hour) { by_day } else { by_night }
        });
        let scheduled: Vec<u32> = scheduled.collect();
        PooledRequirement {
            queues: QueueSet::of(queues.iter().map(|&queue| QueueId(queue))),
            offered_load: vec![0.0; grid.len()],
            aht_seconds: vec![300.0; grid.len()],
            fractional: Vec::new(),
            agents: scheduled.clone(),
            scheduled,
            methods: Vec::new(),
        }
    };
    let pools = vec![pool(&[0], 1, 0), pool(&[1], 1, 0), pool(&[0, 1], 2, 1)];
    StaffingRequirement { grid, queues: Vec::new(), pools, curves: Vec::new(), levels: Vec::new(), promises: Vec::new() }
}

pub(super) fn limits() -> SolveLimits {
    SolveLimits { seconds: None, gap: 0.0, iterations: Some(4), threads: 2 }
}

/// The objective by its definition, from the roster alone.
fn recount(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> (i64, Vec<u32>) {
    let mut total = 0;
    for (id, _) in centre.agents.entries() {
        let shifts = roster.tour(id).map_or(&[][..], |tour| &tour.shifts);
        total += shifts.iter().flat_map(|shift| shift_pay(centre, id, shift)).map(|(_, _, amount)| amount.0).sum::<i64>();
        for request in centre.requests.iter().filter(|request| request.agent == id && roster.grid.dates().contains(&request.date))
        {
            let worked = shifts.iter().find(|shift| shift.date == request.date);
            let worked = worked.map(|shift| {
                let template = centre.templates.iter().find(|template| template.name == shift.template).unwrap();
                (shift.template.as_str(), template.class.as_str(), template.start_minute)
            });
            total += if request.kind.granted_by(worked) { 0 } else { i64::from(request.weight) };
        }
    }
    let minutes = i64::from(centre.interval_minutes);
    let (under, over) = (9000 * minutes / 60, 400 * minutes / 60);
    let present: Vec<Vec<u32>> = requirement
        .pools
        .iter()
        .map(|pool| roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(pool.queues)))
        .collect();
    let mut shortfall = Vec::new();
    for t in 0..roster.grid.len() {
        let missing = requirement.pools.iter().zip(&present).map(|(pool, row)| i64::from(pool.scheduled[t]) - i64::from(row[t]));
        let short = missing.max().unwrap().max(0);
        let all = requirement.pools.len() - 1;
        let spare = i64::from(present[all][t]) + short - i64::from(requirement.pools[all].scheduled[t]);
        total += under * short + over * spare;
        shortfall.push(short as u32);
    }
    (total, shortfall)
}

/// Every rule of the centre, read from the roster alone.
fn assert_rules(centre: &Centre, roster: &Roster) {
    for tour in &roster.tours {
        let agent = &centre.agents[tour.agent];
        for shift in &tour.shifts {
            assert!(centre.available_on(tour.agent, shift.date), "{} works on {}", agent.code, shift.date);
            let template = centre.templates.iter().find(|template| template.name == shift.template).unwrap();
            assert!(agent.earliest_minute.is_none_or(|earliest| earliest <= template.start_minute));
            assert!(agent.latest_minute.is_none_or(|latest| template.end_minute() <= latest));
            for (pause, window) in shift.breaks.iter().zip(&template.breaks) {
                let from = (pause.start - shift.start).num_minutes();
                assert!((i64::from(window.earliest_minute)..=i64::from(window.latest_minute)).contains(&from), "{shift:?}");
            }
            assert!(shift.breaks.windows(2).all(|pair| pair[0].end <= pair[1].start), "{shift:?}");
        }
        for pair in tour.shifts.windows(2) {
            let rest = roster.grid.elapsed_seconds(pair[1].start) - roster.grid.elapsed_seconds(pair[0].end);
            assert!(rest >= 60.0 * f64::from(centre.rules.minimum_rest_minutes), "{pair:?}");
        }
        for week in roster.grid.dates().chunk_by(|_, next| next.weekday() != centre.week_start) {
            let worked: Vec<&Shift> = tour.shifts.iter().filter(|shift| week.contains(&shift.date)).collect();
            assert!(worked.len() <= 5 && worked.iter().map(|shift| shift.paid_minutes).sum::<u32>() <= 2400);
        }
    }
}

#[test]
fn a_centre_roster_keeps_the_rules_and_counts_to_the_unit_on_every_grid() {
    for interval in [15, 30, 60] {
        let centre = centre(interval, chrono_tz::Europe::Berlin);
        let requirement = requirement(&centre, date(21), 7);
        let solved = schedule(&centre, &requirement, &limits(), Seed(0), &Unwatched).unwrap();
        let (objective, shortfall) = recount(&centre, &requirement, &solved.roster);
        assert_rules(&centre, &solved.roster);
        assert_eq!((solved.objective, &solved.shortfall), (objective as f64, &shortfall), "{interval} minutes");
        assert!(solved.bound <= solved.objective && solved.bound > 0.0);
        // 1,800 minutes less two fifths for time off; three sevenths of them from the 25th on.
        let paid = |agent: u32| solved.roster.tour(AgentId(agent)).map_or(0, |t| t.shifts.iter().map(|s| s.paid_minutes).sum());
        assert!((1080..=2400).contains(&paid(3)) && (771..=2400).contains(&paid(4)) && paid(0) >= 1800);
    }
}

#[test]
fn the_clock_going_back_in_the_horizon_moves_no_break_out_of_its_window() {
    let centre = centre(15, chrono_tz::Europe::Berlin);
    // 27 October 2024 has 25 hours in Berlin, and nights are wanted.
    let requirement = requirement(&centre, date(26), 4);
    let solved = schedule(&centre, &requirement, &limits(), Seed(1), &Unwatched).unwrap();
    assert_rules(&centre, &solved.roster);
    assert_eq!(solved.roster.grid.len(), 388);
    assert!(solved.bound <= solved.objective);
}

#[test]
fn a_roster_over_a_change_of_clocks_counts_to_the_unit() {
    for interval in [15, 30] {
        for (month, first, windows) in
            [(10, 26, [(180, 300), (210, 360)]), (10, 26, [(225, 285), (300, 360)]), (3, 30, [(180, 300), (210, 360)])]
        {
            let mut centre = centre(interval, chrono_tz::Europe::Berlin);
            // Windows over the whole hour that is shown twice, or never.
            let mut templates: Vec<ShiftTemplate> = centre.templates.iter().cloned().collect();
            for (window, (earliest, latest)) in templates[2].breaks.iter_mut().zip(windows) {
                (window.earliest_minute, window.latest_minute) = (earliest, latest);
            }
            centre.templates = Table::new(templates);
            let start = NaiveDate::from_ymd_opt(2024, month, first).unwrap();
            let mut requirement = requirement(&centre, start, 3);
            // Break starts are worth most where the second showing of the hour would be.
            for pool in &mut requirement.pools {
                for t in 0..pool.scheduled.len() {
                    let local = requirement.grid.local(t);
                    let twice = t > 0 && requirement.grid.interval_at(local) != Some(solver_data::IntervalIndex::from(t));
                    let night = !(6..22).contains(&chrono::Timelike::hour(&local));
                    pool.scheduled[t] = if night && !twice { 3 } else { 0 };
                }
            }
            for seed in 0..3 {
                let solved = schedule(&centre, &requirement, &limits(), Seed(seed), &Unwatched).unwrap();
                let (objective, shortfall) = recount(&centre, &requirement, &solved.roster);
                assert_eq!((solved.objective, &solved.shortfall), (objective as f64, &shortfall), "{interval} minutes, {start}");
                assert!(solved.bound <= solved.objective);
            }
        }
    }
}

#[test]
fn as_many_pools_as_a_requirement_may_have_are_covered() {
    let centre = centre(60, chrono_tz::UTC);
    let one = requirement(&centre, date(21), 1);
    let with = |pools: usize| {
        let pools = (0..pools).map(|_| one.pools[2].clone()).collect();
        coverage_terms(&centre, &StaffingRequirement { pools, ..one.clone() })
    };
    assert!(with(StaffingRequirement::MOST_POOLS).is_ok());
    let error = with(StaffingRequirement::MOST_POOLS + 1).unwrap_err();
    assert_eq!(error.to_string(), "the requirement has 129 pools of queues; 1 to 128 can be covered");
}

#[test]
fn two_weeks_are_solved_as_one_and_each_keeps_its_limits() {
    let centre = centre(60, chrono_tz::UTC);
    let requirement = requirement(&centre, date(7), 14);
    let solved = schedule(&centre, &requirement, &limits(), Seed(2), &Unwatched).unwrap();
    assert_rules(&centre, &solved.roster);
    let (objective, _) = recount(&centre, &requirement, &solved.roster);
    assert_eq!(solved.objective, objective as f64);
    let tour = solved.roster.tour(AgentId(2)).unwrap();
    for first in [7, 14] {
        let minutes: u32 =
            tour.shifts.iter().filter(|s| s.date >= date(first) && s.date < date(first + 7)).map(|s| s.paid_minutes).sum();
        assert!((1800..=2400).contains(&minutes), "week of the {first}th: {minutes}");
    }
}

#[test]
fn a_clash_of_availability_and_minimum_is_named() {
    let mut centre = centre(30, chrono_tz::UTC);
    let mut agents: Vec<Agent> = centre.agents.iter().cloned().collect();
    (agents[2].earliest_minute, agents[2].latest_minute) = (Some(600), Some(900));
    centre.agents = Table::new(agents);
    let requirement = requirement(&centre, date(21), 7);
    let Err(SchedulerError::NoTour { agents }) = schedule(&centre, &requirement, &limits(), Seed(0), &Unwatched) else {
        panic!("eight hours do not fit between 10:00 and 15:00");
    };
    assert_eq!(agents.len(), 1);
    assert_eq!(agents[0].agent, "c");
    assert_eq!(agents[0].conflict, "availability from 10:00 to 15:00 and at least 1800 paid minutes a week cannot hold together");
}

#[test]
fn a_template_off_the_grid_is_refused_with_its_name() {
    let mut centre = centre(60, chrono_tz::UTC);
    centre.templates = Table::new(vec![template("odd", 490, 8)]);
    let requirement = requirement(&centre, date(21), 7);
    let error = schedule(&centre, &requirement, &limits(), Seed(0), &Unwatched).unwrap_err();
    assert!(matches!(error, SchedulerError::OffGrid { ref template, .. } if template == "odd"), "{error}");
}

/// The clashes of agents without a tour, and what mends them.
fn clashes(centre: &Centre, days: u32) -> Vec<crate::error::NoTour> {
    match schedule(centre, &requirement(centre, date(21), days), &limits(), Seed(0), &Unwatched) {
        Err(SchedulerError::NoTour { agents }) => agents,
        other => panic!("some agent has no tour: {other:?}"),
    }
}

#[test]
fn every_clash_of_several_agents_is_named_with_the_least_change_that_mends_it() {
    let mut centre = centre(30, chrono_tz::UTC);
    let mut agents: Vec<Agent> = centre.agents.iter().cloned().collect();
    (agents[1].earliest_minute, agents[1].latest_minute) = (Some(600), Some(900));
    centre.agents = Table::new(agents);
    // Three days off that count for nothing: two shifts of 450 minutes are left on the days that the rules leave.
    centre.time_off = vec![TimeOff { agent: AgentId(3), start: date(22), end: date(26), credited_minutes: Some(0) }];
    let found = clashes(&centre, 7);
    let names: Vec<&str> = found.iter().map(|none| none.agent.as_str()).collect();
    assert_eq!(names, ["b", "d"]);
    assert!(
        found[0].mends.iter().any(|mend| mend.starts_with("hours that admit one more shift: early (08:00 to 16:00)")),
        "{found:?}"
    );
    assert!(found[0].mends.contains(&"a weekly minimum of 0 h instead of 30 h".to_owned()), "{found:?}");
    assert!(found[1].conflict.contains("5 days of time off"), "{found:?}");
    assert!(found[1].mends.contains(&"a weekly minimum of 15 h instead of 30 h".to_owned()), "{found:?}");
}

#[test]
fn a_mend_gives_a_tour_when_it_is_made() {
    let mut centre = centre(30, chrono_tz::UTC);
    let contracts: Vec<Contract> =
        centre.contracts.iter().map(|contract| Contract { minimum_weekly_minutes: 2300, ..contract.clone() }).collect();
    centre.contracts = Table::new(contracts.clone());
    // Five shifts of 450 minutes are 2250; over two weeks every agent lacks 50 minutes, or a sixth day.
    let found = clashes(&centre, 14);
    assert_eq!(found.len(), 5);
    let third = &found[2];
    assert!(third.mends.contains(&"a weekly minimum of 37.33 h instead of 38.33 h".to_owned()), "{third:?}");
    assert!(!third.mends.is_empty() && third.conflict.contains("cannot hold together"), "{third:?}");
    let mended = contracts.into_iter().map(|contract| Contract { minimum_weekly_minutes: 2240, ..contract });
    centre.contracts = Table::new(mended.collect());
    let still = schedule(&centre, &requirement(&centre, date(21), 14), &limits(), Seed(0), &Unwatched);
    assert!(still.is_ok(), "{still:?}");
}
