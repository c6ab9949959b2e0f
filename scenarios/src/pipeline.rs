//! The planner's week: history → forecast → requirement → roster ⇄ simulation → cost.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use forecast::{BacktestRequest, ForecastRequest, GapPolicy, ModelChoice, Opening, OutlierPolicy, apply_changes};
use scheduler::RosterRequest;
use simulation::{Precision, ReplayRequest, RosterSimulation};
use solver_data::check::{check_roster, roster_objective};
use solver_data::{
    AttributedMiss, Centre, ContactHistory, DemandForecast, ForecastAccuracy, IntervalRecord, QueueHistory, RealContact, Roster,
    Seed, ServicePerformance, SolveLimits, StaffingRequirement, StopReason, Tour, Uninterrupted, ValidationReport, Watch,
};

use crate::cost::cost_of;
use crate::demand::{DemandChanges, Expected, with_history, with_young_queues};
use crate::error::PlanError;
use crate::horizon::Horizon;
use crate::planned::{PlannedWeek, RefinementRound, Replay, SolveSummary};
use crate::refine::{Refinement, Verified, refine};
use crate::shortfall::{missed_targets, short_stretches, shortage, undecided_targets};

/// Streams of the master seed, one a stage, so that a change in one stage leaves the others' draws alone.
pub(crate) mod stream {
    pub const SCHEDULE: u64 = 1;
    pub const SIMULATE: u64 = 2;
    /// Judges the rounds of the refine loop, so that the published figures are not those the roster was chosen by.
    pub const REFINE: u64 = 3;
}

/// Stretches of understaffing that a plan lists; the report shows all of them as a picture.
const STRETCHES_LISTED: usize = 12;

/// Stretches of understaffing that repairs are sought for.
const STRETCHES_REPAIRED: usize = 4;

/// Weeks before the horizon that the report's accuracy table is scored on: few, because a plan waits for them.
const BACKTEST_ORIGINS: usize = 3;

/// Replications by which the misses of a replay are taken apart in a plan: each runs eight times.
const ATTRIBUTED_REPLICATIONS: u32 = 20;

/// Days the history may end before the horizon: a year, beyond which no season is known.
const LONGEST_SILENCE_DAYS: i64 = 366;

/// What a forecast of a centre is asked for beyond the centre's own settings.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastWish {
    /// Coverage levels of the prediction intervals.
    pub levels: Vec<f64>,
    /// What a timestamp means that no queue has on an open day.
    pub gaps: GapPolicy,
    /// Changes after the model has spoken.
    pub changes: DemandChanges,
    /// What is made of outliers in the history.
    pub outliers: OutlierPolicy,
    /// Which model answers.
    pub model: ModelChoice,
}

impl Default for ForecastWish {
    fn default() -> Self {
        Self {
            levels: vec![0.80, 0.95],
            gaps: GapPolicy::Unknown,
            outliers: OutlierPolicy::default(),
            changes: DemandChanges::default(),
            model: ModelChoice::default(),
        }
    }
}

/// What a plan is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRequest {
    /// The centre.
    pub centre: Centre,
    /// Warnings and notes of the input check, carried into the report.
    pub findings: ValidationReport,
    /// History; what lies in or after the horizon is not looked at by any stage.
    pub history: ContactHistory,
    /// The planner's own changes of the forecast.
    pub changes: DemandChanges,
    /// Contacts that really came in the horizon, where they are known already.
    pub actual: Option<Vec<RealContact>>,
    /// Shifts that began before the horizon and reach into it.
    pub reaching: Vec<Tour>,
    /// First day.
    pub start: NaiveDate,
    /// Weeks of seven days.
    pub weeks: u32,
    /// When a solve stops.
    pub limits: SolveLimits,
    /// Simulated replications of the final roster.
    pub replications: u32,
    /// Rounds of schedule ⇄ simulate at most, 1 or more.
    pub rounds: u32,
    /// Master seed.
    pub seed: Seed,
}

impl PlanRequest {
    /// What its forecast is asked for.
    pub(crate) fn wish(&self) -> ForecastWish {
        ForecastWish { changes: self.changes.clone(), ..ForecastWish::default() }
    }

    /// The horizon of the plan.
    ///
    /// # Errors
    /// [`PlanError::Grid`].
    pub fn horizon(&self) -> Result<Horizon, PlanError> {
        Ok(Horizon::new(&self.centre, &self.history, self.start, 7 * self.weeks)?)
    }
}

