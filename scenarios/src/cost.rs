//! Cost of a roster: the pay of its shifts, line by line.

use solver_data::pay::shift_pay;
use solver_data::{Centre, CostLine, CostPlan, Roster};

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
