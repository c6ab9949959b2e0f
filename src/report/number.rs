//! Numbers as a reader writes them: grouped, rounded to what is known, with their unit; never `NaN`.

use solver_data::{Currency, Estimate, Money};

use super::words::Language;

/// Keeps a number and its unit on one line.
const NO_BREAK: char = '\u{a0}';
/// The typographer's minus, as wide as a plus.
const MINUS: char = '\u{2212}';
/// Stands where a number is unknown.
pub const UNKNOWN: &str = "–";

/// A count or quantity with `digits` decimals and thousands separators; `–` unless finite.
pub fn quantity(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    let rounded = format!("{:.digits$}", value.abs());
    let (whole, fraction) = rounded.split_once('.').map_or((rounded.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let negative = value < 0.0 && rounded.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let mut text = String::with_capacity(rounded.len() + 4);
    if negative {
        text.push(MINUS);
    }
    text.push_str(&grouped(whole));
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A whole number with thousands separators.
pub fn count(value: usize) -> String {
    grouped(&value.to_string())
}

/// A difference: always with its sign.
pub fn signed(value: f64, digits: usize) -> String {
    let text = quantity(value, digits);
    if value.is_finite() && value >= 0.0 { format!("+{text}") } else { text }
}

/// A share as a percentage with `digits` decimals.
pub fn percent(share: f64, digits: usize, language: Language) -> String {
    with_percent_sign(quantity(share * 100.0, digits), share, language)
}

/// A difference of shares in per cent, with its sign.
pub fn signed_percent(share: f64, digits: usize, language: Language) -> String {
    with_percent_sign(signed(share * 100.0, digits), share, language)
}

/// A simulated share and the half-width of its 95 % confidence interval: `82.4 ± 0.8 %`.
pub fn percent_estimate(estimate: Estimate, language: Language) -> String {
    if estimate.half_width > 0.0 {
        let mean = quantity(estimate.mean * 100.0, 1);
        let half_width = quantity(estimate.half_width * 100.0, 1);
        let text = format!("{mean}{NO_BREAK}±{NO_BREAK}{half_width}");
        with_percent_sign(text, estimate.mean, language)
    } else {
        percent(estimate.mean, 1, language)
    }
}

/// A simulated quantity and its half-width.
pub fn estimate(estimate: Estimate, digits: usize) -> String {
    let mean = quantity(estimate.mean, digits);
    if estimate.half_width > 0.0 {
        let least = 10_f64.powi(-(digits as i32));
        let (sign, shown) = if estimate.half_width < least / 2.0 { ("<", least) } else { ("", estimate.half_width) };
        format!("{mean}{NO_BREAK}±{NO_BREAK}{sign}{}", quantity(shown, digits))
    } else {
        mean
    }
}

/// An amount in whole units of the currency: `48,210 ILS`.
pub fn money(amount: Money, currency: &Currency) -> String {
    format!("{}{NO_BREAK}{}", money_bare(amount, currency), currency.code)
}

/// An amount in whole units without the currency's code, for axes and columns that name it once.
pub fn money_bare(amount: Money, currency: &Currency) -> String {
    quantity(amount.0 as f64 / minor_units(currency), 0)
}

/// An amount to the minor unit: `48,210.35`.
pub fn money_exact(amount: Money, currency: &Currency) -> String {
    let digits = currency.minor_digits.min(9);
    let units = 10_u64.pow(digits);
    let (whole, minor) = (amount.0.unsigned_abs() / units, amount.0.unsigned_abs() % units);
    let sign = if amount.0 < 0 { MINUS.to_string() } else { String::new() };
    let whole = grouped(&whole.to_string());
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{minor:0width$}", width = digits as usize) }
}

/// Hours from minutes, one decimal.
pub fn hours(minutes: u32) -> String {
    quantity(f64::from(minutes) / 60.0, 1)
}

/// Minor units in one unit of the currency, as a factor.
pub fn minor_units(currency: &Currency) -> f64 {
    10_f64.powi(currency.minor_digits.min(9) as i32)
}

fn with_percent_sign(text: String, share: f64, language: Language) -> String {
    if share.is_finite() { format!("{text}{}", language.say("\u{a0}%", "%")) } else { text }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shekel() -> Currency {
        Currency { code: "ILS".to_owned(), minor_digits: 2 }
    }

    #[test]
    fn thousands_are_separated() {
        let shown = [0.0, 12.0, 999.0, 1000.0, 1234567.0].map(|value| quantity(value, 0));
        assert_eq!(shown, ["0", "12", "999", "1,000", "1,234,567"]);
        assert_eq!(count(48_210), "48,210");
    }

    #[test]
    fn zero_never_carries_a_minus() {
        assert_eq!(quantity(-0.04, 1), "0.0");
        assert_eq!(quantity(-0.06, 1), "\u{2212}0.1");
    }

    #[test]
    fn what_is_not_a_number_shows_a_dash() {
        assert_eq!(quantity(f64::NAN, 1), UNKNOWN);
        assert_eq!(percent(f64::INFINITY, 1, Language::English), UNKNOWN);
        assert_eq!(signed(f64::NAN, 1), UNKNOWN);
    }

    #[test]
    fn a_percentage_stands_apart_in_english_and_close_in_chinese() {
        assert_eq!(percent(0.82413, 1, Language::English), "82.4\u{a0}%");
        assert_eq!(percent(0.82413, 1, Language::Chinese), "82.4%");
    }

    #[test]
    fn estimates_carry_their_interval() {
        let service = Estimate { mean: 0.824, half_width: 0.008 };
        assert_eq!(percent_estimate(service, Language::English), "82.4\u{a0}±\u{a0}0.8\u{a0}%");
        assert_eq!(estimate(Estimate { mean: 12.0, half_width: 0.0 }, 1), "12.0");
        assert_eq!(estimate(Estimate { mean: 31.2, half_width: 0.3 }, 0), "31\u{a0}±\u{a0}<1");
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(signed(6.1, 1), "+6.1");
        assert_eq!(signed_percent(-0.031, 1, Language::English), "\u{2212}3.1\u{a0}%");
    }

    #[test]
    fn money_is_whole_in_sentences_and_exact_in_tables() {
        let amount = Money(4_821_035);
        assert_eq!(money(amount, &shekel()), "48,210\u{a0}ILS");
        assert_eq!(money_exact(amount, &shekel()), "48,210.35");
        assert_eq!(money_exact(Money(-5), &shekel()), "\u{2212}0.05");
        let yen = Currency { code: "JPY".to_owned(), minor_digits: 0 };
        assert_eq!(money_exact(Money(12_345), &yen), "12,345");
    }
}
