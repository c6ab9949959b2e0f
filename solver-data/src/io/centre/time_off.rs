//! `time_off.csv`: absences known in advance.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::agents::{AgentRow, codes};
use super::rows::{Reading, one_of};
use crate::agent::TimeOff;
use crate::finding::{Finding, ValidationReport};
use crate::id::AgentId;
use crate::io::csv_table::{Column, CsvTable};
use crate::io::text::SourceText;

const COLUMNS: [Column; 4] =
    [Column::required("agent"), Column::required("start"), Column::required("end"), Column::optional("credited_hours")];

/// Reads `time_off.csv`.
pub(super) fn read_time_off(source: &SourceText, agents: &[AgentRow], report: &mut ValidationReport) -> Vec<TimeOff> {
    let Some(table) = CsvTable::parse(source, &COLUMNS, report) else { return Vec::new() };
    table.note_open_end(report);
    let codes = codes(agents);
    let mut absences = Vec::new();
    let mut by_agent: BTreeMap<AgentId, Vec<(u32, NaiveDate, NaiveDate)>> = BTreeMap::new();
    for row in table.rows() {
        let mut reading = Reading { table: &table, row, report };
        let agent = reading.value("agent", |cell| one_of(cell, "agent", &codes)).map(AgentId::from);
        let period = reading.period("start", "end");
        let credited = reading.filled("credited_hours", |cell| match cell.count()? {
            hours if hours <= 24.0 => Ok((hours * 60.0).round() as u32),
            hours => {
                Err(cell.error(format!("{hours} hours are more than a day has"), "write the hours credited for each day off"))
            }
        });
        let (Some(agent), Some((start, end))) = (agent, period) else { continue };
        let known = by_agent.entry(agent).or_default();
        if let Some((line, _, _)) = known.iter().find(|&&(_, from, until)| from <= end && start <= until) {
            let message = format!("agent \"{}\" is off on some of these days already, by line {line}", codes[usize::from(agent)]);
            report.push(Finding::error(&table.name, message, "join the two rows, or move the dates apart").at(row.line, 1));
            continue;
        }
        known.push((row.line, start, end));
        absences.push(TimeOff { agent, start, end, credited_minutes: credited });
    }
    absences
}
