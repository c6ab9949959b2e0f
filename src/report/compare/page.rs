//! The page itself.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use scenarios::scenario::{Comparison, Figure, Measure, Outcome, RosterChoice, Scope, Unit};
use solver_data::{Estimate, Money};

use super::picture::{Mark, Shape, day_steps, differences};
use super::table::{roster_name, shown};
use super::verdict::verdict;
use super::{Compared, title};
use crate::report::chart::WIDE;
use crate::report::figure::{Figure as Frame, key};
use crate::report::number;
use crate::report::table::Table;
use crate::report::words::Language;

/// Style sheet of all pages, and what only this one needs.
const STYLE: &str = include_str!("../report.css");
const OWN: &str = "\
.whisker.c-money{stroke:var(--purple)}.dot.c-money{fill:var(--purple)}.dot.open{fill:var(--page);stroke-width:2}\
.dot.open.c-service{stroke:var(--blue)}.dot.open.c-money{stroke:var(--purple)}\
.required.before{stroke-dasharray:3 3;stroke-width:1.4;opacity:.8}.contact.before{stroke-width:1.2;opacity:.7}\
.contact.anew{stroke-dasharray:6 3}.k-disc,.k-open{border:0;width:9px;height:9px;border-radius:50%;background:var(--blue)}\
.k-open{border-radius:0;transform:rotate(45deg);background:none;border:2px solid var(--blue)}\
.k-required.k-before{border-top-style:dashed}.k-contact.k-anew{border-top-style:dashed}\
.verdicts{list-style:none;margin:0 0 24px;padding:0}.verdicts li{margin:0 0 10px;padding-left:12px;border-left:4px solid var(--rule);max-width:52em}\
.verdicts li.falls{border-color:var(--vermillion)}.verdicts li.rises{border-color:var(--green)}.verdicts b{display:block}\
h1{font-size:27px}";

/// Points of service a share is told in.
const POINTS: f64 = 100.0;

/// The comparison as a complete HTML page; `inputs` are the files it was made from with their hashes.
pub fn compare_page(told: &Compared<'_>, inputs: &[(String, String)], (seed, language): (u64, Language)) -> String {
    let centre = &told.base.centre;
    let dates = told.base.demand.grid.dates();
    let days = format!("{} – {}", language.day(dates[0]), language.day(dates[dates.len() - 1]));
    let year = dates[0].format("%Y").to_string();
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "shiftcast " (env!("CARGO_PKG_VERSION")) };
                title { (centre.name) " · " (language.say("What if", "情景比较")) }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN)) }
            }
            body {
                header.top {
                    p.place { b { (centre.name) } " " span { (days) " " (year) } }
                    nav aria-label=(language.say("Contents", "目录")) {
                        @for comparison in told.comparisons {
                            a href={ "#" (anchor(comparison)) } { (title(&comparison.scenario, language)) }
                        }
                    }
                }
                main {
                    section #headline { (front(told, language)) }
                    @for comparison in told.comparisons {
                        section id=(anchor(comparison)) { (one(told, comparison, language)) }
                    }
                    section #provenance { (provenance(told, inputs, seed, language)) }
                }
            }
        }
    };
    page.into_string()
}

fn anchor(comparison: &Comparison) -> String {
    comparison.scenario.name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect()
}

/// Sentence, verdicts, picture, table.
fn front(told: &Compared<'_>, language: Language) -> Markup {
    let currency = &told.base.centre.currency;
    let class = |comparison: &Comparison| {
        let service = comparison.service(RosterChoice::Kept).or(comparison.service(RosterChoice::Replanned)).unwrap_or_default();
        match service {
            own if own.mean + own.half_width < 0.0 => "falls",
            own if own.mean - own.half_width > 0.0 => "rises",
            _ => "",
        }
    };
    html! {
        h1 { (sentence(told, language)) }
        ul.verdicts { @for comparison in told.comparisons {
            li class=(class(comparison)) { b { (title(&comparison.scenario, language)) } (verdict(comparison, currency, language)) "." }
        } }
        (service_figure(told, language))
        (cost_figure(told, language))
        (main_table(told, language).markup())
    }
}

