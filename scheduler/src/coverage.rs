//! Agents on contact against the requirement, kept up to date tour by tour (formulation, constraints 2, 3 and 13).
//!
//! Skills are groups of agents that serve several queues. Whether the agents on contact suffice is a flow: source → group g
//! with capacity `n_g`, group → each queue it serves, queue q → sink with capacity `r_q`. By max-flow min-cut what the best
//! flow leaves unserved is the largest, over sets S of queues, of Σ r over S less the agents who serve some queue of S
//! (Hall's condition): exactly `short(t)`, where the families hold every set that can be the largest. The test
//! `the_shortfall_is_what_the_best_flow_leaves_unserved` compares it with an explicit flow.

use std::ops::Range;

use crate::breaks::prefix_sums;
use crate::pricing::PlacedTour;
use crate::problem::{CoverageTerms, RosterProblem};
use crate::service::ServiceState;

/// Intervals up to which a span is shifted one by one.
const SHORT_SPAN: usize = 4;

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
    service: ServiceState,
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
            service: ServiceState::empty(&terms.service),
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

    /// Surplus of every promise over a period, in parts of a contact.
    pub fn surplus(&self) -> &[i64] {
        self.service.surplus()
    }

    /// Σ under·short + over·over, and the price of contacts that promises lack, in minor units.
    pub fn cost(&self) -> i64 {
        let series = &self.missing[self.everyone];
        let cost_at = |t| {
            let short = i64::from(self.short(t));
            self.under * short + self.over * (short - i64::from(series[t]))
        };
        self.constant + (0..series.len()).map(cost_at).sum::<i64>() + self.service.cost()
    }

    /// Puts a tour in place and returns the change in cost.
    pub fn add(&mut self, problem: &RosterProblem, class: usize, tour: &PlacedTour) -> i64 {
        self.shift(problem, class, tour, -1)
    }

    /// Takes a tour away and returns the change in cost.
    pub fn remove(&mut self, problem: &RosterProblem, class: usize, tour: &PlacedTour) -> i64 {
        self.shift(problem, class, tour, 1)
    }

    /// An agent of `class` comes on contact in the extended intervals `span`; returns the change in cost.
    pub fn come(&mut self, problem: &RosterProblem, class: usize, span: Range<usize>) -> i64 {
        self.shift_one(problem, class, span, -1)
    }

    /// An agent of `class` leaves in the extended intervals `span`; returns the change in cost.
    pub fn leave(&mut self, problem: &RosterProblem, class: usize, span: Range<usize>) -> i64 {
        self.shift_one(problem, class, span, 1)
    }

    fn shift_one(&mut self, problem: &RosterProblem, class: usize, span: Range<usize>, step: i32) -> i64 {
        let (families, terms) = (problem.classes[class], &problem.coverage);
        let promised = !terms.service.is_empty();
        let mut change = if promised { -self.service.cost() } else { 0 };
        problem.inside(span.start, span.end, |span| {
            change += self.shift_span(families, span.clone(), step);
            if promised {
                self.shift_service(terms, families, (span, -step));
            }
        });
        if promised { change + self.service.cost() } else { change }
    }

    fn shift(&mut self, problem: &RosterProblem, class: usize, tour: &PlacedTour, step: i32) -> i64 {
        let (families, terms) = (problem.classes[class], &problem.coverage);
        let mut change = -self.service.cost();
        tour.for_spans(problem, |from, to| {
            problem.inside(from, to, |span| {
                change += self.shift_span(families, span.clone(), step);
                self.shift_service(terms, families, (span, -step));
            });
        });
        change + self.service.cost()
    }

    /// Puts one agent of a class on contact in one interval and returns the change in cost.
    #[cfg(test)]
    pub fn add_interval(&mut self, problem: &RosterProblem, class: usize, t: usize) -> i64 {
        let (families, before) = (problem.classes[class], self.service.cost());
        let change = self.shift_span(families, t..t + 1, -1);
        self.shift_service(&problem.coverage, families, (t..t + 1, 1));
        change + self.service.cost() - before
    }

    /// Counts `added` agents for the promises of `families` in `span`; `missing` has counted them already.
    fn shift_service(&mut self, terms: &CoverageTerms, families: u128, (span, added): (Range<usize>, i32)) {
        let missing = &self.missing;
        let there = |k: usize, t: usize| (terms.families[k][t] - missing[k][t]).max(0) as u32;
        self.service.shift(&terms.service, families, (span, added), there);
    }

    /// Adds `step` to what the families of a class miss in the intervals of `span`; returns the change in cost.
    fn shift_span(&mut self, families: u128, span: Range<usize>, step: i32) -> i64 {
        if span.len() <= SHORT_SPAN {
            return self.shift_intervals(families, span, step);
        }
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

    /// As [`Self::shift_span`], interval by interval: faster for the few of a break.
    fn shift_intervals(&mut self, families: u128, span: Range<usize>, step: i32) -> i64 {
        let (mut change, intervals) = (0, span.len() as i64);
        for t in span {
            let mut short = 0;
            for (k, series) in self.missing.iter_mut().enumerate() {
                series[t] += step * (families >> k & 1) as i32;
                short = short.max(series[t]);
            }
            change += short - self.short[t];
            self.short[t] = short;
        }
        let spare = if families >> self.everyone & 1 == 1 { self.over * intervals * i64::from(step) } else { 0 };
        (self.under + self.over) * i64::from(change) - spare
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
        self.service.add_values(&problem.coverage.service, families, value);
        value.resize(problem.extended, 0.0);
        wrap(problem, value);
    }

    /// The part of [`Self::values`] in the extended intervals `span`, as prefix sums: `sums[p]` for p in `span.start..=span.end`
    /// is the value up to p from one place before it for all. Other entries are left as they are.
    pub fn sum_values(&self, problem: &RosterProblem, class: usize, span: Range<usize>, sums: &mut Vec<f64>) {
        let families = problem.classes[class];
        let price = (self.under + self.over) as f64;
        let spare = if families >> self.everyone & 1 == 1 { self.over as f64 } else { 0.0 };
        if !problem.coverage.service.is_empty() {
            let mut value = Vec::new();
            self.values(problem, class, &mut Vec::new(), &mut value);
            prefix_sums(&value, sums);
            return;
        }
        sums.resize(problem.extended + 1, 0.0);
        sums[span.start] = 0.0;
        sums[span.end] = 0.0;
        let (mut place, mut total) = (span.start, 0.0);
        problem.inside(span.start, span.end, |inside| {
            let width = inside.len();
            let with = &mut sums[place + 1..=place + width];
            with.fill(0.0);
            for (k, series) in self.missing.iter().enumerate() {
                let one = (families >> k & 1) as i32;
                for (with, &missing) in with.iter_mut().zip(&series[inside.clone()]) {
                    *with = with.max(f64::from(missing - one));
                }
            }
            for (sum, &short) in with.iter_mut().zip(&self.short[inside]) {
                total += price * (f64::from(short) - *sum) - spare;
                *sum = total;
            }
            place += width;
        });
        sums[place..=span.end].fill(total);
    }

    /// As [`Self::values`], smoothed around the multipliers y of the relaxation: what one more agent is worth under the
    /// augmented Lagrangian of coverage with weight `rho`, the sum over its families k of max(0, `y_k(t)` + rho (`missing_k(t)` - 1/2)).
    ///
    /// Families with promises over periods have y = 0 there, and their rows' smoothed prices times the gain of one more agent.
    pub fn smoothed_values(&self, problem: &RosterProblem, class: usize, (y, rho): (&[Vec<f64>], f64), value: &mut Vec<f64>) {
        let families = problem.classes[class];
        let price = (self.under + self.over) as f64;
        let spare = if families >> self.everyone & 1 == 1 { self.over as f64 } else { 0.0 };
        value.clear();
        value.resize(problem.coverage.intervals, 0.0);
        let service = &problem.coverage.service;
        for (k, (missing, y)) in self.missing.iter().zip(y).enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
            let kept = if service.has_slot(k) { 0.0 } else { 1.0 };
            for (value, (&missing, y)) in value.iter_mut().zip(missing.iter().zip(y)) {
                *value += (kept * y + rho * (f64::from(missing) - 0.5)).max(0.0);
            }
        }
        for value in value.iter_mut() {
            *value = value.min(price) - spare;
        }
        if !service.is_empty() {
            self.service.add_smoothed(service, (families, rho / price), &service.lambda(y), value);
        }
        value.resize(problem.extended, 0.0);
        wrap(problem, value);
    }
}

