//! The engine: bound, construction and search in rounds until a limit is reached.

use rand::seq::SliceRandom;
use rayon::prelude::*;
use solver_data::{Seed, SolveLimits, SolveProgress, StopReason, Watch};

use crate::bound::Relaxation;
use crate::construction::{Incumbent, greedy, guided, sweep};
use crate::coverage::Coverage;
use crate::error::SchedulerError;
use crate::pricing::PlacedTour;
use crate::problem::RosterProblem;
use crate::restricted::choose;
use crate::search::{Chain, LOOSEST, STIFFEST};
use crate::start::Start;

/// Independent searches; fixed, so that the result does not depend on the threads.
const CHAINS: usize = 2;
/// Rounds of search when nothing else limits the solve.
const DEFAULT_ROUNDS: u64 = 2_000;
/// Evaluations of the bound at most.
const MOST_EVALUATIONS: u64 = 4_000;
/// Evaluations before the first construction, so that a good roster is there early.
const EARLY_EVALUATIONS: u64 = 300;
/// Sweeps of the first construction.
const EARLY_SWEEPS: i32 = 10;
/// Sweeps of the second.
const SWEEPS: i32 = 40;
/// Moves of each search in a round.
const MOVES: u64 = 200;
/// First temperature, as a share of what a missing agent costs an interval.
const HOTTEST: f64 = 0.2;
/// Last temperature as a share of the first.
const COOLING: f64 = 0.05;
/// Agents that choose together in the restricted master.
const POLISHED: usize = 10;
/// Groups that do so at each quarter of the search.
const POLISH_GROUPS: usize = 6;
/// Share of a solve limited by time that the bound may use.
const BOUND_SHARE: f64 = 0.25;

/// What the engine found.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// One tour an agent.
    pub tours: Vec<PlacedTour>,
    /// Objective in minor units.
    pub objective: i64,
    /// Lower bound.
    pub bound: f64,
    /// Multipliers `y_k(t)` of the bound, one series a family: what an agent on contact is worth.
    pub multipliers: Vec<Vec<f64>>,
    /// Why it ended.
    pub stop_reason: StopReason,
    /// Rounds of search done.
    pub iterations: u64,
}

/// Clock, limits and the best so far.
struct Run<'a> {
    problem: &'a RosterProblem,
    limits: &'a SolveLimits,
    watch: &'a dyn Watch,
    start: f64,
    rounds: u64,
    bound: f64,
    best: (Vec<PlacedTour>, i64),
}

