//! Typed service targets: "15 seconds", "80 % in 20 s" and "mean 42 s" are different statistics.

use std::fmt::{Display, Formatter};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How abandoned contacts count in a service level with threshold t.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevelDefinition {
    /// Answered within t / offered.
    #[default]
    ServedAll,
    /// Answered within t / (offered - abandoned within t).
    ServedExclShort,
    /// Answered within t / answered.
    OfAnswered,
    /// (Answered or abandoned within t) / offered.
    HandledOrGone,
    /// Share of contacts whose wait, had they stayed, is at most t.
    Virtual,
}

/// A share answered within a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ServiceLevelTarget {
    /// Wished share, 0 to 1.
    pub share: f64,
    /// Threshold t in seconds.
    pub within_seconds: f64,
    /// How abandoned contacts count.
    pub definition: ServiceLevelDefinition,
}

/// How long any contact but the unluckiest may wait.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WaitLimit {
    /// Longest wait in seconds.
    pub seconds: f64,
    /// Share of contacts whose wait must stay within it, 0 to 1; 0.99 where nothing is said.
    pub share: f64,
}

/// A span after arrival within which deferred work is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// Hours on the clock, closed hours included.
    ClockHours(f64),
    /// By close of business of this many days on which the queue opens; 0 is the day of arrival, or the next open one.
    WorkingDays(u32),
}

/// A share of deferred work done by its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DeadlineTarget {
    /// Wished share, 0 to 1.
    pub share: f64,
    /// The deadline.
    pub within: Deadline,
}

/// Over what stretch of time a promise is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetPeriod {
    /// In every interval.
    #[default]
    Interval,
    /// Over each local day.
    Day,
    /// Over each planning week.
    Week,
}

/// Everything a queue promises; each limit that is present must hold over every period.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ServiceTarget {
    /// Share answered within a threshold.
    pub service_level: Option<ServiceLevelTarget>,
    /// Longest mean wait in seconds.
    pub asa_seconds: Option<f64>,
    /// Largest share that abandons; connect rate 95 % is 0.05.
    pub abandonment: Option<f64>,
    /// Highest occupancy.
    pub occupancy: Option<f64>,
    /// Longest wait of all but the unluckiest contacts.
    pub maximum_wait: Option<WaitLimit>,
    /// Share of deferred work done by its deadline.
    pub deadline: Option<DeadlineTarget>,
    /// Over what the limits are judged.
    pub period: TargetPeriod,
    /// Least service level of any interval where the period is a day or a week.
    pub interval_floor: Option<f64>,
}

impl ServiceTarget {
    /// Targets that have a name: share over seconds, answered contacts of all offered; or the share that connects.
    pub const PRESETS: [&'static str; 5] = ["80/20", "80/30", "90/15", "95/15", "connect 95 %"];

    /// `share` answered within `within_seconds`, abandoned contacts counted as not served.
    pub fn share_within(share: f64, within_seconds: f64) -> Self {
        let definition = ServiceLevelDefinition::ServedAll;
        Self { service_level: Some(ServiceLevelTarget { share, within_seconds, definition }), ..Self::default() }
    }

    /// The target of a name such as `80/20` (percent answered / within seconds) or `connect 95 %`; any numbers will do.
    ///
    /// `None` for what is no such name, or a share that is not above 0 and up to 100 %.
    pub fn preset(name: &str) -> Option<Self> {
        let number = |text: &str| text.trim().trim_end_matches('%').trim().parse::<f64>().ok().filter(|x| x.is_finite());
        let percent = |text: &str| number(text).filter(|share| *share > 0.0 && *share <= 100.0).map(|share| share / 100.0);
        if let Some(connected) = name.trim().strip_prefix("connect") {
            return percent(connected).map(|share| Self { abandonment: Some(1.0 - share), ..Self::default() });
        }
        let (share, seconds) = name.split_once('/')?;
        let seconds = number(seconds).filter(|seconds| *seconds >= 0.0)?;
        percent(share).map(|share| Self::share_within(share, seconds))
    }

    /// Whether nothing is promised.
    pub fn is_empty(&self) -> bool {
        let Self { service_level, asa_seconds, abandonment, occupancy, maximum_wait, deadline, .. } = self;
        service_level.is_none()
            && asa_seconds.is_none()
            && abandonment.is_none()
            && occupancy.is_none()
            && maximum_wait.is_none()
            && deadline.is_none()
    }
}

impl Display for Deadline {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ClockHours(hours) => write!(f, "{hours} h"),
            Self::WorkingDays(0) => write!(f, "the working day"),
            Self::WorkingDays(1) => write!(f, "1 working day"),
            Self::WorkingDays(days) => write!(f, "{days} working days"),
        }
    }
}

