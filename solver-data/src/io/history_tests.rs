use chrono_tz::Europe::Berlin;
use proptest::prelude::*;

use super::*;
use crate::finding::Severity;

fn read(text: &str, zone: Option<Tz>) -> (Option<ContactHistory>, ValidationReport) {
    parse_history(&SourceText::decode("history.csv", text.as_bytes()), zone)
}

/// A week of two queues on half-hours, 08:00–10:00, then `more` rows.
fn week_and(more: &str) -> String {
    let clocks = ["08:00", "08:30", "09:00", "09:30"];
    let times = (1..=7).flat_map(|day| clocks.iter().map(move |clock| format!("2024-03-{day:02} {clock}:00")));
    let rows: Vec<String> = times.flat_map(|time| ["A", "B"].map(|queue| format!("{time},{queue},4,3,1,180\n"))).collect();
    format!("timestamp,queue,offered,handled,abandoned,aht_seconds\n{}{more}", rows.concat())
}

/// The one finding at least as grave as a warning.
fn finding(text: &str, zone: Option<Tz>) -> Finding {
    let (_, report) = read(text, zone);
    let grave: Vec<Finding> = report.findings.into_iter().filter(|finding| finding.severity > Severity::Note).collect();
    assert_eq!(grave.len(), 1, "{grave:?}");
    grave[0].clone()
}

fn error(more: &str) -> Finding {
    let found = finding(&week_and(more), None);
    assert_eq!(found.severity, Severity::Error);
    assert!(read(&week_and(more), None).0.is_none(), "no history comes with errors");
    found
}

#[test]
fn a_clean_history_is_read_without_a_word() {
    let (history, report) = read(&week_and(""), Some(Berlin));
    let history = history.unwrap();
    assert!(report.findings.is_empty(), "{report:?}");
    assert_eq!((history.interval_minutes, history.queues.len()), (30, 2));
    let record = &history.queue("B").unwrap().records[1];
    assert_eq!(
        (record.start.to_string().as_str(), record.offered, record.aht_seconds),
        ("2024-03-01 08:30:00", Some(4.0), Some(180.0))
    );
}

#[test]
fn value_alone_is_one_queue_named_all_and_an_empty_cell_is_unknown() {
    let mut text =
        week_and("").lines().skip(1).step_by(2).map(|line| format!("{},7\n", &line[..19])).collect::<Vec<_>>().concat();
    text = format!("timestamp,value\n{text}2024-03-08 08:00:00,\n");
    let (history, report) = read(&text, None);
    let history = history.unwrap();
    assert!(report.findings.is_empty(), "{report:?}");
    let records = &history.queue("all").unwrap().records;
    assert_eq!((records.len(), records[0].offered, records[28].offered), (29, Some(7.0), None));
}

#[test]
fn columns_of_a_call_record_export_are_mapped_and_the_rest_noted_once() {
    let text = week_and("").replacen("handled,abandoned,aht_seconds", "handled,abandoned_in_queue,aht_s", 1);
    let text = text
        .lines()
        .enumerate()
        .map(|(line, row)| format!("{row},{}\n", if line == 0 { "asa_all_s" } else { "9" }))
        .collect::<Vec<_>>()
        .concat();
    let (history, report) = read(&text, None);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].message, "`asa_all_s` is not used");
    let record = &history.unwrap().queues[0].records[0];
    assert_eq!((record.abandoned, record.aht_seconds), (Some(1.0), Some(180.0)));
}

#[test]
fn a_misspelt_column_is_named_with_the_meant_one() {
    let found = finding("timestamp,queue,ofered\n2024-03-01 08:00,A,4\n", None);
    assert_eq!((found.line, found.column, found.hint.as_str()), (Some(1), Some(17), "did you mean `offered`?"));
}

#[test]
fn a_wrong_date_is_placed() {
    let found = error("2024-02-30 08:00:00,A,4,3,1,180\n");
    assert_eq!((found.line, found.column), (Some(58), Some(1)));
    assert!(found.message.contains("no day of the calendar"), "{found}");
}

