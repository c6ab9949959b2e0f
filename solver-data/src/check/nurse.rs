//! Recount of a roster for a Curtois–Qu instance: its rules and its objective.

use crate::nurse_rostering::{NurseRostering, StaffMember};

/// A hard rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NurseViolation {
    /// Name of the member of staff.
    pub staff: String,
    /// The day, where there is one.
    pub day: Option<usize>,
    /// Name of the rule, such as `forbidden_succession`.
    pub rule: &'static str,
    /// What was found and what would be right.
    pub message: String,
}

/// What a roster costs and what it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NurseVerdict {
    /// Broken rules; none for a feasible roster.
    pub violations: Vec<NurseViolation>,
    /// Sum of the four prices below.
    pub objective: i64,
    /// Wished shifts that are not worked.
    pub shift_on: i64,
    /// Unwished shifts that are worked.
    pub shift_off: i64,
    /// Missing cover.
    pub under: i64,
    /// Spare cover.
    pub over: i64,
    /// Missing shifts.
    pub short_units: i64,
    /// Spare shifts.
    pub over_units: i64,
}

impl NurseVerdict {
    /// Whether every rule holds.
    pub fn is_feasible(&self) -> bool {
        self.violations.is_empty()
    }

    fn find(&mut self, staff: &str, day: Option<usize>, rule: &'static str, message: String) {
        self.violations.push(NurseViolation { staff: staff.to_owned(), day, rule, message });
    }
}

/// The verdict on `roster`, recounted day by day.
///
/// - `roster`: one line for each member of staff, one shift index or `None` for each day; missing lines and days are
///   off, unknown shifts and lines or days beyond the instance are violations and count no further
pub fn check_nurse(instance: &NurseRostering, roster: &[Vec<Option<usize>>]) -> NurseVerdict {
    let mut verdict = NurseVerdict::default();
    let lines = known_lines(instance, roster, &mut verdict);
    for (staff, line) in instance.staff.iter().zip(&lines) {
        check_totals(instance, staff, line, &mut verdict);
        check_successions(instance, staff, line, &mut verdict);
        check_runs(staff, line, &mut verdict);
        check_days(staff, line, &mut verdict);
    }
    add_requests(instance, &lines, &mut verdict);
    add_cover(instance, &lines, &mut verdict);
    verdict.objective = verdict.shift_on + verdict.shift_off + verdict.under + verdict.over;
    verdict
}

/// The roster cut and filled to staff × days.
fn known_lines(instance: &NurseRostering, roster: &[Vec<Option<usize>>], verdict: &mut NurseVerdict) -> Vec<Vec<Option<usize>>> {
    let mut lines = vec![vec![None; instance.horizon]; instance.staff.len()];
    for (number, line) in roster.iter().enumerate() {
        for (day, shift) in line.iter().enumerate().filter_map(|(day, &shift)| Some((day, shift?))) {
            match lines.get_mut(number).and_then(|line| line.get_mut(day)) {
                Some(place) if shift < instance.shifts.len() => *place = Some(shift),
                _ => {
                    let name = instance.staff.get(number).map_or_else(|| number.to_string(), |staff| staff.id.clone());
                    verdict.find(
                        &name,
                        Some(day),
                        "known_assignment",
                        format!("line {number}, day {day}, shift {shift}: not all in the instance"),
                    );
                }
            }
        }
    }
    lines
}

fn check_totals(instance: &NurseRostering, staff: &StaffMember, line: &[Option<usize>], verdict: &mut NurseVerdict) {
    for (shift, kind) in instance.shifts.iter().enumerate() {
        let worked = line.iter().filter(|&&worked| worked == Some(shift)).count() as u32;
        let most = staff.maximum_shifts.get(shift).copied().unwrap_or(u32::MAX);
        if worked > most {
            verdict.find(&staff.id, None, "maximum_shifts", format!("{worked} shifts of {}, {most} are the most", kind.id));
        }
    }
    let minutes: u64 = line.iter().flatten().map(|&shift| u64::from(instance.shifts[shift].minutes)).sum();
    if minutes > u64::from(staff.maximum_minutes) {
        verdict.find(&staff.id, None, "maximum_minutes", format!("{minutes} minutes, {} are the most", staff.maximum_minutes));
    }
    if minutes < u64::from(staff.minimum_minutes) {
        verdict.find(&staff.id, None, "minimum_minutes", format!("{minutes} minutes, {} are the least", staff.minimum_minutes));
    }
}

