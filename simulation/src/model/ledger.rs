//! The books of one run of a stationary model.

use super::compiled::CompiledModel;
use crate::contact::Contact;
use crate::engine::Ledger;

/// What happened to the measured contacts of one type: those that come after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TypeCounts {
    /// Contacts that came.
    pub offered: u64,
    /// Found every place taken.
    pub blocked: u64,
    /// Waited, whether answered, abandoned or still waiting at the end.
    pub waited: u64,
    /// Were answered.
    pub answered: u64,
    /// Were answered within the type's threshold.
    pub in_time: u64,
    /// Abandoned.
    pub abandoned: u64,
    /// Still waited at the end of the run.
    pub still_waiting: u64,
    /// Waits of all of them together, seconds.
    pub wait_seconds: f64,
}

impl TypeCounts {
    /// The counts of two types together.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            offered: self.offered + other.offered,
            blocked: self.blocked + other.blocked,
            waited: self.waited + other.waited,
            answered: self.answered + other.answered,
            in_time: self.in_time + other.in_time,
            abandoned: self.abandoned + other.abandoned,
            still_waiting: self.still_waiting + other.still_waiting,
            wait_seconds: self.wait_seconds + other.wait_seconds,
        }
    }

    /// Blocked share; `None` where no contact came.
    pub fn p_block(&self) -> Option<f64> {
        (self.offered > 0).then(|| self.blocked as f64 / self.offered as f64)
    }

    /// Share that waited, of those not blocked.
    pub fn p_wait(&self) -> Option<f64> {
        self.of_accepted(self.waited as f64)
    }

    /// Share that abandoned, of those not blocked.
    pub fn p_abandon(&self) -> Option<f64> {
        self.of_accepted(self.abandoned as f64)
    }

    /// Share answered within the threshold, of those not blocked.
    pub fn served_in_time(&self) -> Option<f64> {
        self.of_accepted(self.in_time as f64)
    }

    /// Mean wait of those not blocked, seconds.
    pub fn mean_wait(&self) -> Option<f64> {
        self.of_accepted(self.wait_seconds)
    }

    fn of_accepted(&self, part: f64) -> Option<f64> {
        let accepted = self.offered - self.blocked;
        (accepted > 0).then(|| part / accepted as f64)
    }
}

/// The books of one run: only contacts that arrive after the warm-up are booked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ModelLedger {
    /// By type.
    pub types: Vec<TypeCounts>,
    /// Busy agent-seconds of each group in the measured time.
    pub busy_seconds: Vec<f64>,
    thresholds: Vec<f64>,
    measured: (f64, f64),
}

impl ModelLedger {
    /// Empty books.
    pub fn new(model: &CompiledModel) -> Self {
        Self {
            types: vec![TypeCounts::default(); model.streams.len()],
            busy_seconds: vec![0.0; model.agents.len()],
            thresholds: model.streams.iter().map(|stream| stream.threshold).collect(),
            measured: (model.warm_up, model.end),
        }
    }

    /// The counts of a measured contact.
    #[inline]
    fn counts(&mut self, contact: &Contact) -> Option<&mut TypeCounts> {
        (contact.arrival >= self.measured.0).then(|| &mut self.types[contact.queue as usize])
    }
}

impl Ledger for ModelLedger {
    #[inline]
    fn offered(&mut self, contact: &Contact) {
        if let Some(counts) = self.counts(contact) {
            counts.offered += 1;
        }
    }

    fn blocked(&mut self, contact: &Contact) {
        if let Some(counts) = self.counts(contact) {
            counts.blocked += 1;
        }
    }

    #[inline]
    fn answered(&mut self, contact: &Contact, now: f64, until: f64, group: u32) {
        let (from, end) = self.measured;
        self.busy_seconds[group as usize] += (until.min(end) - now.max(from)).max(0.0);
        let threshold = self.thresholds[contact.queue as usize];
        if let Some(counts) = self.counts(contact) {
            let wait = now - contact.arrival;
            counts.answered += 1;
            counts.waited += u64::from(wait > 0.0);
            counts.in_time += u64::from(wait <= threshold);
            counts.wait_seconds += wait;
        }
    }

    fn abandoned(&mut self, contact: &Contact, _: f64) {
        if let Some(counts) = self.counts(contact) {
            counts.abandoned += 1;
            counts.waited += 1;
            counts.wait_seconds += contact.gone_at - contact.arrival;
        }
    }

    fn waiting(&mut self, contact: &Contact, end: f64) {
        if let Some(counts) = self.counts(contact) {
            counts.still_waiting += 1;
            counts.waited += 1;
            counts.wait_seconds += end - contact.arrival;
        }
    }
}
