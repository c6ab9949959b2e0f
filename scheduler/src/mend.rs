//! What would give an agent a tour: the least change of one rule of a clash.
//!
//! Limits are moved step by step to the first value with a tour, found by bisection since a looser limit never takes a tour
//! away. Sets (days off, hours, shift classes) are widened by one member. Every mend is tried with all other rules in force.

use std::collections::BTreeMap;

use crate::automaton::TourRules;
use crate::conflict::{Rule, RuleSource, feasible};
use crate::problem::{AgentOffer, RosterProblem};

/// Minutes between two values of a limit that are tried.
const STEP_MINUTES: u32 = 15;
/// Members of a set that are named.
const NAMED: usize = 3;

/// A duty in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DutyName {
    /// Its day.
    pub day: String,
    /// Its class of shifts.
    pub class: String,
    /// Its template with its hours.
    pub shift: String,
}

/// Changes of one rule each that give the agent a tour, most of the clash's rules having one.
pub(crate) fn mends(problem: &RosterProblem, source: &impl RuleSource, agent: usize, clash: &[Rule]) -> Vec<String> {
    let case = Case { problem, source, agent };
    let single: Vec<String> = clash.iter().filter_map(|&rule| case.mend(rule)).collect();
    if !single.is_empty() || clash.is_empty() {
        return single;
    }
    let pairs = clash.iter().enumerate().flat_map(|(index, &one)| clash[index + 1..].iter().map(move |&two| (one, two)));
    let others = Rule::ALL.iter().flat_map(|&two| clash.iter().map(move |&one| (one, two))).filter(|(one, two)| one != two);
    let both = pairs.chain(others).find(|&(one, two)| case.holds(source.relaxed(agent, &[one, two])));
    both.map(|(one, two)| format!("{} and {} given up together", source.words(agent, one), source.words(agent, two)))
        .into_iter()
        .collect()
}

/// An agent without a tour.
struct Case<'a, S> {
    problem: &'a RosterProblem,
    source: &'a S,
    agent: usize,
}

