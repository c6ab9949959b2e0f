//! Polish: the most even staffing for less money than the one at hand, farther away than its neighbours.
//!
//! With σ(i, y) the slack of limit i, in its scale, and tangents at numbers y(1), y(2), … already simulated,
//!
//! (1) maximise s - ε Σ c(g) y(g)
//! (2) s ≤ σ(i, y(k)) + Σ d(i, k, g) (y(g) - y(k, g)) for every limit i and tangent k
//! (3) Σ c(g) y(g) < price of the numbers at hand
//! (4) y whole, near the numbers at hand and within the limits of the groups.
//!
//! Where slacks are concave a tangent is never below them, so that s < 0 says that nothing near and cheaper keeps every
//! limit; else the answer is simulated, and where it misses a limit it gives the next tangent. Slopes d are forward
//! differences under common random numbers. This moves several agents at once, as four juniors for two seniors.
//!
//! # Source
//! Kelley (1960), Journal of SIAM 8(4); its use on simulated service levels: Atlason, Epelman, Henderson (2004), Annals of
//! Operations Research 127.

use good_lp::solvers::highs::highs;
use good_lp::{Expression, Solution, SolverModel, Variable, variable, variables};

use super::error::MultiSkillError;
use super::laboratory::Laboratory;
use super::problem::GroupTerms;

/// Stages of replications by which slacks and slopes are compared.
const STAGES: usize = 2;
/// Slack below zero that may still be noise.
const NOISE: f64 = -0.004;
/// Share of a group's agents that may be moved, and the fewest that may.
const REACH: (f64, u32) = (0.3, 6);
/// Least saving, in the dearest agent.
const SAVING: f64 = 1e-4;

/// What saving the dearest agent is worth in slack, between staffings that both seem to do.
const THRIFT: f64 = 0.005;

/// Slacks and slopes at some numbers of agents.
pub(super) struct Tangent {
    at: Vec<u32>,
    /// Slack of each limit with its slope by group.
    slacks: Vec<(f64, Vec<f64>)>,
}

impl Tangent {
    fn new(laboratory: &mut Laboratory<'_>, at: &[u32]) -> Result<Self, MultiSkillError> {
        let limits = laboratory.limits.clone();
        let mut slacks: Vec<(f64, Vec<f64>)> =
            laboratory.look(at, STAGES)?.at(STAGES).slacks(&limits).into_iter().map(|slack| (slack, Vec::new())).collect();
        for group in 0..at.len() {
            let mut more = at.to_vec();
            more[group] += 1;
            let further = laboratory.look(&more, STAGES)?.at(STAGES).slacks(&limits);
            for ((slack, slopes), further) in slacks.iter_mut().zip(further) {
                let slope = further - *slack;
                slopes.push(if slope.is_finite() { slope.max(0.0) } else { 0.0 });
            }
        }
        slacks.retain(|(slack, _)| slack.is_finite());
        Ok(Self { at: at.to_vec(), slacks })
    }
}

/// Cheaper numbers that keep every limit, if `rounds` more `tangents` lead to some.
///
/// # Errors
/// [`MultiSkillError::Simulation`] when the watch asks to stop.
pub(super) fn polish(
    laboratory: &mut Laboratory<'_>,
    tangents: &mut Vec<Tangent>,
    agents: &[u32],
    rounds: u32,
) -> Result<Option<Vec<u32>>, MultiSkillError> {
    if rounds == 0 || agents.len() < 2 {
        return Ok(None);
    }
    if tangents.iter().all(|tangent| tangent.at != agents) {
        tangents.push(Tangent::new(laboratory, agents)?);
    }
    for _ in 0..rounds {
        let Some(candidate) = evenest_cheaper(&laboratory.problem.terms, agents, tangents) else { return Ok(None) };
        if laboratory.keeps(&candidate)? {
            return Ok(Some(candidate));
        }
        if tangents.iter().any(|tangent| tangent.at == candidate) {
            return Ok(None);
        }
        tangents.push(Tangent::new(laboratory, &candidate)?);
    }
    Ok(None)
}

/// (1) to (4); `None` where the tangents promise nothing.
fn evenest_cheaper(terms: &[GroupTerms], agents: &[u32], tangents: &[Tangent]) -> Option<Vec<u32>> {
    let mut variables = variables!();
    // (4)
    let near = |(terms, &agents): (&GroupTerms, &u32)| {
        let reach = reach(agents);
        let most = terms.most.unwrap_or(u32::MAX).min(agents.saturating_add(reach));
        variable().integer().min(f64::from(terms.least.max(agents.saturating_sub(reach)))).max(f64::from(most))
    };
    let y: Vec<Variable> = terms.iter().zip(agents).map(|own| variables.add(near(own))).collect();
    let s = variables.add(variable().min(NOISE).max(10.0));
    let dearest = terms.iter().map(|terms| terms.price).fold(0.0, f64::max);
    let price: Expression = terms.iter().zip(&y).map(|(terms, &y)| terms.price / dearest * y).sum();
    // (1)
    let mut model = variables.maximise(s - THRIFT * price.clone()).using(highs).set_threads(1);
    model.set_verbose(false);
    model = model.set_option("random_seed", 0).set_option("mip_abs_gap", 1e-5).set_option("mip_rel_gap", 0.0);
    // (2)
    for tangent in tangents.iter().filter(|tangent| is_near(&tangent.at, agents)) {
        for (slack, slopes) in &tangent.slacks {
            let here: f64 = slopes.iter().zip(&tangent.at).map(|(slope, &agents)| slope * f64::from(agents)).sum();
            let rise: Expression = slopes.iter().zip(&y).map(|(&slope, &y)| slope * y).sum();
            model.add_constraint((rise - s).geq(here - slack));
        }
    }
    // (3) in units of the dearest agent
    let now: f64 = terms.iter().zip(agents).map(|(terms, &agents)| terms.price / dearest * f64::from(agents)).sum();
    model.add_constraint(price.leq(now - SAVING));
    let solution = model.solve().ok()?;
    Some(y.iter().map(|&y| solution.value(y).round().max(0.0) as u32).collect())
}

/// Agents of a group that may be moved.
fn reach(agents: u32) -> u32 {
    REACH.1.max((REACH.0 * f64::from(agents)) as u32)
}

/// Whether a tangent is near enough to say something: farther away slacks need not be concave.
fn is_near(at: &[u32], agents: &[u32]) -> bool {
    at.iter().zip(agents).all(|(&at, &agents)| at.abs_diff(agents) <= 2 * reach(agents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_agents_are_moved_at_once_where_the_slopes_pay_for_them() {
        let terms = [GroupTerms::unlimited(20.0), GroupTerms::unlimited(35.0)];
        // A senior is worth two juniors and a half, and there is nothing to spare.
        let tangent = Tangent { at: vec![10, 10], slacks: vec![(0.0, vec![0.02, 0.05])] };
        let found = evenest_cheaper(&terms, &[10, 10], &[tangent]).unwrap();
        assert_eq!(found, [4, 13]);
        let tangent = Tangent { at: vec![10, 10], slacks: vec![(-0.01, vec![0.02, 0.035])] };
        assert_eq!(evenest_cheaper(&terms, &[10, 10], &[tangent]), None);
    }
}
