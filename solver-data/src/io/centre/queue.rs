//! `[[queue]]`: what arrives, who may serve it, and what is promised.

use super::document::{Place, Placed};
use super::donor::read_donor;
use super::entry::Entry;
use super::hours::weekly_hours;
use super::section::Section;
use crate::centre::{Channel, WeeklyHours};
use crate::donor::Donor;
use crate::target::{ServiceLevelDefinition, ServiceLevelTarget, ServiceTarget};

const CHANNELS: [(&str, Channel); 4] =
    [("voice", Channel::Voice), ("chat", Channel::Chat), ("email", Channel::Email), ("ticket", Channel::Ticket)];

const DEFINITIONS: [(&str, ServiceLevelDefinition); 5] = [
    ("served_all", ServiceLevelDefinition::ServedAll),
    ("served_excl_short", ServiceLevelDefinition::ServedExclShort),
    ("of_answered", ServiceLevelDefinition::OfAnswered),
    ("handled_or_gone", ServiceLevelDefinition::HandledOrGone),
    ("virtual", ServiceLevelDefinition::Virtual),
];

/// A queue as the file says it, names not yet looked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QueueEntry {
    pub(super) name: Placed<String>,
    pub(super) title: String,
    pub(super) channel: Channel,
    pub(super) skill: Option<Placed<String>>,
    pub(super) lowest_level: Option<Placed<String>>,
    pub(super) priority: i32,
    pub(super) patience_seconds: Option<f64>,
    pub(super) concurrency: u32,
    pub(super) aht_seconds: Option<f64>,
    pub(super) target: ServiceTarget,
    pub(super) hours: Option<WeeklyHours>,
    pub(super) donor: Option<Placed<Donor>>,
    pub(super) place: Place,
}

impl QueueEntry {
    /// Reads one `[[queue]]`.
    pub(super) fn read(section: Section<'_>, interval_minutes: u32) -> Self {
        let empty = || Placed { value: String::new(), place: section.place.clone() };
        let channel = section.required("channel", "channel = \"voice\"").and_then(|entry| entry.choice(&CHANNELS));
        let queue = Self {
            name: section.required("name", "name = \"sales\"").and_then(|e| e.placed_text()).unwrap_or_else(empty),
            title: section.optional("title").and_then(|entry| entry.title()).unwrap_or_default().to_owned(),
            channel: channel.unwrap_or(Channel::Voice),
            skill: section.required("skill", "skill = \"sales\"").and_then(|entry| entry.placed_text()),
            lowest_level: section.optional("lowest_level").and_then(|entry| entry.placed_text()),
            priority: section.optional("priority").and_then(|e| e.whole(-1000..=1000)).unwrap_or(0) as i32,
            patience_seconds: section.optional("patience_seconds").and_then(|entry| entry.positive_seconds()),
            concurrency: concurrency(&section, channel).unwrap_or(1),
            aht_seconds: section.optional("aht_seconds").and_then(|entry| entry.positive_seconds()),
            target: target(&section),
            hours: section.optional("opening_hours").and_then(Entry::section).map(|own| weekly_hours(&own, interval_minutes)),
            donor: read_donor(&section),
            place: section.place.clone(),
        };
        section.close();
        queue
    }
}

fn concurrency(section: &Section<'_>, channel: Option<Channel>) -> Option<u32> {
    let entry = section.optional("concurrency")?;
    let contacts = entry.whole(1..=50)? as u32;
    match channel {
        Some(Channel::Chat) | None => Some(contacts),
        Some(_) if contacts == 1 => Some(1),
        Some(_) => {
            let message = format!("{contacts} contacts at once on a channel where an agent handles one");
            entry.refuse(message, "write channel = \"chat\", or leave concurrency out")
        }
    }
}

/// `target = { service_level = "80 %", within_seconds = 20, … }`.
fn target(section: &Section<'_>) -> ServiceTarget {
    let example = "target = { service_level = \"80 %\", within_seconds = 20 }";
    let section = section.required_section("target", example);
    let share = section.optional("service_level").and_then(|entry| entry.share());
    let within = section.optional("within_seconds").and_then(|entry| entry.seconds());
    let definition = section.optional("definition").and_then(|entry| entry.choice(&DEFINITIONS)).unwrap_or_default();
    let target = ServiceTarget {
        service_level: share.zip(within).map(|(share, within_seconds)| ServiceLevelTarget { share, within_seconds, definition }),
        asa_seconds: section.optional("asa_seconds").and_then(|entry| entry.seconds()),
        abandonment: section.optional("abandonment").and_then(|entry| entry.share()),
        occupancy: section.optional("occupancy").and_then(|entry| entry.share()),
    };
    let stated = ["service_level", "asa_seconds", "abandonment", "occupancy"].map(|key| section.has(key));
    if section.has("service_level") != section.has("within_seconds") {
        let message = "a service level needs both its share and its threshold";
        section.document.error(&section.place, message, format!("write `{example}`"));
    } else if section.is_there() && !stated.contains(&true) {
        section.document.error(&section.place, "the target promises nothing", format!("write `{example}`"));
    }
    section.close();
    target
}
