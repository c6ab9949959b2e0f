//! Cost of a roster: the pay of its shifts line by line, and the statement that finance reads.
//!
//! [`cost_of`] is what `cost.csv` holds and the solver minimises. A [`Statement`] puts on top of it what
//! [`solver_data::FinanceTerms`] say: overtime, variable pay, work bought outside, abandoned contacts; its lines carry their
//! share of `cost.csv`, so that both reconcile to the minor unit.

mod allocation;
mod breakdown;
mod overtime;
mod statement;
#[cfg(test)]
mod tests;
mod variance;

use solver_data::pay::shift_pay;
use solver_data::{Centre, CostLine, CostPlan, Roster};

pub use allocation::QueueShares;
pub use breakdown::{Amounts, Breakdown, BreakdownRow, Dimension};
pub use statement::{OutsourcedLine, PaidClass, PaidLine, PenaltyLine, Statement, StatementRequest};
pub use variance::{QueueFigures, Variance, VarianceRow, budget_for, explain};

/// Every paid minute of the roster by agent, day and pay class; the total reconciles with the roster to the minor unit.
pub fn cost_of(centre: &Centre, roster: &Roster) -> CostPlan {
    let mut lines = Vec::new();
    for tour in &roster.tours {
        for shift in &tour.shifts {
            for (class, minutes, amount) in shift_pay(centre, tour.agent, shift) {
                lines.push(CostLine { agent: tour.agent, date: shift.date, class, minutes, amount });
            }
        }
    }
    lines.sort_by_key(|line| (line.agent, line.date, line.class));
    CostPlan { lines }
}
