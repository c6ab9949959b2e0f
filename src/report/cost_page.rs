//! The page for the finance meeting: what a roster costs, against what budget, and what for.

use maud::{Markup, html};
use scenarios::cost::{Amounts, Breakdown, Dimension, Statement, Variance, VarianceRow};
use solver_data::{Centre, FinanceTerms, Money, ServicePerformance};

use super::ReportMeta;
use super::chart::{Bar, BridgeBar, BridgeKind, PANEL_WIDTH, StackedBars, WIDE, bridge, stacked_bars};
use super::figure::key;
use super::number;
use super::shell::Shell;
use super::table::Table;
use super::words::Language;

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct CostPage<'a> {
    /// The centre.
    pub centre: &'a Centre,
    /// Terms of finance.
    pub terms: &'a FinanceTerms,
    /// The statement.
    pub statement: &'a Statement,
    /// Against a budget, where there is one.
    pub variance: Option<&'a Variance>,
    /// Simulated service.
    pub service: &'a ServicePerformance,
    /// Where it comes from.
    pub meta: &'a ReportMeta,
}

/// The whole page.
pub fn cost_page(page: &CostPage<'_>, language: Language) -> String {
    let mut sections = vec![
        ("classes", language.say("By pay class", "按薪资类别"), breakdown(page, Dimension::Class, language)),
        (
            "people",
            language.say("By level and team", "按级别与班组"),
            html! {
                (breakdown(page, Dimension::Level, language)) (breakdown(page, Dimension::Team, language))
            },
        ),
        ("queues", language.say("By queue", "按队列"), queues(page, language)),
        (
            "time",
            language.say("By month, week and day", "按月、周、日"),
            html! {
                (breakdown(page, Dimension::Month, language)) (breakdown(page, Dimension::Week, language)) (breakdown(page, Dimension::Day, language))
            },
        ),
        ("agents", language.say("By agent", "按座席"), breakdown(page, Dimension::Agent, language)),
        ("reconciliation", language.say("Reconciliation and sources", "对账与来源"), reconciliation(page, language)),
    ];
    if let Some(variance) = page.variance {
        sections
            .insert(0, ("variance", language.say("Budget against plan", "预算与计划"), variance_table(page, variance, language)));
    }
    let note = format!("{} · {}", language.say("Cost", "成本"), page.meta.generated_for);
    Shell { name: &page.centre.name, note: &note, version: &page.meta.version, front: front(page, language), sections }
        .markup(language)
        .into_string()
}

/// The cost in a sentence.
pub fn cost_headline(centre: &Centre, statement: &Statement, variance: Option<&Variance>, language: Language) -> String {
    let total = number::money(statement.total(), &centre.currency);
    let hours = number::quantity(statement.lines.iter().map(|line| f64::from(line.minutes)).sum::<f64>() / 60.0, 0);
    let sums = statement.by(centre, Dimension::Class).sum();
    let premium = share(sums.premium, sums.pay(), language);
    match variance {
        None => language.say(
            format!("The roster costs {total} for {hours} paid hours; premiums are {premium} of the pay."),
            format!("排班成本 {total}，付薪 {hours} 小时；津贴占薪资 {premium}。"),
        ),
        Some(variance) => {
            let row = &variance.total;
            let by = number::money(Money(row.total().0.abs()), &centre.currency);
            let parts: Vec<String> = largest(row)
                .into_iter()
                .map(|(name, money)| format!("{} {}", part_name(name, language), signed(money, centre)))
                .collect();
            let parts = parts.join(language.say(", ", "、"));
            let percent = share(Money(row.total().0.abs()), row.budget, language);
            let over = row.total().0 > 0;
            language.say(
                format!(
                    "The roster costs {total}, {by} ({percent}) {} the budget: {parts}.",
                    if over { "above" } else { "below" }
                ),
                format!("排班成本 {total}，{}预算 {by}（{percent}）：{parts}。", if over { "超出" } else { "低于" }),
            )
        }
    }
}

