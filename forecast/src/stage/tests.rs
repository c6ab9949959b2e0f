use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, Timelike};
use solver_data::{Calendar, CalendarEvent, ContactHistory, DemandForecast, EventKind, PlanningGrid, QueueHistory};

use crate::error::ForecastError;
use crate::fixture::{ISRAEL, TECHNION_QUEUES, after, date, holidays, lively, made, record, request, several};
use crate::request::{ForecastRequest, GapPolicy, ModelChoice};
use crate::stage::forecast;

fn event(kind: EventKind, start: NaiveDate, days: u64, name: &str) -> CalendarEvent {
    let end = start + Days::new(days - 1);
    CalendarEvent { start, end, kind, name: name.into(), queues: Vec::new(), uplift: None }
}

fn day_totals(forecast: &DemandForecast) -> Vec<f64> {
    let grid = &forecast.grid;
    (0..grid.days()).map(|day| forecast.queues[0].mean[grid.day_range(day)].iter().sum()).collect()
}

#[test]
fn quarter_hours_sum_to_half_hours_and_the_other_way_is_refused() {
    let half_hours = lively(70, 40.0);
    let quarters = QueueHistory {
        name: "all".into(),
        records: half_hours.queues[0]
            .records
            .iter()
            .flat_map(|whole| {
                let offered = whole.offered.unwrap();
                let second = whole.start + chrono::Duration::minutes(15);
                [record(whole.start, (offered / 2.0).floor()), record(second, (offered / 2.0).ceil())]
            })
            .collect(),
    };
    let quarters = ContactHistory { interval_minutes: 15, queues: vec![quarters] };
    let calendar = Calendar::default();
    let from_halves = forecast(&request(&half_hours, &calendar, after(70), 7)).unwrap();
    let from_quarters = forecast(&request(&quarters, &calendar, after(70), 7)).unwrap();
    assert_eq!(from_halves, from_quarters);
    let fine = Arc::new(PlanningGrid::new(after(70), 7, 15, chrono_tz::UTC).unwrap());
    let error = forecast(&ForecastRequest { grid: fine, ..request(&half_hours, &calendar, after(70), 7) }).unwrap_err();
    assert!(error.to_string().contains("plan in 30 minutes or a multiple"), "{error}");
}

#[test]
fn the_days_on_which_clocks_change_have_23_and_25_hours() {
    let history = made(400, |_, slot| Some(20.0 + slot as f64));
    let calendar = Calendar::default();
    for (start, intervals) in [(date(2024, 3, 31), 46), (date(2024, 10, 27), 50)] {
        let grid = Arc::new(PlanningGrid::new(start, 1, 30, chrono_tz::Europe::Berlin).unwrap());
        let answer = forecast(&ForecastRequest { grid, ..request(&history, &calendar, start, 1) }).unwrap();
        let queue = &answer.queues[0];
        assert_eq!(queue.mean.len(), intervals);
        for (t, mean) in queue.mean.iter().enumerate() {
            let slot = answer.grid.local(t).num_seconds_from_midnight() / 1800;
            approx::assert_relative_eq!(*mean, 20.0 + f64::from(slot), max_relative = 0.02);
        }
    }
}

#[test]
fn closed_slots_are_not_zero_but_closed() {
    let history = made(70, |day, slot| (day % 7 < 5 && (16..40).contains(&slot)).then_some(30.0));
    let calendar = Calendar { events: vec![event(EventKind::Closure, after(72), 1, "stocktaking")] };
    let answer = forecast(&request(&history, &calendar, after(70), 7)).unwrap();
    for t in 0..answer.grid.len() {
        let (day, local) = (answer.grid.day_of(t), answer.grid.local(t));
        let open = day != 2 && local.weekday().num_days_from_monday() < 5 && (8..20).contains(&local.hour());
        assert_eq!(answer.queues[0].open[t], open, "{local}");
        assert_eq!(answer.queues[0].mean[t] > 0.0, open, "{local}");
    }
}

#[test]
fn a_missing_row_is_a_zero_only_where_the_policy_says_so() {
    let sparse = made(84, |day, slot| ((day * 48 + slot) % 2 == day / 7 % 2).then_some(10.0));
    let calendar = Calendar::default();
    let total = |gaps| {
        day_totals(&forecast(&ForecastRequest { gaps, ..request(&sparse, &calendar, after(84), 7) }).unwrap()).iter().sum::<f64>()
    };
    approx::assert_relative_eq!(total(GapPolicy::Unknown), 7.0 * 480.0, max_relative = 0.02);
    approx::assert_relative_eq!(total(GapPolicy::Zero), 7.0 * 240.0, max_relative = 0.05);
}

