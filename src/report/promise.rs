//! How the simulated service stands to what the queues promise: met, missed, or too close to call.

use solver_data::{Estimate, Queue, ServiceMeasures};

use super::number;
use super::week::Week;
use super::words::Language;

/// How an estimate stands to a wanted value, by its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval keeps the target.
    Met,
    /// The interval holds the target: more replications would tell.
    Undecided,
    /// The whole interval misses the target.
    Missed,
}

impl Verdict {
    /// For a target that asks for at least `wanted`.
    pub fn at_least(wanted: f64, estimate: Estimate) -> Self {
        if estimate.mean - estimate.half_width >= wanted {
            Self::Met
        } else if estimate.mean + estimate.half_width < wanted {
            Self::Missed
        } else {
            Self::Undecided
        }
    }

    /// For a target that asks for at most `wanted`.
    pub fn at_most(wanted: f64, estimate: Estimate) -> Self {
        Self::at_least(-wanted, Estimate { mean: -estimate.mean, half_width: estimate.half_width })
    }

    /// The verdict in words.
    pub fn word(self, language: Language) -> &'static str {
        match self {
            Self::Met => language.say("met", "达到"),
            Self::Undecided => language.say("too close to call", "难以判定"),
            Self::Missed => language.say("missed", "未达到"),
        }
    }

    /// The worse of two.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Missed, _) | (_, Self::Missed) => Self::Missed,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Met, Self::Met) => Self::Met,
        }
    }
}

/// The promises of all queues that have one and expect contacts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Promises {
    /// Queues with a promise.
    pub queues: usize,
    /// Those that miss some target.
    pub missed: usize,
    /// Targets too close to call: `PE 80.1 ± 2.0 % against 80 %`.
    pub undecided: Vec<String>,
}

impl Promises {
    /// The promises of a planned week.
    pub fn of(week: &Week<'_>) -> Self {
        let mut promises = Self::default();
        for (queue, service) in week.planned.centre.queues.iter().zip(&week.planned.performance.queues) {
            let targets = verdicts(queue, &service.horizon, week.language);
            let Some(verdict) = targets.iter().map(|target| target.0).reduce(Verdict::and) else { continue };
            promises.queues += 1;
            promises.missed += usize::from(verdict == Verdict::Missed);
            let undecided = targets.into_iter().filter(|target| target.0 == Verdict::Undecided);
            promises.undecided.extend(undecided.map(|target| target.1));
        }
        promises
    }

    /// `2 of 6 queues miss their target`; `None` where nothing is missed.
    pub fn missed_text(&self, week: &Week<'_>) -> Option<String> {
        let (language, missed, queues) = (week.language, self.missed, self.queues);
        let unmet = week.planned.shortfalls.len();
        Some(match (missed, unmet) {
            (0, 0) => return None,
            (0, 1) => language.say("1 promise is missed".to_owned(), "1 项承诺未兑现".to_owned()),
            (0, _) => language.say(format!("{unmet} promises are missed"), format!("{unmet} 项承诺未兑现")),
            (1, _) if queues == 1 => language.say("the queue misses its target".to_owned(), "队列未达到目标".to_owned()),
            (1, _) => {
                language.say(format!("1 of {queues} queues misses its target"), format!("{queues} 个队列中 1 个未达到目标"))
            }
            _ => language.say(
                format!("{missed} of {queues} queues miss their target"),
                format!("{queues} 个队列中 {missed} 个未达到目标"),
            ),
        })
    }
}

