//! What happened to the contacts of a type.

/// What happened to the measured contacts of one type: those that come after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TypeCounts {
    /// Contacts that came.
    pub offered: u64,
    /// Found every place taken.
    pub blocked: u64,
    /// Waited, whether answered, abandoned or still waiting at the end.
    pub waited: u64,
    /// Were answered.
    pub answered: u64,
    /// Were answered within the type's threshold.
    pub in_time: u64,
    /// Abandoned.
    pub abandoned: u64,
    /// Still waited at the end of the run.
    pub still_waiting: u64,
    /// Waits of all of them together, seconds.
    pub wait_seconds: f64,
}

impl TypeCounts {
    /// The counts of two types together.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            offered: self.offered + other.offered,
            blocked: self.blocked + other.blocked,
            waited: self.waited + other.waited,
            answered: self.answered + other.answered,
            in_time: self.in_time + other.in_time,
            abandoned: self.abandoned + other.abandoned,
            still_waiting: self.still_waiting + other.still_waiting,
            wait_seconds: self.wait_seconds + other.wait_seconds,
        }
    }

    /// Blocked share; `None` where no contact came.
    pub fn p_block(&self) -> Option<f64> {
        (self.offered > 0).then(|| self.blocked as f64 / self.offered as f64)
    }

    /// Share that waited, of those not blocked.
    pub fn p_wait(&self) -> Option<f64> {
        self.of_accepted(self.waited as f64)
    }

    /// Share that abandoned, of those not blocked.
    pub fn p_abandon(&self) -> Option<f64> {
        self.of_accepted(self.abandoned as f64)
    }

    /// Share answered within the threshold, of those not blocked.
    pub fn served_in_time(&self) -> Option<f64> {
        self.of_accepted(self.in_time as f64)
    }

    /// Mean wait of those not blocked, seconds.
    pub fn mean_wait(&self) -> Option<f64> {
        self.of_accepted(self.wait_seconds)
    }

    fn of_accepted(&self, part: f64) -> Option<f64> {
        let accepted = self.offered - self.blocked;
        (accepted > 0).then(|| part / accepted as f64)
    }
}
