//! What a queue promises: `target` and `later_targets` of a `[[queue]]`, and the centre's `score_bands`.

use chrono::NaiveDate;

use super::entry::Entry;
use super::section::Section;
use crate::centre::Channel;
use crate::target::{
    DatedTarget, Deadline, DeadlineTarget, ScoreBands, ServiceLevelDefinition, ServiceLevelTarget, ServiceTarget, TargetPeriod,
    WaitLimit,
};

const EXAMPLE: &str = "target = { service_level = \"80 %\", within_seconds = 20 }";

const DEFINITIONS: [(&str, ServiceLevelDefinition); 5] = [
    ("served_all", ServiceLevelDefinition::ServedAll),
    ("served_excl_short", ServiceLevelDefinition::ServedExclShort),
    ("of_answered", ServiceLevelDefinition::OfAnswered),
    ("handled_or_gone", ServiceLevelDefinition::HandledOrGone),
    ("virtual", ServiceLevelDefinition::Virtual),
];

const PERIODS: [(&str, TargetPeriod); 3] =
    [("interval", TargetPeriod::Interval), ("day", TargetPeriod::Day), ("week", TargetPeriod::Week)];

/// Share of contacts that a longest wait holds for where the file names none.
const ALL_BUT_THE_UNLUCKIEST: f64 = 0.99;

/// Keys of a target of which one at least must be there.
const LIMITS: [&str; 7] =
    ["service_level", "asa_seconds", "abandonment", "connect_rate", "occupancy", "maximum_wait_seconds", "deadline_share"];

/// Reads the target of a `[[queue]]`.
pub(super) fn read_target(section: &Section<'_>, channel: Option<Channel>) -> ServiceTarget {
    section.required("target", EXAMPLE).and_then(|entry| target(entry, channel)).unwrap_or_default()
}

/// `later_targets = [{ from = "2025-01-01", target = "90/15" }]`, ascending by day.
pub(super) fn read_later_targets(section: &Section<'_>, channel: Option<Channel>) -> Vec<DatedTarget> {
    let hint = "write it as [{ from = \"2025-01-01\", target = \"90/15\" }]";
    let Some(entry) = section.optional("later_targets") else { return Vec::new() };
    let mut later: Vec<DatedTarget> = Vec::new();
    for one in entry.list(hint).unwrap_or_default() {
        let place = one.place.clone();
        let Some(section) = one.section() else { continue };
        let from = section.required("from", "from = \"2025-01-01\"").and_then(|entry| date(&entry));
        let target = section.required("target", EXAMPLE).and_then(|entry| target(entry, channel));
        if let (Some(from), Some(target)) = (from, target) {
            if later.last().is_some_and(|last| last.from >= from) {
                section.document.error(&place, format!("{from} does not follow the target before it"), "list them by day");
            }
            later.push(DatedTarget { from, target });
        }
        section.close();
    }
    later
}

/// `score_bands = ["60 %", "70 %", "80 %", "90 %"]`: where a score of 2, 3, 4 and 5 begins.
pub(super) fn read_score_bands(root: &Section<'_>) -> Option<ScoreBands> {
    let hint = "write where a score of 2, 3, 4 and 5 begins, such as [\"60 %\", \"70 %\", \"80 %\", \"90 %\"]";
    let entry = root.optional("score_bands")?;
    let shares: Vec<f64> = entry.list(hint)?.iter().map(Entry::share).collect::<Option<_>>()?;
    let bands = <[f64; 4]>::try_from(shares).ok().and_then(ScoreBands::new);
    bands.or_else(|| entry.refuse("score bands are four shares that ascend", hint))
}

pub(super) fn date(entry: &Entry<'_>) -> Option<NaiveDate> {
    let text = entry.text()?;
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    read.or_else(|| entry.refuse(format!("\"{text}\" is no date"), "write it as \"2025-01-31\""))
}

/// A preset such as `"80/20"`, or a table of limits.
fn target(entry: Entry<'_>, channel: Option<Channel>) -> Option<ServiceTarget> {
    if entry.is_text() {
        let named = preset(&entry);
        if named.is_some() && channel.is_some_and(|channel| !channel.is_live()) {
            let hint = "write target = { deadline_share = \"95 %\", deadline_hours = 24 }";
            return entry.refuse("work that may wait promises a deadline, not an answer", hint);
        }
        return named;
    }
    let section = entry.section()?;
    let named = section.optional("preset").and_then(|entry| preset(&entry));
    let target = limits(&section, named.unwrap_or_default());
    if section.has("service_level") != section.has("within_seconds") {
        let message = "a service level needs both its share and its threshold";
        section.document.error(&section.place, message, format!("write `{EXAMPLE}`"));
    } else if section.is_there() && !section.has("preset") && !LIMITS.map(|key| section.has(key)).contains(&true) {
        section.document.error(&section.place, "the target promises nothing", format!("write `{EXAMPLE}`"));
    }
    check_floor(&section, &target);
    if target.deadline.is_none() && channel.is_some_and(|channel| !channel.is_live()) && !target.is_empty() {
        let hint = "write target = { deadline_share = \"95 %\", deadline_hours = 24 }";
        section.document.error(&section.place, "work that may wait promises a deadline, not an answer", hint);
    }
    if target.deadline.is_some() && channel.is_some_and(Channel::is_live) {
        let hint = "give it a service level, or make the channel email, ticket or outbound";
        section.document.error(&section.place, "a deadline is promised to contacts that wait for an agent", hint);
    }
    section.close();
    Some(target)
}

