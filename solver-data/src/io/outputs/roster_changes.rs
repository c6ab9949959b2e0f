//! What changed between two rosters, as a table.

use super::csv_text::{CsvText, stamp};
use crate::centre::Centre;
use crate::check::RosterChange;
use crate::roster::Shift;

const HEADER: [&str; 10] =
    ["agent", "date", "change", "forced", "old_shift", "old_start", "old_end", "new_shift", "new_start", "new_end"];

/// One row for each day of an agent that differs; `forced` is `true` where the shift before could not stay.
pub fn roster_changes_csv(centre: &Centre, changes: &[RosterChange]) -> String {
    let mut text = CsvText::new(&HEADER);
    for change in changes {
        let cells = |shift: &Option<Shift>| match shift {
            Some(shift) => [shift.template.clone(), stamp(shift.start), stamp(shift.end)],
            None => [String::new(), String::new(), String::new()],
        };
        let ([old, old_start, old_end], [new, new_start, new_end]) = (cells(&change.old), cells(&change.new));
        let (code, date) = (centre.agents[change.agent].code.as_str(), change.date.to_string());
        let forced = if change.forced { "true" } else { "false" };
        text.row(&[code, &date, change.kind.name(), forced, &old, &old_start, &old_end, &new, &new_start, &new_end]);
    }
    text.finish()
}
