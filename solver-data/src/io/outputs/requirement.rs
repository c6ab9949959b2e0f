//! `requirement.csv`: agents needed per queue, per pool of queues and from a level up.

use super::csv_text::{CsvText, number, stamp};
use crate::centre::Centre;
use crate::demand::{DemandForecast, QueueForecast};
use crate::id::{LevelId, QueueId};
use crate::requirement::{QueueSet, StaffingMethod, StaffingRequirement};

const HEADER: [&str; 11] = [
    "queue",
    "level",
    "timestamp",
    "volume",
    "aht_seconds",
    "offered_load",
    "required_fractional",
    "required",
    "scheduled",
    "channel",
    "method",
];

/// What a row says besides the set of queues and the volume.
struct Need<'a> {
    aht_seconds: Option<f64>,
    offered_load: Option<f64>,
    fractional: Option<f64>,
    required: u32,
    scheduled: String,
    method: &'a str,
}

/// One row for each open interval of each queue alone, then of each pool of two queues or more (`queue` is `PS+PE`), then of
/// the queues that need a level or above where no pool is the same set.
///
/// `level` is the lowest that may serve the queue, for a pool the lowest of its queues'. `required` counts agents on
/// contact, `scheduled` those to schedule so that shrinkage leaves as many. The rows of pools and levels are lower bounds:
/// no roster keeps the targets with fewer agents who may serve one of the queues. `channel` joins the channels of a pool by
/// `+`; `method` is [`StaffingMethod::name`], or `level`.
pub fn requirement_csv(centre: &Centre, forecast: &DemandForecast, requirement: &StaffingRequirement) -> String {
    let demand = Demand::of(centre, forecast);
    let mut text = CsvText::new(&HEADER);
    for alone in &requirement.queues {
        let queue = &centre.queues[alone.queue];
        let Some(expected) = demand.forecasts[usize::from(alone.queue)] else { continue };
        demand.rows(QueueSet::of([alone.queue]), queue.lowest_level, &mut text, |t| Need {
            aht_seconds: expected.aht_seconds.as_ref().and_then(|aht| aht.get(t).copied()).or(queue.aht_seconds),
            offered_load: Some(alone.offered_load[t]),
            fractional: Some(alone.fractional[t]),
            required: alone.agents[t],
            scheduled: number(alone.scheduled[t]),
            method: alone.methods.get(t).map_or("", |method| StaffingMethod::name(*method)),
        });
    }
    for pool in requirement.pools.iter().filter(|pool| pool.queues.0.count_ones() > 1) {
        demand.rows(pool.queues, lowest_level(centre, pool.queues), &mut text, |t| Need {
            aht_seconds: Some(pool.aht_seconds[t]),
            offered_load: Some(pool.offered_load[t]),
            fractional: pool.fractional.get(t).copied(),
            required: pool.agents[t],
            scheduled: pool.scheduled[t].to_string(),
            method: pool.methods.get(t).map_or("", |method| StaffingMethod::name(*method)),
        });
    }
    let is_pool = |set| requirement.pools.iter().any(|pool| pool.queues == set);
    for row in requirement.levels.iter().filter(|row| row.queues.0.count_ones() > 1 && !is_pool(row.queues)) {
        demand.rows(row.queues, row.level, &mut text, |t| Need {
            aht_seconds: None,
            offered_load: None,
            fractional: None,
            required: row.agents[t],
            scheduled: row.scheduled[t].to_string(),
            method: "level",
        });
    }
    text.finish()
}

/// The lowest level of a set's queues.
fn lowest_level(centre: &Centre, set: QueueSet) -> LevelId {
    let levels = set.queues().filter_map(|queue| centre.queues.get(queue)).map(|queue| queue.lowest_level);
    levels.min().unwrap_or(LevelId(0))
}

/// The forecasts of a centre's queues, in its order.
struct Demand<'a> {
    centre: &'a Centre,
    forecast: &'a DemandForecast,
    forecasts: Vec<Option<&'a QueueForecast>>,
}

impl<'a> Demand<'a> {
    fn of(centre: &'a Centre, forecast: &'a DemandForecast) -> Self {
        let forecasts = centre.queues.iter().map(|queue| forecast.queue(&queue.name)).collect();
        Self { centre, forecast, forecasts }
    }

    /// One row for each interval in which a queue of the set is open.
    fn rows<'n>(&self, set: QueueSet, level: LevelId, text: &mut CsvText, need: impl Fn(usize) -> Need<'n>) {
        let queues: Vec<QueueId> = set.queues().filter(|&queue| usize::from(queue) < self.centre.queues.len()).collect();
        let demands: Vec<&QueueForecast> = queues.iter().filter_map(|&queue| self.forecasts[usize::from(queue)]).collect();
        let (label, level) = (set.label(self.centre), &self.centre.levels[level].name);
        let mut channels: Vec<&str> = queues.iter().map(|&queue| self.centre.queues[queue].channel.name()).collect();
        channels.sort_unstable();
        channels.dedup();
        let channels = channels.join("+");
        for t in (0..self.forecast.grid.len()).filter(|&t| demands.iter().any(|demand| is_open(demand, t))) {
            let volume: f64 = demands.iter().filter(|demand| is_open(demand, t)).map(|demand| demand.mean[t]).sum();
            let need = need(t);
            let optional = |value: Option<f64>| value.map_or_else(String::new, number);
            text.row(&[
                label.as_str(),
                level,
                &stamp(self.forecast.grid.local(t)),
                &number(volume),
                &optional(need.aht_seconds),
                &optional(need.offered_load),
                &optional(need.fractional),
                &need.required.to_string(),
                &need.scheduled,
                &channels,
                need.method,
            ]);
        }
    }
}

fn is_open(demand: &QueueForecast, t: usize) -> bool {
    demand.open.get(t).copied().unwrap_or(false)
}
