//! Spreadsheets: what the product computed, with formulas that stay alive.

mod cost;
mod requirement;
mod style;

pub use cost::cost_workbook;
pub use requirement::requirement_sheet;
