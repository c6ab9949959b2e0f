//! Shift templates: patterns of start, length and breaks.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// A pattern of start, length and breaks; one dated instance of it is a `Shift`.
#[derive(Debug, Clone, PartialEq)]
pub struct ShiftTemplate {
    /// Unique name, such as `F8@09:00`.
    pub name: String,
    /// Length class that contracts refer to, such as `F8`.
    pub class: String,
    /// Start in minutes after local midnight.
    pub start_minute: u32,
    /// Length from first to last minute, breaks included.
    pub length_minutes: u32,
    /// Paid minutes: length less unpaid breaks.
    pub paid_minutes: u32,
    /// The breaks in time order.
    pub breaks: Vec<BreakWindow>,
    /// Weekdays it may be worked on, by `Weekday::num_days_from_monday`.
    pub weekdays: [bool; 7],
}

/// A break and the window its start must lie in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakWindow {
    /// What it is, such as `lunch` or `rest`.
    pub kind: String,
    /// Earliest start, minutes after the shift's start.
    pub earliest_minute: u32,
    /// Latest start, minutes after the shift's start.
    pub latest_minute: u32,
    /// Length in minutes.
    pub length_minutes: u32,
    /// Whether it is paid.
    pub paid: bool,
}

impl ShiftTemplate {
    /// End in minutes after local midnight of the start day; over 1440 for a shift past midnight.
    pub fn end_minute(&self) -> u32 {
        self.start_minute + self.length_minutes
    }

    /// Whether the template may be worked on a weekday.
    pub fn runs_on(&self, weekday: Weekday) -> bool {
        self.weekdays[weekday.num_days_from_monday() as usize]
    }
}
