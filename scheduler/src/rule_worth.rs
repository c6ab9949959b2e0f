//! What it is worth to relax a rule by a unit, for all agents of a contract.

use solver_data::{AgentId, ContractId, TemplateId};

use crate::automaton::TourRules;
use crate::case::CentreCase;
use crate::conflict::{Rule, RuleSource};
use crate::problem::AgentOffer;
use crate::value::Base;

/// Share of the bound below which a worth counts as none.
const NEGLIGIBLE: f64 = 1e-5;

/// A rule relaxed by a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelaxedRule {
    /// An hour less rest between shifts.
    RestHour,
    /// A day more in a row.
    ConsecutiveDay,
    /// A day more a week.
    WeeklyDay,
    /// An hour more a week at most.
    MaximumHour,
    /// An hour less a week at least.
    MinimumHour,
    /// A class of shifts allowed as well.
    ShiftClass(String),
}

/// What relaxing a rule is worth, in minor units over the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleWorth {
    /// For whom.
    pub contract: ContractId,
    /// Which rule.
    pub rule: RelaxedRule,
    /// At the base's multipliers: an estimate from above.
    pub at_multipliers: f64,
    /// By how much the re-optimised bound falls.
    pub reoptimised: f64,
}

impl std::fmt::Display for RelaxedRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RestHour => write!(f, "an hour less rest between shifts"),
            Self::ConsecutiveDay => write!(f, "a day more in a row"),
            Self::WeeklyDay => write!(f, "a day more a week"),
            Self::MaximumHour => write!(f, "an hour more a week at most"),
            Self::MinimumHour => write!(f, "an hour less a week at least"),
            Self::ShiftClass(class) => write!(f, "shift class {class} as well"),
        }
    }
}

/// Every rule of every contract that is worth something, worth most first.
pub(crate) fn rule_worths(case: &CentreCase<'_>, base: &Base) -> Vec<RuleWorth> {
    let mut worths = Vec::new();
    for contract in case.centre.contracts.ids() {
        for rule in rules_of(case, contract) {
            let offers = relaxed(case, contract, &rule);
            if offers == case.offers {
                continue;
            }
            let problem = case.problem_of(&offers);
            let at_multipliers = base.at_multipliers - base.evaluated(&problem);
            if at_multipliers <= NEGLIGIBLE * base.bound.abs() {
                continue;
            }
            let reoptimised = (base.bound - base.reoptimised(&problem)).max(0.0);
            if reoptimised > NEGLIGIBLE * base.bound.abs() {
                worths.push(RuleWorth { contract, rule, at_multipliers, reoptimised });
            }
        }
    }
    worths.sort_by(|a, b| b.reoptimised.total_cmp(&a.reoptimised));
    worths
}

/// The rules of a contract, with every class of shifts that it lacks.
fn rules_of(case: &CentreCase<'_>, contract: ContractId) -> Vec<RelaxedRule> {
    let mut rules = vec![
        RelaxedRule::RestHour,
        RelaxedRule::ConsecutiveDay,
        RelaxedRule::WeeklyDay,
        RelaxedRule::MaximumHour,
        RelaxedRule::MinimumHour,
    ];
    let own = &case.centre.contracts[contract].classes;
    let mut classes: Vec<&String> = case.centre.templates.iter().map(|template| &template.class).collect();
    classes.sort_unstable();
    classes.dedup();
    rules.extend(classes.into_iter().filter(|class| !own.contains(class)).cloned().map(RelaxedRule::ShiftClass));
    rules
}

/// All offers, those of a contract's agents relaxed.
fn relaxed(case: &CentreCase<'_>, contract: ContractId, rule: &RelaxedRule) -> Vec<AgentOffer> {
    let source = case.source();
    let of = |(agent, offer): (usize, &AgentOffer)| {
        if case.centre.agents[AgentId::from(agent)].contract != contract {
            return offer.clone();
        }
        let mut offer = offer.clone();
        match rule {
            RelaxedRule::ShiftClass(class) => {
                let template = |duty: usize| &case.centre.templates[TemplateId::from(case.duties[duty].template)];
                let wide = source.relaxed(agent, &[Rule::ShiftClasses]).duties;
                let own = offer.duties.clone();
                offer.duties = wide.into_iter().filter(|duty| own.contains(duty) || template(duty.0).class == *class).collect();
            }
            rule => loosen(&mut offer.rules, rule),
        }
        offer
    };
    case.offers.iter().enumerate().map(of).collect()
}

fn loosen(rules: &mut TourRules, rule: &RelaxedRule) {
    match rule {
        RelaxedRule::RestHour => {
            (rules.rest_minutes, rules.ready_minute) = ((rules.rest_minutes - 60).max(0), rules.ready_minute - 60);
        }
        RelaxedRule::ConsecutiveDay => rules.maximum_consecutive = rules.maximum_consecutive.saturating_add(1),
        RelaxedRule::WeeklyDay => rules.weeks.iter_mut().for_each(|week| week.maximum_days = week.maximum_days.saturating_add(1)),
        RelaxedRule::MaximumHour => {
            rules.weeks.iter_mut().for_each(|week| week.maximum_minutes = week.maximum_minutes.saturating_add(60));
        }
        RelaxedRule::MinimumHour => {
            rules.weeks.iter_mut().for_each(|week| week.minimum_minutes = week.minimum_minutes.saturating_sub(60));
        }
        RelaxedRule::ShiftClass(_) => {}
    }
}
