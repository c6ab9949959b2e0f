//! The interval length of a history, told from its times, and the rows that contradict it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use crate::finding::Finding;

/// Length in minutes: the commonest step between successive times; `None` with an error where there is none to plan by.
///
/// - `rows`: start and line of every row
pub(super) fn interval_minutes(file: &str, rows: &[(NaiveDateTime, u32)], findings: &mut Vec<Finding>) -> Option<u32> {
    let starts = distinct_starts(rows);
    let Some(seconds) = commonest_step(&starts) else {
        let message = "the length of an interval cannot be told from fewer than two points in time";
        findings.push(Finding::error(file, message, "add the other intervals of the history"));
        return None;
    };
    let minutes = seconds / 60;
    if seconds % 60 != 0 || !(5..=60).contains(&minutes) || 60 % minutes != 0 {
        let message = format!("rows lie {} apart, which is no planning interval", span(seconds));
        findings.push(Finding::error(file, message, "give one row for every 5, 10, 15, 20, 30 or 60 minutes"));
        return None;
    }
    find_rows_off(file, rows, minutes, findings);
    find_coarser_days(file, &starts, minutes, findings);
    Some(minutes as u32)
}

/// All times that occur, ascending. Queues repeat the same times, so that most rows add nothing to the runs before them.
fn distinct_starts(rows: &[(NaiveDateTime, u32)]) -> Vec<NaiveDateTime> {
    let mut starts: Vec<NaiveDateTime> = Vec::new();
    for run in rows.chunks(1 << 16) {
        let fresh = run.iter().map(|&(start, _)| start).filter(|start| starts.binary_search(start).is_err());
        let fresh: Vec<NaiveDateTime> = fresh.collect();
        starts.extend(fresh);
        starts.sort_unstable();
        starts.dedup();
    }
    starts
}

/// Errors for rows that do not start at a multiple of `minutes` after midnight.
pub(super) fn find_rows_off(file: &str, rows: &[(NaiveDateTime, u32)], minutes: i64, findings: &mut Vec<Finding>) {
    for &(start, line) in rows {
        let second = i64::from(start.num_seconds_from_midnight());
        if second % (minutes * 60) != 0 || start.nanosecond() != 0 {
            let message = format!("{start} lies off the {minutes}-minute grid that the other rows follow");
            let hint = format!("start intervals at multiples of {minutes} minutes after midnight, all of one length");
            findings.push(Finding::error(file, message, hint).at(line, 1));
        }
    }
}

/// An error where all rows lie further apart than the interval they are read for: their counts are of longer intervals.
pub(super) fn find_coarser_rows(file: &str, rows: &[(NaiveDateTime, u32)], minutes: i64, findings: &mut Vec<Finding>) {
    let starts = distinct_starts(rows);
    let steps = || starts.windows(2).map(|pair| (pair[1] - pair[0]).num_minutes());
    if let Some(step) = steps().min().filter(|step| *step > minutes && starts.len() > 2)
        && steps().all(|other| other % step == 0)
    {
        let message = format!("rows lie {step} minutes apart, those of the history {minutes}");
        let hint = format!("give counts of {minutes} minutes each, as in the history");
        findings.push(Finding::error(file, message, hint).at(rows[0].1, 1));
    }
}

/// Days whose rows all lie further apart hold counts of longer intervals: a change of export, probably.
fn find_coarser_days(file: &str, starts: &[NaiveDateTime], minutes: i64, findings: &mut Vec<Finding>) {
    let mut days: BTreeMap<NaiveDate, (usize, i64)> = BTreeMap::new();
    for (left, right) in starts.windows(2).map(|pair| (pair[0], pair[1])).filter(|(left, right)| left.date() == right.date()) {
        let day = days.entry(left.date()).or_insert((1, i64::MAX));
        *day = (day.0 + 1, day.1.min((right - left).num_minutes()));
    }
    let coarse = |&(_, (rows, least)): &(NaiveDate, (usize, i64))| rows >= 8 && least > minutes;
    let coarser: Vec<NaiveDate> = days.into_iter().filter(coarse).map(|(date, _)| date).collect();
    if let (Some(first), Some(last)) = (coarser.first(), coarser.last()) {
        let count = coarser.len();
        let message =
            format!("on {count} days, {first} to {last}, rows lie further apart than the {minutes} minutes of the others");
        let hint = "if they hold counts of longer intervals, split them or leave them out";
        findings.push(Finding::warning(file, message, hint));
    }
}

/// The commonest step in seconds between successive times; the shortest among equals.
fn commonest_step(starts: &[NaiveDateTime]) -> Option<i64> {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for (left, right) in starts.windows(2).map(|pair| (pair[0], pair[1])) {
        *counts.entry((right - left).num_seconds().max(1)).or_default() += 1;
    }
    counts.into_iter().rev().max_by_key(|&(_, count)| count).map(|(step, _)| step)
}

fn span(seconds: i64) -> String {
    match seconds {
        86_400 => "a day".to_owned(),
        _ if seconds % 60 == 0 => format!("{} minutes", seconds / 60),
        _ => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(minutes: impl Iterator<Item = i64>) -> (Option<u32>, Vec<Finding>) {
        let first = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let rows: Vec<_> =
            minutes.enumerate().map(|(line, at)| (first + chrono::Duration::minutes(at), line as u32 + 2)).collect();
        let mut findings = Vec::new();
        (interval_minutes("h.csv", &rows, &mut findings), findings)
    }

    #[test]
    fn missing_rows_do_not_hide_the_interval() {
        assert_eq!(told([0, 30, 60, 240, 270, 600, 690].into_iter()), (Some(30), Vec::new()));
    }

    #[test]
    fn days_single_points_and_odd_steps_are_no_intervals() {
        for (minutes, message) in
            [(1440, "rows lie a day apart"), (7, "rows lie 7 minutes apart"), (90, "rows lie 90 minutes apart")]
        {
            let (interval, findings) = told((0..9).map(|row| row * minutes));
            assert_eq!(interval, None);
            assert!(findings[0].message.starts_with(message), "{findings:?}");
        }
        assert!(told([0].into_iter()).1[0].message.contains("fewer than two"));
    }
}
