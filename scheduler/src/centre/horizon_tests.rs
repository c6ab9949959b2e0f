//! Horizons with state carried over, against the independent checker: every tour priced keeps every rule, and no tour that
//! the checker accepts is cheaper.

use chrono::NaiveDate;
use proptest::prelude::*;
use solver_data::check::check_roster;
use solver_data::{CarriedOver, Contract, HoursBank, Settlement, Table, Unwatched, WeekBefore, WorkedBefore, WorkedLimit};

use super::tests::{centre, date, limits, requirement, template};
use super::*;
use crate::pricing::{PresenceValues, Pricer};

/// One agent, one template of eight hours and one of four; rules and state as drawn.
#[derive(Debug, Clone)]
struct Case {
    start: u32,
    days: u32,
    consecutive: (u32, u32),
    weekends: (u32, u32, u32),
    sunday_off_every: u32,
    sundays: u32,
    bank: Option<(i32, i32, i32)>,
    settle: Option<(u32, i32)>,
    week: Option<(u32, u32)>,
    least: u32,
    maximum_days: u32,
    off: Option<u32>,
    values: Vec<i32>,
}

fn cases() -> impl Strategy<Value = Case> {
    let rules = ((0..7u32, 7..13u32), (2..7u32, 0..5u32), (0..4u32, 2..5u32, 0..16u32), (1..4u32, 0..8u32));
    let bank = prop::option::of((-960..960i32, -1200..0i32, 0..1200i32));
    let settle = prop::option::of((1..3u32, 0..600i32));
    let week = prop::option::of((0..3u32, 0..900u32));
    let values = prop::collection::vec(-500..500i32, 13);
    (rules, bank, settle, week, (0..3u32, 3..7u32, prop::option::of(0..13u32)), values).prop_map(
        |((horizon, consecutive, weekends, sundays), bank, settle, week, (least, maximum_days, off), values)| Case {
            start: horizon.0,
            days: horizon.1,
            consecutive,
            weekends,
            sunday_off_every: sundays.0,
            sundays: sundays.1,
            bank,
            settle,
            week,
            least: 480 * least,
            maximum_days,
            off,
            values,
        },
    )
}

impl Case {
    fn first(&self) -> NaiveDate {
        date(7 + self.start)
    }

    fn centre(&self) -> Centre {
        let mut centre = centre(60, chrono_tz::UTC);
        let mut agent = centre.agents[AgentId(3)].clone();
        agent.days_worked_before = self.consecutive.1;
        agent.carried = CarriedOver {
            bank_minutes: self.bank.map_or(0, |bank| bank.0),
            weekends: WorkedBefore(self.weekends.2),
            sundays: WorkedBefore(self.sundays),
            week: self.week.map(|(days, minutes)| WeekBefore { days, minutes }),
        };
        let whole_weeks = self.start == 0 && self.days.is_multiple_of(7);
        centre.agents = Table::new(vec![agent]);
        centre.requests.clear();
        centre.time_off = self
            .off
            .filter(|&day| day < self.days)
            .map(|day| {
                let day = self.first() + Duration::days(i64::from(day));
                solver_data::TimeOff { agent: AgentId(0), start: day, end: day, credited_minutes: None }
            })
            .into_iter()
            .collect();
        let mut short = template("short", 480, 5);
        (short.paid_minutes, short.breaks) = (300, Vec::new());
        let mut long = template("long", 480, 8);
        (long.paid_minutes, long.breaks) = (480, Vec::new());
        // Short shifts on Saturdays alone, so that all tours can be listed.
        (long.weekdays[5], short.weekdays) = (false, [false, false, false, false, false, true, false]);
        centre.templates = Table::new(vec![long, short]);
        centre.rules.maximum_consecutive_days = self.consecutive.0;
        centre.rules.weekends =
            (self.weekends.0 < self.weekends.1).then_some(WorkedLimit { most: self.weekends.0, of: self.weekends.1 });
        centre.rules.sundays = Some(WorkedLimit { most: self.sunday_off_every - 1, of: self.sunday_off_every });
        let bank = self.bank.map(|(_, least, most)| HoursBank {
            weekly_minutes: 1200,
            least,
            most,
            settlement: self.settle.map(|(weeks, most)| Settlement {
                period: (weeks < 2).then_some((weeks, date(7))),
                least: -most,
                most,
            }),
        });
        // In a week that the horizon cuts, the model asks for a part of the least hours and the checker for none.
        let least = if whole_weeks { self.least } else { 0 };
        let contract = centre.contracts.iter().next().cloned();
        let contract =
            contract.map(|own| Contract { minimum_weekly_minutes: least, maximum_days: self.maximum_days, bank, ..own });
        centre.contracts = Table::new(contract.into_iter().collect());
        centre
    }
}

