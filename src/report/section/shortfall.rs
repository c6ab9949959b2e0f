//! What fell short and why, what would mend it, and what one more agent would give.

use maud::{Markup, html};

use scenarios::worth::repair_line;

use crate::report::number;
use crate::report::promise::{Promises, broken_text};
use crate::report::repair::{Shortage, cheapest, shortages};
use crate::report::table::Table;
use crate::report::week::Week;
use crate::report::words::{Language, counted};

/// Rows of the table of shortages; the rest is summed up.
const SHOWN: usize = 12;

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    html! { (promises(week)) (gaps(week)) div.columns { (one_more(week)) (rounds(week)) } (findings(week)) }
}

fn promises(week: &Week<'_>) -> Markup {
    let language = week.language;
    let planned = week.planned;
    let promises = Promises::of(week);
    let close = promises.undecided.join(language.say("; ", "；"));
    html! {
        @if planned.shortfalls.is_empty() && promises.missed == 0 {
            p.good[close.is_empty()] { (kept(&promises, &close, language)) }
        } @else {
            ul.bad { @for shortfall in &planned.shortfalls { li { (shortfall) } } }
            @if !close.is_empty() { p { (language.say(format!("Too close to call: {close}."), format!("难以判定：{close}。"))) } }
        }
        @if let Some(broken) = broken_text(week) {
            p { (language.say(format!("{broken}:"), format!("{broken}："))) }
            ul.bad { @for violation in &planned.violations { li { (violation) } } }
        } @else {
            p { (language.say("The roster breaks no rule.", "排班不违反任何规则。")) }
        }
    }
}

/// The sentence where no promise is missed; `close` names those too close to call.
fn kept(promises: &Promises, close: &str, language: Language) -> String {
    if promises.queues == 0 {
        return language.say("No queue has a target and contacts to hold it to.", "没有设定目标且有联络量的队列。").to_owned();
    }
    if close.is_empty() {
        return language.say("Every promise is met.", "所有承诺均已兑现。").to_owned();
    }
    language.say(format!("Every promise is met or too close to call: {close}."), format!("所有承诺均已兑现或难以判定：{close}。"))
}

fn gaps(week: &Week<'_>) -> Markup {
    let (language, grid) = (week.language, week.grid());
    let found = shortages(week);
    if found.is_empty() {
        return html! { p { (language.say("No interval is short of agents.", "没有人手不足的时段。")) } };
    }
    let mut table = Table::new(
        language.say("Largest shortages and the cheapest extra shift for each", "最大缺口与最便宜的加班建议"),
        &language.say(
            ["when, local time", "queues", "agents", "agent-hours", "cheapest repair", "cost"],
            ["时间（当地）", "队列", "人数", "人时", "最便宜的补救", "成本"],
        ),
    )
    .with_text(&[1, 4]);
    for shortage in found.iter().take(SHOWN) {
        let pool = &week.planned.requirement.pools[shortage.pool];
        let queues = if pool.queues.queues().count() == week.planned.centre.queues.len() {
            language.queue("all")
        } else {
            pool.queues.label(&week.planned.centre)
        };
        let (repair, cost) = repair_cells(week, shortage);
        table.row(vec![
            format!("{}–{}", language.moment(grid.local(shortage.first)), Language::until(grid.local(shortage.end))),
            queues,
            number::quantity(shortage.agents, 0),
            number::quantity(shortage.agent_hours, 1),
            repair,
            cost,
        ]);
    }
    let hours: f64 = found.iter().map(|shortage| shortage.agent_hours).sum();
    let (hours, count) = (number::quantity(hours, 1), number::count(found.len()));
    let stretches = counted(found.len(), "stretch", "stretches");
    html! {
        h3 { (language.say("Where agents are missing", "哪里缺人")) }
        p { (language.say(
            format!("{hours} agent-hours are missing in {stretches} of time. A repair is one extra shift within rest, days and weekly minutes; each stands alone."),
            format!("共 {count} 段时间缺 {hours} 人时。补救指一个额外班次，符合休息、天数与周工时限制；各条建议互相独立。"),
        )) }
        (table.markup())
        (priced_repairs(week))
    }
}

/// The scheduler's repairs: breaks and shifts moved, overtime, one more agent, each priced exactly against the roster.
fn priced_repairs(week: &Week<'_>) -> Markup {
    let planned = week.planned;
    if planned.repairs.is_empty() {
        return html! {};
    }
    html! {
        p { (week.language.say(
            "Other ways to mend the largest shortages, each priced exactly against this roster and standing alone:",
            "弥补最大缺口的其他办法（按本排班精确计价，各自独立）：",
        )) }
        ul { @for repair in &planned.repairs { li { (repair_line(&planned.centre, &planned.requirement, repair)) } } }
    }
}

