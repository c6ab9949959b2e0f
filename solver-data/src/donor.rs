//! Donors: what a queue without a history of its own is forecast from.

/// The queue whose course a new queue is expected to follow, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Donor {
    /// Name of the queue with the history.
    pub queue: String,
    /// The planner's expectation.
    pub volume: DonorVolume,
}

/// How many contacts a new queue is expected to get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DonorVolume {
    /// Contacts on an average open day, above 0.
    ContactsPerDay(f64),
    /// Share of the donor's contacts, above 0; 0.2 is a fifth.
    Share(f64),
}
