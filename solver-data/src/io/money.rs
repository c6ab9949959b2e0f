//! Amounts in cells: in the currency, with its decimals.

use super::cell::Cell;
use crate::finding::Finding;
use crate::unit::Money;

/// The largest amount a cell may hold, in units of the currency: a thousand thousand million.
const LARGEST: f64 = 1e12;

/// An amount of 0 or more such as `1234.50`, as minor units.
pub(super) fn amount(cell: &Cell<'_>, digits: u32) -> Result<Money, Finding> {
    let value = cell.count()?;
    let minor = value * 10_f64.powi(digits.min(9) as i32);
    if value > LARGEST {
        return Err(cell.error(format!("{value} is more than {LARGEST}"), "write an amount in the centre's currency"));
    }
    if (minor - minor.round()).abs() > 1e-3 {
        return Err(cell.error(format!("{value} has more than {digits} decimals"), "round it to the currency's smallest coin"));
    }
    Ok(Money(minor.round() as i64))
}
