//! Methods of sizing: the agent-hours each asks for, and the service each gives.

use maud::{Markup, html};
use scenarios::staffing::{ComparedMethod, MethodComparison};

use crate::report::number;
use crate::report::table::Table;
use crate::report::week::Week;
use crate::report::words::Language;

/// The table, with what it says in a sentence; nothing where no queue has a promise to size for.
pub fn methods(week: &Week<'_>) -> Markup {
    let (all, language) = (&week.planned.methods, week.language);
    let Some(widest) = all.iter().map(|row| row.queues).max_by_key(|set| set.0.count_ones()) else { return html! {} };
    let of_widest: Vec<&MethodComparison> = all.iter().filter(|row| row.queues == widest).collect();
    html! {
        div {
            div {
                h3 { (language.say("What the method of sizing costs and gives", "不同测算方法的人时与服务")) }
                @if let Some(sentence) = sentence(&of_widest, language) { p { (sentence) } }
            }
            (summary(week, &of_widest).markup())
        }
        @if of_widest.len() < all.len() {
            details { summary { (language.say("The methods queue by queue", "各队列的测算方法")) } (by_queue(week, all).markup()) }
        }
    }
}

fn name(method: ComparedMethod, language: Language) -> &'static str {
    match method {
        ComparedMethod::IntervalErlangC => language.say("interval by interval, Erlang C", "逐时段 Erlang C"),
        ComparedMethod::IntervalErlangA => language.say("interval by interval, Erlang A", "逐时段 Erlang A"),
        ComparedMethod::WeeklyCurveAsErlangC => {
            language.say("over the week, abandonment as by Erlang C", "按周优化，放弃率同 Erlang C")
        }
        ComparedMethod::WeeklyCurveAsErlangA => {
            language.say("over the week, abandonment as by Erlang A", "按周优化，放弃率同 Erlang A")
        }
        ComparedMethod::WeeklyCurve => language.say("over the week", "按周优化"),
    }
}

/// The methods for all queues together.
fn summary(week: &Week<'_>, rows: &[&MethodComparison]) -> Table {
    let language = week.language;
    let caption = language.say(
        "All queues together: agent-hours on contact before shrinkage, and the service they give by Erlang A where patience is known",
        "全部队列：在线人时（未计损耗）及其服务水平（已知耐心时按 Erlang A 评估）",
    );
    let head = head(week, language.say("method", "方法"));
    let mut table = Table::new(caption, &head);
    let base = rows.iter().find(|row| row.method == ComparedMethod::IntervalErlangC);
    for row in rows {
        let mut cells = vec![name(row.method, language).to_owned()];
        cells.extend(numbers(week, row, base.copied()));
        table.row(cells);
    }
    table
}

/// The methods for every set of queues.
fn by_queue(week: &Week<'_>, rows: &[MethodComparison]) -> Table {
    let (language, centre) = (week.language, &week.planned.centre);
    let mut head = head(week, language.say("method", "方法"));
    head.insert(0, language.say("queues", "队列"));
    let caption = language.say("Each method, queue by queue and together", "各队列及合计的测算方法");
    let mut table = Table::new(caption, &head).with_text(&[1]);
    for row in rows {
        let base = rows.iter().find(|base| base.queues == row.queues && base.method == ComparedMethod::IntervalErlangC);
        let mut cells = vec![row.queues.label(centre), name(row.method, language).to_owned()];
        cells.extend(numbers(week, row, base));
        table.row(cells);
    }
    table
}

fn head(week: &Week<'_>, first: &'static str) -> Vec<&'static str> {
    let mut head = vec![first];
    head.extend(week.language.say(
        ["agent-hours", "to Erlang C", "in time", "abandon", "worst interval"],
        ["人时", "相对 Erlang C", "及时率", "放弃率", "最差时段"],
    ));
    if week.planned.centre.score_bands.is_some() {
        head.push(week.language.say("score", "评分"));
    }
    head
}

/// Hours against the base, and the service they give.
fn numbers(week: &Week<'_>, row: &MethodComparison, base: Option<&MethodComparison>) -> Vec<String> {
    let language = week.language;
    let change = base.map_or(f64::NAN, |base| 100.0 * (row.agent_hours / base.agent_hours - 1.0));
    let mut cells = vec![
        number::quantity(row.agent_hours, 1),
        if change.is_finite() { format!("{}\u{a0}%", number::signed(change, 1)) } else { number::UNKNOWN.to_owned() },
        number::percent(row.service_level, 1, language),
        number::percent(row.abandonment, 1, language),
        number::percent(row.worst_interval, 0, language),
    ];
    if let Some(bands) = week.planned.centre.score_bands {
        cells.push(bands.score(row.service_level).to_string());
    }
    cells
}

fn sentence(rows: &[&MethodComparison], language: Language) -> Option<String> {
    let of = |method| rows.iter().find(|row| row.method == method);
    let (c, a) = (of(ComparedMethod::IntervalErlangC)?, of(ComparedMethod::IntervalErlangA)?);
    let week = of(ComparedMethod::WeeklyCurveAsErlangC)?;
    let [by_c, by_a, by_week] = [c, a, week].map(|row| number::quantity(row.agent_hours, 0));
    let [lost_c, lost_a, lost_week] = [c, a, week].map(|row| number::percent(row.abandonment, 1, language));
    Some(language.say(
        format!(
            "Sized interval by interval Erlang C asks for {by_c} agent-hours and Erlang A for {by_a}; over the week {by_week} keep the targets where they are cheapest. Of the contacts {lost_c}, {lost_a} and {lost_week} are lost: fewer hours are worth only what they serve."
        ),
        format!(
            "逐时段测算时，Erlang C 需 {by_c} 人时，Erlang A 需 {by_a} 人时；按周优化需 {by_week} 人时。放弃率分别为 {lost_c}、{lost_a}、{lost_week}：节省人时须与服务一并衡量。"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;
    use solver_data::QueueSet;

    #[test]
    fn every_method_is_told_with_its_service_and_score() {
        let (mut planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        let row = |(k, &method): (usize, &ComparedMethod)| MethodComparison {
            queues: QueueSet(0b11),
            method,
            agent_hours: 1000.0 - 50.0 * k as f64,
            paid_hours: 1100.0,
            service_level: 0.9 - 0.05 * k as f64,
            abandonment: 0.02 + 0.01 * k as f64,
            worst_interval: 0.6,
        };
        planned.methods = ComparedMethod::ALL.iter().enumerate().map(row).collect();
        planned.centre.score_bands = solver_data::ScoreBands::new([0.6, 0.7, 0.8, 0.9]);
        let week = Week::new(&planned, &meta, Language::English);
        let text = methods(&week).into_string();
        assert!(text.contains("Erlang C asks for 1,000 agent-hours and Erlang A for 950; over the week 900 keep"), "{text}");
        assert!(text.contains("\u{2212}5.0\u{a0}%") && text.contains("<td>5</td>"), "{text}");
        planned.methods.clear();
        assert_eq!(methods(&Week::new(&planned, &meta, Language::English)).into_string(), "");
    }
}
