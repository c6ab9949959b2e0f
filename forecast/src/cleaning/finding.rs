//! What was found in a history, in words.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};

/// One odd thing in the history of a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryFinding {
    /// Name of the queue.
    pub queue: String,
    /// What is odd.
    pub oddity: Oddity,
}

/// What is odd in a history.
#[derive(Debug, Clone, PartialEq)]
pub enum Oddity {
    /// Open days without data.
    Missing {
        /// First of them.
        first: NaiveDate,
        /// Last of them.
        last: NaiveDate,
        /// Open days among them.
        days: usize,
    },
    /// Holidays without data.
    SilentHolidays {
        /// First of them.
        first: NaiveDate,
        /// Last of them.
        last: NaiveDate,
        /// How many.
        days: usize,
    },
    /// Next to no contacts where many were expected.
    Outage {
        /// Start of the first interval.
        start: NaiveDateTime,
        /// End of the last interval.
        end: NaiveDateTime,
        /// Contacts expected.
        expected: f64,
        /// Contacts that came.
        actual: f64,
    },
    /// A day far from its course.
    OutlierDay {
        /// The day.
        date: NaiveDate,
        /// Contacts expected.
        expected: f64,
        /// Contacts that came.
        actual: f64,
        /// Distance in robust standard deviations of the log day total.
        z: f64,
    },
    /// Intervals far from the course of their day.
    OutlierInterval {
        /// Start of the first interval.
        start: NaiveDateTime,
        /// End of the last interval.
        end: NaiveDateTime,
        /// Contacts expected.
        expected: f64,
        /// Contacts that came.
        actual: f64,
        /// Largest distance in robust standard deviations of the square root of a count.
        z: f64,
    },
    /// The level changes for good.
    LevelShift {
        /// First day of the new level.
        date: NaiveDate,
        /// New level / old level.
        ratio: f64,
    },
}

impl HistoryFinding {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self.oddity {
            Oddity::Missing { .. } => {
                "nothing is made of them; add the rows if the days were worked, or a closure to the calendar"
            }
            Oddity::SilentHolidays { .. } => {
                "nothing can be learned of them, and coming ones are forecast as open; add a closure to the calendar for each closed one"
            }
            Oddity::Outage { .. } => "it weighs little; add an outage to the calendar, or keep it with --keep-outliers",
            Oddity::OutlierDay { .. } | Oddity::OutlierInterval { .. } => {
                "it weighs little; if an event explains it, add that to the calendar, or keep it with --keep-outliers"
            }
            Oddity::LevelShift { .. } => "the forecast follows the new level; if it will not last, add an override",
        }
    }
}

impl Oddity {
    /// When it begins.
    pub fn start(&self) -> NaiveDateTime {
        match self {
            Self::Missing { first: date, .. }
            | Self::SilentHolidays { first: date, .. }
            | Self::OutlierDay { date, .. }
            | Self::LevelShift { date, .. } => date.and_time(chrono::NaiveTime::MIN),
            Self::Outage { start, .. } | Self::OutlierInterval { start, .. } => *start,
        }
    }

    /// How much it matters: contacts concerned relative to those expected, or the log of a shift.
    pub(crate) fn weight(&self) -> f64 {
        match self {
            Self::LevelShift { ratio, .. } => 100.0 + ratio.ln().abs(),
            Self::SilentHolidays { days, .. } | Self::Missing { days, .. } => 10.0 * *days as f64,
            Self::Outage { expected, actual, .. } => (expected - actual).abs().sqrt(),
            Self::OutlierDay { z, .. } | Self::OutlierInterval { z, .. } => z.abs(),
        }
    }
}

impl fmt::Display for HistoryFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "queue {}: {}", self.queue, self.oddity)
    }
}

/// `2 contacts from 2024-03-05 10:00 to 13:30 where 250 were expected: an outage?`
impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { first, last, .. } if first == last => write!(f, "no data on {first}, an open day"),
            Self::Missing { first, last, days } => write!(f, "no data on {days} open days from {first} to {last}"),
            Self::SilentHolidays { first, last, .. } if first == last => write!(f, "no data on the holiday {first}: closed?"),
            Self::SilentHolidays { first, last, days } => {
                write!(f, "no data on {days} holidays from {first} to {last}: closed?")
            }
            Self::Outage { start, end, expected, actual } => {
                let (from, to) = span(*start, *end);
                write!(f, "{actual:.0} contacts from {from} to {to} where {expected:.0} were expected: an outage?")
            }
            Self::OutlierDay { date, expected, actual, z } => {
                write!(f, "{actual:.0} contacts on {date} where {expected:.0} were expected (z = {z:.1})")
            }
            Self::OutlierInterval { start, end, expected, actual, z } => {
                let (from, to) = span(*start, *end);
                write!(f, "{actual:.0} contacts from {from} to {to} where {expected:.0} were expected (z = {z:.1})")
            }
            Self::LevelShift { date, ratio } => {
                let change = 100.0 * (ratio - 1.0);
                write!(f, "the level changes by {change:+.0} % on {date}")
            }
        }
    }
}

/// Both ends in words; the date is not said twice.
fn span(start: NaiveDateTime, end: NaiveDateTime) -> (String, String) {
    let same_day = start.date() == end.date();
    let midnight = end.time() == chrono::NaiveTime::MIN && start.date().succ_opt() == Some(end.date());
    let until = match (same_day, midnight) {
        (true, _) => end.format("%H:%M").to_string(),
        (_, true) => "24:00".to_owned(),
        _ => end.format("%Y-%m-%d %H:%M").to_string(),
    };
    (start.format("%Y-%m-%d %H:%M").to_string(), until)
}
