//! The floor: the event loop of a roster whose contacts are more than calls answered in one go.
//!
//! Kinds of work, and the rules for each:
//! - **Calls** (voice; chat with a concurrency of 1): one at a time.
//! - **Chats**: up to `concurrency` at once, each progressing at the speed of the number its agent has in hand; when that
//!   number changes, the finish is planned anew from the work that is left. A chat goes to the agent with fewest chats,
//!   the one with fewest queues among those, the longest standing among these. An agent with chats takes no call and no
//!   call-back, and takes no further chat while one of those waits that should come first.
//! - **Desk work** (e-mail, ticket, put-off after-contact work): in idle time, below every customer who waits and every
//!   call-back. It is interrupted when one comes and nobody is idle, or when the agent leaves; whoever takes it up again
//!   has the rest left to do.
//! - **Outbound calls**: as desk work, but only while the queue is open, and never interrupted.
//! - **Call-backs**: whoever has waited the stated time may accept one, keeps no place in the queue then, and is called
//!   when nobody waits of the same priority or above; not interrupted.
//! - **Redials**: a contact that lost its patience may come again; if the queue is closed by then it does not.
//!   Abandonment is found when an agent comes to the contact, but whoever would come again is looked at when the
//!   patience ends: if it still waits then, it is lost. Those sent home at close do not come again.
//! - **Escalations**: after the handling the contact goes to another queue, at once, on top of that queue's own forecast.
//!
//! Tie rule: at one instant finishes come first (the lower agent first), then changes of staff (queues open, agents come,
//! agents leave, queues close), first arrivals (the lower queue first), redials, offers of call-backs, ends of patience.

mod calendar;
mod case;
mod crew;
mod hands;
mod search;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use solver_data::Seed;

use super::compiled::{ChangeKind, CompiledRoster};
use super::ledger::{Backlog, RosterLedger};
use super::queue::Kind;
use crate::contact::Contact;
use crate::engine::{Arrivals, Ledger as _};
use calendar::{Calendar, Event, is_current, key, rank};
use case::{Case, Draw, Fates, Sort, State};
use crew::Crew;

/// A centre in operation.
pub(crate) struct Floor<'a, A> {
    roster: &'a CompiledRoster,
    arrivals: A,
    absent: Vec<bool>,
    books: RosterLedger<'a>,
    crew: Crew<'a>,
    calendar: Calendar,
    cases: Vec<Case>,
    fates: Fates,
    /// Those who wait: a line a queue for contacts, then one a queue for call-backs, then one a queue for wrap-ups.
    lines: Vec<VecDeque<u32>>,
    closed: Vec<bool>,
    /// Changes of staff applied.
    applied: usize,
    /// Intervals that have ended.
    ticks: usize,
    now: f64,
}

impl<'a, A: Arrivals> Floor<'a, A> {
    /// An empty floor; `fate` is where redials, escalations and the like are drawn from.
    pub fn new(roster: &'a CompiledRoster, arrivals: A, absent: Vec<bool>, fate: Seed) -> Self {
        let queues = roster.queues.len();
        let mut books = RosterLedger::new(roster, &absent);
        if roster.queues.iter().any(|queue| !queue.handling.kind.is_live()) {
            books.backlog = vec![Backlog::default(); queues * roster.intervals()];
        }
        Self {
            roster,
            arrivals,
            absent,
            books,
            crew: Crew::new(roster),
            calendar: Calendar::default(),
            cases: Vec::new(),
            fates: Fates::new(fate, queues),
            lines: vec![VecDeque::new(); 3 * queues],
            closed: vec![true; queues],
            applied: 0,
            ticks: 0,
            now: 0.0,
        }
    }

