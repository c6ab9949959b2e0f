//! Agents without a tour, and the smallest set of rules that clash.
//!
//! A deletion filter: rules are relaxed one after the other; a rule whose relaxation leaves the agent without a tour
//! stays relaxed, the others are needed for the clash. What remains is irreducible: without any one of them a tour exists.

use crate::automaton::TourRules;
use crate::error::{NoTour, SchedulerError};
use crate::mend::{DutyName, mends};
use crate::pricing::{PresenceValues, Pricer};
use crate::problem::{AgentOffer, CoverageTerms, Duty, RosterProblem};

/// A rule that can be relaxed to see whether it is part of a clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// Days of employment.
    Employment,
    /// Absences.
    TimeOff,
    /// Hours of the day the agent can work.
    Availability,
    /// Classes of shifts the contract allows.
    ShiftClasses,
    /// Night work refused.
    Nights,
    /// Least time between shifts.
    MinimumRest,
    /// Longest run of worked days.
    ConsecutiveDays,
    /// Most days a week.
    MaximumDays,
    /// Most paid minutes a week.
    MaximumMinutes,
    /// Least paid minutes a week.
    MinimumMinutes,
    /// Balance of the hours bank.
    HoursBank,
    /// Weekends worked in a stretch of weeks.
    Weekends,
    /// Sundays worked in a stretch of weeks.
    Sundays,
    /// Days of a roster at hand that must stay as they are.
    Pins,
}

impl Rule {
    /// In the order they are relaxed: what a planner is least likely to change comes last to be cleared.
    pub const ALL: [Rule; 14] = [
        Rule::Employment,
        Rule::TimeOff,
        Rule::Availability,
        Rule::ShiftClasses,
        Rule::Nights,
        Rule::MinimumRest,
        Rule::ConsecutiveDays,
        Rule::MaximumDays,
        Rule::MaximumMinutes,
        Rule::MinimumMinutes,
        Rule::HoursBank,
        Rule::Weekends,
        Rule::Sundays,
        Rule::Pins,
    ];
}

/// Where agents' rules come from.
pub(crate) trait RuleSource {
    /// Code of an agent.
    fn code(&self, agent: usize) -> String;
    /// The agent's terms with some rules relaxed.
    fn relaxed(&self, agent: usize, relaxed: &[Rule]) -> AgentOffer;
    /// The rule in plain words with the agent's values.
    fn words(&self, agent: usize, rule: Rule) -> String;
    /// A duty in words.
    fn named(&self, duty: &Duty) -> DutyName;
}

/// Relaxes the rules that live in [`TourRules`].
pub(crate) fn relax(rules: &mut TourRules, relaxed: &[Rule]) {
    for rule in relaxed {
        match rule {
            Rule::MinimumRest => (rules.rest_minutes, rules.ready_minute) = (0, 0),
            Rule::ConsecutiveDays => rules.maximum_consecutive = u32::MAX,
            Rule::MaximumDays => rules.weeks.iter_mut().for_each(|week| week.maximum_days = u32::MAX),
            Rule::MaximumMinutes => rules.weeks.iter_mut().for_each(|week| week.maximum_minutes = u32::MAX),
            Rule::MinimumMinutes => rules.weeks.iter_mut().for_each(|week| week.minimum_minutes = 0),
            Rule::HoursBank => rules.weeks.iter_mut().for_each(|week| week.total_minutes = None),
            // The source of the rules leaves these out.
            Rule::Employment
            | Rule::TimeOff
            | Rule::Availability
            | Rule::ShiftClasses
            | Rule::Nights
            | Rule::Weekends
            | Rule::Sundays
            | Rule::Pins => {}
        }
    }
}

/// Fails for agents whose rules leave no tour.
///
/// # Errors
/// [`SchedulerError::NoTour`] with every such agent and its clash.
pub(crate) fn require_tours(problem: &RosterProblem, source: &impl RuleSource) -> Result<(), SchedulerError> {
    let none: Vec<NoTour> = (0..problem.agents.len())
        .filter(|&i| !has_tour(problem, i))
        .map(|i| {
            let rules = clash(problem, source, i);
            NoTour { agent: source.code(i), conflict: in_words(source, i, &rules), mends: mends(problem, source, i, &rules) }
        })
        .collect();
    if none.is_empty() { Ok(()) } else { Err(SchedulerError::NoTour { agents: none }) }
}

fn has_tour(problem: &RosterProblem, i: usize) -> bool {
    let values = PresenceValues { sums: Vec::new(), duties: vec![0.0; problem.duties.len()] };
    Pricer::default().price(problem, &problem.agents[i], &values).is_finite()
}

/// Whether the agent has a tour with some rules relaxed.
pub(crate) fn feasible(coverage: &CoverageTerms, duties: &[Duty], offer: AgentOffer) -> bool {
    has_tour(&RosterProblem::new(coverage.clone(), duties.to_vec(), &[offer]), 0)
}

/// The irreducible clash of an agent; empty where even without any rule there is no tour.
fn clash(problem: &RosterProblem, source: &impl RuleSource, agent: usize) -> Vec<Rule> {
    let mut relaxed: Vec<Rule> = Vec::new();
    let mut needed = Vec::new();
    for rule in Rule::ALL {
        relaxed.push(rule);
        if feasible(&problem.coverage, &problem.duties, source.relaxed(agent, &relaxed)) {
            relaxed.pop();
            needed.push(rule);
        }
    }
    needed
}

/// A clash in plain words.
fn in_words(source: &impl RuleSource, agent: usize, needed: &[Rule]) -> String {
    if needed.is_empty() {
        return "no shift template can be worked by this agent on any day, or none has room for its breaks".to_owned();
    }
    let words: Vec<String> = needed.iter().map(|&rule| source.words(agent, rule)).collect();
    match words.as_slice() {
        [only] => format!("{only} cannot be met"),
        [first @ .., last] => format!("{} and {last} cannot hold together", first.join(", ")),
        [] => unreachable!("an empty clash was answered above"),
    }
}
