use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveTime, Weekday};
use proptest::prelude::*;
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::{
    Agent, AgentId, Break, Calendar, CalendarEvent, CarriedOver, Centre, Channel, Contract, ContractId, Currency, DayErrors,
    DemandForecast, DemandUncertainty, EventKind, FinanceTerms, LabourRules, Level, LevelId, Money, OutsourcedMinutes,
    OvertimeBand, PlanningGrid, Queue, QueueForecast, QueuePerformance, Roster, ServiceMeasures, ServicePerformance,
    ServiceTarget, Shift, Shrinkage, ShrinkageAssumptions, SkillId, Table, Tour, WeeklyHours, performance::Estimate,
    performance::ServiceDetail,
};

use super::*;

fn date(day: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 6, 24).unwrap() + Duration::days(day)
}

fn queue(name: &str, skill: u32) -> Queue {
    Queue {
        name: name.to_owned(),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(skill),
        lowest_level: LevelId(0),
        priority: 0,
        patience_seconds: Some(240.0),
        concurrency: 1,
        aht_seconds: Some(200.0),
        target: ServiceTarget::share_within(0.8, 30.0),
        later_targets: Vec::new(),
        hours: None,
        donor: None,
        handling: solver_data::handling::ContactHandling::default(),
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
        carried: CarriedOver::default(),
    }
}

/// Two queues, three agents; the last may serve no queue.
fn centre() -> Centre {
    let share = |share: f64| Shrinkage::try_from(share).unwrap();
    let level = |name: &str, hourly| Level { name: name.to_owned(), hourly: Money(hourly) };
    let full = Contract {
        name: "full".to_owned(),
        minimum_weekly_minutes: 0,
        maximum_weekly_minutes: 6_000,
        maximum_days: 7,
        classes: Vec::new(),
        bank: None,
        weekends: None,
    };
    let holiday = CalendarEvent {
        start: date(3),
        end: date(3),
        kind: EventKind::Holiday,
        name: "Thursday off".to_owned(),
        queues: Vec::new(),
        uplift: None,
    };
    let mut weekend = [None; 7];
    weekend[5] = Some(0);
    weekend[6] = Some(0);
    Centre {
        name: "small".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: 30,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new(vec![queue("sales", 0), queue("service", 1)]),
        skills: Table::new(vec!["sales".to_owned(), "service".to_owned(), "post".to_owned()]),
        levels: Table::new(vec![level("junior", 2_013), level("senior", 2_777)]),
        contracts: Table::new(vec![full]),
        templates: Table::new(Vec::new()),
        rules: LabourRules::pack("none").unwrap(),
        shrinkage: ShrinkageAssumptions { planned: share(0.1), unplanned: share(0.05) },
        coverage: CoveragePrices { understaffing_per_hour: Money(0), overstaffing_per_hour: Money(0) },
        pay: PayRules {
            night: (22 * 60, 6 * 60),
            night_premium: 0.25,
            weekend,
            weekend_premium: 0.5,
            holiday_premium: 1.0,
            on_cost: 0.213,
        },
        agents: Table::new(vec![agent("A", 0, &[0]), agent("B", 1, &[0, 1]), agent("C", 0, &[2])]),
        time_off: Vec::new(),
        requests: Vec::new(),
        calendar: Calendar { events: vec![holiday] },
        changes: Vec::new(),
        score_bands: None,
    }
}

fn terms() -> FinanceTerms {
    let mut terms = FinanceTerms::plain(2, 1);
    terms.overtime.bands =
        vec![OvertimeBand { from: 2_400, to: 2_640, rate: 1.5 }, OvertimeBand { from: 2_640, to: 10_080, rate: 2.0 }];
    terms.overtime.holiday = Some(3.0);
    terms.variable_hourly = vec![Money(157), Money(0)];
    terms.abandoned_contact = Money(333);
    terms.outsourced_minute = Some(Money(85));
    terms
}

fn shift(day: i64, start_hour: u32, hours: i64) -> Shift {
    let start = date(day).and_time(NaiveTime::from_hms_opt(start_hour, 0, 0).unwrap());
    let pause = start + Duration::hours(3);
    Shift {
        date: date(day),
        template: "X".to_owned(),
        start,
        end: start + Duration::hours(hours) + Duration::minutes(30),
        breaks: vec![Break { kind: "lunch".to_owned(), start: pause, end: pause + Duration::minutes(30), paid: false }],
        paid_minutes: hours as u32 * 60,
    }
}

fn roster(tours: Vec<(u32, Vec<Shift>)>) -> Roster {
    let grid = Arc::new(PlanningGrid::new(date(0), 14, 30, chrono_tz::UTC).unwrap());
    let tours = tours.into_iter().map(|(agent, shifts)| Tour { agent: AgentId(agent), shifts }).collect();
    Roster { grid, tours, reaching: Vec::new() }
}

