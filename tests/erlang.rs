//! Queueing formulas at the command line: one queue by options, ten models by batch, bad cells with their places.

mod command;

use command::{shiftcast, status, stderr, stdout};
use serde_json::Value;

fn rows(arguments: &[&str]) -> Vec<Value> {
    let done = shiftcast(&[arguments, &["--format", "json"]].concat());
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    serde_json::from_str(&stdout(&done)).expect("results are JSON")
}

const QUEUE: [&str; 4] = ["--interval", "1800", "--aht", "180"];

#[test]
fn one_queue_is_answered_without_a_file() {
    let asked = [&["erlang", "required", "--volume", "100", "--sl", "80/20"], &QUEUE[..]].concat();
    assert_eq!(rows(&asked)[0]["n_min"], 14);
    let patient = [&asked[..], &["--patience", "120", "--max-abandon", "5%"]].concat();
    assert_eq!((&rows(&patient)[0]["n_min"], &rows(&patient)[0]["model"]), (&13.into(), &"erlang_a".into()));
    let classes = ["erlang", "evaluate", "--model", "priority", "--class-volumes", "30|60|90", "--agents", "20"];
    let waits = rows(&[&classes, &QUEUE[..]].concat())[0]["asa_by_class_s"].as_str().unwrap().to_owned();
    assert!(waits.starts_with("5.8316718157") && waits.split('|').count() == 3, "{waits}");
}

#[test]
fn bad_options_are_named_without_a_line() {
    let done = shiftcast(&[&["erlang", "required", "--volume", "x", "--sl", "80/20"], &QUEUE[..]].concat());
    assert_eq!(status(&done), 2);
    assert!(stderr(&done).contains("command line: volume: `x` is not a number"), "{}", stderr(&done));
    assert_eq!(status(&shiftcast(&[&["erlang", "required", "--volume", "9", "--sl", "8020"], &QUEUE[..]].concat())), 2);
}

#[test]
fn batches_mix_models_and_name_every_bad_cell() {
    let folder = tempfile::TempDir::new().unwrap();
    let (input, output) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
    let header = "model,volume,interval_s,aht_s,patience_s,places,redial_prob,class_volumes,concurrency,n,t_s\n";
    let good = "erlang_b,100,1800,180,,,,,,14,20\nmmnk,100,1800,180,,20,,,,14,20\nretrial_a,100,1800,180,60,,0.6,,,14,20\n\
        priority,,1800,180,,,,10|30|60,,14,\nchat,100,1800,180,60,,,,2,9,20\n";
    std::fs::write(&input, format!("{header}{good}")).unwrap();
    let answers = rows(&["erlang", "evaluate", "--batch", input.to_str().unwrap()]);
    assert!(answers.iter().all(|row| row["status"] == "ok"), "{answers:?}");
    assert!((answers[0]["p_block"].as_f64().unwrap() - 0.056_819_143_386_521_3).abs() < 1e-12);
    assert!((answers[1]["p_block"].as_f64().unwrap() - 0.006_718_559_434_599_6).abs() < 1e-12);
    assert!(answers[2]["lambda_total_over_first"].as_f64().unwrap() > 1.02);
    assert!(answers[4]["mean_chats_per_agent"].as_f64().unwrap() > 1.0);

    let bad = "mmnk,100,1800,180,,,,,,14,20\nretrial_a,100,1800,180,60,,6,,,14,20\npriority,,1800,180,,,,10|x|60,,14,\n";
    std::fs::write(&input, format!("{header}{bad}")).unwrap();
    let refused = shiftcast(&["erlang", "evaluate", "--batch", input.to_str().unwrap(), "-o", output.to_str().unwrap()]);
    assert_eq!(status(&refused), 2);
    for place in ["in.csv:2:20: places", "in.csv:3:28: redial_prob", "in.csv:4:23: class_volumes"] {
        assert!(stderr(&refused).contains(place), "{place}: {}", stderr(&refused));
    }
    assert!(stderr(&refused).contains("3 error(s)"), "{}", stderr(&refused));
    assert!(!output.exists());
}
