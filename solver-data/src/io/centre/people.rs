//! `agents.csv`, `time_off.csv` and `requests.csv`: rows about agents, names looked up.

use std::collections::BTreeMap;

use super::file::CentreFile;
use super::hours::clock;
use crate::agent::{Agent, Request, RequestKind, TimeOff};
use crate::finding::{Finding, ValidationReport};
use crate::id::{AgentId, ContractId, LevelId, SkillId};
use crate::io::csv_table::{Column, CsvRow, CsvTable};
use crate::io::spelling::suggest;
use crate::io::text::SourceText;
use crate::io::{Cell, nearest};

const AGENT_COLUMNS: [Column; 10] = [
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
];

const TIME_OFF_COLUMNS: [Column; 4] =
    [Column::required("agent"), Column::required("start"), Column::required("end"), Column::optional("credited_hours")];

const REQUEST_COLUMNS: [Column; 5] = [
    Column::required("agent"),
    Column::required("date"),
    Column::required("kind"),
    Column::optional("value"),
    Column::required("weight"),
];

/// An agent and where the row's code stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AgentRow {
    pub(super) agent: Agent,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Adds the finding of a failed reading.
pub(super) fn keep<T>(report: &mut ValidationReport, read: Result<T, Finding>) -> Option<T> {
    read.map_err(|finding| report.push(finding)).ok()
}

/// A row of a table with the report its readings go to.
struct Reading<'a> {
    table: &'a CsvTable,
    row: &'a CsvRow,
    report: &'a mut ValidationReport,
}

impl<'a> Reading<'a> {
    /// A required cell's value.
    fn value<T>(&mut self, column: &'a str, read: impl Fn(&Cell<'a>) -> Result<T, Finding>) -> Option<T> {
        let cell = self.table.cell(self.row, column)?;
        keep(self.report, read(&cell))
    }

    /// An optional cell's value; `None` for an empty one.
    fn filled<T>(&mut self, column: &'a str, read: impl Fn(&Cell<'a>) -> Result<T, Finding>) -> Option<T> {
        let cell = self.table.filled(self.row, column)?;
        keep(self.report, read(&cell))
    }

    /// Two dates of which the second must not be the earlier.
    fn period(&mut self, start: &'a str, end: &'a str) -> Option<(chrono::NaiveDate, chrono::NaiveDate)> {
        let (first, last) = (self.value(start, Cell::date), self.value(end, Cell::date));
        let (first, last) = (first?, last?);
        if last < first {
            let cell = self.table.cell(self.row, end)?;
            self.report.push(cell.error(format!("{end} {last} is before {start} {first}"), "swap the two dates"));
            return None;
        }
        Some((first, last))
    }
}

/// The row number of the name in a cell.
fn one_of(cell: &Cell<'_>, what: &str, names: &[&str]) -> Result<usize, Finding> {
    let name = cell.required()?;
    let found = names.iter().position(|known| *known == name);
    found.ok_or_else(|| cell.error(format!("there is no {what} \"{name}\""), suggest(name, names.iter().copied())))
}

/// Like [`one_of`], for names of `centre.toml`: where it holds none, that is its error and not the cell's.
fn one_of_file(cell: &Cell<'_>, what: &str, names: &[&str]) -> Result<usize, Finding> {
    if names.is_empty() { Ok(0) } else { one_of(cell, what, names) }
}

/// Reads `agents.csv`; a row with errors stays, so that other files may name its agent.
pub(super) fn read_agents(source: &SourceText, file: &CentreFile, report: &mut ValidationReport) -> Vec<AgentRow> {
    let Some(table) = CsvTable::parse(source, &AGENT_COLUMNS, report) else { return Vec::new() };
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
            rested_minutes_before: reading.filled("rested_minutes_before", Cell::whole::<u32>),
        };
        refuse_empty_spans(&mut agent, &mut reading);
        agents.push(AgentRow { agent, line: row.line, column });
    }
    agents
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
fn codes(agents: &[AgentRow]) -> Vec<&str> {
    agents.iter().map(|row| row.agent.code.as_str()).collect()
}

