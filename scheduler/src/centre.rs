//! A centre's horizon as a roster problem, and the roster read back.
//!
//! Weeks are counted from the centre's week start; a week that employment cuts has its minimum pro-rated, one that the
//! horizon cuts may have a working day's worth of it on each day outside. Pay enters the model with each shift's breaks where they are cheapest, so the bound holds for
//! any placement; the objective reported counts the shifts as placed.

use std::sync::Arc;

use chrono::{Duration, NaiveDateTime, NaiveTime};
use solver_data::pay::shift_pay;
use solver_data::{
    AgentId, Break, Centre, PlanningGrid, Roster, Seed, Shift, ShiftTemplate, SolveLimits, StaffingRequirement, StopReason,
    TemplateId, Tour, Watch,
};

use crate::breaks::{place, placeable, prefix_sums};
use crate::centre_rules::{CentreRuleSource, Standing};
use crate::conflict::{RuleSource, require_tours};
use crate::coverage::Coverage;
use crate::engine::{Outcome, solve_from};
use crate::error::SchedulerError;
use crate::pool::{count_reaching, coverage_terms};
use crate::pricing::PlacedTour;
use crate::problem::{AgentOffer, BreakSpan, Duty, RosterProblem};
use crate::request::{PinnedShifts, RosterRequest, standing};
use crate::resettle::settle_breaks;
use crate::start::Start;

/// A roster with its proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Solved {
    /// The roster.
    pub roster: Roster,
    /// Objective in minor units: pay, refused wishes, under- and overstaffing.
    pub objective: f64,
    /// Proven lower bound of the objective.
    pub bound: f64,
    /// Why the solve ended.
    pub stop_reason: StopReason,
    /// Rounds of search done.
    pub iterations: u64,
    /// Agents short in each interval: `len == roster.grid.len()`.
    pub shortfall: Vec<u32>,
}

impl Solved {
    /// (objective - bound) / objective.
    pub fn gap(&self) -> f64 {
        ((self.objective - self.bound) / self.objective.abs().max(1.0)).max(0.0)
    }
}

