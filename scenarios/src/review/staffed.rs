//! Requirements staffed exactly, and rosters without those who were absent.

use std::sync::Arc;

use chrono::TimeDelta;
use simulation::Staffed;
use solver_data::{Agent, AgentId, Break, Centre, PlanningGrid, QueueSet, Roster, Shift, StaffingRequirement, Table, Tour};

use super::Absence;

/// A requirement met by exactly as many agents as it asks for, of the centre's own classes, in every interval.
///
/// An agent is added to the class that helps most of the pools that are short, the one with fewest queues among equals, and
/// taken from a class that no pool misses. Nobody has breaks, and nobody is absent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exact {
    centre: Centre,
    roster: Roster,
    /// Agents in every interval.
    pub agents: Vec<u32>,
}

/// Agents of the same level who serve the same queues.
struct Class {
    queues: QueueSet,
    agent: Agent,
}

impl Exact {
    pub fn of(centre: &Centre, requirement: &StaffingRequirement) -> Self {
        let classes = classes(centre);
        let intervals = requirement.grid.len();
        let staffed: Vec<Vec<u32>> = (0..intervals).map(|t| at(&classes, requirement, t)).collect();
        let mut agents = Vec::new();
        let mut tours = Vec::new();
        for (class, own) in classes.iter().enumerate() {
            let most = staffed.iter().map(|counts| counts[class]).max().unwrap_or(0);
            for number in 0..most {
                let present: Vec<bool> = staffed.iter().map(|counts| counts[class] > number).collect();
                tours.push(Tour { agent: AgentId::from(agents.len()), shifts: shifts(&requirement.grid, &present) });
                agents.push(Agent { code: format!("{class}-{number}"), ..own.agent.clone() });
            }
        }
        let roster = Roster { grid: Arc::clone(&requirement.grid), tours, reaching: Vec::new() };
        let centre = Centre { agents: Table::new(agents), time_off: Vec::new(), requests: Vec::new(), ..centre.clone() };
        Self { centre, roster, agents: staffed.iter().map(|counts| counts.iter().sum()).collect() }
    }

    pub fn as_staffed(&self) -> Staffed<'_> {
        Staffed { centre: &self.centre, roster: &self.roster }
    }
}

/// Classes of agents, those with fewest queues and lowest level first.
fn classes(centre: &Centre) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for (id, agent) in centre.agents.entries() {
        let queues = QueueSet::served_by(centre, id);
        if queues.0 != 0 && !classes.iter().any(|class| class.queues == queues && class.agent.level == agent.level) {
            classes.push(Class { queues, agent: agent.clone() });
        }
    }
    classes.sort_by_key(|class| (class.queues.0.count_ones(), class.agent.level, class.queues));
    classes
}

/// Agents of each class in an interval.
fn at(classes: &[Class], requirement: &StaffingRequirement, t: usize) -> Vec<u32> {
    let mut counts = vec![0_u32; classes.len()];
    let mut short: Vec<(QueueSet, i64)> = requirement.pools.iter().map(|pool| (pool.queues, i64::from(pool.agents[t]))).collect();
    loop {
        let helped = |class: &Class| short.iter().filter(|(queues, lack)| *lack > 0 && queues.meets(class.queues)).count();
        let best = (0..classes.len()).max_by_key(|&class| (helped(&classes[class]), std::cmp::Reverse(class)));
        let Some(best) = best.filter(|&best| helped(&classes[best]) > 0) else { break };
        change(&mut short, classes[best].queues, -1);
        counts[best] += 1;
    }
    for class in (0..classes.len()).rev() {
        let spare =
            |short: &[(QueueSet, i64)]| short.iter().all(|(queues, lack)| !queues.meets(classes[class].queues) || *lack < 0);
        while counts[class] > 0 && spare(&short) {
            change(&mut short, classes[class].queues, 1);
            counts[class] -= 1;
        }
    }
    counts
}

fn change(short: &mut [(QueueSet, i64)], queues: QueueSet, by: i64) {
    short.iter_mut().filter(|(pool, _)| pool.meets(queues)).for_each(|(_, lack)| *lack += by);
}

