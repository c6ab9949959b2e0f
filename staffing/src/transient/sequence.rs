//! The least agents interval by interval when queues carry on.
//!
//! n(t) is the least number with which interval t keeps its target in the transient solution, given the state that the
//! intervals before it leave behind: a sequential search, optimal interval by interval, not over the day (an agent more
//! before a peak can save two in it). The wait of late arrivals is counted with the interval's own staff held, as the
//! next interval's is not known yet; the service reported at the end is that of the whole sequence.

use solver_data::{ServiceLevelDefinition, ServiceTarget};

use super::solution::{IntervalService, Threshold, TransientInterval, TransientQueue, TransientSolution, solve_interval};
use super::state::QueueState;
use crate::error::StaffingError;

/// By how much a target may be missed: the error of the solution.
const SLACK: f64 = 1e-9;

/// One interval to be staffed.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceStep {
    /// Length, arrivals, handle time and patience; its agents are not read.
    pub interval: TransientInterval,
    /// What the interval's arrivals are promised; without arrivals nothing is.
    pub target: ServiceTarget,
    /// Fewest agents.
    pub least: u32,
    /// Most agents; 0 where it is closed.
    pub most: u32,
}

/// Agents by interval, and the service they give.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffedSequence {
    /// Agents, `len ==` number of steps.
    pub agents: Vec<u32>,
    /// Whether the target was kept when the interval was staffed; where not, it has its `most`.
    pub kept: Vec<bool>,
    /// The transient solution with these agents, service levels by the thresholds of the targets (20 s without one).
    pub solution: TransientSolution,
}

/// Staffs `steps` one after the other, the first from `start`.
///
/// # Errors
/// [`StaffingError::OutOfRange`] for a number that a queue cannot have, or a step whose least is above its most.
pub fn staff_sequence(steps: &[SequenceStep], start: &QueueState) -> Result<StaffedSequence, StaffingError> {
    for step in steps {
        step.interval.validate()?;
        threshold(&step.target).validate()?;
        if step.least > step.most {
            let (quantity, range) = ("fewest agents", "no more than the most agents");
            return Err(StaffingError::OutOfRange { quantity, value: f64::from(step.least), range });
        }
    }
    let mut state = start.clone();
    let mut queue = TransientQueue { intervals: Vec::with_capacity(steps.len()), start: start.clone(), places: None };
    let (mut agents, mut kept) = (Vec::with_capacity(steps.len()), Vec::with_capacity(steps.len()));
    for step in steps {
        let trial = Trial { step, state: &state };
        let (staffed, (service, end)) = trial.least();
        kept.push(trial.keeps(staffed, &service));
        agents.push(staffed);
        queue.intervals.push(TransientInterval { agents: staffed, ..step.interval.clone() });
        state = end;
    }
    let mut state = start.clone();
    let mut intervals = Vec::with_capacity(steps.len());
    for (t, step) in steps.iter().enumerate() {
        let (service, end) = solve_interval(&queue.intervals[t..], state, usize::MAX, threshold(&step.target));
        intervals.push(service);
        state = end;
    }
    Ok(StaffedSequence { agents, kept, solution: TransientSolution { intervals, end: state } })
}

/// The threshold of a target, 20 s where it names none.
fn threshold(target: &ServiceTarget) -> Threshold {
    target.service_level.map_or(Threshold { seconds: 20.0, definition: ServiceLevelDefinition::default() }, |level| Threshold {
        seconds: level.within_seconds,
        definition: level.definition,
    })
}

/// One interval tried with different numbers of agents.
struct Trial<'a> {
    step: &'a SequenceStep,
    state: &'a QueueState,
}

impl Trial<'_> {
    fn with(&self, agents: u32) -> (IntervalService, QueueState) {
        self.within(agents, threshold(&self.step.target))
    }

    fn within(&self, agents: u32, threshold: Threshold) -> (IntervalService, QueueState) {
        let interval = TransientInterval { agents, ..self.step.interval.clone() };
        solve_interval(&[interval], self.state.clone(), usize::MAX, threshold)
    }

    /// Whether the service of `agents` agents keeps every limit of the target.
    fn keeps(&self, agents: u32, service: &IntervalService) -> bool {
        let target = &self.step.target;
        let limit = |limit: Option<f64>, got: f64| limit.is_none_or(|most| got <= most + SLACK);
        let limits = target.service_level.is_none_or(|level| service.service_level >= level.share - SLACK)
            && limit(target.asa_seconds, service.asa_seconds)
            && limit(target.abandonment, service.abandonment)
            && limit(target.occupancy, service.occupancy);
        // The longest wait has a threshold of its own: a second solution, where all else holds.
        let longest = || {
            target.maximum_wait.is_none_or(|limit| {
                let threshold = Threshold { seconds: limit.seconds, definition: ServiceLevelDefinition::Virtual };
                self.within(agents, threshold).0.service_level >= limit.share - SLACK
            })
        };
        service.arrivals <= 0.0 || limits && longest()
    }

    /// The least number that keeps the target, else the most: galloping from the offered load, then bisection.
    fn least(&self) -> (u32, (IntervalService, QueueState)) {
        let (least, most) = (self.step.least, self.step.most);
        let interval = &self.step.interval;
        let offered = interval.arrivals.volume(interval.seconds) * interval.aht_seconds / interval.seconds;
        let mut tried = (offered.min(f64::from(u32::MAX)) as u32).clamp(least, most);
        let mut stride = (offered.max(0.0).sqrt() as u32).max(1);
        let mut service = self.with(tried);
        // `misses` is the largest number known to miss, `holds` the smallest known to keep, with its service.
        let (mut misses, mut holds) = (None, None);
        loop {
            if self.keeps(tried, &service.0) {
                holds = Some((tried, service));
                if tried == least || misses.is_some() {
                    break;
                }
                tried = tried.saturating_sub(stride).max(least);
            } else {
                misses = Some(tried);
                if tried == most || holds.is_some() {
                    break;
                }
                tried = tried.saturating_add(stride).min(most);
            }
            stride = stride.saturating_mul(2);
            service = self.with(tried);
        }
        let Some(mut best) = holds else { return (most, self.with(most)) };
        let mut below = misses;
        while let Some(missed) = below.filter(|missed| missed + 1 < best.0) {
            let middle = missed + (best.0 - missed) / 2;
            let service = self.with(middle);
            if self.keeps(middle, &service.0) {
                best = (middle, service);
            } else {
                below = Some(middle);
            }
        }
        best
    }
}
