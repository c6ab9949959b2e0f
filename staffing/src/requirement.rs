//! The requirement of a centre: agents on contact and agents to schedule, by queue, pool and interval.
//!
//! | symbol | meaning |
//! |---|---|
//! | v(q), h(q) | contacts and mean handle time of queue q in the interval |
//! | 1/θ(q) | mean patience |
//! | S | a set of queues, see [`crate::pool`] |
//! | R(S) | agents needed on contact for the queues S |
//!
//! The queues of S served by one pool in order of arrival are one queue with
//!
//! (1) v = Σ v(q), h = Σ v(q) h(q) / v, θ = Σ v(q) θ(q) / v,
//!
//! Erlang A where every queue present has a finite patience, else Erlang C. All its contacts wait alike, so every
//! target of a queue present holds if and only if the strictest does: R(S) is the largest of the numbers that the
//! distinct targets ask for. A small queue with a strict target can make that dearer than staffing the queues apart,
//! which is also enough, so
//!
//! (2) R(S) = min(max over targets of pooled n, Σ R({q}) over q ∈ S).
//!
//! Closed intervals and intervals without contacts need nobody. What is left out: priorities within a pool, and handle
//! times that differ between agents; several chats at a time count as one.

use std::sync::Arc;

use rayon::prelude::*;
use solver_data::{
    Centre, DemandForecast, PooledRequirement, Queue, QueueForecast, QueueId, QueueRequirement, QueueSet, ServiceCurve,
    ServiceTarget, StaffingRequirement, service_curve::CurvePoint,
};

use crate::curve::service_curve;
use crate::error::StaffingError;
use crate::pool::pools;
use crate::queue::{QueueModel, Station};
use crate::shrinkage::{scheduled, scheduled_whole};

/// Agents on contact asked for beyond the formulas, where simulation shows that a target is missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequirementUplift {
    /// Further agents by `[pool][interval]`, pools in the order of [`StaffingRequirement::pools`].
    pub agents: Vec<Vec<u32>>,
}

/// The requirement of every queue alone and of every pool, with a service curve a pool.
///
/// # Errors
/// [`StaffingError::NoForecast`], [`StaffingError::NoHandleTime`] and [`StaffingError::NobodyServes`] for a queue that
/// cannot be staffed; [`StaffingError::Queue`] where a target is out of reach, with queue and interval.
pub fn requirement(centre: &Centre, forecast: &DemandForecast) -> Result<StaffingRequirement, StaffingError> {
    let intervals = forecast.grid.len();
    let demand = Demand::of(centre, forecast)?;
    let sets = pools(centre, |set| demand.load(set))?;
    let alone = demand.queues_alone(centre)?;
    let cells: Vec<_> = (0..sets.len() * intervals)
        .into_par_iter()
        .map(|cell| demand.pooled(centre, sets[cell / intervals], cell % intervals, &alone))
        .collect();
    let mut cells = cells.into_iter();
    let availability = centre.shrinkage.availability();
    let (mut pools, mut curves) = (Vec::with_capacity(sets.len()), Vec::with_capacity(sets.len()));
    for queues in sets {
        let cells = cells.by_ref().take(intervals).collect::<Result<Vec<_>, _>>()?;
        pools.push(PooledRequirement {
            queues,
            offered_load: cells.iter().map(|cell| cell.station.offered_load()).collect(),
            aht_seconds: cells.iter().map(|cell| cell.station.aht_seconds).collect(),
            agents: cells.iter().map(|cell| cell.agents).collect(),
            scheduled: cells.iter().map(|cell| scheduled_whole(cell.agents, availability)).collect(),
        });
        curves.push(ServiceCurve { intervals: cells.into_iter().map(|cell| cell.curve).collect() });
    }
    Ok(StaffingRequirement { grid: Arc::clone(&forecast.grid), queues: alone, pools, curves })
}

/// As [`requirement`], with further agents by pool and interval, in `agents` and in `scheduled`.
///
/// # Errors
/// As [`requirement`], and [`StaffingError::UpliftShape`] unless the uplift has a row a pool and a value an interval.
pub fn requirement_with(
    centre: &Centre,
    forecast: &DemandForecast,
    uplift: &RequirementUplift,
) -> Result<StaffingRequirement, StaffingError> {
    let mut requirement = requirement(centre, forecast)?;
    let intervals = forecast.grid.len();
    let shortest = uplift.agents.iter().map(Vec::len).min().unwrap_or(0);
    let fits = uplift.agents.len() == requirement.pools.len() && uplift.agents.iter().all(|row| row.len() == intervals);
    if !fits {
        return Err(StaffingError::UpliftShape {
            pools: uplift.agents.len(),
            intervals: shortest,
            wanted_pools: requirement.pools.len(),
            wanted_intervals: intervals,
        });
    }
    let availability = centre.shrinkage.availability();
    for (pool, extra) in requirement.pools.iter_mut().zip(&uplift.agents) {
        for (t, &extra) in extra.iter().enumerate() {
            pool.agents[t] = pool.agents[t].saturating_add(extra);
            pool.scheduled[t] = scheduled_whole(pool.agents[t], availability);
        }
    }
    Ok(requirement)
}

/// What a pool needs in one interval.
struct Cell {
    station: Station,
    agents: u32,
    curve: Vec<CurvePoint>,
}

/// One station a queue and interval.
struct Demand {
    stations: Vec<Vec<Station>>,
    intervals: usize,
    interval_seconds: f64,
}

