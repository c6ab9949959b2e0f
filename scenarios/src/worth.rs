//! What a planner, a team lead and finance ask of a roster's numbers: values of agents, rules and service, and repairs in words.

use chrono::NaiveDate;
use scheduler::{Repair, RepairKind, RosterValue, ValueLimits};
use solver_data::period_promise::PARTS_PER_CONTACT;
use solver_data::{
    Centre, DemandForecast, PromisedMeasure, QueueId, QueueSet, Roster, Shift, StaffingRequirement, Table, TargetPeriod, Watch,
};

use crate::error::PlanError;
use crate::shortfall::span;

/// A point of service level.
const POINT: f64 = 0.01;

/// Values of a roster, and what a point of service costs where it is promised by the interval.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterWorth {
    /// Values by the scheduler.
    pub value: RosterValue,
    /// Points of service of queues that promise by the interval.
    pub points: Vec<PointOfService>,
}

/// What a point more of a service level costs, promised in every interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointOfService {
    /// The queue.
    pub queue: QueueId,
    /// The share promised now.
    pub wanted: f64,
    /// By how much the lower bound rises with the requirement of a point more, in minor units over the horizon; agents are
    /// whole, so a point may cost nothing and the next a lot.
    pub cost: f64,
}

/// Values the requirement of `demand` and, where there is one, the roster made for it.
///
/// # Errors
/// [`PlanError::Scheduling`], [`PlanError::Staffing`].
pub fn roster_worth(
    (centre, demand): (&Centre, &DemandForecast),
    requirement: &StaffingRequirement,
    roster: Option<&Roster>,
    limits: &ValueLimits,
    watch: &dyn Watch,
) -> Result<RosterWorth, PlanError> {
    let value = scheduler::value(centre, requirement, roster, limits, watch)?;
    let mut points = Vec::new();
    let by_interval = |queue: &solver_data::Queue| queue.channel.is_live() && queue.target.period == TargetPeriod::Interval;
    let mut base = None;
    for (id, queue) in centre.queues.entries().filter(|(_, queue)| by_interval(queue)) {
        let Some(level) = queue.target.service_level else { continue };
        let base = match base {
            Some(base) => base,
            None => *base.insert(scheduler::lower_bound(centre, requirement, limits.evaluations)?),
        };
        let stricter = staffing::requirement(&with_point(centre, id, level.share), demand)?;
        let raised = scheduler::lower_bound(centre, &stricter, limits.evaluations)?;
        points.push(PointOfService { queue: id, wanted: level.share, cost: raised - base });
    }
    Ok(RosterWorth { value, points })
}

/// The centre with a point more promised by a queue.
fn with_point(centre: &Centre, queue: QueueId, share: f64) -> Centre {
    let mut more = centre.clone();
    let mut queues: Vec<_> = centre.queues.iter().cloned().collect();
    if let Some(level) = &mut queues[usize::from(queue)].target.service_level {
        level.share = (share + POINT).min(0.999);
    }
    more.queues = Table::new(queues);
    more
}

/// What a promise over a period comes to by the curves, over the pools that must keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptPromise {
    /// The queue.
    pub queue: QueueId,
    /// First day and days.
    pub days: (NaiveDate, usize),
    /// What is promised.
    pub measure: PromisedMeasure,
    /// How much of it.
    pub wanted: f64,
    /// How much the roster gives where it gives least.
    pub reached: f64,
    /// Contacts that it lacks there, 0 or more.
    pub lacking: f64,
}

/// The promises over days and weeks that the roster itself keeps, with what it makes of them.
pub fn kept_promises(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> Vec<KeptPromise> {
    let mut kept: Vec<KeptPromise> = Vec::new();
    for pool in &requirement.promises {
        let queues = requirement.pools[pool.pool].queues;
        let there = roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(queues));
        for promise in &pool.promises {
            let surplus = promise.surplus(&pool.curves, &there);
            let here = KeptPromise {
                queue: promise.queue,
                days: (requirement.grid.date(promise.days.start), promise.days.len()),
                measure: promise.measure,
                wanted: promise.wanted,
                reached: promise.reached(surplus),
                lacking: (-surplus as f64 / PARTS_PER_CONTACT as f64).max(0.0),
            };
            let key = |kept: &KeptPromise| (kept.queue, kept.days, kept.measure, kept.wanted.to_bits());
            match kept.iter_mut().find(|known| key(known) == key(&here)) {
                Some(known) if here.reached.total_cmp(&known.reached).is_lt() == is_floor(here.measure) => *known = here,
                Some(_) => {}
                None => kept.push(here),
            }
        }
    }
    kept
}

