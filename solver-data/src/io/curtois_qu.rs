//! Reads the instances of Curtois and Qu: sections of comma-separated lines.

use std::collections::HashMap;
use std::path::Path;

use super::abridge::abridge;
use super::cell::Cell;
use super::spelling::suggest;
use super::text::{SourceText, read_text};
use crate::finding::{Finding, ValidationReport};
use crate::nurse_rostering::{Cover, NurseRostering, ShiftRequest, ShiftType, StaffMember};

/// Sections in the order of the files.
const SECTIONS: [&str; 7] = ["HORIZON", "SHIFTS", "STAFF", "DAYS_OFF", "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS", "COVER"];

/// Names of the cells of each section's lines; the last of `DAYS_OFF` repeats.
const FIELDS: [&[&str]; 7] = [
    &["horizon"],
    &["shift", "length", "shifts that cannot follow"],
    &[
        "employee",
        "max shifts",
        "max minutes",
        "min minutes",
        "max consecutive",
        "min consecutive",
        "min days off",
        "max weekends",
    ],
    &["employee", "day"],
    &["employee", "day", "shift", "weight"],
    &["employee", "day", "shift", "weight"],
    &["day", "shift", "requirement", "weight under", "weight over"],
];

/// Longest horizon in days and largest minutes and weights read, far above any instance's.
const LONGEST_HORIZON: usize = 3_660;
const LARGEST: i64 = 1_000_000_000;

/// Reads the instance at `path`; see [`parse_nurse_rostering`].
pub fn read_nurse_rostering(path: &Path) -> (Option<NurseRostering>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_nurse_rostering(&source),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The instance in `source`; no instance comes with errors, each of which carries line and column.
///
/// A shift type that a member of staff's list of most shifts leaves out is not limited.
pub fn parse_nurse_rostering(source: &SourceText) -> (Option<NurseRostering>, ValidationReport) {
    let mut report = ValidationReport { findings: source.findings.clone() };
    let mut findings = Vec::new();
    let sections = split(source, &mut findings);
    let mut reading = Reading { findings, shifts: HashMap::new(), staff: HashMap::new(), horizon: 0 };
    let instance = reading.instance(&sections);
    if reading.findings.is_empty() {
        reading.check_whole(source, &instance);
    }
    abridge(&source.name, reading.findings, &mut report);
    (report.is_usable().then_some(instance), report)
}

/// The lines of each section as cells.
type Sections<'a> = [Vec<Vec<Cell<'a>>>; 7];

fn split<'a>(source: &'a SourceText, findings: &mut Vec<Finding>) -> Sections<'a> {
    let mut sections: Sections<'a> = std::array::from_fn(|_| Vec::new());
    let mut seen = [false; 7];
    let mut current = None;
    for (number, text) in source.text.lines().enumerate() {
        let line = number as u32 + 1;
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix("SECTION_") {
            current = SECTIONS.iter().position(|&known| known == name);
            match current {
                Some(section) => seen[section] = true,
                None => findings.push(
                    Finding::error(&source.name, format!("there is no section `{name}`"), suggest(name, SECTIONS)).at(line, 1),
                ),
            }
        } else if let Some(section) = current {
            sections[section].push(cells(source, section, line, text));
        } else if seen.iter().all(|&seen| !seen) {
            let message = "a line stands before the first section";
            findings.push(Finding::error(&source.name, message, "begin with SECTION_HORIZON").at(line, 1));
            break;
        }
    }
    for (name, _) in SECTIONS.iter().zip(seen).filter(|(_, seen)| !seen) {
        let message = format!("section SECTION_{name} is missing: the file was cut off, or is another format");
        findings.push(Finding::error(&source.name, message, "get the whole file again"));
    }
    sections
}

fn cells<'a>(source: &'a SourceText, section: usize, line: u32, text: &'a str) -> Vec<Cell<'a>> {
    let names = FIELDS[section];
    let mut column = 1;
    let mut cells = Vec::new();
    for (index, piece) in text.split(',').enumerate() {
        let name = names[index.min(names.len() - 1)];
        cells.push(Cell { file: &source.name, line, column, name, text: piece.trim() });
        column += piece.chars().count() as u32 + 1;
    }
    cells
}

/// Names looked up and findings gathered.
struct Reading<'a> {
    findings: Vec<Finding>,
    shifts: HashMap<&'a str, usize>,
    staff: HashMap<&'a str, usize>,
    horizon: usize,
}

