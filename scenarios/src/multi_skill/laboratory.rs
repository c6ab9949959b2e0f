//! Simulated trials of numbers of agents, all under the same random numbers, and remembered.

use std::collections::BTreeMap;
use std::sync::Arc;

use simulation::{ModelMeasures, ModelRunner};
use solver_data::{Seed, SolveProgress, Watch};

use super::error::MultiSkillError;
use super::limit::{Limit, Trial, Verdict};
use super::problem::{MultiSkillProblem, Skills};

/// Standard errors beyond which a limit counts as kept or missed before the replications are used up.
///
/// Every look of the sequential test errs with probability 1e-3 at most (normal, two-sided).
const DOUBT: f64 = 3.3;
/// Stream of the master seed for the search.
const SEARCH: u64 = 0;
/// Stream of the master seed for the proofs; each has its own below it.
const PROOF: u64 = 1;
/// Contacts of the rarest type that a replication expects at least, where the whole run stays affordable.
const RAREST: f64 = 25.0;
/// Times the wished contacts that a replication may have for the sake of its rarest type.
const LONGEST: f64 = 4.0;

/// How much is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulationEffort {
    /// Contacts of all types that a replication measures, about.
    pub contacts: f64,
    /// Replications of the first look, 2 or more; they double until the limits are decided.
    pub first: u32,
    /// Replications after which the means decide.
    pub most: u32,
    /// Replications of the final proof, with random numbers of its own.
    pub proof: u32,
    /// Rounds of polish beyond the neighbourhood, after each descent.
    pub polish: u32,
}

impl SimulationEffort {
    /// Decides a difference of about half a percentage point of service level: for one problem.
    pub const THOROUGH: Self = Self { contacts: 8_000.0, first: 10, most: 160, proof: 160, polish: 12 };
    /// For hundreds of intervals.
    pub const BRISK: Self = Self { contacts: 2_000.0, first: 8, most: 64, proof: 64, polish: 2 };
}

/// A watch that hears of interruption alone: thousands of trials are no news.
struct Quiet<'a>(&'a dyn Watch);

impl Watch for Quiet<'_> {
    fn elapsed_seconds(&self) -> f64 {
        self.0.elapsed_seconds()
    }
    fn interrupted(&self) -> bool {
        self.0.interrupted()
    }
    fn solve_progress(&self, _: &SolveProgress) {}
    fn stage_progress(&self, _: &str, _: u64, _: u64) {}
}

/// The trials of one problem.
pub(super) struct Laboratory<'a> {
    pub problem: &'a MultiSkillProblem,
    pub limits: Arc<[Limit]>,
    runner: ModelRunner,
    effort: SimulationEffort,
    seed: Seed,
    watch: &'a dyn Watch,
    trials: BTreeMap<Vec<u32>, Trial>,
    /// Numbers that kept every limit in the search and missed one in a proof.
    refuted: Vec<Vec<u32>>,
    proofs: u64,
}

impl<'a> Laboratory<'a> {
    /// How much is simulated.
    pub fn effort(&self) -> SimulationEffort {
        self.effort
    }

    /// An empty laboratory.
    ///
    /// # Errors
    /// [`MultiSkillError::Simulation`] for a model that cannot be simulated.
    pub fn new(
        problem: &'a MultiSkillProblem,
        skills: &Skills,
        effort: SimulationEffort,
        seed: Seed,
        watch: &'a dyn Watch,
    ) -> Result<Self, MultiSkillError> {
        let mut model = problem.model.clone();
        for (own, target) in model.contact_types.iter_mut().zip(&problem.targets) {
            if let Some(level) = target.service_level {
                own.service_level_seconds = level.within_seconds;
            }
        }
        let rates = || model.contact_types.iter().map(|own| own.arrivals_per_hour).filter(|&rate| rate > 0.0);
        let (all, rarest) = (rates().sum::<f64>(), rates().fold(f64::INFINITY, f64::min));
        if all > 0.0 {
            let hours = effort.contacts / all;
            model.hours = hours.max((RAREST / rarest).min(LONGEST * hours));
            let longest = model.contact_types.iter().flat_map(|own| own.handle_seconds.values()).copied().fold(0.0, f64::max);
            // An empty house fills within a few handle times.
            model.warm_up_hours = (8.0 * longest / 3600.0).max(0.05 * model.hours).min(model.hours);
        }
        let limits = Limit::all(problem, skills).into();
        let runner = ModelRunner::new(&model)?;
        Ok(Self { problem, limits, runner, effort, seed, watch, trials: BTreeMap::new(), refuted: Vec::new(), proofs: 0 })
    }

    /// Numbers of agents tried.
    pub fn tried(&self) -> usize {
        self.trials.len()
    }

    /// The trial of `agents` after `stages` at least; the first is always done.
    ///
    /// # Errors
    /// [`MultiSkillError::Simulation`] when the watch asks to stop.
    pub fn look(&mut self, agents: &[u32], stages: usize) -> Result<&Trial, MultiSkillError> {
        let mut trial = self.trials.remove(agents).unwrap_or_default();
        let first = self.effort.first.max(2);
        for stage in trial.stages()..stages.max(1) {
            // The first two are equally long, then each is as long as all before.
            let replications = first << stage.saturating_sub(1);
            let seed = self.seed.stream(SEARCH).stream(stage as u64);
            let measures = self.runner.run(agents, replications, seed, &Quiet(self.watch))?;
            trial.add(&self.limits, agents, &measures);
        }
        Ok(self.trials.entry(agents.to_vec()).or_insert(trial))
    }

