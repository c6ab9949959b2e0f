//! Reads `roster.csv` back, also after it was edited by hand.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use super::roster::WORK;
use crate::centre::Centre;
use crate::finding::{Finding, ValidationReport};
use crate::grid::PlanningGrid;
use crate::id::AgentId;
use crate::io::abridge::abridge;
use crate::io::csv_table::{Column, CsvRow, CsvTable};
use crate::io::spelling::suggest;
use crate::io::text::{SourceText, read_text};
use crate::roster::{Break, Roster, Shift, Tour};

const COLUMNS: [Column; 8] = [
    Column::required("agent"),
    Column::required("shift_date").or(&["date"]),
    Column::required("activity"),
    Column::required("start"),
    Column::required("end"),
    Column::optional("paid"),
    Column::optional("queue_or_skill"),
    Column::required("shift").or(&["template"]),
];

const PAID: [(&str, bool); 6] = [("true", true), ("false", false), ("yes", true), ("no", false), ("1", true), ("0", false)];

/// Reads the roster at `path`; see [`parse_roster`].
pub fn read_roster(path: &Path, centre: &Centre, grid: &Arc<PlanningGrid>) -> (Option<Roster>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_roster(&source, centre, grid),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// Reads a roster of days before `start`; see [`parse_past_roster`].
pub fn read_past_roster(path: &Path, centre: &Centre, start: NaiveDate) -> (Option<Roster>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_past_roster(&source, centre, start),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The part of the roster in `source` before the day `start`, from the first day of its first planning week on.
///
/// What was worked is taken as it stands: rows of agents who have left and of later days are left out with a note, and
/// templates and skills need not be known any more.
pub fn parse_past_roster(source: &SourceText, centre: &Centre, start: NaiveDate) -> (Option<Roster>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(source, &COLUMNS, &mut report) else { return (None, report) };
    let dates = table.rows().iter().filter_map(|row| table.required(row, "shift_date").date().ok());
    let Some(first) = dates.filter(|&date| date < start).min() else {
        if report.is_usable() {
            let hint = "name the roster of the days before the first day of the horizon";
            report.push(Finding::error(&table.name, format!("the roster holds no shift before {start}"), hint));
        }
        return (None, report);
    };
    let from = centre.week_of(first);
    let days = u32::try_from((start - from).num_days()).unwrap_or(1);
    match PlanningGrid::new(from, days, centre.interval_minutes, centre.zone) {
        Ok(grid) => parse_rows(&table, (centre, &Arc::new(grid)), Rows::Past, report),
        Err(error) => {
            report.push(Finding::error(&table.name, error.to_string(), "name a roster within a few weeks of the horizon"));
            (None, report)
        }
    }
}

/// Which rows a roster may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// Those of the horizon, each sound.
    OfHorizon,
    /// What was worked before it.
    Past,
}

/// The roster in `source`, on `grid`: rows of one agent, day and template make a shift, in any order.
///
/// Agents, templates and days must be known, names in `queue_or_skill` of work (joined by `;`) be skills the agent has or
/// queues the agent may serve, and the rows of a shift follow one another without gap or overlap; whether
/// the shifts keep the rules is for `check_roster` to say. An empty `paid` cell is the template's word, or paid.
pub fn parse_roster(source: &SourceText, centre: &Centre, grid: &Arc<PlanningGrid>) -> (Option<Roster>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(source, &COLUMNS, &mut report) else { return (None, report) };
    table.note_extra_columns(&mut report);
    parse_rows(&table, (centre, grid), Rows::OfHorizon, report)
}

fn parse_rows(
    table: &CsvTable,
    (centre, grid): (&Centre, &Arc<PlanningGrid>),
    rows: Rows,
    mut report: ValidationReport,
) -> (Option<Roster>, ValidationReport) {
    table.note_open_end(&mut report);
    let mut reading = Reading::new(table, centre, grid);
    let mut left_out = 0;
    // Shifts by agent, day and template; a second template on one day is a shift of its own, which the checker finds.
    let mut shifts: BTreeMap<ShiftKey<'_>, Vec<Option<Span>>> = BTreeMap::new();
    for row in table.rows() {
        if rows == Rows::Past && !reading.is_past(row) {
            left_out += 1;
            continue;
        }
        let (agent, date) = (reading.agent(row), reading.date(row));
        let template = match rows {
            Rows::OfHorizon => reading.template(row),
            Rows::Past => reading.keep(table.required(row, "shift").required()),
        };
        let span = reading.span(row, template);
        if rows == Rows::OfHorizon {
            reading.check_held(row, agent);
        }
        if let (Some(agent), Some(date), Some(template)) = (agent, date, template) {
            shifts.entry((agent, date, template)).or_default().push(span);
        }
    }
    let mut tours: BTreeMap<AgentId, Vec<Shift>> = BTreeMap::new();
    for ((agent, date, template), spans) in shifts {
        // A shift with an unreadable row has its finding; a gap there would be another about the same thing.
        if let Some(spans) = spans.into_iter().collect() {
            tours.entry(agent).or_default().extend(reading.shift(date, template, spans));
        }
    }
    abridge(&table.name, reading.findings, &mut report);
    if left_out > 0 {
        let message = format!("{left_out} rows of later days, or of agents who are not in agents.csv, are left out");
        report.push(Finding::note(&table.name, message, "nothing to do if they have left"));
    }
    let mut tours: Vec<Tour> = tours.into_iter().map(|(agent, shifts)| Tour { agent, shifts }).collect();
    for tour in &mut tours {
        tour.shifts.sort_by_key(|shift| (shift.start, shift.date));
    }
    (report.is_usable().then(|| Roster { grid: Arc::clone(grid), tours, reaching: Vec::new() }), report)
}

/// Agent, day and template's name: what the rows of one shift share.
type ShiftKey<'a> = (AgentId, NaiveDate, &'a str);