/// What a reader of one line should know.
fn sentence(told: &Compared<'_>, language: Language) -> String {
    let service = |comparison: &&Comparison| {
        comparison.service(RosterChoice::Kept).or(comparison.service(RosterChoice::Replanned)).map_or(0.0, |own| own.mean)
    };
    let worst = told.comparisons.iter().min_by(|a, b| service(a).total_cmp(&service(b)));
    let base = told.before.simulated(told.before, Measure::ServiceLevel).value;
    let base = number::percent(base, 1, language);
    match worst {
        Some(worst) if service(&worst) < 0.0 => {
            let name = title(&worst.scenario, language);
            let points = number::quantity(-POINTS * service(&worst), 1);
            language.say(
                format!("The base answers {base} in time; “{name}” costs most of it: {points} points."),
                format!("基准及时应答率{base}；“{name}”影响最大，下降{points}个百分点。"),
            )
        }
        _ => language.say(
            format!("The base answers {base} in time, and none of the scenarios costs service."),
            format!("基准及时应答率{base}，各情景均不降低服务水平。"),
        ),
    }
}

/// Marks of every scenario for one measure.
fn rows(told: &Compared<'_>, (measure, factor, digits): (Measure, f64, usize), language: Language) -> Vec<(String, Vec<Mark>)> {
    let row = |comparison: &Comparison| {
        let mark = |(roster, _): &(RosterChoice, Outcome)| {
            let own = comparison.figure(*roster, measure).unwrap_or_default();
            let difference = Estimate { mean: factor * own.mean, half_width: factor * own.half_width };
            let anew = if *roster == RosterChoice::Kept { Shape::Disc } else { Shape::Diamond };
            Mark { anew, difference, label: shown(difference, digits) }
        };
        (title(&comparison.scenario, language).to_owned(), comparison.outcomes.iter().map(mark).collect())
    };
    told.comparisons.iter().map(row).collect()
}

fn roster_key(told: &Compared<'_>, language: Language) -> Markup {
    let has = |roster| told.comparisons.iter().any(|comparison| comparison.outcomes.iter().any(|(own, _)| *own == roster));
    let entries = [
        (RosterChoice::Kept, "k-disc", language.say("with today's roster", "沿用现有排班")),
        (RosterChoice::Replanned, "k-open", language.say("planned anew", "重新排班")),
    ];
    let entries: Vec<(&str, &str)> = entries.into_iter().filter(|own| has(own.0)).map(|own| (own.1, own.2)).collect();
    key(&entries)
}

fn service_figure(told: &Compared<'_>, language: Language) -> Markup {
    let rows = rows(told, (Measure::ServiceLevel, POINTS, 1), language);
    let conclusion = language.say(
        "Difference of the share answered in time to the base, in points, with its 95 % interval; both face the same contacts and the same absences.",
        "及时应答率与基准之差（百分点）及95%置信区间；两者面对相同的联络与缺勤。",
    );
    let picture = differences(&rows, ("c-service", language.say("points", "百分点"), WIDE), conclusion);
    html! {
        figure {
            figcaption { h3 { (language.say("Service", "服务水平")) } p { (conclusion) } }
            (roster_key(told, language))
            (picture)
        }
    }
}

fn cost_figure(told: &Compared<'_>, language: Language) -> Markup {
    let currency = &told.base.centre.currency;
    let rows = rows(told, (Measure::Cost, 1.0 / number::minor_units(currency), 0), language);
    let conclusion = language.say(
        "Difference of the horizon's cost to the base: pay with on-costs, extra agents, premiums, partners.",
        "计划期成本与基准之差：含附加成本的工资、增派人员、津贴与外包。",
    );
    let picture = differences(&rows, ("c-money", &currency.code, WIDE), conclusion);
    html! { figure { figcaption { h3 { (language.say("Cost", "成本")) } p { (conclusion) } } (picture) } }
}

