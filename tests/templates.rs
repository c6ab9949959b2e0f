//! The templates: what the generator writes is what is committed, and every one of them is a sound centre.
#![expect(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

#[path = "../templates/generate/synthetic/mod.rs"]
mod synthetic;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn committed(template: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(template).join(name)
}

fn shiftcast(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("shiftcast").unwrap().args(arguments).assert()
}

#[test]
fn the_generator_writes_the_committed_files() {
    for file in synthetic::files() {
        let path = committed(file.template, file.name);
        let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let line = text.lines().zip(file.text.lines()).position(|(old, new)| old != new);
        assert!(text == file.text, "{} is not what the generator writes, first in line {line:?}", path.display());
    }
}

#[test]
fn every_template_can_be_made_and_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    for template in ["bank", "ecommerce", "hotline"] {
        let dir = folder.path().join(template);
        let dir = dir.to_str().unwrap();
        shiftcast(&["init", dir, "--template", template]).success();
        let checked = shiftcast(&["check", dir]).success();
        let said = String::from_utf8_lossy(&checked.get_output().stdout).into_owned();
        assert!(said.contains("is sound") && said.contains("0 warning(s)"), "{template}: {said}");
        assert!(fs::read_to_string(Path::new(dir).join("SOURCES.md")).unwrap().contains("# Sources of the"));
    }
}

/// Contacts of a queue by day.
fn days(template: &str, queue: &str) -> BTreeMap<String, f64> {
    let text = fs::read_to_string(committed(template, "history.csv")).unwrap();
    let mut days = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells[1] == queue {
            *days.entry(cells[0][..10].to_owned()).or_insert(0.0) += cells[2].parse::<f64>().unwrap();
        }
    }
    days
}

#[test]
fn double_11_stands_twice_in_two_years_and_shifts_the_mix() {
    let (chats, calls) = (days("ecommerce", "chat_ordinary"), days("ecommerce", "voice_gold"));
    assert_eq!(chats.len(), 728);
    for year in ["2023", "2024"] {
        let surge = |days: &BTreeMap<String, f64>| {
            let usual: f64 = (2..9).map(|day| days[&format!("{year}-11-{day:02}")]).sum::<f64>() / 7.0;
            days[&format!("{year}-11-11")] / usual
        };
        let (chat, call) = (surge(&chats), surge(&calls));
        assert!(chat > 2.5 && call > 1.2 && chat > 1.5 * call, "{year}: chats × {chat}, gold calls × {call}");
    }
}

#[test]
fn the_hotline_answers_every_hour_and_its_nights_are_quiet() {
    let text = fs::read_to_string(committed("hotline", "history.csv")).unwrap();
    let of = |hour: &str| -> f64 {
        let rows = text.lines().filter(|line| line.contains(&format!(" {hour}:00,breakdown,")));
        let (sum, count) = rows
            .fold((0.0, 0.0), |(sum, count), line| (sum + line.split(',').nth(2).unwrap().parse::<f64>().unwrap(), count + 1.0));
        sum / count
    };
    let (night, morning) = (of("03"), of("08"));
    assert!(night > 1.0 && morning > 4.0 * night, "{night} at night, {morning} in the morning");
    // A row for every hour of 728 days; one is missing in each of two springs.
    assert_eq!(text.lines().count(), 1 + 3 * (728 * 24 - 2));
}
