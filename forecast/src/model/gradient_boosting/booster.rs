//! Trees boosted on the Poisson likelihood about an offset.
//!
//! μ = exp(o + ν Σ f(x)) over trees f; a row with count y and weight w has gradient w (μ - y) and Hessian w μ.
//!
//! # Source
//! Friedman (2001), Annals of Statistics 29(5) (boosting); Friedman (2002), CSDA 38(4) (row subsampling).

use solver_data::Seed;

use crate::model::gradient_boosting::tree::{BinnedFeatures, Growth, Tree};

/// Reach of all trees together on the log scale.
const REACH: f64 = 2.0;

/// How trees are boosted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Boosting {
    /// Trees.
    pub(crate) rounds: usize,
    /// Leaves of each.
    pub(crate) leaves: usize,
    /// ν: share of each tree that is taken.
    pub(crate) rate: f64,
    /// Share of the rows that each tree sees.
    pub(crate) sample: f64,
    /// Rows of mean Hessian that pull a leaf to nothing.
    pub(crate) ridge_rows: f64,
    /// Rows of mean Hessian a leaf needs.
    pub(crate) least_rows: f64,
}

/// Rows to learn from; every vector of rows has the same length.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrainingRows {
    /// Feature values row by row.
    pub(crate) values: Vec<f64>,
    /// Counts y.
    pub(crate) counts: Vec<f64>,
    /// Offsets o: log of the base.
    pub(crate) offsets: Vec<f64>,
    /// Weights w.
    pub(crate) weights: Vec<f64>,
}

/// Boosted trees.
#[derive(Debug, Clone, Default)]
pub(crate) struct BoostedTrees {
    trees: Vec<Tree>,
    rate: f64,
}

impl BoostedTrees {
    /// Learns from rows of `features` values each; no trees without rows.
    pub(crate) fn fitted(rows: &TrainingRows, features: usize, boosting: Boosting) -> Self {
        let mut boosted = Self { trees: Vec::with_capacity(boosting.rounds), rate: boosting.rate };
        let n = rows.counts.len();
        if n == 0 {
            return boosted;
        }
        let binned = BinnedFeatures::cut(&rows.values, features);
        let mut course = rows.offsets.clone();
        let mut slopes = vec![(0.0, 0.0); n];
        for round in 0..boosting.rounds {
            for (slope, i) in slopes.iter_mut().zip(0..) {
                let mean = f64::exp(course[i]);
                *slope = (rows.weights[i] * (mean - rows.counts[i]), rows.weights[i] * mean);
            }
            let hessian = slopes.iter().map(|(_, hessian)| hessian).sum::<f64>() / n as f64;
            let (ridge, least) = (boosting.ridge_rows * hessian, boosting.least_rows * hessian);
            let growth = Growth { leaves: boosting.leaves, ridge: ridge.max(1e-9), least };
            let tree = Tree::grown(&binned, sample(n, round, boosting.sample), &slopes, growth);
            for (i, course) in course.iter_mut().enumerate() {
                *course += boosting.rate * tree.of_row(&binned, i).clamp(-REACH, REACH);
            }
            boosted.trees.push(tree);
        }
        boosted
    }

    /// What the trees add to the offset at a row of feature values.
    pub(crate) fn at(&self, values: &[f64]) -> f64 {
        let sum: f64 = self.trees.iter().map(|tree| self.rate * tree.at(values).clamp(-REACH, REACH)).sum();
        sum.clamp(-REACH, REACH)
    }
}

/// Rows of a round, drawn by their own numbers so that no generator is needed.
fn sample(rows: usize, round: usize, share: f64) -> Vec<u32> {
    let seed = Seed(round as u64);
    let drawn = |row: &u32| (seed.stream(u64::from(*row)).0 >> 11) as f64 / (1_u64 << 53) as f64;
    (0..rows as u32).filter(|row| share >= 1.0 || drawn(row) < share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREEDY: Boosting = Boosting { rounds: 40, leaves: 4, rate: 0.3, sample: 1.0, ridge_rows: 0.1, least_rows: 1.0 };

    /// A feature x in 0..100 whose rows have `count(x)` contacts about an offset of `offset(x)`.
    fn rows(count: impl Fn(f64) -> f64, offset: impl Fn(f64) -> f64) -> TrainingRows {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let counts = values.iter().map(|&x| count(x)).collect();
        let offsets = values.iter().map(|&x| offset(x)).collect();
        TrainingRows { values, counts, offsets, weights: vec![1.0; 100] }
    }

    /// 2 Σ (y ln(y/μ) - y + μ).
    fn deviance(rows: &TrainingRows, trees: &BoostedTrees) -> f64 {
        let term = |i: usize| {
            let (y, mean) = (rows.counts[i], (rows.offsets[i] + trees.at(&rows.values[i..=i])).exp());
            2.0 * (y * (y / mean).ln() - y + mean)
        };
        (0..rows.counts.len()).map(term).sum()
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        let rows = rows(|x| if x < 36.0 { 10.0 } else { 30.0 }, |_| 20.0_f64.ln());
        let trees = BoostedTrees::fitted(&rows, 1, Boosting { ridge_rows: 0.0, ..GREEDY });
        for (x, expected) in [(0.0, 10.0), (35.0, 10.0), (36.0, 30.0), (99.0, 30.0)] {
            approx::assert_relative_eq!(20.0 * trees.at(&[x]).exp(), expected, max_relative = 0.02);
        }
    }

    #[test]
    fn every_round_lowers_the_poisson_deviance() {
        let rows = rows(|x| 20.0 + 15.0 * (x / 9.0).sin(), |_| 3.0);
        let after = |rounds| deviance(&rows, &BoostedTrees::fitted(&rows, 1, Boosting { rounds, ..GREEDY }));
        let course: Vec<f64> = [0, 1, 2, 4, 8, 16, 32].map(after).to_vec();
        assert!(course.windows(2).all(|pair| pair[1] < pair[0]), "{course:?}");
        assert!(course[6] < 0.05 * course[0], "{course:?}");
    }

    #[test]
    fn what_the_offset_explains_is_left_to_it() {
        let base = |x: f64| (0.02 * x).exp();
        let explained = rows(base, |x| base(x).ln());
        let trees = BoostedTrees::fitted(&explained, 1, GREEDY);
        assert!((0..100).all(|x| trees.at(&[f64::from(x)]).abs() < 1e-9));
        let doubled = rows(|x| 2.0 * base(x), |x| base(x).ln());
        let trees = BoostedTrees::fitted(&doubled, 1, GREEDY);
        approx::assert_relative_eq!(trees.at(&[50.0]).exp(), 2.0, max_relative = 0.02);
    }

    #[test]
    fn without_rows_nothing_is_added() {
        assert_eq!(BoostedTrees::fitted(&TrainingRows::default(), 3, GREEDY).at(&[1.0, 2.0, 3.0]), 0.0);
    }
}