/// Expected demand of every queue of the centre, in the centre's order, on the history's interval, planned changes included.
///
/// # Errors
/// [`PlanError::NoHistory`], [`PlanError::QueueWithoutHistory`], [`PlanError::Forecast`].
pub fn forecast_centre(
    centre: &Centre,
    history: &ContactHistory,
    horizon: &Horizon,
    wish: &ForecastWish,
) -> Result<DemandForecast, PlanError> {
    Ok(expected_demand(centre, history, horizon, wish)?.forecast)
}

/// As [`forecast_centre`], with what is to be said about the changes that were wished.
///
/// # Errors
/// As [`forecast_centre`].
pub fn expected_demand(
    centre: &Centre,
    history: &ContactHistory,
    horizon: &Horizon,
    wish: &ForecastWish,
) -> Result<Expected, PlanError> {
    let start = horizon.demand.date(0);
    let (grown, young) = with_history(centre, history, start);
    let known = known_history(&grown, history, start)?;
    let request = ForecastRequest {
        levels: wish.levels.clone(),
        opening: Opening::Given(&grown),
        gaps: wish.gaps,
        outliers: wish.outliers,
        model: wish.model.clone(),
        ..ForecastRequest::new(&known, &centre.calendar, horizon.demand.clone())
    };
    let mut forecast = forecast::forecast(&request)?;
    if !young.is_empty() {
        let all = history.before(start.and_time(NaiveTime::MIN));
        forecast = with_young_queues(centre, &young, &ForecastRequest { history: &all, ..request.clone() }, forecast)?;
    }
    apply_changes(&mut forecast, &centre.changes);
    let donors: Vec<(&str, &str)> = young
        .iter()
        .filter_map(|&id| Some((centre.queues[id].name.as_str(), centre.queues[id].donor.as_ref()?.queue.as_str())))
        .collect();
    Expected::of(&request, forecast, &wish.changes, &donors)
}

/// Rolling backtest of the centre's forecast on the weeks before `start`.
///
/// # Errors
/// As [`forecast_centre`].
pub fn backtest_centre(
    centre: &Centre,
    history: &ContactHistory,
    start: NaiveDate,
    watch: &dyn Watch,
) -> Result<Vec<ForecastAccuracy>, PlanError> {
    let (grown, _) = with_history(centre, history, start);
    let known = known_history(&grown, history, start)?;
    let request = BacktestRequest {
        interval_minutes: history.interval_minutes.max(centre.interval_minutes),
        zone: centre.zone,
        opening: Opening::Given(&grown),
        origins: BACKTEST_ORIGINS,
        ..BacktestRequest::new(&known, &centre.calendar)
    };
    Ok(forecast::backtest(&request, watch)?)
}

/// The history before `start`, one entry a queue of the centre and in its order.
pub(crate) fn known_history(centre: &Centre, history: &ContactHistory, start: NaiveDate) -> Result<ContactHistory, PlanError> {
    let known = history.before(start.and_time(NaiveTime::MIN));
    let Some(last) = known.last_start() else { return Err(PlanError::NoHistory { start }) };
    if (start - last.date()).num_days() > LONGEST_SILENCE_DAYS {
        return Err(PlanError::HistoryTooOld { last: last.date(), start });
    }
    let queues = centre
        .queues
        .iter()
        .map(|queue| {
            let rows = known.queue(&queue.name).filter(|rows| !rows.records.is_empty());
            rows.cloned().ok_or_else(|| PlanError::QueueWithoutHistory { queue: queue.name.clone(), start })
        })
        .collect::<Result<_, _>>()?;
    Ok(ContactHistory { interval_minutes: known.interval_minutes, queues })
}

/// Service of a roster against sampled demand, with absence at the rate the shrinkage states.
///
/// # Errors
/// [`PlanError::Simulation`].
pub fn simulate_centre(
    roster: &Roster,
    (centre, forecast): (&Centre, &DemandForecast),
    (replications, seed): (u32, Seed),
    watch: &dyn Watch,
) -> Result<ServicePerformance, PlanError> {
    let absence = 1.0 - centre.shrinkage.availability();
    let seed = seed.stream(stream::SIMULATE);
    let request = RosterSimulation { centre, forecast, roster, replications, absence, seed };
    Ok(simulation::simulate_roster(&request, watch)?)
}

/// Plans the horizon of `request` from history to cost.
///
/// # Errors
/// [`PlanError`] of the stage that fails; a roster that breaks a rule or whose objective does not recount is refused.
pub fn plan(request: &PlanRequest, watch: &dyn Watch) -> Result<PlannedWeek, PlanError> {
    let centre = &request.centre;
    let horizon = request.horizon()?;
    watch.stage_progress("forecast", 0, 1);
    let Expected { forecast, remarks } = expected_demand(centre, &request.history, &horizon, &request.wish())?;
    let accuracy = accuracy(request, watch);
    let demand = horizon.planning_forecast(&forecast)?;
    let Refinement { requirement, solved, rounds } = refine(request, &demand, watch)?;
    assemble(request, Parts { horizon, forecast, remarks, demand, accuracy, requirement, solved, rounds }, watch)
}

