//! `[[level]]` and `[[contract]]`: what agents are paid and hired for.

use super::document::{Place, Placed};
use super::section::Section;
use crate::centre::Level;
use crate::unit::Money;

/// A contract as the file says it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ContractEntry {
    pub(super) name: Placed<String>,
    /// Least and most paid minutes a week.
    pub(super) weekly_minutes: (u32, u32),
    pub(super) maximum_days: u32,
    pub(super) classes: Vec<Placed<String>>,
    pub(super) place: Place,
}

/// Reads one `[[level]]`.
pub(super) fn read_level(section: Section<'_>, minor_digits: u32) -> Placed<Level> {
    let name = section.required("name", "name = \"regular\"").and_then(|entry| entry.placed_text());
    let hourly = section.required("hourly", "hourly = 42.50").and_then(|entry| entry.money(minor_digits));
    let place = name.as_ref().map_or_else(|| section.place.clone(), |name| name.place.clone());
    section.close();
    let name = name.map(|name| name.value).unwrap_or_default();
    Placed { value: Level { name, hourly: hourly.unwrap_or(Money(0)) }, place }
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
        let contract = Self {
            name: section.required("name", "name = \"full_time\"").and_then(|e| e.placed_text()).unwrap_or_else(empty),
            weekly_minutes: weekly_minutes(&section).unwrap_or((0, 0)),
            maximum_days: section.required("maximum_days", "maximum_days = 5").and_then(|e| e.whole(1..=7)).unwrap_or(7) as u32,
            classes,
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
