//! The event loop: advance the clock, take the event, apply it, schedule what follows.
//!
//! Events are service completions, changes of staff and arrivals. **Tie rule**: at one instant completions come first
//! (the lower server first), then changes of staff (opening, coming, leaving, closing), then arrivals (the lower
//! queue first); a contact whose patience ends at the very instant an agent takes it is answered.
//!
//! Abandonments are no events. A contact carries the instant its patience ends; an agent who comes to it later finds it
//! gone. It then is booked as abandoned at the end of its patience, and the instant of finding is exactly when it would
//! have been answered had it stayed (its virtual wait). Only a full waiting room has to count the gone before.

use std::collections::VecDeque;

use crate::contact::Contact;
use crate::event::{Completion, CompletionCalendar};
use crate::routing::Routing;

/// Where contacts come from, in order of arrival.
pub(crate) trait Arrivals {
    /// Instant of the next arrival; infinite when none follows.
    fn next_at(&self) -> f64;
    /// Takes the next arrival.
    fn take(&mut self) -> Contact;
}

/// Who serves. A server is an agent, or any one of a group of interchangeable agents.
pub(crate) trait Staff {
    /// Instant of the next change of staff; infinite when none follows.
    fn next_change(&self) -> f64;
    /// Applies the next change; returns a server who is ready for contacts through it.
    fn change(&mut self) -> Option<u32>;
    /// Makes an idle server busy with a contact of `queue`, by the levels of the routing.
    fn seize(&mut self, routing: &Routing, queue: u32) -> Option<u32>;
    /// Group of a server.
    fn group(&self, server: u32) -> u32;
    /// Whether a server who finishes a contact goes on working.
    fn stays(&self, server: u32) -> bool;
    /// A server who was free or just came takes a waiting contact.
    fn engage(&mut self, server: u32);
    /// A server finds nobody waiting.
    fn rest(&mut self, server: u32, now: f64);
    /// A server leaves after a last contact.
    fn depart(&mut self, server: u32, now: f64);
    /// Whether nobody will come to those who wait in `queue`: it is closed and its agents have left.
    fn deserted(&self, queue: u32) -> bool;
}

/// Who keeps the books.
pub(crate) trait Ledger {
    /// A contact arrives.
    fn offered(&mut self, contact: &Contact);
    /// A contact finds every place taken.
    fn blocked(&mut self, contact: &Contact);
    /// A contact is answered at `now` and handled until `until` by an agent of `group`.
    fn answered(&mut self, contact: &Contact, now: f64, until: f64, group: u32);
    /// A contact left at `gone_at`; it would have been answered at `found`, infinite when never.
    fn abandoned(&mut self, contact: &Contact, found: f64);
    /// A contact still waits when the run ends at `end`, which is infinite when the run ended by itself.
    fn waiting(&mut self, contact: &Contact, end: f64);
}

/// A contact centre in operation.
pub(crate) struct Engine<'a, A, S, L> {
    routing: &'a Routing,
    arrivals: A,
    staff: S,
    ledger: L,
    completions: CompletionCalendar,
    lines: Vec<VecDeque<Contact>>,
    /// Contacts in all lines, the gone included.
    waiting: u64,
    /// No contact in a line has a patience that ends before this instant.
    nobody_gone_before: f64,
}

impl<'a, A: Arrivals, S: Staff, L: Ledger> Engine<'a, A, S, L> {
    /// An empty centre.
    pub fn new(routing: &'a Routing, arrivals: A, staff: S, ledger: L) -> Self {
        Self {
            routing,
            arrivals,
            staff,
            ledger,
            completions: CompletionCalendar::default(),
            lines: vec![VecDeque::new(); routing.queues()],
            waiting: 0,
            nobody_gone_before: f64::INFINITY,
        }
    }

    /// Runs until `end` or until nothing more can happen, and hands back the staff and the books.
    pub fn run(mut self, end: f64) -> (S, L) {
        loop {
            let completion = self.completions.next().map_or(f64::INFINITY, |next| next.at);
            let change = self.staff.next_change();
            let arrival = self.arrivals.next_at();
            let next = completion.min(change).min(arrival);
            if next >= end {
                break;
            }
            if completion <= next {
                self.complete(next);
            } else if change <= next {
                self.change(next);
            } else {
                self.arrive(next);
            }
        }
        self.close(end);
        (self.staff, self.ledger)
    }

