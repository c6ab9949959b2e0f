//! The hours bank: weekly hours that vary around the contract's, kept within limits.

use chrono::NaiveDate;

/// An hours bank (working time account) of a contract.
///
/// Every planning week adds its paid minutes and takes `weekly_minutes`, in proportion to the days employed and less what
/// days off count for. The balance is judged where a planning week ends within the horizon. A balance that stands beyond
/// a limit when the horizon begins must not go further beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursBank {
    /// Minutes due a week.
    pub weekly_minutes: u32,
    /// Least balance in minutes, below 0 where the agent may owe.
    pub least: i32,
    /// Most balance in minutes.
    pub most: i32,
    /// When the account is settled; `None` for never.
    pub settlement: Option<Settlement>,
}

/// Narrower limits at the end of each reference period: the average over it keeps to the week's hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// Weeks of a period and the first day of one of them; `None` for the horizon as a whole.
    pub period: Option<(u32, NaiveDate)>,
    /// Least balance in minutes then.
    pub least: i32,
    /// Most balance in minutes then.
    pub most: i32,
}

impl Settlement {
    /// Whether a period ends on a day.
    pub fn ends_on(&self, last_day: NaiveDate, horizon_end: NaiveDate) -> bool {
        match self.period {
            Some((weeks, first)) => ((last_day - first).num_days() + 1).rem_euclid(7 * i64::from(weeks.max(1))) == 0,
            None => last_day == horizon_end,
        }
    }
}
