//! Work that may wait, in a requirement: e-mail, tickets and calls to be made, call-backs and write-ups.
//!
//! Agents who answer contacts do it in their idle time; where that is too little, agents are added, as evenly as deadlines
//! allow. Several queues of such work are placed one after the other, the shortest deadline first, each in what idle time
//! the earlier ones leave. The week stands for itself: all work that comes in it is done in it.
//!
//! A whole agent is added where a full agent-interval of the fractional plan has gathered, or where work is due before the
//! queue opens again, and never without work to do: work moves later, by less than an agent-interval, not earlier.

use std::collections::VecDeque;

use solver_data::{Centre, Channel, Deadline, DemandForecast, PlanningGrid, Queue, QueueId, QueueSet, StaffingMethod};

use super::need::{Need, callback_policy, with_callback};
use super::{Group, Load};
use crate::deferred::{DeferredCapacity, DeferredDemand, IdlePolicy, OpeningCalendar, Spread, idle_seconds};
use crate::error::StaffingError;

/// Highest occupancy of agents who answer contacts with the work between them, where no target names one.
const USUAL_OCCUPANCY: f64 = 0.95;
/// Deadline of deferred work that promises none: the close of the next working day.
const USUAL_DEADLINE: Deadline = Deadline::WorkingDays(1);

/// Agents below which a part of one counts as nothing.
const LEAST_EXTRA: f64 = 1e-9;

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
            let target = |t: usize| *queue.target_on(grid.date(days[t] as usize));
            for (work, deadline, share) in works(centre, id, load, target)? {
                if work.iter().all(|seconds| *seconds <= 0.0) {
                    continue;
                }
                let hours = match deadline {
                    Deadline::ClockHours(hours) => hours,
                    Deadline::WorkingDays(days) => 24.0 * f64::from(days + 1),
                };
                let mut demand =
                    DeferredDemand { share, ..DeferredDemand::new(work, grid.interval_seconds(), deadline, &calendar) };
                if !queue.channel.is_live() {
                    date_deadlines(&mut demand, &calendar, |t| {
                        target(t).deadline.map_or(USUAL_DEADLINE, |promise| promise.within)
                    });
                }
                all.push(Self { queue: id, hours, demand, open: expected.open.clone() });
            }
        }
        all.sort_by(|a, b| a.hours.total_cmp(&b.hours).then(a.queue.cmp(&b.queue)));
        Ok(all)
    }
}

/// Lets work of every interval be due by the deadline in force when it comes.
fn date_deadlines(demand: &mut DeferredDemand, calendar: &OpeningCalendar<'_>, deadline: impl Fn(usize) -> Deadline) {
    let mut known: Vec<(Deadline, Vec<usize>)> = Vec::new();
    for t in 0..demand.last.len() {
        let own = deadline(t);
        let place = known.iter().position(|(other, _)| *other == own).unwrap_or_else(|| {
            known.push((own, calendar.last_intervals(own, demand.interval_seconds)));
            known.len() - 1
        });
        demand.last[t] = known[place].1[t];
    }
    // Work is done in the order it came, so that none may be due before what came earlier.
    for t in (0..demand.last.len().saturating_sub(1)).rev() {
        demand.last[t] = demand.last[t].min(demand.last[t + 1]).max(t);
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
        let promises =
            (0..stations.len()).map(|t| target(t).deadline.map_or((USUAL_DEADLINE, 1.0), |own| (own.within, own.share)));
        // The strictest share of the horizon; the deadlines are dated later.
        let (deadline, share) = promises.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((USUAL_DEADLINE, 1.0));
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
    (centre, grid): (&Centre, &PlanningGrid),
    later: &[Later],
    set: QueueSet,
    groups: &[Group],
    needs: &mut [Need],
) -> Result<(), StaffingError> {
    let mut own = later.iter().filter(|later| set.contains(later.queue)).peekable();
    if own.peek().is_none() {
        return Ok(());
    }
    let occupancy = |queue: &Queue, date| queue.target_on(date).occupancy.unwrap_or(USUAL_OCCUPANCY);
    let idle = |(t, (group, need)): (usize, (&Group, &Need))| {
        let date = grid.date(grid.day_of(t));
        let cap = set.queues().map(|queue| occupancy(&centre.queues[queue], date)).fold(1.0, f64::min);
        let policy = IdlePolicy { occupancy_cap: cap, reserve: 0.0, efficiency: 1.0 };
        if group.members.is_empty() { 0.0 } else { idle_seconds(&group.station, f64::from(need.agents), &policy) }
    };
    let mut idle: Vec<f64> = groups.iter().zip(&*needs).enumerate().map(idle).collect();
    for later in own {
        let capacity = DeferredCapacity { idle_seconds: idle.clone(), ..DeferredCapacity::even(&later.open) };
        let placed = later.demand.requirement(&DeferredCapacity { spread: Spread::Even, ..capacity })?;
        let whole = later.whole_agents(&placed.agents, &mut idle);
        for (need, (extra, whole)) in needs.iter_mut().zip(placed.agents.iter().zip(whole)) {
            need.fractional += extra;
            need.agents = need.agents.saturating_add(whole);
            if *extra > LEAST_EXTRA || whole > 0 {
                need.method = StaffingMethod::Deferred;
            }
        }
    }
    Ok(())
}

impl Later {
    /// Whole agents in place of fractional ones, each with work to do; `idle` becomes what is left of it, seconds.
    fn whole_agents(&self, fractional: &[f64], idle: &mut [f64]) -> Vec<u32> {
        let seconds = self.demand.interval_seconds;
        let closing = self.open.iter().rposition(|open| *open).unwrap_or(0);
        // The next interval in which work can be done again.
        let mut reopens = vec![usize::MAX; self.open.len()];
        for t in (0..self.open.len().saturating_sub(1)).rev() {
            reopens[t] = if self.open[t + 1] { t + 1 } else { reopens[t + 1] };
        }
        let (mut backlog, mut planned): (VecDeque<(usize, f64)>, f64) = (VecDeque::new(), 0.0);
        let mut agents = vec![0; fractional.len()];
        for t in 0..fractional.len() {
            backlog.push_back((self.demand.last[t].min(closing.max(t)), self.demand.work_seconds[t]));
            idle[t] = work_off(&mut backlog, idle[t]);
            planned += fractional[t];
            if !self.open[t] {
                continue;
            }
            let left: f64 = backlog.iter().map(|work| work.1).sum();
            let due: f64 = backlog.iter().filter(|work| work.0 < reopens[t]).map(|work| work.1).sum();
            let wanted = (due / seconds - LEAST_EXTRA).ceil().max((planned + LEAST_EXTRA).floor());
            let whole = wanted.min((left / seconds - LEAST_EXTRA).ceil()).max(0.0);
            let spare = work_off(&mut backlog, whole * seconds);
            planned = (planned - (whole - spare / seconds)).max(0.0);
            idle[t] += spare;
            agents[t] = whole as u32;
        }
        agents
    }
}

/// Works on what came first; returns the seconds that are left over.
fn work_off(backlog: &mut VecDeque<(usize, f64)>, mut seconds: f64) -> f64 {
    while let Some((_, work)) = backlog.front_mut() {
        if *work > seconds {
            *work -= seconds;
            return 0.0;
        }
        seconds -= *work;
        backlog.pop_front();
    }
    seconds
}
