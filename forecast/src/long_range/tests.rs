mod joined;

use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use solver_data::{
    Calendar, CalendarEvent, ChangeKind, ContactHistory, DemandForecast, Driver, DriverMeasure, DriverValue, EventKind,
    IntervalRecord, Outlook, OutlookGrain, PlannedChange, PlanningGrid, QueueHistory, Seed,
};

use crate::fixture::{BANK, TECHNION_QUEUES, USA, date, holidays, several, single};
use crate::long_range::{OutlookBacktest, OutlookRequest, outlook, outlook_backtest};
use crate::mix::apply_changes;
use crate::request::{ForecastRequest, GapPolicy, Opening, OutlierPolicy};
use crate::stage::forecast;

/// A standard normal number by seed and counter.
fn normal(seed: u64, k: u64) -> f64 {
    let uniform = |j: u64| ((Seed(seed).stream(2 * k + j).0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    (-2.0 * uniform(0).ln()).sqrt() * (std::f64::consts::TAU * uniform(1)).cos()
}

/// A course of years: growth a year, amplitude of the season, level noise a week, contacts a day.
#[derive(Clone, Copy)]
struct Course {
    seed: u64,
    years: u64,
    growth: f64,
    season: f64,
    walk: f64,
    contacts: f64,
}

const PLAIN: Course = Course { seed: 1, years: 4, growth: 0.05, season: 0.12, walk: 0.008, contacts: 600.0 };
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2018, 1, 1).expect("the day exists");

impl Course {
    fn days(self) -> u64 {
        self.years * 365 + self.years / 4
    }

    fn calendar(self) -> Calendar {
        let is_holiday = |date: NaiveDate| [(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)].contains(&(date.month(), date.day()));
        let dates = FIRST.iter_days().take(self.days() as usize + 700).filter(|date| is_holiday(*date));
        let event = |day: NaiveDate| CalendarEvent {
            start: day,
            end: day,
            kind: EventKind::Holiday,
            name: day.format("%m-%d").to_string(),
            queues: Vec::new(),
            uplift: None,
        };
        Calendar { events: dates.map(event).collect() }
    }

    /// Hours from 09:00 to 17:00, closed on Sundays; `factor` of a date comes on top.
    fn history(self, factor: impl Fn(NaiveDate) -> f64) -> ContactHistory {
        let calendar = self.calendar();
        let mut records = Vec::new();
        let mut level = 0.0;
        for d in 0..self.days() {
            let day = FIRST + Days::new(d);
            level += if d % 7 == 0 { self.walk * normal(self.seed, 1_000_000 + d) } else { 0.0 };
            let weekday = [1.3, 1.1, 1.0, 0.95, 1.0, 0.45, 0.0][day.weekday().num_days_from_monday() as usize];
            let angle = std::f64::consts::TAU * f64::from(day.ordinal0()) / 365.25;
            let season = self.season * ((angle - 0.4).cos() + 0.4 * (2.0 * angle + 1.0).sin());
            let holiday = if calendar.on(day, "all").next().is_some() { 0.35 } else { 1.0 };
            let growth = self.growth * d as f64 / 365.25;
            let mean = self.contacts * weekday * holiday * (level + growth + season + 0.05 * normal(self.seed, d)).exp();
            for hour in (9..17).filter(|_| weekday > 0.0) {
                let y = mean * factor(day) / 8.0;
                let count = (y + (1.5 * y).sqrt() * normal(self.seed, 2_000_000 + 24 * d + hour)).max(0.0).round();
                let start = day.and_hms_opt(hour as u32, 0, 0).unwrap();
                let aht_seconds = Some(200.0);
                records.push(IntervalRecord { start, offered: Some(count), handled: Some(count), abandoned: None, aht_seconds });
            }
        }
        ContactHistory { interval_minutes: 60, queues: vec![QueueHistory { name: "all".into(), records }] }
    }
}

fn near(history: &ContactHistory, calendar: &Calendar, start: NaiveDate) -> DemandForecast {
    let grid = Arc::new(PlanningGrid::new(start, 28, history.interval_minutes, chrono_tz::UTC).unwrap());
    forecast(&ForecastRequest::new(history, calendar, grid)).unwrap()
}

fn request<'a>(history: &'a ContactHistory, calendar: &'a Calendar, near: &'a DemandForecast) -> OutlookRequest<'a> {
    OutlookRequest {
        history,
        calendar,
        near,
        months: 18,
        grain: OutlookGrain::Month,
        week_start: Weekday::Mon,
        levels: &[0.80, 0.95],
        drivers: &[],
        changes: &[],
        overrides: &[],
        followers: &[],
        opening: Opening::Learned,
        gaps: GapPolicy::Unknown,
        outliers: OutlierPolicy::default(),
    }
}

