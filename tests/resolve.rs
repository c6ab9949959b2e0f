//! A roster solved again, and a horizon that follows a roster: as a planner does both on the command line.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its results has failed")]

mod command;

use std::path::PathBuf;
use std::process::Output;

use command::{Bank, START, shiftcast, status, stderr, stdout};
use serde_json::Value;

/// Schedules the bank from `start` with few iterations into a file beside it.
fn schedule(bank: &Bank, start: &str, out: &str, more: &[&str]) -> Output {
    let (dir, out) = (bank.dir(), bank.beside(out));
    let arguments = ["schedule", dir.to_str().unwrap(), "--start", start, "-o", out.to_str().unwrap(), "--iterations", "20"];
    shiftcast(&[&arguments[..], more].concat())
}

fn solved(bank: &Bank, start: &str, out: &str, more: &[&str]) -> Value {
    let output = schedule(bank, start, out, &[more, &["--format", "json"]].concat());
    assert!([0, 3].contains(&status(&output)), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn path(bank: &Bank, name: &str) -> String {
    bank.beside(name).to_str().unwrap().to_owned()
}

fn rows(path: PathBuf) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn a_re_solve_changes_what_it_must_and_keeps_what_is_pinned() {
    let bank = Bank::new();
    solved(&bank, START, "roster.csv", &[]);
    let roster = path(&bank, "roster.csv");
    let same = solved(&bank, START, "same.csv", &["--from", &roster]);
    assert_eq!(
        (&same["shifts_moved"], &same["shifts_added"], &same["shifts_dropped"]),
        (&0.into(), &0.into(), &0.into()),
        "{same}"
    );
    assert_eq!(same["change_cost"], 0);
    // A06 falls sick from Tuesday on; Sunday and Monday are over.
    let off = bank.read("time_off.csv") + "A06,1999-10-26,1999-10-30,\n";
    bank.write("time_off.csv", off.as_bytes());
    let changes = path(&bank, "changes.csv");
    let frozen = ["--from", &roster, "--frozen-until", "1999-10-26T06:00", "--changes", &changes];
    let cheap = solved(&bank, START, "cheap.csv", &[&frozen[..], &["--change-price", "0"]].concat());
    let priced = solved(&bank, START, "priced.csv", &frozen);
    let count = |record: &Value| -> i64 {
        ["shifts_moved", "shifts_added", "shifts_dropped"].iter().map(|name| record[name].as_i64().unwrap()).sum()
    };
    assert!(count(&priced) <= count(&cheap), "{priced} {cheap}");
    assert!(count(&priced) >= 1 && priced["changes_forced"].as_i64().unwrap() >= 1, "{priced}");
    let total = priced["objective"].as_f64().unwrap();
    let apart = priced["objective_without_changes"].as_f64().unwrap() + priced["change_cost"].as_f64().unwrap();
    assert!((total - apart).abs() < 1e-6 && priced["lower_bound"].as_f64().unwrap() <= total, "{priced}");
    let listed = rows(bank.beside("changes.csv"));
    assert!(listed.iter().all(|row| row[1].as_str() >= "1999-10-26"), "{listed:?}");
    assert!(listed.iter().filter(|row| row[0] == "A06").all(|row| row[2] == "dropped" && row[3] == "true"));
    assert!(rows(bank.beside("priced.csv")).iter().all(|row| row[0] != "A06" || row[1].as_str() < "1999-10-26"));
    let pinned = schedule(&bank, START, "no.csv", &["--from", &roster, "--pin", "A06", "--pin", "A99"]);
    assert_eq!(status(&pinned), 2);
    assert!(stderr(&pinned).contains("`A99` is no agent"), "{}", stderr(&pinned));
    let pinned = schedule(&bank, START, "no.csv", &["--from", &roster, "--pin", "A06"]);
    assert_eq!(status(&pinned), 2);
    let told = stderr(&pinned);
    assert!(told.contains("agent A06") && told.contains("time_off") && told.contains("let go of the pin"), "{told}");
    assert!(!bank.beside("no.csv").exists());
}

#[test]
fn an_edited_roster_with_an_error_is_refused_with_its_place() {
    let bank = Bank::new();
    solved(&bank, START, "roster.csv", &[]);
    let text = std::fs::read_to_string(bank.beside("roster.csv")).unwrap();
    let line = text.lines().nth(1).unwrap().to_owned();
    let code = line.split(',').next().unwrap();
    let broken = text.replacen(&line, &line.replacen(code, "A77", 1), 1);
    std::fs::write(bank.beside("broken.csv"), broken).unwrap();
    let output = schedule(&bank, START, "no.csv", &["--from", &path(&bank, "broken.csv")]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("broken.csv:2:1"), "{}", stderr(&output));
}

#[test]
fn a_week_follows_the_one_before_with_what_its_agents_bring_along() {
    let bank = Bank::new();
    bank.edit("centre.toml", "weekly_hours = [36, 40]\nmaximum_days = 5", 
        "weekly_hours = [28, 44]\nmaximum_days = 5\nbank = { weekly_hours = 37, limits = [-6, 6], settle = [-2, 2], settle_weeks = 2, settle_from = \"1999-10-24\" }");
    bank.edit("centre.toml", "minimum_rest_hours = 11", "minimum_rest_hours = 11\nweekends_worked = { most = 1, of = 2 }");
    solved(&bank, START, "first.csv", &[]);
    let first = path(&bank, "first.csv");
    solved(&bank, "1999-10-31", "second.csv", &["--after", &first]);
    let dir = bank.dir();
    let check = |roster: &str, after: &[&str]| {
        let arguments = ["check", dir.to_str().unwrap(), "--roster", roster];
        shiftcast(&[&arguments[..], after].concat())
    };
    let second = path(&bank, "second.csv");
    let checked = check(&second, &["--after", &first]);
    assert_eq!(status(&checked), 0, "{}{}", stdout(&checked), stderr(&checked));
    // Nobody works on both weekends, Friday and Saturday.
    let worked = |name: &str, days: [&str; 2]| -> std::collections::BTreeSet<String> {
        rows(bank.beside(name)).into_iter().filter(|row| days.contains(&row[1].as_str())).map(|row| row[0].clone()).collect()
    };
    let (before, after) = (worked("first.csv", ["1999-10-29", "1999-10-30"]), worked("second.csv", ["1999-11-05", "1999-11-06"]));
    assert!(!before.is_empty() && !after.is_empty() && before.is_disjoint(&after), "{before:?} {after:?}");
    // Over the two weeks of the reference period each full-time agent is paid 74 hours, two more or less.
    let paid = |name: &str, agent: &str| -> i64 {
        let time = |cell: &str| chrono::NaiveDateTime::parse_from_str(cell, "%Y-%m-%d %H:%M:%S").unwrap();
        let own = rows(bank.beside(name)).into_iter().filter(|row| row[0] == agent && row[5] == "true");
        own.map(|row| (time(&row[4]) - time(&row[3])).num_minutes()).sum()
    };
    for agent in ["A01", "A02", "A04"] {
        let total = paid("first.csv", agent) + paid("second.csv", agent);
        assert!((72 * 60..=76 * 60).contains(&total), "{agent}: {total}");
    }
    let past = check(&path(&bank, "second.csv"), &["--after", &second]);
    assert_eq!(status(&past), 2, "a roster does not come before itself");
}
