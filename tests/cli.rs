//! Manners of the command line: exit status, pure JSON, help, completions.

mod command;

use command::{Bank, listing, shiftcast, status, stderr, stdout};

#[test]
fn init_makes_a_sound_folder_and_never_overwrites_one() {
    let bank = Bank::new();
    let checked = bank.check();
    assert_eq!(status(&checked), 0, "{}", stderr(&checked));
    assert!(stdout(&checked).contains("is sound"));
    let before = listing(&bank.dir());
    let again = shiftcast(&["init", bank.dir().to_str().unwrap(), "--template", "bank"]);
    assert_eq!(status(&again), 1);
    assert!(stderr(&again).contains("holds files already"));
    assert_eq!(listing(&bank.dir()), before);
}

#[test]
fn json_on_standard_output_is_pure() {
    let bank = Bank::new();
    let planned = bank.plan("week", &["--format", "json"]);
    assert!([0, 3].contains(&status(&planned)), "{}", stderr(&planned));
    let record: serde_json::Value = serde_json::from_str(&stdout(&planned)).unwrap();
    assert!(record["service_level"].as_f64().unwrap() > 0.0);
    let checked = shiftcast(&["check", bank.dir().to_str().unwrap(), "--format", "json"]);
    let findings: serde_json::Value = serde_json::from_str(&stdout(&checked)).unwrap();
    assert_eq!(findings["usable"], true);
}

#[test]
fn help_is_complete_and_shows_an_example() {
    let help = shiftcast(&["--help"]);
    assert_eq!(status(&help), 0);
    for command in ["init", "check", "forecast", "backtest", "staff", "schedule", "simulate", "plan", "report", "erlang", "solve"]
    {
        assert!(stdout(&help).contains(command), "{command}");
    }
    assert!(stdout(&shiftcast(&["plan", "--help"])).contains("Example"));
    assert_eq!(status(&shiftcast(&["plan", "bank", "--start", "24.10.1999", "-o", "x"])), 2);
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = shiftcast(&["completions", shell]);
        assert_eq!(status(&script), 0);
        assert!(stdout(&script).contains("shiftcast"), "{shell}");
    }
}

#[test]
fn erlang_batches_answer_the_textbook() {
    let bank = Bank::new();
    let (input, output) = (bank.beside("in.csv"), bank.beside("out.csv"));
    std::fs::write(
        &input,
        "model,volume,interval_s,aht_s,patience_s,sl_def,sl_target,t_s,asa_max_s,max_abandon,max_occ\n\
         erlang_c,100,1800,180,,,0.8,20,,,\n\
         erlang_a,100,1800,180,120,served_all,80 %,20,,0.05,0.9\n\
         erlang_c,0,1800,180,,,0.8,20,,,\n",
    )
    .unwrap();
    let done = shiftcast(&["erlang", "required", "--batch", input.to_str().unwrap(), "-o", output.to_str().unwrap()]);
    assert_eq!(status(&done), 0, "{}", stderr(&done));
    let rows: Vec<Vec<String>> =
        std::fs::read_to_string(&output).unwrap().lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    assert_eq!(rows[0].join(",").split("max_occ,").nth(1).unwrap(), "n_min,sl,asa_s,p_wait,p_abandon,occupancy,status");
    let column = |name: &str| rows[0].iter().position(|header| header == name).unwrap();
    // 100 calls of 180 s in half an hour, 80/20: 14 agents, SL 0.88835, ASA 7.836 s (any Erlang calculator).
    assert_eq!(rows[1][column("n_min")], "14");
    assert!((rows[1][column("sl")].parse::<f64>().unwrap() - 0.88835002).abs() < 1e-7);
    assert!((rows[1][column("asa_s")].parse::<f64>().unwrap() - 7.83594).abs() < 1e-4);
    assert!(rows[2][column("n_min")].parse::<u32>().unwrap() <= 14);
    assert_eq!(rows[3][column("n_min")], "0");

    std::fs::write(&input, "model,volume,interval_s,aht_s,patience_s,n,t_s,sl_def\nerlang_c,100,1800,180,,14,20,served_all\n")
        .unwrap();
    let done = shiftcast(&["erlang", "evaluate", "--batch", input.to_str().unwrap(), "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&stdout(&done)).unwrap();
    assert!((rows[0]["p_wait"].as_f64().unwrap() - 0.17413193).abs() < 1e-7);
    assert_eq!(rows[0]["status"], "ok");
}

#[test]
fn a_bad_batch_row_is_named_and_nothing_is_written() {
    let bank = Bank::new();
    let (input, output) = (bank.beside("in.csv"), bank.beside("out.csv"));
    std::fs::write(&input, "model,volume,interval_s,aht_s,n,t_s\nerlang_x,100,1800,180,14,20\nerlang_c,-1,1800,180,14,20\n")
        .unwrap();
    let done = shiftcast(&["erlang", "evaluate", "--batch", input.to_str().unwrap(), "-o", output.to_str().unwrap()]);
    assert_eq!(status(&done), 2);
    assert!(stderr(&done).contains("in.csv:2:1") && stderr(&done).contains("in.csv:3:10"), "{}", stderr(&done));
    assert!(!output.exists());
}
