//! Pools: for which sets of queues an interval's agents must be counted together.
//!
//! | symbol | meaning |
//! |---|---|
//! | Q | all queues |
//! | A(c) | queues that agents of class c may serve: agents with the same set form a class |
//! | n(c) | agents of class c on contact |
//! | R(S) | agents needed for the queues S together, served by one pool |
//! | N(S) = Σ n(c) over c with A(c) ∩ S ≠ ∅ | agents on contact who may serve some queue of S |
//!
//! Let queue q need r(q) agents and let R(S) = Σ r(q) over q ∈ S be additive. Sending agents to queues is a flow: source →
//! class c with capacity n(c), class c → queue q ∈ A(c) without limit, queue q → sink with capacity r(q). By max-flow
//! min-cut the agents that can be put to use are the least N(S) + R(Q \ S) over S ⊆ Q, S being the queues whose arc to
//! the sink is not cut: every class that reaches S must be cut at the source. So the shortfall R(Q) - flow is
//!
//! (1) max over S of R(S) - N(S).
//!
//! Fix the classes E that S does not meet. N(S) is then given, and R grows with S, so only the largest such set matters:
//!
//! (2) S = Q \ U with U = ∪ A(c) over c ∈ E.
//!
//! Hence the family { Q \ U : U a union of classes' sets }, without the empty set, gives every shortfall there is; for
//! E = ∅ it holds Q itself, which stands last. With economies of scale R(S) < Σ r(q), and the same inequalities with
//! the pooled R(S) are what remains necessary: no S may fall short of what even one perfect pool would need.
//!
//! The family can be as large as two to the number of classes, and [`StaffingRequirement::MOST_POOLS`] sets are kept, Q
//! always. Where S falls into parts that no class meets both of, N(S) is the sum of the parts' and R(S) at most the sum:
//! S is covered wherever its parts are, and only the size of an uneven shortfall is lost without it. So these are dropped
//! first, then connected sets, by the smallest load. What is left out: that agents who serve several queues in priority
//! order are a little less efficient than a pool; the simulator sees it and asks for more through `RequirementUplift`.
//!
//! # Source
//! Ford, Fulkerson (1956); Gale (1957), "A theorem on flows in networks"; Cezik, L'Ecuyer (2008), Management Science
//! 54(2), for cuts on staffing by subsets of skills.

use std::collections::BTreeSet;

use solver_data::{Centre, QueueSet, StaffingRequirement};

use crate::error::StaffingError;

/// Most unions of classes formed before the family is cut.
const MOST_UNIONS: usize = 1 << 14;

/// The distinct sets of queues that agents may serve, ascending; agents who may serve none are left out.
pub fn agent_classes(centre: &Centre) -> Vec<QueueSet> {
    let classes: BTreeSet<_> = centre.agents.ids().map(|agent| QueueSet::served_by(centre, agent)).collect();
    classes.into_iter().filter(|class| class.0 != 0).collect()
}

/// The sets of queues that a roster must cover, `load` giving the weight by which they are kept; the last is Q.
///
/// # Errors
/// [`StaffingError::NobodyServes`] for the first queue with `load` above 0 that no agent may serve.
pub fn pools(centre: &Centre, load: impl Fn(QueueSet) -> f64) -> Result<Vec<QueueSet>, StaffingError> {
    let classes = agent_classes(centre);
    let served = classes.iter().fold(0, |bits, class| bits | class.0);
    for (id, queue) in centre.queues.entries() {
        let alone = QueueSet::of([id]);
        if !alone.within(QueueSet(served)) && load(alone) > 0.0 {
            return Err(StaffingError::NobodyServes {
                queue: queue.name.clone(),
                skill: centre.skills[queue.skill].clone(),
                level: centre.levels[queue.lowest_level].name.clone(),
            });
        }
    }
    Ok(family(QueueSet::of(centre.queues.ids()), &classes, load))
}

