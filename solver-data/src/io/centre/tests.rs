//! Tests of reading a centre folder: one defect each, in a folder that is otherwise sound.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::centre::{Centre, Channel};
use crate::finding::{Finding, Severity, ValidationReport};
use crate::io::text::SourceText;
use crate::target::ServiceLevelDefinition;
use crate::unit::Money;

pub(super) const CENTRE: &str = r#"name = "Help"
time_zone = "Europe/Berlin"
interval_minutes = 15
week_start = "mon"
currency = "EUR"

[opening_hours]
mon-fri = ["08:00-18:00"]

[[level]]
name = "junior"
hourly = 15.25

[[level]]
name = "senior"
hourly = 20

[[queue]]
name = "sales"
channel = "voice"
skill = "sales"
patience_seconds = "3:12"
target = { service_level = "80 %", within_seconds = 20 }

[[queue]]
name = "support"
channel = "chat"
skill = "support"
lowest_level = "senior"
concurrency = 2
target = { asa_seconds = 30, abandonment = 0.05 }

[[contract]]
name = "full"
weekly_hours = [32, 40]
maximum_days = 5
shifts = ["F8"]

[[contract]]
name = "part"
weekly_hours = [12, 20]
maximum_days = 5
shifts = ["P4"]

[[shift]]
class = "F8"
starts = ["08:00", "09:30"]
hours = 8.5
weekdays = ["mon-fri"]
breaks = [
    { kind = "lunch", minutes = 30, paid = false, between = ["03:00", "05:00"] },
    { kind = "rest", minutes = 15, paid = true, between = ["01:30", "02:00"] },
]

[[shift]]
class = "P4"
first = "08:00"
last = "14:00"
every_minutes = 60
length_minutes = 240
weekdays = ["mon-fri"]

[rules]
pack = "eu"
maximum_weekly_hours = 45

[shrinkage]
planned = "8 %"
unplanned = 0.05

[coverage]
understaffing_per_hour = 150
overstaffing_per_hour = 10.5

[pay]
night = "22:00-06:00"
night_premium = 0.25
weekend = { sat = "00:00", sun = "00:00" }
weekend_premium = "50 %"
"#;

pub(super) const AGENTS: &str = "agent,contract,level,skills,from,until,earliest,latest,team\n\
    A1,full,senior,sales;support,,,,,red\n\
    A2,part,junior,sales,2024-01-01,,08:00,14:00,blue\n";

pub(super) fn source(name: &str, text: &str) -> SourceText {
    SourceText::decode(name, text.as_bytes())
}

pub(super) fn folder(centre: &str, agents: &str) -> CentreFolder {
    CentreFolder {
        centre: source("centre.toml", centre),
        agents: Some(source("agents.csv", agents)),
        time_off: None,
        requests: None,
        calendar: None,
        changes: None,
    }
}

fn sound() -> Centre {
    let (centre, report) = folder(CENTRE, AGENTS).validate();
    assert_eq!(report.findings, []);
    centre.unwrap()
}

/// The findings after `from` in `centre.toml` was written as `to`.
fn after(from: &str, to: &str) -> ValidationReport {
    assert!(CENTRE.contains(from), "{from}");
    let (centre, report) = folder(&CENTRE.replacen(from, to, 1), AGENTS).validate();
    assert_eq!(centre.is_some(), report.is_usable());
    report
}

/// The only finding after a change of `centre.toml`.
fn finding(from: &str, to: &str) -> Finding {
    let report = after(from, to);
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    report.findings[0].clone()
}

fn agents_finding(agents: &str) -> Finding {
    let (_, report) = folder(CENTRE, agents).validate();
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    report.findings[0].clone()
}

pub(super) fn only(report: &ValidationReport) -> (Severity, Option<u32>, &str, &str) {
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    let finding = &report.findings[0];
    (finding.severity, finding.line, &finding.message, &finding.hint)
}

