//! Lower bounds on the agents of a set of types, and each type on its own.
//!
//! | symbol | meaning |
//! |---|---|
//! | S | a set of contact types |
//! | G(S) | groups that may serve some type of S |
//! | y(g) | agents of group g |
//! | λ(q), h(q) | arrivals of type q; its handle time in the fastest group that may serve it |
//! | σ(q) | least share of type q that is answered when its target holds |
//!
//! Every numbers of agents that keep the targets obey
//!
//! (1) Σ y(g) over g ∈ G(S) ≥ ⌈Σ λ(q) h(q) σ(q) over q ∈ S⌉,
//!
//! whatever the routing: what is answered is worked on by somebody. σ(q) is 1 without abandonment, else the larger of
//! the share answered in time and one less the abandonment limit. (1) is **proven**.
//!
//! (2) Σ y(g) over g ∈ G(S) ≥ R(S),
//!
//! R(S) being what one pool needs that serves S alone, in order of arrival and as fast as the fastest group, so that
//! its *mean* over S of each measure keeps the mean of the targets. For mean wait and abandonment with one handle time
//! and one patience the pool is the best there is (its number in system is the least, path by path), so that (2) is
//! proven, too. For a service level it is not: an order of service that gives up contacts whose threshold has passed
//! can beat it. No routing of the model file's kind does so at the levels that are promised, but only (1) is called
//! proven, and the search never refuses numbers for breaking (2).
//!
//! A set matters only if it holds every type that G(S) serves alone, so the sets are the unions of the types' G.
//!
//! # Source
//! Cezik, L'Ecuyer (2008), Management Science 54(2), section 4; Gans, Koole, Mandelbaum (2003), M&SOM 5(2).

use std::collections::BTreeSet;

use solver_data::queueing_model::ContactType;
use solver_data::{ServiceLevelDefinition, ServiceTarget};
use staffing::{QueueModel, Station};

use super::error::MultiSkillError;
use super::problem::{MultiSkillProblem, Skills, members};

/// Most unions of groups that are looked at.
const MOST_SETS: usize = 2048;
/// Share of an agent that a load may exceed a whole number by, for rounding errors.
const ROUNDING: f64 = 1e-9;

/// The agents that a set of types needs at least, of all groups that may serve some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PooledBound {
    /// The types as bits.
    pub types: u64,
    /// The groups as bits.
    pub groups: u64,
    /// (2): what one pool needs.
    pub agents: u32,
    /// (1): what the work alone needs.
    pub proven: u32,
}

/// What each type needs with agents of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct AloneStaffing {
    /// Agents by type.
    pub agents: Vec<u32>,
    /// Price of them all, each type with agents of the group that is cheapest for it.
    pub cost: f64,
}

/// (1) and (2) for every union of the types' groups.
pub(super) fn pooled_bounds(problem: &MultiSkillProblem, skills: &Skills) -> Vec<PooledBound> {
    let mut unions = BTreeSet::new();
    for own in skills.types() {
        let wider: Vec<u64> = unions.iter().map(|union| union | skills.servers[own]).collect();
        unions.insert(skills.servers[own]);
        if unions.len() + wider.len() <= MOST_SETS {
            unions.extend(wider);
        }
    }
    unions.insert(skills.types().fold(0, |all, own| all | skills.servers[own]));
    let within = |groups: u64| {
        let inside = skills.types().filter(move |&own| skills.servers[own] & !groups == 0);
        inside.fold(0_u64, |types, own| types | 1 << own)
    };
    unions.into_iter().filter(|&groups| groups != 0).map(|groups| bound(problem, skills, within(groups), groups)).collect()
}

fn bound(problem: &MultiSkillProblem, skills: &Skills, types: u64, groups: u64) -> PooledBound {
    let pool: Vec<Pooled<'_>> = members(types).map(|own| Pooled::of(problem, skills.servers[own], own)).collect();
    // A waiting room turns contacts away: neither bound holds then, but for the one agent who is needed at all.
    if problem.model.waiting_room.is_some() {
        return PooledBound { types, groups, agents: 1, proven: 1 };
    }
    let work: f64 = pool.iter().map(Pooled::least_work).sum();
    let busy = pool.iter().filter_map(|own| own.target.occupancy.map(|most| own.least_work() / most.max(ROUNDING)));
    let proven = whole(busy.fold(work, f64::max)).max(1);
    PooledBound { types, groups, agents: proven.max(pooled(&pool)), proven }
}

