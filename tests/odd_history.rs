//! Histories that are short, empty, doubled, too coarse, too old or odd: a clear answer each, never a number that is none.

mod command;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Output;

use chrono::{Duration, NaiveDate, NaiveDateTime};
use command::{Bank, shiftcast, status, stderr, stdout};
use tempfile::TempDir;

/// First day of the made histories, a Monday.
fn first() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2024, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("the day exists")
}

fn day(days: i64) -> String {
    (first() + Duration::days(days)).date().to_string()
}

/// A history file in a folder of its own.
struct History {
    folder: TempDir,
}

impl History {
    /// `days` days in intervals of `minutes`; `cell(day, minute)` is the text of the count.
    fn of(days: i64, minutes: i64, cell: impl Fn(i64, i64) -> String) -> Self {
        let mut text = "timestamp,value\n".to_owned();
        for i in 0..days * 1440 / minutes {
            let at = first() + Duration::minutes(i * minutes);
            writeln!(text, "{},{}", at.format("%Y-%m-%d %H:%M:%S"), cell(i * minutes / 1440, i * minutes % 1440))
                .expect("writing to memory does not fail");
        }
        Self::text(&text)
    }

    fn text(text: &str) -> Self {
        let history = Self { folder: TempDir::new().expect("a folder can be made") };
        std::fs::write(history.path("calls.csv"), text).expect("the file can be written");
        history
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Forecasts a week from the day `start` on.
    fn forecast(&self, start: &str, more: &[&str]) -> Output {
        let path = self.path("calls.csv");
        let mut arguments = vec![
            "--format",
            "csv",
            "forecast",
            "--history",
            path.to_str().expect("the path is text"),
            "--start",
            start,
            "--days",
            "7",
        ];
        arguments.extend(more);
        shiftcast(&arguments)
    }
}

/// A busy day course.
fn busy(minute: i64) -> f64 {
    5.0 + 40.0 * (std::f64::consts::PI * minute as f64 / 1440.0).sin()
}

fn busy_text(_: i64, minute: i64) -> String {
    format!("{:.0}", busy(minute))
}

/// Expected contacts of every row of a forecast that was made; every number in it is finite and not negative.
fn means(output: &Output) -> Vec<f64> {
    assert_eq!(status(output), 0, "{}", stderr(output));
    let table = stdout(output);
    let rows: Vec<Vec<f64>> = table
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',').skip(2).filter(|cell| !cell.is_empty()).map(|cell| cell.parse().expect("cells are numbers")).collect()
        })
        .collect();
    assert!(rows.iter().flatten().all(|number| number.is_finite() && *number >= 0.0), "{table}");
    rows.iter().map(|row| row[0]).collect()
}

