//! The page around the sections: head, style, contents, patterns.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::section::{cost, demand, headline, need, provenance, roster, service, shortfall};
use super::week::Week;

/// Style sheet of the report, light and dark, screen and paper.
pub const STYLE: &str = include_str!("report.css");

/// Hatches that charts and rows refer to.
pub const PATTERNS: &str = "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\
<pattern id=\"hatch\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect class=\"hatch-ground\" width=\"4\" height=\"4\"/><rect class=\"hatch-line\" width=\"1.6\" height=\"4\"/></pattern>\
</defs></svg>";

/// The whole page.
pub fn page(week: &Week<'_>) -> Markup {
    let language = week.language;
    let title = format!("{} · {}", week.planned.centre.name, week.meta.generated_for);
    let sections = [
        ("demand", language.say("Demand", "需求"), demand::section(week)),
        ("need", language.say("Need and coverage", "人力需求与覆盖"), need::section(week)),
        ("roster", language.say("Roster", "排班"), roster::section(week)),
        ("service", language.say("Service", "服务水平"), service::section(week)),
        ("cost", language.say("Cost", "成本"), cost::section(week)),
        ("shortfall", language.say("What fell short, and why", "不足与原因"), shortfall::section(week)),
        ("provenance", language.say("Where the numbers come from", "数字的来源"), provenance::section(week)),
    ];
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "shiftcast " (week.meta.version) };
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (PreEscaped(PATTERNS))
                header.top {
                    p.place { b { (week.planned.centre.name) } " " span { (week.meta.generated_for) } }
                    nav aria-label=(language.say("Contents", "目录")) {
                        @for (id, name, _) in &sections { a href={ "#" (id) } { (name) } }
                    }
                }
                main {
                    section #headline { (headline::section(week)) }
                    @for (id, name, body) in &sections {
                        section id=(id) { h2 { (name) } (body) }
                    }
                }
            }
        }
    }
}
