//! A week reviewed, as a team lead does on the command line: the bank's week of October 1999.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its results has failed")]

mod command;

use std::collections::BTreeMap;
use std::process::Output;

use command::{Bank, START, shiftcast, status, stderr, stdout};
use serde_json::Value;

const PARTS: [&str; 5] = ["staffing", "roster_fit", "forecast_volume", "forecast_handle_time", "attendance"];

/// A bank with a roster of its week beside it.
fn bank_with_roster() -> Bank {
    let bank = Bank::new();
    let (dir, out) = (bank.dir(), path(&bank, "roster.csv"));
    let made = shiftcast(&["schedule", dir.to_str().unwrap(), "--start", START, "-o", &out, "--iterations", "20"]);
    assert!([0, 3].contains(&status(&made)), "{}", stderr(&made));
    bank
}

fn path(bank: &Bank, name: &str) -> String {
    bank.beside(name).to_str().unwrap().to_owned()
}

/// Reviews the bank's week into `out`, without a new roster for the next.
fn review(bank: &Bank, out: &str, more: &[&str]) -> Output {
    let (dir, out) = (bank.dir(), path(bank, out));
    let (actual, roster) = (dir.join("actual_calls.csv"), path(bank, "roster.csv"));
    let own = ["review", dir.to_str().unwrap(), "-o", &out, "--replications", "8", "--iterations", "0"];
    let mut arguments = own.to_vec();
    if !more.contains(&"--actual") {
        arguments.extend(["--actual", actual.to_str().unwrap()]);
    }
    if !more.contains(&"--plan") {
        arguments.extend(["--roster", &roster]);
    }
    shiftcast(&[&arguments, more].concat())
}

/// Values of a section by queue, date and part.
fn values(bank: &Bank, out: &str, section: &str) -> BTreeMap<(String, String), BTreeMap<String, f64>> {
    let text = std::fs::read_to_string(bank.beside(out).join("review.csv")).unwrap();
    assert!(text.starts_with("section,queue,date,part,value,ci95_half_width,unit\n"));
    let mut found: BTreeMap<_, BTreeMap<String, f64>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[0] == section && !cells[4].is_empty() {
            let at = (cells[1].to_owned(), cells[2].to_owned());
            found.entry(at).or_default().insert(cells[3].to_owned(), cells[4].parse().unwrap());
        }
    }
    found
}

#[test]
fn the_parts_of_service_and_of_hours_add_up_for_every_queue_and_day() {
    let bank = bank_with_roster();
    let done = review(&bank, "review", &["--format", "json"]);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    for section in ["service", "hours"] {
        let rows = values(&bank, "review", section);
        assert!(rows.len() > 40, "{} rows of {section}", rows.len());
        for (at, row) in &rows {
            let sum: f64 = PARTS.iter().map(|part| row[*part]).sum();
            assert!((sum - row["miss"]).abs() < 1e-5, "{section} {at:?}: {sum} is not {}", row["miss"]);
        }
    }
    let service = &values(&bank, "review", "service")[&("all".to_owned(), String::new())];
    assert!((service["wanted"] - service["served"] - service["miss"]).abs() < 1e-5);
    let hours = values(&bank, "review", "hours");
    let all = &hours[&("all".to_owned(), String::new())];
    assert!((all["needed"] - all["present"] - all["miss"]).abs() < 1e-5);
    let queues: f64 =
        hours.iter().filter(|((queue, date), _)| queue != "all" && date.is_empty()).map(|(_, row)| row["needed"]).sum();
    assert!((queues - all["needed"]).abs() < 1e-2, "queues need {queues}, all {}", all["needed"]);
    let record: Value = serde_json::from_str(&stdout(&done)).unwrap();
    assert_eq!(record["contacts_came"], 6720.0, "every recorded call is counted");
    assert_eq!(record["start"], START);
    // Nobody says who was there: attendance has no part.
    assert_eq!(service["attendance"], 0.0);
}

