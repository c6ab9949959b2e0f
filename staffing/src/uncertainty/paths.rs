//! Sampled demand as work: what comes over what is expected, by interval and path.

use std::sync::Arc;

use rayon::prelude::*;
use solver_data::{Centre, DemandForecast, PathSampler, QueueSet};

use super::PathWish;
use crate::requirement::Sizer;

/// Rates over means by centre queue, path and interval; 1 where nothing is expected.
///
/// The rate, not the count: the formulas know of Poisson arrivals already.
pub(crate) struct Paths {
    ratio: Vec<Arc<Vec<Vec<f32>>>>,
    paths: usize,
}

impl Paths {
    /// Draws the paths of every queue; equal seeds give equal paths.
    pub fn draw(centre: &Centre, forecast: &DemandForecast, wish: PathWish) -> Self {
        let sampler = PathSampler::new(forecast);
        let drawn: Vec<Vec<Vec<f32>>> = (0..u64::from(wish.paths))
            .into_par_iter()
            .map(|path| {
                let rates = sampler.draw_rates(wish.seed.stream(path));
                let ratio = |(queue, rates): (&solver_data::QueueForecast, &solver_data::IntervalSeries<f64>)| {
                    let over = |(&rate, &mean): (&f64, &f64)| if mean > 0.0 { (rate / mean) as f32 } else { 1.0 };
                    rates.values().iter().zip(&queue.mean).map(over).collect()
                };
                forecast.queues.iter().zip(&rates).map(ratio).collect()
            })
            .collect();
        let mut by_queue: Vec<Vec<Vec<f32>>> = vec![Vec::with_capacity(drawn.len()); forecast.queues.len()];
        for path in drawn {
            for (queue, row) in by_queue.iter_mut().zip(path) {
                queue.push(row);
            }
        }
        let by_queue: Vec<Arc<Vec<Vec<f32>>>> = by_queue.into_iter().map(Arc::new).collect();
        let flat = Arc::new(vec![vec![1.0; forecast.grid.len()]; wish.paths as usize]);
        let ratio = centre.queues.iter().map(|queue| {
            let place = forecast.queues.iter().position(|other| other.name == queue.name);
            place.map_or_else(|| Arc::clone(&flat), |place| Arc::clone(&by_queue[place]))
        });
        Self { ratio: ratio.collect(), paths: wish.paths as usize }
    }

    /// Work of a set of queues over what is expected, by interval and path; no paths where nothing is expected.
    pub fn work(&self, sizer: &Sizer<'_>, set: QueueSet) -> Vec<Vec<f32>> {
        (0..sizer.load.intervals)
            .into_par_iter()
            .map(|t| {
                let loads: Vec<(usize, f64)> = set
                    .queues()
                    .map(|queue| (usize::from(queue), sizer.load.stations[usize::from(queue)][t].offered_load()))
                    .filter(|(_, load)| *load > 0.0)
                    .collect();
                let total: f64 = loads.iter().map(|(_, load)| load).sum();
                if total <= 0.0 {
                    return Vec::new();
                }
                let work = |path: usize| {
                    let sum: f64 = loads.iter().map(|&(queue, load)| load * f64::from(self.ratio[queue][path][t])).sum();
                    (sum / total) as f32
                };
                (0..self.paths).map(work).collect()
            })
            .collect()
    }
}