/// The backtest, or none where the history is too short for one: a plan can be made all the same.
fn accuracy(request: &PlanRequest, watch: &dyn Watch) -> Vec<ForecastAccuracy> {
    backtest_centre(&request.centre, &request.history, request.start, &Uninterrupted(watch)).unwrap_or_default()
}

/// Everything [`plan`] says about a roster, for one that stands already.
///
/// Rules that it breaks are listed as violations; its objective is recounted and set against a fresh lower bound.
///
/// # Errors
/// [`PlanError`] of the stage that fails.
pub fn evaluate(request: &PlanRequest, roster: Roster, watch: &dyn Watch) -> Result<PlannedWeek, PlanError> {
    let centre = &request.centre;
    let horizon = request.horizon()?;
    let Expected { forecast, remarks } = expected_demand(centre, &request.history, &horizon, &request.wish())?;
    let accuracy = accuracy(request, watch);
    let demand = horizon.planning_forecast(&forecast)?;
    let requirement = staffing::requirement(centre, &demand)?;
    let violations = check_roster(centre, &roster);
    let limits = SolveLimits { iterations: Some(0), ..request.limits.clone() };
    let asked = RosterRequest::new(centre, &requirement).reaching(&request.reaching);
    let bound = asked.solve(&limits, request.seed.stream(stream::SCHEDULE), watch)?.bound;
    let objective = roster_objective(centre, &requirement, &roster) as f64;
    let summary = SolveSummary {
        objective,
        lower_bound: bound,
        gap: if objective > 0.0 { ((objective - bound) / objective).max(0.0) } else { 0.0 },
        stop_reason: StopReason::Iterations,
        iterations: 0,
    };
    let solved = Verified { roster, summary };
    let mut planned = assemble(
        request,
        Parts { horizon, forecast, remarks, demand, accuracy, requirement, solved, rounds: Vec::new() },
        watch,
    )?;
    planned.violations = violations;
    Ok(planned)
}

/// Results of the stages before the final simulation.
struct Parts {
    horizon: Horizon,
    forecast: DemandForecast,
    remarks: ValidationReport,
    demand: DemandForecast,
    accuracy: Vec<ForecastAccuracy>,
    requirement: StaffingRequirement,
    solved: Verified,
    rounds: Vec<RefinementRound>,
}

fn assemble(request: &PlanRequest, parts: Parts, watch: &dyn Watch) -> Result<PlannedWeek, PlanError> {
    // An interrupted solve has left a roster; what it gives is told all the same.
    let watch = &Uninterrupted(watch);
    let centre = &request.centre;
    let Parts { horizon, forecast, remarks, demand, accuracy, requirement, solved, rounds } = parts;
    let roster = solved.roster;
    let performance = simulate_centre(&roster, (centre, &demand), (request.replications, request.seed), watch)?;
    let replay = match &request.actual {
        Some(contacts) => {
            let runs = (request.replications, request.seed);
            let mut performance = replay_roster(&roster, contacts, (centre, &demand), runs, watch)?;
            let few = (request.replications.min(ATTRIBUTED_REPLICATIONS), request.seed);
            performance.attribution = attribute_misses(&roster, Some(contacts), (centre, &demand), few, watch)?;
            Some(Replay { actual: counted(centre, contacts, &horizon), performance })
        }
        None => None,
    };
    let mut findings = request.findings.clone();
    findings.absorb(remarks);
    let methods = staffing::compare(centre, &demand)?;
    let short_stretches = short_stretches(&requirement, &shortage(centre, &requirement, &roster), STRETCHES_LISTED);
    let repairs = scheduler::cheapest_repairs(centre, &requirement, &roster, STRETCHES_REPAIRED)?;
    Ok(PlannedWeek {
        shortfalls: missed_targets(centre, &performance, &roster),
        undecided: undecided_targets(centre, &performance, &roster),
        short_stretches,
        repairs,
        centre: centre.clone(),
        findings,
        history: request.history.before(request.start.and_time(NaiveTime::MIN)),
        cost: cost_of(centre, &roster),
        forecast,
        accuracy,
        requirement,
        methods,
        roster,
        violations: Vec::new(),
        solve: solved.summary,
        performance,
        replay,
        refinement: rounds,
    })
}