fn check_floor(section: &Section<'_>, target: &ServiceTarget) {
    let Some(floor) = target.interval_floor else { return };
    // An unknown period is the finding then.
    let per_is_known = section.optional("per").is_none_or(|entry| entry.text().is_some_and(is_period));
    if target.period == TargetPeriod::Interval && per_is_known {
        let hint = "add per = \"day\" or per = \"week\", or leave interval_floor out";
        section.document.error(&section.place, "interval_floor stands beside a target of every interval", hint);
    } else if target.service_level.is_some_and(|level| floor > level.share) {
        let message = format!("an interval_floor of {} lies above the service level that is promised", percent(floor));
        section.document.error(&section.place, message, "lower the floor, or raise service_level");
    }
}

fn is_period(text: &str) -> bool {
    PERIODS.iter().any(|(name, _)| name.eq_ignore_ascii_case(text))
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn preset(entry: &Entry<'_>) -> Option<ServiceTarget> {
    let text = entry.text()?;
    let hint = || format!("write one of {}, or `{EXAMPLE}`", ServiceTarget::PRESETS.join(", "));
    ServiceTarget::preset(text).or_else(|| entry.refuse(format!("\"{text}\" names no target"), hint()))
}

/// The limits of the table over those of its preset.
fn limits(section: &Section<'_>, preset: ServiceTarget) -> ServiceTarget {
    let share = section.optional("service_level").and_then(|entry| entry.share());
    let within = section.optional("within_seconds").and_then(|entry| entry.seconds());
    let definition = section.optional("definition").and_then(|entry| entry.choice(&DEFINITIONS));
    let mut service_level = share
        .zip(within)
        .map(|(share, within_seconds)| ServiceLevelTarget {
            share,
            within_seconds,
            definition: ServiceLevelDefinition::default(),
        })
        .or(preset.service_level);
    if let (Some(level), Some(definition)) = (&mut service_level, definition) {
        level.definition = definition;
    }
    let connected = section.optional("connect_rate").and_then(|entry| entry.share()).map(|share| 1.0 - share);
    let longest = section.optional("maximum_wait_seconds").and_then(|entry| entry.seconds());
    let all_but = section.optional("maximum_wait_share").and_then(|entry| entry.share()).unwrap_or(ALL_BUT_THE_UNLUCKIEST);
    ServiceTarget {
        service_level,
        asa_seconds: section.optional("asa_seconds").and_then(|entry| entry.seconds()).or(preset.asa_seconds),
        abandonment: section.optional("abandonment").and_then(|entry| entry.share()).or(connected).or(preset.abandonment),
        occupancy: section.optional("occupancy").and_then(|entry| entry.share()).or(preset.occupancy),
        maximum_wait: longest.map(|seconds| WaitLimit { seconds, share: all_but }),
        deadline: deadline(section),
        period: section.optional("per").and_then(|entry| entry.choice(&PERIODS)).unwrap_or_default(),
        interval_floor: section.optional("interval_floor").and_then(|entry| entry.share()),
    }
}

/// `deadline_share = "95 %"` with `deadline_hours = 24` or `deadline_working_days = 1`.
fn deadline(section: &Section<'_>) -> Option<DeadlineTarget> {
    let share = section.optional("deadline_share").and_then(|entry| entry.share());
    let hours = section.optional("deadline_hours").and_then(|entry| match entry.non_negative()? {
        hours if hours > 0.0 && hours <= 8784.0 => Some(Deadline::ClockHours(hours)),
        _ => entry.refuse("a deadline lies between 0 hours and a year", "write it as deadline_hours = 24"),
    });
    let days = section.optional("deadline_working_days").and_then(|entry| entry.whole(0..=366));
    let days = days.map(|days| Deadline::WorkingDays(days as u32));
    let stated = ["deadline_share", "deadline_hours", "deadline_working_days"].map(|key| section.has(key));
    match stated {
        [true, true, false] | [true, false, true] | [false, false, false] => {}
        _ => {
            let hint = "write deadline_share = \"95 %\" with deadline_hours = 24 or deadline_working_days = 1";
            section.document.error(&section.place, "a deadline needs its share and one span", hint);
        }
    }
    share.zip(hours.or(days)).map(|(share, within)| DeadlineTarget { share, within })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::QueueId;
    use crate::io::centre::tests::{AGENTS, CENTRE, folder, only};

    const SALES: &str = "target = { service_level = \"80 %\", within_seconds = 20 }";
    const SUPPORT: &str = "target = { asa_seconds = 30, abandonment = 0.05 }";

    fn with(old: &str, new: &str) -> (Option<crate::Centre>, crate::ValidationReport) {
        folder(&CENTRE.replacen(old, new, 1), AGENTS).validate()
    }

    #[test]
    fn presets_periods_and_later_targets_are_read() {
        let lines = "target = { preset = \"90/15\", definition = \"virtual\", abandonment = \"3 %\", per = \"week\", \
            interval_floor = \"50 %\", maximum_wait_seconds = 300 }\n\
            later_targets = [{ from = \"2025-01-01\", target = \"connect 95 %\" }]";
        let (centre, report) = with(SALES, lines);
        assert_eq!(report.findings, []);
        let centre = centre.unwrap();
        let queue = &centre.queues[QueueId(0)];
        let day = |day| NaiveDate::from_ymd_opt(2024, 12, day).unwrap();
        let now = queue.target_on(day(31));
        assert_eq!(now.service_level.map(|level| (level.share, level.definition)), Some((0.9, ServiceLevelDefinition::Virtual)));
        assert_eq!((now.abandonment, now.period, now.interval_floor), (Some(0.03), TargetPeriod::Week, Some(0.5)));
        assert_eq!(now.maximum_wait, Some(WaitLimit { seconds: 300.0, share: 0.99 }));
        let next_year = queue.target_on(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap());
        assert_eq!((next_year.service_level, next_year.period), (None, TargetPeriod::Interval));
    }

    #[test]
    fn a_deferred_queue_promises_a_deadline() {
        let mail = CENTRE.replacen("channel = \"chat\"", "channel = \"ticket\"", 1).replacen("concurrency = 2\n", "", 1);
        let mail = mail.replacen(SUPPORT, "target = { deadline_share = 0.95, deadline_working_days = 1 }", 1);
        let (centre, report) = folder(&mail, AGENTS).validate();
        assert_eq!(report.findings, []);
        let deadline = DeadlineTarget { share: 0.95, within: Deadline::WorkingDays(1) };
        assert_eq!(centre.unwrap().queues[QueueId(1)].target.deadline, Some(deadline));
    }

    #[test]
    fn work_that_may_wait_promises_no_answer_in_seconds() {
        let mail = CENTRE.replacen("channel = \"chat\"", "channel = \"email\"", 1).replacen("concurrency = 2\n", "", 1);
        for target in [SALES, "target = \"80/20\""] {
            let (_, report) = folder(&mail.replacen(SUPPORT, target, 1), AGENTS).validate();
            assert_eq!(only(&report).2, "work that may wait promises a deadline, not an answer");
        }
    }

    #[test]
    fn half_a_promise_is_refused_with_the_mend() {
        for (lines, message) in [
            ("target = \"eighty\"", "\"eighty\" names no target"),
            ("target = { per = \"day\" }", "the target promises nothing"),
            ("target = { preset = \"80/20\", interval_floor = 0.5 }", "interval_floor stands beside a target of every interval"),
            (
                "target = { deadline_share = 0.9, deadline_hours = 24 }",
                "a deadline is promised to contacts that wait for an agent",
            ),
            (
                "target = { preset = \"80/20\", per = \"week\", interval_floor = 0.95 }",
                "an interval_floor of 95 % lies above the service level that is promised",
            ),
            ("target = { preset = \"80/20\", per = \"month\", interval_floor = 0.5 }", "\"month\" is not known"),
            ("target = { preset = \"80/20\", deadline_hours = 24 }", "a deadline needs its share and one span"),
            ("target = \"80/20\"\nlater_targets = [{ from = \"soon\", target = \"80/20\" }]", "\"soon\" is no date"),
        ] {
            let (_, report) = with(SALES, lines);
            assert_eq!(only(&report).2, message);
            assert!(!only(&report).3.is_empty());
        }
        let bands = format!("score_bands = [0.9, 0.8, 0.7, 0.6]\n{CENTRE}");
        assert_eq!(only(&folder(&bands, AGENTS).validate().1).2, "score bands are four shares that ascend");
    }
}