#[test]
fn an_outage_of_hours_moves_the_forecast_little() {
    let whole = lively(84, 40.0);
    let mut broken = whole.clone();
    for record in &mut broken.queues[0].records {
        if record.start.date() == after(80) && (9..13).contains(&record.start.hour()) {
            record.offered = Some(0.0);
        }
    }
    let calendar = Calendar::default();
    let totals = |history| day_totals(&forecast(&request(history, &calendar, after(84), 7)).unwrap());
    for (whole, broken) in totals(&whole).iter().zip(totals(&broken)) {
        approx::assert_relative_eq!(*whole, broken, max_relative = 0.04);
    }
}

#[test]
fn a_promotion_that_moves_is_found_again() {
    let surge = |day: usize| if (40..43).contains(&day) || (90..93).contains(&day) { 2.5 } else { 1.0 };
    let base = lively(118, 40.0);
    let history = made(118, |day, slot| Some((base.queues[0].records[day * 48 + slot].offered? * surge(day)).round()));
    let promotions = [40, 90, 120].map(|day| event(EventKind::Promotion, after(day), 3, "sale"));
    let with = Calendar { events: promotions.to_vec() };
    let totals = |calendar| day_totals(&forecast(&request(&history, calendar, after(118), 7)).unwrap());
    let (with, without) = (totals(&with), totals(&Calendar::default()));
    assert!((2..5).all(|day| with[day] / without[day] > 1.8), "{with:?} {without:?}");
    approx::assert_relative_eq!(with[0], without[0], max_relative = 0.1);
}

#[test]
fn the_planners_own_factor_is_taken_at_its_word() {
    let history = lively(84, 40.0);
    let plain = Calendar::default();
    let launch = CalendarEvent { uplift: Some(1.5), ..event(EventKind::Launch, after(86), 1, "card") };
    let lifted = Calendar { events: vec![launch] };
    let totals = |calendar| {
        day_totals(
            &forecast(&ForecastRequest {
                model: ModelChoice::Named("day_level_profile".into()),
                ..request(&history, calendar, after(84), 7)
            })
            .unwrap(),
        )
    };
    approx::assert_relative_eq!(totals(&lifted)[2] / totals(&plain)[2], 1.5, max_relative = 0.02);
}

#[test]
fn a_makeup_workday_follows_a_weekday() {
    let history = made(84, |day, slot| (day % 7 < 5 && (16..40).contains(&slot)).then_some(30.0));
    let calendar = Calendar { events: vec![event(EventKind::MakeupWorkday, after(89), 1, "makeup")] };
    let totals = day_totals(&forecast(&request(&history, &calendar, after(84), 7)).unwrap());
    approx::assert_relative_eq!(totals[5], 720.0, max_relative = 0.1);
    assert_eq!(totals[6], 0.0);
}

#[test]
fn a_history_of_three_days_and_a_wrong_model_say_what_would_be_right() {
    let calendar = Calendar::default();
    let short = lively(3, 40.0);
    let error = forecast(&request(&short, &calendar, after(3), 7)).unwrap_err();
    assert_eq!(error.to_string(), "history of queue all spans 3 days before 2024-01-04; at least 7 are needed");
    let long = lively(30, 40.0);
    let named = ModelChoice::Named("prophet".into());
    let error = forecast(&ForecastRequest { model: named, ..request(&long, &calendar, after(30), 7) }).unwrap_err();
    assert!(error.to_string().contains("use one of shiftcast, day_level_profile"), "{error}");
    let error = forecast(&ForecastRequest { levels: vec![80.0], ..request(&long, &calendar, after(30), 7) }).unwrap_err();
    assert!(matches!(error, ForecastError::Level { .. }));
}

