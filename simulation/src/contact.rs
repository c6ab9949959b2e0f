//! One simulated contact.

/// A contact with everything drawn on its arrival, so that it is the same contact whatever staff it meets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Contact {
    /// Arrival, seconds.
    pub arrival: f64,
    /// Instant at which its patience ends; infinite for endless patience.
    pub gone_at: f64,
    /// Handle time, seconds, or in units of the group's mean handle time where groups differ.
    pub work: f64,
    /// Queue.
    pub queue: u32,
    /// Where the ledger books it: an interval, or whether it is measured at all.
    pub cell: u32,
}
