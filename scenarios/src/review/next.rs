//! The next period: the roster going on, and what each measure would do to it under the same random numbers.

use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use simulation::{PairedService, RosterSimulation, compare_rosters};
use solver_data::{
    Agent, AgentId, Break, Centre, ContactHistory, DemandForecast, IntervalRecord, Money, QueueHistory, QueueSet, Roster, Shift,
    Shrinkage, StaffingRequirement, Table, Tour, Watch,
};

use super::ReviewRequest;
use super::actual::Came;
use crate::cost::cost_of;
use crate::error::PlanError;
use crate::horizon::Horizon;
use crate::pipeline::{ForecastWish, forecast_centre, last_day, stream};
use crate::refine::solve_verified;
use crate::shortfall::shortage;

/// Hours that extra agents stay.
const EXTRA_HOURS: u32 = 4;

/// The days after the week under review.
#[derive(Debug, Clone, PartialEq)]
pub struct NextPeriod {
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Contacts expected as was known before the week, and now.
    pub contacts: (f64, f64),
    /// Agent-hours needed on contact as was known before the week, and now.
    pub needed: (f64, f64),
    /// Share of rostered time that is expected to be lost: as assumed, and as seen.
    pub absence: (f64, f64),
    /// Service and pay with the roster going on.
    pub base: Vec<PairedService>,
    /// Pay of the roster going on.
    pub base_cost: Money,
    /// What could be done, each beside the roster going on.
    pub measures: Vec<Measure>,
    /// Why no roster was made anew, where none was.
    pub unplanned: Option<Unplanned>,
}

/// Why no roster was made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unplanned {
    /// It was not asked for.
    NotAsked,
    /// None could be made.
    Failed(String),
}

/// One thing that could be done in the next period.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// What.
    pub kind: MeasureKind,
    /// Service with it, and the difference to the roster going on, paired.
    pub service: Vec<PairedService>,
    /// Pay more than the roster going on, over the period.
    pub cost: Money,
    /// Agent-hours on contact more than the roster going on.
    pub hours: f64,
}

/// A kind of measure.
#[derive(Debug, Clone, PartialEq)]
pub enum MeasureKind {
    /// More agents where the roster going on is shortest.
    Extra(ExtraAgents),
    /// A roster made anew, for the demand and the absence as they are now known.
    Replan,
}

/// More agents at the same time of several days.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtraAgents {
    /// How many.
    pub count: u32,
    /// First and last minute after midnight.
    pub minutes: (u32, u32),
    /// The days.
    pub days: Vec<NaiveDate>,
    /// Name of their level.
    pub level: String,
    /// Names of the queues they serve.
    pub queues: Vec<String>,
}

impl NextPeriod {
    /// Service of all queues together with the roster going on.
    pub fn overall(&self) -> Option<&PairedService> {
        self.base.last()
    }
}

/// The next period of a reviewed week; `absent` is the share of rostered time lost to sickness, where it was seen.
pub(super) fn next(
    request: &ReviewRequest,
    came: &Came,
    absent: Option<f64>,
    watch: &dyn Watch,
) -> Result<NextPeriod, PlanError> {
    let ahead = 7 * request.weeks;
    let start = request.start + Days::new(u64::from(ahead));
    let learnt = learnt(&request.history, request.start, came);
    let horizon = Horizon::new(&request.centre, &request.history, start, ahead)?;
    let wish = ForecastWish { changes: request.changes.clone(), ..ForecastWish::default() };
    let known_before = request.history.before(request.start.and_time(NaiveTime::MIN));
    let demand = |history: &ContactHistory| -> Result<DemandForecast, PlanError> {
        Ok(horizon.planning_forecast(&forecast_centre(&request.centre, history, &horizon, &wish)?)?)
    };
    let (before, now) = (demand(&known_before)?, demand(&learnt)?);
    let centre = with_absence(&request.centre, absent);
    let requirement = staffing::requirement(&centre, &now)?;
    let stale = staffing::requirement(&request.centre, &before)?;
    let going_on = going_on(&centre, &request.roster, &horizon, ahead);
    let mut alternatives: Vec<(MeasureKind, Centre, Roster)> = Vec::new();
    if let Some((extra, with, roster)) = extra_agents(&centre, &requirement, &going_on) {
        alternatives.push((MeasureKind::Extra(extra), with, roster));
    }
    let mut unplanned = None;
    match replan(request, &centre, &requirement, &going_on, watch) {
        Ok(roster) => alternatives.push((MeasureKind::Replan, centre.clone(), roster)),
        Err(why) => unplanned = Some(why),
    }
    let seed = request.seed.stream(stream::SIMULATE);
    let absence = 1.0 - centre.shrinkage.availability();
    let simulated =
        |(centre, roster)| RosterSimulation { centre, forecast: &now, roster, replications: request.replications, absence, seed };
    let rosters = std::iter::once((&centre, &going_on)).chain(alternatives.iter().map(|(_, centre, roster)| (centre, roster)));
    let requests: Vec<RosterSimulation<'_>> = rosters.map(simulated).collect();
    let mut service = compare_rosters(&requests, watch)?.into_iter();
    let base = service.next().unwrap_or_default();
    let (base_cost, base_hours) = (cost_of(&centre, &going_on).total(), contact_hours(&going_on));
    let measures = alternatives.iter().zip(service).map(|((kind, with, roster), service)| Measure {
        kind: kind.clone(),
        service,
        cost: Money(cost_of(with, roster).total().0 - base_cost.0),
        hours: contact_hours(roster) - base_hours,
    });
    let total = |demand: &DemandForecast| demand.queues.iter().flat_map(|queue| &queue.mean).sum::<f64>();
    Ok(NextPeriod {
        days: (start, last_day(start, request.weeks)),
        contacts: (total(&before), total(&now)),
        needed: (needed_hours(&stale), needed_hours(&requirement)),
        absence: (1.0 - request.centre.shrinkage.availability(), absence),
        base,
        base_cost,
        measures: measures.collect(),
        unplanned,
    })
}