    /// A contact arrives: an idle agent answers it, or it waits, or it finds no place at all.
    fn arrive(&mut self, now: f64) {
        let contact = self.arrivals.take();
        self.ledger.offered(&contact);
        if self.present() >= self.routing.places && self.is_full(now) {
            self.ledger.blocked(&contact);
        } else if let Some(server) = self.staff.seize(self.routing, contact.queue) {
            let completion = self.answer(&contact, server, now);
            self.completions.push(completion);
        } else {
            self.waiting += 1;
            self.nobody_gone_before = self.nobody_gone_before.min(contact.gone_at);
            self.lines[contact.queue as usize].push_back(contact);
        }
    }

    /// A server finishes: the next waiting contact, rest, or home.
    fn complete(&mut self, now: f64) {
        let server = self.completions.next().map_or(0, |next| next.server);
        if !self.staff.stays(server) {
            self.completions.pop();
            self.staff.depart(server, now);
        } else if let Some(contact) = self.next_waiting(self.staff.group(server), now) {
            let completion = self.answer(&contact, server, now);
            self.completions.replace_next(completion);
        } else {
            self.completions.pop();
            self.staff.rest(server, now);
        }
    }

    /// Staff comes, leaves, or a queue closes.
    fn change(&mut self, now: f64) {
        if let Some(server) = self.staff.change() {
            if let Some(contact) = self.next_waiting(self.staff.group(server), now) {
                self.staff.engage(server);
                let completion = self.answer(&contact, server, now);
                self.completions.push(completion);
            } else {
                self.staff.rest(server, now);
            }
        }
        self.send_away(now);
    }

    /// Books the answer and returns when it will be finished.
    #[inline]
    fn answer(&mut self, contact: &Contact, server: u32, now: f64) -> Completion {
        let group = self.staff.group(server);
        let until = now + contact.work * self.routing.pace(contact.queue, group);
        self.ledger.answered(contact, now, until, group);
        Completion { at: until, server }
    }

    /// The contact that a free agent of `group` takes: first tier with someone waiting, longest waiting within it.
    fn next_waiting(&mut self, group: u32, now: f64) -> Option<Contact> {
        if self.waiting == 0 {
            return None;
        }
        for tier in &self.routing.tiers[group as usize] {
            while let Some(queue) = self.longest_waiting(tier) {
                let contact = self.lines[queue as usize].pop_front().expect("the longest waiting contact waits");
                self.waiting -= 1;
                if contact.gone_at >= now {
                    return Some(contact);
                }
                self.ledger.abandoned(&contact, now);
            }
        }
        None
    }

    /// The queue of a tier whose first contact arrived earliest; the first listed at the same instant.
    #[inline]
    fn longest_waiting(&self, tier: &[u32]) -> Option<u32> {
        let mut longest = None;
        let mut earliest = f64::INFINITY;
        for &queue in tier {
            if let Some(contact) = self.lines[queue as usize].front()
                && contact.arrival < earliest
            {
                earliest = contact.arrival;
                longest = Some(queue);
            }
        }
        longest
    }

    /// Contacts in service and in the lines, the gone included.
    #[inline]
    fn present(&self) -> u64 {
        self.waiting + self.completions.len() as u64
    }

    /// Whether every place is taken at `now`, once those whose patience has ended are gone.
    fn is_full(&mut self, now: f64) -> bool {
        if self.nobody_gone_before < now {
            let ledger = &mut self.ledger;
            self.nobody_gone_before = f64::INFINITY;
            for line in &mut self.lines {
                line.retain(|contact| {
                    if contact.gone_at < now {
                        ledger.abandoned(contact, f64::INFINITY);
                    } else {
                        self.nobody_gone_before = self.nobody_gone_before.min(contact.gone_at);
                    }
                    contact.gone_at >= now
                });
            }
            self.waiting = self.lines.iter().map(|line| line.len() as u64).sum();
        }
        self.present() >= self.routing.places
    }

    /// Contacts of a queue that nobody will come to leave.
    fn send_away(&mut self, now: f64) {
        for queue in 0..self.lines.len() {
            if !self.lines[queue].is_empty() && self.staff.deserted(queue as u32) {
                self.waiting -= self.lines[queue].len() as u64;
                for mut contact in self.lines[queue].drain(..) {
                    contact.gone_at = contact.gone_at.min(now);
                    self.ledger.abandoned(&contact, f64::INFINITY);
                }
            }
        }
    }

    /// Books those who are left at the end of the run.
    fn close(&mut self, now: f64) {
        for contact in self.lines.iter().flatten() {
            if contact.gone_at < now {
                self.ledger.abandoned(contact, f64::INFINITY);
            } else {
                self.ledger.waiting(contact, now);
            }
        }
    }
}
