//! Queues in their steady state: Erlang B, C and A and what is built on them, and one queue in one interval.
//!
//! | model | contacts that find every agent busy |
//! |---|---|
//! | [`ErlangB`] | are lost |
//! | [`ErlangC`] | wait for ever |
//! | [`ErlangA`] | wait until their patience ends |
//! | [`FiniteQueue`] | wait, with or without patience, while there is room; else they are blocked |
//! | [`Retrials`] | are lost and try again |
//! | [`PriorityQueue`] | wait in order of their class |
//! | [`Escalation`] | wait, are served by juniors, and may have to wait for seniors |
//! | [`Chat`] | wait for one of several conversations of an agent |

mod chat;
mod chat_station;
mod departures;
mod erlang_a;
mod erlang_b;
mod erlang_c;
mod escalation;
mod finite;
mod poisson;
mod priority;
mod quadrature;
mod retrial;
mod series;
mod station;

pub use chat::Chat;
pub use chat_station::{ChatMeasures, ChatStation};
pub use erlang_a::{ErlangA, Within};
pub use erlang_b::ErlangB;
pub use erlang_c::ErlangC;
pub use escalation::Escalation;
pub use finite::{FiniteQueue, FiniteWithin};
pub use priority::PriorityQueue;
pub use retrial::Retrials;
pub(crate) use station::ratio;
pub use station::{Measures, QueueModel, Station};
