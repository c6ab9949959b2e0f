//! The page of a comparison: one printable page up front for the lead, the details of each scenario below.

mod page;
mod picture;
mod table;
mod verdict;

use scenarios::scenario::{Base, Comparison, Measured};
use solver_data::Scenario;

use super::words::Language;

pub use page::compare_page;
pub use table::compare_table;
pub use verdict::verdict;

/// What a comparison is told from.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The base.
    pub base: &'a Base,
    /// The base, measured.
    pub before: &'a Measured,
    /// The scenarios.
    pub comparisons: &'a [Comparison],
}

/// The scenario's name for the reader.
pub fn title(scenario: &Scenario, language: Language) -> &str {
    match (language, &scenario.title_zh) {
        (Language::Chinese, Some(title)) => title,
        _ => &scenario.title,
    }
}
