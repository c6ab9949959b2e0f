//! A scenario beside its base: with today's roster, and if we plan anew.

use solver_data::{Estimate, Scenario, Watch};

use super::apply::apply;
use super::base::Base;
use super::measure::{Measure, Measured, Outcome, gap_figure};
use super::replan::replan;
use super::restore::{Restoration, restore};
use crate::error::PlanError;

/// Which roster an outcome has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RosterChoice {
    /// Today's.
    Kept,
    /// Made anew.
    Replanned,
}

impl RosterChoice {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Replanned => "replanned",
        }
    }
}

/// What is asked of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Rosters, in the order they are told.
    pub rosters: Vec<RosterChoice>,
}

/// A scenario beside its base.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The scenario.
    pub scenario: Scenario,
    /// One entry a roster asked for.
    pub outcomes: Vec<(RosterChoice, Outcome)>,
    /// Agents that would restore the base's service with today's roster, where it falls.
    pub restoration: Option<Restoration>,
}

impl Comparison {
    /// Paired difference of the service level of all queues with a roster.
    pub fn service(&self, roster: RosterChoice) -> Option<Estimate> {
        self.figure(roster, Measure::ServiceLevel)
    }

    /// Paired difference of a measure of all queues and the whole horizon with a roster.
    pub fn figure(&self, roster: RosterChoice, measure: Measure) -> Option<Estimate> {
        let (_, outcome) = self.outcomes.iter().find(|(own, _)| *own == roster)?;
        outcome.figures.iter().find(|figure| figure.measure == measure)?.difference
    }
}

/// Compares a scenario with its base, measured before.
///
/// # Errors
/// [`PlanError`] of the stage that fails.
pub fn compare(
    (base, before): (&Base, &Measured),
    scenario: &Scenario,
    wish: &Wish,
    watch: &dyn Watch,
) -> Result<Comparison, PlanError> {
    let applied = apply(base, scenario);
    let runs = (base.replications, base.seed);
    let mut outcomes = Vec::new();
    let mut restoration = None;
    for &roster in &wish.rosters {
        let (measured, gap) = match roster {
            RosterChoice::Kept => {
                let kept = applied.kept();
                let measured = Measured::of(&kept, runs, watch)?;
                restoration = restore(base, before, (&kept, &measured), watch)?;
                (measured, None)
            }
            RosterChoice::Replanned => {
                let (situation, summary) = replan(base, &applied, base.seed, watch)?;
                (Measured::of(&situation, runs, watch)?, Some(summary.gap))
            }
        };
        let mut figures = measured.against(before);
        if let Some(gap) = gap {
            let place = figures.iter().position(|figure| figure.measure == Measure::Offered).unwrap_or(0);
            figures.insert(place, gap_figure(base.summary.map(|summary| summary.gap), gap));
        }
        outcomes.push((roster, Outcome { figures, measured }));
    }
    Ok(Comparison { scenario: scenario.clone(), outcomes, restoration })
}