/// The two parts that explain most.
fn largest(row: &VarianceRow) -> Vec<(&'static str, Money)> {
    let mut parts = row.parts().to_vec();
    parts.sort_by_key(|(_, money)| -money.0.abs());
    parts.truncate(2);
    parts
}

fn signed(money: Money, centre: &Centre) -> String {
    let text = number::money_bare(money, &centre.currency);
    if money.0 > 0 { format!("+{text}") } else { text }
}

fn share(part: Money, whole: Money, language: Language) -> String {
    number::percent(if whole.0 == 0 { 0.0 } else { part.0 as f64 / whole.0 as f64 }, 1, language)
}

fn part_name(name: &str, language: Language) -> &'static str {
    match name {
        "volume" => language.say("volume", "业务量"),
        "mix" => language.say("mix", "结构"),
        "aht" => language.say("handle time", "处理时长"),
        "efficiency" => language.say("efficiency", "效率"),
        "rate" => language.say("rate", "费率"),
        "outsourced" => language.say("outsourced", "外包"),
        _ => language.say("abandoned", "放弃"),
    }
}

fn front(page: &CostPage<'_>, language: Language) -> Markup {
    let (centre, statement) = (page.centre, page.statement);
    let sums = statement.by(centre, Dimension::Class).sum();
    let contacts: f64 = statement.contacts.iter().map(|own| own.0).sum();
    let answered: f64 = statement.answered.iter().sum();
    let code = &centre.currency.code;
    let each = |count: f64| {
        let units = number::minor_units(&centre.currency);
        if count > 0.0 { number::quantity(statement.total().0 as f64 / units / count, 2) } else { number::UNKNOWN.to_owned() }
    };
    let service = number::percent_estimate(page.service.overall.horizon.service_level, language);
    let exact = number::money_exact(statement.total(), &centre.currency);
    let third = match page.variance {
        Some(variance) => {
            let class = if variance.total.total().0 > 0 { "fact missed" } else { "fact met" };
            (class, language.say("Against the budget", "与预算之差"), signed(variance.total.total(), centre), code.clone(), {
                let budget = number::money(variance.total.budget, &centre.currency);
                language
                    .say(format!("budget {budget}; the parts add up to the minor unit"), format!("预算 {budget}；各部分逐分相加"))
            })
        }
        None => ("fact gap", language.say("Premiums", "津贴"), share(sums.premium, sums.pay(), language), String::new(), {
            let premium = number::money(sums.premium, &centre.currency);
            language.say(
                format!("{premium} for nights, weekends, holidays and overtime"),
                format!("{premium}：夜班、周末、节假日与加班"),
            )
        }),
    };
    html! {
        h1 { (cost_headline(centre, statement, page.variance, language)) }
        dl.facts {
            div.fact.cost {
                dt { (language.say("Total", "合计")) }
                dd { b { (number::money_bare(statement.total(), &centre.currency)) } " " span.unit { (code) }
                    p.note { (language.say(format!("{exact} to the minor unit, cost.csv reconciled"), format!("精确值 {exact}，与 cost.csv 逐分核对"))) } }
            }
            div.fact.service {
                dt { (language.say("A contact answered", "每个接通联络")) }
                dd { b { (each(answered)) } " " span.unit { (code) }
                    p.note { (language.say(
                        format!("{} a contact offered, {} expected; {service} answered in time", each(contacts), number::quantity(contacts, 0)),
                        format!("每个呼入 {}，预计 {} 个；服务水平 {service}", each(contacts), number::quantity(contacts, 0)),
                    )) } }
            }
            div class=(third.0) {
                dt { (third.1) }
                dd { b { (third.2) } " " span.unit { (third.3) } p.note { (third.4) } }
            }
        }
        (picture(page, language))
        (summary(page, language))
    }
}