/// The history with the week that came behind it.
fn learnt(history: &ContactHistory, start: NaiveDate, came: &Came) -> ContactHistory {
    let mut learnt = history.before(start.and_time(NaiveTime::MIN));
    let grid = &came.demand.grid;
    for queue in &came.demand.queues {
        let known = came.counted(&queue.name);
        let records = (0..grid.len()).filter(|&t| known[t]).map(|t| IntervalRecord {
            start: grid.local(t),
            offered: Some(queue.mean[t]),
            handled: None,
            abandoned: None,
            aht_seconds: queue.aht_seconds.as_ref().map(|aht| aht[t]),
        });
        let mut records: Vec<IntervalRecord> = records.collect();
        // The hour the clock shows twice stands once in a history.
        records.dedup_by(|later, earlier| {
            let same = later.start == earlier.start;
            if same {
                earlier.offered = earlier.offered.zip(later.offered).map(|(one, other)| one + other);
            }
            same
        });
        match learnt.queues.iter_mut().find(|own| own.name == queue.name) {
            Some(own) => own.records.extend(records),
            None => learnt.queues.push(QueueHistory { name: queue.name.clone(), records }),
        }
    }
    learnt
}

/// The centre with unplanned absence as it was seen.
fn with_absence(centre: &Centre, absent: Option<f64>) -> Centre {
    let mut centre = centre.clone();
    if let Some(seen) = absent.and_then(|share| Shrinkage::try_from(share.clamp(0.0, 0.95)).ok()) {
        centre.shrinkage.unplanned = seen;
    }
    centre
}

/// The roster of the week once more, so many days later, without agents who are away then.
fn going_on(centre: &Centre, roster: &Roster, horizon: &Horizon, days: u32) -> Roster {
    let by = TimeDelta::days(i64::from(days));
    let later = |shift: &Shift| Shift {
        date: shift.date + by,
        start: shift.start + by,
        end: shift.end + by,
        breaks: shift
            .breaks
            .iter()
            .map(|pause| Break { start: pause.start + by, end: pause.end + by, ..pause.clone() })
            .collect(),
        ..shift.clone()
    };
    let tours = roster.tours.iter().map(|tour| {
        let shifts = tour.shifts.iter().map(later).filter(|shift| centre.available_on(tour.agent, shift.date)).collect();
        Tour { agent: tour.agent, shifts }
    });
    // Night shifts of the last day reach into the days after.
    let first = horizon.planning.date(0);
    let reaching = roster.tours.iter().map(|tour| {
        let over = |shift: &&Shift| shift.date < first && shift.end > first.and_time(NaiveTime::MIN);
        Tour { agent: tour.agent, shifts: tour.shifts.iter().filter(over).cloned().collect() }
    });
    Roster {
        grid: Arc::clone(&horizon.planning),
        tours: tours.collect(),
        reaching: reaching.filter(|tour| !tour.shifts.is_empty()).collect(),
    }
}