/// Measures of the table up front.
const FRONT: [Measure; 8] = [
    Measure::ExpectedContacts,
    Measure::RequiredHours,
    Measure::ServiceLevel,
    Measure::Abandonment,
    Measure::MeanWait,
    Measure::Occupancy,
    Measure::PaidHours,
    Measure::Cost,
];

fn main_table(told: &Compared<'_>, language: Language) -> Table {
    let names: Vec<String> = FRONT.iter().map(|&measure| named(measure, told, language)).collect();
    let mut head = vec![language.say("scenario", "情景"), language.say("roster", "排班")];
    head.extend(names.iter().map(String::as_str));
    let caption = language.say("Differences to the base, ± 95 % confidence", "与基准之差，± 95%置信区间");
    let mut table = Table::new(caption, &head).with_text(&[1]);
    for comparison in told.comparisons {
        for (roster, _) in &comparison.outcomes {
            let mut cells = vec![title(&comparison.scenario, language).to_owned(), roster_name(*roster, language).to_owned()];
            cells.extend(FRONT.iter().map(|&measure| {
                comparison
                    .figure(*roster, measure)
                    .map_or_else(|| number::UNKNOWN.to_owned(), |own| difference(measure, own, told))
            }));
            table.row(cells);
        }
    }
    let mut base = vec![language.say("base", "基准").to_owned(), String::new()];
    let sampled = |measure| told.before.simulated(told.before, measure).value;
    base.extend(
        FRONT.iter().map(|&measure| value(measure, told.before.certain(measure).unwrap_or_else(|| sampled(measure)), told)),
    );
    table.total(base);
    table
}

/// Factor and decimals a measure is shown with.
fn shape(measure: Measure, told: &Compared<'_>) -> (f64, usize) {
    match measure.unit() {
        Unit::Share => (POINTS, 1),
        Unit::Money if measure == Measure::CostPerContact => (1.0 / number::minor_units(&told.base.centre.currency), 2),
        Unit::Money => (1.0 / number::minor_units(&told.base.centre.currency), 0),
        Unit::Seconds => (1.0, 1),
        Unit::Contacts | Unit::Hours | Unit::Agents | Unit::Rules => (1.0, 0),
    }
}

fn value(measure: Measure, value: f64, told: &Compared<'_>) -> String {
    let (factor, digits) = shape(measure, told);
    number::quantity(factor * value, digits)
}

fn difference(measure: Measure, own: Estimate, told: &Compared<'_>) -> String {
    let (factor, digits) = shape(measure, told);
    shown(Estimate { mean: factor * own.mean, half_width: factor * own.half_width }, digits)
}

/// Name of a measure with its unit.
fn named(measure: Measure, told: &Compared<'_>, language: Language) -> String {
    let name = match measure {
        Measure::ExpectedContacts => language.say("contacts expected", "预计联络量"),
        Measure::Workload => language.say("workload, h", "工作量(小时)"),
        Measure::HandleTime => language.say("handle time, s", "平均处理时长(秒)"),
        Measure::RequiredHours => language.say("required, h", "所需工时"),
        Measure::PeakAgents => language.say("agents at peak", "高峰人数"),
        Measure::ShortHours => language.say("short, h", "缺口工时"),
        Measure::ContactHours => language.say("on contact, h", "在线工时"),
        Measure::PaidHours => language.say("paid, h", "计薪工时"),
        Measure::OvertimeHours => language.say("overtime, h", "加班工时"),
        Measure::Outsourced => language.say("outsourced contacts", "外包联络量"),
        Measure::RulesBroken => language.say("rules broken", "违反规则数"),
        Measure::Gap => language.say("gap to the bound, %", "与下界间隙(%)"),
        Measure::Offered => language.say("contacts offered", "呼入联络量"),
        Measure::Answered => language.say("answered", "接通量"),
        Measure::Abandoned => language.say("abandoned", "放弃量"),
        Measure::ServiceLevel => language.say("in time, %", "服务水平(%)"),
        Measure::Abandonment => language.say("abandon, %", "放弃率(%)"),
        Measure::MeanWait => language.say("mean wait, s", "平均等待(秒)"),
        Measure::Occupancy => language.say("occupancy, %", "占用率(%)"),
        Measure::Cost => language.say("cost", "成本"),
        Measure::CostPerContact => language.say("cost per contact", "单次联络成本"),
    };
    if measure.unit() == Unit::Money { format!("{name}, {}", told.base.centre.currency.code) } else { name.to_owned() }
}

