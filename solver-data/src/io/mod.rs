//! Reading and writing files: the only place below the faces that touches one.
//!
//! Readers turn bytes into data and findings, never into a panic: [`SourceText`] settles the encoding, [`CsvTable`] the
//! columns, [`Cell`] the single values; every finding carries file, line and column. Writers build the text first and put
//! it in place by a rename, so nothing half-written stays.

mod abridge;
mod budget;
mod cell;
mod centre;
mod changes;
mod contacts;
mod csv_cells;
mod csv_table;
mod curtois_qu;
mod demand_store;
mod drivers;
mod dzn;
mod hash;
mod history;
mod interval_length;
mod json;
mod mix;
mod money;
mod named_queues;
mod outputs;
mod outsourced;
mod overrides;
mod parquet;
mod pins;
mod queueing_model;
mod spelling;
mod teams;
mod text;
mod timestamp;
mod week;
mod write;

pub use budget::{parse_budget, read_budget};
pub use cell::{Cell, CellError};
pub use centre::{
    CentreFolder, ScenarioContext, ScenarioShelf, SweepAxis, SweepGrid, SweepPoint, parse_sweep, read_calendar, read_centre,
    read_finance, read_scenario,
};
pub use changes::{parse_changes, read_changes};
pub use contacts::{parse_contacts, read_contacts};
pub use csv_table::{Column, CsvRow, CsvTable, Presence};
pub use curtois_qu::{parse_nurse_rostering, read_nurse_rostering};
pub use demand_store::StoredDemand;
pub use drivers::{parse_drivers, read_drivers};
pub use dzn::{parse_shift_design, read_shift_design};
pub use hash::sha256_hex;
pub use history::{parse_history, parse_observed, read_history, read_observed};
pub use mix::{parse_mix, read_mix};
pub use outputs::{
    WORK, backtest_csv, cost_csv, coverage_csv, forecast_csv, mix_csv, nurse_roster_csv, outlook_accuracy_csv, outlook_csv,
    parse_nurse_roster, parse_past_roster, parse_roster, parse_shift_design_csv, parse_week_roster, performance_csv,
    read_past_roster, read_roster, requirement_csv, roster_changes_csv, roster_csv, shift_design_csv, week_roster_csv,
};
pub use outsourced::{parse_outsourced, read_outsourced};
pub use overrides::{parse_overrides, read_overrides};
pub use parquet::{ParquetColumn, ParquetValues, parquet_table};
pub use pins::{PinRow, parse_pins, read_pins};
pub use queueing_model::{parse_model, read_model};
pub use spelling::{nearest, suggest};
pub use teams::read_teams;
pub use text::{ReadError, SourceText, read_text};
pub use timestamp::{parse_date, parse_time_of_day, parse_timestamp};
pub use week::{parse_week, read_week};
pub use write::{OutputSet, WriteError, write_file};
