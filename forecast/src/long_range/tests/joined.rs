//! What the long view takes from the interval forecast, the planner's rows and a donor, and what it does not.

use chrono::NaiveTime;
use solver_data::{Donor, DonorVolume, ForecastOverride, OverrideChange};

use super::*;
use crate::long_range::Follower;
use crate::new_queue::{NewQueue, with_new_queue};
use crate::overrides::apply_overrides;

/// Days from `from` on, end exclusive, after the history's last.
fn row(start: NaiveDate, (from, to): (u64, u64), change: OverrideChange) -> ForecastOverride {
    let at = |day: u64| (start + Days::new(day)).and_time(NaiveTime::MIN);
    let (author, reason) = ("Ada".to_owned(), "mailing".to_owned());
    ForecastOverride { queue: None, start: at(from), end: at(to), change, author, reason, expires: None, line: 2 }
}

#[test]
fn an_override_of_the_last_near_days_ends_with_them() {
    let (history, calendar) = (PLAIN.history(|_| 1.0), PLAIN.calendar());
    let start = after(&history);
    let plain = near(&history, &calendar, start);
    let without = outlook(&request(&history, &calendar, &plain)).unwrap();
    for (factor, days) in [(2.0, (14, 28)), (0.5, (10, 28)), (0.0, (20, 22))] {
        let changed = apply_overrides(&plain, &[row(start, days, OverrideChange::Factor(factor))]).forecast;
        let with = outlook(&request(&history, &calendar, &changed)).unwrap();
        for (day, (with, without)) in with.queues[0].daily.iter().zip(&without.queues[0].daily).enumerate() {
            let wanted = if (days.0..days.1).contains(&(day as u64)) { factor * without } else { *without };
            // A day of nothing tells no ratio: days before it stand in.
            let tolerance = if factor > 0.0 || day < 28 { 1e-9 } else { 0.02 };
            approx::assert_relative_eq!(*with, wanted, max_relative = tolerance, epsilon = 1e-9);
        }
    }
}

#[test]
fn overrides_after_the_near_days_change_their_days_and_no_others() {
    let (history, calendar) = (PLAIN.history(|_| 1.0), PLAIN.calendar());
    let start = after(&history);
    let told = near(&history, &calendar, start);
    let asked = request(&history, &calendar, &told);
    let without = outlook(&asked).unwrap().queues.remove(0).daily;
    let with = |rows: &[ForecastOverride]| outlook(&OutlookRequest { overrides: rows, ..asked }).unwrap().queues.remove(0);
    let doubled = with(&[row(start, (20, 42), OverrideChange::Factor(2.0))]).daily;
    for (day, (with, without)) in doubled.iter().zip(&without).enumerate() {
        let factor = if (28..42).contains(&day) { 2.0 } else { 1.0 };
        approx::assert_relative_eq!(*with, factor * without, max_relative = 1e-9);
    }
    // Half of the stretch belongs to the interval forecast, and so do half of the contacts.
    let total = with(&[row(start, (21, 35), OverrideChange::Contacts(8000.0))]).daily;
    approx::assert_relative_eq!(total[28..35].iter().sum::<f64>(), 4000.0, max_relative = 1e-9);
    approx::assert_relative_eq!(total[35..].iter().sum::<f64>(), without[35..].iter().sum::<f64>(), max_relative = 1e-9);
    let mut morning = row(start, (100, 101), OverrideChange::Factor(2.0));
    morning.end = (start + Days::new(100)).and_hms_opt(13, 0, 0).unwrap();
    let lifted = with(&[morning]).daily[100] / without[100];
    assert!((1.4..1.6).contains(&lifted), "{lifted}");
    let sunday = (28..35).find(|&day| (start + Days::new(day)).weekday() == Weekday::Sun).unwrap();
    let idle = with(&[row(start, (sunday, sunday + 1), OverrideChange::Contacts(100.0))]);
    assert!(idle.notes.iter().any(|note| note.contains("override of line 2")), "{:?}", idle.notes);
    assert_eq!(idle.daily, without);
}

