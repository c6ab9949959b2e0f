//! Why an interval needs the agents it needs: one requirement taken apart, so that a sceptic can redo it by hand.

use chrono::NaiveDateTime;
use solver_data::{
    Centre, Channel, DemandForecast, Queue, QueueId, ServiceLevelDefinition, ServiceTarget, ShrinkageAssumptions, StaffingMethod,
    StaffingRequirement,
};

use crate::deferred::{CallbackPolicy, with_callbacks};
use crate::error::StaffingError;
use crate::promise::{Limit, in_every_interval};
use crate::queue::{ChatStation, Measures, QueueModel, Station};
use crate::requirement::{Load, callback_policy, chat_station, handle_time, requirement};
use crate::shrinkage::{scheduled, scheduled_whole};

/// Candidates shown below the requirement, and above it.
const AROUND: (u32, u32) = (4, 2);
/// Threshold in seconds of the service level shown where the target names none.
const USUAL_THRESHOLD: f64 = 20.0;

/// One requirement, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Queue.
    pub queue: String,
    /// How its contacts arrive.
    pub channel: Channel,
    /// Local civil time at which the interval starts.
    pub at: NaiveDateTime,
    /// Contacts of the interval as forecast, before those sent on by other queues and those who try again.
    pub fresh: f64,
    /// Handle time in seconds as forecast or stated, before the levels' factors.
    pub stated_aht_seconds: f64,
    /// Volume, handle time, interval length and the way contacts wait.
    pub station: Station,
    /// The same for agents who have several contacts at once.
    pub chat: Option<ChatStation>,
    /// What the queue promises on the day.
    pub target: ServiceTarget,
    /// What of it must hold in this very interval: less than the target where that is judged over a day or a week.
    pub in_interval: ServiceTarget,
    /// Numbers of agents around the requirement, ascending, with what each gives; none for work that may wait.
    pub candidates: Vec<Candidate>,
    /// How the requirement was found.
    pub method: StaffingMethod,
    /// Least real number of agents, the formulas continued between whole agents.
    pub fractional: f64,
    /// Agents on contact, the queue staffed alone.
    pub agents: u32,
    /// Paid time that is lost.
    pub shrinkage: ShrinkageAssumptions,
    /// Agents to schedule so that `agents` are left: `agents` / ((1 - planned)(1 - unplanned)).
    pub scheduled: f64,
    /// Whole agents to schedule, as the roster counts them: one more where over a tenth of an agent is left.
    pub scheduled_whole: u32,
    /// How call-backs are offered; the candidates count them.
    pub callbacks: Option<CallbackPolicy>,
    /// Sets of queues with this one that the roster covers together.
    pub pools: Vec<PoolNeed>,
}

/// What a set of queues needs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolNeed {
    /// Names of the queues, joined by `+`.
    pub queues: String,
    /// Agents on contact.
    pub agents: u32,
    /// Whole agents to schedule.
    pub scheduled: u32,
    /// How it was found.
    pub method: StaffingMethod,
}

/// A number of agents and what it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Agents on contact.
    pub agents: u32,
    /// What contacts meet; the service level by the target's definition and threshold.
    pub measures: Measures,
    /// Names of the limits of this interval that are not kept.
    pub misses: Vec<&'static str>,
}

impl Candidate {
    /// Whether every limit that must hold in the interval is kept.
    pub fn keeps(&self) -> bool {
        self.misses.is_empty()
    }
}

impl Explanation {
    /// Threshold in seconds and definition of the service level shown.
    pub fn service_level(&self) -> (f64, ServiceLevelDefinition) {
        self.target
            .service_level
            .map_or((USUAL_THRESHOLD, ServiceLevelDefinition::ServedAll), |level| (level.within_seconds, level.definition))
    }