fn after(history: &ContactHistory) -> NaiveDate {
    history.last_start().unwrap().date() + Days::new(1)
}

fn day_totals(forecast: &DemandForecast, queue: usize) -> Vec<f64> {
    let grid = &forecast.grid;
    (0..grid.days()).map(|day| forecast.queues[queue].mean[grid.day_range(day)].iter().sum()).collect()
}

fn assert_sane(outlook: &Outlook) {
    for queue in &outlook.queues {
        let sum: f64 = queue.periods.iter().map(|period| period.mean).sum();
        approx::assert_relative_eq!(sum, queue.daily.iter().sum::<f64>(), max_relative = 1e-9, epsilon = 1e-9);
        assert!(queue.daily.iter().all(|mean| mean.is_finite() && *mean >= 0.0), "{}", queue.name);
        assert!(queue.periods.windows(2).all(|pair| pair[0].last + Days::new(1) == pair[1].first));
        for period in &queue.periods {
            let (narrow, wide) = (period.bands[0], period.bands[1]);
            let ends = [0.0, wide.lo, narrow.lo, period.mean, narrow.hi, wide.hi, f64::MAX];
            assert!(ends.windows(2).all(|pair| pair[0] <= pair[1]), "{}: {ends:?}", queue.name);
            approx::assert_relative_eq!(period.parts.mean(), period.mean, max_relative = 1e-9, epsilon = 1e-9);
        }
    }
}

#[test]
fn the_first_weeks_are_the_interval_forecast_and_what_follows_joins_without_a_step() {
    let history = PLAIN.history(|_| 1.0);
    let calendar = PLAIN.calendar();
    let start = after(&history);
    let mut told = near(&history, &calendar, start);
    for queue in &mut told.queues {
        queue.mean.iter_mut().for_each(|mean| *mean *= 1.2);
    }
    let asked = request(&history, &calendar, &told);
    let weekly = outlook(&OutlookRequest { grain: OutlookGrain::Week, week_start: start.weekday(), ..asked }).unwrap();
    let monthly = outlook(&asked).unwrap();
    assert_sane(&weekly);
    assert_sane(&monthly);
    let own = &weekly.queues[0];
    assert_eq!(own.daily, monthly.queues[0].daily);
    for (day, total) in day_totals(&told, 0).iter().enumerate() {
        approx::assert_relative_eq!(own.daily[day], *total, max_relative = 1e-12);
    }
    for week in 0..4 {
        let total: f64 = day_totals(&told, 0)[7 * week..7 * week + 7].iter().sum();
        approx::assert_relative_eq!(own.periods[week].mean, total, max_relative = 1e-12);
    }
    let lift = |week: usize| own.periods[week].parts.near;
    assert!((lift(3) / lift(4) - 1.0).abs() < 0.06, "{} {}", lift(3), lift(4));
    assert!((4..20).all(|week| lift(week + 1) <= lift(week) + 1e-9 && lift(week) >= 1.0), "the lift fades");
    assert!(lift(30) < 1.01);
}

#[test]
fn the_centre_is_the_sum_of_its_queues_and_is_surer_than_they_are() {
    let (one, two) = (PLAIN.history(|_| 1.0), Course { seed: 9, contacts: 250.0, ..PLAIN }.history(|_| 1.0));
    let rename = |history: &ContactHistory, name: &str| QueueHistory { name: name.into(), ..history.queues[0].clone() };
    let history = ContactHistory { interval_minutes: 60, queues: vec![rename(&one, "sales"), rename(&two, "service")] };
    let calendar = PLAIN.calendar();
    let told = near(&history, &calendar, after(&history));
    let made = outlook(&request(&history, &calendar, &told)).unwrap();
    assert_sane(&made);
    assert_eq!(made.queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>(), ["sales", "service", "all"]);
    for month in 0..18 {
        let [sales, service, all] = [0, 1, 2].map(|queue| &made.queues[queue].periods[month]);
        approx::assert_relative_eq!(all.mean, sales.mean + service.mean, max_relative = 1e-9);
        let width = |period: &solver_data::OutlookPeriod| period.bands[0].hi - period.bands[0].lo;
        assert!(width(all) < 1.3 * (width(sales) + width(service)), "{month}");
        assert_eq!(all.handle_time.map(|(seconds, _)| seconds.round()), Some(200.0));
    }
}

