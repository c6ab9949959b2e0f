//! The changes of a scenario, on the inputs and then on a roster.
//!
//! Demand, terms and people change first: with them a roster is made anew. Overtime, time off and training that moves
//! change a roster that stands, today's or the new one.

mod demand;
mod hours;
mod people;
mod shifts;
mod terms;

use solver_data::Scenario;
use solver_data::scenario::{Alteration, Change};

use super::base::{Base, Situation};
use super::peak;

/// A scenario applied to the inputs of a base.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The changed inputs, with today's roster: agents who come work as those they are counted from, those who go do not.
    pub inputs: Situation,
    /// Changes that act on a roster, in order, their peaks resolved.
    later: Vec<Change>,
}

/// Applies the changes of a scenario to the inputs of a base, in order.
pub fn apply(base: &Base, scenario: &Scenario) -> Applied {
    let mut inputs = base.situation();
    let mut later = Vec::new();
    for change in &scenario.changes {
        let change = Change { reach: peak::resolved(&change.reach, &inputs.demand), ..change.clone() };
        let reach = &change.reach;
        match &change.alteration {
            Alteration::Volume { .. }
            | Alteration::Promotion { .. }
            | Alteration::Launch { .. }
            | Alteration::Outage { .. }
            | Alteration::HandleTime { .. }
            | Alteration::Deflection { .. }
            | Alteration::Repeat { .. }
            | Alteration::Outsource { .. } => demand::apply(&mut inputs, reach, &change.alteration),
            Alteration::OpeningHours { .. } | Alteration::Closure { .. } => hours::apply(&mut inputs, reach, &change.alteration),
            Alteration::Shrinkage { .. } | Alteration::Target(_) | Alteration::Pay { .. } | Alteration::Rules { .. } => {
                terms::apply(&mut inputs, reach, &change.alteration);
            }
            Alteration::ExtraAgents { .. }
            | Alteration::Headcount { .. }
            | Alteration::Hire { .. }
            | Alteration::CrossTrain { .. }
            | Alteration::NewSkill { .. } => people::apply(&mut inputs, reach, &change.alteration),
            Alteration::Training { minutes } => {
                terms::training_leaves_shrinkage(&mut inputs, *minutes);
                later.push(change);
            }
            Alteration::Overtime { .. } | Alteration::TimeOff { .. } => later.push(change),
        }
    }
    Applied { inputs, later }
}

impl Applied {
    /// The outcome's situation with today's roster.
    pub fn kept(&self) -> Situation {
        let mut situation = self.inputs.clone();
        self.on_roster(&mut situation);
        situation
    }

    /// Applies what acts on a roster to a situation whose roster stands.
    pub(super) fn on_roster(&self, situation: &mut Situation) {
        for change in &self.later {
            shifts::apply(situation, &change.reach, &change.alteration);
        }
    }
}

/// `wanted` of `from`, spread evenly over them.
fn spread<T: Copy>(from: &[T], wanted: usize) -> Vec<T> {
    let wanted = wanted.min(from.len());
    (0..wanted).map(|k| from[k * from.len() / wanted]).collect()
}
