//! Handle time by time of day, shrunk to the queue's mean where contacts are few.

use chrono::{NaiveDateTime, Timelike};
use solver_data::QueueHistory;

/// Contacts that the queue's mean weighs in every slot.
const PRIOR_CONTACTS: f64 = 50.0;
/// Half-life of the memory in days.
const HALF_LIFE_DAYS: f64 = 70.0;

/// Mean handle time in seconds by slot of the day, from records before `origin`; `None` where no record states one.
///
/// Weighted by handled contacts (by offered where those are not stated, else each record alike), older days less:
/// (Σ w aht + 50 · mean) / (Σ w + 50).
pub(crate) fn by_slot(queue: &QueueHistory, origin: NaiveDateTime, interval_minutes: u32) -> Option<Vec<f64>> {
    let slots = (1440 / interval_minutes) as usize;
    let mut sums = vec![(0.0, 0.0); slots];
    for record in queue.before(origin) {
        let Some(seconds) = record.aht_seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0) else { continue };
        let contacts = record.handled.or(record.offered).filter(|contacts| contacts.is_finite()).unwrap_or(1.0).max(0.0);
        let age = (origin - record.start).num_minutes() as f64 / 1440.0;
        let weight = contacts * 0.5_f64.powf(age / HALF_LIFE_DAYS);
        let slot = (record.start.num_seconds_from_midnight() / 60 / interval_minutes) as usize;
        sums[slot] = (sums[slot].0 + weight * seconds, sums[slot].1 + weight);
    }
    let (sum, weight) = sums.iter().fold((0.0, 0.0), |all, slot| (all.0 + slot.0, all.1 + slot.1));
    let mean = (weight > 0.0).then(|| sum / weight)?;
    Some(sums.iter().map(|(sum, weight)| (sum + PRIOR_CONTACTS * mean) / (weight + PRIOR_CONTACTS)).collect())
}
