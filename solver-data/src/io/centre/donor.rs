//! `donor`, with `contacts_per_day` or `share`: what a new queue is forecast from.

use super::document::{Document, Placed};
use super::section::Section;
use crate::donor::{Donor, DonorVolume};
use crate::io::spelling::suggest;

const EXAMPLE: &str = "write `donor = \"sales\"` with `contacts_per_day = 120` or `share = \"20 %\"`";

/// Reads the donor of a `[[queue]]`.
pub(super) fn read_donor(section: &Section<'_>) -> Option<Placed<Donor>> {
    let donor = section.optional("donor").and_then(|entry| entry.placed_text());
    let contacts = section.optional("contacts_per_day").and_then(|entry| match entry.non_negative()? {
        contacts if contacts > 0.0 => Some(DonorVolume::ContactsPerDay(contacts)),
        _ => entry.refuse("a queue without contacts needs no forecast", EXAMPLE),
    });
    let share = section.optional("share").and_then(|entry| match entry.share()? {
        share if share > 0.0 => Some(DonorVolume::Share(share)),
        _ => entry.refuse("a share of nothing needs no forecast", EXAMPLE),
    });
    let stated = [section.has("contacts_per_day"), section.has("share")];
    match (section.has("donor"), stated) {
        (false, [false, false]) => return None,
        (false, _) => section.document.error(&section.place, "an expected volume is given, but no donor", EXAMPLE),
        (true, [false, false]) => section.document.error(&section.place, "a donor is given, but no expected volume", EXAMPLE),
        (true, [true, true]) => {
            section.document.error(&section.place, "contacts_per_day and share are both given", "leave one of the two out");
        }
        (true, _) => {}
    }
    let donor = donor?;
    contacts.or(share).map(|volume| Placed { value: Donor { queue: donor.value, volume }, place: donor.place })
}

/// Refuses donors that are no other queue of the centre, or have a donor of their own.
pub(super) fn check_donors(document: &Document, queues: &[(&str, Option<&Placed<Donor>>)]) {
    for (name, donor) in queues {
        let Some(donor) = donor else { continue };
        let others = queues.iter().filter(|(other, own)| other != name && own.is_none()).map(|(other, _)| *other);
        let (wanted, hint) = (&donor.value.queue, suggest(&donor.value.queue, others.clone()));
        if wanted == name {
            document.error(&donor.place, format!("the queue \"{name}\" is its own donor"), hint);
        } else if !queues.iter().any(|(other, _)| other == wanted) {
            document.error(&donor.place, format!("there is no queue \"{wanted}\""), hint);
        } else if !others.clone().any(|other| other == wanted) {
            let message = format!("the donor \"{wanted}\" of queue \"{name}\" has a donor itself");
            document.error(&donor.place, message, hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::donor::{Donor, DonorVolume};
    use crate::id::QueueId;
    use crate::io::centre::tests::{AGENTS, CENTRE, folder, only};

    fn with(lines: &str) -> (Option<crate::Centre>, crate::ValidationReport) {
        folder(&CENTRE.replacen("channel = \"chat\"\n", &format!("channel = \"chat\"\n{lines}\n"), 1), AGENTS).validate()
    }

    #[test]
    fn a_new_queue_names_its_donor_and_its_volume() {
        for (lines, volume) in [
            ("donor = \"sales\"\ncontacts_per_day = 120", DonorVolume::ContactsPerDay(120.0)),
            ("donor = \"sales\"\nshare = \"20 %\"", DonorVolume::Share(0.2)),
        ] {
            let (centre, report) = with(lines);
            assert_eq!(report.findings, []);
            let wanted = Donor { queue: "sales".into(), volume };
            assert_eq!(centre.unwrap().queues[QueueId(1)].donor, Some(wanted));
        }
    }

    #[test]
    fn half_a_statement_and_a_wrong_donor_are_refused_with_the_mend() {
        for (lines, message) in [
            ("donor = \"sales\"", "a donor is given, but no expected volume"),
            ("share = 0.2", "an expected volume is given, but no donor"),
            ("donor = \"sales\"\nshare = 0.2\ncontacts_per_day = 5", "contacts_per_day and share are both given"),
            ("donor = \"sails\"\nshare = 0.2", "there is no queue \"sails\""),
            ("donor = \"support\"\nshare = 0.2", "the queue \"support\" is its own donor"),
            ("donor = \"sales\"\ncontacts_per_day = 0", "a queue without contacts needs no forecast"),
        ] {
            let (_, report) = with(lines);
            assert_eq!(only(&report).2, message);
            assert!(!only(&report).3.is_empty());
        }
    }
}
