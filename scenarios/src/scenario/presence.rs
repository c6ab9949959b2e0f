//! Agents on top of the plan: on contact in stated hours, nobody's to roster.
//!
//! They join the centre's table as agents who are not employed, so that no search gives them a tour, and their shifts stand
//! among those that reach into the horizon: presence for requirement, roster and simulation, their pay a charge.

use chrono::{NaiveDateTime, TimeDelta};
use solver_data::pay::shift_pay;
use solver_data::scenario::Reach;
use solver_data::{Agent, AgentId, CarriedOver, Centre, ContractId, LevelId, Money, QueueId, Shift, SkillId, Table, Tour};

use super::base::{Charge, Situation};

/// A span of local time.
pub(super) type Span = (NaiveDateTime, NaiveDateTime);

/// Spans of the horizon that a reach touches while one of its queues is open, in order.
pub(super) fn spans(situation: &Situation, reach: &Reach) -> Vec<Span> {
    let grid = &situation.demand.grid;
    let length = TimeDelta::minutes(i64::from(grid.interval_minutes()));
    let open =
        |t: usize| reach.queues.iter().any(|&q| situation.demand.queues.get(usize::from(q)).is_some_and(|own| own.open[t]));
    let mut spans: Vec<Span> = Vec::new();
    for t in (0..grid.len()).filter(|&t| reach.covers(grid.local(t)) && open(t)) {
        let (from, to) = (grid.local(t), grid.local(t) + length);
        match spans.last_mut() {
            // A shift belongs to one day.
            Some(last) if last.1 == from && last.0.date() == from.date() => last.1 = to,
            _ => spans.push((from, to)),
        }
    }
    spans
}

/// Adds `agents` agents who may serve `queues` to the presence in `spans`.
pub(super) fn add(situation: &mut Situation, queues: &[QueueId], agents: u32, spans: &[Span]) {
    let before = situation.demand.grid.date(0).pred_opt();
    let there = situation.centre.agents.len();
    let mut rows: Vec<Agent> = situation.centre.agents.iter().cloned().collect();
    let new = (there..there + agents as usize)
        .map(|row| Agent { until: before, ..able(&situation.centre, format!("+{}", row + 1), queues) });
    rows.extend(new.collect::<Vec<_>>());
    situation.centre.agents = Table::new(rows);
    let shifts: Vec<Shift> = spans.iter().map(|&span| shift(span)).collect();
    let mut amount = Money(0);
    for row in there..there + agents as usize {
        let agent = AgentId::from(row);
        amount += shifts.iter().flat_map(|shift| shift_pay(&situation.centre, agent, shift)).map(|(_, _, pay)| pay).sum();
        situation.extra_minutes += shifts.iter().map(|shift| shift.paid_minutes).sum::<u32>();
        situation.roster.reaching.push(Tour { agent, shifts: shifts.clone() });
    }
    if amount != Money(0) {
        situation.charges.push(Charge { what: "extra agents", amount });
    }
}

/// An agent who may serve every one of `queues`, at the lowest level that will do.
fn able(centre: &Centre, code: String, queues: &[QueueId]) -> Agent {
    let level = queues.iter().map(|&queue| centre.queues[queue].lowest_level).max().unwrap_or(LevelId(0));
    let mut skills: Vec<SkillId> = queues.iter().map(|&queue| centre.queues[queue].skill).collect();
    skills.sort_unstable();
    skills.dedup();
    Agent {
        code,
        contract: ContractId(0),
        level,
        skills,
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: CarriedOver::default(),
    }
}

fn shift((start, end): Span) -> Shift {
    let paid_minutes = (end - start).num_minutes().max(0) as u32;
    Shift { date: start.date(), template: "extra".to_owned(), start, end, breaks: Vec::new(), paid_minutes }
}
