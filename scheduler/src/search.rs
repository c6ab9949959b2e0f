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

use crate::adjust::Adjuster;
use crate::construction::Incumbent;
use crate::pricing::{PlacedTour, Pricer};
use crate::problem::RosterProblem;
use crate::walk::ShapeSteps;

/// Share of moves that respond to a smoothed price of coverage; the others respond to the true one.
const SMOOTHED: f64 = 0.5;
/// Weights of the smoothed price, as shares of what a missing agent costs an interval.
pub(crate) const LOOSEST: f64 = 0.02;
/// See [`LOOSEST`].
pub(crate) const STIFFEST: f64 = 0.95;
/// Adjustments after each move.
const ADJUSTMENTS: u32 = 200;
/// Agents freed at most; two or three are the most fruitful.
const MOST_FREED: usize = 3;

/// What all searches of a solve share.
#[derive(Debug)]
pub(crate) struct Ground<'a> {
    /// The problem.
    pub problem: &'a RosterProblem,
    /// How each shape's tours are walked.
    pub steps: Vec<ShapeSteps>,
    /// Price of a missing agent a quarter of an hour: the unit of temperatures, whatever the grid.
    pub quarter_price: f64,
}

impl<'a> Ground<'a> {
    /// The ground of a problem.
    pub fn new(problem: &'a RosterProblem) -> Self {
        let minutes: i64 = problem.duties.iter().map(|duty| duty.end_minute - duty.start_minute).sum();
        let intervals: usize = problem.duties.iter().map(|duty| duty.length).sum();
        let quarter_price = problem.coverage.under as f64 * intervals as f64 * 15.0 / minutes.max(1) as f64;
        Self { problem, steps: problem.shapes.iter().map(ShapeSteps::new).collect(), quarter_price }
    }
}

/// One search: its own roster, generator and scratch space.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    /// Roster the search stands on.
    pub current: Incumbent,
    /// Cheapest tours seen; of the agents in `stale` only where they still stand in `current`.
    best: Vec<PlacedTour>,
    /// Cost of the cheapest roster seen.
    pub best_cost: i64,
    /// Agents whose tours have changed since the cheapest roster.
    stale: Vec<usize>,
    is_stale: Vec<bool>,
    rng: ChaCha8Rng,
    pricer: Pricer,
    adjuster: Adjuster,
    value: Vec<f64>,
    with: Vec<i32>,
    order: Vec<usize>,
}

impl Chain {
    /// A search from `start`.
    pub fn new(start: Incumbent, seed: Seed) -> Self {
        let order: Vec<usize> = (0..start.tours.len()).collect();
        Self {
            best: start.tours.clone(),
            best_cost: start.cost,
            stale: Vec::new(),
            is_stale: vec![false; order.len()],
            current: start,
            rng: seed.rng(),
            pricer: Pricer::default(),
            adjuster: Adjuster::default(),
            value: Vec::new(),
            with: Vec::new(),
            order,
        }
    }

    /// Makes `moves` moves, each with adjustments after it, at a temperature in minor units.
    pub fn run(&mut self, ground: &Ground<'_>, multipliers: &[Vec<f64>], moves: u64, temperature: f64) {
        if self.order.is_empty() {
            return;
        }
        for _ in 0..moves {
            self.ruin_and_recreate(ground.problem, multipliers, temperature);
            self.adjust(ground, ADJUSTMENTS, temperature);
        }
    }

    /// Tries `count` adjustments at a temperature in minor units.
    pub fn adjust(&mut self, ground: &Ground<'_>, count: u32, temperature: f64) {
        for _ in 0..count {
            let limit = -temperature * self.rng.random::<f64>().max(1e-300).ln();
            let context = (ground.problem, ground.steps.as_slice());
            let changed = self.adjuster.try_one(context, &mut self.current, limit, &mut self.rng);
            self.note(changed.into_iter().flatten());
        }
    }

    /// Frees a few agents and gives each the best tour against the rest.
    fn ruin_and_recreate(&mut self, problem: &RosterProblem, multipliers: &[Vec<f64>], temperature: f64) {
        let cost_before = self.current.cost;
        let freed = self.choose();
        let before: Vec<PlacedTour> = freed.iter().map(|&i| self.take_out(problem, i)).collect();
        let rho = self.stiffness(problem);
        for &i in &freed {
            self.respond(problem, i, rho.map(|rho| (multipliers, rho)));
        }
        let change = (self.current.cost - cost_before) as f64;
        if change <= 0.0 || change < -temperature * self.rng.random::<f64>().max(1e-300).ln() {
            self.note(freed.into_iter());
        } else {
            for (&i, tour) in freed.iter().zip(before) {
                self.take_out(problem, i);
                self.put_in(problem, i, tour);
            }
        }
    }

    /// Remembers whose tours have changed, and the roster if it is the cheapest so far.
    fn note(&mut self, changed: impl Iterator<Item = usize>) {
        for i in changed {
            if !std::mem::replace(&mut self.is_stale[i], true) {
                self.stale.push(i);
            }
        }
        if self.current.cost < self.best_cost {
            self.best_cost = self.current.cost;
            for i in self.stale.drain(..) {
                self.best[i].clone_from(&self.current.tours[i]);
                self.is_stale[i] = false;
            }
        }
    }

    /// Tours of the cheapest roster seen.
    pub fn best(&self) -> &[PlacedTour] {
        &self.best
    }

    /// Goes on from another roster.
    pub fn restart(&mut self, from: &Incumbent) {
        self.current.clone_from(from);
        self.stale.clear();
        self.stale.extend(0..from.tours.len());
        self.is_stale.fill(true);
        self.note(std::iter::empty());
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
