//! What looks odd in a history, as notes.

use scenarios::forecast::{ForecastRequest, HistoryFinding, Oddity, examine};
use solver_data::{EventKind, Finding, ValidationReport};

/// Notes shown for each queue; the rest are counted.
const SHOWN: usize = 8;

/// What looks odd in the history of a request, as notes about `file`; nothing where no forecast can be made of it.
pub fn oddities(request: &ForecastRequest<'_>, file: &str) -> ValidationReport {
    let mut found = examine(request).unwrap_or_default();
    found.retain(|finding| !is_known_outage(request, finding));
    notes(&found, file)
}

/// Whether a day without data is one that the calendar names as an outage: its counts are no demand.
fn is_known_outage(request: &ForecastRequest<'_>, finding: &HistoryFinding) -> bool {
    let Oddity::Missing { first, last, .. } = finding.oddity else { return false };
    let explained = |day| request.calendar.on(day, &finding.queue).any(|event| event.kind == EventKind::Outage);
    first.iter_days().take_while(|&day| day <= last).all(explained)
}

/// One note for each oddity of a queue, and one for all queues that share it.
fn notes(found: &[HistoryFinding], file: &str) -> ValidationReport {
    let mut report = ValidationReport::default();
    let (mut queue, mut shown, mut left_out) = ("", 0, 0);
    for (i, finding) in found.iter().enumerate() {
        if finding.queue != queue {
            (queue, shown) = (&finding.queue, 0);
        }
        if found[..i].iter().any(|other| other.oddity == finding.oddity) {
            continue;
        }
        if shown == SHOWN {
            left_out += 1;
            continue;
        }
        shown += 1;
        let queues: Vec<&str> =
            found.iter().filter(|other| other.oddity == finding.oddity).map(|other| other.queue.as_str()).collect();
        let message = format!("{} {}: {}", if queues.len() == 1 { "queue" } else { "queues" }, queues.join(", "), finding.oddity);
        report.push(Finding::note(file, message, finding.hint()));
    }
    if left_out > 0 {
        let message = format!("{left_out} more days or hours look odd, less than these");
        report.push(Finding::note(file, message, "mend the weightiest first"));
    }
    report
}