/// More agents for the four hours of the day in which agents are missing most, on the days on which they are.
fn extra_agents(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> Option<(ExtraAgents, Centre, Roster)> {
    let (grid, short) = (&requirement.grid, shortage(centre, requirement, roster));
    let step = grid.interval_minutes();
    let within = |t: usize, minutes: (u32, u32)| {
        let minute = minute_of(grid.local(t));
        minutes.0 <= minute && minute < minutes.1
    };
    let missing = |minutes: (u32, u32), day: usize| -> f64 {
        grid.day_range(day).filter(|&t| within(t, minutes)).map(|t| f64::from(short[t])).sum()
    };
    let span = |start: u32| (start, start + 60 * EXTRA_HOURS);
    let all = |minutes: (u32, u32)| (0..grid.days()).map(|day| missing(minutes, day)).sum::<f64>();
    let starts = (0..=1440 - 60 * EXTRA_HOURS).step_by(30);
    let minutes = span(starts.max_by(|&a, &b| all(span(a)).total_cmp(&all(span(b))).then(b.cmp(&a)))?);
    let slots = f64::from(60 * EXTRA_HOURS / step);
    // A day counts on which half an agent is missing for half of the time.
    let days: Vec<usize> = (0..grid.days()).filter(|&day| missing(minutes, day) >= 0.25 * slots).collect();
    let mean = days.iter().map(|&day| missing(minutes, day)).sum::<f64>() / (slots * days.len() as f64);
    let count = mean.round().max(1.0) as u32;
    let class = helper(centre, requirement, roster, |t| !days.is_empty() && within(t, minutes) && short[t] > 0)?;
    let dates: Vec<NaiveDate> = days.iter().map(|&day| grid.date(day)).collect();
    let (with, roster) = with_agents(centre, roster, (class, count), (&dates, minutes));
    let queues = QueueSet::served_by(centre, class).queues().map(|queue| centre.queues[queue].name.clone()).collect();
    let level = centre.levels[centre.agents[class].level].name.clone();
    Some((ExtraAgents { count, minutes, days: dates, level, queues }, with, roster))
}

fn minute_of(at: NaiveDateTime) -> u32 {
    at.hour() * 60 + at.minute()
}

/// The agent whose class helps most where pools are short; the cheapest among equals. `None` where nobody helps.
fn helper(
    centre: &Centre,
    requirement: &StaffingRequirement,
    roster: &Roster,
    counts: impl Fn(usize) -> bool,
) -> Option<AgentId> {
    let times: Vec<usize> = (0..requirement.grid.len()).filter(|&t| counts(t)).collect();
    let lack: Vec<f64> = requirement
        .pools
        .iter()
        .enumerate()
        .map(|(index, pool)| {
            let present = roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(pool.queues));
            let wanted = requirement.wanted(index);
            times.iter().map(|&t| f64::from(wanted[t].saturating_sub(present[t]))).sum()
        })
        .collect();
    let helped = |agent: AgentId| -> f64 {
        let own = QueueSet::served_by(centre, agent);
        requirement.pools.iter().zip(&lack).filter(|(pool, _)| pool.queues.meets(own)).map(|(_, lack)| lack).sum()
    };
    let agents = centre.agents.ids().filter(|&agent| helped(agent) > 0.0);
    let pay = |agent: AgentId| centre.levels[centre.agents[agent].level].hourly;
    agents.max_by(|&a, &b| helped(a).total_cmp(&helped(b)).then(pay(b).cmp(&pay(a))).then(b.cmp(&a)))
}

/// The centre with `count` more agents like one of its own, who work the same minutes of some days.
fn with_agents(
    centre: &Centre,
    roster: &Roster,
    (like, count): (AgentId, u32),
    (days, minutes): (&[NaiveDate], (u32, u32)),
) -> (Centre, Roster) {
    let mut agents: Vec<Agent> = centre.agents.iter().cloned().collect();
    let mut roster = roster.clone();
    for number in 0..count {
        let id = AgentId::from(agents.len());
        let code = format!("extra-{}", number + 1);
        agents.push(Agent { code, from: None, until: None, ..centre.agents[like].clone() });
        let at = |day: &NaiveDate, minute: u32| day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute));
        let shift = |day: &NaiveDate| Shift {
            date: *day,
            template: "extra".to_owned(),
            start: at(day, minutes.0),
            end: at(day, minutes.1),
            breaks: Vec::new(),
            paid_minutes: minutes.1 - minutes.0,
        };
        roster.tours.push(Tour { agent: id, shifts: days.iter().map(shift).collect() });
    }
    (Centre { agents: Table::new(agents), ..centre.clone() }, roster)
}

/// A roster made anew.
fn replan(
    request: &ReviewRequest,
    centre: &Centre,
    requirement: &StaffingRequirement,
    going_on: &Roster,
    watch: &dyn Watch,
) -> Result<Roster, Unplanned> {
    if request.limits.iterations == Some(0) {
        return Err(Unplanned::NotAsked);
    }
    let mut centre = centre.clone();
    let start = going_on.grid.date(0);
    let mut past = request.roster.clone();
    past.reaching.clear();
    let Ok(grid) = solver_data::PlanningGrid::new(start, 1, centre.interval_minutes, centre.zone) else {
        return Err(Unplanned::NotAsked);
    };
    let reaching = solver_data::carry_over(&mut centre, &[past], &grid);
    let asked = scheduler::RosterRequest::new(&centre, requirement).reaching(&reaching);
    let solved =
        solve_verified(&asked, &request.limits, request.seed, watch).map_err(|why| Unplanned::Failed(why.to_string()))?;
    Ok(Roster { reaching, ..solved.roster })
}

/// Agent-hours on contact of a roster.
pub(super) fn contact_hours(roster: &Roster) -> f64 {
    roster.on_contact(|_| true).into_iter().map(f64::from).sum::<f64>() * roster.grid.interval_seconds() / 3600.0
}

/// Agent-hours on contact that all queues together need.
fn needed_hours(requirement: &StaffingRequirement) -> f64 {
    let agents = requirement.pools.last().map_or(0, |pool| pool.agents.iter().sum());
    f64::from(agents) * requirement.grid.interval_seconds() / 3600.0
}
