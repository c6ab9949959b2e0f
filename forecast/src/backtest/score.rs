//! From samples to rows of accuracy.

use solver_data::{ForecastAccuracy, Grain};

use crate::backtest::sample::Sample;
use crate::poisson::mean_absolute_deviation;

/// Sums over the origins of one model at one grain.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    error: f64,
    bias: f64,
    actual: f64,
    scaled: f64,
    scaled_origins: usize,
    inside: (f64, f64),
    pinball: f64,
    number: f64,
}

/// Rows of one queue: every model and the Poisson floor at every grain; none without samples.
pub(crate) fn rows(queue: &str, samples: &[&Sample]) -> Vec<ForecastAccuracy> {
    let Some(first) = samples.first() else { return Vec::new() };
    let mut rows = Vec::new();
    for (g, grain) in [Grain::Interval, Grain::Day, Grain::Week].into_iter().enumerate() {
        for (m, (model, _)) in first.paths.iter().enumerate() {
            let mut sums = Sums::default();
            for sample in samples {
                sums.add(&sample.pairs(m, grain), sample.naive_error[g]);
                if m == 0 && grain == Grain::Interval {
                    sums.add_bands(sample);
                }
            }
            rows.push(sums.row(queue, grain, model, samples.len()));
        }
        let mut floor = Sums::default();
        for sample in samples {
            floor.add(&sample.floor_pairs(grain), sample.naive_error[g]);
        }
        rows.push(ForecastAccuracy { bias: 0.0, ..floor.row(queue, grain, "poisson_floor", samples.len()) });
    }
    rows
}

impl Sums {
    /// Adds (error, actual) pairs of one origin.
    fn add(&mut self, pairs: &[(f64, f64)], naive_error: Option<f64>) {
        let error: f64 = pairs.iter().map(|(error, _)| error.abs()).sum();
        self.error += error;
        self.bias += pairs.iter().map(|(error, _)| error).sum::<f64>();
        self.actual += pairs.iter().map(|(_, actual)| actual).sum::<f64>();
        if let (Some(naive), false) = (naive_error, pairs.is_empty()) {
            self.scaled += error / pairs.len() as f64 / naive;
            self.scaled_origins += 1;
        }
    }

    fn add_bands(&mut self, sample: &Sample) {
        let Some([narrow, wide]) = sample.bands.as_deref() else { return };
        for (i, &y) in sample.actual.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
            let ends = [wide.lo[i], narrow.lo[i], sample.paths[0].1[i], narrow.hi[i], wide.hi[i]];
            self.inside.0 += f64::from(u8::from(ends[1] <= y && y <= ends[3]));
            self.inside.1 += f64::from(u8::from(ends[0] <= y && y <= ends[4]));
            let loss = |(p, end): (f64, &f64)| (p * (y - end)).max((p - 1.0) * (y - end));
            self.pinball += [0.025, 0.1, 0.5, 0.9, 0.975].into_iter().zip(&ends).map(loss).sum::<f64>() / 5.0;
            self.number += 1.0;
        }
    }

    fn row(&self, queue: &str, grain: Grain, model: &str, origins: usize) -> ForecastAccuracy {
        let relative = |sum: f64| if self.actual > 0.0 { sum / self.actual } else { sum };
        let share = |sum: f64| (self.number > 0.0).then(|| sum / self.number);
        ForecastAccuracy {
            queue: queue.to_owned(),
            grain,
            model: model.to_owned(),
            wape: relative(self.error),
            mase: (self.scaled_origins > 0).then(|| self.scaled / self.scaled_origins as f64),
            bias: relative(self.bias),
            coverage80: share(self.inside.0),
            coverage95: share(self.inside.1),
            pinball: (self.number > 0.0).then(|| relative(self.pinball)),
            origins,
        }
    }
}

impl Sample {
    /// (forecast - actual, actual) at a grain, over the known slots.
    fn pairs(&self, model: usize, grain: Grain) -> Vec<(f64, f64)> {
        let course = self.course(&self.paths[model].1, grain);
        course.into_iter().map(|(forecast, actual)| (forecast - actual, actual)).collect()
    }

    /// (E|Y - λ|, actual) at a grain.
    fn floor_pairs(&self, grain: Grain) -> Vec<(f64, f64)> {
        let path = &self.paths[0].1;
        let coarser = |t: usize| match grain {
            Grain::Interval => t / self.slots,
            Grain::Day => t / 7,
            Grain::Week => t,
        };
        let fine = self.course(path, grain);
        let mut totals = vec![(0.0, 0.0); self.actual.len() + 1];
        let positions = self.positions(grain);
        for (&(forecast, actual), &t) in fine.iter().zip(&positions) {
            let total = &mut totals[coarser(t)];
            *total = (total.0 + forecast, total.1 + actual);
        }
        fine.iter()
            .zip(&positions)
            .map(|(&(forecast, actual), &t)| {
                let (all_forecast, all_actual) = totals[coarser(t)];
                let mean = if all_forecast > 0.0 { forecast * all_actual / all_forecast } else { actual };
                (mean_absolute_deviation(mean), actual)
            })
            .collect()
    }

    /// (forecast, actual) at a grain; units without a known slot are left out.
    fn course(&self, path: &[f64], grain: Grain) -> Vec<(f64, f64)> {
        let unit = self.unit(grain);
        let units = self.actual.len().div_ceil(unit);
        let mut course = vec![(0.0, 0.0, false); units];
        for (i, (&y, &forecast)) in self.actual.iter().zip(path).enumerate().filter(|(_, (y, _))| !y.is_nan()) {
            let sum = &mut course[i / unit];
            *sum = (sum.0 + forecast, sum.1 + y, true);
        }
        course.into_iter().filter(|(.., known)| *known).map(|(forecast, actual, _)| (forecast, actual)).collect()
    }

    /// Positions of the units that [`Sample::course`] keeps.
    fn positions(&self, grain: Grain) -> Vec<usize> {
        let unit = self.unit(grain);
        let known = |t: &usize| self.actual[t * unit..((t + 1) * unit).min(self.actual.len())].iter().any(|y| !y.is_nan());
        (0..self.actual.len().div_ceil(unit)).filter(known).collect()
    }

    fn unit(&self, grain: Grain) -> usize {
        match grain {
            Grain::Interval => 1,
            Grain::Day => self.slots,
            Grain::Week => 7.min(self.days()) * self.slots,
        }
    }
}
