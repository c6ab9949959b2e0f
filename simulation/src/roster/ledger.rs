//! The books of one replication: tallies by queue and interval of arrival, waits, busy and available agent-seconds.

use solver_data::ServiceLevelDefinition;

use super::compiled::CompiledRoster;
use super::queue::{Definition, Terms};
use super::waits::Waits;
use crate::contact::Contact;
use crate::engine::Ledger;

/// What happened to the contacts of a queue that arrived in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Tally {
    pub offered: u32,
    pub answered: u32,
    pub abandoned: u32,
    /// Contacts that count as served in time.
    pub hits: u32,
    /// Contacts they are counted against.
    pub base: u32,
    /// Contacts whose wait, had they stayed, is longer than the longest wait promised.
    pub overlong: u32,
    /// Pieces of deferred work that fell due or were done.
    pub due: u32,
    /// Those of them done by their deadline.
    pub in_time: u32,
    /// Seconds waited by the answered.
    pub wait: f64,
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: &Tally) {
        self.offered += other.offered;
        self.answered += other.answered;
        self.abandoned += other.abandoned;
        self.hits += other.hits;
        self.base += other.base;
        self.overlong += other.overlong;
        self.due += other.due;
        self.in_time += other.in_time;
        self.wait += other.wait;
    }
}

/// Contacts of a queue that came again, went on, or were put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flow {
    pub redials: u32,
    pub escalated: u32,
    pub callbacks: u32,
    pub callbacks_made: u32,
    /// Call-backs made, or whose window ended within the horizon.
    pub callbacks_due: u32,
    pub callbacks_in_time: u32,
    pub wrap_ups: u32,
    pub wrap_ups_due: u32,
    pub wrap_ups_in_time: u32,
    /// Pieces of deferred work finished.
    pub done: u32,
}

/// Deferred work of a queue at the end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Backlog {
    pub pieces: u32,
    /// Age of the oldest, seconds.
    pub oldest: f64,
}

/// The books of one replication.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RosterLedger<'a> {
    roster: &'a CompiledRoster,
    /// Queue-major: `queues × intervals`.
    pub tallies: Vec<Tally>,
    /// Waits of each queue.
    pub waits: Vec<Waits>,
    /// Flow of each queue.
    pub flows: Vec<Flow>,
    /// Backlog of each queue by interval, queue-major; empty where nothing is deferred.
    pub backlog: Vec<Backlog>,
    pub presence: Presence,
}

/// Agent-seconds of one replication.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Presence {
    /// Busy agent-seconds by interval.
    pub busy: Vec<f64>,
    /// Agent-seconds on contact by interval, overtime included.
    pub available: Vec<f64>,
    /// Busy and available agent-seconds by group and day, group-major.
    pub groups: Vec<(f64, f64)>,
}

impl<'a> RosterLedger<'a> {
    /// Empty books with the presence of all shifts but the absent.
    pub fn new(roster: &'a CompiledRoster, absent: &[bool]) -> Self {
        let (intervals, queues) = (roster.intervals(), roster.queues.len());
        let groups = vec![(0.0, 0.0); roster.groups.len() * roster.grid.days()];
        let presence = Presence { busy: vec![0.0; intervals], available: vec![0.0; intervals], groups };
        let mut books = Self {
            roster,
            tallies: vec![Tally::default(); queues * intervals],
            waits: vec![Waits::default(); queues],
            flows: vec![Flow::default(); queues],
            backlog: Vec::new(),
            presence,
        };
        for (shift, _) in roster.shifts.iter().zip(absent).filter(|(_, absent)| !**absent) {
            let group = roster.groups.of_agent[usize::from(shift.agent)];
            for &(from, to) in &shift.spans {
                books.present(group, from, to);
            }
        }
        books
    }

    /// An agent of `group` is there, or stays to finish a contact.
    pub fn present(&mut self, group: u32, from: f64, to: f64) {
        let (roster, days) = (self.roster, self.roster.grid.days());
        let Presence { available, groups, .. } = &mut self.presence;
        spread((roster.grid.interval_seconds(), available.len()), (from, to), |t, seconds| {
            available[t] += seconds;
            groups[group as usize * days + roster.day_of[t] as usize].1 += seconds;
        });
    }

