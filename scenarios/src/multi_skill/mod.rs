//! Multi-skill staffing: least-cost numbers of agents of every group such that every type of contact keeps its target.
//!
//! | symbol | meaning |
//! |---|---|
//! | c(g), y(g) | price and number of agents of group g |
//! | s(i, y) | measure of limit i with y agents, by simulation |
//! | w(i) | value that limit i promises |
//!
//! (1) minimise Σ c(g) y(g) subject to s(i, y) ≥ w(i) for every limit i, least(g) ≤ y(g) ≤ most(g), y whole.
//!
//! 1. [`bound`]: what any set of types needs at least of all groups that may serve them;
//! 2. `program`: the cheapest numbers under those bounds and the cuts so far;
//! 3. `laboratory`: whether they keep every limit, simulated under common random numbers until that is beyond doubt;
//! 4. `cut`: where a limit is missed, rows from finite differences, and on with 2;
//! 5. `descent`: the exhaustive search of the neighbourhood, which has the last word over bounds and cuts;
//! 6. `polish`: cheaper numbers farther away, by tangents of the slacks, and on with 5;
//! 7. the proof: fresh random numbers; where it fails, more agents and on with 5.
//!
//! [`centre`] asks this of every interval of a centre.
//!
//! # Source
//! Cezik, L'Ecuyer (2008), "Staffing multiskill call centers via linear programming and simulation", Management Science
//! 54(2), doi:10.1287/mnsc.1070.0824.

pub mod bound;
pub mod centre;
mod cut;
mod descent;
pub mod error;
pub mod interval;
mod laboratory;
pub mod limit;
mod polish;
pub mod problem;
mod program;
pub mod staffing;

pub use bound::{AloneStaffing, PooledBound};
pub use centre::{CentreStaffing, CentreStaffingRequest, SizingComparison, StaffedInterval, staff_centre};
pub use error::MultiSkillError;
pub use interval::{AgentClass, Headcount};
pub use laboratory::SimulationEffort;
pub use limit::{Limit, LimitProof, Promise, UnjudgedPart, unjudged};
pub use problem::{GroupTerms, MultiSkillProblem};
pub use staffing::{CostBound, MultiSkillStaffing, ProvenService, staff_multi_skill};
