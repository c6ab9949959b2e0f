//! Chat: n agents with up to c conversations each, handle times that grow with an agent's conversations.
//!
//! | symbol | meaning |
//! |---|---|
//! | n, c | agents, most conversations of one; N = n c |
//! | λ | arrivals/s |
//! | h(j) | mean handle time of each of j conversations of one agent, s |
//! | k = q n + r | conversations in progress, spread evenly: r agents have q + 1, the others q |
//! | μ(k) | completions/s, r (q + 1) / h(q + 1) + (n - r) q / h(q) |
//!
//! A birth–death chain: from N conversations on, contacts wait, with exponential patience or for ever. Above N it is
//! Erlang A (or C) with N servers of handle time h(c); below, 1/B(N - 1, a) gives way to
//!
//! (1) Σ_{k<N} Π_{k<j<N} μ(j) / λ,
//!
//! summed downwards from N - 1 until its terms no longer count: at most N terms.
//! Perfect rebalancing is assumed: when a conversation ends, the rest spread evenly again. Splitting h(c) by c instead
//! and calling it Erlang is not the same: see [`Chat::pooled_slots`].
//!
//! # Source
//! Tezcan, Zhang (2014), Operations Research 62(4), for the service rates of balanced chat routing.

use super::series::Blocking;
use super::{ErlangA, ErlangC};

/// Share of the sum below which its rest is dropped.
const DROP: f64 = 1e-19;
/// Power of two by which sums are scaled before they overflow.
const STEP: i32 = 800;

/// A chat queue in its steady state; times in handle times h(c) at full concurrency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chat {
    slots: f64,
    waiting: Waiting,
    /// Conversations of an agent: while a slot is free, and over all time.
    conversations: f64,
}

/// What happens above N.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Waiting {
    Patient(ErlangC),
    Leaving(ErlangA),
}

/// The states below N: (1) in its three forms, and the mean of k among them.
struct Free {
    sum: Blocking,
    mean: f64,
}

impl Chat {
    /// The queue of `agents` n ≥ 1, `arrivals` λ > 0 per second, `aht_seconds` h(1), …, h(c) and `patience_seconds`,
    /// infinite for contacts that never leave.
    ///
    /// # Panics
    /// When `aht_seconds` is empty.
    ///
    /// # Example
    /// 8 agents, 1.6 chats/min, 420, 540 and 720 s, patience 300 s: 4.9 % wait.
    pub fn new(agents: u32, arrivals: f64, aht_seconds: &[f64], patience_seconds: f64) -> Self {
        let aht = *aht_seconds.last().expect("an agent has at least one conversation at a time");
        let (slots, load) = (f64::from(agents) * aht_seconds.len() as f64, arrivals * aht);
        let free = free_states(f64::from(agents), arrivals, aht_seconds);
        let waiting = if patience_seconds.is_finite() {
            Waiting::Leaving(ErlangA::above(slots, load, patience_seconds / aht, free.sum))
        } else {
            Waiting::Patient(ErlangC::above(slots, load, free.sum))
        };
        let mut new = Self { slots, waiting, conversations: 0.0 };
        let waits = new.wait_probability();
        let at_once = match &new.waiting {
            Waiting::Patient(queue) => queue.within(0.0),
            Waiting::Leaving(queue) => queue.within(0.0).served(),
        };
        new.conversations = ((free.mean * at_once + slots * waits) / f64::from(agents)).min(aht_seconds.len() as f64);
        new
    }

    /// Share of contacts that find every slot taken.
    pub fn wait_probability(&self) -> f64 {
        match &self.waiting {
            Waiting::Patient(queue) => queue.wait_probability(),
            Waiting::Leaving(queue) => queue.wait_probability(),
        }
    }

    /// Mean conversations of an agent.
    pub fn chats_per_agent(&self) -> f64 {
        self.conversations
    }

    /// The queue where contacts leave: everything about their waits, in units of h(c); `None` with endless patience.
    pub fn leaving(&self) -> Option<&ErlangA> {
        match &self.waiting {
            Waiting::Patient(_) => None,
            Waiting::Leaving(queue) => Some(queue),
        }
    }