    /// Name of the formula that the candidates are judged by.
    pub fn formula(&self) -> &'static str {
        match (self.channel.is_live(), &self.chat, self.station.model) {
            (false, ..) => "deadlines, earliest first",
            (true, Some(_), _) => "chats at once (birth and death of conversations)",
            (true, None, _) if self.callbacks.is_some() => "M/M/n+G: those who accept a call-back leave",
            (true, None, QueueModel::ErlangA { patience_seconds }) if patience_seconds.is_finite() => "Erlang A (M/M/n+M)",
            (true, None, _) => "Erlang C (M/M/n)",
        }
    }

    /// Whether the first candidate that keeps every limit is the requirement itself.
    pub fn by_formula(&self) -> bool {
        self.candidates.iter().find(|candidate| candidate.keeps()).is_some_and(|candidate| candidate.agents == self.agents)
    }

    fn measures(&self, agents: u32, threshold: f64, definition: ServiceLevelDefinition) -> Measures {
        if let Some(chat) = &self.chat {
            return chat.evaluate(agents, threshold, definition).service;
        }
        let plain = self.station.evaluate(agents, threshold, definition);
        let offered = self.callbacks.and_then(|policy| with_callbacks(&self.station, agents, &policy, threshold).ok());
        // The virtual wait is told as if nobody left for a call-back.
        match offered.filter(|_| definition != ServiceLevelDefinition::Virtual) {
            Some(got) => Measures {
                service_level: got.service_level,
                asa_seconds: got.asa_seconds,
                wait_probability: got.wait_probability,
                abandonment: got.abandonment,
                occupancy: got.occupancy,
                ..plain
            },
            None => plain,
        }
    }

    fn candidate(&self, agents: u32) -> Candidate {
        let (seconds, definition) = self.service_level();
        let meets = |threshold: f64, definition| self.measures(agents, threshold, definition);
        let misses = Limit::of(&self.in_interval).into_iter().filter(|limit| !limit.holds(&meets)).map(|limit| limit.measure());
        Candidate { agents, measures: meets(seconds, definition), misses: misses.collect() }
    }

    /// The candidates around the requirement.
    fn around(&self) -> Vec<Candidate> {
        if self.station.volume <= 0.0 || !self.channel.is_live() {
            return Vec::new();
        }
        let first = self.agents.saturating_sub(AROUND.0).max(1);
        let last = self.agents.saturating_add(AROUND.1);
        (first..=last).map(|agents| self.candidate(agents)).collect()
    }
}

/// Takes apart the requirement of one queue, staffed alone, in interval `t` of the forecast's grid.
///
/// # Errors
/// As [`crate::requirement()`](fn@crate::requirement::requirement).
pub fn explain(centre: &Centre, forecast: &DemandForecast, queue: QueueId, t: usize) -> Result<Explanation, StaffingError> {
    let own = &centre.queues[queue];
    let sized = requirement(centre, forecast)?;
    let station = Load::of(centre, forecast)?.stations[usize::from(queue)][t];
    let at = forecast.grid.local(t);
    let target = *own.target_on(forecast.grid.date(forecast.grid.day_of(t)));
    let need = &sized.queues[usize::from(queue)];
    let (fresh, stated_aht_seconds) = as_forecast(own, forecast, t);
    let mut told = Explanation {
        queue: own.name.clone(),
        channel: own.channel,
        at,
        fresh,
        stated_aht_seconds,
        station,
        chat: chat_station(own, &station),
        target,
        in_interval: in_every_interval(&target),
        candidates: Vec::new(),
        method: need.methods[t],
        fractional: need.fractional[t],
        agents: need.agents[t],
        shrinkage: centre.shrinkage,
        scheduled: scheduled(f64::from(need.agents[t]), centre.shrinkage.availability()),
        scheduled_whole: scheduled_whole(need.agents[t], centre.shrinkage.availability()),
        callbacks: callback_policy(own),
        pools: pools(centre, &sized, queue, t),
    };
    told.candidates = told.around();
    Ok(told)
}

/// Contacts and handle time of the interval before anything was added to them; nothing where closed.
fn as_forecast(queue: &Queue, forecast: &DemandForecast, t: usize) -> (f64, f64) {
    let own = forecast.queue(&queue.name);
    let fresh = own.filter(|own| own.open[t]).map_or(0.0, |own| own.mean[t].max(0.0));
    (fresh, own.and_then(|own| handle_time(queue, own, t)).unwrap_or(0.0))
}

fn pools(centre: &Centre, sized: &StaffingRequirement, queue: QueueId, t: usize) -> Vec<PoolNeed> {
    let with_queue = sized.pools.iter().filter(|pool| pool.queues.contains(queue));
    let need = |pool: &solver_data::PooledRequirement| PoolNeed {
        queues: pool.queues.label(centre),
        agents: pool.agents[t],
        scheduled: pool.scheduled[t],
        method: pool.methods[t],
    };
    with_queue.map(need).collect()
}