impl ServiceTarget {
    /// Every limit in a few words, the service level or the deadline first: `80 % in 20 s`, `at most 5 % abandon`.
    pub fn limits(&self) -> Vec<String> {
        let percent = |share: f64| format!("{:.4}", 100.0 * share).trim_end_matches('0').trim_end_matches('.').to_owned();
        let level = self.service_level.map(|level| format!("{} % in {} s", percent(level.share), level.within_seconds));
        let deadline = self.deadline.map(|deadline| format!("{} % in {}", percent(deadline.share), deadline.within));
        let wait = self.asa_seconds.map(|limit| format!("mean wait {limit} s"));
        let lost = self.abandonment.map(|limit| format!("at most {} % abandon", percent(limit)));
        let busy = self.occupancy.map(|limit| format!("occupancy {} %", percent(limit)));
        let longest = self.maximum_wait.map(|limit| format!("{} % wait at most {} s", percent(limit.share), limit.seconds));
        [level, deadline, wait, lost, busy, longest].into_iter().flatten().collect()
    }
}

impl Display for ServiceTarget {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let period = match self.period {
            TargetPeriod::Interval => "",
            TargetPeriod::Day => " over each day",
            TargetPeriod::Week => " over each week",
        };
        let limits = self.limits();
        f.write_str(&if limits.is_empty() { "nothing".to_owned() } else { limits.join("; ") + period })?;
        self.interval_floor.map_or(Ok(()), |floor| write!(f, ", no interval below {:.0} %", 100.0 * floor))
    }
}

/// A promise that holds from a day on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DatedTarget {
    /// First day.
    pub from: NaiveDate,
    /// What is promised.
    pub target: ServiceTarget,
}

/// Service levels at which a score of 2, 3, 4 and 5 begins: a view of the service, not a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreBands {
    begins: [f64; 4],
}

impl ScoreBands {
    /// Bands that begin at these shares; `None` unless they ascend within 0 to 1.
    pub fn new(begins: [f64; 4]) -> Option<Self> {
        let ascend = begins.windows(2).all(|pair| pair[0] < pair[1]);
        (ascend && begins[0] > 0.0 && begins[3] <= 1.0).then_some(Self { begins })
    }

    /// Score of a service level, 1 to 5.
    pub fn score(&self, service_level: f64) -> u8 {
        1 + self.begins.iter().filter(|begin| service_level >= **begin - 1e-12).count() as u8
    }

    /// The shares at which 2, 3, 4 and 5 begin.
    pub fn begins(&self) -> [f64; 4] {
        self.begins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_what_they_say() {
        assert!(ServiceTarget::PRESETS.iter().all(|name| ServiceTarget::preset(name).is_some()));
        assert_eq!(ServiceTarget::preset("90/15"), Some(ServiceTarget::share_within(0.9, 15.0)));
        let connected = ServiceTarget::preset("connect 95 %").and_then(|target| target.abandonment);
        assert!(connected.is_some_and(|left| (left - 0.05).abs() < 1e-15));
        assert!(["80", "0/20", "180/20", "80/-1", "connect", "80/x"].iter().all(|name| ServiceTarget::preset(name).is_none()));
    }

    #[test]
    fn a_promise_is_said_in_a_few_words() {
        let level = ServiceTarget { abandonment: Some(0.05), ..ServiceTarget::share_within(0.8, 20.0) };
        let weekly = ServiceTarget { period: TargetPeriod::Week, interval_floor: Some(0.5), ..level };
        assert_eq!(level.to_string(), "80 % in 20 s; at most 5 % abandon");
        assert_eq!(weekly.to_string(), "80 % in 20 s; at most 5 % abandon over each week, no interval below 50 %");
        let deadline = DeadlineTarget { share: 0.995, within: Deadline::WorkingDays(1) };
        let tickets = ServiceTarget { deadline: Some(deadline), ..ServiceTarget::default() };
        assert_eq!(tickets.limits(), ["99.5 % in 1 working day"]);
        assert_eq!(ServiceTarget::default().to_string(), "nothing");
    }

    #[test]
    fn scores_begin_at_their_shares_and_must_ascend() {
        let bands = ScoreBands::new([0.6, 0.7, 0.8, 0.9]).unwrap();
        assert_eq!([0.0, 0.6, 0.79, 0.8, 1.0].map(|share| bands.score(share)), [1, 2, 3, 4, 5]);
        assert!(ScoreBands::new([0.6, 0.6, 0.8, 0.9]).is_none());
        assert!(ScoreBands::new([0.6, 0.7, 0.8, 80.0]).is_none());
    }
}
