//! How long a contact waits that finds m contacts waiting before it.
//!
//! While it waits, contacts before it leave at rate nμ + mθ, m falling; it is answered when one leaves at m = 0. So the
//! offered wait V is a sum of exponential times with rates nμ + jθ, j = 0..=m, and e^{-θV} has a Beta(nμ/θ, m + 1)
//! distribution: with q = 1 - e^{-θt}
//!
//! (1) `P(V > t | m) = Σ_{i≤m} c_i`, `c_0 = e^{-nμt}`, `c_i = c_{i-1} (nμ + (i - 1)θ) (q/θ) / i`, Poisson for θ = 0;
//!
//! (2) `P(answered by t | m) = nμ / (nμ + (m + 1)θ) (1 - Σ_{i≤m} c'_i)`, the same with nμ + θ in place of nμ.
//!
//! Where the agents change before the wait ends, the contacts before it in the system stay as many as they were, so
//! that the equations of this pure death process are followed through the change by uniformization.

use solver_data::ServiceLevelDefinition;

use super::kernel::{Departures, Weights};
use super::state::{NEGLIGIBLE, QueueState};

/// Most events expected in a step: few, so that a queue that empties quickly is soon a short one.
const PASS_EVENTS: f64 = 200.0;

/// What becomes of contacts by their threshold; shares or numbers, as the weights they are made with.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Fate {
    /// Answered by the threshold; for `Virtual`: would be, had they stayed.
    pub answered: f64,
    /// Still waiting at the threshold.
    pub waiting: f64,
}

impl Fate {
    pub fn add(&mut self, weight: f64, other: Self) {
        self.answered += weight * other.answered;
        self.waiting += weight * other.waiting;
    }
}

/// `Σ_{i≤m} c_i` for m from 0 to `most`, with `first` in place of nμ.
fn late(first: f64, departures: Departures, t: f64, most: usize) -> Vec<f64> {
    let theta = departures.abandonment;
    let spread = if theta * t > 0.0 { -(-theta * t).exp_m1() / theta } else { t };
    let (mut ln, mut sum) = (-first * t, 0.0);
    (0..=most)
        .map(|m| {
            if m > 0 {
                ln += ((first + (m - 1) as f64 * theta) * spread / m as f64).ln();
            }
            sum += ln.exp();
            f64::min(sum, 1.0)
        })
        .collect()
}

/// Fates of contacts that find 0..=`most` waiting, staff held as it is.
pub(super) fn held(departures: Departures, t: f64, definition: ServiceLevelDefinition, most: usize) -> Vec<Fate> {
    let service = f64::from(departures.agents) * departures.completion;
    let theta = departures.abandonment;
    let stays = (-theta * t).exp();
    let wait = late(service, departures, t, most);
    if definition == ServiceLevelDefinition::Virtual {
        return wait.iter().map(|late| Fate { answered: 1.0 - late, waiting: *late }).collect();
    }
    let killed = late(service + theta, departures, t, most);
    let answered = |m: usize| {
        if service > 0.0 { service / (service + (m + 1) as f64 * theta) * (1.0 - killed[m]) } else { 0.0 }
    };
    (0..=most).map(|m| Fate { answered: answered(m), waiting: wait[m] * stays }).collect()
}

/// Departure rates through the intervals that follow, the last held for ever.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlook<'a> {
    /// Rates by interval, the contact's own first.
    pub departures: &'a [Departures],
    /// Ends of all but the last of these intervals, in seconds since the contact came.
    pub ends: &'a [f64],
    pub definition: ServiceLevelDefinition,
}

impl Outlook<'_> {
    /// The fate at `t` of a contact that finds `state` before it; neither answered nor waiting where it is blocked.
    pub fn fate(&self, state: &QueueState, t: f64) -> Fate {
        let mut before = vec![0.0; state.last() + 1];
        before[state.first()..].copy_from_slice(state.probabilities());
        before.truncate(self.departures[0].places);
        let (mut fate, mut now) = (Fate::default(), 0.0);
        for (i, departures) in self.departures.iter().enumerate() {
            let agents = departures.agents as usize;
            // Fewer before it than agents: it is answered at once.
            for p in before.iter_mut().take(agents) {
                fate.answered += std::mem::take(p);
            }
            let Some(until) = self.ends.get(i) else {
                self.hold(before.get(agents..).unwrap_or_default(), *departures, t - now, &mut fate);
                return fate;
            };
            if before.len() > agents {
                fate.answered += self.pass(&mut before[agents..], *departures, until.min(t) - now);
            }
            now = until.min(t);
            if now >= t {
                break;
            }
        }
        fate.waiting = before.iter().sum();
        fate
    }

    /// The rest of the wait where nothing changes any more, by (1) and (2).
    fn hold(&self, waiting: &[f64], departures: Departures, seconds: f64, fate: &mut Fate) {
        if let Some(most) = waiting.len().checked_sub(1) {
            for (p, held) in waiting.iter().zip(held(departures, seconds, self.definition, most)) {
                fate.add(*p, held);
            }
        }
    }

    /// Moves the waiting forward by `seconds`; returns the share answered meanwhile.
    fn pass(&self, waiting: &mut [f64], departures: Departures, seconds: f64) -> f64 {
        let service = f64::from(departures.agents) * departures.completion;
        let theta = departures.abandonment;
        let own = if self.definition == ServiceLevelDefinition::Virtual { 0.0 } else { theta };
        let (mut answered, mut left) = (0.0, seconds);
        while left > 0.0 {
            let Some(most) = waiting.iter().rposition(|p| *p > NEGLIGIBLE) else { break };
            let events = service + most as f64 * theta + own;
            if events <= 0.0 {
                break;
            }
            let step = left.min(PASS_EVENTS / events);
            let weights = Weights::new(events * step);
            let mut now = waiting[..=most].to_vec();
            let mut sum = vec![0.0; most + 1];
            for j in 0..=weights.last() {
                let weight = weights.at(j);
                answered += weights.beyond(j) * service / events * now[0];
                for m in 0..=most {
                    sum[m] += weight * now[m];
                    let next = if m < most { now[m + 1] * (service + (m + 1) as f64 * theta) } else { 0.0 };
                    now[m] += (next - now[m] * (service + m as f64 * theta + own)) / events;
                }
            }
            waiting[..=most].copy_from_slice(&sum);
            left = if step >= left { 0.0 } else { left - step };
        }
        answered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms_and_uniformization_agree() {
        for (agents, patience) in [(3, 40.0), (0, 40.0), (10, f64::INFINITY), (5, 0.5)] {
            let departures = Departures { agents, places: usize::MAX, completion: 1.0 / 60.0, abandonment: 1.0 / patience };
            for definition in [ServiceLevelDefinition::ServedAll, ServiceLevelDefinition::Virtual] {
                let fates = held(departures, 25.0, definition, 30);
                // One change that changes nothing, half-way.
                let outlook = Outlook { departures: &[departures; 2], ends: &[12.0], definition };
                for m in [0, 1, 4, 30] {
                    let got = outlook.fate(&QueueState::holding(agents + m), 25.0);
                    let want = fates[m as usize];
                    assert!((got.answered - want.answered).abs() < 1e-12, "{departures:?} {m} {got:?} {want:?}");
                    assert!((got.waiting - want.waiting).abs() < 1e-12, "{departures:?} {m} {got:?} {want:?}");
                }
            }
        }
    }
}
