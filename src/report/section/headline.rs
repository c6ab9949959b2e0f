//! One sentence, three facts, one picture.

use maud::{Markup, html};
use solver_data::Estimate;

use crate::report::chart::{PANEL_WIDTH, StepArea, WIDE, step_area};
use crate::report::figure::key;
use crate::report::number;
use crate::report::promise::{Promises, Verdict, broken_text};
use crate::report::volume::Volume;
use crate::report::week::Week;
use crate::report::words::counted;

/// The head of the report.
pub fn section(week: &Week<'_>) -> Markup {
    let sentence = sentence(week);
    let (wide, narrow) = (picture(week), hourly_picture(week));
    html! {
        h1 { (sentence) }
        (facts(week))
        figure.hero {
            figcaption { p { (conclusion(week)) } }
            div.wide { (wide) }
            div.narrow { (narrow) }
            (need_key(week, &[]))
        }
    }
}

/// Names of the marks of coverage charts, some more after the lines.
pub fn need_key(week: &Week<'_>, more: &[(&str, &str)]) -> Markup {
    let language = week.language;
    let mut entries =
        vec![("k-required", language.say("required", "需求人数")), ("k-contact", language.say("on contact", "在线人数"))];
    entries.extend(more);
    entries.extend([
        ("k-shortage", language.say("shortage", "缺口")),
        ("k-surplus", language.say("surplus", "富余")),
        (
            "k-sl",
            language.say(
                "strip below: share answered in time, simulated, lower shares at its foot",
                "下方条带：模拟及时应答率，更低者画在底边",
            ),
        ),
    ]);
    key(&entries)
}

fn sentence(week: &Week<'_>) -> String {
    let planned = week.planned;
    let language = week.language;
    let horizon = if week.grid().days() == 7 { language.say("week", "本周") } else { language.say("plan", "本计划") };
    let cost = number::money(planned.cost.total(), &planned.centre.currency);
    let service = number::percent(planned.performance.overall.horizon.service_level.mean, 1, language);
    let within = week.promise.within_seconds.map(|seconds| number::quantity(seconds, 0));
    let wanted = week.promise.share.map(|share| number::percent(share, 0, language));
    let answers = match (within, wanted) {
        (Some(within), Some(wanted)) => language.say(
            format!("answers {service} in {within}\u{a0}s ({wanted}\u{a0}wanted)"),
            format!("{within} 秒内应答 {service}（目标 {wanted}）"),
        ),
        (None, Some(wanted)) => {
            language.say(format!("answers {service} in time ({wanted} wanted)"), format!("及时应答 {service}（目标 {wanted}）"))
        }
        _ => language.say(format!("answers {service} in time"), format!("及时应答 {service}")),
    };
    let answers = if expects_contacts(week) {
        answers
    } else {
        language.say("expects no contacts".to_owned(), "预计没有联络量".to_owned())
    };
    let costs = language.say(format!("the {horizon} costs {cost} and {answers}"), format!("{horizon}成本 {cost}，{answers}"));
    let (separator, stop) = language.say(("; ", "."), ("；", "。"));
    let told: Vec<String> = std::iter::once(costs).chain(distance(week)).collect();
    let first = failings(week).map(|failings| failings + language.say(": ", "：")).unwrap_or_default();
    capitalised(&format!("{first}{}{stop}", told.join(separator)))
}

/// What does not hold, rules before promises; `None` where all does.
fn failings(week: &Week<'_>) -> Option<String> {
    let found: Vec<String> = broken_text(week).into_iter().chain(Promises::of(week).missed_text(week)).collect();
    (!found.is_empty()).then(|| found.join(week.language.say(" and ", "，")))
}