/// Rosters a centre's agents against a requirement.
///
/// The shortfall of an interval is the largest over the requirement's pools; demand beyond all capacity is no error, the
/// roster shows it.
///
/// # Errors
/// [`SchedulerError::NoTour`] for agents whose rules clash, [`SchedulerError::Pools`] and
/// [`SchedulerError::SeriesLength`] for a requirement that cannot be covered, [`SchedulerError::OffGrid`] for a template
/// off the grid, [`SchedulerError::Inconsistent`] for a bug in the solver.
pub fn schedule(
    centre: &Centre,
    requirement: &StaffingRequirement,
    limits: &SolveLimits,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Solved, SchedulerError> {
    RosterRequest::new(centre, requirement).solve(limits, seed, watch)
}

/// A request as a roster problem.
pub(crate) struct Posed {
    problem: RosterProblem,
    /// Duties that are a pinned shift.
    pinned: PinnedShifts,
    /// The roster at hand as tours, where there is one.
    start: Start,
}

/// Poses a request.
///
/// # Errors
/// As [`schedule`].
pub(crate) fn posed(request: &RosterRequest<'_>) -> Result<Posed, SchedulerError> {
    let RosterRequest { centre, requirement, reaching, .. } = request;
    let grid = &requirement.grid;
    let (mut coverage, families) = coverage_terms(centre, requirement)?;
    count_reaching(&mut coverage, &families, grid, reaching);
    let mut duties = centre_duties(centre, grid)?;
    let (standing, pinned) = standing(request, &mut duties).map_or_else(Default::default, |(one, two)| (Some(one), two));
    let start = standing.as_ref().map_or_else(Start::default, |standing| at_hand(request, standing, &duties));
    let source = CentreRuleSource::new(centre, grid, &duties, families, standing);
    let offers: Vec<AgentOffer> = (0..centre.agents.len()).map(|agent| source.relaxed(agent, &[])).collect();
    let problem = RosterProblem::new(coverage, duties.clone(), &offers);
    for (agent, terms) in centre.agents.iter().zip(&problem.agents) {
        if let Some(states) = problem.shapes[terms.shape].automaton.too_many_states {
            return Err(SchedulerError::TooManyStates { agent: agent.code.clone(), states });
        }
    }
    require_tours(&problem, &source)?;
    Ok(Posed { problem, pinned, start })
}

/// Solves a request.
///
/// # Errors
/// As [`schedule`].
pub(crate) fn solve_request(
    request: &RosterRequest<'_>,
    limits: &SolveLimits,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Solved, SchedulerError> {
    let posed = posed(request)?;
    let outcome = solve_from(&posed.problem, &posed.start, limits, seed, watch)?;
    read_back(request, &posed, outcome)
}

/// The tours of the roster at hand, breaks where they are on the grid, for agents all of whose shifts are duties.
fn at_hand(request: &RosterRequest<'_>, standing: &Standing, duties: &[Duty]) -> Start {
    let (Some(at_hand), grid) = (&request.at_hand, &request.requirement.grid) else { return Start::default() };
    let mut tours = vec![Some(PlacedTour::default()); standing.duties.len()];
    for (tour, days) in tours.iter_mut().zip(&standing.duties) {
        let mut days: Vec<(&usize, &usize)> = days.iter().collect();
        days.sort_unstable();
        let tour = tour.get_or_insert_default();
        tour.duties.extend(days.iter().map(|&(_, &duty)| duty as u32));
    }
    for (id, tour) in tours.iter_mut().enumerate() {
        let shifts = at_hand.roster.tour(AgentId::from(id)).map_or(&[][..], |tour| &tour.shifts);
        let placed = tour.take().and_then(|tour| with_breaks(grid, tour, duties, shifts));
        *tour = placed;
    }
    Start { tours, multipliers: Vec::new() }
}

/// The tour with the shifts' breaks where they fit its duties' windows, else at the windows' starts.
fn with_breaks(grid: &PlanningGrid, mut tour: PlacedTour, duties: &[Duty], shifts: &[Shift]) -> Option<PlacedTour> {
    for &duty in &tour.duties {
        let duty = &duties[duty as usize];
        let shift = shifts.iter().find(|shift| grid.day_of_date(shift.date) == Some(duty.day))?;
        tour.breaks.extend(starts_on(grid, duty, shift));
    }
    Some(tour)
}

/// Starts of a shift's breaks in its duty's windows, one behind the other.
pub(crate) fn starts_on(grid: &PlanningGrid, duty: &Duty, shift: &Shift) -> Vec<u32> {
    let at = |pause: &Break| (grid.elapsed_seconds(pause.start) / grid.interval_seconds()).floor().max(0.0) as usize;
    let mut free = duty.first;
    let mut place = |(row, pause): (usize, &BreakSpan)| {
        let wished = shift.breaks.get(row).map_or(pause.earliest, at);
        let start = wished.clamp(pause.earliest, pause.latest).max(free);
        free = start + pause.length;
        start as u32
    };
    duty.breaks.iter().enumerate().map(&mut place).collect()
}

/// Every template on every day it runs on, ascending by day.
pub(crate) fn centre_duties(centre: &Centre, grid: &PlanningGrid) -> Result<Vec<Duty>, SchedulerError> {
    let minutes = grid.interval_minutes();
    for template in &centre.templates {
        if !template.start_minute.is_multiple_of(minutes) || !template.length_minutes.is_multiple_of(minutes) {
            return Err(SchedulerError::OffGrid {
                template: template.name.clone(),
                start_minute: template.start_minute,
                length_minutes: template.length_minutes,
                interval_minutes: minutes,
            });
        }
    }
    let mut duties = Vec::new();
    for day in 0..grid.days() {
        let weekday = chrono::Datelike::weekday(&grid.date(day));
        for (row, template) in centre.templates.entries().filter(|(_, template)| template.runs_on(weekday)) {
            duties.push(duty(grid, day, row.into(), template));
        }
    }
    Ok(duties)
}

/// Elapsed minutes of the horizon at `minute` of a local day.
fn elapsed(grid: &PlanningGrid, day: usize, minute: u32) -> i64 {
    (grid.elapsed_seconds(local(grid, day, minute)) / 60.0).round() as i64
}

/// Local civil time at `minute` of a local day.
fn local(grid: &PlanningGrid, day: usize, minute: u32) -> NaiveDateTime {
    grid.date(day).and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute))
}

