//! A motoring club's breakdown hotline in Germany, staffed around the clock.
//!
//! Two years of hours from Monday 30 October 2023 on, with the nights in which the clocks change.

use std::fmt::Write as _;

use chrono::{Days, Duration, NaiveDate};
use chrono_tz::Europe::Berlin;
use solver_data::holidays;

use super::course::{CentreCourse, Decay, Pulse, QueueCourse};
use super::people::{Group, Leave, Staff};

/// The generated files of the folder, by name.
pub fn files() -> Vec<(&'static str, String)> {
    let (history, actual) = course().files();
    let staff = staff();
    vec![
        ("history.csv", history),
        ("actual.csv", actual),
        ("calendar.csv", calendar()),
        ("agents.csv", staff.agents()),
        ("attendance.csv", staff.attendance()),
        ("time_off.csv", staff.time_off()),
        ("requests.csv", staff.requests()),
        ("roster_before.csv", night_before()),
    ]
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date of the calendar")
}

/// First day that is planned.
fn planned() -> NaiveDate {
    date(2025, 10, 27)
}

// By hour from midnight on: cars fail to start in the morning and on the way home; members ask by day, and write later.
const BREAKDOWN: [f64; 24] =
    [1.7, 1.3, 1.1, 1.0, 1.2, 2.2, 4.2, 6.6, 7.4, 6.4, 5.6, 5.2, 5.0, 5.0, 5.2, 5.8, 6.6, 7.0, 6.0, 4.8, 3.8, 3.0, 2.4, 2.0];
const MEMBER: [f64; 24] =
    [0.9, 0.6, 0.5, 0.4, 0.5, 0.9, 2.0, 4.6, 7.6, 9.0, 9.0, 8.2, 6.4, 6.6, 7.4, 7.4, 6.8, 5.8, 4.4, 3.4, 2.8, 2.2, 1.6, 1.2];
const CLAIM: [f64; 24] =
    [0.8, 0.4, 0.3, 0.3, 0.3, 0.5, 1.4, 4.0, 8.0, 9.6, 9.4, 8.0, 6.4, 7.2, 8.0, 7.6, 6.4, 5.0, 4.0, 3.6, 3.4, 2.6, 1.8, 1.2];

fn queues() -> Vec<QueueCourse> {
    vec![
        QueueCourse {
            name: "breakdown",
            hours: (0, 24),
            per_day: 365.0,
            growth: 1.03,
            // Flat batteries: the peak lies in the second half of January.
            season: (0.16, 20.0),
            weekdays: [1.12, 0.99, 0.97, 0.98, 1.10, 1.00, 0.84],
            profile: BREAKDOWN,
            day_noise: (1.3, 0.06),
            hour_noise: 0.20,
            aht: (285.0, 0.99, 0.8),
            abandonment: Some(0.025),
        },
        QueueCourse {
            name: "membership",
            hours: (0, 24),
            per_day: 470.0,
            growth: 1.01,
            season: (0.08, 190.0),
            weekdays: [1.26, 1.14, 1.08, 1.06, 1.04, 0.78, 0.64],
            profile: MEMBER,
            day_noise: (0.8, 0.05),
            hour_noise: 0.17,
            aht: (330.0, 1.02, 0.9),
            abandonment: Some(0.05),
        },
        QueueCourse {
            name: "claims",
            hours: (0, 24),
            per_day: 150.0,
            growth: 1.06,
            season: (0.06, 210.0),
            weekdays: [1.28, 1.14, 1.06, 1.02, 0.98, 0.80, 0.72],
            profile: CLAIM,
            day_noise: (0.8, 0.07),
            hour_noise: 0.20,
            aht: (430.0, 1.0, 0.9),
            abandonment: None,
        },
    ]
}

fn course() -> CentreCourse {
    CentreCourse {
        seed: 247,
        zone: Berlin,
        first: date(2023, 10, 30),
        days: (728, 7),
        shared_noise: 0.06,
        queues: queues(),
        pulses: pulses(),
        made_up: Vec::new(),
    }
}