/// One row: a stretch of one activity.
struct Span {
    line: u32,
    activity: String,
    start: NaiveDateTime,
    end: NaiveDateTime,
    paid: bool,
}

struct Reading<'a> {
    table: &'a CsvTable,
    centre: &'a Centre,
    grid: &'a PlanningGrid,
    agents: HashMap<&'a str, AgentId>,
    findings: Vec<Finding>,
}

impl<'a> Reading<'a> {
    fn new(table: &'a CsvTable, centre: &'a Centre, grid: &'a PlanningGrid) -> Self {
        let agents = centre.agents.entries().map(|(id, agent)| (agent.code.as_str(), id)).collect();
        Self { table, centre, grid, agents, findings: Vec::new() }
    }

    fn keep<T>(&mut self, value: Result<T, Finding>) -> Option<T> {
        value.map_err(|finding| self.findings.push(finding)).ok()
    }

    fn span(&mut self, row: &CsvRow, template: Option<&str>) -> Option<Span> {
        let table = self.table;
        let activity = self.keep(table.required(row, "activity").required());
        let start = self.keep(table.required(row, "start").timestamp());
        let end = self.keep(table.required(row, "end").timestamp());
        let paid = table.filled(row, "paid").map(|cell| self.keep(cell.choice(&PAID)));
        let (activity, start, end) = (activity?, start?, end?);
        if end <= start {
            let cell = table.required(row, "end");
            self.findings
                .push(cell.error(format!("ends at {end}, not after its start at {start}"), "give an end after the start"));
            return None;
        }
        let paid = match paid {
            Some(paid) => paid?,
            None => self.paid_by_template(template?, activity),
        };
        Some(Span { line: row.line, activity: activity.to_owned(), start, end, paid })
    }

    fn agent(&mut self, row: &CsvRow) -> Option<AgentId> {
        let cell = self.table.required(row, "agent");
        let code = self.keep(cell.required())?;
        let agent = self.agents.get(code).copied();
        if agent.is_none() {
            let hint = suggest(code, self.centre.agents.iter().map(|agent| agent.code.as_str()));
            self.findings.push(cell.error(format!("there is no agent `{code}`"), hint));
        }
        agent
    }

    /// Whether the row tells of a day before the horizon and an agent who is there.
    fn is_past(&self, row: &CsvRow) -> bool {
        let date = self.table.required(row, "shift_date").date();
        let agent = self.table.required(row, "agent");
        date.is_err() || (date.is_ok_and(|date| self.grid.day_of_date(date).is_some()) && self.agents.contains_key(agent.text))
    }

