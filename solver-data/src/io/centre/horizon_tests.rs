//! Tests of what a horizon asks of the folder: the hours bank, weekends and Sundays, the state carried over.

use super::tests::{AGENTS, CENTRE, folder, only};
use crate::bank::{HoursBank, Settlement};
use crate::carried::{WeekBefore, WorkedBefore};
use crate::centre::Centre;
use crate::finding::ValidationReport;
use crate::rules::WorkedLimit;

/// The sound folder with lines added to the first contract and to the rules.
fn with(contract: &str, rules: &str) -> (Option<Centre>, ValidationReport) {
    let text = CENTRE.replacen("shifts = [\"F8\"]\n", &format!("shifts = [\"F8\"]\n{contract}\n"), 1);
    folder(&text.replace("pack = \"eu\"\n", &format!("pack = \"eu\"\n{rules}\n")), AGENTS).validate()
}

#[test]
fn an_hours_bank_has_limits_and_perhaps_a_settlement() {
    let bank = |text: &str| with(&format!("bank = {{ {text} }}"), "");
    let read = |text: &str| {
        let (centre, report) = bank(text);
        assert_eq!(report, ValidationReport::default(), "{text}");
        centre.unwrap().contracts.iter().next().unwrap().bank.clone().unwrap()
    };
    let plain = HoursBank { weekly_minutes: 2310, least: -1200, most: 2400, settlement: None };
    assert_eq!(read("weekly_hours = 38.5, limits = [-20, 40]"), plain);
    let settled =
        read("weekly_hours = 38.5, limits = [-20, 40], settle = [-4, 4.5], settle_weeks = 4, settle_from = \"2024-01-01\"");
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    assert_eq!(settled.settlement, Some(Settlement { period: Some((4, first)), least: -240, most: 270 }));
    assert_eq!(read("weekly_hours = 38.5, limits = [-20, 40], settle = [0, 0]").settlement.unwrap().period, None);
    for (text, told) in [
        ("weekly_hours = 38.5, limits = [40, -20]", "the least balance is more than the most"),
        ("weekly_hours = 48, limits = [-20, 40]", "the hours due a week lie outside the contract's least and most"),
        ("weekly_hours = 38.5, limits = [-20, 40], settle_weeks = 4", "settle_weeks says when and nothing says to what"),
        ("weekly_hours = 38.5, limits = [-20, 40], settle = [0, 0], settle_weeks = 4", "settle_weeks counts from no day"),
    ] {
        assert_eq!(only(&bank(text).1).2, told, "{text}");
    }
}

#[test]
fn weekends_and_sundays_are_limited_by_the_rules_or_the_contract() {
    let (centre, report) = with(
        "weekends_worked = { most = 1, of = 2 }",
        "weekend = \"fri-sat\"\nweekends_worked = { most = 2, of = 4 }\nsunday_off_every = 3",
    );
    assert_eq!(report, ValidationReport::default());
    let centre = centre.unwrap();
    assert_eq!(centre.rules.weekend_days, [false, false, false, false, true, true, false]);
    assert_eq!(centre.rules.weekends, Some(WorkedLimit { most: 2, of: 4 }));
    assert_eq!(centre.rules.sundays, Some(WorkedLimit { most: 2, of: 3 }));
    assert_eq!(centre.contracts.iter().next().unwrap().weekends, Some(WorkedLimit { most: 1, of: 2 }));
    assert!(!with("", "weekends_worked = { most = 5, of = 4 }").1.is_usable());
}

#[test]
fn what_agents_bring_along_is_read_and_told_apart() {
    let agents = |cells: &str| {
        let head = "agent,contract,level,skills,bank_minutes,weekends_worked_before,sundays_worked_before,week_days_before,week_minutes_before,rested_minutes_before";
        let row = AGENTS.lines().nth(1).unwrap();
        let own: Vec<&str> = row.split(',').take(4).collect();
        folder(CENTRE, &format!("{head}\n{},{cells}\n", own.join(",")))
    };
    let (centre, report) = agents("-90,w-w-,2,2,960,-360").validate();
    assert!(report.is_usable(), "{report:?}");
    let agent = centre.unwrap().agents.iter().next().unwrap().clone();
    assert_eq!((agent.carried.bank_minutes, agent.rested_minutes_before), (-90, Some(-360)));
    assert_eq!((agent.carried.weekends, agent.carried.sundays), (WorkedBefore(0b1010), WorkedBefore(0b11)));
    assert_eq!(agent.carried.week, Some(WeekBefore { days: 2, minutes: 960 }));
    let (_, report) = agents(",wz,,,,").validate();
    assert_eq!(report.findings.iter().filter(|finding| finding.message.contains("`wz` does not tell")).count(), 1);
}
