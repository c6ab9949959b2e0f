//! What a review reads besides the centre: actuals, attendance, and what a plan asked for.

use std::path::Path;

use chrono::{NaiveTime, TimeDelta};
use scenarios::review::{Absence, AskedPool, counted_contacts};
use solver_data::io::{Column, CsvRow, CsvTable, SourceText, parse_contacts, parse_observed, read_text, suggest};
use solver_data::{AgentId, Centre, ContactHistory, Finding, PlanningGrid, QueueSet, ValidationReport};

use crate::cli::failure::{Failure, print_notes};
use crate::cli::files::usable;

const ATTENDANCE: [Column; 5] = [
    Column::required("agent"),
    Column::required("date").or(&["shift_date"]),
    Column::optional("start").or(&["from"]),
    Column::optional("end").or(&["until"]),
    Column::optional("reason"),
];

const ASKED: [Column; 3] = [Column::required("queue"), Column::required("timestamp"), Column::required("required")];

/// What came, by interval: rows of the history's own interval, or single contacts that are counted into them.
///
/// # Errors
/// [`Failure::Input`].
pub fn actual(path: &Path, centre: &Centre, interval_minutes: u32) -> Result<ContactHistory, Failure> {
    let source = source(path)?;
    let header = source.text.lines().next().unwrap_or_default().to_lowercase();
    if header.contains("outcome") {
        return Ok(counted_contacts(centre, &usable(parse_contacts(&source))?, interval_minutes));
    }
    usable(parse_observed(&source, Some(centre.zone), interval_minutes))
}

fn source(path: &Path) -> Result<SourceText, Failure> {
    read_text(path).map_err(|error| Failure::input(error.finding()))
}

/// Who was absent: of the file named, or of the folder's own where it has rows of these days; `None` where nobody knows.
///
/// # Errors
/// [`Failure::Input`].
pub fn attendance(
    dir: &Path,
    named: Option<&Path>,
    centre: &Centre,
    grid: &PlanningGrid,
) -> Result<Option<Vec<Absence>>, Failure> {
    let own = dir.join("attendance.csv");
    let path = match named {
        Some(path) => path,
        None if own.is_file() => own.as_path(),
        None => return Ok(None),
    };
    let (absences, findings) = parse_attendance(&source(path)?, centre);
    let Some(absences) = absences else { return Err(Failure::Input(findings)) };
    print_notes(&findings);
    let all = absences.len();
    let within: Vec<Absence> = absences.into_iter().filter(|absence| grid.day_of_date(absence.date).is_some()).collect();
    if named.is_some() && within.is_empty() && all > 0 {
        let days = (grid.date(0), grid.date(grid.days() - 1));
        let message = format!("none of its {all} absences lies from {} to {}", days.0, days.1);
        let hint = "give the attendance of the week under review; a header alone says that everybody was there";
        return Err(Failure::input(Finding::error(path.display().to_string(), message, hint)));
    }
    Ok((named.is_some() || !within.is_empty()).then_some(within))
}

/// The absences in `source`: `agent,date[,start,end,reason]`.
fn parse_attendance(source: &SourceText, centre: &Centre) -> (Option<Vec<Absence>>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(source, &ATTENDANCE, &mut report) else { return (None, report) };
    table.note_extra_columns(&mut report);
    table.note_open_end(&mut report);
    let mut absences = Vec::new();
    for row in table.rows() {
        match absence(&table, row, centre) {
            Ok(absence) => absences.push(absence),
            Err(findings) => findings.into_iter().for_each(|finding| report.push(finding)),
        }
    }
    (report.is_usable().then_some(absences), report)
}

