use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use solver_data::{IntervalRecord, PlanningGrid, QueueHistory};

use crate::fixture::{TECHNION_QUEUES, date, several};
use crate::handle_time::{HandleTimes, handle_time};

fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// `days` days of half-hours from 08:00 to 20:00 with handle time `seconds(day, slot)` and `contacts` contacts each.
fn queue(days: u64, contacts: f64, seconds: impl Fn(u64, u64) -> f64) -> QueueHistory {
    let records = (0..days).flat_map(|day| (16..40).map(move |slot| (day, slot))).map(|(day, slot)| {
        let start = midnight(date(2024, 1, 1) + Days::new(day)) + chrono::Duration::minutes(30 * slot as i64);
        let aht_seconds = Some(seconds(day, slot));
        IntervalRecord { start, offered: Some(contacts), handled: Some(contacts), abandoned: None, aht_seconds }
    });
    QueueHistory { name: "all".into(), records: records.collect() }
}

/// Σ n |forecast - a| / Σ n a over weekly origins from `from` on: ours, and the plain mean of all contacts before.
fn workload_errors(queue: &QueueHistory, from: NaiveDate, weeks: u64) -> (f64, f64) {
    let (mut ours, mut plain, mut work) = (0.0, 0.0, 0.0);
    for week in 0..weeks {
        let origin = midnight(from + Days::new(7 * week));
        let Some(times) = HandleTimes::learned(queue, origin, 30) else { continue };
        let known = |record: &&IntervalRecord| record.aht_seconds.is_some() && record.handled.is_some_and(|n| n > 0.0);
        let (sum, contacts) = queue.before(origin).iter().filter(known).fold((0.0, 0.0), |(sum, contacts), record| {
            let n = record.handled.unwrap();
            (sum + n * record.aht_seconds.unwrap(), contacts + n)
        });
        let end = origin + chrono::Duration::days(7);
        for record in queue.before(end)[queue.before(origin).len()..].iter().filter(known) {
            let (n, a) = (record.handled.unwrap(), record.aht_seconds.unwrap());
            ours += n * (times.at(record.start) - a).abs();
            plain += n * (sum / contacts - a).abs();
            work += n * a;
        }
    }
    (ours / work, plain / work)
}

#[test]
fn real_queues_get_handle_times_at_least_as_good_as_their_plain_mean() {
    let history = several(TECHNION_QUEUES);
    let mut all = (0.0, 0.0);
    for queue in &history.queues {
        for (from, weeks) in [(date(1999, 1, 15), 2), (date(1999, 10, 8), 3)] {
            let (ours, plain) = workload_errors(queue, from, weeks);
            eprintln!("{} from {from}: {ours:.4}, plain mean {plain:.4}", queue.name);
            all = (all.0 + ours, all.1 + plain);
        }
    }
    eprintln!("mean of queues and months: {:.4}, plain mean {:.4}", all.0 / 12.0, all.1 / 12.0);
    assert!(all.0 < 0.985 * all.1, "{all:?}");
}

#[test]
fn mornings_and_weekends_keep_their_own_handle_time() {
    let shape = |day: u64, slot: u64| {
        let weekend = if day % 7 >= 5 { 1.3 } else { 1.0 };
        200.0 * weekend * if slot < 24 { 0.8 } else { 1.1 }
    };
    let mut history = queue(120, 40.0, shape);
    for record in &mut history.records {
        if chrono::Datelike::weekday(&record.start).num_days_from_monday() >= 5 {
            record.offered = Some(25.0);
        }
    }
    let grid = PlanningGrid::new(date(2024, 1, 1) + Days::new(120), 7, 30, chrono_tz::UTC).unwrap();
    let made = handle_time(&history, &grid, &vec![40.0; grid.len()]).unwrap();
    for t in 0..grid.len() {
        let (day, slot) = (120 + (t / 48) as u64, (t % 48) as u64);
        if (16..40).contains(&slot) {
            approx::assert_relative_eq!(made.mean[t], shape(day, slot), max_relative = 0.03);
            assert!(made.sd[t] > 0.0 && made.sd[t] < 0.3 * made.mean[t], "{}", made.sd[t]);
        }
    }
}

#[test]
fn a_call_of_two_hours_bends_nothing() {
    let plain = queue(90, 6.0, |day, slot| 180.0 + ((day * 24 + slot) % 11) as f64 * 8.0);
    let mut odd = plain.clone();
    odd.records[88 * 24 + 3].aht_seconds = Some(7200.0);
    let origin = midnight(date(2024, 1, 1) + Days::new(90));
    let at = |queue: &QueueHistory| {
        HandleTimes::learned(queue, origin, 30).unwrap().at(origin + chrono::Duration::minutes(9 * 60 + 30))
    };
    approx::assert_relative_eq!(at(&plain), at(&odd), max_relative = 0.02);
}

#[test]
fn a_rising_level_is_followed_and_its_trend_dies_away() {
    let rising = queue(140, 60.0, |day, _| 200.0 * 1.005_f64.powf(day as f64 / 7.0));
    let origin = midnight(date(2024, 1, 1) + Days::new(140));
    let times = HandleTimes::learned(&rising, origin, 30).unwrap();
    let noon = origin + chrono::Duration::hours(12);
    let (now, later) = (times.at(noon), times.at(noon + chrono::Duration::days(364)));
    approx::assert_relative_eq!(now, 200.0 * 1.005_f64.powi(20), max_relative = 0.02);
    assert!((1.0..1.10).contains(&(later / now)), "{now} {later}");
    assert!(times.drift(364.0).1 > times.drift(7.0).1);
}

#[test]
fn few_contacts_stay_near_the_mean_of_the_queue() {
    let mut sparse = queue(30, 30.0, |day, slot| 240.0 + 15.0 * ((day * 24 + slot) % 7) as f64 - 45.0);
    sparse.records.push(IntervalRecord {
        start: midnight(date(2024, 1, 30)) + chrono::Duration::hours(23),
        offered: Some(1.0),
        handled: Some(1.0),
        abandoned: None,
        aht_seconds: Some(900.0),
    });
    let origin = midnight(date(2024, 1, 31));
    let times = HandleTimes::learned(&sparse, origin, 30).unwrap();
    assert!(times.at(origin + chrono::Duration::hours(23)) < 260.0);
    let silent = QueueHistory {
        records: sparse.records.iter().map(|record| IntervalRecord { aht_seconds: None, ..record.clone() }).collect(),
        ..sparse
    };
    assert!(HandleTimes::learned(&silent, origin, 30).is_none());
}