fn repair_cells(week: &Week<'_>, shortage: &Shortage) -> (String, String) {
    let (language, centre) = (week.language, &week.planned.centre);
    match cheapest(week, shortage) {
        Some(repair) => {
            let (code, hours) = (&centre.agents[repair.agent].code, number::quantity(repair.covered_hours, 1));
            let (from, to) = (repair.shift.start.format("%H:%M"), Language::until(repair.shift.end));
            let text =
                language.say(format!("{code} {from}–{to}, covers {hours} h"), format!("{code} {from}–{to}，覆盖 {hours} 小时"));
            (text, number::money(repair.cost, &centre.currency))
        }
        None => (
            language.say("nobody with the skill is free within the rules", "规则内无具备技能的空闲坐席").to_owned(),
            number::UNKNOWN.to_owned(),
        ),
    }
}

/// Contacts more answered in time by one more agent on contact, by the service curve of all queues.
fn one_more(week: &Week<'_>) -> Markup {
    let (language, grid) = (week.language, week.grid());
    let Some(curve) = week.planned.requirement.curves.last().filter(|curve| curve.intervals.len() == grid.len()) else {
        return html! {};
    };
    let gain = |t: usize| {
        let there = week.coverage.on_contact[t] as u32;
        curve.answered_in_time(t, there + 1) - curve.answered_in_time(t, there)
    };
    let mut table = Table::new(
        language.say("Contacts more answered in time by one more agent on contact", "多一名在线坐席可多及时应答的联络量"),
        &language
            .say(["day", "more in time", "best hour from", "more in it"], ["日期", "全天多及时应答", "最佳小时起点", "该小时多"]),
    );
    let mut best: Option<(f64, usize)> = None;
    for day in 0..grid.days() {
        let range = grid.day_range(day);
        let all: f64 = range.clone().map(gain).sum();
        let hour = range
            .clone()
            .step_by(week.window.per_hour)
            .map(|t| ((t..(t + week.window.per_hour).min(range.end)).map(gain).sum::<f64>(), t));
        let Some(top) = hour.max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1))) else { continue };
        best = best.filter(|best| best.0 >= top.0).or(Some(top));
        table.row(vec![
            language.day(grid.date(day)),
            number::signed(all, 1),
            if top.0 > 0.05 { grid.local(top.1).format("%H:%M").to_string() } else { number::UNKNOWN.to_owned() },
            number::signed(top.0, 1),
        ]);
    }
    let sentence = best.filter(|best| best.0 > 0.05).map_or_else(
        || language.say("One more agent would change next to nothing.".to_owned(), "再多一名坐席几乎没有影响。".to_owned()),
        |(gain, t)| {
            let (at, gain) = (language.moment(grid.local(t)), number::quantity(gain, 1));
            language.say(
                format!("One more agent gives most in the hour from {at}: {gain} contacts more answered in time."),
                format!("多一名坐席在 {at} 起的一小时效果最好：多及时应答 {gain} 个。"),
            )
        },
    );
    html! { div {
        h3 { (language.say("What one more agent would give", "多一名坐席能带来什么")) }
        p { (sentence) }
        (table.markup())
    } }
}

fn rounds(week: &Week<'_>) -> Markup {
    let (language, rounds) = (week.language, &week.planned.refinement);
    let (Some(first), Some(last)) = (rounds.first(), rounds.last()) else { return html! {} };
    let currency = &week.planned.centre.currency;
    let caption = language.say(
        format!("Rounds of schedule, simulate, tighten; cost in {}", currency.code),
        format!("排班→模拟→收紧的各轮结果；成本单位 {}", currency.code),
    );
    let mut table = Table::new(
        caption,
        &language.say(
            ["round", "agent-hours required", "on contact", "in time", "cost"],
            ["轮次", "需求人时", "在线人时", "及时率", "成本"],
        ),
    );
    for (number_of, round) in rounds.iter().enumerate() {
        table.row(vec![
            number::count(number_of + 1),
            number::quantity(round.required_hours, 1),
            number::quantity(round.scheduled_hours, 1),
            number::percent(round.service_level, 1, language),
            number::money_bare(solver_data::Money(round.cost), currency),
        ]);
    }
    let gained = number::signed((last.service_level - first.service_level) * 100.0, 1);
    let paid = number::signed((last.cost - first.cost) as f64 / number::minor_units(currency), 0);
    html! { div {
        h3 { (language.say("Refinement", "逐轮修正")) }
        @if rounds.len() > 1 { p { (language.say(
            format!("From the formula's requirement to the last round, simulated service moved by {gained} points and cost by {paid} {}.", currency.code),
            format!("从公式需求到最后一轮，模拟服务水平变化 {gained} 个百分点，成本变化 {paid} {}。", currency.code),
        )) } } @else { p { (language.say(
            "The first roster was simulated and needed no tightening.", "首个排班经模拟后无需收紧。",
        )) } }
        (table.markup())
    } }
}

fn findings(week: &Week<'_>) -> Markup {
    let findings = &week.planned.findings.findings;
    html! { @if !findings.is_empty() {
        details { summary { (week.language.say("Notes of the input check", "输入检查的提示")) " (" (findings.len()) ")" }
            ul { @for finding in findings { li { (finding.file) @if let Some(line) = finding.line { ":" (line) } ": " (finding.message) " – " (finding.hint) } } }
        }
    } }
}
