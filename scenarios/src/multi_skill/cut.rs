//! Cuts: what a missed limit asks of every numbers of agents.
//!
//! Let s(y) be a measure, on a scale where more is better, and w the value wanted. Around numbers y that miss it,
//!
//! (1) Σ d(g) (y'(g) - y(g)) ≥ w - s(y), d(g) = (s(y + k e(g)) - s(y)) / k,
//!
//! is what linear growth would need. Where s is concave, as service levels are once they are well above a half, growth
//! is at most linear and (1) holds for every y' that keeps the limit. Below, the step k is longer, so that d is the
//! slope of a chord over the steep part. All s are simulated under the same random numbers, replication by replication.
//!
//! Safeguards, because neither concavity nor the estimates are certain: (1) is lowered by its standard error, and
//! further until all numbers that are known to keep every limit obey it. Where no group helps measurably, one agent more
//! is asked of the groups that serve the type.
//!
//! # Source
//! Atlason, Epelman, Henderson (2004), Annals of Operations Research 127; Cezik, L'Ecuyer (2008), Management Science 54(2).

use super::error::MultiSkillError;
use super::laboratory::Laboratory;
use super::limit::{Limit, Promise};
use super::problem::members;
use super::program::Row;

/// Share of the largest slope below which a slope is noise.
const NOISE: f64 = 0.03;
/// Stages of replications from which slopes are taken at most: differences under common random numbers need few.
pub(super) const SLOPE_STAGES: usize = 3;

/// Rows that numbers of agents which miss a limit do not obey, one a missed limit.
///
/// # Errors
/// [`MultiSkillError::Simulation`] when the watch asks to stop.
pub(super) fn cuts(laboratory: &mut Laboratory<'_>, agents: &[u32]) -> Result<Vec<Row>, MultiSkillError> {
    let limits = laboratory.limits.clone();
    let base = laboratory.look(agents, 1)?;
    let base = base.at(base.stages().min(SLOPE_STAGES));
    let missed: Vec<usize> = (0..limits.len()).filter(|&i| base.miss(&limits, i).is_some()).collect();
    let mut slopes = vec![vec![0.0; agents.len()]; missed.len()];
    let step = missed.iter().map(|&i| step(&limits[i], base.tallies()[i].value())).max().unwrap_or(1);
    for group in 0..agents.len() {
        let mut more = agents.to_vec();
        more[group] += step;
        let other = laboratory.look(&more, base.stages())?.at(base.stages());
        for (slopes, &i) in slopes.iter_mut().zip(&missed) {
            if let (Some(value), Some(base)) = (other.tallies()[i].value(), base.tallies()[i].value()) {
                slopes[group] = ((limits[i].slack(value) - limits[i].slack(base)) / f64::from(step)).max(0.0);
            }
        }
    }
    let mut rows = Vec::with_capacity(missed.len());
    for (coefficients, &i) in slopes.into_iter().zip(&missed) {
        let need = base.miss(&limits, i).unwrap_or(0.0);
        let mut row = row(coefficients, need, &limits[i], agents);
        laboratory.known_to_keep().for_each(|known| row.relaxed_to(known));
        rows.push(row);
    }
    Ok(rows)
}

/// Agents added at once for a slope: more where the service level is so low that its curve is not concave yet.
fn step(limit: &Limit, value: Option<f64>) -> u32 {
    match value {
        Some(value) if limit.promise == Promise::ServiceLevel && value < 0.5 => 3,
        Some(value) if limit.promise == Promise::ServiceLevel && value < 0.65 => 2,
        _ => 1,
    }
}

fn row(mut coefficients: Vec<f64>, need: f64, limit: &Limit, agents: &[u32]) -> Row {
    let steepest = coefficients.iter().copied().fold(0.0, f64::max);
    if steepest * 1e3 < need || steepest <= 0.0 {
        coefficients.fill(0.0);
        members(limit.servers()).for_each(|group| coefficients[group] = 1.0);
        let mut row = Row { coefficients, least: 0.0 };
        row.least = row.value(agents) + 1.0;
        return row;
    }
    coefficients.iter_mut().filter(|slope| **slope < NOISE * steepest).for_each(|slope| *slope = 0.0);
    let mut row = Row { coefficients, least: 0.0 };
    row.least = row.value(agents) + need;
    row
}
