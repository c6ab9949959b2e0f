//! What differs between two rosters of one horizon, day by day.

use chrono::{Datelike, NaiveDate};

use crate::centre::Centre;
use crate::id::AgentId;
use crate::roster::{Roster, Shift};

/// How an agent's day differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RosterChangeKind {
    /// A shift on a day that was off.
    Added,
    /// A day off in place of a shift.
    Dropped,
    /// Another shift.
    Moved,
    /// The same shift with breaks at other times.
    BreaksMoved,
}

impl RosterChangeKind {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Dropped => "dropped",
            Self::Moved => "moved",
            Self::BreaksMoved => "breaks_moved",
        }
    }
}

/// A day of an agent that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterChange {
    /// Whose.
    pub agent: AgentId,
    /// Which day.
    pub date: NaiveDate,
    /// How.
    pub kind: RosterChangeKind,
    /// The shift before, if any.
    pub old: Option<Shift>,
    /// The shift after, if any.
    pub new: Option<Shift>,
    /// Whether the shift before could not stay: the agent is away, or the shift is not the contract's any more.
    pub forced: bool,
    /// Breaks of a shift that stays at other times.
    pub breaks: u32,
}

/// Days that differ, by agent and day.
///
/// A shift stays when its day has a shift of the same template.
pub fn roster_changes(centre: &Centre, before: &Roster, after: &Roster) -> Vec<RosterChange> {
    let mut changes = Vec::new();
    for agent in centre.agents.ids() {
        for &date in after.grid.dates() {
            let (old, new) = (shift_on(before, agent, date), shift_on(after, agent, date));
            let forced = old.is_some_and(|shift| !may_stay(centre, agent, shift));
            let (kind, breaks) = match (old, new) {
                (None, None) => continue,
                (None, Some(_)) => (RosterChangeKind::Added, 0),
                (Some(_), None) => (RosterChangeKind::Dropped, 0),
                (Some(old), Some(new)) if old.template != new.template => (RosterChangeKind::Moved, 0),
                (Some(old), Some(new)) => {
                    let moved = old.breaks.iter().zip(&new.breaks).filter(|(old, new)| old.start != new.start).count();
                    if moved == 0 {
                        continue;
                    }
                    (RosterChangeKind::BreaksMoved, moved as u32)
                }
            };
            changes.push(RosterChange { agent, date, kind, old: old.cloned(), new: new.cloned(), forced, breaks });
        }
    }
    changes
}

/// Price of changes in minor units: `shift` for each day whose shift differs and could have stayed, `pause` for each break
/// of a shift that stays.
pub fn change_cost(changes: &[RosterChange], shift: i64, pause: i64) -> i64 {
    let cost = |change: &RosterChange| match change.kind {
        RosterChangeKind::BreaksMoved => pause * i64::from(change.breaks),
        _ if change.forced => 0,
        _ => shift,
    };
    changes.iter().map(cost).sum()
}

fn shift_on(roster: &Roster, agent: AgentId, date: NaiveDate) -> Option<&Shift> {
    roster.tour(agent)?.shifts.iter().find(|shift| shift.date == date)
}

/// Whether the agent may still work a shift of the template on its day, other days aside.
fn may_stay(centre: &Centre, agent: AgentId, shift: &Shift) -> bool {
    let person = &centre.agents[agent];
    let Some(template) = centre.templates.iter().find(|template| template.name == shift.template) else { return false };
    template.runs_on(shift.date.weekday())
        && centre.contracts[person.contract].classes.contains(&template.class)
        && centre.available_on(agent, shift.date)
        && person.earliest_minute.is_none_or(|earliest| earliest <= template.start_minute)
        && person.latest_minute.is_none_or(|latest| template.end_minute() <= latest)
}
