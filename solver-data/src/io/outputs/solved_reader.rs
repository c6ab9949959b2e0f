//! Reads rosters and designs of the benchmark formats back, whoever made them.

use std::collections::BTreeMap;

use crate::finding::{Finding, ValidationReport};
use crate::io::cell::Cell;
use crate::io::csv_table::{Column, CsvRow, CsvTable};
use crate::io::spelling::suggest;
use crate::io::text::SourceText;
use crate::nurse_rostering::NurseRostering;
use crate::shift_design::{DesignedShift, ShiftDesign};
use crate::week::{ContactCentreWeek, WeekAssignment};

/// The roster in `source`: `employee,day,shift`, one row for each worked day.
///
/// Returns one line a member of staff, one cell a day; whether it keeps the rules is for `check_nurse` to say.
pub fn parse_nurse_roster(source: &SourceText, instance: &NurseRostering) -> (Option<Vec<Vec<Option<usize>>>>, ValidationReport) {
    let columns = [Column::required("employee"), Column::required("day"), Column::required("shift")];
    read_rows(source, &columns, |table, rows, report| {
        let mut lines = vec![vec![None; instance.horizon]; instance.staff.len()];
        for row in rows {
            let staff = named(&table.required(row, "employee"), instance.staff.iter().map(|staff| staff.id.as_str()), report);
            let day = below(&table.required(row, "day"), instance.horizon, report);
            let shift = named(&table.required(row, "shift"), instance.shifts.iter().map(|shift| shift.id.as_str()), report);
            let (Some(staff), Some(day), Some(shift)) = (staff, day, shift) else { continue };
            if lines[staff][day].replace(shift).is_some() {
                let message = format!("{} works twice on day {day}", instance.staff[staff].id);
                report.push(table.required(row, "day").error(message, "give one shift a day"));
            }
        }
        lines
    })
}

/// The roster in `source`: `agent,day,shift,break_starts`, break starts joined by `;`.
///
/// Whether it keeps the rules is for `check_week` to say.
pub fn parse_week_roster(source: &SourceText, week: &ContactCentreWeek) -> (Option<Vec<WeekAssignment>>, ValidationReport) {
    let columns =
        [Column::required("agent"), Column::required("day"), Column::required("shift"), Column::required("break_starts")];
    read_rows(source, &columns, |table, rows, report| {
        let mut assignments = Vec::with_capacity(rows.len());
        for row in rows {
            let agent = named(&table.required(row, "agent"), week.agents.iter().map(|agent| agent.id.as_str()), report);
            let day = below(&table.required(row, "day"), week.days, report);
            let shift = named(&table.required(row, "shift"), week.shifts.iter().map(|shift| shift.id.as_str()), report);
            let breaks = table.required(row, "break_starts");
            let starts = breaks.text.split(';').map(str::trim).filter(|start| !start.is_empty()).map(str::parse);
            let starts: Option<Vec<usize>> = starts.collect::<Result<_, _>>().ok();
            if starts.is_none() {
                let message = format!("break_starts: `{}` is no list of quarters", breaks.text);
                report.push(breaks.error(message, "write quarters joined by semicolons, as 44;62"));
            }
            if let (Some(agent), Some(day), Some(shift), Some(break_starts)) = (agent, day, shift, starts) {
                assignments.push(WeekAssignment { agent, day, shift, break_starts });
            }
        }
        assignments
    })
}

/// The design in `source`: `start`, `day`, `count` and `length_minutes` or `end`, one row for each shift and day.
///
/// Rows of the same start and length are one shift; whether a kind allows it is for `check_design` to say.
pub fn parse_shift_design_csv(source: &SourceText, instance: &ShiftDesign) -> (Option<Vec<DesignedShift>>, ValidationReport) {
    let columns = [
        Column::required("start"),
        Column::optional("end"),
        Column::optional("length_minutes").or(&["length"]),
        Column::required("day"),
        Column::required("count").or(&["duties", "people"]),
        Column::optional("shift"),
    ];
    read_rows(source, &columns, |table, rows, report| {
        let mut shifts: BTreeMap<(usize, usize), Vec<u32>> = BTreeMap::new();
        for row in rows {
            let span = span(table, row, (instance.interval_minutes, report));
            let day = below(&table.required(row, "day"), instance.days, report);
            let count = below(&table.required(row, "count"), u32::MAX as usize, report);
            if let (Some(span), Some(day), Some(count)) = (span, day, count) {
                shifts.entry(span).or_insert_with(|| vec![0; instance.days])[day] += count as u32;
            }
        }
        shifts.into_iter().map(|((start, length), duties)| DesignedShift { start, length, duties }).collect()
    })
}

