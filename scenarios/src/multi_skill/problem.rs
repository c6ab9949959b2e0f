//! What is asked: a model without numbers of agents, a promise a type, a price a group.

use solver_data::ServiceTarget;
use solver_data::queueing_model::QueueingModel;

use super::error::MultiSkillError;

/// Groups or types that a set can hold as bits.
const BITS: usize = 64;

/// Terms on which agents of a group are to be had.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupTerms {
    /// Price of an agent for the stretch staffed, above 0, in any unit that all groups share.
    pub price: f64,
    /// Fewest agents.
    pub least: u32,
    /// Most agents; `None` for no limit.
    pub most: Option<u32>,
}

impl GroupTerms {
    /// Any number of agents at a price.
    pub fn unlimited(price: f64) -> Self {
        Self { price, least: 0, most: None }
    }
}

/// Least-cost numbers of agents in the groups of a stationary model, such that every type keeps its target.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiSkillProblem {
    /// Types, groups and routing; the numbers of agents in it are not looked at, nor are its hours: see
    /// [`SimulationEffort`](super::SimulationEffort).
    pub model: QueueingModel,
    /// What each type promises: `len == model.contact_types.len()`. A service level's threshold takes the place of the
    /// type's own `service_level_seconds`.
    pub targets: Vec<ServiceTarget>,
    /// Terms of each group: `len == model.groups.len()`.
    pub terms: Vec<GroupTerms>,
}

impl MultiSkillProblem {
    /// The problem of `model` with one target for all types and agents of all groups at the price of 1.
    pub fn uniform(model: QueueingModel, target: ServiceTarget) -> Self {
        let targets = vec![target; model.contact_types.len()];
        let terms = vec![GroupTerms::unlimited(1.0); model.groups.len()];
        Self { model, targets, terms }
    }

    /// Price of `agents`, one number a group.
    pub fn cost(&self, agents: &[u32]) -> f64 {
        self.terms.iter().zip(agents).map(|(terms, &agents)| terms.price * f64::from(agents)).sum()
    }

    /// Checks the shape and who serves whom.
    pub(super) fn skills(&self) -> Result<Skills, MultiSkillError> {
        let (types, groups) = (self.model.contact_types.len(), self.model.groups.len());
        if self.targets.len() != types || self.terms.len() != groups {
            return Err(MultiSkillError::Shape { types, targets: self.targets.len(), groups, terms: self.terms.len() });
        }
        if types > BITS || groups > BITS {
            return Err(MultiSkillError::TooLarge { types, groups, most: BITS });
        }
        for (group, terms) in self.model.groups.iter().zip(&self.terms) {
            if !(terms.price.is_finite() && terms.price > 0.0) {
                return Err(MultiSkillError::Price { group: group.id.clone(), price: terms.price });
            }
            if let Some(most) = terms.most.filter(|&most| most < terms.least) {
                return Err(MultiSkillError::Limits { group: group.id.clone(), least: terms.least, most });
            }
        }
        Skills::of(&self.model)
    }
}

/// Who may serve whom, as bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Skills {
    /// By type: the groups that may serve it.
    pub servers: Vec<u64>,
    /// By type: the groups its contacts try on arrival or whose agents look for them, with their handle time in seconds.
    pub present: Vec<bool>,
}

impl Skills {
    fn of(model: &QueueingModel) -> Result<Self, MultiSkillError> {
        let mut servers = Vec::with_capacity(model.contact_types.len());
        for own in &model.contact_types {
            let mut bits = 0;
            for (bit, group) in model.groups.iter().enumerate() {
                let routed = own.route.iter().flatten().any(|listed| *listed == group.id);
                bits |= u64::from(routed || group.serves.contains(&own.id)) << bit;
            }
            if bits == 0 && own.arrivals_per_hour > 0.0 {
                return Err(MultiSkillError::NobodyServes { contact_type: own.id.clone() });
            }
            servers.push(bits);
        }
        let present = model.contact_types.iter().map(|own| own.arrivals_per_hour > 0.0).collect();
        Ok(Self { servers, present })
    }

    /// Types that have contacts.
    pub fn types(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.servers.len()).filter(|&own| self.present[own])
    }
}

/// The members of a set of bits, ascending.
pub(super) fn members(bits: u64) -> impl Iterator<Item = usize> {
    (0..BITS).filter(move |bit| bits >> bit & 1 == 1)
}
