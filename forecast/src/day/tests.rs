//! Events learned from few occurrences, through the whole stage.

use chrono::{Datelike, NaiveDate};
use solver_data::{Calendar, CalendarEvent, ContactHistory, EventKind, Seed};

use crate::fixture::{after, date, lively, made, request};
use crate::request::ForecastRequest;
use crate::stage::forecast;

fn event(kind: EventKind, (start, end): (NaiveDate, NaiveDate), name: &str) -> CalendarEvent {
    CalendarEvent { start, end, kind, name: name.into(), queues: Vec::new(), uplift: None }
}

fn day_of(date: NaiveDate) -> usize {
    (date - after(0)).num_days() as usize
}

/// A lively course with a day noise of 4 %, each day times `factor`.
fn course(days: usize, factor: impl Fn(usize) -> f64) -> ContactHistory {
    let base = lively(days, 60.0);
    made(days, |day, slot| {
        let noise = 1.0 + 0.07 * ((Seed(day as u64).stream(99).0 % 1000) as f64 / 500.0 - 1.0);
        Some((base.queues[0].records[day * 48 + slot].offered? * noise * factor(day)).round())
    })
}

/// Day totals of a forecast of `days` days after `history`.
fn totals(history: &ContactHistory, calendar: &Calendar, (start, days): (NaiveDate, u32)) -> Vec<f64> {
    let asked = ForecastRequest { ..request(history, calendar, start, days) };
    let answer = forecast(&asked).unwrap();
    let grid = &answer.grid;
    (0..grid.days()).map(|day| answer.queues[0].mean[grid.day_range(day)].iter().sum()).collect()
}

/// Total of a day without noise or event.
fn usual(day: usize) -> f64 {
    let base = lively(7, 60.0);
    base.queues[0].records[day % 7 * 48..(day % 7 + 1) * 48].iter().filter_map(|record| record.offered).sum()
}

fn double_eleven(year: i32) -> NaiveDate {
    date(year, 11, 11)
}

fn sales(years: &[i32]) -> Calendar {
    let days = years.iter().map(|&year| (double_eleven(year), double_eleven(year)));
    Calendar { events: days.map(|day| event(EventKind::Promotion, day, "Double 11")).collect() }
}

#[test]
fn a_fourfold_sale_is_found_again_after_one_and_after_two_occurrences() {
    let start = date(2026, 11, 9);
    let days = day_of(start);
    for (years, tolerance) in [(&[2024, 2025, 2026][..], 0.15), (&[2025, 2026], 0.3)] {
        for factor in [4.0, 10.0] {
            let surge = |day| if years.iter().any(|&year| day_of(double_eleven(year)) == day) { factor } else { 1.0 };
            let forecast = totals(&course(days, surge), &sales(years), (start, 7));
            approx::assert_relative_eq!(forecast[2], factor * usual(days + 2), max_relative = tolerance);
            approx::assert_relative_eq!(forecast[5], usual(days + 5), max_relative = 0.06);
        }
    }
}

#[test]
fn a_past_surge_does_not_leak_into_ordinary_days() {
    let start = date(2025, 11, 24);
    let days = day_of(start);
    for (kind, factor) in [(EventKind::Promotion, 4.0), (EventKind::Promotion, 10.0), (EventKind::Holiday, 0.2)] {
        let calendar = Calendar { events: vec![event(kind, (double_eleven(2025), double_eleven(2025)), "Double 11")] };
        let with = course(days, |day| if day == day_of(double_eleven(2025)) { factor } else { 1.0 });
        let without = course(days, |_| 1.0);
        let (with, without) = (totals(&with, &calendar, (start, 7)), totals(&without, &calendar, (start, 7)));
        for (with, without) in with.iter().zip(&without) {
            approx::assert_relative_eq!(*with, *without, max_relative = 0.01);
        }
    }
}

