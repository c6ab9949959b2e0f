//! The cheapest repairs of short stretches: a moved break, a moved shift, overtime, one more agent.
//!
//! Every repair is a best response by exact pricing against the roster as it stands, over the duties and rules of its kind:
//!
//! | kind | duties | rules |
//! |---|---|---|
//! | moved break | the agent's own | all of them are worked |
//! | moved shift | the agent's own, and any of the contract on the stretch's day | the contract's |
//! | overtime | as before, of any class | all own minutes are worked; the contract's most minutes and days give way to the labour rules' |
//! | one more agent | any of the contract | the contract's, for a newcomer of a level and contract there is |
//!
//! A repair leaves fewer agents missing over the whole horizon. Missing agents of the stretch count double in the pricing, so that it is mended first; what is told is the change of pay,
//! of the objective and of the shortage, recounted with the tour put in place. Each repair stands alone.

use rayon::prelude::*;
use solver_data::{AgentId, Centre, ContractId, LevelId, QueueSet, Roster, Shift, StaffingRequirement};

use crate::case::{CentreCase, with_one_more};
use crate::centre::{pay, shift_of};
use crate::conflict::Rule;
use crate::coverage::Coverage;
use crate::error::SchedulerError;
use crate::pricing::{PlacedTour, Pricer};
use crate::problem::{AgentOffer, RosterProblem};
use crate::value::kinds;

/// Weight of the stretch in the pricing.
const URGENCY: f64 = 2.0;

/// Intervals of a day in a row with agents missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortStretch {
    /// First interval.
    pub first: usize,
    /// Interval after the last.
    pub end: usize,
    /// Row of `StaffingRequirement::pools` that lacks most.
    pub pool: usize,
    /// Most agents missing at once.
    pub agents: u32,
    /// Missing agents summed over the intervals.
    pub agent_intervals: u32,
}

/// What a repair changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepairKind {
    /// Breaks of a shift at other times.
    MovedBreak(AgentId),
    /// Another shift within the contract.
    MovedShift(AgentId),
    /// A longer shift or a further day, beyond what the contract asks.
    Overtime(AgentId),
    /// A newcomer.
    MoreAgent {
        /// Level.
        level: LevelId,
        /// Contract.
        contract: ContractId,
        /// Someone with the skills meant.
        like: AgentId,
    },
}

/// A change that mends a stretch, exactly priced.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What is mended.
    pub stretch: ShortStretch,
    /// What is changed.
    pub kind: RepairKind,
    /// Shifts as they would be, where they differ.
    pub shifts: Vec<Shift>,
    /// Shifts that go.
    pub dropped: Vec<Shift>,
    /// Change of pay over the horizon in minor units.
    pub pay: i64,
    /// Change of the roster's objective in minor units; below 0 where the repair pays for itself.
    pub objective: i64,
    /// Missing agents that are there now, summed over the stretch's intervals.
    pub mended: u32,
}

/// The best repairs of the largest `stretches` of a roster, at most one of each kind and stretch.
///
/// # Errors
/// As [`crate::schedule`] where the problem cannot be formed.
pub fn cheapest_repairs(
    centre: &Centre,
    requirement: &StaffingRequirement,
    roster: &Roster,
    stretches: usize,
) -> Result<Vec<Repair>, SchedulerError> {
    Ok(repairs(&CentreCase::new(centre, requirement, &roster.reaching)?, roster, stretches))
}

/// The best repair of each kind for the largest `most` stretches, cheapest for the objective first within a stretch.
pub(crate) fn repairs(case: &CentreCase<'_>, roster: &Roster, most: usize) -> Vec<Repair> {
    let problem = case.problem();
    let tours = case.tours(roster);
    let coverage = case.coverage(&problem, roster);
    let bench = Bench { case, roster, problem: &problem, tours: &tours, coverage: &coverage };
    let mut found = Vec::new();
    for stretch in stretches(case, &coverage).into_iter().take(most) {
        found.extend(bench.of_stretch(stretch));
    }
    found
}

/// Stretches with agents missing, the largest first.
fn stretches(case: &CentreCase<'_>, coverage: &Coverage) -> Vec<ShortStretch> {
    let grid = &case.requirement.grid;
    let mut found: Vec<ShortStretch> = Vec::new();
    for t in (0..grid.len()).filter(|&t| coverage.short(t) > 0) {
        let short = coverage.short(t) as u32;
        match found.last_mut() {
            Some(last) if last.end == t && grid.day_of(last.first) == grid.day_of(t) => {
                last.end = t + 1;
                last.agents = last.agents.max(short);
                last.agent_intervals += short;
            }
            _ => found.push(ShortStretch { first: t, end: t + 1, pool: 0, agents: short, agent_intervals: short }),
        }
    }
    found.sort_by_key(|stretch| (std::cmp::Reverse(stretch.agent_intervals), stretch.first));
    found
}

