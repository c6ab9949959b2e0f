//! What planners need of a forecast, through the command line: peaks, explanations, overrides, today's contacts, new queues.

mod command;

use std::fmt::Write as _;

use command::{Bank, START, shiftcast, status, stderr, stdout};
use serde_json::Value;

/// Runs a command on the bank's week and reads its JSON.
fn json(bank: &Bank, command: &[&str], more: &[&str]) -> Value {
    let dir = bank.dir();
    let mut arguments: Vec<&str> = command.to_vec();
    arguments.extend([dir.to_str().expect("the path is text"), "--start", START, "--format", "json"]);
    arguments.extend(more);
    let done = shiftcast(&arguments);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    serde_json::from_str(&stdout(&done)).expect("results are JSON")
}

/// Exit status and standard error of a command on the bank's week.
fn refused(bank: &Bank, command: &[&str], more: &[&str]) -> (i32, String) {
    let dir = bank.dir();
    let mut arguments: Vec<&str> = command.to_vec();
    arguments.extend([dir.to_str().expect("the path is text"), "--start", START]);
    arguments.extend(more);
    let done = shiftcast(&arguments);
    assert!(stdout(&done).is_empty(), "{}", stdout(&done));
    (status(&done), stderr(&done))
}

/// Sum of the means of a queue in rows whose timestamp starts with `when`.
fn expected(rows: &Value, queue: &str, when: &str) -> f64 {
    let rows = rows.as_array().expect("rows are a list").iter();
    let wanted = rows.filter(|row| row["queue"] == queue && row["timestamp"].as_str().expect("times are text").starts_with(when));
    wanted.map(|row| row["mean"].as_f64().expect("means are numbers")).sum()
}

#[test]
fn peaks_are_listed_likeliest_first_for_a_level_or_by_default() {
    let bank = Bank::new();
    let rows = json(&bank, &["peaks"], &["--top", "12"]);
    let chances: Vec<f64> = rows.as_array().unwrap().iter().map(|row| row["probability"].as_f64().unwrap()).collect();
    assert_eq!(chances.len(), 12);
    assert!(chances.windows(2).all(|pair| pair[0] >= pair[1]) && chances[0] > 0.4, "{chances:?}");
    let high = json(&bank, &["peaks"], &["--level", "100000", "--queue", "PS"]);
    assert!(high.as_array().unwrap().iter().all(|row| row["queue"] == "PS" && row["probability"].as_f64().unwrap() < 0.01));
    let (code, told) = refused(&bank, &["peaks"], &["--queue", "PZ"]);
    assert!(code == 2 && told.contains("there is no queue \"PZ\""), "{told}");
}

#[test]
fn peaks_are_held_against_the_agents_of_a_plan() {
    let bank = Bank::new();
    let planned = bank.plan("week", &[]);
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    let coverage = bank.beside("week").join("coverage.csv");
    let rows = json(&bank, &["peaks"], &["--capacity", coverage.to_str().unwrap(), "--top", "400"]);
    let rows = rows.as_array().unwrap();
    let chances: Vec<f64> = rows.iter().map(|row| row["probability"].as_f64().unwrap()).collect();
    assert!(chances.windows(2).all(|pair| pair[0] >= pair[1]) && chances.iter().any(|chance| *chance < 0.5), "{chances:?}");
    assert!(rows.iter().any(|row| row["queue"].as_str().unwrap().contains('+')));
    let page = std::fs::read_to_string(bank.beside("week").join("report.html")).unwrap();
    assert!(page.contains("likeliest to peak on") && page.contains("h-vol5"));
    let required = bank.beside("week").join("requirement.csv");
    let rows = json(&bank, &["peaks"], &["--capacity", required.to_str().unwrap(), "--queue", "IN", "--top", "400"]);
    let even = rows.as_array().unwrap().iter().filter(|row| row["level"].as_f64() >= row["mean"].as_f64()).count();
    // What is required serves the mean.
    assert_eq!(even, rows.as_array().unwrap().len());
    let of_ps = json(&bank, &["peaks"], &["--capacity", coverage.to_str().unwrap(), "--queue", "PS", "--top", "400"]);
    let of_ps = of_ps.as_array().unwrap();
    assert!(!of_ps.is_empty() && of_ps.iter().all(|row| row["queue"].as_str().unwrap().split('+').any(|own| own == "PS")));
    let other = bank.beside("other.csv");
    std::fs::write(&other, "a,b\n1,2\n").unwrap();
    let (code, told) = refused(&bank, &["peaks"], &["--capacity", other.to_str().unwrap()]);
    assert!(code == 2 && told.contains("other.csv"), "{told}");
}