    /// Whether `agents` keep every limit: replications double until that is beyond doubt, then the means decide.
    ///
    /// # Errors
    /// [`MultiSkillError::Simulation`] when the watch asks to stop.
    pub fn keeps(&mut self, agents: &[u32]) -> Result<bool, MultiSkillError> {
        if self.refuted.iter().any(|refuted| covers(refuted, agents)) || self.surely_misses(agents) {
            return Ok(false);
        }
        let limits = Arc::clone(&self.limits);
        let last = (self.effort.most / self.effort.first.max(2)).max(1).ilog2() as usize + 1;
        for stages in 1..=last {
            match self.look(agents, stages)?.verdict(&limits, DOUBT) {
                Verdict::Keeps => return Ok(true),
                Verdict::Misses => return Ok(false),
                Verdict::Open => {}
            }
        }
        Ok(self.look(agents, last)?.keeps_by_mean(&limits))
    }

    /// Whether more agents everywhere are known to miss a limit beyond doubt, so that `agents` do, too.
    pub fn surely_misses(&self, agents: &[u32]) -> bool {
        self.trials.iter().any(|(known, trial)| covers(known, agents) && trial.verdict(&self.limits, DOUBT) == Verdict::Misses)
    }

    /// Numbers known to keep every limit beyond doubt.
    pub fn known_to_keep(&self) -> impl Iterator<Item = &[u32]> {
        let keeps = |trial: &Trial| trial.verdict(&self.limits, DOUBT) == Verdict::Keeps;
        self.trials.iter().filter(move |(_, trial)| keeps(trial)).map(|(agents, _)| agents.as_slice())
    }

    /// A simulation of `agents` with fresh random numbers: what it measures, and its trial.
    ///
    /// # Errors
    /// [`MultiSkillError::Simulation`] when the watch asks to stop.
    pub fn prove(&mut self, agents: &[u32]) -> Result<(ModelMeasures, Trial), MultiSkillError> {
        let seed = self.seed.stream(PROOF).stream(self.proofs);
        self.proofs += 1;
        let measures = self.runner.run(agents, self.effort.proof.max(2), seed, &Quiet(self.watch))?;
        let mut trial = Trial::default();
        trial.add(&self.limits, agents, &measures);
        Ok((measures, trial))
    }

    /// Takes `agents` and whatever they cover for not enough from now on.
    pub fn refute(&mut self, agents: &[u32]) {
        self.refuted.push(agents.to_vec());
    }
}

/// Whether no group of `more` has fewer agents.
fn covers(more: &[u32], agents: &[u32]) -> bool {
    more.iter().zip(agents).all(|(more, agents)| more >= agents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use solver_data::queueing_model::QueueingModel;
    use solver_data::{ServiceTarget, Unwatched};

    const EFFORT: SimulationEffort = SimulationEffort { contacts: 1_000.0, first: 4, most: 16, proof: 4, polish: 0 };

    fn problem() -> MultiSkillProblem {
        let model: QueueingModel = serde_json::from_str(include_str!("../../tests/data/CHAIN6_chain2.json")).unwrap();
        MultiSkillProblem::uniform(model, ServiceTarget::share_within(0.8, 20.0))
    }

    #[test]
    fn a_trial_taken_further_is_the_trial_taken_at_once() {
        let problem = problem();
        let skills = problem.skills().unwrap();
        let laboratory = || Laboratory::new(&problem, &skills, EFFORT, Seed(1), &Unwatched).unwrap();
        let (mut one, mut other) = (laboratory(), laboratory());
        one.look(&[11; 6], 1).unwrap();
        one.look(&[9; 6], 1).unwrap();
        assert_eq!(one.look(&[11; 6], 3).unwrap(), other.look(&[11; 6], 3).unwrap());
        assert_eq!(one.look(&[9; 6], 1).unwrap().stages(), 1);
        assert_eq!(one.look(&[11; 6], 1).unwrap().at(1), laboratory().look(&[11; 6], 1).unwrap().at(1));
    }

    #[test]
    fn what_is_known_to_miss_condemns_what_has_fewer_agents_everywhere() {
        let problem = problem();
        let mut laboratory = Laboratory::new(&problem, &problem.skills().unwrap(), EFFORT, Seed(1), &Unwatched).unwrap();
        assert!(!laboratory.keeps(&[8; 6]).unwrap() && laboratory.keeps(&[14; 6]).unwrap());
        assert!(laboratory.surely_misses(&[8, 8, 8, 7, 8, 8]) && !laboratory.surely_misses(&[8, 8, 8, 7, 8, 9]));
        assert_eq!(laboratory.known_to_keep().collect::<Vec<_>>(), [&[14; 6]]);
        laboratory.refute(&[14; 6]);
        assert!(!laboratory.keeps(&[14, 14, 14, 14, 13, 14]).unwrap());
    }
}
