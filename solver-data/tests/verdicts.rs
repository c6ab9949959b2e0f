//! The checkers of benchmark rosters against verdicts of the formats' reference checkers, and, where the shared data
//! stands beside the workspace, the readers against every file of it.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use solver_data::check::{check_nurse, check_week};
use solver_data::io::{parse_history, parse_nurse_rostering, parse_week, read_history, read_model, read_nurse_rostering};
use solver_data::week::WeekAssignment;

#[derive(Deserialize)]
struct WeekCase {
    roster: Vec<(usize, usize, usize, Vec<usize>)>,
    verdict: WeekReference,
}

#[derive(Deserialize)]
struct WeekReference {
    objective: i64,
    pay: i64,
    preference: i64,
    requests: i64,
    weekend: i64,
    split: i64,
    short: i64,
    over: i64,
    violations: usize,
}

#[derive(Deserialize)]
struct NurseCase {
    roster: Vec<Vec<Option<usize>>>,
    violations: usize,
    cost: NurseReference,
}

#[derive(Deserialize)]
struct NurseReference {
    total: i64,
    shift_on: i64,
    shift_off: i64,
    under: i64,
    over: i64,
    short_units: i64,
    over_units: i64,
}

fn source(name: &str, text: &str) -> solver_data::io::SourceText {
    solver_data::io::SourceText::decode(name, text.as_bytes())
}

fn compare_weeks(week: &str, cases: &str) {
    let (week, report) = parse_week(&source("week.json", week));
    let week = week.unwrap_or_else(|| panic!("{report:?}"));
    let cases: Vec<WeekCase> = serde_json::from_str(cases).expect("the verdicts are JSON");
    assert!(cases.len() >= 6);
    for case in cases {
        let assigned = |(agent, day, shift, break_starts)| WeekAssignment { agent, day, shift, break_starts };
        let roster: Vec<WeekAssignment> = case.roster.into_iter().map(assigned).collect();
        let (found, wanted) = (check_week(&week, &roster), case.verdict);
        assert_eq!(
            [found.objective, found.pay, found.preference, found.requests, found.weekend, found.split, found.short, found.over],
            [
                wanted.objective,
                wanted.pay,
                wanted.preference,
                wanted.requests,
                wanted.weekend,
                wanted.split,
                wanted.short,
                wanted.over
            ]
        );
        assert_eq!(found.violations.len(), wanted.violations, "{:?}", found.violations);
    }
}

#[test]
fn weeks_are_judged_as_by_the_reference_checker() {
    compare_weeks(include_str!("data/week_8.json"), include_str!("data/week_8_verdicts.json"));
    compare_weeks(include_str!("data/week_6_nights.json"), include_str!("data/week_6_nights_verdicts.json"));
}

#[test]
fn nurse_rosters_are_judged_as_by_the_reference_checker() {
    let (instance, report) = parse_nurse_rostering(&source("nurses.txt", include_str!("data/nurses_7.txt")));
    let instance = instance.unwrap_or_else(|| panic!("{report:?}"));
    let cases: Vec<NurseCase> = serde_json::from_str(include_str!("data/nurses_7_verdicts.json")).unwrap();
    assert!(cases.len() >= 6);
    for case in cases {
        let (found, wanted) = (check_nurse(&instance, &case.roster), case.cost);
        assert_eq!(
            [found.objective, found.shift_on, found.shift_off, found.under, found.over, found.short_units, found.over_units],
            [wanted.total, wanted.shift_on, wanted.shift_off, wanted.under, wanted.over, wanted.short_units, wanted.over_units]
        );
        assert_eq!(found.violations.len(), case.violations, "{:?}", found.violations);
    }
}

/// Files of a folder of the shared data with an ending; none where the data is absent.
fn shared(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(folder);
    let entries = std::fs::read_dir(&folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    files.sort();
    files
}

#[test]
fn every_shared_instance_and_model_is_read_without_a_finding() {
    let instances = shared("rostering/curtois_qu", ".txt");
    if instances.is_empty() {
        eprintln!("skipped: no shared data beside the workspace");
    }
    for path in instances {
        let (instance, report) = read_nurse_rostering(&path);
        assert!(report.findings.is_empty(), "{report:?}");
        assert!(instance.is_some_and(|instance| instance.cover.len() == instance.horizon * instance.shifts.len()));
    }
    for path in shared("queueing/models", ".json") {
        let (model, report) = read_model(&path);
        assert!(model.is_some() && report.findings.is_empty(), "{report:?}");
    }
}

#[test]
fn every_shared_history_is_read() {
    let histories = [shared("history", "min.csv"), shared("history", "30min_jan_oct.csv")].concat();
    if histories.is_empty() {
        eprintln!("skipped: no shared data beside the workspace");
    }
    for path in histories {
        let (history, report) = read_history(&path, None);
        let history = history.unwrap_or_else(|| panic!("{report:?}"));
        let minutes = if path.to_string_lossy().contains("15min") { 15 } else { 30 };
        assert_eq!(history.interval_minutes, minutes);
        let rows = std::fs::read_to_string(&path).unwrap().lines().count() - 1;
        assert_eq!(history.queues.iter().map(|queue| queue.records.len()).sum::<usize>(), rows);
        assert!(report.findings.len() <= 1, "at most the note on unused columns: {report:?}");
    }
}

#[test]
fn a_history_of_a_year_of_quarters_is_read_in_one_piece() {
    let first = chrono::NaiveDate::from_ymd_opt(2023, 1, 1).unwrap();
    let row = |quarter: u64| {
        let (date, quarter) = (first + chrono::Days::new(quarter / 96), quarter % 96);
        format!("{date} {:02}:{:02}:00,all,{quarter}\n", quarter / 4, quarter % 4 * 15)
    };
    let text = format!("timestamp,queue,offered\n{}", (0..365 * 96).map(row).collect::<Vec<_>>().concat());
    let (history, report) = parse_history(&source("year.csv", &text), None);
    assert_eq!(history.map(|history| (history.interval_minutes, history.queues[0].records.len())), Some((15, 365 * 96)));
    assert!(report.findings.is_empty());
}
