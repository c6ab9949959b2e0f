//! The kinds of changes; those of demand are read here.

use chrono::NaiveTime;

use super::{ScenarioContext, people, terms};
use crate::id::QueueId;
use crate::io::centre::entry::Entry;
use crate::io::centre::section::Section;
use crate::io::spelling::suggest;
use crate::scenario::{Alteration, Clock, Reach};

/// Largest factor on contacts or handle times.
const MOST: f64 = 100.0;

/// Hours after which a launch has decayed to a twentieth where none are named.
const LAUNCH_HOURS: f64 = 72.0;

/// The kind a change names.
pub(super) fn kind(entry: &Entry<'_>) -> Option<&'static str> {
    let text = entry.text()?;
    let known = Alteration::KINDS.iter().find(|kind| kind.eq_ignore_ascii_case(text));
    match known {
        Some(kind) => Some(kind),
        None => entry.refuse(format!("there is no kind of change \"{text}\""), suggest(text, Alteration::KINDS)),
    }
}

/// Reads what a change of `kind` does.
pub(super) fn read(kind: &str, section: &Section<'_>, on: (&Reach, ScenarioContext<'_>)) -> Option<Alteration> {
    match kind {
        "volume" => volume(section),
        "promotion" => promotion(section, on),
        "launch" => launch(section, on.0),
        "outage" => outage(section),
        "aht" => handle_time(section),
        "deflection" => deflection(section),
        "repeat" | "first_contact_resolution" => repeat(kind, section),
        "outsource" => outsource(section, on.1),
        "shrinkage" | "target" | "opening_hours" | "closure" | "pay" | "rules" => terms::read(kind, section, on),
        _ => people::read(kind, section, on),
    }
}

/// A number that may carry its sign, or a percentage: `1.1`, `"110 %"`, `"+10 %"`, `"-5 %"`.
fn factor(entry: &Entry<'_>) -> Option<f64> {
    let hint = "write it as 1.1, \"110 %\" or \"+10 %\"";
    let signed = entry.is_text().then(|| entry.text()).flatten().is_some_and(|text| text.starts_with(['+', '-', '−']));
    let read = if signed { signed_share(entry).map(|share| 1.0 + share) } else { entry.percent_or_number() };
    match read {
        Some(factor) if (0.0..=MOST).contains(&factor) => Some(factor),
        Some(factor) if factor < 0.0 => {
            entry.refuse(format!("a factor of {factor} would leave fewer than none"), "write 0 or more, or at least \"-100 %\"")
        }
        Some(factor) => entry.refuse(format!("a factor of {factor} is more than {MOST}"), hint),
        None => entry.refuse("this is no factor", hint),
    }
}

/// `"+10 %"` or `"-5 %"` as 0.1 and -0.05.
pub(super) fn signed_share(entry: &Entry<'_>) -> Option<f64> {
    let text = entry.text()?.replace('−', "-");
    let percent = text.trim_start_matches('+').trim().strip_suffix('%')?.trim().replace(' ', "");
    percent.parse::<f64>().ok().filter(|percent| percent.is_finite()).map(|percent| percent / 100.0)
}

/// The factor of a key, 1 where it is not there.
fn factor_of(section: &Section<'_>, key: &'static str) -> Option<f64> {
    section.optional(key).map_or(Some(1.0), |entry| factor(&entry))
}

/// A share below 1 of a key that must be there.
fn some_share(section: &Section<'_>, key: &'static str, example: &str) -> Option<f64> {
    section.required(key, example).and_then(|entry| below_one(&entry))
}

/// A share below 1.
pub(super) fn below_one(entry: &Entry<'_>) -> Option<f64> {
    match entry.share() {
        Some(share) if share >= 1.0 => entry.refuse("a share of 100 % leaves nothing", "write less than 1, such as \"60 %\""),
        share => share,
    }
}

fn volume(section: &Section<'_>) -> Option<Alteration> {
    let stated = [section.has("factor"), section.has("add_per_hour")];
    if !stated.contains(&true) {
        let hint = "write factor = 1.2, or add_per_hour = 30";
        section.document.error(&section.place, "the change of volume names neither factor nor add_per_hour", hint);
        return None;
    }
    let factor = factor_of(section, "factor");
    let add = section.optional("add_per_hour").map_or(Some(0.0), |entry| match entry.number() {
        Some(number) if number.abs() <= 1e6 => Some(number),
        _ => entry.refuse("this is no number of contacts an hour", "write it as 30 or -30"),
    });
    Some(Alteration::Volume { factor: factor?, add_per_hour: add? })
}

fn promotion(section: &Section<'_>, (reach, context): (&Reach, ScenarioContext<'_>)) -> Option<Alteration> {
    let factor = section.required("factor", "factor = 2.5").and_then(|entry| factor(&entry));
    let aht_factor = factor_of(section, "aht_factor");
    let mix = section.optional("mix").map_or(Some(Vec::new()), |entry| mix(entry, reach, context));
    Some(Alteration::Promotion { factor: factor?, aht_factor: aht_factor?, mix: mix? })
}