    /// Runs until nothing more can happen and hands back the books.
    pub fn run(mut self) -> RosterLedger<'a> {
        loop {
            let change = self.roster.changes.get(self.applied).map_or(f64::INFINITY, |change| change.at);
            let staff = key(change, rank::STAFF);
            let arrival = key(self.arrivals.next_at(), rank::ARRIVAL);
            let planned = self.calendar.next_key();
            let tick = key(self.next_tick(), rank::TICK);
            let next = staff.min(arrival).min(planned).min(tick);
            if next >= key(f64::INFINITY, 0) {
                break;
            }
            self.now = f64::from_bits((next >> 64) as u64);
            if next == planned {
                self.happen();
            } else if next == staff {
                self.change();
            } else if next == arrival {
                self.first_arrival();
            } else {
                self.tick();
            }
        }
        self.close();
        self.books
    }

    fn happen(&mut self) {
        match self.calendar.take() {
            Some((_, Event::Finish { agent, plan })) if is_current(plan, self.crew.members[agent as usize].plan) => {
                self.finish(agent);
            }
            Some((_, Event::Redial { case })) => self.redial(case),
            Some((_, Event::Offer { case })) => self.accept_callback(case),
            Some((_, Event::LosesPatience { case })) => self.lose_patience(case),
            // Plans that have changed since.
            Some((_, Event::Finish { .. })) | None => {}
        }
    }

    /// Staff comes, leaves, or a queue opens or closes.
    fn change(&mut self) {
        let change = self.roster.changes[self.applied];
        self.applied += 1;
        match change.kind {
            ChangeKind::Opens(queue) => {
                self.closed[queue as usize] = false;
                if self.kind(queue) == Kind::Outbound {
                    self.hand_out(queue as usize);
                }
            }
            ChangeKind::Closes(queue) => self.closed[queue as usize] = true,
            ChangeKind::Comes(agent, shift) if !self.absent[shift as usize] => self.come(agent),
            ChangeKind::Leaves(agent, shift) if !self.absent[shift as usize] => self.leave(agent),
            ChangeKind::Comes(..) | ChangeKind::Leaves(..) => {}
        }
        self.send_away();
        self.settle_chats();
    }

    fn first_arrival(&mut self) {
        let contact = self.arrivals.take();
        let fate = self.fates.of(&contact);
        self.arrive(contact, fate, 0);
    }

    /// A contact comes to its queue, for the first time or again.
    fn arrive(&mut self, mut contact: Contact, fate: Seed, attempt: u32) {
        let own = &self.roster.queues[contact.queue as usize];
        let day = self.roster.day_of[contact.cell as usize] as usize;
        let live = own.handling.kind.is_live();
        let due = if live { f64::INFINITY } else { own.handling.due.at(contact.arrival, day) };
        if !live {
            contact.gone_at = f64::INFINITY;
        }
        let put_off = own.handling.put_off(own.aht[contact.cell as usize]);
        let sort = if live { Sort::Live } else { Sort::Deferred };
        let remaining = contact.work * (1.0 - put_off);
        let case = Case { contact, remaining, due, fate, sort, state: State::Waiting, begun: false, attempt };
        self.books.offered(&contact);
        let id = self.add(case);
        self.place(id);
    }

    fn add(&mut self, case: Case) -> u32 {
        self.cases.push(case);
        self.cases.len() as u32 - 1
    }

    /// An agent takes a case that just came, or it waits.
    fn place(&mut self, id: u32) {
        let case = self.cases[id as usize];
        let line = self.line_of(&case);
        if case.sort == Sort::Live && self.kind(case.contact.queue) == Kind::Chat && !self.lines[line].is_empty() {
            self.wait(id);
            self.settle_chats();
        } else if let Some(agent) = self.seize(&case) {
            self.begin(agent, id);
        } else {
            self.wait(id);
        }
    }

    /// A case joins its line; what waiting may bring is entered in the calendar.
    fn wait(&mut self, id: u32) {
        let case = self.cases[id as usize];
        let line = self.line_of(&case);
        if case.begun {
            self.lines[line].push_front(id);
        } else {
            self.lines[line].push_back(id);
        }
        if case.sort != Sort::Live {
            return;
        }
        let own = &self.roster.queues[case.contact.queue as usize].handling;
        if let Some((after, share, _)) = own.callback {
            let offered_at = case.contact.arrival + after;
            if offered_at < case.contact.gone_at && case.uniform(Draw::AcceptsCallback) < share {
                self.calendar.enter(offered_at.max(self.now), Event::Offer { case: id });
            }
        }
        if let Some((share, _)) = own.redial
            && case.contact.gone_at.is_finite()
            && case.uniform(Draw::Redials) < share
        {
            self.calendar.enter(case.contact.gone_at, Event::LosesPatience { case: id });
        }
    }

    fn waits_live(&self, id: u32) -> bool {
        let case = &self.cases[id as usize];
        case.state == State::Waiting && case.sort == Sort::Live
    }

    /// Whoever still waits at the end of the patience is lost; this one will try again.
    fn lose_patience(&mut self, id: u32) {
        if self.waits_live(id) {
            let case = &self.cases[id as usize];
            let (_, after) = self.roster.queues[case.contact.queue as usize].handling.redial.unwrap_or((0.0, 0.0));
            self.calendar.enter(self.now + after * case.exponential(Draw::RedialDelay), Event::Redial { case: id });
        }
    }

    fn redial(&mut self, id: u32) {
        let case = self.cases[id as usize];
        let queue = case.contact.queue;
        if !self.closed[queue as usize]
            && let Some(cell) = self.cell()
        {
            self.books.flows[queue as usize].redials += 1;
            let again = Case { attempt: case.attempt + 1, ..case };
            let gone_at = self.patience_ends(queue, &again);
            let contact = Contact { arrival: self.now, gone_at, cell, ..case.contact };
            self.arrive(contact, case.fate, again.attempt);
        }
    }

    /// A contact that still waits becomes a call-back.
    fn accept_callback(&mut self, id: u32) {
        if !self.waits_live(id) {
            return;
        }
        let case = &mut self.cases[id as usize];
        let queue = case.contact.queue as usize;
        let (_, _, window) = self.roster.queues[queue].handling.callback.unwrap_or((0.0, 0.0, 0.0));
        case.sort = Sort::Callback;
        case.due = self.now + window;
        self.books.flows[queue].callbacks += 1;
        self.place(id);
        self.settle_chats();
    }

    /// Instant at which the patience of a contact that comes now ends.
    fn patience_ends(&self, queue: u32, case: &Case) -> f64 {
        let own = &self.roster.queues[queue as usize];
        own.patience.map_or(f64::INFINITY, |mean| self.now + mean * case.time(&own.patience_shape, Draw::Patience))
    }

    /// The interval of now; `None` after the end of the grid.
    fn cell(&self) -> Option<u32> {
        let t = (self.now / self.roster.grid.interval_seconds()) as usize;
        (t < self.roster.intervals()).then_some(t as u32)
    }

    /// Customers of a queue that nobody will come to leave.
    fn send_away(&mut self) {
        for queue in 0..self.roster.queues.len() {
            if self.closed[queue] && self.crew.on_contact[queue] == 0 && self.kind(queue as u32).is_live() {
                for id in std::mem::take(&mut self.lines[queue]) {
                    if self.waits_live(id) {
                        let case = &mut self.cases[id as usize];
                        case.state = State::Over;
                        case.contact.gone_at = case.contact.gone_at.min(self.now);
                        self.books.abandoned(&case.contact, f64::INFINITY);
                    }
                }
            }
        }
    }

    /// End of the next interval that is still to be looked at.
    fn next_tick(&self) -> f64 {
        let looks = !self.books.backlog.is_empty() && self.ticks < self.roster.intervals();
        if looks { (self.ticks + 1) as f64 * self.roster.grid.interval_seconds() } else { f64::INFINITY }
    }

    /// An interval ends: the backlog is counted.
    fn tick(&mut self) {
        for queue in 0..self.roster.queues.len() {
            if let Some(&oldest) = self.lines[queue].front().filter(|_| !self.kind(queue as u32).is_live()) {
                let pieces = self.lines[queue].len() as u32;
                let oldest = self.now - self.cases[oldest as usize].contact.arrival;
                self.books.backlog[queue * self.roster.intervals() + self.ticks] = Backlog { pieces, oldest };
            }
        }
        self.ticks += 1;
    }

    /// Books those who are left.
    fn close(&mut self) {
        let end = self.roster.intervals() as f64 * self.roster.grid.interval_seconds();
        for id in self.lines.iter().flatten() {
            let case = &self.cases[*id as usize];
            let flow = &mut self.books.flows[case.contact.queue as usize];
            match case.sort {
                _ if case.state != State::Waiting => {}
                Sort::Live if case.contact.gone_at.is_finite() => self.books.abandoned(&case.contact, f64::INFINITY),
                Sort::Callback => flow.callbacks_due += u32::from(case.due <= end),
                Sort::WrapUp => flow.wrap_ups_due += u32::from(case.due <= end),
                Sort::Deferred if case.due <= end => self.books.falls_due(&case.contact, case.due, f64::INFINITY),
                Sort::Live | Sort::Deferred => {}
            }
        }
    }

    fn kind(&self, queue: u32) -> Kind {
        self.roster.queues[queue as usize].handling.kind
    }

    /// The line a case waits in.
    fn line_of(&self, case: &Case) -> usize {
        let (queue, queues) = (case.contact.queue as usize, self.roster.queues.len());
        match case.sort {
            Sort::Live | Sort::Deferred => queue,
            Sort::Callback => queues + queue,
            Sort::WrapUp => 2 * queues + queue,
        }
    }
}
