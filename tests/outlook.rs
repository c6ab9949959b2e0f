//! The long view, planned changes and the mix through the command line.

mod command;

use std::fmt::Write as _;
use std::path::PathBuf;

use chrono::{Datelike, Days, NaiveDate};
use command::{Bank, START, shiftcast, status, stderr, stdout};
use tempfile::TempDir;

/// Rows of a CSV text as maps from its header.
fn rows(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    lines.map(|row| header.iter().cloned().zip(row).collect()).collect()
}

fn number(row: &std::collections::BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {:?}", row[column]))
}

/// Three years of hours with growth, season and a quieter weekend, from Monday 2021-01-04 to 2023-12-31.
fn calls(folder: &TempDir) -> PathBuf {
    let mut text = "timestamp,offered,aht_seconds\n".to_owned();
    let first = NaiveDate::from_ymd_opt(2021, 1, 4).expect("the day exists");
    for day in 0..1092 {
        let date = first + Days::new(day);
        let season = 1.0 + 0.15 * (std::f64::consts::TAU * f64::from(date.ordinal()) / 365.25).cos();
        let weekday = if date.weekday().num_days_from_monday() < 5 { 1.0 } else { 0.4 };
        for hour in 8..18_u64 {
            let jitter = 1.0 + 0.1 * ((day * 31 + hour * 17) % 13) as f64 / 13.0;
            let count = 60.0 * season * weekday * jitter * (1.0 + 0.06 * day as f64 / 365.0);
            writeln!(text, "{date} {hour:02}:00:00,{count:.0},240").expect("text grows");
        }
    }
    let path = folder.path().join("calls.csv");
    std::fs::write(&path, text).expect("the file is written");
    path
}

#[test]
fn months_and_weeks_of_one_file_are_sums_of_the_same_days() {
    let folder = TempDir::new().expect("a folder");
    let file = calls(&folder);
    let run = |more: &[&str]| {
        let mut arguments =
            vec!["outlook", "--history", file.to_str().expect("a path"), "--start", "2024-01-01", "--format", "csv"];
        arguments.extend(more);
        let done = shiftcast(&arguments);
        assert_eq!(status(&done), 0, "{}", stderr(&done));
        rows(&stdout(&done))
    };
    let (months, weeks) = (run(&["--months", "12"]), run(&["--months", "12", "--grain", "week"]));
    assert_eq!(months.len(), 12);
    let sum = |rows: &[std::collections::BTreeMap<String, String>]| rows.iter().map(|row| number(row, "mean")).sum::<f64>();
    assert!((sum(&months) / sum(&weeks) - 1.0).abs() < 1e-6);
    assert_eq!((months[1]["from"].as_str(), months[1]["until"].as_str()), ("2024-02-01", "2024-02-29"));
    for row in &months {
        let ends = ["lo95", "lo80", "mean", "hi80", "hi95"].map(|column| number(row, column));
        assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{ends:?}");
        let parts = ["level", "trend", "season", "holidays", "drivers", "changes", "near"].map(|column| number(row, column));
        assert!((parts.iter().product::<f64>() / number(row, "mean") - 1.0).abs() < 1e-4);
        assert!((number(row, "aht_seconds") - 240.0).abs() < 3.0 && number(row, "aht_sd") > 0.0);
    }
    assert!(number(&months[0], "season") > 1.05 && number(&months[6], "season") < 0.95);
    let near = shiftcast(&[
        "forecast",
        "--history",
        file.to_str().expect("a path"),
        "--start",
        "2024-01-01",
        "--days",
        "28",
        "--format",
        "csv",
    ]);
    let told: f64 = rows(&stdout(&near)).iter().map(|row| number(row, "mean")).sum();
    assert!((sum(&weeks[..4]) / told - 1.0).abs() < 1e-5, "{} {told}", sum(&weeks[..4]));
    let scored = run(&["--backtest", "--origins", "14"]);
    let wape =
        |model: &str| scored.iter().find(|row| row["model"] == model && row["months"] == "3").map(|row| number(row, "wape"));
    assert!(wape("shiftcast") < wape("seasonal_naive") && wape("shiftcast") < wape("flat_average"), "{scored:?}");
}

