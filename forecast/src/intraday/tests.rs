use chrono::{Duration, NaiveDate, NaiveTime};
use solver_data::{AdjustmentSource, Calendar, Donor, DonorVolume, ForecastOverride, OverrideChange, QueueHistory, Unwatched};

use super::*;
use crate::backtest::BacktestRequest;
use crate::fixture::{BANK, ISRAEL, TECHNION, USA, after, date, holidays, lively, record, request, single};
use crate::new_queue::{NewQueue, with_new_queue};
use crate::overrides::apply_overrides;
use crate::stage::forecast;

/// Counts of a made day up to an hour: the forecast's own means times `ratio`.
fn today(plain: &DemandForecast, ratio: f64, until: u32) -> ContactHistory {
    let known = (0..48).filter(|&t| plain.grid.local(t).time() < NaiveTime::from_hms_opt(until, 0, 0).unwrap());
    let records = known.map(|t| record(plain.grid.local(t), ratio * plain.queues[0].mean[t])).collect();
    ContactHistory { interval_minutes: 30, queues: vec![QueueHistory { name: "all".into(), records }] }
}

fn bank() -> (ContactHistory, Calendar, NaiveDate) {
    (single(BANK), holidays(USA), date(2003, 8, 18))
}

#[test]
fn a_busy_morning_lifts_the_rest_of_the_day_and_leaves_all_else_alone() {
    let (history, calendar, start) = bank();
    let asked = request(&history, &calendar, start, 7);
    let plain = forecast(&asked).unwrap();
    let update = IntradayUpdate::measured(&asked).unwrap();
    let updated = update.update(&plain, &today(&plain, 1.15, 12)).unwrap();
    let (before, now) = (&plain.queues[0], &updated.queues[0]);
    let factor = now.mean[30] / before.mean[30];
    assert!((1.02..1.15).contains(&factor), "{factor}");
    for t in 0..before.mean.len() {
        let wanted = if (24..48).contains(&t) && before.open[t] { factor } else { 1.0 };
        approx::assert_relative_eq!(now.mean[t], before.mean[t] * wanted, max_relative = 1e-12);
        approx::assert_relative_eq!(now.adjustments[0].factor[t], wanted, max_relative = 1e-12);
    }
    let width =
        |queue: &solver_data::QueueForecast, t: usize| (queue.bands[0].hi[t] - queue.bands[0].lo[t]) / queue.mean[t].sqrt();
    assert!(width(now, 30) < 0.97 * width(before, 30), "{} for {}", width(now, 30), width(before, 30));
    assert_eq!(now.adjustments[0].source, AdjustmentSource::Intraday);
    assert!(now.adjustments[0].note.contains("by 12:00"), "{}", now.adjustments[0].note);
    assert!(updated.day_errors.relative_sd(0, 0) < 0.97 * plain.day_errors.relative_sd(0, 0));
    assert_eq!(updated.day_errors.relative_sd(0, 1), plain.day_errors.relative_sd(0, 1));
}

#[test]
fn a_day_as_expected_changes_nothing_but_the_spread() {
    let (history, calendar, start) = bank();
    let asked = request(&history, &calendar, start, 7);
    let plain = forecast(&asked).unwrap();
    let updated = IntradayUpdate::measured(&asked).unwrap().update(&plain, &today(&plain, 1.0, 14)).unwrap();
    for (now, before) in updated.queues[0].mean.iter().zip(&plain.queues[0].mean) {
        approx::assert_relative_eq!(now, before, max_relative = 1e-9);
    }
}

#[test]
fn quarters_of_an_hour_count_once_the_interval_is_whole() {
    let (history, calendar) = (lively(70, 40.0), Calendar::default());
    let asked = request(&history, &calendar, after(70), 7);
    let plain = forecast(&asked).unwrap();
    let update = IntradayUpdate::measured(&asked).unwrap();
    let midnight = after(70).and_time(NaiveTime::MIN);
    let quarters = |number: i64| {
        let start = |k: i64| midnight + Duration::minutes(15 * k);
        let records = (0..number).map(|k| record(start(k), 30.0)).collect();
        ContactHistory { interval_minutes: 15, queues: vec![QueueHistory { name: "all".into(), records }] }
    };
    assert_eq!(update.update(&plain, &quarters(21)), update.update(&plain, &quarters(20)));
    let hourly = ContactHistory { interval_minutes: 60, ..quarters(4) };
    assert!(matches!(update.update(&plain, &hourly), Err(ForecastError::Interval { .. })));
    let nothing = ContactHistory { queues: Vec::new(), ..quarters(4) };
    let error = update.update(&plain, &nothing).unwrap_err();
    assert!(error.to_string().contains("2024-03-11 to 2024-03-17"), "{error}");
}

#[test]
fn a_wild_first_half_hour_is_not_believed() {
    let (history, calendar, start) = bank();
    let asked = request(&history, &calendar, start, 7);
    let plain = forecast(&asked).unwrap();
    let update = IntradayUpdate::measured(&asked).unwrap();
    for ratio in [0.0, 20.0] {
        let updated = update.update(&plain, &today(&plain, ratio, 8)).unwrap();
        let factor = updated.queues[0].mean[30] / plain.queues[0].mean[30];
        assert!((0.6..1.6).contains(&factor), "{ratio}: {factor}");
    }
}

