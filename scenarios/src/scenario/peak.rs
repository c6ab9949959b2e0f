//! The busiest hours of a day.

use chrono::Timelike;
use solver_data::DemandForecast;
use solver_data::scenario::{Clock, Reach};

/// Length of the peak in minutes.
const PEAK: u32 = 240;

/// The reach with [`Clock::Peak`] put in hours: the four hours in a row with most work of its queues on its days.
pub(super) fn resolved(reach: &Reach, demand: &DemandForecast) -> Reach {
    if reach.clock != Clock::Peak {
        return reach.clone();
    }
    let grid = &demand.grid;
    let step = grid.interval_minutes();
    let slots = (1440 / step) as usize;
    let mut work = vec![0.0; slots];
    for t in (0..grid.len()).filter(|&t| reach.covers_day(grid.local(t).date())) {
        let at = grid.local(t);
        let slot = ((at.hour() * 60 + at.minute()) / step) as usize;
        work[slot] += reach
            .queues
            .iter()
            .filter_map(|&queue| demand.queues.get(usize::from(queue)))
            .map(|queue| queue.mean[t] * queue.aht_seconds.as_ref().map_or(1.0, |aht| aht[t]))
            .sum::<f64>();
    }
    let width = (PEAK / step) as usize;
    let sum = |first: usize| work[first..first + width].iter().sum::<f64>();
    let best = (0..=slots - width).fold(0, |best, first| if sum(first) > sum(best) + 1e-9 { first } else { best });
    let from = best as u32 * step;
    Reach { clock: Clock::Spans(vec![(from, from + PEAK)]), ..reach.clone() }
}