#[test]
fn drivers_lift_the_months_they_are_planned_for_and_bad_rows_are_named() {
    let folder = TempDir::new().expect("a folder");
    let (file, drivers) = (calls(&folder), folder.path().join("drivers.csv"));
    let run = |text: &str| {
        std::fs::write(&drivers, text).expect("the file is written");
        let (file, drivers) = (file.to_str().expect("a path"), drivers.to_str().expect("a path"));
        shiftcast(&[
            "outlook",
            "--history",
            file,
            "--start",
            "2024-01-01",
            "--months",
            "6",
            "--drivers",
            drivers,
            "--format",
            "json",
        ])
    };
    let months: Vec<String> = (1..=6).map(|month| format!("2024-{month:02},new customers,4000,level,0.5")).collect();
    let done = run(&format!("month,driver,value,measure,contact_rate\n{}\n", months.join("\n")));
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let made: Vec<serde_json::Value> = serde_json::from_str(&stdout(&done)).expect("pure JSON");
    assert!(made[3]["drivers"].as_f64().is_some_and(|factor| (1.1..1.3).contains(&factor)), "{}", made[3]);
    let refused = run("month,driver,value\n2024-01,orders,12\n2024-01,orders,13\n2024-17,orders,13\n");
    assert_eq!(status(&refused), 2);
    assert!(stderr(&refused).contains("drivers.csv:3:1") && stderr(&refused).contains("drivers.csv:4:1"), "{}", stderr(&refused));
    assert!(stdout(&refused).is_empty());
    let thin = run("month,driver,value\n2023-12,orders,12\n2024-01,orders,13\n");
    assert_eq!(status(&thin), 0);
    assert!(stderr(&thin).contains("are needed to learn its rate"), "{}", stderr(&thin));
}

#[test]
fn a_folder_adds_its_queues_up_and_applies_its_planned_changes() {
    let bank = Bank::new();
    let dir = bank.dir();
    let dir = dir.to_str().expect("a path");
    let run = |command: &[&str]| {
        let mut arguments = command.to_vec();
        arguments.extend(["--start", START, "--format", "csv"]);
        let done = shiftcast(&arguments);
        assert_eq!(status(&done), 0, "{}", stderr(&done));
        rows(&stdout(&done))
    };
    let before = run(&["outlook", dir, "--months", "3"]);
    let total = |rows: &[std::collections::BTreeMap<String, String>], queue: &str| {
        rows.iter().filter(|row| row["queue"] == queue).map(|row| number(row, "mean")).sum::<f64>()
    };
    let queues: std::collections::BTreeSet<String> =
        before.iter().map(|row| row["queue"].clone()).filter(|queue| queue != "all").collect();
    let sum: f64 = queues.iter().map(|queue| total(&before, queue)).sum();
    assert!(queues.len() > 1 && (sum / total(&before, "all") - 1.0).abs() < 1e-6);
    let plain = run(&["forecast", dir]);
    bank.write("changes.csv", format!("start,kind,share,aht_ratio,reason\n{START},deflection,20 %,0.5,app\n").as_bytes());
    let (after, changed) = (run(&["outlook", dir, "--months", "3"]), run(&["forecast", dir]));
    assert!((total(&after, "all") / total(&before, "all") - 0.8).abs() < 1e-3);
    for (plain, changed) in plain.iter().zip(&changed).filter(|(plain, _)| number(plain, "mean") > 1.0) {
        assert!((number(changed, "mean") / number(plain, "mean") - 0.8).abs() < 1e-3);
        assert!((number(changed, "aht_seconds") / number(plain, "aht_seconds") - 0.9 / 0.8).abs() < 1e-3);
    }
    bank.write("changes.csv", b"start,kind,share\n1999-10-24,deflexion,20 %\n");
    let refused = shiftcast(&["forecast", dir, "--start", START]);
    assert_eq!(status(&refused), 2);
    assert!(stderr(&refused).contains("changes.csv:2:12") && stderr(&refused).contains("did you mean `deflection`?"));
}

