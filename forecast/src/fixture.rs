//! Histories for tests: real ones from `tests/data`, and made ones.

use std::sync::Arc;

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveDateTime};
use solver_data::{Calendar, CalendarEvent, ContactHistory, EventKind, IntervalRecord, PlanningGrid, QueueHistory, Seed};

use crate::request::ForecastRequest;

pub(crate) const BANK: &str = include_str!("../tests/data/bank_na_30min.csv");
pub(crate) const TECHNION: &str = include_str!("../tests/data/technion1999_30min.csv");
pub(crate) const TECHNION_QUEUES: &str = include_str!("../tests/data/technion1999_queues_30min_jan_oct.csv");
pub(crate) const USA: &str = include_str!("../tests/data/calendar_usa_2003.csv");
pub(crate) const ISRAEL: &str = include_str!("../tests/data/calendar_israel_1999.csv");

pub(crate) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub(crate) fn record(start: NaiveDateTime, offered: f64) -> IntervalRecord {
    IntervalRecord { start, offered: Some(offered), handled: None, abandoned: None, aht_seconds: None }
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

/// A `timestamp,value` file as the history of one queue in half-hours.
pub(crate) fn single(text: &str) -> ContactHistory {
    let rows = text.lines().skip(1).map(|line| line.split_once(',').unwrap());
    let records = rows.map(|(start, value)| record(at(start), value.parse().unwrap())).collect();
    ContactHistory { interval_minutes: 30, queues: vec![QueueHistory { name: "all".into(), records }] }
}

/// A `timestamp,queue,offered,handled,aht_s` file.
pub(crate) fn several(text: &str) -> ContactHistory {
    let mut queues: Vec<QueueHistory> = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |i: usize| cells[i].parse().ok();
        let row = IntervalRecord {
            start: at(cells[0]),
            offered: number(2),
            handled: number(3),
            abandoned: None,
            aht_seconds: number(4),
        };
        match queues.iter_mut().find(|queue| queue.name == cells[1]) {
            Some(queue) => queue.records.push(row),
            None => queues.push(QueueHistory { name: cells[1].into(), records: vec![row] }),
        }
    }
    ContactHistory { interval_minutes: 30, queues }
}

pub(crate) fn holidays(text: &str) -> Calendar {
    let events = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let day = |i: usize| cells[i].parse::<NaiveDate>().unwrap();
        let (start, end, name) = (day(0), day(1), cells[3].to_owned());
        CalendarEvent { start, end, kind: EventKind::Holiday, name, queues: Vec::new(), uplift: None }
    });
    Calendar { events: events.collect() }
}

/// `days` days of half-hours from Monday 1 January 2024 on, whose count is `count(day, slot)`; `None` leaves the row out.
pub(crate) fn made(days: usize, count: impl Fn(usize, usize) -> Option<f64>) -> ContactHistory {
    let start = date(2024, 1, 1).and_hms_opt(0, 0, 0).unwrap();
    let cells = (0..days * 48).filter_map(|i| Some((i, count(i / 48, i % 48)?)));
    let records = cells.map(|(i, count)| record(start + Duration::minutes(30 * i as i64), count)).collect();
    ContactHistory { interval_minutes: 30, queues: vec![QueueHistory { name: "all".into(), records }] }
}

/// A lively weekday × daytime course with a jitter that repeats from run to run.
pub(crate) fn lively(days: usize, level: f64) -> ContactHistory {
    made(days, |day, slot| {
        let weekday = [1.3, 1.1, 1.0, 0.9, 1.0, 0.4, 0.3][day % 7];
        let hour = 0.15 + (std::f64::consts::PI * slot as f64 / 48.0).sin().powi(2);
        let mixed = Seed(day as u64).stream(slot as u64).0;
        let jitter = 1.0 + 0.06 * ((mixed % 17) as f64 / 8.0 - 1.0);
        Some((level * weekday * hour * jitter).round())
    })
}

pub(crate) fn request<'a>(
    history: &'a ContactHistory,
    calendar: &'a Calendar,
    start: NaiveDate,
    days: u32,
) -> ForecastRequest<'a> {
    ForecastRequest::new(history, calendar, Arc::new(PlanningGrid::new(start, days, 30, chrono_tz::UTC).unwrap()))
}

/// The Monday, or first day, after `days` days of a made history.
pub(crate) fn after(days: usize) -> NaiveDate {
    let day = date(2024, 1, 1) + Days::new(days as u64);
    assert!(day.year() >= 2024);
    day
}