#[test]
fn a_sound_folder_becomes_a_centre() {
    let centre = sound();
    assert_eq!((centre.name.as_str(), centre.zone, centre.interval_minutes), ("Help", chrono_tz::Europe::Berlin, 15));
    assert_eq!(centre.hours.spans[0], [(480, 1080)]);
    assert!(centre.hours.spans[6].is_empty());
    let levels: Vec<_> = centre.levels.iter().map(|level| (level.name.as_str(), level.hourly)).collect();
    assert_eq!(levels, [("junior", Money(1525)), ("senior", Money(2000))]);
    let sales = &centre.queues[crate::id::QueueId(0)];
    assert_eq!((sales.channel, sales.patience_seconds, sales.priority), (Channel::Voice, Some(192.0), 0));
    let promise = sales.target.service_level.unwrap();
    assert_eq!((promise.share, promise.within_seconds, promise.definition), (0.8, 20.0, ServiceLevelDefinition::ServedAll));
    let support = &centre.queues[crate::id::QueueId(1)];
    assert_eq!((support.concurrency, support.target.abandonment), (2, Some(0.05)));
    assert!(!centre.may_serve(crate::id::AgentId(1), crate::id::QueueId(1)));
    assert_eq!(centre.rules.minimum_rest_minutes, 660);
    assert_eq!(centre.rules.maximum_weekly_minutes, 45 * 60);
    assert_eq!(centre.coverage.overstaffing_per_hour, Money(1050));
    assert_eq!((centre.pay.night, centre.pay.weekend[5], centre.pay.weekend_premium), ((1320, 360), Some(0), 0.5));
    assert_eq!(centre.agents[crate::id::AgentId(1)].latest_minute, Some(840));
}

#[test]
fn a_shift_is_one_template_a_start_with_breaks_in_time_order() {
    let centre = sound();
    let names: Vec<&str> = centre.templates.iter().map(|template| template.name.as_str()).collect();
    let expected = ["F8@08:00", "F8@09:30", "P4@08:00", "P4@09:00", "P4@10:00", "P4@11:00", "P4@12:00", "P4@13:00", "P4@14:00"];
    assert_eq!(names, expected);
    let long = &centre.templates[crate::id::TemplateId(1)];
    assert_eq!((long.start_minute, long.length_minutes, long.paid_minutes), (570, 510, 480));
    assert_eq!(long.breaks.iter().map(|pause| pause.kind.as_str()).collect::<Vec<_>>(), ["rest", "lunch"]);
    assert_eq!((long.breaks[1].earliest_minute, long.breaks[1].latest_minute, long.breaks[1].paid), (180, 300, false));
    assert_eq!(long.weekdays, [true, true, true, true, true, false, false]);
}

#[test]
fn a_start_off_the_grid_is_an_error_with_the_mend() {
    let found = finding("[\"08:00\", \"09:30\"]", "[\"08:00\", \"09:40\"]");
    assert_eq!(found.message, "shift template \"F8\" starts at 09:40, off the 15-minute grid");
    assert_eq!(found.hint, "start at 09:30 or 09:45, or set interval_minutes = 5");
    assert_eq!((found.line, found.column, found.path.as_deref()), (Some(47), Some(20), Some("shifts[0].starts[1]")));
}

#[test]
fn a_misspelt_key_is_an_error_that_names_the_meant_one() {
    let found = finding("patience_seconds = \"3:12\"", "patiense_seconds = 192");
    assert_eq!(found.message, "`patiense_seconds` is not known here");
    assert_eq!(found.hint, "did you mean `patience_seconds`?");
    assert_eq!((found.line, found.column), (Some(22), Some(1)));
    assert_eq!(found.path.as_deref(), Some("queues[0].patiense_seconds"));
    let found = finding("[shrinkage]", "[[contracts]]\n[shrinkage]");
    assert_eq!(found.hint, "did you mean `contract`?");
}

#[test]
fn a_missing_key_or_table_is_an_error_that_shows_how_to_write_it() {
    let found = finding("skill = \"sales\"\n", "");
    assert_eq!((found.message.as_str(), found.hint.as_str()), ("`skill` is missing", "write `skill = \"sales\"`"));
    assert_eq!((found.line, found.path.as_deref()), (Some(18), Some("queues[0].skill")));
    let found = finding("[coverage]\nunderstaffing_per_hour = 150\noverstaffing_per_hour = 10.5\n", "");
    assert_eq!(found.message, "`coverage` is missing");
    let report = after("name = \"Help\"\ntime_zone", "time_zones");
    assert!(report.findings.len() >= 3);
}

