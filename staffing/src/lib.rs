//! Staffing: how many agents each interval needs, and what service they give.
//!
//! | module | holds |
//! |---|---|
//! | [`queue`] | Erlang B, C and A, and a station: one queue in one interval |
//! | [`sizing`] | the least number of agents that keeps a typed target |
//! | [`promise`] | a typed target as limits, over an interval, a day or a week |
//! | [`priority`] | queues that share agents by priority |
//! | [`cover`](mod@cover) | agents placed so that promises over a period hold at least cost |
//! | [`shrinkage`] | from agents on contact to agents scheduled |
//! | [`pool`] | which sets of queues must be counted together |
//! | [`requirement`](mod@requirement) | the requirement of a centre |
//! | [`curve`] | service as a concave function of agents |
//! | [`compare`](mod@compare) | methods side by side: agent-hours and the service they give |
//! | [`uncertainty`] | agents that keep a promise with a wished probability |
//! | [`batch`] | tables of stations |
//! | [`deferred`] | work with deadlines, callbacks, idle time |
//! | [`transient`] | queues that carry on from interval to interval |
//! | [`mod@explain`] | one requirement taken apart |
//!
//! λ arrivals/s, μ completions/s of one agent, θ abandonments/s of one waiting contact, n agents, a = λ/μ erlangs,
//! ρ = a/n. Intervals are taken to be stationary, each on its own.

pub mod batch;
pub mod compare;
pub mod cover;
pub mod curve;
pub mod deferred;
pub mod error;
pub mod explain;
pub mod pool;
pub mod priority;
pub mod promise;
pub mod queue;
pub mod requirement;
mod search;
pub mod shrinkage;
pub mod sizing;
pub mod transient;
pub mod uncertainty;

pub use compare::{ComparedMethod, MethodComparison, compare};
pub use curve::service_curve;
pub use error::StaffingError;
pub use explain::explain;
pub use queue::{ChatStation, ErlangA, ErlangB, ErlangC, Measures, QueueModel, Station};
pub use requirement::{RequirementUplift, requirement, requirement_with};
