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

/// A batch of one file, as its answers.
fn batch(question: &str, text: &str) -> Vec<Value> {
    let folder = tempfile::TempDir::new().expect("a folder for a test can be made");
    let input = folder.path().join("in.csv");
    std::fs::write(&input, text).expect("the folder takes a file");
    rows(&["erlang", question, "--batch", input.to_str().expect("its path is text")])
}

#[test]
fn a_question_without_a_limit_is_refused_and_a_row_without_one_says_so() {
    let asked = [&["erlang", "required", "--volume", "100", "--patience", "120"], &QUEUE[..]].concat();
    let done = shiftcast(&asked);
    assert_eq!((status(&done), stdout(&done).as_str()), (2, ""));
    assert!(stderr(&done).contains("give a limit, e.g. --sl 80/20"), "{}", stderr(&done));
    let answers =
        batch("required", "model,volume,interval_s,aht_s,sl_target,t_s\nerlang_c,100,1800,180,,\nerlang_c,100,1800,180,0.8,20\n");
    assert_eq!((&answers[0]["n_min"], &answers[1]["n_min"]), (&Value::Null, &14.into()));
    assert!(answers[0]["status"].as_str().unwrap().starts_with("no limit is given"), "{answers:?}");
}

#[test]
fn one_queue_without_an_answer_ends_with_three_and_a_batch_with_none() {
    let asked = ["erlang", "required", "--model", "mmnk", "--places", "5", "--max-block", "1%", "--volume", "100"];
    let done = shiftcast(&[&asked[..], &QUEUE, &["--format", "csv"]].concat());
    assert_eq!(status(&done), 3);
    assert!(stderr(&done).contains("no answer: blocking of 0.01 is out of reach"), "{}", stderr(&done));
    assert!(stdout(&done).lines().count() == 2 && stdout(&done).contains("out of reach"), "{}", stdout(&done));
    let answers = batch("required", "model,volume,interval_s,aht_s,places,max_block\nmmnk,100,1800,180,5,1%\n");
    assert!(answers[0]["status"].as_str().unwrap().contains("out of reach"), "{answers:?}");
    let no_time = ["erlang", "evaluate", "--volume", "9", "--interval", "0", "--aht", "180", "--agents", "2"];
    assert_eq!(status(&shiftcast(&no_time)), 2);
}

#[test]
fn columns_that_no_row_needs_may_be_left_out() {
    let chats = batch("evaluate", "model,volume,interval_s,aht_by_concurrency_s,n,t_s\nchat,48,1800,420|540|720,8,30\n");
    assert_eq!(chats[0]["status"], "ok");
    let classes = batch("evaluate", "model,interval_s,aht_s,class_volumes,n\npriority,1800,180,30|60|90,20\n");
    assert!(classes[0]["asa_by_class_s"].as_str().unwrap().starts_with("5.8316718157"), "{classes:?}");

    let folder = tempfile::TempDir::new().unwrap();
    let input = folder.path().join("in.csv");
    std::fs::write(&input, "model,interval_s,n\nerlang_c,1800,14\n").unwrap();
    let refused = shiftcast(&["erlang", "evaluate", "--batch", input.to_str().unwrap()]);
    assert_eq!(status(&refused), 2);
    for column in ["volume", "aht_s"] {
        let told = format!("`erlang_c` needs a column {column}");
        assert!(stderr(&refused).contains(&told), "{told}: {}", stderr(&refused));
    }
}

#[test]
fn an_overloaded_chat_desk_is_told_its_own_load() {
    let chat = ["erlang", "evaluate", "--model", "chat", "--volume", "100", "--interval", "1800", "--concurrency", "1"];
    let answers = rows(&[&chat[..], &["--aht-by-concurrency", "180", "--agents", "5"]].concat());
    let told = answers[0]["status"].as_str().unwrap();
    assert!(told.ends_with("5 agents for chats that fill 10; add agents or give a patience"), "{told}");
}

#[test]
fn no_column_of_the_output_has_the_name_of_another() {
    let folder = tempfile::TempDir::new().unwrap();
    let (input, output) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
    let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
    let header = "model,volume,interval_s,aht_s,escalate_prob,aht2_s,n,n2,t_s,sl_target,status";
    std::fs::write(input, format!("{header}\nescalation,100,1800,180,0.2,400,14,8,20,0.8,draft\n")).unwrap();
    for (question, added) in [("evaluate", "sl,asa_s"), ("required", "n_min,sl,asa_s")] {
        let done = shiftcast(&["erlang", question, "--batch", input, "-o", output]);
        assert_eq!(status(&done), 0, "{}", stderr(&done));
        let text = std::fs::read_to_string(output).unwrap();
        let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let once: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(once.len(), names.len(), "{names:?}");
        assert!(text.starts_with(&format!("{header},{added}")) && once.contains("status_answer"), "{text}");
        assert_eq!(once.contains("n2_answer"), question == "required", "{names:?}");
        assert_eq!(text.lines().nth(1).unwrap().split(',').count(), names.len());
    }
}
