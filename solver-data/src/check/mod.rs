//! Independent verification: every roster that leaves the program has passed here.
//!
//! Shares data types with the scheduler and no code path: what the scheduler models, this recounts from the shifts.

use chrono::NaiveDate;

/// A rule a roster breaks, with the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterViolation {
    /// Code of the agent.
    pub agent: String,
    /// The day, where there is one.
    pub date: Option<NaiveDate>,
    /// Name of the rule, such as `minimum_rest`.
    pub rule: &'static str,
    /// What was found and what would be right.
    pub message: String,
}