#[test]
fn a_queue_that_follows_a_donor_keeps_its_course_and_is_less_sure() {
    let mut history = PLAIN.history(|_| 1.0);
    history.queues[0].name = "main".into();
    let calendar = PLAIN.calendar();
    let start = after(&history);
    let grid = Arc::new(PlanningGrid::new(start, 28, 60, chrono_tz::UTC).unwrap());
    let near_request = ForecastRequest::new(&history, &calendar, grid);
    let donor = Donor { queue: "main".into(), volume: DonorVolume::Share(0.2) };
    let new = NewQueue { name: "card".into(), donor, aht_seconds: Some(300.0), open: None };
    let told = with_new_queue(&near_request, &forecast(&near_request).unwrap(), &new).unwrap();
    let followers = [Follower { queue: "card".into(), donor: "main".into() }];
    let asked = OutlookRequest { followers: &followers, ..request(&history, &calendar, &told) };
    let made = outlook(&asked).unwrap();
    assert_sane(&made);
    let [main, card, all] = &made.queues[..] else { panic!("{:?}", made.queues.len()) };
    assert_eq!((card.name.as_str(), all.name.as_str()), ("card", "all"));
    for (day, main) in main.daily.iter().enumerate() {
        approx::assert_relative_eq!(card.daily[day], 0.2 * main, max_relative = 1e-6);
        approx::assert_relative_eq!(all.daily[day], 1.2 * main, max_relative = 1e-6);
    }
    let width = |queue: &solver_data::QueueOutlook| (queue.periods[3].bands[0].hi / queue.periods[3].bands[0].lo).ln();
    assert!(width(card) > 1.5 * width(main), "{} {}", width(card), width(main));
    assert!(card.notes.iter().any(|note| note.contains("follows main at 20 %")), "{:?}", card.notes);
    assert_eq!(card.periods[6].handle_time.map(|(seconds, _)| seconds.round()), Some(300.0));
    let stray = [Follower { queue: "card".into(), donor: "sales".into() }];
    assert!(
        outlook(&OutlookRequest { followers: &stray, ..asked }).unwrap_err().to_string().contains("queue sales is not forecast")
    );
}

#[test]
fn an_origin_of_the_backtest_knows_no_driver_value_after_it() {
    let orders = |month: u32| [100.0, 60.0, 150.0, 80.0, 120.0][(month / 3 % 5) as usize];
    let month_of = |day: NaiveDate| ((day.year() - 2018) * 12 + day.month0() as i32) as u32;
    let history = PLAIN.history(|day| orders(month_of(day)) / 100.0);
    let calendar = PLAIN.calendar();
    let start = after(&history);
    let told = near(&history, &calendar, start);
    let end = month_of(start.with_day(1).unwrap());
    for rate in [None, Some(0.5)] {
        let scored = |late: f64| {
            let value = |month: u32| if month + 1 >= end { late } else { orders(month) };
            let values = months(FIRST, 60, value, rate);
            let drivers = [Driver { name: "orders".into(), queues: Vec::new(), measure: DriverMeasure::Level, values }];
            let request = OutlookRequest { drivers: &drivers, ..request(&history, &calendar, &told) };
            outlook_backtest(&OutlookBacktest { request, origins: 1 }).unwrap()
        };
        let rows = scored(100.0);
        assert!(rows.iter().any(|row| row.model == "shiftcast" && row.judged == 1), "{rows:?}");
        assert_eq!(rows, scored(1000.0));
    }
}

#[test]
fn rivals_are_judged_on_the_same_months_and_one_without_any_has_no_row() {
    let calendar = Calendar::default();
    for (days, models) in [(300, 2), (800, 3)] {
        let history = crate::fixture::made(days, |_, slot| Some(slot as f64));
        let told = near(&history, &calendar, after(&history));
        let rows = outlook_backtest(&OutlookBacktest { request: request(&history, &calendar, &told), origins: 20 }).unwrap();
        let leads: std::collections::BTreeSet<u32> = rows.iter().map(|row| row.months).collect();
        for lead in leads {
            let own: Vec<_> = rows.iter().filter(|row| row.months == lead).collect();
            assert_eq!(own.len(), models, "{own:?}");
            assert!(own.iter().all(|row| row.judged == own[0].judged), "{own:?}");
        }
    }
}

#[test]
fn outliers_that_are_kept_count_in_the_long_view_as_well() {
    let (history, calendar) = (PLAIN.history(|_| 1.0), PLAIN.calendar());
    let start = after(&history);
    let dead = |day: NaiveDate| (10..16).contains(&(start - day).num_days());
    let history = PLAIN.history(|day| if dead(day) { 0.0 } else { 1.0 });
    let told = near(&history, &calendar, start);
    let asked = request(&history, &calendar, &told);
    let far = |outliers: OutlierPolicy| {
        let made = outlook(&OutlookRequest { outliers, ..asked }).unwrap();
        made.queues[0].daily[200..].iter().sum::<f64>()
    };
    let (kept, light) = (far(OutlierPolicy::Kept), far(OutlierPolicy::DownWeighted));
    assert!(kept < 0.999 * light, "{kept} {light}");
}