/// One scenario: what it stands for, its verdict, the day that changes most, every figure.
fn one(told: &Compared<'_>, comparison: &Comparison, language: Language) -> Markup {
    let scenario = &comparison.scenario;
    html! {
        h2 { (title(scenario, language)) }
        @if language == Language::English && !scenario.description.is_empty() { p { (scenario.description) } }
        p { b { (verdict(comparison, &told.base.centre.currency, language)) "." } }
        (coverage(told, comparison, language))
        (restoring(told, comparison, language))
        @for (roster, outcome) in &comparison.outcomes {
            details {
                summary { (language.say("Every figure: ", "全部指标：")) (roster_name(*roster, language)) }
                (figures(told, outcome, language).markup())
            }
        }
    }
}

/// Required and there on the day that changes most.
fn coverage(told: &Compared<'_>, comparison: &Comparison, language: Language) -> Markup {
    let (grid, before) = (&told.base.demand.grid, told.before);
    let of = |roster| comparison.outcomes.iter().find(|(own, _)| *own == roster).map(|(_, outcome)| &outcome.measured);
    let (kept, anew) = (of(RosterChoice::Kept), of(RosterChoice::Replanned));
    let Some(after) = kept.or(anew) else { return html! {} };
    let changed = |day: usize| -> u32 {
        let apart = |one: &[u32], other: &[u32]| grid.day_range(day).map(|t| one[t].abs_diff(other[t])).sum::<u32>();
        apart(&after.required, &before.required) + apart(&after.present, &before.present)
    };
    let day = (0..grid.days()).max_by_key(|&day| (changed(day), std::cmp::Reverse(day))).unwrap_or(0);
    let mut lines: Vec<(&str, &[u32])> = vec![("required before", &before.required), ("contact before", &before.present)];
    let mut entries = vec![
        ("k-required k-before", language.say("required, base", "需求人数，基准")),
        ("k-required", language.say("required, scenario", "需求人数，情景")),
        ("k-contact", language.say("on contact, today's roster", "在线人数，现有排班")),
    ];
    if let Some(kept) = kept {
        lines.push(("contact", &kept.present));
    }
    if let Some(anew) = anew {
        lines.push(("contact anew", &anew.present));
        entries.push(("k-contact k-anew", language.say("on contact, planned anew", "在线人数，重新排班")));
    }
    lines.push(("required", &after.required));
    let date = language.day(grid.date(day));
    let frame = Frame {
        title: language.say(format!("The day that changes most: {date}"), format!("变化最大的一天：{date}")),
        conclusion: language.say(
            "Agents to schedule for all queues, and agents on contact.".to_owned(),
            "全部队列的排班需求与在线人数。".to_owned(),
        ),
        picture: html! { (key(&entries)) (day_steps(grid, day, &lines, (WIDE, language))) },
        data: coverage_table(told, (before, after), day, language).markup(),
    };
    frame.markup(language)
}

