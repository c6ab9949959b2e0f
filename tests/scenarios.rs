//! What-ifs on the command line: compare, sweep and goal on the bank with a roster at hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its results has failed")]

mod command;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use command::{Bank, START, shiftcast, status, stderr, stdout};
use serde_json::Value;

/// A bank with a roster planned in few iterations, shared by all tests: none writes into the centre but its scenarios.
static BANK: LazyLock<Bank> = LazyLock::new(|| {
    let bank = Bank::new();
    let (dir, week) = (bank.dir(), bank.beside("week"));
    let limits = ["--iterations", "5", "--rounds", "1", "--replications", "5"];
    let plan = ["plan", dir.to_str().unwrap(), "--start", START, "-o", week.to_str().unwrap()];
    let planned = shiftcast(&[&plan[..], &limits].concat());
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    std::fs::create_dir(dir.join("scenarios")).unwrap();
    bank
});

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// Runs a what-if command on the bank with the roster at hand and ten replications.
fn what_if(command: &str, more: &[&str]) -> Output {
    let (dir, week) = (text(&BANK.dir()), text(&BANK.beside("week")));
    let head = [command, dir.as_str()];
    shiftcast(&[&head[..], more, &["--base", &week, "--replications", "10"]].concat())
}

fn compare(out: &str, scenarios: &[&str], more: &[&str]) -> (Output, PathBuf) {
    let folder = BANK.beside(out);
    let told = text(&folder);
    (what_if("compare", &[scenarios, &["--roster", "kept", "-o", &told], more].concat()), folder)
}

/// A scenario file in the bank's folder.
fn scenario(name: &str, lines: &str) {
    std::fs::write(BANK.dir().join("scenarios").join(format!("{name}.toml")), lines).unwrap();
}

#[test]
fn the_whole_catalogue_runs_on_the_bank_with_verdicts() {
    let catalogue: Vec<&str> = scenarios::scenario::catalog::SCENARIOS.iter().map(|(name, _)| *name).collect();
    let (output, folder) = compare("catalogue", &catalogue, &["--format", "json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let told: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let of = |name: &str| {
        let all = told["scenarios"].as_array().unwrap();
        all.iter().find(|own| own["scenario"] == name).unwrap().clone()
    };
    let service = |name: &str| of(name)["rosters"]["kept"]["service_level"]["difference"].as_f64().unwrap();
    assert!(service("double_11") < -0.1 && service("flu_week") < 0.0 && service("outage_day") < 0.0);
    assert!(service("self_service_60_percent") > 0.0 && service("aht_8_to_5_minutes") > 0.0);
    assert!(service("two_agents_at_peak") >= 0.0 && service("headcount_10_percent") > 0.0);
    let verdict = of("flu_week")["verdict"].as_str().unwrap().to_owned();
    assert!(verdict.contains("service falls") && verdict.contains("ILS a day"), "{verdict}");
    let csv = std::fs::read_to_string(folder.join("compare.csv")).unwrap();
    assert!(csv.starts_with("scenario,roster,queue,date,measure,unit,base,value,difference,difference_ci95\n"));
    assert!(csv.lines().any(|line| line.starts_with("new_skill_tier,kept,specialist,,service_level,share,,")), "new queue");
    let page = std::fs::read_to_string(folder.join("compare.html")).unwrap();
    assert!(page.contains("Flu week") && !page.contains("http") && !page.contains("NaN"));
}

#[test]
fn a_scenario_without_changes_differs_by_exactly_nothing() {
    scenario("nothing", "title = \"Nothing\"\n");
    let (output, folder) = compare("nothing", &["nothing"], &[]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let csv = std::fs::read_to_string(folder.join("compare.csv")).unwrap();
    assert!(csv.lines().count() > 20);
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells[8].parse::<f64>().unwrap(), cells[9].parse::<f64>().unwrap()), (0.0, 0.0), "{line}");
    }
}

#[test]
fn one_and_four_threads_write_the_same_bytes() {
    let files = ["1", "4"].map(|threads| {
        let out = format!("threads{threads}");
        let (output, folder) = compare(&out, &["flu_week+two_agents_at_peak", "outage_day"], &["--threads", threads]);
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        (std::fs::read(folder.join("compare.csv")).unwrap(), std::fs::read(folder.join("compare.html")).unwrap())
    });
    assert!(files[0] == files[1]);
}