fn picture(page: &CostPage<'_>, language: Language) -> Markup {
    let Some(variance) = page.variance else { return bars(page, Dimension::Day, language) };
    let (centre, row) = (page.centre, &variance.total);
    let units = number::minor_units(&centre.currency);
    let total = |label: &str, money: Money| BridgeBar {
        label: label.to_owned(),
        kind: BridgeKind::Total,
        value: money.0 as f64 / units,
        told: number::money_bare(money, &centre.currency),
    };
    let step = |(name, money): (&str, Money)| BridgeBar {
        label: part_name(name, language).to_owned(),
        kind: BridgeKind::Step,
        value: money.0 as f64 / units,
        told: signed(money, centre),
    };
    let mut bars = vec![total(language.say("budget", "预算"), row.budget)];
    bars.extend(
        row.parts().into_iter().filter(|(name, money)| money.0 != 0 || !["outsourced", "penalty"].contains(name)).map(step),
    );
    bars.push(total(language.say("plan", "计划"), row.plan));
    let alternative = cost_headline(centre, page.statement, page.variance, language);
    let words = (centre.currency.code.as_str(), language.say("totals cut at the foot", "合计柱底部截断"));
    html! {
        figure.hero {
            figcaption { h3 { (language.say("From budget to plan", "从预算到计划")) }
                p { (language.say("Each step changes one factor, in this order; up is dearer.", "按此顺序逐一替换因素；向上表示更贵。")) } }
            div.wide { (bridge(&bars, words, (WIDE, 300.0), &alternative)) }
            div.narrow { (bridge(&bars, words, (PANEL_WIDTH * 1.6, 260.0), &alternative)) }
        }
    }
}

/// An amount of a row.
type Part = fn(&Amounts) -> Money;

/// Kinds of cost: class of the mark, class of its key, amount.
const PARTS: [(&str, &str, Part); 6] = [
    ("b-base", "k-base", |own| own.base),
    ("b-premium", "k-premium", |own| own.premium),
    ("b-variable", "k-variable", |own| own.variable),
    ("b-oncost", "k-oncost", |own| own.on_cost),
    ("b-outsourced", "k-outsourced", |own| own.outsourced),
    ("b-penalty", "k-penalty", |own| own.penalty),
];

fn kind(place: usize, language: Language) -> &'static str {
    language.say(
        ["base pay", "premiums", "variable pay", "on-costs", "outsourced", "abandoned"],
        ["基本工资", "津贴", "浮动工资", "附加成本", "外包", "放弃"],
    )[place]
}

fn bars(page: &CostPage<'_>, dimension: Dimension, language: Language) -> Markup {
    let own = page.statement.by(page.centre, dimension);
    let units = number::minor_units(&page.centre.currency);
    let bar = |row: &scenarios::cost::BreakdownRow| Bar {
        label: label(&own, &row.key, language),
        short: row.key.get(8..).unwrap_or(&row.key).to_owned(),
        parts: PARTS.iter().map(|part| (part.0.to_owned(), (part.2)(&row.amounts).0 as f64 / units)).collect(),
        total: number::money_bare(row.amounts.total(), &page.centre.currency),
    };
    let all: Vec<Bar> = own.rows.iter().map(bar).collect();
    let sum = own.sum();
    let shown: Vec<(&str, &str)> =
        PARTS.iter().enumerate().filter(|(_, part)| (part.2)(&sum).0 != 0).map(|(k, part)| (part.1, kind(k, language))).collect();
    let title = title(dimension, language);
    let chart = StackedBars { bars: &all, unit: &page.centre.currency.code };
    html! {
        figure.hero {
            figcaption { h3 { (title) } }
            (key(&shown))
            div.wide { (stacked_bars(&chart, (WIDE, 260.0), title)) }
            div.narrow { (stacked_bars(&chart, (PANEL_WIDTH, 220.0), title)) }
        }
    }
}

fn label(own: &Breakdown, name: &str, language: Language) -> String {
    match (own.dimension, name) {
        (Dimension::Day, name) => name.parse().map_or_else(|_| name.to_owned(), |date| language.day_short(date)),
        (Dimension::Class, name) => class_name(name, language),
        (_, "outsourced") => language.say("outsourced", "外包").to_owned(),
        (_, "abandoned") => language.say("abandoned contacts", "放弃联络").to_owned(),
        (_, "unallocated") => language.say("no queue", "未归属队列").to_owned(),
        (Dimension::Team, "-") => language.say("no team named", "未指定班组").to_owned(),
        (_, name) => name.to_owned(),
    }
}