/// How far the roster may be from the best; `None` where it breaks rules, since the bound is of rosters that keep them.
fn distance(week: &Week<'_>) -> Option<String> {
    let (solve, language) = (&week.planned.solve, week.language);
    if !week.planned.violations.is_empty() {
        return None;
    }
    Some(if solve.gap.is_finite() {
        let gap = number::percent(solve.gap, 1, language);
        language.say(format!("the roster is within {gap} of the best possible"), format!("排班与最优方案的差距不超过 {gap}"))
    } else {
        language.say("how far it is from the best possible is not known", "与最优方案的差距未知").to_owned()
    })
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn facts(week: &Week<'_>) -> Markup {
    let (planned, language) = (week.planned, week.language);
    let horizon = &planned.performance.overall.horizon;
    let paid: u32 = planned.cost.lines.iter().map(|line| line.minutes).sum();
    let contacts: f64 = planned.forecast.queues.iter().flat_map(|queue| &queue.mean).sum();
    let total = planned.cost.total();
    let per_contact = total.0 as f64 / number::minor_units(&planned.centre.currency) / contacts;
    let met = met_word(week, horizon.service_level);
    html! {
        dl.facts {
            div.fact.cost {
                dt { (language.say("Cost", "成本")) }
                dd { b { (number::money_bare(total, &planned.centre.currency)) } " " span.unit { (planned.centre.currency.code) } }
                dd.note { (language.say(
                    format!("{} paid hours, {}, {} {} a contact", number::hours(paid), counted(planned.roster.tours.len(), "agent", "agents"), number::quantity(per_contact, 2), planned.centre.currency.code),
                    format!("付薪 {} 小时，{} 名坐席，每次联络 {} {}", number::hours(paid), planned.roster.tours.len(), number::quantity(per_contact, 2), planned.centre.currency.code),
                )) }
            }
            div class={ "fact " (met.0) } {
                dt { (language.say("Service", "服务水平")) }
                dd { b { (number::quantity(if expects_contacts(week) { horizon.service_level.mean * 100.0 } else { f64::NAN }, 1)) } " " span.unit {
                    @if horizon.service_level.half_width > 0.0 { "± " (number::quantity(horizon.service_level.half_width * 100.0, 1)) " " } "%"
                } }
                dd.note { (met.1) }
            }
            (gap_fact(week))
        }
    }
}

/// The gap between the roster's objective and its bound, with what it says.
fn gap_fact(week: &Week<'_>) -> Markup {
    let (solve, language) = (&week.planned.solve, week.language);
    let holds = week.planned.violations.is_empty();
    let gap = if holds { number::quantity(solve.gap * 100.0, 1) } else { number::UNKNOWN.to_owned() };
    let note = if holds {
        language.say(
            "no roster under these rules can have an objective (pay, wishes, shortage, surplus) lower by more than this, for the need as stated",
            "在这些规则和既定需求下，任何排班的目标值（薪资、意愿、缺口、富余）最多只能再低这么多",
        )
    } else {
        language.say(
            "the bound is of rosters that keep every rule; this one does not",
            "下界只适用于满足全部规则的排班；本排班有违规",
        )
    };
    html! {
        div.fact.gap {
            dt { (language.say("Gap to the bound", "与下界的差距")) }
            dd { b { (gap) } " " span.unit { "%" } }
            dd.note { (note) }
        }
    }
}

/// Whether there is any service to speak of.
fn expects_contacts(week: &Week<'_>) -> bool {
    week.planned.performance.overall.horizon.offered.mean > 0.0
}

/// Class and words for how the simulated service stands to the promise.
fn met_word(week: &Week<'_>, service: Estimate) -> (&'static str, String) {
    let language = week.language;
    let replayed = week.planned.replay.as_ref().map(|replay| {
        let share = number::percent(replay.performance.overall.horizon.service_level.mean, 1, language);
        let days = Volume::total(week).partly(week, week.demand.grid);
        let within = days.map(|days| language.say(format!(" (known for {days})"), format!("（仅覆盖{days}）")));
        let within = within.unwrap_or_default();
        language.say(format!("; {share} on the contacts that really came{within}"), format!("；对真实来电为 {share}{within}"))
    });
    let replayed = replayed.unwrap_or_default();
    if !expects_contacts(week) {
        return ("service", language.say("no contacts are expected", "预计没有联络量").to_owned());
    }
    let Some(promise) = week.promise_text() else {
        return ("service", language.say(format!("no share promised{replayed}"), format!("未设目标{replayed}")));
    };
    let verdict = Verdict::at_least(week.promise.share.unwrap_or(0.0), service);
    let class = match verdict {
        Verdict::Met => "service met",
        Verdict::Undecided => "service",
        Verdict::Missed => "service missed",
    };
    let word = verdict.word(language);
    (class, language.say(format!("{promise} wanted: {word}{replayed}"), format!("目标 {promise}：{word}{replayed}")))
}

/// What the picture says.
fn conclusion(week: &Week<'_>) -> String {
    let language = week.language;
    let short = week.agent_hours(week.coverage.shortage.iter().copied());
    let spare = week.agent_hours((0..week.grid().len()).map(|t| week.coverage.surplus(t)));
    let required = week.agent_hours(week.coverage.required.iter().copied());
    let (short, spare, required) = (number::quantity(short, 1), number::quantity(spare, 1), number::quantity(required, 0));
    language.say(
        format!("Of {required} agent-hours to be covered, {short} are missing; {spare} stand above the need."),
        format!("需要覆盖 {required} 人时，其中缺 {short} 人时；富余 {spare} 人时。"),
    )
}

fn picture(week: &Week<'_>) -> Markup {
    let service = super::need::service_strip(week);
    let largest = week.coverage.scheduled.iter().chain(&week.coverage.required).copied().fold(0.0, f64::max);
    let axis = week.axis(0..week.grid().days(), 40.0, WIDE - 2.0);
    let chart = StepArea {
        axis,
        largest,
        required: &week.coverage.required,
        scheduled: None,
        on_contact: &week.coverage.on_contact,
        shortage: &week.coverage.shortage,
        service: &service,
        target: week.promise.share,
        note: super::need::worst(week, 0..week.grid().len()),
    };
    step_area(&chart, (WIDE, 258.0), &conclusion(week), week.language)
}

/// The same by the hour, for a telephone.
fn hourly_picture(week: &Week<'_>) -> Markup {
    let hours = &week.hours;
    let means = |values: &[f64]| hours.means(values);
    let (required, on_contact) = (means(&week.coverage.required), means(&week.coverage.on_contact));
    let shortage: Vec<f64> = required.iter().zip(&on_contact).map(|(wanted, there)| (wanted - there).max(0.0)).collect();
    let open: Vec<bool> = week.open.chunks(hours.intervals).map(|hour| hour.contains(&true)).collect();
    let largest = required.iter().chain(&on_contact).copied().fold(0.0, f64::max);
    let chart = StepArea {
        axis: hours.axis(week.window, &open, (40.0, PANEL_WIDTH - 2.0)),
        largest,
        required: &required,
        scheduled: None,
        on_contact: &on_contact,
        shortage: &shortage,
        service: &hourly_service(week),
        target: week.promise.share,
        note: None,
    };
    step_area(&chart, (PANEL_WIDTH, 228.0), &conclusion(week), week.language)
}

/// Share answered in time by the hour, weighted by contacts; half-widths are averaged, as if errors were shared.
fn hourly_service(week: &Week<'_>) -> Vec<Option<(f64, f64)>> {
    let intervals = &week.planned.performance.overall.intervals;
    let hour = |hour: &[solver_data::ServiceMeasures]| {
        let offered: f64 = hour.iter().map(|measures| measures.offered.mean).sum();
        let weighted = |value: fn(Estimate) -> f64| {
            hour.iter().map(|measures| measures.offered.mean * value(measures.service_level)).sum::<f64>() / offered
        };
        (offered > 0.05).then(|| (weighted(|level| level.mean), weighted(|level| level.half_width)))
    };
    let mut service: Vec<_> = intervals.chunks(week.hours.intervals).map(hour).collect();
    service.resize(week.hours.grid.len(), None);
    service
}
