//! Discrete-event simulation of a contact centre: skills, priorities, patience, shifts and breaks.
//!
//! [`simulate_model`] and [`ModelRunner`] run stationary queueing models in lean loops of their own; [`simulate_roster`] runs
//! a roster against forecast demand, [`replay()`] against the contacts that really came; [`attribute_simulation`] and
//! [`attribute_replay`] take apart why service was missed.
//!
//! Random numbers are common to scenarios: replication k descends from `seed.stream(k)`, and within it every queue has
//! its own streams of arrivals, handle times and patience, drawn contact by contact on arrival. Two rosters under one
//! seed face the same contacts. The result does not depend on the number of threads.
//!
//! Tie rule: at one instant completions come first (the lower server first), then changes of staff (queues open, agents
//! come, agents leave, queues close), then arrivals (the lower queue first); a contact whose patience ends at the very
//! instant an agent takes it is answered.

mod contact;
mod engine;
pub mod error;
mod estimate;
mod event;
pub mod model;
pub mod precision;
pub mod replay;
mod replications;
pub mod roster;
mod routing;
mod stream;
mod superposition;

pub use error::{Problem, SimulationError, Wanted};
pub use estimate::{mean_of, paired_difference};
pub use model::{Measure, MetricRow, ModelMeasures, ModelRunner, TypeCounts, TypeMeasures, simulate_model, simulate_model_to};
pub use precision::{Precision, Quantity};
pub use replay::{ReplayRequest, attribute_replay, replay, replay_to};
pub use roster::{ActualWeek, MissedService, PairedService, Staffed, compare_rosters, review_week};
pub use roster::{
    RosterSamples, RosterSimulation, SampleCounts, ServiceSample, attribute_simulation, sample_roster, simulate_roster,
    simulate_roster_to,
};
