//! Evaluate, improve, re-evaluate: a week that is over, set against its plan, and what to do better in the next.
//!
//! The miss of a week is taken apart twice, and each time the parts add up to the whole:
//!
//! | part | of the service missed | of the agent-hours missing |
//! |---|---|---|
//! | volume, handle time | Shapley values of what came instead of what was forecast | the same of the requirement |
//! | staffing | what the requirement itself misses had the plan come true | requirement by formula less the one asked for |
//! | roster fit | what the roster adds by standing elsewhere than asked | asked for less rostered |
//! | attendance | Shapley value of who was there instead of who was expected | expected there less those who were |
//!
//! The whole is, of service, what was wanted less what the roster gave; of hours, what was needed less who was there.

mod actual;
mod hours;
mod next;
mod staffed;

use chrono::{NaiveDate, NaiveDateTime};
use simulation::{ActualWeek, MissedService, Staffed, review_week};
use solver_data::{
    AgentId, Centre, ContactHistory, DemandForecast, Money, PlanningGrid, QueueSet, Roster, Seed, SolveLimits,
    StaffingRequirement, Watch,
};

use crate::cost::cost_of;
use crate::demand::DemandChanges;
use crate::error::PlanError;
use crate::horizon::Horizon;
use crate::pipeline::{ForecastWish, forecast_centre, stream};

pub use actual::{ForecastError, Recorded, counted_contacts};
pub use hours::{HourParts, NeedCurve};
pub use next::{ExtraAgents, Measure, MeasureKind, NextPeriod, Unplanned};

use actual::Came;
use staffed::Exact;

/// An agent who was not there though rostered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Who.
    pub agent: AgentId,
    /// Day on which the shift starts that was missed.
    pub date: NaiveDate,
    /// From and until when, where a part was missed; `None` for the whole of that day's shift.
    pub span: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Why, in words; may be empty.
    pub reason: String,
}

/// Agents on contact that a plan asked for, of a set of queues: `len == grid.len()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPool {
    /// The queues.
    pub queues: QueueSet,
    /// Agents; `None` where the plan names none.
    pub agents: Vec<Option<u32>>,
}

/// What a review is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRequest {
    /// The centre.
    pub centre: Centre,
    /// Its history; rows from `start` on are not looked at.
    pub history: ContactHistory,
    /// The planner's own changes of the forecast.
    pub changes: DemandChanges,
    /// What came: an interval of the history's length.
    pub actual: ContactHistory,
    /// The roster of the week, with the shifts that reach into it.
    pub roster: Roster,
    /// What the plan asked for; empty for the requirement by formula.
    pub asked: Vec<AskedPool>,
    /// Who was absent; `None` where nobody knows.
    pub absences: Option<Vec<Absence>>,
    /// First day.
    pub start: NaiveDate,
    /// Weeks of seven days.
    pub weeks: u32,
    /// When the search for the next period's roster stops; without iterations none is made.
    pub limits: SolveLimits,
    /// Simulated replications.
    pub replications: u32,
    /// Master seed.
    pub seed: Seed,
}

/// A week reviewed.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The centre.
    pub centre: Centre,
    /// The days, at the planning interval.
    pub grid: std::sync::Arc<PlanningGrid>,
    /// Replications behind every simulated figure.
    pub replications: u32,
    /// Contacts expected and come, by queue, all together last, over the horizon.
    pub forecast: Vec<ForecastError>,
    /// Service missed and its parts: by queue, all together last; each by day, then over the horizon.
    pub service: Vec<MissedService>,
    /// Agent-hours missing and their parts, in the same order.
    pub hours: Vec<HourParts>,
    /// Agents needed, asked for and there by interval.
    pub need: NeedCurve,
    /// Absences that cut into the roster; `None` where attendance is not known.
    pub absent_shifts: Option<usize>,
    /// Share of rostered time lost to them.
    pub absent_share: f64,
    /// Pay of the week's roster.
    pub cost: Money,
    /// Agent-hours on contact in it.
    pub contact_hours: f64,
    /// What is to be said about the inputs.
    pub remarks: Vec<Remark>,
    /// The next period, and what the measures would do to it.
    pub next: NextPeriod,
}

/// Something to know about what a review was made from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// Intervals whose count is not known: taken as they were forecast.
    Unknown {
        /// How many, over all queues.
        intervals: usize,
    },
    /// Contacts outside the opening hours: left out.
    OutsideHours {
        /// How many.
        contacts: f64,
    },
    /// Rows of queues that the centre does not have: left out.
    UnknownQueue {
        /// Its name.
        queue: String,
    },
    /// No interval has a handle time: taken as it was forecast.
    NoHandleTime {
        /// The queue.
        queue: String,
    },
}

impl Review {
    /// The whole horizon of all queues together.
    pub fn overall(&self) -> Option<&MissedService> {
        self.service.iter().rev().find(|row| row.queue == "all" && row.day.is_none())
    }

