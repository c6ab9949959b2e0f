//! Tests of the tables beside `centre.toml`.

use proptest::prelude::*;

use super::tests::{AGENTS, CENTRE, folder, only, source};
use super::*;
use crate::agent::RequestKind;
use crate::centre::Centre;
use crate::finding::{Severity, ValidationReport};
use crate::io::text::SourceText;

/// The findings of a side file beside a sound centre.
fn beside(change: impl FnOnce(&mut CentreFolder)) -> (Option<Centre>, ValidationReport) {
    let mut files = folder(CENTRE, AGENTS);
    change(&mut files);
    files.validate()
}

#[test]
fn time_off_of_an_unknown_agent_or_backwards_is_an_error() {
    let read = |text: &str| beside(|files| files.time_off = Some(source("time_off.csv", text)));
    let (centre, report) = read("agent,start,end,credited_hours\nA1,2024-03-04,2024-03-05,8\nA2,2024-03-04,2024-03-04,\n");
    assert_eq!(report, ValidationReport::default());
    let absences = centre.unwrap().time_off;
    assert_eq!(absences.iter().map(|absence| absence.credited_minutes).collect::<Vec<_>>(), [Some(480), None]);
    assert_eq!(only(&read("agent,start,end\nA9,2024-03-04,2024-03-05\n").1).2, "there is no agent \"A9\"");
    let (_, report) = read("agent,start,end\nA1,2024-03-05,2024-03-04\n");
    assert_eq!(only(&report).2, "end 2024-03-04 is before start 2024-03-05");
    let (_, report) = read("agent,start,end\nA1,2024-03-01,2024-03-04\nA1,2024-03-04,2024-03-08\n");
    assert_eq!((only(&report).0, only(&report).1), (Severity::Error, Some(3)));
    let (_, report) = read("agent,start,end\nA1,yesterday,2024-03-04\n");
    assert_eq!((report.findings[0].line, report.findings[0].column), (Some(2), Some(4)));
}

#[test]
fn requests_are_of_known_kinds_for_known_shifts() {
    let read =
        |rows: &str| beside(|f| f.requests = Some(source("requests.csv", &format!("agent,date,kind,value,weight\n{rows}"))));
    let (centre, report) = read("A1,2024-03-04,shift,F8@09:30,12.5\nA2,2024-03-05,day_off,,20\n");
    assert_eq!(report, ValidationReport::default());
    let wishes = centre.unwrap().requests;
    assert_eq!((&wishes[0].kind, wishes[0].weight), (&RequestKind::Shift("F8@09:30".to_owned()), 1250));
    assert_eq!(only(&read("A1,2024-03-04,dayoff,,1\n").1).3, "did you mean `day_off`?");
    assert_eq!(only(&read("A1,2024-03-04,shift,,1\n").1).2, "the wish for a shift names none");
    assert_eq!(only(&read("A1,2024-03-04,shift,F8@09:00,1\n").1).0, Severity::Error);
    assert_eq!(only(&read("A7,2024-03-04,early,,1\n").1).2, "there is no agent \"A7\"");
    assert_eq!(only(&read("A1,2024-03-04,early,,-1\n").1).0, Severity::Error);
    assert_eq!(only(&read("A1,2024-03-04,early,,1\nA1,2024-03-04,early,,1\n").1).1, Some(3));
}

#[test]
fn a_wish_of_kind_none_takes_the_agents_other_wishes_of_that_day_out() {
    let header = "agent,date,kind,value,weight";
    let rows = "A1,2024-03-04,shift,F8@09:30,33\nA1,2024-03-04,none,,10\nA1,2024-03-05,early,,1\nA2,2024-03-04,late,,2\n";
    let (centre, report) = beside(|files| files.requests = Some(source("requests.csv", &format!("{header}\n{rows}"))));
    let (severity, line, message, _) = only(&report);
    assert_eq!((severity, line), (Severity::Note, Some(2)));
    assert!(message.contains("line 3 says `none`"), "{message}");
    let kinds: Vec<RequestKind> = centre.unwrap().requests.into_iter().map(|request| request.kind).collect();
    assert_eq!(kinds, [RequestKind::None, RequestKind::Early, RequestKind::Late]);
}

