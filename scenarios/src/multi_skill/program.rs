//! The integer program over the numbers of agents.
//!
//! (1) minimise Σ c(g) y(g)
//! (2) Σ a(r,g) y(g) ≥ b(r) for every row r: pooled bounds and cuts
//! (3) least(g) ≤ y(g) ≤ most(g), whole

use good_lp::solvers::highs::highs;
use good_lp::{Expression, Solution, SolverModel, Variable, variable, variables};

use super::bound::PooledBound;
use super::problem::{GroupTerms, members};

/// Σ coefficients(g) y(g) ≥ least.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub coefficients: Vec<f64>,
    pub least: f64,
}

impl Row {
    /// The row of a pooled bound that asks for `agents`.
    pub fn of_bound(bound: &PooledBound, agents: u32, groups: usize) -> Self {
        let mut coefficients = vec![0.0; groups];
        members(bound.groups).for_each(|group| coefficients[group] = 1.0);
        Self { coefficients, least: f64::from(agents) }
    }

    /// Left-hand side.
    pub fn value(&self, agents: &[u32]) -> f64 {
        self.coefficients.iter().zip(agents).map(|(&coefficient, &agents)| coefficient * f64::from(agents)).sum()
    }

    /// The row lowered so far that `agents` obey it.
    pub fn relaxed_to(&mut self, agents: &[u32]) {
        self.least = self.least.min(self.value(agents));
    }
}

/// The cheapest numbers of agents that obey all rows; `None` where the limits allow none.
pub(super) fn cheapest(terms: &[GroupTerms], rows: &[Row]) -> Option<Vec<u32>> {
    let mut variables = variables!();
    // (3)
    let y: Vec<Variable> = terms
        .iter()
        .map(|terms| {
            let within = variable().integer().min(f64::from(terms.least));
            variables.add(terms.most.map_or(within.clone(), |most| within.max(f64::from(most))))
        })
        .collect();
    // (1) in units of the dearest agent, so that the solver's tolerances mean the same for any currency
    let dearest = terms.iter().map(|terms| terms.price).fold(0.0, f64::max);
    let objective: Expression = terms.iter().zip(&y).map(|(terms, &y)| terms.price / dearest * y).sum();
    let mut model = variables.minimise(objective).using(highs).set_threads(1);
    model.set_verbose(false);
    model = model.set_option("random_seed", 0).set_option("mip_rel_gap", 0.0).set_option("mip_abs_gap", 1e-7);
    // (2) in units of the largest coefficient
    for row in rows {
        let largest = row.coefficients.iter().copied().fold(0.0, f64::max);
        if largest > 0.0 {
            let left: Expression = row.coefficients.iter().zip(&y).map(|(&coefficient, &y)| coefficient / largest * y).sum();
            model.add_constraint(left.geq(row.least / largest));
        } else if row.least > 0.0 {
            return None;
        }
    }
    let solution = model.solve().ok()?;
    Some(y.iter().map(|&y| solution.value(y).round().max(0.0) as u32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_at_least_cost() {
        let terms =
            [GroupTerms::unlimited(10.0), GroupTerms::unlimited(12.0), GroupTerms { price: 1.0, least: 0, most: Some(2) }];
        let row = |coefficients: [f64; 3], least| Row { coefficients: coefficients.to_vec(), least };
        let rows = [row([1.0, 1.0, 0.0], 5.0), row([0.0, 1.0, 0.0], 1.0), row([1.0, 1.0, 1.0], 6.5)];
        assert_eq!(cheapest(&terms, &rows), Some(vec![4, 1, 2]));
        assert_eq!(cheapest(&terms, &[row([0.0, 0.0, 1.0], 3.0)]), None);
        assert_eq!(cheapest(&terms, &[]), Some(vec![0, 0, 0]));
    }

    #[test]
    fn a_row_gives_way_to_numbers_known_to_do() {
        let mut row = Row { coefficients: vec![0.5, 2.0], least: 7.0 };
        row.relaxed_to(&[4, 2]);
        assert_eq!(row.least, 6.0);
        row.relaxed_to(&[4, 3]);
        assert_eq!(row.least, 6.0);
    }
}