    /// Pay of an agent-hour on contact, breaks included.
    pub fn hour_cost(&self) -> Money {
        Money(if self.contact_hours > 0.0 { (self.cost.0 as f64 / self.contact_hours).round() as i64 } else { 0 })
    }

    /// Hours of the whole horizon of all queues together.
    pub fn overall_hours(&self) -> Option<&HourParts> {
        self.hours.iter().rev().find(|row| row.queue == "all" && row.day.is_none())
    }
}

/// Reviews a week.
///
/// # Errors
/// [`PlanError`] of the stage that fails; [`PlanError::NoActual`] when nothing of what came lies in the horizon.
pub fn review(request: &ReviewRequest, watch: &dyn Watch) -> Result<Review, PlanError> {
    let centre = &request.centre;
    let horizon = Horizon::new(centre, &request.history, request.start, 7 * request.weeks)?;
    watch.stage_progress("forecast", 0, 1);
    let wish = ForecastWish { changes: request.changes.clone(), ..ForecastWish::default() };
    let forecast = forecast_centre(centre, &request.history, &horizon, &wish)?;
    let came = Came::of(centre, &forecast, &request.actual)?;
    let planned = horizon.planning_forecast(&forecast)?;
    let actual = horizon.planning_forecast(&came.demand)?;
    let needs = Needs::of(request, &planned, &actual)?;
    let attended = request.absences.as_ref().map(|absences| staffed::without(&request.roster, absences));
    let unplanned = centre.shrinkage.unplanned.get();
    let week = ActualWeek {
        planned: &planned,
        actual: &actual,
        counted_intervals: planned.grid.len() / forecast.grid.len().max(1),
        rostered: Staffed { centre, roster: &request.roster },
        attended: attended.as_ref(),
        asked: needs.asked.as_staffed(),
        known: needs.known.as_staffed(),
        absence: (1.0 - centre.shrinkage.availability(), centre.shrinkage.planned.get()),
        replications: request.replications,
        seed: request.seed.stream(stream::SIMULATE),
    };
    let service = review_week(&week, watch)?;
    let there = hours::Presence::of(&request.roster, attended.as_ref(), week.absence);
    let absent_share = if attended.is_some() { there.absent_share() } else { unplanned };
    let (hours, need) = hours::hours(&service, (&planned, &actual), &needs, &there);
    let seen = attended.is_some().then_some(absent_share);
    let next = next::next(request, &came, seen, watch)?;
    Ok(Review {
        centre: centre.clone(),
        grid: std::sync::Arc::clone(&planned.grid),
        replications: request.replications,
        forecast: came.errors(&forecast),
        service,
        hours,
        need,
        absent_shifts: request.absences.as_ref().map(|absences| staffed::shifts_cut(&request.roster, absences)),
        absent_share,
        cost: cost_of(centre, &request.roster).total(),
        contact_hours: next::contact_hours(&request.roster),
        remarks: came.remarks,
        next,
    })
}

/// Requirements by what is known, each staffed exactly.
struct Needs {
    /// By formula, for volume (1) and handle times (2) as they came, else as forecast.
    by_formula: [Exact; 4],
    /// As the plan asked for.
    asked: Exact,
    /// As it would have been asked for had demand been known; the last of `by_formula`, with its roster.
    known: Exact,
    /// Share of each queue in the load, for the first and the last of `by_formula`: `queues × intervals`.
    shares: [Vec<Vec<f64>>; 4],
}

impl Needs {
    fn of(request: &ReviewRequest, planned: &DemandForecast, actual: &DemandForecast) -> Result<Self, PlanError> {
        let centre = &request.centre;
        let of = |mask: usize| -> Result<StaffingRequirement, PlanError> {
            let mut demand = if mask & 1 > 0 { actual.clone() } else { planned.clone() };
            let handled = if mask & 2 > 0 { actual } else { planned };
            for queue in &mut demand.queues {
                queue.aht_seconds = handled.queue(&queue.name).and_then(|own| own.aht_seconds.clone());
            }
            Ok(staffing::requirement(centre, &demand)?)
        };
        let requirements = [of(0)?, of(1)?, of(2)?, of(3)?];
        let mut asked = requirements[0].clone();
        for pool in &request.asked {
            for own in asked.pools.iter_mut().filter(|own| own.queues == pool.queues) {
                for (agents, asked) in own.agents.iter_mut().zip(&pool.agents) {
                    *agents = asked.unwrap_or(*agents);
                }
            }
        }
        Ok(Self {
            by_formula: requirements.each_ref().map(|requirement| Exact::of(centre, requirement)),
            asked: Exact::of(centre, &asked),
            known: Exact::of(centre, &requirements[3]),
            shares: requirements.each_ref().map(hours::load_shares),
        })
    }
}
