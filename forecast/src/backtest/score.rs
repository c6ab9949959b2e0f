//! From samples to rows of accuracy.

use std::ops::Range;

use solver_data::{Band, ForecastAccuracy, Grain};

use crate::backtest::sample::{Answer, Sample};
use crate::poisson::mean_absolute_deviation;
use crate::pool::POOL;

/// Name of the floor in results.
const FLOOR: &str = "poisson_floor";
/// Longest lead that gets a row of its own, in days.
const LONGEST_LEAD: usize = 28;

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
    /// Intervals judged by their bands.
    banded: f64,
    number: f64,
}

/// Contacts of one unit of a grain: an interval, a day or a week.
#[derive(Debug, Clone, Copy)]
struct Unit {
    /// Index among all units of the horizon.
    index: usize,
    forecast: f64,
    actual: f64,
}

/// Rows of one queue: every model and the Poisson floor at every grain; none without samples.
pub(crate) fn rows(queue: &str, samples: &[&Sample]) -> Vec<ForecastAccuracy> {
    let Some(first) = samples.first() else { return Vec::new() };
    let leads = (1..=first.days().min(LONGEST_LEAD)).map(|days| Grain::Lead(days as u32));
    let mut rows = Vec::new();
    for grain in [Grain::Interval, Grain::Day, Grain::Week].into_iter().chain(leads) {
        for (m, answer) in first.answers.iter().enumerate() {
            let mut sums = Sums::default();
            for sample in samples {
                sums.add(&sample.units(&sample.answers[m], grain), sample.naive_error_at(grain));
                sums.add_bands(sample, &sample.answers[m], grain);
            }
            rows.extend(sums.row(queue, grain, &answer.model, samples.len()));
        }
        let mut floor = Sums::default();
        for sample in samples {
            floor.add_floor(sample, grain);
        }
        rows.extend(floor.row(queue, grain, FLOOR, samples.len()));
    }
    rows
}

impl Sums {
    fn add(&mut self, units: &[Unit], naive_error: Option<f64>) {
        self.bias += units.iter().map(|unit| unit.forecast - unit.actual).sum::<f64>();
        let error = units.iter().map(|unit| (unit.forecast - unit.actual).abs()).sum();
        self.add_error(error, units, naive_error);
    }

    /// Adds E|Y - λ| of Poisson counts about the forecast rescaled to the actual total of the next coarser grain.
    fn add_floor(&mut self, sample: &Sample, grain: Grain) {
        let answer = sample.answers.iter().find(|answer| answer.model == POOL).unwrap_or(&sample.answers[0]);
        let units = sample.units(answer, grain);
        let coarser = |unit: &Unit| match grain {
            Grain::Interval | Grain::Lead(_) => unit.index / sample.slots,
            Grain::Day => unit.index / 7,
            Grain::Week => unit.index,
        };
        let mut totals = vec![(0.0, 0.0); sample.actual.len() + 1];
        for unit in &units {
            let total = &mut totals[coarser(unit)];
            *total = (total.0 + unit.forecast, total.1 + unit.actual);
        }
        let least = |unit: &Unit| {
            let (forecast, actual) = totals[coarser(unit)];
            mean_absolute_deviation(if forecast > 0.0 { unit.forecast * actual / forecast } else { unit.actual })
        };
        self.add_error(units.iter().map(least).sum(), &units, sample.naive_error_at(grain));
    }

    fn add_error(&mut self, error: f64, units: &[Unit], naive_error: Option<f64>) {
        self.error += error;
        self.actual += units.iter().map(|unit| unit.actual).sum::<f64>();
        self.number += units.len() as f64;
        if let (Some(naive), false) = (naive_error, units.is_empty()) {
            self.scaled += error / units.len() as f64 / naive;
            self.scaled_origins += 1;
        }
    }

    /// Adds coverage and pinball loss of the intervals, which stand for planning intervals and for nothing coarser.
    fn add_bands(&mut self, sample: &Sample, answer: &Answer, grain: Grain) {
        let Some([narrow, wide]) = answer.bands.as_deref() else { return };
        if !matches!(grain, Grain::Interval | Grain::Lead(_)) {
            return;
        }
        for i in sample.window(grain).filter(|&i| !sample.actual[i].is_nan()) {
            let (y, ends) = (sample.actual[i], ends(narrow, wide, answer.mean[i], i));
            self.inside.0 += f64::from(u8::from(ends[1] <= y && y <= ends[3]));
            self.inside.1 += f64::from(u8::from(ends[0] <= y && y <= ends[4]));
            let loss = |(p, end): (f64, &f64)| (p * (y - end)).max((p - 1.0) * (y - end));
            self.banded += 1.0;
            self.pinball += [0.025, 0.1, 0.5, 0.9, 0.975].into_iter().zip(&ends).map(loss).sum::<f64>() / 5.0;
        }
    }

    /// The row of a model; `None` where nothing was known at this grain.
    fn row(&self, queue: &str, grain: Grain, model: &str, origins: usize) -> Option<ForecastAccuracy> {
        let relative = |sum: f64| if self.actual > 0.0 { sum / self.actual } else { sum };
        let share = |sum: f64| (self.banded > 0.0).then(|| sum / self.banded);
        (self.number > 0.0).then(|| ForecastAccuracy {
            queue: queue.to_owned(),
            grain,
            model: model.to_owned(),
            wape: relative(self.error),
            mase: (self.scaled_origins > 0).then(|| self.scaled / self.scaled_origins as f64),
            bias: relative(self.bias),
            coverage80: share(self.inside.0),
            coverage95: share(self.inside.1),
            pinball: share(self.pinball).map(|loss| if self.actual > 0.0 { loss * self.banded / self.actual } else { loss }),
            origins,
        })
    }
}

fn ends(narrow: &Band, wide: &Band, mean: f64, i: usize) -> [f64; 5] {
    [wide.lo[i], narrow.lo[i], mean, narrow.hi[i], wide.hi[i]]
}

impl Sample {
    /// Forecast and actual at a grain; units without a known slot are left out.
    fn units(&self, answer: &Answer, grain: Grain) -> Vec<Unit> {
        let length = match grain {
            Grain::Interval | Grain::Lead(_) => 1,
            Grain::Day => self.slots,
            Grain::Week => 7.min(self.days()) * self.slots,
        };
        let mut units: Vec<Unit> = Vec::new();
        for i in self.window(grain).filter(|&i| !self.actual[i].is_nan()) {
            let (index, forecast, actual) = (i / length, answer.mean[i], self.actual[i]);
            match units.last_mut().filter(|unit| unit.index == index) {
                Some(unit) => (unit.forecast, unit.actual) = (unit.forecast + forecast, unit.actual + actual),
                None => units.push(Unit { index, forecast, actual }),
            }
        }
        units
    }

    fn window(&self, grain: Grain) -> Range<usize> {
        match grain {
            Grain::Lead(days) => (days as usize - 1) * self.slots..days as usize * self.slots,
            Grain::Interval | Grain::Day | Grain::Week => 0..self.actual.len(),
        }
    }

    fn naive_error_at(&self, grain: Grain) -> Option<f64> {
        match grain {
            Grain::Interval | Grain::Lead(_) => self.naive_error[0],
            Grain::Day => self.naive_error[1],
            Grain::Week => self.naive_error[2],
        }
    }
}
