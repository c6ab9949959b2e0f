//! One type of contact, one group of agents, nobody blocked: contacts are looked at one after the other.
//!
//! First come, first served: a contact starts when it comes or when the first agent is free, whichever is later, unless
//! its patience ends before. Only those who are answered keep an agent (Kiefer and Wolfowitz 1955, Trans. AMS 78(1),
//! with the abandonment of Baccelli, Boyer and Hebuterne 1984, Adv. Appl. Prob. 16(4)). There are no queue and no events.

use super::contacts::TypeContacts;
use super::counts::TypeCounts;
use super::tournament::Tournament;

/// One pool of agents in operation.
#[derive(Debug)]
pub(super) struct SinglePool<'a> {
    contacts: TypeContacts<'a>,
    /// When each agent is free.
    free: Tournament,
    /// Mean handle time, seconds.
    pace: f64,
    /// Threshold of the service level, seconds.
    threshold: f64,
    /// From when and until when is measured, seconds.
    measured: (f64, f64),
    /// Busy agent-seconds in the measured time.
    busy_seconds: f64,
}

impl<'a> SinglePool<'a> {
    /// A pool of idle `agents`.
    pub fn new(contacts: TypeContacts<'a>, agents: u32, pace: f64, threshold: f64, measured: (f64, f64)) -> Self {
        Self { contacts, free: Tournament::new(agents, 0.0), pace, threshold, measured, busy_seconds: 0.0 }
    }

    /// Runs to the end: the measured contacts and the busy agent-seconds.
    pub fn run(mut self) -> (Vec<TypeCounts>, Vec<f64>) {
        self.serve_until(self.measured.0);
        let counts = self.serve_until(self.measured.1);
        (vec![counts], vec![self.busy_seconds])
    }

    /// Serves the contacts that come before `until`.
    fn serve_until(&mut self, until: f64) -> TypeCounts {
        let Self { contacts, free, pace, threshold, measured: (from, end), .. } = self;
        let mut counts = TypeCounts::default();
        let mut busy = 0.0;
        while contacts.next_at() < until {
            let contact = contacts.take(0);
            let (free_at, agent) = free.first();
            let start = free_at.max(contact.arrival);
            counts.offered += 1;
            counts.waited += u64::from(start > contact.arrival);
            if contact.gone_at < start || start >= *end {
                let gone = contact.gone_at < *end;
                counts.abandoned += u64::from(gone);
                counts.still_waiting += u64::from(!gone);
                counts.wait_seconds += contact.gone_at.min(*end) - contact.arrival;
                continue;
            }
            let wait = start - contact.arrival;
            let until = start + contact.work * *pace;
            free.set(agent, until);
            counts.in_time += u64::from(wait <= *threshold);
            counts.wait_seconds += wait;
            busy += (until.min(*end) - start.max(*from)).max(0.0);
        }
        counts.answered = counts.offered - counts.abandoned - counts.still_waiting;
        self.busy_seconds += busy;
        counts
    }
}