    fn date(&mut self, row: &CsvRow) -> Option<NaiveDate> {
        let cell = self.table.required(row, "shift_date");
        let date = self.keep(cell.date())?;
        if self.grid.day_of_date(date).is_none() {
            let (first, last) = (self.grid.date(0), self.grid.date(self.grid.days() - 1));
            self.findings
                .push(cell.error(format!("{date} lies outside the horizon"), format!("give a day from {first} to {last}")));
            return None;
        }
        Some(date)
    }

    fn template(&mut self, row: &'a CsvRow) -> Option<&'a str> {
        let cell = self.table.required(row, "shift");
        let name = self.keep(cell.required())?;
        if self.centre.templates.iter().any(|template| template.name == name) {
            return Some(name);
        }
        let hint = suggest(name, self.centre.templates.iter().map(|template| template.name.as_str()));
        self.findings.push(cell.error(format!("there is no shift template `{name}`"), hint));
        None
    }

    /// Refuses work on a queue or with a skill that is not known, or that is not the agent's.
    fn check_held(&mut self, row: &CsvRow, agent: Option<AgentId>) {
        let (table, centre) = (self.table, self.centre);
        let Some(cell) = table.filled(row, "queue_or_skill") else { return };
        if table.required(row, "activity").text != WORK {
            return;
        }
        for name in cell.text.split(';').map(str::trim).filter(|name| !name.is_empty()) {
            let queue = centre.queues.find(|queue| queue.name == name);
            let skill = centre.skills.find(|skill| skill == name);
            if queue.is_none() && skill.is_none() {
                let queues = centre.queues.iter().map(|queue| queue.name.as_str());
                let hint = suggest(name, centre.skills.iter().map(String::as_str).chain(queues));
                self.findings.push(cell.error(format!("there is no queue or skill `{name}`"), hint));
                continue;
            }
            let Some(agent) = agent else { continue };
            let held = skill.is_some_and(|skill| centre.agents[agent].skills.contains(&skill))
                || queue.is_some_and(|queue| centre.may_serve(agent, queue));
            if !held {
                let person = &centre.agents[agent];
                let skills: Vec<&str> = person.skills.iter().map(|&skill| centre.skills[skill].as_str()).collect();
                let message = format!("agent `{}` may not work on `{name}`", person.code);
                let hint = format!("the agent's skills are {}; leave the cell empty for all of them", skills.join(";"));
                self.findings.push(cell.error(message, hint));
            }
        }
    }

    fn paid_by_template(&self, template: &str, activity: &str) -> bool {
        let template = self.centre.templates.iter().find(|known| known.name == template);
        template
            .and_then(|template| template.breaks.iter().find(|window| window.kind == activity))
            .is_none_or(|window| window.paid)
    }

    /// A shift from its spans, which must follow one another.
    fn shift(&mut self, date: NaiveDate, template: &str, mut spans: Vec<Span>) -> Option<Shift> {
        spans.sort_by_key(|span| (span.start, span.end));
        for pair in spans.windows(2).filter(|pair| pair[0].end != pair[1].start) {
            let (before, after) = (&pair[0], &pair[1]);
            let (what, hint) = if before.end < after.start {
                ("leaves a gap after", "fill the gap with work or a break")
            } else {
                ("overlaps", "let one end where the next starts")
            };
            let message = format!(
                "{} from {} {what} {} until {} in line {}",
                after.activity, after.start, before.activity, before.end, before.line
            );
            self.findings.push(Finding::error(&self.table.name, message, hint).at(after.line, 1));
        }
        if let Some(unpaid) = spans.iter().find(|span| span.activity == WORK && !span.paid) {
            let message = "work is marked as unpaid";
            self.findings.push(Finding::error(&self.table.name, message, "write true, or make it a break").at(unpaid.line, 1));
        }
        let (start, end) = (spans.first()?.start, spans.last()?.end);
        let paid: i64 = spans.iter().filter(|span| span.paid).map(|span| (span.end - span.start).num_minutes()).sum();
        let breaks = spans
            .into_iter()
            .filter(|span| span.activity != WORK)
            .map(|span| Break { kind: span.activity, start: span.start, end: span.end, paid: span.paid })
            .collect();
        Some(Shift { date, template: template.to_owned(), start, end, breaks, paid_minutes: paid as u32 })
    }
}

#[cfg(test)]
#[path = "roster_reader_tests.rs"]
mod tests;
