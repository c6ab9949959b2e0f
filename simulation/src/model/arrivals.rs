//! Poisson arrivals of each type, with handle time and patience drawn on arrival.

use rand_chacha::ChaCha8Rng;
use solver_data::Seed;

use super::compiled::{CompiledModel, TypeStream};
use crate::contact::Contact;
use crate::engine::Arrivals;
use crate::stream::{Purpose, exponential};

/// Superposition of the types' Poisson processes.
pub(super) struct PoissonArrivals<'a> {
    types: &'a [TypeStream],
    generators: Vec<Generators>,
    /// Next arrival of each type.
    next: Vec<f64>,
    /// The earliest of `next` and its type.
    earliest: (f64, usize),
}

/// The streams of one type.
struct Generators {
    arrivals: ChaCha8Rng,
    handle_times: ChaCha8Rng,
    patience: ChaCha8Rng,
}

impl<'a> PoissonArrivals<'a> {
    /// Arrivals of one replication.
    pub fn new(model: &'a CompiledModel, seed: Seed) -> Self {
        let types = model.streams.as_slice();
        let mut generators: Vec<Generators> = (0..types.len() as u64)
            .map(|index| {
                let own = seed.stream(index);
                Generators {
                    arrivals: Purpose::Arrivals.of(own).rng(),
                    handle_times: Purpose::HandleTimes.of(own).rng(),
                    patience: Purpose::Patience.of(own).rng(),
                }
            })
            .collect();
        let next = types.iter().zip(&mut generators).map(|(own, g)| exponential(&mut g.arrivals) * own.gap).collect();
        let mut arrivals = Self { types, generators, next, earliest: (f64::INFINITY, 0) };
        arrivals.find_earliest();
        arrivals
    }

    /// The first listed type among those with the earliest next arrival.
    #[inline]
    fn find_earliest(&mut self) {
        let mut earliest = (f64::INFINITY, 0);
        for (index, &at) in self.next.iter().enumerate() {
            if at < earliest.0 {
                earliest = (at, index);
            }
        }
        self.earliest = earliest;
    }
}

impl Arrivals for PoissonArrivals<'_> {
    #[inline]
    fn next_at(&self) -> f64 {
        self.earliest.0
    }

    #[inline]
    fn take(&mut self) -> Contact {
        let (arrival, index) = self.earliest;
        let (own, generators) = (&self.types[index], &mut self.generators[index]);
        let work = own.work.draw(&mut generators.handle_times);
        let gone_at = match own.patience {
            Some(mean) => arrival + mean * exponential(&mut generators.patience),
            None => f64::INFINITY,
        };
        self.next[index] = arrival + own.gap * exponential(&mut generators.arrivals);
        self.find_earliest();
        Contact { arrival, gone_at, work, queue: index as u32, cell: 0 }
    }
}
