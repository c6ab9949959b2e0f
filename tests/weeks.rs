//! Horizons and people that are not the plain case: two weeks, a Monday start, a hire within the week, an interruption,
//! an edited roster.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its results has failed")]

mod command;

use command::{Bank, START, listing, shiftcast, status, stderr, stdout};

fn verified(bank: &Bank, out: &str) {
    let roster = bank.beside(out).join("roster.csv");
    let checked = shiftcast(&["check", bank.dir().to_str().unwrap(), "--roster", roster.to_str().unwrap()]);
    assert_eq!(status(&checked), 0, "{}{}", stdout(&checked), stderr(&checked));
}

fn plan_from(bank: &Bank, start: &str, weeks: &str) {
    let (dir, out) = (bank.dir(), bank.beside("week"));
    let arguments = ["plan", dir.to_str().unwrap(), "--start", start, "--weeks", weeks, "-o", out.to_str().unwrap()];
    let planned = shiftcast(&[&arguments[..], &["--iterations", "20", "--rounds", "1", "--replications", "4"]].concat());
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
}

#[test]
fn two_weeks_are_planned_and_unknown_days_are_not_taken_for_empty_ones() {
    let bank = Bank::new();
    plan_from(&bank, START, "2");
    verified(&bank, "week");
    let page = std::fs::read_to_string(bank.beside("week").join("report.html")).unwrap();
    assert!(page.contains("actual known for 7 of 14 days"), "the week without records is not told apart");
}

#[test]
fn a_plan_may_start_on_any_weekday() {
    let bank = Bank::new();
    plan_from(&bank, "1999-10-25", "1");
    verified(&bank, "week");
}

#[test]
fn agents_may_come_and_go_within_the_week() {
    let bank = Bank::new();
    bank.edit(
        "agents.csv",
        "A20,full_time,junior,banking;english,1998-11-01,",
        "A20,full_time,junior,banking;english,1999-10-27,",
    );
    bank.edit("agents.csv", "A22,part_time,junior,banking,1998-12-06,", "A22,part_time,junior,banking,1998-12-06,1999-10-26");
    let planned = bank.plan("week", &[]);
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    verified(&bank, "week");
    let roster = std::fs::read_to_string(bank.beside("week").join("roster.csv")).unwrap();
    let days = |agent: &str| -> Vec<String> {
        roster.lines().filter(|line| line.starts_with(agent)).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect()
    };
    assert!(days("A20,").iter().all(|day| day.as_str() >= "1999-10-27"));
    assert!(days("A22,").iter().all(|day| day.as_str() <= "1999-10-26"));
}

#[test]
fn an_edited_roster_is_checked_with_the_rule_it_breaks() {
    let bank = Bank::new();
    let planned = bank.plan("week", &[]);
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    let path = bank.beside("week").join("roster.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    // Everything agent A01 works is taken away: the contract's least hours are missed.
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("A01,")).collect();
    assert!(without.len() < text.lines().count());
    std::fs::write(&path, without.join("\n") + "\n").unwrap();
    let checked = shiftcast(&["check", bank.dir().to_str().unwrap(), "--roster", path.to_str().unwrap(), "--format", "json"]);
    assert_eq!(status(&checked), 3, "{}", stderr(&checked));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&stdout(&checked)).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((rows[0]["agent"].as_str(), rows[0]["rule"].as_str()), (Some("A01"), Some("weekly_minutes")));
}

#[cfg(unix)]
#[test]
fn an_interrupted_plan_publishes_the_best_roster_found() {
    let bank = Bank::new();
    let (dir, out) = (bank.dir(), bank.beside("week"));
    let program = assert_cmd::cargo::cargo_bin!("shiftcast");
    let arguments = ["plan", dir.to_str().unwrap(), "--start", START, "-o", out.to_str().unwrap(), "--iterations", "1000000"];
    let child = std::process::Command::new(program).args(arguments).stderr(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(4));
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let planned = child.wait_with_output().unwrap();
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    assert_eq!(listing(&out).len(), 9);
    let record: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(out.join("run.json")).unwrap()).unwrap();
    assert_eq!(record["stop_reason"], "interrupted");
    verified(&bank, "week");
}
