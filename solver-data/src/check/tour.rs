//! Rules over the shifts of one agent: rest, days in a row, weeks.

use chrono::{Datelike, NaiveDate};

use super::roster::{Finds, credit};
use crate::carried::{SUNDAYS, due, stretches};
use crate::centre::Centre;
use crate::grid::PlanningGrid;
use crate::id::AgentId;
use crate::roster::Shift;
use crate::rules::WorkedLimit;

/// Finds what is wrong between the shifts of an agent, given ascending.
pub(super) fn check(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    for pair in shifts.windows(2).filter(|pair| pair[0].date == pair[1].date) {
        let message = format!("`{}` and `{}` on one day", pair[0].template, pair[1].template);
        finds.find("one_shift_a_day", Some(pair[1].date), message);
    }
    check_rest(centre, agent, shifts, grid, finds);
    check_consecutive_days(centre, agent, shifts, grid, finds);
    check_weeks(centre, agent, shifts, grid, finds);
    check_bank(centre, agent, shifts, grid, finds);
    check_stretches(centre, agent, shifts, grid, finds);
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

/// Days and paid minutes of each planning week; of the first, those before the horizon too where they are known.
fn check_weeks(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    let contract = &centre.contracts[centre.agents[agent].contract];
    let most_days = contract.maximum_days.min(centre.rules.maximum_days_per_week);
    let most_minutes = contract.maximum_weekly_minutes.min(centre.rules.maximum_weekly_minutes);
    for (number, week) in weeks(centre, grid).iter().enumerate() {
        let worked: Vec<_> = shifts.iter().filter(|shift| week.contains(&shift.date)).collect();
        let known = centre.agents[agent].carried.week.filter(|_| number == 0 && week[0].weekday() != centre.week_start);
        let before = known.unwrap_or_default();
        let minutes = before.minutes + worked.iter().map(|shift| shift.paid_minutes).sum::<u32>();
        let mut dates: Vec<NaiveDate> = worked.iter().map(|shift| shift.date).collect();
        dates.dedup();
        let (first, days) = (week.first().copied(), before.days + dates.len() as u32);
        if days > most_days {
            finds.find("days_per_week", first, format!("{days} days worked in the week, {most_days} are the most"));
        }
        if minutes > most_minutes {
            finds.find("weekly_minutes", first, format!("{minutes} paid minutes in the week, {most_minutes} are the most"));
        }
        let missing = if known.is_some() { 7 - week.len().min(7) as u64 } else { 0 };
        let whole: Vec<NaiveDate> =
            week[0].iter_days().rev().skip(1).take(missing as usize).chain(week.iter().copied()).collect();
        let least = least_minutes(centre, agent, &whole);
        let ends = week.last().is_some_and(|day| day.succ_opt().is_some_and(|next| next.weekday() == centre.week_start));
        if whole.len() == 7 && (ends || known.is_none()) && minutes < least {
            finds.find("weekly_minutes", first, format!("{minutes} paid minutes in the week, {least} are the least"));
        }
    }
}

/// The balance of the hours bank at the end of each planning week, and at each settlement.
fn check_bank(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    let Some(bank) = &centre.contracts[centre.agents[agent].contract].bank else { return };
    let start = centre.agents[agent].carried.bank_minutes;
    let (least, most) = (bank.least.min(start), bank.most.max(start));
    let horizon_end = grid.date(grid.days() - 1);
    let mut balance = start;
    for week in weeks(centre, grid) {
        let paid: u32 = shifts.iter().filter(|shift| week.contains(&shift.date)).map(|shift| shift.paid_minutes).sum();
        balance += paid as i32 - due(centre, agent, bank, &week) as i32;
        let last = week[week.len() - 1];
        let whole = (last + chrono::Duration::days(1)).weekday() == centre.week_start;
        if whole && !(least..=most).contains(&balance) {
            let message = format!("a balance of {balance} minutes at the end of the week, {least} to {most} are allowed");
            finds.find("hours_bank", Some(last), message);
        }
        if let Some(settlement) = bank.settlement.filter(|settlement| settlement.ends_on(last, horizon_end))
            && !(settlement.least..=settlement.most).contains(&balance)
        {
            let (least, most) = (settlement.least, settlement.most);
            let message = format!("a balance of {balance} minutes at the settlement, {least} to {most} are allowed");
            finds.find("hours_bank", Some(last), message);
        }
    }
}

/// Weekends and Sundays worked in any stretch of them, those before the horizon counted.
fn check_stretches(centre: &Centre, agent: AgentId, shifts: &[&Shift], grid: &PlanningGrid, finds: &mut Finds<'_>) {
    let (rules, carried) = (&centre.rules, &centre.agents[agent].carried);
    let weekends = centre.contracts[centre.agents[agent].contract].weekends.or(rules.weekends);
    let limits = [
        ("weekends_worked", "weekends", rules.weekend_days, weekends, carried.weekends),
        ("sundays_off", "Sundays", SUNDAYS, rules.sundays, carried.sundays),
    ];
    let (first, last) = (grid.date(0), grid.date(grid.days() - 1));
    for (rule, name, days, limit, before) in limits {
        let Some(WorkedLimit { most, of }) = limit else { continue };
        let mut history: Vec<bool> = (0..of).rev().map(|back| before.worked(back)).collect();
        for (from, to) in stretches(days, first, last) {
            let begun = from == first && days[from.pred_opt().map_or(0, |day| day.weekday().num_days_from_monday() as usize)];
            let before = if begun { history.pop().unwrap_or(false) } else { false };
            let inside: Vec<&&Shift> = shifts.iter().filter(|shift| (from..=to).contains(&shift.date)).collect();
            history.push(before || !inside.is_empty());
            let worked = history.iter().rev().take(of as usize).filter(|&&worked| worked).count();
            if worked > most as usize
                && let Some(shift) = inside.first()
            {
                finds.find(rule, Some(shift.date), format!("{worked} {name} worked of {of} in succession, {most} are the most"));
            }
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
