//! What agents do: begin, progress, finish, put aside; come and leave.

use super::super::queue::Kind;
use super::Floor;
use super::calendar::Event;
use super::case::{Case, Draw, Sort, State};
use crate::contact::Contact;
use crate::engine::Arrivals;

impl<A: Arrivals> Floor<'_, A> {
    /// An agent takes a case in hand, besides other chats or putting desk work aside.
    pub(super) fn begin(&mut self, agent: u32, id: u32) {
        self.crew.withdraw(agent);
        let aside = self.desk_work_of(agent);
        if aside.is_some() {
            self.put_aside(agent);
        }
        self.progress(agent);
        let member = &mut self.crew.members[agent as usize];
        if member.hands.is_empty() && aside.is_none() {
            member.busy_since = self.now;
        }
        member.hands.push(id);
        let case = &mut self.cases[id as usize];
        case.state = State::InHand;
        let first_look = !std::mem::replace(&mut case.begun, true);
        let case = *case;
        if first_look {
            self.book_beginning(&case);
        }
        self.stand_ready(agent);
        self.plan(agent);
        if let Some(aside) = aside {
            self.place(aside);
        }
    }

    fn book_beginning(&mut self, case: &Case) {
        let flow = &mut self.books.flows[case.contact.queue as usize];
        match case.sort {
            Sort::Live | Sort::Deferred => self.books.begins(&case.contact, self.now),
            Sort::Callback => {
                flow.callbacks_made += 1;
                flow.callbacks_due += 1;
                flow.callbacks_in_time += u32::from(self.now <= case.due);
            }
            Sort::WrapUp => {}
        }
    }

    /// An agent with capacity stands in the row that belongs to it.
    fn stand_ready(&mut self, agent: u32) {
        let group = self.crew.group(agent);
        let member = &self.crew.members[agent as usize];
        if member.present == 0 {
            return;
        }
        let load = member.hands.len();
        if load == 0 {
            self.crew.stand(agent, 0);
        } else if self.desk_work_of(agent).is_some() {
            self.crew.stand(agent, self.crew.desk_row(group));
        } else if self.is_chatting(agent) && load < self.crew.most_chats(group) {
            self.crew.stand(agent, load);
        }
    }

    /// The work in an agent's hands, if it may be interrupted.
    fn desk_work_of(&self, agent: u32) -> Option<u32> {
        let &[only] = self.crew.members[agent as usize].hands.as_slice() else { return None };
        let case = &self.cases[only as usize];
        let desk = match case.sort {
            Sort::WrapUp => true,
            Sort::Deferred => self.kind(case.contact.queue) == Kind::Desk,
            Sort::Live | Sort::Callback => false,
        };
        desk.then_some(only)
    }

    /// Whether an agent has chats in hand.
    pub(super) fn is_chatting(&self, agent: u32) -> bool {
        self.crew.members[agent as usize].hands.first().is_some_and(|&id| {
            let case = &self.cases[id as usize];
            case.sort == Sort::Live && self.kind(case.contact.queue) == Kind::Chat
        })
    }

    /// Seconds that one second of a case's work takes in these hands.
    fn pace(&self, agent: u32, case: &Case, load: usize) -> f64 {
        let queue = case.contact.queue;
        let by_level = self.roster.routing.pace(queue, self.crew.group(agent));
        match case.sort {
            Sort::Live => {
                let own = &self.roster.queues[queue as usize].handling.pace;
                by_level * own[(load - 1).min(own.len() - 1)]
            }
            Sort::Callback | Sort::Deferred | Sort::WrapUp => by_level,
        }
    }

    /// Reckons the work in hand up to now.
    fn progress(&mut self, agent: u32) {
        let member = &self.crew.members[agent as usize];
        let (load, elapsed) = (member.hands.len(), self.now - member.since);
        if elapsed > 0.0 {
            for place in 0..load {
                let id = self.crew.members[agent as usize].hands[place] as usize;
                let pace = self.pace(agent, &self.cases[id], load);
                self.cases[id].remaining = (self.cases[id].remaining - elapsed / pace).max(0.0);
            }
        }
        self.crew.members[agent as usize].since = self.now;
    }

    /// Plans the next finish anew from the work that is left.
    fn plan(&mut self, agent: u32) {
        let member = &self.crew.members[agent as usize];
        let load = member.hands.len();
        let mut first = (f64::INFINITY, 0);
        for (place, &id) in member.hands.iter().enumerate() {
            let case = &self.cases[id as usize];
            let left = case.remaining * self.pace(agent, case, load);
            if left < first.0 {
                first = (left, place);
            }
        }
        let member = &mut self.crew.members[agent as usize];
        member.plan = member.plan.wrapping_add(1);
        member.first = first.1;
        if first.0 < f64::INFINITY {
            self.calendar.enter(member.since + first.0, Event::Finish { agent, plan: member.plan });
        }
    }

    /// An agent finishes what was planned, and looks for more.
    pub(super) fn finish(&mut self, agent: u32) {
        self.progress(agent);
        self.crew.withdraw(agent);
        let member = &mut self.crew.members[agent as usize];
        let id = member.hands.remove(member.first);
        let (present, empty) = (member.present > 0, member.hands.is_empty());
        self.cases[id as usize].state = State::Over;
        if empty {
            self.end_work(agent);
        }
        if present {
            self.look_for_more(agent);
        } else if empty {
            let left_at = self.crew.members[agent as usize].left_at;
            self.books.present(self.crew.group(agent), left_at, self.now);
        } else {
            self.plan(agent);
        }
        self.follow_up(id, agent);
        self.settle_chats();
    }

    /// An agent with free capacity takes what waits, then stands ready.
    fn look_for_more(&mut self, agent: u32) {
        let mut took = false;
        while let Some(id) = self.next_for(agent) {
            self.begin(agent, id);
            took = true;
            if !self.is_chatting(agent) {
                return;
            }
        }
        if self.crew.members[agent as usize].hands.is_empty() {
            self.stand_ready(agent);
        } else if !took {
            self.stand_ready(agent);
            self.plan(agent);
        }
    }

    /// The hands are empty: the time since they were last is booked.
    fn end_work(&mut self, agent: u32) {
        let group = self.crew.group(agent);
        let member = &mut self.crew.members[agent as usize];
        let since = std::mem::replace(&mut member.busy_since, self.now);
        self.books.works(group, since, self.now);
    }

    /// What follows a finished case: books, escalation, after-contact work.
    fn follow_up(&mut self, id: u32, agent: u32) {
        let case = self.cases[id as usize];
        let own = &self.roster.queues[case.contact.queue as usize];
        let flow = &mut self.books.flows[case.contact.queue as usize];
        match case.sort {
            Sort::WrapUp => {
                flow.wrap_ups_due += 1;
                flow.wrap_ups_in_time += u32::from(self.now <= case.due);
                return;
            }
            Sort::Deferred => {
                flow.done += 1;
                self.books.falls_due(&case.contact, case.due, self.now);
            }
            Sort::Live | Sort::Callback => {}
        }
        let put_off = own.handling.put_off(own.aht[case.contact.cell as usize]);
        if let Some((_, window)) = own.handling.wrap_up.filter(|_| put_off > 0.0) {
            self.books.flows[case.contact.queue as usize].wrap_ups += 1;
            let remaining = case.contact.work * put_off;
            let contact = Contact { arrival: self.now, ..case.contact };
            let wrap_up = Case { contact, remaining, due: self.now + window, sort: Sort::WrapUp, begun: false, ..case };
            let id = self.add(Case { state: State::Waiting, ..wrap_up });
            self.place(id);
        }
        if let Some((to, share)) = &own.handling.escalation {
            let level = self.roster.groups.level[self.crew.group(agent) as usize].map_or(0, usize::from);
            if case.uniform(Draw::Escalates) < share.get(level).copied().unwrap_or(0.0) {
                self.escalate(&case, *to);
            }
        }
    }

    fn escalate(&mut self, case: &Case, to: u32) {
        let next = &self.roster.queues[to as usize];
        let cell = self.cell().unwrap_or(self.roster.intervals() as u32 - 1);
        let again = Case { attempt: case.attempt + 1, ..*case };
        let work = next.aht[cell as usize] * again.time(&next.work, Draw::Work);
        let gone_at = self.patience_ends(to, &again);
        self.books.flows[to as usize].escalated += 1;
        self.arrive(Contact { arrival: self.now, gone_at, work, queue: to, cell }, case.fate, again.attempt);
    }

    /// Takes interruptible work out of an agent's hands; the caller finds it a new place.
    fn put_aside(&mut self, agent: u32) {
        self.progress(agent);
        let member = &mut self.crew.members[agent as usize];
        if let Some(id) = member.hands.pop() {
            self.cases[id as usize].state = State::Waiting;
        }
    }

    /// An agent comes on contact.
    pub(super) fn come(&mut self, agent: u32) {
        if !self.crew.come(agent) {
            return;
        }
        let member = &self.crew.members[agent as usize];
        let (busy, left_at) = (!member.hands.is_empty(), member.left_at);
        if busy {
            self.books.present(self.crew.group(agent), left_at, self.now);
            if self.is_chatting(agent) {
                self.progress(agent);
                self.look_for_more(agent);
            }
        } else {
            self.crew.members[agent as usize].busy_since = self.now;
            self.look_for_more(agent);
        }
    }

    /// An agent leaves: what can be put aside is, the rest is finished first.
    pub(super) fn leave(&mut self, agent: u32) {
        if !self.crew.leave(agent, self.now) {
            return;
        }
        if let Some(id) = self.desk_work_of(agent) {
            self.put_aside(agent);
            self.plan(agent);
            self.end_work(agent);
            self.place(id);
        }
    }
}