fn demand(roster: &Roster) -> DemandForecast {
    let queue = |name: &str, mean: f64| QueueForecast {
        name: name.to_owned(),
        open: vec![true; roster.grid.len()],
        mean: (0..roster.grid.len()).map(|t| mean * (1.0 + (t % 7) as f64)).collect(),
        bands: Vec::new(),
        aht_seconds: Some(vec![200.0; roster.grid.len()]),
        model: "flat".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.0, overdispersion: 1.0 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let queues = vec![queue("sales", 1.3), queue("service", 0.7)];
    DemandForecast { grid: Arc::clone(&roster.grid), day_errors: DayErrors::independent(2), queues }
}

fn performance(roster: &Roster) -> ServicePerformance {
    let estimate = |mean| Estimate { mean, half_width: 0.0 };
    let measures = ServiceMeasures {
        offered: estimate(101.7),
        answered: estimate(95.0),
        abandonment: estimate(0.053),
        ..ServiceMeasures::default()
    };
    let queue = |name: &str| QueuePerformance {
        queue: name.to_owned(),
        intervals: Vec::new(),
        days: vec![measures; 14],
        horizon: measures,
        days_meeting_target: 1.0,
        weeks: Vec::new(),
        detail: ServiceDetail::default(),
    };
    ServicePerformance {
        grid: Arc::clone(&roster.grid),
        replications: 2,
        queues: vec![queue("sales"), queue("service")],
        overall: queue("all"),
        occupancy: Vec::new(),
        weeks: Vec::new(),
        groups: Vec::new(),
        attribution: Vec::new(),
    }
}

fn statement(centre: &Centre, terms: &FinanceTerms, roster: &Roster) -> Statement {
    let teams: BTreeMap<String, String> = [("A".to_owned(), "red".to_owned())].into();
    let bought = |day, queue: &str, minutes| OutsourcedMinutes { date: date(day), queue: queue.to_owned(), minutes, price: None };
    Statement::of(&StatementRequest {
        centre,
        terms,
        teams: &teams,
        outsourced: &[bought(1, "sales", 61.5), bought(40, "sales", 500.0)],
        roster,
        demand: &demand(roster),
        performance: &performance(roster),
    })
}

fn minutes(statement: &Statement, class: PaidClass) -> u32 {
    statement.lines.iter().filter(|line| line.class == class).map(|line| line.minutes).sum()
}

#[test]
fn hours_beyond_the_week_are_overtime_at_their_bands_and_those_of_a_holiday_at_its_own() {
    use solver_data::PayClass::{Holiday, Normal, Weekend};
    let centre = centre();
    // Monday to Saturday, eight hours each: 48 hours, the last eight on the weekend; the second week starts anew.
    let mut shifts: Vec<Shift> = (0..6).map(|day| shift(day, 8, 8)).collect();
    shifts.push(shift(7, 8, 8));
    let plain = statement(&centre, &terms(), &roster(vec![(0, shifts)]));
    assert_eq!(minutes(&plain, PaidClass::Overtime(150)), 240);
    assert_eq!(minutes(&plain, PaidClass::Overtime(200)), 240);
    assert_eq!((minutes(&plain, PaidClass::Regular(Weekend)), minutes(&plain, PaidClass::Regular(Holiday))), (0, 480));
    assert_eq!(minutes(&plain, PaidClass::Regular(Normal)), 5 * 480);
    // A week of long days reaches overtime on the holiday.
    let long: Vec<Shift> = (0..4).map(|day| shift(day, 6, 12)).collect();
    let holiday = statement(&centre, &terms(), &roster(vec![(0, long)]));
    assert_eq!(minutes(&holiday, PaidClass::Overtime(300)), 480);
    let line = holiday.lines.iter().find(|line| line.class == PaidClass::Overtime(300)).unwrap();
    // 8 hours at 20.13: base once, twice more as premium, contributions on all of it and on variable pay.
    assert_eq!((line.base, line.premium, line.variable), (Money(16_104), Money(32_208), Money(1_256)));
    assert!((line.total().0 as f64 - (16_104.0 * 3.0 + 1_256.0) * 1.213).abs() <= 2.0);
}

#[test]
fn a_contract_moves_the_bands_and_work_before_the_horizon_counts() {
    let mut own = terms();
    own.overtime_after = vec![Some(2_280)];
    let mut centre = centre();
    let week: Vec<Shift> = (0..5).map(|day| shift(day, 8, 8)).collect();
    let roster = roster(vec![(0, week)]);
    assert_eq!(minutes(&statement(&centre, &own, &roster), PaidClass::Overtime(150)), 120);
    centre.agents[AgentId(0)].carried.week = Some(solver_data::WeekBefore { days: 1, minutes: 240 });
    let later = statement(&centre, &own, &roster);
    assert_eq!((minutes(&later, PaidClass::Overtime(150)), minutes(&later, PaidClass::Overtime(200))), (240, 120));
}

#[test]
fn without_terms_the_statement_is_the_rosters_cost_and_nothing_else() {
    let (centre, terms) = (centre(), FinanceTerms::plain(2, 1));
    let roster = roster(vec![(0, vec![shift(0, 20, 8), shift(5, 8, 9)]), (1, vec![shift(3, 5, 7)])]);
    let mut plain = statement(&centre, &terms, &roster);
    plain.outsourced.clear();
    assert_eq!(plain.total(), cost_of(&centre, &roster).total());
    for line in &plain.lines {
        assert_eq!(line.total(), line.rostered);
        assert!((line.on_cost.0 as f64 - 0.213 * (line.base + line.premium).0 as f64).abs() <= 1.5);
    }
}

#[test]
fn pay_falls_on_the_queues_that_an_agent_serves() {
    let centre = centre();
    let roster = roster(vec![(0, vec![shift(0, 8, 8)]), (1, vec![shift(0, 8, 8)]), (2, vec![shift(0, 8, 8)])]);
    let own = statement(&centre, &FinanceTerms::plain(2, 1), &roster);
    let rows = own.by(&centre, Dimension::Queue).rows;
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["sales", "service", "unallocated"]);
    // B has half of the sales and all of the service: 0.65 to 0.7.
    assert!((rows[1].amounts.paid_hours - 8.0 * 0.7 / 1.35).abs() < 1e-9);
    assert!((rows[2].amounts.paid_hours - 8.0).abs() < 1e-9);
    let figures = own.figures(&centre);
    assert!(figures[0].volume > figures[1].volume && figures[2].queue == "unallocated");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_breakdown_adds_up_to_the_total_and_to_cost_csv(
        worked in prop::collection::vec((0_u32..3, 0_i64..13, 0_u32..23, 3_i64..12), 1..30), hourly in 900_i64..9_999, plain in any::<bool>(),
    ) {
        let mut centre = centre();
        centre.levels[LevelId(0)].hourly = Money(hourly);
        let terms = if plain { FinanceTerms::plain(2, 1) } else { terms() };
        let mut tours: BTreeMap<u32, BTreeMap<i64, Shift>> = BTreeMap::new();
        for (agent, day, start, hours) in worked {
            tours.entry(agent).or_default().insert(day, shift(day, start, hours));
        }
        let tours = tours.into_iter().map(|(agent, shifts)| (agent, shifts.into_values().collect())).collect();
        let roster = roster(tours);
        let own = statement(&centre, &terms, &roster);
        let rostered = cost_of(&centre, &roster);
        prop_assert_eq!(own.rostered_total(), rostered.total());
        let hours = f64::from(rostered.lines.iter().map(|line| line.minutes).sum::<u32>()) / 60.0;
        for dimension in Dimension::ALL {
            let sum = own.by(&centre, dimension).sum();
            prop_assert_eq!(sum.total(), own.total());
            prop_assert!((sum.paid_hours - hours).abs() < 1e-6);
        }
        let pay: Money = own.lines.iter().map(PaidLine::total).sum();
        prop_assert!(pay >= own.rostered_total());
    }

    #[test]
    fn the_parts_of_a_variance_add_up_to_the_minor_unit(
        rows in prop::collection::vec((0.0_f64..5_000.0, 0.0_f64..600.0, 0.0_f64..500.0, 0_i64..10_000_000), 8),
    ) {
        let figures = |rows: &[(f64, f64, f64, i64)]| -> Vec<QueueFigures> {
            rows.iter().enumerate().map(|(q, &(volume, aht_seconds, paid_hours, amount))| QueueFigures {
                queue: format!("queue {q}"),
                // A budget may know nothing of a queue.
                volume: if volume < 500.0 { 0.0 } else { volume },
                aht_seconds,
                paid_hours,
                amount: Money(amount),
                outsourced: Money(amount / 7),
                penalty: Money(amount / 13),
            }).collect()
        };
        let (budget, plan) = (figures(&rows[..4]), figures(&rows[3..]));
        let variance = explain(&budget, &plan);
        for row in variance.queues.iter().chain([&variance.total]) {
            prop_assert_eq!(row.parts().iter().map(|part| part.1).sum::<Money>(), row.total());
        }
        let total = |rows: &[QueueFigures]| rows.iter().map(QueueFigures::total).sum::<Money>();
        prop_assert_eq!(variance.total.total(), total(&plan) - total(&budget));
    }
}
