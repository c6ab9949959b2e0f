//! Repair and descent: numbers of agents made to keep every limit, then made cheaper agent by agent.
//!
//! The neighbours of numbers y are those
//!
//! (1) y - e(g), one agent less,
//! (2) y - e(g) + e(h), one agent exchanged,
//! (3) y - e(g) - e(k) + e(h), two agents for one,
//!
//! and the descent ends where no cheaper neighbour keeps every limit. Neighbour (3) of g, k, h has (2) of g, h above it:
//! where that misses a limit beyond doubt, so does (3), because agents taken away do not shorten waits. So (2) is
//! simulated for every pair, at any price, and (3) only below pairs that may do.
//!
//! Where no neighbour is cheaper, the exchange at the same price with the widest least slack is taken as long as that
//! grows: agents even out, and then one of them may do without the others.

use super::cut::SLOPE_STAGES;
use super::error::MultiSkillError;
use super::laboratory::Laboratory;

/// Repairs at most; each adds agents.
const MOST_REPAIRS: u32 = 400;
/// Stages of replications by which slacks are compared.
const EVEN_STAGES: usize = 2;
/// Slack that an exchange at the same price must win, each in the limit's scale.
const EVENER: f64 = 1e-3;

/// Adds agents until every limit is kept: each time those of the group that mends most for its price.
///
/// # Errors
/// [`MultiSkillError::OutOfReach`] where no group with agents left mends anything, [`MultiSkillError::Simulation`].
pub(super) fn repair(laboratory: &mut Laboratory<'_>, agents: &mut [u32]) -> Result<(), MultiSkillError> {
    let limits = laboratory.limits.clone();
    for _ in 0..MOST_REPAIRS {
        if laboratory.keeps(agents)? {
            return Ok(());
        }
        let base = laboratory.look(agents, 1)?;
        let stages = base.stages().min(SLOPE_STAGES);
        let lack = base.at(stages).lack(&limits);
        let mut best: Option<(f64, usize, u32)> = None;
        for group in 0..agents.len() {
            let terms = laboratory.problem.terms[group];
            if terms.most.is_some_and(|most| agents[group] >= most) {
                continue;
            }
            let mut more = agents.to_vec();
            more[group] += 1;
            let trial = laboratory.look(&more, stages)?.at(stages);
            let gain = lack - trial.lack(&limits);
            // Without a lack by mean, as after a refuted proof, the widest margin counts.
            let worth = (if lack > 0.0 { gain } else { 1.0 + trial.least_slack(&limits) }) / terms.price;
            if best.is_none_or(|(most, _, _)| worth > most) {
                let half = if gain > 0.0 { (0.5 * lack / gain).min(1e6) as u32 } else { 1 };
                let room = terms.most.map_or(u32::MAX, |most| most - agents[group]);
                best = Some((worth, group, half.clamp(1, 1 + agents[group] / 10).min(room)));
            }
        }
        match best {
            Some((_, group, number)) => agents[group] += number,
            None => break,
        }
    }
    Err(out_of_reach(laboratory, agents)?)
}

fn out_of_reach(laboratory: &mut Laboratory<'_>, agents: &[u32]) -> Result<MultiSkillError, MultiSkillError> {
    let limits = laboratory.limits.clone();
    let types = &laboratory.problem.model.contact_types;
    let trial = laboratory.look(agents, 1)?;
    let missed = (0..limits.len()).filter(|&i| trial.miss(&limits, i).is_some()).map(|i| limits[i].contact_type);
    let mut missing: Vec<String> = missed.map(|own| types[own].id.clone()).collect();
    missing.dedup();
    Ok(MultiSkillError::OutOfReach { agents: agents.iter().map(|&agents| u64::from(agents)).sum(), missing })
}

/// Goes to the best cheaper neighbour that keeps every limit until there is none, and along exchanges at the same price.
///
/// # Errors
/// [`MultiSkillError::Simulation`] when the watch asks to stop.
pub(super) fn descend(laboratory: &mut Laboratory<'_>, agents: &mut Vec<u32>) -> Result<(), MultiSkillError> {
    loop {
        if let Some(better) = cheaper_neighbour(laboratory, agents)? {
            *agents = better;
        } else if let Some(wider) = evener_neighbour(laboratory, agents)? {
            *agents = wider;
        } else {
            return Ok(());
        }
    }
}