#[test]
fn six_real_queues_get_volumes_and_handle_times_of_their_own() {
    let (history, calendar) = (several(TECHNION_QUEUES), holidays(ISRAEL));
    let asked = ForecastRequest { gaps: GapPolicy::Zero, ..request(&history, &calendar, date(1999, 10, 24), 7) };
    let answer = forecast(&asked).unwrap();
    for queue in &answer.queues {
        let expected: f64 = queue.mean.iter().sum();
        let records = &history.queue(&queue.name).unwrap().records;
        let week = |first: NaiveDate| {
            let days = first..first + Days::new(7);
            records.iter().filter(|record| days.contains(&record.start.date())).filter_map(|record| record.offered).sum::<f64>()
        };
        let recent = [date(1999, 10, 10), date(1999, 10, 17)].map(week);
        let (least, most) = (recent[0].min(recent[1]), recent[0].max(recent[1]));
        assert!(0.6 * least < expected && expected < 1.5 * most, "{}: {expected}, weeks before {recent:?}", queue.name);
    }
    let noon_aht = |name: &str| answer.queue(name).unwrap().aht_seconds.as_ref().unwrap()[24];
    assert!(noon_aht("NW") < noon_aht("PS") && noon_aht("PS") < noon_aht("IN"));
}

#[test]
fn the_parts_of_every_open_day_multiply_to_its_total() {
    let calendar = Calendar { events: vec![event(EventKind::Holiday, date(2024, 3, 29), 1, "stocktaking")] };
    let history = lively(400, 60.0);
    let closed = made(120, |day, slot| (day % 7 < 5 && (16..40).contains(&slot)).then_some(30.0));
    for (history, start) in [(&history, date(2024, 3, 28)), (&history, after(400)), (&closed, after(120))] {
        for model in crate::model::names().into_iter().chain([crate::pool::POOL]) {
            let grid = Arc::new(PlanningGrid::new(start, 9, 30, chrono_tz::Europe::Berlin).unwrap());
            let asked =
                ForecastRequest { grid, model: ModelChoice::Named(model.into()), ..request(history, &calendar, start, 9) };
            let answer = forecast(&asked).unwrap();
            let parts = &answer.queues[0].days;
            assert_eq!(parts.len(), 9);
            for (parts, total) in parts.iter().zip(day_totals(&answer)) {
                approx::assert_relative_eq!(parts.total(), total, max_relative = 1e-9, epsilon = 1e-9);
            }
        }
    }
}

#[test]
fn weekday_holiday_and_promotion_each_get_their_own_part() {
    let start = date(2024, 1, 1);
    let promotion = |day: u64| event(EventKind::Promotion, start + Days::new(day), 1, "sale");
    let holiday = |day: u64| event(EventKind::Holiday, start + Days::new(day), 1, "feast");
    let factor = |day: usize| match day {
        40 | 91 | 152 => 2.0,
        65 | 123 | 177 => 0.25,
        _ => 1.0,
    };
    let weekday = |day: usize| if day % 7 < 5 { 1.0 } else { 0.4 };
    let history = made(210, |day, slot| Some((factor(day) * weekday(day) * (20.0 + slot as f64)).round()));
    let calendar =
        Calendar { events: [40, 91, 152, 211].map(promotion).into_iter().chain([65, 123, 177, 213].map(holiday)).collect() };
    let answer = forecast(&request(&history, &calendar, after(210), 7)).unwrap();
    let parts = &answer.queues[0].days;
    assert!((1.6..2.2).contains(&parts[1].event) && (0.9..1.1).contains(&parts[1].calendar), "{:?}", parts[1]);
    assert!((0.2..0.4).contains(&parts[3].calendar) && (0.95..1.05).contains(&parts[3].event), "{:?}", parts[3]);
    let (friday, saturday) = (parts[4], parts[5]);
    approx::assert_relative_eq!(saturday.weekday / friday.weekday, 0.4, max_relative = 0.03);
    approx::assert_relative_eq!(parts[0].level * parts[0].weekday, 48.0 * 43.5, max_relative = 0.1);
}

#[test]
fn a_file_without_rows_of_zero_gets_a_forecast_for_every_interval_that_comes() {
    let history = several(TECHNION_QUEUES);
    let calendar = Calendar::default();
    for queue in history.queues.iter().filter(|queue| queue.records.len() > 500) {
        let alone = ContactHistory { queues: vec![queue.clone()], ..history };
        let answer = forecast(&request(&alone, &calendar, date(1999, 10, 24), 7)).unwrap();
        let grid = &answer.grid;
        let week = queue.records.iter().filter_map(|record| grid.interval_at(record.start)).map(usize::from);
        let (open, rows) = week.fold((0, 0), |(open, rows), t| (open + usize::from(answer.queues[0].open[t]), rows + 1));
        assert!(rows > 30 && open == rows, "{}: {open} of {rows}", queue.name);
    }
}
