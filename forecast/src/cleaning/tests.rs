use chrono::{NaiveDate, NaiveDateTime};
use solver_data::{Calendar, CalendarEvent, ContactHistory, EventKind};

use crate::cleaning::{HistoryFinding, Oddity, examine};
use crate::fixture::{BANK, ISRAEL, TECHNION, USA, after, date, holidays, lively, made, request, single};
use crate::request::{ForecastRequest, OutlierPolicy};
use crate::stage::forecast;

fn found(history: &ContactHistory, calendar: &Calendar, start: NaiveDate) -> Vec<HistoryFinding> {
    examine(&request(history, calendar, start, 7)).unwrap()
}

/// The lively course with counts changed.
fn changed(days: usize, change: impl Fn(usize, usize, f64) -> Option<f64>) -> ContactHistory {
    let base = lively(days, 40.0);
    made(days, |day, slot| change(day, slot, base.queues[0].records[day * 48 + slot].offered?))
}

fn at(day: usize, hour: u32) -> NaiveDateTime {
    after(day).and_hms_opt(hour, 0, 0).unwrap()
}

#[test]
fn nothing_is_odd_about_a_regular_history() {
    assert_eq!(found(&lively(200, 40.0), &Calendar::default(), after(200)), []);
    assert_eq!(found(&made(60, |_, _| Some(12.0)), &Calendar::default(), after(60)), []);
    assert_eq!(found(&made(60, |_, _| Some(0.0)), &Calendar::default(), after(60)), []);
    assert_eq!(found(&made(3, |_, _| Some(9.0)), &Calendar::default(), after(3)), []);
}

#[test]
fn an_outage_of_hours_is_found_from_its_first_to_its_last_interval() {
    let broken = changed(120, |day, slot, y| Some(if day == 80 && (20..26).contains(&slot) { 0.0 } else { y }));
    let [finding] = &found(&broken, &Calendar::default(), after(120))[..] else { panic!() };
    let Oddity::Outage { start, end, expected, actual } = finding.oddity else { panic!("{finding}") };
    assert_eq!((start, end, actual), (at(80, 10), at(80, 13), 0.0));
    assert!((200.0..320.0).contains(&expected), "{expected}");
    assert!(finding.to_string().starts_with("queue all: 0 contacts from 2024-03-21 10:00 to 13:00 where "), "{finding}");
}

#[test]
fn an_odd_day_is_found_unless_the_calendar_explains_it() {
    let odd = changed(120, |day, _, y| Some(if day == 80 { 2.0 * y } else { y }));
    let [finding] = &found(&odd, &Calendar::default(), after(120))[..] else { panic!() };
    let Oddity::OutlierDay { date, expected, actual, z } = finding.oddity else { panic!("{finding}") };
    assert!(date == after(80) && (1.9..2.1).contains(&(actual / expected)) && z > 5.0, "{finding}");
    let day = after(80);
    let kind = EventKind::Promotion;
    let sale = CalendarEvent { start: day, end: day, kind, name: "sale".into(), queues: Vec::new(), uplift: None };
    assert_eq!(found(&odd, &Calendar { events: vec![sale] }, after(120)), []);
}

#[test]
fn a_burst_within_a_day_and_days_without_rows_are_found() {
    let burst = changed(120, |day, slot, y| Some(if day == 80 && slot == 24 { 6.0 * y } else { y }));
    let [finding] = &found(&burst, &Calendar::default(), after(120))[..] else { panic!() };
    assert!(matches!(finding.oddity, Oddity::OutlierInterval { start, .. } if start == at(80, 12)), "{finding}");
    let hole = changed(120, |day, _, y| (!(70..75).contains(&day)).then_some(y));
    let [finding] = &found(&hole, &Calendar::default(), after(120))[..] else { panic!() };
    assert_eq!(finding.oddity, Oddity::Missing { first: after(70), last: after(74), days: 5 });
}

