//! One cell of a table: its text, its place, and the values it can hold.

use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime};

use super::spelling::suggest;
use super::timestamp::{parse_date, parse_time_of_day, parse_timestamp};
use crate::finding::Finding;

/// What a cell cannot be read as, and the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// What is wrong, with the value.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl CellError {
    /// An error with its mend.
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// A cell at its place; text without the space around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell<'a> {
    /// File as findings name it.
    pub file: &'a str,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
    /// Name of the table's column.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
}

impl<'a> Cell<'a> {
    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The cell, unless nothing stands in it.
    pub fn filled(self) -> Option<Cell<'a>> {
        (!self.is_empty()).then_some(self)
    }

    /// An error at this cell.
    pub fn error(&self, message: impl Into<String>, hint: impl Into<String>) -> Finding {
        Finding::error(self.file, message, hint).at(self.line, self.column)
    }

    /// A warning at this cell.
    pub fn warning(&self, message: impl Into<String>, hint: impl Into<String>) -> Finding {
        Finding::warning(self.file, message, hint).at(self.line, self.column)
    }

    /// A note at this cell.
    pub fn note(&self, message: impl Into<String>, hint: impl Into<String>) -> Finding {
        Finding::note(self.file, message, hint).at(self.line, self.column)
    }

    fn refuse(&self, error: CellError) -> Finding {
        self.error(format!("{}: {}", self.name, error.message), error.hint)
    }

    /// The text, which must not be empty.
    ///
    /// # Errors
    /// A finding at the cell when it is empty.
    pub fn required(&self) -> Result<&'a str, Finding> {
        if self.is_empty() { Err(self.error(format!("{} is empty", self.name), "fill it in")) } else { Ok(self.text) }
    }

    /// A local date; see [`parse_date`].
    ///
    /// # Errors
    /// A finding at the cell.
    pub fn date(&self) -> Result<NaiveDate, Finding> {
        parse_date(self.required()?).map_err(|error| self.refuse(error))
    }

    /// A local civil time; see [`parse_timestamp`].
    ///
    /// # Errors
    /// A finding at the cell.
    pub fn timestamp(&self) -> Result<NaiveDateTime, Finding> {
        parse_timestamp(self.required()?).map_err(|error| self.refuse(error))
    }

    /// Minutes after midnight; see [`parse_time_of_day`].
    ///
    /// # Errors
    /// A finding at the cell.
    pub fn time_of_day(&self) -> Result<u32, Finding> {
        parse_time_of_day(self.required()?).map_err(|error| self.refuse(error))
    }

    /// A count of 0 or more, whole or fractional (an expected volume).
    ///
    /// # Errors
    /// A finding at the cell: negative, not a number, or with a separator that could be a decimal mark.
    pub fn count(&self) -> Result<f64, Finding> {
        non_negative(self.required()?).map_err(|error| self.refuse(error))
    }

    /// A whole number of any kind, such as an unsigned count or a weight.
    ///
    /// # Errors
    /// A finding at the cell, with what would be right.
    pub fn whole<N: FromStr>(&self) -> Result<N, Finding> {
        let text = self.required()?;
        text.parse().map_err(|_| {
            self.refuse(CellError::new(
                format!("`{text}` is not a whole number of 0 or more that fits"),
                "write digits alone, such as 1234",
            ))
        })
    }

    /// A duration in seconds: `192`, `192.5`, `192 s`, `3:12`, `00:03:12`.
    ///
    /// # Errors
    /// A finding at the cell.
    pub fn seconds(&self) -> Result<f64, Finding> {
        duration(self.required()?).map_err(|error| self.refuse(error))
    }

    /// A share of 0 to 1: `95 %`, `95%` or `0.95`.
    ///
    /// # Errors
    /// A finding at the cell; a number above 1 without a percent sign is refused with both readings.
    pub fn share(&self) -> Result<f64, Finding> {
        share(self.required()?).map_err(|error| self.refuse(error))
    }

    /// The value that stands beside the text in `choices`, compared without case.
    ///
    /// # Errors
    /// A finding at the cell that suggests the nearest choice.
    pub fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, Finding> {
        let text = self.required()?;
        let chosen = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        chosen.map(|&(_, value)| value).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|&(name, _)| name).collect();
            self.refuse(CellError::new(format!("`{text}` is not known"), suggest(text, names.iter().copied())))
        })
    }
}