#[test]
fn a_wrong_type_is_an_error_that_names_both() {
    let found = finding("interval_minutes = 15", "interval_minutes = \"15\"");
    assert_eq!(found.message, "the text \"15\" stands where a whole number from 5 to 60 is needed");
    let found = finding("maximum_days = 5", "maximum_days = 8");
    assert_eq!(found.message, "the number 8 stands where a whole number from 1 to 7 is needed");
    assert_eq!(found.path.as_deref(), Some("contracts[0].maximum_days"));
    let found = finding("paid = false", "paid = \"no\"");
    assert_eq!(found.message, "the text \"no\" stands where true or false is needed");
    let found = finding("[32, 40]", "40");
    assert_eq!(found.message, "the number 40 stands where a list is needed");
}

#[test]
fn shares_are_fractions_or_percent_and_80_alone_is_asked_back() {
    assert_eq!(after("\"80 %\"", "0.8"), ValidationReport::default());
    let found = finding("\"80 %\"", "80");
    assert_eq!(found.hint, "write 80 % or 0.8");
    assert_eq!(found.path.as_deref(), Some("queues[0].target.service_level"));
    assert!(finding("unplanned = 0.05", "unplanned = 1.0").message.contains("leaves nobody"));
}

#[test]
fn durations_are_seconds_or_clock_forms() {
    for form in ["192", "192.0", "\"00:03:12\"", "\"192 s\""] {
        assert_eq!(after("\"3:12\"", form), ValidationReport::default(), "{form}");
    }
    for form in ["-3", "\"soon\"", "0", "true"] {
        assert_eq!(finding("\"3:12\"", form).path.as_deref(), Some("queues[0].patience_seconds"), "{form}");
    }
}

#[test]
fn a_target_that_promises_nothing_or_half_is_an_error() {
    assert_eq!(finding("service_level = \"80 %\", within_seconds = 20", "").message, "the target promises nothing");
    assert!(finding(", within_seconds = 20", "").message.contains("both its share and its threshold"));
    assert_eq!(finding(", within_seconds = 20", ", within_seconds = 20, definition = \"served\"").severity, Severity::Error);
}

#[test]
fn opening_hours_are_spans_on_the_grid_apart_from_each_other() {
    assert!(finding("\"08:00-18:00\"", "\"08:00-18:10\"").message.contains("off the 15-minute grid"));
    assert!(finding("\"08:00-18:00\"", "\"18:00-08:00\"").message.contains("before it opens"));
    assert!(finding("\"08:00-18:00\"", "\"08:00-12:00\", \"11:00-18:00\"").message.contains("overlap"));
    assert!(finding("mon-fri", "mon-fry").message.contains("no weekday"));
    assert!(finding("mon-fri = [", "fri = [\"09:00-12:00\"]\nmon-fri = [").message.contains("second time"));
    assert_eq!(finding("\"08:00-18:00\"", "\"eight to six\"").hint, "write it as \"07:00-24:00\"");
}

#[test]
fn opening_hours_that_no_template_covers_are_a_warning() {
    let found = finding("\"08:00-18:00\"", "\"07:00-18:30\"");
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.starts_with("no shift template covers mon 07:00-08:00, mon 18:00-18:30, tue 07:00-08:00"));
}

#[test]
fn break_windows_outside_the_shift_or_on_top_of_each_other_are_errors() {
    let found = finding("[\"03:00\", \"05:00\"]", "[\"03:00\", \"08:15\"]");
    assert!(found.message.contains("outside the shift \"F8\" of 08:30 h"), "{}", found.message);
    let clash = CENTRE
        .replace("[\"03:00\", \"05:00\"]", "[\"01:30\", \"01:45\"]")
        .replace("[\"01:30\", \"02:00\"]", "[\"01:45\", \"01:45\"]");
    let (_, report) = folder(&clash, AGENTS).validate();
    assert_eq!(only(&report).2, "the rest of shift \"F8\" must start by 01:45, while the breaks before it last until 02:00");
    assert!(finding("[\"03:00\", \"05:00\"]", "[\"05:00\", \"03:00\"]").message.contains("before it begins"));
    assert!(finding("minutes = 30", "minutes = 20").message.contains("no multiple of the 15-minute grid"));
    assert_eq!(after("[\"03:00\", \"05:00\"]", "[\"01:30\", \"02:15\"]"), ValidationReport::default());
}

