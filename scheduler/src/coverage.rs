//! Agents on contact against the requirement, kept up to date tour by tour (formulation, constraints 2 and 3).

use std::ops::Range;

use crate::pricing::PlacedTour;
use crate::problem::RosterProblem;

/// What is missing, family by family and interval by interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// `R_k(t) - N_k(t)`, positive where agents are missing: one series a family.
    missing: Vec<Vec<i32>>,
    /// Largest of the families' shortfalls, 0 or more.
    short: Vec<i32>,
    everyone: usize,
    under: i64,
    over: i64,
    constant: i64,
}

impl Coverage {
    /// Nobody on contact.
    pub fn empty(problem: &RosterProblem) -> Self {
        let terms = &problem.coverage;
        let largest = |t: usize| terms.families.iter().fold(0, |short, series| short.max(series[t]));
        Self {
            missing: terms.families.clone(),
            short: (0..terms.intervals).map(largest).collect(),
            everyone: terms.everyone,
            under: terms.under,
            over: terms.over,
            constant: terms.constant,
        }
    }

    /// `R_k(t) - N_k(t)`, one series a family.
    pub fn missing(&self) -> &[Vec<i32>] {
        &self.missing
    }

    /// Agents short in an interval: the largest of the families' shortfalls.
    #[inline]
    pub fn short(&self, t: usize) -> i32 {
        self.short[t]
    }

    /// Σ under·short + over·over, in minor units.
    pub fn cost(&self) -> i64 {
        let series = &self.missing[self.everyone];
        let cost_at = |t| {
            let short = i64::from(self.short(t));
            self.under * short + self.over * (short - i64::from(series[t]))
        };
        self.constant + (0..series.len()).map(cost_at).sum::<i64>()
    }

    /// Puts a tour in place and returns the change in cost.
    pub fn add(&mut self, problem: &RosterProblem, class: usize, tour: &PlacedTour) -> i64 {
        self.shift(problem, class, tour, -1)
    }

    /// Takes a tour away and returns the change in cost.
    pub fn remove(&mut self, problem: &RosterProblem, class: usize, tour: &PlacedTour) -> i64 {
        self.shift(problem, class, tour, 1)
    }

    fn shift(&mut self, problem: &RosterProblem, class: usize, tour: &PlacedTour, step: i32) -> i64 {
        let mut change = 0;
        tour.for_spans(problem, |from, to| {
            problem.inside(from, to, |span| change += self.shift_span(problem.classes[class], span, step));
        });
        change
    }

    /// Adds `step` to what the families of a class miss in the intervals of `span`; returns the change in cost.
    fn shift_span(&mut self, families: u128, span: Range<usize>, step: i32) -> i64 {
        let short = &mut self.short[span.clone()];
        let before: i32 = short.iter().sum();
        short.fill(0);
        for (k, series) in self.missing.iter_mut().enumerate() {
            let step = if families >> k & 1 == 1 { step } else { 0 };
            for (short, missing) in short.iter_mut().zip(&mut series[span.clone()]) {
                *missing += step;
                *short = (*short).max(*missing);
            }
        }
        let after: i32 = short.iter().sum();
        let spare = if families >> self.everyone & 1 == 1 { self.over * span.len() as i64 * i64::from(step) } else { 0 };
        (self.under + self.over) * i64::from(after - before) - spare
    }

    /// Fills `value[t]`, over the extended horizon, with what one more agent of `class` on contact would save.
    pub fn values(&self, problem: &RosterProblem, class: usize, with: &mut Vec<i32>, value: &mut Vec<f64>) {
        let families = problem.classes[class];
        let intervals = problem.coverage.intervals;
        let price = (self.under + self.over) as f64;
        let spare = if families >> self.everyone & 1 == 1 { self.over as f64 } else { 0.0 };
        // Largest shortfall once the newcomer is there, family by family.
        with.clear();
        with.resize(intervals, 0);
        for (k, series) in self.missing.iter().enumerate() {
            let one = (families >> k & 1) as i32;
            for (with, &missing) in with.iter_mut().zip(series) {
                *with = (*with).max(missing - one);
            }
        }
        value.clear();
        value.extend(self.short.iter().zip(with.iter()).map(|(before, after)| price * f64::from(before - after) - spare));
        value.resize(problem.extended, 0.0);
        wrap(problem, value);
    }

    /// As [`Self::values`], smoothed around the multipliers y of the relaxation: what one more agent is worth under the
    /// augmented Lagrangian of coverage with weight `rho`, the sum over its families k of max(0, `y_k(t)` + rho (`missing_k(t)` - 1/2)).
    pub fn smoothed_values(&self, problem: &RosterProblem, class: usize, (y, rho): (&[Vec<f64>], f64), value: &mut Vec<f64>) {
        let families = problem.classes[class];
        let price = (self.under + self.over) as f64;
        let spare = if families >> self.everyone & 1 == 1 { self.over as f64 } else { 0.0 };
        value.clear();
        value.resize(problem.coverage.intervals, 0.0);
        for (_, (missing, y)) in self.missing.iter().zip(y).enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
            for (value, (&missing, y)) in value.iter_mut().zip(missing.iter().zip(y)) {
                *value += (y + rho * (f64::from(missing) - 0.5)).max(0.0);
            }
        }
        for value in value.iter_mut() {
            *value = value.min(price) - spare;
        }
        value.resize(problem.extended, 0.0);
        wrap(problem, value);
    }
}

/// Repeats the first intervals behind the horizon where it wraps.
pub(crate) fn wrap(problem: &RosterProblem, value: &mut [f64]) {
    for extended in problem.coverage.intervals..problem.extended {
        value[extended] = problem.interval(extended).map_or(0.0, |t| value[t]);
    }
}