/// A template on a day, in elapsed intervals: a shift over a change of the clock is longer or shorter than it says.
fn duty(grid: &PlanningGrid, day: usize, row: usize, template: &ShiftTemplate) -> Duty {
    let step = i64::from(grid.interval_minutes());
    let start_minute = elapsed(grid, day, template.start_minute);
    let end_minute = elapsed(grid, day, template.end_minute()).max(start_minute);
    let (first, end) = ((start_minute / step) as usize, (end_minute / step) as usize);
    let mut free = first;
    let breaks = template.breaks.iter().map(|pause| {
        let at = |minute: u32| elapsed(grid, day, template.start_minute + minute);
        let (from, to) = (at(pause.earliest_minute), at(pause.latest_minute));
        let length = i64::from(pause.length_minutes);
        // Starts on the grid where the window holds one, else the window's first minute.
        let on_grid = (from + step - 1) / step * step;
        let (earliest, latest, covered) = if on_grid <= to {
            (on_grid / step, to / step, (length + step - 1) / step)
        } else {
            (from / step, from / step, (from + length + step - 1) / step - from / step)
        };
        let (earliest, latest) = (earliest as usize, (latest as usize).max(earliest as usize));
        // A break that cannot start in an interval of its own shares the one before it.
        let (earliest, covered) =
            if latest < free { (free, (latest + covered as usize).saturating_sub(free)) } else { (earliest, covered as usize) };
        let covered = covered.min(end.saturating_sub(earliest));
        let latest = latest.max(earliest).min(end - covered);
        let (earliest, latest) = shown_first(grid, earliest.min(latest), latest, covered);
        free = earliest.max(free) + covered;
        BreakSpan { earliest, latest, length: covered }
    });
    let breaks = breaks.collect();
    Duty { day, template: row, first, length: end - first, breaks, paid_minutes: template.paid_minutes, start_minute, end_minute }
}

/// The first run of starts in `earliest..=latest` whose break of `covered` intervals the clock shows once and in full,
/// else whose start it shows for the first time, or `earliest` alone.
///
/// A roster names breaks by the clock; in an hour that is shown twice the first showing is meant.
fn shown_first(grid: &PlanningGrid, earliest: usize, latest: usize, covered: usize) -> (usize, usize) {
    let interval = |local: NaiveDateTime| (grid.elapsed_seconds(local) / grid.interval_seconds()).round() as usize;
    let length = Duration::minutes(i64::from(grid.interval_minutes()) * covered as i64);
    let first = |t: usize| interval(grid.local(t)) == t;
    let whole = |t: usize| first(t) && interval(grid.local(t) + length) == t + covered;
    let run = |shown: &dyn Fn(usize) -> bool| {
        let from = (earliest..=latest).find(|&t| shown(t))?;
        Some((from, (from..=latest).take_while(|&t| shown(t)).last()?))
    };
    run(&whole).or_else(|| run(&first)).unwrap_or((earliest, earliest))
}

/// The shift that a duty with placed breaks is.
pub(crate) fn shift_of(centre: &Centre, grid: &PlanningGrid, duty: &Duty, starts: &[u32]) -> Shift {
    let template = &centre.templates[TemplateId::from(duty.template)];
    let start = local(grid, duty.day, template.start_minute);
    let mut free = start;
    let breaks = template.breaks.iter().zip(starts).map(|(pause, &at)| {
        let earliest = start + Duration::minutes(i64::from(pause.earliest_minute));
        let latest = start + Duration::minutes(i64::from(pause.latest_minute));
        // Off-grid windows put the break on their first minute; clocks that change must not push it out of its window.
        let from = grid.local(at as usize).max(earliest).max(free).min(latest);
        let end = from + Duration::minutes(i64::from(pause.length_minutes));
        free = end;
        Break { kind: pause.kind.clone(), start: from, end, paid: pause.paid }
    });
    Shift {
        date: grid.date(duty.day),
        template: template.name.clone(),
        start,
        end: start + Duration::minutes(i64::from(template.length_minutes)),
        breaks: breaks.collect(),
        paid_minutes: template.paid_minutes,
    }
}

/// Pay of a shift in minor units.
pub(crate) fn pay(centre: &Centre, agent: AgentId, shift: &Shift) -> i64 {
    shift_pay(centre, agent, shift).iter().map(|(_, _, amount)| amount.0).sum()
}