/// Expects status 2, nothing on standard output, a hint, and every text on standard error.
fn refused(output: &Output, expected: &[&str]) {
    let told = stderr(output);
    assert_eq!(status(output), 2, "{told}");
    assert!(stdout(output).is_empty());
    for text in expected {
        assert!(told.contains(text), "no {text:?} in:\n{told}");
    }
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn a_queue_without_a_single_contact_is_expected_to_have_none() {
    let expected = means(&History::of(70, 30, |_, _| "0".to_owned()).forecast(&day(70), &[]));
    assert_eq!(expected.len(), 7 * 48);
    assert!(expected.iter().sum::<f64>() < 1.0);
}

#[test]
fn a_week_of_data_is_enough_and_six_days_are_not() {
    let expected = means(&History::of(7, 30, busy_text).forecast(&day(7), &[]));
    assert!((expected[24] - busy(720)).abs() < 10.0, "{}", expected[24]);
    let short = History::of(6, 30, busy_text).forecast(&day(6), &[]);
    refused(&short, &["calls.csv", "spans 6 days", "at least 7", "hint:"]);
}

#[test]
fn a_constant_series_goes_on() {
    let expected = means(&History::of(70, 30, |_, _| "12".to_owned()).forecast(&day(70), &[]));
    assert!(expected.iter().all(|mean| (mean - 12.0).abs() < 0.5), "{expected:?}");
}

#[test]
fn a_week_of_empty_cells_or_of_nan_is_unknown_and_told() {
    for nothing in ["", "NaN"] {
        let history = History::of(70, 30, |day, minute| match day {
            56..63 => nothing.to_owned(),
            _ => busy_text(day, minute),
        });
        let forecast = history.forecast(&day(70), &[]);
        let expected = means(&forecast);
        assert!((expected[24] - busy(720)).abs() < 4.0, "{}", expected[24]);
        let text = format!("no data on 7 open days from {} to {}", day(56), day(62));
        assert!(stderr(&forecast).contains(&text), "{}", stderr(&forecast));
    }
}

#[test]
fn a_day_of_duplicates_is_refused_with_its_lines() {
    let text = std::fs::read_to_string(History::of(30, 30, busy_text).path("calls.csv")).unwrap();
    let doubled: String = text.lines().flat_map(|line| [line, "\n"].repeat(1 + usize::from(line.contains(&day(9))))).collect();
    refused(&History::text(&doubled).forecast(&day(30), &[]), &["calls.csv:435", "hint:"]);
}

#[test]
fn five_minutes_are_summed_to_fifteen_and_hours_are_not_split_into_halves() {
    let fine = History::of(28, 5, busy_text).forecast(&day(28), &["--interval", "15"]);
    let expected = means(&fine);
    assert_eq!(expected.len(), 7 * 96);
    assert!((expected[48] / (3.0 * busy(720)) - 1.0).abs() < 0.1, "{}", expected[48]);
    let coarse = History::of(28, 60, busy_text).forecast(&day(28), &["--interval", "30"]);
    refused(&coarse, &["calls.csv", "intervals of 60 minutes", "plan in 60 minutes or a multiple", "hint:"]);
}

#[test]
fn rows_from_the_start_on_are_not_looked_at_and_that_is_told() {
    let history = History::of(70, 30, busy_text);
    let early = history.forecast(&day(60), &[]);
    means(&early);
    assert!(stderr(&early).contains(&format!("480 rows from {} on are not looked at", day(60))), "{}", stderr(&early));
    refused(&history.forecast(&day(-5), &[]), &["calls.csv", &day(-5), "hint:"]);
}

#[test]
fn a_start_years_after_the_history_is_refused_and_one_a_month_after_is_not() {
    let history = History::of(70, 30, busy_text);
    means(&history.forecast(&day(100), &[]));
    refused(&history.forecast(&day(1000), &[]), &["calls.csv", &format!("ends on {}", day(69)), "--start", "hint:"]);
}

#[test]
fn an_event_of_an_unknown_kind_is_named_with_its_place_and_the_kinds_there_are() {
    let history = History::of(30, 30, busy_text);
    let calendar = history.path("events.csv");
    std::fs::write(&calendar, format!("start,end,kind,name\n{},{},promotoin,sale\n", day(33), day(34))).unwrap();
    let told = history.forecast(&day(30), &["--calendar", calendar.to_str().unwrap()]);
    refused(&told, &["events.csv:2:23", "promotoin", "did you mean `promotion`", "hint:"]);
}

#[test]
fn built_in_holidays_are_named_by_code() {
    let history = History::of(70, 30, busy_text);
    means(&history.forecast(&day(70), &["--holidays", "cn,US"]));
    refused(&history.forecast(&day(70), &["--holidays", "XX"]), &["XX", "BR, CA, CN, DE"]);
}

#[test]
fn an_outage_is_told_and_counts_only_where_it_is_kept() {
    let history = History::of(70, 30, |day, minute| match (day, minute) {
        (68, _) | (65, 600..960) => "0".to_owned(),
        _ => busy_text(day, minute),
    });
    let (usual, kept) = (history.forecast(&day(70), &[]), history.forecast(&day(70), &["--keep-outliers"]));
    assert!(stderr(&usual).contains(&format!("0 contacts from {} 10:00 to 16:00", day(65))), "{}", stderr(&usual));
    let (usual, kept): (f64, f64) = (means(&usual).iter().sum(), means(&kept).iter().sum());
    assert!(kept < 0.99 * usual, "{kept} {usual}");
}

#[test]
fn checking_a_folder_tells_what_looks_odd_in_its_history() {
    let bank = Bank::new();
    let told = stderr(&bank.check());
    assert!(told.contains("no data on"), "{told}");
    assert!(told.lines().filter(|line| line.starts_with("note:")).count() < 40, "{told}");
}
