//! Limits, progress and interruption, handed into the stages so that none of them reads a clock.

use serde::{Deserialize, Serialize};

/// When a solve stops; the first limit reached wins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SolveLimits {
    /// Seconds of wall time by the [`Watch`]; `None` for no limit. A solve stopped by time need not repeat.
    pub seconds: Option<f64>,
    /// Relative gap (objective - bound) / objective at which the roster is good enough.
    pub gap: f64,
    /// Search iterations; `None` for no limit. A solve stopped by iterations repeats exactly.
    pub iterations: Option<u64>,
    /// Worker threads; the result does not depend on it.
    pub threads: usize,
}

impl Default for SolveLimits {
    fn default() -> Self {
        Self { seconds: None, gap: 1e-4, iterations: Some(2_000), threads: 2 }
    }
}

/// Why a solve ended; every one of them comes with the best roster found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The gap is closed: nothing better exists (to the tolerance of the objective).
    Optimal,
    /// The wished gap was reached.
    Gap,
    /// The iterations were used up.
    Iterations,
    /// The time was used up.
    Time,
    /// The user asked to stop.
    Interrupted,
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Optimal => "optimal",
            Self::Gap => "gap",
            Self::Iterations => "iterations",
            Self::Time => "time",
            Self::Interrupted => "interrupted",
        })
    }
}

/// One line of a solver's progress.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SolveProgress {
    /// Best objective so far, in the objective's unit.
    pub incumbent: Option<f64>,
    /// Proven lower bound so far.
    pub bound: Option<f64>,
    /// Iterations done, and the limit where there is one.
    pub iterations: (u64, Option<u64>),
}

impl SolveProgress {
    /// (incumbent - bound) / |incumbent|, where both are known.
    pub fn gap(&self) -> Option<f64> {
        let (incumbent, bound) = (self.incumbent?, self.bound?);
        Some(if incumbent.abs() > 0.0 { ((incumbent - bound) / incumbent.abs()).max(0.0) } else { 0.0 })
    }
}

/// The outside world as a stage may see it: elapsed time, a wish to stop, an ear for progress.
pub trait Watch: Sync {
    /// Seconds since the watch was started.
    fn elapsed_seconds(&self) -> f64;
    /// Whether the user wishes to stop and keep the best so far.
    fn interrupted(&self) -> bool;
    /// Hears of the solver's progress.
    fn solve_progress(&self, progress: &SolveProgress);
    /// Hears that `done` of `total` steps of the stage called `stage` are finished.
    fn stage_progress(&self, stage: &str, done: u64, total: u64);
}

/// A watch whose time stands still and that nobody looks at: for tests, benches and runs that stop by iterations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn elapsed_seconds(&self) -> f64 {
        0.0
    }
    fn interrupted(&self) -> bool {
        false
    }
    fn solve_progress(&self, _: &SolveProgress) {}
    fn stage_progress(&self, _: &str, _: u64, _: u64) {}
}

/// A watch that cannot be interrupted: for what must follow an interrupted solve so that its roster is kept.
#[derive(Clone, Copy)]
pub struct Uninterrupted<'a>(pub &'a dyn Watch);

impl Watch for Uninterrupted<'_> {
    fn elapsed_seconds(&self) -> f64 {
        self.0.elapsed_seconds()
    }
    fn interrupted(&self) -> bool {
        false
    }
    fn solve_progress(&self, progress: &SolveProgress) {
        self.0.solve_progress(progress);
    }
    fn stage_progress(&self, stage: &str, done: u64, total: u64) {
        self.0.stage_progress(stage, done, total);
    }
}