#[test]
fn agents_in_plenty_leave_no_peak_however_small_the_volume() {
    let bank = Bank::new();
    let forecast = json(&bank, &["forecast"], &[]);
    let of_in = forecast.as_array().unwrap().iter().filter(|row| row["queue"] == "IN");
    let plenty: Vec<String> = of_in.map(|row| format!("{},IN,300\n", row["timestamp"].as_str().unwrap())).collect();
    let file = bank.beside("plenty.csv");
    std::fs::write(&file, format!("timestamp,queue,required\n{}", plenty.concat())).unwrap();
    let rows = json(&bank, &["peaks"], &["--capacity", file.to_str().unwrap(), "--top", "400"]);
    let rows = rows.as_array().unwrap();
    // Intervals in which the agents never run out are left out; whatever is listed is all but impossible.
    assert!(rows.iter().all(|row| row["probability"].as_f64().unwrap() < 0.01), "{rows:?}");
}

#[test]
fn an_explanation_multiplies_to_the_number_and_a_closed_hour_has_none() {
    let bank = Bank::new();
    let told = json(&bank, &["explain", "forecast"], &["--queue", "PS", "--at", "1999-10-25 10:10"]);
    let product: f64 = told["steps"].as_array().unwrap().iter().map(|step| step["factor"].as_f64().unwrap()).product();
    assert!((product / told["mean"].as_f64().unwrap() - 1.0).abs() < 1e-9, "{told}");
    let rows = json(&bank, &["forecast"], &[]);
    assert!((expected(&rows, "PS", "1999-10-25 10:00") - product).abs() < 1e-3);
    for (at, message) in [("1999-10-25 04:00", "is closed at"), ("1999-12-25 10:00", "lies outside the horizon")] {
        let (code, told) = refused(&bank, &["explain", "forecast"], &["--queue", "PS", "--at", at]);
        assert!(code == 2 && told.contains(message), "{told}");
    }
    let (code, told) = refused(&bank, &["explain", "forecast"], &["--at", "1999-10-25 10:00"]);
    assert!(code == 2 && told.contains("several queues"), "{told}");
}

#[test]
fn overrides_of_the_folder_are_in_the_forecast_with_who_and_why() {
    let bank = Bank::new();
    let plain = json(&bank, &["forecast"], &[]);
    let header = "queue,start,end,factor,contacts,author,reason,expires\n";
    let rows = "PS,1999-10-25,1999-10-25,,2000,Ada,mailing,\nNW,1999-10-26 09:00,1999-10-26 12:00,1.5,,Ada,launch,1999-01-01\n";
    bank.write("overrides.csv", format!("{header}{rows}").as_bytes());
    let changed = json(&bank, &["forecast"], &[]);
    assert!((expected(&changed, "PS", "1999-10-25") - 2000.0).abs() < 0.01);
    assert_eq!(expected(&changed, "NW", "1999-10-26"), expected(&plain, "NW", "1999-10-26"));
    let row = changed.as_array().unwrap().iter().find(|row| row["timestamp"] == "1999-10-25 10:00:00" && row["queue"] == "PS");
    assert_eq!(row.unwrap()["adjusted_by"], "override (Ada: mailing)");
    assert!(plain[0].get("adjusted_by").is_none());
    let dir = bank.dir();
    let told = shiftcast(&["forecast", dir.to_str().unwrap(), "--start", START]);
    assert!(stderr(&told).contains("overrides.csv:3:1") && stderr(&told).contains("expired on 1999-01-01"), "{}", stderr(&told));

    let half = format!("{header}PS,1999-10-25,1999-10-25,0.5,,Ada,mailing,\n");
    bank.write("overrides.csv", half.as_bytes());
    let own = dir.join("overrides.csv");
    let once = json(&bank, &["forecast"], &["--overrides", own.to_str().unwrap()]);
    let kept = expected(&once, "PS", "1999-10-25") / expected(&plain, "PS", "1999-10-25");
    assert!((kept - 0.5).abs() < 1e-3, "the folder's own file counts once, not {kept}");

    bank.write("overrides.csv", format!("{header}PZ,1999-10-25,soon,1.2,5,,mailing,\n").as_bytes());
    let (code, told) = refused(&bank, &["forecast"], &[]);
    assert_eq!(code, 2);
    for place in ["overrides.csv:2:1", "overrides.csv:2:15", "overrides.csv:2:24", "overrides.csv:2:26"] {
        assert!(told.contains(place), "{place} is not in {told}");
    }
    assert_eq!(status(&bank.check()), 2);
}

