//! The engine: bound, construction and search within the limits of a solve.
//!
//! The bound, the guided roster and its sweeps come three times, each time from a better relaxation, so that a good roster
//! is there early. Independent searches then anneal from the best, and groups of agents choose together at each quarter.

use rand::seq::SliceRandom;
use rayon::prelude::*;
use solver_data::{Seed, SolveLimits, StopReason, Watch};

use crate::bound::Relaxation;
use crate::construction::{Incumbent, greedy, guided, sweep};
use crate::coverage::Coverage;
use crate::error::SchedulerError;
use crate::master::generate;
use crate::pricing::PlacedTour;
use crate::problem::RosterProblem;
use crate::restricted::choose;
use crate::run::Run;
use crate::search::{Chain, Ground, LOOSEST, STIFFEST};
use crate::start::Start;

/// Constructions and searches side by side unless the clock ends the solve; fixed, so that the result does not depend on
/// the threads.
const LANES: usize = 2;
/// Evaluations of the bound and sweeps of the roster, stage by stage: the first roster within seconds at 1,000 agents, the
/// last from a bound that has converged.
const STAGES: [(u64, i32); 3] = [(40, 8), (300, 10), (4_000, 40)];
/// Evaluations of the bound of a roster at hand that is solved again by iterations: an answer in seconds at 300 agents.
const WARM_EVALUATIONS: u64 = 1_000;
/// Rounds of column generation at most.
const MASTER_ROUNDS: u64 = 8;
/// Agents from which on the volume algorithm alone is closer to the optimum than column generation gets in its time.
const MASTER_AGENTS: usize = 40;
/// Share of a solve limited by time at which column generation ends.
const MASTER_SHARE: f64 = 0.15;
/// Share of a solve limited by time at which the volume algorithm ends.
const BOUND_SHARE: f64 = 0.25;
/// Moves of each search in a round.
const MOVES: u64 = 80;
/// Rounds with which a roster at hand is mended before its bound is raised.
const MENDING: usize = 4;
/// First temperature, as a share of what a missing agent costs a quarter of an hour.
const HOTTEST: f64 = 0.025;
/// Last temperature as a share of the first.
const COOLING: f64 = 0.1;
/// Agents that choose together in the restricted master.
const POLISHED: usize = 10;
/// Groups that do so at each quarter of the search.
const POLISH_GROUPS: usize = 6;

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
    let engine = Engine { run: Run::new(problem.unit, limits, watch), problem, seed };
    let outcome = pool.install(|| engine.solve(from));
    verify(problem, &outcome)?;
    Ok(outcome)
}

/// One solve.
struct Engine<'a> {
    run: Run<'a>,
    problem: &'a RosterProblem,
    seed: Seed,
}

