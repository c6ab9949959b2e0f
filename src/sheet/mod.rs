//! Spreadsheets: what the product computed, with formulas that stay alive.

mod cost;
mod requirement;

pub use cost::cost_workbook;
pub use requirement::requirement_sheet;