#[test]
fn a_lasting_step_is_a_level_shift_and_a_slow_rise_is_none() {
    let step = changed(200, |day, _, y| Some(if day >= 90 { 1.4 * y } else { y }));
    let [finding] = &found(&step, &Calendar::default(), after(200))[..] else { panic!() };
    let Oddity::LevelShift { date, ratio } = finding.oddity else { panic!("{finding}") };
    assert!((date - after(90)).num_days().abs() <= 2 && (1.3..1.5).contains(&ratio), "{finding}");
    let rise = changed(200, |day, _, y| Some(y * (1.0 + day as f64 / 200.0)));
    assert_eq!(found(&rise, &Calendar::default(), after(200)), []);
}

#[test]
fn what_is_odd_in_real_histories_is_short_and_real() {
    let bank = found(&single(BANK), &holidays(USA), date(2003, 8, 30));
    let closed = Oddity::SilentHolidays { first: date(2003, 5, 26), last: date(2003, 7, 4), days: 2 };
    let days = Oddity::Missing { first: date(2003, 4, 4), last: date(2003, 4, 7), days: 2 };
    assert_eq!(bank.into_iter().map(|finding| finding.oddity).collect::<Vec<_>>(), [days, closed]);
    let centre = found(&single(TECHNION), &holidays(ISRAEL), date(1999, 11, 6));
    assert!(centre.len() < 25, "{}", centre.len());
    let lines: Vec<String> = centre.iter().map(ToString::to_string).collect();
    assert!(lines[0].contains("1 contacts from 1999-03-08 11:30 to 1999-03-09 00:30"), "{lines:#?}");
}

#[test]
fn a_dead_day_counts_only_where_outliers_are_kept() {
    let dead = changed(120, |day, _, y| Some(if [112, 113, 119].contains(&day) { 0.0 } else { y }));
    let calendar = Calendar::default();
    let total = |history: &ContactHistory, outliers| {
        let asked = ForecastRequest { outliers, ..request(history, &calendar, after(120), 7) };
        forecast(&asked).unwrap().queues[0].mean.iter().sum::<f64>()
    };
    let whole = total(&lively(120, 40.0), OutlierPolicy::DownWeighted);
    approx::assert_relative_eq!(total(&dead, OutlierPolicy::DownWeighted), whole, max_relative = 0.03);
    assert!(total(&dead, OutlierPolicy::Kept) < 0.97 * whole);
}

#[test]
fn three_days_of_a_surge_at_the_end_are_no_level_and_the_fourth_makes_one() {
    let start = after(120);
    let made_with =
        |spikes: usize| made(120, |day, slot| Some(if day >= 120 - spikes { 8.0 } else { 1.0 } * (20 + slot % 7) as f64));
    let total = |history: &ContactHistory, outliers| {
        let calendar = Calendar::default();
        let asked = ForecastRequest { outliers, ..request(history, &calendar, start, 7) };
        forecast(&asked).unwrap().queues[0].mean.iter().sum::<f64>()
    };
    let calm = total(&made_with(0), OutlierPolicy::DownWeighted);
    approx::assert_relative_eq!(total(&made_with(3), OutlierPolicy::DownWeighted), calm, max_relative = 0.05);
    assert!(total(&made_with(3), OutlierPolicy::Kept) > 1.1 * calm);
    assert!(total(&made_with(8), OutlierPolicy::DownWeighted) > 2.0 * calm);
}

#[test]
fn holidays_without_a_row_are_asked_about() {
    let history = made(100, |day, slot| (day != 60 && day != 80).then_some((20 + slot % 7) as f64));
    let holiday = |day| CalendarEvent {
        start: after(day),
        end: after(day),
        kind: EventKind::Holiday,
        name: "Rest".into(),
        queues: Vec::new(),
        uplift: None,
    };
    let calendar = Calendar { events: [60, 80].map(holiday).to_vec() };
    let found = examine(&request(&history, &calendar, after(100), 7)).unwrap();
    let silent = Oddity::SilentHolidays { first: after(60), last: after(80), days: 2 };
    assert!(found.iter().any(|finding| finding.oddity == silent), "{found:?}");
}
