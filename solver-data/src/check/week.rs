//! Recount of a roster for a contact-centre week: its rules and its objective.
//!
//! Coverage: with `N_k` agents of tier `k` or higher present and `R_k` the requirement of queues whose lowest tier is
//! `k` or higher, short = max(0, max over k of `R_k` - `N_k`) and over = `N_1` + short - `R_1`, in every quarter.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::week::{ContactCentreWeek, QUARTERS_PER_DAY, WeekAgent, WeekAssignment, WeekShift};

/// Tiers that a queue may ask for.
const TIERS: usize = 3;

/// A rule of the week that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekViolation {
    /// Name of the agent.
    pub agent: String,
    /// The day, where there is one.
    pub day: Option<usize>,
    /// Name of the rule, such as `rest`.
    pub rule: &'static str,
    /// What was found and what would be right.
    pub message: String,
}

/// What a roster of a week costs, in cents, and what it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeekVerdict {
    /// Broken rules; none for a feasible roster.
    pub violations: Vec<WeekViolation>,
    /// Everything below and the prices of `short` and `over` together.
    pub objective: i64,
    /// Pay.
    pub pay: i64,
    /// Shifts outside preferred bands.
    pub preference: i64,
    /// Shifts on wished days off.
    pub requests: i64,
    /// Weekend shifts of agents who worked last weekend.
    pub weekend: i64,
    /// Full-time agents without two consecutive days off.
    pub split: i64,
    /// Missing agent-quarters.
    pub short: i64,
    /// Spare agent-quarters.
    pub over: i64,
}

impl WeekVerdict {
    /// Whether every rule holds.
    pub fn is_feasible(&self) -> bool {
        self.violations.is_empty()
    }
}

/// One agent's shifts by day, with the break starts as assigned.
type Tour<'a> = BTreeMap<usize, (&'a WeekShift, &'a [usize])>;

/// The verdict on `roster`, recounted from its shifts.
///
/// Assignments of unknown agents, days or shifts, and second shifts of a day, are violations and count no further.
pub fn check_week(week: &ContactCentreWeek, roster: &[WeekAssignment]) -> WeekVerdict {
    let mut verdict = WeekVerdict::default();
    let tours = tours(week, roster, &mut verdict);
    let quarters = QUARTERS_PER_DAY * week.days;
    let mut present = vec![[0i64; TIERS]; quarters];
    for (agent, tour) in week.agents.iter().zip(&tours) {
        check_tour(week, agent, tour, &mut verdict);
        for (&day, &(shift, starts)) in tour {
            check_shift(agent, day, shift, starts, &mut verdict);
            add_presence(agent, day, shift, starts, &mut present);
        }
        add_prices(week, agent, tour, &mut verdict);
    }
    for (t, present) in present.iter().enumerate() {
        let need: [i64; TIERS] = std::array::from_fn(|k| {
            week.queues
                .iter()
                .filter(|queue| queue.min_tier as usize > k)
                .map(|queue| queue.req.get(t).copied().unwrap_or(0))
                .sum()
        });
        let short = (0..TIERS).map(|k| need[k] - present[k]).max().unwrap_or(0).max(0);
        verdict.short += short;
        verdict.over += present[0] + short - need[0];
    }
    let prices = &week.cost;
    verdict.objective = verdict.pay
        + verdict.preference
        + verdict.requests
        + verdict.weekend
        + verdict.split
        + prices.under_interval * verdict.short
        + prices.over_interval * verdict.over;
    verdict
}

fn tours<'a>(week: &'a ContactCentreWeek, roster: &'a [WeekAssignment], verdict: &mut WeekVerdict) -> Vec<Tour<'a>> {
    let mut tours: Vec<Tour<'a>> = vec![Tour::new(); week.agents.len()];
    for assigned in roster {
        let (day, number) = (assigned.day, assigned.agent);
        match (week.agents.get(number), week.shifts.get(assigned.shift)) {
            (Some(agent), Some(shift)) if day < week.days => {
                if let Entry::Vacant(free) = tours[number].entry(day) {
                    free.insert((shift, &assigned.break_starts));
                } else {
                    verdict.find(
                        &agent.id,
                        Some(day),
                        "two_shifts_a_day",
                        format!("`{}` is a second shift of the day", shift.id),
                    );
                }
            }
            _ => {
                let message = format!("agent {number}, day {day}, shift {}: not all in the instance", assigned.shift);
                verdict.find(&number.to_string(), Some(day), "known_assignment", message);
            }
        }
    }
    tours
}

