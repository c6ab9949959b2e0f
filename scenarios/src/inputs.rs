//! Whether the files of a centre folder agree with each other.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Timelike};
use solver_data::{Centre, ContactHistory, Finding, QueueHistory, ValidationReport};

/// Findings about a centre and its history that neither file shows alone; `file` is the history's name.
pub fn agree(centre: &Centre, history: &ContactHistory, file: &str) -> ValidationReport {
    let mut report = ValidationReport::default();
    for queue in &centre.queues {
        match history.queue(&queue.name).map(|rows| rows.records.len()) {
            None | Some(0) if queue.donor.is_some() => report.push(Finding::note(
                file,
                format!("queue \"{}\" has no row and follows its donor", queue.name),
                "nothing to do; its own rows count as they come in",
            )),
            None | Some(0) => report.push(Finding::error(
                file,
                format!("queue \"{}\" of centre.toml has no row", queue.name),
                "add its rows, or take the queue out of centre.toml",
            )),
            Some(_) => {}
        }
    }
    for rows in &history.queues {
        if !centre.queues.iter().any(|queue| queue.name == rows.name) {
            let hint = "add the queue to centre.toml, or leave its rows: they are not planned for";
            report.push(Finding::warning(file, format!("queue \"{}\" is not in centre.toml", rows.name), hint));
        }
    }
    let (ours, theirs) = (centre.interval_minutes, history.interval_minutes);
    if theirs > ours && theirs % ours != 0 {
        let message = format!("rows of {theirs} minutes do not hold a whole number of planning intervals of {ours} minutes");
        report.push(Finding::error(file, message, "set interval_minutes in centre.toml to a divisor of the history's"));
    }
    if ours > theirs && ours % theirs != 0 {
        let message = format!("planning intervals of {ours} minutes do not hold a whole number of rows of {theirs} minutes");
        report.push(Finding::error(file, message, "set interval_minutes in centre.toml to a multiple of the history's"));
    }
    let closed = outside_hours(centre, history);
    if closed > 0.0 {
        let message = format!("{closed:.0} contacts lie outside the opening hours and count as no demand");
        report.push(Finding::note(file, message, "widen opening_hours in centre.toml if they should be served"));
    }
    span_of(history, file, &mut report);
    holes(centre, history, file, &mut report);
    report
}

/// Contacts a day from which a day without a row is suspicious.
const BUSY_DAY: f64 = 20.0;

/// Warns of open days on which a busy queue has no row while others have: they count as days without contacts.
fn holes(centre: &Centre, history: &ContactHistory, file: &str, report: &mut ValidationReport) {
    let covered: BTreeSet<NaiveDate> = history.queues.iter().flat_map(days_of).collect();
    for id in centre.queues.ids() {
        let Some(rows) = history.queue(&centre.queues[id].name) else { continue };
        let own: BTreeSet<NaiveDate> = days_of(rows).collect();
        let offered: f64 = rows.records.iter().filter_map(|record| record.offered).sum();
        let Some(&first) = own.first().filter(|_| offered >= BUSY_DAY * own.len() as f64) else { continue };
        let hours = centre.hours_of(id);
        let opens = |date: &NaiveDate| !hours.spans[date.weekday().num_days_from_monday() as usize].is_empty();
        let missing: Vec<NaiveDate> = covered.range(first..).filter(|date| !own.contains(date) && opens(date)).copied().collect();
        if let Some(date) = missing.first() {
            let (name, count) = (&rows.name, missing.len());
            let message = format!("queue \"{name}\" has no row on {count} day(s) that other queues have, the first is {date}");
            report.push(Finding::warning(file, message, "add its rows; without them these days count as days without contacts"));
        }
    }
}

fn days_of(rows: &QueueHistory) -> impl Iterator<Item = NaiveDate> {
    rows.records.iter().map(|record| record.start.date())
}

fn outside_hours(centre: &Centre, history: &ContactHistory) -> f64 {
    let mut contacts = 0.0;
    for id in centre.queues.ids() {
        let hours = centre.hours_of(id);
        for record in history.queue(&centre.queues[id].name).into_iter().flat_map(|rows| &rows.records) {
            let minute = record.start.hour() * 60 + record.start.minute();
            if !hours.is_open(record.start.weekday(), minute, history.interval_minutes) {
                contacts += record.offered.unwrap_or(0.0);
            }
        }
    }
    contacts
}

fn span_of(history: &ContactHistory, file: &str, report: &mut ValidationReport) {
    let first = history.queues.iter().filter_map(|rows| rows.records.first()).map(|record| record.start).min();
    if let (Some(first), Some(last)) = (first, history.last_start()) {
        let days = (last - first).num_days() + 1;
        if days < 7 {
            let message = format!("the history spans {days} day(s); a forecast needs a week at least, four to be good");
            report.push(Finding::error(file, message, "add earlier rows"));
        } else if days < 28 {
            let message = format!("the history spans {days} days; with less than four weeks the intervals are wide");
            report.push(Finding::warning(file, message, "add earlier rows where they exist"));
        }
    }
}
