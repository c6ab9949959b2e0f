//! The column `team` of `agents.csv`, which only finance reads.

use std::collections::BTreeMap;
use std::path::Path;

use super::csv_table::{Column, CsvTable};
use super::text::read_text;
use crate::finding::ValidationReport;

const COLUMNS: [Column; 2] = [Column::required("agent"), Column::optional("team")];

/// Team by agent code, for agents that have one; empty where the file has no such column or cannot be read.
pub fn read_teams(path: &Path) -> BTreeMap<String, String> {
    let Ok(source) = read_text(path) else { return BTreeMap::new() };
    let Some(table) = CsvTable::parse(&source, &COLUMNS, &mut ValidationReport::default()) else { return BTreeMap::new() };
    let named = table.rows().iter().filter_map(|row| {
        let (agent, team) = (table.filled(row, "agent")?, table.filled(row, "team")?);
        Some((agent.text.to_owned(), team.text.to_owned()))
    });
    named.collect()
}
