//! A contact centre as its planner describes it.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::agent::{Agent, Request, TimeOff};
use crate::bank::HoursBank;
use crate::calendar::{Calendar, EventKind};
use crate::change::PlannedChange;
use crate::donor::Donor;
use crate::handling::ContactHandling;
use crate::id::{AgentId, ContractId, LevelId, QueueId, SkillId, Table, TemplateId};
use crate::pay::PayRules;
use crate::rules::{LabourRules, WorkedLimit};
use crate::target::{DatedTarget, ScoreBands, ServiceTarget};
use crate::template::ShiftTemplate;
use crate::unit::{Money, Shrinkage};

/// Everything about a centre but its history; validated, so ids resolve and times lie on the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    /// Name.
    pub name: String,
    /// Time zone of all civil times.
    pub zone: Tz,
    /// Planning interval in minutes.
    pub interval_minutes: u32,
    /// First day of a planning week.
    pub week_start: Weekday,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Opening hours of every queue that states none of its own.
    pub hours: WeeklyHours,
    /// Queues, at most 64.
    pub queues: Table<QueueId, Queue>,
    /// Skill names.
    pub skills: Table<SkillId, String>,
    /// Skill levels, lowest first: a higher row may do the work of a lower one.
    pub levels: Table<LevelId, Level>,
    /// Contracts.
    pub contracts: Table<ContractId, Contract>,
    /// Shift templates, one row a start time.
    pub templates: Table<TemplateId, ShiftTemplate>,
    /// Labour rules.
    pub rules: LabourRules,
    /// Shrinkage that the roster does not place.
    pub shrinkage: ShrinkageAssumptions,
    /// Prices of coverage, in the objective only.
    pub coverage: CoveragePrices,
    /// Premiums.
    pub pay: PayRules,
    /// Agents.
    pub agents: Table<AgentId, Agent>,
    /// Absences known in advance.
    pub time_off: Vec<TimeOff>,
    /// Wishes.
    pub requests: Vec<Request>,
    /// Holidays and events.
    pub calendar: Calendar,
    /// Planned changes of volume and handle time.
    pub changes: Vec<PlannedChange>,
    /// How service is scored from 1 to 5, where that is a custom of the centre.
    pub score_bands: Option<ScoreBands>,
}

/// A currency and how its minor units are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// Digits after the decimal point: 2 for most.
    pub minor_digits: u32,
}

/// How contacts of a queue arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Telephone: one contact at a time, impatient.
    Voice,
    /// Chat: several at a time.
    Chat,
    /// Electronic mail: deferred.
    Email,
    /// Tickets and back office: deferred with deadlines.
    Ticket,
    /// Calls to be made: deferred, within the opening hours.
    Outbound,
}

impl Channel {
    /// Whether a customer waits for an agent, now; else the work may wait for its deadline.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Voice | Self::Chat)
    }

    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Chat => "chat",
            Self::Email => "email",
            Self::Ticket => "ticket",
            Self::Outbound => "outbound",
        }
    }
}

/// A queue of contacts.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Name as in the history.
    pub name: String,
    /// What it is for, in plain words; may be empty.
    pub title: String,
    /// How its contacts arrive.
    pub channel: Channel,
    /// Skill an agent needs.
    pub skill: SkillId,
    /// Lowest level that may serve it.
    pub lowest_level: LevelId,
    /// Priority when an agent frees up; larger first.
    pub priority: i32,
    /// Mean patience in seconds; `None` for contacts that never leave.
    pub patience_seconds: Option<f64>,
    /// Most contacts an agent handles at once; 1 but for chat.
    pub concurrency: u32,
    /// Handle time in seconds where the history has none.
    pub aht_seconds: Option<f64>,
    /// What the queue promises.
    pub target: ServiceTarget,
    /// What it promises from later days on, ascending by day.
    pub later_targets: Vec<DatedTarget>,
    /// Opening hours where they differ from the centre's.
    pub hours: Option<WeeklyHours>,
    /// What it is forecast from while it has no history of its own.
    pub donor: Option<Donor>,
    /// How its contacts are handled beyond one agent, one contact, one go.
    pub handling: ContactHandling,
}

