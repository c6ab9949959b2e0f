//! Centre, forecast and roster checked in one pass and compiled to the engine's tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Datelike;
use solver_data::{
    AgentId, Centre, Channel, DayLevels, DemandForecast, DemandUncertainty, PlanningGrid, Queue, QueueForecast, QueueId, Roster,
    Seed, ServiceLevelDefinition, ServiceTarget, Shift,
};

use super::HANDLE_TIME_CV;
use crate::error::{Problem, SimulationError, Wanted};
use crate::routing::Routing;
use crate::stream::UnitWork;

/// Threshold of a queue that promises no service level, seconds.
const DEFAULT_THRESHOLD: f64 = 20.0;

/// What the engine needs to know of a centre and its roster; times in seconds from the grid's start.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledRoster {
    pub grid: Arc<PlanningGrid>,
    pub routing: Routing,
    /// Queues of each group.
    pub group_queues: Vec<Vec<u32>>,
    /// Group of each agent; `u32::MAX` for those who serve no queue.
    pub agent_group: Vec<u32>,
    pub queues: Vec<CompiledQueue>,
    /// Day levels of all queues of the forecast, in its order.
    pub levels: DayLevels,
    pub shifts: Vec<CompiledShift>,
    /// Comings, leavings, openings and closings in order.
    pub changes: Vec<Change>,
}

/// A queue's demand and promise.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledQueue {
    pub name: String,
    /// Place among the queues of the forecast.
    pub place: usize,
    /// Expected contacts by interval; 0 where closed.
    pub mean: Vec<f64>,
    /// Mean handle time by interval, seconds.
    pub aht: Vec<f64>,
    /// Handle time of mean 1.
    pub work: UnitWork,
    pub open: Vec<bool>,
    pub uncertainty: DemandUncertainty,
    /// Mean patience, seconds; `None` for endless.
    pub patience: Option<f64>,
    pub target: ServiceTarget,
    pub threshold: f64,
    pub definition: ServiceLevelDefinition,
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
            centre.queues.iter().filter_map(|queue| CompiledQueue::new(queue, forecast, &mut problems)).collect();
        if !problems.is_empty() {
            return Err(SimulationError::Refused { subject: format!("the roster of \"{}\"", centre.name), problems });
        }
        let (group_queues, agent_group) = groups(centre);
        let routing = routing(centre, &group_queues);
        let grid = Arc::clone(&forecast.grid);
        let shifts: Vec<CompiledShift> = roster
            .tours
            .iter()
            .filter(|tour| agent_group[usize::from(tour.agent)] != u32::MAX)
            .flat_map(|tour| tour.shifts.iter().map(|shift| CompiledShift::new(tour.agent, shift, &grid)))
            .collect();
        let mut changes: Vec<Change> = (0..).zip(&shifts).flat_map(|(index, shift)| shift.changes(index)).collect();
        for (queue, row) in (0..).zip(centre.queues.iter()) {
            if matches!(row.channel, Channel::Voice | Channel::Chat) {
                changes.extend(opening_changes(queue, &queues[queue as usize].open, grid.interval_seconds()));
            }
        }
        changes.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.kind.cmp(&b.kind)));
        let levels = DayLevels::of(forecast);
        Ok(Self { grid, routing, group_queues, agent_group, queues, levels, shifts, changes })
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

