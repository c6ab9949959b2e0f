//! Agents, their absences and their wishes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::carried::CarriedOver;
use crate::id::{AgentId, ContractId, LevelId, SkillId};

/// A person who answers contacts; known by a code, no personal data needed.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// Code, unique in the centre.
    pub code: String,
    /// Contract.
    pub contract: ContractId,
    /// Skill level; an agent may do the work of lower levels.
    pub level: LevelId,
    /// Skills, ascending.
    pub skills: Vec<SkillId>,
    /// First day of employment; `None` for always.
    pub from: Option<NaiveDate>,
    /// Last day of employment; `None` for open end.
    pub until: Option<NaiveDate>,
    /// Earliest start of a shift, minutes after midnight; from the optional column `earliest`.
    pub earliest_minute: Option<u32>,
    /// Latest end of a shift, minutes after midnight of its start day; from the optional column `latest`.
    pub latest_minute: Option<u32>,
    /// Days worked in a row up to the day before the horizon; from the optional column `days_worked_before`.
    pub days_worked_before: u32,
    /// End of the last shift before the horizon in minutes before its midnight, below 0 for a night shift that ends on
    /// the first day; `None` when long ago.
    pub rested_minutes_before: Option<i32>,
    /// What else the agent brings into the horizon.
    pub carried: CarriedOver,
}

impl Agent {
    /// Whether the agent is employed on a day.
    pub fn employed_on(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }
}

/// Days on which an agent does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeOff {
    /// Who.
    pub agent: AgentId,
    /// First day.
    pub start: NaiveDate,
    /// Last day, inclusive.
    pub end: NaiveDate,
    /// Minutes of the weekly minimum that each day counts for; `None` for a fifth of the contract's minimum.
    pub credited_minutes: Option<u32>,
}

/// A wish with a weight; refused when it costs more than the weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Who.
    pub agent: AgentId,
    /// Which day.
    pub date: NaiveDate,
    /// What is wished.
    pub kind: RequestKind,
    /// Price of refusing, in minor units of money.
    pub weight: u32,
}

/// What an agent wishes for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// Not to work.
    DayOff,
    /// A shift of this template name or class.
    Shift(String),
    /// A start before 10:00.
    Early,
    /// A start at 13:00 or later.
    Late,
    /// No wish for the day; overrides a standing one.
    None,
}

impl RequestKind {
    /// Whether working a shift of `class` named `name` from `start_minute` grants the wish; `None` asks about a day off.
    pub fn granted_by(&self, shift: Option<(&str, &str, u32)>) -> bool {
        match (self, shift) {
            (Self::None, _) | (Self::DayOff, None) => true,
            (Self::DayOff, Some(_)) | (Self::Shift(_) | Self::Early | Self::Late, None) => false,
            (Self::Shift(wish), Some((name, class, _))) => wish == name || wish == class,
            (Self::Early, Some((_, _, start))) => start < 10 * 60,
            (Self::Late, Some((_, _, start))) => start >= 13 * 60,
        }
    }
}
