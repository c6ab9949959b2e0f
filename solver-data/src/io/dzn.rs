//! Reads shift design instances: assignments in the data format of `MiniZinc`, `name = value;`.

use std::path::Path;

use super::abridge::abridge;
use super::cell::Cell;
use super::spelling::{nearest, suggest};
use super::text::{SourceText, read_text};
use crate::finding::{Finding, ValidationReport};
use crate::shift_design::{DesignWeights, ShiftDesign, ShiftKind};

/// Names of an instance, in the order of the files.
const NAMES: [&str; 15] = [
    "interval",
    "days",
    "demand",
    "shiftTypes",
    "minStart",
    "maxStart",
    "minLength",
    "maxLength",
    "minDuties",
    "maxDuties",
    "avgMinutes",
    "weightUnderCover",
    "weightOverCover",
    "weightDutiesPerWeek",
    "weightShiftInstances",
];

/// Minutes of a day.
const DAY: usize = 1_440;
/// Most days and kinds of shift, far above any instance's, and the largest number of people, minutes or price.
const MOST_DAYS: usize = 366;
const MOST_KINDS: usize = 1_000;
const LARGEST: usize = 1_000_000;

/// Reads the instance at `path`; see [`parse_shift_design`].
pub fn read_shift_design(path: &Path) -> (Option<ShiftDesign>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_shift_design(&source),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The instance in `source`; no instance comes with errors, each of which carries line and column.
pub fn parse_shift_design(source: &SourceText) -> (Option<ShiftDesign>, ValidationReport) {
    let mut report = ValidationReport { findings: source.findings.clone() };
    let mut reading = Reading { findings: Vec::new(), entries: Vec::new(), file: &source.name };
    reading.split(source);
    let instance = reading.instance();
    abridge(&source.name, reading.findings, &mut report);
    (instance.filter(|_| report.is_usable()), report)
}

/// A word or mark at its place.
#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    line: u32,
    column: u32,
}

/// A named value: its numbers, one of them where it is no list.
struct Entry<'a> {
    name: Cell<'a>,
    values: Vec<Cell<'a>>,
    is_list: bool,
}

struct Reading<'a> {
    findings: Vec<Finding>,
    entries: Vec<Entry<'a>>,
    file: &'a str,
}

/// Words and marks of a text; `%` starts a comment.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (number, full) in text.lines().enumerate() {
        let line = full.split('%').next().unwrap_or("");
        let mut start = None;
        let ends = line.char_indices().chain([(line.len(), ' ')]);
        for (column, (at, letter)) in ends.enumerate() {
            let mark = matches!(letter, '=' | ';' | ',' | '[' | ']');
            if mark || letter.is_whitespace() {
                if let Some((from, column)) = start.take() {
                    tokens.push(Token { text: &line[from..at], line: number as u32 + 1, column });
                }
            } else if start.is_none() {
                start = Some((at, column as u32 + 1));
            }
            if mark {
                tokens.push(Token { text: &line[at..=at], line: number as u32 + 1, column: column as u32 + 1 });
            }
        }
    }
    tokens
}

