//! Staffing: how many agents each interval needs, and what service they give.

pub mod error;
pub mod queue;
pub mod sizing;

pub use error::StaffingError;
pub use queue::{ErlangA, ErlangB, ErlangC, Measures, QueueModel, Station};