#[test]
fn todays_contacts_update_the_rest_of_the_day_and_nothing_else() {
    let bank = Bank::new();
    let plain = json(&bank, &["forecast"], &[]);
    let mut today = String::from("timestamp,queue,offered\n");
    for row in plain.as_array().unwrap().iter().filter(|row| row["queue"] == "PS") {
        let (start, mean) = (row["timestamp"].as_str().unwrap(), row["mean"].as_f64().unwrap());
        if start < "1999-10-24 12:00:00" {
            writeln!(today, "{start},PS,{:.0}", 1.3 * mean).unwrap();
        }
    }
    let file = bank.beside("today.csv");
    std::fs::write(&file, today).unwrap();
    let updated = json(&bank, &["forecast"], &["--observed", file.to_str().unwrap()]);
    let lift = |when: &str, queue: &str| expected(&updated, queue, when) / expected(&plain, queue, when);
    assert!((1.01..1.3).contains(&lift("1999-10-24 15", "PS")), "{}", lift("1999-10-24 15", "PS"));
    for (when, queue) in [("1999-10-24 10", "PS"), ("1999-10-25 10", "PS"), ("1999-10-24 15", "NW")] {
        assert_eq!(lift(when, queue), 1.0, "{when} {queue}");
    }
    std::fs::write(&file, "timestamp,queue,offered\n1999-11-24 10:00:00,PS,20\n").unwrap();
    let (code, told) = refused(&bank, &["forecast"], &["--observed", file.to_str().unwrap()]);
    assert!(code == 2 && told.contains("today.csv") && told.contains("no observed row"), "{told}");
}

#[test]
fn a_new_queue_follows_its_donor_in_a_centre_and_in_a_file() {
    let bank = Bank::new();
    let history = bank.read("history.csv");
    let others: Vec<&str> = history.lines().filter(|line| !line.contains(",TT,")).collect();
    bank.write("history.csv", (others.join("\n") + "\n").as_bytes());
    let (code, told) = refused(&bank, &["forecast"], &[]);
    assert!(code == 2 && told.contains("queue \"TT\""), "{told}");
    bank.edit("centre.toml", "name = \"TT\"\n", "name = \"TT\"\ndonor = \"PS\"\nshare = \"20 %\"\n");
    let rows = json(&bank, &["forecast"], &[]);
    let share = expected(&rows, "TT", "1999-10") / expected(&rows, "PS", "1999-10");
    assert!((share - 0.2).abs() < 1e-3, "{share}");

    let dir = bank.dir();
    let judged = shiftcast(&["backtest", dir.to_str().unwrap(), "--origins", "1", "--models", "holt_winters"]);
    assert_eq!(status(&judged), 0, "{}", stderr(&judged));
    assert!(stderr(&judged).contains("\"TT\" is still forecast from its donor") && !stdout(&judged).contains("TT,"));

    let of_tt = rows.as_array().unwrap().iter().filter(|row| row["queue"] == "TT");
    let known = of_tt.filter(|row| ("1999-10-24 00:00:00".."1999-10-24 14:00:00").contains(&row["timestamp"].as_str().unwrap()));
    let today: Vec<String> = known
        .map(|row| format!("{},TT,{:.0}\n", row["timestamp"].as_str().unwrap(), 1.5 * row["mean"].as_f64().unwrap()))
        .collect();
    let observed = bank.beside("today.csv");
    std::fs::write(&observed, format!("timestamp,queue,offered\n{}", today.concat())).unwrap();
    let updated = json(&bank, &["forecast"], &["--observed", observed.to_str().unwrap()]);
    let lift = |queue: &str| expected(&updated, queue, "1999-10-24 15") / expected(&rows, queue, "1999-10-24 15");
    assert!(lift("TT") > 1.005 && lift("PS") == 1.0, "{}", lift("TT"));

    let file = bank.dir().join("history.csv");
    let arguments = ["forecast", "--history", file.to_str().unwrap(), "--start", START, "--format", "json"];
    let new = ["--new-queue", "card", "--donor", "PS", "--contacts-per-day", "100", "--aht", "200"];
    let done = shiftcast(&[&arguments[..], &new[..]].concat());
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let rows: Value = serde_json::from_str(&stdout(&done)).unwrap();
    assert!((300.0..900.0).contains(&expected(&rows, "card", "1999-10")));
    let half = shiftcast(&[&arguments[..], &new[..4]].concat());
    assert_eq!(status(&half), 2);
}

#[test]
fn updates_within_a_day_are_judged_on_the_past() {
    let bank = Bank::new();
    let dir = bank.dir();
    let both = shiftcast(&["backtest", dir.to_str().unwrap(), "--intraday", "--models", "all"]);
    assert!(status(&both) == 2 && stderr(&both).contains("cannot be used with"), "{}", stderr(&both));
    let done = shiftcast(&["backtest", dir.to_str().unwrap(), "--intraday", "--origins", "1", "--format", "json"]);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let rows: Value = serde_json::from_str(&stdout(&done)).unwrap();
    let all = rows.as_array().unwrap().iter().find(|row| row["queue"] == "PS" && row["known_until"] == "all").unwrap();
    assert!(all["wape_updated"].as_f64().unwrap() < all["wape_habit"].as_f64().unwrap(), "{all}");
}