#[test]
fn an_unknown_time_zone_suggests_a_near_one() {
    assert_eq!(finding("Europe/Berlin", "Europe/Berln").hint, "did you mean \"Europe/Berlin\"?");
    assert_eq!(finding("Europe/Berlin", "Jerusalem").hint, "did you mean \"Asia/Jerusalem\"?");
    assert!(finding("Europe/Berlin", "Middle of nowhere").hint.contains("IANA"));
}

#[test]
fn built_in_holidays_join_the_calendar_and_an_unknown_code_lists_the_known_ones() {
    let with = |codes: &str| format!("currency = \"EUR\"\nholidays = [\"{codes}\"]");
    let (centre, _) = folder(&CENTRE.replacen("currency = \"EUR\"", &with("DE"), 1), AGENTS).validate();
    let unity = chrono::NaiveDate::from_ymd_opt(2024, 10, 3).unwrap();
    assert_eq!(centre.unwrap().calendar.on(unity, "sales").count(), 1);
    let found = finding("currency = \"EUR\"", &with("XX"));
    assert_eq!((found.path.as_deref(), found.line), (Some("holidays[0]"), Some(6)));
    assert!(found.hint.contains("BR, CA, CN"), "{found}");
}

#[test]
fn an_unknown_pack_lists_the_packs() {
    let found = finding("pack = \"eu\"", "pack = \"mars\"");
    assert_eq!((found.message.as_str(), found.path.as_deref()), ("there is no rule pack \"mars\"", Some("rules.pack")));
    for (name, _) in crate::rules::LabourRules::PACKS {
        assert!(found.hint.contains(name), "{name}");
    }
}

#[test]
fn names_that_lead_nowhere_are_errors() {
    let found = finding("shifts = [\"F8\"]", "shifts = [\"F8\", \"F88\"]");
    assert_eq!((found.message.as_str(), found.hint.as_str()), ("there is no shift class \"F88\"", "did you mean `F8`?"));
    assert_eq!(finding("lowest_level = \"senior\"", "lowest_level = \"senor\"").hint, "did you mean `senior`?");
    let listed = "currency = \"EUR\"\nskills = [\"sales\"]";
    let found = after("currency = \"EUR\"", listed);
    assert!(found.findings.iter().any(|one| one.message == "the skill \"support\" is not on the list `skills`"));
}

#[test]
fn double_names_are_errors_that_point_to_the_first() {
    let found = finding("[[queue]]", "[[level]]\nname = \"junior\"\nhourly = 1\n\n[[queue]]");
    assert_eq!(found.message, "the level \"junior\" is there already, in line 11");
    let found = finding("name = \"support\"", "name = \"sales\"");
    assert_eq!(found.message, "the queue \"sales\" is there already, in line 18");
    let found = finding("[\"08:00\", \"09:30\"]", "[\"08:00\", \"08:00\"]");
    assert!(found.message.contains("\"F8@08:00\" is there already"));
}

#[test]
fn a_skill_that_no_queue_needs_is_a_warning() {
    let found = finding("currency = \"EUR\"", "currency = \"EUR\"\nskills = [\"sales\", \"support\", \"dance\"]");
    assert_eq!((found.severity, found.message.as_str()), (Severity::Warning, "no queue needs the skill \"dance\""));
}

#[test]
fn a_queue_that_nobody_may_serve_is_an_error() {
    let (_, report) = folder(CENTRE, &AGENTS.replace("sales;support", "sales")).validate();
    assert_eq!(only(&report).2, "no agent has the skill \"support\" of queue \"support\"");
    assert_eq!(report.findings[0].path.as_deref(), Some("queues[1]"));
    let (_, report) = folder(CENTRE, &AGENTS.replace("full,senior", "full,junior")).validate();
    assert_eq!(only(&report).2, "nobody with the skill \"support\" reaches the level \"senior\" of queue \"support\"");
}

