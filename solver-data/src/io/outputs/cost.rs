//! `cost.csv`: the cost of a roster, line by line.

use super::csv_text::CsvText;
use crate::centre::Centre;
use crate::cost::CostPlan;
use crate::unit::Money;

/// `agent,date,class,minutes,amount`, amounts in units of the centre's currency with its digits; they add up to the
/// total exactly.
pub fn cost_csv(centre: &Centre, plan: &CostPlan) -> String {
    let mut text = CsvText::new(&["agent", "date", "class", "minutes", "amount"]);
    for line in &plan.lines {
        text.row(&[
            centre.agents[line.agent].code.as_str(),
            &line.date.to_string(),
            line.class.name(),
            &line.minutes.to_string(),
            &amount(line.amount, centre.currency.minor_digits),
        ]);
    }
    text.finish()
}

/// An amount in whole units with `digits` decimals, exact.
fn amount(money: Money, digits: u32) -> String {
    let digits = digits.min(9);
    let scale = 10u64.pow(digits);
    let sign = if money.0 < 0 { "-" } else { "" };
    let (units, minor) = (money.0.unsigned_abs() / scale, money.0.unsigned_abs() % scale);
    if digits == 0 { format!("{sign}{units}") } else { format!("{sign}{units}.{minor:0width$}", width = digits as usize) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_minor_unit() {
        assert_eq!(
            [amount(Money(12_305), 2), amount(Money(-7), 2), amount(Money(500), 0), amount(Money(1), 3)],
            ["123.05", "-0.07", "500", "0.001"]
        );
    }
}