impl<'a> Reading<'a> {
    fn instance(&mut self, sections: &Sections<'a>) -> NurseRostering {
        let [horizon, shifts, staff, days_off, on, off, cover] = sections;
        self.read_horizon(horizon);
        let shifts = self.read_shifts(shifts);
        let mut staff = self.read_staff(staff, shifts.len());
        self.read_days_off(days_off, &mut staff);
        NurseRostering {
            horizon: self.horizon,
            shifts,
            staff,
            on_requests: on.iter().filter_map(|line| self.request(line)).collect(),
            off_requests: off.iter().filter_map(|line| self.request(line)).collect(),
            cover: cover.iter().filter_map(|line| self.cover(line)).collect(),
        }
    }

    fn read_horizon(&mut self, lines: &[Vec<Cell<'a>>]) {
        if let Some(cell) = lines.first().and_then(|line| line.first()) {
            let days: Option<usize> = self.keep(cell.whole());
            match days {
                Some(days) if (7..=LONGEST_HORIZON).contains(&days) && days % 7 == 0 => self.horizon = days,
                Some(days) => {
                    let message = format!("a horizon of {days} days");
                    self.findings.push(cell.error(message, "give a multiple of 7, up to 3660"));
                }
                None => {}
            }
        }
    }

    fn read_shifts(&mut self, lines: &[Vec<Cell<'a>>]) -> Vec<ShiftType> {
        for line in lines {
            let number = self.shifts.len();
            if self.shifts.insert(line[0].text, number).is_some() {
                self.findings.push(line[0].error(format!("shift `{}` stands twice", line[0].text), "give every shift once"));
            }
        }
        lines.iter().filter_map(|line| self.shift(line)).collect()
    }

    fn shift(&mut self, line: &[Cell<'a>]) -> Option<ShiftType> {
        let line = self.sized(line, 2..=3)?;
        let id = self.keep(line[0].required());
        let minutes = self.number(&line[1]);
        let mut not_followed_by = Vec::new();
        for name in line.get(2).map_or("", |cell| cell.text).split('|').map(str::trim).filter(|name| !name.is_empty()) {
            match self.shifts.get(name) {
                Some(&shift) => not_followed_by.push(shift),
                None => self.unknown_shift(&line[2], name),
            }
        }
        Some(ShiftType { id: id?.to_owned(), minutes: minutes?, not_followed_by })
    }

    fn read_staff(&mut self, lines: &[Vec<Cell<'a>>], shifts: usize) -> Vec<StaffMember> {
        for line in lines {
            let number = self.staff.len();
            if self.staff.insert(line[0].text, number).is_some() {
                self.findings
                    .push(line[0].error(format!("employee `{}` stands twice", line[0].text), "give every employee once"));
            }
        }
        lines.iter().filter_map(|line| self.member(line, shifts)).collect()
    }

    fn member(&mut self, line: &[Cell<'a>], shifts: usize) -> Option<StaffMember> {
        let line = self.sized(line, 8..=8)?;
        let id = self.keep(line[0].required());
        let mut maximum_shifts = vec![self.horizon as u32; shifts];
        for part in line[1].text.split('|').map(str::trim).filter(|part| !part.is_empty()) {
            let limit = part.split_once('=').and_then(|(name, most)| Some((name.trim(), most.trim().parse::<u32>().ok()?)));
            match limit.map(|(name, most)| (self.shifts.get(name).copied(), name, most)) {
                // A shift whose own line is bad has its finding there and no place here.
                Some((Some(shift), _, most)) => maximum_shifts.get_mut(shift).into_iter().for_each(|limit| *limit = most),
                Some((None, name, _)) => self.unknown_shift(&line[1], name),
                None => self.findings.push(line[1].error(format!("`{part}` is no limit on a shift"), "write it as D=14")),
            }
        }
        let numbers: Vec<Option<u32>> = line[2..].iter().map(|cell| self.number(cell)).collect();
        let numbers: Vec<u32> = numbers.into_iter().collect::<Option<_>>()?;
        if numbers[0] < numbers[1] {
            let message = format!("at most {} minutes, but at least {}", numbers[0], numbers[1]);
            self.findings.push(line[2].error(message, "the least is at most the most"));
        }
        Some(StaffMember {
            id: id?.to_owned(),
            maximum_shifts,
            maximum_minutes: numbers[0],
            minimum_minutes: numbers[1],
            maximum_consecutive: numbers[2],
            minimum_consecutive: numbers[3],
            minimum_consecutive_off: numbers[4],
            maximum_weekends: numbers[5],
            days_off: Vec::new(),
        })
    }

    fn read_days_off(&mut self, lines: &[Vec<Cell<'a>>], staff: &mut [StaffMember]) {
        for line in lines {
            let member = self.member_of(&line[0]);
            for cell in line[1..].iter().filter(|cell| !cell.is_empty()) {
                let day = self.day(cell);
                if let (Some(member), Some(day)) = (member.and_then(|member| staff.get_mut(member)), day) {
                    member.days_off.push(day);
                }
            }
        }
        for member in staff {
            member.days_off.sort_unstable();
            member.days_off.dedup();
        }
    }

    fn request(&mut self, line: &[Cell<'a>]) -> Option<ShiftRequest> {
        let line = self.sized(line, 4..=4)?;
        let (staff, day) = (self.member_of(&line[0]), self.day(&line[1]));
        let (shift, weight) = (self.shift_of(&line[2]), self.number(&line[3]));
        Some(ShiftRequest { staff: staff?, day: day?, shift: shift?, weight: i64::from(weight?) })
    }

    fn cover(&mut self, line: &[Cell<'a>]) -> Option<Cover> {
        let line = self.sized(line, 5..=5)?;
        let (day, shift, requirement) = (self.day(&line[0]), self.shift_of(&line[1]), self.number(&line[2]));
        let (weight_under, weight_over) = (self.number(&line[3]), self.number(&line[4]));
        Some(Cover {
            day: day?,
            shift: shift?,
            requirement: requirement?,
            weight_under: i64::from(weight_under?),
            weight_over: i64::from(weight_over?),
        })
    }

    /// The line, if it has as many cells as its section's lines have; empty ones at its end are forgiven.
    fn sized<'c>(&mut self, line: &'c [Cell<'a>], cells: std::ops::RangeInclusive<usize>) -> Option<&'c [Cell<'a>]> {
        let spare = line.iter().rev().take_while(|cell| cell.is_empty()).count();
        let line = &line[..line.len() - spare.min(line.len().saturating_sub(*cells.end()))];
        if cells.contains(&line.len()) {
            return Some(line);
        }
        let message = format!("the line has {} cells, its section {}", line.len(), cells.end());
        self.findings.push(line[0].error(message, "complete the line; if it is the last, the file was cut off"));
        None
    }

    fn keep<T>(&mut self, value: Result<T, Finding>) -> Option<T> {
        value.map_err(|finding| self.findings.push(finding)).ok()
    }

    /// A number of 0 or more; the published files hold `-0` here and there.
    fn number(&mut self, cell: &Cell<'a>) -> Option<u32> {
        let number: i64 = self.keep(cell.whole())?;
        if !(0..=LARGEST).contains(&number) {
            self.findings
                .push(cell.error(format!("{}: {number} is no number an instance holds", cell.name), "give 0 to 1000000000"));
            return None;
        }
        Some(number as u32)
    }

    fn day(&mut self, cell: &Cell<'a>) -> Option<usize> {
        let day: usize = self.keep(cell.whole())?;
        // Without a horizon, which is an error already, no day can be judged.
        if self.horizon > 0 && day >= self.horizon {
            self.findings
                .push(cell.error(format!("day {day} lies beyond the horizon"), format!("give 0 to {}", self.horizon - 1)));
            return None;
        }
        Some(day)
    }

    fn member_of(&mut self, cell: &Cell<'a>) -> Option<usize> {
        let member = self.staff.get(cell.text).copied();
        if member.is_none() {
            let mut names: Vec<&str> = self.staff.keys().copied().collect();
            names.sort_unstable();
            self.findings
                .push(cell.error(format!("there is no employee `{}`", cell.text), suggest(cell.text, names.iter().copied())));
        }
        member
    }

    fn shift_of(&mut self, cell: &Cell<'a>) -> Option<usize> {
        let shift = self.shifts.get(cell.text).copied();
        if shift.is_none() {
            self.unknown_shift(cell, cell.text);
        }
        shift
    }

    fn unknown_shift(&mut self, cell: &Cell<'a>, name: &str) {
        let mut names: Vec<&str> = self.shifts.keys().copied().collect();
        names.sort_unstable();
        self.findings.push(cell.error(format!("there is no shift `{name}`"), suggest(name, names.iter().copied())));
    }

    /// Lists that must not be empty, and cover that reaches to the last day.
    fn check_whole(&mut self, source: &SourceText, instance: &NurseRostering) {
        let mut find = |message: &str| self.findings.push(Finding::error(&source.name, message, "get the whole file again"));
        if instance.horizon == 0 {
            find("SECTION_HORIZON gives no number of days");
        }
        if instance.shifts.is_empty() || instance.staff.is_empty() {
            find("there are no shifts or no staff");
        }
        if instance.cover.iter().map(|cover| cover.day + 1).max() != Some(instance.horizon) {
            find("the cover does not reach to the last day: the file was cut off");
        }
    }
}

#[cfg(test)]
#[path = "curtois_qu_tests.rs"]
mod tests;
