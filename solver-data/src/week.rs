//! A contact-centre week: named agents, nested skill tiers, quarter-hour requirements, as in the instance files of the
//! public interface.
//!
//! A week is `days` × 96 quarters, day 0 = Monday; coverage wraps round the end of the week.

use serde::{Deserialize, Serialize};

/// Quarters of an hour in a day of an instance.
pub const QUARTERS_PER_DAY: usize = 96;

/// An instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactCentreWeek {
    /// Name.
    pub name: String,
    /// Length of a quarter in minutes: 15.
    pub interval_min: u32,
    /// Days: 7.
    pub days: usize,
    /// Queues by tier.
    pub queues: Vec<WeekQueue>,
    /// Shift templates.
    pub shifts: Vec<WeekShift>,
    /// Agents.
    pub agents: Vec<WeekAgent>,
    /// Prices in cents.
    pub cost: WeekPrices,
}

/// A queue and its requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekQueue {
    /// Name.
    pub id: String,
    /// Agents of this tier or higher may serve it.
    pub min_tier: u32,
    /// Agents needed in each quarter: `len == days * 96`.
    pub req: Vec<i64>,
}

/// A shift template; its times are quarters of the day it starts on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekShift {
    /// Name.
    pub id: String,
    /// Length class.
    pub len: String,
    /// First quarter.
    pub start: usize,
    /// Quarter after the last; may exceed 96.
    pub end: usize,
    /// Paid minutes.
    pub paid: u32,
    /// Whether it counts as a night shift.
    pub night: bool,
    /// Breaks.
    pub breaks: Vec<WeekBreak>,
}

/// A break that starts in `lo..=hi` and lasts `len` quarters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekBreak {
    /// Name.
    pub kind: String,
    /// Earliest start.
    pub lo: usize,
    /// Latest start.
    pub hi: usize,
    /// Quarters.
    pub len: usize,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekAgent {
    /// Name.
    pub id: String,
    /// Tier, 1 to 3.
    pub tier: u32,
    /// `FT` or `PT`.
    pub contract: String,
    /// Length classes allowed.
    pub lens: Vec<String>,
    /// Least paid minutes a week.
    pub min_paid: u32,
    /// Most paid minutes a week.
    pub max_paid: u32,
    /// Most days worked.
    pub max_days: u32,
    /// Longest run of worked days.
    pub max_consec: u32,
    /// Days worked in a row before Monday.
    pub prev_consec: u32,
    /// Least quarters between shifts.
    pub min_rest_q: usize,
    /// Pay an hour in cents.
    pub rate_cents_h: i64,
    /// Whether night shifts are refused.
    pub no_night: bool,
    /// Earliest start and latest end, in quarters.
    pub avail: Option<(usize, usize)>,
    /// Days off.
    pub holiday: Vec<usize>,
    /// Wished days off.
    pub day_off_req: Vec<usize>,
    /// `early`, `mid`, `late` or `none`.
    pub pref_band: String,
    /// Whether last weekend was worked.
    pub worked_last_weekend: bool,
}

/// Prices in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekPrices {
    /// A missing agent for a quarter.
    pub under_interval: i64,
    /// A spare agent for a quarter.
    pub over_interval: i64,
    /// A shift outside the preferred band.
    pub pref_band_day: i64,
    /// A shift on a wished day off.
    pub day_off_req: i64,
    /// A full-time agent without two consecutive days off.
    pub split_days_off: i64,
    /// A Saturday or Sunday shift of an agent who worked last weekend.
    pub weekend_again_day: i64,
}

/// An agent's shift on a day of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekAssignment {
    /// Index of the agent.
    pub agent: usize,
    /// Day, 0 = Monday.
    pub day: usize,
    /// Index of the shift.
    pub shift: usize,
    /// Start quarter of each break, in the shift's order.
    pub break_starts: Vec<usize>,
}

impl WeekShift {
    /// The band of the start: `early` before 10:00, `mid` before 13:00, else `late`.
    pub fn band(&self) -> &'static str {
        match self.start {
            0..40 => "early",
            40..52 => "mid",
            _ => "late",
        }
    }
}