/// (2): the complements of all unions of `classes` in `all`, at most [`StaffingRequirement::MOST_POOLS`], ascending with
/// `all` last.
///
/// Where there are too many unions to form, the least set around each queue is among those formed.
fn family(all: QueueSet, classes: &[QueueSet], load: impl Fn(QueueSet) -> f64) -> Vec<QueueSet> {
    let others = |queue| classes.iter().filter(|class| !class.contains(queue)).fold(0, |bits, class| bits | class.0);
    let around: Vec<u64> = all.queues().map(others).collect();
    let mut unions = BTreeSet::from([0_u64]);
    for class in classes {
        let wider: Vec<_> = unions.iter().map(|union| union | class.0).collect();
        unions.extend(wider);
        if unions.len() > MOST_UNIONS {
            break;
        }
    }
    unions.extend(around);
    let sets = unions.into_iter().map(|union| QueueSet(all.0 & !union)).filter(|set| set.0 != 0 && *set != all);
    let mut sets: Vec<QueueSet> = sets.collect();
    let kept = StaffingRequirement::MOST_POOLS - 1;
    if sets.len() > kept {
        let loads: Vec<f64> = (0..u64::BITS).map(|bit| QueueSet(all.0 & 1 << bit)).map(load).collect();
        let total = |set: QueueSet| set.queues().map(|queue| loads[usize::from(queue)]).sum::<f64>();
        let mut ranked: Vec<_> = sets.into_iter().map(|set| (is_connected(set, classes), total(set), set)).collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        sets = ranked.into_iter().take(kept).map(|(_, _, set)| set).collect();
    }
    sets.sort_unstable();
    sets.push(all);
    sets
}

/// Whether the queues of a set that anybody serves hang together: each reached from each by classes that share queues.
fn is_connected(set: QueueSet, classes: &[QueueSet]) -> bool {
    let mut apart: Vec<u64> = classes.iter().map(|class| class.0 & set.0).filter(|&bits| bits != 0).collect();
    let mut reached = apart.pop().unwrap_or(0);
    loop {
        let before = apart.len();
        apart.retain(|&bits| {
            let meets = bits & reached != 0;
            reached |= if meets { bits } else { 0 };
            !meets
        });
        if apart.is_empty() || apart.len() == before {
            return apart.is_empty();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(set: QueueSet) -> f64 {
        f64::from(set.0.count_ones())
    }

    #[test]
    fn specialists_and_generalists_give_each_speciality_and_the_whole() {
        // Agents for queue 0, for queue 1, for both.
        let sets = family(QueueSet(0b11), &[QueueSet(0b01), QueueSet(0b10), QueueSet(0b11)], size);
        assert_eq!(sets, [QueueSet(0b01), QueueSet(0b10), QueueSet(0b11)]);
    }

    #[test]
    fn a_centre_of_generalists_has_one_pool() {
        assert_eq!(family(QueueSet(0b111), &[QueueSet(0b111)], size), [QueueSet(0b111)]);
    }

    #[test]
    fn many_specialities_keep_the_largest_sets_and_the_whole() {
        let classes: Vec<_> = (0..30).map(|bit| QueueSet(1 << bit)).collect();
        let sets = family(QueueSet((1 << 30) - 1), &classes, size);
        assert_eq!(sets.len(), StaffingRequirement::MOST_POOLS);
        assert_eq!(*sets.last().unwrap(), QueueSet((1 << 30) - 1));
        assert!(classes.iter().all(|class| sets.contains(class)), "each speciality is a pool of its own");
        assert!(sets.iter().all(|set| size(*set) > 0.0));
    }

    #[test]
    fn sets_that_share_agents_outlive_unions_of_the_same_load() {
        // Nine specialities, and agents for queues 0 and 1 together, which count for least.
        let classes: Vec<_> = (0..9).map(|bit| QueueSet(1 << bit)).chain([QueueSet(0b11)]).collect();
        let weight = |set: QueueSet| set.queues().map(|queue| 1.0 + f64::from(queue.0)).sum::<f64>();
        let sets = family(QueueSet((1 << 9) - 1), &classes, weight);
        assert_eq!(sets.len(), StaffingRequirement::MOST_POOLS);
        let connected: Vec<_> = sets.iter().filter(|set| is_connected(**set, &classes)).map(|set| set.0).collect();
        assert_eq!(connected, [1, 2, 3, 4, 8, 16, 32, 64, 128, 256]);
    }

    #[test]
    fn the_shortfall_of_the_family_is_the_shortfall_of_all_sets() {
        // Min-cut by brute force over all subsets against the family, additive requirements.
        let classes = [QueueSet(0b0011), QueueSet(0b0110), QueueSet(0b1000), QueueSet(0b1111)];
        let needs = [3_i32, 5, 2, 4];
        let need = |set: QueueSet| set.queues().map(|queue| needs[usize::from(queue)]).sum::<i32>();
        for code in 0..256 {
            let agents = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3];
            let on_contact = |set: QueueSet| {
                classes.iter().zip(agents).filter(|(class, _)| class.meets(set)).map(|(_, agents)| agents).sum::<i32>()
            };
            let short = |set: QueueSet| need(set) - on_contact(set);
            let all = (1..16).map(|bits| short(QueueSet(bits))).max().unwrap();
            let kept = family(QueueSet(0b1111), &classes, size).into_iter().map(short).max().unwrap();
            assert_eq!(all.max(0), kept.max(0), "agents {agents:?}");
        }
    }
}
