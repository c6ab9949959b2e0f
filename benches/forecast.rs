//! Forecast stage: fit, selection, intervals of one queue; ids `forecast/operation/size`.

use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use scenarios::forecast::{
    BacktestRequest, ForecastRequest, GapPolicy, Opening, OutlierPolicy, OutlookRequest, backtest, forecast, outlook,
};
use solver_data::{
    Calendar, CalendarEvent, ContactHistory, EventKind, IntervalRecord, OutlookGrain, PlanningGrid, QueueHistory, Seed, Unwatched,
};

const SEED: Seed = Seed(7);
const START: NaiveDate = NaiveDate::from_ymd_opt(2024, 1, 1).expect("the day exists");

fn settings() -> Criterion {
    Criterion::default().sample_size(10).measurement_time(Duration::from_secs(5)).warm_up_time(Duration::from_secs(1))
}

/// A lively queue of `days` days by seed.
fn history(days: u64, interval_minutes: u32) -> ContactHistory {
    let slots = u64::from(1440 / interval_minutes);
    let records = (0..days * slots).map(|i| {
        let (day, slot) = (i / slots, i % slots);
        let weekday = [1.3, 1.1, 1.0, 0.9, 1.0, 0.4, 0.3][(day % 7) as usize];
        let hour = 0.1 + (std::f64::consts::PI * slot as f64 / slots as f64).sin().powi(2);
        let noise = 1.0 + 0.3 * ((SEED.stream(i).0 % 1000) as f64 / 1000.0 - 0.5);
        let at = (START + Days::new(day)).and_hms_opt(0, 0, 0).expect("midnight exists");
        let start = at + chrono::Duration::minutes(i64::from(interval_minutes) * slot as i64);
        let offered = Some((40.0 * weekday * hour * noise).round());
        IntervalRecord { start, offered, handled: offered, abandoned: None, aht_seconds: Some(180.0) }
    });
    let queue = QueueHistory { name: "all".into(), records: records.collect() };
    ContactHistory { interval_minutes, queues: vec![queue] }
}

/// A holiday every five weeks.
fn calendar(days: u64) -> Calendar {
    let holidays = (0..days / 35).map(|k| {
        let day = START + Days::new(35 * k + k % 7 + 10);
        CalendarEvent {
            start: day,
            end: day,
            kind: EventKind::Holiday,
            name: format!("holiday {}", k % 5),
            queues: Vec::new(),
            uplift: None,
        }
    });
    Calendar { events: holidays.collect() }
}

fn week(c: &mut Criterion) {
    let mut group = c.benchmark_group("forecast/week");
    for (size, days, interval) in [("1_year_30min", 365, 30), ("1_year_15min", 365, 15), ("3_years_60min", 1095, 60)] {
        let (history, calendar) = (history(days, interval), calendar(days));
        let grid = Arc::new(PlanningGrid::new(START + Days::new(days), 7, interval, chrono_tz::UTC).expect("the grid lies"));
        let request = ForecastRequest::new(&history, &calendar, grid);
        group.bench_function(BenchmarkId::from_parameter(size), |b| b.iter(|| forecast(&request)));
    }
    group.finish();
}

/// A year of half-hours and four weeks ahead, of one queue and of a hundred.
fn year(c: &mut Criterion) {
    let mut group = c.benchmark_group("forecast/year");
    let (one, calendar) = (history(365, 30), calendar(365));
    let queue = |k: usize| QueueHistory { name: format!("queue {k}"), records: one.queues[0].records.clone() };
    let hundred = ContactHistory { interval_minutes: 30, queues: (0..100).map(queue).collect() };
    let grid = Arc::new(PlanningGrid::new(START + Days::new(365), 28, 30, chrono_tz::UTC).expect("the grid lies"));
    for (size, history) in [("1_queue_30min_28_days", &one), ("100_queues", &hundred)] {
        let request = ForecastRequest::new(history, &calendar, Arc::clone(&grid));
        group.bench_function(BenchmarkId::from_parameter(size), |b| b.iter(|| forecast(&request)));
    }
    group.finish();
}

fn origins(c: &mut Criterion) {
    let (history, calendar) = (history(365, 30), calendar(365));
    let request = BacktestRequest::new(&history, &calendar);
    c.bench_function("forecast/backtest/1_year_30min_8_origins", |b| b.iter(|| backtest(&request, &Unwatched)));
}

/// Eighteen months beyond an interval forecast that stands already.
fn outlook_months(c: &mut Criterion) {
    let mut group = c.benchmark_group("forecast/outlook");
    for (size, days) in [("1_year_18_months", 365), ("3_years_18_months", 1095)] {
        let (history, calendar) = (history(days, 30), calendar(days + 550));
        let grid = Arc::new(PlanningGrid::new(START + Days::new(days), 28, 30, chrono_tz::UTC).expect("the grid lies"));
        let near = forecast(&ForecastRequest::new(&history, &calendar, grid)).expect("the history is long enough");
        let request = OutlookRequest {
            history: &history,
            calendar: &calendar,
            near: &near,
            months: 18,
            grain: OutlookGrain::Month,
            week_start: chrono::Weekday::Mon,
            levels: &[0.80, 0.95],
            drivers: &[],
            changes: &[],
            overrides: &[],
            followers: &[],
            opening: Opening::Learned,
            gaps: GapPolicy::Unknown,
            outliers: OutlierPolicy::default(),
        };
        group.bench_function(BenchmarkId::from_parameter(size), |b| b.iter(|| outlook(&request)));
    }
    group.finish();
}

criterion_group! { name = forecasting; config = settings(); targets = week, year, origins, outlook_months }
criterion_main!(forecasting);