#[test]
fn a_months_interval_is_wider_than_independent_weeks_would_make_it_and_widens_with_the_lead() {
    let history = PLAIN.history(|_| 1.0);
    let calendar = PLAIN.calendar();
    let told = near(&history, &calendar, after(&history));
    let asked = request(&history, &calendar, &told);
    let months = outlook(&asked).unwrap();
    let weeks = outlook(&OutlookRequest { grain: OutlookGrain::Week, ..asked }).unwrap();
    let relative = |period: &solver_data::OutlookPeriod| (period.bands[0].hi / period.bands[0].lo).ln();
    let (months, weeks) = (&months.queues[0].periods, &weeks.queues[0].periods);
    let week = weeks.iter().find(|week| week.first >= months[11].first).unwrap();
    assert!(relative(&months[11]) > 1.4 * relative(week) / 4.0_f64.sqrt());
    assert!(relative(&months[11]) < relative(week));
    assert!(relative(&months[17]) > 1.5 * relative(&months[1]));
}

#[test]
fn over_years_it_beats_last_year_and_the_flat_average_and_its_intervals_hold() {
    let courses = [
        PLAIN,
        Course { seed: 2, growth: 0.0, ..PLAIN },
        Course { seed: 3, years: 6, growth: 0.03, season: 0.22, walk: 0.005, ..PLAIN },
        Course { seed: 4, growth: -0.05, contacts: 60.0, ..PLAIN },
        Course { seed: 5, years: 3, ..PLAIN },
    ];
    let mut sums = std::collections::BTreeMap::<(u32, String), (f64, f64, f64, f64)>::new();
    for course in courses {
        let (history, calendar) = (course.history(|_| 1.0), course.calendar());
        let told = near(&history, &calendar, after(&history));
        let origins = 12 * (course.years as u32 - 1) - 6;
        for row in outlook_backtest(&OutlookBacktest { request: request(&history, &calendar, &told), origins }).unwrap() {
            let sum = sums.entry((row.months, row.model)).or_default();
            let judged = row.judged as f64;
            let (narrow, wide) = (row.coverage80.unwrap_or(0.0), row.coverage95.unwrap_or(0.0));
            *sum = (sum.0 + judged, sum.1 + judged * row.wape, sum.2 + judged * narrow, sum.3 + judged * wide);
        }
    }
    let mut inside = (0.0, 0.0, 0.0);
    for ((months, model), (judged, wape, narrow, wide)) in &sums {
        eprintln!("{months:>2} months {model:<15} {:.4} {:.3} {:.3}", wape / judged, narrow / judged, wide / judged);
        if model == "shiftcast" {
            inside = (inside.0 + judged, inside.1 + narrow, inside.2 + wide);
        }
    }
    let wape = |months: u32, model: &str| sums[&(months, model.to_owned())].1 / sums[&(months, model.to_owned())].0;
    for (months, share) in [(3, 0.7), (6, 0.85), (12, 1.02)] {
        let ours = wape(months, "shiftcast");
        assert!(ours < share * wape(months, "seasonal_naive") && ours < 0.8 * wape(months, "flat_average"), "{months}: {ours}");
    }
    let (narrow, wide) = (inside.1 / inside.0, inside.2 / inside.0);
    assert!((0.76..=0.89).contains(&narrow) && (0.92..=0.985).contains(&wide), "{narrow} {wide}");
}

#[test]
fn no_year_of_history_means_no_season_a_note_and_wider_intervals() {
    let (history, calendar) = (single(BANK), holidays(USA));
    let told = near(&history, &calendar, after(&history));
    let made = outlook(&request(&history, &calendar, &told)).unwrap();
    assert_sane(&made);
    let queue = &made.queues[0];
    assert!(queue.notes.iter().any(|note| note.contains("show no yearly season")), "{:?}", queue.notes);
    assert!(queue.periods.iter().all(|period| (period.parts.season - 1.0).abs() < 1e-9));
    assert!(queue.periods[6].bands[0].hi / queue.periods[6].mean > 1.1);
    let long = PLAIN.history(|_| 1.0);
    let calendar = PLAIN.calendar();
    let told = near(&long, &calendar, after(&long));
    let made = outlook(&request(&long, &calendar, &told)).unwrap();
    assert!(made.queues[0].notes.is_empty());
    let peak = made.queues[0].periods.iter().map(|period| period.parts.season).fold(0.0, f64::max);
    assert!(peak > 1.08, "{peak}");
}

