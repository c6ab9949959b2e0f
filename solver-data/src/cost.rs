//! What a roster costs, to the minor unit.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::AgentId;
use crate::unit::Money;

/// Classes of paid time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayClass {
    /// Base pay.
    Normal,
    /// In the night window.
    Night,
    /// At the weekend.
    Weekend,
    /// On a public holiday.
    Holiday,
    /// Beyond the contract.
    Overtime,
}

impl PayClass {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Night => "night",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
            Self::Overtime => "overtime",
        }
    }
}

/// Cost of a roster, line by line; the total is the sum of the lines and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CostPlan {
    /// One line an agent, day and pay class, ascending.
    pub lines: Vec<CostLine>,
}

/// Paid time of one agent, day and class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// Who.
    pub agent: AgentId,
    /// Day on which the shift starts.
    pub date: NaiveDate,
    /// Class.
    pub class: PayClass,
    /// Paid minutes.
    pub minutes: u32,
    /// Amount, on-costs included.
    pub amount: Money,
}

impl CostPlan {
    /// Sum of all lines.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }
}
