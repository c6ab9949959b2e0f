//! Single contacts as a switch recorded them.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

/// How a recorded contact ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactOutcome {
    /// An agent answered.
    Answered,
    /// It left before an answer.
    Abandoned,
}

/// One real contact; what the records do not say is drawn when it is replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct RealContact {
    /// Local civil time of arrival in the queue.
    pub arrival: NaiveDateTime,
    /// Name of the queue.
    pub queue: String,
    /// How it ended then.
    pub outcome: ContactOutcome,
    /// Seconds it waited then: for an abandoned contact its patience, for an answered one a lower bound of it.
    pub waited_seconds: f64,
    /// Handle time in seconds; `None` for an abandoned contact.
    pub handle_seconds: Option<f64>,
}
