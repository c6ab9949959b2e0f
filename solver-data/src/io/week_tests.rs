use proptest::prelude::*;

use super::*;

const WEEK: &str = include_str!("../../tests/data/week_8.json");

fn read(text: &str) -> (Option<ContactCentreWeek>, ValidationReport) {
    parse_week(&SourceText::decode("week.json", text.as_bytes()))
}

/// The places found after a change of the week of eight agents.
fn paths(change: impl Fn(&mut ContactCentreWeek)) -> Vec<String> {
    let mut week = read(WEEK).0.unwrap();
    change(&mut week);
    let (_, report) = read(&serde_json::to_string(&week).unwrap());
    report.findings.into_iter().map(|finding| finding.path.unwrap_or_default()).collect()
}

#[test]
fn a_generated_week_is_read_without_a_word() {
    let (week, report) = read(WEEK);
    assert!(report.findings.is_empty(), "{report:?}");
    assert_eq!((week.as_ref().map(|week| week.agents.len()), paths(|_| {}).len()), (Some(8), 0));
}

#[test]
fn broken_json_is_placed_and_a_cut_file_named() {
    let (_, report) = read("{\n \"name\": \"客服\", x\n}");
    assert_eq!((report.findings[0].line, report.findings[0].column), (Some(2), Some(16)));
    let (week, report) = read(&WEEK[..WEEK.len() / 2]);
    assert!(week.is_none() && report.findings[0].message.contains("cut off"));
    let (_, report) = read(&WEEK.replacen("\"days\":7", "\"days\":\"7\"", 1));
    assert!(report.findings[0].message.contains("expected usize"), "{report:?}");
    let (_, report) = read(&WEEK.replacen("\"shifts\":", "\"shfts\":", 1));
    assert_eq!(report.findings[0].message, "missing field `shifts`");
}

#[test]
fn what_the_numbers_mean_is_checked_with_its_path() {
    assert_eq!(paths(|week| week.queues[1].req.truncate(671)), ["queues[1].req"]);
    assert_eq!(paths(|week| week.queues[0].req[5] = -1), ["queues[0].req[5]"]);
    assert_eq!(paths(|week| week.queues[2].min_tier = 4), ["queues[2].min_tier"]);
    assert_eq!(paths(|week| week.shifts[3].end = week.shifts[3].start), ["shifts[3]"]);
    assert_eq!(paths(|week| week.shifts[0].breaks[0].hi = week.shifts[0].end), ["shifts[0].breaks[0]"]);
    assert_eq!(paths(|week| week.shifts[0].paid = 10_000), ["shifts[0].paid"]);
    assert_eq!(paths(|week| week.shifts[1].id = week.shifts[0].id.clone()), ["shifts"]);
    assert_eq!(paths(|week| week.agents[2].lens.push("F9".to_owned())), ["agents[2].lens"]);
    assert_eq!(paths(|week| week.agents[2].min_paid = 9_999), ["agents[2].min_paid"]);
    assert_eq!(paths(|week| week.agents[1].holiday.push(7)), ["agents[1].holiday"]);
    assert_eq!(paths(|week| week.agents[1].pref_band = "latte".to_owned()), ["agents[1].pref_band"]);
    assert_eq!(paths(|week| week.agents[1].contract = "XT".to_owned()), ["agents[1].contract"]);
    assert_eq!(paths(|week| week.agents[1].avail = Some((60, 60))), ["agents[1].avail"]);
    assert_eq!(paths(|week| week.cost.under_interval = -1), ["cost.under_interval"]);
    assert_eq!(paths(|week| week.interval_min = 30), ["interval_min"]);
    assert_eq!(paths(|week| week.agents.clear()), ["agents"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_give_a_week_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (week, report) = parse_week(&SourceText::decode("w", &bytes));
        prop_assert_eq!(week.is_some(), report.is_usable());
    }

    #[test]
    fn a_mutated_week_can_be_judged_if_it_is_read(edits in proptest::collection::vec((any::<prop::sample::Index>(), "[0-9a-z,]"), 1..4)) {
        let mut bytes = WEEK.as_bytes().to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte.as_bytes()[0];
        }
        let (week, report) = parse_week(&SourceText::decode("w", &bytes));
        prop_assert_eq!(week.is_some(), report.is_usable());
        if let Some(week) = week {
            prop_assert!(crate::check::check_week(&week, &[]).short >= 0);
        }
    }
}
