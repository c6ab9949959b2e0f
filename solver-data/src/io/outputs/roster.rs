//! `roster.csv`: who works when, one row for each agent and activity.

use super::csv_text::{CsvText, stamp};
use crate::centre::Centre;
use crate::roster::{Roster, Shift};

/// The activity of a span on contact.
pub const WORK: &str = "work";

/// Columns of `roster.csv`.
const HEADER: [&str; 8] = ["agent", "shift_date", "activity", "start", "end", "paid", "queue_or_skill", "shift"];

/// One row for each span on contact (`work`, with the agent's skills joined by `;`) and each break (by its kind), in
/// order of agent and time; `paid` is `true` or `false`, `shift` the template's name.
pub fn roster_csv(centre: &Centre, roster: &Roster) -> String {
    let mut text = CsvText::new(&HEADER);
    for tour in &roster.tours {
        let agent = &centre.agents[tour.agent];
        let skills: Vec<&str> = agent.skills.iter().map(|&skill| centre.skills[skill].as_str()).collect();
        for shift in &tour.shifts {
            shift_rows(&agent.code, &skills.join(";"), shift, &mut text);
        }
    }
    text.finish()
}

fn shift_rows(agent: &str, skills: &str, shift: &Shift, text: &mut CsvText) {
    let work = shift.on_contact().into_iter().map(|(start, end)| (start, end, WORK, true));
    let breaks = shift.breaks.iter().map(|pause| (pause.start, pause.end, pause.kind.as_str(), pause.paid));
    let mut spans: Vec<_> = work.chain(breaks).collect();
    spans.sort_by_key(|&(start, end, ..)| (start, end));
    for (start, end, activity, paid) in spans {
        text.row(&[
            agent,
            &shift.date.to_string(),
            activity,
            &stamp(start),
            &stamp(end),
            if paid { "true" } else { "false" },
            if activity == WORK { skills } else { "" },
            &shift.template,
        ]);
    }
}
