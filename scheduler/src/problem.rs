//! The one form every roster is solved in: dated duties, families of queues, agents with rules and prices.
//!
//! A duty is a shift template on a day with its break windows, in intervals of the planning grid. `docs/formulation.md`
//! states the model; the numbers in the comments are its numbers.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::automaton::TourRules;
use crate::service::ServiceTerms;
use crate::shape::TourShape;

/// A break inside a duty, in intervals of the extended horizon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BreakSpan {
    /// Earliest first interval.
    pub earliest: usize,
    /// Latest first interval.
    pub latest: usize,
    /// Intervals the agent is away.
    pub length: usize,
}

/// Breaks of one length whose windows are equally wide: their cheapest starts are found together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BreakKind {
    /// Intervals away.
    pub length: usize,
    /// Starts in the window.
    pub starts: usize,
}

/// How a duty's breaks are placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placement {
    /// Windows lie apart: each break on its own. Kind and earliest start of each.
    Apart(Vec<(usize, usize)>),
    /// Windows meet: the breaks are placed together.
    Together,
}

/// A shift template on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duty {
    /// Day it starts on, from 0.
    pub day: usize,
    /// Row of the template in its source.
    pub template: usize,
    /// First interval.
    pub first: usize,
    /// Intervals from first to last, breaks included.
    pub length: usize,
    /// Breaks in time order.
    pub breaks: Vec<BreakSpan>,
    /// Paid minutes.
    pub paid_minutes: u32,
    /// Start in elapsed minutes of the horizon.
    pub start_minute: i64,
    /// End in elapsed minutes of the horizon.
    pub end_minute: i64,
}

/// What happens to the part of a duty that lies behind the horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HorizonEnd {
    /// It covers the first intervals: the horizon is a cycle.
    Wraps,
    /// It covers nothing.
    Cuts,
}

/// An agent as the engine sees them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AgentTerms {
    /// Row of `RosterProblem::classes`: the families the agent counts for.
    pub class: usize,
    /// Row of `RosterProblem::shapes`: the tours allowed.
    pub shape: usize,
    /// Kinds of breaks in the shape's duties, as bits; the last bit stands for all from it on.
    pub break_kinds: u64,
    /// Cost of each duty of the shape, in minor units.
    pub costs: Vec<f64>,
    /// Cost of having all days off, in minor units.
    pub idle_cost: i64,
}

/// The agents' problem before shapes are shared: rules, and duties with their cost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AgentOffer {
    /// Families the agent counts for, as bits.
    pub families: u128,
    /// Rules of the tour.
    pub rules: TourRules,
    /// Duties allowed, ascending, with their cost in minor units.
    pub duties: Vec<(usize, i64)>,
    /// Cost of having all days off, in minor units; a duty's cost is on top of it.
    pub idle_cost: i64,
}

/// Demand and prices.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CoverageTerms {
    /// Intervals T.
    pub intervals: usize,
    /// `R_k(t)`, less what is already on contact: one series of T values a family.
    pub families: Vec<Vec<i32>>,
    /// The family of all queues.
    pub everyone: usize,
    /// Price of a missing agent an interval.
    pub under: i64,
    /// Price of a spare agent an interval.
    pub over: i64,
    /// Cost of coverage that no roster changes.
    pub constant: i64,
    /// What happens behind the last interval.
    pub end: HorizonEnd,
    /// Promises over days and weeks.
    pub service: Arc<ServiceTerms>,
}

/// A roster to be found.
#[derive(Debug, Clone)]
pub(crate) struct RosterProblem {
    /// Demand and prices.
    pub coverage: CoverageTerms,
    /// All duties.
    pub duties: Vec<Duty>,
    /// Distinct sets of families, as bits.
    pub classes: Vec<u128>,
    /// Distinct sets of tours.
    pub shapes: Vec<TourShape>,
    /// The agents.
    pub agents: Vec<AgentTerms>,
    /// Kinds of breaks.
    pub break_kinds: Vec<BreakKind>,
    /// How the breaks of each duty are placed.
    pub placements: Vec<Placement>,
    /// Intervals including the overhang behind the horizon.
    pub extended: usize,
    /// Every objective is a multiple of this.
    pub unit: i64,
}

