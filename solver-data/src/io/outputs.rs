//! The CSV texts of a plan, one file each, and the roster read back.
//!
//! Every writer is a pure function from data to text; `write_file` or an `OutputSet` puts the text in place. Times are
//! local civil times `2003-08-18 07:00:00`, numbers plain decimals with a point, unknown values empty cells.

mod backtest;
mod cost;
mod coverage;
mod csv_text;
mod forecast;
mod mix;
mod outlook;
mod performance;
mod requirement;
mod roster;
mod roster_changes;
mod roster_reader;
mod solved;
mod solved_reader;

pub use backtest::backtest_csv;
pub use cost::cost_csv;
pub use coverage::coverage_csv;
pub use forecast::forecast_csv;
pub use mix::mix_csv;
pub use outlook::{outlook_accuracy_csv, outlook_csv};
pub use performance::performance_csv;
pub use requirement::requirement_csv;
pub use roster::{WORK, roster_csv};
pub use roster_changes::roster_changes_csv;
pub use roster_reader::{parse_past_roster, parse_roster, read_past_roster, read_roster};
pub use solved::{nurse_roster_csv, shift_design_csv, week_roster_csv};
pub use solved_reader::{parse_nurse_roster, parse_shift_design_csv, parse_week_roster};

#[cfg(test)]
mod writer_tests;
