//! The load of a queue: who calls, who calls again, who is sent on, and how long it takes those who may answer.
//!
//! | symbol | meaning |
//! |---|---|
//! | v(q), h(q) | contacts and handle time of queue q as forecast: fresh contacts, an agent of factor 1 |
//! | m(q, l) | share of q's contacts that agents of level l take |
//! | f(q, l), e(q, l) | factor on the handle time, share sent on, by level |
//! | r(q) | share of those who abandon that try again |
//!
//! (1) `h'(q) = h(q) Σ m(q, l) f(q, l)`, and with several contacts at once the time an agent gives one of them;
//! (2) `v'(q) = v(q) + Σ v'(p) Σ m(p, l) e(p, l)` over the queues p that escalate to q: fresh and escalated;
//! (3) `v''(q) = v'(q) / (1 - r P)`, P being the share that abandons with the agents that the target asks for.
//!
//! The level mix m is assumed: every agent who may serve q counts by one over the number of queues they may serve, as
//! somebody who does much else takes less of it. Every contact is taken to be answered in (2), and a caller who tries
//! again to do so in the same interval in (3); both err to the safe side. Contacts escalated to a queue that is closed
//! wait for its next open interval. Deflected contacts are gone from the forecast already.

use solver_data::{Centre, Channel, DemandForecast, Queue, QueueForecast, QueueId, ServiceLevelDefinition};

use super::need::{callback_policy, chat_station, required_volume};
use crate::deferred::with_callbacks;
use crate::error::StaffingError;
use crate::queue::{QueueModel, Station};

/// Rounds of (3); it closes in three or four.
const REDIAL_ROUNDS: usize = 20;
/// Largest share of the shortest handle time that can be put off.
const LEAST_AT_ONCE: f64 = 0.9;

/// One station a queue and interval, with the contacts of (2) and (3).
pub(crate) struct Load {
    /// By queue and interval.
    pub stations: Vec<Vec<Station>>,
    /// Intervals of the grid.
    pub intervals: usize,
    /// Seconds of each contact's handle time that are put off, by queue.
    put_off: Vec<f64>,
}

impl Load {
    /// The load of every queue of a centre.
    ///
    /// # Errors
    /// [`StaffingError::NoForecast`], [`StaffingError::NoHandleTime`]; [`StaffingError::Queue`] where a redial meets a
    /// target out of reach.
    pub fn of(centre: &Centre, forecast: &DemandForecast) -> Result<Self, StaffingError> {
        let mixes: Vec<Vec<f64>> = centre.queues.ids().map(|queue| level_mix(centre, queue)).collect();
        let mut volumes = Vec::with_capacity(centre.queues.len());
        for queue in &centre.queues {
            volumes.push(fresh(expected(queue, forecast)?));
        }
        for queue in by_escalation(centre) {
            escalate(centre, forecast, queue, &mixes[usize::from(queue)], &mut volumes);
        }
        let mut stations = Vec::with_capacity(centre.queues.len());
        let mut put_off = vec![0.0; centre.queues.len()];
        for ((id, queue), (mix, volumes)) in centre.queues.entries().zip(mixes.iter().zip(volumes)) {
            let mut row = station_row(centre, (id, mix), volumes, forecast)?;
            if let Some(wrap_up) = queue.handling.deferred_wrap_up.filter(|_| queue.channel.is_live()) {
                let shortest = row.iter().filter(|station| station.volume > 0.0).map(|station| station.aht_seconds);
                // Some of a contact is always done at once.
                let seconds = shortest.fold(wrap_up.seconds / LEAST_AT_ONCE, f64::min) * LEAST_AT_ONCE;
                put_off[usize::from(id)] = seconds;
                for station in &mut row {
                    station.aht_seconds = (station.aht_seconds - seconds).max(0.0);
                }
            }
            if queue.handling.redial.is_some() && queue.channel.is_live() {
                for (t, station) in row.iter_mut().enumerate() {
                    redial(queue, station, forecast, t)?;
                }
            }
            stations.push(row);
        }
        Ok(Self { stations, intervals: forecast.grid.len(), put_off })
    }

    /// Seconds of each contact's handle time that a queue puts off.
    pub fn put_off(&self, queue: QueueId) -> f64 {
        self.put_off[usize::from(queue)]
    }
}

fn expected<'a>(queue: &Queue, forecast: &'a DemandForecast) -> Result<&'a QueueForecast, StaffingError> {
    forecast.queue(&queue.name).ok_or_else(|| StaffingError::NoForecast { queue: queue.name.clone() })
}

/// Contacts forecast, none where closed.
fn fresh(expected: &QueueForecast) -> Vec<f64> {
    expected.mean.iter().zip(&expected.open).map(|(mean, open)| if *open { mean.max(0.0) } else { 0.0 }).collect()
}

/// m: one share a level, adding up to 1; even over the levels that may serve the queue where nobody does.
pub(crate) fn level_mix(centre: &Centre, queue: QueueId) -> Vec<f64> {
    let mut mix = vec![0.0; centre.levels.len()];
    for (id, agent) in centre.agents.entries() {
        if centre.may_serve(id, queue) {
            let serves = centre.queues.ids().filter(|&other| centre.may_serve(id, other)).count();
            mix[usize::from(agent.level)] += 1.0 / serves as f64;
        }
    }
    let mut total: f64 = mix.iter().sum();
    if total <= 0.0 {
        mix.iter_mut().skip(usize::from(centre.queues[queue].lowest_level)).for_each(|share| *share = 1.0);
        total = mix.iter().sum();
    }
    mix.iter().map(|share| if total > 0.0 { share / total } else { 0.0 }).collect()
}

