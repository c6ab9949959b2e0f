//! One value of the file and what it can be read as; each reading reports what is wrong and gives `None`.

use std::ops::RangeInclusive;

use toml::de::DeValue;

use super::document::{Document, Place, Placed};
use super::section::Section;
use crate::io::cell;
use crate::io::spelling::suggest;
use crate::io::timestamp::parse_time_of_day;
use crate::unit::Money;

/// A value at its place.
#[derive(Debug, Clone)]
pub(super) struct Entry<'d> {
    document: &'d Document,
    pub(super) place: Place,
    value: &'d DeValue<'d>,
}

impl<'d> Entry<'d> {
    /// The value at a place.
    pub(super) fn new(document: &'d Document, place: Place, value: &'d DeValue<'d>) -> Self {
        Self { document, place, value }
    }

    /// Reports an error at the value.
    pub(super) fn refuse<T>(&self, message: impl Into<String>, hint: impl Into<String>) -> Option<T> {
        self.document.error(&self.place, message, hint);
        None
    }

    fn wrong_type<T>(&self, wanted: &str, hint: impl Into<String>) -> Option<T> {
        let found = match self.value {
            DeValue::String(text) => format!("the text \"{text}\""),
            DeValue::Integer(number) => format!("the number {number}"),
            DeValue::Float(number) => format!("the number {number}"),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(at) => format!("the date or time {at}"),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        };
        self.refuse(format!("{found} stands where {wanted} is needed"), hint)
    }

