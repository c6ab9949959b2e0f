//! Scenarios: named, dated changes of a centre's inputs.
//!
//! A scenario is read against a centre and a horizon, so that queues, levels and days are looked up once; what it does to
//! demand, rules and people is the business of the `scenarios` crate.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::centre::WeeklyHours;
use crate::id::{ContractId, LevelId, QueueId, SkillId};
use crate::target::ServiceTarget;
use crate::unit::Money;

/// A named change of the inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Name it is called by.
    pub name: String,
    /// Name for the reader, in English.
    pub title: String,
    /// The same in Chinese, where there is one.
    pub title_zh: Option<String>,
    /// What it stands for, in a sentence; may be empty.
    pub description: String,
    /// The changes, in the order they apply.
    pub changes: Vec<Change>,
}

/// One change: what, where and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Queues, days and hours it touches.
    pub reach: Reach,
    /// What it does there.
    pub alteration: Alteration,
    /// Where it stands, as `file:line`, for what is to be said about it later.
    pub place: (String, u32),
}

/// Queues, days and hours that a change touches.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// The queues, ascending; never empty.
    pub queues: Vec<QueueId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub until: NaiveDate,
    /// Weekdays, by `Weekday::num_days_from_monday`.
    pub weekdays: [bool; 7],
    /// Hours of the day.
    pub clock: Clock,
}

/// Hours of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clock {
    /// All of them.
    AllDay,
    /// Spans in minutes after midnight, each up to but without its end.
    Spans(Vec<(u32, u32)>),
    /// The four hours in a row of most work, found in the demand.
    Peak,
}

/// How many agents: so many, or a share of those there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Many {
    /// So many.
    Agents(u32),
    /// A share of them, 0 to 1; rounded, one at least.
    Share(f64),
}

impl Many {
    /// The number, of `all`.
    pub fn of(self, all: usize) -> usize {
        match self {
            Self::Agents(agents) => agents as usize,
            Self::Share(share) if share <= 0.0 || all == 0 => 0,
            Self::Share(share) => ((share * all as f64).round() as usize).max(1),
        }
    }
}

/// What a change does within its reach.
#[derive(Debug, Clone, PartialEq)]
pub enum Alteration {
    /// Contacts times a factor, plus contacts an hour and queue.
    Volume {
        /// Factor.
        factor: f64,
        /// Contacts an hour that each queue has more, below 0 for fewer.
        add_per_hour: f64,
    },
    /// A promotion: contacts times a factor, and another mix of queues.
    Promotion {
        /// Factor on all contacts of the reach.
        factor: f64,
        /// Factor on handle times.
        aht_factor: f64,
        /// Shares of the contacts by queue while it lasts; the other queues of the reach share the rest as before.
        mix: Vec<(QueueId, f64)>,
    },
    /// A launch: contacts jump and decay.
    Launch {
        /// Instant at which it begins.
        at: NaiveDateTime,
        /// Factor at that instant.
        factor: f64,
        /// Hours after which a twentieth of the surge is left.
        hours: f64,
        /// Factor on handle times at that instant; decays alike.
        aht_factor: f64,
    },
    /// Systems fail in the hours of the reach.
    Outage {
        /// Factor on contacts while it lasts.
        factor: f64,
        /// Factor on handle times while it lasts.
        aht_factor: f64,
        /// Share of the contacts of the failure that come again in the hours after it.
        again: f64,
        /// Hours over which they come again, evenly.
        hours: f64,
    },
    /// Handle times.
    HandleTime {
        /// Factor.
        factor: f64,
        /// Seconds in place of the forecast, before the factor; `None` to keep it.
        seconds: Option<f64>,
    },
    /// Contacts that move to self-service.
    Deflection {
        /// Share that no longer comes.
        share: f64,
        /// Their handle time relative to the queue's mean.
        aht_ratio: f64,
    },
    /// Share of contacts that come again because they were not resolved.
    Repeat {
        /// Before.
        before: f64,
        /// After.
        after: f64,
    },
    /// Time lost to causes the roster does not place; `None` keeps the centre's.
    Shrinkage {
        /// Planned share.
        planned: Option<f64>,
        /// Unplanned share.
        unplanned: Option<f64>,
    },
    /// Another promise.
    Target(ServiceTarget),
    /// Other opening hours.
    OpeningHours {
        /// The hours.
        hours: WeeklyHours,
        /// Contacts of a newly open interval relative to the nearest interval open before.
        new_demand: f64,
        /// Share of the contacts of a newly closed interval that come in the nearest open one instead.
        moved: f64,
    },
    /// Closed in the reach.
    Closure {
        /// Share of the contacts that come in the nearest open interval of the day instead.
        moved: f64,
    },
    /// Pay.
    Pay {
        /// Factor on base pay.
        factor: f64,
        /// Level it holds for; `None` for all.
        level: Option<LevelId>,
        /// Night, weekend and holiday premium where they change.
        premiums: [Option<f64>; 3],
    },
    /// Labour rules; `None` keeps the centre's.
    Rules {
        /// Least minutes between shifts.
        minimum_rest_minutes: Option<u32>,
        /// Most days in a row.
        maximum_consecutive_days: Option<u32>,
        /// Most days a week.
        maximum_days_per_week: Option<u32>,
        /// Most paid minutes a week.
        maximum_weekly_minutes: Option<u32>,
    },
    /// Agents on top of the roster in the hours of the reach.
    ExtraAgents {
        /// How many at once.
        agents: u32,
    },
    /// More or fewer agents of those there are.
    Headcount {
        /// How many.
        many: Many,
        /// Whether they come or go.
        direction: Direction,
        /// Level they are of; `None` for any.
        level: Option<LevelId>,
        /// Contract they are of; `None` for any.
        contract: Option<ContractId>,
    },
    /// A class of new agents, productive from the first day of the reach.
    Hire {
        /// How many.
        agents: u32,
        /// Contract.
        contract: ContractId,
        /// Level.
        level: LevelId,
        /// Skills, ascending.
        skills: Vec<SkillId>,
    },
    /// Agents learn a skill.
    CrossTrain {
        /// The skill.
        skill: SkillId,
        /// How many of those who lack it.
        many: Many,
        /// Level they are of at least.
        level: Option<LevelId>,
    },
    /// A new skill, with a queue of its own that takes a share of the reach's contacts.
    NewSkill {
        /// Name of skill and queue.
        name: String,
        /// Share of the contacts.
        share: f64,
        /// Their handle time relative to before.
        aht_factor: f64,
        /// Agents who learn it, of those who serve the queues now.
        many: Many,
        /// Lowest level that may serve it; `None` for that of the queue it is taken from.
        lowest_level: Option<LevelId>,
    },
    /// A share of the contacts goes to a partner.
    Outsource {
        /// Share.
        share: f64,
        /// Price of a contact.
        price: Money,
    },
    /// Shifts that end in the hours of the reach go on.
    Overtime {
        /// How many agents a day.
        many: Many,
        /// How long, in minutes.
        minutes: u32,
        /// Premium on base pay.
        premium: f64,
    },
    /// Agents who work in the hours of the reach may go home, or stay there.
    TimeOff {
        /// How many agents a day.
        many: Many,
        /// Share of the pay that they keep.
        paid: f64,
    },
    /// Training that was spread over all hours is held in the hours of the reach, once a week.
    Training {
        /// Minutes an agent.
        minutes: u32,
    },
}

