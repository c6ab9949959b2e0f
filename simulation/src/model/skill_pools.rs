//! Types with skills, priorities and a waiting room: the event loop of stationary models.
//!
//! Events are completions and arrivals; at one instant completions come first, the lower group first. Abandonments are no
//! events: a contact carries the instant its patience ends, and an agent who comes to it later finds it gone. A contact
//! whose patience ends at the very instant an agent takes it is answered. Only a full waiting room counts the gone before.

use std::collections::VecDeque;

use solver_data::Seed;
use solver_data::queueing_model::QueueDiscipline;

use super::compiled::{CompiledModel, class_bit};
use super::contacts::{Contact, Contacts};
use super::counts::TypeCounts;
use super::tournament::Tournament;

/// Groups of agents in operation.
#[derive(Debug)]
pub(super) struct SkillPools<'a> {
    model: &'a CompiledModel,
    contacts: Contacts<'a>,
    /// Places for contacts in service and waiting together; `u64::MAX` for no limit.
    places: u64,
    /// When each agent finishes; infinite for the idle.
    completions: Tournament,
    /// Group of each agent.
    group_of: Vec<u32>,
    groups: Vec<Group>,
    /// Idle agents of each group, from its first agent's place on.
    idle: Vec<u32>,
    idle_classes: Classes,
    lines: Vec<Line>,
    waiting_classes: Classes,
    /// Contacts in all lines, the gone included.
    waiting: u64,
    in_service: u64,
    /// No contact in a line has a patience that ends before this instant.
    nobody_gone_before: f64,
    /// By type, the measured contacts; then by type those of the warm-up.
    tallies: Vec<Tally>,
}

/// A group of agents.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Group {
    first: u32,
    idle: u32,
    /// Busy agent-seconds in the measured time.
    busy_seconds: f64,
}

/// The contacts of a type who wait, in order of arrival.
#[derive(Debug, Default)]
struct Line {
    contacts: VecDeque<Contact>,
    /// Arrival of the first; infinite when nobody waits.
    front: f64,
}

/// Which of 64 classes have members: row r belongs to class r mod 64, alone unless there are more rows.
#[derive(Debug)]
struct Classes {
    mask: u64,
    members: [u32; 64],
}

/// What happened to the contacts of a type.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    at_once: u64,
    later: u64,
    in_time_later: u64,
    blocked: u64,
    abandoned: u64,
    still_waiting: u64,
    wait_seconds: f64,
    work: f64,
}

impl Classes {
    #[inline]
    fn add(&mut self, row: u32) {
        self.mask |= class_bit(row);
        self.members[row as usize % 64] += 1;
    }

    #[inline]
    fn remove(&mut self, row: u32) {
        let members = &mut self.members[row as usize % 64];
        *members -= 1;
        self.mask &= !(u64::from(*members == 0) << (row % 64));
    }
}

impl<'a> SkillPools<'a> {
    /// An empty system with `agents` in the groups.
    pub fn new(model: &'a CompiledModel, agents: &[u32], seed: Seed) -> Self {
        let mut groups = Vec::with_capacity(agents.len());
        let (mut group_of, mut idle_classes) = (Vec::new(), Classes { mask: 0, members: [0; 64] });
        for (group, &count) in (0..).zip(agents) {
            groups.push(Group { first: group_of.len() as u32, idle: count, busy_seconds: 0.0 });
            group_of.extend((0..count).map(|_| group));
            (0..count).for_each(|_| idle_classes.add(group));
        }
        let servers = group_of.len() as u32;
        Self {
            model,
            contacts: Contacts::of_model(model, seed),
            places: model.waiting_room.map_or(u64::MAX, |room| u64::from(servers) + u64::from(room)),
            completions: Tournament::new(servers, f64::INFINITY),
            group_of,
            groups,
            idle: (0..servers).collect(),
            idle_classes,
            lines: model.streams.iter().map(|_| Line { contacts: VecDeque::new(), front: f64::INFINITY }).collect(),
            waiting_classes: Classes { mask: 0, members: [0; 64] },
            waiting: 0,
            in_service: 0,
            nobody_gone_before: f64::INFINITY,
            tallies: vec![Tally::default(); 2 * model.streams.len()],
        }
    }

    /// Runs to the end of the measured hours.
    pub fn run(mut self) -> (Vec<TypeCounts>, Vec<f64>) {
        let end = self.model.end;
        loop {
            let contact = *self.contacts.next();
            if contact.arrival >= end {
                break;
            }
            self.contacts.advance();
            loop {
                let (now, server) = self.completions.first();
                if now > contact.arrival {
                    break;
                }
                self.complete(now, server);
            }
            self.tally(&contact).work += contact.work;
            self.arrive(&contact);
        }
        loop {
            let (now, server) = self.completions.first();
            if now >= end {
                break;
            }
            self.complete(now, server);
        }
        self.close(end);
        let counts = self.tallies[..self.model.streams.len()].iter().map(Tally::counts).collect();
        (counts, self.groups.iter().map(|group| group.busy_seconds).collect())
    }

    /// A contact arrives: an idle agent answers it, or it waits, or it finds no place at all.
    #[inline]
    fn arrive(&mut self, contact: &Contact) {
        if self.waiting + self.in_service >= self.places && self.is_full(contact.arrival) {
            self.tally(contact).blocked += 1;
        } else if let Some(group) = self.idle_group(contact.own) {
            let own = &mut self.groups[group as usize];
            own.idle -= 1;
            let server = self.idle[(own.first + own.idle) as usize];
            self.idle_classes.remove(group);
            self.in_service += 1;
            self.tally(contact).at_once += 1;
            let until = self.serve(contact, group, contact.arrival);
            self.completions.bring_forward(server, until);
        } else {
            self.waiting += 1;
            self.waiting_classes.add(contact.own);
            self.nobody_gone_before = self.nobody_gone_before.min(contact.gone_at);
            let line = &mut self.lines[contact.own as usize];
            line.front = line.front.min(contact.arrival);
            line.contacts.push_back(*contact);
        }
    }

