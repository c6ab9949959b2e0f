//! Spreadsheets: what the product computed, with formulas that stay alive.

mod requirement;

pub use requirement::requirement_sheet;
