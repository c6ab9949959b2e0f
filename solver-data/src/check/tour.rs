//! Rules over the shifts of one agent: rest, days in a row, weeks.

use chrono::{Datelike, NaiveDate};

use super::roster::{Finds, credit};
use crate::centre::Centre;
use crate::grid::PlanningGrid;
use crate::id::AgentId;
use crate::roster::Shift;

/// Finds what is wrong between the shifts of an agent, given ascending.
pub(super) fn check(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    for pair in shifts.windows(2).filter(|pair| pair[0].date == pair[1].date) {
        let message = format!("`{}` and `{}` on one day", pair[0].template, pair[1].template);
        finds.find("one_shift_a_day", Some(pair[1].date), message);
    }
    check_rest(centre, agent, shifts, grid, finds);
    check_consecutive_days(centre, agent, shifts, grid, finds);
    check_weeks(centre, agent, shifts, grid, finds);
}

/// Elapsed minutes from the end of each shift to the start of the next, and to the first from before the horizon.
fn check_rest(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    let due = f64::from(centre.rules.minimum_rest_minutes);
    let mut check = |shift: &Shift, rest: f64| {
        if rest < due {
            let message = format!("{rest} minutes of rest since the last shift, {due} are due");
            finds.find("minimum_rest", Some(shift.date), message);
        }
    };
    if let (Some(first), Some(rested)) = (shifts.first(), centre.agents[agent].rested_minutes_before) {
        check(first, grid.elapsed_seconds(first.start) / 60.0 + f64::from(rested));
    }
    for pair in shifts.windows(2) {
        check(pair[1], (grid.elapsed_seconds(pair[1].start) - grid.elapsed_seconds(pair[0].end)) / 60.0);
    }
}

/// Length of each run of worked days; a run from the first day on continues the one before the horizon.
fn check_consecutive_days(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    let most = centre.rules.maximum_consecutive_days;
    let mut run = centre.agents[agent].days_worked_before;
    for &date in grid.dates() {
        let worked = shifts.iter().any(|shift| shift.date == date);
        run = if worked { run + 1 } else { 0 };
        if run > most {
            finds.find("consecutive_days", Some(date), format!("day {run} in a row, {most} are the most"));
        }
    }
}

fn check_weeks(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    let contract = &centre.contracts[centre.agents[agent].contract];
    let most_days = contract.maximum_days.min(centre.rules.maximum_days_per_week);
    let most_minutes = contract.maximum_weekly_minutes.min(centre.rules.maximum_weekly_minutes);
    for week in weeks(centre, grid) {
        let worked: Vec<_> = shifts.iter().filter(|shift| week.contains(&shift.date)).collect();
        let minutes: u32 = worked.iter().map(|shift| shift.paid_minutes).sum();
        let mut days: Vec<NaiveDate> = worked.iter().map(|shift| shift.date).collect();
        days.dedup();
        let first = week.first().copied();
        if days.len() as u32 > most_days {
            finds.find("days_per_week", first, format!("{} days worked in the week, {most_days} are the most", days.len()));
        }
        if minutes > most_minutes {
            finds.find("weekly_minutes", first, format!("{minutes} paid minutes in the week, {most_minutes} are the most"));
        }
        let least = least_minutes(centre, agent, &week);
        if week.len() == 7 && minutes < least {
            finds.find("weekly_minutes", first, format!("{minutes} paid minutes in the week, {least} are the least"));
        }
    }
}

/// The dates of each planning week within the horizon; a week at either end may be cut.
fn weeks(centre: &Centre, grid: &PlanningGrid) -> Vec<Vec<NaiveDate>> {
    let mut weeks: Vec<Vec<NaiveDate>> = Vec::new();
    for &date in grid.dates() {
        match weeks.last_mut().filter(|_| date.weekday() != centre.week_start) {
            Some(week) => week.push(date),
            None => weeks.push(vec![date]),
        }
    }
    weeks
}

/// The contract's weekly minimum in proportion to the days employed, less the credit of days off.
fn least_minutes(centre: &Centre, agent: AgentId, week: &[NaiveDate]) -> u32 {
    let person = &centre.agents[agent];
    let employed: Vec<NaiveDate> = week.iter().copied().filter(|&date| person.employed_on(date)).collect();
    let minimum = centre.contracts[person.contract].minimum_weekly_minutes;
    let proportionate = u64::from(minimum) * employed.len() as u64 / 7;
    let credited: u64 = employed.iter().filter_map(|&date| credit(centre, agent, date)).map(u64::from).sum();
    proportionate.saturating_sub(credited) as u32
}
