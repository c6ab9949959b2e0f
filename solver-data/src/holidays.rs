//! Public holidays built in, as calendar events.
//!
//! The tables in `data/holidays` come from the Python package `holidays` 0.109 (MIT); `SOURCES.md` there says which years
//! and regions they hold. Make-up workdays of China stand in them for the years whose notices were published.

use std::ops::RangeInclusive;

use chrono::{Days, NaiveDate};

use crate::calendar::{Calendar, CalendarEvent, EventKind};

/// Tables by code and country, in the order of the codes.
const TABLES: [(&str, &str, &str); 12] = [
    ("BR", "Brazil", include_str!("../data/holidays/BR.txt")),
    ("CA", "Canada", include_str!("../data/holidays/CA.txt")),
    ("CN", "China", include_str!("../data/holidays/CN.txt")),
    ("DE", "Germany", include_str!("../data/holidays/DE.txt")),
    ("ES", "Spain", include_str!("../data/holidays/ES.txt")),
    ("FR", "France", include_str!("../data/holidays/FR.txt")),
    ("GB", "England", include_str!("../data/holidays/GB.txt")),
    ("IL", "Israel", include_str!("../data/holidays/IL.txt")),
    ("IN", "India", include_str!("../data/holidays/IN.txt")),
    ("IT", "Italy", include_str!("../data/holidays/IT.txt")),
    ("JP", "Japan", include_str!("../data/holidays/JP.txt")),
    ("US", "United States", include_str!("../data/holidays/US.txt")),
];

/// The holidays of one country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HolidaySet {
    code: &'static str,
    country: &'static str,
    table: &'static str,
}

/// Codes of the sets built in, ascending.
pub fn codes() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|(code, ..)| *code)
}

/// The set of a code such as `CN`, capital or small; `None` for a code that [`codes`] does not list.
pub fn set(code: &str) -> Option<HolidaySet> {
    let &(code, country, table) = TABLES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(code.trim()))?;
    Some(HolidaySet { code, country, table })
}

impl HolidaySet {
    /// Code of the country, ISO 3166-1.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Name of the country in English.
    pub fn country(self) -> &'static str {
        self.country
    }

    /// All holidays and make-up workdays, by name and date.
    ///
    /// A holiday of several days is one event; a substitute day is an event of its own under the holiday's name.
    pub fn events(self) -> Vec<CalendarEvent> {
        let lines = self.table.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(events).flatten().collect()
    }
}

/// Events of a line `kind|name|YYYYMMDD[+extra days] ...`.
fn events(line: &str) -> Option<Vec<CalendarEvent>> {
    let mut parts = line.split('|');
    let kind = match parts.next()? {
        "h" => EventKind::Holiday,
        "w" => EventKind::MakeupWorkday,
        _ => return None,
    };
    let (name, spans) = (parts.next()?, parts.next()?);
    spans
        .split(' ')
        .map(|span| {
            let days = span_of(span)?;
            let (start, end) = (*days.start(), *days.end());
            Some(CalendarEvent { start, end, kind, name: name.to_owned(), queues: Vec::new(), uplift: None })
        })
        .collect()
}

fn span_of(span: &str) -> Option<RangeInclusive<NaiveDate>> {
    let (start, more) = span.split_once('+').unwrap_or((span, "0"));
    let start = NaiveDate::parse_from_str(start, "%Y%m%d").ok()?;
    Some(start..=start + Days::new(more.parse().ok()?))
}

impl Calendar {
    /// Adds built-in holidays after the calendar's own events.
    ///
    /// Days of an own holiday or make-up workday for all queues are cut out of the built-in events; what is left of a longer
    /// one keeps its name. Holidays of one set do not count as own before those of another, also if added later.
    pub fn add_holidays(&mut self, sets: &[HolidaySet]) {
        let built_in: Vec<CalendarEvent> = codes().filter_map(set).flat_map(HolidaySet::events).collect();
        let restates = |event: &&CalendarEvent| {
            matches!(event.kind, EventKind::Holiday | EventKind::MakeupWorkday)
                && event.queues.is_empty()
                && !built_in.iter().any(|other| other.name == event.name && other.start <= event.start && event.end <= other.end)
        };
        let own: Vec<(NaiveDate, NaiveDate)> =
            self.events.iter().filter(restates).map(|event| (event.start, event.end)).collect();
        for event in sets.iter().flat_map(|set| set.events()) {
            for (start, end) in left_of((event.start, event.end), &own) {
                let event = CalendarEvent { start, end, ..event.clone() };
                if !self.events.contains(&event) {
                    self.events.push(event);
                }
            }
        }
    }
}