/// Start and length in slots.
fn span(table: &CsvTable, row: &CsvRow, (interval, report): (u32, &mut ValidationReport)) -> Option<(usize, usize)> {
    const DAY: u32 = 1_440;
    let slots = |cell: &Cell<'_>, minutes: u32| {
        if minutes.is_multiple_of(interval) {
            return Ok((minutes / interval) as usize);
        }
        let message = format!("{}: `{}` is off the grid of {interval} minutes", cell.name, cell.text);
        Err(cell.error(message, format!("give a multiple of {interval} minutes")))
    };
    let at = table.required(row, "start");
    let start = at.time_of_day();
    let length = match (table.filled(row, "length_minutes"), table.filled(row, "end")) {
        (Some(cell), _) => cell.whole::<u32>().map(|minutes| (cell, minutes)),
        (None, Some(cell)) => cell.time_of_day().map(|end| {
            let start = start.as_ref().copied().unwrap_or(0);
            (cell, if end > start { end - start } else { end + DAY - start })
        }),
        (None, None) => Err(at.error("the shift has neither length_minutes nor end", "give one of them")),
    };
    let start = start.and_then(|minutes| slots(&at, minutes % DAY));
    let length = length.and_then(|(cell, minutes)| slots(&cell, minutes));
    let mut keep = |slots: Result<usize, Finding>| slots.map_err(|finding| report.push(finding)).ok();
    let (start, length) = (keep(start), keep(length));
    Some((start?, length?))
}

/// What `read` makes of the rows; nothing where there are errors.
fn read_rows<T>(
    source: &SourceText,
    columns: &[Column],
    read: impl FnOnce(&CsvTable, &[CsvRow], &mut ValidationReport) -> T,
) -> (Option<T>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(table) = CsvTable::parse(source, columns, &mut report) else { return (None, report) };
    let value = read(&table, table.rows(), &mut report);
    (report.is_usable().then_some(value), report)
}

fn named<'a>(cell: &Cell<'_>, names: impl Iterator<Item = &'a str> + Clone, report: &mut ValidationReport) -> Option<usize> {
    let place = names.clone().position(|name| name == cell.text);
    if place.is_none() {
        report.push(cell.error(format!("there is no {} `{}`", cell.name, cell.text), suggest(cell.text, names)));
    }
    place
}

fn below(cell: &Cell<'_>, count: usize, report: &mut ValidationReport) -> Option<usize> {
    match cell.whole::<usize>() {
        Ok(number) if number < count => Some(number),
        Ok(number) => {
            report.push(cell.error(format!("{} {number} does not exist", cell.name), format!("give 0 to {}", count - 1)));
            None
        }
        Err(finding) => {
            report.push(finding);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::solved::shift_design_csv;
    use super::*;
    use crate::shift_design::{DesignWeights, ShiftKind};

    fn instance() -> ShiftDesign {
        ShiftDesign {
            interval_minutes: 30,
            days: 7,
            demand: vec![1; 7 * 48],
            kinds: vec![ShiftKind { earliest_start: 0, latest_start: 47, shortest: 14, longest: 18 }],
            minimum_duties: 4.0,
            maximum_duties: 5.0,
            average_minutes: 2_400.0,
            weights: DesignWeights { under_minute: 1, over_minute: 1, shift: 30, duties_per_week: 0.0 },
        }
    }

    fn read(text: &str) -> (Option<Vec<DesignedShift>>, ValidationReport) {
        parse_shift_design_csv(&SourceText::decode("d.csv", text.as_bytes()), &instance())
    }

    #[test]
    fn a_design_written_is_the_design_read() {
        let design = vec![
            DesignedShift { start: 12, length: 16, duties: vec![1, 2, 0, 0, 0, 0, 3] },
            DesignedShift { start: 44, length: 17, duties: vec![0, 0, 1, 0, 0, 0, 0] },
        ];
        let text = shift_design_csv(&instance(), &design);
        assert!(text.contains("S2,22:00,06:30,510,2,1"), "{text}");
        assert_eq!(read(&text).0, Some(design.clone()));
        let by_end = "start,end,day,count\n06:00,14:00,0,1\n06:00,14:00,1,2\n06:00,14:00,6,3\n22:00,06:30,2,1\n";
        assert_eq!(read(by_end).0, Some(design));
    }

    #[test]
    fn rows_that_do_not_fit_are_placed() {
        let (design, report) = read("start,length_minutes,day,count\n06:10,480,0,1\n06:00,480,7,1\n06:00,480,0,x\n");
        assert!(design.is_none());
        let lines: Vec<Option<u32>> = report.findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [Some(2), Some(3), Some(4)]);
    }
}