/// Σ m x over levels, `rest` where there is no entry.
fn mixed(mix: &[f64], by_level: &[f64], rest: f64) -> f64 {
    mix.iter().enumerate().map(|(level, share)| share * by_level.get(level).copied().unwrap_or(rest)).sum()
}

/// Queues so that each comes before those it escalates to.
fn by_escalation(centre: &Centre) -> Vec<QueueId> {
    let next = |queue: QueueId| centre.queues[queue].handling.escalation.as_ref().map(|escalation| escalation.to);
    let steps_left = |queue: QueueId| std::iter::successors(next(queue), |&queue| next(queue)).take(centre.queues.len()).count();
    let mut order: Vec<QueueId> = centre.queues.ids().collect();
    order.sort_by_key(|&queue| std::cmp::Reverse(steps_left(queue)));
    order
}

/// (2) for the contacts of one queue.
fn escalate(centre: &Centre, forecast: &DemandForecast, queue: QueueId, mix: &[f64], volumes: &mut [Vec<f64>]) {
    let Some(escalation) = &centre.queues[queue].handling.escalation else { return };
    let share = mixed(mix, &escalation.share, 0.0);
    let Some(open) = forecast.queue(&centre.queues[escalation.to].name).map(|expected| &expected.open) else { return };
    for t in 0..open.len() {
        let sent = share * volumes[usize::from(queue)][t];
        if sent > 0.0
            && let Some(at) = (t..open.len()).find(|&at| open[at])
        {
            volumes[usize::from(escalation.to)][at] += sent;
        }
    }
}

/// The stations of a queue with handle times by (1): `len == grid.len()`.
fn station_row(
    centre: &Centre,
    (id, mix): (QueueId, &[f64]),
    volumes: Vec<f64>,
    forecast: &DemandForecast,
) -> Result<Vec<Station>, StaffingError> {
    let (queue, expected) = (&centre.queues[id], expected(&centre.queues[id], forecast)?);
    let model = match queue.patience_seconds {
        Some(patience_seconds) if queue.channel.is_live() => QueueModel::ErlangA { patience_seconds },
        _ => QueueModel::ErlangC,
    };
    let factor = mixed(mix, &queue.handling.level_factors, 1.0);
    let interval_seconds = forecast.grid.interval_seconds();
    let station = |(t, volume): (usize, f64)| {
        let aht_seconds = handle_time(queue, expected, t);
        if aht_seconds.is_none() && volume > 0.0 {
            return Err(StaffingError::NoHandleTime { queue: queue.name.clone() });
        }
        Ok(Station { model, volume, interval_seconds, aht_seconds: factor * aht_seconds.unwrap_or(0.0) })
    };
    volumes.into_iter().enumerate().map(station).collect()
}

/// Handle time of an interval: the forecast's, else the queue's own.
pub(crate) fn handle_time(queue: &Queue, expected: &QueueForecast, t: usize) -> Option<f64> {
    let known = |seconds: &f64| seconds.is_finite() && *seconds > 0.0;
    expected.aht_seconds.as_ref().map(|aht| aht[t]).filter(known).or(queue.aht_seconds)
}

/// (3): raises the volume of a station to what comes with those who try again.
fn redial(queue: &Queue, station: &mut Station, forecast: &DemandForecast, t: usize) -> Result<(), StaffingError> {
    let Some(redial) = queue.handling.redial else { return Ok(()) };
    let fresh = station.volume;
    let target = queue.target_on(forecast.grid.date(forecast.grid.day_of(t)));
    for _ in 0..REDIAL_ROUNDS {
        let agents = required_volume(queue, station, target).map_err(|cause| StaffingError::Queue {
            queue: queue.name.clone(),
            interval: t,
            cause: Box::new(cause),
        })?;
        let lost = lost_share(queue, station, agents)?;
        let volume = fresh / (1.0 - redial.share * lost).max(1e-3);
        let settled = (volume - station.volume).abs() <= 1e-6 * fresh;
        station.volume = volume.max(station.volume);
        if settled || volume <= station.volume {
            break;
        }
    }
    Ok(())
}

/// Share of contacts that `agents` agents lose, by the queue's own formula.
fn lost_share(queue: &Queue, station: &Station, agents: u32) -> Result<f64, StaffingError> {
    if let Some(chat) = chat_station(queue, station) {
        return Ok(chat.evaluate(agents, 0.0, ServiceLevelDefinition::ServedAll).service.abandonment);
    }
    match callback_policy(queue) {
        Some(policy) => Ok(with_callbacks(station, agents.max(1), &policy, 0.0)?.abandonment),
        None => Ok(station.evaluate(agents, 0.0, ServiceLevelDefinition::ServedAll).abandonment),
    }
}

/// Agents' seconds that one contact takes: of several at once, the share of each.
pub(crate) fn agent_seconds(queue: &Queue, station: &Station) -> f64 {
    if queue.channel == Channel::Chat && queue.concurrency > 1 {
        let most = queue.concurrency;
        return station.aht_seconds * queue.handling.concurrency_factor(most) / f64::from(most);
    }
    station.aht_seconds
}