/// What is left of a stretch of days without those of other stretches, ascending.
fn left_of((start, end): (NaiveDate, NaiveDate), others: &[(NaiveDate, NaiveDate)]) -> Vec<(NaiveDate, NaiveDate)> {
    let is_left = |day: &NaiveDate| !others.iter().any(|(first, last)| (first..=last).contains(&day));
    let mut pieces: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in start.iter_days().take_while(|day| *day <= end).filter(is_left) {
        match pieces.last_mut().filter(|piece| piece.1.succ_opt() == Some(day)) {
            Some(piece) => piece.1 = day,
            None => pieces.push((day, day)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn find(set: HolidaySet, name: &str, year: &str) -> Vec<(NaiveDate, NaiveDate)> {
        let events = set.events().into_iter();
        let of_year = events.filter(|event| event.name == name && event.start.to_string().starts_with(year));
        of_year.map(|event| (event.start, event.end)).collect()
    }

    #[test]
    fn every_table_is_read_whole_and_in_order_of_its_code() {
        assert!(codes().is_sorted());
        for code in codes() {
            let set = set(code).unwrap();
            assert!(set.table.lines().filter(|line| !line.starts_with('#')).all(|line| events(line).is_some()), "{code}");
            let events = set.events();
            assert!(events.len() > 200, "{code}");
            assert!(events.iter().all(|event| event.start <= event.end && !event.name.is_empty()), "{code}");
            assert!(events.iter().any(|event| event.start >= date(2035, 1, 1)), "{code}");
        }
        assert!(set("XX").is_none() && set(" cn ").is_some_and(|set| set.country() == "China" && set.code() == "CN"));
    }

    #[test]
    fn a_chinese_new_year_is_one_event_of_the_length_that_the_notice_gives() {
        let china = set("CN").unwrap();
        assert_eq!(find(china, "Chinese New Year (Spring Festival)", "2024"), [(date(2024, 2, 10), date(2024, 2, 17))]);
        assert_eq!(find(china, "National Day", "2023"), [(date(2023, 10, 1), date(2023, 10, 6))]);
        let worked: Vec<_> = find(china, "Make-up workday", "2024").into_iter().map(|(day, _)| day).collect();
        let notice = [(2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)].map(|(m, d)| date(2024, m, d));
        assert_eq!(worked, notice);
        assert!(find(china, "Make-up workday", "2030").is_empty());
    }

    #[test]
    fn a_substitute_day_is_an_occurrence_of_its_own() {
        let america = set("US").unwrap();
        let fourth = |day| (date(2004, 7, day), date(2004, 7, day));
        assert_eq!(find(america, "Independence Day", "2004"), [fourth(4), fourth(5)]);
    }

    #[test]
    fn what_the_user_says_of_a_day_overrides_the_set() {
        let day = date(2024, 2, 12);
        let own = CalendarEvent {
            start: day,
            end: day,
            kind: EventKind::Holiday,
            name: "Our feast".into(),
            queues: Vec::new(),
            uplift: None,
        };
        let mut calendar = Calendar { events: vec![own] };
        calendar.add_holidays(&[set("CN").unwrap(), set("CN").unwrap()]);
        let names: Vec<&str> = calendar.on(day, "any").map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["Our feast"]);
        for left in [date(2024, 2, 10), date(2024, 2, 11), date(2024, 2, 13), date(2024, 2, 17)] {
            assert_eq!(calendar.on(left, "any").count(), 1, "{left}");
        }
        assert_eq!(calendar.on(date(2023, 1, 22), "any").count(), 1);
        let (mut once, mut twice) = (Calendar::default(), Calendar::default());
        let (britain, america) = (set("GB").unwrap(), set("US").unwrap());
        once.add_holidays(&[britain, america]);
        twice.add_holidays(&[britain]);
        twice.add_holidays(&[america]);
        assert_eq!(once, twice);
    }
}
