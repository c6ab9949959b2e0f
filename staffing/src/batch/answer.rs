//! The answer of a row.

use crate::queue::Measures;

/// Status of a row that was answered.
pub const OK: &str = "ok";

/// What a row's contacts meet, in the order of the output columns; `None` where the row cannot be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Least number of agents; for `evaluate` the number given.
    pub n: Option<u32>,
    /// Service level; none without a threshold.
    pub sl: Option<f64>,
    /// Mean wait in seconds of all contacts; of those let in, where some are blocked.
    pub asa_s: Option<f64>,
    /// Share that waits.
    pub p_wait: Option<f64>,
    /// Share that abandons.
    pub p_abandon: Option<f64>,
    /// Busy share of agents; for chat of their conversations.
    pub occupancy: Option<f64>,
    /// `ok`, or what is unreachable and why.
    pub status: String,
    /// What only some models have.
    pub extras: Option<Box<Extras>>,
}

/// Measures that only some models have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extras {
    /// Share of contacts that find no agent and no place.
    pub p_block: Option<f64>,
    /// Attempts a contact, 1 where nobody tries again.
    pub attempts_per_contact: Option<f64>,
    /// Share of contacts that are never answered, all their attempts counted.
    pub ultimately_lost: Option<f64>,
    /// Mean wait in seconds of each class, the highest first.
    pub asa_by_class_s: Option<Vec<f64>>,
    /// Seniors: given, or the least number.
    pub n2: Option<u32>,
    /// Service level of seniors.
    pub sl2: Option<f64>,
    /// Mean wait in seconds for a senior.
    pub asa2_s: Option<f64>,
    /// Share of escalated contacts that waits.
    pub p_wait2: Option<f64>,
    /// Busy share of seniors.
    pub occupancy2: Option<f64>,
    /// Mean conversations of an agent.
    pub chats_per_agent: Option<f64>,
}

/// What some agents give in a row's model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Service {
    pub(super) measures: Measures,
    pub(super) extras: Option<Box<Extras>>,
}

impl From<Measures> for Service {
    fn from(measures: Measures) -> Self {
        Self { measures, extras: None }
    }
}

impl Service {
    /// Measures with some that only this model has.
    pub(super) fn with(measures: Measures, extras: Extras) -> Self {
        Self { measures, extras: Some(Box::new(extras)) }
    }

    /// Share of contacts that find no room; 0 where all may wait.
    pub(super) fn blocked(&self) -> f64 {
        self.extras.as_ref().and_then(|extras| extras.p_block).unwrap_or(0.0)
    }
}

impl Answer {
    /// Whether there are measures; else the status says why not.
    pub fn is_answered(&self) -> bool {
        self.asa_s.is_some()
    }

    pub(super) fn refused(n: Option<u32>, status: String) -> Self {
        Self { n, sl: None, asa_s: None, p_wait: None, p_abandon: None, occupancy: None, status, extras: None }
    }

    /// The measures; the service level only where one is `asked` for.
    pub(super) fn of(n: u32, asked: Option<f64>, got: Service, status: String) -> Self {
        let measures = got.measures;
        Self {
            n: Some(n),
            sl: asked.map(|_| measures.service_level).filter(|level| !level.is_nan()),
            asa_s: Some(measures.asa_seconds),
            p_wait: Some(measures.wait_probability),
            p_abandon: Some(measures.abandonment),
            occupancy: Some(measures.occupancy),
            status,
            extras: got.extras,
        }
    }
}