#[test]
fn a_holiday_that_moves_lowers_the_month_it_falls_in() {
    let course = PLAIN;
    let plain = course.calendar();
    // A week of holidays that moves between March and April, as Easter does.
    let weeks =
        [(2018, 4, 2), (2019, 4, 22), (2020, 4, 13), (2021, 4, 5), (2022, 3, 14), (2023, 4, 10)].map(|(y, m, d)| date(y, m, d));
    let mut calendar = plain.clone();
    calendar.events.extend(weeks.map(|start| CalendarEvent {
        start,
        end: start + Days::new(5),
        kind: EventKind::Holiday,
        name: "spring".into(),
        queues: Vec::new(),
        uplift: None,
    }));
    let in_week = |day: NaiveDate| weeks.iter().any(|start| *start <= day && day <= *start + Days::new(5));
    let history = course.history(|day| if in_week(day) { 0.4 } else { 1.0 });
    let told = near(&history, &calendar, after(&history));
    let made = outlook(&request(&history, &calendar, &told)).unwrap();
    let part = |year: i32, month: u32| {
        let first = date(year, month, 1);
        made.queues[0].periods.iter().find(|period| period.first == first).unwrap().parts.holidays
    };
    assert!((0.80..0.92).contains(&part(2022, 3)), "{}", part(2022, 3));
    assert!((part(2022, 4) - 1.0).abs() < 0.03, "{}", part(2022, 4));
    assert!((0.80..0.92).contains(&part(2023, 4)) && (part(2023, 3) - 1.0).abs() < 0.03);
}

fn months(from: NaiveDate, number: u32, value: impl Fn(u32) -> f64, contact_rate: Option<f64>) -> Vec<DriverValue> {
    (0..number)
        .map(|month| {
            let first = from + chrono::Months::new(month);
            let last = first + chrono::Months::new(1) - Days::new(1);
            DriverValue { first, last, value: value(month), contact_rate }
        })
        .collect()
}

#[test]
fn a_driver_that_contacts_follow_carries_its_plan_and_one_they_do_not_follow_is_left_out() {
    // Orders jump between 60 and 150 by quarter; planned ones double.
    let orders = |month: u32| if month >= 48 { 200.0 } else { [100.0, 60.0, 150.0, 80.0, 120.0][(month / 3 % 5) as usize] };
    let noise = |month: u32| 100.0 + 40.0 * normal(77, u64::from(month));
    let month_of = |day: NaiveDate| ((day.year() - 2018) * 12 + day.month0() as i32) as u32;
    let history = PLAIN.history(|day| orders(month_of(day)) / 100.0);
    let calendar = PLAIN.calendar();
    let told = near(&history, &calendar, after(&history));
    let driver = |value: &dyn Fn(u32) -> f64| Driver {
        name: "orders".into(),
        queues: Vec::new(),
        measure: DriverMeasure::Level,
        values: months(FIRST, 68, value, None),
    };
    let (true_driver, false_driver) = ([driver(&orders)], [driver(&noise)]);
    let asked = request(&history, &calendar, &told);
    let with = outlook(&OutlookRequest { drivers: &true_driver, ..asked }).unwrap();
    let lifted = with.queues[0].periods[10].parts.drivers;
    assert!((1.6..2.4).contains(&lifted), "{lifted}");
    let plain = PLAIN.history(|_| 1.0);
    let told = near(&plain, &calendar, after(&plain));
    let without = outlook(&OutlookRequest { drivers: &false_driver, ..request(&plain, &calendar, &told) }).unwrap();
    for period in &without.queues[0].periods {
        assert!((period.parts.drivers - 1.0).abs() < 0.06, "{}", period.parts.drivers);
    }
}

#[test]
fn a_stated_contact_rate_adds_the_planned_contacts() {
    let history = PLAIN.history(|_| 1.0);
    let calendar = PLAIN.calendar();
    let told = near(&history, &calendar, after(&history));
    let asked = request(&history, &calendar, &told);
    let start = date(2023, 1, 1);
    let customers = Driver {
        name: "new customers".into(),
        queues: vec!["all".into()],
        measure: DriverMeasure::Level,
        values: months(start, 6, |_| 5000.0, Some(0.2)),
    };
    let (with, without) = (outlook(&OutlookRequest { drivers: &[customers], ..asked }).unwrap(), outlook(&asked).unwrap());
    for (with, without) in with.queues[0].periods.iter().zip(&without.queues[0].periods) {
        let added = if with.first >= start { 1000.0 } else { 0.0 };
        approx::assert_relative_eq!(with.mean - without.mean, added, max_relative = 0.01, epsilon = 1.0);
    }
}