/// Whether agents come or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// They come.
    More,
    /// They go.
    Fewer,
}

impl Reach {
    /// Whether a day is touched.
    pub fn covers_day(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.until && self.weekdays[date.weekday().num_days_from_monday() as usize]
    }

    /// Whether a local time is touched; [`Clock::Peak`] touches the whole day until it is resolved.
    pub fn covers(&self, at: NaiveDateTime) -> bool {
        let minute = at.hour() * 60 + at.minute();
        let within = match &self.clock {
            Clock::AllDay | Clock::Peak => true,
            Clock::Spans(spans) => spans.iter().any(|&(from, to)| (from..to).contains(&minute)),
        };
        within && self.covers_day(at.date())
    }
}

impl Alteration {
    /// Names of the kinds as files write them.
    pub const KINDS: [&'static str; 23] = [
        "volume",
        "promotion",
        "launch",
        "outage",
        "aht",
        "deflection",
        "repeat",
        "shrinkage",
        "target",
        "opening_hours",
        "closure",
        "pay",
        "rules",
        "extra_agents",
        "headcount",
        "hire",
        "cross_train",
        "new_skill",
        "outsource",
        "overtime",
        "time_off",
        "training",
        "first_contact_resolution",
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_agents_is_one_at_least() {
        assert_eq!([0.1, 0.01, 0.0].map(|share| Many::Share(share).of(30)), [3, 1, 0]);
        assert_eq!(Many::Agents(4).of(2), 4);
    }

    #[test]
    fn a_reach_knows_its_days_and_hours() {
        let day = |day| NaiveDate::from_ymd_opt(1999, 10, day).unwrap();
        let mut weekdays = [false; 7];
        weekdays[0] = true;
        let reach =
            Reach { queues: vec![QueueId(0)], from: day(24), until: day(30), weekdays, clock: Clock::Spans(vec![(600, 840)]) };
        assert!(reach.covers(day(25).and_hms_opt(10, 0, 0).unwrap()));
        assert!(!reach.covers(day(25).and_hms_opt(14, 0, 0).unwrap()));
        assert!(!reach.covers(day(26).and_hms_opt(10, 0, 0).unwrap()));
    }
}