fn class_name(name: &str, language: Language) -> String {
    match name {
        "normal" => language.say("normal hours", "正常工时").to_owned(),
        "night" => language.say("night", "夜班").to_owned(),
        "weekend" => language.say("weekend", "周末").to_owned(),
        "holiday" => language.say("public holiday", "法定节假日").to_owned(),
        "outsourced" => language.say("outsourced", "外包").to_owned(),
        "abandoned" => language.say("abandoned contacts", "放弃联络").to_owned(),
        other => match other.strip_prefix("overtime_") {
            Some(percent) => language.say(format!("overtime {percent} %"), format!("加班 {percent}%")),
            None => other.to_owned(),
        },
    }
}

fn title(dimension: Dimension, language: Language) -> &'static str {
    match dimension {
        Dimension::Class => language.say("Cost by pay class", "各薪资类别成本"),
        Dimension::Level => language.say("Cost by level", "各级别成本"),
        Dimension::Team => language.say("Cost by team", "各班组成本"),
        Dimension::Queue => language.say("Cost by queue, allocated by worked time", "各队列成本（按工作时间分摊）"),
        Dimension::Day => language.say("Cost by day", "各日成本"),
        Dimension::Week => language.say("Cost by week", "各周成本"),
        Dimension::Month => language.say("Cost by month", "各月成本"),
        Dimension::Agent => language.say("Cost by agent", "各座席成本"),
    }
}

fn table(page: &CostPage<'_>, own: &Breakdown, language: Language) -> Table {
    let currency = &page.centre.currency;
    let sum = own.sum();
    let used: Vec<usize> = (0..PARTS.len()).filter(|&k| (PARTS[k].2)(&sum).0 != 0).collect();
    let mut head = vec![language.say("", ""), language.say("paid hours", "付薪小时")];
    head.extend(used.iter().map(|&k| kind(k, language)));
    head.extend([language.say("total", "合计"), language.say("share", "占比")]);
    let caption = format!("{}, {}", title(own.dimension, language), currency.code);
    let mut table = Table::new(caption, &head);
    let cells = |name: String, amounts: &Amounts| {
        let mut cells = vec![name, number::quantity(amounts.paid_hours, 1)];
        cells.extend(used.iter().map(|&k| number::money_exact((PARTS[k].2)(amounts), currency)));
        cells.extend([number::money_exact(amounts.total(), currency), share(amounts.total(), sum.total(), language)]);
        cells
    };
    for row in &own.rows {
        table.row(cells(label(own, &row.key, language), &row.amounts));
    }
    table.total(cells(language.say("total", "合计").to_owned(), &sum));
    table
}

fn summary(page: &CostPage<'_>, language: Language) -> Markup {
    table(page, &page.statement.by(page.centre, Dimension::Class), language).markup()
}

fn breakdown(page: &CostPage<'_>, dimension: Dimension, language: Language) -> Markup {
    let own = page.statement.by(page.centre, dimension);
    let pictured = [Dimension::Level, Dimension::Month].contains(&dimension) && own.rows.len() > 1;
    html! { @if pictured { (bars(page, dimension, language)) } (table(page, &own, language).markup()) }
}

fn queues(page: &CostPage<'_>, language: Language) -> Markup {
    let currency = &page.centre.currency;
    let units = number::minor_units(currency);
    let mut table = Table::new(
        language.say("What a contact costs", "单次联络成本"),
        &language.say(
            [
                "queue",
                "contacts",
                "handle time, s",
                "paid hours",
                "paid hours an hour of handling",
                "pay a paid hour",
                "a contact",
            ],
            ["队列", "联络量", "平均处理时长（秒）", "付薪小时", "每处理小时付薪小时", "每付薪小时成本", "单次成本"],
        ),
    );
    for own in page.statement.figures(page.centre) {
        let work = own.volume * own.aht_seconds / 3600.0;
        let ratio = |part: f64, whole: f64, digits| {
            if whole > 0.0 { number::quantity(part / whole, digits) } else { number::UNKNOWN.to_owned() }
        };
        table.row(vec![
            own.queue.clone(),
            number::quantity(own.volume, 0),
            number::quantity(own.aht_seconds, 0),
            number::quantity(own.paid_hours, 1),
            ratio(own.paid_hours, work, 2),
            ratio(own.amount.0 as f64 / units, own.paid_hours, 2),
            ratio(own.total().0 as f64 / units, own.volume, 2),
        ]);
    }
    html! {
        p.aside { (language.say(
            "Pay falls on the queues by the contacts expected while an agent is on contact: in each interval a queue's work falls in equal parts on those there who may serve it.",
            "薪资按座席在线期间预计的工作量分摊到队列：每个时段内，队列的工作量由在线且可服务的座席平均承担。",
        )) }
        (breakdown(page, Dimension::Queue, language)) (table.markup())
    }
}

