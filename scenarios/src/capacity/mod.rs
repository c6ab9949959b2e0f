//! The capacity plan: months of need sized from the long view, headcount at least cost, and what it is worth.
//!
//! [`CapacityCase`] gathers what a plan is made from; [`CapacityOutcome`] is the plan over forecast paths with its prices;
//! [`frontier()`] asks what each service level would cost.

mod case;
mod frontier;
mod need;
mod outcome;
mod path;
mod remedy;
mod sensitivity;

pub use case::{Assumption, CapacityCase, CapacityWish};
pub use frontier::{FrontierPoint, frontier};
pub use need::{MonthlyNeed, NeedMonth, first_day};
pub use outcome::{CapacityOutcome, PathCost, Regret, plan};
pub use remedy::{Remedy, ShortMonth};
pub use sensitivity::{RuleValue, TornadoBar};
