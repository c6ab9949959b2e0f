//! Days of zeros that were none, and days at the end that may not be the new level.

use crate::day::{DayContext, DayKind};
use crate::robust::median;

/// Longest row of dead days that contacts come back after.
const LONGEST: usize = 14;
/// Most dead days at the end of a history that are taken for rows yet to come.
const LATEST: usize = 3;
/// Days to either side whose same weekdays tell what was expected.
const REACH: usize = 42;
/// Ratio to the usual at which one of the latest days is odd.
const SPIKE: f64 = 3.0;
/// Fewest contacts expected on a dead day.
const LEAST_EXPECTED: f64 = 30.0;

/// Makes ordinary days of nothing but zeros unknown where the same weekday is busy: a row that a feed left out.
///
/// Rows of more than two weeks stay, and more than three days at the end: there the queue has really gone quiet.
pub(crate) fn forget_dead_days(counts: &mut [f64], slots: usize, days: &[DayContext]) {
    let totals = day_totals(counts, slots);
    let Some(last) = totals.iter().rposition(|total| !total.is_nan()) else { return };
    let mut day = 0;
    while day <= last {
        if totals[day] != 0.0 {
            day += 1;
            continue;
        }
        // Unknown days between zeros belong to the row.
        let end = (day..=last).find(|&other| totals[other] > 0.0).unwrap_or(last + 1);
        let longest = if end > last { LATEST } else { LONGEST };
        if end - day <= longest {
            for dead in (day..end).filter(|&dead| totals[dead] == 0.0 && days[dead].kind == DayKind::Ordinary) {
                if expected(&totals, days, dead) >= LEAST_EXPECTED {
                    counts[dead * slots..(dead + 1) * slots].fill(f64::NAN);
                }
            }
        }
        day = end;
    }
}

/// Makes the latest days unknown, three at most, that are three times what is usual or a third of it.
///
/// So soon nobody can tell an odd day from a new level; a fourth such day makes it a level.
pub(crate) fn forget_latest_spikes(counts: &mut [f64], slots: usize, days: &[DayContext]) {
    let totals = day_totals(counts, slots);
    let Some(last) = totals.iter().rposition(|total| !total.is_nan()) else { return };
    let is_spike = |day: &usize| {
        let (expected, total) = (expected(&totals[..=last.saturating_sub(LATEST)], days, *day), totals[*day]);
        let ordinary = days[*day].kind == DayKind::Ordinary && days[*day].log_uplift == 0.0;
        ordinary && expected >= LEAST_EXPECTED && (total > SPIKE * expected || total * SPIKE < expected)
    };
    let latest = (0..=last).rev().filter(|&day| !totals[day].is_nan()).take(LATEST + 1).take_while(is_spike);
    let spikes: Vec<usize> = latest.collect();
    if spikes.len() <= LATEST {
        for day in spikes {
            counts[day * slots..(day + 1) * slots].fill(f64::NAN);
        }
    }
}

/// Totals of the known slots of each day; not a number where none is known.
fn day_totals(counts: &[f64], slots: usize) -> Vec<f64> {
    let total = |day: &[f64]| {
        let known = day.iter().filter(|count| !count.is_nan());
        if day.iter().all(|count| count.is_nan()) { f64::NAN } else { known.sum() }
    };
    counts.chunks(slots).map(total).collect()
}

/// Median total of the same weekday within reach.
fn expected(totals: &[f64], days: &[DayContext], day: usize) -> f64 {
    let near = day.saturating_sub(REACH)..(day + REACH + 1).min(totals.len());
    let same = near.filter(|&other| other != day && days[other].weekday == days[day].weekday);
    median(same.map(|other| totals[other]).filter(|total| !total.is_nan()).collect()).unwrap_or(0.0)
}
