//! The search for least-cost numbers of agents, and its answer.

use simulation::ModelMeasures;
use solver_data::{Estimate, Seed, Watch};

use super::bound::{AloneStaffing, PooledBound, alone, pooled_bounds};
use super::cut::cuts;
use super::descent::{descend, repair};
use super::error::MultiSkillError;
use super::laboratory::{Laboratory, SimulationEffort};
use super::limit::{LimitProof, Trial, UnjudgedPart, unjudged};
use super::polish::polish;
use super::problem::MultiSkillProblem;
use super::program::{Row, cheapest};

/// Programs solved at most before repair takes over.
const MOST_PROGRAMS: u32 = 30;
/// Proofs at most; each that fails asks for more agents.
const MOST_PROOFS: u32 = 12;

/// Simulated service of a type in the proof, each with its 95 % half-width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProvenService {
    /// Share of all contacts answered within the threshold.
    pub service_level: Estimate,
    /// Share that abandons.
    pub abandonment: Estimate,
    /// Mean wait in seconds, abandoned contacts included.
    pub mean_wait: Estimate,
}

/// A lower bound on the price of any staffing that keeps the targets.
#[derive(Debug, Clone, PartialEq)]
pub struct CostBound {
    /// By what one pool of the fastest agents would need; see [`PooledBound::agents`].
    pub pooled: f64,
    /// Agents of each group at that price.
    pub agents: Vec<u32>,
    /// By the work alone; proven for every routing, see [`PooledBound::proven`].
    pub proven: f64,
}

/// Numbers of agents with their proof.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiSkillStaffing {
    /// Agents of each group, in model order.
    pub agents: Vec<u32>,
    /// Their price.
    pub cost: f64,
    /// What no staffing can cost less than.
    pub bound: CostBound,
    /// Each type with agents of its own, by the formulas.
    pub alone: AloneStaffing,
    /// Service of each type, simulated with random numbers that the search has not seen.
    pub service: Vec<ProvenService>,
    /// Busy share of each group.
    pub occupancy: Vec<Estimate>,
    /// Every limit of every target, from the same simulation.
    pub proofs: Vec<LimitProof>,
    /// Parts of the targets that were neither sized nor proven.
    pub unjudged: Vec<UnjudgedPart>,
    /// Numbers of agents that were simulated.
    pub tried: usize,
    /// Cuts that were made.
    pub cuts: usize,
}

impl MultiSkillStaffing {
    /// (cost - pooled bound) / cost; 0 where nothing is needed.
    pub fn gap(&self) -> f64 {
        if self.cost > 0.0 { ((self.cost - self.bound.pooled) / self.cost).max(0.0) } else { 0.0 }
    }

    /// Whether the proof keeps every limit by its mean; says nothing of what is `unjudged`.
    pub fn keeps_all(&self) -> bool {
        self.proofs.iter().all(|proof| proof.kept)
    }
}

/// Finds the least-cost numbers of agents that keep every target: pooled bounds, integer programs and cuts, then a
/// descent until no cheaper neighbour keeps the targets, then a proof with fresh random numbers.
///
/// The answer is the same for any number of threads. It is a local optimum, judged by simulation: a limit within half a
/// percentage point or so of the means may be judged either way.
///
/// # Errors
/// [`MultiSkillError`]: a problem that makes no sense, targets out of reach, or a wish to stop.
pub fn staff_multi_skill(
    problem: &MultiSkillProblem,
    effort: SimulationEffort,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<MultiSkillStaffing, MultiSkillError> {
    Search::new(problem, effort, seed, watch)?.run(None)
}

/// A search in progress.
pub(super) struct Search<'a> {
    laboratory: Laboratory<'a>,
    bounds: Vec<PooledBound>,
    alone: AloneStaffing,
    cuts: usize,
}

impl<'a> Search<'a> {
    pub fn new(
        problem: &'a MultiSkillProblem,
        effort: SimulationEffort,
        seed: Seed,
        watch: &'a dyn Watch,
    ) -> Result<Self, MultiSkillError> {
        let skills = problem.skills()?;
        let bounds = pooled_bounds(problem, &skills);
        let alone = alone(problem, &skills)?;
        let laboratory = Laboratory::new(problem, &skills, effort, seed, watch)?;
        Ok(Self { laboratory, bounds, alone, cuts: 0 })
    }