#[test]
fn the_parts_of_a_mix_sum_to_the_forecast() {
    let bank = Bank::new();
    let dir = bank.dir();
    let dir = dir.to_str().expect("a path");
    let missing = shiftcast(&["forecast", dir, "--start", START, "--by", "topic"]);
    assert_eq!(status(&missing), 2);
    assert!(stderr(&missing).contains("mix.csv"), "{}", stderr(&missing));
    let plain = shiftcast(&["forecast", dir, "--start", START, "--format", "csv"]);
    let plain = rows(&stdout(&plain));
    let queue = plain[0]["queue"].clone();
    bank.write(
        "mix.csv",
        format!(
            "month,queue,dimension,value,contacts\n1999-08,{queue},topic,card,300\n1999-08,{queue},topic,loan,100\n\
             1999-09,{queue},topic,card,310\n1999-09,{queue},topic,loan,90\n"
        )
        .as_bytes(),
    );
    let parts = shiftcast(&["forecast", dir, "--start", START, "--by", "topic", "--format", "csv"]);
    assert_eq!(status(&parts), 0, "{}", stderr(&parts));
    let parts = rows(&stdout(&parts));
    for row in &plain {
        let same = |part: &&std::collections::BTreeMap<String, String>| {
            part["queue"] == row["queue"] && part["timestamp"] == row["timestamp"]
        };
        let sum: f64 = parts.iter().filter(same).map(|part| number(part, "mean")).sum();
        assert!((sum - number(row, "mean")).abs() < 2e-4, "{row:?}");
    }
    let card = parts.iter().find(|part| part["topic"] == "card").expect("a row a topic");
    assert!((number(card, "share") - 0.76).abs() < 0.03, "{card:?}");
    assert!(parts.iter().any(|part| part["topic"] == "unstated"));
}

#[test]
fn a_stale_history_is_refused_and_rows_not_looked_at_are_told() {
    let folder = TempDir::new().expect("a folder");
    let file = calls(&folder);
    let run = |start: &str| {
        let file = file.to_str().expect("a path");
        shiftcast(&["outlook", "--history", file, "--start", start, "--months", "3", "--format", "csv"])
    };
    let stale = run("2025-06-01");
    assert_eq!(status(&stale), 2);
    assert!(stderr(&stale).contains("the history ends on 2023-12-31") && stdout(&stale).is_empty(), "{}", stderr(&stale));
    let early = run("2023-12-01");
    assert_eq!(status(&early), 0, "{}", stderr(&early));
    assert!(stderr(&early).contains("are not looked at"), "{}", stderr(&early));
}

#[test]
fn overrides_of_a_folder_change_their_days_only_near_and_far() {
    let bank = Bank::new();
    let dir = bank.dir();
    let dir = dir.to_str().expect("a path");
    let run = || {
        let done = shiftcast(&["outlook", dir, "--start", START, "--months", "3", "--grain", "week", "--format", "csv"]);
        assert_eq!(status(&done), 0, "{}", stderr(&done));
        let weeks = rows(&stdout(&done)).iter().filter(|row| row["queue"] == "PS").map(|row| number(row, "mean")).collect();
        let weeks: Vec<f64> = weeks;
        (weeks, stderr(&done))
    };
    let (plain, _) = run();
    // The second row runs across the end of the interval forecast, the third lies after the outlook.
    let header = "queue,start,end,factor,contacts,author,reason,expires\n";
    bank.write(
        "overrides.csv",
        format!(
            "{header}PS,1999-11-07,1999-11-13,2,,Ada,mailing,\nPS,1999-11-14,1999-11-27,1.5,,Ada,fair,\n\
             PS,2000-11-01,2000-11-02,2,,Ada,later,\n"
        )
        .as_bytes(),
    );
    let (changed, told) = run();
    for (week, (changed, plain)) in changed.iter().zip(&plain).enumerate() {
        let factor = [1.0, 1.0, 2.0, 1.5, 1.5].get(week).copied().unwrap_or(1.0);
        assert!((changed / plain - factor).abs() < 1e-3, "week {week}: {changed} {plain}");
    }
    assert!(told.contains("overrides.csv:4:1") && told.contains("outside the horizon"), "{told}");
    assert!(!told.contains("overrides.csv:3:1"), "{told}");
}

#[test]
fn a_new_queue_of_a_folder_follows_its_donor_in_the_outlook() {
    let bank = Bank::new();
    let history = bank.read("history.csv");
    let kept: Vec<&str> = history.lines().filter(|line| !line.contains(",TT,")).collect();
    bank.write("history.csv", (kept.join("\n") + "\n").as_bytes());
    bank.edit("centre.toml", "name = \"TT\"\n", "name = \"TT\"\ndonor = \"PS\"\nshare = \"20 %\"\n");
    let dir = bank.dir();
    let done = shiftcast(&["outlook", dir.to_str().expect("a path"), "--start", START, "--months", "6", "--format", "csv"]);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let rows = rows(&stdout(&done));
    let total = |queue: &str| rows.iter().filter(|row| row["queue"] == queue).map(|row| number(row, "mean")).sum::<f64>();
    assert!((total("TT") / total("PS") - 0.2).abs() < 5e-3, "{} {}", total("TT"), total("PS"));
    assert!(stderr(&done).contains("follows PS at 20 %"), "{}", stderr(&done));
}