/// Reads `time_off.csv`.
pub(super) fn read_time_off(source: &SourceText, agents: &[AgentRow], report: &mut ValidationReport) -> Vec<TimeOff> {
    let Some(table) = CsvTable::parse(source, &TIME_OFF_COLUMNS, report) else { return Vec::new() };
    let codes = codes(agents);
    let mut absences: Vec<(u32, TimeOff)> = Vec::new();
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
        let twin = absences.iter().find(|(_, other)| other.agent == agent && other.start <= end && start <= other.end);
        if let Some((line, _)) = twin {
            let message = format!("agent \"{}\" is off on some of these days already, by line {line}", codes[usize::from(agent)]);
            report.push(Finding::error(&table.name, message, "join the two rows, or move the dates apart").at(row.line, 1));
            continue;
        }
        absences.push((row.line, TimeOff { agent, start, end, credited_minutes: credited }));
    }
    absences.into_iter().map(|(_, absence)| absence).collect()
}

/// Reads `requests.csv`; weights are amounts in the centre's currency.
pub(super) fn read_requests(
    source: &SourceText,
    agents: &[AgentRow],
    file: &CentreFile,
    report: &mut ValidationReport,
) -> Vec<Request> {
    let Some(table) = CsvTable::parse(source, &REQUEST_COLUMNS, report) else { return Vec::new() };
    let codes = codes(agents);
    let minor = 10_f64.powi(file.head.currency.minor_digits as i32);
    let mut requests: Vec<(u32, Request)> = Vec::new();
    for row in table.rows() {
        let kind = request_kind(&table, row, file, report);
        let mut reading = Reading { table: &table, row, report };
        let agent = reading.value("agent", |cell| one_of(cell, "agent", &codes)).map(AgentId::from);
        let date = reading.value("date", Cell::date);
        let weight = reading.value("weight", |cell| match cell.count()? {
            weight if weight <= 1e6 => Ok((weight * minor).round() as u32),
            weight => Err(cell.error(format!("a weight of {weight} is more than a million"), "write what refusing may cost")),
        });
        let (Some(agent), Some(date), Some(kind), Some(weight)) = (agent, date, kind, weight) else { continue };
        let request = Request { agent, date, kind, weight };
        let same = |other: &Request| other.agent == agent && other.date == date && other.kind == request.kind;
        if let Some((line, _)) = requests.iter().find(|(_, other)| same(other)) {
            let message = format!("agent \"{}\" wishes the same in line {line}", codes[usize::from(agent)]);
            report.push(Finding::error(&table.name, message, "drop one of the rows").at(row.line, 1));
            continue;
        }
        requests.push((row.line, request));
    }
    requests.into_iter().map(|(_, request)| request).collect()
}

fn request_kind(table: &CsvTable, row: &CsvRow, file: &CentreFile, report: &mut ValidationReport) -> Option<RequestKind> {
    let kinds = [("day_off", 0), ("shift", 1), ("early", 2), ("late", 3), ("none", 4)];
    let cell = table.cell(row, "kind")?;
    match keep(report, cell.choice(&kinds))? {
        0 => Some(RequestKind::DayOff),
        2 => Some(RequestKind::Early),
        3 => Some(RequestKind::Late),
        4 => Some(RequestKind::None),
        _ => wished_shift(table, row, &cell, file, report).map(RequestKind::Shift),
    }
}

/// The template name or class in `value`.
fn wished_shift(
    table: &CsvTable,
    row: &CsvRow,
    kind: &Cell<'_>,
    file: &CentreFile,
    report: &mut ValidationReport,
) -> Option<String> {
    let Some(cell) = table.filled(row, "value") else {
        report.push(
            kind.error("the wish for a shift names none", "write a class or a template in `value`, such as F8 or F8@09:00"),
        );
        return None;
    };
    let templates = || file.templates.iter().map(|template| &template.value);
    if templates().any(|template| template.name == cell.text || template.class == cell.text) {
        return Some(cell.text.to_owned());
    }
    let mut known: Vec<&str> = templates().map(|template| template.class.as_str()).collect();
    known.dedup();
    let names = templates().map(|template| template.name.as_str());
    let hint = match nearest(cell.text, names) {
        Some(meant) if cell.text.contains('@') => format!("did you mean `{meant}`?"),
        _ => suggest(cell.text, known),
    };
    report.push(cell.error(format!("there is no shift template or class \"{}\"", cell.text), hint));
    None
}
