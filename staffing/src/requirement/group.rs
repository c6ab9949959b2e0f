//! Queues of a pool in one interval: one station where they are served in order of arrival, classes where by priority.
//!
//! The queues of S served in order of arrival are one queue with
//!
//! (1) v = Σ v(q), h = Σ v(q) h(q) / v, θ = Σ v(q) θ(q) / v,
//!
//! Erlang A where every queue present has a finite patience, else Erlang C. Where priorities differ, every class meets
//! what [`crate::priority`] says, so that the strict promise of a small gold queue is kept by its priority and does not
//! raise the whole pool.

use solver_data::{Centre, QueueId, ServiceLevelDefinition, ServiceTarget, StaffingMethod};

use super::load::{Load, agent_seconds};
use super::need::{chat_station, method_of};
use crate::error::StaffingError;
use crate::priority::class_waits;
use crate::promise::{keeps, required_chat, required_whole, station_keeps};
use crate::queue::{ChatStation, Measures, QueueModel, Station};

/// Halvings of the last agent for the fractional requirement of a pool: to a thousandth.
const HALVINGS: u32 = 10;
/// Most agents tried for a pool served by priority.
const MOST_AGENTS: u32 = 1 << 26;

/// A queue of a group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub queue: QueueId,
    pub volume: f64,
    /// Rank of its priority: 0 goes first.
    pub class: usize,
}

/// The queues of a pool with contacts in one interval.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// (1) over the queues whose contacts wait for an agent.
    pub station: Station,
    /// Those queues.
    pub members: Vec<Member>,
    /// Contacts by class.
    classes: Vec<f64>,
    /// The queue where it is one of chats, several at a time.
    chat: Option<ChatStation>,
    /// Offered load of deferred work, erlangs.
    pub deferred: f64,
}

impl Group {
    /// The queues of `set` that have contacts in interval `t`.
    pub fn of(centre: &Centre, load: &Load, set: impl Iterator<Item = QueueId>, t: usize) -> Self {
        let (mut live, mut deferred) = (Vec::new(), 0.0);
        for queue in set {
            let station = load.stations[usize::from(queue)][t];
            if station.volume <= 0.0 {
                continue;
            }
            if centre.queues[queue].channel.is_live() {
                live.push((queue, station));
            } else {
                deferred += station.offered_load();
            }
        }
        let mut ranks: Vec<i32> = live.iter().map(|(queue, _)| centre.queues[*queue].priority).collect();
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        ranks.dedup();
        let rank = |queue: QueueId| ranks.iter().position(|&rank| rank == centre.queues[queue].priority).unwrap_or(0);
        let members: Vec<Member> =
            live.iter().map(|&(queue, station)| Member { queue, volume: station.volume, class: rank(queue) }).collect();
        let mut classes = vec![0.0; ranks.len()];
        for member in &members {
            classes[member.class] += member.volume;
        }
        let interval_seconds = load.stations.first().map_or(0.0, |row| row[t].interval_seconds);
        let chat = match live[..] {
            [(queue, station)] => chat_station(&centre.queues[queue], &station),
            _ => None,
        };
        Self { station: merged(centre, &live, interval_seconds), members, classes, chat, deferred }
    }

    /// Offered load of all work, erlangs.
    pub fn offered_load(&self) -> f64 {
        self.station.offered_load() + self.deferred
    }

    /// The group with `factor` times the contacts of every queue.
    pub fn scaled(&self, factor: f64) -> Self {
        let mut scaled = self.clone();
        scaled.station.volume *= factor;
        scaled.deferred *= factor;
        scaled.members.iter_mut().for_each(|member| member.volume *= factor);
        scaled.classes.iter_mut().for_each(|volume| *volume *= factor);
        if let Some(chat) = &mut scaled.chat {
            chat.volume *= factor;
        }
        scaled
    }

    /// The group as Erlang C sees it: nobody ever leaves.
    pub fn patient(&self) -> Self {
        let mut patient = self.clone();
        patient.station.model = QueueModel::ErlangC;
        if let Some(chat) = &mut patient.chat {
            chat.patience_seconds = f64::INFINITY;
        }
        patient
    }

