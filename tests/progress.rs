//! Progress as a stream, Ctrl-C that keeps the best, and rosters of others verified, through the command line.

mod command;

use std::path::PathBuf;

use command::{shiftcast, status, stderr, stdout};
use serde_json::Value;
use tempfile::TempDir;

/// An instance that lies beside the tests of the vocabulary.
fn data(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("solver-data/tests/data").join(name).display().to_string()
}

/// Incumbents and bounds of a stream, which must be JSON line by line.
fn stream(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{line}: {why}"))).collect()
}

#[test]
fn the_stream_is_monotone_and_ends_with_the_answer() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("design.csv");
    for (kind, file) in [("design", "design_20.dzn"), ("week", "week_8.json"), ("nrp", "nurses_7.txt")] {
        let limits = ["--time-limit", "3", "--progress", "json", "--format", "json"];
        let instance = data(file);
        let solved = shiftcast(&[&["solve", kind, &instance, "-o", out.to_str().unwrap()][..], &limits].concat());
        assert_eq!(status(&solved), 0, "{}", stderr(&solved));
        let answer: Value = serde_json::from_str(&stdout(&solved)).unwrap();
        let lines = stream(&stderr(&solved));
        let figures = |key: &str| -> Vec<f64> { lines.iter().filter_map(|line| line[key].as_f64()).collect() };
        assert!(figures("incumbent").windows(2).all(|pair| pair[1] <= pair[0]), "{kind}: {lines:?}");
        assert!(figures("bound").windows(2).all(|pair| pair[1] >= pair[0]), "{kind}: {lines:?}");
        let last = lines.last().unwrap();
        assert_eq!(last["incumbent"].as_f64(), answer["objective"].as_f64(), "{kind}");
        assert_eq!(last["bound"].as_f64(), answer["lower_bound"].as_f64(), "{kind}");
        for key in ["seconds", "gap", "iterations", "stage"] {
            assert!(!last[key].is_null(), "{kind}: {key}");
        }
        let judged = shiftcast(&["solve", kind, &instance, "--check", out.to_str().unwrap(), "--format", "json"]);
        assert_eq!(status(&judged), 0, "{}", stderr(&judged));
        let judged: Value = serde_json::from_str(&stdout(&judged)).unwrap();
        assert_eq!(judged["objective"], answer["objective"], "{kind}");
    }
}

#[test]
fn a_roster_that_breaks_rules_is_costed_and_told() {
    let folder = TempDir::new().unwrap();
    let roster = folder.path().join("theirs.csv");
    std::fs::write(&roster, "start,length_minutes,day,count\n03:00,60,0,1\n").unwrap();
    let instance = data("design_20.dzn");
    let judged = shiftcast(&["solve", "design", &instance, "--check", roster.to_str().unwrap(), "--format", "json"]);
    assert_eq!(status(&judged), 3, "{}", stderr(&judged));
    assert!(stderr(&judged).contains("allowed_shift"), "{}", stderr(&judged));
    assert!(serde_json::from_str::<Value>(&stdout(&judged)).unwrap()["violations"] == 1);
    std::fs::write(&roster, "start,length_minutes,day,count\n03:00,61,9,x\n").unwrap();
    let judged = shiftcast(&["solve", "design", &instance, "--check", roster.to_str().unwrap()]);
    assert_eq!(status(&judged), 2);
    let told = stderr(&judged);
    let errors = told.lines().filter(|line| line.starts_with("error:") && line.contains("theirs.csv:2:"));
    assert_eq!(errors.count(), 3, "{told}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_best() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = TempDir::new().unwrap();
    let out = folder.path().join("roster.csv");
    let mut solving = Command::new(env!("CARGO_BIN_EXE_shiftcast"))
        .args(["solve", "week", &data("week_6_nights.json"), "--time-limit", "300", "--gap", "0", "-o", out.to_str().unwrap()])
        .args(["--progress", "json", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(solving.stderr.take().unwrap()).lines();
    let first = lines.by_ref().map(Result::unwrap).find(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["incumbent"].is_number()
    });
    assert!(first.is_some());
    assert!(Command::new("kill").args(["-INT", &solving.id().to_string()]).status().unwrap().success());
    let last: Value = lines.map(Result::unwrap).last().map(|line| serde_json::from_str(&line).unwrap()).unwrap();
    let ended = solving.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    let answer: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(answer["stop_reason"], "interrupted");
    assert_eq!(last["incumbent"].as_f64(), answer["objective"].as_f64());
    assert!(std::fs::read_to_string(&out).unwrap().lines().count() > 1);
}
