//! `[rules]`, `[shrinkage]`, `[coverage]` and `[pay]`: one table each.

use super::contract::worked_limit;
use super::document::Placed;
use super::entry::Entry;
use super::finance::PayTerms;
use super::section::Section;
use super::weekday;
use crate::centre::{CoveragePrices, ShrinkageAssumptions};
use crate::io::spelling::suggest;
use crate::pay::PayRules;
use crate::rules::{LabourRules, WorkedLimit};
use crate::unit::{Money, Shrinkage};

/// `[rules]`: a pack, then the centre's own limits in its place.
pub(super) fn read_rules(section: Section<'_>) -> Placed<LabourRules> {
    let mut rules = pack(&section).or_else(|| LabourRules::pack("none")).expect("the pack `none` ships with the program");
    let minutes = |key| section.optional(key).and_then(|entry: Entry<'_>| entry.hours());
    let days = |key| section.optional(key).and_then(|entry: Entry<'_>| entry.whole(1..=7)).map(|days| days as u32);
    if let Some(rest) = minutes("minimum_rest_hours") {
        rules.minimum_rest_minutes = rest;
    }
    if let Some(weekly) = minutes("maximum_weekly_hours") {
        rules.maximum_weekly_minutes = weekly;
    }
    if let Some(row) = section.optional("maximum_consecutive_days").and_then(|entry| entry.whole(1..=31)) {
        rules.maximum_consecutive_days = row as u32;
    }
    if let Some(week) = days("maximum_days_per_week") {
        rules.maximum_days_per_week = week;
    }
    if let Some(days) = section.optional("weekend").and_then(|entry| entry.weekday_set()) {
        rules.weekend_days = days;
    }
    if let Some(entry) = section.optional("weekends_worked") {
        rules.weekends = entry.section().and_then(worked_limit);
    }
    if let Some(every) = section.optional("sunday_off_every").and_then(|entry| entry.whole(1..=32)) {
        rules.sundays = Some(WorkedLimit { most: every as u32 - 1, of: every as u32 });
    }
    let place = section.place.clone();
    section.close();
    Placed { value: rules, place }
}

fn pack(section: &Section<'_>) -> Option<LabourRules> {
    let entry = section.required("pack", "pack = \"none\"")?;
    let name = entry.text()?;
    if let Some(rules) = LabourRules::pack(name) {
        return Some(rules);
    }
    let names = LabourRules::PACKS.map(|(name, _)| name);
    let listed = LabourRules::PACKS.map(|(name, what)| format!("{name} ({what})")).join("; ");
    let nearest = suggest(name, names);
    let hint = if nearest.starts_with("did") { format!("{nearest} packs are {listed}") } else { format!("packs are {listed}") };
    entry.refuse(format!("there is no rule pack \"{name}\""), hint)
}

/// `[shrinkage]`: shares of paid time that the roster does not place.
pub(super) fn read_shrinkage(section: Section<'_>) -> ShrinkageAssumptions {
    let share = |key, example| {
        let entry: Entry<'_> = section.required(key, example)?;
        let share = entry.share()?;
        match Shrinkage::try_from(share) {
            Ok(shrinkage) => Some(shrinkage),
            Err(_) => entry.refuse(format!("a shrinkage of {share} leaves nobody"), "write less than 1, such as \"8 %\""),
        }
    };
    let none = || Shrinkage::try_from(0.0).expect("0 is a shrinkage");
    let shrinkage = ShrinkageAssumptions {
        planned: share("planned", "planned = \"8 %\"").unwrap_or_else(none),
        unplanned: share("unplanned", "unplanned = \"5 %\"").unwrap_or_else(none),
    };
    section.close();
    shrinkage
}

/// `[coverage]`: prices of a missing and of a spare agent-hour.
pub(super) fn read_coverage(section: Section<'_>, minor_digits: u32) -> CoveragePrices {
    let price = |key, example| {
        let entry: Option<Entry<'_>> = section.required(key, example);
        entry.and_then(|entry| entry.money(minor_digits)).unwrap_or(Money(0))
    };
    let coverage = CoveragePrices {
        understaffing_per_hour: price("understaffing_per_hour", "understaffing_per_hour = 150.00"),
        overstaffing_per_hour: price("overstaffing_per_hour", "overstaffing_per_hour = 10.00"),
    };
    section.close();
    coverage
}

/// `[pay]`: premiums on base pay; what is not named is not paid.
pub(super) fn read_pay(section: Option<Section<'_>>, minor_digits: u32) -> (PayRules, PayTerms) {
    let mut pay = PayRules {
        night: (0, 0),
        night_premium: 0.0,
        weekend: [None; 7],
        weekend_premium: 0.0,
        holiday_premium: 0.0,
        on_cost: 0.0,
    };
    let Some(section) = section else { return (pay, PayTerms::default()) };
    let premium = |key| section.optional(key).and_then(|entry: Entry<'_>| entry.premium()).unwrap_or(0.0);
    pay.night_premium = premium("night_premium");
    pay.weekend_premium = premium("weekend_premium");
    pay.holiday_premium = premium("holiday_premium");
    pay.on_cost = premium("on_cost");
    if let Some(night) = section.optional("night").and_then(|entry| entry.time_span()) {
        pay.night = night;
    }
    if let Some(days) = section.optional("weekend").and_then(Entry::section) {
        for (key, place, from) in days.entries() {
            match weekday::weekdays(key) {
                Some(named) => {
                    let from = from.time_of_day();
                    for day in named {
                        pay.weekend[day] = from;
                    }
                }
                None => days.document.error(&place, format!("`{key}` is no weekday"), weekday::hint(key)),
            }
        }
    }
    refuse_premium_without(&section, "night_premium", "night", "night = \"22:00-06:00\"");
    refuse_premium_without(&section, "weekend_premium", "weekend", "weekend = { sat = \"00:00\", sun = \"00:00\" }");
    let terms = PayTerms::read(&section, minor_digits);
    section.close();
    (pay, terms)
}

/// Reports a premium without the time it is paid for.
fn refuse_premium_without(section: &Section<'_>, premium: &'static str, time: &'static str, example: &str) {
    if let Some(entry) = section.optional(premium).filter(|_| !section.has(time)) {
        entry.refuse::<()>(format!("`{premium}` has no time it is paid for"), format!("write `{example}`"));
    }
}
