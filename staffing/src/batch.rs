//! Many queues at once, as rows of a table: what `shiftcast erlang required` and `erlang evaluate` compute.
//!
//! A row never fails: what cannot be answered is left out, and its `status` says why; all else has status `ok`.

mod answer;
mod evaluate;
mod required;
mod row;

pub use answer::{Answer, Extras, OK};
pub use required::RequiredRow;
pub use row::{EvaluateRow, QueueRow, RowModel};

use rayon::prelude::*;

/// The answers of all rows, in their order.
pub fn required(rows: &[RequiredRow]) -> Vec<Answer> {
    rows.par_iter().map(RequiredRow::answer).collect()
}

/// The answers of all rows, in their order.
pub fn evaluate(rows: &[EvaluateRow]) -> Vec<Answer> {
    rows.par_iter().map(EvaluateRow::answer).collect()
}

#[cfg(test)]
mod tests;
