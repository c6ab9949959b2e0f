//! Objective and rules recounted from the instance alone, sharing nothing with the search.

use solver_data::shift_design::{DesignVariant, DesignedShift, ShiftDesign};

/// Objective of a design, and the number of rules it breaks.
pub(super) fn recount(instance: &ShiftDesign, variant: DesignVariant, design: &[DesignedShift]) -> (i64, usize) {
    let slots = instance.slots_per_day();
    let people = |t: usize| -> i64 {
        let present = design.iter().flat_map(|shift| {
            shift.duties.iter().enumerate().filter(move |&(day, _)| {
                let since =
                    (t + instance.demand.len() - (day * slots + shift.start) % instance.demand.len()) % instance.demand.len();
                since < shift.length
            })
        });
        present.map(|(_, &duties)| i64::from(duties)).sum()
    };
    let minutes = i64::from(instance.interval_minutes);
    let missing: Vec<i64> = (0..instance.demand.len()).map(|t| i64::from(instance.demand[t]) - people(t)).collect();
    let weights = &instance.weights;
    let staffing: i64 =
        missing.iter().map(|&m| minutes * (weights.under_minute * m.max(0) + weights.over_minute * (-m).max(0))).sum();
    let allowed = instance.allowed_shifts();
    let mut broken = design.iter().filter(|shift| !allowed.contains(&(shift.start, shift.length))).count();
    if variant == DesignVariant::Bounded {
        broken += missing.iter().filter(|&&m| m > 0).count();
        let duties: f64 = design.iter().flat_map(|shift| &shift.duties).map(|&count| f64::from(count)).sum();
        let worked = design.iter().map(|shift| shift.length as f64 * shift.duties.iter().map(|&n| f64::from(n)).sum::<f64>());
        let worked = worked.sum::<f64>() * f64::from(instance.interval_minutes);
        broken += usize::from(duties > 0.0 && worked < duties * instance.minimum_mean_minutes() * (1.0 - 1e-12));
    }
    (staffing + weights.shift * design.len() as i64, broken)
}