/// The same by the hour.
fn coverage_table(
    told: &Compared<'_>,
    (before, after): (&scenarios::scenario::Measured, &scenarios::scenario::Measured),
    day: usize,
    language: Language,
) -> Table {
    let grid = &told.base.demand.grid;
    let head = language.say(
        ["from", "required, base", "required, scenario", "on contact, base", "on contact, scenario"],
        ["开始", "需求(基准)", "需求(情景)", "在线(基准)", "在线(情景)"],
    );
    let mut table = Table::new(language.say("Agents by interval", "各时段人数"), &head);
    for t in grid.day_range(day) {
        let row = [before.required[t], after.required[t], before.present[t], after.present[t]];
        if row.iter().any(|&agents| agents > 0) {
            let time = grid.local(t).format("%H:%M").to_string();
            table.row(std::iter::once(time).chain(row.iter().map(ToString::to_string)).collect());
        }
    }
    table
}

/// The agents that restore the service, by hours.
fn restoring(told: &Compared<'_>, comparison: &Comparison, language: Language) -> Markup {
    let Some(own) = &comparison.restoration else { return html! {} };
    let head = language.say(["hours", "agents more"], ["时段", "增加人数"]);
    let mut table = Table::new(language.say("Agents that restore the service", "恢复服务水平所需人员"), &head);
    for block in &own.blocks {
        table.row(vec![format!("{:02}:00–{:02}:00", block.from, block.to), block.agents.to_string()]);
    }
    let days: Vec<String> = own.days.iter().map(|day| language.day_short(*day)).collect();
    let cost = number::money(Money(own.cost_per_day.0), &told.base.centre.currency);
    let points = shown(Estimate { mean: POINTS * own.restored.mean, half_width: POINTS * own.restored.half_width }, 1);
    html! {
        (table.markup())
        p.aside { (language.say(
            format!("On {}, able to serve every queue, {cost} a day; simulated with them, service is {points} points from the base.", days.join(", ")),
            format!("{}，可服务所有队列，每天{cost}；模拟结果与基准相差{points}个百分点。", days.join("、")),
        )) }
    }
}

/// Every figure of an outcome.
fn figures(told: &Compared<'_>, outcome: &Outcome, language: Language) -> Table {
    let head = language.say(["measure", "of", "base", "scenario", "difference"], ["指标", "范围", "基准", "情景", "差异"]);
    let mut table = Table::new(language.say("Figures of the horizon, by queue and by day", "计划期、各队列与各日指标"), &head)
        .with_text(&[1]);
    let scope = |figure: &Figure| match &figure.scope {
        Scope::All => language.say("all queues", "全部队列").to_owned(),
        Scope::Queue(name) => name.clone(),
        Scope::Day(date) => language.day_short(*date),
    };
    for figure in &outcome.figures {
        table.row(vec![
            named(figure.measure, told, language),
            scope(figure),
            figure.base.map_or_else(|| number::UNKNOWN.to_owned(), |base| value(figure.measure, base, told)),
            value(figure.measure, figure.value, told),
            figure.difference.map_or_else(|| number::UNKNOWN.to_owned(), |own| difference(figure.measure, own, told)),
        ]);
    }
    table
}

fn provenance(told: &Compared<'_>, inputs: &[(String, String)], seed: u64, language: Language) -> Markup {
    let runs = told.base.replications;
    html! {
        h2 { (language.say("Where the numbers come from", "数字的来源")) }
        p.aside { (language.say(
            format!("{runs} simulated replications of each scenario, seed {seed}; replication by replication the base and the scenario face the same contacts, handle times, patience and absences, so an interval is that of the difference. Agents required are those to schedule by formula."),
            format!("每个情景模拟{runs}次，随机种子{seed}；逐次配对：基准与情景的联络、处理时长、耐心与缺勤相同，故区间是差异本身的区间。需求人数按公式计算。"),
        )) }
        details { summary { (language.say("Input files", "输入文件")) }
            table.pairs.hashes { tbody { @for (name, hash) in inputs { tr { th scope="row" { (name) } td { (hash) } } } } }
        }
    }
}