/// The cost of coverage as a linear program states it, constraint (3) put into the objective.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LinearCost {
    /// Price of a missing agent an interval.
    pub short: f64,
    /// Price of an interval on contact of an agent who counts for everybody.
    present: f64,
    everyone: usize,
    /// Cost of nobody on contact and nobody missing.
    pub constant: f64,
}

impl LinearCost {
    /// Price of an interval on contact of an agent of these families.
    pub fn present(&self, families: u128) -> f64 {
        if families >> self.everyone & 1 == 1 { self.present } else { 0.0 }
    }
}

/// What linear programs over tours pay for coverage: with short(t) as variables, the cost of coverage is
/// constant + Σ short · short(t) + Σ present over the agents' intervals on contact.
pub(crate) fn linear_cost(problem: &RosterProblem) -> LinearCost {
    let terms = &problem.coverage;
    let wanted: i64 = terms.families[terms.everyone].iter().map(|&r| i64::from(r)).sum();
    LinearCost {
        short: (terms.under + terms.over) as f64,
        present: terms.over as f64,
        everyone: terms.everyone,
        constant: (terms.constant - terms.over * wanted) as f64,
    }
}

/// Repeats the first intervals behind the horizon where it wraps.
pub(crate) fn wrap(problem: &RosterProblem, value: &mut [f64]) {
    for extended in problem.coverage.intervals..problem.extended {
        value[extended] = problem.interval(extended).map_or(0.0, |t| value[t]);
    }
}

#[cfg(test)]
mod tests;
