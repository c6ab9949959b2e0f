//! A modern centre through the command line: tiers, levels, escalation, chats, tickets, call-backs, redials, weekly promises.

mod command;

use command::{Bank, START, shiftcast, status, stderr, stdout};
use serde_json::Value;

/// The bank with simple calls promised by the week, gold customers, chats and tickets.
fn modern() -> Bank {
    let bank = Bank::new();
    let voice = "channel = \"voice\"";
    let queue = |name: &str, old: &str, new: &str| {
        let text = bank.read("centre.toml");
        let from = text.find(&format!("name = \"{name}\"")).expect("the queue is there");
        let to = from + text[from..].find("target = ").expect("it has a target") + 100;
        let to = text[to..].find('\n').map_or(text.len(), |line| to + line);
        assert!(text[from..to].contains(old), "{name} holds no {old:?}");
        let edited = text[from..to].replacen(old, new, 1);
        bank.write("centre.toml", format!("{}{edited}{}", &text[..from], &text[to..]).as_bytes());
    };
    let level = "target = { service_level = \"80 %\", within_seconds = 20 }";
    let simple = "complexity = \"simple\"\nlevel_aht = { junior = \"110 %\", senior = \"90 %\" }\n\
        escalation = { to = \"NE\", share = { junior = \"5 %\" } }\nredial = { share = \"30 %\", after_seconds = 600 }\n\
        target = { preset = \"80/20\", per = \"week\", interval_floor = \"40 %\", abandonment = \"8 %\" }";
    queue("PS", level, simple);
    queue("NW", "priority = 0", "priority = 3\ncustomer_tier = \"gold\"");
    queue("NW", level, &format!("callback = {{ after_seconds = 60, share = \"30 %\", within_hours = 4 }}\n{level}"));
    queue("IN", voice, "channel = \"chat\"\nconcurrency = 3\nconcurrency_aht = [1.0, 1.2, 1.5]");
    queue("TT", voice, "channel = \"ticket\"");
    queue("TT", "patience_seconds = 200\n", "");
    queue("TT", "service_level = \"80 %\", within_seconds = 60", "deadline_share = \"95 %\", deadline_working_days = 1");
    bank
}

fn run(bank: &Bank, command: &[&str], more: &[&str]) -> (i32, String, String) {
    let dir = bank.dir();
    let mut arguments: Vec<&str> = command.to_vec();
    arguments.push(dir.to_str().expect("the path is text"));
    arguments.extend(["--start", START]);
    arguments.extend(more);
    let done = shiftcast(&arguments);
    (status(&done), stdout(&done), stderr(&done))
}

/// Rows of a JSON answer whose `queue` is this one.
fn of<'a>(rows: &'a Value, queue: &str) -> Vec<&'a Value> {
    rows.as_array().expect("a list").iter().filter(|row| row["queue"] == queue).collect()
}

/// A cell of a row, which is a number or its text.
fn number(row: &Value, column: &str) -> f64 {
    let cell = &row[column];
    cell.as_f64().or_else(|| cell.as_str().and_then(|text| text.parse().ok())).unwrap_or_else(|| panic!("{column} of {row}"))
}

#[test]
fn every_channel_is_sized_by_its_own_method() {
    let bank = modern();
    let check = bank.check();
    assert_eq!(status(&check), 0, "{}", stderr(&check));
    let (code, out, err) = run(&bank, &["staff"], &["--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let rows: Value = serde_json::from_str(&out).expect("results are JSON");
    for (queue, channel, method) in [
        ("IN", "chat", "concurrent"),
        ("TT", "ticket", "deferred"),
        ("PS", "voice", "service_curve"),
        ("NE", "voice", "erlang_a"),
    ] {
        let rows = of(&rows, queue);
        assert!(!rows.is_empty() && rows.iter().all(|row| row["channel"] == channel), "{queue}");
        let by_method = rows.iter().filter(|row| row["method"] == method).count();
        assert!(2 * by_method > rows.len(), "{queue}: {by_method} of {} by {method}", rows.len());
    }
    // Chats at once need fewer agents than one at a time, escalated calls come on top of NE's own.
    let (code, plain, _) = run(&Bank::new(), &["staff"], &["--format", "json"]);
    let plain: Value = serde_json::from_str(&plain).expect("results are JSON");
    assert_eq!(code, 0);
    let total = |rows: &Value, queue: &str, column: &str| of(rows, queue).iter().map(|row| number(row, column)).sum::<f64>();
    assert!(total(&rows, "IN", "required") < 0.7 * total(&plain, "IN", "required"));
    assert!(total(&rows, "NE", "offered_load") > 1.02 * total(&plain, "NE", "offered_load"));
}

#[test]
fn a_modern_week_is_planned_simulated_and_told() {
    let bank = modern();
    let out = bank.beside("week");
    let week = out.to_str().expect("the path is text");
    let (code, told, err) = run(&bank, &["plan"], &["--iterations", "200", "--replications", "20", "-o", week]);
    assert!(code == 0 || code == 3, "{err}");
    assert!(told.contains("95 % in 1 working day"), "{told}");
    let roster = out.join("roster.csv");
    let file = roster.to_str().expect("the path is text");
    let dir = bank.dir();
    let verified = shiftcast(&["check", dir.to_str().expect("the path is text"), "--roster", file]);
    assert_eq!(status(&verified), 0, "{}", stderr(&verified));
    let (code, out, err) = run(&bank, &["simulate"], &["--roster", file, "--replications", "20", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let rows: Value = serde_json::from_str(&out).expect("results are JSON");
    let measure = |queue: &str, name: &str| {
        let row = of(&rows, queue).into_iter().find(|row| row["measure"] == name);
        row.map_or_else(|| panic!("{queue} has no {name}"), |row| number(row, "value"))
    };
    // Some of the calls go on, some come again, some are called back; tickets meet their deadline in idle time.
    assert!(measure("NE", "escalated") > 10.0 && measure("PS", "redials") > 1.0 && measure("NW", "callbacks") > 0.0);
    assert!(measure("TT", "done_by_deadline") > 0.9);
}

#[test]
fn a_chat_and_a_ticket_queue_are_explained_as_what_they_are() {
    let bank = modern();
    let explain = |queue: &str| {
        run(&bank, &["explain", "requirement"], &["--queue", queue, "--at", "1999-10-25 10:00", "--format", "json"])
    };
    let (code, out, err) = explain("IN");
    assert_eq!(code, 0, "{err}");
    let chat: Value = serde_json::from_str(&out).expect("results are JSON");
    assert_eq!((&chat["method"], &chat["concurrency"]), (&Value::from("concurrent"), &Value::from(3)));
    let keeps: Vec<bool> = chat["candidates"].as_array().expect("a list").iter().map(|one| one["keeps"] == true).collect();
    assert!(keeps.is_sorted() && keeps.contains(&true));
    let (code, out, err) = explain("TT");
    assert_eq!(code, 0, "{err}");
    let ticket: Value = serde_json::from_str(&out).expect("results are JSON");
    assert_eq!(ticket["method"], "deferred");
    assert!(ticket["target"]["deadline"].is_object());
}