fn check_successions(instance: &NurseRostering, staff: &StaffMember, line: &[Option<usize>], verdict: &mut NurseVerdict) {
    for (day, pair) in line.windows(2).enumerate() {
        if let [Some(today), Some(tomorrow)] = *pair
            && instance.shifts[today].not_followed_by.contains(&tomorrow)
        {
            let message = format!("{} after {}", instance.shifts[tomorrow].id, instance.shifts[today].id);
            verdict.find(&staff.id, Some(day + 1), "forbidden_succession", message);
        }
    }
}

/// Lengths of runs of days worked and off; what touches either end of the horizon may be short.
fn check_runs(staff: &StaffMember, line: &[Option<usize>], verdict: &mut NurseVerdict) {
    let mut start = 0;
    for run in line.chunk_by(|left, right| left.is_some() == right.is_some()) {
        let (length, day) = (run.len() as u32, Some(start));
        let inside = start > 0 && start + run.len() < line.len();
        let worked = run[0].is_some();
        if worked && length > staff.maximum_consecutive {
            verdict.find(
                &staff.id,
                day,
                "maximum_consecutive",
                format!("{length} days in a row, {} are the most", staff.maximum_consecutive),
            );
        }
        if worked && inside && length < staff.minimum_consecutive {
            verdict.find(
                &staff.id,
                day,
                "minimum_consecutive",
                format!("{length} days in a row, {} are the least", staff.minimum_consecutive),
            );
        }
        if !worked && inside && length < staff.minimum_consecutive_off {
            verdict.find(
                &staff.id,
                day,
                "minimum_days_off",
                format!("{length} days off, {} are the least", staff.minimum_consecutive_off),
            );
        }
        start += run.len();
    }
}

fn check_days(staff: &StaffMember, line: &[Option<usize>], verdict: &mut NurseVerdict) {
    let worked = |day: usize| line.get(day).is_some_and(Option::is_some);
    let weekends = (5..line.len()).step_by(7).filter(|&saturday| worked(saturday) || worked(saturday + 1)).count() as u32;
    if weekends > staff.maximum_weekends {
        verdict.find(
            &staff.id,
            None,
            "maximum_weekends",
            format!("{weekends} weekends, {} are the most", staff.maximum_weekends),
        );
    }
    for &day in staff.days_off.iter().filter(|&&day| worked(day)) {
        verdict.find(&staff.id, Some(day), "day_off", "works on a fixed day off".to_owned());
    }
}

fn add_requests(instance: &NurseRostering, lines: &[Vec<Option<usize>>], verdict: &mut NurseVerdict) {
    let worked = |staff: usize, day: usize| lines.get(staff).and_then(|line| line.get(day)).copied().flatten();
    for wish in &instance.on_requests {
        verdict.shift_on += wish.weight * i64::from(worked(wish.staff, wish.day) != Some(wish.shift));
    }
    for wish in &instance.off_requests {
        verdict.shift_off += wish.weight * i64::from(worked(wish.staff, wish.day) == Some(wish.shift));
    }
}

fn add_cover(instance: &NurseRostering, lines: &[Vec<Option<usize>>], verdict: &mut NurseVerdict) {
    for cover in &instance.cover {
        let working = lines.iter().filter(|line| line.get(cover.day).copied().flatten() == Some(cover.shift)).count() as i64;
        let short = i64::from(cover.requirement) - working;
        verdict.short_units += short.max(0);
        verdict.under += cover.weight_under * short.max(0);
        verdict.over_units += (-short).max(0);
        verdict.over += cover.weight_over * (-short).max(0);
    }
}

#[cfg(test)]
#[path = "nurse_tests.rs"]
mod tests;