/// Service a roster would have given to contacts that really came, with absence as in [`simulate_centre`].
///
/// # Errors
/// [`PlanError::Simulation`].
pub fn replay_roster(
    roster: &Roster,
    contacts: &[RealContact],
    (centre, forecast): (&Centre, &DemandForecast),
    (replications, seed): (u32, Seed),
    watch: &dyn Watch,
) -> Result<ServicePerformance, PlanError> {
    let contacts = planned_for(centre, contacts);
    // The shifts that are missed are those of the simulation: both read the same stream.
    let absence = 1.0 - centre.shrinkage.availability();
    let seed = seed.stream(stream::SIMULATE);
    let request = ReplayRequest { centre, contacts: &contacts, forecast, roster, replications, absence, seed };
    Ok(simulation::replay(&request, watch)?)
}

/// As [`simulate_centre`], or [`replay_roster`] where contacts are given, until the service is as precise as wished.
///
/// # Errors
/// [`PlanError::Simulation`].
pub fn service_within(
    roster: &Roster,
    contacts: Option<&[RealContact]>,
    (centre, forecast): (&Centre, &DemandForecast),
    (precision, seed): (&Precision, Seed),
    watch: &dyn Watch,
) -> Result<ServicePerformance, PlanError> {
    let (replications, absence) = (precision.most, 1.0 - centre.shrinkage.availability());
    let seed = seed.stream(stream::SIMULATE);
    let Some(contacts) = contacts else {
        let request = RosterSimulation { centre, forecast, roster, replications, absence, seed };
        return Ok(simulation::simulate_roster_to(&request, precision, watch)?);
    };
    let contacts = planned_for(centre, contacts);
    let request = ReplayRequest { centre, contacts: &contacts, forecast, roster, replications, absence, seed };
    Ok(simulation::replay_to(&request, precision, watch)?)
}

/// How much of each missed service level is due to volume, handle times, absence and the fit of the roster: of the
/// contacts that really came where they are given, else of sampled ones.
///
/// # Errors
/// [`PlanError::Simulation`].
pub fn attribute_misses(
    roster: &Roster,
    contacts: Option<&[RealContact]>,
    (centre, forecast): (&Centre, &DemandForecast),
    (replications, seed): (u32, Seed),
    watch: &dyn Watch,
) -> Result<Vec<AttributedMiss>, PlanError> {
    let absence = 1.0 - centre.shrinkage.availability();
    let seed = seed.stream(stream::SIMULATE);
    let Some(contacts) = contacts else {
        let request = RosterSimulation { centre, forecast, roster, replications, absence, seed };
        return Ok(simulation::attribute_simulation(&request, watch)?);
    };
    let contacts = planned_for(centre, contacts);
    let request = ReplayRequest { centre, contacts: &contacts, forecast, roster, replications, absence, seed };
    Ok(simulation::attribute_replay(&request, watch)?)
}

/// The contacts of queues that are planned for: those of others meet nobody.
fn planned_for(centre: &Centre, contacts: &[RealContact]) -> Vec<RealContact> {
    let is_planned = |contact: &&RealContact| centre.queues.find(|queue| queue.name == contact.queue).is_some();
    contacts.iter().filter(is_planned).cloned().collect()
}

/// Real contacts counted per queue and interval of the demand grid.
///
/// An interval without contacts counts 0 on a day from the first recorded to the last, and is unknown on any other.
fn counted(centre: &Centre, contacts: &[RealContact], horizon: &Horizon) -> ContactHistory {
    let grid = &horizon.demand;
    let days = || contacts.iter().map(|contact| contact.arrival.date());
    let recorded = days().min().zip(days().max());
    let record = |start: NaiveDateTime| {
        let known = recorded.is_some_and(|(first, last)| (first..=last).contains(&start.date()));
        IntervalRecord { start, offered: known.then_some(0.0), handled: None, abandoned: None, aht_seconds: None }
    };
    let queues = centre
        .queues
        .iter()
        .map(|queue| {
            let mut records: Vec<IntervalRecord> = (0..grid.len()).map(|t| record(grid.local(t))).collect();
            for contact in contacts.iter().filter(|contact| contact.queue == queue.name) {
                if let Some(t) = grid.interval_at(contact.arrival) {
                    let offered = &mut records[usize::from(t)].offered;
                    *offered = offered.map(|count| count + 1.0);
                }
            }
            QueueHistory { name: queue.name.clone(), records }
        })
        .collect();
    ContactHistory { interval_minutes: grid.interval_minutes(), queues }
}

/// The last day of a horizon that starts on `start`.
pub fn last_day(start: NaiveDate, weeks: u32) -> NaiveDate {
    start.checked_add_days(Days::new(u64::from(7 * weeks).saturating_sub(1))).unwrap_or(NaiveDate::MAX)
}
