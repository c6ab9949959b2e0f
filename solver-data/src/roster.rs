//! Rosters: one agent's shifts over the horizon are a tour, all tours are the roster.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use crate::grid::PlanningGrid;
use crate::id::AgentId;

/// All tours over the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    /// The grid whose days the shifts start on.
    pub grid: Arc<PlanningGrid>,
    /// One tour an agent who works, ascending by agent.
    pub tours: Vec<Tour>,
}

/// One agent's shifts over the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct Tour {
    /// Who.
    pub agent: AgentId,
    /// Shifts, ascending by start.
    pub shifts: Vec<Shift>,
}

/// One dated instance of a shift template, in local civil time.
#[derive(Debug, Clone, PartialEq)]
pub struct Shift {
    /// Local day on which it starts.
    pub date: NaiveDate,
    /// Name of its template.
    pub template: String,
    /// First minute.
    pub start: NaiveDateTime,
    /// End.
    pub end: NaiveDateTime,
    /// Breaks in time order.
    pub breaks: Vec<Break>,
    /// Paid minutes.
    pub paid_minutes: u32,
}

/// A break as placed.
#[derive(Debug, Clone, PartialEq)]
pub struct Break {
    /// What it is.
    pub kind: String,
    /// First minute.
    pub start: NaiveDateTime,
    /// End.
    pub end: NaiveDateTime,
    /// Whether it is paid.
    pub paid: bool,
}

impl Shift {
    /// Spans on contact: the shift less its breaks, in time order.
    pub fn on_contact(&self) -> Vec<(NaiveDateTime, NaiveDateTime)> {
        let mut spans = Vec::with_capacity(self.breaks.len() + 1);
        let mut from = self.start;
        for pause in &self.breaks {
            if from < pause.start {
                spans.push((from, pause.start));
            }
            from = from.max(pause.end);
        }
        if from < self.end {
            spans.push((from, self.end));
        }
        spans
    }
}

impl Roster {
    /// The tour of an agent, if they work at all.
    pub fn tour(&self, agent: AgentId) -> Option<&Tour> {
        self.tours.binary_search_by_key(&agent, |tour| tour.agent).ok().map(|index| &self.tours[index])
    }

    /// Agents on contact in each interval, counting those `counted` accepts: `len == grid.len()`.
    ///
    /// An interval counts when the agent is on contact for all of it.
    pub fn on_contact(&self, counted: impl Fn(AgentId) -> bool) -> Vec<u32> {
        let mut present = vec![0; self.grid.len()];
        let seconds = self.grid.interval_seconds();
        for tour in self.tours.iter().filter(|tour| counted(tour.agent)) {
            for (from, to) in tour.shifts.iter().flat_map(Shift::on_contact) {
                let first = (self.grid.elapsed_seconds(from) / seconds).ceil().max(0.0) as usize;
                let last = ((self.grid.elapsed_seconds(to) / seconds).floor().max(0.0) as usize).min(present.len());
                for count in present.iter_mut().take(last).skip(first) {
                    *count += 1;
                }
            }
        }
        present
    }
}
