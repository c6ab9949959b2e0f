//! The week's report: one self-contained page, from the headline through demand, need, roster, service and cost to
//! what fell short and where the numbers come from.
//!
//! A face: it draws what [`PlannedWeek`] holds and decides nothing about it. The page has no script, no network and no
//! clock: the same plan gives the same bytes.
//!
//! Charts follow one plan of colours and marks (`report.css`): forecast blue, actual ink, required orange, scheduled
//! green, shortage vermillion below the line, surplus sky blue above it, breaks hatched, cost purple.

mod capacity_page;
mod capacity_worth;
mod chart;
mod compare;
mod cost_page;
mod figure;
#[cfg(test)]
mod fixture;
pub mod number;
mod page;
mod promise;
mod rates;
mod repair;
pub mod review;
mod section;
mod shell;
mod table;
mod volume;
mod week;
mod words;

#[cfg(test)]
mod tests;

use scenarios::PlannedWeek;

pub use capacity_page::{CapacityPage, capacity_headline, capacity_page, shortage_lines};
pub use compare::{Compared, compare_page, compare_table, title, verdict};
pub use cost_page::{CostPage, cost_headline, cost_page};
pub use promise::promised;
pub use rates::cost_rates;
pub use words::Language;

/// How a plan was made, as far as the plan itself does not know; no clock, so that a page repeats byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportMeta {
    /// Version of the program.
    pub version: String,
    /// Seed of all random streams.
    pub seed: u64,
    /// The horizon in words, such as `24–30 October 1999`.
    pub generated_for: String,
    /// Input files and their SHA-256 in hexadecimal, in the order they were read.
    pub inputs: Vec<(String, String)>,
    /// The rule that stopped the search, such as `gap 1 % or 2,000 iterations`; the reason reached is in the plan.
    pub stop: String,
}

/// The report of a planned week as a complete HTML page.
pub fn render(planned: &PlannedWeek, meta: &ReportMeta, language: Language) -> String {
    page::page(&week::Week::new(planned, meta, language)).into_string()
}