#[test]
fn negative_and_non_numeric_counts_are_placed() {
    for bad in ["-4", "n/a", "many", "inf"] {
        let found = error(&format!("2024-03-08 08:00:00,A,{bad},,,\n"));
        assert_eq!((found.line, found.column), (Some(58), Some(23)), "{bad}");
    }
    assert!(error("2024-03-08 08:00:00,A,\"1,234\",,,\n").hint.contains("1234"));
}

#[test]
fn what_programs_write_for_an_empty_cell_is_an_unknown_count() {
    for nothing in ["NaN", "NA", "null", ""] {
        let (history, report) = read(&week_and(&format!("2024-03-08 08:00:00,A,{nothing},,,\n")), None);
        assert!(report.is_usable(), "{nothing}: {report:?}");
        assert_eq!(history.unwrap().queue("A").unwrap().records.last().unwrap().offered, None, "{nothing}");
    }
}

#[test]
fn a_count_that_no_interval_holds_is_an_error() {
    let found = error("2024-03-08 08:00:00,A,4,400000000,1,180\n");
    assert_eq!((found.line, found.column), (Some(58), Some(25)));
    assert_eq!(found.message, "400000000 is more than any centre's interval; is a separator missing?");
    assert!(read(&week_and("2024-03-08 08:00:00,A,10000000,3,1,180\n"), None).0.is_some());
}

#[test]
fn handle_times_may_be_clock_forms() {
    let (history, _) = read(&week_and("2024-03-08 08:00:00,A,4,3,1,00:03:12\n2024-03-08 08:30:00,A,4,3,1,3:12\n"), None);
    let records = &history.unwrap().queues[0].records;
    assert_eq!(records[28..].iter().map(|record| record.aht_seconds).collect::<Vec<_>>(), [Some(192.0); 2]);
}

#[test]
fn a_duplicate_row_is_an_error_that_names_both_lines() {
    let found = error("2024-03-01 08:00:00,B,9,9,0,100\n");
    assert_eq!(found.message, "2024-03-01 08:00:00 stands twice for queue B, first in line 3");
    assert_eq!(found.line, Some(58));
}

#[test]
fn a_totals_row_at_the_end_is_left_out_with_a_warning() {
    for total in ["Total,,224,168,56,\n", "合计,,224,168,56,\n", ",Total,224,168,56,\n", ",,224,168,56,\n"] {
        let text = week_and(total);
        assert!(finding(&text, None).message.contains("totals row"), "{total}");
        assert_eq!(read(&text, None).0, read(&week_and(""), None).0);
    }
}

#[test]
fn rows_off_the_grid_contradict_the_interval() {
    let found = error("2024-03-08 08:10:00,A,4,3,1,180\n");
    assert_eq!(found.message, "2024-03-08 08:10:00 lies off the 30-minute grid that the other rows follow");
}

#[test]
fn a_time_the_clock_jumps_over_is_an_error_with_the_mend() {
    let text = week_and("2024-03-31 02:30:00,A,4,3,1,180\n");
    let found = finding(&text, Some(Berlin));
    assert_eq!((found.severity, found.line), (Severity::Error, Some(58)));
    assert!(found.hint.contains("2024-03-31 03:30:00"), "{found}");
    assert!(read(&text, None).0.is_some(), "without a zone no time is missing");
    let filler = finding(&week_and("2024-03-31 02:30:00,A,0,,,\n"), Some(Berlin));
    assert_eq!(filler.severity, Severity::Warning);
}

#[test]
fn rows_that_repeat_in_the_fold_are_added_up() {
    let fold = "2024-10-27 02:00:00,A,4,3,1,100\n2024-10-27 02:30:00,A,1,1,0,50\n2024-10-27 02:00:00,A,2,1,1,200\n";
    let (history, report) = read(&week_and(fold), Some(Berlin));
    let records = history.unwrap().queues.remove(0).records;
    let added = &records[28];
    assert_eq!(
        (added.offered, added.handled, added.abandoned, added.aht_seconds),
        (Some(6.0), Some(4.0), Some(2.0), Some(125.0))
    );
    assert_eq!(report.findings.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Note]);
    assert!(read(&week_and(fold), None).0.is_none(), "without a zone a repeat is a duplicate");
    let third = format!("{fold}2024-10-27 02:00:00,A,2,1,1,200\n");
    assert!(read(&week_and(&third), Some(Berlin)).0.is_none());
}