#[test]
fn every_mistake_of_all_scenarios_is_told_at_once_and_nothing_is_written() {
    scenario(
        "wrong",
        "[[change]]\nkind = \"volume\"\nqueues = [\"PSS\"]\nfactor = 1.2\n\n[[change]]\nkind = \"aht\"\nfactor = 0.9\nfrom = \"1999-11-20\"\n",
    );
    scenario(
        "worse",
        "[[change]]\nkind = \"headcount\"\nchange = -45\n\n[[change]]\nkind = \"target\"\ntarget = { service_level = \"100 %\", within_seconds = 20 }\n",
    );
    let (output, folder) = compare("wrong", &["wrong", "worse", "fluweek"], &[]);
    assert_eq!(status(&output), 2);
    let told = stderr(&output);
    for wanted in [
        "wrong.toml:3:11: there is no queue \"PSS\"",
        "did you mean `PS`?",
        "wrong.toml:9:8: 1999-11-20 lies 21 day(s) after the horizon, which goes from 1999-10-24 to 1999-10-30",
        "a negative headcount",
        "no number of agents can meet a service level of 100 %",
        "there is no scenario \"fluweek\"",
        "did you mean `flu_week`?",
    ] {
        assert!(told.contains(wanted), "{wanted:?} is not in\n{told}");
    }
    assert!(!folder.exists());
}

const SWEEP: &str = "replications = 5\n[[axis]]\nname = \"volume\"\nchange = { kind = \"volume\" }\nvary = \"factor\"\n\
    values = [0.9, 1.0, 1.1]\n[[axis]]\nname = \"event\"\nscenarios = [\"none\", \"flu_week\"]\n";

fn sweep(out: &str, more: &[&str]) -> (Output, PathBuf) {
    let (file, folder) = (BANK.beside("sweep.toml"), BANK.beside(out));
    // Several tests write the same bytes; a rename never shows half of them.
    let own = BANK.beside(&format!("{out}-{}.toml", more.len()));
    std::fs::write(&own, SWEEP).unwrap();
    std::fs::rename(&own, &file).unwrap();
    (what_if("sweep", &[&[text(&file).as_str(), "-o", &text(&folder)], more].concat()), folder)
}

fn tables(folder: &Path) -> (String, Vec<u8>) {
    (std::fs::read_to_string(folder.join("sweep.csv")).unwrap(), std::fs::read(folder.join("sweep.parquet")).unwrap())
}

#[test]
fn a_resumed_sweep_and_the_union_of_its_parts_equal_the_whole() {
    let (output, whole) = sweep("whole", &["--threads", "4"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let (csv, parquet) = tables(&whole);
    assert_eq!(csv.lines().count(), 7);
    assert!(csv.starts_with("scenario,volume,event,roster,expected_contacts,expected_contacts_difference,"));
    // Interrupted after two and a half scenarios.
    let half = BANK.beside("half");
    std::fs::create_dir(&half).unwrap();
    let journal = std::fs::read_to_string(whole.join("progress.jsonl")).unwrap();
    let lines: Vec<&str> = journal.lines().collect();
    std::fs::write(half.join("progress.jsonl"), format!("{}\n{}\n{}", lines[0], lines[1], &lines[2][..40])).unwrap();
    let (output, half) = sweep("half", &["--threads", "1", "--format", "json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let record: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(record["computed_now"], 4);
    assert!(tables(&half) == (csv.clone(), parquet.clone()));
    for part in ["1/2", "2/2"] {
        let (output, folder) = sweep("parts", &["--shard", part]);
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        let name = format!("sweep-{}.csv", part.replace('/', "-of-"));
        assert_eq!(std::fs::read_to_string(folder.join(name)).unwrap().lines().count(), 4);
    }
    let (output, union) = sweep("parts", &["--format", "json"]);
    let record: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(record["computed_now"], 0);
    assert!(tables(&union) == (csv, parquet));
}

#[test]
fn goals_are_sought_and_impossible_ones_refused() {
    let output = what_if("goal", &["promotion", "--service-level", "60%", "--format", "json"]);
    let told: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    assert!(told["value"].as_f64().unwrap() > 0.0 && told["service_level"].as_f64().unwrap() >= 0.6);
    let refused = what_if("goal", &["cost", "--service-level", "100%"]);
    assert_eq!(status(&refused), 2);
    assert!(stderr(&refused).contains("nearest that works"), "{}", stderr(&refused));
}

#[test]
fn chinese_is_spoken_on_request() {
    let (output, folder) = compare("chinese", &["flu_week"], &["--lang", "zh"]);
    assert!(stdout(&output).contains("服务水平下降"), "{}", stdout(&output));
    let page = std::fs::read_to_string(folder.join("compare.html")).unwrap();
    assert!(page.contains("lang=\"zh-Hans\"") && page.contains("流感周") && page.contains("放弃率"));
}