    /// A table.
    pub(super) fn section(self) -> Option<Section<'d>> {
        match self.value {
            DeValue::Table(table) => Some(Section::new(self.document, self.place, table)),
            _ => self.wrong_type("a table", "write it as `{ key = value, … }` or under a heading in brackets"),
        }
    }

    /// The elements of a list; `hint` says how to write one.
    pub(super) fn list(&self, hint: &str) -> Option<Vec<Entry<'d>>> {
        match self.value {
            DeValue::Array(list) => Some(
                list.iter()
                    .enumerate()
                    .map(|(i, value)| Entry::new(self.document, self.place.element(i, value.span()), value.get_ref()))
                    .collect(),
            ),
            _ => self.wrong_type("a list", hint),
        }
    }

    /// A text that is not empty, without the space around it.
    pub(super) fn text(&self) -> Option<&'d str> {
        match self.value {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.trim()),
            DeValue::String(_) => self.refuse("the text is empty", "write a word between the quotes"),
            _ => self.wrong_type("a text", "put it in double quotes"),
        }
    }

    /// The bare value and its place.
    pub(super) fn raw(&self) -> (&Place, &'d DeValue<'d>) {
        (&self.place, self.value)
    }

    /// The keys and values of a table.
    pub(super) fn table(&self) -> Option<&'d toml::de::DeTable<'d>> {
        match self.value {
            DeValue::Table(table) => Some(table),
            _ => self.wrong_type("a table", "write it as `{ key = value, … }` or under a heading in brackets"),
        }
    }

    /// Whether it is a table.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Whether it is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// Whether it is a text.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    /// A text that may be empty.
    pub(super) fn title(&self) -> Option<&'d str> {
        match self.value {
            DeValue::String(text) => Some(text.trim()),
            _ => self.wrong_type("a text", "put it in double quotes"),
        }
    }

    /// A text and its place.
    pub(super) fn placed_text(&self) -> Option<Placed<String>> {
        self.text().map(|text| Placed { value: text.to_owned(), place: self.place.clone() })
    }

    /// The texts of a list.
    pub(super) fn texts(&self, hint: &str) -> Vec<Placed<String>> {
        self.list(hint).unwrap_or_default().iter().filter_map(Entry::placed_text).collect()
    }

    /// One of a few words, compared without case.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        let chosen = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        match chosen {
            Some(&(_, value)) => Some(value),
            None => self.refuse(format!("\"{text}\" is not known"), suggest(text, choices.iter().map(|&(name, _)| name))),
        }
    }

    /// `true` or `false`.
    pub(super) fn truth(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(truth) => Some(*truth),
            _ => self.wrong_type("true or false", "write true or false without quotes"),
        }
    }

    /// A whole number within a range.
    pub(super) fn whole(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let bounds = format!("a whole number from {} to {}", range.start(), range.end());
        let number = match self.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => return self.wrong_type(&bounds, format!("write {bounds}")),
        };
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => self.wrong_type(&bounds, format!("write {bounds}")),
        }
    }

    /// A finite number, whatever its sign.
    pub(super) fn number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n as f64),
            DeValue::Float(number) => number.as_str().parse::<f64>().ok().filter(|number| number.is_finite()),
            _ => None,
        }
    }

    /// A finite number of 0 or more.
    pub(super) fn non_negative(&self) -> Option<f64> {
        match self.number() {
            Some(number) if number >= 0.0 => Some(number),
            Some(number) => self.refuse(format!("{number} is negative"), "write 0 or more"),
            None => self.wrong_type("a number", "write a number without quotes, decimals with a point"),
        }
    }

    /// A finite number above 0.
    pub(super) fn positive(&self) -> Option<f64> {
        match self.non_negative() {
            Some(0.0) => self.refuse("0 stands where more is needed", "write a number above 0"),
            other => other,
        }
    }

    /// A factor above 0 and up to 10: `1.1` or `"110 %"`.
    pub(super) fn factor(&self) -> Option<f64> {
        let hint = "write it as 1.1 or \"110 %\"";
        match self.percent_or_number() {
            Some(factor) if factor > 0.0 && factor <= 10.0 => Some(factor),
            Some(factor) => self.refuse(format!("a factor of {factor} lies outside 0 to 10"), hint),
            None => self.wrong_type("a factor", hint),
        }
    }

    /// A number, or a percentage in quotes.
    pub(super) fn percent_or_number(&self) -> Option<f64> {
        match self.value {
            DeValue::String(text) => text.trim().strip_suffix('%')?.trim().parse::<f64>().ok().map(|percent| percent / 100.0),
            _ => self.number(),
        }
    }

    /// A share: `0.95` or `"95 %"`.
    pub(super) fn share(&self) -> Option<f64> {
        let read = match self.value {
            DeValue::String(text) => cell::share(text.trim()),
            _ => match self.number() {
                Some(number) => cell::share(&number.to_string()),
                None => return self.wrong_type("a share", "write it as 0.95 or \"95 %\""),
            },
        };
        read.map_err(|error| self.refuse::<()>(error.message.replace('`', "\""), error.hint)).ok()
    }

    /// A premium on pay: `0.5` or `"50 %"`; it may exceed 1.
    pub(super) fn premium(&self) -> Option<f64> {
        let hint = "write it as 0.5 or \"50 %\"";
        match self.percent_or_number() {
            Some(premium) if (0.0..=10.0).contains(&premium) => Some(premium),
            Some(premium) => self.refuse(format!("a premium of {premium} lies outside 0 to 10 times the pay"), hint),
            None => self.wrong_type("a premium", hint),
        }
    }

    /// Seconds: `192`, `"3:12"` or `"00:03:12"`.
    pub(super) fn seconds(&self) -> Option<f64> {
        match self.value {
            DeValue::String(text) => {
                cell::duration(text.trim()).map_err(|e| self.refuse::<()>(e.message.replace('`', "\""), e.hint)).ok()
            }
            _ => self.non_negative(),
        }
    }

    /// Seconds, more than none.
    pub(super) fn positive_seconds(&self) -> Option<f64> {
        match self.seconds() {
            Some(0.0) => self.refuse("0 seconds stand where more is needed", "write more than 0 seconds, or leave the line out"),
            other => other,
        }
    }

    /// Minutes after midnight of `"07:00"`; `"24:00"` is 1440.
    pub(super) fn time_of_day(&self) -> Option<u32> {
        let DeValue::String(text) = self.value else {
            return self.wrong_type("a time of day", "write it as \"07:00\", in quotes");
        };
        parse_time_of_day(text).map_err(|e| self.refuse::<()>(e.message.replace('`', "\""), "write it as \"07:00\"")).ok()
    }

    /// Minutes after midnight of both ends of `"07:00-24:00"`.
    pub(super) fn time_span(&self) -> Option<(u32, u32)> {
        let hint = "write it as \"07:00-24:00\"";
        let DeValue::String(text) = self.value else { return self.wrong_type("a span of the day", hint) };
        let Some((from, to)) = text.split_once(['-', '–', '—']) else {
            return self.refuse(format!("\"{text}\" is not a span of the day"), hint);
        };
        let read = |part: &str| parse_time_of_day(part).map_err(|e| self.refuse::<()>(e.message.replace('`', "\""), hint)).ok();
        Some((read(from)?, read(to)?))
    }

    /// Whole minutes of a number of hours.
    pub(super) fn hours(&self) -> Option<u32> {
        let hours = self.non_negative()?;
        let minutes = (hours * 60.0).round();
        if hours > 168.0 {
            self.refuse(format!("{hours} hours are more than a week has"), "write at most 168")
        } else if (minutes - hours * 60.0).abs() > 1e-6 {
            self.refuse(format!("{hours} hours are no whole minutes"), "write hours such as 8, 7.5 or 7.25")
        } else {
            Some(minutes as u32)
        }
    }

    /// Whole minutes of a number of hours that may be below 0.
    pub(super) fn signed_hours(&self) -> Option<i32> {
        let Some(hours) = self.number() else { return self.wrong_type("a number of hours", "write hours such as -20 or 7.5") };
        let minutes = (hours * 60.0).round();
        if hours.abs() > 8784.0 {
            self.refuse(format!("{hours} hours are more than a year has"), "write fewer hours")
        } else if (minutes - hours * 60.0).abs() > 1e-6 {
            self.refuse(format!("{hours} hours are no whole minutes"), "write hours such as -20 or 7.5")
        } else {
            Some(minutes as i32)
        }
    }

    /// An amount in the currency, such as 42.50, with at most `digits` decimals.
    pub(super) fn money(&self, digits: u32) -> Option<Money> {
        let amount = self.non_negative()?;
        let minor = amount * 10_f64.powi(digits as i32);
        if amount > 1e9 {
            self.refuse(format!("{amount} is more than a thousand million"), "write an amount in the centre's currency")
        } else if (minor - minor.round()).abs() > 1e-4 {
            self.refuse(format!("{amount} has more than {digits} decimals"), "round it to the currency's smallest coin")
        } else {
            Some(Money(minor.round() as i64))
        }
    }
}
