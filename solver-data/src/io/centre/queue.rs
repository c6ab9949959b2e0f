//! `[[queue]]`: what arrives, who may serve it, and what is promised.

use super::document::{Place, Placed};
use super::donor::read_donor;
use super::entry::Entry;
use super::handling::HandlingEntry;
use super::hours::weekly_hours;
use super::section::Section;
use super::target::{read_later_targets, read_target};
use crate::centre::{Channel, WeeklyHours};
use crate::donor::Donor;
use crate::target::{DatedTarget, ServiceTarget};

const CHANNELS: [(&str, Channel); 5] = [
    ("voice", Channel::Voice),
    ("chat", Channel::Chat),
    ("email", Channel::Email),
    ("ticket", Channel::Ticket),
    ("outbound", Channel::Outbound),
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
    pub(super) later_targets: Vec<DatedTarget>,
    pub(super) handling: HandlingEntry,
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
            target: read_target(&section, channel),
            later_targets: read_later_targets(&section, channel),
            handling: HandlingEntry::read(&section),
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
