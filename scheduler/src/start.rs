//! What a solve starts from: tours and multipliers at hand, and the roster completed from them.

use crate::construction::Incumbent;
use crate::coverage::Coverage;
use crate::pricing::{PlacedTour, Pricer};
use crate::problem::RosterProblem;
use crate::walk::recounted;

/// Tours and multipliers of an earlier solve; empty where there are none.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Start {
    /// A tour for each agent that has one: `len` is the number of agents, or 0 for a solve from nothing.
    ///
    /// A tour that its agent may not work any more counts as `None`.
    pub tours: Vec<Option<PlacedTour>>,
    /// Multipliers `y_k(t)` of an earlier bound, one series a family, or empty.
    pub multipliers: Vec<Vec<f64>>,
}

impl Start {
    /// The roster of the tours at hand, with best responses for whoever has none; `None` for a solve from nothing.
    pub fn roster(&self, problem: &RosterProblem) -> Option<Incumbent> {
        if self.tours.len() != problem.agents.len() {
            return None;
        }
        let mut coverage = Coverage::empty(problem);
        let mut tours: Vec<Option<PlacedTour>> = Vec::with_capacity(self.tours.len());
        for (agent, tour) in problem.agents.iter().zip(&self.tours) {
            let tour = tour.as_ref().and_then(|tour| recounted(problem, agent, tour));
            if let Some(tour) = &tour {
                coverage.add(problem, agent.class, tour);
            }
            tours.push(tour);
        }
        let (mut pricer, mut with, mut value) = (Pricer::default(), Vec::new(), Vec::new());
        for (agent, tour) in problem.agents.iter().zip(&mut tours).filter(|(_, tour)| tour.is_none()) {
            coverage.values(problem, agent.class, &mut with, &mut value);
            pricer.respond(problem, agent, &value);
            let response = pricer.response(problem, agent);
            coverage.add(problem, agent.class, &response);
            *tour = Some(response);
        }
        Some(Incumbent::of(problem, tours.into_iter().flatten().collect()))
    }
}
