//! Other opening hours, and closures.

use chrono::{Datelike, Timelike};
use solver_data::scenario::{Alteration, Reach};
use solver_data::{PlanningGrid, QueueForecast, QueueId};

use super::demand::{add, covered, fill_handle_times, scale};
use crate::scenario::base::Situation;

/// Applies a change of hours.
pub(super) fn apply(situation: &mut Situation, reach: &Reach, alteration: &Alteration) {
    fill_handle_times(situation, reach);
    let covered = covered(situation, reach);
    match alteration {
        Alteration::OpeningHours { hours, new_demand, moved } => {
            let grid = situation.demand.grid.clone();
            for &queue in &reach.queues {
                let open = |t: usize| {
                    let at = grid.local(t);
                    let closed = situation.centre.closed_on(queue, at.date());
                    !closed && hours.is_open(at.weekday(), at.hour() * 60 + at.minute(), grid.interval_minutes())
                };
                let own = &situation.demand.queues[usize::from(queue)];
                let wanted: Vec<bool> = (0..grid.len()).map(|t| if covered[t] { open(t) } else { own.open[t] }).collect();
                reopen(situation, queue, &wanted, (*new_demand, *moved));
                situation.centre.queues[queue].hours = Some(hours.clone());
            }
            if reach.queues.len() == situation.centre.queues.len() {
                situation.centre.hours = hours.clone();
            }
        }
        Alteration::Closure { moved } => {
            for &queue in &reach.queues {
                let own = &situation.demand.queues[usize::from(queue)];
                let wanted: Vec<bool> = own.open.iter().zip(&covered).map(|(&open, &covered)| open && !covered).collect();
                reopen(situation, queue, &wanted, (0.0, *moved));
            }
        }
        _ => {}
    }
}

/// Opens and closes a queue as wanted; contacts of the edges come from the nearest interval, or go there.
fn reopen(situation: &mut Situation, queue: QueueId, wanted: &[bool], (new_demand, moved): (f64, f64)) {
    let grid = situation.demand.grid.clone();
    let own = &mut situation.demand.queues[usize::from(queue)];
    let before = own.clone();
    for t in 0..wanted.len() {
        match (before.open[t], wanted[t]) {
            (false, true) => {
                own.open[t] = true;
                if let Some(like) = nearest(&grid, t, |s| before.open[s]).or_else(|| same_time(&grid, t, &before)) {
                    copy(own, &before, (like, t), new_demand);
                }
            }
            (true, false) => {
                own.open[t] = false;
                scale(own, t, 0.0);
                if let Some(there) = nearest(&grid, t, |s| wanted[s]).filter(|_| moved > 0.0) {
                    add(own, there, moved * before.mean[t]);
                }
            }
            _ => {}
        }
    }
}

/// The nearest interval of the same day that is wished; the later of two equally near.
fn nearest(grid: &PlanningGrid, t: usize, wished: impl Fn(usize) -> bool) -> Option<usize> {
    let day = grid.day_range(grid.day_of(t));
    day.filter(|&s| wished(s)).min_by_key(|&s| (s.abs_diff(t), std::cmp::Reverse(s)))
}

/// The first open interval of another day at the same time.
fn same_time(grid: &PlanningGrid, t: usize, queue: &QueueForecast) -> Option<usize> {
    let time = grid.local(t).time();
    (0..grid.len()).find(|&s| queue.open[s] && grid.local(s).time() == time)
}

fn copy(own: &mut QueueForecast, before: &QueueForecast, (from, to): (usize, usize), share: f64) {
    own.mean[to] += share * before.mean[from];
    for (band, old) in own.bands.iter_mut().zip(&before.bands) {
        band.lo[to] += share * old.lo[from];
        band.hi[to] += share * old.hi[from];
    }
    if let (Some(aht), Some(old)) = (&mut own.aht_seconds, &before.aht_seconds)
        && aht[to] <= 0.0
    {
        aht[to] = old[from];
    }
}
