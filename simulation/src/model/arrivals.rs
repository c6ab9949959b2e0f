//! Poisson arrivals of a type, with handle time and patience drawn on arrival.

use rand_chacha::ChaCha8Rng;
use solver_data::Seed;

use super::compiled::{CompiledModel, TypeStream};
use crate::contact::Contact;
use crate::engine::Arrivals;
use crate::stream::{Purpose, exponential};
use crate::superposition::Superposition;

/// The Poisson process of one type, each of its three random quantities from a stream of its own.
pub(super) struct PoissonArrivals<'a> {
    own: &'a TypeStream,
    queue: u32,
    next: f64,
    arrivals: ChaCha8Rng,
    handle_times: ChaCha8Rng,
    patience: ChaCha8Rng,
}

impl<'a> PoissonArrivals<'a> {
    /// All types of a model in one replication.
    pub fn of_model(model: &'a CompiledModel, seed: Seed) -> Superposition<Self> {
        Superposition::new((0..).zip(&model.streams).map(|(queue, own)| Self::new(own, queue, seed)).collect())
    }

    fn new(own: &'a TypeStream, queue: u32, seed: Seed) -> Self {
        let seed = seed.stream(u64::from(queue));
        let mut arrivals = Purpose::Arrivals.of(seed).rng();
        let next = own.gap * exponential(&mut arrivals);
        let handle_times = Purpose::HandleTimes.of(seed).rng();
        Self { own, queue, next, arrivals, handle_times, patience: Purpose::Patience.of(seed).rng() }
    }
}

impl Arrivals for PoissonArrivals<'_> {
    #[inline]
    fn next_at(&self) -> f64 {
        self.next
    }

    #[inline]
    fn take(&mut self) -> Contact {
        let arrival = self.next;
        let work = self.own.work.draw(&mut self.handle_times);
        let gone_at = match self.own.patience {
            Some(mean) => arrival + mean * exponential(&mut self.patience),
            None => f64::INFINITY,
        };
        self.next = arrival + self.own.gap * exponential(&mut self.arrivals);
        Contact { arrival, gone_at, work, queue: self.queue, cell: 0 }
    }
}
