//! Control variates: what is known about the contacts of a run corrects what the run measured.
//!
//! How many contacts came and how much work they brought is drawn, so its mean is known exactly; waits rise with both.
//! The regression of a measure on the two, over replications, takes their part of the chance out. Under joint normality
//! mean and interval are exact (Lavenberg and Welch 1981, Management Science 27(3); Nelson 1990, Oper. Res. 38(6)).
//!
//! | symbol | meaning |
//! |---|---|
//! | x | controls of a replication less their known mean: work expected of the contacts that came, and drawn beyond it |
//! | b | least-squares slopes of the measure on x |
//! | n | replications |

use solver_data::Estimate;

use crate::estimate::StudentQuantiles;

/// Replications below which the slopes cost more than they bring.
pub(super) const FEWEST: usize = 10;

/// Controls of a replication, less their known means, in units of the expected work of a run.
pub(super) type Controls = [f64; 2];

/// Mean of `values` with `controls` at their known means, and its 95 % half-width.
///
/// `None` for fewer than 10 replications, or controls that do not vary independently.
pub(super) fn controlled(values: &[f64], controls: &[Controls]) -> Option<Estimate> {
    let n = values.len();
    if n < FEWEST || n != controls.len() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let centre = [0, 1].map(|i| controls.iter().map(|x| x[i]).sum::<f64>() / n as f64);
    // Sums of products about the means: xx, xy.
    let (mut xx, mut xy, mut yy) = ([0.0; 3], [0.0; 2], 0.0);
    for (y, x) in values.iter().zip(controls) {
        let (y, x) = (y - mean, [x[0] - centre[0], x[1] - centre[1]]);
        xx = [xx[0] + x[0] * x[0], xx[1] + x[0] * x[1], xx[2] + x[1] * x[1]];
        xy = [xy[0] + x[0] * y, xy[1] + x[1] * y];
        yy += y * y;
    }
    let determinant = xx[0] * xx[2] - xx[1] * xx[1];
    if determinant <= 1e-9 * xx[0] * xx[2] {
        return None;
    }
    let solved = |r: [f64; 2]| [(xx[2] * r[0] - xx[1] * r[1]) / determinant, (xx[0] * r[1] - xx[1] * r[0]) / determinant];
    let b = solved(xy);
    let freedom = n - 3;
    let residual = (yy - b[0] * xy[0] - b[1] * xy[1]).max(0.0) / freedom as f64;
    let leverage = solved(centre);
    let spread = residual * (1.0 / n as f64 + centre[0] * leverage[0] + centre[1] * leverage[1]);
    let half_width = StudentQuantiles::shared().of(freedom as u32) * spread.max(0.0).sqrt();
    Some(Estimate { mean: mean - b[0] * centre[0] - b[1] * centre[1], half_width })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_controls_explain_wholly_is_known_wholly() {
        let controls: Vec<Controls> = (0..20).map(|k| [f64::from(k % 5) - 1.0, f64::from(k % 3) - 1.5]).collect();
        let values: Vec<f64> = controls.iter().map(|x| 7.0 + 2.0 * x[0] - 3.0 * x[1]).collect();
        let estimate = controlled(&values, &controls).unwrap();
        assert!((estimate.mean - 7.0).abs() < 1e-12 && estimate.half_width < 1e-6, "{estimate:?}");
    }

    #[test]
    fn too_few_replications_or_idle_controls_are_left_alone() {
        assert_eq!(controlled(&[1.0; 9], &[[0.0, 1.0]; 9]), None);
        assert_eq!(controlled(&[1.0; 20], &[[0.0, 0.0]; 20]), None);
    }
}