#[test]
fn a_feast_of_a_week_that_moves_is_learned_from_one_occurrence() {
    // Seven days off at a fifth of the volume, by the lunar year, on other weekdays each time.
    let feasts = [(date(2024, 2, 10), 8), (date(2025, 1, 29), 7), (date(2026, 2, 17), 7)];
    let span = |(start, days): (NaiveDate, u64)| (start, start + chrono::Days::new(days - 1));
    let (start, days) = (date(2026, 2, 16), day_of(date(2026, 2, 16)));
    for known in [0, 1] {
        let events = feasts[known..].iter().map(|&feast| event(EventKind::Holiday, span(feast), "Spring Festival"));
        let calendar = Calendar { events: events.collect() };
        let off = |day| calendar.events.iter().any(|event| event.covers(after(day)));
        let forecast = totals(&course(days, |day| if off(day) { 0.2 } else { 1.0 }), &calendar, (start, 9));
        let expected: f64 = (1..8).map(|day| 0.2 * usual(days + day)).sum();
        approx::assert_relative_eq!(forecast[1..8].iter().sum::<f64>(), expected, max_relative = 0.25);
    }
}

#[test]
fn a_month_that_moves_is_learned_from_one_occurrence() {
    let ramadan = [(date(2024, 3, 11), date(2024, 4, 9)), (date(2025, 3, 1), date(2025, 3, 29))];
    let calendar = Calendar { events: ramadan.map(|span| event(EventKind::Holiday, span, "Ramadan")).to_vec() };
    let (start, days) = (date(2025, 2, 24), day_of(date(2025, 2, 24)));
    let fasting = |day| ramadan[0].0 <= after(day) && after(day) <= ramadan[0].1;
    let forecast = totals(&course(days, |day| if fasting(day) { 0.6 } else { 1.0 }), &calendar, (start, 35));
    for (day, total) in forecast.iter().enumerate() {
        let factor = if calendar.events[1].covers(after(days + day)) { 0.6 } else { 1.0 };
        approx::assert_relative_eq!(*total, factor * usual(days + day), max_relative = 0.15);
    }
}

#[test]
fn a_launch_decays_as_launches_before_it_did() {
    let launches = [date(2024, 3, 5), date(2024, 5, 15), date(2024, 7, 12), date(2024, 9, 17)];
    let names = ["Phone", "Watch", "Tablet", "Car"];
    let events = launches.iter().zip(names).map(|(&day, name)| event(EventKind::Launch, (day, day), name));
    let calendar = Calendar { events: events.collect() };
    let surge = |day: usize| {
        let since = launches.iter().filter_map(|&launch| day.checked_sub(day_of(launch))).min();
        1.0 + since.map_or(0.0, |days| 2.0 * (-(days as f64) / 1.5).exp())
    };
    let (start, days) = (date(2024, 9, 16), day_of(date(2024, 9, 16)));
    let forecast = totals(&course(days, surge), &calendar, (start, 7));
    for (day, total) in forecast.iter().enumerate().skip(1) {
        approx::assert_relative_eq!(*total, surge(days + day) * usual(days + day), max_relative = 0.15);
    }
}

#[test]
fn a_planners_factor_holds_on_the_days_of_its_event_alone() {
    let (start, days) = (date(2024, 9, 16), day_of(date(2024, 9, 16)));
    let plain = event(EventKind::Promotion, (date(2024, 9, 18), date(2024, 9, 19)), "first of its kind");
    let calendar = Calendar { events: vec![CalendarEvent { uplift: Some(1.8), ..plain }] };
    let history = course(days, |_| 1.0);
    let (with, without) = (totals(&history, &calendar, (start, 7)), totals(&history, &Calendar::default(), (start, 7)));
    for day in 0..7 {
        let factor = if (2..4).contains(&day) { 1.8 } else { 1.0 };
        approx::assert_relative_eq!(with[day], factor * without[day], max_relative = 0.02);
    }
}

#[test]
fn a_worked_saturday_has_a_fridays_course() {
    let (start, days) = (date(2024, 9, 9), day_of(date(2024, 9, 9)));
    assert_eq!(start.weekday(), chrono::Weekday::Mon);
    let saturday = date(2024, 9, 14);
    let calendar = Calendar { events: vec![event(EventKind::MakeupWorkday, (saturday, saturday), "Make-up workday")] };
    let forecast = totals(&course(days, |_| 1.0), &calendar, (start, 7));
    approx::assert_relative_eq!(forecast[5], usual(4), max_relative = 0.08);
}