/// `mix = { PS = "70 %", NW = "20 %" }`.
fn mix(entry: Entry<'_>, reach: &Reach, context: ScenarioContext<'_>) -> Option<Vec<(QueueId, f64)>> {
    let section = entry.section()?;
    let mut mix = Vec::new();
    for (name, place, value) in section.entries() {
        let names = || reach.queues.iter().map(|&id| context.centre.queues[id].name.as_str());
        let Some(&id) = reach.queues.iter().find(|&&id| context.centre.queues[id].name == name) else {
            let hint = suggest(name, names().collect::<Vec<_>>());
            section.document.error(&place, format!("the change does not touch a queue \"{name}\""), hint);
            return None;
        };
        mix.push((id, value.share()?));
    }
    let sum: f64 = mix.iter().map(|(_, share)| share).sum();
    let all = mix.len() == reach.queues.len();
    if sum > 1.0 + 1e-9 || (all && (sum - 1.0).abs() > 1e-6) {
        let message = format!("the shares of the mix add up to {:.1} %", 100.0 * sum);
        section.document.error(&section.place, message, "make them 100 %, or name fewer queues: the others share the rest");
        return None;
    }
    Some(mix)
}

fn launch(section: &Section<'_>, reach: &Reach) -> Option<Alteration> {
    let factor = section.required("factor", "factor = 2").and_then(|entry| factor(&entry));
    let aht_factor = factor_of(section, "aht_factor");
    let hours = section.optional("hours").map_or(Some(LAUNCH_HOURS), |entry| entry.positive());
    let at = section.optional("at").map_or(Some(0), |entry| entry.time_of_day());
    let start = reach.from.and_time(NaiveTime::MIN) + chrono::Duration::minutes(i64::from(at?));
    if reach.clock != Clock::AllDay {
        let hint = "write at = \"10:00\" for the moment it begins, and leave `between` out";
        let message = "a launch decays hour by hour and keeps to no hours of the day";
        section.document.error(&section.place, message, hint);
        return None;
    }
    Some(Alteration::Launch { at: start, factor: factor?, hours: hours?, aht_factor: aht_factor? })
}

fn outage(section: &Section<'_>) -> Option<Alteration> {
    let factor = factor_of(section, "factor");
    let aht_factor = factor_of(section, "aht_factor");
    let again = section.optional("again").map_or(Some(0.0), |entry| entry.share());
    let hours = section.optional("again_hours").map_or(Some(4.0), |entry| entry.positive());
    Some(Alteration::Outage { factor: factor?, aht_factor: aht_factor?, again: again?, hours: hours? })
}

fn handle_time(section: &Section<'_>) -> Option<Alteration> {
    let stated = [section.has("factor"), section.has("seconds")];
    if !stated.contains(&true) {
        let hint = "write factor = 0.9, or seconds = 240";
        section.document.error(&section.place, "the change of handle times names neither factor nor seconds", hint);
        return None;
    }
    if stated == [true, true] {
        let hint = "keep the one that is meant";
        section.document.error(&section.place, "factor and seconds both state the handle time", hint);
        return None;
    }
    let factor = section.optional("factor").map_or(Some(1.0), |entry| match factor(&entry) {
        Some(0.0) => entry.refuse("handle times of 0 need no agents", "write more than 0"),
        factor => factor,
    });
    let seconds = section.optional("seconds").map(|entry| entry.positive_seconds());
    if seconds == Some(None) {
        return None;
    }
    Some(Alteration::HandleTime { factor: factor?, seconds: seconds.flatten() })
}

fn deflection(section: &Section<'_>) -> Option<Alteration> {
    let share = some_share(section, "share", "share = \"60 %\"");
    let ratio = section.optional("aht_ratio").map_or(Some(1.0), |entry| entry.factor());
    let (share, aht_ratio) = (share?, ratio?);
    if share * aht_ratio >= 1.0 {
        let most = 1.0 / share;
        let message = format!("{:.0} % of the contacts at {aht_ratio} of the handle time are more than all work", 100.0 * share);
        let hint = format!("write an aht_ratio below {most:.2}; easy contacts go first, so below 1 is usual");
        section.document.error(&section.place, message, hint);
        return None;
    }
    Some(Alteration::Deflection { share, aht_ratio })
}

/// Repeat contacts, as their share of all contacts or as first-contact resolution (1 less that share).
fn repeat(kind: &str, section: &Section<'_>) -> Option<Alteration> {
    let examples =
        if kind == "repeat" { ["before = \"20 %\"", "after = \"12 %\""] } else { ["before = \"80 %\"", "after = \"88 %\""] };
    let share = |key, example| {
        section.required(key, example).and_then(|entry: Entry<'_>| match (kind, entry.share()?) {
            ("repeat", share) if share >= 1.0 => entry.refuse("then every contact would come again", "write less than 1"),
            ("repeat", share) => Some(share),
            (_, 0.0) => entry.refuse("then no contact would ever be resolved", "write more than 0"),
            (_, share) => Some(1.0 - share),
        })
    };
    let (before, after) = (share("before", examples[0]), share("after", examples[1]));
    Some(Alteration::Repeat { before: before?, after: after? })
}

fn outsource(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Alteration> {
    let share = section.required("share", "share = \"30 %\"").and_then(|entry| entry.share());
    let digits = context.centre.currency.minor_digits;
    let price = section.required("price_per_contact", "price_per_contact = 2.50").and_then(|entry| entry.money(digits));
    Some(Alteration::Outsource { share: share?, price: price? })
}