impl CompiledQueue {
    fn new(queue: &Queue, forecast: &DemandForecast, problems: &mut Vec<Problem>) -> Option<Self> {
        let Some(place) = forecast.queues.iter().position(|expected| expected.name == queue.name) else {
            problems.push(Problem::QueueWithoutForecast { queue: queue.name.clone() });
            return None;
        };
        let expected = &forecast.queues[place];
        let before = problems.len();
        check_forecast(queue, expected, forecast.grid.len(), problems);
        if problems.len() > before {
            return None;
        }
        let mean: Vec<f64> =
            expected.mean.iter().zip(&expected.open).map(|(&mean, &open)| if open { mean } else { 0.0 }).collect();
        let aht = match (&expected.aht_seconds, queue.aht_seconds) {
            (Some(aht), fallback) => aht.iter().map(|&aht| if aht.is_finite() { aht } else { fallback.unwrap_or(0.0) }).collect(),
            (None, fallback) => vec![fallback.unwrap_or(0.0); mean.len()],
        };
        let level = queue.target.service_level;
        Some(Self {
            name: queue.name.clone(),
            place,
            mean,
            aht,
            work: UnitWork::lognormal(HANDLE_TIME_CV),
            open: expected.open.clone(),
            uncertainty: expected.uncertainty,
            patience: queue.patience_seconds,
            target: queue.target,
            threshold: level.map_or(DEFAULT_THRESHOLD, |level| level.within_seconds),
            definition: level.map(|level| level.definition).unwrap_or_default(),
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

/// Problems of a queue's forecast.
fn check_forecast(queue: &Queue, expected: &QueueForecast, intervals: usize, problems: &mut Vec<Problem>) {
    let name = &queue.name;
    let aht_len = expected.aht_seconds.as_ref().map_or(intervals, Vec::len);
    for (what, given) in [("mean", expected.mean.len()), ("open", expected.open.len()), ("aht_seconds", aht_len)] {
        if given != intervals {
            problems.push(Problem::Length { path: format!("forecast of \"{name}\", {what}"), given, intervals });
        }
    }
    if let Some(&mean) = expected.mean.iter().find(|&&mean| !Wanted::NonNegative.holds(mean)) {
        Wanted::NonNegative.check(mean, || format!("forecast of \"{name}\", mean"), problems);
    }
    let DemandUncertainty { day_level_sd, overdispersion } = expected.uncertainty;
    Wanted::NonNegative.check(day_level_sd, || format!("forecast of \"{name}\", day_level_sd"), problems);
    Wanted::NonNegative.check(overdispersion, || format!("forecast of \"{name}\", overdispersion"), problems);
    if let Some(patience) = queue.patience_seconds {
        Wanted::NonNegative.check(patience, || format!("queue \"{name}\", patience_seconds"), problems);
    }
    let known = |aht: &f64| Wanted::NonNegative.holds(*aht);
    let everywhere = expected.aht_seconds.as_ref().is_some_and(|aht| aht.iter().all(known));
    if !everywhere && !queue.aht_seconds.as_ref().is_some_and(known) && expected.mean.iter().any(|&mean| mean > 0.0) {
        problems.push(Problem::QueueWithoutHandleTime { queue: name.clone() });
    }
}

/// Agents who serve the same queues form a group: the queues of each group, and the group of each agent.
fn groups(centre: &Centre) -> (Vec<Vec<u32>>, Vec<u32>) {
    let mut known: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    let mut group_queues = Vec::new();
    let mut agent_group = Vec::with_capacity(centre.agents.len());
    for agent in centre.agents.ids() {
        let served: Vec<u32> = (0..centre.queues.len() as u32).filter(|&queue| centre.may_serve(agent, QueueId(queue))).collect();
        if served.is_empty() {
            agent_group.push(u32::MAX);
            continue;
        }
        let group = *known.entry(served).or_insert_with_key(|served| {
            group_queues.push(served.clone());
            group_queues.len() as u32 - 1
        });
        agent_group.push(group);
    }
    (group_queues, agent_group)
}

/// Fewest queues first on arrival; highest priority first for a freed agent.
fn routing(centre: &Centre, group_queues: &[Vec<u32>]) -> Routing {
    let levels = (0..centre.queues.len() as u32)
        .map(|queue| {
            let mut by_breadth: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
            for (group, served) in (0..).zip(group_queues) {
                if served.contains(&queue) {
                    by_breadth.entry(served.len()).or_default().push(group);
                }
            }
            by_breadth.into_values().collect()
        })
        .collect();
    let tiers = group_queues
        .iter()
        .map(|served| {
            let mut by_priority: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
            for &queue in served {
                by_priority.entry(centre.queues[QueueId(queue)].priority).or_default().push(queue);
            }
            by_priority.into_values().rev().collect()
        })
        .collect();
    Routing { levels, tiers, pace: vec![1.0; centre.queues.len() * group_queues.len()], places: u64::MAX }
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
