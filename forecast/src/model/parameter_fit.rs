//! Parameters of smoothing models by the simplex of Nelder and Mead, from good defaults and with few steps.
//!
//! Parameters are searched on the logit of their share of the way between their bounds, and pulled to their defaults there.
//!
//! # Source
//! Nelder, Mead (1965), Computer Journal 7(4), doi:10.1093/comjnl/7.4.308.

use argmin::core::{CostFunction, Error, Executor, State};
use argmin::solver::neldermead::NelderMead;

/// First step along each parameter on the unbounded scale.
const FIRST_STEP: f64 = 0.8;

/// Relative cost of a unit's distance from the start, squared: few weeks must not talk a model out of its good sense.
const PULL: f64 = 0.03;

/// A parameter between two bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounded {
    /// Lower bound.
    pub(crate) lo: f64,
    /// Upper bound.
    pub(crate) hi: f64,
    /// Where the search starts, strictly between them.
    pub(crate) start: f64,
}

impl Bounded {
    fn free(self) -> f64 {
        let share = (self.start - self.lo) / (self.hi - self.lo);
        (share / (1.0 - share)).ln()
    }

    fn at(self, free: f64) -> f64 {
        self.lo + (self.hi - self.lo) / (1.0 + (-free).exp())
    }
}

struct Cost<'a, const N: usize> {
    bounds: [Bounded; N],
    cost: &'a dyn Fn([f64; N]) -> f64,
}

impl<const N: usize> Cost<'_, N> {
    fn parameters(&self, free: &[f64]) -> [f64; N] {
        std::array::from_fn(|i| self.bounds[i].at(free[i]))
    }
}

impl<const N: usize> CostFunction for Cost<'_, N> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, free: &Vec<f64>) -> Result<f64, Error> {
        let away: f64 = free.iter().zip(&self.bounds).map(|(free, bound)| (free - bound.free()).powi(2)).sum();
        let cost = (self.cost)(self.parameters(free)) * (1.0 + PULL * away);
        Ok(if cost.is_finite() { cost } else { f64::MAX })
    }
}

/// The parameters of least cost after at most `steps` steps, drawn to their start by [`PULL`]; the start where nothing is
/// better.
///
/// - `cost`: 0 or more, such as a sum of squared errors
pub(crate) fn fitted<const N: usize>(bounds: [Bounded; N], steps: u64, cost: &dyn Fn([f64; N]) -> f64) -> [f64; N] {
    let start: Vec<f64> = bounds.iter().map(|bound| bound.free()).collect();
    let corner = |i: usize| start.iter().enumerate().map(|(j, x)| if i == j { x + FIRST_STEP } else { *x }).collect();
    let simplex: Vec<Vec<f64>> = (0..N).map(corner).chain([start.clone()]).collect();
    let problem = Cost { bounds, cost };
    let search = Executor::new(problem, NelderMead::new(simplex)).configure(|state| state.max_iters(steps)).timer(false).run();
    let best = search.ok().and_then(|found| found.state().get_best_param().cloned()).unwrap_or(start);
    std::array::from_fn(|i| bounds[i].at(best[i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_cost_within_the_bounds_is_found() {
        let bounds = [Bounded { lo: 0.0, hi: 1.0, start: 0.5 }, Bounded { lo: -2.0, hi: 2.0, start: 0.5 }];
        let [x, y] = fitted(bounds, 200, &|[x, y]| (x - 0.2).powi(2) + (y + 1.0).powi(2));
        approx::assert_relative_eq!(x, 0.2, epsilon = 1e-3);
        approx::assert_relative_eq!(y, -1.0, epsilon = 1e-3);
    }

    #[test]
    fn what_costs_hardly_less_is_not_worth_leaving_the_start() {
        let bounds = [Bounded { lo: 0.0, hi: 1.0, start: 0.5 }];
        let [x] = fitted(bounds, 200, &|[x]| 100.0 + (x - 0.9).powi(2));
        approx::assert_relative_eq!(x, 0.5, epsilon = 0.02);
    }

    #[test]
    fn a_cost_that_is_never_finite_leaves_the_start() {
        let [x] = fitted([Bounded { lo: 0.0, hi: 1.0, start: 0.25 }], 20, &|_| f64::NAN);
        assert!((0.0..=1.0).contains(&x));
    }
}