/// The roster that repairs are tried on.
struct Bench<'a> {
    case: &'a CentreCase<'a>,
    roster: &'a Roster,
    problem: &'a RosterProblem,
    tours: &'a [PlacedTour],
    coverage: &'a Coverage,
}

impl Bench<'_> {
    fn of_stretch(&self, mut stretch: ShortStretch) -> Vec<Repair> {
        stretch.pool = self.shortest_pool(&stretch);
        let centre = self.case.centre;
        let queues = self.case.requirement.pools[stretch.pool].queues;
        let agents: Vec<AgentId> =
            centre.agents.ids().filter(|&agent| QueueSet::served_by(centre, agent).meets(queues)).collect();
        let tried: Vec<Vec<Repair>> = agents.par_iter().map(|&agent| self.by_agent(agent, &stretch)).collect();
        let mut tried: Vec<Repair> = tried.into_iter().flatten().collect();
        let newcomers = kinds(centre).into_iter().filter(|&(kind, _)| QueueSet::served_by(centre, kind).meets(queues));
        tried.extend(newcomers.filter_map(|(kind, _)| self.by_newcomer(kind, &stretch)));
        tried.sort_by_key(|repair| (repair.objective, repair.pay));
        let mut best: Vec<Repair> = Vec::new();
        for repair in tried {
            let same = |known: &Repair| std::mem::discriminant(&known.kind) == std::mem::discriminant(&repair.kind);
            if !best.iter().any(same) {
                best.push(repair);
            }
        }
        best
    }

    /// The pool that lacks most agent-intervals in the stretch.
    fn shortest_pool(&self, stretch: &ShortStretch) -> usize {
        let requirement = self.case.requirement;
        let lacking = |pool: &usize| {
            let queues = requirement.pools[*pool].queues;
            let there = self.roster.on_contact(|agent| QueueSet::served_by(self.case.centre, agent).meets(queues));
            (stretch.first..stretch.end).map(|t| requirement.wanted(*pool)[t].saturating_sub(there[t])).sum::<u32>()
        };
        (0..requirement.pools.len()).rev().max_by_key(lacking).unwrap_or(0)
    }

    /// Repairs by an agent who is there: at most one of each kind.
    fn by_agent(&self, agent: AgentId, stretch: &ShortStretch) -> Vec<Repair> {
        let day = self.case.requirement.grid.day_of(stretch.first);
        let held = &self.tours[usize::from(agent)].duties;
        let on_day = |duty: usize| self.case.duties[duty].day == day;
        let mut tried = Vec::new();
        if held.iter().any(|&duty| on_day(duty as usize)) {
            let mut offer = self.case.offers[usize::from(agent)].clone();
            offer.duties.retain(|&(duty, _)| held.contains(&(duty as u32)));
            self.keep_minutes(&mut offer, held);
            tried.push((RepairKind::MovedBreak(agent), offer));
        }
        let mut moved = self.case.offers[usize::from(agent)].clone();
        moved.duties.retain(|&(duty, _)| held.contains(&(duty as u32)) || on_day(duty));
        tried.push((RepairKind::MovedShift(agent), moved));
        let mut longer = self.case.relaxed(usize::from(agent), &[Rule::ShiftClasses]);
        longer.duties.retain(|&(duty, _)| held.contains(&(duty as u32)) || on_day(duty));
        self.keep_minutes(&mut longer, held);
        let rules = &self.case.centre.rules;
        for week in &mut longer.rules.weeks {
            week.maximum_minutes = rules.maximum_weekly_minutes;
            week.maximum_days = rules.maximum_days_per_week;
        }
        tried.push((RepairKind::Overtime(agent), longer));
        tried.into_iter().filter_map(|(kind, offer)| self.response(kind, offer, Some(agent), stretch)).collect()
    }

    fn by_newcomer(&self, kind: AgentId, stretch: &ShortStretch) -> Option<Repair> {
        let centre = with_one_more(self.case.centre, kind);
        let case = CentreCase::new(&centre, self.case.requirement, self.case.reaching).ok()?;
        let offer = case.offers.last()?.clone();
        let like = &self.case.centre.agents[kind];
        let kind = RepairKind::MoreAgent { level: like.level, contract: like.contract, like: kind };
        self.response(kind, offer, None, stretch)
    }

    /// Every week keeps the minutes it has at least.
    fn keep_minutes(&self, offer: &mut AgentOffer, held: &[u32]) {
        let mut first = 0;
        for week in &mut offer.rules.weeks {
            let own = held.iter().map(|&duty| &self.case.duties[duty as usize]);
            let minutes: u32 = own.filter(|duty| (first..week.end).contains(&duty.day)).map(|duty| duty.paid_minutes).sum();
            week.minimum_minutes = week.minimum_minutes.max(minutes);
            first = week.end;
        }
    }

    /// The best tour of an offer in place of an agent's own; `None` where it mends nothing.
    fn response(&self, kind: RepairKind, offer: AgentOffer, agent: Option<AgentId>, stretch: &ShortStretch) -> Option<Repair> {
        let alone = self.case.problem_of(&[offer]);
        let terms = &alone.agents[0];
        let mut coverage = self.coverage.clone();
        let idle = PlacedTour::default();
        let held = agent.map_or(&idle, |agent| &self.tours[usize::from(agent)]);
        let mut change = match agent {
            Some(agent) => coverage.remove(self.problem, self.problem.agents[usize::from(agent)].class, held),
            None => 0,
        };
        let (mut with, mut value) = (Vec::new(), Vec::new());
        coverage.values(&alone, terms.class, &mut with, &mut value);
        let missing = (alone.coverage.under + alone.coverage.over) as f64;
        for (t, value) in value.iter_mut().enumerate().take(stretch.end).skip(stretch.first) {
            *value += if coverage.short(t) > 0 && *value > 0.0 { (URGENCY - 1.0) * missing } else { 0.0 };
        }
        let mut pricer = Pricer::default();
        if !pricer.respond(&alone, terms, &value).is_finite() {
            return None;
        }
        let tour = pricer.response(&alone, terms);
        if tour.duties == held.duties && tour.breaks == held.breaks {
            return None;
        }
        change += coverage.add(&alone, terms.class, &tour);
        // What only moves the shortage elsewhere is no repair.
        if self.missing(&coverage) >= self.missing(self.coverage) {
            return None;
        }
        let left: u32 = (stretch.first..stretch.end).map(|t| coverage.short(t) as u32).sum();
        let mended = stretch.agent_intervals.checked_sub(left).filter(|&mended| mended > 0)?;
        let like = match kind {
            RepairKind::MoreAgent { like, .. } => like,
            RepairKind::MovedBreak(agent) | RepairKind::MovedShift(agent) | RepairKind::Overtime(agent) => agent,
        };
        let (old, new) = (self.shifts(held), self.shifts(&tour));
        let paid = |shifts: &[Shift]| shifts.iter().map(|shift| pay(self.case.centre, like, shift)).sum::<i64>();
        let pay = paid(&new) - paid(&old);
        let wishes = agent.map_or(0, |agent| self.refused(agent, &new) - self.refused(agent, &old));
        let kind = told(kind, (&old, &new));
        let dropped = old.iter().filter(|shift| new.iter().all(|other| other.date != shift.date)).cloned().collect();
        let shifts = new.into_iter().filter(|shift| !old.contains(shift)).collect();
        Some(Repair { stretch: *stretch, kind, shifts, dropped, pay, objective: change + pay + wishes, mended })
    }

    /// Missing agents summed over the horizon's intervals.
    fn missing(&self, coverage: &Coverage) -> i64 {
        (0..self.problem.coverage.intervals).map(|t| i64::from(coverage.short(t))).sum()
    }

    fn shifts(&self, tour: &PlacedTour) -> Vec<Shift> {
        let mut breaks = tour.breaks.as_slice();
        let of = |&duty: &u32| {
            let duty = &self.case.duties[duty as usize];
            let (starts, rest) = breaks.split_at(duty.breaks.len());
            breaks = rest;
            shift_of(self.case.centre, &self.case.requirement.grid, duty, starts)
        };
        tour.duties.iter().map(of).collect()
    }

    /// Price of the wishes that an agent's shifts refuse.
    fn refused(&self, agent: AgentId, shifts: &[Shift]) -> i64 {
        let (centre, grid) = (self.case.centre, &self.case.requirement.grid);
        let own = centre.requests.iter().filter(|request| request.agent == agent && grid.day_of_date(request.date).is_some());
        let refused = own.filter(|request| {
            let shift = shifts.iter().find(|shift| shift.date == request.date);
            let template = shift.and_then(|shift| centre.templates.iter().find(|template| template.name == shift.template));
            !request.kind.granted_by(template.map(|t| (t.name.as_str(), t.class.as_str(), t.start_minute)))
        });
        refused.map(|request| i64::from(request.weight)).sum()
    }
}

/// The plainest kind that a change is.
fn told(kind: RepairKind, (old, new): (&[Shift], &[Shift])) -> RepairKind {
    let minutes = |shifts: &[Shift]| shifts.iter().map(|shift| shift.paid_minutes).sum::<u32>();
    let names = |shifts: &[Shift]| shifts.iter().map(|shift| (shift.date, shift.template.clone())).collect::<Vec<_>>();
    match kind {
        RepairKind::MovedShift(agent) | RepairKind::Overtime(agent) if names(old) == names(new) => RepairKind::MovedBreak(agent),
        RepairKind::MovedShift(agent) if minutes(new) > minutes(old) && new.len() > old.len() => RepairKind::Overtime(agent),
        kind => kind,
    }
}
