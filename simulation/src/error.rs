//! What cannot be simulated, and why; every reason at once.

/// A simulation that did not take place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The input describes nothing that could happen.
    #[error("{subject} cannot be simulated: {}", listed(problems))]
    Refused {
        /// Name of the model or of the centre.
        subject: String,
        /// Everything found in one pass.
        problems: Vec<Problem>,
    },
    /// The user asked to stop before all replications were done; a mean over fewer would not repeat.
    #[error("the simulation was stopped after {done} of {replications} replications")]
    Interrupted {
        /// Replications finished.
        done: u32,
        /// Replications wished.
        replications: u32,
    },
}

/// One reason why an input cannot be simulated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// No replication was asked for.
    #[error("0 replications give no estimate; ask for 1 or more, 2 or more for a confidence interval")]
    NoReplications,
    /// A number is negative, infinite or not a number where it must not be.
    #[error("{path} is {value}; give a finite number {wanted}")]
    Number {
        /// Place in the input, such as `contact_types[2].patience_seconds`.
        path: String,
        /// What was given.
        value: f64,
        /// Its range.
        wanted: Wanted,
    },
    /// Two types or two groups have the same id.
    #[error("{path} repeats the id \"{id}\"; ids are unique")]
    RepeatedId {
        /// Place of the second.
        path: String,
        /// The id.
        id: String,
    },
    /// A group is named that the model does not have.
    #[error("{path} names the group \"{group}\", which is not among the groups")]
    UnknownGroup {
        /// Place of the name.
        path: String,
        /// The name.
        group: String,
    },
    /// A type is named that the model does not have.
    #[error("{path} names the type \"{contact_type}\", which is not among the contact types")]
    UnknownType {
        /// Place of the name.
        path: String,
        /// The name.
        contact_type: String,
    },
    /// A group serves a type without a handle time.
    #[error("{path} has no handle time for the group \"{group}\", which serves it")]
    NoHandleTime {
        /// Place where it should stand.
        path: String,
        /// The group.
        group: String,
    },
    /// A lognormal handle time needs its coefficient of variation.
    #[error("{path} is missing; a lognormal handle time needs a cv above 0, such as 1.0")]
    LognormalWithoutCv {
        /// Place where it should stand.
        path: String,
    },
    /// An empirical distribution cannot be drawn from.
    #[error("{path} cannot be drawn from; {wanted}")]
    Shape {
        /// Place where it stands or should stand.
        path: String,
        /// What would be right.
        wanted: &'static str,
    },
    /// A run needs one number of agents for each group.
    #[error("{given} numbers of agents for {groups} groups; give one for each")]
    AgentNumbers {
        /// Numbers given.
        given: usize,
        /// Groups of the model.
        groups: usize,
    },
    /// More contacts than a run can hold.
    #[error("a replication expects {expected:.0} contacts, more than {limit:.0}; shorten the hours")]
    TooManyContacts {
        /// Expected contacts in one replication.
        expected: f64,
        /// The most that is simulated.
        limit: f64,
    },
    /// The forecast knows nothing of a queue of the centre.
    #[error("the forecast has no queue \"{queue}\"; forecast every queue of the centre")]
    QueueWithoutForecast {
        /// The queue.
        queue: String,
    },
    /// A queue has contacts but no handle time.
    #[error("queue \"{queue}\" has no handle time in the forecast; set its aht_seconds")]
    QueueWithoutHandleTime {
        /// The queue.
        queue: String,
    },
    /// A vector of the forecast does not fit its grid.
    #[error("{path} has {given} values on a grid of {intervals} intervals")]
    Length {
        /// Which vector.
        path: String,
        /// Its length.
        given: usize,
        /// Intervals of the grid.
        intervals: usize,
    },
    /// The roster does not reach over the days of the forecast.
    #[error("the roster has no day {date}, which the forecast covers; make both for the same days")]
    DayWithoutRoster {
        /// The first such day.
        date: String,
    },
    /// A tour belongs to nobody.
    #[error("the roster has a tour of agent number {agent}, but the centre has {agents} agents")]
    UnknownAgent {
        /// Row of the agents' table.
        agent: u32,
        /// Agents of the centre.
        agents: usize,
    },
    /// Contacts escalate to a queue that the centre does not have.
    #[error("queue \"{queue}\" escalates to queue number {to}, but the centre has {queues} queues")]
    UnknownEscalation {
        /// The queue they come from.
        queue: String,
        /// Row of the queues' table.
        to: u32,
        /// Queues of the centre.
        queues: usize,
    },
    /// A recorded contact came to a queue that the centre does not have.
    #[error("{contacts} recorded contacts came to \"{queue}\", which is not a queue of the centre")]
    UnknownQueue {
        /// The name.
        queue: String,
        /// How many contacts name it.
        contacts: usize,
    },
}

/// Range that a number must lie in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// 0 or more.
    NonNegative,
    /// Above 0.
    Positive,
    /// 0 to 1.
    Fraction,
}

impl Wanted {
    /// Whether `value` lies in the range.
    pub(crate) fn holds(self, value: f64) -> bool {
        value.is_finite()
            && match self {
                Self::NonNegative => value >= 0.0,
                Self::Positive => value > 0.0,
                Self::Fraction => (0.0..=1.0).contains(&value),
            }
    }

    /// Adds a problem unless `value` lies in the range.
    pub(crate) fn check(self, value: f64, path: impl FnOnce() -> String, problems: &mut Vec<Problem>) {
        if !self.holds(value) {
            problems.push(Problem::Number { path: path(), value, wanted: self });
        }
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NonNegative => "of 0 or more",
            Self::Positive => "above 0",
            Self::Fraction => "from 0 to 1",
        })
    }
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