/// Mean over all cuts and days: (without, habit, updated, coverage).
fn judged(text: &str, calendar: &str) -> IntradayAccuracy {
    let (history, calendar) = (single(text), holidays(calendar));
    let asked = BacktestRequest { origins: 8, ..BacktestRequest::new(&history, &calendar) };
    let rows = intraday_backtest(&asked, &Unwatched).unwrap();
    assert!(rows.iter().all(|row| row.days >= 30));
    rows.into_iter().find(|row| row.cut.is_none()).unwrap()
}

#[test]
fn updates_help_on_a_bank_where_the_habit_hurts() {
    let all = judged(BANK, USA);
    assert!(all.wape_updated < 0.995 * all.wape_without, "{all:?}");
    assert!(all.wape_updated < all.wape_habit, "{all:?}");
    assert!((0.70..0.92).contains(&all.coverage80.unwrap()), "{all:?}");
}

#[test]
fn updates_help_on_a_lively_bank_too() {
    let all = judged(TECHNION, ISRAEL);
    assert!(all.wape_updated < 0.99 * all.wape_without && all.wape_without < all.wape_habit, "{all:?}");
    assert!((0.70..0.92).contains(&all.coverage80.unwrap()), "{all:?}");
}

#[test]
fn a_backtest_of_updates_needs_a_history() {
    let (history, calendar) = (lively(5, 40.0), Calendar::default());
    let asked = BacktestRequest { origins: 1, ..BacktestRequest::new(&history, &calendar) };
    assert!(intraday_backtest(&asked, &Unwatched).is_err());
}

#[test]
fn contacts_where_the_planner_left_nobody_say_nothing_of_the_rest() {
    let (history, calendar, start) = bank();
    let asked = request(&history, &calendar, start, 7);
    let update = IntradayUpdate::measured(&asked).unwrap();
    let at = |hour: u32| start.and_hms_opt(hour, 0, 0).unwrap();
    let row = ForecastOverride {
        queue: None,
        start: at(7),
        end: at(10),
        change: OverrideChange::Factor(0.0),
        author: "Ada".into(),
        reason: "closed".into(),
        expires: None,
        line: 2,
    };
    let changed = apply_overrides(&forecast(&asked).unwrap(), &[row]).forecast;
    let records = (0..6).map(|k| record(at(7) + Duration::minutes(30 * k), 10.0)).collect();
    let observed = ContactHistory { interval_minutes: 30, queues: vec![QueueHistory { name: "all".into(), records }] };
    let updated = update.update(&changed, &observed).unwrap();
    assert_eq!((&updated.queues[0].mean, &updated.queues[0].bands), (&changed.queues[0].mean, &changed.queues[0].bands));
    assert_eq!(updated.day_errors.relative_sd(0, 0), changed.day_errors.relative_sd(0, 0));
}

#[test]
fn a_queue_like_its_donor_is_updated_and_one_like_nobody_is_refused() {
    let (history, calendar) = (lively(70, 40.0), Calendar::default());
    let asked = request(&history, &calendar, after(70), 7);
    let donor = Donor { queue: "all".into(), volume: DonorVolume::Share(0.5) };
    let new = NewQueue { name: "card".into(), donor, aht_seconds: None, open: None };
    let plain = with_new_queue(&asked, &forecast(&asked).unwrap(), &new).unwrap();
    let mut observed = today(&plain, 1.3, 12);
    observed.queues[0].name = "card".into();
    observed.queues[0].records.iter_mut().for_each(|row| row.offered = row.offered.map(|y| 0.5 * y));
    let update = IntradayUpdate::measured(&asked).unwrap();
    assert!(matches!(update.update(&plain, &observed), Err(ForecastError::NothingObserved { .. })));
    let updated = update.with_queue_like("card", "all").update(&plain, &observed).unwrap();
    assert_eq!(updated.queues[0], plain.queues[0]);
    assert!(updated.queues[1].adjustments[0].note.contains("by 12:00"), "{:?}", updated.queues[1].adjustments);
}

#[test]
fn a_young_queue_does_not_keep_the_others_from_being_judged() {
    let (mut history, calendar) = (lively(70, 40.0), Calendar::default());
    let young = history.queues[0].records[64 * 48..].to_vec();
    history.queues.push(QueueHistory { name: "young".into(), records: young });
    let asked = BacktestRequest { origins: 1, ..BacktestRequest::new(&history, &calendar) };
    let rows = intraday_backtest(&asked, &Unwatched).unwrap();
    let all = rows.iter().find(|row| row.cut.is_none()).unwrap();
    // Seven days at the eleven cuts of a day that is never closed.
    assert_eq!((all.queue.as_str(), all.days), ("all", 77));
    assert!(rows.iter().all(|row| row.queue == "all"));
}
