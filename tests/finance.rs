//! Cost and capacity by the command line: what reconciles, what adds up, what is refused and with which hint.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its results has failed")]

mod command;

use std::path::Path;

use calamine::{Reader, Xlsx, open_workbook};
use command::{Bank, START, listing, shiftcast, status, stderr, stdout};
use serde_json::Value;

fn cost(bank: &Bank, more: &[&str]) -> std::process::Output {
    let (dir, roster) = (bank.dir(), bank.beside("week").join("roster.csv"));
    let fixed = ["cost", dir.to_str().unwrap(), "--roster", roster.to_str().unwrap(), "--replications", "8"];
    shiftcast(&[&fixed[..], more].concat())
}

fn capacity(bank: &Bank, more: &[&str]) -> std::process::Output {
    let dir = bank.dir();
    let fixed = ["capacity", dir.to_str().unwrap(), "--start", "1999-11-01", "--paths", "20"];
    shiftcast(&[&fixed[..], more].concat())
}

fn json(output: &std::process::Output) -> Value {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|why| panic!("{why}: {}", stderr(output)))
}

/// Sum of a column of a CSV file, in cents.
fn cents(path: &Path, column: &str) -> i64 {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let place = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    reader.records().map(|row| (row.unwrap()[place].parse::<f64>().unwrap() * 100.0).round() as i64).sum()
}

