//! Centre, forecast and roster checked in one pass and compiled to the engine's tables.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use solver_data::{AgentId, Centre, DayLevels, DemandForecast, PlanningGrid, Roster, Seed, Shift};

use super::group::{Groups, SearchStep};
use super::queue::CompiledQueue;
use crate::error::{Problem, SimulationError};
use crate::routing::Routing;

/// What the engine needs to know of a centre and its roster; times in seconds from the grid's start.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledRoster {
    pub grid: Arc<PlanningGrid>,
    pub routing: Routing,
    pub groups: Groups,
    /// For each group, where a free agent looks for work, in turn.
    pub search: Vec<Vec<SearchStep>>,
    pub queues: Vec<CompiledQueue>,
    /// Day of each interval.
    pub day_of: Vec<u32>,
    /// Planning week of each day, from 0.
    pub week_of: Vec<usize>,
    /// First day on the grid of each planning week.
    pub weeks: Vec<NaiveDate>,
    /// Day levels of all queues of the forecast, in its order.
    pub levels: DayLevels,
    pub shifts: Vec<CompiledShift>,
    /// Comings, leavings, openings and closings in order.
    pub changes: Vec<Change>,
}

/// One shift.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledShift {
    pub agent: AgentId,
    /// Days from the common era to its date: names the shift in the stream of absences.
    pub day: i32,
    /// Spans on contact.
    pub spans: Vec<(f64, f64)>,
}

/// A change of staff or opening.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Change {
    pub at: f64,
    pub kind: ChangeKind,
}

/// What changes; at the same instant in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ChangeKind {
    /// A queue opens.
    Opens(u32),
    /// An agent comes on contact, in this shift.
    Comes(u32, u32),
    /// An agent leaves for a break or home, in this shift.
    Leaves(u32, u32),
    /// A queue closes.
    Closes(u32),
}

impl CompiledRoster {
    /// Checks and compiles; `problems` are those found before.
    ///
    /// # Errors
    /// [`SimulationError::Refused`] with every problem found.
    pub fn new(
        centre: &Centre,
        forecast: &DemandForecast,
        roster: &Roster,
        mut problems: Vec<Problem>,
    ) -> Result<Self, SimulationError> {
        check_roster(centre, forecast, roster, &mut problems);
        let queues: Vec<CompiledQueue> =
            centre.queues.ids().filter_map(|id| CompiledQueue::new(centre, id, forecast, &mut problems)).collect();
        if !problems.is_empty() {
            return Err(SimulationError::Refused { subject: format!("the roster of \"{}\"", centre.name), problems });
        }
        let groups = Groups::of(centre, &queues);
        let (routing, search) = (groups.routing(centre, &queues), groups.search(centre, &queues));
        let grid = Arc::clone(&forecast.grid);
        let shifts: Vec<CompiledShift> = roster
            .tours
            .iter()
            .chain(&roster.reaching)
            .filter(|tour| groups.of_agent[usize::from(tour.agent)] != u32::MAX)
            .flat_map(|tour| tour.shifts.iter().map(|shift| CompiledShift::new(tour.agent, shift, &grid)))
            .collect();
        let mut changes: Vec<Change> = (0..).zip(&shifts).flat_map(|(index, shift)| shift.changes(index)).collect();
        for (queue, own) in (0..).zip(&queues) {
            changes.extend(opening_changes(queue, &own.open, grid.interval_seconds()));
        }
        changes.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.kind.cmp(&b.kind)));
        let levels = DayLevels::of(forecast);
        let day_of = (0..grid.len()).map(|t| grid.day_of(t) as u32).collect();
        let (week_of, weeks) = planning_weeks(centre, &grid);
        Ok(Self { grid, routing, groups, search, queues, day_of, week_of, weeks, levels, shifts, changes })
    }

    /// Whether every contact is a call answered in one go: the lean event loop will do.
    pub fn is_plain(&self) -> bool {
        self.queues.iter().all(|queue| queue.handling.is_plain())
    }

    /// For recorded contacts: those that came again or were sent on stand in the records themselves.
    pub fn without_returns(mut self) -> Self {
        for queue in &mut self.queues {
            queue.handling.redial = None;
            queue.handling.escalation = None;
        }
        self
    }

    /// Which shifts are missed in a replication: the same agent on the same day whatever the roster, and ever more of
    /// them as `absence` grows.
    pub fn absences(&self, seed: Seed, absence: f64) -> Vec<bool> {
        let missed = |shift: &CompiledShift| {
            let own = seed.stream(u64::from(shift.agent.0)).stream(shift.day as u64);
            // 53 bits of the mixed seed are one uniform number; a generator for each shift would be idle work.
            ((own.0 >> 11) as f64) * (0.5_f64).powi(53) < absence
        };
        self.shifts.iter().map(missed).collect()
    }

    /// Number of intervals.
    pub fn intervals(&self) -> usize {
        self.grid.len()
    }
}

impl CompiledShift {
    fn new(agent: AgentId, shift: &Shift, grid: &PlanningGrid) -> Self {
        let spans = shift
            .elapsed_on_contact(grid)
            .into_iter()
            .filter(|&(from, to)| to > from.max(0.0))
            .map(|(from, to)| (from.max(0.0), to))
            .collect();
        Self { agent, day: shift.date.num_days_from_ce(), spans }
    }

    fn changes(&self, index: u32) -> impl Iterator<Item = Change> + '_ {
        let agent = self.agent.0;
        self.spans.iter().flat_map(move |&(from, to)| {
            [
                Change { at: from, kind: ChangeKind::Comes(agent, index) },
                Change { at: to, kind: ChangeKind::Leaves(agent, index) },
            ]
        })
    }
}

/// Problems of a roster that could not meet the forecast's contacts.
fn check_roster(centre: &Centre, forecast: &DemandForecast, roster: &Roster, problems: &mut Vec<Problem>) {
    if let Some(date) = forecast.grid.dates().iter().find(|&&date| roster.grid.day_of_date(date).is_none()) {
        problems.push(Problem::DayWithoutRoster { date: date.to_string() });
    }
    let agents = centre.agents.len();
    for tour in roster.tours.iter().filter(|tour| centre.agents.get(tour.agent).is_none()) {
        problems.push(Problem::UnknownAgent { agent: tour.agent.0, agents });
    }
}

/// Planning week of each day, and the first day of each week.
fn planning_weeks(centre: &Centre, grid: &PlanningGrid) -> (Vec<usize>, Vec<NaiveDate>) {
    let mut weeks: Vec<NaiveDate> = Vec::new();
    let mut week_of = Vec::with_capacity(grid.days());
    for &date in grid.dates() {
        if weeks.is_empty() || date.weekday() == centre.week_start {
            weeks.push(date);
        }
        week_of.push(weeks.len() - 1);
    }
    (week_of, weeks)
}

/// Openings and closings of a queue; the end of the grid closes it.
fn opening_changes(queue: u32, open: &[bool], seconds: f64) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut was_open = false;
    for (t, &is_open) in open.iter().chain(std::iter::once(&false)).enumerate() {
        if is_open != was_open {
            let kind = if is_open { ChangeKind::Opens(queue) } else { ChangeKind::Closes(queue) };
            changes.push(Change { at: t as f64 * seconds, kind });
            was_open = is_open;
        }
    }
    changes
}
