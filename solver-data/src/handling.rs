//! How contacts of a queue are handled beyond "one agent, one contact, one go".
//!
//! Everything here has a neutral default, so that a queue says only what it means.

use crate::id::{LevelId, QueueId};

/// The shape of a positive random time around its mean.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum TimeShape {
    /// Exponential: coefficient of variation 1.
    #[default]
    Exponential,
    /// Lognormal.
    Lognormal {
        /// Coefficient of variation, above 0.
        cv: f64,
    },
    /// Always the mean.
    Deterministic,
    /// As observed: drawn from these seconds with equal chance, scaled to the wished mean.
    Empirical {
        /// Observed seconds, ascending, at least one above 0.
        seconds: Vec<f64>,
    },
}

/// Contacts that one agent cannot finish go on to another queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Escalation {
    /// Queue they go to, at once after the first handling.
    pub to: QueueId,
    /// Share of answered contacts by level of the agent who took them: one entry a level, 0 to 1.
    pub share: Vec<f64>,
}

/// A call-back offered to those who wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallbackOffer {
    /// Wait in seconds after which it is offered.
    pub after_seconds: f64,
    /// Share of those still waiting then who accept, 0 to 1.
    pub share: f64,
    /// Hours within which they are to be called back.
    pub within_hours: f64,
}

/// Contacts that abandon and try again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Redial {
    /// Share of abandoned contacts that try again, 0 to 1.
    pub share: f64,
    /// Mean time in seconds until they do; it is exponential.
    pub after_seconds: f64,
}

/// After-contact work that may wait for a quieter moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeferredWrapUp {
    /// Mean seconds of the handle time that may be deferred.
    pub seconds: f64,
    /// Hours within which it is to be done.
    pub within_hours: f64,
}

/// How contacts of a queue are handled.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactHandling {
    /// Customer tier, such as `gold`; a label, its promise is the queue's target and priority.
    pub customer_tier: Option<String>,
    /// Complexity of the contacts, such as `complex`; a label, who may take them is the queue's lowest level.
    pub complexity: Option<String>,
    /// Factor on the handle time by level of the agent: one entry a level, or empty for 1 everywhere.
    pub level_factors: Vec<f64>,
    /// Factor on the handle time by number of contacts an agent has at once, the first entry 1; or empty for 1 everywhere.
    ///
    /// `len == concurrency` where it is not empty.
    pub concurrency_factors: Vec<f64>,
    /// Distribution of handle times.
    pub handle_shape: TimeShape,
    /// Distribution of patience.
    pub patience_shape: TimeShape,
    /// Where contacts go that need another agent.
    pub escalation: Option<Escalation>,
    /// Call-back offered to those who wait.
    pub callback: Option<CallbackOffer>,
    /// Whether those who abandon try again.
    pub redial: Option<Redial>,
    /// After-contact work that may be deferred.
    pub deferred_wrap_up: Option<DeferredWrapUp>,
}

impl Default for ContactHandling {
    /// One contact at a time, handled in one go; handle times lognormal with coefficient of variation 1, as call records
    /// show (Brown et al. 2005, JASA 100(469)), patience exponential.
    fn default() -> Self {
        Self {
            customer_tier: None,
            complexity: None,
            level_factors: Vec::new(),
            concurrency_factors: Vec::new(),
            handle_shape: TimeShape::Lognormal { cv: 1.0 },
            patience_shape: TimeShape::Exponential,
            escalation: None,
            callback: None,
            redial: None,
            deferred_wrap_up: None,
        }
    }
}

impl ContactHandling {
    /// Factor on the handle time when an agent of `level` takes the contact.
    pub fn level_factor(&self, level: LevelId) -> f64 {
        self.level_factors.get(usize::from(level)).copied().unwrap_or(1.0)
    }

    /// Factor on the handle time of an agent who has `contacts` at once, 1 or more.
    pub fn concurrency_factor(&self, contacts: u32) -> f64 {
        let last = self.concurrency_factors.last().copied().unwrap_or(1.0);
        self.concurrency_factors.get(contacts.max(1) as usize - 1).copied().unwrap_or(last)
    }
}
