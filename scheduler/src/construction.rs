//! First rosters: agents placed one after the other by best response.
//!
//! Guided construction responds to what is placed already plus what the relaxation still expects of the others, so that
//! early agents leave room where late ones will be. Sweeps of best responses under a smoothed price of coverage follow.

use crate::bound::Relaxation;
use crate::coverage::{Coverage, wrap};
use crate::pricing::{PlacedTour, Pricer};
use crate::problem::RosterProblem;

/// Tours of all agents and the coverage they give.
#[derive(Debug, Clone)]
pub(crate) struct Incumbent {
    /// One tour an agent.
    pub tours: Vec<PlacedTour>,
    /// Coverage of the tours.
    pub coverage: Coverage,
    /// Objective, in minor units.
    pub cost: i64,
}

impl Incumbent {
    /// The roster of `tours`, counted from scratch.
    pub fn of(problem: &RosterProblem, tours: Vec<PlacedTour>) -> Self {
        let mut coverage = Coverage::empty(problem);
        for (agent, tour) in problem.agents.iter().zip(&tours) {
            coverage.add(problem, agent.class, tour);
        }
        let cost = coverage.cost() + tours.iter().map(|tour| tour.cost).sum::<i64>();
        Self { tours, coverage, cost }
    }
}

/// Every agent in turn takes the best tour against those placed before.
pub(crate) fn greedy(problem: &RosterProblem) -> Incumbent {
    let (mut pricer, mut value) = (Pricer::default(), Vec::new());
    let mut coverage = Coverage::empty(problem);
    let mut tours = Vec::with_capacity(problem.agents.len());
    for agent in &problem.agents {
        coverage.values(problem, agent.class, &mut Vec::new(), &mut value);
        pricer.respond(problem, agent, &value);
        let tour = pricer.response(problem, agent);
        coverage.add(problem, agent.class, &tour);
        tours.push(tour);
    }
    Incumbent::of(problem, tours)
}

/// Every agent in turn, fewest duties and families first and else in `order`, takes the best tour against those placed and
/// those expected.
pub(crate) fn guided(problem: &RosterProblem, relaxation: &Relaxation, order: &[usize]) -> Incumbent {
    let terms = &problem.coverage;
    let mut missing: Vec<Vec<f64>> = terms.families.iter().map(|need| need.iter().map(|&r| f64::from(r)).collect()).collect();
    let blend = |missing: &mut Vec<Vec<f64>>, families: u128, t: usize, presence: f64| {
        for (_, series) in missing.iter_mut().enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
            series[t] -= presence;
        }
    };
    for (i, agent) in problem.agents.iter().enumerate() {
        let families = problem.classes[agent.class];
        relaxation.expected(i).enumerate().for_each(|(t, p)| blend(&mut missing, families, t, p));
    }
    let mut order = order.to_vec();
    order.sort_by_key(|&i| {
        let agent = &problem.agents[i];
        (problem.shapes[agent.shape].duties.len(), problem.classes[agent.class].count_ones())
    });
    let (mut pricer, mut value) = (Pricer::default(), Vec::new());
    let mut tours = vec![PlacedTour::default(); problem.agents.len()];
    for i in order {
        let agent = &problem.agents[i];
        let families = problem.classes[agent.class];
        relaxation.expected(i).enumerate().for_each(|(t, p)| blend(&mut missing, families, t, -p));
        fractional_values(problem, families, &missing, &mut value);
        terms.add_fractional_service(families, &missing, relaxation.multipliers(), &mut value);
        pricer.respond(problem, agent, &value);
        let tour = pricer.response(problem, agent);
        tour.for_spans(problem, |from, to| {
            problem.inside(from, to, |span| span.for_each(|t| blend(&mut missing, families, t, 1.0)));
        });
        tours[i] = tour;
    }
    Incumbent::of(problem, tours)
}

/// One sweep of best responses, agents in `order`, under the smoothed price of coverage with weight `rho`.
///
/// At the multipliers of the relaxation many tours are equally good; the quadratic term picks among them those that match
/// the requirement: block coordinate descent on the augmented Lagrangian. Sweeps go from loose to stiff.
pub(crate) fn sweep(problem: &RosterProblem, (multipliers, rho): (&[Vec<f64>], f64), current: &mut Incumbent, order: &[usize]) {
    let (mut pricer, mut value) = (Pricer::default(), Vec::new());
    for &i in order {
        let agent = &problem.agents[i];
        current.coverage.remove(problem, agent.class, &current.tours[i]);
        current.coverage.smoothed_values(problem, agent.class, (multipliers, rho), &mut value);
        pricer.respond(problem, agent, &value);
        let tour = pricer.response(problem, agent);
        current.coverage.add(problem, agent.class, &tour);
        current.tours[i] = tour;
    }
    current.cost = current.coverage.cost() + current.tours.iter().map(|tour| tour.cost).sum::<i64>();
}

/// What one more agent saves where presence is fractional.
fn fractional_values(problem: &RosterProblem, families: u128, missing: &[Vec<f64>], value: &mut Vec<f64>) {
    let terms = &problem.coverage;
    let price = (terms.under + terms.over) as f64;
    let spare = if families >> terms.everyone & 1 == 1 { terms.over as f64 } else { 0.0 };
    value.clear();
    value.resize(problem.extended, 0.0);
    for (t, value) in value.iter_mut().enumerate().take(terms.intervals) {
        let (mut before, mut after) = (0.0f64, 0.0f64);
        for (k, series) in missing.iter().enumerate() {
            before = before.max(series[t]);
            after = after.max(series[t] - f64::from((families >> k & 1) as u8));
        }
        *value = price * (before - after) - spare;
    }
    wrap(problem, value);
}
