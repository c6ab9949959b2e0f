//! Agents without a tour, and the rules that clash.

use crate::error::{NoTour, SchedulerError};
use crate::pricing::{PresenceValues, Pricer};
use crate::problem::RosterProblem;

/// Fails for agents whose rules leave no tour, named by `code`.
///
/// # Errors
/// [`SchedulerError::NoTour`] with every such agent.
pub(crate) fn require_tours(problem: &RosterProblem, code: impl Fn(usize) -> String) -> Result<(), SchedulerError> {
    let mut pricer = Pricer::default();
    let values = PresenceValues::new(problem, &vec![0.0; problem.extended]);
    let none: Vec<NoTour> = problem
        .agents
        .iter()
        .enumerate()
        .filter(|(_, agent)| pricer.price(problem, agent, &values).is_infinite())
        .map(|(i, _)| NoTour { agent: code(i), conflict: "rules clash".to_owned() })
        .collect();
    if none.is_empty() { Ok(()) } else { Err(SchedulerError::NoTour { agents: none }) }
}
