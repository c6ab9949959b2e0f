//! Peaks against the agents staffed: which intervals are likely to bring more than these can serve.
//!
//! The capacity of a pool in an interval is the volume at which the staffing stage would ask for exactly the agents staffed,
//! all queues of the centre growing in proportion: the factor is searched, the formulas are the stage's. A pool of one queue
//! is held against the queue's own predictive law, one of several against sampled paths, whose queues correlate.

use std::sync::Arc;

use forecast::exceedance;
use solver_data::{
    Centre, DemandForecast, IntervalSeries, PathSampler, PlanningGrid, QueueForecast, QueueSet, Seed, StaffingRequirement,
};

use crate::error::PlanError;
use crate::horizon::Horizon;

/// Paths that the peaks of several queues together are counted on.
const PATHS: u64 = 1_000;
/// Factors on the volume that capacity is searched among at first, ascending.
const FACTORS: [f64; 24] =
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0];
/// Steps by which the factor grows beyond, where the agents still suffice, and their number.
const WIDENING: (f64, usize) = (1.25, 50);

/// Agents staffed for a pool of queues, by interval of the planning grid; `None` where the file has no row.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffedPool {
    /// Names of its queues joined by `+`, as in the plan's files.
    pub pool: String,
    /// Agents.
    pub agents: Vec<Option<u32>>,
    /// Which agents these are.
    pub counted: Counted,
}

/// Which agents a file counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// On the roster and not in a break, before unplanned absence.
    Rostered,
    /// Ready for contacts, after shrinkage.
    Required,
}

/// An interval of a pool that may bring more than its agents can serve.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolPeak {
    /// Names of the queues joined by `+`.
    pub pool: String,
    /// Interval of the forecast's grid.
    pub interval: usize,
    /// Expected contacts.
    pub mean: f64,
    /// Contacts that the staffed agents can serve within the targets.
    pub capacity: f64,
    /// Probability of more.
    pub probability: f64,
}

/// All open intervals of the staffed pools, the likeliest to exceed their capacity first.
///
/// # Errors
/// [`PlanError::Staffing`] where a target is out of reach, [`PlanError::Grid`] when the grids do not fit.
pub fn capacity_peaks(
    centre: &Centre,
    (horizon, forecast): (&Horizon, &DemandForecast),
    staffed: &[StaffedPool],
    seed: Seed,
) -> Result<Vec<PoolPeak>, PlanError> {
    let demand = horizon.planning_forecast(forecast)?;
    let requirements = FACTORS.map(|factor| staffing::requirement(centre, &scaled(&demand, factor)));
    let requirements = requirements.into_iter().collect::<Result<Vec<StaffingRequirement>, _>>()?;
    let mut pools: Vec<PoolCapacity<'_>> = staffed
        .iter()
        .filter_map(|own| {
            let pool = requirements[0].pools.iter().find(|pool| pool.queues.label(centre) == own.pool)?;
            let factors = pool_factors(&requirements, pool.queues, own);
            Some(PoolCapacity { staffed: own, queues: pool.queues, factors })
        })
        .collect();
    widen(centre, &demand, &mut pools)?;
    let paths = if pools.iter().any(|own| own.queues.queues().count() > 1) { paths(forecast, seed) } else { Vec::new() };
    let mut peaks = Vec::new();
    for PoolCapacity { staffed: own, queues, factors } in &pools {
        let queues = queues_of(centre, *queues, forecast);
        let capacity = capacity(&queues, forecast, (&demand, factors));
        peaks.extend(pool_peaks(&own.pool, &queues, (forecast, &paths), &capacity));
    }
    peaks.sort_by(|a, b| {
        b.probability.total_cmp(&a.probability).then(b.mean.total_cmp(&a.mean)).then(a.interval.cmp(&b.interval))
    });
    Ok(peaks)
}

/// A pool of the file, and the factors on its volume that its agents can just serve.
struct PoolCapacity<'a> {
    staffed: &'a StaffedPool,
    queues: QueueSet,
    factors: Vec<f64>,
}

fn paths(forecast: &DemandForecast, seed: Seed) -> Vec<Vec<IntervalSeries<u32>>> {
    let sampler = PathSampler::new(forecast);
    (0..PATHS).map(|k| sampler.draw(seed.stream(k))).collect()
}