#[test]
fn an_agent_with_an_unknown_contract_level_or_skill_is_an_error() {
    let found = agents_finding(&AGENTS.replace("A2,part", "A2,prat"));
    assert_eq!((found.line, found.column, found.hint.as_str()), (Some(3), Some(4), "did you mean `part`?"));
    assert_eq!(agents_finding(&AGENTS.replace("part,junior", "part,juniour")).hint, "did you mean `junior`?");
    let found = agents_finding(&AGENTS.replace("junior,sales", "junior,sale"));
    assert!(found.hint.starts_with("did you mean `sales`?"), "{}", found.hint);
    assert!(agents_finding(&AGENTS.replace("A2,", "A1,")).message.contains("there already, in line 2"));
}

#[test]
fn an_agent_who_may_serve_no_queue_is_refused() {
    let found = agents_finding(&format!("{AGENTS}A3,part,junior,support,,,,,red\n"));
    assert_eq!((found.severity, found.line), (Severity::Error, Some(4)));
}

#[test]
fn an_agent_no_shift_fits_is_an_error() {
    let found = agents_finding(&AGENTS.replace("08:00,14:00", "15:00,18:00"));
    assert_eq!(found.message, "agent \"A2\": no shift of contract \"part\" (P4) fits between 15:00 and 18:00");
    assert_eq!((found.severity, found.line, found.column), (Severity::Error, Some(3), Some(1)));
    let found = agents_finding(&AGENTS.replace("08:00,14:00", "14:00,08:00"));
    assert!(found.message.contains("not after"));
}

#[test]
fn weekly_hours_that_no_shifts_add_up_to_are_an_error() {
    let found = finding("[32, 40]", "[41, 44]");
    assert_eq!(
        found.message,
        "contract \"full\" cannot be fulfilled: no 5 shifts or fewer pay 41 to 44 h a week (40 h is the most they pay)"
    );
    assert!(finding("[32, 40]", "[33, 39]").message.contains("32 h and 40 h are the nearest"));
    assert!(finding("[32, 40]", "[46, 50]").message.contains("the rules allow 45 h"));
}

#[test]
fn a_rule_set_nobody_can_satisfy_is_an_error() {
    let centre = CENTRE.replace("[32, 40]", "[36, 40]");
    let restless = |own: &str| folder(&centre.replace("pack = \"eu\"", &format!("pack = \"eu\"\n{own}")), AGENTS).validate().1;
    assert_eq!(restless("minimum_rest_hours = 17"), ValidationReport::default());
    let report = restless("minimum_rest_hours = 20");
    assert!(only(&report).2.ends_with("(32 h is the most they pay), and a rest of 20 h leaves 4 days of the week"));
    assert_eq!(report.findings[0].path.as_deref(), Some("contracts[0]"));
    assert!(only(&restless("maximum_days_per_week = 4")).2.ends_with("and the rules leave 4 days of the week"));
}

#[test]
fn an_empty_or_broken_table_is_told_once_and_not_by_every_agent() {
    let (_, report) = folder(&CENTRE.replacen("[[contract]]", "[[contrakt]]", 2), AGENTS).validate();
    let messages: Vec<&str> = report.findings.iter().map(|one| one.message.as_str()).collect();
    assert!(messages.contains(&"`contract` is missing") && messages.contains(&"`contrakt` is not known here"), "{messages:?}");
    assert!(report.findings.iter().all(|one| one.file == "centre.toml"));
    let (centre, report) = folder("contract = []\nqueue = []\nlevel = []\nshift = []\n", AGENTS).validate();
    assert!(centre.is_none() && report.findings.iter().any(|one| one.message == "there is no contract"));
}

#[test]
fn syntax_errors_are_findings_at_their_place() {
    let report = after("interval_minutes = 15", "interval_minutes = ");
    assert!(report.findings.iter().any(|one| one.line == Some(3) && one.message.starts_with("not TOML")));
    let cut = &CENTRE[..CENTRE.len() / 2];
    let (centre, report) = folder(cut, AGENTS).validate();
    assert!(centre.is_none() && !report.is_usable());
    let (centre, report) = folder("", "").validate();
    assert!(centre.is_none() && !report.is_usable());
}