    /// An agent of `group` works.
    #[inline]
    pub fn works(&mut self, group: u32, from: f64, to: f64) {
        let (roster, days) = (self.roster, self.roster.grid.days());
        let Presence { busy, groups, .. } = &mut self.presence;
        spread((roster.grid.interval_seconds(), busy.len()), (from, to), |t, seconds| {
            busy[t] += seconds;
            groups[group as usize * days + roster.day_of[t] as usize].0 += seconds;
        });
    }

    /// A contact is answered, or its work begun, at `now`.
    #[inline]
    pub fn begins(&mut self, contact: &Contact, now: f64) {
        let terms = self.terms(contact);
        let wait = now - contact.arrival;
        self.waits[contact.queue as usize].add(wait);
        let tally = self.tally(contact);
        tally.answered += 1;
        tally.wait += wait;
        tally.overlong += u32::from(wait > terms.longest);
        if let Definition::Wait(definition) = terms.definition {
            tally.hits += u32::from(wait <= terms.threshold);
            tally.base += u32::from(definition == ServiceLevelDefinition::OfAnswered);
        }
    }

    /// Deferred work is finished at `done`, infinite where its deadline `due` passes before.
    pub fn falls_due(&mut self, contact: &Contact, due: f64, done: f64) {
        let in_time = done <= due;
        let deadline = self.terms(contact).definition == Definition::Deadline;
        let tally = self.tally(contact);
        tally.due += 1;
        tally.in_time += u32::from(in_time);
        if deadline {
            tally.base += 1;
            tally.hits += u32::from(in_time);
        }
    }

    #[inline]
    fn terms(&self, contact: &Contact) -> Terms {
        self.roster.queues[contact.queue as usize].terms[contact.cell as usize]
    }

    #[inline]
    fn tally(&mut self, contact: &Contact) -> &mut Tally {
        let index = contact.queue as usize * self.roster.intervals() + contact.cell as usize;
        &mut self.tallies[index]
    }
}

/// Hands the seconds of `from..to` to the intervals they fall in; what lies beyond the grid is dropped.
#[inline]
fn spread((seconds, intervals): (f64, usize), (from, to): (f64, f64), mut add: impl FnMut(usize, f64)) {
    let mut t = (from / seconds) as usize;
    let mut from = from;
    while from < to && t < intervals {
        let end = to.min((t + 1) as f64 * seconds);
        add(t, end - from);
        from = end;
        t += 1;
    }
}

impl Ledger for RosterLedger<'_> {
    #[inline]
    fn offered(&mut self, contact: &Contact) {
        let counts = match self.terms(contact).definition {
            Definition::Wait(definition) => definition != ServiceLevelDefinition::OfAnswered,
            Definition::Deadline => false,
        };
        let tally = self.tally(contact);
        tally.offered += 1;
        tally.base += u32::from(counts);
    }

    fn blocked(&mut self, contact: &Contact) {
        self.tally(contact).abandoned += 1;
    }

    #[inline]
    fn answered(&mut self, contact: &Contact, now: f64, until: f64, group: u32) {
        self.begins(contact, now);
        self.works(group, now, until);
    }

    fn abandoned(&mut self, contact: &Contact, found: f64) {
        let terms = self.terms(contact);
        let waited = contact.gone_at - contact.arrival;
        let short = waited <= terms.threshold;
        self.waits[contact.queue as usize].left_after(waited);
        let tally = self.tally(contact);
        tally.abandoned += 1;
        tally.overlong += u32::from(found - contact.arrival > terms.longest);
        match terms.definition {
            Definition::Deadline | Definition::Wait(ServiceLevelDefinition::ServedAll | ServiceLevelDefinition::OfAnswered) => {}
            Definition::Wait(ServiceLevelDefinition::ServedExclShort) => tally.base -= u32::from(short),
            Definition::Wait(ServiceLevelDefinition::HandledOrGone) => tally.hits += u32::from(short),
            Definition::Wait(ServiceLevelDefinition::Virtual) => {
                tally.hits += u32::from(found - contact.arrival <= terms.threshold);
            }
        }
    }

    fn waiting(&mut self, _: &Contact, _: f64) {}
}
