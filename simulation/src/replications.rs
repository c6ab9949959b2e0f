//! Replications: independent runs over rayon's threads, folded in index order.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use solver_data::{Seed, Watch};

use crate::error::SimulationError;

/// Runs kept in memory before they are folded.
const BATCH: u32 = 64;

/// Runs `run(seed.stream(k))` for each replication k and hands the results to `fold` in order of k.
///
/// The results do not depend on the number of threads.
///
/// # Errors
/// [`SimulationError::Interrupted`] when the watch asks to stop.
pub(crate) fn replicate<T: Send>(
    replications: u32,
    seed: Seed,
    watch: &dyn Watch,
    run: impl Fn(Seed) -> T + Sync,
    mut fold: impl FnMut(T),
) -> Result<(), SimulationError> {
    let done = AtomicU32::new(0);
    for first in (0..replications).step_by(BATCH as usize) {
        let batch = first..replications.min(first.saturating_add(BATCH));
        let results: Vec<Option<T>> = batch
            .into_par_iter()
            .map(|k| {
                if watch.interrupted() {
                    return None;
                }
                let result = run(seed.stream(u64::from(k)));
                let finished = done.fetch_add(1, Ordering::Relaxed) + 1;
                watch.stage_progress("simulate", u64::from(finished), u64::from(replications));
                Some(result)
            })
            .collect();
        if results.iter().any(Option::is_none) {
            return Err(SimulationError::Interrupted { done: done.into_inner(), replications });
        }
        results.into_iter().flatten().for_each(&mut fold);
    }
    Ok(())
}
