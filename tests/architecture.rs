//! The walls of the house: who may depend on whom, and what no stage may touch.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const STAGES: [&str; 4] = ["forecast", "staffing", "scheduler", "simulation"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(folder: &str) -> toml::Table {
    let path = root().join(folder).join("Cargo.toml");
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display())).parse().unwrap()
}

fn members() -> BTreeSet<String> {
    let workspace = manifest("")["workspace"].as_table().unwrap().clone();
    workspace["members"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Members of the workspace that a member depends on, for the program or its tests.
fn arrows(folder: &str) -> BTreeSet<String> {
    let manifest = manifest(folder);
    let members = members();
    ["dependencies", "dev-dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table().cloned())
        .flat_map(|table| table.keys().cloned().collect::<Vec<_>>())
        .filter(|name| members.contains(name))
        .collect()
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Lines of the sources below `folder` that contain a word, comments and test modules aside.
fn lines_with(folder: &str, words: &[&str]) -> Vec<String> {
    let mut hits = Vec::new();
    for path in sources(&root().join(folder)) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == "tests.rs" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let program = text.split("#[cfg(test)]").next().unwrap();
        for (number, line) in program.lines().enumerate() {
            let code = line.split("//").next().unwrap();
            if words.iter().any(|word| code.contains(word)) {
                hits.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    hits
}

#[test]
fn arrows_point_down_only() {
    assert_eq!(arrows("solver-data"), set([]), "the ground floor knows no other member");
    for stage in STAGES {
        assert_eq!(arrows(stage), set(["solver-data"]), "{stage} knows the vocabulary alone");
    }
    let composed = arrows("scenarios");
    assert!(
        composed.is_superset(&set(STAGES)) && composed.contains("solver-data"),
        "scenarios composes the stages: {composed:?}"
    );
    assert_eq!(arrows(""), set(["scenarios", "solver-data"]), "the faces reach the stages through scenarios");
}

#[test]
fn every_member_is_a_default_member() {
    let workspace = manifest("")["workspace"].as_table().unwrap().clone();
    let default: BTreeSet<String> =
        workspace["default-members"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    let mut wanted = members();
    wanted.insert(".".to_owned());
    assert_eq!(default, wanted);
}

#[test]
fn libraries_and_binaries_leave_benches_to_criterion() {
    for member in members() {
        assert_eq!(manifest(&member)["lib"]["bench"].as_bool(), Some(false), "{member}");
    }
    for binary in manifest("")["bin"].as_array().unwrap() {
        assert_eq!(binary["bench"].as_bool(), Some(false));
    }
}

#[test]
fn versions_lints_and_metadata_live_once_in_the_workspace() {
    for member in members() {
        let manifest = manifest(&member);
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{member}");
        for field in ["version", "edition", "rust-version", "license", "authors"] {
            assert_eq!(manifest["package"][field]["workspace"].as_bool(), Some(true), "{member}: {field}");
        }
        for section in ["dependencies", "dev-dependencies"] {
            for (name, value) in manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten() {
                let inherited = value.get("workspace").and_then(toml::Value::as_bool);
                assert_eq!(inherited, Some(true), "{member}: {section}.{name}");
            }
        }
    }
}

#[test]
fn no_stage_reads_a_file_a_clock_the_environment_or_a_global_generator() {
    let refused =
        ["std::fs", "std::time", "Instant::now", "SystemTime", "Utc::now", "Local::now", "std::env", "rand::rng(", "StdRng"];
    for stage in STAGES.iter().chain(&["scenarios"]) {
        let hits = lines_with(&format!("{stage}/src"), &refused);
        assert!(hits.is_empty(), "{}", hits.join("\n"));
    }
    let ground: Vec<String> =
        lines_with("solver-data/src", &refused).into_iter().filter(|hit| !hit.contains("solver-data/src/io/")).collect();
    assert!(ground.is_empty(), "{}", ground.join("\n"));
}

#[test]
fn the_scheduler_never_calls_the_checker_and_the_checker_never_calls_the_scheduler() {
    let mut hits =
        lines_with("scheduler/src", &["solver_data::check", "check_roster", "check_week", "check_nurse", "check_design"]);
    // Tests hold what the solver makes against the checker.
    hits.retain(|hit| !hit.contains("tests.rs:"));
    assert!(hits.is_empty(), "{}", hits.join("\n"));
    let hits = lines_with("solver-data/src/check", &["scheduler"]);
    assert!(hits.is_empty(), "{}", hits.join("\n"));
}

#[test]
fn nothing_is_left_undone() {
    let marks = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("dbg", "!("), concat!("#[", "ignore")];
    for folder in ["solver-data", "forecast", "staffing", "scheduler", "simulation", "scenarios", "src", "tests", "benches"] {
        let hits: Vec<String> = lines_with(folder, &marks).into_iter().filter(|hit| !hit.contains("/target/")).collect();
        assert!(hits.is_empty(), "{}", hits.join("\n"));
    }
}

#[test]
fn every_source_file_answers_to_one_noun_of_at_most_500_lines() {
    for folder in ["solver-data/src", "forecast/src", "staffing/src", "scheduler/src", "simulation/src", "scenarios/src", "src"] {
        for path in sources(&root().join(folder)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 500, "{} has {lines} lines; split it", path.display());
        }
    }
}
