//! Bad input gets a clear answer that names file, line and column; nothing panics, nothing half-written stays.

mod command;

use command::{Bank, START, listing, shiftcast, status, stderr, stdout};

/// Header and first rows of the bank's history.
fn rows(bank: &Bank) -> Vec<String> {
    bank.read("history.csv").lines().map(str::to_owned).collect()
}

/// Checks the folder, expects exit status 2 and every text on standard error, and a plan to write nothing.
fn refused(bank: &Bank, expected: &[&str]) {
    let checked = bank.check();
    let told = stderr(&checked);
    assert_eq!(status(&checked), 2, "{told}");
    for text in expected {
        assert!(told.contains(text), "no {text:?} in:\n{told}");
    }
    assert!(told.contains("hint:"), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    let planned = bank.plan("week", &[]);
    assert_eq!(status(&planned), 2, "{}", stderr(&planned));
    assert_eq!(listing(&bank.beside("week")), Vec::<String>::new());
}

/// Checks the folder and expects it to be usable, with every text among the notes.
fn accepted(bank: &Bank, expected: &[&str]) {
    let checked = bank.check();
    let told = stderr(&checked);
    assert_eq!(status(&checked), 0, "{told}");
    for text in expected {
        assert!(told.contains(text), "no {text:?} in:\n{told}");
    }
}

#[test]
fn a_misspelt_column_is_named_with_what_was_meant() {
    let bank = Bank::new();
    bank.edit("history.csv", "offered", "ofered");
    refused(&bank, &["history.csv:1:17", "ofered", "offered"]);
}

#[test]
fn a_missing_column_is_named() {
    let bank = Bank::new();
    bank.write("agents.csv", b"agent,contract,skills\nA01,full_time,basic\n");
    refused(&bank, &["agents.csv:1", "level"]);
}

#[test]
fn all_bad_cells_are_told_at_once_with_line_and_column() {
    let bank = Bank::new();
    let mut lines = rows(&bank);
    lines[1] = "1999-13-01 07:00:00,IN,0,0,0,".to_owned();
    lines[2] = "1999-01-01 07:00:00,NE,-4,0,0,".to_owned();
    lines[3] = "1999-01-01 07:00:00,NW,many,1,0,135.0".to_owned();
    bank.write("history.csv", lines.join("\n").as_bytes());
    refused(&bank, &["history.csv:2:1", "history.csv:3:24", "history.csv:4:24", "1999-13-01", "-4", "many"]);
}

#[test]
fn duplicate_rows_are_told_with_both_lines() {
    let bank = Bank::new();
    let mut lines = rows(&bank);
    let copy = lines[3].clone();
    lines.insert(4, copy);
    bank.write("history.csv", lines.join("\n").as_bytes());
    refused(&bank, &["history.csv:5"]);
}

#[test]
fn encodings_of_spreadsheets_are_read() {
    let plain = Bank::new();
    let text = plain.read("agents.csv");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let with_bom: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(text.bytes()).collect();
    // An own column with a Chinese note, in the encoding Chinese spreadsheets write: 备注 is B1B8D7A2 in GB18030.
    let mut lines = text.lines();
    let mut gb18030: Vec<u8> = [lines.next().unwrap().as_bytes(), b",\xB1\xB8\xD7\xA2\n"].concat();
    for line in lines {
        gb18030.extend([line.as_bytes(), b",\xD0\xC2\xD4\xB1\xB9\xA4\n"].concat());
    }
    for bytes in [utf16, with_bom, gb18030] {
        let bank = Bank::new();
        bank.write("agents.csv", &bytes);
        accepted(&bank, &[]);
    }
}

#[test]
fn durations_and_percentages_are_read_as_people_write_them() {
    let bank = Bank::new();
    let mut lines = rows(&bank);
    assert!(lines[3].ends_with(",135.0"));
    lines[3] = lines[3].replace(",135.0", ",00:02:15");
    lines[4] = lines[4].replace(",95.0", ",1:35");
    bank.write("history.csv", lines.join("\n").as_bytes());
    accepted(&bank, &[]);
}

#[test]
fn a_totals_row_is_left_out_with_a_warning() {
    let bank = Bank::new();
    let text = format!("{}\nTotal,,31337,,,\n", rows(&bank).join("\n"));
    bank.write("history.csv", text.as_bytes());
    accepted(&bank, &["history.csv:"]);
}

#[test]
fn a_time_that_the_clock_skipped_is_refused_and_one_it_showed_twice_is_added_up() {
    // Israel went to summer time on 2 April 1999 at 02:00 and back on 3 September at 02:00.
    let bank = Bank::new();
    let mut lines = rows(&bank);
    lines.insert(1, "1999-04-02 02:30:00,PS,3,3,0,100".to_owned());
    bank.write("history.csv", lines.join("\n").as_bytes());
    refused(&bank, &["history.csv:2:1", "1999-04-02 02:30"]);

    let bank = Bank::new();
    let mut lines = rows(&bank);
    for _ in 0..2 {
        lines.push("1999-09-03 01:30:00,PS,3,3,0,100".to_owned());
    }
    bank.write("history.csv", lines.join("\n").as_bytes());
    accepted(&bank, &[]);
}

#[test]
fn a_history_shorter_than_a_week_is_refused() {
    let bank = Bank::new();
    let lines = rows(&bank);
    let short: Vec<&str> = lines
        .iter()
        .enumerate()
        .filter(|(i, line)| *i == 0 || line.starts_with("1999-10-2"))
        .map(|(_, line)| line.as_str())
        .collect();
    bank.write("history.csv", short.join("\n").as_bytes());
    refused(&bank, &["history.csv", "day"]);
}

#[test]
fn a_file_cut_off_in_the_middle_is_refused() {
    let bank = Bank::new();
    let bytes = bank.read("history.csv").into_bytes();
    let cut = bytes.len() - 12;
    bank.write("history.csv", &bytes[..cut]);
    refused(&bank, &["history.csv:"]);

    let bank = Bank::new();
    let text = bank.read("centre.toml");
    let cut = text.rfind("\non_cost =").unwrap() + "\non_cost =".len();
    bank.write("centre.toml", &text.as_bytes()[..cut]);
    refused(&bank, &["centre.toml:"]);
}

#[test]
fn an_output_folder_that_cannot_be_written_is_told_before_the_work() {
    let bank = Bank::new();
    bank.write("taken", b"a file, not a folder");
    let out = bank.dir().join("taken").join("week");
    let planned = shiftcast(&["plan", bank.dir().to_str().unwrap(), "--start", START, "-o", out.to_str().unwrap()]);
    assert_eq!(status(&planned), 1);
    assert!(stderr(&planned).contains("taken"), "{}", stderr(&planned));
    assert!(stdout(&planned).is_empty());
}

#[test]
fn a_missing_folder_says_how_to_make_one() {
    let missing = shiftcast(&["check", "no-such-centre"]);
    assert_eq!(status(&missing), 2);
    assert!(stderr(&missing).contains("shiftcast init"), "{}", stderr(&missing));
}

#[test]
fn a_broken_instance_is_refused_with_its_line() {
    let bank = Bank::new();
    for (kind, file, text) in [
        ("week", "week.json", "{\n  \"name\": \"cut\",\n  \"interval_min\": 15,"),
        ("nrp", "instance.txt", "SECTION_HORIZON\n14\nSECTION_SHIFTS\nD,long,\n"),
        ("design", "design.dzn", "interval = 7;\ndays = 7;\ndemand = [1, 2.5];\n"),
    ] {
        let path = bank.beside(file);
        std::fs::write(&path, text).unwrap();
        let out = bank.beside("roster.csv");
        let solved = shiftcast(&["solve", kind, path.to_str().unwrap(), "--time-limit", "5", "-o", out.to_str().unwrap()]);
        assert_eq!(status(&solved), 2, "{}", stderr(&solved));
        assert!(stderr(&solved).contains(&format!("{file}:")), "{}", stderr(&solved));
        assert!(!out.exists());
    }
}

#[test]
fn shares_are_read_as_percent_or_fraction_and_nothing_else() {
    let bank = Bank::new();
    bank.edit("centre.toml", "service_level = \"80 %\"", "service_level = \"95 %\"");
    bank.edit("centre.toml", "unplanned = \"4 %\"", "unplanned = 0.04");
    accepted(&bank, &[]);
    bank.edit("centre.toml", "unplanned = 0.04", "unplanned = 4");
    refused(&bank, &["centre.toml:", "shrinkage.unplanned"]);
}

#[test]
fn a_queue_that_nobody_has_the_skill_for_is_refused() {
    let bank = Bank::new();
    bank.edit("centre.toml", "\"internet\"]", "\"internet\", \"fax\"]");
    bank.edit("centre.toml", "skill = \"internet\"", "skill = \"fax\"");
    refused(&bank, &["centre.toml:", "fax", "IN"]);
}

#[test]
fn an_agent_that_no_shift_fits_is_named() {
    let bank = Bank::new();
    bank.edit(
        "agents.csv",
        "A05,part_time,senior,banking;english;stocks;internet,1997-04-06,,07:00,16:00,0,",
        "A05,part_time,senior,banking;english;stocks;internet,1997-04-06,,07:00,09:00,0,",
    );
    refused(&bank, &["agents.csv:6:", "A05"]);
}

#[test]
fn a_rule_set_that_nobody_can_satisfy_is_refused() {
    let bank = Bank::new();
    bank.edit("centre.toml", "minimum_rest_hours = 11", "minimum_rest_hours = 60");
    refused(&bank, &["full_time"]);
}

#[test]
fn unknown_keys_are_told_with_what_was_meant() {
    let bank = Bank::new();
    bank.edit("centre.toml", "interval_minutes", "interval_minuts");
    refused(&bank, &["centre.toml:7:1", "did you mean `interval_minutes`"]);
}

#[test]
fn demand_beyond_all_capacity_is_planned_and_told() {
    let bank = Bank::new();
    let mut lines = rows(&bank);
    for line in lines.iter_mut().skip(1) {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        for count in &mut cells[2..5] {
            *count = (count.parse::<u32>().unwrap() * 20).to_string();
        }
        *line = cells.join(",");
    }
    bank.write("history.csv", (lines.join("\n") + "\n").as_bytes());
    let planned = bank.plan("week", &[]);
    assert_eq!(status(&planned), 3, "{}", stderr(&planned));
    let told = stdout(&planned);
    assert!(told.contains("Not met:") && told.contains("is wanted") && told.contains("is short of up to"), "{told}");
    assert_eq!(listing(&bank.beside("week")).len(), 9);
}
