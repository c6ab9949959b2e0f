//! Overrides: what a planner knows better than the forecast, with a name to it and an end.

use chrono::{NaiveDate, NaiveDateTime};

/// One row of `overrides.csv`: a change of a queue's forecast over a stretch of local civil time.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastOverride {
    /// Name of the queue; `None` for every queue.
    pub queue: Option<String>,
    /// First moment.
    pub start: NaiveDateTime,
    /// End, exclusive.
    pub end: NaiveDateTime,
    /// What is made of the volume.
    pub change: OverrideChange,
    /// Who says so.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Last day of a horizon's start to which it applies; `None` for ever.
    pub expires: Option<NaiveDate>,
    /// Line of the file it stands in, counted from 1.
    pub line: u32,
}

/// What an override makes of the volume of its stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OverrideChange {
    /// Every interval times this, 0 to 100.
    Factor(f64),
    /// This many contacts over the stretch, spread by the forecast's shape; 0 or more.
    Contacts(f64),
}

impl ForecastOverride {
    /// Whether it touches a queue.
    pub fn touches(&self, queue: &str) -> bool {
        self.queue.as_deref().is_none_or(|own| own == queue)
    }

    /// Whether it covers the interval that starts at a local civil time.
    pub fn covers(&self, start: NaiveDateTime) -> bool {
        self.start <= start && start < self.end
    }

    /// Whether it has run out for a horizon that starts on `first`.
    pub fn is_expired(&self, first: NaiveDate) -> bool {
        self.expires.is_some_and(|last| last < first)
    }

    /// The change in words, such as `x 1.2` or `400 contacts`.
    pub fn change_text(&self) -> String {
        match self.change {
            OverrideChange::Factor(factor) => format!("x {factor}"),
            OverrideChange::Contacts(contacts) => format!("{contacts} contacts"),
        }
    }

    /// Who and why, such as `A. Planner: mailing to 2,000 customers`.
    pub fn note(&self) -> String {
        match (self.author.is_empty(), self.reason.is_empty()) {
            (false, false) => format!("{}: {}", self.author, self.reason),
            (false, true) => self.author.clone(),
            (true, _) => self.reason.clone(),
        }
    }
}
