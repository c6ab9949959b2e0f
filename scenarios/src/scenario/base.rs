//! What a what-if is held against, and what it turns it into.

use solver_data::{Centre, DemandForecast, Money, Roster, Seed, SolveLimits, Watch};

use crate::error::PlanError;
use crate::pipeline::{PlanRequest, expected_demand};
use crate::planned::SolveSummary;
use crate::refine::refine;

/// A planned base.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// The centre, its agents brought forward to the horizon.
    pub centre: Centre,
    /// Expected demand on the planning grid.
    pub demand: DemandForecast,
    /// The roster of today, shifts that reach into the horizon included.
    pub roster: Roster,
    /// How good that roster is, where it was planned here.
    pub summary: Option<SolveSummary>,
    /// When a re-planned roster's search stops.
    pub limits: SolveLimits,
    /// Rounds of schedule ⇄ simulate of a re-planned roster at most.
    pub rounds: u32,
    /// Simulated replications.
    pub replications: u32,
    /// Master seed.
    pub seed: Seed,
}

/// Centre, demand and roster, and what they cost beyond the pay of the roster's tours.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    /// The centre.
    pub centre: Centre,
    /// Expected demand on the planning grid.
    pub demand: DemandForecast,
    /// The roster; agents who come on top of the plan stand among the shifts that reach in.
    pub roster: Roster,
    /// Costs on top of the roster's pay.
    pub charges: Vec<Charge>,
    /// Paid minutes on top of the roster's.
    pub extra_minutes: u32,
    /// Paid minutes of overtime.
    pub overtime_minutes: u32,
    /// Contacts that a partner takes.
    pub outsourced: f64,
}

/// A cost on top of the roster's pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// What for.
    pub what: &'static str,
    /// How much; below 0 for what is saved.
    pub amount: Money,
}

impl Base {
    /// Expected demand of a request on the planning grid: what a base is made of besides its roster.
    ///
    /// # Errors
    /// [`PlanError`] of the forecast.
    pub fn demand_of(request: &PlanRequest) -> Result<DemandForecast, PlanError> {
        let horizon = request.horizon()?;
        let expected = expected_demand(&request.centre, &request.history, &horizon, &request.wish())?;
        Ok(horizon.planning_forecast(&expected.forecast)?)
    }

    /// Plans the base of `request` for demand that is known.
    ///
    /// # Errors
    /// [`PlanError`] of the stage that fails.
    pub fn plan(request: &PlanRequest, demand: DemandForecast, watch: &dyn Watch) -> Result<Self, PlanError> {
        let refined = refine(request, &demand, watch)?;
        let (roster, summary) = (refined.solved.roster, Some(refined.solved.summary));
        Ok(Self { summary, ..Self::with_roster(request, demand, roster) })
    }

    /// A base whose roster stands already.
    pub fn with_roster(request: &PlanRequest, demand: DemandForecast, roster: Roster) -> Self {
        Self {
            centre: request.centre.clone(),
            demand,
            roster: Roster { reaching: request.reaching.clone(), ..roster },
            summary: None,
            limits: request.limits.clone(),
            rounds: request.rounds,
            replications: request.replications,
            seed: request.seed,
        }
    }

    /// The base as a situation: nothing changed.
    pub fn situation(&self) -> Situation {
        Situation {
            centre: self.centre.clone(),
            demand: self.demand.clone(),
            roster: self.roster.clone(),
            charges: Vec::new(),
            extra_minutes: 0,
            overtime_minutes: 0,
            outsourced: 0.0,
        }
    }
}