/// A finite number of 0 or more.
pub(super) fn non_negative(text: &str) -> Result<f64, CellError> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number.abs()),
        Ok(number) if number < 0.0 => {
            Err(CellError::new(format!("`{text}` is negative"), "write 0 or more; leave the cell empty when it is unknown"))
        }
        _ if separated(text) => {
            let bare: String = text.chars().filter(char::is_ascii_digit).collect();
            Err(CellError::new(
                format!("`{text}` holds a separator that can mean thousands or decimals"),
                format!("write {bare} without separators, or decimals with a point"),
            ))
        }
        _ => Err(CellError::new(
            format!("`{text}` is not a number"),
            "write digits alone; leave the cell empty when it is unknown",
        )),
    }
}

/// Digits with commas, spaces or apostrophes between them.
fn separated(text: &str) -> bool {
    let mark = |letter: char| matches!(letter, ',' | '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}' | '.');
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_digit() || mark(letter))
}

/// Seconds of a duration.
pub(super) fn duration(text: &str) -> Result<f64, CellError> {
    let how = "write seconds such as 192, or 3:12, or 00:03:12";
    if !text.contains(':') {
        let bare = text.strip_suffix("sec").or_else(|| text.strip_suffix(['s', '秒'])).unwrap_or(text).trim_end();
        return non_negative(bare).map_err(|error| CellError::new(error.message, how));
    }
    let refuse = || CellError::new(format!("`{text}` is not a duration"), how);
    let parts: Vec<&str> = text.split(':').collect();
    let (last, leading) = parts.split_last().ok_or_else(refuse)?;
    let digits = |part: &str| !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_second = last.split('.').next().unwrap_or("");
    if leading.len() > 2 || !leading.iter().all(|part| digits(part)) || whole_second.len() != 2 || !digits(whole_second) {
        return Err(refuse());
    }
    let seconds: f64 = last.parse().map_err(|_| refuse())?;
    let leading: Vec<f64> = leading.iter().filter_map(|part| part.parse().ok()).collect();
    let minutes_fit = leading.len() < 2 || leading[1] < 60.0;
    if seconds >= 60.0 || !minutes_fit {
        return Err(refuse());
    }
    Ok(leading.iter().fold(0.0, |total, part| (total + part) * 60.0) + seconds)
}

/// A share of 0 to 1.
pub(super) fn share(text: &str) -> Result<f64, CellError> {
    let percent = text.strip_suffix(['%', '％']).map(str::trim_end);
    let how = "write it as 95 % or 0.95";
    let number = non_negative(percent.unwrap_or(text)).map_err(|error| CellError::new(error.message, how))?;
    let share = if percent.is_some() { number / 100.0 } else { number };
    if share <= 1.0 {
        return Ok(share);
    }
    let hint =
        if percent.is_none() && number <= 100.0 { format!("write {number} % or {}", number / 100.0) } else { how.to_owned() };
    Err(CellError::new(format!("`{text}` is more than 1, which no share is"), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds_or_clock_forms() {
        for (text, seconds) in [
            ("192", 192.0),
            ("192.5", 192.5),
            ("00:03:12", 192.0),
            ("3:12", 192.0),
            ("192 s", 192.0),
            ("1:00:00", 3600.0),
            ("0:03:12.5", 192.5),
            ("75:00", 4500.0),
        ] {
            assert_eq!(duration(text), Ok(seconds), "{text}");
        }
        for text in ["-3", "3:1", "3:72", "1:75:00", "a:12", "1:2:3:04", "n/a", ":12", "3:"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_percent_or_fractions_and_95_alone_is_asked_back() {
        for text in ["95 %", "95%", "0.95", "95％"] {
            assert!((share(text).unwrap() - 0.95).abs() < 1e-15, "{text}");
        }
        assert_eq!(share("95").unwrap_err().hint, "write 95 % or 0.95");
        assert!(share("120 %").is_err());
        assert!(share("-5 %").is_err());
    }

    #[test]
    fn counts_are_finite_and_not_negative() {
        assert_eq!(non_negative("2.0"), Ok(2.0));
        assert!(non_negative("-0").unwrap().is_sign_positive());
        assert_eq!(non_negative("1,234").unwrap_err().hint, "write 1234 without separators, or decimals with a point");
        assert!(non_negative("-3").unwrap_err().message.contains("negative"));
        for text in ["n/a", "NaN", "inf", "-inf", "1 234", "", "-"] {
            assert!(non_negative(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_choice_suggests_the_nearest() {
        let cell = Cell { file: "calendar.csv", line: 3, column: 12, name: "kind", text: "holliday" };
        let finding = cell.choice(&[("holiday", 1), ("closure", 2)]).unwrap_err();
        assert_eq!((finding.line, finding.column), (Some(3), Some(12)));
        assert_eq!(finding.hint, "did you mean `holiday`?");
    }
}
