//! What is asked of a roster: the centre and its requirement, and a roster at hand to keep to.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use solver_data::{AgentId, Centre, Money, PlanningGrid, Roster, Seed, Shift, SolveLimits, StaffingRequirement, Tour, Watch};

use crate::centre::{Solved, pay, solve_request};
use crate::centre_rules::Standing;
use crate::error::{NoTour, SchedulerError};
use crate::problem::{BreakSpan, Duty};

/// Prices of departing from a roster at hand, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangePrices {
    /// An agent's day that differs: a shift added, dropped, or put in place of another.
    pub shift: Money,
    /// A break of a shift that stays, at another time.
    pub pause: Money,
}

/// Days that stay as the roster at hand has them, days off included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pins {
    /// Whose day.
    pub days: BTreeSet<(AgentId, NaiveDate)>,
    /// Nothing that is not pinned starts before this time.
    pub not_before: Option<NaiveDateTime>,
}

/// A roster at hand, and what departing from it costs.
#[derive(Debug, Clone)]
pub(crate) struct AtHand<'a> {
    pub roster: &'a Roster,
    pub prices: ChangePrices,
}

/// What is asked of a roster.
#[derive(Debug, Clone)]
pub struct RosterRequest<'a> {
    pub(crate) centre: &'a Centre,
    pub(crate) requirement: &'a StaffingRequirement,
    pub(crate) reaching: &'a [Tour],
    pub(crate) at_hand: Option<AtHand<'a>>,
    pub(crate) pins: Pins,
}

impl<'a> RosterRequest<'a> {
    /// A roster of the centre's agents against a requirement.
    pub fn new(centre: &'a Centre, requirement: &'a StaffingRequirement) -> Self {
        Self { centre, requirement, reaching: &[], at_hand: None, pins: Pins::default() }
    }

    /// Shifts that began before the horizon and reach into it: they are on contact already.
    #[must_use]
    pub fn reaching(self, reaching: &'a [Tour]) -> Self {
        Self { reaching, ..self }
    }

    /// A roster to start from; every departure from it costs its price.
    #[must_use]
    pub fn keeping(self, roster: &'a Roster, prices: ChangePrices) -> Self {
        Self { at_hand: Some(AtHand { roster, prices }), ..self }
    }

    /// Days of the roster at hand that stay as they are; without such a roster, nothing.
    #[must_use]
    pub fn pinning(self, pins: Pins) -> Self {
        Self { pins, ..self }
    }

    /// The centre.
    pub fn centre(&self) -> &'a Centre {
        self.centre
    }

    /// What is to be covered.
    pub fn requirement(&self) -> &'a StaffingRequirement {
        self.requirement
    }

    /// The roster at hand, and what departing from it costs.
    pub fn at_hand(&self) -> Option<(&'a Roster, ChangePrices)> {
        self.at_hand.as_ref().map(|at_hand| (at_hand.roster, at_hand.prices))
    }

    /// Solves within limits.
    ///
    /// The objective counts the price of changes; the bound holds for it, too.
    ///
    /// # Errors
    /// As [`crate::schedule`].
    pub fn solve(&self, limits: &SolveLimits, seed: Seed, watch: &dyn Watch) -> Result<Solved, SchedulerError> {
        solve_request(self, limits, seed, watch)
    }

    /// Agents whose rules and pins leave them no tour; empty where the request can be solved.
    ///
    /// # Errors
    /// As [`crate::schedule`], but for [`SchedulerError::NoTour`].
    pub fn clashes(&self) -> Result<Vec<NoTour>, SchedulerError> {
        match crate::centre::posed(self) {
            Ok(_) => Ok(Vec::new()),
            Err(SchedulerError::NoTour { agents }) => Ok(agents),
            Err(error) => Err(error),
        }
    }
}

/// A day and the row of a template.
type DatedTemplate = (usize, usize);

/// Pinned shifts by the duty made for them.
pub(crate) type PinnedShifts = HashMap<usize, Shift>;

/// The roster at hand against `duties`, which it extends by a duty for each pinned shift.
pub(crate) fn standing(request: &RosterRequest<'_>, duties: &mut Vec<Duty>) -> Option<(Standing, PinnedShifts)> {
    let (centre, grid) = (request.centre, &*request.requirement.grid);
    let at_hand = request.at_hand.as_ref()?;
    let rows: HashMap<(usize, &str), usize> = duties
        .iter()
        .enumerate()
        .map(|(row, duty)| ((duty.day, centre.templates[solver_data::TemplateId::from(duty.template)].name.as_str()), row))
        .collect();
    let agents = centre.agents.len();
    let mut pinned: Vec<HashSet<usize>> = vec![HashSet::new(); agents];
    for (agent, date) in &request.pins.days {
        if let Some(day) = grid.day_of_date(*date) {
            pinned[usize::from(*agent)].insert(day);
        }
    }
    let mut standing = Standing {
        duties: vec![HashMap::new(); agents],
        pinned,
        own: Vec::new(),
        change_price: at_hand.prices.shift.0,
        not_before: request.pins.not_before.map_or(i64::MIN, |time| (grid.elapsed_seconds(time) / 60.0).ceil() as i64),
    };
    let mut shifts = PinnedShifts::new();
    // Pinned shifts that are equal to the minute and cost the same share a duty.
    let mut made: Vec<(Shift, i64, usize)> = Vec::new();
    for tour in &at_hand.roster.tours {
        let agent = usize::from(tour.agent);
        for shift in &tour.shifts {
            let Some(day) = grid.day_of_date(shift.date) else { continue };
            if !standing.pinned[agent].contains(&day) {
                if let Some(&row) = rows.get(&(day, shift.template.as_str())) {
                    standing.duties[agent].entry(day).or_insert(row);
                }
                continue;
            }
            let Some(template) = centre.templates.find(|template| template.name == shift.template) else { continue };
            let cost = pay(centre, tour.agent, shift);
            let known = made.iter().find(|(known, price, _)| known == shift && *price == cost);
            let row = known.map_or(duties.len(), |&(_, _, row)| row);
            if row == duties.len() {
                duties.push(pinned_duty(grid, (day, template.into()), shift));
                standing.own.push((row, cost));
                shifts.insert(row, shift.clone());
                made.push((shift.clone(), cost, row));
            }
            standing.duties[agent].entry(day).or_insert(row);
        }
    }
    Some((standing, shifts))
}

/// A pinned shift as a duty whose breaks cannot move.
fn pinned_duty(grid: &PlanningGrid, (day, template): DatedTemplate, shift: &Shift) -> Duty {
    let seconds = grid.interval_seconds();
    // An interval counts when the agent is on contact for all of it.
    let whole = |(from, to): (f64, f64)| ((from / seconds).ceil().max(0.0) as usize, (to / seconds).floor().max(0.0) as usize);
    let spans: Vec<(usize, usize)> =
        shift.elapsed_on_contact(grid).into_iter().map(whole).filter(|&(from, to)| from < to).collect();
    let minute = |local: NaiveDateTime| (grid.elapsed_seconds(local) / 60.0).round() as i64;
    let first = spans.first().map_or(0, |&(from, _)| from);
    let end = spans.last().map_or(first, |&(_, to)| to);
    let breaks = spans
        .windows(2)
        .map(|pair| BreakSpan { earliest: pair[0].1, latest: pair[0].1, length: pair[1].0 - pair[0].1 })
        .filter(|pause| pause.length > 0);
    Duty {
        day,
        template,
        first,
        length: end - first,
        breaks: breaks.collect(),
        paid_minutes: shift.paid_minutes,
        start_minute: minute(shift.start),
        end_minute: minute(shift.end),
    }
}