/// Pay of every duty for agents of one level, unpaid breaks where an hour costs most; 0 for duties without room for breaks.
pub(crate) fn cheapest_pay(centre: &Centre, grid: &PlanningGrid, duties: &[Duty], agent: AgentId) -> Vec<i64> {
    let step = Duration::minutes(i64::from(grid.interval_minutes()));
    let reach = duties.iter().map(|duty| duty.first + duty.length).max().unwrap_or(0);
    let rates: Vec<f64> = (0..reach)
        .map(|t| {
            let start = grid.local(t);
            let interval = Shift {
                date: start.date(),
                template: String::new(),
                start,
                end: start + step,
                breaks: Vec::new(),
                paid_minutes: 0,
            };
            -(pay(centre, agent, &interval) as f64)
        })
        .collect();
    let (mut sums, mut table) = (Vec::new(), Vec::new());
    prefix_sums(&rates, &mut sums);
    duties
        .iter()
        .map(|duty| {
            if !placeable(duty) {
                return 0;
            }
            let mut starts = Vec::new();
            place(duty, &sums, &mut table, &mut starts);
            pay(centre, agent, &shift_of(centre, grid, duty, &starts))
        })
        .collect()
}

/// The outcome as a roster, its cost counted with the shifts as placed.
fn read_back(request: &RosterRequest<'_>, posed: &Posed, outcome: Outcome) -> Result<Solved, SchedulerError> {
    let (centre, grid, problem) = (request.centre, &request.requirement.grid, &posed.problem);
    let bound = outcome.bound;
    let stated = outcome.objective;
    let mut tours_found = outcome.tours;
    let pause = request.at_hand.as_ref().map_or(0, |at_hand| at_hand.prices.pause.0);
    let away = settle_breaks(problem, &posed.start, &mut tours_found, pause);
    let mut moved = 0;
    let mut coverage = Coverage::empty(problem);
    let mut tours = Vec::new();
    let mut placed_later = 0;
    let mut paid_least: Vec<Option<Vec<i64>>> = vec![None; centre.levels.len()];
    for ((id, agent), tour) in centre.agents.entries().zip(&tours_found) {
        coverage.add(problem, problem.agents[usize::from(id)].class, tour);
        let common = problem.duties.len() - posed.pinned.len();
        let least =
            paid_least[usize::from(agent.level)].get_or_insert_with(|| cheapest_pay(centre, grid, &problem.duties[..common], id));
        let shifts = shifts_of(centre, grid, posed, tour);
        for (shift, &duty) in shifts.iter().zip(&tour.duties).filter(|&(_, &duty)| (duty as usize) < common) {
            placed_later += pay(centre, id, shift) - least[duty as usize];
            moved += moved_breaks(request, id, shift);
        }
        if !shifts.is_empty() {
            tours.push(Tour { agent: id, shifts });
        }
    }
    let found = coverage.cost() + tours_found.iter().map(|tour| tour.cost).sum::<i64>();
    let objective = (found + placed_later + pause * moved) as f64;
    // Breaks that go back where they were may cost their price, and nothing more.
    if bound > objective + 1e-6 * (1.0 + objective.abs()) || found > stated + pause * away {
        return Err(SchedulerError::Inconsistent { objective: stated as f64, recounted: objective, bound });
    }
    Ok(Solved {
        roster: Roster { grid: Arc::clone(grid), tours, reaching: request.reaching.to_vec() },
        objective,
        bound,
        stop_reason: outcome.stop_reason,
        iterations: outcome.iterations,
        shortfall: (0..grid.len()).map(|t| coverage.short(t) as u32).collect(),
    })
}

/// Breaks of a shift of the roster at hand that are elsewhere in the shift of the same template and day.
fn moved_breaks(request: &RosterRequest<'_>, agent: AgentId, shift: &Shift) -> i64 {
    let tour = request.at_hand.as_ref().and_then(|at_hand| at_hand.roster.tour(agent));
    let old = tour.and_then(|tour| tour.shifts.iter().find(|old| old.date == shift.date && old.template == shift.template));
    old.map_or(0, |old| old.breaks.iter().zip(&shift.breaks).filter(|(old, new)| old.start != new.start).count() as i64)
}

/// The shifts of a tour, by day.
fn shifts_of(centre: &Centre, grid: &PlanningGrid, posed: &Posed, tour: &PlacedTour) -> Vec<Shift> {
    let mut breaks = tour.breaks.as_slice();
    let mut shifts = Vec::with_capacity(tour.duties.len());
    for &row in &tour.duties {
        let duty = &posed.problem.duties[row as usize];
        let (starts, rest) = breaks.split_at(duty.breaks.len());
        let pinned = posed.pinned.get(&(row as usize)).cloned();
        shifts.push(pinned.unwrap_or_else(|| shift_of(centre, grid, duty, starts)));
        breaks = rest;
    }
    shifts
}

#[cfg(test)]
mod horizon_tests;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
pub(crate) mod tests;