/// One row, or everything that is wrong with it.
fn absence(table: &CsvTable, row: &CsvRow, centre: &Centre) -> Result<Absence, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut keep = |finding: Finding| findings.push(finding);
    let agent = agent(table, row, centre).map_err(&mut keep).ok();
    let date = table.required(row, "date").date().map_err(&mut keep).ok();
    let mut minute = |column: &str| table.filled(row, column).map(|cell| cell.time_of_day().map_err(&mut keep).ok());
    let (start, end) = (minute("start"), minute("end"));
    let reason = table.filled(row, "reason").map_or_else(String::new, |cell| cell.text.to_owned());
    let span = match (start, end) {
        (None, None) => Ok(None),
        (Some(start), Some(end)) => Ok(start.zip(end)),
        _ => {
            let hint = "fill both for a part of the shift, or leave both empty for the whole of it";
            Err(table.required(row, "agent").error("only one of start and end is there", hint))
        }
    };
    let span = span.map_err(|finding| findings.push(finding)).ok().flatten();
    match (agent, date) {
        (Some(agent), Some(date)) if findings.is_empty() => {
            let at = |minute: u32| date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute));
            // An end at or before the start is on the next day.
            let span = span.map(|(start, end)| (at(start), at(if end > start { end } else { end + 1440 })));
            Ok(Absence { agent, date, span, reason })
        }
        _ => Err(findings),
    }
}

fn agent(table: &CsvTable, row: &CsvRow, centre: &Centre) -> Result<AgentId, Finding> {
    let cell = table.required(row, "agent");
    let code = cell.required()?;
    centre.agents.find(|agent| agent.code == code).ok_or_else(|| {
        let hint = suggest(code, centre.agents.iter().map(|agent| agent.code.as_str()));
        cell.error(format!("there is no agent `{code}`"), hint)
    })
}

/// What a plan asked for: the rows of `requirement.csv`, by set of queues.
///
/// # Errors
/// [`Failure::Input`].
pub fn asked(path: &Path, centre: &Centre, grid: &PlanningGrid) -> Result<Vec<AskedPool>, Failure> {
    let source = source(path)?;
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(&source, &ASKED, &mut report) else { return Err(Failure::Input(report)) };
    let (mut pools, mut inside): (Vec<AskedPool>, usize) = (Vec::new(), 0);
    for row in table.rows() {
        let read = || -> Result<_, Finding> {
            let label = table.required(row, "queue");
            let queues = set(label.required()?, centre).map_err(|(message, hint)| label.error(message, hint))?;
            let at = table.required(row, "timestamp").timestamp()?;
            Ok((queues, at, table.required(row, "required").whole::<u32>()?))
        };
        match read() {
            Ok((queues, at, agents)) => {
                let Some(t) = grid.interval_at(at).map(usize::from) else { continue };
                inside += 1;
                if !pools.iter().any(|pool| pool.queues == queues) {
                    pools.push(AskedPool { queues, agents: vec![None; grid.len()] });
                }
                if let Some(pool) = pools.iter_mut().find(|pool| pool.queues == queues) {
                    pool.agents[t] = Some(agents);
                }
            }
            Err(finding) => report.push(finding),
        }
    }
    if inside == 0 && report.is_usable() {
        let message = format!("no row lies in the week from {}", grid.date(0));
        report.push(Finding::error(path.display().to_string(), message, "name the folder of the plan of this week with --plan"));
    }
    if report.is_usable() { Ok(pools) } else { Err(Failure::Input(report)) }
}

/// Queues by their names joined by `+`; else what is wrong, and the mend.
fn set(label: &str, centre: &Centre) -> Result<QueueSet, (String, String)> {
    let find = |name: &str| {
        centre.queues.find(|queue| queue.name == name).ok_or_else(|| {
            let hint = suggest(name, centre.queues.iter().map(|queue| queue.name.as_str()));
            (format!("there is no queue `{name}`"), hint)
        })
    };
    if let Some(whole) = centre.queues.find(|queue| queue.name == label) {
        return Ok(QueueSet::of([whole]));
    }
    Ok(QueueSet::of(label.split('+').map(find).collect::<Result<Vec<_>, _>>()?))
}
