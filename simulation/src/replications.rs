//! Replications: independent runs over rayon's threads, folded in index order.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use solver_data::{Seed, Watch};

use crate::error::SimulationError;
use crate::precision::Precision;

/// Runs kept in memory before they are folded.
const BATCH: u32 = 64;

/// What replications are gathered into.
pub(crate) trait Gather<T> {
    /// Takes the next replication.
    fn add(&mut self, replication: T);
    /// The widest half-width over the wished one.
    fn excess(&self, precision: &Precision) -> f64;
}

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
    fold: impl FnMut(T),
) -> Result<(), SimulationError> {
    replicate_range(0..replications, seed, watch, run, fold)
}

/// Runs replications until what `gathered` holds is as precise as wished, or `precision.most` are done.
///
/// # Errors
/// [`SimulationError::Interrupted`] when the watch asks to stop.
pub(crate) fn replicate_until<T: Send>(
    precision: &Precision,
    seed: Seed,
    watch: &dyn Watch,
    run: impl Fn(Seed) -> T + Sync,
    gathered: &mut impl Gather<T>,
) -> Result<(), SimulationError> {
    let (mut done, mut wished) = (0, precision.first.clamp(1, precision.most.max(1)));
    while done < wished {
        replicate_range(done..wished, seed, watch, &run, |replication| gathered.add(replication))?;
        done = wished;
        let excess = gathered.excess(precision);
        if excess > 1.0 {
            wished = precision.next(done, excess);
        }
    }
    Ok(())
}

fn replicate_range<T: Send>(
    range: Range<u32>,
    seed: Seed,
    watch: &dyn Watch,
    run: impl Fn(Seed) -> T + Sync,
    mut fold: impl FnMut(T),
) -> Result<(), SimulationError> {
    let replications = range.end;
    let done = AtomicU32::new(range.start);
    for first in range.step_by(BATCH as usize) {
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
