//! The contacts of a replication: each with everything drawn on its arrival, merged in order of arrival.

use solver_data::Seed;

use super::compiled::{CompiledModel, TypeStream};
use super::draws::Draws;
use super::tournament::Tournament;
use crate::stream::Purpose;

/// A contact; the same whatever staff it meets.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Contact {
    /// Arrival, seconds.
    pub arrival: f64,
    /// Instant at which its patience ends; infinite for endless patience.
    pub gone_at: f64,
    /// Handle time in units of its group's mean.
    pub work: f64,
    /// Type.
    pub own: u32,
}

/// The contacts of one type: a Poisson process, each of its three random quantities from a stream of its own.
#[derive(Debug)]
pub(super) struct TypeContacts<'a> {
    gaps: Draws<'a>,
    work: Draws<'a>,
    patience: Draws<'a>,
    next: f64,
}

impl<'a> TypeContacts<'a> {
    /// The contacts of type `own` in the replication of `seed`.
    pub fn new(stream: &'a TypeStream, own: u32, seed: Seed) -> Self {
        let seed = seed.stream(u64::from(own));
        let mut gaps = Draws::new(&stream.gap, Purpose::Arrivals.of(seed));
        let next = gaps.next();
        let work = Draws::new(&stream.work, Purpose::HandleTimes.of(seed));
        Self { gaps, work, patience: Draws::new(&stream.patience, Purpose::Patience.of(seed)), next }
    }

    /// Instant of the next arrival; infinite when none follows.
    #[inline]
    pub fn next_at(&self) -> f64 {
        self.next
    }

    /// Takes the next contact, which is of type `own`.
    #[inline]
    pub fn take(&mut self, own: u32) -> Contact {
        let arrival = self.next;
        self.next = arrival + self.gaps.next();
        Contact { arrival, gone_at: arrival + self.patience.next(), work: self.work.next(), own }
    }
}

/// Contacts merged ahead at once.
const BATCH: usize = 64;

/// The contacts of all types in order of arrival, the lower type first at the same instant.
#[derive(Debug)]
pub(super) struct Contacts<'a> {
    types: Vec<TypeContacts<'a>>,
    order: Tournament,
    batch: [Contact; BATCH],
    used: usize,
}

impl<'a> Contacts<'a> {
    /// The contacts of a model in the replication of `seed`.
    pub fn of_model(model: &'a CompiledModel, seed: Seed) -> Self {
        let types: Vec<_> = (0..).zip(&model.streams).map(|(own, stream)| TypeContacts::new(stream, own, seed)).collect();
        let mut order = Tournament::new(types.len() as u32, f64::INFINITY);
        (0..).zip(&types).for_each(|(own, contacts)| order.set(own, contacts.next));
        Self { types, order, batch: [Contact::default(); BATCH], used: BATCH }
    }

    /// The next contact; its arrival is infinite when none follows.
    #[inline]
    pub fn next(&mut self) -> &Contact {
        if self.used == BATCH {
            self.merge();
        }
        &self.batch[self.used]
    }

    /// Goes on to the contact after the next.
    #[inline]
    pub fn advance(&mut self) {
        self.used += 1;
    }

    #[inline(never)]
    fn merge(&mut self) {
        for contact in &mut self.batch {
            let (_, own) = self.order.first();
            let source = &mut self.types[own as usize];
            *contact = source.take(own);
            self.order.set(own, source.next);
        }
        self.used = 0;
    }
}