impl<'a> Reading<'a> {
    fn cell(&self, token: Token<'a>, name: &'a str) -> Cell<'a> {
        Cell { file: self.file, line: token.line, column: token.column, name, text: token.text }
    }

    /// Cuts the text into entries; a statement that is none gets a finding and the next one is tried.
    fn split(&mut self, source: &'a SourceText) {
        let tokens = tokens(&source.text);
        let mut rest = &tokens[..];
        while let Some((&name, after)) = rest.split_first() {
            let Some((equals, after)) = after.split_first().filter(|(equals, _)| equals.text == "=") else {
                if name.text != ";" {
                    let message = format!("`{}` stands where `name = value;` is wanted", name.text);
                    self.findings.push(self.cell(name, "name").error(message, suggest(name.text, NAMES)));
                }
                let next = rest.iter().position(|token| token.text == ";").map_or(rest.len(), |at| at + 1);
                rest = &rest[next..];
                continue;
            };
            // The value ends at `;`, or, where that was forgotten, before the next `name =`
            let forgotten = after.windows(2).position(|pair| pair[1].text == "=");
            let end = after.iter().position(|token| token.text == ";").filter(|&end| forgotten.is_none_or(|at| end <= at));
            let value = &after[..end.or(forgotten).unwrap_or(after.len())];
            rest = &after[end.map_or(value.len(), |end| end + 1)..];
            if end.is_none() {
                let message = format!("the value of {} does not end with `;`", name.text);
                let last = value.last().copied().unwrap_or(*equals);
                self.findings
                    .push(self.cell(last, "value").error(message, "write `;` after it; if it is the last, the file was cut off"));
            }
            self.entry(name, *equals, value);
        }
        let known = |name: &str| self.entries.iter().any(|entry| entry.name.text == name);
        let unread = |name: &str| {
            // A misspelt name has its finding already
            self.findings.iter().any(|finding| finding.hint.contains(&format!("`{name}`?")))
        };
        let missing: Vec<&str> = NAMES.into_iter().filter(|name| !known(name) && !unread(name)).collect();
        if !missing.is_empty() {
            let message = format!("{} missing", missing.join(", ") + if missing.len() == 1 { " is" } else { " are" });
            let hint = "give every name of the format; if the last ones are missing, the file was cut off";
            self.findings.push(Finding::error(self.file, message, hint));
        }
    }

    fn entry(&mut self, name: Token<'a>, equals: Token<'a>, value: &[Token<'a>]) {
        let cell = self.cell(name, name.text);
        let Some(&known) = NAMES.iter().find(|&&known| known == name.text) else {
            let hint = match nearest(name.text, NAMES) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known are {}", NAMES.join(", ")),
            };
            self.findings.push(cell.error(format!("there is no `{}` in a shift design", name.text), hint));
            return;
        };
        if self.entries.iter().any(|entry| entry.name.text == known) {
            self.findings.push(cell.error(format!("{known} stands twice"), "give every name once"));
            return;
        }
        let is_list = value.first().is_some_and(|token| token.text == "[");
        let closed = value.last().is_some_and(|token| token.text == "]");
        if is_list && !closed {
            let last = value.last().copied().unwrap_or(equals);
            self.findings.push(self.cell(last, known).error(format!("the list of {known} is not closed"), "write `]` after it"));
        }
        let inside = if is_list { &value[1..value.len() - usize::from(closed)] } else { value };
        let mut values = Vec::new();
        let mut wanted = true;
        for &token in inside {
            let comma = token.text == ",";
            if comma == wanted || (comma && !is_list) || matches!(token.text, "[" | "]" | "=") {
                let message =
                    format!("{known}: `{}` stands where {} is wanted", token.text, if wanted { "a number" } else { "a comma" });
                self.findings
                    .push(self.cell(token, known).error(message, "write numbers with commas between them, as in [1, 2, 3]"));
                values.clear();
                break;
            }
            if !comma {
                values.push(self.cell(token, known));
            }
            wanted = comma;
        }
        if values.is_empty() && inside.is_empty() {
            self.findings.push(self.cell(equals, known).error(format!("{known} has no value"), "write it as `name = value;`"));
        }
        self.entries.push(Entry { name: cell, values, is_list });
    }

    /// The numbers of a list that has `count` of them, or a finding and none.
    fn list(&mut self, name: &str, count: Option<usize>, why: &str) -> Option<Vec<(usize, Cell<'a>)>> {
        let entry = self.entries.iter().find(|entry| entry.name.text == name)?;
        if entry.values.is_empty() {
            return None;
        }
        if !entry.is_list {
            self.findings
                .push(entry.values[0].error(format!("{name} is one number where a list is wanted"), "write it as [1, 2, 3]"));
            return None;
        }
        let found = entry.values.len();
        if let Some(wished) = count
            && wished != found
        {
            let message = format!("{name} has {found} numbers where {wished} are wanted: {why}");
            self.findings.push(entry.name.error(message, "complete the list, or mend what it is counted by"));
        }
        let cells: Vec<Cell<'a>> = entry.values.clone();
        let numbers: Vec<_> = cells.into_iter().map(|cell| Some((self.within(cell, 0, LARGEST)?, cell))).collect();
        numbers.into_iter().collect::<Option<Vec<_>>>().filter(|_| count.is_none_or(|wished| wished == found))
    }

    fn single(&mut self, name: &str) -> Option<Cell<'a>> {
        let entry = self.entries.iter().find(|entry| entry.name.text == name)?;
        let &cell = entry.values.first()?;
        if entry.is_list || entry.values.len() > 1 {
            self.findings.push(cell.error(format!("{name} is a list where one number is wanted"), "write it as `name = value;`"));
            return None;
        }
        Some(cell)
    }

    fn within(&mut self, cell: Cell<'a>, least: usize, most: usize) -> Option<usize> {
        match cell.whole::<usize>() {
            Ok(number) if (least..=most).contains(&number) => Some(number),
            Ok(number) => {
                self.findings
                    .push(cell.error(format!("{}: {number} is out of range", cell.name), format!("give {least} to {most}")));
                None
            }
            Err(finding) => {
                self.findings.push(finding);
                None
            }
        }
    }

    fn number(&mut self, name: &str, least: usize, most: usize) -> Option<usize> {
        let cell = self.single(name)?;
        self.within(cell, least, most)
    }

    /// A number of 0 or more, whole or not.
    fn decimal(&mut self, name: &str) -> Option<f64> {
        let cell = self.single(name)?;
        match cell.text.parse::<f64>() {
            Ok(number) if (0.0..=LARGEST as f64).contains(&number) => Some(number),
            _ => {
                let message = format!("{name}: `{}` is not a number of 0 to {LARGEST}", cell.text);
                self.findings.push(cell.error(message, "write it as 4 or 4.8"));
                None
            }
        }
    }

    fn instance(&mut self) -> Option<ShiftDesign> {
        let interval = self.number("interval", 1, DAY).filter(|&minutes| self.divides_a_day(minutes));
        let days = self.number("days", 1, MOST_DAYS);
        let slots = interval.map(|minutes| DAY / minutes);
        let why = "days × slots of a day";
        let demand = self.list("demand", days.zip(slots).map(|(days, slots)| days * slots), why);
        let count = self.number("shiftTypes", 1, MOST_KINDS);
        let mut ranges = Vec::new();
        for name in ["minStart", "maxStart", "minLength", "maxLength"] {
            ranges.push(self.list(name, count, "as many as shiftTypes says"));
        }
        let kinds = self.kinds(ranges, slots);
        let (minimum_duties, maximum_duties) = (self.decimal("minDuties"), self.decimal("maxDuties"));
        let average_minutes = self.decimal("avgMinutes");
        let (least, most) = (minimum_duties?, maximum_duties?);
        if most <= 0.0 || least > most {
            let cell = self.single("maxDuties")?;
            self.findings.push(
                cell.error(format!("{least} to {most} duties a week is no range"), "maxDuties is above 0 and at least minDuties"),
            );
        }
        let (under, over) = (self.number("weightUnderCover", 0, LARGEST), self.number("weightOverCover", 0, LARGEST));
        let (duties, shift) = (self.decimal("weightDutiesPerWeek"), self.number("weightShiftInstances", 0, LARGEST));
        let weights = DesignWeights {
            under_minute: under? as i64,
            over_minute: over? as i64,
            shift: shift? as i64,
            duties_per_week: duties?,
        };
        Some(ShiftDesign {
            interval_minutes: interval? as u32,
            days: days?,
            demand: demand?.into_iter().map(|(people, _)| people as u32).collect(),
            kinds: kinds?,
            minimum_duties: least,
            maximum_duties: most,
            average_minutes: average_minutes?,
            weights,
        })
    }

    fn divides_a_day(&mut self, minutes: usize) -> bool {
        if DAY.is_multiple_of(minutes) {
            return true;
        }
        let cell = self.single("interval");
        self.findings.extend(
            cell.map(|cell| cell.error(format!("interval: {minutes} minutes do not divide a day"), "give 5, 10, 15, 30 or 60")),
        );
        false
    }

    fn kinds(&mut self, ranges: Vec<Option<Vec<(usize, Cell<'a>)>>>, slots: Option<usize>) -> Option<Vec<ShiftKind>> {
        let ranges: Vec<Vec<(usize, Cell<'a>)>> = ranges.into_iter().collect::<Option<_>>()?;
        let [from, until, shortest, longest] = ranges.try_into().ok()?;
        let slots = slots?;
        for (low, high, least, most) in [(&from, &until, 0, slots - 1), (&shortest, &longest, 1, slots)] {
            for (&(low, at_low), &(high, at_high)) in low.iter().zip(high) {
                if low < least {
                    self.findings.push(at_low.error(format!("{}: a shift of {low} slots", at_low.name), "give 1 or more"));
                }
                if high > most {
                    self.findings.push(at_high.error(
                        format!("{}: {high} is beyond the day of {slots} slots", at_high.name),
                        format!("give at most {most}"),
                    ));
                }
                if low > high {
                    self.findings.push(
                        at_high.error(format!("{}: {high} is below {} {low}", at_high.name, at_low.name), "give at least that"),
                    );
                }
            }
        }
        let starts = from.iter().zip(&until).map(|(from, until)| (from.0, until.0));
        let lengths = shortest.iter().zip(&longest).map(|(shortest, longest)| (shortest.0, longest.0));
        let kind =
            |((earliest_start, latest_start), (shortest, longest))| ShiftKind { earliest_start, latest_start, shortest, longest };
        Some(starts.zip(lengths).map(kind).collect())
    }
}

#[cfg(test)]
#[path = "dzn_tests.rs"]
mod tests;
