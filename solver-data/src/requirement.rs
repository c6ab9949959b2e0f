//! What is needed: agents on contact per queue and per pool of queues.

use std::sync::Arc;

use crate::centre::Centre;
use crate::grid::PlanningGrid;
use crate::id::{AgentId, LevelId, QueueId};
use crate::period_promise::PooledPromise;
use crate::service_curve::ServiceCurve;

/// A set of queues as bits; queue 0 is bit 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueSet(pub u64);

impl QueueSet {
    /// The set of the given queues.
    pub fn of(queues: impl IntoIterator<Item = QueueId>) -> Self {
        Self(queues.into_iter().fold(0, |bits, queue| bits | 1 << queue.0))
    }

    /// The queues an agent may serve.
    pub fn served_by(centre: &Centre, agent: AgentId) -> Self {
        Self::of(centre.queues.ids().filter(|&queue| centre.may_serve(agent, queue)))
    }

    /// Whether the queue is in the set.
    pub fn contains(self, queue: QueueId) -> bool {
        self.0 >> queue.0 & 1 == 1
    }

    /// Whether the two sets share a queue.
    pub fn meets(self, other: QueueSet) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether every queue of `self` is in `other`.
    pub fn within(self, other: QueueSet) -> bool {
        self.0 & !other.0 == 0
    }

    /// The queues of the set, ascending.
    pub fn queues(self) -> impl Iterator<Item = QueueId> {
        (0..64).filter(move |bit| self.0 >> bit & 1 == 1).map(QueueId)
    }

    /// Names joined by `+`, for files and messages.
    pub fn label(self, centre: &Centre) -> String {
        self.queues().map(|queue| centre.queues[queue].name.as_str()).collect::<Vec<_>>().join("+")
    }
}

/// Agents needed on contact in every interval, before the roster knows who.
///
/// The scheduler covers the pools: with `N(S)` agents on contact who may serve some queue of `S`, every pool wants
/// `N(S) ≥ scheduled(S)`, and the shortfall of an interval is the largest of the pools' shortfalls (max-flow min-cut).
#[derive(Debug, Clone, PartialEq)]
pub struct StaffingRequirement {
    /// The grid.
    pub grid: Arc<PlanningGrid>,
    /// Each queue on its own, for the reader and for the comparison with pooling.
    pub queues: Vec<QueueRequirement>,
    /// Sets of queues with the agents needed for all of them together; the last is the set of all queues.
    pub pools: Vec<PooledRequirement>,
    /// Service as a concave function of agents, one a pool, in the order of `pools`.
    pub curves: Vec<ServiceCurve>,
    /// Agents needed from a level up, lowest level first; empty where the centre has one level.
    pub levels: Vec<LevelRequirement>,
    /// Promises over days and weeks that the roster keeps where agents are cheapest, one entry a pool that has any; its
    /// pool then wants only the promise's floor in every interval. Empty: every pool wants what `scheduled` says.
    pub promises: Vec<PooledPromise>,
}

/// How the agents of an interval were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffingMethod {
    /// Nobody comes.
    Closed,
    /// Erlang C: contacts wait for ever.
    ErlangC,
    /// Erlang A: contacts wait until their patience ends.
    ErlangA,
    /// Several contacts an agent at once.
    Concurrent,
    /// Work that waits for its deadline.
    Deferred,
    /// The queue carries on between intervals.
    Transient,
    /// Queues of a pool served by priority.
    Priority,
    /// Queues of a pool staffed apart, which needs fewer agents than the formula for the pool.
    Apart,
    /// Agents placed where a promise over a day or a week is kept at least cost.
    Curve,
    /// Agents that keep the promise with a wished probability.
    Probability,
}

impl StaffingMethod {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::ErlangC => "erlang_c",
            Self::ErlangA => "erlang_a",
            Self::Concurrent => "concurrent",
            Self::Deferred => "deferred",
            Self::Transient => "transient",
            Self::Priority => "priority",
            Self::Apart => "apart",
            Self::Curve => "service_curve",
            Self::Probability => "probability",
        }
    }
}

impl StaffingRequirement {
    /// Most pools that a requirement has and that a roster is made against.
    ///
    /// Seven classes of agents with queues of their own have 127 unions; every pool costs a row for each interval.
    pub const MOST_POOLS: usize = 128;

    /// Whole agents that a pool wants scheduled in every interval: its floor where it has promises over a period, else what
    /// `scheduled` says; `len == grid.len()`.
    pub fn wanted(&self, pool: usize) -> &[u32] {
        let promised = self.promises.iter().find(|promise| promise.pool == pool);
        promised.map_or(&self.pools[pool].scheduled, |promise| &promise.floor)
    }
}

/// Requirement of one queue staffed alone; every vector has `len == grid.len()`.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRequirement {
    /// The queue.
    pub queue: QueueId,
    /// Offered load in erlangs.
    pub offered_load: Vec<f64>,
    /// Agents needed on contact, fractional: where the service curve crosses the target.
    pub fractional: Vec<f64>,
    /// Agents needed on contact, whole.
    pub agents: Vec<u32>,
    /// Agents to schedule: `fractional` / (1 - shrinkage).
    pub scheduled: Vec<f64>,
    /// How `agents` was found.
    pub methods: Vec<StaffingMethod>,
}

/// Requirement of a set of queues served by one pool of agents; every vector has `len == grid.len()`.
#[derive(Debug, Clone, PartialEq)]
pub struct PooledRequirement {
    /// The queues of the pool.
    pub queues: QueueSet,
    /// Offered load in erlangs.
    pub offered_load: Vec<f64>,
    /// Mean handle time in seconds of the pool's contacts.
    pub aht_seconds: Vec<f64>,
    /// Agents needed on contact before rounding.
    pub fractional: Vec<f64>,
    /// Agents needed on contact, whole, so that every target of the pool's queues holds.
    pub agents: Vec<u32>,
    /// Whole agents to schedule: `agents` / (1 - shrinkage), rounded up where more than a tenth of an agent is left.
    pub scheduled: Vec<u32>,
    /// How `agents` was found.
    pub methods: Vec<StaffingMethod>,
}

/// Agents of a level or above that the queues reserved to them need; every vector has `len == grid.len()`.
///
/// A lower bound: agents of the level may have to help with lower work beyond it.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelRequirement {
    /// The level.
    pub level: LevelId,
    /// Queues that nobody below the level may serve.
    pub queues: QueueSet,
    /// Agents needed on contact, whole.
    pub agents: Vec<u32>,
    /// Whole agents to schedule.
    pub scheduled: Vec<u32>,
}