impl Queue {
    /// What the queue promises on a day.
    pub fn target_on(&self, date: NaiveDate) -> &ServiceTarget {
        let later = self.later_targets.iter().rev().find(|later| later.from <= date);
        later.map_or(&self.target, |later| &later.target)
    }
}

/// A skill level and its pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Name, such as `senior`.
    pub name: String,
    /// Base pay an hour.
    pub hourly: Money,
}

/// What an agent is hired for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Name, such as `full_time`.
    pub name: String,
    /// Least paid minutes a week.
    pub minimum_weekly_minutes: u32,
    /// Most paid minutes a week.
    pub maximum_weekly_minutes: u32,
    /// Most days worked a week.
    pub maximum_days: u32,
    /// Classes of shift templates that may be worked.
    pub classes: Vec<String>,
    /// Account of hours worked more or less than due; `None` where every week stands for itself.
    pub bank: Option<HoursBank>,
    /// Most weekends worked, in place of the rules'.
    pub weekends: Option<WorkedLimit>,
}

/// Share of paid time lost to causes that the roster does not place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShrinkageAssumptions {
    /// Training, meetings, coaching that no activity places.
    pub planned: Shrinkage,
    /// Sickness and lateness.
    pub unplanned: Shrinkage,
}

impl ShrinkageAssumptions {
    /// Share of scheduled agents who are on contact: (1 - planned)(1 - unplanned).
    pub fn availability(&self) -> f64 {
        (1.0 - self.planned.get()) * (1.0 - self.unplanned.get())
    }
}

/// What a missing or a spare agent costs in the roster's objective, in minor units an agent-hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoveragePrices {
    /// A missing agent for an hour.
    pub understaffing_per_hour: Money,
    /// A spare agent for an hour, on top of the pay.
    pub overstaffing_per_hour: Money,
}

impl CoveragePrices {
    /// Prices of one agent for one interval, rounded to a minor unit: (understaffing, overstaffing).
    pub fn per_interval(&self, interval_minutes: u32) -> (i64, i64) {
        let share = |hourly: Money| (hourly.0 as f64 * f64::from(interval_minutes) / 60.0).round() as i64;
        (share(self.understaffing_per_hour), share(self.overstaffing_per_hour))
    }
}

/// Opening spans by weekday, in minutes after midnight; a span may end at 1440.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeeklyHours {
    /// Spans `(open, close)` of each weekday, by `Weekday::num_days_from_monday`, ascending and apart.
    pub spans: [Vec<(u32, u32)>; 7],
}

impl WeeklyHours {
    /// Open all day, every day.
    pub fn always() -> Self {
        Self { spans: std::array::from_fn(|_| vec![(0, 1440)]) }
    }

    /// Whether the whole interval from `minute` on is open.
    pub fn is_open(&self, weekday: Weekday, minute: u32, interval_minutes: u32) -> bool {
        self.spans[weekday.num_days_from_monday() as usize]
            .iter()
            .any(|&(open, close)| open <= minute && minute + interval_minutes <= close)
    }
}

impl Centre {
    /// First day of the planning week that holds a date.
    pub fn week_of(&self, date: NaiveDate) -> NaiveDate {
        let behind = Days::new(u64::from(date.weekday().days_since(self.week_start)));
        date.checked_sub_days(behind).unwrap_or(date)
    }

    /// Whether an agent may serve a queue: the skill is theirs and the level high enough.
    pub fn may_serve(&self, agent: AgentId, queue: QueueId) -> bool {
        let (agent, queue) = (&self.agents[agent], &self.queues[queue]);
        agent.level >= queue.lowest_level && agent.skills.contains(&queue.skill)
    }

    /// Opening hours of a queue.
    pub fn hours_of(&self, queue: QueueId) -> &WeeklyHours {
        self.queues[queue].hours.as_ref().unwrap_or(&self.hours)
    }

    /// Whether the calendar closes a queue on a day.
    pub fn closed_on(&self, queue: QueueId, date: NaiveDate) -> bool {
        self.calendar.on(date, &self.queues[queue].name).any(|event| event.kind == EventKind::Closure)
    }

    /// Whether an agent may work on a day: employed and not off.
    pub fn available_on(&self, agent: AgentId, date: NaiveDate) -> bool {
        let off = self.time_off.iter().any(|off| off.agent == agent && off.start <= date && date <= off.end);
        !off && self.agents[agent].employed_on(date)
    }
}
