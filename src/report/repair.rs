//! Shortages as stretches of time, and the cheapest shifts that would mend them.
//!
//! A repair is an extra shift of an agent who may serve the short queues, is free that day and keeps the limits on rest,
//! days and weekly minutes with it. It is a hint to the planner, priced by the formula of the cost plan.

use chrono::{Duration, NaiveDate, NaiveTime, TimeDelta};
use solver_data::pay::shift_pay;
use solver_data::{AgentId, Break, Money, QueueSet, Shift, ShiftTemplate};

use scenarios::PlannedWeek;

use super::week::Week;

/// Intervals in a row in which the same pool lacks agents.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortage {
    /// First interval.
    pub first: usize,
    /// Interval after the last.
    pub end: usize,
    /// Row of `StaffingRequirement::pools`.
    pub pool: usize,
    /// Most agents missing at once.
    pub agents: f64,
    /// Agent-hours missing.
    pub agent_hours: f64,
}

/// An extra shift.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// Who.
    pub agent: AgentId,
    /// The shift.
    pub shift: Shift,
    /// What it costs.
    pub cost: Money,
    /// Agent-hours of the shortage it covers.
    pub covered_hours: f64,
}

/// Shortages of a week, the largest first.
pub fn shortages(week: &Week<'_>) -> Vec<Shortage> {
    let mut found: Vec<Shortage> = Vec::new();
    let hours = week.interval_hours();
    for t in 0..week.grid().len() {
        let Some(pool) = week.coverage.short_pool[t] else { continue };
        let agents = week.coverage.shortage[t];
        let day = week.grid().day_of(t);
        match found.last_mut() {
            Some(last) if last.end == t && last.pool == pool && week.grid().day_of(last.first) == day => {
                last.end = t + 1;
                last.agents = last.agents.max(agents);
                last.agent_hours += agents * hours;
            }
            _ => found.push(Shortage { first: t, end: t + 1, pool, agents, agent_hours: agents * hours }),
        }
    }
    found.sort_by(|left, right| right.agent_hours.total_cmp(&left.agent_hours).then(left.first.cmp(&right.first)));
    found
}

/// The extra shift that covers an agent-hour of the shortage most cheaply; `None` where nobody can.
pub fn cheapest(week: &Week<'_>, shortage: &Shortage) -> Option<Repair> {
    let planned = week.planned;
    let centre = &planned.centre;
    let date = week.grid().date(week.grid().day_of(shortage.first));
    let queues = planned.requirement.pools[shortage.pool].queues;
    let mut best: Option<Repair> = None;
    for agent in centre.agents.ids().filter(|&agent| may_help(planned, agent, queues, date)) {
        for template in &centre.templates {
            let Some(repair) = extra_shift(week, agent, template, shortage) else { continue };
            let price = |repair: &Repair| repair.cost.0 as f64 / repair.covered_hours;
            if best.as_ref().is_none_or(|best| price(&repair) < price(best)) {
                best = Some(repair);
            }
        }
    }
    best
}

/// Whether the agent has the skill and the day free.
fn may_help(planned: &PlannedWeek, agent: AgentId, queues: QueueSet, date: NaiveDate) -> bool {
    let centre = &planned.centre;
    let free = planned.roster.tour(agent).is_none_or(|tour| tour.shifts.iter().all(|shift| shift.date != date));
    free && centre.available_on(agent, date) && QueueSet::served_by(centre, agent).meets(queues)
}

fn extra_shift(week: &Week<'_>, agent: AgentId, template: &ShiftTemplate, shortage: &Shortage) -> Option<Repair> {
    let (planned, grid) = (week.planned, week.grid());
    let centre = &planned.centre;
    let row = &centre.agents[agent];
    let contract = &centre.contracts[row.contract];
    let date = grid.date(grid.day_of(shortage.first));
    let in_hours = row.earliest_minute.is_none_or(|earliest| earliest <= template.start_minute)
        && row.latest_minute.is_none_or(|latest| template.end_minute() <= latest);
    let runs = template.runs_on(chrono::Datelike::weekday(&date)) && contract.classes.contains(&template.class);
    if !in_hours || !runs {
        return None;
    }
    let shift = dated(template, date);
    if !keeps_limits(planned, agent, &shift) {
        return None;
    }
    let covered = (shortage.first..shortage.end)
        .filter(|&t| {
            let (from, to) = (grid.local(t), grid.local(t + 1));
            shift.on_contact().iter().any(|&(start, end)| start <= from && to <= end)
        })
        .count();
    let cost = shift_pay(centre, agent, &shift).into_iter().map(|(_, _, amount)| amount).sum();
    (covered > 0).then(|| Repair { agent, shift, cost, covered_hours: covered as f64 * week.interval_hours() })
}

