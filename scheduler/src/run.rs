//! The account of a solve: clock, limits, and the best roster and bound so far.

use solver_data::{SolveLimits, SolveProgress, StopReason, Watch};

use crate::pricing::PlacedTour;

/// Rounds of search when nothing else limits the solve.
const DEFAULT_ROUNDS: u64 = 2_000;

/// Clock, limits and the best so far.
pub(crate) struct Run<'a> {
    unit: f64,
    limits: &'a SolveLimits,
    watch: &'a dyn Watch,
    start: f64,
    /// Rounds of search done.
    pub rounds: u64,
    /// Largest bound so far.
    pub bound: f64,
    /// Cheapest tours so far with their objective.
    pub best: (Vec<PlacedTour>, i64),
}

impl<'a> Run<'a> {
    /// Begins now; every objective is a multiple of `unit`.
    pub fn new(unit: i64, limits: &'a SolveLimits, watch: &'a dyn Watch) -> Self {
        let (start, best) = (watch.elapsed_seconds(), (Vec::new(), i64::MAX));
        Self { unit: unit as f64, limits, watch, start, rounds: 0, bound: f64::NEG_INFINITY, best }
    }

    /// Takes a lower bound, rounded up to the next possible objective; whether it is the largest so far.
    pub fn raise(&mut self, bound: f64) -> bool {
        // A millionth of a unit for the sums' rounding.
        let whole = ((bound / self.unit - 1e-6).ceil() * self.unit).max(bound);
        let raised = whole > self.bound;
        self.bound = self.bound.max(whole);
        raised
    }

    /// Tells the watch.
    pub fn report(&self) {
        self.watch.solve_progress(&SolveProgress {
            incumbent: Some(self.best.1 as f64),
            bound: Some(self.bound),
            iterations: (self.rounds, self.limits.iterations),
        });
    }

    /// Whether the clock ends the solve, and not a number of rounds.
    pub fn is_timed(&self) -> bool {
        self.limits.iterations.is_none() && self.limits.seconds.is_some()
    }

    /// Seconds until a share of the time is used, if it is not yet.
    pub fn seconds_until(&self, share: f64) -> Option<f64> {
        let left = self.limits.seconds? * share - self.elapsed();
        (left > 0.0).then_some(left)
    }

    /// Share of the limit that is used: of the iterations where they are limited, else of the time.
    pub fn progress(&self) -> f64 {
        let share = match (self.limits.iterations, self.limits.seconds) {
            (Some(iterations), _) => self.rounds as f64 / (iterations.max(1)) as f64,
            (None, Some(seconds)) => self.elapsed() / seconds.max(1e-9),
            (None, None) => self.rounds as f64 / DEFAULT_ROUNDS as f64,
        };
        share.clamp(0.0, 1.0)
    }

    /// A reason to end before the search has begun.
    pub fn early_stop(&self) -> Result<(), StopReason> {
        self.stop_reason().filter(|&reason| reason != StopReason::Iterations).map_or(Ok(()), Err)
    }

    /// A reason to end.
    pub fn stop_reason(&self) -> Option<StopReason> {
        let (objective, elapsed) = (self.best.1 as f64, self.elapsed());
        let gap = (objective - self.bound) / objective.abs().max(1.0);
        let rounds = match (self.limits.iterations, self.limits.seconds) {
            (Some(iterations), _) => iterations,
            // A watch that stands still would never end the solve.
            (None, Some(_)) if elapsed > 0.0 => u64::MAX,
            (None, _) => DEFAULT_ROUNDS,
        };
        if gap <= 1e-9 {
            Some(StopReason::Optimal)
        } else if gap <= self.limits.gap {
            Some(StopReason::Gap)
        } else if self.watch.interrupted() {
            Some(StopReason::Interrupted)
        } else if self.limits.seconds.is_some_and(|seconds| elapsed >= seconds) {
            Some(StopReason::Time)
        } else {
            (self.rounds >= rounds).then_some(StopReason::Iterations)
        }
    }

    fn elapsed(&self) -> f64 {
        self.watch.elapsed_seconds() - self.start
    }
}
