//! Amounts as files and tables hold them: plain, to the minor unit.

use solver_data::Money;

/// An amount in units of the currency with its decimals, exact: `-1234.50`.
pub fn amount(money: Money, digits: u32) -> String {
    let digits = digits.min(9);
    let scale = 10_u64.pow(digits);
    let sign = if money.0 < 0 { "-" } else { "" };
    let (units, minor) = (money.0.unsigned_abs() / scale, money.0.unsigned_abs() % scale);
    if digits == 0 { format!("{sign}{units}") } else { format!("{sign}{units}.{minor:0width$}", width = digits as usize) }
}

/// Minor units with a fraction, rounded to whole ones.
pub fn rounded(minor: f64) -> Money {
    Money(minor.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_minor_unit() {
        assert_eq!([amount(Money(12_305), 2), amount(Money(-7), 2), amount(rounded(499.6), 0)], ["123.05", "-0.07", "500"]);
    }
}
