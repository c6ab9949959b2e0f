//! Recount of every rule of a centre over a roster.

use chrono::NaiveDate;

use super::{shift, tour};
use crate::centre::Centre;
use crate::id::AgentId;
use crate::requirement::QueueSet;
use crate::roster::Roster;

/// A rule a roster breaks, with the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterViolation {
    /// Code of the agent.
    pub agent: String,
    /// The day, where there is one.
    pub date: Option<NaiveDate>,
    /// Name of the rule, such as `minimum_rest`.
    pub rule: &'static str,
    /// What was found and what would be right.
    pub message: String,
}

/// `A07 on 1999-10-25: minimum_rest: 420 minutes of rest since the last shift, 660 are due`.
impl std::fmt::Display for RosterViolation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.agent)?;
        if let Some(date) = self.date {
            write!(f, " on {date}")?;
        }
        write!(f, ": {}: {}", self.rule, self.message)
    }
}

/// Every rule of `centre` that `roster` breaks, by agent and then by day; none for a roster that may be worked.
///
/// Rules of a shift: `horizon`, `employment`, `time_off`, `known_template`, `weekday`, `contract_class`, `shift_times`,
/// `breaks`, `paid_minutes`, `availability`. Rules of a tour: `known_agent`, `serves_a_queue`, `one_shift_a_day`,
/// `minimum_rest` (elapsed time, so a night of changed clocks counts as it is slept), `consecutive_days`,
/// `days_per_week`, `weekly_minutes`, `hours_bank`, `weekends_worked`, `sundays_off`.
///
/// Weeks start on the centre's week start. In a week that the horizon cuts, only what may be exceeded is checked, not
/// the weekly minimum; of a first week whose days before the horizon are known, all is checked. The minimum is lowered by the credit of each day off and in proportion to the days employed,
/// rounded down.
pub fn check_roster(centre: &Centre, roster: &Roster) -> Vec<RosterViolation> {
    let mut violations = Vec::new();
    check_tour_list(centre, roster, &mut violations);
    for (agent, person) in centre.agents.entries() {
        let mut finds = Finds { agent: &person.code, violations: &mut violations };
        let mut shifts: Vec<_> = roster.tours.iter().filter(|tour| tour.agent == agent).flat_map(|tour| &tour.shifts).collect();
        shifts.sort_by_key(|shift| (shift.date, shift.start));
        if !shifts.is_empty() && QueueSet::served_by(centre, agent).0 == 0 {
            let message = "works, but has no skill and level for any queue; give a skill, or take the shifts away";
            finds.find("serves_a_queue", None, message);
        }
        for shift in &shifts {
            shift::check(centre, agent, shift, &roster.grid, &mut finds);
        }
        tour::check(centre, agent, &shifts, &roster.grid, &mut finds);
    }
    violations
}

/// Tours of agents the centre does not have, and agents with two tours.
fn check_tour_list(centre: &Centre, roster: &Roster, violations: &mut Vec<RosterViolation>) {
    for (index, tour) in roster.tours.iter().enumerate() {
        let Some(person) = centre.agents.get(tour.agent) else {
            let code = format!("agent {}", tour.agent.0);
            let message = format!("the centre has {} agents only", centre.agents.len());
            Finds { agent: &code, violations }.find("known_agent", None, message);
            continue;
        };
        if roster.tours[..index].iter().any(|other| other.agent == tour.agent) {
            Finds { agent: &person.code, violations }.find("known_agent", None, "has two tours; join them into one");
        }
    }
}

/// Where the violations of one agent go.
pub(super) struct Finds<'a> {
    agent: &'a str,
    violations: &'a mut Vec<RosterViolation>,
}

impl Finds<'_> {
    pub(super) fn find(&mut self, rule: &'static str, date: Option<NaiveDate>, message: impl Into<String>) {
        self.violations.push(RosterViolation { agent: self.agent.to_owned(), date, rule, message: message.into() });
    }
}

/// Minutes after midnight as `09:30`; over 24 hours it counts on.
pub(super) fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Credit of an agent's day off against the weekly minimum, if the agent is off that day.
pub(super) fn credit(centre: &Centre, agent: AgentId, date: NaiveDate) -> Option<u32> {
    let minimum = centre.contracts[centre.agents[agent].contract].minimum_weekly_minutes;
    let off = centre.time_off.iter().find(|off| off.agent == agent && off.start <= date && date <= off.end)?;
    Some(off.credited_minutes.unwrap_or(minimum / 5))
}

#[cfg(test)]
#[path = "roster_tests.rs"]
mod tests;
