//! What keeps a forecast from being made, and the mend.

use chrono::{NaiveDate, NaiveDateTime};
use solver_data::GridError;

/// A history or a request that no forecast can be made from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// No queue at all.
    #[error("the history holds no queue; give at least one row before {start}")]
    NoQueue {
        /// First day of the horizon.
        start: NaiveDate,
    },
    /// Too little history before the horizon.
    #[error("history of queue {queue} spans {days} days before {start}; at least {needed} are needed")]
    ShortHistory {
        /// Queue.
        queue: String,
        /// Days from the first to the last known day.
        days: usize,
        /// Days needed.
        needed: usize,
        /// First day of the horizon.
        start: NaiveDate,
    },
    /// The history cannot be summed to the grid.
    #[error(
        "history comes in intervals of {history} minutes and cannot be summed to {grid} minutes; plan in {history} minutes or a multiple of it, or give a finer history"
    )]
    Interval {
        /// Interval of the history in minutes.
        history: u32,
        /// Interval of the grid in minutes.
        grid: u32,
    },
    /// A queue of the centre without history.
    #[error("queue {queue} of the centre has no history before {start}; known queues are {known}")]
    UnknownQueue {
        /// Queue.
        queue: String,
        /// Names in the history.
        known: String,
        /// First day of the horizon.
        start: NaiveDate,
    },
    /// A history queue that the centre does not know.
    #[error("queue {queue} of the history is not a queue of the centre; add it to the centre or drop its rows")]
    StrayQueue {
        /// Queue.
        queue: String,
    },
    /// A level of a prediction interval outside (0, 1).
    #[error("a prediction level of {level} lies outside 0 to 1; write 80 % as 0.80")]
    Level {
        /// What was given.
        level: f64,
    },
    /// No model of that name.
    #[error("there is no model called {name}; use one of {known}")]
    Model {
        /// What was given.
        name: String,
        /// Names of the registry.
        known: String,
    },
    /// A backtest without origins or days.
    #[error("a backtest of {origins} origins of {days} days measures nothing; use 1 or more of each")]
    EmptyBacktest {
        /// Origins.
        origins: usize,
        /// Days after each.
        days: u32,
    },
    /// A queue that is not among those forecast.
    #[error("queue {queue} is not forecast; the queues forecast are {known}")]
    NotForecast {
        /// Queue.
        queue: String,
        /// Names of the queues forecast.
        known: String,
    },
    /// A time outside the horizon.
    #[error("{at} lies outside the horizon {first} to {last}; move the horizon or the time")]
    OutsideHorizon {
        /// The time.
        at: NaiveDateTime,
        /// First day of the horizon.
        first: NaiveDate,
        /// Last day of the horizon.
        last: NaiveDate,
    },
    /// A donor without contacts of late.
    #[error("the donor {queue} had no contact in the four weeks to its last row before {start}; name a busier queue as donor")]
    IdleDonor {
        /// The donor.
        queue: String,
        /// First day of the horizon.
        start: NaiveDate,
    },
    /// No observed row that an update could be made from.
    #[error("no observed row lies in an open interval of {first} to {last}; give rows of these days, whole intervals each")]
    NothingObserved {
        /// First day of the horizon.
        first: NaiveDate,
        /// Last day of the horizon.
        last: NaiveDate,
    },
    /// A time at which a queue is closed.
    #[error("queue {queue} is closed at {at}; name a time within its opening hours")]
    ClosedAt {
        /// Queue.
        queue: String,
        /// The time.
        at: NaiveDateTime,
    },
    /// An outlook over no time or too much of it.
    #[error("an outlook of {months} months is not made; ask for 1 to 60")]
    Months {
        /// What was given.
        months: u32,
    },
    /// A grid that cannot be laid.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// The user asked to stop.
    #[error("the backtest was interrupted; nothing was measured")]
    Interrupted,
}
