//! Changes that a planner decides on: contacts deflected to self-service, contacts resolved at the first time.

use chrono::NaiveDate;

/// What a planned change does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ChangeKind {
    /// A share of the contacts moves to self-service; the easy ones go first.
    Deflection {
        /// Share of the contacts that no longer arrive.
        share: f64,
        /// Their handle time relative to the queue's mean; below 1 where easy contacts go.
        aht_ratio: f64,
    },
    /// The share of contacts that come back because they were not resolved changes.
    Repeat {
        /// Share of repeat contacts among all contacts before the change.
        before: f64,
        /// Share after it.
        after: f64,
    },
}

/// A change that the history does not show yet.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedChange {
    /// First day it acts.
    pub start: NaiveDate,
    /// What it does.
    pub kind: ChangeKind,
    /// Names of the queues it touches; empty for all.
    pub queues: Vec<String>,
    /// Days over which it grows evenly to its full size; 0 for at once.
    pub ramp_days: u32,
    /// Why, in the planner's words.
    pub reason: String,
}

impl PlannedChange {
    /// Whether the change touches a queue.
    pub fn touches(&self, queue: &str) -> bool {
        self.queues.is_empty() || self.queues.iter().any(|name| name == queue)
    }

    /// Share of the change that acts on a day, 0 to 1.
    pub fn reached(&self, date: NaiveDate) -> f64 {
        let days = (date - self.start).num_days();
        if days < 0 { 0.0 } else { ((days + 1) as f64 / f64::from(self.ramp_days + 1)).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_reaches_the_whole_after_its_days() {
        let start = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
        let kind = ChangeKind::Deflection { share: 0.1, aht_ratio: 0.6 };
        let change = PlannedChange { start, kind, queues: Vec::new(), ramp_days: 3, reason: String::new() };
        let reached = [-1, 0, 1, 3, 9].map(|day| change.reached(start + chrono::Duration::days(day)));
        assert_eq!(reached, [0.0, 0.25, 0.5, 1.0, 1.0]);
        assert_eq!(PlannedChange { ramp_days: 0, ..change }.reached(start), 1.0);
    }
}
