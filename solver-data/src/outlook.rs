//! The long view: contacts per week or month up to years ahead, for budgets and hiring.

use chrono::NaiveDate;

/// Length of an outlook's periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutlookGrain {
    /// Weeks by the planner's first weekday; the first and the last may be shorter.
    Week,
    /// Calendar months; the first and the last may be shorter.
    Month,
}

/// The long view of several queues.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Length of the periods.
    pub grain: OutlookGrain,
    /// First day.
    pub start: NaiveDate,
    /// One outlook a queue; then, where there are several queues, `all`, whose means are their sums.
    pub queues: Vec<QueueOutlook>,
}

/// The long view of one queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueOutlook {
    /// Name of the queue.
    pub name: String,
    /// Expected contacts of each local day from the first on; periods are sums of days.
    pub daily: Vec<f64>,
    /// The periods, ascending and without gaps.
    pub periods: Vec<OutlookPeriod>,
    /// What a reader must know: no year of history, a driver without future values.
    pub notes: Vec<String>,
}

/// One week or month.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlookPeriod {
    /// First day.
    pub first: NaiveDate,
    /// Last day, inclusive.
    pub last: NaiveDate,
    /// Expected contacts.
    pub mean: f64,
    /// Prediction intervals of the period's total, narrowest first; they nest and contain the mean.
    pub bands: Vec<OutlookBand>,
    /// Expected mean handle time in seconds and its standard deviation, where the history has handle times.
    pub handle_time: Option<(f64, f64)>,
    /// How the mean came about.
    pub parts: OutlookParts,
}

/// A central prediction interval of one total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutlookBand {
    /// Coverage, such as 0.80.
    pub level: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// Factors of a period's mean: `level` is contacts, the others are factors on it, and their product is the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutlookParts {
    /// Contacts at the present level on the period's open days, were all of them ordinary.
    pub level: f64,
    /// Trend since the end of the history.
    pub trend: f64,
    /// Season of the year.
    pub season: f64,
    /// Holidays, events and the planner's own uplifts.
    pub holidays: f64,
    /// Drivers, learned or stated.
    pub drivers: f64,
    /// Planned changes, such as deflection.
    pub changes: f64,
    /// What the interval forecast of the first weeks and the planner's overrides make of it.
    pub near: f64,
}

impl OutlookParts {
    /// The period's mean.
    pub fn mean(&self) -> f64 {
        self.level * self.trend * self.season * self.holidays * self.drivers * self.changes * self.near
    }
}

/// Accuracy of one way of looking ahead at one lead, over rolling origins.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlookAccuracy {
    /// Name of the queue.
    pub queue: String,
    /// Months after the origin that are judged: the total of the months up to it, month by month.
    pub months: u32,
    /// `shiftcast`, `seasonal_naive` or `flat_average`.
    pub model: String,
    /// Σ|forecast - actual| / Σ actual of the months.
    pub wape: f64,
    /// Σ(forecast - actual) / Σ actual.
    pub bias: f64,
    /// Share of months within the 80 % interval.
    pub coverage80: Option<f64>,
    /// Share of months within the 95 % interval.
    pub coverage95: Option<f64>,
    /// Months judged.
    pub judged: usize,
}
