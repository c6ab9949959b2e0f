//! Interchangeable agents: equal tours, families and costs.
//!
//! At given multipliers they have the same cheapest tour, so the bound prices one of them for all. They stay agents of
//! their own in the roster.

use std::collections::HashMap;

use crate::problem::{AgentTerms, RosterProblem};

/// The groups of interchangeable agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alike {
    /// Group of each agent.
    pub group: Vec<u32>,
    /// First agent of each group and the number of its agents.
    pub groups: Vec<(usize, u32)>,
}

impl Alike {
    /// The groups of a problem, in the order of their first agents.
    pub fn new(problem: &RosterProblem) -> Self {
        let key = |agent: &AgentTerms| {
            let costs: Vec<u64> = agent.costs.iter().map(|cost| cost.to_bits()).collect();
            (agent.class, agent.shape, agent.idle_cost, costs)
        };
        let mut known = HashMap::new();
        let mut groups: Vec<(usize, u32)> = Vec::new();
        let mut group = Vec::with_capacity(problem.agents.len());
        for (i, agent) in problem.agents.iter().enumerate() {
            let row = *known.entry(key(agent)).or_insert(groups.len());
            if row == groups.len() {
                groups.push((i, 0));
            }
            groups[row].1 += 1;
            group.push(row as u32);
        }
        Self { group, groups }
    }
}