/// Solves `problem` within `limits` from nothing.
///
/// # Errors
/// As [`solve_from`].
pub(crate) fn solve(
    problem: &RosterProblem,
    limits: &SolveLimits,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Outcome, SchedulerError> {
    solve_from(problem, &Start::default(), limits, seed, watch)
}

/// Solves `problem` within `limits` from tours and multipliers at hand: the search begins at the completed roster, cool,
/// and the bound at the multipliers.
///
/// # Errors
/// [`SchedulerError::Inconsistent`] when the account does not add up, [`SchedulerError::Threads`] when no threads start.
pub(crate) fn solve_from(
    problem: &RosterProblem,
    from: &Start,
    limits: &SolveLimits,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<Outcome, SchedulerError> {
    let threads = limits.threads.max(1);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|cause| SchedulerError::Threads { threads, cause: cause.to_string() })?;
    let outcome = pool.install(|| Run::new(problem, limits, watch).solve(from, seed));
    verify(problem, &outcome)?;
    Ok(outcome)
}

impl<'a> Run<'a> {
    fn new(problem: &'a RosterProblem, limits: &'a SolveLimits, watch: &'a dyn Watch) -> Self {
        let start = watch.elapsed_seconds();
        Self { problem, limits, watch, start, rounds: 0, bound: f64::NEG_INFINITY, best: (Vec::new(), i64::MAX) }
    }

    fn solve(mut self, from: &Start, seed: Seed) -> Outcome {
        let mut relaxation = Relaxation::starting(self.problem, &from.multipliers);
        let stop_reason = match self.run(&mut relaxation, from, seed) {
            Ok(reason) | Err(reason) => reason,
        };
        let (tours, objective) = self.best;
        let multipliers = relaxation.into_multipliers();
        Outcome { tours, objective, bound: self.bound, multipliers, stop_reason, iterations: self.rounds }
    }

    /// Bound and construction, first in short and then in full, then search; an early stop is the error.
    fn run(&mut self, relaxation: &mut Relaxation, from: &Start, seed: Seed) -> Result<StopReason, StopReason> {
        if let Some(roster) = from.roster(self.problem) {
            self.keep(&roster);
            self.raise_bound(relaxation, EARLY_EVALUATIONS)?;
            return Ok(self.search(relaxation.multipliers(), HOTTEST * COOLING, seed));
        }
        self.keep(&greedy(self.problem));
        for (evaluations, sweeps) in [(EARLY_EVALUATIONS, EARLY_SWEEPS), (MOST_EVALUATIONS, SWEEPS)] {
            self.raise_bound(relaxation, evaluations)?;
            self.smooth(relaxation.multipliers(), guided(self.problem, relaxation), sweeps)?;
        }
        Ok(self.search(relaxation.multipliers(), HOTTEST, seed))
    }

    /// Runs the volume algorithm until it stalls, its share of the time is used, or the solve is over.
    fn raise_bound(&mut self, relaxation: &mut Relaxation, evaluations: u64) -> Result<(), StopReason> {
        while relaxation.evaluations < evaluations && !relaxation.stalled() {
            for _ in 0..10 {
                relaxation.advance(self.problem, self.best.1 as f64);
            }
            self.bound = self.bound.max(self.whole(relaxation.bound));
            self.report();
            self.early_stop()?;
            if self.limits.iterations.is_none() && self.progress() > BOUND_SHARE {
                break;
            }
        }
        Ok(())
    }

    /// Sweeps from loose to stiff, keeping the cheapest roster met.
    fn smooth(&mut self, multipliers: &[Vec<f64>], mut current: Incumbent, sweeps: i32) -> Result<(), StopReason> {
        let terms = &self.problem.coverage;
        let price = (terms.under + terms.over) as f64;
        self.keep(&current);
        for number in 0..sweeps {
            let rho = price * LOOSEST * (STIFFEST / LOOSEST).powf(f64::from(number) / f64::from(sweeps - 1));
            sweep(self.problem, multipliers, &mut current, rho);
            self.keep(&current);
            self.report();
            self.early_stop()?;
        }
        Ok(())
    }

    /// Anneals the chains in rounds, each chain on its own, and keeps the best; all go on from it at each quarter.
    fn search(&mut self, multipliers: &[Vec<f64>], hottest: f64, seed: Seed) -> StopReason {
        let (problem, unit) = (self.problem, self.problem.coverage.under as f64);
        let start = Incumbent::of(problem, self.best.0.clone());
        let mut chains: Vec<Chain> = (0..CHAINS).map(|c| Chain::new(start.clone(), seed.stream(c as u64))).collect();
        let mut quarter = 0;
        loop {
            if let Some(reason) = self.stop_reason() {
                return reason;
            }
            let progress = self.progress();
            if (progress * 4.0) as u32 > quarter {
                quarter = (progress * 4.0) as u32;
                let best = self.polish(multipliers, seed.stream((CHAINS as u64) + u64::from(quarter)));
                for chain in &mut chains {
                    chain.restart(&best);
                }
            }
            let temperature = hottest * unit * COOLING.powf(progress);
            chains.par_iter_mut().for_each(|chain| chain.run(problem, multipliers, MOVES, temperature));
            for chain in &chains {
                if chain.best.1 < self.best.1 {
                    self.best.clone_from(&chain.best);
                }
            }
            self.rounds += 1;
            self.report();
        }
    }

    /// Lets groups of agents choose together among tours at hand, and keeps what is cheaper.
    fn polish(&mut self, multipliers: &[Vec<f64>], seed: Seed) -> Incumbent {
        let mut best = Incumbent::of(self.problem, self.best.0.clone());
        let mut order: Vec<usize> = (0..self.problem.agents.len()).collect();
        order.shuffle(&mut seed.rng());
        for freed in order.chunks(POLISHED).take(POLISH_GROUPS) {
            if let Some(better) = choose(self.problem, multipliers, &best, freed) {
                best = better;
                self.keep(&best);
            }
            self.report();
            if self.early_stop().is_err() {
                break;
            }
        }
        best
    }

    /// Rounds the bound up to the next possible objective.
    fn whole(&self, bound: f64) -> f64 {
        let unit = self.problem.unit as f64;
        // A millionth of a unit for the sums' rounding.
        ((bound / unit - 1e-6).ceil() * unit).max(bound)
    }

    fn keep(&mut self, incumbent: &Incumbent) {
        if incumbent.cost < self.best.1 {
            self.best = (incumbent.tours.clone(), incumbent.cost);
        }
    }

    fn report(&self) {
        self.watch.solve_progress(&SolveProgress {
            incumbent: Some(self.best.1 as f64),
            bound: Some(self.bound),
            iterations: (self.rounds, self.limits.iterations),
        });
    }

    /// Share of the limit that is used: of the iterations where they are limited, else of the time.
    fn progress(&self) -> f64 {
        let share = match (self.limits.iterations, self.limits.seconds) {
            (Some(iterations), _) => self.rounds as f64 / (iterations.max(1)) as f64,
            (None, Some(seconds)) => (self.watch.elapsed_seconds() - self.start) / seconds.max(1e-9),
            (None, None) => self.rounds as f64 / DEFAULT_ROUNDS as f64,
        };
        share.clamp(0.0, 1.0)
    }

    /// A reason to end before the search has begun.
    fn early_stop(&self) -> Result<(), StopReason> {
        self.stop_reason().filter(|&reason| reason != StopReason::Iterations).map_or(Ok(()), Err)
    }

    fn stop_reason(&self) -> Option<StopReason> {
        let (objective, elapsed) = (self.best.1 as f64, self.watch.elapsed_seconds() - self.start);
        let gap = (objective - self.bound) / objective.abs().max(1.0);
        let rounds = match (self.limits.iterations, self.limits.seconds) {
            (Some(iterations), _) => iterations,
            // A watch that stands still would never end the solve.
            (None, Some(_)) if elapsed > 0.0 => u64::MAX,
            (None, _) => DEFAULT_ROUNDS,
        };
        if gap <= 1e-9 {
            Some(StopReason::Optimal)
        } else if gap <= self.limits.gap {
            Some(StopReason::Gap)
        } else if self.watch.interrupted() {
            Some(StopReason::Interrupted)
        } else if self.limits.seconds.is_some_and(|seconds| elapsed >= seconds) {
            Some(StopReason::Time)
        } else {
            (self.rounds >= rounds).then_some(StopReason::Iterations)
        }
    }
}

/// Counts the outcome from scratch.
fn verify(problem: &RosterProblem, outcome: &Outcome) -> Result<(), SchedulerError> {
    let mut coverage = Coverage::empty(problem);
    let mut recounted = 0;
    for (agent, tour) in problem.agents.iter().zip(&outcome.tours) {
        coverage.add(problem, agent.class, tour);
        recounted += tour.cost;
    }
    recounted += coverage.cost();
    let tolerance = 1e-6 * (1.0 + outcome.objective.abs() as f64);
    if recounted != outcome.objective || outcome.bound > outcome.objective as f64 + tolerance {
        return Err(SchedulerError::Inconsistent {
            objective: outcome.objective as f64,
            recounted: recounted as f64,
            bound: outcome.bound,
        });
    }
    Ok(())
}
