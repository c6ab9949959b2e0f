//! Ruin and recreate: free a few agents, give each the best tour against the rest, keep what an annealing rule accepts.
//!
//! The true price of coverage is a cliff: all for the first agent missing, nothing for the next. Most moves respond to a
//! price smoothed around the relaxation's multipliers instead; acceptance always counts the true cost.
//!
//! # Source
//! Schrimpf, Schneider, Stamm-Wilbrandt, Dueck (2000), "Record breaking optimization results using the ruin and recreate
//! principle", Journal of Computational Physics 159, doi:10.1006/jcph.1999.6413.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use solver_data::Seed;

use crate::construction::Incumbent;
use crate::pricing::{PlacedTour, Pricer};
use crate::problem::RosterProblem;

/// Share of moves that respond to a smoothed price of coverage; the others respond to the true one.
const SMOOTHED: f64 = 0.5;
/// Weights of the smoothed price, as shares of what a missing agent costs an interval.
pub(crate) const LOOSEST: f64 = 0.02;
/// See [`LOOSEST`].
pub(crate) const STIFFEST: f64 = 0.95;
/// Agents freed at most; two or three are the most fruitful.
const MOST_FREED: usize = 3;

/// One search: its own roster, generator and scratch space.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    /// Roster the search stands on.
    pub current: Incumbent,
    /// Cheapest tours seen, with their cost.
    pub best: (Vec<PlacedTour>, i64),
    rng: ChaCha8Rng,
    pricer: Pricer,
    value: Vec<f64>,
    with: Vec<i32>,
    order: Vec<usize>,
    /// Moves made.
    pub moves: u64,
}

impl Chain {
    /// A search from `start`.
    pub fn new(start: Incumbent, seed: Seed) -> Self {
        let order = (0..start.tours.len()).collect();
        let best = (start.tours.clone(), start.cost);
        Self {
            current: start,
            best,
            rng: seed.rng(),
            pricer: Pricer::default(),
            value: Vec::new(),
            with: Vec::new(),
            order,
            moves: 0,
        }
    }

    /// Makes `moves` moves at a temperature in minor units.
    pub fn run(&mut self, problem: &RosterProblem, multipliers: &[Vec<f64>], moves: u64, temperature: f64) {
        if self.order.is_empty() {
            return;
        }
        for _ in 0..moves {
            let cost_before = self.current.cost;
            let freed = self.choose();
            let before: Vec<PlacedTour> = freed.iter().map(|&i| self.take_out(problem, i)).collect();
            let rho = self.stiffness(problem);
            for &i in &freed {
                self.respond(problem, i, rho.map(|rho| (multipliers, rho)));
            }
            let change = (self.current.cost - cost_before) as f64;
            if change <= 0.0 || change < -temperature * self.rng.random::<f64>().max(1e-300).ln() {
                if self.current.cost < self.best.1 {
                    self.best = (self.current.tours.clone(), self.current.cost);
                }
            } else {
                for (&i, tour) in freed.iter().zip(before) {
                    self.take_out(problem, i);
                    self.put_in(problem, i, tour);
                }
            }
            self.moves += 1;
        }
    }

    /// Goes on from another roster.
    pub fn restart(&mut self, from: &Incumbent) {
        self.current.clone_from(from);
        if from.cost < self.best.1 {
            self.best = (from.tours.clone(), from.cost);
        }
    }

    /// Agents to free, in the order they will be placed again.
    fn choose(&mut self) -> Vec<usize> {
        let most = self.order.len().min(MOST_FREED);
        let wanted = if most < 2 { most } else { self.rng.random_range(2..=most) };
        let (chosen, _) = self.order.partial_shuffle(&mut self.rng, wanted);
        chosen.to_vec()
    }

    /// Takes an agent's tour out of the current roster.
    fn take_out(&mut self, problem: &RosterProblem, i: usize) -> PlacedTour {
        let tour = std::mem::take(&mut self.current.tours[i]);
        self.current.cost += self.current.coverage.remove(problem, problem.agents[i].class, &tour) - tour.cost;
        tour
    }

    /// Puts a tour into the current roster.
    fn put_in(&mut self, problem: &RosterProblem, i: usize, tour: PlacedTour) {
        self.current.cost += self.current.coverage.add(problem, problem.agents[i].class, &tour) + tour.cost;
        self.current.tours[i] = tour;
    }

    /// Weight of the smoothed price for the next move, log-uniform; `None` for the true price.
    fn stiffness(&mut self, problem: &RosterProblem) -> Option<f64> {
        let price = (problem.coverage.under + problem.coverage.over) as f64;
        let (smooth, draw): (f64, f64) = (self.rng.random(), self.rng.random());
        (smooth < SMOOTHED).then(|| price * LOOSEST * (STIFFEST / LOOSEST).powf(draw))
    }

    /// Gives an agent the best tour against the others, at the true or a smoothed price of coverage.
    fn respond(&mut self, problem: &RosterProblem, i: usize, smoothed: Option<(&[Vec<f64>], f64)>) {
        let agent = &problem.agents[i];
        let coverage = &self.current.coverage;
        match smoothed {
            Some(price) => coverage.smoothed_values(problem, agent.class, price, &mut self.value),
            None => coverage.values(problem, agent.class, &mut self.with, &mut self.value),
        }
        self.pricer.respond(problem, agent, &self.value);
        let tour = self.pricer.response(problem, agent);
        self.put_in(problem, i, tour);
    }
}
