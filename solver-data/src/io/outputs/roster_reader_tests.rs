use proptest::prelude::*;

use super::super::roster::roster_csv;
use super::*;
use crate::check::sample::{centre, day, grid, roster, shift};
use crate::finding::Severity;

fn read(text: &str) -> (Option<Roster>, ValidationReport) {
    parse_roster(&SourceText::decode("roster.csv", text.as_bytes()), &centre(), &grid())
}

/// The sample's roster file with one text replaced once.
fn edited(from: &str, to: &str) -> (Option<Roster>, ValidationReport) {
    let text = roster_csv(&centre(), &roster(&centre()));
    assert!(text.contains(from), "{text}");
    read(&text.replacen(from, to, 1))
}

fn error(from: &str, to: &str) -> Finding {
    let (roster, report) = edited(from, to);
    assert!(roster.is_none());
    let errors: Vec<Finding> = report.findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].clone()
}

#[test]
fn the_file_holds_one_row_an_activity() {
    let text = roster_csv(&centre(), &roster(&centre()));
    let lines: Vec<&str> = text.lines().take(5).collect();
    assert_eq!(
        lines,
        [
            "agent,shift_date,activity,start,end,paid,queue_or_skill,shift",
            "X1,2024-06-03,work,2024-06-03 08:00:00,2024-06-03 09:30:00,true,service;support,F8@08:00",
            "X1,2024-06-03,rest,2024-06-03 09:30:00,2024-06-03 09:45:00,true,,F8@08:00",
            "X1,2024-06-03,work,2024-06-03 09:45:00,2024-06-03 11:00:00,true,service;support,F8@08:00",
            "X1,2024-06-03,lunch,2024-06-03 11:00:00,2024-06-03 11:30:00,false,,F8@08:00",
        ]
    );
}

#[test]
fn an_unknown_agent_or_template_is_suggested() {
    let found = error("X2,2024-06-03", "X3,2024-06-03");
    assert_eq!((found.line, found.column), (Some(23), Some(1)));
    let found = error("P4@09:00", "P4@0900");
    assert_eq!((found.line, found.column, found.hint.as_str()), (Some(23), Some(73), "did you mean `P4@09:00`?"));
}

#[test]
fn work_on_what_the_agent_does_not_hold_is_refused() {
    let mine = "2024-06-03 13:00:00,true,service,P4@09:00";
    let with = |cell: &str| mine.replace("service", cell);
    let found = error(mine, &with("service;support"));
    assert_eq!((found.line, found.column, found.message.as_str()), (Some(23), Some(65), "agent `X2` may not work on `support`"));
    assert_eq!(error(mine, &with("B")).message, "agent `X2` may not work on `B`");
    let found = error(mine, &with("servce"));
    assert_eq!((found.message.as_str(), found.hint.as_str()), ("there is no queue or skill `servce`", "did you mean `service`?"));
    for held in ["", "A", "A; service"] {
        let (read, report) = edited(mine, &with(held));
        assert!(read.is_some() && report.findings.is_empty(), "{held}: {report:?}");
    }
}

#[test]
fn a_gap_an_overlap_and_an_end_before_the_start_are_placed() {
    let found = error("rest,2024-06-03 09:30:00", "rest,2024-06-03 09:35:00");
    assert!(found.message.contains("leaves a gap"), "{found}");
    assert_eq!(found.line, Some(3));
    assert!(error("rest,2024-06-03 09:30:00", "rest,2024-06-03 09:25:00").message.contains("overlaps"));
    assert!(error("2024-06-03 09:45:00,true", "2024-06-03 09:15:00,true").message.contains("not after its start"));
}

#[test]
fn a_day_outside_the_horizon_and_unpaid_work_are_refused() {
    assert!(error("X2,2024-06-03", "X2,2024-07-03").message.contains("outside the horizon"));
    assert!(error("true,service", "false,service").message.contains("unpaid"));
    assert!(error("true,service", "perhaps,service").hint.contains("known are"));
}