/// A template on a day, breaks as early as their windows allow.
fn dated(template: &ShiftTemplate, date: NaiveDate) -> Shift {
    let at = |minute: u32| date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute));
    let start = at(template.start_minute);
    let breaks = template.breaks.iter().map(|window| {
        let from = start + Duration::minutes(i64::from(window.earliest_minute));
        let to = from + Duration::minutes(i64::from(window.length_minutes));
        Break { kind: window.kind.clone(), start: from, end: to, paid: window.paid }
    });
    Shift {
        date,
        template: template.name.clone(),
        start,
        end: at(template.end_minute()),
        breaks: breaks.collect(),
        paid_minutes: template.paid_minutes,
    }
}

/// Rest to the neighbouring shifts, days and minutes of the week, days in a row.
fn keeps_limits(planned: &PlannedWeek, agent: AgentId, extra: &Shift) -> bool {
    let centre = &planned.centre;
    let (rules, contract) = (&centre.rules, &centre.contracts[centre.agents[agent].contract]);
    let shifts = planned.roster.tour(agent).map(|tour| tour.shifts.as_slice()).unwrap_or_default();
    let rest = TimeDelta::minutes(i64::from(rules.minimum_rest_minutes));
    let rested = shifts.iter().all(|shift| extra.end + rest <= shift.start || shift.end + rest <= extra.start);
    let week = shifts.iter().filter(|shift| same_week(planned, shift.date, extra.date));
    let (days, minutes) = week.fold((1, extra.paid_minutes), |(days, minutes), shift| (days + 1, minutes + shift.paid_minutes));
    let works = |date: NaiveDate| date == extra.date || shifts.iter().any(|shift| shift.date == date);
    let before = (1..=7).take_while(|&back| works(extra.date - Duration::days(back))).count();
    let after = (1..=7).take_while(|&on| works(extra.date + Duration::days(on))).count();
    let in_a_row = before + 1 + after + carried(planned, agent, extra.date, before);
    rested
        && days <= contract.maximum_days.min(rules.maximum_days_per_week)
        && minutes <= contract.maximum_weekly_minutes.min(rules.maximum_weekly_minutes)
        && in_a_row <= rules.maximum_consecutive_days as usize
}

/// Days worked before the horizon, where the run of days reaches back to its start.
fn carried(planned: &PlannedWeek, agent: AgentId, date: NaiveDate, before: usize) -> usize {
    let first = planned.roster.grid.date(0);
    let reaches = (date - first).num_days() == before as i64;
    if reaches { planned.centre.agents[agent].days_worked_before as usize } else { 0 }
}

fn same_week(planned: &PlannedWeek, left: NaiveDate, right: NaiveDate) -> bool {
    let start = planned.centre.week_start;
    left.week(start).first_day() == right.week(start).first_day()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;
    use crate::report::words::Language;

    #[test]
    fn repairs_keep_rest_days_and_minutes_and_cost_what_the_cost_plan_would_say() {
        let (planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        let week = Week::new(&planned, &meta, Language::English);
        let mut found = 0;
        for repair in shortages(&week).iter().filter_map(|shortage| cheapest(&week, shortage)) {
            found += 1;
            let shifts = planned.roster.tour(repair.agent).map_or(&[][..], |tour| &tour.shifts);
            let contract = &planned.centre.contracts[planned.centre.agents[repair.agent].contract];
            let rest = Duration::minutes(i64::from(planned.centre.rules.minimum_rest_minutes));
            for shift in shifts {
                assert!(shift.end + rest <= repair.shift.start || repair.shift.end + rest <= shift.start);
            }
            let minutes: u32 = shifts.iter().map(|shift| shift.paid_minutes).sum();
            assert!(minutes + repair.shift.paid_minutes <= contract.maximum_weekly_minutes);
            assert!(shifts.len() < contract.maximum_days as usize);
            let pay: Money = shift_pay(&planned.centre, repair.agent, &repair.shift).into_iter().map(|line| line.2).sum();
            assert_eq!(repair.cost, pay);
        }
        assert!(found > 0, "the bank is short on Sunday and has agents to spare");
    }

    #[test]
    fn shortages_hold_every_missing_agent_hour_once() {
        let (planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        let week = Week::new(&planned, &meta, Language::English);
        let by_stretch: f64 = shortages(&week).iter().map(|shortage| shortage.agent_hours).sum();
        let by_interval = week.agent_hours(week.coverage.shortage.iter().copied());
        assert!(by_interval > 0.0 && (by_stretch - by_interval).abs() < 1e-9);
    }
}
