//! Agents who do the same, and where contacts and agents look for each other.

use std::collections::BTreeMap;

use solver_data::{Centre, LevelId, QueueId};

use super::queue::{CompiledQueue, Kind};
use crate::routing::Routing;

/// Groups of agents who serve the same queues, at one level where levels matter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Groups {
    /// Queues of each group.
    pub queues: Vec<Vec<u32>>,
    /// Level of each group; `None` where levels make no difference.
    pub level: Vec<Option<LevelId>>,
    /// Agents of the centre in each group.
    pub agents: Vec<usize>,
    /// Group of each agent; `u32::MAX` for those who serve no queue.
    pub of_agent: Vec<u32>,
}

/// One place where a free agent looks for work.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SearchStep {
    /// Customers who wait, the longest waiting first.
    Live(Vec<u32>),
    /// Call-backs, the first due first.
    Callbacks(Vec<u32>),
    /// Deferred work and put-off after-contact work, the first due first.
    Deferred(Vec<u32>),
}

impl Groups {
    /// Groups of a centre.
    pub fn of(centre: &Centre, queues: &[CompiledQueue]) -> Self {
        let levels_matter = queues.iter().any(|queue| queue.handling.knows_levels());
        let mut known: BTreeMap<(Vec<u32>, Option<LevelId>), u32> = BTreeMap::new();
        let mut groups = Self { queues: Vec::new(), level: Vec::new(), agents: Vec::new(), of_agent: Vec::new() };
        for (id, agent) in centre.agents.entries() {
            let served: Vec<u32> =
                (0..centre.queues.len() as u32).filter(|&queue| centre.may_serve(id, QueueId(queue))).collect();
            if served.is_empty() {
                groups.of_agent.push(u32::MAX);
                continue;
            }
            let level = levels_matter.then_some(agent.level);
            let group = *known.entry((served, level)).or_insert_with_key(|(served, level)| {
                groups.queues.push(served.clone());
                groups.level.push(*level);
                groups.agents.push(0);
                groups.queues.len() as u32 - 1
            });
            groups.agents[group as usize] += 1;
            groups.of_agent.push(group);
        }
        groups
    }

    /// Number of groups.
    pub fn len(&self) -> usize {
        self.queues.len()
    }

    /// Fewest queues first on arrival, then the lower level; highest priority first for a freed agent.
    pub fn routing(&self, centre: &Centre, queues: &[CompiledQueue]) -> Routing {
        let levels = (0..queues.len() as u32)
            .map(|queue| {
                let mut by_breadth: BTreeMap<(usize, Option<LevelId>), Vec<u32>> = BTreeMap::new();
                for (group, served) in (0..).zip(&self.queues) {
                    if served.contains(&queue) {
                        by_breadth.entry((served.len(), self.level[group as usize])).or_default().push(group);
                    }
                }
                by_breadth.into_values().collect()
            })
            .collect();
        let tiers = self.queues.iter().map(|served| by_priority(centre, served.iter().copied())).collect();
        let pace = queues
            .iter()
            .flat_map(|queue| self.level.iter().map(|level| level_factor(&queue.handling.level_factors, *level)))
            .collect();
        Routing { levels, tiers, pace, places: u64::MAX }
    }

    /// Live contacts by priority, after each priority its call-backs; then deferred work by priority.
    pub fn search(&self, centre: &Centre, queues: &[CompiledQueue]) -> Vec<Vec<SearchStep>> {
        let kind = |queue: &u32| queues[*queue as usize].handling.kind;
        let steps = |served: &Vec<u32>| {
            let mut steps = Vec::new();
            for live in by_priority(centre, served.iter().copied().filter(|queue| kind(queue).is_live())) {
                let offers = |queue: &u32| queues[*queue as usize].handling.callback.is_some();
                let callbacks: Vec<u32> = live.iter().copied().filter(offers).collect();
                steps.push(SearchStep::Live(live));
                if !callbacks.is_empty() {
                    steps.push(SearchStep::Callbacks(callbacks));
                }
            }
            let may_wait = |queue: &u32| !kind(queue).is_live() || queues[*queue as usize].handling.wrap_up.is_some();
            steps.extend(by_priority(centre, served.iter().copied().filter(may_wait)).into_iter().map(SearchStep::Deferred));
            steps
        };
        self.queues.iter().map(steps).collect()
    }

    /// Most chats that an agent of each group may have at once; 1 without chat.
    pub fn most_chats(&self, queues: &[CompiledQueue]) -> Vec<usize> {
        let most = |served: &Vec<u32>| {
            let chats = served.iter().map(|&queue| &queues[queue as usize].handling).filter(|own| own.kind == Kind::Chat);
            chats.map(|own| own.concurrency).max().unwrap_or(1)
        };
        self.queues.iter().map(most).collect()
    }
}

fn level_factor(factors: &[f64], level: Option<LevelId>) -> f64 {
    match level {
        Some(level) => factors.get(usize::from(level)).copied().unwrap_or(1.0),
        // Where levels make no difference all factors are the same.
        None => factors.first().copied().unwrap_or(1.0),
    }
}

fn by_priority(centre: &Centre, queues: impl Iterator<Item = u32>) -> Vec<Vec<u32>> {
    let mut tiers: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for queue in queues {
        tiers.entry(centre.queues[QueueId(queue)].priority).or_default().push(queue);
    }
    tiers.into_values().rev().collect()
}
