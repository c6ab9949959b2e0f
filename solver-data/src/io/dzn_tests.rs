use proptest::prelude::*;

use super::*;

const TINY: &str = "% made up
interval = 360;
days = 2;
demand = [1,2,2,1,
          1,2,2,1];
shiftTypes = 2;
minStart = [1, 3];
maxStart = [2, 3];
minLength = [2, 2];
maxLength = [2, 3];
minDuties = 4.8;
maxDuties = 5;
avgMinutes = 2280;
weightUnderCover = 2;
weightOverCover = 1;
weightDutiesPerWeek = 0;
weightShiftInstances = 60;
";

fn read(text: &str) -> (Option<ShiftDesign>, ValidationReport) {
    parse_shift_design(&SourceText::decode("i.dzn", text.as_bytes()))
}

/// Places and messages after a change of the tiny instance.
fn findings(from: &str, to: &str) -> Vec<String> {
    assert!(TINY.contains(from));
    let (instance, report) = read(&TINY.replacen(from, to, 1));
    assert!(instance.is_none());
    report.findings.iter().map(|f| format!("{}:{} {}", f.line.unwrap_or(0), f.column.unwrap_or(0), f.message)).collect()
}

#[test]
fn an_instance_is_read_whatever_its_layout() {
    let (instance, report) = read(TINY);
    let instance = instance.unwrap();
    assert!(report.findings.is_empty());
    assert_eq!((instance.slots_per_day(), instance.days, instance.demand[1], instance.kinds.len()), (4, 2, 2, 2));
    assert_eq!(instance.kinds[1], ShiftKind { earliest_start: 3, latest_start: 3, shortest: 2, longest: 3 });
    assert_eq!((instance.minimum_duties, instance.minimum_mean_minutes()), (4.8, 456.0));
    assert_eq!(instance.allowed_shifts(), [(1, 2), (2, 2), (3, 2), (3, 3)]);
    assert_eq!(read(&TINY.replace('\n', "\r\n")).0, Some(instance.clone()));
    assert_eq!(read(&TINY.replace("% made up\n", "").replace('\n', " ")).0, Some(instance));
}

#[test]
fn names_are_placed_and_suggested() {
    assert_eq!(findings("minStart", "minStrat"), ["7:1 there is no `minStrat` in a shift design"]);
    assert!(read(&TINY.replacen("minStart", "minStrat", 1)).1.findings[0].hint.contains("`minStart`"));
    assert_eq!(findings("days = 2;", "days = 2; days = 2;"), ["3:11 days stands twice"]);
    assert_eq!(findings("days = 2;", ""), ["0:0 days is missing"]);
}

#[test]
fn numbers_that_do_not_fit_are_placed() {
    assert_eq!(findings("[1,2,2,1,", "[1,2.5,2,1,"), ["4:13 demand: `2.5` is not a whole number of 0 or more that fits"]);
    assert_eq!(findings("= 360", "= 7"), ["2:12 interval: 7 minutes do not divide a day"]);
    assert_eq!(
        findings("[2, 3]", "[0, 4]"),
        ["8:13 maxStart: 0 is below minStart 1", "8:16 maxStart: 4 is beyond the day of 4 slots"]
    );
    assert_eq!(findings("= 5;", "= 4;"), ["12:13 4.8 to 4 duties a week is no range"]);
    assert_eq!(findings("days = 2", "days = [2]"), ["3:9 days is a list where one number is wanted"]);
}

#[test]
fn lists_of_the_wrong_length_and_statements_without_end_are_told_at_once() {
    assert_eq!(findings("1,2,2,1];", "1,2,2];"), ["4:1 demand has 7 numbers where 8 are wanted: days × slots of a day"]);
    assert_eq!(findings("[2, 2];", "[2, 2]"), ["9:18 the value of minLength does not end with `;`"]);
    assert_eq!(findings("[1, 3];", "[1 3];"), ["7:15 minStart: `3` stands where a comma is wanted"]);
    let text = TINY.replace("= 360", "= x").replace("= 60;", "= -1;").replace("[2, 2]", "[2]");
    let (instance, report) = read(&text);
    assert!(instance.is_none());
    assert_eq!(report.findings.len(), 3, "{report:?}");
}

proptest! {
    #[test]
    fn a_file_cut_anywhere_is_read_or_refused(at in 0..TINY.len()) {
        let (instance, report) = read(&TINY[..at]);
        prop_assert!(instance.is_some() == report.is_usable());
        prop_assert!(instance.is_none() || at + 2 > TINY.len());
    }
}
