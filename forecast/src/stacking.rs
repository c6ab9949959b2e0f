//! Stacking: weights of rivals by how their errors go together, not by each one's error alone.
//!
//! With w on the simplex the error of the mixture on item i is `e_i'w`. Minimised by reweighted least squares is
//!
//! 1. mean of `|e_i'w|` over the items, in units of its present value, + λ `‖w - w₀‖²`, λ = 80 / items,
//!
//! so that rivals whose errors cancel are mixed though each alone is worse, and little evidence leaves the prior w₀.
//!
//! # Source
//! Breiman (1996), Machine Learning 24 (stacked regressions, weights not negative); Duchi et al. (2008), ICML (projection
//! onto the simplex).

use solver_data::Seed;

/// Items that weigh as much as the prior weights.
const PRIOR_ITEMS: f64 = 80.0;
/// Rounds of reweighting, and gradient steps in each.
const ROUNDS: usize = 4;
const STEPS: usize = 80;
/// Items that tell enough: of more, about so many are drawn.
const ENOUGH_ITEMS: usize = 3000;
/// Seed of the draw.
const THINNING: u64 = 7;

/// Weights that sum to 1, none negative: `len == prior.len()`.
///
/// - `errors`: errors of all rivals on one item after the other, `len == items * prior.len()`
/// - `prior`: weights before any evidence, summing to 1
pub(crate) fn stacked(errors: &[f64], prior: &[f64]) -> Vec<f64> {
    let rivals = prior.len();
    let mut weights = prior.to_vec();
    if errors.is_empty() || rivals < 2 {
        return weights;
    }
    let scale = errors.iter().map(|error| error.abs()).sum::<f64>() / errors.len() as f64;
    let all = errors.len() / rivals;
    let taken: Vec<&[f64]> = errors.chunks(rivals).enumerate().filter(|(i, _)| is_taken(*i, all)).map(|(_, item)| item).collect();
    let items = taken.len();
    for _ in 0..ROUNDS {
        let mixed: Vec<f64> = taken.iter().map(|item| dot(item, &weights).abs()).collect();
        let typical = mixed.iter().sum::<f64>() / items as f64;
        // A mixture without error is not to be improved, and its rounding errors are no evidence.
        if typical <= 1e-9 * scale {
            break;
        }
        let mut gram = vec![0.0; rivals * rivals];
        for (item, mixed) in taken.iter().zip(&mixed) {
            let weight = 1.0 / (mixed.max(0.3 * typical) * typical * items as f64);
            for (row, a) in item.iter().enumerate() {
                for (column, b) in item.iter().enumerate() {
                    gram[row * rivals + column] += weight * a * b;
                }
            }
        }
        descend(&gram, prior, PRIOR_ITEMS / items as f64, &mut weights);
    }
    weights
}

/// Whether an item is taken, by a draw of its own: a fixed stride would leave out times of the day.
fn is_taken(item: usize, items: usize) -> bool {
    items <= ENOUGH_ITEMS || Seed(THINNING).stream(item as u64).0 % (items as u64) < ENOUGH_ITEMS as u64
}

/// Projected gradient steps on w'Gw + λ ‖w - w₀‖².
fn descend(gram: &[f64], prior: &[f64], lambda: f64, weights: &mut Vec<f64>) {
    let rivals = prior.len();
    let trace: f64 = (0..rivals).map(|rival| gram[rival * rivals + rival]).sum();
    let step = 1.0 / (trace + lambda);
    for _ in 0..STEPS {
        let moved: Vec<f64> = (0..rivals)
            .map(|rival| {
                let slope = dot(&gram[rival * rivals..(rival + 1) * rivals], weights) + lambda * (weights[rival] - prior[rival]);
                weights[rival] - step * slope
            })
            .collect();
        *weights = projected(&moved);
    }
}

/// The nearest point of the simplex.
fn projected(point: &[f64]) -> Vec<f64> {
    let mut sorted = point.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (i, value) in sorted.iter().enumerate() {
        sum += value;
        let candidate = (sum - 1.0) / (i + 1) as f64;
        if *value > candidate {
            shift = candidate;
        }
    }
    point.iter().map(|value| (value - shift).max(0.0)).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_cancel_are_mixed_though_a_third_rival_is_better_than_either() {
        let errors: Vec<f64> = (0..200).flat_map(|i| if i % 2 == 0 { [1.0, -1.0, 0.8] } else { [-1.0, 1.0, -0.8] }).collect();
        let weights = stacked(&errors, &[0.2, 0.2, 0.6]);
        approx::assert_relative_eq!(weights.iter().sum::<f64>(), 1.0, max_relative = 1e-9);
        let mixed = weights[0] - weights[1] + 0.8 * weights[2];
        assert!(mixed.abs() < 0.15, "{weights:?}");
    }

    #[test]
    fn without_evidence_the_prior_stands_and_a_hopeless_rival_gets_nothing() {
        assert_eq!(stacked(&[], &[0.7, 0.3]), vec![0.7, 0.3]);
        let errors: Vec<f64> = (0..200).flat_map(|i| [0.1 * f64::from(i % 3 - 1), 5.0]).collect();
        assert!(stacked(&errors, &[0.5, 0.5])[1] < 0.02);
    }

    #[test]
    fn the_projection_is_the_nearest_point_of_the_simplex() {
        assert_eq!(projected(&[0.2, 0.3, 0.5]), vec![0.2, 0.3, 0.5]);
        assert_eq!(projected(&[2.0, 0.0]), vec![1.0, 0.0]);
        approx::assert_relative_eq!(projected(&[0.9, 0.5])[0], 0.7, max_relative = 1e-12);
    }
}
