//! A model checked once and run again and again with other numbers of agents.

use solver_data::queueing_model::QueueingModel;
use solver_data::{Seed, Watch};

use super::compiled::CompiledModel;
use super::contacts::TypeContacts;
use super::measures::{ModelMeasures, RunCounts};
use super::single_pool::SinglePool;
use super::skill_pools::SkillPools;
use crate::error::{Problem, SimulationError};
use crate::precision::Precision;
use crate::replications::{Gather, replicate, replicate_until};

/// A model checked and compiled, to be run with any numbers of agents under common random numbers: contact k of a type
/// comes at the same instant with the same handle time and patience in every run under the same seed.
///
/// Runs do not change the runner; several threads may share it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRunner {
    name: String,
    compiled: CompiledModel,
}

impl ModelRunner {
    /// Checks and compiles `model`.
    ///
    /// # Errors
    /// [`SimulationError::Refused`] with every problem of the model.
    pub fn new(model: &QueueingModel) -> Result<Self, SimulationError> {
        Self::after(model, Vec::new())
    }

    /// Checks and compiles; `problems` are those found before.
    pub(super) fn after(model: &QueueingModel, problems: Vec<Problem>) -> Result<Self, SimulationError> {
        Ok(Self { name: model.name.clone(), compiled: CompiledModel::new(model, problems)? })
    }

    /// Agents of each group as the model states them.
    pub fn agents(&self) -> &[u32] {
        &self.compiled.agents
    }

    /// Runs `replications` independent replications with `agents` in the groups; see
    /// [`simulate_model`](super::simulate_model) for what is measured.
    ///
    /// # Errors
    /// [`SimulationError::Refused`] for no replications or a wrong number of groups; [`SimulationError::Interrupted`].
    pub fn run(
        &self,
        agents: &[u32],
        replications: u32,
        seed: Seed,
        watch: &dyn Watch,
    ) -> Result<ModelMeasures, SimulationError> {
        self.check(agents, replications)?;
        let mut runs = Vec::with_capacity(replications as usize);
        replicate(replications, seed, watch, |seed| self.run_once(agents, seed), |run| runs.push(run))?;
        Ok(ModelMeasures::of(&runs))
    }

    /// Runs replications until every share and mean wait of every type, of all together, and every occupancy is within
    /// `precision`, or `precision.most` are done: whether it was reached, [`ModelMeasures::excess`] tells.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_to(
        &self,
        agents: &[u32],
        precision: &Precision,
        seed: Seed,
        watch: &dyn Watch,
    ) -> Result<ModelMeasures, SimulationError> {
        self.check(agents, precision.most)?;
        let mut runs = Runs(Vec::new());
        replicate_until(precision, seed, watch, |seed| self.run_once(agents, seed), &mut runs)?;
        Ok(ModelMeasures::of(&runs.0))
    }

    fn check(&self, agents: &[u32], replications: u32) -> Result<(), SimulationError> {
        let mut problems = Vec::new();
        if replications == 0 {
            problems.push(Problem::NoReplications);
        }
        if agents.len() != self.compiled.agents.len() {
            problems.push(Problem::AgentNumbers { given: agents.len(), groups: self.compiled.agents.len() });
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(SimulationError::Refused { subject: format!("model \"{}\"", self.name), problems })
    }

    /// One replication.
    fn run_once(&self, agents: &[u32], seed: Seed) -> RunCounts {
        let model = &self.compiled;
        let (types, busy_seconds) = match model.single_pool() {
            Some(stream) => {
                let contacts = TypeContacts::new(stream, 0, seed);
                SinglePool::new(contacts, agents[0], model.pace[0], stream.threshold, (model.warm_up, model.end)).run()
            }
            None => SkillPools::new(model, agents, seed).run(),
        };
        let share = |(&agents, &busy): (&u32, &f64)| {
            let available = f64::from(agents) * (model.end - model.warm_up);
            if available > 0.0 { busy / available } else { 0.0 }
        };
        RunCounts { types, occupancy: agents.iter().zip(&busy_seconds).map(share).collect() }
    }
}

/// The replications of a run of unknown length.
struct Runs(Vec<RunCounts>);

impl Gather<RunCounts> for Runs {
    fn add(&mut self, replication: RunCounts) {
        self.0.push(replication);
    }

    fn excess(&self, precision: &Precision) -> f64 {
        ModelMeasures::of(&self.0).excess(precision)
    }
}
