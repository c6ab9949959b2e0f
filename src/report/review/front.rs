//! The first page: what happened, why, and what to do; fits one sheet of paper.

use maud::{Markup, html};
use solver_data::Estimate;

use super::advice::{advice, measure_line};
use super::{Part, Told, in_points, in_points_within};
use crate::report::chart::{PartBar, PartKind, parts_bars};
use crate::report::number;

/// The page for the lead.
pub fn section(told: &Told<'_>) -> Markup {
    let language = told.language;
    html! {
        h1 { (headline(told)) }
        dl.facts { (served(told)) (largest(told)) (next(told)) }
        div.columns {
            div { h3 { (language.say("Where the service went", "服务水平差在哪里")) } p.aside { (points_note(told)) } (points_picture(told)) }
            div { h3 { (language.say("Where the agent-hours went", "人时差在哪里")) } p.aside { (hours_note(told)) } (hours_picture(told)) }
        }
        div.keep {
            h3 { (language.say("What to do", "改进建议")) }
            ul.measures { @for line in advice(told) { li { b { (line.title) } " " (line.text) } } }
            @if !told.review.next.measures.is_empty() {
                p { (language.say("For the next period, each beside the roster going on and under the same random numbers:", "下一周期的措施（与沿用本周排班对比，使用相同随机数）：")) }
                ul.measures { @for measure in &told.review.next.measures { li { (measure_line(told, measure)) } } }
            }
        }
    }
}

/// The part that cost most service; `None` where nothing did.
fn worst(told: &Told<'_>) -> Option<(Part, Estimate)> {
    let row = told.review.overall()?;
    let parts = Part::ALL.into_iter().map(|part| (part, part.of_service(row)));
    parts.max_by(|left, right| left.1.mean.total_cmp(&right.1.mean)).filter(|(_, share)| share.mean > 0.0005)
}

/// The first sentence: wanted, given, and what cost most.
pub fn headline(told: &Told<'_>) -> String {
    let language = told.language;
    let Some(row) = told.review.overall() else {
        return language.say("No contacts, no service to review.", "没有联络量，无从复盘。").to_owned();
    };
    let (served, wanted) = (number::percent_estimate(row.served, language), number::percent(row.wanted, 0, language));
    let met = row.served.mean + 1e-9 >= row.wanted;
    let cause = worst(told).map(|(part, share)| (part.word(language), number::quantity(100.0 * share.mean, 1)));
    match (met, cause) {
        (true, Some((part, share))) => language.say(
            format!("The week kept its promise: {served} in time where {wanted} was wanted. What cost most was {part}, {share} points."),
            format!("本周达标：服务水平 {served}，目标 {wanted}。损失最大的是{part}（{share} 个百分点）。"),
        ),
        (true, None) => language.say(
            format!("The week kept its promise: {served} in time where {wanted} was wanted."),
            format!("本周达标：服务水平 {served}，目标 {wanted}。"),
        ),
        (false, cause) => {
            let miss = number::quantity(100.0 * (row.wanted - row.served.mean), 1);
            let why = cause.map_or_else(String::new, |(part, share)| {
                language.say(format!("; most of it is {part}, {share} points"), format!("；主因是{part}（{share} 个百分点）"))
            });
            language.say(
                format!("The week missed its promise by {miss} points: {served} in time where {wanted} was wanted{why}."),
                format!("本周未达标，差 {miss} 个百分点：服务水平 {served}，目标 {wanted}{why}。"),
            )
        }
    }
}

fn fact(class: &str, name: &str, (value, unit): (String, &str), note: &str) -> Markup {
    html! { div class={ "fact " (class) } { dt { (name) } dd { b { (value) } " " span.unit { (unit) } } dd.note { (note) } } }
}

fn served(told: &Told<'_>) -> Markup {
    let language = told.language;
    let Some(row) = told.review.overall() else { return html! {} };
    let class = if row.served.mean + row.served.half_width < row.wanted { "service missed" } else { "service met" };
    let planned = number::percent_estimate(row.planned, language);
    let wanted = number::percent(row.wanted, 0, language);
    let note =
        language.say(format!("{wanted} wanted; the plan promised {planned}"), format!("目标 {wanted}；计划承诺 {planned}"));
    fact(
        class,
        language.say("Answered in time, as the week came", "按实际情况的服务水平"),
        (number::quantity(100.0 * row.served.mean, 1), "%"),
        &note,
    )
}

