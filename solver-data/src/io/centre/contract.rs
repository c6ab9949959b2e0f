//! `[[level]]` and `[[contract]]`: what agents are paid and hired for.

use super::document::{Place, Placed};
use super::entry::Entry;
use super::section::Section;
use super::target::date;
use crate::bank::{HoursBank, Settlement};
use crate::centre::Level;
use crate::rules::WorkedLimit;
use crate::unit::Money;

/// A contract as the file says it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ContractEntry {
    pub(super) name: Placed<String>,
    /// Least and most paid minutes a week.
    pub(super) weekly_minutes: (u32, u32),
    pub(super) maximum_days: u32,
    pub(super) classes: Vec<Placed<String>>,
    pub(super) bank: Option<HoursBank>,
    pub(super) weekends: Option<WorkedLimit>,
    /// Weekly minutes after which overtime is paid.
    pub(super) overtime_after: Option<u32>,
    pub(super) place: Place,
}

/// Reads one `[[level]]`: the level and its variable pay an hour.
pub(super) fn read_level(section: Section<'_>, minor_digits: u32) -> (Placed<Level>, Money) {
    let name = section.required("name", "name = \"regular\"").and_then(|entry| entry.placed_text());
    let hourly = section.required("hourly", "hourly = 42.50").and_then(|entry| entry.money(minor_digits));
    let variable = section.optional("variable_hourly").and_then(|entry| entry.money(minor_digits)).unwrap_or(Money(0));
    let place = name.as_ref().map_or_else(|| section.place.clone(), |name| name.place.clone());
    section.close();
    let name = name.map(|name| name.value).unwrap_or_default();
    (Placed { value: Level { name, hourly: hourly.unwrap_or(Money(0)) }, place }, variable)
}

impl ContractEntry {
    /// Reads one `[[contract]]`.
    pub(super) fn read(section: Section<'_>) -> Self {
        let empty = || Placed { value: String::new(), place: section.place.clone() };
        let shifts = section.required("shifts", "shifts = [\"F8\", \"F9\"]");
        let classes = shifts.as_ref().map(|entry| entry.texts("write it as [\"F8\", \"F9\"]")).unwrap_or_default();
        if let Some(entry) = shifts.filter(|_| classes.is_empty()) {
            entry.refuse::<()>("the contract allows no shift", "name at least one class of [[shift]]");
        }
        let weekly_minutes = weekly_minutes(&section).unwrap_or((0, 0));
        let bank = section.optional("bank").and_then(Entry::section).and_then(|bank| read_bank(bank, weekly_minutes));
        let contract = Self {
            name: section.required("name", "name = \"full_time\"").and_then(|e| e.placed_text()).unwrap_or_else(empty),
            weekly_minutes,
            maximum_days: section.required("maximum_days", "maximum_days = 5").and_then(|e| e.whole(1..=7)).unwrap_or(7) as u32,
            classes,
            bank,
            weekends: section.optional("weekends_worked").and_then(Entry::section).and_then(worked_limit),
            overtime_after: section.optional("overtime_after_hours").and_then(|entry| entry.hours()),
            place: section.place.clone(),
        };
        section.close();
        contract
    }
}

/// `weekly_hours = [36, 40]`: least and most paid hours a planning week.
fn weekly_minutes(section: &Section<'_>) -> Option<(u32, u32)> {
    let hint = "write it as [36, 40]: least and most paid hours a week";
    let entry = section.required("weekly_hours", "weekly_hours = [36, 40]")?;
    let list = entry.list(hint)?;
    let [least, most] = list.as_slice() else {
        return entry.refuse(format!("{} numbers stand where two are needed", list.len()), hint);
    };
    let (least, most) = (least.hours()?, most.hours()?);
    if least > most {
        return entry.refuse("the least hours are more than the most", "write the smaller number first");
    }
    if most == 0 {
        return entry.refuse("the contract pays no hour", hint);
    }
    Some((least, most))
}

/// `bank = { weekly_hours = 38, limits = [-20, 40] }` with `settle`, `settle_weeks` and `settle_from` besides.
fn read_bank(section: Section<'_>, (least_week, most_week): (u32, u32)) -> Option<HoursBank> {
    let weekly = section.required("weekly_hours", "weekly_hours = 38").and_then(|entry| {
        let minutes = entry.hours()?;
        if (least_week..=most_week).contains(&minutes) || most_week == 0 {
            return Some(minutes);
        }
        let message = "the hours due a week lie outside the contract's least and most";
        entry.refuse(message, "write a number within weekly_hours of the contract, or widen those")
    });
    let limits = section.required("limits", "limits = [-20, 40]").and_then(|entry| balances(&entry, "limits = [-20, 40]"));
    let settled = section.optional("settle").and_then(|entry| balances(&entry, "settle = [-4, 4]"));
    let weeks = section.optional("settle_weeks").and_then(|entry| entry.whole(1..=104));
    let from = section.optional("settle_from").and_then(|entry| date(&entry));
    let wrong = match (settled, weeks, from) {
        (None, Some(_), _) | (None, _, Some(_)) => {
            Some(("settle_weeks says when and nothing says to what", "add settle = [-4, 4]"))
        }
        (_, Some(_), None) => {
            Some(("settle_weeks counts from no day", "add settle_from = \"2024-01-01\", the first day of a period"))
        }
        (_, None, Some(_)) => Some(("settle_from says where and nothing says how long", "add settle_weeks = 4")),
        _ => None,
    };
    if let Some((message, hint)) = wrong {
        section.document.error(&section.place, message, hint);
    }
    section.close();
    let settlement = settled.map(|(least, most)| Settlement { period: weeks.map(|weeks| weeks as u32).zip(from), least, most });
    let (least, most) = limits?;
    Some(HoursBank { weekly_minutes: weekly?, least, most, settlement })
}

/// Two numbers of hours, the first perhaps below 0, as minutes.
fn balances(entry: &Entry<'_>, example: &str) -> Option<(i32, i32)> {
    let hint = format!("write it as {example}: least and most hours of the balance");
    let list = entry.list(&hint)?;
    let [least, most] = list.as_slice() else {
        return entry.refuse(format!("{} numbers stand where two are needed", list.len()), hint);
    };
    let (least, most) = (least.signed_hours()?, most.signed_hours()?);
    if least > most {
        return entry.refuse("the least balance is more than the most", "write the smaller number first");
    }
    Some((least, most))
}

/// `{ most = 2, of = 4 }`.
pub(super) fn worked_limit(section: Section<'_>) -> Option<WorkedLimit> {
    let of = section.required("of", "of = 4").and_then(|entry| entry.whole(1..=32));
    let most = section.required("most", "most = 2").and_then(|entry| entry.whole(0..=of.unwrap_or(32)));
    section.close();
    Some(WorkedLimit { most: most? as u32, of: of? as u32 })
}