#[test]
fn every_defect_is_found_in_one_pass() {
    let centre = CENTRE.replace("Europe/Berlin", "Berlin/Europe").replace("\"80 %\"", "80").replace("[32, 40]", "[40, 32]");
    let (_, report) = folder(&centre, &AGENTS.replace("A2,part", "A2,prat")).validate();
    let files: Vec<(&str, Option<u32>)> = report.findings.iter().map(|one| (one.file.as_str(), one.line)).collect();
    assert_eq!(files, [("centre.toml", Some(2)), ("centre.toml", Some(23)), ("centre.toml", Some(35)), ("agents.csv", Some(3))]);
}

#[test]
fn a_missing_centre_says_how_to_make_one_and_missing_side_files_are_fine() {
    let folder = tempfile::tempdir().unwrap();
    let (centre, report) = read_centre(folder.path());
    assert!(centre.is_none() && only(&report).3.contains("shiftcast init"));
    assert!(only(&read_centre(&folder.path().join("nowhere")).1).2.contains("no folder"));
    std::fs::write(folder.path().join("centre.toml"), CENTRE).unwrap();
    let (centre, report) = read_centre(folder.path());
    assert!(centre.unwrap().agents.is_empty());
    assert_eq!(only(&report).0, Severity::Note);
}

#[test]
fn a_centre_may_be_written_in_any_encoding() {
    let marked = ["\u{feff}", CENTRE].concat();
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let chinese = CENTRE.replace("Help", "客服中心");
    let chinese = encoding_rs::GB18030.encode(&chinese).0;
    for bytes in [marked.as_bytes(), &wide, &chinese] {
        let mut files = folder("", AGENTS);
        files.centre = SourceText::decode("centre.toml", bytes);
        let (centre, report) = files.validate();
        assert_eq!((only(&report).0, centre.unwrap().queues.len()), (Severity::Note, 2));
    }
}

#[test]
fn the_bank_template_s_history_and_calls_are_read_without_a_word() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/bank");
    let (history, report) = crate::io::read_history(&dir.join("history.csv"), Some(chrono_tz::Asia::Jerusalem));
    assert_eq!(report, ValidationReport::default());
    let history = history.unwrap();
    assert_eq!((history.interval_minutes, history.queues.len()), (30, 6));
    let (calls, report) = crate::io::read_contacts(&dir.join("actual_calls.csv"));
    assert_eq!((calls.unwrap().len(), report), (6720, ValidationReport::default()));
}

#[test]
fn the_bank_template_holds_no_error_and_no_warning() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/bank");
    let (centre, report) = read_centre(&dir);
    assert_eq!(report, ValidationReport::default());
    let centre = centre.unwrap();
    assert_eq!((centre.agents.len(), centre.queues.len(), centre.levels.len()), (30, 6, 3));
}

proptest! {
    #[test]
    fn any_bytes_are_a_centre_or_errors(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut files = folder("", "");
        files.centre = SourceText::decode("centre.toml", &bytes);
        let (centre, report) = files.validate();
        prop_assert!(centre.is_none() && !report.is_usable());
    }

    #[test]
    fn a_mutated_centre_is_a_centre_or_errors(at in 0..CENTRE.len(), cut in 0usize..12, insert in "[\\PC\n]{0,6}") {
        let mut bytes = CENTRE.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, insert.bytes());
        let mut files = folder("", AGENTS);
        files.centre = SourceText::decode("centre.toml", &bytes);
        let (centre, report) = files.validate();
        prop_assert_eq!(centre.is_some(), report.is_usable());
        let lines = CENTRE.lines().count() as u32 + 8;
        prop_assert!(report.findings.iter().all(|one| one.line.is_none_or(|line| (1..=lines).contains(&line))));
    }

    #[test]
    fn mutated_agents_are_a_centre_or_errors(at in 0..AGENTS.len(), cut in 0usize..12, insert in "[\\PC\n]{0,6}") {
        let mut bytes = AGENTS.as_bytes().to_vec();
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, insert.bytes());
        let mut files = folder(CENTRE, "");
        files.agents = Some(SourceText::decode("agents.csv", &bytes));
        let (centre, report) = files.validate();
        prop_assert_eq!(centre.is_some(), report.is_usable());
    }
}
