//! An online shop's service centre in Hangzhou: telephone, chat and tickets for gold, silver and ordinary customers.
//!
//! Two years of hours from Monday 30 October 2023 on hold Double 11 twice; the third lies two weeks ahead.

use std::fmt::Write as _;

use chrono::NaiveDate;
use chrono_tz::Asia::Shanghai;
use solver_data::{EventKind, holidays};

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
    ]
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date of the calendar")
}

/// First day that is planned.
fn planned() -> NaiveDate {
    date(2025, 10, 27)
}

// By hour from midnight on: talk peaks before noon and after three, chat again in the evening, tickets follow chat.
const TALK: [f64; 24] =
    [0., 0., 0., 0., 0., 0., 0., 0., 2., 6.4, 9.2, 8.8, 6.2, 6.4, 8.2, 8.8, 8.4, 7.2, 5.8, 5.6, 5.4, 3.0, 0., 0.];
const CHAT: [f64; 24] =
    [0., 0., 0., 0., 0., 0., 0., 0., 3.0, 5.2, 7.0, 7.2, 5.8, 5.8, 6.6, 7.0, 6.8, 6.0, 5.6, 6.6, 8.2, 8.4, 6.4, 4.0];
const MAIL: [f64; 24] =
    [0., 0., 0., 0., 0., 0., 0., 0., 4.4, 8.6, 10.4, 9.6, 6.8, 7.0, 8.4, 8.8, 8.2, 7.0, 5.0, 4.6, 4.4, 4.2, 0., 0.];

const WEEK_OF_TALK: [f64; 7] = [1.14, 1.06, 1.03, 1.01, 1.0, 0.90, 0.86];
const WEEK_OF_CHAT: [f64; 7] = [1.05, 1.0, 0.98, 0.98, 0.99, 1.01, 0.99];
const WEEK_OF_MAIL: [f64; 7] = [1.20, 1.10, 1.05, 1.02, 1.00, 0.84, 0.79];

