//! Weekdays and spans of them, as keys and as values: `sun`, `sunday`, `sun-thu`.

use chrono::Weekday;

use super::entry::Entry;
use crate::io::spelling::nearest;

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// How weekdays are written, for hints.
pub(super) const HOW: &str = "write mon, tue, wed, thu, fri, sat or sun, or a span such as sun-thu";

/// The days of `sun` or `sun-thu` in order, by `Weekday::num_days_from_monday`.
pub(super) fn weekdays(text: &str) -> Option<Vec<usize>> {
    let Some((first, last)) = text.split_once(['-', '–']) else { return weekday(text).map(|day| vec![index(day)]) };
    let (first, last) = (index(weekday(first)?), index(weekday(last)?));
    Some((0..=(last + 7 - first) % 7).map(|step| (first + step) % 7).collect())
}

/// The hint for a word that is no weekday.
pub(super) fn hint(word: &str) -> String {
    nearest(word, NAMES).map_or_else(|| HOW.to_owned(), |meant| format!("did you mean `{meant}`?"))
}

/// The name of a day by its number from Monday.
pub(super) fn name(day: usize) -> &'static str {
    NAMES[day % 7]
}

fn index(day: Weekday) -> usize {
    day.num_days_from_monday() as usize
}

/// `sun`, `Sunday`, `SUN`.
fn weekday(text: &str) -> Option<Weekday> {
    text.trim().parse().ok()
}

impl Entry<'_> {
    /// One weekday.
    pub(super) fn weekday(&self) -> Option<Weekday> {
        let text = self.text()?;
        let day = weekday(text);
        if day.is_none() { self.refuse(format!("\"{text}\" is no weekday"), hint(text)) } else { day }
    }

    /// A set of weekdays: a list such as `["sun-wed", "fri"]`, or one text.
    pub(super) fn weekday_set(&self) -> Option<[bool; 7]> {
        let words = if self.is_text() { vec![self.clone()] } else { self.list("write it as [\"sun-thu\"]")? };
        let mut set = [false; 7];
        for word in words {
            let text = word.text()?;
            let Some(days) = weekdays(text) else { return word.refuse(format!("\"{text}\" is no weekday"), hint(text)) };
            for day in days {
                set[day] = true;
            }
        }
        if set == [false; 7] { self.refuse("no weekday is named", HOW) } else { Some(set) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_weekdays_may_cross_the_week_s_end() {
        assert_eq!(weekdays("sun-tue"), Some(vec![6, 0, 1]));
        assert_eq!(weekdays("Friday"), Some(vec![4]));
        assert_eq!(weekdays("sun-sat").map(|days| days.len()), Some(7));
        assert_eq!(weekdays("someday"), None);
    }
}