/// Whether more of a measure is better.
fn is_floor(measure: PromisedMeasure) -> bool {
    matches!(measure, PromisedMeasure::ServiceLevel | PromisedMeasure::LongestWait)
}

/// A promise that the roster does not keep, in plain words; `None` where it lacks less than a hundredth of a contact.
pub fn lacking_line(centre: &Centre, kept: &KeptPromise) -> Option<String> {
    let queue = &centre.queues[kept.queue].name;
    let told = |value: f64| match kept.measure {
        PromisedMeasure::MeanWait => format!("{value:.0} s"),
        _ => format!("{:.1} %", 100.0 * value),
    };
    let (reached, wanted, name) = (told(kept.reached), told(kept.wanted), kept.measure.name().replace('_', " "));
    let days =
        if kept.days.1 == 1 { format!("on {}", kept.days.0) } else { format!("over {} days from {}", kept.days.1, kept.days.0) };
    (kept.lacking >= 0.01).then(|| {
        format!("queue {queue} comes to a {name} of {reached} {days}; {wanted} is promised, {:.1} contacts lack", kept.lacking)
    })
}

/// A repair in plain words: what is short, who would do what, what it costs and what it mends.
pub fn repair_line(centre: &Centre, requirement: &StaffingRequirement, repair: &Repair) -> String {
    let grid = &requirement.grid;
    let (from, to) = (grid.local(repair.stretch.first), grid.local(repair.stretch.end));
    let queues = requirement.pools[repair.stretch.pool].queues;
    let short_of = if queues.queues().count() == centre.queues.len() {
        "agents".to_owned()
    } else {
        format!("agents for {}", queues.label(centre))
    };
    let hours = f64::from(repair.mended) * grid.interval_seconds() / 3600.0;
    let all = f64::from(repair.stretch.agent_intervals) * grid.interval_seconds() / 3600.0;
    let what = match repair.kind {
        RepairKind::MovedBreak(agent) => format!("move breaks of {}: {}", centre.agents[agent].code, breaks(&repair.shifts)),
        RepairKind::MovedShift(agent) => format!("move {} to {}", centre.agents[agent].code, shifts(&repair.shifts)),
        RepairKind::Overtime(agent) => format!("overtime of {}: {}", centre.agents[agent].code, shifts(&repair.shifts)),
        RepairKind::MoreAgent { level, contract, .. } => format!(
            "one more {} on contract {}: {}",
            centre.levels[level].name,
            centre.contracts[contract].name,
            shifts(&repair.shifts)
        ),
    };
    let pay = amount(centre, repair.pay as f64);
    format!(
        "{} short of {short_of} by up to {}: {what}; pay {pay} {}, mends {hours:.2} of {all:.2} agent-hours",
        span(from, to),
        repair.stretch.agents,
        centre.currency.code
    )
}

/// Minor units with a sign, in the currency's digits.
pub fn amount(centre: &Centre, minor: f64) -> String {
    let digits = centre.currency.minor_digits;
    format!("{:+.*}", digits as usize, minor / 10_f64.powi(digits as i32))
}

fn shifts(shifts: &[Shift]) -> String {
    let one = |shift: &Shift| format!("{} on {}", shift.template, shift.date.format("%a %-d"));
    shifts.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn breaks(shifts: &[Shift]) -> String {
    let one = |shift: &Shift| {
        let starts: Vec<String> = shift.breaks.iter().map(|pause| pause.start.format("%H:%M").to_string()).collect();
        format!("{} at {}", shift.date.format("%a %-d"), starts.join(", "))
    };
    shifts.iter().map(one).collect::<Vec<_>>().join("; ")
}
