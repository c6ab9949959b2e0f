//! One contact on the floor, and what the future holds for it.

use solver_data::Seed;

use super::super::shape::UnitTime;
use crate::contact::Contact;

/// A contact, a call-back or a piece of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Case {
    /// The contact as it came to its present queue; its work is whole, at a factor of 1.
    pub contact: Contact,
    /// Seconds of work left, at a factor of 1.
    pub remaining: f64,
    /// When it is due; infinite for never.
    pub due: f64,
    /// Where its own random numbers come from, whatever staff it meets.
    pub fate: Seed,
    pub sort: Sort,
    pub state: State,
    /// Whether an agent has looked at it.
    pub begun: bool,
    /// Times it came or was sent on before.
    pub attempt: u32,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A customer waits.
    Live,
    /// A customer who waited is to be called back.
    Callback,
    /// Work that may wait.
    Deferred,
    /// After-contact work that was put off.
    WrapUp,
}

/// Where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    InHand,
    /// Done, or gone.
    Over,
}

/// What a draw of a case is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Draw {
    Redials = 0,
    RedialDelay = 1,
    Patience = 2,
    AcceptsCallback = 3,
    Escalates = 4,
    Work = 5,
}

impl Case {
    /// A uniform number of this case and attempt: the same whenever it is asked for.
    pub fn uniform(&self, draw: Draw) -> f64 {
        let bits = self.fate.stream(draw as u64).stream(u64::from(self.attempt)).0 >> 11;
        bits as f64 * (0.5_f64).powi(53)
    }

    /// A unit exponential of this case and attempt.
    pub fn exponential(&self, draw: Draw) -> f64 {
        -(-self.uniform(draw)).ln_1p()
    }

    /// A time of mean 1 of this case and attempt.
    pub fn time(&self, shape: &UnitTime, draw: Draw) -> f64 {
        shape.draw(&mut self.fate.stream(draw as u64).stream(u64::from(self.attempt)).rng())
    }
}

/// Hands every first arrival the seed of its own random numbers.
#[derive(Debug)]
pub(super) struct Fates {
    seeds: Vec<Seed>,
    /// Last arrival of each queue, and how many came at that very instant.
    last: Vec<(f64, u64)>,
}

impl Fates {
    /// Fates of the contacts of each queue.
    pub fn new(seed: Seed, queues: usize) -> Self {
        Self { seeds: (0..queues as u64).map(|queue| seed.stream(queue)).collect(), last: vec![(f64::NEG_INFINITY, 0); queues] }
    }

    /// The fate of the next contact of its queue: it hangs on the instant of arrival, not on who came before.
    pub fn of(&mut self, contact: &Contact) -> Seed {
        let (at, count) = &mut self.last[contact.queue as usize];
        *count = if *at < contact.arrival { 0 } else { *count + 1 };
        *at = contact.arrival;
        self.seeds[contact.queue as usize].stream(contact.arrival.to_bits()).stream(*count)
    }
}