    /// The queue where nobody leaves, in units of h(c); `None` with finite patience.
    pub fn patient(&self) -> Option<&ErlangC> {
        match &self.waiting {
            Waiting::Patient(queue) => Some(queue),
            Waiting::Leaving(_) => None,
        }
    }

    /// Slots N.
    pub fn slots(&self) -> f64 {
        self.slots
    }

    /// The cautious short cut for comparison: Erlang A with n c servers who are always as slow as at full concurrency.
    pub fn pooled_slots(agents: u32, arrivals: f64, aht_seconds: &[f64], patience_seconds: f64) -> ErlangA {
        let aht = aht_seconds.last().copied().unwrap_or(0.0);
        ErlangA::new(f64::from(agents) * aht_seconds.len() as f64, arrivals * aht, patience_seconds / aht)
    }
}

/// (1), segment by segment of equal q, from the fullest state down.
fn free_states(agents: f64, arrivals: f64, aht_seconds: &[f64]) -> Free {
    // Completions/s of an agent with q conversations, over λ.
    let speeds: Vec<f64> =
        (0..=aht_seconds.len()).map(|q| if q == 0 { 0.0 } else { q as f64 / aht_seconds[q - 1] / arrivals }).collect();
    let grows = speeds.windows(2).all(|pair| pair[0] <= pair[1]);
    let (shrink, ln_step) = (2.0_f64.powi(-STEP), f64::from(STEP) * std::f64::consts::LN_2);
    let mut k = agents * aht_seconds.len() as f64 - 1.0;
    let (mut term, mut sum, mut moment, mut ln_scale) = (1.0, 1.0, k, 0.0);
    'segments: for q in (0..aht_seconds.len()).rev() {
        let (slow, fast) = (speeds[q], speeds[q + 1]);
        let base = q as f64 * agents;
        while k > base {
            let more = k - base;
            // From k conversations to k - 1.
            let ratio = (agents - more) * slow + more * fast;
            term *= ratio;
            k -= 1.0;
            sum += term;
            moment += k * term;
            if grows && ratio < 1.0 && term * k.min(ratio / (1.0 - ratio)) <= DROP * sum {
                break 'segments;
            }
            if sum > 1e250 {
                (term, sum, moment, ln_scale) = (term * shrink, sum * shrink, moment * shrink, ln_scale + ln_step);
            }
        }
    }
    let ln = -(sum.ln() + ln_scale);
    let inverse = if ln_scale > 0.0 { (-ln).exp() } else { sum };
    Free { sum: Blocking { probability: 1.0 / inverse, ln, inverse }, mean: moment / sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_conversation_at_a_time_is_erlang_a() {
        let chat = Chat::new(12, 1.4 / 60.0, &[420.0], 300.0);
        let erlang = Chat::pooled_slots(12, 1.4 / 60.0, &[420.0], 300.0);
        assert!((chat.wait_probability() / erlang.wait_probability() - 1.0).abs() < 1e-13);
        assert!((chat.chats_per_agent() - erlang.occupancy()).abs() < 1e-13);
    }

    #[test]
    fn conversations_that_do_not_slow_each_other_are_so_many_servers() {
        let chat = Chat::new(6, 1.5 / 60.0, &[600.0; 3], f64::INFINITY);
        let erlang = ErlangC::new(18.0, 15.0);
        assert!((chat.wait_probability() / erlang.wait_probability() - 1.0).abs() < 1e-13);
        assert!((chat.chats_per_agent() - 2.5).abs() < 1e-13);
    }

    #[test]
    fn sums_beyond_the_largest_number_are_kept_in_scale() {
        let chat = Chat::new(3000, 1.0, &[300.0, 360.0, 420.0], 300.0);
        assert!(chat.wait_probability() < 1e-300 && chat.wait_probability() >= 0.0);
        assert!((chat.chats_per_agent() - 0.1).abs() < 1e-12, "{}", chat.chats_per_agent());
    }
}
