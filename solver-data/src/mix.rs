//! What contacts are made of: their shares by channel or topic.

use chrono::NaiveDate;

use crate::demand::Band;

/// By what contacts are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MixDimension {
    /// How they arrive, such as telephone, chat or app.
    Channel,
    /// What they are about.
    Topic,
}

impl MixDimension {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Topic => "topic",
        }
    }
}

/// Contacts of one value of a dimension over whole local days.
#[derive(Debug, Clone, PartialEq)]
pub struct MixRecord {
    /// First day.
    pub first: NaiveDate,
    /// Last day, inclusive: the same day, or the end of the month.
    pub last: NaiveDate,
    /// Name of the queue.
    pub queue: String,
    /// By what it is told apart.
    pub dimension: MixDimension,
    /// Value, such as `chat` or `card lost`.
    pub value: String,
    /// Contacts, 0 or more.
    pub contacts: f64,
}

/// A forecast told apart by one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct MixForecast {
    /// Name of the queue.
    pub queue: String,
    /// By what it is told apart.
    pub dimension: MixDimension,
    /// One row a value, by name; their means sum to the queue's in every interval.
    pub values: Vec<ValueForecast>,
}

/// Forecast of one value; vectors have `len == grid.len()`.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueForecast {
    /// Value of the dimension.
    pub value: String,
    /// Expected share of the queue's contacts.
    pub share: Vec<f64>,
    /// Expected contacts.
    pub mean: Vec<f64>,
    /// Prediction intervals, narrowest first; they nest and contain the mean.
    pub bands: Vec<Band>,
}