impl Demand {
    fn of(centre: &Centre, forecast: &DemandForecast) -> Result<Self, StaffingError> {
        let stations = centre.queues.iter().map(|queue| stations(queue, forecast)).collect::<Result<_, _>>()?;
        let grid = &forecast.grid;
        Ok(Self { stations, intervals: grid.len(), interval_seconds: grid.interval_seconds() })
    }

    /// Load of a set over the whole grid, erlang-intervals.
    fn load(&self, set: QueueSet) -> f64 {
        set.queues().flat_map(|queue| &self.stations[usize::from(queue)]).map(Station::offered_load).sum()
    }

    fn queues_alone(&self, centre: &Centre) -> Result<Vec<QueueRequirement>, StaffingError> {
        let cells: Vec<_> = (0..self.stations.len() * self.intervals)
            .into_par_iter()
            .map(|cell| {
                let (queue, t) = (QueueId::from(cell / self.intervals), cell % self.intervals);
                let (station, target) = (self.stations[usize::from(queue)][t], centre.queues[queue].target);
                let agents = station.required_agents(&target).map_err(|cause| at(centre.queues[queue].name.clone(), t, cause))?;
                Ok((agents, if agents > 0 { station.fractional_below(agents, &target) } else { 0.0 }))
            })
            .collect();
        let mut cells = cells.into_iter();
        let availability = centre.shrinkage.availability();
        centre
            .queues
            .ids()
            .map(|queue| {
                let cells = cells.by_ref().take(self.intervals).collect::<Result<Vec<_>, _>>()?;
                Ok(QueueRequirement {
                    queue,
                    offered_load: self.stations[usize::from(queue)].iter().map(Station::offered_load).collect(),
                    fractional: cells.iter().map(|cell| cell.1).collect(),
                    agents: cells.iter().map(|cell| cell.0).collect(),
                    scheduled: cells.iter().map(|cell| scheduled(cell.1, availability)).collect(),
                })
            })
            .collect()
    }

    /// (1), (2): the pool of `set` in interval `t`.
    fn pooled(&self, centre: &Centre, set: QueueSet, t: usize, alone: &[QueueRequirement]) -> Result<Cell, StaffingError> {
        let present: Vec<_> = set.queues().filter(|queue| self.stations[usize::from(*queue)][t].volume > 0.0).collect();
        let station = self.pool_station(&present, t);
        let mut strictest = ServiceTarget::default();
        let mut pooled = 0;
        for (index, &queue) in present.iter().enumerate() {
            let target = centre.queues[queue].target;
            if index > 0 && station.keeps(f64::from(pooled), &target) {
                continue;
            }
            let agents = station.required_agents(&target).map_err(|cause| at(set.label(centre), t, cause))?;
            if agents > pooled || index == 0 {
                (pooled, strictest) = (agents, target);
            }
        }
        let apart = present.iter().map(|queue| alone[usize::from(*queue)].agents[t]).fold(0_u32, u32::saturating_add);
        Ok(Cell { station, agents: pooled.min(apart), curve: service_curve(&station, &strictest) })
    }

    /// (1): the queues `present` in interval `t` as one.
    fn pool_station(&self, present: &[QueueId], t: usize) -> Station {
        let (mut volume, mut work, mut leaving) = (0.0, 0.0, 0.0);
        for &queue in present {
            let station = self.stations[usize::from(queue)][t];
            volume += station.volume;
            work += station.volume * station.aht_seconds;
            leaving += match station.model {
                QueueModel::ErlangC => f64::NAN,
                QueueModel::ErlangA { patience_seconds } => station.volume / patience_seconds,
            };
        }
        let patient = leaving.is_nan() || leaving <= 0.0;
        Station {
            model: if patient { QueueModel::ErlangC } else { QueueModel::ErlangA { patience_seconds: volume / leaving } },
            volume,
            interval_seconds: self.interval_seconds,
            aht_seconds: if volume > 0.0 { work / volume } else { 0.0 },
        }
    }
}

fn at(queue: String, interval: usize, cause: StaffingError) -> StaffingError {
    StaffingError::Queue { queue, interval, cause: Box::new(cause) }
}

/// The station of a queue in every interval: `len == grid.len()`; closed intervals have no contacts.
fn stations(queue: &Queue, forecast: &DemandForecast) -> Result<Vec<Station>, StaffingError> {
    let expected = forecast.queue(&queue.name).ok_or_else(|| StaffingError::NoForecast { queue: queue.name.clone() })?;
    let model = queue.patience_seconds.map_or(QueueModel::ErlangC, |patience_seconds| QueueModel::ErlangA { patience_seconds });
    (0..forecast.grid.len())
        .map(|t| {
            let volume = if expected.open[t] { expected.mean[t].max(0.0) } else { 0.0 };
            let aht_seconds = handle_time(queue, expected, t);
            if aht_seconds.is_none() && volume > 0.0 {
                return Err(StaffingError::NoHandleTime { queue: queue.name.clone() });
            }
            let interval_seconds = forecast.grid.interval_seconds();
            Ok(Station { model, volume, interval_seconds, aht_seconds: aht_seconds.unwrap_or(0.0) })
        })
        .collect()
}

/// Handle time of an interval: the forecast's, else the queue's own.
fn handle_time(queue: &Queue, expected: &QueueForecast, t: usize) -> Option<f64> {
    let known = |seconds: &f64| seconds.is_finite() && *seconds > 0.0;
    expected.aht_seconds.as_ref().map(|aht| aht[t]).filter(known).or(queue.aht_seconds)
}
