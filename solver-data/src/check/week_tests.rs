use super::*;
use crate::week::{WeekBreak, WeekPrices, WeekQueue};

/// One agent, one queue that wants one agent in quarters 32..66 of every day, one shift that covers it but for lunch.
fn week() -> ContactCentreWeek {
    let day: Vec<i64> = (0..96).map(|quarter| i64::from((32..66).contains(&quarter))).collect();
    let lunch = WeekBreak { kind: "lunch".to_owned(), lo: 44, hi: 50, len: 2 };
    let shift = |id: &str, start, end| WeekShift {
        id: id.to_owned(),
        len: "F8".to_owned(),
        start,
        end,
        paid: 480,
        night: end > 96,
        breaks: vec![lunch.clone()],
    };
    ContactCentreWeek {
        name: "one".to_owned(),
        interval_min: 15,
        days: 7,
        queues: vec![WeekQueue { id: "Q".to_owned(), min_tier: 1, req: day.repeat(7) }],
        shifts: vec![shift("day", 32, 66), WeekShift { breaks: Vec::new(), ..shift("night", 88, 122) }],
        agents: vec![WeekAgent {
            id: "A".to_owned(),
            tier: 2,
            contract: "FT".to_owned(),
            lens: vec!["F8".to_owned()],
            min_paid: 2_400,
            max_paid: 2_400,
            max_days: 5,
            max_consec: 5,
            prev_consec: 0,
            min_rest_q: 44,
            rate_cents_h: 2_000,
            no_night: false,
            avail: None,
            holiday: Vec::new(),
            day_off_req: vec![0],
            pref_band: "late".to_owned(),
            worked_last_weekend: true,
        }],
        cost: WeekPrices {
            under_interval: 4_000,
            over_interval: 200,
            pref_band_day: 300,
            day_off_req: 2_500,
            split_days_off: 1_500,
            weekend_again_day: 1_000,
        },
    }
}

fn on(day: usize, shift: usize) -> WeekAssignment {
    WeekAssignment { agent: 0, day, shift, break_starts: if shift == 0 { vec![44] } else { Vec::new() } }
}

fn rules(week: &ContactCentreWeek, roster: &[WeekAssignment]) -> Vec<&'static str> {
    check_week(week, roster).violations.into_iter().map(|violation| violation.rule).collect()
}

#[test]
fn five_day_shifts_are_counted_to_the_cent() {
    let roster: Vec<WeekAssignment> = (0..5).map(|day| on(day, 0)).collect();
    let verdict = check_week(&week(), &roster);
    assert!(verdict.is_feasible(), "{verdict:?}");
    // Five lunches of two quarters and two days of 34 quarters are not covered.
    assert_eq!((verdict.short, verdict.over), (5 * 2 + 2 * 34, 0));
    assert_eq!((verdict.pay, verdict.preference, verdict.requests, verdict.weekend, verdict.split), (80_000, 1_500, 2_500, 0, 0));
    assert_eq!(verdict.objective, 80_000 + 1_500 + 2_500 + 78 * 4_000);
}

#[test]
fn days_off_apart_and_weekends_again_have_their_price() {
    let roster: Vec<WeekAssignment> = [0, 2, 3, 5, 6].into_iter().map(|day| on(day, 0)).collect();
    let verdict = check_week(&week(), &roster);
    assert_eq!((verdict.weekend, verdict.split), (2_000, 1_500));
}

#[test]
fn a_night_shift_on_sunday_covers_monday_morning() {
    let verdict = check_week(&week(), &[on(6, 1)]);
    assert_eq!(verdict.over, 34, "the shift lies outside the wanted hours, on Sunday evening and Monday morning");
    assert_eq!(verdict.short, 7 * 34);
}

#[test]
fn every_rule_is_found() {
    let five: Vec<WeekAssignment> = (0..5).map(|day| on(day, 0)).collect();
    let with = |change: &dyn Fn(&mut ContactCentreWeek, &mut Vec<WeekAssignment>)| {
        let (mut week, mut roster) = (week(), five.clone());
        change(&mut week, &mut roster);
        rules(&week, &roster)
    };
    assert_eq!(with(&|_, roster| roster.push(on(6, 0))), ["paid_minutes", "days_per_week"]);
    assert_eq!(with(&|week, _| week.agents[0].prev_consec = 1), ["consecutive_days"]);
    assert_eq!(with(&|_, roster| roster[1] = on(1, 1)), ["rest"]);
    assert_eq!(with(&|_, roster| roster.push(on(0, 1))), ["two_shifts_a_day"]);
    assert_eq!(with(&|_, roster| roster.push(on(7, 1))), ["known_assignment"]);
    assert_eq!(with(&|week, _| week.agents[0].lens.clear()), ["length_class"; 5]);
    assert_eq!(with(&|week, _| week.agents[0].holiday.push(2)), ["holiday"]);
    assert_eq!(with(&|week, _| week.agents[0].avail = Some((33, 66))), ["availability"; 5]);
    assert_eq!(
        with(&|week, roster| {
            week.agents[0].no_night = true;
            roster[4] = on(4, 1);
        }),
        ["night"]
    );
    assert_eq!(with(&|_, roster| roster[0].break_starts = vec![51]), ["break_window"]);
    assert_eq!(with(&|_, roster| roster[0].break_starts.clear()), ["number_of_breaks"]);
}
