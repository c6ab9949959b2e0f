//! Queues in their steady state: Erlang B, C and A, and one queue in one interval.

mod erlang_a;
mod erlang_b;
mod erlang_c;
mod poisson;
mod quadrature;
mod series;
mod station;

pub use erlang_a::{ErlangA, Within};
pub use erlang_b::ErlangB;
pub use erlang_c::ErlangC;
pub use station::{Measures, QueueModel, Station};