#[test]
fn who_was_absent_is_told_apart_and_the_result_repeats_for_any_number_of_threads() {
    let bank = bank_with_roster();
    let absent = bank.beside("attendance.csv");
    let rows: String = (1..=9).fold(String::new(), |rows, agent| rows + &format!("A0{agent},1999-10-25,,,sick\n"));
    std::fs::write(&absent, format!("agent,date,start,end,reason\n{rows}A10,1999-10-24,09:00,12:00,late\n")).unwrap();
    let named = ["--attendance", absent.to_str().unwrap()];
    for (out, threads) in [("one", "1"), ("two", "2")] {
        let done = review(&bank, out, &[&named[..], &["--threads", threads]].concat());
        assert_eq!(status(&done), 0, "{}", stderr(&done));
    }
    for file in ["review.csv", "review.html"] {
        let read = |out: &str| std::fs::read(bank.beside(out).join(file)).unwrap();
        assert!(read("one") == read("two"), "{file} depends on the number of threads");
    }
    let service = values(&bank, "one", "service");
    let monday = &service[&("all".to_owned(), "1999-10-25".to_owned())];
    let tuesday = &service[&("all".to_owned(), "1999-10-26".to_owned())];
    assert!(monday["attendance"] > 0.02 && tuesday["attendance"] < monday["attendance"], "{monday:?} {tuesday:?}");
    let hours = values(&bank, "one", "hours");
    assert!(hours[&("all".to_owned(), "1999-10-25".to_owned())]["attendance"] > 5.0);
}

#[test]
fn the_page_is_one_file_in_either_language_and_says_what_to_do() {
    let bank = bank_with_roster();
    for (language, words) in [("en", ["The week", "What to do", "roster fit"]), ("zh", ["本周", "改进建议", "排班契合"])]
    {
        let done = review(&bank, language, &["--lang", language]);
        assert_eq!(status(&done), 0, "{}", stderr(&done));
        let page = std::fs::read_to_string(bank.beside(language).join("review.html")).unwrap();
        for word in words {
            assert!(page.contains(word), "{language}: no {word:?}");
            assert!(word == "What to do" || !page.contains("NaN"));
        }
        for outside in ["http://", "https://", "<script", "src="] {
            assert!(!page.contains(outside), "{language}: the page reaches out with {outside}");
        }
        let said = stdout(&done);
        assert!(said.contains(words[0]) && said.contains("review.html"), "{said}");
    }
}

#[test]
fn bad_input_is_named_with_its_place_and_nothing_is_written() {
    let bank = bank_with_roster();
    let file = |name: &str, text: &str| {
        std::fs::write(bank.beside(name), text).unwrap();
        path(&bank, name)
    };
    let nonsense = file("nonsense.csv", "timestamp,queue,offered\n1999-10-24 07:00,PS,many\n1999-10-24 07:30,PS,3\n");
    let other = file("other.csv", "timestamp,queue,offered\n1999-12-05 07:00,PS,4\n1999-12-05 07:30,PS,3\n");
    let stranger = file("stranger.csv", "agent,date\nA0l,1999-10-25\n");
    let half = file("half.csv", "agent,date,start,end\nA01,1999-10-25,09:00,\n");
    let late = file("late.csv", "agent,date\nA01,1999-11-25\n");
    let nowhere = path(&bank, "nowhere");
    let cases: [(&[&str], &[&str]); 6] = [
        (&["--actual", &nonsense], &["nonsense.csv:2", "many"]),
        (&["--actual", &other, "--start", START], &["other.csv", "1999-12-05", "--start"]),
        (&["--attendance", &stranger], &["stranger.csv:2", "no agent `A0l`", "A01"]),
        (&["--attendance", &half], &["half.csv:2", "only one of start and end"]),
        (&["--attendance", &late], &["late.csv", "1999-10-24 to 1999-10-30"]),
        (&["--plan", &nowhere], &["nowhere", "no such file", "shiftcast plan"]),
    ];
    for (arguments, wanted) in cases {
        let refused = review(&bank, "refused", arguments);
        let said = stderr(&refused);
        assert_eq!(status(&refused), 2, "{arguments:?}: {said}");
        for word in wanted {
            assert!(said.contains(word), "{arguments:?}: no {word:?} in {said}");
        }
        assert!(!bank.beside("refused").join("review.csv").exists());
    }
}
