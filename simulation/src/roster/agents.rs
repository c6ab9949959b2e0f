//! Named agents who come, take breaks and leave; idle ones are taken in the order in which they fell idle.

use std::collections::VecDeque;

use super::compiled::{ChangeKind, CompiledRoster};
use crate::engine::Staff;
use crate::routing::Routing;

/// The agents of one replication.
pub(crate) struct NamedAgents<'a> {
    roster: &'a CompiledRoster,
    /// Shifts missed in this replication.
    absent: Vec<bool>,
    /// Changes applied so far.
    applied: usize,
    agents: Vec<AgentState>,
    /// Idle agents of each group in order of idleness; an entry whose serial is no longer the agent's is stale.
    idle: Vec<VecDeque<Idle>>,
    /// Idle agents of each group.
    idle_count: Vec<u32>,
    /// Last serial given; a lower serial has been idle for longer.
    serial: u64,
    /// Agents on contact who may serve each queue.
    on_contact: Vec<u32>,
    closed: Vec<bool>,
    /// Group and span of agents who finished a contact after they should have left.
    pub overtime: Vec<(u32, f64, f64)>,
}

/// One agent.
#[derive(Debug, Clone, Copy, Default)]
struct AgentState {
    /// Shifts under way; the agent is on contact while it is above 0.
    present: u8,
    busy: bool,
    /// Serial of the present idleness; 0 when not idle.
    serial: u64,
    /// When the agent should have left.
    left_at: f64,
}

/// An agent falls idle.
#[derive(Debug, Clone, Copy)]
struct Idle {
    agent: u32,
    serial: u64,
}

impl<'a> NamedAgents<'a> {
    /// All agents away, all queues that close closed.
    pub fn new(roster: &'a CompiledRoster, absent: Vec<bool>) -> Self {
        let groups = roster.groups.len();
        Self {
            roster,
            absent,
            applied: 0,
            agents: vec![AgentState::default(); roster.groups.of_agent.len()],
            idle: vec![VecDeque::new(); groups],
            idle_count: vec![0; groups],
            serial: 0,
            on_contact: vec![0; roster.queues.len()],
            closed: vec![false; roster.queues.len()],
            overtime: Vec::new(),
        }
    }

    /// An agent comes on contact; returns them unless they are still busy.
    fn come(&mut self, agent: u32, now: f64) -> Option<u32> {
        let state = &mut self.agents[agent as usize];
        state.present += 1;
        if state.present > 1 {
            return None;
        }
        let busy = state.busy;
        if busy {
            self.overtime.push((self.roster.groups.of_agent[agent as usize], state.left_at, now));
        }
        for &queue in &self.roster.groups.queues[self.roster.groups.of_agent[agent as usize] as usize] {
            self.on_contact[queue as usize] += 1;
        }
        (!busy).then_some(agent)
    }

    /// An agent leaves, or will leave after the contact.
    fn leave(&mut self, agent: u32, now: f64) {
        let group = self.roster.groups.of_agent[agent as usize] as usize;
        let state = &mut self.agents[agent as usize];
        state.present -= 1;
        if state.present > 0 {
            return;
        }
        state.left_at = now;
        if state.serial > 0 {
            state.serial = 0;
            self.idle_count[group] -= 1;
        }
        for &queue in &self.roster.groups.queues[group] {
            self.on_contact[queue as usize] -= 1;
        }
    }

    /// Serial of the longest-idle agent of a group; `u64::MAX` when nobody is idle.
    fn longest_idle(&mut self, group: usize) -> u64 {
        if self.idle_count[group] == 0 {
            return u64::MAX;
        }
        loop {
            let first = *self.idle[group].front().expect("an idle agent stands in the row of the idle");
            if self.agents[first.agent as usize].serial == first.serial {
                return first.serial;
            }
            self.idle[group].pop_front();
        }
    }
}

impl Staff for NamedAgents<'_> {
    #[inline]
    fn next_change(&self) -> f64 {
        self.roster.changes.get(self.applied).map_or(f64::INFINITY, |change| change.at)
    }

    fn change(&mut self) -> Option<u32> {
        let change = self.roster.changes[self.applied];
        self.applied += 1;
        match change.kind {
            ChangeKind::Opens(queue) => self.closed[queue as usize] = false,
            ChangeKind::Closes(queue) => self.closed[queue as usize] = true,
            ChangeKind::Comes(agent, shift) if !self.absent[shift as usize] => return self.come(agent, change.at),
            ChangeKind::Leaves(agent, shift) if !self.absent[shift as usize] => self.leave(agent, change.at),
            ChangeKind::Comes(..) | ChangeKind::Leaves(..) => {}
        }
        None
    }

    #[inline]
    fn seize(&mut self, routing: &Routing, queue: u32) -> Option<u32> {
        for level in &routing.levels[queue as usize] {
            let mut chosen = (u64::MAX, 0);
            for &group in level {
                let serial = self.longest_idle(group as usize);
                if serial < chosen.0 {
                    chosen = (serial, group as usize);
                }
            }
            if chosen.0 < u64::MAX {
                let idle = self.idle[chosen.1].pop_front().expect("the longest-idle agent stands first");
                self.idle_count[chosen.1] -= 1;
                let state = &mut self.agents[idle.agent as usize];
                state.serial = 0;
                state.busy = true;
                return Some(idle.agent);
            }
        }
        None
    }

    #[inline]
    fn group(&self, server: u32) -> u32 {
        self.roster.groups.of_agent[server as usize]
    }

    #[inline]
    fn stays(&self, server: u32) -> bool {
        self.agents[server as usize].present > 0
    }

    fn engage(&mut self, server: u32) {
        self.agents[server as usize].busy = true;
    }

    #[inline]
    fn rest(&mut self, server: u32, _: f64) {
        let group = self.roster.groups.of_agent[server as usize] as usize;
        self.serial += 1;
        let state = &mut self.agents[server as usize];
        state.busy = false;
        state.serial = self.serial;
        self.idle[group].push_back(Idle { agent: server, serial: self.serial });
        self.idle_count[group] += 1;
    }

    fn depart(&mut self, server: u32, now: f64) {
        let state = &mut self.agents[server as usize];
        state.busy = false;
        self.overtime.push((self.roster.groups.of_agent[server as usize], state.left_at, now));
    }

    #[inline]
    fn deserted(&self, queue: u32) -> bool {
        self.closed[queue as usize] && self.on_contact[queue as usize] == 0
    }
}