fn variance_table(page: &CostPage<'_>, variance: &Variance, language: Language) -> Markup {
    let currency = &page.centre.currency;
    let mut head = vec![language.say("queue", "队列"), language.say("budget", "预算")];
    head.extend(variance.total.parts().iter().map(|(name, _)| part_name(name, language)));
    head.extend([language.say("plan", "计划"), language.say("difference", "差额")]);
    let mut table = Table::new(format!("{}, {}", language.say("The difference taken apart", "差额分解"), currency.code), &head);
    let cells = |row: &VarianceRow, name: String| {
        let mut cells = vec![name, number::money_exact(row.budget, currency)];
        cells.extend(row.parts().iter().map(|(_, money)| number::money_exact(*money, currency)));
        cells.extend([number::money_exact(row.plan, currency), number::money_exact(row.total(), currency)]);
        cells
    };
    for row in &variance.queues {
        table.row(cells(row, row.queue.clone()));
    }
    table.total(cells(&variance.total, language.say("total", "合计").to_owned()));
    html! {
        p { (language.say(
            "A queue's pay is contacts × handle time × paid hours an hour of handling × pay a paid hour. The factors change one by one, volume first; what a budget does not know of a queue is mix.",
            "队列薪资 = 联络量 × 处理时长 × 每处理小时付薪小时 × 每付薪小时成本。因素按顺序逐一替换，业务量在先；预算中没有的队列计入结构。",
        )) }
        (table.markup())
    }
}

fn reconciliation(page: &CostPage<'_>, language: Language) -> Markup {
    let (statement, currency) = (page.statement, &page.centre.currency);
    let sums = statement.by(page.centre, Dimension::Class).sum();
    let mut table =
        Table::new(format!("{}, {}", language.say("From cost.csv to the total", "从 cost.csv 到合计"), currency.code), &["", ""]);
    let rostered = statement.rostered_total();
    let beyond = sums.pay() - rostered;
    for (name, money) in [
        (language.say("the roster's cost.csv", "排班 cost.csv"), statement.rostered.total()),
        (language.say("the same in the lines of this statement", "本报表各行中的同一金额"), rostered),
        (language.say("overtime rates and variable pay on top, on-costs included", "加班费率与浮动工资（含附加成本）"), beyond),
        (language.say("outsourced", "外包"), sums.outsourced),
        (language.say("abandoned contacts", "放弃联络"), sums.penalty),
    ] {
        table.row(vec![name.to_owned(), number::money_exact(money, currency)]);
    }
    table.total(vec![language.say("total", "合计").to_owned(), number::money_exact(statement.total(), currency)]);
    let mut inputs = Table::new(language.say("Inputs", "输入文件"), &["", "SHA-256"]).with_text(&[1]);
    for (file, hash) in &page.meta.inputs {
        inputs.row(vec![file.clone(), hash.clone()]);
    }
    html! { (table.markup()) (assumptions(page, language)) div.hashes { (inputs.markup()) } }
}

fn assumptions(page: &CostPage<'_>, language: Language) -> Markup {
    let mut table = Table::new(language.say("Rates", "费率"), &["", ""]);
    for (name, value) in super::cost_rates(page.centre, page.terms, language) {
        table.row(vec![name, value]);
    }
    table.markup()
}
