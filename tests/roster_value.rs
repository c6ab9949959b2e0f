//! What a roster's parts are worth, promises over a week kept by the roster, and mends of clashes, through the command line.

mod command;

use command::{Bank, START, shiftcast, status, stderr, stdout};
use serde_json::Value;

const WEEKLY: &str = "target = { preset = \"80/20\", per = \"week\", interval_floor = \"50 %\", abandonment = \"6 %\" }";

/// A bank that promises over the week.
fn weekly() -> Bank {
    let bank = Bank::new();
    let centre = bank.read("centre.toml");
    let lines = centre.lines().map(|line| if line.starts_with("target = {") { WEEKLY } else { line });
    bank.write("centre.toml", (lines.collect::<Vec<_>>().join("\n") + "\n").as_bytes());
    bank
}

fn json(output: &std::process::Output) -> Value {
    serde_json::from_str(&stdout(output)).expect("standard output is JSON")
}

#[test]
fn a_weekly_promise_is_kept_by_the_roster_and_has_its_price() {
    let bank = weekly();
    let (dir, roster) = (bank.dir(), bank.beside("roster.csv"));
    let (dir, roster) = (dir.to_str().unwrap(), roster.to_str().unwrap());
    let scheduled = shiftcast(&["schedule", dir, "--start", START, "--iterations", "20", "-o", roster, "--format", "json"]);
    assert!([0, 3].contains(&status(&scheduled)), "{}", stderr(&scheduled));
    let record = json(&scheduled);
    assert!(record["lower_bound"].as_f64().unwrap() <= record["objective"].as_f64().unwrap());
    let promises = record["promises"].as_array().unwrap();
    assert!(promises.iter().any(|kept| kept["queue"] == "PS" && kept["measure"] == "service_level"));
    assert!(promises.iter().any(|kept| kept["measure"] == "abandonment"));
    for kept in promises {
        let (wanted, reached) = (kept["wanted"].as_f64().unwrap(), kept["reached"].as_f64().unwrap());
        let lacks = if kept["measure"] == "abandonment" { reached > wanted } else { reached < wanted };
        assert_eq!(lacks, kept["contacts_lacking"].as_f64().unwrap() > 0.0, "{kept}");
    }

    let told =
        shiftcast(&["explain", "roster", dir, "--start", START, "--roster", roster, "--evaluations", "60", "--format", "json"]);
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    let worth = json(&told);
    let service = worth["service"].as_array().unwrap();
    assert_eq!(service.len(), promises.len());
    assert!(service.iter().all(|row| row["price_per_contact"].as_f64().unwrap() >= 0.0));
    assert!(service.iter().any(|row| row["cost_of_a_point_at_least"].as_f64().unwrap() > 0.0));
}

#[test]
fn a_roster_is_explained_to_planner_team_lead_and_finance() {
    let bank = Bank::new();
    let dir = bank.dir();
    let dir = dir.to_str().unwrap();
    let roster = bank.beside("roster.csv");
    let roster = roster.to_str().unwrap();
    let scheduled = shiftcast(&["schedule", dir, "--start", START, "--iterations", "2", "-o", roster, "--format", "json"]);
    assert!([0, 3].contains(&status(&scheduled)), "{}", stderr(&scheduled));
    let short = json(&scheduled);
    assert_eq!(short["short_agent_intervals"].as_u64().unwrap() > 0, !short["repairs"].as_array().unwrap().is_empty());

    let explain = |format: &str| {
        shiftcast(&["explain", "roster", dir, "--start", START, "--roster", roster, "--evaluations", "40", "--format", format])
    };
    let told = explain("json");
    assert_eq!(status(&told), 0, "{}", stderr(&told));
    let worth = json(&told);
    let agents = worth["agents"].as_array().unwrap();
    assert!(agents.iter().any(|agent| agent["level"] == "junior" && agent["contract"] == "part_time"), "{agents:?}");
    // Few evaluations leave the bounds, and so their differences, a few per cent of the objective apart.
    let slack = 0.05 * short["objective"].as_f64().unwrap() / 100.0;
    let number = |agent: &Value, name: &str| agent[name].as_f64().unwrap();
    assert!(agents.iter().all(|agent| number(agent, "worth") <= number(agent, "worth_at_most") + slack), "{agents:?}");
    for repair in worth["repairs"].as_array().unwrap() {
        assert!(repair["agent_intervals_mended"].as_u64().unwrap() > 0, "{repair}");
        assert!(repair["text"].as_str().unwrap().contains("agent-hours"), "{repair}");
    }
    let table = explain("csv");
    let text = stdout(&table);
    assert!(text.starts_with("what,who,change,worth_a_week,at_most,pay_a_week,for,origin\n"), "{text}");
    assert!(["finance", "team lead", "planner", "recounted"].iter().all(|word| text.contains(word)), "{text}");
}

#[test]
fn an_agent_without_a_week_is_named_with_what_would_give_one() {
    let bank = Bank::new();
    let off = bank.read("time_off.csv") + "A01,1999-10-24,1999-10-28,0\nA02,1999-10-24,1999-10-28,0\n";
    bank.write("time_off.csv", off.as_bytes());
    let dir = bank.dir();
    let refused = shiftcast(&["schedule", dir.to_str().unwrap(), "--start", START, "--iterations", "2"]);
    assert_eq!(status(&refused), 2, "{}", stdout(&refused));
    let told = stderr(&refused).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("no week exists for agent A01") && told.contains("no week exists for agent A02"), "{told}");
    assert!(told.contains("one of these gives a week: ") && told.contains("a weekly minimum of 7 h instead of 36 h"), "{told}");
}