/// Shifts without breaks over the intervals in which an agent is present.
fn shifts(grid: &PlanningGrid, present: &[bool]) -> Vec<Shift> {
    let minutes = TimeDelta::minutes(i64::from(grid.interval_minutes()));
    let mut shifts: Vec<Shift> = Vec::new();
    for (t, _) in present.iter().enumerate().filter(|(_, present)| **present) {
        let (start, end) = (grid.local(t), grid.local(t) + minutes);
        match shifts.last_mut().filter(|shift| shift.end == start && shift.date == start.date()) {
            Some(shift) => shift.end = end,
            None => shifts.push(Shift {
                date: start.date(),
                template: "exact".to_owned(),
                start,
                end,
                breaks: Vec::new(),
                paid_minutes: 0,
            }),
        }
    }
    shifts
}

/// The roster less those who were absent: a shift missed wholly is left out, a part of one is off contact.
pub(super) fn without(roster: &Roster, absences: &[Absence]) -> Roster {
    let there = |tours: &[Tour]| {
        tours
            .iter()
            .map(|tour| {
                let shifts = tour.shifts.iter().filter_map(|shift| attended(tour.agent, shift, absences)).collect();
                Tour { agent: tour.agent, shifts }
            })
            .collect()
    };
    Roster { grid: Arc::clone(&roster.grid), tours: there(&roster.tours), reaching: there(&roster.reaching) }
}

/// What an agent attended of a shift; `None` for nothing.
fn attended(agent: AgentId, shift: &Shift, absences: &[Absence]) -> Option<Shift> {
    let mut there = shift.clone();
    for absence in cutting(agent, shift, absences) {
        let (from, until) = absence.span?;
        let (from, until) = (from.max(shift.start), until.min(shift.end));
        if (from, until) == (shift.start, shift.end) {
            return None;
        }
        there.breaks.push(Break { kind: "absent".to_owned(), start: from, end: until, paid: false });
    }
    there.breaks.sort_by_key(|pause| pause.start);
    Some(there)
}

/// Absences of an agent that cut into a shift.
fn cutting<'a>(agent: AgentId, shift: &Shift, absences: &'a [Absence]) -> impl Iterator<Item = &'a Absence> {
    let (date, start, end) = (shift.date, shift.start, shift.end);
    absences.iter().filter(move |absence| absence.agent == agent).filter(move |absence| match absence.span {
        None => absence.date == date,
        Some((from, until)) => from < end && start < until,
    })
}

/// Shifts that absences cut into.
pub(super) fn shifts_cut(roster: &Roster, absences: &[Absence]) -> usize {
    let tours = roster.tours.iter().chain(&roster.reaching);
    let cut = |tour: &Tour| tour.shifts.iter().filter(|shift| cutting(tour.agent, shift, absences).next().is_some()).count();
    tours.map(cut).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDate, NaiveDateTime};

    fn at(hour: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2024, 6, 3).and_then(|day| day.and_hms_opt(hour, 0, 0)).unwrap()
    }

    fn shift() -> Shift {
        let (start, end) = (at(8), at(16));
        Shift { date: start.date(), template: "F8".to_owned(), start, end, breaks: Vec::new(), paid_minutes: 480 }
    }

    fn absence(span: Option<(NaiveDateTime, NaiveDateTime)>) -> Absence {
        Absence { agent: AgentId(1), date: at(0).date(), span, reason: String::new() }
    }

    #[test]
    fn a_shift_is_missed_wholly_in_part_or_not() {
        let of = |agent, absence: Absence| attended(AgentId(agent), &shift(), &[absence]);
        assert_eq!(of(1, absence(None)), None);
        assert_eq!(of(0, absence(None)), Some(shift()), "it was somebody else");
        assert_eq!(of(1, absence(Some((at(7), at(17))))), None, "nothing of the shift is left");
        let late = of(1, absence(Some((at(7), at(10))))).unwrap();
        assert_eq!(late.on_contact(), [(at(10), at(16))]);
        assert_eq!(of(1, absence(Some((at(17), at(18))))), Some(shift()), "the absence came after the shift");
    }

    #[test]
    fn a_night_shift_belongs_to_the_day_it_starts_on() {
        let night = Shift { start: at(22), end: at(22) + TimeDelta::hours(8), ..shift() };
        let before =
            Shift { date: night.date - TimeDelta::days(1), start: night.start - TimeDelta::days(1), end: at(6), ..shift() };
        let sick = [absence(None)];
        assert_eq!(attended(AgentId(1), &night, &sick), None);
        assert_eq!(attended(AgentId(1), &before, &sick), Some(before.clone()), "yesterday's night was worked");
    }
}
