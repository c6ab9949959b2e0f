//! Agents staffed, as a plan's `coverage.csv` or `requirement.csv` holds them.

use std::path::Path;

use scenarios::peaks::{Counted, StaffedPool};
use solver_data::io::{Column, CsvTable, read_text};
use solver_data::{Finding, PlanningGrid, ValidationReport};

use super::failure::Failure;
use super::files::usable;

const COLUMNS: [Column; 5] = [
    Column::required("timestamp"),
    Column::optional("pool"),
    Column::optional("queue"),
    Column::optional("on_contact"),
    Column::optional("required"),
];

/// Reads the agents on contact of `coverage.csv`, or the agents required of `requirement.csv`, on a grid.
///
/// # Errors
/// [`Failure::Input`].
pub fn read_staffed(path: &Path, grid: &PlanningGrid) -> Result<Vec<StaffedPool>, Failure> {
    usable(staffed(path, grid))
}

fn staffed(path: &Path, grid: &PlanningGrid) -> (Option<Vec<StaffedPool>>, ValidationReport) {
    let mut report = ValidationReport::default();
    let source = match read_text(path) {
        Ok(source) => source,
        Err(error) => return (None, ValidationReport { findings: vec![error.finding()] }),
    };
    let Some(table) = CsvTable::parse(&source, &COLUMNS, &mut report) else { return (None, report) };
    let (unit, agents, counted) =
        if table.has("pool") { ("pool", "on_contact", Counted::Rostered) } else { ("queue", "required", Counted::Required) };
    if !table.has(unit) || !table.has(agents) {
        let hint = "give the coverage.csv or requirement.csv that `shiftcast plan` writes";
        report.push(Finding::error(&table.name, "neither a coverage nor a requirement file: a column is missing", hint));
        return (None, report);
    }
    let mut pools: Vec<StaffedPool> = Vec::new();
    for row in table.rows() {
        let (Some(name), Some(cell)) = (table.cell(row, unit), table.cell(row, agents)) else { continue };
        let read = table.required(row, "timestamp").timestamp().and_then(|at| Ok((at, cell.whole()?)));
        match read {
            Ok((at, number)) => {
                let Some(t) = grid.interval_at(at) else { continue };
                let place = pools.iter().position(|pool| pool.pool == name.text).unwrap_or_else(|| {
                    pools.push(StaffedPool { pool: name.text.to_owned(), agents: vec![None; grid.len()], counted });
                    pools.len() - 1
                });
                pools[place].agents[usize::from(t)] = Some(number);
            }
            Err(finding) => report.push(finding),
        }
    }
    if pools.is_empty() && report.is_usable() {
        let message = format!("no row lies in {} to {}", grid.date(0), grid.date(grid.days() - 1));
        report.push(Finding::error(&table.name, message, "give the file of a plan of these days, or move --start"));
    }
    (Some(pools), report)
}
