//! The rates a cost rests on, in words: for the page and the workbook.

use solver_data::{Centre, FinanceTerms, Money};

use super::number;
use super::words::Language;

/// Name and value of every rate.
pub fn cost_rates(centre: &Centre, terms: &FinanceTerms, language: Language) -> Vec<(String, String)> {
    let currency = &centre.currency;
    let money = |money: Money| format!("{} {}", number::money_exact(money, currency), currency.code);
    let percent = |share: f64| number::percent(share, 1, language);
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let mut rates = Vec::new();
    for (level, variable) in centre.levels.iter().zip(&terms.variable_hourly) {
        let name = language.say(format!("base pay an hour, {}", level.name), format!("基本时薪：{}", level.name));
        rates.push((name, money(level.hourly)));
        if variable.0 != 0 {
            rates.push((
                language.say(format!("variable pay an hour, {}", level.name), format!("浮动时薪：{}", level.name)),
                money(*variable),
            ));
        }
    }
    let pay = &centre.pay;
    let night = format!("{}–{}", clock(pay.night.0), clock(pay.night.1));
    rates.push((language.say(format!("night premium, {night}"), format!("夜班津贴 {night}")), percent(pay.night_premium)));
    rates.push((language.say("weekend premium", "周末津贴").to_owned(), percent(pay.weekend_premium)));
    rates.push((language.say("public holiday premium", "法定节假日津贴").to_owned(), percent(pay.holiday_premium)));
    rates.push((language.say("on-costs on all pay", "附加成本（占全部薪资）").to_owned(), percent(pay.on_cost)));
    for band in &terms.overtime.bands {
        let (from, to) = (number::hours(band.from), number::hours(band.to));
        let name = language.say(format!("overtime, {from} to {to} weekly hours"), format!("加班：周 {from}–{to} 小时"));
        rates.push((name, percent(band.rate)));
    }
    for (name, rate) in [
        (language.say("overtime at the weekend", "周末加班"), terms.overtime.weekend),
        (language.say("overtime on a public holiday", "法定节假日加班"), terms.overtime.holiday),
    ] {
        rates.extend(rate.map(|rate| (name.to_owned(), percent(rate))));
    }
    if let Some(minute) = terms.outsourced_minute {
        rates.push((language.say("a minute outsourced", "外包每分钟").to_owned(), money(minute)));
    }
    if terms.abandoned_contact.0 != 0 {
        rates.push((language.say("an abandoned contact", "每个放弃联络").to_owned(), money(terms.abandoned_contact)));
    }
    rates
}
