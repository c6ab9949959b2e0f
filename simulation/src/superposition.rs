//! Several streams of arrivals merged in order of time.

use crate::contact::Contact;
use crate::engine::Arrivals;

/// The merged arrivals of several sources, the first listed first at the same instant.
pub(crate) struct Superposition<A> {
    sources: Vec<A>,
    /// Next arrival of each source.
    next: Vec<f64>,
    /// The earliest of `next` and its source.
    earliest: (f64, usize),
}

impl<A: Arrivals> Superposition<A> {
    /// Merges `sources`.
    pub fn new(sources: Vec<A>) -> Self {
        let next = sources.iter().map(A::next_at).collect();
        let mut merged = Self { sources, next, earliest: (f64::INFINITY, 0) };
        merged.find_earliest();
        merged
    }

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

impl<A: Arrivals> Arrivals for Superposition<A> {
    #[inline]
    fn next_at(&self) -> f64 {
        self.earliest.0
    }

    #[inline]
    fn take(&mut self) -> Contact {
        let source = self.earliest.1;
        let contact = self.sources[source].take();
        self.next[source] = self.sources[source].next_at();
        self.find_earliest();
        contact
    }
}
