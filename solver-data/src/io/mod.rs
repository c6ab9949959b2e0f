//! Reading and writing files: the only place below the faces that touches one.
//!
//! Readers turn bytes into data and findings, never into a panic: [`SourceText`] settles the encoding, [`CsvTable`] the
//! columns, [`Cell`] the single values; every finding carries file, line and column. Writers build the text first and put
//! it in place by a rename, so nothing half-written stays.

pub mod centre;

mod cell;
mod csv_cells;
mod csv_table;
mod spelling;
mod text;
mod timestamp;
mod write;

pub use cell::{Cell, CellError};
pub use csv_table::{Column, CsvRow, CsvTable, Presence};
pub use spelling::{nearest, suggest};
pub use text::{ReadError, SourceText, read_text};
pub use timestamp::{parse_date, parse_time_of_day, parse_timestamp};
pub use write::{OutputSet, WriteError, write_file};
