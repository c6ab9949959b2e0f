//! Recount of a shift design: its rules and its objective, slot by slot from the instance alone.

use crate::shift_design::{DesignVariant, DesignedShift, ShiftDesign};

/// A rule of a design that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesignViolation {
    /// Name of the rule, such as `allowed_shift`.
    pub rule: &'static str,
    /// What was found and what would be right.
    pub message: String,
}

/// What a design costs and what it breaks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DesignVerdict {
    /// Broken rules; none for a feasible design.
    pub violations: Vec<DesignViolation>,
    /// Weighted sum of the next three.
    pub objective: i64,
    /// Minutes that people are missing.
    pub under_minutes: i64,
    /// Minutes that people are too many.
    pub over_minutes: i64,
    /// Distinct shifts with a duty on some day.
    pub shifts: i64,
    /// Duties in the week.
    pub duties: i64,
    /// Minutes of all duties.
    pub duty_minutes: i64,
}

impl DesignVerdict {
    /// Whether every rule holds.
    pub fn is_feasible(&self) -> bool {
        self.violations.is_empty()
    }

    /// Duties that a full-time week of the instance takes on average; none without duties.
    pub fn duties_per_week(&self, instance: &ShiftDesign) -> Option<f64> {
        (self.duty_minutes > 0).then(|| self.duties as f64 * instance.average_minutes / self.duty_minutes as f64)
    }

    fn find(&mut self, rule: &'static str, message: String) {
        self.violations.push(DesignViolation { rule, message });
    }
}

/// The verdict on a design.
///
/// Lines with the same start and length are one shift; a line without any duty is none. Shifts that no kind allows and
/// duties beyond the last day are violations, and count in the objective all the same as far as they lie in the week.
pub fn check_design(instance: &ShiftDesign, design: &[DesignedShift], variant: DesignVariant) -> DesignVerdict {
    let mut verdict = DesignVerdict::default();
    let minutes = i64::from(instance.interval_minutes);
    let slots = instance.slots_per_day();
    let mut present = vec![0_i64; instance.demand.len()];
    let mut distinct: Vec<(usize, usize)> = Vec::new();
    for shift in design.iter().filter(|shift| shift.duties.iter().any(|&duties| duties > 0)) {
        check_shift(instance, shift, &mut verdict);
        distinct.push((shift.start, shift.length));
        for (day, &duties) in shift.duties.iter().enumerate().take(instance.days) {
            verdict.duties += i64::from(duties);
            verdict.duty_minutes += i64::from(duties) * shift.length as i64 * minutes;
            for slot in shift.start..shift.start + shift.length {
                let length = present.len().max(1);
                if let Some(place) = present.get_mut((day * slots + slot) % length) {
                    *place += i64::from(duties);
                }
            }
        }
    }
    distinct.sort_unstable();
    distinct.dedup();
    verdict.shifts = distinct.len() as i64;
    for (&wished, &present) in instance.demand.iter().zip(&present) {
        let missing = i64::from(wished) - present;
        verdict.under_minutes += minutes * missing.max(0);
        verdict.over_minutes += minutes * (-missing).max(0);
    }
    let weights = &instance.weights;
    verdict.objective = weights.under_minute * verdict.under_minutes
        + weights.over_minute * verdict.over_minutes
        + weights.shift * verdict.shifts;
    if variant == DesignVariant::Bounded {
        check_bounds(instance, &present, &mut verdict);
    }
    verdict
}

fn check_shift(instance: &ShiftDesign, shift: &DesignedShift, verdict: &mut DesignVerdict) {
    let allowed = instance.kinds.iter().any(|kind| {
        (kind.earliest_start..=kind.latest_start).contains(&shift.start) && (kind.shortest..=kind.longest).contains(&shift.length)
    });
    if !allowed {
        verdict.find("allowed_shift", format!("no kind allows a start at slot {} with {} slots", shift.start, shift.length));
    }
    if shift.duties.len() > instance.days {
        verdict.find("known_day", format!("duties on day {}, the last is {}", shift.duties.len() - 1, instance.days - 1));
    }
}

/// The two rules of the bounded variant.
fn check_bounds(instance: &ShiftDesign, present: &[i64], verdict: &mut DesignVerdict) {
    let short = instance.demand.iter().zip(present).filter(|&(&wished, &present)| present < i64::from(wished)).count();
    if short > 0 {
        verdict.find("no_understaffing", format!("{short} slot(s) are short of people, none may be"));
    }
    let least = instance.minimum_mean_minutes();
    let mean = verdict.duty_minutes as f64 / verdict.duties.max(1) as f64;
    // Both sides are sums of whole minutes: the tolerance is for the division alone
    if verdict.duties > 0 && mean < least * (1.0 - 1e-12) {
        verdict.find("mean_length", format!("a duty lasts {mean:.2} minutes on average, {least:.2} are the least"));
    }
}

#[cfg(test)]
#[path = "design_tests.rs"]
mod tests;
