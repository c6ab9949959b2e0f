//! `requirement.csv`: agents needed per queue and per pool of queues.

use super::csv_text::{CsvText, number, stamp};
use crate::centre::Centre;
use crate::demand::{DemandForecast, QueueForecast};
use crate::id::QueueId;
use crate::requirement::{PooledRequirement, StaffingRequirement};

const HEADER: [&str; 9] =
    ["queue", "level", "timestamp", "volume", "aht_seconds", "offered_load", "required_fractional", "required", "scheduled"];

/// One row for each open interval of each queue alone, then of each pool of two queues or more (`queue` is `PS+PE`).
///
/// `level` is the lowest that may serve the queue, for a pool the lowest of its queues'. `required` counts agents on
/// contact, `scheduled` those to schedule so that shrinkage leaves as many; a pool has no fractional requirement.
pub fn requirement_csv(centre: &Centre, forecast: &DemandForecast, requirement: &StaffingRequirement) -> String {
    let mut text = CsvText::new(&HEADER);
    let forecasts: Vec<Option<&QueueForecast>> = centre.queues.iter().map(|queue| forecast.queue(&queue.name)).collect();
    let grid = &requirement.grid;
    for alone in &requirement.queues {
        let queue = &centre.queues[alone.queue];
        let Some(demand) = forecasts[usize::from(alone.queue)] else { continue };
        for t in (0..grid.len()).filter(|&t| is_open(demand, t)) {
            let aht = demand.aht_seconds.as_ref().and_then(|aht| aht.get(t).copied()).or(queue.aht_seconds);
            text.row(&[
                queue.name.clone(),
                centre.levels[queue.lowest_level].name.clone(),
                stamp(grid.local(t)),
                number(demand.mean[t]),
                aht.map_or_else(String::new, number),
                number(alone.offered_load[t]),
                number(alone.fractional[t]),
                alone.agents[t].to_string(),
                number(alone.scheduled[t]),
            ]);
        }
    }
    for pool in requirement.pools.iter().filter(|pool| pool.queues.0.count_ones() > 1) {
        pool_rows(centre, &forecasts, requirement, pool, &mut text);
    }
    text.finish()
}

fn pool_rows(
    centre: &Centre,
    forecasts: &[Option<&QueueForecast>],
    requirement: &StaffingRequirement,
    pool: &PooledRequirement,
    text: &mut CsvText,
) {
    let queues: Vec<QueueId> = pool.queues.queues().filter(|&queue| usize::from(queue) < centre.queues.len()).collect();
    let demands: Vec<&QueueForecast> = queues.iter().filter_map(|&queue| forecasts[usize::from(queue)]).collect();
    let level = queues.iter().map(|&queue| centre.queues[queue].lowest_level).min();
    let level = level.map_or("", |level| centre.levels[level].name.as_str());
    let label = pool.queues.label(centre);
    for t in (0..requirement.grid.len()).filter(|&t| demands.iter().any(|demand| is_open(demand, t))) {
        let volume: f64 = demands.iter().filter(|demand| is_open(demand, t)).map(|demand| demand.mean[t]).sum();
        text.row(&[
            label.as_str(),
            level,
            &stamp(requirement.grid.local(t)),
            &number(volume),
            &number(pool.aht_seconds[t]),
            &number(pool.offered_load[t]),
            "",
            &pool.agents[t].to_string(),
            &pool.scheduled[t].to_string(),
        ]);
    }
}

fn is_open(demand: &QueueForecast, t: usize) -> bool {
    demand.open.get(t).copied().unwrap_or(false)
}
