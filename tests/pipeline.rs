//! From an empty folder to a published week, and the same week again.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its results has failed")]

mod command;

use command::{Bank, START, listing, shiftcast, status, stderr, stdout};

const RESULTS: [&str; 9] = [
    "cost.csv",
    "coverage.csv",
    "demand.json",
    "forecast.csv",
    "performance.csv",
    "report.html",
    "requirement.csv",
    "roster.csv",
    "run.json",
];

fn run_record(folder: &std::path::Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("run.json")).unwrap()).unwrap()
}

#[test]
fn the_banks_week_is_planned_verified_and_reconciles() {
    let bank = Bank::new();
    let planned = bank.plan("week", &[]);
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    let week = bank.beside("week");
    assert_eq!(listing(&week), RESULTS);

    let record = run_record(&week);
    let (objective, bound) = (record["objective"].as_f64().unwrap(), record["lower_bound"].as_f64().unwrap());
    assert!(0.0 < bound && bound <= objective, "{bound} {objective}");
    assert!((record["gap"].as_f64().unwrap() - (objective - bound) / objective).abs() < 1e-9);
    assert_eq!(record["inputs_sha256"].as_object().unwrap().len(), 7);

    // The cost file reconciles with the record to the minor unit.
    let cost = std::fs::read_to_string(week.join("cost.csv")).unwrap();
    let column = cost.lines().next().unwrap().split(',').position(|name| name == "amount").unwrap();
    let total: f64 = cost.lines().skip(1).map(|line| line.split(',').nth(column).unwrap().parse::<f64>().unwrap()).sum();
    assert_eq!((total * 100.0).round(), record["cost_minor_units"].as_f64().unwrap());

    // The published roster passes the checker when it is read back.
    let roster = week.join("roster.csv");
    let verified = shiftcast(&["check", bank.dir().to_str().unwrap(), "--roster", roster.to_str().unwrap()]);
    assert_eq!(status(&verified), 0, "{}{}", stdout(&verified), stderr(&verified));
}

#[test]
fn a_plan_stopped_by_iterations_gives_the_same_bytes_for_any_threads() {
    let bank = Bank::new();
    for (out, threads) in [("one", "1"), ("two", "2")] {
        let planned = bank.plan(out, &["--threads", threads]);
        assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    }
    let (one, two) = (bank.beside("one"), bank.beside("two"));
    for file in RESULTS.iter().filter(|&&file| file != "run.json") {
        assert_eq!(std::fs::read(one.join(file)).unwrap(), std::fs::read(two.join(file)).unwrap(), "{file}");
    }
    let timeless = |mut record: serde_json::Value| {
        for timing in ["seconds", "stage_seconds"] {
            record.as_object_mut().unwrap().remove(timing);
        }
        record
    };
    assert_eq!(timeless(run_record(&one)), timeless(run_record(&two)));
}

#[test]
fn another_seed_gives_another_simulation() {
    let bank = Bank::new();
    bank.plan("zero", &[]);
    bank.plan("nine", &["--seed", "9"]);
    let performance = |out: &str| std::fs::read(bank.beside(out).join("performance.csv")).unwrap();
    assert_ne!(performance("zero"), performance("nine"));
}

#[test]
fn every_step_is_a_command_of_its_own() {
    let bank = Bank::new();
    let dir = bank.dir();
    let dir = dir.to_str().unwrap();
    let roster = bank.beside("roster.csv");
    let roster = roster.to_str().unwrap();
    let page = bank.beside("edited.html");
    let page = page.to_str().unwrap();

    let forecast = shiftcast(&["forecast", dir, "--start", START, "--format", "csv"]);
    assert_eq!(status(&forecast), 0, "{}", stderr(&forecast));
    assert!(stdout(&forecast).starts_with("queue,timestamp,mean,lo80,hi80,lo95,hi95,aht_seconds\n"));

    let staffed = shiftcast(&["staff", dir, "--start", START, "--format", "json"]);
    assert_eq!(status(&staffed), 0, "{}", stderr(&staffed));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&stdout(&staffed)).unwrap();
    assert!(rows.len() > 1000);

    let scheduled = shiftcast(&["schedule", dir, "--start", START, "--iterations", "20", "-o", roster, "--format", "json"]);
    assert!([0, 3].contains(&status(&scheduled)), "{}", stderr(&scheduled));
    let record: serde_json::Value = serde_json::from_str(&stdout(&scheduled)).unwrap();
    assert!(record["lower_bound"].as_f64().unwrap() <= record["objective"].as_f64().unwrap());

    let simulated = shiftcast(&["simulate", dir, "--start", START, "--roster", roster, "--replications", "4", "--format", "csv"]);
    assert_eq!(status(&simulated), 0, "{}", stderr(&simulated));
    assert!(stdout(&simulated).lines().count() > 100);

    let reported = shiftcast(&["report", dir, "--start", START, "--roster", roster, "--replications", "4", "-o", page]);
    assert!([0, 3].contains(&status(&reported)), "{}", stderr(&reported));
    assert!(stdout(&reported).contains("agent-hours on contact") && stdout(&reported).contains(page), "{}", stdout(&reported));
    assert!(std::fs::read_to_string(page).unwrap().contains("<svg"));
}