/// Greatest common divisor.
pub(crate) fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

impl RosterProblem {
    /// The problem of `offers` under `coverage`; agents with equal rules and duties share their shape.
    pub fn new(coverage: CoverageTerms, duties: Vec<Duty>, offers: &[AgentOffer]) -> Self {
        let mut classes: Vec<u128> = Vec::new();
        let mut shapes = Vec::new();
        let mut known: HashMap<(TourRules, Vec<usize>), usize> = HashMap::new();
        let mut agents = Vec::with_capacity(offers.len());
        let mut unit = gcd(gcd(coverage.under, coverage.over), coverage.constant);
        if !coverage.service.is_empty() {
            // Contacts that lack are counted in parts: any cost can arise.
            unit = 1;
        }
        let (break_kinds, placements) = placements(&duties);
        for offer in offers {
            let class = classes.iter().position(|&class| class == offer.families).unwrap_or_else(|| {
                classes.push(offer.families);
                classes.len() - 1
            });
            let allowed: Vec<usize> = offer.duties.iter().map(|&(duty, _)| duty).collect();
            let shape = *known.entry((offer.rules.clone(), allowed)).or_insert_with_key(|(rules, allowed)| {
                shapes.push(TourShape::new(rules, allowed, &duties));
                shapes.len() - 1
            });
            unit = offer
                .duties
                .iter()
                .fold(gcd(gcd(unit, offer.rules.split_days_off), offer.idle_cost), |unit, &(_, cost)| gcd(unit, cost));
            let break_kinds = offer.duties.iter().fold(0, |bits, &(duty, _)| bits | kinds_of(&placements[duty]));
            let costs = offer.duties.iter().map(|&(_, cost)| cost as f64).collect();
            agents.push(AgentTerms { class, shape, break_kinds, costs, idle_cost: offer.idle_cost });
        }
        let reach = duties.iter().map(|duty| duty.first + duty.length).max().unwrap_or(0);
        let extended = reach.max(coverage.intervals);
        Self { coverage, duties, classes, shapes, agents, break_kinds, placements, extended, unit: unit.max(1) }
    }

    /// The interval an index of the extended horizon stands for, if any.
    #[inline]
    pub fn interval(&self, extended: usize) -> Option<usize> {
        let intervals = self.coverage.intervals;
        match self.coverage.end {
            _ if extended < intervals => Some(extended),
            HorizonEnd::Wraps => Some(extended % intervals),
            HorizonEnd::Cuts => None,
        }
    }

    /// Calls `part` with the intervals that `from..to` of the extended horizon stands for.
    #[inline]
    pub fn inside(&self, from: usize, to: usize, mut part: impl FnMut(Range<usize>)) {
        let intervals = self.coverage.intervals;
        if from < intervals {
            part(from..to.min(intervals));
        }
        if to > intervals && self.coverage.end == HorizonEnd::Wraps {
            // A shift is shorter than the horizon, so it wraps once.
            part(from.max(intervals) - intervals..to - intervals);
        }
    }
}

/// The kinds a placement needs, as bits.
fn kinds_of(placement: &Placement) -> u64 {
    match placement {
        Placement::Apart(breaks) => breaks.iter().fold(0, |bits, &(kind, _)| bits | 1 << kind.min(63)),
        Placement::Together => 0,
    }
}

/// Kinds of breaks, and how each duty's breaks are placed.
fn placements(duties: &[Duty]) -> (Vec<BreakKind>, Vec<Placement>) {
    let mut kinds: Vec<BreakKind> = Vec::new();
    let placements = duties.iter().map(|duty| {
        if duty.breaks.windows(2).any(|pair| pair[0].latest + pair[0].length > pair[1].earliest) {
            return Placement::Together;
        }
        let places = duty.breaks.iter().map(|pause| {
            let kind = BreakKind { length: pause.length, starts: pause.latest - pause.earliest + 1 };
            let index = kinds.iter().position(|&known| known == kind).unwrap_or_else(|| {
                kinds.push(kind);
                kinds.len() - 1
            });
            (index, pause.earliest)
        });
        Placement::Apart(places.collect())
    });
    let placements = placements.collect();
    (kinds, placements)
}