impl<S: RuleSource> Case<'_, S> {
    fn holds(&self, offer: AgentOffer) -> bool {
        feasible(&self.problem.coverage, &self.problem.duties, offer)
    }

    fn mend(&self, rule: Rule) -> Option<String> {
        if !self.holds(self.source.relaxed(self.agent, &[rule])) {
            return None;
        }
        match rule {
            Rule::MinimumMinutes => {
                let due = |rules: &TourRules| rules.weeks.iter().map(|week| week.minimum_minutes).max().unwrap_or(0);
                let less = self.least(due(&self.rules()), STEP_MINUTES, |rules, step| {
                    rules.weeks.iter_mut().for_each(|week| week.minimum_minutes = week.minimum_minutes.saturating_sub(step));
                })?;
                let now = due(&self.rules());
                Some(format!("a weekly minimum of {} instead of {}", hours(now.saturating_sub(less)), hours(now)))
            }
            Rule::MaximumMinutes => {
                let now = self.rules().weeks.iter().map(|week| week.maximum_minutes).max()?;
                let more = self.least(7 * 24 * 60, STEP_MINUTES, |rules, step| {
                    rules.weeks.iter_mut().for_each(|week| week.maximum_minutes = week.maximum_minutes.saturating_add(step));
                })?;
                Some(format!("a weekly maximum of {} instead of {}", hours(now.saturating_add(more)), hours(now)))
            }
            Rule::MaximumDays => {
                let now = self.rules().weeks.iter().map(|week| week.maximum_days).max()?;
                let more = self.least(7, 1, |rules, step| {
                    rules.weeks.iter_mut().for_each(|week| week.maximum_days = week.maximum_days.saturating_add(step));
                })?;
                Some(format!("up to {} days a week instead of {now}", now.saturating_add(more)))
            }
            Rule::ConsecutiveDays => {
                let now = self.rules().maximum_consecutive;
                let days = self.rules().days() as u32 + self.rules().consecutive_before;
                let more = self.least(days, 1, |rules, step| {
                    rules.maximum_consecutive = rules.maximum_consecutive.saturating_add(step);
                })?;
                Some(format!("up to {} days in a row instead of {now}", now.saturating_add(more)))
            }
            Rule::MinimumRest => {
                let now = u32::try_from(self.rules().rest_minutes).unwrap_or(0);
                let less = self.least(now, STEP_MINUTES, |rules, step| {
                    rules.rest_minutes = (rules.rest_minutes - i64::from(step)).max(0);
                    rules.ready_minute -= i64::from(step);
                })?;
                Some(format!("{} of rest instead of {}", hours(now.saturating_sub(less)), hours(now)))
            }
            Rule::TimeOff => Some(self.wider(rule, "one more day available", |name| name.day)),
            Rule::Employment => Some(self.wider(rule, "employment on one more day", |name| name.day)),
            Rule::Availability => Some(self.wider(rule, "hours that admit one more shift", |name| name.shift)),
            Rule::ShiftClasses => Some(self.wider(rule, "one more class of shifts", |name| name.class)),
            Rule::Nights => Some("night shifts allowed".to_owned()),
            Rule::HoursBank => {
                let most = 8 * 7 * 24 * 60;
                let wider = self.least(most, STEP_MINUTES, |rules, step| {
                    let room = i64::from(step);
                    let limits = rules.weeks.iter_mut().filter_map(|week| week.total_minutes.as_mut());
                    limits.for_each(|(least, most)| (*least, *most) = (*least - room, *most + room));
                })?;
                Some(format!("an hours bank with {} more room", hours(wider)))
            }
            Rule::Weekends => Some("more weekends worked".to_owned()),
            Rule::Sundays => Some("more Sundays worked".to_owned()),
            Rule::Pins => Some("the pinned shifts free to change".to_owned()),
        }
    }

    fn rules(&self) -> TourRules {
        self.source.relaxed(self.agent, &[]).rules
    }

    /// The least multiple of `step` up to `most` by which `loosen` gives a tour.
    fn least(&self, most: u32, step: u32, loosen: impl Fn(&mut TourRules, u32)) -> Option<u32> {
        let offer = self.source.relaxed(self.agent, &[]);
        let holds = |steps: u32| {
            let mut looser = offer.clone();
            loosen(&mut looser.rules, steps * step);
            self.holds(looser)
        };
        let (mut fails, mut works) = (0, most.div_ceil(step));
        if !holds(works) {
            return None;
        }
        while works - fails > 1 {
            let middle = fails + (works - fails) / 2;
            if holds(middle) {
                works = middle;
            } else {
                fails = middle;
            }
        }
        Some(works * step)
    }

    /// `what` and the members of a set that give a tour, one of them alone; all of it where none does alone.
    fn wider(&self, rule: Rule, what: &str, member: impl Fn(DutyName) -> String) -> String {
        let (base, wide) = (self.source.relaxed(self.agent, &[]), self.source.relaxed(self.agent, &[rule]));
        let mut groups: BTreeMap<String, Vec<(usize, i64)>> = BTreeMap::new();
        for &duty in wide.duties.iter().filter(|duty| !base.duties.contains(duty)) {
            let name = member(self.source.named(&self.problem.duties[duty.0]));
            groups.entry(name).or_default().push(duty);
        }
        // A day off that is worked after all no longer counts towards the minimum.
        let days = if rule == Rule::TimeOff { groups.len().max(1) as u32 } else { u32::MAX };
        let works = |added: &Vec<(usize, i64)>| {
            let mut offer = base.clone();
            for (week, wide) in offer.rules.weeks.iter_mut().zip(&wide.rules.weeks) {
                week.minimum_minutes += wide.minimum_minutes.saturating_sub(week.minimum_minutes) / days;
            }
            offer.duties.extend(added);
            offer.duties.sort_unstable();
            self.holds(offer)
        };
        let alone: Vec<&String> = groups.iter().filter(|(_, added)| works(added)).map(|(name, _)| name).collect();
        match alone.as_slice() {
            [] => format!("{} given up", self.source.words(self.agent, rule)),
            names => {
                let shown: Vec<&str> = names.iter().take(NAMED).map(|name| name.as_str()).collect();
                let more = if names.len() > NAMED { format!(" or {} others", names.len() - NAMED) } else { String::new() };
                format!("{what}: {}{more}", shown.join(" or "))
            }
        }
    }
}

/// Minutes as hours: `38 h`, `37.5 h`.
fn hours(minutes: u32) -> String {
    format!("{} h", (f64::from(minutes) / 60.0 * 100.0).round() / 100.0)
}
