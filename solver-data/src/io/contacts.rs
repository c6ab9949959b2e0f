//! Reads recorded contacts one by one, such as `actual_calls.csv`.

use std::path::Path;

use super::abridge::abridge;
use super::csv_table::{Column, CsvRow, CsvTable};
use super::text::{SourceText, read_text};
use crate::contact::{ContactOutcome, RealContact};
use crate::finding::{Finding, ValidationReport};

const COLUMNS: [Column; 5] = [
    Column::required("timestamp").or(&["arrival", "time"]),
    Column::required("queue"),
    Column::required("outcome"),
    Column::required("waited_seconds").or(&["waited_s", "queue_s"]),
    Column::required("handle_seconds").or(&["handle_s", "service_s"]),
];

const OUTCOMES: [(&str, ContactOutcome); 2] = [("answered", ContactOutcome::Answered), ("abandoned", ContactOutcome::Abandoned)];

/// Reads the recorded contacts at `path`; see [`parse_contacts`].
pub fn read_contacts(path: &Path) -> (Option<Vec<RealContact>>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_contacts(&source),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The contacts in `source`, ascending by arrival: `timestamp,queue,outcome,waited_seconds,handle_seconds`.
///
/// `outcome` is `answered` or `abandoned`; the handle time of an abandoned contact stays empty. No contacts come with
/// errors; at most 50 findings of a kind are listed.
pub fn parse_contacts(source: &SourceText) -> (Option<Vec<RealContact>>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(source, &COLUMNS, &mut report) else { return (None, report) };
    table.note_extra_columns(&mut report);
    table.note_open_end(&mut report);
    let mut findings = Vec::new();
    let mut contacts: Vec<RealContact> = table.rows().iter().filter_map(|row| contact(&table, row, &mut findings)).collect();
    if let Some(at) = contacts.windows(2).position(|pair| pair[1].arrival < pair[0].arrival) {
        let message = format!("contacts are not in order of arrival from {} on and were sorted", contacts[at + 1].arrival);
        findings.push(Finding::note(&table.name, message, "nothing to do"));
        contacts.sort_by_key(|contact| contact.arrival);
    }
    abridge(&table.name, findings, &mut report);
    (report.is_usable().then_some(contacts), report)
}

fn contact(table: &CsvTable, row: &CsvRow, findings: &mut Vec<Finding>) -> Option<RealContact> {
    fn keep<T>(value: Result<T, Finding>, findings: &mut Vec<Finding>) -> Option<T> {
        value.map_err(|finding| findings.push(finding)).ok()
    }
    let arrival = keep(table.required(row, "timestamp").timestamp(), findings);
    let queue = keep(table.required(row, "queue").required().map(str::to_owned), findings);
    let outcome = keep(table.required(row, "outcome").choice(&OUTCOMES), findings);
    let waited_seconds = keep(table.required(row, "waited_seconds").seconds(), findings);
    let handle = table.filled(row, "handle_seconds").map(|cell| keep(cell.seconds(), findings));
    let (arrival, queue, outcome, waited_seconds) = (arrival?, queue?, outcome?, waited_seconds?);
    let handle_seconds = match (outcome, handle) {
        (_, Some(None)) => return None,
        (ContactOutcome::Abandoned, _) | (ContactOutcome::Answered, None) => None,
        (ContactOutcome::Answered, Some(seconds)) => seconds,
    };
    Some(RealContact { arrival, queue, outcome, waited_seconds, handle_seconds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEADER: &str = "timestamp,queue,outcome,waited_seconds,handle_seconds\n";

    fn read(rows: &str) -> (Option<Vec<RealContact>>, ValidationReport) {
        parse_contacts(&SourceText::decode("actual_calls.csv", format!("{HEADER}{rows}").as_bytes()))
    }

    #[test]
    fn contacts_are_read_in_order_of_arrival() {
        let (contacts, report) = read("1999-10-24 07:00:09,PS,abandoned,12,\n1999-10-24 07:00:03,PE,answered,0:05,192\n");
        let contacts = contacts.unwrap();
        assert_eq!(report.findings.len(), 1);
        assert_eq!(
            (contacts[0].queue.as_str(), contacts[0].waited_seconds, contacts[0].handle_seconds),
            ("PE", 5.0, Some(192.0))
        );
        assert_eq!((contacts[1].outcome, contacts[1].handle_seconds), (ContactOutcome::Abandoned, None));
    }

    #[test]
    fn every_bad_cell_is_placed() {
        let (contacts, report) = read("soon,PS,gone,-1,x\n");
        assert!(contacts.is_none());
        let columns: Vec<Option<u32>> = report.findings.iter().map(|finding| finding.column).collect();
        assert_eq!(columns, [Some(1), Some(9), Some(14), Some(17)]);
    }

    proptest! {
        #[test]
        fn any_bytes_give_contacts_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let bytes = [HEADER.as_bytes(), &bytes].concat();
            let (contacts, report) = parse_contacts(&SourceText::decode("c", &bytes));
            prop_assert_eq!(contacts.is_some(), report.is_usable());
        }
    }
}