#[test]
fn rows_out_of_order_are_sorted_with_a_note() {
    let (history, report) = read(&week_and("2024-02-29 08:00:00,A,1,1,0,60\n"), None);
    assert_eq!(history.unwrap().queues[0].records[0].offered, Some(1.0));
    assert_eq!(report.findings[0].message, "rows are not in order of time and were sorted");
}

#[test]
fn more_handled_than_offered_is_a_warning() {
    assert_eq!(finding(&week_and("2024-03-08 08:00:00,A,4,5,0,180\n"), None).severity, Severity::Warning);
}

#[test]
fn a_short_history_is_a_warning() {
    let text = week_and("").lines().take(20).map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    let found = finding(&text, None);
    assert_eq!((found.severity, found.message.contains("less than a week")), (Severity::Warning, true));
}

#[test]
fn days_of_longer_intervals_are_a_warning() {
    let hours = (8..18).map(|hour| format!("2024-02-20 {hour:02}:00:00,A,4,3,1,180\n")).collect::<Vec<_>>().concat();
    assert!(finding(&week_and(&hours), None).message.contains("further apart"));
}

#[test]
fn an_empty_file_a_header_alone_and_a_cut_file_are_errors() {
    assert_eq!(finding("", None).message, "the file is empty");
    assert_eq!(finding("timestamp,offered\n", None).message, "there is no row below the header");
    assert!(error("2024-03-08 08:0").message.contains("cut off"));
    let (history, report) = read(&week_and("2024-03-08 08:00:00,A,4,3,1,18"), None);
    assert!(history.is_some() && report.findings[0].message.contains("does not end with a line break"));
}

#[test]
fn many_findings_are_counted_after_fifty() {
    let (_, report) = read(&week_and(&"soon,A,4,3,1,180\n".repeat(300)), None);
    assert_eq!(report.count(Severity::Error), 51);
    assert_eq!(report.findings.last().unwrap().message, "250 more errors like these, 300 in all");
}

#[test]
fn the_encodings_of_spreadsheets_are_read_alike() {
    let text = week_and("").replace(",A,", ",客服,");
    let plain = read(&text, None).0.unwrap();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [wide, marked, encoding_rs::GB18030.encode(&text).0.into_owned()] {
        let (history, report) = parse_history(&SourceText::decode("h", &bytes), None);
        assert_eq!(history.as_ref(), Some(&plain));
        assert_eq!(report.findings.len(), 1);
    }
}

proptest! {
    #[test]
    fn any_bytes_give_a_history_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        let (history, report) = parse_history(&SourceText::decode("h", &bytes), Some(Berlin));
        prop_assert_eq!(history.is_some(), report.is_usable());
    }

    #[test]
    fn a_mutated_history_gives_a_history_or_an_error(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let mut bytes = week_and("").into_bytes();
        bytes.truncate(cut.index(bytes.len()).max(100));
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (history, report) = parse_history(&SourceText::decode("h", &bytes), Some(Berlin));
        prop_assert_eq!(history.is_some(), report.is_usable());
        for queue in history.iter().flat_map(|history| &history.queues) {
            prop_assert!(queue.records.windows(2).all(|pair| pair[0].start < pair[1].start));
        }
    }
}

#[test]
fn a_single_row_of_today_will_do_and_the_interval_is_the_historys() {
    let today = |rows: &str| {
        let text = format!("timestamp,value\n{rows}");
        super::parse_observed(&SourceText::decode("today.csv", text.as_bytes()), None, 30)
    };
    let (history, report) = today("2024-03-01 09:00,12\n");
    assert_eq!(report.findings, []);
    assert_eq!(history.map(|history| (history.interval_minutes, history.queues.len())), Some((30, 1)));
    let (history, report) = today("2024-03-01 09:00,12\n2024-03-01 09:15,12\n");
    assert!(history.is_none() && report.findings[0].message.contains("off the 30-minute grid"), "{report:?}");
}