/// `3 rules are broken`; `None` where every rule holds. A rule counts once, its breaches are told.
pub fn broken_text(week: &Week<'_>) -> Option<String> {
    let violations = &week.planned.violations;
    let mut rules: Vec<&str> = violations.iter().map(|violation| violation.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let (rules, breaches) = (rules.len(), violations.len());
    let broken = match rules {
        0 => return None,
        1 => week.language.say("1 rule is broken".to_owned(), "违反 1 条规则".to_owned()),
        _ => week.language.say(format!("{rules} rules are broken"), format!("违反 {rules} 条规则")),
    };
    let times = week.language.say(format!(" in {breaches} places"), format!("（共 {breaches} 处）"));
    Some(if breaches > rules { broken + &times } else { broken })
}

/// Verdict on every target of a queue, with the numbers behind it; none where nobody calls.
fn verdicts(queue: &Queue, service: &ServiceMeasures, language: Language) -> Vec<(Verdict, String)> {
    let (name, target) = (&queue.name, &queue.target);
    let mut found = Vec::new();
    if service.offered.mean <= 0.0 {
        return found;
    }
    if let Some(level) = target.service_level {
        let (share, wanted) = (service.service_level, level.share);
        let text = against(&number::percent_estimate(share, language), &number::percent(wanted, 0, language), language);
        found.push((Verdict::at_least(wanted, share), format!("{name} {text}")));
    }
    if let Some(most) = target.abandonment {
        let share = service.abandonment;
        let text = against(&number::percent_estimate(share, language), &number::percent(most, 0, language), language);
        let what = language.say("abandonment", "放弃率");
        found.push((Verdict::at_most(most, share), format!("{name} {what} {text}")));
    }
    if let Some(most) = target.asa_seconds {
        let (wait, what) = (service.asa_seconds, language.say("mean wait", "平均等待"));
        let text = against(&number::estimate(wait, 0), &format!("{}\u{a0}s", number::quantity(most, 0)), language);
        found.push((Verdict::at_most(most, wait), format!("{name} {what} {text}")));
    }
    found
}

fn against(simulated: &str, wanted: &str, language: Language) -> String {
    language.say(format!("{simulated} against {wanted}"), format!("{simulated}，目标 {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;

    fn estimate(mean: f64, half_width: f64) -> Estimate {
        Estimate { mean, half_width }
    }

    #[test]
    fn a_target_within_the_interval_is_neither_met_nor_missed() {
        let of = |mean| Verdict::at_least(0.80, estimate(mean, 0.02));
        assert_eq!([of(0.83), of(0.81), of(0.79), of(0.77)], {
            use Verdict::{Met, Missed, Undecided};
            [Met, Undecided, Undecided, Missed]
        });
        assert_eq!(Verdict::at_most(0.05, estimate(0.06, 0.005)), Verdict::Missed);
        assert_eq!(Verdict::at_most(0.05, estimate(0.04, 0.005)), Verdict::Met);
    }

    #[test]
    fn queues_are_counted_by_their_worst_target() {
        let (mut planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        planned.shortfalls.clear();
        for (queue, share) in planned.performance.queues.iter_mut().zip([0.9, 0.801, 0.7, 0.9, 0.9, 0.9]) {
            queue.horizon.service_level = estimate(share, 0.02);
        }
        let week = Week::new(&planned, &meta, Language::English);
        let promises = Promises::of(&week);
        assert_eq!(promises.undecided, ["PE 80.1\u{a0}±\u{a0}2.0\u{a0}% against 80\u{a0}%"]);
        assert_eq!(promises.missed_text(&week).unwrap(), "1 of 6 queues misses its target");
    }

    #[test]
    fn a_rule_broken_twice_is_one_rule() {
        let (mut planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        let violation = |rule| solver_data::check::RosterViolation {
            agent: "J01".to_owned(),
            date: None,
            rule,
            message: "420 minutes of rest, 660 are due".to_owned(),
        };
        for (rules, text) in [
            (vec!["minimum_rest"], "1 rule is broken"),
            (vec!["minimum_rest", "minimum_rest"], "1 rule is broken in 2 places"),
            (vec!["minimum_rest", "skill"], "2 rules are broken"),
        ] {
            planned.violations = rules.into_iter().map(violation).collect();
            let week = Week::new(&planned, &meta, Language::English);
            assert_eq!(broken_text(&week).unwrap(), text);
        }
    }
}
