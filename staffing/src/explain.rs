//! Why an interval needs the agents it needs: one requirement taken apart, so that a sceptic can redo it by hand.

use chrono::NaiveDateTime;
use solver_data::{Centre, DemandForecast, Queue, QueueId, ServiceLevelDefinition, ServiceTarget, ShrinkageAssumptions};

use crate::error::StaffingError;
use crate::queue::{Measures, QueueModel, Station};
use crate::shrinkage::scheduled;
use crate::sizing::TIE_TOLERANCE;

/// Candidates shown below the requirement, and above it.
const AROUND: (u32, u32) = (4, 2);
/// Threshold in seconds of the service level shown where the target names none.
const USUAL_THRESHOLD: f64 = 20.0;

/// One requirement, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Queue.
    pub queue: String,
    /// Local civil time at which the interval starts.
    pub at: NaiveDateTime,
    /// Volume, handle time, interval length and the way contacts wait.
    pub station: Station,
    /// What the queue promises on the day.
    pub target: ServiceTarget,
    /// Numbers of agents around the requirement, ascending, with what each gives.
    pub candidates: Vec<Candidate>,
    /// Least real number of agents, the formulas continued between whole agents.
    pub fractional: f64,
    /// Least whole number of agents on contact.
    pub agents: u32,
    /// Paid time that is lost.
    pub shrinkage: ShrinkageAssumptions,
    /// Agents to schedule: `fractional` / ((1 - planned)(1 - unplanned)).
    pub scheduled: f64,
}

/// A number of agents and what it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Agents on contact.
    pub agents: u32,
    /// What contacts meet; the service level by the target's definition and threshold.
    pub measures: Measures,
    /// Every limit of the target with what is reached.
    pub verdicts: Vec<Verdict>,
}

/// A limit and whether it is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// Which measure: `service level`, `mean wait`, `abandonment`, `occupancy`.
    pub measure: &'static str,
    /// The limit.
    pub wanted: f64,
    /// What is reached.
    pub reached: f64,
    /// Whether the limit is kept, to 1e-12.
    pub kept: bool,
}

impl Candidate {
    /// Whether every limit is kept.
    pub fn keeps(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.kept)
    }
}

impl Explanation {
    /// Threshold in seconds and definition of the service level shown.
    pub fn service_level(&self) -> (f64, ServiceLevelDefinition) {
        threshold(&self.target)
    }

    /// Name of the formula.
    pub fn formula(&self) -> &'static str {
        match self.station.model {
            QueueModel::ErlangA { patience_seconds } if patience_seconds.is_finite() => "Erlang A (M/M/n+M)",
            _ => "Erlang C (M/M/n)",
        }
    }
}

/// Takes apart the requirement of one queue, staffed alone, in interval `t` of the forecast's grid.
///
/// # Errors
/// As [`crate::requirement()`](fn@crate::requirement::requirement).
pub fn explain(centre: &Centre, forecast: &DemandForecast, queue: QueueId, t: usize) -> Result<Explanation, StaffingError> {
    let own = &centre.queues[queue];
    let at = forecast.grid.local(t);
    let station = station_at(own, forecast, t)?;
    let target = *own.target_on(at.date());
    let agents = station.required_agents(&target)?;
    let fractional = if agents > 0 { station.required_fractional(&target)? } else { 0.0 };
    let first = agents.saturating_sub(AROUND.0).max(1);
    let last = if agents > 0 { agents.saturating_add(AROUND.1) } else { 0 };
    Ok(Explanation {
        queue: own.name.clone(),
        at,
        station,
        target,
        candidates: (first..=last).map(|n| candidate(&station, &target, n)).collect(),
        fractional,
        agents,
        shrinkage: centre.shrinkage,
        scheduled: scheduled(fractional, centre.shrinkage.availability()),
    })
}

/// The station of a queue in one interval.
fn station_at(queue: &Queue, forecast: &DemandForecast, t: usize) -> Result<Station, StaffingError> {
    let name = || queue.name.clone();
    let expected = forecast.queue(&queue.name).ok_or_else(|| StaffingError::NoForecast { queue: name() })?;
    let volume = if expected.open[t] { expected.mean[t].max(0.0) } else { 0.0 };
    let known = expected.aht_seconds.as_ref().map(|aht| aht[t]).filter(|aht| aht.is_finite() && *aht > 0.0);
    let aht_seconds = match known.or(queue.aht_seconds) {
        Some(aht) => aht,
        None if volume > 0.0 => return Err(StaffingError::NoHandleTime { queue: name() }),
        None => 0.0,
    };
    let model = queue.patience_seconds.map_or(QueueModel::ErlangC, |patience_seconds| QueueModel::ErlangA { patience_seconds });
    Ok(Station { model, volume, interval_seconds: forecast.grid.interval_seconds(), aht_seconds })
}

fn threshold(target: &ServiceTarget) -> (f64, ServiceLevelDefinition) {
    target
        .service_level
        .map_or((USUAL_THRESHOLD, ServiceLevelDefinition::ServedAll), |level| (level.within_seconds, level.definition))
}

fn candidate(station: &Station, target: &ServiceTarget, agents: u32) -> Candidate {
    let (seconds, definition) = threshold(target);
    let measures = station.evaluate(agents, seconds, definition);
    let at_most = |measure, wanted: Option<f64>, reached: f64| {
        wanted.map(|wanted| Verdict { measure, wanted, reached, kept: reached <= wanted + TIE_TOLERANCE })
    };
    let level = target.service_level.map(|level| Verdict {
        measure: "service level",
        wanted: level.share,
        reached: measures.service_level,
        kept: measures.service_level >= level.share - TIE_TOLERANCE,
    });
    // The share of contacts that would wait longer than the longest wait.
    let longest = target.maximum_wait.map(|limit| {
        let within = station.evaluate(agents, limit.seconds, ServiceLevelDefinition::Virtual).service_level;
        Verdict { measure: "longest wait", wanted: limit.share, reached: within, kept: within >= limit.share - TIE_TOLERANCE }
    });
    let verdicts = [
        level,
        at_most("mean wait", target.asa_seconds, measures.asa_seconds),
        at_most("abandonment", target.abandonment, measures.abandonment),
        at_most("occupancy", target.occupancy, measures.occupancy),
        longest,
    ];
    Candidate { agents, measures, verdicts: verdicts.into_iter().flatten().collect() }
}
