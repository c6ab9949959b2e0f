//! When a queue is open: given by the centre, or learned from the timestamps of its history.

use chrono::{Datelike, NaiveDate, Weekday};
use solver_data::{IntervalRecord, WeeklyHours};

/// Share of the weeks with data in which a slot must have been seen to count as open.
const SEEN_SHARE: f64 = 0.3;
/// Latest weeks with data that opening hours are learned from: hours change, and old ones must not linger.
const RECENT_WEEKS: usize = 26;

/// Rows of 1 or 2 contacts, and their share of all rows, beyond which some of 0 must be expected.
const FEW_ROWS: usize = 60;
const FEW_SHARE: f64 = 0.1;

/// Weekly opening pattern of a queue in slots of civil time, with its dated closures.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OpenPattern {
    slots: usize,
    /// `len == 7 * slots`, Monday first.
    open: Vec<bool>,
}

/// Which intervals a history has rows for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowPolicy {
    /// All that are open.
    Open,
    /// Those in which contacts came: an open interval without contacts has no row.
    Busy,
}

impl RowPolicy {
    /// Told from the counts: quiet intervals without a single 0 among many of 1 or 2 contacts are left out of the file.
    pub(crate) fn of<'a>(records: impl Iterator<Item = &'a IntervalRecord>) -> Self {
        let (mut rows, mut few) = (0_usize, 0_usize);
        for count in records.filter_map(|record| record.offered) {
            if count == 0.0 {
                return Self::Open;
            }
            (rows, few) = (rows + 1, few + usize::from(count <= 2.0));
        }
        if few >= FEW_ROWS && few as f64 >= FEW_SHARE * rows as f64 { Self::Busy } else { Self::Open }
    }
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
    /// and last slot that this queue ever had on the weekday. Where quiet intervals have no rows, all slots from the first to
    /// the last that this queue ever had on any day are open on every weekday with rows.
    ///
    /// - `first`: day 0
    /// - `any`, `own`: whether any queue, this queue has a row: `len == days * slots`
    pub(crate) fn learned(first: NaiveDate, rows: RowPolicy, slots: usize, (any, own): (&[bool], &[bool])) -> Self {
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
        if rows == RowPolicy::Busy {
            let (lo, hi) = envelope.iter().fold((usize::MAX, 0), |all, day| (all.0.min(day.0), all.1.max(day.1)));
            let open = (0..7 * slots).map(|i| envelope[i / slots].0 < usize::MAX && (lo..=hi).contains(&(i % slots)));
            return Self { slots, open: open.collect() };
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
