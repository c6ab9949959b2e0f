//! The verdict of a comparison in a sentence.

use scenarios::scenario::{Block, Comparison, Measure, Restoration, RosterChoice};
use solver_data::{Currency, Estimate, Money};

use crate::report::number;
use crate::report::words::Language;

/// "service falls 6.1 ± 0.8 points; 9 more agents 10:00–14:00 restore it for 4,310 a day".
pub fn verdict(comparison: &Comparison, currency: &Currency, language: Language) -> String {
    let kept = comparison.service(RosterChoice::Kept).map(|service| with_today(comparison, service, (currency, language)));
    let new = comparison.service(RosterChoice::Replanned).map(|service| with_new(comparison, service, (currency, language)));
    let parts: Vec<String> = [kept, new].into_iter().flatten().collect();
    parts.join(language.say("; ", "；"))
}

/// Points of service: `6.1 ± 0.8`.
fn points(service: Estimate) -> String {
    let (mean, half) = (100.0 * service.mean.abs(), 100.0 * service.half_width);
    number::estimate(Estimate { mean, half_width: half }, 1)
}

/// How service moves, in words.
fn movement(service: Estimate, language: Language) -> String {
    let told = points(service);
    if service.mean == 0.0 && service.half_width == 0.0 {
        return language.say("service stays as it is".to_owned(), "服务水平不变".to_owned());
    }
    if service.mean.abs() <= service.half_width {
        let signed = format!("{}{told}", if service.mean < 0.0 { "\u{2212}" } else { "+" });
        return language.say(
            format!("service hardly moves ({signed} points, within chance)"),
            format!("服务水平基本不变（{signed}个百分点，在随机误差之内）"),
        );
    }
    if service.mean < 0.0 {
        language.say(format!("service falls {told} points"), format!("服务水平下降{told}个百分点"))
    } else {
        language.say(format!("service rises {told} points"), format!("服务水平上升{told}个百分点"))
    }
}

/// What the horizon costs more or less.
fn costs(comparison: &Comparison, roster: RosterChoice, (currency, language): (&Currency, Language)) -> Option<String> {
    let cost = comparison.figure(roster, Measure::Cost)?.mean;
    let amount = number::money(Money(cost.abs().round() as i64), currency);
    if cost.abs() < 0.5 {
        return None;
    }
    Some(if cost > 0.0 {
        language.say(format!("the horizon costs {amount} more"), format!("成本增加{amount}"))
    } else {
        language.say(format!("the horizon costs {amount} less"), format!("成本减少{amount}"))
    })
}

fn with_today(comparison: &Comparison, service: Estimate, (currency, language): (&Currency, Language)) -> String {
    let (comma, with) = language.say((", ", "with today's roster "), ("，", "沿用现有排班，"));
    let told: Vec<String> =
        std::iter::once(movement(service, language)).chain(costs(comparison, RosterChoice::Kept, (currency, language))).collect();
    let told = format!("{with}{}", told.join(comma));
    let lost = service.mean + service.half_width < 0.0;
    match &comparison.restoration {
        Some(restoration) => format!("{told}{}{}", language.say("; ", "；"), restoring(restoration, currency, language)),
        None if lost => {
            let nobody = language.say("more agents alone do not restore it", "仅靠增加人手无法恢复");
            format!("{told}{}{nobody}", language.say("; ", "；"))
        }
        None => told,
    }
}

/// `9 more agents 10:00–14:00 restore it for 4,310 ILS a day`.
fn restoring(restoration: &Restoration, currency: &Currency, language: Language) -> String {
    let block = |block: &Block| {
        let hours = format!("{:02}:00–{:02}:00", block.from, block.to);
        let agents = if block.agents == 1 { "agent" } else { "agents" };
        language.say(format!("{} more {agents} {hours}", block.agents), format!("{hours}增加{}人", block.agents))
    };
    let blocks: Vec<String> = restoration.blocks.iter().map(block).collect();
    let cost = number::money(restoration.cost_per_day, currency);
    let days = restoration.days.len();
    let one = restoration.blocks.len() == 1 && restoration.blocks[0].agents == 1;
    let restores = if one { "restores" } else { "restore" };
    let on = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    language.say(
        format!("{} {restores} it for {cost} a day, on {on}", blocks.join(" and ")),
        format!("{}即可恢复，每天{cost}，共{days}天", blocks.join("、")),
    )
}

fn with_new(comparison: &Comparison, service: Estimate, (currency, language): (&Currency, Language)) -> String {
    let (comma, anew) = language.say((", ", "planned anew "), ("，", "重新排班后，"));
    let told: Vec<String> = std::iter::once(movement(service, language))
        .chain(costs(comparison, RosterChoice::Replanned, (currency, language)))
        .collect();
    format!("{anew}{}", told.join(comma))
}
