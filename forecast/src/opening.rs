//! When a queue is open: given by the centre, or learned from the timestamps of its history.

use chrono::{Datelike, NaiveDate, Weekday};
use solver_data::WeeklyHours;

/// Share of the weeks with data in which a slot must have been seen to count as open.
const SEEN_SHARE: f64 = 0.3;
/// Latest weeks with data that opening hours are learned from: hours change, and old ones must not linger.
const RECENT_WEEKS: usize = 26;

/// Weekly opening pattern of a queue in slots of civil time, with its dated closures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OpenPattern {
    slots: usize,
    /// `len == 7 * slots`, Monday first.
    open: Vec<bool>,
}

impl OpenPattern {
    /// The pattern of stated hours; a slot is open when the whole of it is.
    pub(crate) fn given(hours: &WeeklyHours, interval_minutes: u32) -> Self {
        let slots = (1440 / interval_minutes) as usize;
        let open = (0..7 * slots)
            .map(|i| {
                let weekday = Weekday::try_from((i / slots) as u8).expect("seven weekdays");
                hours.is_open(weekday, (i % slots) as u32 * interval_minutes, interval_minutes)
            })
            .collect();
        Self { slots, open }
    }

    /// The pattern seen in the history: slots that any queue has in 30 % of the recent weeks with data, within the first
    /// and last slot that this queue ever had on the weekday.
    ///
    /// - `first`: weekday of day 0
    /// - `any`, `own`: whether any queue, this queue has a row: `len == days * slots`
    pub(crate) fn learned(first: NaiveDate, slots: usize, any: &[bool], own: &[bool]) -> Self {
        let days = any.len() / slots;
        let weekday = |day: usize| (first.weekday().num_days_from_monday() as usize + day) % 7;
        let seen_day = |day: usize| any[day * slots..(day + 1) * slots].contains(&true);
        let mut weeks: Vec<usize> = (0..days).filter(|&day| seen_day(day)).map(|day| (days - 1 - day) / 7).collect();
        weeks.sort_unstable();
        weeks.dedup();
        weeks.truncate(RECENT_WEEKS);
        let mut count = vec![0.0; 7 * slots];
        let mut envelope = [(usize::MAX, 0); 7];
        for i in 0..any.len() {
            let (day, slot) = (i / slots, i % slots);
            if any[i] && weeks.binary_search(&((days - 1 - day) / 7)).is_ok() {
                count[weekday(day) * slots + slot] += 1.0;
            }
            if own[i] {
                let (lo, hi) = &mut envelope[weekday(day)];
                (*lo, *hi) = ((*lo).min(slot), (*hi).max(slot));
            }
        }
        let enough = (SEEN_SHARE * weeks.len() as f64).max(1.0);
        let open = (0..7 * slots)
            .map(|i| count[i] >= enough && (envelope[i / slots].0..=envelope[i / slots].1).contains(&(i % slots)))
            .collect();
        Self { slots, open }
    }

    /// Slots a day.
    pub(crate) fn slots(&self) -> usize {
        self.slots
    }

    /// Whether a slot of a weekday (0 = Monday) is open.
    pub(crate) fn is_open(&self, weekday: usize, slot: usize) -> bool {
        self.open[weekday * self.slots + slot]
    }

    /// Whether any slot of a weekday is open.
    pub(crate) fn any_open(&self, weekday: usize) -> bool {
        self.open[weekday * self.slots..(weekday + 1) * self.slots].contains(&true)
    }

    /// The weekday that a make-up workday follows: on a weekend the nearest working day (Saturday: Friday, Sunday: Monday),
    /// where that is open.
    pub(crate) fn makeup_weekday(&self, weekday: usize) -> usize {
        match weekday {
            5 if self.any_open(4) => 4,
            6 if self.any_open(0) => 0,
            _ => weekday,
        }
    }
}
