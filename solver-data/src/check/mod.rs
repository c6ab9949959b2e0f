//! Independent verification: every roster that leaves the program has passed here.
//!
//! Shares data types with the scheduler and no code path: what the scheduler models, this recounts from the shifts.

mod capacity;
mod changes;
mod design;
mod nurse;
mod objective;
mod roster;
#[cfg(test)]
pub(crate) mod sample;
mod shift;
mod tour;
mod week;

pub use capacity::{CapacityViolation, RolledForward, check_capacity, recounted_cost, roll_forward};
pub use changes::{RosterChange, RosterChangeKind, change_cost, roster_changes};
pub use design::{DesignVerdict, DesignViolation, check_design};
pub use nurse::{NurseVerdict, NurseViolation, check_nurse};
pub use objective::roster_objective;
pub use roster::{RosterViolation, check_roster};
pub use week::{WeekVerdict, WeekViolation, check_week};
