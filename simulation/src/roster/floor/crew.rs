//! The agents of one replication: who is there, who is ready for more, what each has in hand.

use std::collections::VecDeque;

use super::super::compiled::CompiledRoster;

/// Agents by group; a ready agent stands in one row, in order of the time since.
pub(super) struct Crew<'a> {
    roster: &'a CompiledRoster,
    pub members: Vec<Member>,
    /// For each group, a row for agents with 0, 1, … chats who can take one more, and a last one for those at desk work.
    ready: Vec<Vec<Row>>,
    serial: u64,
    /// Agents on contact who may serve each queue.
    pub on_contact: Vec<u32>,
}

/// One agent.
#[derive(Debug, Clone, Default)]
pub(super) struct Member {
    /// Shifts under way; the agent is on contact while it is above 0.
    pub present: u8,
    /// Serial of the present entry in a row; 0 for none.
    serial: u64,
    /// The row.
    row: usize,
    /// Counts changes of plan: a finish planned under an older number is void.
    pub plan: u32,
    /// What the agent works at, in the order taken.
    pub hands: Vec<u32>,
    /// Place in the hands of what will be finished first.
    pub first: usize,
    /// Work in hand is reckoned up to this instant.
    pub since: f64,
    /// When the hands were last empty.
    pub busy_since: f64,
    /// When the agent should have left.
    pub left_at: f64,
}

/// Agents in order of their serials; those whose serial has changed are passed over.
#[derive(Debug, Clone, Default)]
struct Row {
    entries: VecDeque<(u32, u64)>,
    count: u32,
}

impl<'a> Crew<'a> {
    /// Everybody away.
    pub fn new(roster: &'a CompiledRoster) -> Self {
        let rows = roster.groups.most_chats(&roster.queues);
        Self {
            roster,
            members: vec![Member::default(); roster.groups.of_agent.len()],
            ready: rows.into_iter().map(|most| vec![Row::default(); most + 1]).collect(),
            serial: 0,
            on_contact: vec![0; roster.queues.len()],
        }
    }

    /// Group of an agent.
    pub fn group(&self, agent: u32) -> u32 {
        self.roster.groups.of_agent[agent as usize]
    }

    /// Most chats an agent of the group may have.
    pub fn most_chats(&self, group: u32) -> usize {
        self.ready[group as usize].len() - 1
    }

    /// Row of those at work that may be interrupted.
    pub fn desk_row(&self, group: u32) -> usize {
        self.ready[group as usize].len() - 1
    }

    /// An agent stands in a row from now on.
    pub fn stand(&mut self, agent: u32, row: usize) {
        self.serial += 1;
        let group = self.group(agent) as usize;
        let member = &mut self.members[agent as usize];
        (member.serial, member.row) = (self.serial, row);
        let row = &mut self.ready[group][row];
        row.entries.push_back((agent, self.serial));
        row.count += 1;
    }

    /// An agent stands in no row.
    pub fn withdraw(&mut self, agent: u32) {
        let group = self.group(agent) as usize;
        let member = &mut self.members[agent as usize];
        if member.serial > 0 {
            member.serial = 0;
            self.ready[group][member.row].count -= 1;
        }
    }

    /// Whether anybody of the group stands in a row.
    pub fn stands(&self, group: u32, row: usize) -> bool {
        self.ready[group as usize].get(row).is_some_and(|row| row.count > 0)
    }

    /// The agent of these groups who has stood longest in a row; `row` says which row of a group.
    pub fn longest(&mut self, groups: &[u32], row: impl Fn(&Self, u32) -> Option<usize>) -> Option<u32> {
        let mut chosen = None;
        let mut lowest = u64::MAX;
        for &group in groups {
            let Some(row) = row(self, group).filter(|&row| self.stands(group, row)) else { continue };
            let entries = &mut self.ready[group as usize][row].entries;
            while let Some(&(agent, serial)) = entries.front() {
                if self.members[agent as usize].serial == serial {
                    if serial < lowest {
                        (lowest, chosen) = (serial, Some(agent));
                    }
                    break;
                }
                entries.pop_front();
            }
        }
        chosen
    }

    /// An agent comes on contact; whether that is new.
    pub fn come(&mut self, agent: u32) -> bool {
        self.members[agent as usize].present += 1;
        if self.members[agent as usize].present > 1 {
            return false;
        }
        self.count(agent, |on_contact| *on_contact += 1);
        true
    }

    /// An agent leaves, or will leave after what is in hand; whether that is the end of the last shift under way.
    pub fn leave(&mut self, agent: u32, now: f64) -> bool {
        let member = &mut self.members[agent as usize];
        member.present -= 1;
        if member.present > 0 {
            return false;
        }
        member.left_at = now;
        self.withdraw(agent);
        self.count(agent, |on_contact| *on_contact -= 1);
        true
    }

    fn count(&mut self, agent: u32, change: impl Fn(&mut u32)) {
        for &queue in &self.roster.groups.queues[self.roster.groups.of_agent[agent as usize] as usize] {
            change(&mut self.on_contact[queue as usize]);
        }
    }
}