    /// The group whose agent answers a new contact of type `own`.
    #[inline]
    fn idle_group(&self, own: u32) -> Option<u32> {
        let route = &self.model.routes[own as usize];
        if self.idle_classes.mask & route.classes == 0 {
            return None;
        }
        route.levels.iter().find_map(|level| {
            let (mut chosen, mut most) = (None, 0);
            for &group in level {
                let idle = self.groups[group as usize].idle;
                if idle > most {
                    (chosen, most) = (Some(group), idle);
                }
            }
            chosen
        })
    }

    /// An agent finishes: the next waiting contact, or rest.
    #[inline]
    fn complete(&mut self, now: f64, server: u32) {
        let group = self.group_of[server as usize];
        if let Some(contact) = self.next_waiting(group, now) {
            let threshold = self.model.streams[contact.own as usize].threshold;
            let wait = now - contact.arrival;
            let tally = self.tally(&contact);
            tally.later += 1;
            tally.in_time_later += u64::from(wait <= threshold);
            tally.wait_seconds += wait;
            let until = self.serve(&contact, group, now);
            self.completions.set(server, until);
        } else {
            self.completions.set(server, f64::INFINITY);
            let own = &mut self.groups[group as usize];
            self.idle[(own.first + own.idle) as usize] = server;
            own.idle += 1;
            self.idle_classes.add(group);
            self.in_service -= 1;
        }
    }

    /// An agent of `group` takes a contact; returns when it will be finished.
    #[inline]
    fn serve(&mut self, contact: &Contact, group: u32, now: f64) -> f64 {
        let until = now + contact.work * self.model.pace[contact.own as usize * self.groups.len() + group as usize];
        let busy = (until.min(self.model.end) - now.max(self.model.warm_up)).max(0.0);
        self.groups[group as usize].busy_seconds += busy;
        until
    }

    /// The contact that a free agent of `group` takes.
    #[inline]
    fn next_waiting(&mut self, group: u32, now: f64) -> Option<Contact> {
        let serves = &self.model.serves[group as usize];
        while self.waiting_classes.mask & serves.classes != 0 {
            let own = match self.model.discipline {
                QueueDiscipline::Priority => {
                    serves.types.iter().copied().find(|&own| self.lines[own as usize].front < f64::INFINITY)
                }
                QueueDiscipline::FirstCome => self.longest_waiting(&serves.types),
            }?;
            let line = &mut self.lines[own as usize];
            let contact = line.contacts.pop_front().expect("a line with a front has a contact");
            line.front = line.contacts.front().map_or(f64::INFINITY, |next| next.arrival);
            self.waiting -= 1;
            self.waiting_classes.remove(own);
            if contact.gone_at >= now {
                return Some(contact);
            }
            self.tally(&contact).abandon(&contact);
        }
        None
    }

    /// The type whose first contact arrived earliest; the first listed at the same instant.
    #[inline]
    fn longest_waiting(&self, types: &[u32]) -> Option<u32> {
        let (mut longest, mut earliest) = (None, f64::INFINITY);
        for &own in types {
            let front = self.lines[own as usize].front;
            if front < earliest {
                (longest, earliest) = (Some(own), front);
            }
        }
        longest
    }

    /// The tally of a contact.
    #[inline]
    fn tally(&mut self, contact: &Contact) -> &mut Tally {
        let warming = usize::from(contact.arrival < self.model.warm_up);
        &mut self.tallies[contact.own as usize + warming * self.model.streams.len()]
    }

    /// Whether every place is taken at `now`, once those whose patience has ended are gone.
    fn is_full(&mut self, now: f64) -> bool {
        if self.nobody_gone_before < now {
            self.nobody_gone_before = f64::INFINITY;
            for own in 0..self.lines.len() {
                let mut contacts = std::mem::take(&mut self.lines[own].contacts);
                contacts.retain(|contact| {
                    let stays = contact.gone_at >= now;
                    if stays {
                        self.nobody_gone_before = self.nobody_gone_before.min(contact.gone_at);
                    } else {
                        self.tally(contact).abandon(contact);
                        self.waiting -= 1;
                        self.waiting_classes.remove(contact.own);
                    }
                    stays
                });
                self.lines[own].front = contacts.front().map_or(f64::INFINITY, |next| next.arrival);
                self.lines[own].contacts = contacts;
            }
        }
        self.waiting + self.in_service >= self.places
    }

    /// Books those who are left at the end of the run.
    fn close(&mut self, end: f64) {
        for mut line in std::mem::take(&mut self.lines) {
            for contact in line.contacts.drain(..) {
                let tally = self.tally(&contact);
                if contact.gone_at < end {
                    tally.abandon(&contact);
                } else {
                    tally.still_waiting += 1;
                    tally.wait_seconds += end - contact.arrival;
                }
            }
        }
    }
}

impl Tally {
    fn abandon(&mut self, contact: &Contact) {
        self.abandoned += 1;
        self.wait_seconds += contact.gone_at - contact.arrival;
    }

    fn counts(&self) -> TypeCounts {
        let waited = self.later + self.abandoned + self.still_waiting;
        TypeCounts {
            offered: self.blocked + self.at_once + waited,
            blocked: self.blocked,
            waited,
            answered: self.at_once + self.later,
            in_time: self.at_once + self.in_time_later,
            abandoned: self.abandoned,
            still_waiting: self.still_waiting,
            wait_seconds: self.wait_seconds,
            work: self.work,
        }
    }
}
