//! The books of one replication: tallies by queue and interval of arrival, busy and available agent-seconds.

use solver_data::ServiceLevelDefinition;

use super::compiled::CompiledRoster;
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
        self.wait += other.wait;
    }
}

/// The books of one replication.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RosterLedger<'a> {
    roster: &'a CompiledRoster,
    /// Queue-major: `queues × intervals`.
    pub tallies: Vec<Tally>,
    /// Busy agent-seconds by interval.
    pub busy: Vec<f64>,
    /// Agent-seconds on contact by interval, overtime included.
    pub available: Vec<f64>,
}

impl<'a> RosterLedger<'a> {
    /// Empty books with the presence of all shifts but the absent.
    pub fn new(roster: &'a CompiledRoster, absent: &[bool]) -> Self {
        let intervals = roster.intervals();
        let mut available = vec![0.0; intervals];
        for (shift, _) in roster.shifts.iter().zip(absent).filter(|(_, absent)| !**absent) {
            for &(from, to) in &shift.spans {
                spread(&mut available, roster.grid.interval_seconds(), from, to);
            }
        }
        let tallies = vec![Tally::default(); roster.queues.len() * intervals];
        Self { roster, tallies, busy: vec![0.0; intervals], available }
    }

    /// Agents who finish a contact after they should have left are available for that time.
    pub fn add_overtime(&mut self, spans: &[(f64, f64)]) {
        for &(from, to) in spans {
            spread(&mut self.available, self.roster.grid.interval_seconds(), from, to);
        }
    }

    #[inline]
    fn tally(&mut self, contact: &Contact) -> &mut Tally {
        let index = contact.queue as usize * self.roster.intervals() + contact.cell as usize;
        &mut self.tallies[index]
    }
}

/// Adds the seconds of `from..to` to the intervals they fall in; what lies beyond the grid is dropped.
fn spread(into: &mut [f64], seconds: f64, from: f64, to: f64) {
    let mut t = (from / seconds) as usize;
    let mut from = from;
    while from < to && t < into.len() {
        let end = to.min((t + 1) as f64 * seconds);
        into[t] += end - from;
        from = end;
        t += 1;
    }
}

impl Ledger for RosterLedger<'_> {
    #[inline]
    fn offered(&mut self, contact: &Contact) {
        let definition = self.roster.queues[contact.queue as usize].definition;
        let tally = self.tally(contact);
        tally.offered += 1;
        tally.base += u32::from(definition != ServiceLevelDefinition::OfAnswered);
    }

    fn blocked(&mut self, contact: &Contact) {
        self.tally(contact).abandoned += 1;
    }

    #[inline]
    fn answered(&mut self, contact: &Contact, now: f64, until: f64, _: u32) {
        spread(&mut self.busy, self.roster.grid.interval_seconds(), now, until);
        let queue = &self.roster.queues[contact.queue as usize];
        let (threshold, definition) = (queue.threshold, queue.definition);
        let wait = now - contact.arrival;
        let tally = self.tally(contact);
        tally.answered += 1;
        tally.wait += wait;
        tally.hits += u32::from(wait <= threshold);
        tally.base += u32::from(definition == ServiceLevelDefinition::OfAnswered);
    }

    fn abandoned(&mut self, contact: &Contact, found: f64) {
        let queue = &self.roster.queues[contact.queue as usize];
        let (threshold, definition) = (queue.threshold, queue.definition);
        let short = contact.gone_at - contact.arrival <= threshold;
        let tally = self.tally(contact);
        tally.abandoned += 1;
        match definition {
            ServiceLevelDefinition::ServedAll | ServiceLevelDefinition::OfAnswered => {}
            ServiceLevelDefinition::ServedExclShort => tally.base -= u32::from(short),
            ServiceLevelDefinition::HandledOrGone => tally.hits += u32::from(short),
            ServiceLevelDefinition::Virtual => tally.hits += u32::from(found - contact.arrival <= threshold),
        }
    }

    fn waiting(&mut self, _: &Contact, _: f64) {}
}
