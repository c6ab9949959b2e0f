use std::sync::Arc;

use chrono::Duration;

use super::super::sample::{centre, day, roster, shift};
use super::*;
use crate::agent::TimeOff;
use crate::grid::PlanningGrid;
use crate::roster::{Shift, Tour};

/// The rules that a change of the sample breaks, each once.
fn rules(change: impl Fn(&mut Centre, &mut Roster)) -> Vec<&'static str> {
    let mut centre = centre();
    let mut roster = roster(&centre);
    change(&mut centre, &mut roster);
    let mut rules: Vec<&str> = check_roster(&centre, &roster).into_iter().map(|violation| violation.rule).collect();
    rules.dedup();
    rules
}

fn first(roster: &mut Roster) -> &mut Shift {
    &mut roster.tours[0].shifts[0]
}

/// Gives the first agent these templates, `-` for a day off.
fn works(roster: &mut Roster, centre: &Centre, templates: &[&str]) {
    let days = templates.iter().enumerate().filter(|(_, template)| **template != "-");
    roster.tours[0].shifts = days.map(|(number, template)| shift(centre, template, day(number as u32), 0)).collect();
}

#[test]
fn a_lawful_roster_has_no_violation() {
    assert!(rules(|_, _| {}).is_empty());
}

#[test]
fn an_agent_works_only_while_employed_and_not_off() {
    assert_eq!(rules(|centre, _| centre.agents[AgentId(0)].from = Some(day(1))), ["employment"]);
    assert_eq!(rules(|centre, _| centre.agents[AgentId(0)].until = Some(day(1))), ["employment"]);
    let off = |centre: &mut Centre| {
        centre.time_off.push(TimeOff { agent: AgentId(0), start: day(2), end: day(4), credited_minutes: None });
    };
    assert_eq!(rules(|centre, _| off(centre)), ["time_off"]);
}

#[test]
fn a_shift_lies_within_the_horizon() {
    assert_eq!(rules(|centre, roster| roster.tours[0].shifts.push(shift(centre, "F8@08:00", day(9), 0))), ["horizon"]);
}

#[test]
fn a_shift_is_its_template_on_a_weekday_and_contract_that_have_it() {
    assert_eq!(rules(|_, roster| first(roster).template = "F9".to_owned()), ["known_template"]);
    assert_eq!(rules(|centre, roster| roster.tours[1].shifts.push(shift(centre, "P4@09:00", day(5), 0))), ["weekday"]);
    assert_eq!(
        rules(|centre, roster| *first(roster) = shift(centre, "P4@09:00", day(0), 0)),
        ["contract_class", "weekly_minutes"]
    );
    assert_eq!(rules(|_, roster| first(roster).start -= Duration::minutes(15)), ["shift_times", "paid_minutes"]);
    assert_eq!(rules(|_, roster| first(roster).paid_minutes += 30), ["paid_minutes"]);
}

#[test]
fn breaks_are_the_template_s_each_in_its_window() {
    let moved = |index: usize, start: i64, end: i64| {
        rules(move |_, roster| {
            let pause = &mut first(roster).breaks[index];
            pause.start += Duration::minutes(start);
            pause.end += Duration::minutes(end);
        })
    };
    assert!(moved(0, 60, 60).is_empty(), "the latest start of the window");
    assert_eq!(moved(0, 75, 75), ["breaks"]);
    assert_eq!(moved(0, -15, -15), ["breaks"]);
    assert_eq!(moved(0, 0, 15), ["breaks"]);
    assert_eq!(rules(|_, roster| drop(first(roster).breaks.remove(0))), ["breaks"]);
    assert_eq!(rules(|_, roster| first(roster).breaks.swap(0, 1)), ["breaks"]);
    assert_eq!(rules(|_, roster| first(roster).breaks[0].paid = false), ["breaks", "paid_minutes"]);
    let overlap = |_: &mut Centre, roster: &mut Roster| {
        let lunch = first(roster).breaks[1].clone();
        first(roster).breaks[0] = crate::roster::Break {
            kind: "rest".to_owned(),
            end: lunch.start + Duration::minutes(15),
            start: lunch.start,
            paid: true,
        };
    };
    assert_eq!(rules(overlap), ["breaks"]);
}

#[test]
fn availability_bounds_the_start_and_the_end() {
    assert_eq!(rules(|centre, _| centre.agents[AgentId(1)].earliest_minute = Some(541)), ["availability"]);
    assert_eq!(rules(|centre, _| centre.agents[AgentId(1)].latest_minute = Some(779)), ["availability"]);
    assert!(rules(|centre, _| centre.agents[AgentId(1)].latest_minute = Some(780)).is_empty());
}

