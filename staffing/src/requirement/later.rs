//! Work that may wait, in a requirement: e-mail, tickets and calls to be made, call-backs and write-ups.
//!
//! Agents who answer contacts do it in their idle time; where that is too little, agents are added, as evenly as deadlines
//! allow. Several queues of such work are placed one after the other, the shortest deadline first, each in what idle time
//! the earlier ones leave. The week stands for itself: all work that comes in it is done in it. Whole agents keep the
//! running total of the fractional ones: rounding moves less than an agent-interval of work to an earlier interval.

use solver_data::{Centre, Channel, Deadline, DemandForecast, Queue, QueueId, QueueSet, StaffingMethod};

use super::need::{Need, callback_policy, with_callback};
use super::{Group, Load};
use crate::deferred::{DeferredCapacity, DeferredDemand, IdlePolicy, OpeningCalendar, Spread, idle_seconds};
use crate::error::StaffingError;

/// Highest occupancy of agents who answer contacts with the work between them, where no target names one.
const USUAL_OCCUPANCY: f64 = 0.95;
/// Deadline of deferred work that promises none: the close of the next working day.
const USUAL_DEADLINE: Deadline = Deadline::WorkingDays(1);

/// Work of a queue that may wait.
pub(crate) struct Later {
    pub queue: QueueId,
    /// How long it may wait, for ordering.
    hours: f64,
    demand: DeferredDemand,
    /// Whether the queue is open, by interval.
    open: Vec<bool>,
}

impl Later {
    /// The deferred work of every queue: of deferred channels all of it, of live ones write-ups and call-backs.
    pub fn of(centre: &Centre, forecast: &DemandForecast, load: &Load) -> Result<Vec<Self>, StaffingError> {
        let grid = &forecast.grid;
        let days: Vec<u32> = (0..grid.len()).map(|t| grid.day_of(t) as u32).collect();
        let mut all = Vec::new();
        for (id, queue) in centre.queues.entries() {
            let Some(expected) = forecast.queue(&queue.name) else { continue };
            let calendar = OpeningCalendar { open: &expected.open, day: &days };
            for (work, deadline, share) in works(centre, id, load, |t| *queue.target_on(grid.date(days[t] as usize)))? {
                if work.iter().all(|seconds| *seconds <= 0.0) {
                    continue;
                }
                let hours = match deadline {
                    Deadline::ClockHours(hours) => hours,
                    Deadline::WorkingDays(days) => 24.0 * f64::from(days + 1),
                };
                let demand = DeferredDemand { share, ..DeferredDemand::new(work, grid.interval_seconds(), deadline, &calendar) };
                all.push(Self { queue: id, hours, demand, open: expected.open.clone() });
            }
        }
        all.sort_by(|a, b| a.hours.total_cmp(&b.hours).then(a.queue.cmp(&b.queue)));
        Ok(all)
    }
}

/// Seconds by interval, deadline and share on time.
type Work = (Vec<f64>, Deadline, f64);

fn works(
    centre: &Centre,
    id: QueueId,
    load: &Load,
    target: impl Fn(usize) -> solver_data::ServiceTarget,
) -> Result<Vec<Work>, StaffingError> {
    let (queue, stations) = (&centre.queues[id], &load.stations[usize::from(id)]);
    if matches!(queue.channel, Channel::Email | Channel::Ticket | Channel::Outbound) {
        let promised = target(0).deadline;
        let (deadline, share) = promised.map_or((USUAL_DEADLINE, 1.0), |target| (target.within, target.share));
        return Ok(vec![(stations.iter().map(|station| station.volume * station.aht_seconds).collect(), deadline, share)]);
    }
    let mut all = Vec::new();
    if let Some(wrap_up) = queue.handling.deferred_wrap_up {
        let seconds = wrap_up.seconds.min(load.put_off(id));
        let work = stations.iter().map(|station| station.volume * seconds).collect();
        all.push((work, Deadline::ClockHours(wrap_up.within_hours), 1.0));
    }
    if let (Some(callback), Some(policy)) = (queue.handling.callback, callback_policy(queue)) {
        let mut work = Vec::with_capacity(stations.len());
        for (t, station) in stations.iter().enumerate() {
            let agents = with_callback(station, &policy, &target(t))?;
            let called = crate::deferred::with_callbacks(station, agents.max(1), &policy, 0.0)?.callbacks;
            work.push(if station.volume > 0.0 { called * station.aht_seconds } else { 0.0 });
        }
        all.push((work, Deadline::ClockHours(callback.within_hours), 1.0));
    }
    Ok(all)
}

/// Adds to the needs of a pool what its deferred work needs beyond the idle time of the agents there.
pub(crate) fn blend(
    centre: &Centre,
    later: &[Later],
    set: QueueSet,
    groups: &[Group],
    needs: &mut [Need],
) -> Result<(), StaffingError> {
    let mut own = later.iter().filter(|later| set.contains(later.queue)).peekable();
    if own.peek().is_none() {
        return Ok(());
    }
    let occupancy = |queue: &Queue| queue.target.occupancy.unwrap_or(USUAL_OCCUPANCY);
    let cap = set.queues().map(|queue| occupancy(&centre.queues[queue])).fold(1.0, f64::min);
    let policy = IdlePolicy { occupancy_cap: cap, reserve: 0.0, efficiency: 1.0 };
    let idle = |(group, need): (&Group, &Need)| {
        if group.members.is_empty() { 0.0 } else { idle_seconds(&group.station, f64::from(need.agents), &policy) }
    };
    let mut idle: Vec<f64> = groups.iter().zip(&*needs).map(idle).collect();
    let mut extra = vec![0.0; needs.len()];
    for later in own {
        let capacity = DeferredCapacity { idle_seconds: idle.clone(), ..DeferredCapacity::even(&later.open) };
        let placed = later.demand.requirement(&DeferredCapacity { spread: Spread::Even, ..capacity })?;
        for t in 0..needs.len() {
            let added = placed.agents[t] * later.demand.interval_seconds;
            idle[t] = (idle[t] + added - placed.progress.worked_seconds[t]).max(0.0);
            extra[t] += placed.agents[t];
        }
    }
    let mut owed = 0.0;
    for (need, extra) in needs.iter_mut().zip(extra) {
        owed += extra;
        let whole = if extra > 1e-9 { (owed - 1e-6).ceil().max(0.0) } else { 0.0 };
        owed -= whole;
        need.fractional += extra;
        need.agents = need.agents.saturating_add(whole as u32);
        if extra > 1e-9 {
            need.method = StaffingMethod::Deferred;
        }
    }
    Ok(())
}
