//! What keeps a multi-skill staffing from being found.

/// A multi-skill staffing that was not found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MultiSkillError {
    /// The parts of the problem do not fit.
    #[error("{targets} targets for {types} contact types and {terms} terms for {groups} groups; give one each")]
    Shape {
        /// Contact types of the model.
        types: usize,
        /// Targets given.
        targets: usize,
        /// Groups of the model.
        groups: usize,
        /// Terms given.
        terms: usize,
    },
    /// More types or groups than a set of them can hold.
    #[error("{types} contact types and {groups} groups; at most {most} of each can be staffed together")]
    TooLarge {
        /// Contact types.
        types: usize,
        /// Groups.
        groups: usize,
        /// Most of each.
        most: usize,
    },
    /// A price that nothing can have.
    #[error("the price of group \"{group}\" is {price}; give a finite number above 0")]
    Price {
        /// The group.
        group: String,
        /// Its price.
        price: f64,
    },
    /// A group with more agents at least than at most.
    #[error("group \"{group}\" has at least {least} and at most {most} agents")]
    Limits {
        /// The group.
        group: String,
        /// Fewest agents.
        least: u32,
        /// Most agents.
        most: u32,
    },
    /// A type with contacts that no group may take.
    #[error("no group serves contact type \"{contact_type}\", which has contacts; route it to a group")]
    NobodyServes {
        /// The type.
        contact_type: String,
    },
    /// No numbers within the limits keep every target, as far as the search has looked.
    #[error("with {agents} agents {} still miss(es) the target; allow more agents or ask for less", missing.join(", "))]
    OutOfReach {
        /// Agents of the best numbers tried.
        agents: u64,
        /// Types that miss their target with them.
        missing: Vec<String>,
    },
    /// A target that no formula can size.
    #[error(transparent)]
    Staffing(#[from] staffing::StaffingError),
    /// A model that cannot be simulated, or a run that was stopped.
    #[error(transparent)]
    Simulation(#[from] simulation::SimulationError),
}