/// Grows the factors that have reached the end of [`FACTORS`] until the agents no longer suffice; not a number where they
/// always do.
///
/// Only the queues of such a pool grow, so that no other pool is asked for more agents than it could ever have.
fn widen(centre: &Centre, demand: &DemandForecast, pools: &mut [PoolCapacity<'_>]) -> Result<(), PlanError> {
    let end = FACTORS[FACTORS.len() - 1];
    let mean = |queues: QueueSet, t: usize| {
        let names = queues.queues().filter_map(|id| demand.queue(&centre.queues[id].name));
        names.map(|queue| queue.mean[t]).sum::<f64>()
    };
    // Places in the list of pools and in the grid that still grow.
    let mut growing: Vec<(usize, usize)> = Vec::new();
    for (p, own) in pools.iter().enumerate() {
        growing.extend((0..own.factors.len()).filter(|&t| own.factors[t] >= end && mean(own.queues, t) > 0.0).map(|t| (p, t)));
    }
    let mut factor = end;
    for _ in 0..WIDENING.1 {
        if growing.is_empty() {
            return Ok(());
        }
        factor *= WIDENING.0;
        let mut grown = demand.clone();
        for queue in &mut grown.queues {
            let mut by = vec![0.0; queue.mean.len()];
            for &(p, t) in &growing {
                if pools[p].queues.queues().any(|id| centre.queues[id].name == queue.name) {
                    by[t] = factor;
                }
            }
            queue.mean.iter_mut().zip(by).for_each(|(mean, by)| *mean *= by);
        }
        let requirement = staffing::requirement(centre, &grown)?;
        growing.retain(|&(p, t)| {
            let served = serves(&requirement, pools[p].queues, (pools[p].staffed, t));
            if served {
                pools[p].factors[t] = factor;
            }
            served
        });
    }
    for (p, t) in growing {
        pools[p].factors[t] = f64::NAN;
    }
    Ok(())
}

/// Whether the agents staffed in an interval are all that a requirement asks of their pool.
fn serves(requirement: &StaffingRequirement, queues: QueueSet, (staffed, t): (&StaffedPool, usize)) -> bool {
    let pool = requirement.pools.iter().find(|pool| pool.queues == queues);
    let asked = pool.map(|pool| match staffed.counted {
        Counted::Rostered => pool.scheduled[t],
        Counted::Required => pool.agents[t],
    });
    asked.zip(staffed.agents[t]).is_some_and(|(asked, agents)| asked <= agents)
}

fn scaled(demand: &DemandForecast, factor: f64) -> DemandForecast {
    let queue =
        |queue: &QueueForecast| QueueForecast { mean: queue.mean.iter().map(|mean| factor * mean).collect(), ..queue.clone() };
    DemandForecast { queues: demand.queues.iter().map(queue).collect(), ..demand.clone() }
}

/// Places of a pool's queues in the forecast.
fn queues_of(centre: &Centre, queues: QueueSet, forecast: &DemandForecast) -> Vec<usize> {
    let place = |name: &str| forecast.queues.iter().position(|queue| queue.name == name);
    queues.queues().filter_map(|id| place(&centre.queues[id].name)).collect()
}

/// The factor on the volume that the staffed agents can just serve, by planning interval; between two factors searched it is
/// the lower, so that capacity is never promised. Not a number where nobody is known to be staffed.
fn pool_factors(requirements: &[StaffingRequirement], queues: QueueSet, staffed: &StaffedPool) -> Vec<f64> {
    let served = |t: usize| {
        let last = requirements.iter().take_while(|requirement| serves(requirement, queues, (staffed, t))).count();
        if last == 0 { 0.0 } else { FACTORS[last - 1] }
    };
    staffed.agents.iter().enumerate().map(|(t, agents)| agents.map_or(f64::NAN, |_| served(t))).collect()
}

/// Contacts of the pool that can be served in each interval of the forecast's grid.
fn capacity(queues: &[usize], forecast: &DemandForecast, (demand, factors): (&DemandForecast, &[f64])) -> Vec<f64> {
    let parts = (demand.grid.len() / forecast.grid.len()).max(1);
    let served = |t: usize| (queues.iter().map(|&q| demand.queues[q].mean[t]).sum::<f64>()) * factors[t];
    (0..forecast.grid.len()).map(|t| (t * parts..(t + 1) * parts).map(served).sum()).collect()
}

fn pool_peaks(
    pool: &str,
    queues: &[usize],
    (forecast, paths): (&DemandForecast, &[Vec<IntervalSeries<u32>>]),
    capacity: &[f64],
) -> Vec<PoolPeak> {
    let grid: &Arc<PlanningGrid> = &forecast.grid;
    let mean = |t: usize| queues.iter().map(|&q| forecast.queues[q].mean[t]).sum::<f64>();
    let counted = |t: usize| {
        let above = paths.iter().filter(|path| queues.iter().map(|&q| f64::from(path[q].values()[t])).sum::<f64>() > capacity[t]);
        above.count() as f64 / paths.len() as f64
    };
    let probability = |t: usize| match queues {
        [alone] => exceedance(&forecast.queues[*alone], t, capacity[t], forecast.day_errors.relative_sd(*alone, grid.day_of(t))),
        _ => counted(t),
    };
    let wanted = (0..grid.len()).filter(|&t| mean(t) > 0.0 && !capacity[t].is_nan());
    wanted
        .map(|t| PoolPeak {
            pool: pool.to_owned(),
            interval: t,
            mean: mean(t),
            capacity: capacity[t],
            probability: probability(t),
        })
        .collect()
}
