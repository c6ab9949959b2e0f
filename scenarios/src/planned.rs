//! Everything a planned week consists of, from forecast to cost: what the report shows and the files hold.

use scheduler::Repair;
use solver_data::check::RosterViolation;
use solver_data::{
    Centre, ContactHistory, CostPlan, DemandForecast, ForecastAccuracy, Roster, ServicePerformance, StaffingRequirement,
    StopReason, ValidationReport,
};
use staffing::MethodComparison;

/// A planned horizon with every stage's result.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedWeek {
    /// The centre as it was read.
    pub centre: Centre,
    /// Warnings and notes of the input check.
    pub findings: ValidationReport,
    /// History up to the day before the horizon.
    pub history: ContactHistory,
    /// Expected demand.
    pub forecast: DemandForecast,
    /// Backtest of the forecast, with its rivals and the Poisson floor.
    pub accuracy: Vec<ForecastAccuracy>,
    /// Agents needed, as the last roster was asked to cover.
    pub requirement: StaffingRequirement,
    /// Agent-hours by method of sizing, with the service each would give.
    pub methods: Vec<MethodComparison>,
    /// The roster; verified.
    pub roster: Roster,
    /// Rules that the roster breaks: empty, or the plan is not written.
    pub violations: Vec<RosterViolation>,
    /// How the roster was found and how good it is.
    pub solve: SolveSummary,
    /// Simulated service of the roster.
    pub performance: ServicePerformance,
    /// What the roster would have done with the contacts that really came.
    pub replay: Option<Replay>,
    /// Cost of the roster.
    pub cost: CostPlan,
    /// Rounds of schedule → simulate → tighten, the first being the requirement by formula.
    pub refinement: Vec<RefinementRound>,
    /// Promises that are not met, in plain words; empty when all are.
    pub shortfalls: Vec<String>,
    /// Promises that the simulation leaves undecided: the target lies within the confidence interval.
    pub undecided: Vec<String>,
    /// Stretches with fewer agents than the requirement asks for, most agent-time first; a target may hold all the same.
    pub short_stretches: Vec<String>,
    /// The cheapest repairs of the largest of them, each exactly priced and standing alone.
    pub repairs: Vec<Repair>,
}

/// How good a roster is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolveSummary {
    /// Objective in minor units: pay, wishes, under- and overstaffing.
    pub objective: f64,
    /// Proven lower bound of the objective.
    pub lower_bound: f64,
    /// (objective - bound) / objective.
    pub gap: f64,
    /// Why the search ended.
    pub stop_reason: StopReason,
    /// Search iterations done.
    pub iterations: u64,
}

/// Real contacts of the horizon, and the service the roster would have given them.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The real contacts per queue and interval.
    pub actual: ContactHistory,
    /// Service given to them by the roster.
    pub performance: ServicePerformance,
}

/// One round of the loop between scheduler and simulator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RefinementRound {
    /// Agent-hours asked for.
    pub required_hours: f64,
    /// Agent-hours on contact in the roster.
    pub scheduled_hours: f64,
    /// Simulated share answered in time, all queues.
    pub service_level: f64,
    /// Pay of the roster in minor units.
    pub cost: i64,
}