fn whole(load: f64) -> u32 {
    (load - ROUNDING).ceil().clamp(0.0, f64::from(u32::MAX)) as u32
}

/// A type in a pool of the fastest group that may serve it.
struct Pooled<'a> {
    own: &'a ContactType,
    target: &'a ServiceTarget,
    handle_seconds: f64,
}

impl<'a> Pooled<'a> {
    fn of(problem: &'a MultiSkillProblem, servers: u64, own: usize) -> Self {
        let contact_type = &problem.model.contact_types[own];
        let times = members(servers).filter_map(|group| contact_type.handle_seconds.get(&problem.model.groups[group].id));
        let handle_seconds = times.copied().fold(f64::INFINITY, f64::min);
        Self { own: contact_type, target: &problem.targets[own], handle_seconds }
    }

    /// Offered load that is worked on when the target holds: λ h σ of (1).
    fn least_work(&self) -> f64 {
        let in_time = self.target.service_level.filter(|level| level.definition == ServiceLevelDefinition::ServedAll);
        let answered = match self.own.patience_seconds {
            None => 1.0,
            Some(_) => in_time.map_or(0.0, |level| level.share).max(self.target.abandonment.map_or(0.0, |share| 1.0 - share)),
        };
        self.own.arrivals_per_hour * self.handle_seconds / 3600.0 * answered
    }
}

/// (2): R(S), each measure over the types that promise it.
fn pooled(pool: &[Pooled<'_>]) -> u32 {
    let levels: Vec<&Pooled<'_>> = pool.iter().filter(|own| own.target.service_level.is_some()).collect();
    let level = |station: &Station, agents: u32| {
        let excess = |own: &&Pooled<'_>| {
            let wanted = own.target.service_level.expect("only types with a service level are in this pool");
            let got = station.evaluate(agents, wanted.within_seconds, wanted.definition).service_level;
            own.own.arrivals_per_hour * (got - wanted.share)
        };
        levels.iter().map(excess).sum::<f64>()
    };
    let losses: Vec<&Pooled<'_>> = pool.iter().filter(|own| own.target.abandonment.is_some()).collect();
    let loss = |station: &Station, agents: u32| {
        let got = station.evaluate(agents, 0.0, ServiceLevelDefinition::ServedAll).abandonment;
        let spare = |own: &&Pooled<'_>| own.own.arrivals_per_hour * (own.target.abandonment.unwrap_or(1.0) - got);
        losses.iter().map(spare).sum::<f64>()
    };
    let waits: Vec<&Pooled<'_>> = pool.iter().filter(|own| own.target.asa_seconds.is_some()).collect();
    let wait = |station: &Station, agents: u32| {
        let got = station.evaluate(agents, 0.0, ServiceLevelDefinition::ServedAll).asa_seconds;
        let spare = |own: &&Pooled<'_>| own.own.arrivals_per_hour * (own.target.asa_seconds.unwrap_or(got) - got);
        waits.iter().map(spare).sum::<f64>()
    };
    least(&levels, level).max(least(&losses, loss)).max(least(&waits, wait))
}

