//! Who takes a case, and which case an agent takes.

use super::super::group::SearchStep;
use super::super::queue::Kind;
use super::Floor;
use super::case::{Case, Sort, State};
use crate::engine::{Arrivals, Ledger as _};

/// What waits for an agent who has chats in hand.
enum Further {
    /// The next chat of this queue.
    Chat(u32),
    /// A call, for which the chats must be finished first.
    CallFirst,
    /// Nobody the agent could serve.
    Nobody,
}

impl<A: Arrivals> Floor<'_, A> {
    /// The agent who takes a case at once: an idle one, one at interruptible work, or one with fewest chats.
    pub(super) fn seize(&mut self, case: &Case) -> Option<u32> {
        let queue = case.contact.queue;
        let kind = self.kind(queue);
        if case.sort == Sort::Deferred && kind == Kind::Outbound && self.closed[queue as usize] {
            return None;
        }
        let levels = &self.roster.routing.levels[queue as usize];
        let idle = levels.iter().find_map(|level| self.crew.longest(level, |_, _| Some(0)));
        if idle.is_some() || matches!(case.sort, Sort::Deferred | Sort::WrapUp) {
            return idle;
        }
        let at_desk = levels.iter().find_map(|level| self.crew.longest(level, |crew, group| Some(crew.desk_row(group))));
        if at_desk.is_some() || case.sort != Sort::Live || kind != Kind::Chat {
            return at_desk;
        }
        for load in 1..self.roster.queues[queue as usize].handling.concurrency {
            for level in levels {
                let open: Vec<u32> = level
                    .iter()
                    .copied()
                    .filter(|&group| load < self.crew.most_chats(group) && self.crew.stands(group, load))
                    .filter(|&group| !self.should_drain(group, queue))
                    .collect();
                if let Some(agent) = self.crew.longest(&open, |_, _| Some(load)) {
                    return Some(agent);
                }
            }
        }
        None
    }

    /// Whether somebody waits whom agents of a group with chats in hand cannot take, but who comes before a chat of `queue`.
    fn should_drain(&self, group: u32, queue: u32) -> bool {
        for step in &self.roster.search[group as usize] {
            match step {
                SearchStep::Live(tier) => {
                    let calls = tier.iter().filter(|&&own| self.kind(own) == Kind::Single);
                    if calls.into_iter().any(|&own| self.first_present(own).is_some()) {
                        return true;
                    }
                    if tier.contains(&queue) {
                        return false;
                    }
                }
                SearchStep::Callbacks(tier) => {
                    if tier.iter().any(|&own| !self.lines[self.roster.queues.len() + own as usize].is_empty()) {
                        return true;
                    }
                }
                SearchStep::Deferred(_) => return false,
            }
        }
        false
    }

    /// The first customer of a queue who still waits.
    fn first_present(&self, queue: u32) -> Option<u32> {
        let present = |&&id: &&u32| self.cases[id as usize].contact.gone_at >= self.now && self.waits_live(id);
        self.lines[queue as usize].iter().find(present).copied()
    }

    /// What an agent takes next; nothing where an agent with chats has to finish them first.
    pub(super) fn next_for(&mut self, agent: u32) -> Option<u32> {
        let roster = self.roster;
        let load = self.crew.members[agent as usize].hands.len();
        for step in &roster.search[self.crew.group(agent) as usize] {
            match (step, load) {
                (SearchStep::Live(tier), 0) => {
                    if let Some(id) = self.longest_waiting(tier) {
                        return Some(id);
                    }
                }
                (SearchStep::Live(tier), _) => match self.further(tier, load) {
                    Further::Chat(queue) => return self.longest_waiting(&[queue]),
                    Further::CallFirst => return None,
                    Further::Nobody => {}
                },
                (SearchStep::Callbacks(tier), 0) => {
                    let queues = roster.queues.len();
                    let lines = tier.iter().map(|&queue| queues + queue as usize);
                    if let Some(id) = self.first_due(lines) {
                        return Some(id);
                    }
                }
                (SearchStep::Callbacks(tier), _) => {
                    if tier.iter().any(|&own| !self.lines[roster.queues.len() + own as usize].is_empty()) {
                        return None;
                    }
                }
                (SearchStep::Deferred(tier), 0) => {
                    if let Some(id) = self.first_deferred(tier) {
                        return Some(id);
                    }
                }
                (SearchStep::Deferred(_), _) => {}
            }
        }
        None
    }

    /// The longest-waiting customer of a tier, the first listed at the same instant; those found gone are booked.
    fn longest_waiting(&mut self, tier: &[u32]) -> Option<u32> {
        loop {
            let mut earliest = (f64::INFINITY, None);
            for &queue in tier {
                while let Some(&id) = self.lines[queue as usize].front() {
                    if self.waits_live(id) {
                        let arrival = self.cases[id as usize].contact.arrival;
                        if arrival < earliest.0 {
                            earliest = (arrival, Some(queue));
                        }
                        break;
                    }
                    self.lines[queue as usize].pop_front();
                }
            }
            let id = self.lines[earliest.1? as usize].pop_front()?;
            let case = &mut self.cases[id as usize];
            if case.contact.gone_at >= self.now {
                return Some(id);
            }
            case.state = State::Over;
            self.books.abandoned(&case.contact, self.now);
        }
    }

    /// What a tier holds for an agent with `load` chats.
    fn further(&self, tier: &[u32], load: usize) -> Further {
        let mut earliest = (f64::INFINITY, None);
        for &queue in tier {
            let own = &self.roster.queues[queue as usize].handling;
            if own.kind == Kind::Chat && load >= own.concurrency {
                continue;
            }
            if let Some(id) = self.first_present(queue) {
                let arrival = self.cases[id as usize].contact.arrival;
                if arrival < earliest.0 {
                    earliest = (arrival, Some(queue));
                }
            }
        }
        match earliest.1 {
            None => Further::Nobody,
            Some(queue) if self.kind(queue) == Kind::Single => Further::CallFirst,
            Some(queue) => Further::Chat(queue),
        }
    }

    /// The case first due at the heads of lines.
    fn first_due(&mut self, lines: impl Iterator<Item = usize>) -> Option<u32> {
        let mut first = (f64::INFINITY, f64::INFINITY, None);
        for line in lines {
            if let Some(&id) = self.lines[line].front() {
                let case = &self.cases[id as usize];
                if first.2.is_none() || (case.due, case.contact.arrival) < (first.0, first.1) {
                    first = (case.due, case.contact.arrival, Some(line));
                }
            }
        }
        self.lines[first.2?].pop_front()
    }

    /// The first due of a tier's deferred work and wrap-ups; no outbound call of a closed queue.
    fn first_deferred(&mut self, tier: &[u32]) -> Option<u32> {
        let queues = self.roster.queues.len();
        let mut lines = Vec::with_capacity(2 * tier.len());
        for &queue in tier {
            match self.kind(queue) {
                Kind::Outbound if self.closed[queue as usize] => {}
                Kind::Outbound | Kind::Desk => lines.push(queue as usize),
                Kind::Single | Kind::Chat => {}
            }
            lines.push(2 * queues + queue as usize);
        }
        self.first_due(lines.into_iter())
    }

    /// Hands what waits in a line of deferred work to the idle.
    pub(super) fn hand_out(&mut self, line: usize) {
        while let Some(&id) = self.lines[line].front() {
            let case = self.cases[id as usize];
            let Some(agent) = self.seize(&case) else { return };
            self.lines[line].pop_front();
            self.begin(agent, id);
        }
    }

    /// Chats that waited for others to be served first go to agents with room for them.
    pub(super) fn settle_chats(&mut self) {
        for queue in 0..self.roster.queues.len() as u32 {
            if self.kind(queue) != Kind::Chat || self.lines[queue as usize].is_empty() {
                continue;
            }
            while let Some(id) = self.first_present(queue) {
                let case = self.cases[id as usize];
                let Some(agent) = self.seize(&case) else { break };
                let taken = self.longest_waiting(&[queue]);
                self.begin(agent, taken.unwrap_or(id));
            }
        }
    }
}
