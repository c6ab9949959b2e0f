//! The solver's single steps on a contact-centre week, for benches and profiles.

use solver_data::Seed;
use solver_data::week::ContactCentreWeek;

use crate::bound::{Relaxation, class_values};
use crate::construction::{Incumbent, guided, sweep};
use crate::error::SchedulerError;
use crate::master::{Master, MasterFailed};
use crate::pricing::{PresenceValues, Pricer};
use crate::problem::RosterProblem;
use crate::search::{Chain, Ground};
use crate::week::week_problem;

/// Evaluations of the bound before the first step.
const EVALUATIONS: u64 = 40;
/// Evaluations whose tours are the master's columns, and tours of an agent that it solves anew with.
const COLUMN_ROUNDS: usize = 6;

/// A week with a relaxation of a few evaluations and a guided roster, on which single steps are taken and timed.
#[derive(Debug, Clone)]
pub struct Workbench {
    problem: RosterProblem,
    relaxation: Relaxation,
    roster: Incumbent,
    values: Vec<PresenceValues>,
    pricer: Pricer,
    value: Vec<f64>,
    with: Vec<i32>,
}

/// A linear program over tours with some of them held back, see [`Workbench::master`].
pub struct MasterStep<'a> {
    master: Master<'a>,
    held: Vec<(usize, crate::pricing::PlacedTour)>,
}

/// Searches that stand on the workbench's roster, see [`Workbench::search`].
pub struct SearchStep<'a> {
    ground: Ground<'a>,
    chain: Chain,
    multipliers: Vec<Vec<f64>>,
    temperature: f64,
}

impl Workbench {
    /// The workbench of a week.
    ///
    /// # Errors
    /// [`SchedulerError::SeriesLength`] for a requirement that does not fit the week.
    pub fn new(week: &ContactCentreWeek) -> Result<Self, SchedulerError> {
        let problem = week_problem(week)?;
        let mut relaxation = Relaxation::new(&problem);
        for _ in 0..EVALUATIONS {
            relaxation.advance(&problem, f64::NEG_INFINITY);
        }
        let order: Vec<usize> = (0..problem.agents.len()).collect();
        let roster = guided(&problem, &relaxation, &order);
        let values = class_values(&problem, relaxation.multipliers());
        Ok(Self { problem, relaxation, roster, values, pricer: Pricer::default(), value: Vec::new(), with: Vec::new() })
    }

    /// Least reduced cost of an agent's tours, in minor units, where the values of all duties are known: the bound's pricing.
    pub fn price(&mut self, agent: usize) -> f64 {
        let agent = &self.problem.agents[agent];
        self.pricer.price(&self.problem, agent, &self.values[agent.class])
    }

    /// Least reduced cost of an agent's tours at values of presence, duties' values and breaks included: a best response.
    pub fn respond(&mut self, agent: usize) -> f64 {
        let agent = &self.problem.agents[agent];
        self.roster.coverage.values(&self.problem, agent.class, &mut self.with, &mut self.value);
        self.pricer.respond(&self.problem, agent, &self.value)
    }

    /// Takes an agent's tour out of the roster, values presence without it, and puts it back; returns the change in cost, 0.
    pub fn recover(&mut self, agent: usize) -> i64 {
        let (tour, class) = (&self.roster.tours[agent], self.problem.agents[agent].class);
        let change = self.roster.coverage.remove(&self.problem, class, tour);
        self.roster.coverage.values(&self.problem, class, &mut self.with, &mut self.value);
        change + self.roster.coverage.add(&self.problem, class, tour)
    }

    /// Objective of a roster constructed by the relaxation and swept once.
    pub fn construct(&self) -> i64 {
        let order: Vec<usize> = (0..self.problem.agents.len()).collect();
        let mut roster = guided(&self.problem, &self.relaxation, &order);
        let rho = 0.1 * (self.problem.coverage.under + self.problem.coverage.over) as f64;
        sweep(&self.problem, (self.relaxation.multipliers(), rho), &mut roster, &order);
        roster.cost
    }

    /// A solved linear program over the tours of some evaluations of the bound, the last evaluation's tours held back.
    ///
    /// # Panics
    /// When `HiGHS` does not solve it, which would be a bug in its model.
    pub fn master(&self) -> MasterStep<'_> {
        self.try_master().expect("HiGHS solves a linear program that has a solution")
    }

    fn try_master(&self) -> Result<MasterStep<'_>, MasterFailed> {
        let mut relaxation = self.relaxation.clone();
        let delta = 0.01 * (self.problem.coverage.under + self.problem.coverage.over) as f64;
        let mut master = Master::new(&self.problem, relaxation.multipliers(), delta)?;
        let mut held = Vec::new();
        for round in 0..COLUMN_ROUNDS {
            let multipliers = if round == 0 { relaxation.multipliers().to_vec() } else { master.solve(None)?.multipliers };
            let tours = relaxation.probe(&self.problem, multipliers).into_iter().enumerate();
            if round + 1 == COLUMN_ROUNDS {
                held = tours.collect();
            } else {
                for (agent, tour) in tours {
                    master.add(agent, &tour)?;
                }
            }
        }
        Ok(MasterStep { master, held })
    }

    /// A search from the roster, at the temperature of `share` of what a missing agent costs a quarter of an hour.
    pub fn search(&self, seed: Seed, share: f64) -> SearchStep<'_> {
        let ground = Ground::new(&self.problem);
        let temperature = share * ground.quarter_price;
        let multipliers = self.relaxation.multipliers().to_vec();
        SearchStep { ground, chain: Chain::new(self.roster.clone(), seed), multipliers, temperature }
    }
}

impl MasterStep<'_> {
    /// Adds the tours held back and solves again from the basis there is; returns the objective.
    ///
    /// # Panics
    /// When `HiGHS` does not solve it, which would be a bug in its model.
    pub fn resolve(&mut self) -> f64 {
        for (agent, tour) in self.held.drain(..) {
            self.master.add(agent, &tour).expect("HiGHS takes a column");
        }
        self.master.solve(None).expect("HiGHS solves a linear program that has a solution").value
    }
}

impl SearchStep<'_> {
    /// One step: a few agents freed and placed by best response, and the adjustments after it. Returns the cost.
    pub fn step(&mut self) -> i64 {
        self.chain.run(&self.ground, &self.multipliers, 1, self.temperature);
        self.chain.current.cost
    }

    /// `count` adjustments alone. Returns the cost.
    pub fn adjust(&mut self, count: u32) -> i64 {
        self.chain.adjust(&self.ground, count, self.temperature);
        self.chain.current.cost
    }
}