    /// Searches, from numbers that may do where some are given.
    pub fn run(mut self, start: Option<&[u32]>) -> Result<MultiSkillStaffing, MultiSkillError> {
        let bound = self.cost_bound()?;
        let rounds = self.laboratory.effort().polish;
        let mut agents = match start {
            Some(start) => start.to_vec(),
            None => self.cut_down()?,
        };
        let mut tangents = Vec::new();
        for proof in 1.. {
            repair(&mut self.laboratory, &mut agents)?;
            descend(&mut self.laboratory, &mut agents)?;
            while let Some(better) = polish(&mut self.laboratory, &mut tangents, &agents, rounds)? {
                agents = better;
                descend(&mut self.laboratory, &mut agents)?;
            }
            let (measures, trial) = self.laboratory.prove(&agents)?;
            if trial.keeps_by_mean(&self.laboratory.limits) || proof == MOST_PROOFS {
                return Ok(self.answer(agents, bound, &measures, &trial));
            }
            self.laboratory.refute(&agents);
        }
        unreachable!("the last proof returns")
    }

    fn rows(&self, agents: impl Fn(&PooledBound) -> u32) -> Vec<Row> {
        let groups = self.laboratory.problem.terms.len();
        self.bounds.iter().map(|bound| Row::of_bound(bound, agents(bound), groups)).collect()
    }

    fn cost_bound(&self) -> Result<CostBound, MultiSkillError> {
        let problem = self.laboratory.problem;
        let least = |rows: Vec<Row>| cheapest(&problem.terms, &rows).ok_or_else(|| self.too_few());
        let proven = least(self.rows(|bound| bound.proven))?;
        // The pooled bound may ask for more than the limits allow, and simulation has the last word.
        let agents = least(self.rows(|bound| bound.agents)).unwrap_or_else(|_| proven.clone());
        Ok(CostBound { pooled: problem.cost(&agents), agents, proven: problem.cost(&proven) })
    }

    /// The limits of the groups leave fewer agents than there is work.
    fn too_few(&self) -> MultiSkillError {
        let problem = self.laboratory.problem;
        let most = |groups: u64| -> u64 {
            let within = super::problem::members(groups).map(|group| problem.terms[group].most.map_or(u64::MAX / 64, u64::from));
            within.sum()
        };
        let short = self.bounds.iter().filter(|bound| most(bound.groups) < u64::from(bound.proven));
        let types = short.fold(0, |types, bound| types | bound.types);
        let missing = super::problem::members(types).map(|own| problem.model.contact_types[own].id.clone()).collect();
        let agents = problem.terms.iter().filter_map(|terms| terms.most).map(u64::from).sum();
        MultiSkillError::OutOfReach { agents, missing }
    }

    /// Programs and cuts in turn, until the cheapest numbers that obey all rows keep every limit, or the rows stop helping.
    fn cut_down(&mut self) -> Result<Vec<u32>, MultiSkillError> {
        let problem = self.laboratory.problem;
        let mut rows = self.rows(|bound| bound.agents);
        let mut last: Option<Vec<u32>> = None;
        for _ in 0..MOST_PROGRAMS {
            let Some(agents) = cheapest(&problem.terms, &rows) else { break };
            if last.as_ref() == Some(&agents) {
                break;
            }
            if self.laboratory.keeps(&agents)? {
                return Ok(agents);
            }
            let further = cuts(&mut self.laboratory, &agents)?;
            self.cuts += further.len();
            rows.extend(further);
            last = Some(agents);
        }
        let least = || problem.terms.iter().map(|terms| terms.least).collect();
        let cheapest_known = self.laboratory.known_to_keep().min_by(|a, b| problem.cost(a).total_cmp(&problem.cost(b)));
        Ok(cheapest_known.map(<[u32]>::to_vec).or(last).unwrap_or_else(least))
    }

    fn answer(self, agents: Vec<u32>, bound: CostBound, measures: &ModelMeasures, trial: &Trial) -> MultiSkillStaffing {
        let service = measures.types.iter().map(|own| ProvenService {
            service_level: own.sl.estimate(),
            abandonment: own.p_abandon.estimate(),
            mean_wait: own.asa.estimate(),
        });
        let unjudged = self
            .laboratory
            .problem
            .targets
            .iter()
            .enumerate()
            .flat_map(|(contact_type, target)| unjudged(target).map(move |name| UnjudgedPart { contact_type, name }));
        MultiSkillStaffing {
            cost: self.laboratory.problem.cost(&agents),
            bound,
            service: service.collect(),
            occupancy: measures.occupancy.iter().map(simulation::Measure::estimate).collect(),
            unjudged: unjudged.collect(),
            proofs: trial.proofs(&self.laboratory.limits),
            tried: self.laboratory.tried(),
            cuts: self.cuts,
            alone: self.alone,
            agents,
        }
    }
}