#[test]
fn the_statement_reconciles_with_the_plans_cost_and_a_budget_is_explained_to_the_cent() {
    let bank = Bank::new();
    assert!([0, 3].contains(&status(&bank.plan("week", &[]))));
    let out = bank.beside("cost");
    let made = cost(&bank, &["--start", START, "-o", out.to_str().unwrap(), "--format", "json"]);
    assert_eq!(status(&made), 0, "{}", stderr(&made));
    let files = ["breakdown.csv", "budget.csv", "cost.csv", "cost.html", "cost.xlsx", "run.json", "statement.csv"];
    assert_eq!(listing(&out), files);
    let planned = cents(&bank.beside("week").join("cost.csv"), "amount");
    assert_eq!(cents(&out.join("statement.csv"), "of_which_cost_csv"), planned);
    assert_eq!(json(&made)["total_minor_units"], planned);
    assert_eq!(std::fs::read(out.join("cost.csv")).unwrap(), std::fs::read(bank.beside("week").join("cost.csv")).unwrap());

    // The plan as its own budget differs in nothing.
    let budget = out.join("budget.csv");
    let same = json(&cost(&bank, &["--budget", budget.to_str().unwrap(), "--format", "json"]));
    assert_eq!(same["variance"]["total"]["difference"], 0);

    // Dearer hours and a price of abandoned contacts: rate and penalty, and the parts add up.
    bank.edit("centre.toml", "hourly = 29.00", "hourly = 29.00\nvariable_hourly = 2.00");
    bank.edit("centre.toml", "night = \"22:00-06:00\"", "abandoned_contact = 5.00\nnight = \"22:00-06:00\"");
    let page = bank.beside("cost.html");
    let dearer =
        cost(&bank, &["--budget", budget.to_str().unwrap(), "--format", "json", "-o", page.to_str().unwrap(), "--lang", "zh"]);
    let dearer = json(&dearer);
    let total = &dearer["variance"]["total"];
    let parts: i64 = total["parts"].as_object().unwrap().values().map(|part| part.as_i64().unwrap()).sum();
    assert_eq!(total["difference"].as_i64().unwrap(), parts);
    assert!(total["parts"]["rate"].as_i64().unwrap() > 0 && total["parts"]["penalty"].as_i64().unwrap() > 0);
    assert_eq!((&total["parts"]["volume"], &total["parts"]["aht"]), (&Value::from(0), &Value::from(0)));
    assert_eq!(dearer["roster_minor_units"], planned);
    assert!(std::fs::read_to_string(page).unwrap().contains("从预算到计划"));

    let mut book: Xlsx<_> = open_workbook(out.join("cost.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["Summary", "Monthly", "Pay classes", "Assumptions", "Sources", "Lines"]);
    let stored = book.worksheet_range("Summary").unwrap().get_value((3, 1)).unwrap().to_string();
    assert_eq!((stored.parse::<f64>().unwrap() * 100.0).round() as i64, planned);
    let formulas = book.worksheet_formula("Monthly").unwrap();
    assert!(formulas.used_cells().any(|(_, _, formula)| formula.contains("SUMIFS")));
}

#[test]
fn pay_tables_with_gaps_and_budgets_of_strangers_are_refused_with_their_place() {
    let bank = Bank::new();
    bank.edit(
        "centre.toml",
        "night = \"22:00-06:00\"",
        "overtime = [{ hours = [40, 44], rate = \"150 %\" }, { hours = [46, 168], rate = \"200 %\" }]\nnight = \"22:00-06:00\"",
    );
    let refused = cost(&bank, &["--start", START]);
    assert_eq!(status(&refused), 2);
    let text = stderr(&refused);
    assert!(text.contains("weekly hours 44 to 46") && text.contains("pay.overtime[1]"), "{text}");
    assert_eq!(status(&bank.check()), 2);

    let bank = Bank::new();
    assert!([0, 3].contains(&status(&bank.plan("week", &[]))));
    bank.write("budget.csv", b"queue,volume,aht_seconds,paid_hours,amount\nPX,1,1,1,1\n");
    let budget = bank.dir().join("budget.csv");
    let refused = cost(&bank, &["--start", START, "--budget", budget.to_str().unwrap()]);
    assert_eq!(status(&refused), 2);
    assert!(stderr(&refused).contains("there is no queue \"PX\""), "{}", stderr(&refused));
}

#[test]
fn a_capacity_plan_holds_its_bound_and_tells_its_assumptions() {
    let bank = Bank::new();
    let out = bank.beside("capacity");
    let made = capacity(&bank, &["--months", "6", "-o", out.to_str().unwrap(), "--format", "json"]);
    let record = json(&made);
    assert!([0, 3].contains(&status(&made)), "{}", stderr(&made));
    let files =
        ["assumptions.csv", "capacity.csv", "capacity.html", "capacity_cost.csv", "prices.csv", "run.json", "tornado.csv"];
    assert_eq!(listing(&out), files);
    for plan in ["P50", "P90"] {
        let total = record["plans"][plan]["cost_minor_units"]["total"].as_f64().unwrap();
        let missing = record["plans"][plan]["cost_minor_units"]["missing_hours_price"].as_f64().unwrap();
        assert!(record["lower_bound"][plan].as_f64().unwrap() <= (total + missing) * 1.000_001);
        let rule = &record["simple_rule"][plan];
        let lacking = rule["missing_hours"].as_f64().unwrap() > 0.0;
        assert!(lacking || total <= rule["cost"].as_f64().unwrap() * 1.000_001);
    }
    assert!(record["assumptions"].as_array().unwrap().iter().all(|own| own["stated"] == false));
    let again = capacity(&bank, &["--months", "6", "--threads", "1", "--format", "json"]);
    assert_eq!(json(&again)["plans"], record["plans"]);
}

#[test]
fn people_who_cannot_be_hired_in_time_are_a_promise_not_met_with_the_nearest_that_works() {
    let bank = Bank::new();
    let agents = bank.read("agents.csv");
    let few: Vec<&str> = agents.lines().take(12).collect();
    bank.write("agents.csv", few.join("\n").as_bytes());
    bank.write("requests.csv", b"agent,date,kind,value,weight\n");
    bank.write("time_off.csv", b"agent,start,end,credited_hours\n");
    let text = bank.read("centre.toml") + "\n[capacity]\nlead_months = 4\noutsourcing_limit = 0.05\n";
    bank.write("centre.toml", text.as_bytes());
    let short = capacity(&bank, &["--months", "6", "--format", "json"]);
    assert_eq!(status(&short), 3, "{}", stderr(&short));
    let told = stderr(&short);
    assert!(told.contains("1999-11") && told.contains("hours missing") && told.contains("nearest that works"), "{told}");
}

#[test]
fn a_frontier_rises_with_the_service_level() {
    let bank = Bank::new();
    let made = json(&capacity(&bank, &["--months", "3", "--frontier", "70..90/10", "--format", "json"]));
    let points = made["frontier"].as_array().unwrap();
    assert_eq!(points.len(), 3);
    let bounds: Vec<f64> = points.iter().map(|point| point["lower_bound"].as_f64().unwrap()).collect();
    assert!(bounds.is_sorted(), "{bounds:?}");
}
