//! Who may serve whom, and in which order: the tables that both kinds of simulation are compiled to.

/// Routing between queues and groups of agents with the same queues.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Routing {
    /// For each queue, levels of groups that an arriving contact tries in turn.
    pub levels: Vec<Vec<Vec<u32>>>,
    /// For each group, tiers of queues that a freed agent looks through in turn; within a tier the longest waiting first.
    pub tiers: Vec<Vec<Vec<u32>>>,
    /// Factor on a contact's work: queue-major, `queues × groups`.
    pub pace: Vec<f64>,
    /// Places for contacts in service and waiting together, as telephone lines; `u64::MAX` for no limit.
    pub places: u64,
}

impl Routing {
    /// Number of queues.
    pub fn queues(&self) -> usize {
        self.levels.len()
    }

    /// Factor on the work of a contact of `queue` when an agent of `group` handles it.
    #[inline]
    pub fn pace(&self, queue: u32, group: u32) -> f64 {
        self.pace[queue as usize * self.tiers.len() + group as usize]
    }
}