#[test]
fn an_agent_works_one_shift_a_day() {
    let twice = |centre: &mut Centre, roster: &mut Roster| roster.tours[0].shifts.insert(1, shift(centre, "F8@22:00", day(0), 0));
    assert_eq!(rules(twice), ["one_shift_a_day", "minimum_rest"]);
}

#[test]
fn rest_is_due_between_shifts_and_after_the_days_before() {
    assert_eq!(rules(|centre, roster| works(roster, centre, &["F8@14:00", "F8@08:00", "-", "F8@08:00"])), ["minimum_rest"]);
    assert!(rules(|centre, _| centre.agents[AgentId(0)].rested_minutes_before = Some(180)).is_empty());
    assert_eq!(rules(|centre, _| centre.agents[AgentId(0)].rested_minutes_before = Some(179)), ["minimum_rest"]);
}

#[test]
fn rest_is_counted_in_elapsed_time_when_the_clock_changes() {
    let mut centre = centre();
    // 31 March 2024, the night in which Berlin's clock jumps from 2 to 3: 10.5 hours by the clock are 9.5 of sleep.
    let sunday = NaiveDate::from_ymd_opt(2024, 3, 31).unwrap();
    let grid = Arc::new(PlanningGrid::new(sunday - Duration::days(1), 2, 15, centre.zone).unwrap());
    let shifts = vec![shift(&centre, "F8@14:00", sunday - Duration::days(1), 0), shift(&centre, "F8@08:00", sunday, 0)];
    let roster = Roster { grid, tours: vec![Tour { agent: AgentId(0), shifts }], reaching: Vec::new() };
    centre.rules.minimum_rest_minutes = 570;
    let rest: Vec<String> = check_roster(&centre, &roster).into_iter().map(|violation| violation.message).collect();
    assert_eq!(rest, ["510 minutes of rest since the last shift, 570 are due"]);
}

#[test]
fn days_in_a_row_count_those_before_the_horizon() {
    assert!(rules(|centre, _| centre.agents[AgentId(0)].days_worked_before = 3).is_empty());
    assert_eq!(rules(|centre, _| centre.agents[AgentId(0)].days_worked_before = 4), ["consecutive_days"]);
}

#[test]
fn a_week_has_limits_of_days_and_minutes() {
    let six = ["F8@08:00", "F8@08:00", "F8@08:00", "F8@08:00", "F8@08:00", "F8@08:00"];
    assert_eq!(rules(|centre, roster| works(roster, centre, &six)), ["days_per_week", "weekly_minutes"]);
    let five = |centre: &mut Centre, roster: &mut Roster| works(roster, centre, &six[..5]);
    assert!(rules(five).is_empty());
    let by_law = |centre: &mut Centre, roster: &mut Roster| {
        five(centre, roster);
        centre.rules.maximum_weekly_minutes = 2_399;
    };
    assert_eq!(rules(by_law), ["weekly_minutes"]);
    assert_eq!(rules(|centre, roster| works(roster, centre, &six[..2])), ["weekly_minutes"]);
    assert_eq!(rules(|_, roster| drop(roster.tours.remove(1))), ["weekly_minutes"], "an agent without shifts lacks minutes, too");
}

#[test]
fn days_off_and_days_not_employed_lower_the_minimum() {
    let two = ["F8@08:00", "F8@08:00"];
    let off = |credited_minutes| {
        rules(move |centre, roster| {
            works(roster, centre, &two);
            centre.time_off.push(TimeOff { agent: AgentId(0), start: day(3), end: day(4), credited_minutes });
        })
    };
    assert!(off(None).is_empty(), "two fifths of 1440 are 576, so 864 remain");
    assert_eq!(off(Some(200)), ["weekly_minutes"]);
    assert!(off(Some(240)).is_empty());
    let hired = |from| {
        rules(move |centre, roster| {
            roster.tours[0].shifts = vec![shift(centre, "F8@08:00", day(6), 0)];
            centre.agents[AgentId(0)].from = Some(day(from));
        })
    };
    assert!(hired(5).is_empty(), "two sevenths of 1440 are 411");
    assert_eq!(hired(4), ["weekly_minutes"]);
}

#[test]
fn a_week_cut_by_the_horizon_has_no_minimum() {
    assert!(
        rules(|centre, roster| {
            centre.week_start = chrono::Weekday::Thu;
            roster.tours.clear();
        })
        .is_empty()
    );
}

#[test]
fn who_works_may_serve_a_queue() {
    assert_eq!(rules(|centre, _| centre.agents[AgentId(1)].skills.clear()), ["serves_a_queue"]);
}