/// Queues by name, contacts a day, growth, handle time, its course and variation, abandonment.
type Row = (&'static str, f64, f64, (f64, f64, f64), Option<f64>);

const TALKS: [Row; 4] = [
    ("voice_gold", 95.0, 1.08, (310.0, 0.99, 0.8), Some(0.015)),
    ("voice_silver", 190.0, 1.05, (285.0, 0.99, 0.8), Some(0.025)),
    ("voice_ordinary", 610.0, 0.97, (235.0, 1.02, 0.9), Some(0.04)),
    ("voice_complex", 48.0, 1.06, (560.0, 1.03, 0.9), Some(0.03)),
];
const CHATS: [Row; 3] = [
    ("chat_gold", 95.0, 1.16, (500.0, 0.98, 0.7), Some(0.015)),
    ("chat_silver", 190.0, 1.14, (460.0, 0.98, 0.7), Some(0.025)),
    ("chat_ordinary", 800.0, 1.10, (410.0, 0.97, 0.8), Some(0.04)),
];
const MAILS: [Row; 3] = [
    ("email_simple", 190.0, 0.98, (235.0, 0.98, 0.7), None),
    ("ticket_medium", 85.0, 1.04, (480.0, 1.0, 0.8), None),
    ("ticket_complex", 32.0, 1.05, (900.0, 1.02, 0.9), None),
];

fn queues() -> Vec<QueueCourse> {
    let queue = |row: Row, hours, profile, weekdays, noise: ((f64, f64), f64)| QueueCourse {
        name: row.0,
        hours,
        per_day: row.1,
        growth: row.2,
        // A cold, busy winter of shopping; the peak lies in mid-November.
        season: (0.10, 320.0),
        weekdays,
        profile,
        day_noise: noise.0,
        hour_noise: noise.1,
        aht: row.3,
        abandonment: row.4,
    };
    let talk = TALKS.map(|row| queue(row, (9, 21), TALK, WEEK_OF_TALK, ((1.0, 0.04), 0.14)));
    let chat = CHATS.map(|row| queue(row, (8, 24), CHAT, WEEK_OF_CHAT, ((1.2, 0.05), 0.16)));
    let mail = MAILS.map(|row| queue(row, (8, 22), MAIL, WEEK_OF_MAIL, ((0.8, 0.06), 0.18)));
    talk.into_iter().chain(chat).chain(mail).collect()
}

fn course() -> CentreCourse {
    CentreCourse {
        seed: 1111,
        zone: Shanghai,
        first: date(2023, 10, 30),
        days: (728, 7),
        shared_noise: 0.05,
        queues: queues(),
        pulses: pulses(),
        made_up: made_up(),
    }
}

/// Make-up workdays.
fn made_up() -> Vec<NaiveDate> {
    let china = holidays::set("CN").expect("China's holidays are built in");
    let events = china.events().into_iter().filter(|event| event.kind == EventKind::MakeupWorkday);
    events.flat_map(|event| event.start.iter_days().take_while(move |&day| day <= event.end)).collect()
}

/// A row of the calendar: kind, name, queues (empty for all), first and last day.
type Event = (&'static str, &'static str, &'static str, NaiveDate, NaiveDate);

const NO_TICKETS: &str = "voice_gold;voice_silver;voice_ordinary;voice_complex;chat_gold;chat_silver;chat_ordinary";
const TELEPHONE: &str = "voice_gold;voice_silver;voice_ordinary;voice_complex";

fn events() -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for year in [2023, 2024, 2025] {
        events.push(("promotion", "Double 11", "", date(year, 11, 10), date(year, 11, 12)));
        events.push(("promotion", "Returns after Double 11", "", date(year, 11, 13), date(year, 11, 19)));
        events.push(("promotion", "Double 12", "", date(year, 12, 12), date(year, 12, 12)));
    }
    for year in [2024, 2025] {
        events.push(("promotion", "Women's Day", "", date(year, 3, 7), date(year, 3, 8)));
        events.push(("promotion", "618", "", date(year, 6, 17), date(year, 6, 19)));
    }
    for day in [date(2024, 4, 16), date(2024, 9, 10), date(2025, 3, 18), date(2025, 8, 26), date(2025, 11, 25)] {
        events.push(("launch", "Product launch", "", day, day));
    }
    events.push(("outage", "Telephone outage", TELEPHONE, date(2024, 5, 22), date(2024, 5, 22)));
    events.push(("outage", "Chat outage", "chat_gold;chat_silver;chat_ordinary", date(2024, 12, 3), date(2024, 12, 3)));
    events.push(("outage", "Network outage", NO_TICKETS, date(2025, 7, 9), date(2025, 7, 9)));
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

/// Factors on volume and handle time, in order of the queues; abandonment follows the rush by itself.
fn factors(volumes: [f64; 10], handles: [f64; 10]) -> Vec<(f64, f64, f64)> {
    volumes.into_iter().zip(handles).map(|(volume, handle)| (volume, handle, 1.0)).collect()
}

/// First and last hour.
type Hours = (u32, u32);

/// What an event does to a queue: three factors.
type Effect = (f64, f64, f64);

/// What an event does: its hours and factors.
fn effect(name: &str) -> (Hours, Vec<Effect>) {
    let all_day = (0, 24);
    let same = [1.0; 10];
    // The surge asks "where is my order": short, simple contacts of ordinary customers, in chat above all.
    let hurried = [0.96, 0.95, 0.90, 1.04, 0.94, 0.92, 0.85, 0.92, 1.0, 1.05];
    match name {
        "Double 11" => (all_day, factors([1.5, 1.8, 2.3, 1.4, 1.9, 2.3, 3.2, 1.9, 1.5, 1.2], hurried)),
        "Returns after Double 11" => {
            let handles = [1.03, 1.03, 1.04, 1.05, 1.02, 1.02, 1.03, 1.0, 1.06, 1.08];
            (all_day, factors([1.2, 1.25, 1.35, 1.45, 1.2, 1.3, 1.4, 1.5, 1.7, 1.6], handles))
        }
        "Double 12" => (all_day, factors([1.2, 1.3, 1.5, 1.1, 1.3, 1.5, 1.9, 1.4, 1.2, 1.1], hurried)),
        "Women's Day" => (all_day, factors([1.15, 1.15, 1.2, 1.0, 1.2, 1.25, 1.35, 1.15, 1.1, 1.0], same)),
        "618" => (all_day, factors([1.3, 1.45, 1.7, 1.2, 1.5, 1.7, 2.2, 1.5, 1.3, 1.1], hurried)),
        "Product launch" => {
            let handles = [1.06, 1.06, 1.05, 1.08, 1.05, 1.05, 1.04, 1.0, 1.05, 1.05];
            (all_day, factors([1.7, 1.6, 1.5, 1.8, 1.7, 1.6, 1.6, 1.3, 1.3, 1.4], handles))
        }
        "Telephone outage" => ((10, 14), factors([0.1, 0.1, 0.1, 0.1, 1.3, 1.3, 1.3, 1.1, 1.0, 1.0], same)),
        "Chat outage" => ((14, 18), factors([1.3, 1.3, 1.4, 1.0, 0.05, 0.05, 0.05, 1.1, 1.0, 1.0], same)),
        "Network outage" => ((9, 13), factors([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1.0, 1.0, 1.0], same)),
        _ => (all_day, factors(same, same)),
    }
}

/// The events of the calendar and China's holidays.
fn pulses() -> Vec<Pulse> {
    let mut pulses: Vec<Pulse> = events()
        .into_iter()
        .map(|(kind, name, _, start, end)| {
            let (hours, factors) = effect(name);
            Pulse { days: (start, end), hours, decay: if kind == "launch" { Decay::Launch } else { Decay::Even }, factors }
        })
        .collect();
    let china = holidays::set("CN").expect("China's holidays are built in");
    for event in china.events().into_iter().filter(|event| event.kind == EventKind::Holiday) {
        let spring = event.name.contains("Chinese New Year");
        let (talk, chat, mail) = if spring { (0.62, 0.66, 0.50) } else { (0.84, 0.95, 0.74) };
        let volumes = [talk, talk, talk, talk, chat, chat, chat, mail, mail, mail];
        pulses.push(Pulse {
            days: (event.start, event.end),
            hours: (0, 24),
            decay: Decay::Even,
            factors: factors(volumes, [1.0; 10]),
        });
    }
    pulses
}

fn staff() -> Staff {
    let group = |count, contract, level, skills, since| Group { count, contract, level, skills, since };
    Staff {
        seed: 618,
        start: planned(),
        groups: vec![
            group(3, "full_time", "expert", "voice;chat;tickets", (2017, 2020)),
            group(12, "full_time", "senior", "voice", (2018, 2022)),
            group(11, "full_time", "regular", "voice", (2020, 2024)),
            group(8, "full_time", "junior", "voice", (2023, 2025)),
            group(6, "part_time", "junior", "voice", (2023, 2025)),
            group(16, "full_time", "regular", "chat", (2020, 2024)),
            group(6, "part_time", "regular", "chat", (2021, 2024)),
            group(7, "full_time", "junior", "chat", (2023, 2025)),
            group(5, "part_time", "junior", "chat", (2023, 2025)),
            group(6, "full_time", "senior", "tickets", (2018, 2022)),
            group(6, "full_time", "regular", "tickets", (2020, 2024)),
        ],
        earliest: vec![
            (7, "10:00", ""),
            (16, "", "19:00"),
            (33, "13:00", ""),
            (40, "09:30", ""),
            (61, "", "18:00"),
            (72, "", "17:30"),
        ],
        leaves: vec![
            Leave { agent: 9, days: (0, 2), credited: Some(8) },
            Leave { agent: 22, days: (4, 4), credited: Some(8) },
            Leave { agent: 37, days: (0, 6), credited: None },
            Leave { agent: 51, days: (5, 6), credited: None },
            Leave { agent: 60, days: (2, 3), credited: Some(4) },
        ],
        wishes: 26,
        weights: (60, 150),
        absent: 0.055,
    }
}
