//! Headcount by month and level at least cost: a mixed-integer program over hires, classes and training for the next level.
//!
//! | symbol | meaning |
//! |---|---|
//! | t = 0..T, l = 0..L | month; level, lowest first |
//! | R(l, t) | productive hours needed of the level's own work |
//! | P(l, t) | productive hours of the people |
//! | h(l, c) | people who start training in month c, whole |
//! | n(c) | classes that start, whole |
//! | y(l, c) | agents of l who start training for l + 1, whole |
//! | o, s, u (l, t) | hours of overtime, bought outside, missing |
//! | p(k), g(k), e(k) | paid heads, productive hours, experienced heads of one hire k months after the first day |
//!
//! (1) minimise pay + hires + classes + overtime + work bought outside + missing hours at a price above all of these
//! (2) P(l, t) = staff(l, t) + Σ h(l, c) g(t - c) + Σ y(l - 1, c) up(t - c) - Σ y(l, c) down(t - c)
//! (3) Σ over k ≥ l of P + o + s + u ≥ Σ over k ≥ l of R, every l and t: a higher level may do lower work
//! (4) o(l, t) ≤ share · P(l, t); s(l, t) ≤ share · R(l, t)
//! (5) Σ h(l, c) ≤ seats · n(c), n(c) ≤ classes; h(l, c) = 0 before the lead time has passed
//! (6) Σ y(l, c) ≤ seats; those trained on by t ≤ experienced agents there at t
//!
//! Given h, n and y, the months fall apart, and overtime, outside work and missing hours follow by a greedy rule that is
//! exact (the sets of (3) are nested). Attrition and the pass rate act on expected heads. What it leaves out: dismissals,
//! learning beyond the ramp, and hours moved between months.

mod error;
mod model;
mod profile;
mod recourse;
mod rule;
mod solve;
#[cfg(test)]
mod tests;

pub use error::CapacityError;
pub use model::{CapacityPrices, CapacityRelaxation};
pub use recourse::{CapacityDecisions, follow};
pub use rule::simple_rule;
pub use solve::{CapacityEffort, SolvedCapacity, plan_capacity, relax_capacity};