    /// What the contacts of a member meet with a real number of agents.
    pub fn meets(&self, member: &Member, agents: f64) -> Box<dyn Fn(f64, ServiceLevelDefinition) -> Measures + '_> {
        if let Some(chat) = &self.chat {
            return Box::new(move |threshold, definition| chat_service(chat, agents, (threshold, definition)));
        }
        if self.classes.len() > 1 {
            let wait = class_waits(&self.station, &self.classes, agents)[member.class];
            return Box::new(move |threshold, definition| wait.measures(threshold, definition));
        }
        Box::new(move |threshold, definition| self.station.evaluate_fractional(agents, threshold, definition))
    }

    /// Whether the queues are served by priority.
    pub fn has_classes(&self) -> bool {
        self.classes.len() > 1
    }

    /// The least agents with which every member keeps its target (one a member), and the real number before rounding.
    ///
    /// # Errors
    /// As [`Station::required_agents`].
    pub fn required(&self, targets: &[ServiceTarget]) -> Result<(f64, u32, StaffingMethod), StaffingError> {
        match self.members.len() {
            0 => Ok((0.0, 0, StaffingMethod::Closed)),
            _ if self.chat.is_some() => self.required_chat(targets),
            _ if self.has_classes() => self.required_by_priority(targets),
            _ => self.required_in_order(targets),
        }
    }

    fn required_chat(&self, targets: &[ServiceTarget]) -> Result<(f64, u32, StaffingMethod), StaffingError> {
        let chat = self.chat.as_ref().expect("asked only where the group is a chat queue");
        let (fractional, agents) = required_chat(chat, &targets[0])?;
        Ok((fractional, agents, StaffingMethod::Concurrent))
    }

    fn required_in_order(&self, targets: &[ServiceTarget]) -> Result<(f64, u32, StaffingMethod), StaffingError> {
        let (mut agents, mut strictest) = (0, targets[0]);
        for (index, target) in targets.iter().enumerate() {
            if index > 0 && station_keeps(&self.station, f64::from(agents), target) {
                continue;
            }
            let wanted = required_whole(&self.station, target)?;
            if wanted > agents {
                (agents, strictest) = (wanted, *target);
            }
        }
        let holds = |agents: f64| agents > self.least() && station_keeps(&self.station, agents, &strictest);
        Ok((halved(agents, holds), agents, method_of(&self.station)))
    }

    fn required_by_priority(&self, targets: &[ServiceTarget]) -> Result<(f64, u32, StaffingMethod), StaffingError> {
        let holds = |agents: f64| agents > self.least() && self.keeps(agents, targets);
        let (mut misses, mut agents) = (0, self.station.least_agents(self.station.offered_load()).max(1));
        let mut stride = 1;
        agents = agents.max(self.station.offered_load() as u32);
        if holds(f64::from(agents)) {
            while agents > 1 && holds(f64::from(agents.saturating_sub(stride).max(1))) {
                agents = agents.saturating_sub(stride).max(1);
                stride *= 2;
            }
            misses = agents.saturating_sub(stride);
        } else {
            while !holds(f64::from(agents)) {
                if agents >= MOST_AGENTS {
                    // The formula for one queue says which limit it is, where it is out of reach there, too.
                    for target in targets {
                        required_whole(&self.station, target)?;
                    }
                    return Ok((f64::from(agents), agents, StaffingMethod::Priority));
                }
                (misses, agents) = (agents, agents.saturating_add(stride));
                stride *= 2;
            }
        }
        while agents - misses > 1 {
            let middle = misses + (agents - misses) / 2;
            if holds(f64::from(middle)) {
                agents = middle;
            } else {
                misses = middle;
            }
        }
        Ok((halved(agents, holds), agents, StaffingMethod::Priority))
    }

    /// Whether every member keeps its target.
    pub fn keeps(&self, agents: f64, targets: &[ServiceTarget]) -> bool {
        if !self.has_classes() {
            return targets.iter().all(|target| keeps(target, &*self.meets(&self.members[0], agents)));
        }
        let waits = class_waits(&self.station, &self.classes, agents);
        self.members
            .iter()
            .zip(targets)
            .all(|(member, target)| keeps(target, &|threshold, definition| waits[member.class].measures(threshold, definition)))
    }

    /// Agents at which the queue grows without bound; none where contacts leave.
    fn least(&self) -> f64 {
        match self.station.model {
            QueueModel::ErlangC => self.station.offered_load() * (1.0 + 1e-12),
            QueueModel::ErlangA { .. } => 0.0,
        }
    }
}

/// What chats meet with a real number of agents: between whole ones, which are all that the chain knows, a straight line.
fn chat_service(chat: &ChatStation, agents: f64, (threshold, definition): (f64, ServiceLevelDefinition)) -> Measures {
    let (fewer, more) = (agents.floor(), agents.ceil());
    let at = |agents: f64| chat.evaluate(agents as u32, threshold, definition).service;
    let few = at(fewer);
    if more <= fewer {
        return few;
    }
    let (many, part) = (at(more), agents - fewer);
    let between = |few: f64, many: f64| (1.0 - part) * few + part * many;
    Measures {
        service_level: between(few.service_level, many.service_level),
        asa_seconds: between(few.asa_seconds, many.asa_seconds),
        abandonment: between(few.abandonment, many.abandonment),
        occupancy: between(few.occupancy, many.occupancy),
        wait_probability: between(few.wait_probability, many.wait_probability),
        queue_length: between(few.queue_length, many.queue_length),
    }
}

/// (1) over the live queues of a group.
fn merged(centre: &Centre, live: &[(QueueId, Station)], interval_seconds: f64) -> Station {
    let (mut volume, mut work, mut leaving) = (0.0, 0.0, 0.0);
    for (queue, station) in live {
        volume += station.volume;
        work += station.volume * agent_seconds(&centre.queues[*queue], station);
        leaving += match station.model {
            QueueModel::ErlangC => f64::NAN,
            QueueModel::ErlangA { patience_seconds } => station.volume / patience_seconds,
        };
    }
    let patient = leaving.is_nan() || leaving <= 0.0;
    Station {
        model: if patient { QueueModel::ErlangC } else { QueueModel::ErlangA { patience_seconds: volume / leaving } },
        volume,
        interval_seconds,
        aht_seconds: if volume > 0.0 { work / volume } else { 0.0 },
    }
}

/// The least real number in `whole - 1 ..= whole` at which something `holds`, as it does at `whole`.
fn halved(whole: u32, holds: impl Fn(f64) -> bool) -> f64 {
    let mut keeps = f64::from(whole);
    let mut misses = (keeps - 1.0).max(0.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (misses + keeps);
        if holds(middle) {
            keeps = middle;
        } else {
            misses = middle;
        }
    }
    keeps
}