fn largest(told: &Told<'_>) -> Markup {
    let language = told.language;
    let Some(hours) = told.review.overall_hours() else { return html! {} };
    let missing = hours.needed - hours.present;
    let (name, class) = if missing > 0.0 {
        (language.say("Agent-hours missing", "缺少人时"), "missed")
    } else {
        (language.say("Agent-hours to spare", "富余人时"), "met")
    };
    let (needed, present) = (number::quantity(hours.needed, 0), number::quantity(hours.present, 0));
    let note = language.say(
        format!("{needed} needed on contact for what came, {present} there"),
        format!("按实际需要 {needed} 人时，实际在线 {present} 人时"),
    );
    fact(class, name, (number::quantity(missing.abs(), 0), "h"), &note)
}

fn next(told: &Told<'_>) -> Markup {
    let language = told.language;
    let review = told.review;
    let best = review.next.measures.iter().filter_map(|measure| Some((measure, measure.service.last()?.difference)));
    let best = best.max_by(|left, right| left.1.mean.total_cmp(&right.1.mean));
    let name = language.say("Best measure for the next period", "下一周期最有效的措施");
    match best {
        Some((measure, gain)) => {
            let cost = number::money(measure.cost, &review.centre.currency);
            let what = super::advice::measure_name(told, &measure.kind);
            let note = language.say(format!("{what}; costs {cost} more"), format!("{what}；成本增减 {cost}"));
            fact("cost", name, (in_points(gain.mean), language.say("points", "个百分点")), &note)
        }
        None => fact("cost", name, (number::UNKNOWN.to_owned(), ""), language.say("nobody is missing", "无人手缺口")),
    }
}

fn points_note(told: &Told<'_>) -> String {
    let runs = number::count(told.review.replications as usize);
    told.language.say(
        format!("Points lost (right) and won (left), 95 % intervals over {runs} simulated weeks. The parts add up to the whole."),
        format!("百分点，向右为损失、向左为增益；{runs} 次模拟的 95% 置信区间；各部分之和等于总差距。"),
    )
}

fn hours_note(told: &Told<'_>) -> String {
    told.language
        .say(
            "Agent-hours on contact that became scarcer (right) or ampler (left). The parts add up to needed less present.",
            "向右为人时变紧、向左为变松；各部分之和等于所需减去实际在线。",
        )
        .to_owned()
}

fn points_picture(told: &Told<'_>) -> Markup {
    let Some(row) = told.review.overall() else { return html! {} };
    let part = |part: Part| {
        let share = part.of_service(row);
        PartBar {
            label: part.word(told.language).to_owned(),
            value: (share.mean, share.half_width),
            text: in_points_within(share),
            kind: PartKind::Part,
        }
    };
    let whole = row.wanted - row.served.mean;
    let mut bars: Vec<PartBar> = Part::ALL.into_iter().map(part).collect();
    bars.push(PartBar {
        label: told.language.say("whole miss", "总差距").to_owned(),
        value: (whole, row.served.half_width),
        text: in_points_within(Estimate { mean: whole, half_width: row.served.half_width }),
        kind: PartKind::Whole,
    });
    parts_bars(&bars, 500.0, &headline(told))
}

fn hours_picture(told: &Told<'_>) -> Markup {
    let Some(row) = told.review.overall_hours() else { return html! {} };
    let bar = |label: &str, hours: f64, kind: PartKind| PartBar {
        label: label.to_owned(),
        value: (hours, 0.0),
        text: format!("{}\u{a0}h", number::signed(hours, 1)),
        kind,
    };
    let mut bars: Vec<PartBar> =
        Part::ALL.into_iter().map(|part| bar(part.word(told.language), part.of_hours(row), PartKind::Part)).collect();
    bars.push(bar(told.language.say("whole gap", "总差距"), row.needed - row.present, PartKind::Whole));
    parts_bars(&bars, 500.0, told.language.say("Agent-hours needed less present, by part", "所需减在线人时，按原因"))
}
