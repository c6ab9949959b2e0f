//! Planned changes of a forecast.
//!
//! Notation: s deflected share, ρ handle time of the deflected relative to the queue's mean, r repeat share.
//! Deflection: volume × (1 - s), AHT × (1 - s ρ) / (1 - s). Repeat: offered = fresh / (1 - r), so volume × (1 - r₀) / (1 - r).
//! The time between a contact and its repeat is left out: a ramp says how soon the change is felt.

use chrono::{Days, NaiveDate};
use solver_data::{Adjustment, AdjustmentSource, ChangeKind, DemandForecast, PlannedChange, PlanningGrid, QueueForecast};

/// Days before the horizon whose level a forecast starts from: what a change did on them is in the history already.
const LEVEL_DAYS: u64 = 28;

/// Factors on volume and on handle time that a change makes on a day, beside the days before `origin`.
///
/// A change that began before `origin` counts only by what it adds to its mean over the 28 days before: the history shows
/// the rest.
pub fn change_factors(change: &PlannedChange, date: NaiveDate, origin: NaiveDate) -> (f64, f64) {
    let now = factors(change, date);
    let days = (1..=LEVEL_DAYS).filter_map(|back| origin.checked_sub_days(Days::new(back)));
    let past: Vec<(f64, f64)> = days.map(|day| factors(change, day)).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| past.iter().map(of).sum::<f64>() / past.len().max(1) as f64;
    (now.0 / mean(|past| past.0).max(1e-6), now.1 / mean(|past| past.1).max(1e-6))
}

fn factors(change: &PlannedChange, date: NaiveDate) -> (f64, f64) {
    let reached = change.reached(date);
    match change.kind {
        ChangeKind::Deflection { share, aht_ratio } => {
            let share = (share * reached).min(0.999);
            (1.0 - share, ((1.0 - share * aht_ratio) / (1.0 - share)).max(0.0))
        }
        ChangeKind::Repeat { before, after } => {
            let now = before + (after - before) * reached;
            ((1.0 - before) / (1.0 - now).max(1e-3), 1.0)
        }
    }
}

/// Applies planned changes to every queue they touch; each leaves an [`Adjustment`] where it changes anything.
///
/// Means and bands are scaled, handle times follow deflection; the parts of the days stay those before the changes.
pub fn apply_changes(forecast: &mut DemandForecast, changes: &[PlannedChange]) {
    let grid = forecast.grid.clone();
    for queue in &mut forecast.queues {
        for change in changes {
            if change.touches(&queue.name) {
                apply(queue, change, &grid);
            }
        }
    }
}

fn apply(queue: &mut QueueForecast, change: &PlannedChange, grid: &PlanningGrid) {
    let origin = grid.date(0);
    let by_day: Vec<(f64, f64)> = grid.dates().iter().map(|date| change_factors(change, *date, origin)).collect();
    if by_day.iter().all(|(volume, aht)| (volume - 1.0).abs() < 1e-9 && (aht - 1.0).abs() < 1e-9) {
        return;
    }
    let mut factor = vec![1.0; grid.len()];
    for (day, &(volume, aht)) in by_day.iter().enumerate() {
        for t in grid.day_range(day) {
            factor[t] = volume;
            queue.mean[t] *= volume;
            for band in &mut queue.bands {
                band.lo[t] *= volume;
                band.hi[t] *= volume;
            }
            if let Some(seconds) = &mut queue.aht_seconds {
                seconds[t] *= aht;
            }
        }
    }
    let (source, what) = match change.kind {
        ChangeKind::Deflection { share, aht_ratio } => (
            AdjustmentSource::Deflection,
            format!("{:.1} % of contacts deflected, at {aht_ratio} of the mean handle time", 100.0 * share),
        ),
        ChangeKind::Repeat { before, after } => {
            (AdjustmentSource::Repeat, format!("repeat contacts from {:.1} % to {:.1} %", 100.0 * before, 100.0 * after))
        }
    };
    let reason = if change.reason.is_empty() { String::new() } else { format!(": {}", change.reason) };
    let note = format!("{what} from {} on{reason}", change.start);
    queue.adjustments.push(Adjustment { source, note, factor });
}