/// The least number of agents whose spare is not negative; 0 for no types.
fn least(pool: &[&Pooled<'_>], spare: impl Fn(&Station, u32) -> f64) -> u32 {
    let Some(station) = one_station(pool) else { return 0 };
    let keeps = |agents: u32| spare(&station, agents) >= -staffing::sizing::TIE_TOLERANCE;
    let (mut misses, mut keeping) = (0, 1 + station.offered_load().min(1e8) as u32);
    while !keeps(keeping) && keeping < 1 << 28 {
        (misses, keeping) = (keeping, 2 * keeping);
    }
    while keeping - misses > 1 {
        let middle = misses + (keeping - misses) / 2;
        if keeps(middle) {
            keeping = middle;
        } else {
            misses = middle;
        }
    }
    keeping
}

/// The types as one queue: volumes add up, handle times and abandonment rates are means by volume.
fn one_station(pool: &[&Pooled<'_>]) -> Option<Station> {
    let volume: f64 = pool.iter().map(|own| own.own.arrivals_per_hour).sum();
    if volume <= 0.0 {
        return None;
    }
    let work: f64 = pool.iter().map(|own| own.own.arrivals_per_hour * own.handle_seconds).sum();
    let leaving: f64 =
        pool.iter().map(|own| own.own.patience_seconds.map_or(0.0, |patience| own.own.arrivals_per_hour / patience)).sum();
    let model = if leaving > 0.0 && leaving.is_finite() {
        QueueModel::ErlangA { patience_seconds: volume / leaving }
    } else {
        QueueModel::ErlangC
    };
    Some(Station { model, volume, interval_seconds: 3600.0, aht_seconds: work / volume })
}

/// Each type sized by the formulas with agents of the group that is cheapest for it.
///
/// # Errors
/// [`MultiSkillError::Staffing`] for a target that no number of agents keeps.
pub(super) fn alone(problem: &MultiSkillProblem, skills: &Skills) -> Result<AloneStaffing, MultiSkillError> {
    let mut alone = AloneStaffing { agents: vec![0; problem.targets.len()], cost: 0.0 };
    for own in skills.types() {
        let contact_type = &problem.model.contact_types[own];
        let model = contact_type
            .patience_seconds
            .map_or(QueueModel::ErlangC, |patience_seconds| QueueModel::ErlangA { patience_seconds });
        let mut best: Option<(f64, u32)> = None;
        for group in members(skills.servers[own]) {
            let Some(&aht_seconds) = contact_type.handle_seconds.get(&problem.model.groups[group].id) else { continue };
            let station = Station { model, volume: contact_type.arrivals_per_hour, interval_seconds: 3600.0, aht_seconds };
            let agents = station.required_agents(&problem.targets[own])?;
            let cost = problem.terms[group].price * f64::from(agents);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, agents));
            }
        }
        let (cost, agents) = best.unwrap_or((0.0, 0));
        alone.agents[own] = agents;
        alone.cost += cost;
    }
    Ok(alone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use solver_data::queueing_model::QueueingModel;

    fn chain(target: ServiceTarget) -> MultiSkillProblem {
        let model: QueueingModel = serde_json::from_str(include_str!("../../tests/data/CHAIN6_chain2.json")).unwrap();
        MultiSkillProblem::uniform(model, target)
    }

    fn bounds(problem: &MultiSkillProblem) -> Vec<PooledBound> {
        pooled_bounds(problem, &problem.skills().unwrap())
    }

    #[test]
    fn a_type_of_its_own_is_bounded_by_what_it_needs_alone_and_a_set_by_the_sum() {
        for target in [
            ServiceTarget::share_within(0.8, 20.0),
            ServiceTarget { abandonment: Some(0.04), ..ServiceTarget::default() },
            ServiceTarget { asa_seconds: Some(12.0), ..ServiceTarget::default() },
        ] {
            let problem = chain(target);
            let alone = alone(&problem, &problem.skills().unwrap()).unwrap();
            let bounds = bounds(&problem);
            let of = |types: u64| bounds.iter().find(|bound| bound.types == types);
            for own in 0..6 {
                assert_eq!(of(1 << own).map(|bound| bound.agents), Some(alone.agents[own]), "{target:?}");
            }
            for bound in &bounds {
                let apart: u32 = members(bound.types).map(|own| alone.agents[own]).sum();
                assert!(bound.proven <= bound.agents && bound.agents <= apart, "{bound:?} of {apart}");
            }
            let all = of(0b111_111).unwrap();
            assert!(all.agents < 78 && all.agents >= 48, "{all:?}");
            // Six queues of ten erlangs: what is answered is worked on.
            let answered = target.abandonment.map_or(target.service_level.map_or(0.0, |level| level.share), |lost| 1.0 - lost);
            assert_eq!(all.proven, ((60.0 * answered).ceil() as u32).max(1));
        }
    }

    #[test]
    fn a_small_strict_type_does_not_raise_the_bound_of_the_whole_above_its_share() {
        let mut problem = chain(ServiceTarget::share_within(0.8, 20.0));
        let usual = bounds(&problem).iter().map(|bound| bound.agents).max();
        problem.model.contact_types[0].arrivals_per_hour = 1.0;
        let fewer = bounds(&problem).iter().map(|bound| bound.agents).max();
        problem.targets[0] = ServiceTarget::share_within(0.99, 1.0);
        let strict = bounds(&problem).iter().map(|bound| bound.agents).max();
        assert!(fewer < usual && strict <= fewer.map(|agents| agents + 1), "{usual:?} {fewer:?} {strict:?}");
    }

    #[test]
    fn a_waiting_room_that_turns_contacts_away_leaves_no_bound_but_one_agent() {
        let mut problem = chain(ServiceTarget::share_within(0.8, 20.0));
        problem.model.waiting_room = Some(3);
        assert!(bounds(&problem).iter().all(|bound| (bound.agents, bound.proven) == (1, 1)));
    }
}
