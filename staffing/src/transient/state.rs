//! How many contacts are in the system.

use crate::error::StaffingError;

/// Probability of a state below which it is dropped at either end of the window.
pub(super) const NEGLIGIBLE: f64 = 1e-17;

/// The distribution of the number k of contacts in the system, waiting and in service, on a window of states.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueState {
    first: usize,
    probabilities: Vec<f64>,
}

impl QueueState {
    /// Nobody is in the system.
    pub fn empty() -> Self {
        Self::holding(0)
    }

    /// Exactly `contacts` are in the system.
    pub fn holding(contacts: u32) -> Self {
        Self { first: contacts as usize, probabilities: vec![1.0] }
    }

    /// A distribution given from k = 0 on; it is scaled to a sum of one.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] where a probability is negative or not finite, or all are zero.
    pub fn distributed(probabilities: &[f64]) -> Result<Self, StaffingError> {
        let out = |quantity, value, range| Err(StaffingError::OutOfRange { quantity, value, range });
        if let Some(&value) = probabilities.iter().find(|p| !(p.is_finite() && **p >= 0.0)) {
            return out("probability of a state", value, "a finite number of 0 or more");
        }
        let sum: f64 = probabilities.iter().sum();
        if sum <= 0.0 || !sum.is_finite() {
            return out("sum of the states' probabilities", sum, "a finite sum above 0");
        }
        Ok(Self::windowed(0, probabilities.iter().map(|p| p / sum).collect()))
    }

    /// Probabilities from state `first` on, without negligible ends.
    pub(super) fn windowed(first: usize, probabilities: Vec<f64>) -> Self {
        let kept = |p: &f64| *p > NEGLIGIBLE;
        let Some(from) = probabilities.iter().position(kept) else { return Self { first, probabilities } };
        let to = probabilities.iter().rposition(kept).map_or(from, |at| at);
        Self { first: first + from, probabilities: probabilities[from..=to].to_vec() }
    }

    /// The first state of the window.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The last state of the window.
    pub fn last(&self) -> usize {
        self.first + self.probabilities.len() - 1
    }

    /// Probabilities of the states from [`QueueState::first`] on.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// Share of probability on k ≥ `agents`: a contact that came now would wait.
    pub fn wait_probability(&self, agents: u32) -> f64 {
        self.states().filter(|(k, _)| *k >= agents as usize).map(|(_, p)| p).sum::<f64>().min(1.0)
    }

    /// Mean number waiting with `agents` agents.
    pub fn mean_queue(&self, agents: u32) -> f64 {
        self.states().map(|(k, p)| k.saturating_sub(agents as usize) as f64 * p).sum()
    }

    /// Mean number in the system.
    pub fn mean(&self) -> f64 {
        self.states().map(|(k, p)| k as f64 * p).sum()
    }

    /// States and their probabilities, ascending.
    pub fn states(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.probabilities.iter().enumerate().map(|(at, p)| (self.first + at, *p))
    }
}
