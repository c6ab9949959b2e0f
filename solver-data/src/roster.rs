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
    /// Shifts that began before the grid and reach into it: they count as presence, and as nothing else.
    pub reaching: Vec<Tour>,
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
    /// Spans on contact on the clock: the shift less its breaks, in time order; see [`Shift::elapsed_on_contact`] to count.
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

    /// Spans on contact in elapsed seconds from the grid's start, in time order.
    ///
    /// The shift starts and ends when the clock shows its times. A break keeps its length: it starts when the clock first
    /// shows its start and lasts `end - start`, even where the clock is set forward or back in between.
    pub fn elapsed_on_contact(&self, grid: &PlanningGrid) -> Vec<(f64, f64)> {
        let mut spans = Vec::with_capacity(self.breaks.len() + 1);
        let (mut from, end) = (grid.elapsed_seconds(self.start), grid.elapsed_seconds(self.end));
        for pause in &self.breaks {
            let start = grid.elapsed_seconds(pause.start);
            if from < start {
                spans.push((from, start));
            }
            from = from.max(start + (pause.end - pause.start).num_seconds() as f64);
        }
        if from < end {
            spans.push((from, end));
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
        for tour in self.tours.iter().chain(&self.reaching).filter(|tour| counted(tour.agent)) {
            for (from, to) in tour.shifts.iter().flat_map(|shift| shift.elapsed_on_contact(&self.grid)) {
                let first = (from / seconds).ceil().max(0.0) as usize;
                let last = ((to / seconds).floor().max(0.0) as usize).min(present.len());
                for count in present.iter_mut().take(last).skip(first) {
                    *count += 1;
                }
            }
        }
        present
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Agents on contact in each quarter from 22:00 on, in a night of 8 hours with a break of 30 minutes.
    fn night(first: (i32, u32, u32), pause: (u32, u32)) -> Vec<u32> {
        let date = NaiveDate::from_ymd_opt(first.0, first.1, first.2).unwrap();
        let grid = Arc::new(PlanningGrid::new(date, 2, 15, chrono_tz::Europe::Berlin).unwrap());
        let start = date.and_hms_opt(22, 0, 0).unwrap();
        let from = date.succ_opt().unwrap().and_hms_opt(pause.0, pause.1, 0).unwrap();
        let meal = Break { kind: "meal".to_owned(), start: from, end: from + chrono::Duration::minutes(30), paid: false };
        let shift = Shift {
            date,
            template: "night".to_owned(),
            start,
            end: start + chrono::Duration::hours(8),
            breaks: vec![meal],
            paid_minutes: 450,
        };
        let roster = Roster { grid, tours: vec![Tour { agent: AgentId(0), shifts: vec![shift] }], reaching: Vec::new() };
        roster.on_contact(|_| true)[88..].to_vec()
    }

    #[test]
    fn a_break_keeps_its_length_in_the_night_the_clock_goes_back() {
        // Nine hours pass between 22:00 and 06:00; 02:30 is first shown 18 quarters after 22:00.
        for (pause, quarter) in [((2, 30), 18), ((2, 0), 16), ((1, 45), 15), ((3, 0), 24)] {
            let present = night((2021, 10, 30), pause);
            let away: Vec<usize> = (0..36).filter(|&t| present[t] == 0).collect();
            assert_eq!(away, [quarter, quarter + 1], "break at {pause:?}");
            assert!(present[36..].iter().all(|&count| count == 0));
        }
    }

    #[test]
    fn a_break_keeps_its_length_in_the_night_the_clock_goes_forward() {
        // Seven hours pass; a break from 01:45 ends when the clock shows 03:15.
        for (pause, quarter) in [((1, 45), 15), ((3, 0), 16), ((1, 0), 12)] {
            let present = night((2021, 3, 27), pause);
            let away: Vec<usize> = (0..28).filter(|&t| present[t] == 0).collect();
            assert_eq!(away, [quarter, quarter + 1], "break at {pause:?}");
        }
    }
}
