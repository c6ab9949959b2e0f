//! The vocabulary of shiftcast: what a contact centre is, what flows between the planning stages, and what a
//! roster must obey. The ground floor: it knows no algorithm and no other member of the workspace.
//!
//! Data flows `ContactHistory` → [`DemandForecast`] → [`StaffingRequirement`] + [`ServiceCurve`] → [`Roster`] →
//! [`ServicePerformance`]; every arrow is a stage crate, every noun lives here.
//!
//! Conventions: durations are seconds (`f64`) or whole minutes (`u32`); times of day are local civil time; money is in
//! integer minor units; a day has 92, 96 or 100 quarters.

pub mod accuracy;
pub mod agent;
pub mod bank;
pub mod calendar;
pub mod capacity;
pub mod carried;
pub mod centre;
pub mod change;
pub mod check;
pub mod contact;
pub mod cost;
pub mod day_errors;
pub mod demand;
pub mod donor;
pub mod driver;
pub mod finance;
pub mod finding;
pub mod forecast_override;
pub mod grid;
pub mod handling;
pub mod history;
pub mod holidays;
pub mod id;
#[cfg(feature = "io")]
pub mod io;
pub mod mix;
pub mod nurse_rostering;
pub mod outlook;
pub mod path_sampler;
pub mod pay;
pub mod performance;
pub mod period_promise;
pub mod queueing_model;
pub mod requirement;
pub mod roster;
pub mod rules;
pub mod scenario;
pub mod seed;
pub mod series;
pub mod service_curve;
pub mod shift_design;
pub mod target;
pub mod template;
pub mod unit;
pub mod watch;
pub mod week;

pub use accuracy::{ForecastAccuracy, Grain};
pub use agent::{Agent, Request, RequestKind, TimeOff};
pub use bank::{HoursBank, Settlement};
pub use calendar::{Calendar, CalendarEvent, EventKind};
pub use capacity::{
    CapacityCost, CapacityLevel, CapacityLimits, CapacityPlan, CapacityProblem, CrossTraining, HiringTerms, StaffGroup,
};
pub use carried::{CarriedOver, WeekBefore, WorkedBefore, carry_over};
pub use centre::{Centre, Channel, Contract, Currency, Level, Queue, ShrinkageAssumptions, WeeklyHours};
pub use change::{ChangeKind, PlannedChange};
pub use contact::{ContactOutcome, RealContact};
pub use cost::{CostLine, CostPlan, PayClass};
pub use day_errors::DayErrors;
pub use demand::{Adjustment, AdjustmentSource, Band, DayParts, DemandForecast, DemandUncertainty, QueueForecast};
pub use donor::{Donor, DonorVolume};
pub use driver::{Driver, DriverMeasure, DriverValue};
pub use finance::{BudgetRow, CapacityTerms, FinanceTerms, OutsourcedMinutes, OvertimeBand, OvertimePay};
pub use finding::{Finding, Severity, ValidationReport};
pub use forecast_override::{ForecastOverride, OverrideChange};
pub use grid::{GridError, PlanningGrid};
pub use handling::{CallbackOffer, ContactHandling, DeferredWrapUp, Escalation, Redial, TimeShape};
pub use history::{ContactHistory, IntervalRecord, QueueHistory};
pub use id::{AgentId, ContractId, IntervalIndex, LevelId, QueueId, SkillId, Table, TemplateId};
pub use mix::{MixDimension, MixForecast, MixRecord, ValueForecast};
pub use outlook::{Outlook, OutlookAccuracy, OutlookBand, OutlookGrain, OutlookParts, OutlookPeriod, QueueOutlook};
pub use path_sampler::{DayLevels, PathSampler};
pub use performance::{
    AttributedMiss, ContactFlow, DeferredService, Estimate, GroupPerformance, JudgedPeriod, QueuePerformance, ServiceDetail,
    ServiceMeasures, ServicePerformance,
};
pub use period_promise::{PeriodPromise, PooledPromise, PromisedInterval, PromisedMeasure, SurplusCurve};
pub use requirement::{LevelRequirement, PooledRequirement, QueueRequirement, QueueSet, StaffingMethod, StaffingRequirement};
pub use roster::{Break, Roster, Shift, Tour};
pub use rules::{LabourRules, WorkedLimit};
pub use scenario::Scenario;
pub use seed::Seed;
pub use series::IntervalSeries;
pub use service_curve::ServiceCurve;
pub use target::{
    DatedTarget, Deadline, DeadlineTarget, ScoreBands, ServiceLevelDefinition, ServiceLevelTarget, ServiceTarget, TargetPeriod,
    WaitLimit,
};
pub use template::{BreakWindow, ShiftTemplate};
pub use unit::{AgentCount, ContactVolume, Erlangs, FullTimeEquivalent, Money, Occupancy, Seconds, ServiceLevel, Shrinkage};
pub use watch::{SolveLimits, SolveProgress, StopReason, Uninterrupted, Unwatched, Watch};
