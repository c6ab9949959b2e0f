//! Work that may wait: deadlines in clock hours or working days, done in idle time or by agents of its own.
//!
//! | symbol | meaning |
//! |---|---|
//! | i, j | interval in which work arrives; interval in which it is worked |
//! | W(i) | work that arrives, seconds |
//! | D(i) | last interval in which it may be worked on time |
//! | w(i, j) ≥ 0 | work of i worked in j, i ≤ j ≤ D(i) |
//! | c(j) | capacity for it, seconds: idle time c0(j) and extra x(j) |
//!
//! (1) `Σ_j w(i, j) = W(i)`, (2) `Σ_i w(i, j) ≤ c(j)`: a transportation problem whose arcs are intervals (a convex bipartite
//! graph). Serving the earliest deadline first gives its maximum flow (Glover 1967), and the reachable sets of
//! intervals form a polymatroid, so that least-cost capacity is found by a greedy in order of price (Edmonds 1971).
//!
//! | module | holds |
//! |---|---|
//! | [`deadline`] | from a deadline to D(i) |
//! | [`demand`] | work and its deadline; what a given capacity makes of it |
//! | [`capacity`] | the least capacity that keeps the deadlines: cheapest, level, even |
//! | [`idle`] | the idle time of agents who answer a queue |
//! | [`callback`] | contacts that leave the queue for a callback |
//! | [`write_up`] | after-contact work moved into troughs |
//!
//! Work is a fluid: it can be interrupted, and begun in the interval in which it arrives.

pub mod callback;
pub mod capacity;
pub mod deadline;
pub mod demand;
mod flow;
pub mod idle;
pub mod write_up;

pub use callback::{CallbackPolicy, CallbackService, CallbackTrigger, with_callbacks};
pub use capacity::{DeferredCapacity, DeferredRequirement, Spread};
pub use deadline::OpeningCalendar;
pub use demand::{CarriedWork, DeferredDemand, DeferredProgress, HorizonEnd};
pub use idle::{IdlePolicy, idle_seconds};
pub use write_up::{WriteUpPlan, WriteUpPolicy, defer_write_up};