fn check_tour(week: &ContactCentreWeek, agent: &WeekAgent, tour: &Tour<'_>, verdict: &mut WeekVerdict) {
    let minutes: u32 = tour.values().map(|(shift, _)| shift.paid).sum();
    if !(agent.min_paid..=agent.max_paid).contains(&minutes) {
        let message = format!("{minutes} paid minutes, {} to {} are due", agent.min_paid, agent.max_paid);
        verdict.find(&agent.id, None, "paid_minutes", message);
    }
    if tour.len() > agent.max_days as usize {
        verdict.find(&agent.id, None, "days_per_week", format!("{} days worked, {} are the most", tour.len(), agent.max_days));
    }
    let mut run = agent.prev_consec;
    for day in 0..week.days {
        run = if tour.contains_key(&day) { run + 1 } else { 0 };
        if run > agent.max_consec {
            verdict.find(
                &agent.id,
                Some(day),
                "consecutive_days",
                format!("day {run} in a row, {} are the most", agent.max_consec),
            );
        }
    }
    for (&day, (shift, _)) in tour {
        if let Some((next, _)) = tour.get(&(day + 1))
            && next.start + QUARTERS_PER_DAY < shift.end + agent.min_rest_q
        {
            let rest = (next.start + QUARTERS_PER_DAY) as i64 - shift.end as i64;
            verdict.find(
                &agent.id,
                Some(day),
                "rest",
                format!("{rest} quarters to the next shift, {} are due", agent.min_rest_q),
            );
        }
    }
}

fn check_shift(agent: &WeekAgent, day: usize, shift: &WeekShift, starts: &[usize], verdict: &mut WeekVerdict) {
    let mut find = |rule, message: String| verdict.find(&agent.id, Some(day), rule, message);
    if !agent.lens.contains(&shift.len) {
        find("length_class", format!("`{}` is of class {}, allowed are {}", shift.id, shift.len, agent.lens.join(", ")));
    }
    if agent.holiday.contains(&day) {
        find("holiday", format!("`{}` on a day off", shift.id));
    }
    if agent.no_night && shift.night {
        find("night", format!("`{}` is a night shift, which the agent does not work", shift.id));
    }
    if let Some((earliest, latest)) = agent.avail
        && (shift.start < earliest || shift.end > latest)
    {
        find("availability", format!("`{}` from {} to {}, available {earliest} to {latest}", shift.id, shift.start, shift.end));
    }
    if starts.len() != shift.breaks.len() {
        find("number_of_breaks", format!("{} breaks, `{}` has {}", starts.len(), shift.id, shift.breaks.len()));
        return;
    }
    for (pause, &start) in shift.breaks.iter().zip(starts) {
        if !(pause.lo..=pause.hi).contains(&start) {
            find("break_window", format!("{} at {start}, its window is {} to {}", pause.kind, pause.lo, pause.hi));
        }
    }
}

/// Counts the agent in each quarter of the shift outside its breaks, for every tier up to their own.
fn add_presence(agent: &WeekAgent, day: usize, shift: &WeekShift, starts: &[usize], present: &mut [[i64; TIERS]]) {
    let starts = if starts.len() == shift.breaks.len() { starts } else { &[] };
    let quarters = present.len();
    for quarter in shift.start..shift.end {
        let away = shift.breaks.iter().zip(starts).any(|(pause, &start)| quarter >= start && quarter - start < pause.len);
        if !away {
            for count in present[(QUARTERS_PER_DAY * day + quarter) % quarters].iter_mut().take(agent.tier as usize) {
                *count += 1;
            }
        }
    }
}

fn add_prices(week: &ContactCentreWeek, agent: &WeekAgent, tour: &Tour<'_>, verdict: &mut WeekVerdict) {
    let prices = &week.cost;
    for (day, (shift, _)) in tour {
        verdict.pay += (i64::from(shift.paid) * agent.rate_cents_h).div_euclid(60);
        let displeased = agent.pref_band != "none" && shift.band() != agent.pref_band;
        verdict.preference += prices.pref_band_day * i64::from(displeased);
        verdict.requests += prices.day_off_req * i64::from(agent.day_off_req.contains(day));
        verdict.weekend += prices.weekend_again_day * i64::from(*day >= 5 && agent.worked_last_weekend);
    }
    let has_pair_off = (1..week.days).any(|day| !tour.contains_key(&(day - 1)) && !tour.contains_key(&day));
    verdict.split += prices.split_days_off * i64::from(agent.contract == "FT" && !has_pair_off);
}

impl WeekVerdict {
    fn find(&mut self, agent: &str, day: Option<usize>, rule: &'static str, message: String) {
        self.violations.push(WeekViolation { agent: agent.to_owned(), day, rule, message });
    }
}

#[cfg(test)]
#[path = "week_tests.rs"]
mod tests;
