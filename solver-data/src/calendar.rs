//! Dated events: holidays, closures, promotions, launches, outages.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// All events known, in file order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calendar {
    /// The events.
    pub events: Vec<CalendarEvent>,
}

/// What kind of day an event makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A public holiday; the centre may be open.
    Holiday,
    /// A weekend day worked in exchange for a holiday.
    MakeupWorkday,
    /// The queue is closed.
    Closure,
    /// A sales promotion.
    Promotion,
    /// A product or service launch.
    Launch,
    /// A technical outage; its counts are no demand.
    Outage,
}

/// One event over whole local days.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarEvent {
    /// First day.
    pub start: NaiveDate,
    /// Last day, inclusive.
    pub end: NaiveDate,
    /// What kind of day it makes.
    pub kind: EventKind,
    /// Name; events of one name are occurrences of the same thing.
    pub name: String,
    /// Names of the queues it touches; empty for all.
    pub queues: Vec<String>,
    /// The planner's own factor on volume; `None` to learn it.
    pub uplift: Option<f64>,
}

impl CalendarEvent {
    /// Whether the event touches a queue.
    pub fn touches(&self, queue: &str) -> bool {
        self.queues.is_empty() || self.queues.iter().any(|name| name == queue)
    }

    /// Whether the event covers a day.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.start <= date && date <= self.end
    }
}

impl Calendar {
    /// The events that touch a queue on a day.
    pub fn on<'a>(&'a self, date: NaiveDate, queue: &'a str) -> impl Iterator<Item = &'a CalendarEvent> {
        self.events.iter().filter(move |event| event.covers(date) && event.touches(queue))
    }
}