#[test]
fn a_planned_deflection_lowers_the_months_after_it_and_the_first_weeks_once() {
    let history = PLAIN.history(|_| 1.0);
    let calendar = PLAIN.calendar();
    let start = after(&history);
    let change = PlannedChange {
        start: start + Days::new(10),
        kind: ChangeKind::Deflection { share: 0.2, aht_ratio: 0.5 },
        queues: Vec::new(),
        ramp_days: 0,
        reason: "app".into(),
    };
    let plain = near(&history, &calendar, start);
    let mut changed = plain.clone();
    apply_changes(&mut changed, std::slice::from_ref(&change));
    let without = outlook(&request(&history, &calendar, &plain)).unwrap();
    let changes = [change];
    let with = outlook(&OutlookRequest { changes: &changes, ..request(&history, &calendar, &changed) }).unwrap();
    for (day, (with, without)) in with.queues[0].daily.iter().zip(&without.queues[0].daily).enumerate() {
        let factor = if day < 10 { 1.0 } else { 0.8 };
        approx::assert_relative_eq!(*with, factor * without, max_relative = 1e-6, epsilon = 1e-6);
    }
    let (aht, _) = with.queues[0].periods[6].handle_time.unwrap();
    approx::assert_relative_eq!(aht, 200.0 * 0.9 / 0.8, max_relative = 0.01);
}

#[test]
fn odd_histories_give_finite_outlooks_and_wrong_requests_a_mend() {
    let calendar = Calendar::default();
    let course = |days: usize, count: &dyn Fn(usize, usize) -> Option<f64>| crate::fixture::made(days, count);
    for (what, history) in [
        ("nothing ever", course(400, &|_, _| Some(0.0))),
        ("one week", course(7, &|_, slot| Some(slot as f64))),
        ("constant", course(800, &|_, _| Some(3.0))),
        ("ending in zeros", course(500, &|day, slot| Some(if day < 300 { slot as f64 } else { 0.0 }))),
        ("a hole of a year", course(900, &|day, slot| (!(200..565).contains(&day)).then_some(slot as f64))),
    ] {
        let told = near(&history, &calendar, after(&history));
        let made = outlook(&request(&history, &calendar, &told)).unwrap();
        assert_sane(&made);
        assert!(made.queues[0].daily.iter().sum::<f64>() < 548.0 * 48.0 * 60.0, "{what}");
    }
    let history = course(70, &|_, _| Some(3.0));
    let told = near(&history, &calendar, after(&history));
    let error = outlook(&OutlookRequest { months: 0, ..request(&history, &calendar, &told) }).unwrap_err();
    assert_eq!(error.to_string(), "an outlook of 0 months is not made; ask for 1 to 60");
}

#[test]
fn six_real_queues_with_a_hole_of_months_add_up() {
    let (history, calendar) = (several(TECHNION_QUEUES), Calendar::default());
    let told = near(&history, &calendar, after(&history));
    let made = outlook(&request(&history, &calendar, &told)).unwrap();
    assert_sane(&made);
    assert_eq!(made.queues.len(), 7);
}

#[test]
fn a_holiday_that_never_had_a_row_is_a_day_off_and_one_in_a_hole_of_the_history_is_not() {
    let off = |day: usize| day % 60 == 30;
    let hole = 200..300;
    let start = date(2024, 1, 1);
    let event = |day: usize, name: &str| {
        let start = start + Days::new(day as u64);
        CalendarEvent { start, end: start, kind: EventKind::Holiday, name: name.into(), queues: Vec::new(), uplift: None }
    };
    let mut events: Vec<CalendarEvent> = (0..700).filter(|&day| off(day)).map(|day| event(day, "rest")).collect();
    events.extend([event(250, "fair"), event(600, "fair")]);
    let calendar = Calendar { events };
    let history = crate::fixture::made(500, |day, slot| (!off(day) && !hole.contains(&day)).then_some(slot as f64));
    let told = near(&history, &calendar, after(&history));
    let made = outlook(&request(&history, &calendar, &told)).unwrap();
    let daily = &made.queues[0].daily;
    assert_eq!(daily[570 - 500], 0.0);
    assert!(daily[571 - 500] > 900.0);
    let fair = event(600, "fair");
    let alone = Calendar { events: vec![event(250, "fair"), fair] };
    let made = outlook(&request(&history, &alone, &told)).unwrap();
    assert!(made.queues[0].daily[600 - 500] > 900.0);
}