impl Engine<'_> {
    fn solve(mut self, from: &Start) -> Outcome {
        let mut relaxation = Relaxation::starting(self.problem, &from.multipliers);
        let stop_reason = match self.stages(&mut relaxation, from) {
            Ok(reason) | Err(reason) => reason,
        };
        let Run { best: (tours, objective), bound, rounds: iterations, .. } = self.run;
        Outcome { tours, objective, bound, multipliers: relaxation.into_multipliers(), stop_reason, iterations }
    }

    /// Bound and construction in stages, then search; an early stop is the error.
    fn stages(&mut self, relaxation: &mut Relaxation, from: &Start) -> Result<StopReason, StopReason> {
        let [first, second, last] = STAGES;
        if let Some(roster) = from.roster(self.problem) {
            self.keep(&roster);
            self.raise_bound(relaxation, first.0)?;
            self.mend(relaxation.multipliers());
            self.raise_bound(relaxation, if self.run.is_timed() { last.0 } else { WARM_EVALUATIONS })?;
            return Ok(self.search(relaxation.multipliers(), HOTTEST * COOLING));
        }
        self.keep(&greedy(self.problem));
        for (evaluations, sweeps) in [first, second, last] {
            self.raise_bound(relaxation, evaluations)?;
            if evaluations == last.0 {
                self.generate_columns(relaxation)?;
            }
            self.construct(relaxation, sweeps)?;
        }
        Ok(self.search(relaxation.multipliers(), HOTTEST))
    }

    /// Runs the volume algorithm until it stalls, its share of the time is used, or the solve is over.
    fn raise_bound(&mut self, relaxation: &mut Relaxation, evaluations: u64) -> Result<(), StopReason> {
        while relaxation.evaluations < evaluations && !relaxation.stalled() {
            relaxation.advance(self.problem, self.run.best.1 as f64);
            if self.run.raise(relaxation.bound) || relaxation.evaluations.is_multiple_of(10) {
                self.run.report();
            }
            self.run.early_stop()?;
            if self.run.is_timed() && self.run.progress() > BOUND_SHARE {
                break;
            }
        }
        Ok(())
    }

    /// Column generation on top of the volume algorithm where there are few enough agents for it to close more.
    fn generate_columns(&mut self, relaxation: &mut Relaxation) -> Result<(), StopReason> {
        // The master states requirements, not promises over periods. Its few units of bound are worth a share of a solve that
        // the clock ends, not seconds of one that ends by iterations.
        if self.problem.agents.len() > MASTER_AGENTS || !self.problem.coverage.service.is_empty() || !self.run.is_timed() {
            return Ok(());
        }
        let roster = self.run.best.0.clone();
        let run = &mut self.run;
        let _ = generate(self.problem, relaxation, &roster, |bound, rounds| {
            run.raise(bound);
            run.report();
            let ended = rounds >= MASTER_ROUNDS || run.early_stop().is_err();
            run.seconds_until(MASTER_SHARE).filter(|_| !ended)
        });
        // A linear program that HiGHS gives up leaves the bound of the rounds before it.
        self.run.raise(relaxation.bound);
        self.run.early_stop()
    }

    /// Guided rosters with agents in different orders, swept side by side from loose to stiff; the cheapest met is kept.
    fn construct(&mut self, relaxation: &Relaxation, sweeps: i32) -> Result<(), StopReason> {
        let (problem, multipliers) = (self.problem, relaxation.multipliers());
        let price = (problem.coverage.under + problem.coverage.over) as f64;
        let orders = (0..self.lanes() as u64).map(|lane| self.order(lane));
        let orders: Vec<Vec<usize>> = orders.collect();
        let mut lanes: Vec<Incumbent> = orders.par_iter().map(|order| guided(problem, relaxation, order)).collect();
        for number in 0..=sweeps {
            for lane in &lanes {
                self.keep(lane);
            }
            self.run.report();
            self.run.early_stop()?;
            if number < sweeps {
                let rho = price * LOOSEST * (STIFFEST / LOOSEST).powf(f64::from(number) / f64::from(sweeps - 1));
                let pairs = lanes.par_iter_mut().zip(&orders);
                pairs.for_each(|(lane, order)| sweep(problem, (multipliers, rho), lane, order));
            }
        }
        Ok(())
    }

    /// Order of the agents in a lane of construction: as they come in the first.
    fn order(&self, lane: u64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.problem.agents.len()).collect();
        if lane > 0 {
            order.shuffle(&mut self.seed.stream(2000 + lane).rng());
        }
        order
    }

    /// Constructions and searches side by side. Where the clock ends the solve it does not repeat anyway: one a thread.
    fn lanes(&self) -> usize {
        if self.run.is_timed() { rayon::current_num_threads().max(LANES) } else { LANES }
    }

    /// The searches, all from the best roster.
    fn chains(&self) -> Vec<Chain> {
        let start = Incumbent::of(self.problem, self.run.best.0.clone());
        (0..self.lanes()).map(|c| Chain::new(start.clone(), self.seed.stream(c as u64))).collect()
    }

    /// A round of all searches at a temperature.
    fn round(&mut self, ground: &Ground<'_>, chains: &mut [Chain], multipliers: &[Vec<f64>], temperature: f64) {
        chains.par_iter_mut().for_each(|chain| chain.run(ground, multipliers, MOVES, temperature));
        for chain in chains {
            if chain.best_cost < self.run.best.1 {
                self.run.best = (chain.best().to_vec(), chain.best_cost);
            }
        }
        self.run.report();
    }

    /// A few cold rounds: what a small change needs is there at once.
    fn mend(&mut self, multipliers: &[Vec<f64>]) {
        let (ground, mut chains) = (Ground::new(self.problem), self.chains());
        for _ in 0..MENDING {
            if self.run.early_stop().is_ok() {
                self.round(&ground, &mut chains, multipliers, 0.0);
            }
        }
    }

    /// Anneals the chains in rounds, each chain on its own, and keeps the best; all go on from it at each quarter.
    fn search(&mut self, multipliers: &[Vec<f64>], hottest: f64) -> StopReason {
        let ground = Ground::new(self.problem);
        let mut chains = self.chains();
        let (mut quarter, begun) = (0, self.run.progress());
        loop {
            if let Some(reason) = self.run.stop_reason() {
                return reason;
            }
            let progress = self.run.progress();
            if (progress * 4.0) as u32 > quarter {
                quarter = (progress * 4.0) as u32;
                let best = self.polish(multipliers, self.seed.stream(1000 + u64::from(quarter)));
                for chain in &mut chains {
                    chain.restart(&best);
                }
            }
            let cooled = COOLING.powf((progress - begun) / (1.0 - begun).max(1e-9));
            self.round(&ground, &mut chains, multipliers, hottest * ground.quarter_price * cooled);
            self.run.rounds += 1;
        }
    }

    /// Lets groups of agents choose together among tours at hand, and keeps what is cheaper.
    fn polish(&mut self, multipliers: &[Vec<f64>], seed: Seed) -> Incumbent {
        let mut best = Incumbent::of(self.problem, self.run.best.0.clone());
        let mut order: Vec<usize> = (0..self.problem.agents.len()).collect();
        order.shuffle(&mut seed.rng());
        for freed in order.chunks(POLISHED).take(POLISH_GROUPS) {
            if let Some(better) = choose(self.problem, multipliers, &best, freed) {
                best = better;
                self.keep(&best);
            }
            self.run.report();
            if self.run.early_stop().is_err() {
                break;
            }
        }
        best
    }

    fn keep(&mut self, incumbent: &Incumbent) {
        if incumbent.cost < self.run.best.1 {
            self.run.best = (incumbent.tours.clone(), incumbent.cost);
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
