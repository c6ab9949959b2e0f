//! What is to happen, apart from arrivals and changes of staff: one heap of single integers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What happens; at one instant in this order, staff and first arrivals between the first and the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// An agent finishes a contact, unless the agent's plans have changed since.
    Finish { agent: u32, plan: u32 },
    /// An abandoned contact tries again.
    Redial { case: u32 },
    /// A call-back is offered to a contact that accepts it.
    Offer { case: u32 },
    /// The patience of a contact ends that would try again.
    LosesPatience { case: u32 },
}

/// Place of an event among others of the same instant.
pub(super) mod rank {
    pub const FINISH: u8 = 0;
    pub const STAFF: u8 = 1;
    pub const ARRIVAL: u8 = 2;
    pub const REDIAL: u8 = 3;
    pub const OFFER: u8 = 4;
    pub const PATIENCE: u8 = 5;
    pub const TICK: u8 = 6;
}

/// Instant and rank as one number that compares as they do: the bits of a non-negative time order like the time.
#[inline]
pub(super) fn key(at: f64, rank: u8) -> u128 {
    (u128::from(at.to_bits()) << 64) | (u128::from(rank) << 56)
}

/// Events to come.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    heap: BinaryHeap<Reverse<u128>>,
}

/// Plans are counted modulo this.
const PLANS: u32 = 1 << 24;

impl Calendar {
    /// Enters an event.
    pub fn enter(&mut self, at: f64, event: Event) {
        let (rank, id, plan) = match event {
            Event::Finish { agent, plan } => (rank::FINISH, agent, plan % PLANS),
            Event::Redial { case } => (rank::REDIAL, case, 0),
            Event::Offer { case } => (rank::OFFER, case, 0),
            Event::LosesPatience { case } => (rank::PATIENCE, case, 0),
        };
        self.heap.push(Reverse(key(at, rank) | (u128::from(id) << 24) | u128::from(plan)));
    }

    /// Key of the next event; the greatest where none follows.
    #[inline]
    pub fn next_key(&self) -> u128 {
        self.heap.peek().map_or(u128::MAX, |next| next.0)
    }

    /// Takes the next event.
    pub fn take(&mut self) -> Option<(f64, Event)> {
        let Reverse(key) = self.heap.pop()?;
        let (at, id, plan) = (f64::from_bits((key >> 64) as u64), (key >> 24) as u32, key as u32 % PLANS);
        let event = match (key >> 56) as u8 {
            rank::FINISH => Event::Finish { agent: id, plan },
            rank::REDIAL => Event::Redial { case: id },
            rank::OFFER => Event::Offer { case: id },
            _ => Event::LosesPatience { case: id },
        };
        Some((at, event))
    }
}

/// Whether a finish is still planned.
pub(super) fn is_current(plan: u32, of_agent: u32) -> bool {
    plan == of_agent % PLANS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order_of_time_then_rank_then_number() {
        let mut calendar = Calendar::default();
        let events = [
            (2.0, Event::Offer { case: 0 }),
            (1.0, Event::LosesPatience { case: 7 }),
            (1.0, Event::Redial { case: u32::MAX }),
            (1.0, Event::Finish { agent: 9, plan: PLANS + 5 }),
            (1.0, Event::Finish { agent: 2, plan: 3 }),
        ];
        for (at, event) in events {
            calendar.enter(at, event);
        }
        let taken: Vec<Event> = std::iter::from_fn(|| calendar.take()).map(|(_, event)| event).collect();
        assert_eq!(
            taken,
            [
                Event::Finish { agent: 2, plan: 3 },
                Event::Finish { agent: 9, plan: 5 },
                Event::Redial { case: u32::MAX },
                Event::LosesPatience { case: 7 },
                Event::Offer { case: 0 },
            ]
        );
        assert!(is_current(5, PLANS + 5));
    }
}