#[test]
fn a_roster_that_breaks_rules_is_read_for_the_checker_to_judge() {
    let (roster, report) = edited("2024-06-03 16:30:00", "2024-06-03 17:30:00");
    assert!(report.is_usable(), "{report:?}");
    let rules: Vec<&str> =
        crate::check::check_roster(&centre(), &roster.unwrap()).into_iter().map(|violation| violation.rule).collect();
    assert_eq!(rules, ["shift_times", "paid_minutes"]);
}

#[test]
fn a_file_cut_off_in_the_middle_is_an_error() {
    let text = roster_csv(&centre(), &roster(&centre()));
    let (roster, report) = read(&text[..text.len() / 2]);
    assert!(roster.is_none() && report.findings.iter().any(|finding| finding.message.contains("cut off")));
}

prop_compose! {
    /// Any week of the sample's two agents, whatever the rules say of it.
    fn any_roster()(picks in proptest::collection::vec((0usize..5, 0u32..5), 14)) -> Roster {
        let centre = centre();
        let names: Vec<&str> = centre.templates.iter().map(|template| template.name.as_str()).collect();
        let tour = |agent: usize| {
            let shifts: Vec<Shift> = (0..7)
                .filter_map(|number| {
                    let (template, late) = picks[agent * 7 + number];
                    Some(shift(&centre, names.get(template)?, day(number as u32), late * 15))
                })
                .collect();
            Tour { agent: AgentId::from(agent), shifts }
        };
        Roster { grid: grid(), tours: (0..2).map(tour).filter(|tour| !tour.shifts.is_empty()).collect(), reaching: Vec::new() }
    }
}

proptest! {
    #[test]
    fn a_roster_comes_back_as_it_was_written(roster in any_roster()) {
        let (back, report) = read(&roster_csv(&centre(), &roster));
        prop_assert!(report.findings.is_empty(), "{:?}", report);
        prop_assert_eq!(back.unwrap(), roster);
    }

    #[test]
    fn the_order_of_rows_does_not_matter(roster in any_roster()) {
        let text = roster_csv(&centre(), &roster);
        let (header, rows) = text.split_once('\n').unwrap();
        let reversed = rows.lines().rev().map(|row| format!("{row}\n")).collect::<Vec<_>>().concat();
        prop_assert_eq!(read(&format!("{header}\n{reversed}")).0.unwrap(), roster);
    }

    #[test]
    fn a_mutated_roster_gives_a_roster_or_an_error(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = roster_csv(&centre(), &roster(&centre())).into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (roster, report) = parse_roster(&SourceText::decode("r", &bytes), &centre(), &grid());
        prop_assert_eq!(roster.is_some(), report.is_usable());
        // Whatever was read can be judged without a panic.
        roster.map(|roster| crate::check::check_roster(&centre(), &roster));
    }

    #[test]
    fn any_bytes_give_a_roster_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (roster, report) = parse_roster(&SourceText::decode("r", &bytes), &centre(), &grid());
        prop_assert_eq!(roster.is_some(), report.is_usable());
    }
}

#[test]
fn a_past_roster_is_read_up_to_the_horizon_and_without_those_who_left() {
    let text = roster_csv(&centre(), &roster(&centre())).replace("X2,", "X9,");
    let past = |start| parse_past_roster(&SourceText::decode("last.csv", text.as_bytes()), &centre(), start);
    let (read, report) = past(day(2));
    let read = read.unwrap();
    assert_eq!((read.grid.date(0), read.grid.days()), (day(0), 2));
    assert_eq!(read.tours.len(), 1);
    assert_eq!(read.tours[0].shifts, roster(&centre()).tours[0].shifts[..2]);
    assert_eq!(report.findings.len(), 1);
    assert!(report.findings[0].message.ends_with("or of agents who are not in agents.csv, are left out"), "{report:?}");
    let (none, report) = past(day(0));
    assert!(none.is_none() && report.findings[0].message.contains("holds no shift before 2024-06-03"), "{report:?}");
}