#[test]
fn a_table_whose_last_row_is_not_ended_is_noted() {
    const REQUESTS: &str = "agent,date,kind,value,weight\nA1,2024-03-04,early,,12";
    const CALENDAR: &str = "start,end,kind,name,queues,uplift\n2024-12-25,2024-12-26,holiday,Christmas,,";
    let noted = |change: fn(&mut CentreFolder), file: &str| {
        let (centre, report) = beside(change);
        assert!(centre.is_some(), "{report:#?}");
        let (severity, _, message, _) = only(&report);
        assert_eq!((severity, report.findings[0].file.as_str()), (Severity::Note, file));
        assert!(message.contains("line break"), "{message}");
    };
    noted(|f| f.agents = Some(source("agents.csv", AGENTS.trim_end())), "agents.csv");
    noted(|f| f.requests = Some(source("requests.csv", REQUESTS)), "requests.csv");
    noted(|f| f.time_off = Some(source("time_off.csv", "agent,start,end\nA1,2024-03-04,2024-03-04")), "time_off.csv");
    noted(|f| f.calendar = Some(source("calendar.csv", CALENDAR)), "calendar.csv");
}

#[test]
fn calendar_events_are_of_known_kinds_and_queues() {
    let read = |row: &str| {
        beside(|files| files.calendar = Some(source("calendar.csv", &format!("start,end,kind,name,queues,uplift\n{row}\n"))))
    };
    let (centre, report) = read("2024-12-25,2024-12-26,holiday,Christmas,,");
    assert_eq!(report, ValidationReport::default());
    assert_eq!(centre.unwrap().calendar.events[0].uplift, None);
    assert_eq!(only(&read("2024-12-25,2024-12-26,holliday,Christmas,,").1).3, "did you mean `holiday`?");
    assert_eq!(only(&read("2024-12-25,2024-12-26,promotion,Sale,slaes,1.2").1).3, "did you mean `sales`?");
    assert_eq!(only(&read("2024-12-25,2024-12-26,promotion,Sale,sales,0").1).0, Severity::Error);
    assert!(only(&read("2024-12-26,2024-12-25,holiday,Christmas,,").1).2.contains("before start"));
}

#[test]
fn a_calendar_alone_may_name_any_queue() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calendar.csv");
    std::fs::write(&path, "start,end,kind,name,queues,uplift\n2024-12-25,2024-12-25,closure,Christmas,a;b,\n").unwrap();
    let (calendar, report) = read_calendar(&path);
    assert_eq!((calendar.events[0].queues.len(), report.findings.len()), (2, 0));
    let (_, report) = read_calendar(&folder.path().join("none.csv"));
    assert!(!report.is_usable());
}

#[test]
fn many_findings_of_a_table_are_counted_and_a_broken_table_is_told_once() {
    let rows = "B1,2024-03-04,2024-03-05\n".repeat(80);
    let (_, report) = beside(|files| files.time_off = Some(source("time_off.csv", &format!("agent,start,end\n{rows}"))));
    assert_eq!(report.findings.len(), 51);
    let (_, report) = beside(|files| {
        files.agents = Some(source("agents.csv", "agent,contract\nA1,full\n"));
        files.time_off = Some(source("time_off.csv", "agent,start,end\nA1,2024-03-04,2024-03-05\n"));
    });
    assert!(!report.is_usable() && report.findings.iter().all(|one| one.file == "agents.csv"), "{report:#?}");
}

proptest! {
    #[test]
    fn any_bytes_beside_a_centre_are_data_or_errors(bytes in proptest::collection::vec(any::<u8>(), 0..200), which in 0..3) {
        let (centre, report) = beside(|files| {
            let read = |name| Some(SourceText::decode(name, &bytes));
            match which {
                0 => files.time_off = read("time_off.csv"),
                1 => files.requests = read("requests.csv"),
                _ => files.calendar = read("calendar.csv"),
            }
        });
        prop_assert_eq!(centre.is_some(), report.is_usable());
    }

    #[test]
    fn mutated_requests_are_wishes_or_errors(at in 0usize..90, cut in 0usize..9, insert in "[\\PC\n]{0,6}") {
        let mut bytes = b"agent,date,kind,value,weight\nA1,2024-03-04,shift,F8@09:30,12.5\nA2,2024-03-05,day_off,,20\n".to_vec();
        let at = at.min(bytes.len());
        bytes.splice(at..(at + cut).min(bytes.len()), insert.bytes());
        let (centre, report) = beside(|files| files.requests = Some(SourceText::decode("requests.csv", &bytes)));
        prop_assert_eq!(centre.is_some(), report.is_usable());
    }
}