/// The exchange at the same price with the widest least slack, where that is wider than that of `agents`.
fn evener_neighbour(laboratory: &mut Laboratory<'_>, agents: &[u32]) -> Result<Option<Vec<u32>>, MultiSkillError> {
    let (problem, limits) = (laboratory.problem, laboratory.limits.clone());
    let cost = problem.cost(agents);
    let slack = laboratory.look(agents, EVEN_STAGES)?.at(EVEN_STAGES).least_slack(&limits);
    let mut wider = Vec::new();
    for (_, _, exchanged) in exchanges(laboratory, agents) {
        if (problem.cost(&exchanged) - cost).abs() <= 1e-9 * cost && !laboratory.surely_misses(&exchanged) {
            let other = laboratory.look(&exchanged, EVEN_STAGES)?.at(EVEN_STAGES).least_slack(&limits);
            if other > slack + EVENER {
                wider.push((other, exchanged));
            }
        }
    }
    wider.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (_, exchanged) in wider {
        if laboratory.keeps(&exchanged)? {
            return Ok(Some(exchanged));
        }
    }
    Ok(None)
}

/// Every exchange of one agent for one of another group, with the two groups.
fn exchanges(laboratory: &Laboratory<'_>, agents: &[u32]) -> Vec<(usize, usize, Vec<u32>)> {
    let groups = agents.len();
    let pairs = (0..groups).flat_map(|from| (0..groups).map(move |to| (from, to))).filter(|(from, to)| from != to);
    pairs.filter_map(|(from, to)| Some((from, to, moved(laboratory, agents, &[from], Some(to))?))).collect()
}

/// The neighbour that saves most, the one with the widest margin among equals; two for one only where nothing else saves.
fn cheaper_neighbour(laboratory: &mut Laboratory<'_>, agents: &[u32]) -> Result<Option<Vec<u32>>, MultiSkillError> {
    let groups = agents.len();
    let less: Vec<Vec<u32>> = (0..groups).filter_map(|group| moved(laboratory, agents, &[group], None)).collect();
    if let Some(best) = best_of(laboratory, agents, less)? {
        return Ok(Some(best));
    }
    let pairs = exchanges(laboratory, agents);
    let exchanged = pairs.iter().map(|(_, _, exchanged)| exchanged.clone()).collect();
    if let Some(best) = best_of(laboratory, agents, exchanged)? {
        return Ok(Some(best));
    }
    let mut two_for_one = Vec::new();
    for (from, to, exchanged) in &pairs {
        laboratory.look(exchanged, 1)?;
        if laboratory.surely_misses(exchanged) {
            continue;
        }
        for other in (*from..groups).filter(|other| other != to) {
            two_for_one.extend(moved(laboratory, agents, &[*from, other], Some(*to)));
        }
    }
    best_of(laboratory, agents, two_for_one)
}

/// `agents` less one each of `from`, more one of `to`; `None` where the limits of a group forbid it.
fn moved(laboratory: &Laboratory<'_>, agents: &[u32], from: &[usize], to: Option<usize>) -> Option<Vec<u32>> {
    let mut moved = agents.to_vec();
    for &group in from {
        moved[group] = moved[group].checked_sub(1)?;
    }
    if let Some(group) = to {
        moved[group] += 1;
    }
    let terms = &laboratory.problem.terms;
    let allowed = moved.iter().zip(terms).all(|(&n, terms)| n >= terms.least && terms.most.is_none_or(|most| n <= most));
    allowed.then_some(moved)
}

/// The cheapest of the candidates that is cheaper than `agents` and keeps every limit.
fn best_of(
    laboratory: &mut Laboratory<'_>,
    agents: &[u32],
    mut candidates: Vec<Vec<u32>>,
) -> Result<Option<Vec<u32>>, MultiSkillError> {
    let problem = laboratory.problem;
    let limits = laboratory.limits.clone();
    let cost = problem.cost(agents);
    let saves = |candidate: &[u32]| problem.cost(candidate) < cost * (1.0 - 1e-12);
    candidates.retain(|candidate| saves(candidate));
    candidates.sort_by(|a, b| problem.cost(a).total_cmp(&problem.cost(b)).then_with(|| a.cmp(b)));
    candidates.dedup();
    let mut best: Option<(f64, f64, Vec<u32>)> = None;
    for candidate in candidates {
        let cost = problem.cost(&candidate);
        if best.as_ref().is_some_and(|(least, _, _)| cost > *least * (1.0 + 1e-12)) {
            break;
        }
        if laboratory.surely_misses(&candidate) || !laboratory.keeps(&candidate)? {
            continue;
        }
        let slack = laboratory.look(&candidate, 1)?.least_slack(&limits);
        if best.as_ref().is_none_or(|(_, widest, _)| slack > *widest) {
            best = Some((cost, slack, candidate));
        }
    }
    Ok(best.map(|(_, _, candidate)| candidate))
}
