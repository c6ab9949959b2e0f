//! What happened: contacts per queue and interval, in local civil time.

use chrono::NaiveDateTime;

/// Interval history of a centre.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactHistory {
    /// Length of an interval in minutes.
    pub interval_minutes: u32,
    /// The queues, in the order their names first appear.
    pub queues: Vec<QueueHistory>,
}

/// Interval history of one queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueHistory {
    /// Name of the queue; `all` where the file has no queue column.
    pub name: String,
    /// Strictly ascending by start; an interval that is missing here is unknown, not zero.
    pub records: Vec<IntervalRecord>,
}

/// One interval of one queue.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalRecord {
    /// Local civil time at which the interval starts.
    pub start: NaiveDateTime,
    /// Contacts that arrived; `None` where the cell is empty (unknown).
    pub offered: Option<f64>,
    /// Contacts answered.
    pub handled: Option<f64>,
    /// Contacts that left before an answer.
    pub abandoned: Option<f64>,
    /// Mean handle time (talk + hold + after-contact work) of the answered, in seconds.
    pub aht_seconds: Option<f64>,
}

impl ContactHistory {
    /// The history of a queue by name.
    pub fn queue(&self, name: &str) -> Option<&QueueHistory> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// Only what started before `origin`: what a forecaster at that moment may know.
    #[must_use]
    pub fn before(&self, origin: NaiveDateTime) -> ContactHistory {
        let queues = self
            .queues
            .iter()
            .map(|queue| QueueHistory { name: queue.name.clone(), records: queue.before(origin).to_vec() })
            .collect();
        ContactHistory { interval_minutes: self.interval_minutes, queues }
    }

    /// Start of the latest interval of any queue.
    pub fn last_start(&self) -> Option<NaiveDateTime> {
        self.queues.iter().filter_map(|queue| queue.records.last()).map(|record| record.start).max()
    }
}

impl QueueHistory {
    /// The records that started before `origin`.
    pub fn before(&self, origin: NaiveDateTime) -> &[IntervalRecord] {
        &self.records[..self.records.partition_point(|record| record.start < origin)]
    }
}