#[test]
fn an_event_of_every_fourth_year_is_remembered() {
    let cups = [(date(2024, 6, 14), date(2024, 7, 14)), (date(2028, 6, 9), date(2028, 7, 9))];
    let calendar = Calendar { events: cups.map(|span| event(EventKind::Promotion, span, "Cup")).to_vec() };
    let (start, days) = (date(2028, 6, 12), day_of(date(2028, 6, 12)));
    let factor = |day: usize| if calendar.events.iter().any(|event| event.covers(after(day))) { 1.7 } else { 1.0 };
    let forecast = totals(&course(days, factor), &calendar, (start, 7));
    let expected: f64 = (0..7).map(|day| 1.7 * usual(days + day)).sum();
    approx::assert_relative_eq!(forecast.iter().sum::<f64>(), expected, max_relative = 0.08);
}

#[test]
fn a_sale_that_opens_at_midnight_has_its_contacts_at_night_again() {
    let start = date(2026, 11, 9);
    let (days, sale) = (day_of(start), day_of(double_eleven(2025)));
    let usual = course(days, |_| 1.0);
    // Three times the contacts of a day come in the first four hours on top of the usual ones.
    let night = |day: usize, slot: usize| if day == sale && slot < 8 { 3.0 / 8.0 } else { 0.0 };
    let counts = |day: usize, slot: usize| usual.queues[0].records[day * 48 + slot].offered.unwrap();
    let whole = |day: usize| (0..48).map(|slot| counts(day, slot)).sum::<f64>();
    let history = made(days, |day, slot| Some((counts(day, slot) + night(day, slot) * whole(day)).round()));
    let calendar = sales(&[2025, 2026]);
    let answer = forecast(&request(&history, &calendar, start, 7)).unwrap();
    let share = |day: usize| {
        let mean = &answer.queues[0].mean[answer.grid.day_range(day)];
        mean[..8].iter().sum::<f64>() / mean.iter().sum::<f64>()
    };
    assert!(share(2) > 0.6 && share(1) < 0.2 && share(3) < 0.2, "{} {} {}", share(1), share(2), share(3));
}

#[test]
fn an_event_of_one_day_is_learned_from_longer_ones() {
    let days = day_of(date(2025, 11, 9));
    let span = |year, length: u64| (date(year, 11, 11), date(year, 11, 11) + chrono::Days::new(length - 1));
    let past = [span(2023, 3), span(2024, 3)];
    let events = past.into_iter().chain([span(2025, 1)]).map(|span| event(EventKind::Promotion, span, "Double 11"));
    let calendar = Calendar { events: events.collect() };
    let on = |day| past.iter().any(|&(first, last)| first <= after(day) && after(day) <= last);
    let forecast = totals(&course(days, |day| if on(day) { 6.0 } else { 1.0 }), &calendar, (date(2025, 11, 9), 7));
    approx::assert_relative_eq!(forecast[2], 6.0 * usual(days + 2), max_relative = 0.2);
    approx::assert_relative_eq!(forecast[5], usual(days + 5), max_relative = 0.1);
}

#[test]
fn a_launch_by_the_planners_own_factor_decays_after_its_day() {
    let days = day_of(date(2025, 11, 10));
    let launch = CalendarEvent { uplift: Some(3.0), ..event(EventKind::Launch, (date(2025, 11, 10), date(2025, 11, 10)), "New") };
    let history = course(days, |_| 1.0);
    let with = totals(&history, &Calendar { events: vec![launch] }, (date(2025, 11, 10), 7));
    let without = totals(&history, &Calendar::default(), (date(2025, 11, 10), 7));
    let factors: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with / without).collect();
    approx::assert_relative_eq!(factors[0], 3.0, max_relative = 1e-6);
    approx::assert_relative_eq!(factors[1], 3.0_f64.powf((-1.0 / 1.5_f64).exp()), max_relative = 1e-6);
    assert!(factors.windows(2).all(|pair| pair[0] >= pair[1] - 1e-9) && factors[6] < 1.001, "{factors:?}");
}
