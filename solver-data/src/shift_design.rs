//! Minimum shift design: which shifts to offer, and how many duties of each to staff on each day of a cyclic week.
//!
//! A shift is a start and a length in slots of the day, the same every day; a duty is one person working it once. The
//! week wraps: a shift that passes midnight covers the next day, on the last day the first.
//!
//! # Source
//! Musliu, Schaerf, Slany (2004), "Local search for shift design", EJOR 153; Kletzander, Musliu (2019), "Modelling and
//! solving the minimum shift design problem", CPAIOR.

use serde::{Deserialize, Serialize};

/// Minutes of a day.
const MINUTES_PER_DAY: usize = 1_440;

/// An instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShiftDesign {
    /// Length of a slot in minutes; divides a day.
    pub interval_minutes: u32,
    /// Days of the cycle, usually 7.
    pub days: usize,
    /// People wished in each slot: `len == days * slots_per_day()`.
    pub demand: Vec<u32>,
    /// Kinds of shift: what starts and lengths are allowed.
    pub kinds: Vec<ShiftKind>,
    /// Duties of a full-time week: least.
    pub minimum_duties: f64,
    /// Duties of a full-time week: most.
    pub maximum_duties: f64,
    /// Minutes of a full-time week.
    pub average_minutes: f64,
    /// Prices.
    pub weights: DesignWeights,
}

/// A kind of shift, such as the morning shift: every start and length within both ranges, in slots of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftKind {
    /// Earliest start.
    pub earliest_start: usize,
    /// Latest start.
    pub latest_start: usize,
    /// Shortest length; 1 or more.
    pub shortest: usize,
    /// Longest length; a day at most.
    pub longest: usize,
}

/// Prices of a design.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DesignWeights {
    /// A person missing for a minute.
    pub under_minute: i64,
    /// A person too many for a minute.
    pub over_minute: i64,
    /// A shift used on any day.
    pub shift: i64,
    /// Distance of the average duties a week from its limits. Read and kept, not part of the objective: the published
    /// results leave this criterion out.
    pub duties_per_week: f64,
}

/// What a design must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DesignVariant {
    /// Under- and overstaffing are paid for; shifts may be as short as their kind allows.
    Classic,
    /// Nobody is missing in any slot, and the mean length of a duty is at least
    /// [`ShiftDesign::minimum_mean_minutes`].
    Bounded,
}

/// A shift of a design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesignedShift {
    /// First slot of the day.
    pub start: usize,
    /// Slots.
    pub length: usize,
    /// Duties that start on each day: `len == days`.
    pub duties: Vec<u32>,
}

impl ShiftDesign {
    /// Slots of a day.
    pub fn slots_per_day(&self) -> usize {
        MINUTES_PER_DAY / self.interval_minutes.max(1) as usize
    }

    /// Least mean length of a duty in minutes, such that a full-time week takes at most `maximum_duties` duties.
    pub fn minimum_mean_minutes(&self) -> f64 {
        self.average_minutes / self.maximum_duties
    }

    /// Every allowed (start, length), ascending, each once however many kinds allow it.
    pub fn allowed_shifts(&self) -> Vec<(usize, usize)> {
        let of_kind = |kind: &ShiftKind| {
            let (starts, lengths) = (kind.earliest_start..=kind.latest_start, kind.shortest..=kind.longest);
            starts.flat_map(move |start| lengths.clone().map(move |length| (start, length)))
        };
        let mut shifts: Vec<(usize, usize)> = self.kinds.iter().flat_map(of_kind).collect();
        shifts.sort_unstable();
        shifts.dedup();
        shifts
    }
}
