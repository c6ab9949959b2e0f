//! Rosters and designs of the benchmark formats.

use super::csv_text::CsvText;
use crate::nurse_rostering::NurseRostering;
use crate::shift_design::{DesignedShift, ShiftDesign};
use crate::week::{ContactCentreWeek, WeekAssignment};

/// `employee,day,shift`, one row for each worked day; `roster` holds one line a member of staff, one cell a day.
pub fn nurse_roster_csv(instance: &NurseRostering, roster: &[Vec<Option<usize>>]) -> String {
    let mut text = CsvText::new(&["employee", "day", "shift"]);
    for (staff, line) in instance.staff.iter().zip(roster) {
        for (day, shift) in line.iter().enumerate() {
            if let Some(shift) = shift.and_then(|shift| instance.shifts.get(shift)) {
                text.row(&[staff.id.as_str(), &day.to_string(), &shift.id]);
            }
        }
    }
    text.finish()
}

/// `agent,day,shift,break_starts`, one row for each assignment; break starts are quarters joined by `;`.
pub fn week_roster_csv(week: &ContactCentreWeek, roster: &[WeekAssignment]) -> String {
    let mut text = CsvText::new(&["agent", "day", "shift", "break_starts"]);
    for assigned in roster {
        let (Some(agent), Some(shift)) = (week.agents.get(assigned.agent), week.shifts.get(assigned.shift)) else { continue };
        let starts: Vec<String> = assigned.break_starts.iter().map(usize::to_string).collect();
        text.row(&[agent.id.as_str(), &assigned.day.to_string(), &shift.id, &starts.join(";")]);
    }
    text.finish()
}

/// `shift,start,end,length_minutes,day,count`, one row for each shift and day with duties.
///
/// Shifts are numbered in their order, times of day `HH:MM`; an end not after the start is on the next day; day 0 is the
/// first of the cycle.
pub fn shift_design_csv(instance: &ShiftDesign, design: &[DesignedShift]) -> String {
    let mut text = CsvText::new(&["shift", "start", "end", "length_minutes", "day", "count"]);
    let minutes = instance.interval_minutes as usize;
    let time_of_day = |slot: usize| format!("{:02}:{:02}", slot * minutes / 60 % 24, slot * minutes % 60);
    for (number, shift) in design.iter().enumerate() {
        for (day, count) in shift.duties.iter().enumerate().filter(|&(_, &count)| count > 0) {
            text.row(&[
                format!("S{}", number + 1),
                time_of_day(shift.start),
                time_of_day(shift.start + shift.length),
                (shift.length * minutes).to_string(),
                day.to_string(),
                count.to_string(),
            ]);
        }
    }
    text.finish()
}
