//! `agents.csv`: who works here; columns of its own are left alone.

use std::collections::BTreeMap;

use super::file::CentreFile;
use super::hours::clock;
use super::rows::{Reading, one_of};
use crate::agent::Agent;
use crate::carried::{CarriedOver, WeekBefore, WorkedBefore};
use crate::finding::{Finding, ValidationReport};
use crate::id::{ContractId, LevelId, SkillId};
use crate::io::Cell;
use crate::io::csv_table::{Column, CsvRow, CsvTable};
use crate::io::spelling::nearest;
use crate::io::text::SourceText;

const COLUMNS: [Column; 15] = [
    Column::required("agent"),
    Column::required("contract"),
    Column::required("level"),
    Column::required("skills"),
    Column::optional("from"),
    Column::optional("until"),
    Column::optional("earliest"),
    Column::optional("latest"),
    Column::optional("days_worked_before"),
    Column::optional("rested_minutes_before"),
    Column::optional("bank_minutes"),
    Column::optional("weekends_worked_before"),
    Column::optional("sundays_worked_before"),
    Column::optional("week_days_before"),
    Column::optional("week_minutes_before"),
];

/// An agent and where the row's code stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AgentRow {
    pub(super) agent: Agent,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Reads `agents.csv`; a row with errors stays, so that other files may name its agent.
pub(super) fn read_agents(source: &SourceText, file: &CentreFile, report: &mut ValidationReport) -> Vec<AgentRow> {
    let Some(table) = CsvTable::parse(source, &COLUMNS, report) else { return Vec::new() };
    table.note_open_end(report);
    let contracts: Vec<&str> = file.contracts.iter().map(|contract| contract.value.name.as_str()).collect();
    let levels: Vec<&str> = file.levels.iter().map(|level| level.value.name.as_str()).collect();
    let mut lines: BTreeMap<String, u32> = BTreeMap::new();
    let mut agents = Vec::new();
    for row in table.rows() {
        let mut reading = Reading { table: &table, row, report };
        let Some(code) = reading.value("agent", |cell| cell.required().map(str::to_owned)) else { continue };
        let column = table.cell(row, "agent").map_or(1, |cell| cell.column);
        if let Some(first) = lines.insert(code.clone(), row.line) {
            let finding = Finding::error(
                &table.name,
                format!("agent \"{code}\" is there already, in line {first}"),
                "drop one of the rows",
            );
            reading.report.push(finding.at(row.line, column));
            continue;
        }
        let contract = reading.value("contract", |cell| one_of_file(cell, "contract", &contracts)).unwrap_or(0);
        let level = reading.value("level", |cell| one_of_file(cell, "level", &levels)).unwrap_or(0);
        let mut agent = Agent {
            code,
            contract: ContractId::from(contract),
            level: LevelId::from(level),
            skills: skills_of(&table, row, file, reading.report),
            from: reading.filled("from", Cell::date),
            until: reading.filled("until", Cell::date),
            earliest_minute: reading.filled("earliest", Cell::time_of_day),
            latest_minute: reading.filled("latest", Cell::time_of_day),
            days_worked_before: reading.filled("days_worked_before", Cell::whole::<u32>).unwrap_or(0),
            rested_minutes_before: reading.filled("rested_minutes_before", Cell::whole::<i32>),
            carried: carried_over(&mut reading),
        };
        refuse_empty_spans(&mut agent, &mut reading);
        agents.push(AgentRow { agent, line: row.line, column });
    }
    agents
}

/// What the row says about the time before the horizon.
fn carried_over(reading: &mut Reading<'_>) -> CarriedOver {
    let (days, minutes) =
        (reading.filled("week_days_before", Cell::whole::<u32>), reading.filled("week_minutes_before", Cell::whole::<u32>));
    CarriedOver {
        bank_minutes: reading.filled("bank_minutes", Cell::whole::<i32>).unwrap_or(0),
        weekends: reading.filled("weekends_worked_before", worked_before).unwrap_or_default(),
        sundays: reading.filled("sundays_worked_before", worked_before).unwrap_or_default(),
        week: days.or(minutes).map(|_| WeekBefore { days: days.unwrap_or(0), minutes: minutes.unwrap_or(0) }),
    }
}

/// `2`: the last two were worked; or one letter each, the latest last: `w-w-` with `w` for worked.
fn worked_before(cell: &Cell<'_>) -> Result<WorkedBefore, Finding> {
    let text = cell.required()?;
    if let Ok(count @ 0..=32) = text.parse::<u32>() {
        return Ok(WorkedBefore::last(count));
    }
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        'w' | 'x' => Some(1),
        '-' | 'o' | '.' => Some(0),
        _ => None,
    };
    let read = (text.chars().count() <= 32).then(|| text.chars().map(letter).collect::<Option<Vec<u32>>>()).flatten();
    read.map(|letters| letters.into_iter().fold(WorkedBefore::default(), WorkedBefore::then)).ok_or_else(|| {
        let hint = "write how many of the latest were worked, such as 2, or one letter each, the latest last: w-w-";
        cell.error(format!("`{text}` does not tell which were worked"), hint)
    })
}

/// Employment and availability that end before they begin.
fn refuse_empty_spans(agent: &mut Agent, reading: &mut Reading<'_>) {
    let mut refuse = |column, message: String| {
        if let Some(cell) = reading.table.cell(reading.row, column) {
            reading.report.push(cell.error(message, "swap the two, or leave one empty"));
        }
    };
    if let (Some(from), Some(until)) = (agent.from, agent.until)
        && until < from
    {
        refuse("until", format!("agent \"{}\" is employed until {until}, before {from}", agent.code));
    }
    if let (Some(earliest), Some(latest)) = (agent.earliest_minute, agent.latest_minute)
        && latest <= earliest
    {
        let message = format!("agent \"{}\" is available until {}, not after {}", agent.code, clock(latest), clock(earliest));
        refuse("latest", message);
        agent.latest_minute = None;
    }
}

fn skills_of(table: &CsvTable, row: &CsvRow, file: &CentreFile, report: &mut ValidationReport) -> Vec<SkillId> {
    let Some(cell) = table.cell(row, "skills") else { return Vec::new() };
    let known: Vec<&str> = file.skills.iter().map(|skill| skill.value.as_str()).collect();
    let mut skills = Vec::new();
    for name in cell.text.split([';', '|', '；']).map(str::trim).filter(|name| !name.is_empty()) {
        match known.iter().position(|skill| *skill == name) {
            Some(found) => skills.push(SkillId::from(found)),
            None if !file.skills_complete => {}
            None => {
                let meant = nearest(name, known.iter().copied()).map(|meant| format!("did you mean `{meant}`? "));
                let list = known.join(", ");
                let hint = format!("{}known are {list}; add a new one to `skills` in centre.toml", meant.unwrap_or_default());
                report.push(cell.error(format!("no queue needs the skill \"{name}\", and `skills` does not list it"), hint));
            }
        }
    }
    if cell.is_empty() {
        report.push(cell.error("the agent has no skill", "name at least one, joined by `;`"));
    }
    skills.sort_unstable();
    skills.dedup();
    skills
}

/// Agents by their code.
pub(super) fn codes(agents: &[AgentRow]) -> Vec<&str> {
    agents.iter().map(|row| row.agent.code.as_str()).collect()
}

/// Like [`one_of`], for names of `centre.toml`: where it holds none, that is its error and not the cell's.
fn one_of_file(cell: &Cell<'_>, what: &str, names: &[&str]) -> Result<usize, Finding> {
    if names.is_empty() { Ok(0) } else { one_of(cell, what, names) }
}