#[test]
fn tours_belong_to_agents_of_the_centre_one_each() {
    assert_eq!(rules(|_, roster| roster.tours.push(Tour { agent: AgentId(7), shifts: Vec::new() })), ["known_agent"]);
    assert_eq!(rules(|_, roster| roster.tours.push(Tour { agent: AgentId(1), shifts: Vec::new() })), ["known_agent"]);
}

#[test]
fn a_violation_reads_as_a_sentence() {
    let mut centre = centre();
    centre.agents[AgentId(0)].days_worked_before = 4;
    let found = check_roster(&centre, &roster(&centre));
    assert_eq!(found[0].to_string(), "X1 on 2024-06-05: consecutive_days: day 7 in a row, 6 are the most");
}

/// Gives the first agent's contract an hours bank of 20 hours a week with these limits in minutes.
fn bank(centre: &mut Centre, least: i32, most: i32) {
    let mut contracts: Vec<_> = centre.contracts.iter().cloned().collect();
    contracts[0].bank = Some(crate::HoursBank { weekly_minutes: 1_200, least, most, settlement: None });
    centre.contracts = crate::Table::new(contracts);
}

#[test]
fn the_hours_bank_keeps_to_its_limits() {
    // Three shifts of 480 minutes against 1,200 due
    assert!(rules(|centre, _| bank(centre, 0, 240)).is_empty());
    assert_eq!(rules(|centre, _| bank(centre, 0, 239)), ["hours_bank"]);
    let carried = |minutes: i32| {
        move |centre: &mut Centre, _: &mut Roster| {
            bank(centre, -100, 100);
            centre.agents[AgentId(0)].carried.bank_minutes = minutes;
        }
    };
    assert!(rules(carried(-240)).is_empty());
    assert_eq!(rules(carried(0)), ["hours_bank"]);
    // Beyond the limit already, and further beyond it after the week
    assert_eq!(rules(carried(200)), ["hours_bank"]);
    // A day off counts for a fifth of the hours due.
    let with_time_off = |centre: &mut Centre, _: &mut Roster| {
        bank(centre, 0, 479);
        centre.time_off.push(TimeOff { agent: AgentId(0), start: day(4), end: day(4), credited_minutes: None });
    };
    assert_eq!(rules(with_time_off), ["hours_bank"]);
}

#[test]
fn a_settlement_narrows_the_bank() {
    let settled = |least, weeks| {
        move |centre: &mut Centre, _: &mut Roster| {
            bank(centre, -600, 600);
            let mut contracts: Vec<_> = centre.contracts.iter().cloned().collect();
            let period = Some((weeks, day(0)));
            contracts[0].bank.as_mut().unwrap().settlement = Some(crate::Settlement { period, least, most: 300 });
            centre.contracts = crate::Table::new(contracts);
        }
    };
    assert!(rules(settled(240, 1)).is_empty());
    assert_eq!(rules(settled(241, 1)), ["hours_bank"]);
    assert!(rules(settled(241, 2)).is_empty());
}

#[test]
fn weekends_and_sundays_worked_before_the_horizon_are_counted() {
    let weekend = |before: u32, most, of| {
        move |centre: &mut Centre, roster: &mut Roster| {
            centre.rules.weekends = Some(crate::WorkedLimit { most, of });
            centre.agents[AgentId(0)].carried.weekends = crate::WorkedBefore(before);
            works(roster, centre, &["-", "-", "-", "F8@08:00", "-", "F8@08:00", "F8@08:00"]);
        }
    };
    assert!(rules(weekend(0b100, 2, 4)).is_empty());
    assert_eq!(rules(weekend(0b101, 2, 4)), ["weekends_worked"]);
    assert!(rules(weekend(0b1100, 2, 3)).is_empty());
    let sunday = |before: u32| {
        move |centre: &mut Centre, roster: &mut Roster| {
            centre.rules.sundays = Some(crate::WorkedLimit { most: 2, of: 3 });
            centre.agents[AgentId(0)].carried.sundays = crate::WorkedBefore(before);
            works(roster, centre, &["-", "-", "-", "F8@08:00", "F8@08:00", "-", "F8@08:00"]);
        }
    };
    assert!(rules(sunday(0b101)).is_empty());
    assert_eq!(rules(sunday(0b011)), ["sundays_off"]);
}

#[test]
fn a_week_begun_before_the_horizon_counts_as_a_whole() {
    let begun = |days, minutes| {
        move |centre: &mut Centre, _: &mut Roster| {
            centre.week_start = chrono::Weekday::Sun;
            centre.agents[AgentId(0)].carried.week = Some(crate::WeekBefore { days, minutes });
        }
    };
    assert!(rules(begun(1, 480)).is_empty());
    assert_eq!(rules(begun(3, 480)), ["days_per_week"]);
    assert_eq!(rules(begun(1, 961)), ["weekly_minutes"]);
}
