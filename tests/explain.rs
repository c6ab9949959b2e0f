//! A requirement taken apart, through the command line.

mod command;

use calamine::{Data, Reader, Xlsx};
use command::{Bank, shiftcast, status, stderr, stdout};
use serde_json::Value;

const MONDAY_TEN: &str = "1999-10-25 10:00";

fn explain(bank: &Bank, more: &[&str]) -> (i32, String, String) {
    let dir = bank.dir();
    let mut arguments = vec!["explain", "requirement", dir.to_str().expect("the path is text")];
    arguments.extend(more);
    let done = shiftcast(&arguments);
    (status(&done), stdout(&done), stderr(&done))
}

fn told(bank: &Bank) -> Value {
    let (code, out, err) = explain(bank, &["--queue", "PS", "--at", MONDAY_TEN, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).expect("results are JSON")
}

#[test]
fn a_requirement_can_be_redone_from_its_steps() {
    let bank = Bank::new();
    let told = told(&bank);
    let number = |key: &str| told[key].as_f64().expect("a number");
    let load = number("volume") * number("aht_seconds") / number("interval_seconds");
    assert!((load - number("offered_load")).abs() < 1e-12 * load);
    // The first candidate that keeps the promise is the requirement, and the one below it does not keep it.
    let candidates = told["candidates"].as_array().expect("a list");
    let first = candidates.iter().position(|one| one["keeps"] == true).expect("one keeps the promise");
    assert!(first > 0);
    assert_eq!(candidates[first]["agents"], told["required"]);
    let level = |index: usize| candidates[index]["service_level"].as_f64().expect("a number");
    assert!(level(first) >= 0.8 && level(first - 1) < 0.8);
    let lost = (1.0 - number("planned_shrinkage")) * (1.0 - number("unplanned_shrinkage"));
    assert!((number("scheduled") * lost - number("required")).abs() < 1e-9);
    let (code, out, _) = explain(&bank, &["--queue", "PS", "--at", MONDAY_TEN]);
    assert_eq!(code, 0);
    assert!(out.contains("erlangs") && out.contains("Erlang A") && out.contains("to schedule"), "{out}");
}

#[test]
fn the_spreadsheet_holds_live_formulas_and_the_same_answer() {
    let bank = Bank::new();
    let file = bank.beside("ps.xlsx");
    let path = file.to_str().expect("the path is text");
    let (code, _, err) = explain(&bank, &["--queue", "PS", "--at", MONDAY_TEN, "--xlsx", path, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let mut book: Xlsx<_> = calamine::open_workbook(&file).expect("a workbook");
    let values = book.worksheet_range("Requirement").expect("the sheet");
    let formulas = book.worksheet_formula("Requirement").expect("the sheet");
    let told = told(&bank);
    let row = |label: &str| {
        (0..30).find(|&row| values.get_value((row, 0)) == Some(&Data::String(label.to_owned()))).expect("the label is there")
    };
    let (required, load) = (row("agents required on contact"), row("offered load, erlangs"));
    let stored = |row: u32| values.get_value((row, 1)).and_then(|cell| cell.to_string().parse::<f64>().ok());
    assert_eq!(stored(required), told["required"].as_f64());
    assert!(formulas.get_value((required, 1)).is_some_and(|formula| formula.contains("MATCH(TRUE")));
    assert_eq!(formulas.get_value((load, 1)).map(String::as_str), Some("volume*aht_s/interval_s"));
    // Every candidate's cells are formulas, and the first that keeps the promise is the stored answer.
    let header = row("agents n");
    let candidates: Vec<u32> = (header + 1..values.height() as u32).collect();
    let last = values.width() as u32 - 1;
    assert!(
        candidates.iter().all(|&row| (1..=last).all(|column| formulas.get_value((row, column)).is_some_and(|f| !f.is_empty())))
    );
    let keeps = candidates
        .iter()
        .find(|&&row| values.get_value((row, last)).is_some_and(|cell| cell.to_string().eq_ignore_ascii_case("true")));
    let agents = keeps.and_then(|&row| values.get_value((row, 0))).and_then(|cell| cell.to_string().parse::<f64>().ok());
    assert_eq!(agents, told["required"].as_f64());
}

#[test]
fn what_cannot_be_explained_is_refused_with_the_mend() {
    let bank = Bank::new();
    for (arguments, message) in
        [(["--queue", "PX", "--at", MONDAY_TEN], "there is no queue \"PX\""), (["--queue", "PS", "--at", "ten o'clock"], "--at")]
    {
        let (code, out, err) = explain(&bank, &arguments);
        assert!(code == 2 && out.is_empty() && err.contains(message), "{err}");
    }
    let (code, _, err) = explain(&bank, &["--queue", "PS", "--at", MONDAY_TEN, "--start", "1999-11-07"]);
    assert!(code == 2 && err.contains("outside the horizon"), "{err}");
}