/// The least cost minus value of the tours that the checker accepts, every subset of days tried.
fn listed(centre: &Centre, grid: &Arc<PlanningGrid>, posed: &Posed, values: &[f64]) -> f64 {
    let agent = &posed.problem.agents[0];
    let shape = &posed.problem.shapes[agent.shape];
    let price = |duty: usize| {
        let position = shape.duties.iter().position(|&own| own as usize == duty)?;
        Some(agent.costs[position] - values[duty])
    };
    let duties = &posed.problem.duties;
    let mut best = f64::INFINITY;
    for chosen in 0..1u32 << duties.len() {
        let worked = (0..duties.len()).filter(|duty| chosen >> duty & 1 == 1);
        let Some(cost) = worked.clone().map(price).sum::<Option<f64>>() else { continue };
        if cost >= best {
            continue;
        }
        let shifts: Vec<Shift> = worked.map(|duty| shift_of(centre, grid, &duties[duty], &[])).collect();
        let roster = Roster { grid: Arc::clone(grid), tours: vec![Tour { agent: AgentId(0), shifts }], reaching: Vec::new() };
        if check_roster(centre, &roster).is_empty() {
            best = cost;
        }
    }
    best + agent.idle_cost as f64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn pricing_finds_the_cheapest_tour_that_the_checker_accepts(case in cases()) {
        let centre = case.centre();
        let requirement = requirement(&centre, case.first(), case.days);
        let values: Vec<f64> = case.values.iter().map(|&value| f64::from(value) * 40.0).collect();
        let posed = match posed(&RosterRequest::new(&centre, &requirement)) {
            Ok(posed) => posed,
            Err(SchedulerError::NoTour { .. }) => {
                // The clash must be one for the checker, too: no subset of days is lawful.
                let duties = centre_duties(&centre, &requirement.grid).unwrap();
                for chosen in 0..1u32 << duties.len() {
                    let worked = (0..duties.len()).filter(|duty| chosen >> duty & 1 == 1);
                    let shifts = worked.map(|duty| shift_of(&centre, &requirement.grid, &duties[duty], &[])).collect();
                    let tours = vec![Tour { agent: AgentId(0), shifts }];
                    let roster = Roster { grid: Arc::clone(&requirement.grid), tours, reaching: Vec::new() };
                    prop_assert!(!check_roster(&centre, &roster).is_empty(), "{roster:?}");
                }
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        let values = PresenceValues { sums: Vec::new(), duties: values[..posed.problem.duties.len()].to_vec() };
        let priced = Pricer::default().price(&posed.problem, &posed.problem.agents[0], &values);
        let best = listed(&centre, &requirement.grid, &posed, &values.duties);
        prop_assert!((priced - best).abs() < 1e-6, "priced {priced}, listed {best}");
    }
}

/// Five agents with a bank and weekend limits over `weeks` weeks from a Monday.
fn long_centre(interval: u32) -> Centre {
    let mut centre = centre(interval, chrono_tz::Europe::Berlin);
    centre.rules.weekends = Some(WorkedLimit { most: 2, of: 4 });
    centre.rules.sundays = Some(WorkedLimit { most: 2, of: 3 });
    let bank = HoursBank {
        weekly_minutes: 2250,
        least: -600,
        most: 600,
        settlement: Some(Settlement { period: None, least: -450, most: 450 }),
    };
    let contract = centre.contracts.iter().next().cloned();
    let contract = contract.map(|own| Contract { minimum_weekly_minutes: 1350, bank: Some(bank), ..own });
    centre.contracts = Table::new(contract.into_iter().collect());
    centre
}

#[test]
fn eight_weeks_with_bank_and_weekends_keep_every_rule_and_recount() {
    for (interval, weeks) in [(60, 8), (5, 2), (10, 1)] {
        let mut centre = long_centre(interval);
        centre.agents[AgentId(2)].carried.bank_minutes = 700;
        centre.agents[AgentId(2)].carried.weekends = WorkedBefore::last(2);
        let requirement = requirement(&centre, date(7), 7 * weeks);
        let solved = schedule(&centre, &requirement, &limits(), Seed(0), &Unwatched).unwrap();
        assert_eq!(check_roster(&centre, &solved.roster), Vec::new(), "{interval} minutes, {weeks} weeks");
        let recounted = solver_data::check::roster_objective(&centre, &requirement, &solved.roster);
        assert_eq!(solved.objective, recounted as f64);
        assert!(solved.bound <= solved.objective && solved.bound > 0.0);
    }
}

#[test]
fn a_bank_that_cannot_be_kept_is_named_as_the_clash() {
    let mut centre = long_centre(60);
    centre.agents[AgentId(2)].carried.bank_minutes = 4000;
    let requirement = requirement(&centre, date(7), 7);
    let Err(SchedulerError::NoTour { agents }) = schedule(&centre, &requirement, &limits(), Seed(0), &Unwatched) else {
        panic!("4,000 minutes cannot be worked off in a week of at least 1,350");
    };
    assert_eq!(agents.len(), 1);
    assert!(agents[0].conflict.contains("hours bank of -600 to 600 minutes and of -450 to 450 at the settlement"), "{agents:?}");
}

#[test]
fn a_night_shift_that_reaches_in_counts_as_coverage_and_as_rest() {
    let mut centre = centre(60, chrono_tz::UTC);
    let requirement = requirement(&centre, date(14), 7);
    let night = template("night", 1320, 8);
    let grid = Arc::new(PlanningGrid::new(date(7), 7, 60, chrono_tz::UTC).unwrap());
    let shift = |day: u32| {
        let duty = duty(&grid, day as usize, 2, &night);
        shift_of(&centre, &grid, &duty, &[duty.breaks[0].earliest as u32, duty.breaks[1].earliest as u32])
    };
    let before =
        Roster { tours: vec![Tour { agent: AgentId(3), shifts: (2..7).map(shift).collect() }], grid, reaching: Vec::new() };
    let reaching = solver_data::carry_over(&mut centre, &[before], &requirement.grid);
    let agent = &centre.agents[AgentId(3)];
    assert_eq!((agent.days_worked_before, agent.rested_minutes_before), (5, Some(-360)));
    assert_eq!(agent.carried.weekends, WorkedBefore(1));
    assert_eq!(reaching.len(), 1);
    let request = RosterRequest::new(&centre, &requirement).reaching(&reaching);
    let solved = request.solve(&limits(), Seed(0), &Unwatched).unwrap();
    assert_eq!(check_roster(&centre, &solved.roster), Vec::new());
    assert_eq!(solved.objective, solver_data::check::roster_objective(&centre, &requirement, &solved.roster) as f64);
    // From 05:00 to 06:00 nobody else can be there.
    assert_eq!((solved.roster.on_contact(|_| true)[5], solved.shortfall[5]), (1, 0));
}

#[test]
fn a_split_shift_covers_both_halves_and_pays_neither_break() {
    let mut centre = centre(15, chrono_tz::UTC);
    let mut split = template("split", 480, 12);
    split.breaks = vec![solver_data::BreakWindow {
        kind: "split".to_owned(),
        earliest_minute: 240,
        latest_minute: 300,
        length_minutes: 240,
        paid: false,
    }];
    split.paid_minutes = 480;
    let rest = centre.templates.iter().skip(1).cloned();
    centre.templates = Table::new(std::iter::once(split).chain(rest).collect());
    centre.agents[AgentId(1)].latest_minute = None;
    let mut requirement = requirement(&centre, date(21), 7);
    // Two peaks, in the morning and in the evening, and nothing between them
    for pool in &mut requirement.pools {
        for t in 0..pool.scheduled.len() {
            let hour = t / 4 % 24;
            pool.scheduled[t] = u32::from((8..12).contains(&hour) || (16..20).contains(&hour)) * 2;
        }
    }
    let solved = schedule(&centre, &requirement, &limits(), Seed(0), &Unwatched).unwrap();
    assert_eq!(check_roster(&centre, &solved.roster), Vec::new());
    assert_eq!(solved.objective, solver_data::check::roster_objective(&centre, &requirement, &solved.roster) as f64);
    let splits = solved.roster.tours.iter().flat_map(|tour| &tour.shifts).filter(|shift| shift.template == "split");
    let splits: Vec<&Shift> = splits.collect();
    assert!(splits.len() >= 10, "{}", splits.len());
    assert!(splits.iter().all(|shift| shift.paid_minutes == 480 && shift.on_contact().len() == 2));
}