/// A row of the calendar: kind, name, queues (empty for all), first and last day.
type Event = (&'static str, &'static str, &'static str, NaiveDate, NaiveDate);

fn events() -> Vec<Event> {
    let mut events: Vec<Event> = vec![
        ("promotion", "Premium statement", "membership", date(2024, 1, 8), date(2024, 1, 12)),
        ("promotion", "Premium statement", "membership", date(2025, 1, 13), date(2025, 1, 17)),
        ("launch", "Club app", "membership;claims", date(2024, 5, 7), date(2024, 5, 7)),
        ("launch", "Club app", "membership;claims", date(2025, 5, 6), date(2025, 5, 6)),
        ("outage", "Telephone outage", "breakdown;membership", date(2024, 8, 14), date(2024, 8, 14)),
        ("outage", "Telephone outage", "breakdown;membership", date(2025, 6, 25), date(2025, 6, 25)),
        ("promotion", "Premium statement", "membership", date(2026, 1, 12), date(2026, 1, 16)),
        ("launch", "Club app", "membership;claims", date(2025, 11, 18), date(2025, 11, 18)),
    ];
    for (start, end) in
        [(date(2024, 1, 17), date(2024, 1, 18)), (date(2024, 11, 21), date(2024, 11, 22)), (date(2025, 2, 13), date(2025, 2, 14))]
    {
        events.push(("promotion", "Black ice", "breakdown", start, end));
    }
    events.sort_by_key(|event| event.3);
    events
}

fn calendar() -> String {
    let mut text = String::from("start,end,kind,name,queues,uplift\n");
    for (kind, name, queues, start, end) in events() {
        let _ = writeln!(text, "{start},{end},{kind},{name},{queues},");
    }
    text
}

/// First and last hour.
type Hours = (u32, u32);

/// What an event does to a queue: three factors.
type Effect = (f64, f64, f64);

/// What an event does: its hours; factors on volume, handle time and abandonment.
fn effect(name: &str) -> (Hours, [Effect; 3]) {
    let same = (1.0, 1.0, 1.0);
    match name {
        "Premium statement" => ((0, 24), [same, (1.45, 1.06, 1.0), same]),
        "Club app" => ((0, 24), [same, (1.55, 1.05, 1.0), (1.25, 1.0, 1.0)]),
        "Telephone outage" => ((13, 17), [(0.1, 1.0, 1.0), (0.1, 1.0, 1.0), same]),
        "Black ice" => ((0, 24), [(1.9, 0.95, 1.0), same, same]),
        _ => ((0, 24), [same; 3]),
    }
}

/// The events of the calendar and Germany's holidays.
fn pulses() -> Vec<Pulse> {
    let mut pulses: Vec<Pulse> = events()
        .into_iter()
        .map(|(kind, name, _, start, end)| {
            let (hours, factors) = effect(name);
            let decay = if kind == "launch" { Decay::Launch } else { Decay::Even };
            Pulse { days: (start, end), hours, decay, factors: factors.to_vec() }
        })
        .collect();
    let germany = holidays::set("DE").expect("Germany's holidays are built in");
    pulses.extend(germany.events().into_iter().map(|event| Pulse {
        days: (event.start, event.end),
        hours: (0, 24),
        decay: Decay::Even,
        factors: vec![(0.96, 1.0, 1.0), (0.60, 1.0, 1.0), (0.66, 1.0, 1.0)],
    }));
    pulses
}

fn staff() -> Staff {
    let group = |count, contract, level, skills, since| Group { count, contract, level, skills, since };
    Staff {
        seed: 112,
        start: planned(),
        groups: vec![
            group(8, "full_time", "senior", "breakdown;membership;claims", (2014, 2019)),
            group(10, "full_time", "regular", "breakdown;membership;claims", (2018, 2023)),
            group(8, "full_time", "regular", "breakdown;membership", (2018, 2024)),
            group(6, "full_time", "junior", "membership;claims", (2023, 2025)),
            group(6, "part_time", "regular", "breakdown;membership", (2018, 2024)),
            group(6, "part_time", "junior", "membership;claims", (2022, 2025)),
            group(4, "night", "regular", "breakdown;membership;claims", (2016, 2023)),
        ],
        earliest: vec![(13, "08:00", ""), (21, "", "18:00"), (35, "", "16:00"), (40, "16:00", "")],
        leaves: vec![
            Leave { agent: 4, days: (0, 4), credited: Some(8) },
            Leave { agent: 19, days: (2, 3), credited: Some(8) },
            Leave { agent: 33, days: (5, 6), credited: None },
            Leave { agent: 38, days: (0, 6), credited: None },
        ],
        wishes: 18,
        weights: (20, 50),
        absent: 0.06,
    }
}

/// The night shifts that reach into the first planned day: agent, skills, minutes from 20:30 to the start.
const NIGHT: [(&str, &str, i64); 5] = [
    ("A02", "breakdown;membership;claims", 60),
    ("A11", "breakdown;membership;claims", 0),
    ("A45", "breakdown;membership;claims", 60),
    ("A46", "breakdown;membership;claims", 120),
    ("A47", "breakdown;membership;claims", 120),
];

/// Stretches of a night shift: minutes from its start, what it is and whether it is paid.
const STRETCHES: [(i64, i64, &str, bool); 7] = [
    (0, 120, "work", true),
    (120, 135, "rest", true),
    (135, 270, "work", true),
    (270, 300, "meal", false),
    (300, 420, "work", true),
    (420, 435, "rest", true),
    (435, 570, "work", true),
];

/// `roster_before.csv`: the roster of the evening before the first planned day.
fn night_before() -> String {
    let date = planned() - Days::new(1);
    let mut text = String::from("agent,shift_date,activity,start,end,paid,queue_or_skill,shift\n");
    for (place, (agent, skills, late)) in NIGHT.into_iter().enumerate() {
        let start = date.and_hms_opt(20, 30, 0).expect("a time of the day") + Duration::minutes(late);
        // Breaks one after the other, so that most are on contact.
        let later = |from: i64| if from == 0 || from == 570 { from } else { from + 15 * (place as i64 % 3) };
        for (from, to, activity, paid) in STRETCHES {
            let (begins, ends) = (start + Duration::minutes(later(from)), start + Duration::minutes(later(to)));
            let serves = if activity == "work" { skills } else { "" };
            let shift = format!("N9@{}", start.format("%H:%M"));
            let _ = writeln!(text, "{agent},{date},{activity},{begins},{ends},{paid},{serves},{shift}");
        }
    }
    text
}
