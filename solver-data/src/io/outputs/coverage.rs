//! `coverage.csv`: agents on contact against the requirement, pool by pool.

use super::csv_text::{CsvText, stamp};
use crate::centre::Centre;
use crate::requirement::{QueueSet, StaffingRequirement};
use crate::roster::Roster;

/// `timestamp,pool,required,scheduled,on_contact,short,over`, one row for each pool and interval with need or agents.
///
/// `scheduled` is the number the roster aims at, `on_contact` the agents who may serve a queue of the pool and are
/// neither off nor in a break; short and over are the differences of the two. Where a pool keeps promises over days or weeks
/// it is their floor, and `required` what the spread without knowing shifts asks for.
pub fn coverage_csv(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> String {
    let mut text = CsvText::new(&["timestamp", "pool", "required", "scheduled", "on_contact", "short", "over"]);
    let served: Vec<QueueSet> = centre.agents.ids().map(|agent| QueueSet::served_by(centre, agent)).collect();
    for (index, pool) in requirement.pools.iter().enumerate() {
        let label = pool.queues.label(centre);
        let on_contact = roster.on_contact(|agent| served[usize::from(agent)].meets(pool.queues));
        for (t, &present) in on_contact.iter().enumerate() {
            let wanted = requirement.wanted(index).get(t).copied().unwrap_or(0);
            if wanted == 0 && present == 0 {
                continue;
            }
            text.row(&[
                stamp(roster.grid.local(t)),
                label.clone(),
                pool.agents.get(t).copied().unwrap_or(0).to_string(),
                wanted.to_string(),
                present.to_string(),
                wanted.saturating_sub(present).to_string(),
                present.saturating_sub(wanted).to_string(),
            ]);
        }
    }
    text.finish()
}
