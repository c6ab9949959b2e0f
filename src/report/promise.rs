//! How the simulated service stands to what the queues promise: met, missed, or too close to call.

use chrono::NaiveDate;
use scenarios::promised::{Stretch, stretches};
use solver_data::{Deadline, Estimate, PlanningGrid, Queue, QueueId, ServiceTarget, TargetPeriod};

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
        for queue in week.planned.centre.queues.ids().take(week.planned.performance.queues.len()) {
            let targets = verdicts(week, queue);
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

/// Whether a queue keeps all it promises over the horizon; `None` where it promises nothing or expects no contacts.
pub fn verdict_on(week: &Week<'_>, queue: QueueId) -> Option<Verdict> {
    verdicts(week, queue).into_iter().map(|judged| judged.0).reduce(Verdict::and)
}

/// What a queue promises in words; where that changes within the horizon, each promise with its first day.
pub fn in_words(week: &Week<'_>, queue: &Queue) -> Option<String> {
    promised(queue, week.grid(), week.language)
}

/// What a queue promises over the days of a grid, in words.
pub fn promised(queue: &Queue, grid: &PlanningGrid, language: Language) -> Option<String> {
    let mut told: Vec<(NaiveDate, ServiceTarget)> = Vec::new();
    for &date in grid.dates() {
        let target = *queue.target_on(date);
        if told.last().is_none_or(|last| last.1 != target) {
            told.push((date, target));
        }
    }
    let words = |target: &ServiceTarget| language.say(target.to_string(), chinese(target));
    match &told[..] {
        [] => None,
        [(_, only)] => (!only.is_empty()).then(|| words(only)),
        [(_, first), later @ ..] => {
            let later = later.iter().map(|(date, target)| {
                let (day, text) = (language.day_short(*date), words(target));
                language.say(format!("from {day}: {text}"), format!("{day}起：{text}"))
            });
            let all: Vec<String> = std::iter::once(words(first)).chain(later).collect();
            Some(all.join(language.say(" – ", "；")))
        }
    }
}

/// A promise in Chinese, shares over seconds.
fn chinese(target: &ServiceTarget) -> String {
    let percent = |share: f64| format!("{}%", (share * 1e6).round() / 1e4);
    let within = |deadline: Deadline| match deadline {
        Deadline::ClockHours(hours) => format!("{hours} 小时内"),
        Deadline::WorkingDays(0) => "当个工作日内".to_owned(),
        Deadline::WorkingDays(days) => format!("{days} 个工作日内"),
    };
    let limits = [
        target.service_level.map(|level| format!("{} / {}\u{a0}s", percent(level.share), level.within_seconds)),
        target.deadline.map(|deadline| format!("{}完成 {}", within(deadline.within), percent(deadline.share))),
        target.asa_seconds.map(|limit| format!("平均等待 {limit}\u{a0}s")),
        target.abandonment.map(|limit| format!("放弃率不超过 {}", percent(limit))),
        target.occupancy.map(|limit| format!("占用率 {}", percent(limit))),
        target.maximum_wait.map(|limit| format!("{} 等待不超过 {}\u{a0}s", percent(limit.share), limit.seconds)),
        target.interval_floor.map(|floor| format!("任一时段不低于 {}", percent(floor))),
    ];
    let limits: Vec<String> = limits.into_iter().flatten().collect();
    let period = match target.period {
        TargetPeriod::Interval => "",
        TargetPeriod::Day => "（按日）",
        TargetPeriod::Week => "（按周）",
    };
    if limits.is_empty() { "无".to_owned() } else { limits.join("，") + period }
}

/// The share of contacts, or of deferred work, that a target wants served in time.
pub fn wanted_share(target: &ServiceTarget) -> Option<f64> {
    target.service_level.map(|level| level.share).or(target.deadline.map(|deadline| deadline.share))
}

/// Verdict on every target of a queue, stretch by stretch, with the numbers behind it; none where nobody calls.
fn verdicts(week: &Week<'_>, queue: QueueId) -> Vec<(Verdict, String)> {
    let (planned, language) = (week.planned, week.language);
    let (name, grid) = (&planned.centre.queues[queue].name, &planned.performance.grid);
    let stretches = stretches(&planned.centre, queue, &planned.performance);
    let busy = stretches.iter().filter(|stretch| stretch.service.offered.mean > 0.0);
    let said = busy.flat_map(|stretch| {
        let first = language.day_short(grid.date(stretch.days.start));
        let when = match stretch.days.len() {
            all if all == grid.days() => String::new(),
            1 => format!(" ({first})"),
            _ => format!(" ({first} – {})", language.day_short(grid.date(stretch.days.end - 1))),
        };
        let judged = judged(stretch, language);
        judged.into_iter().map(move |(verdict, text)| (verdict, format!("{name}{when} {text}"))).collect::<Vec<_>>()
    });
    said.collect()
}

/// Verdict on every limit of a stretch of days.
fn judged(stretch: &Stretch, language: Language) -> Vec<(Verdict, String)> {
    let (target, service) = (&stretch.target, &stretch.service);
    let shares = |what: &str, share: Estimate, wanted: f64| {
        let (share, wanted) = (number::percent_estimate(share, language), number::percent(wanted, 0, language));
        format!("{what}{}", against(&share, &wanted, language))
    };
    let mut found = Vec::new();
    if let Some(level) = target.service_level {
        let text = shares("", service.service_level, level.share);
        found.push((Verdict::at_least(level.share, service.service_level), text));
    }
    if let Some((deadline, done)) = target.deadline.zip(stretch.in_time) {
        let text = shares(language.say("done in time ", "按期完成 "), done, deadline.share);
        found.push((Verdict::at_least(deadline.share, done), text));
    }
    if let Some(limit) = target.maximum_wait {
        let within = language.say(format!("within {} s ", limit.seconds), format!("{} 秒内 ", limit.seconds));
        let text = shares(&within, service.within_limit, limit.share);
        found.push((Verdict::at_least(limit.share, service.within_limit), text));
    }
    if let Some(most) = target.abandonment {
        let text = shares(language.say("abandonment ", "放弃率 "), service.abandonment, most);
        found.push((Verdict::at_most(most, service.abandonment), text));
    }
    if let Some(most) = target.asa_seconds {
        let (wait, what) = (service.asa_seconds, language.say("mean wait", "平均等待"));
        let text = against(&number::estimate(wait, 0), &format!("{}\u{a0}s", number::quantity(most, 0)), language);
        found.push((Verdict::at_most(most, wait), format!("{what} {text}")));
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
    use solver_data::{DatedTarget, WaitLimit};

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
    fn a_promise_that_changes_is_told_with_its_day_and_judged_by_its_days() {
        let (mut planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        let from = planned.roster.grid.date(2);
        let target = ServiceTarget { maximum_wait: Some(WaitLimit { seconds: 25.0, share: 0.99 }), ..ServiceTarget::default() };
        planned.centre.queues[QueueId(0)].later_targets = vec![DatedTarget { from, target }];
        for day in &mut planned.performance.queues[0].days {
            day.within_limit = estimate(0.5, 0.01);
        }
        let week = Week::new(&planned, &meta, Language::English);
        let (text, day) = (in_words(&week, &planned.centre.queues[QueueId(0)]).unwrap(), Language::English.day_short(from));
        assert_eq!(text, format!("80 % in 20 s – from {day}: 99 % wait at most 25 s"));
        assert_eq!(verdict_on(&week, QueueId(0)), Some(Verdict::Missed));
        assert_eq!(chinese(&target), "99% 等待不超过 25\u{a0}s");
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
