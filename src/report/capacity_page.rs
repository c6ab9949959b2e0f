//! The capacity plan for the finance meeting: whom to hire when, what it costs, and what service would cost.

use chrono::Datelike;
use maud::{Markup, html};
use scenarios::capacity::{CapacityOutcome, FrontierPoint, PathCost};
use solver_data::Centre;
use solver_data::capacity::{CapacityPlan, CapacityProblem};

use super::ReportMeta;
use super::capacity_worth::{drivers, frontier, prices};
use super::chart::{HeadcountMonth, PANEL_WIDTH, WIDE, headcount};
use super::figure::{key, panel};
use super::number;
use super::shell::Shell;
use super::table::Table;
use super::words::Language;

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct CapacityPage<'a> {
    /// The centre.
    pub centre: &'a Centre,
    /// The plan.
    pub outcome: &'a CapacityOutcome,
    /// Cost by service level; empty where nobody asked.
    pub frontier: &'a [FrontierPoint],
    /// Where it comes from.
    pub meta: &'a ReportMeta,
}

/// The whole page.
pub fn capacity_page(page: &CapacityPage<'_>, language: Language) -> String {
    let mut sections = vec![
        ("levels", language.say("By level", "按级别"), levels(page, language)),
        ("plan", language.say("Month by month", "逐月计划"), months(page, language)),
        ("risk", language.say("P50 or P90", "P50 还是 P90"), risk(page, language)),
        ("prices", language.say("What it is worth", "影子价格"), prices(page, language)),
        ("drivers", language.say("What moves the cost", "成本驱动因素"), drivers(page, language)),
        ("assumptions", language.say("Assumptions and method", "假设与方法"), assumptions(page, language)),
    ];
    if !page.frontier.is_empty() {
        sections.insert(0, ("frontier", language.say("Cost of service", "服务成本"), frontier(page, language)));
    }
    let note = format!("{} · {}", language.say("Capacity", "产能计划"), page.meta.generated_for);
    Shell { name: &page.centre.name, note: &note, version: &page.meta.version, front: front(page, language), sections }
        .markup(language)
        .into_string()
}

pub(super) fn money(centre: &Centre, minor: f64) -> String {
    number::money(solver_data::Money(minor.round() as i64), &centre.currency)
}

pub(super) fn bare(centre: &Centre, minor: f64) -> String {
    number::money_bare(solver_data::Money(minor.round() as i64), &centre.currency)
}

pub(super) fn signed(centre: &Centre, minor: f64) -> String {
    let text = bare(centre, minor);
    if minor.round() > 0.0 { format!("+{text}") } else { text }
}

fn hired(plan: &CapacityPlan) -> u32 {
    plan.hires.iter().flatten().sum()
}

/// The plan in a sentence.
pub fn capacity_headline(centre: &Centre, outcome: &CapacityOutcome, language: Language) -> String {
    let (plan, high) = (&outcome.median.plan, &outcome.high.plan);
    let months = outcome.months.len();
    let (cost, more) = (money(centre, plan.cost.spent()), money(centre, high.cost.spent() - plan.cost.spent()));
    let (hires, high_hires) = (hired(plan), hired(high));
    let holds = if outcome.short.is_empty() {
        language.say("every month's target is met".to_owned(), "各月目标均可达成".to_owned())
    } else {
        let hours = number::quantity(outcome.short.iter().map(|own| own.hours).sum(), 0);
        let count = outcome.short.len();
        language.say(
            format!("{hours} hours are missing in {count} month(s) and levels"),
            format!("{count} 处（月×级别）共缺 {hours} 小时"),
        )
    };
    let lacking: f64 = high.shortage.iter().flatten().sum();
    let safe = if lacking > 0.05 {
        let hours = number::quantity(lacking, 0);
        language.say(
            format!("for nine of ten futures, hire {high_hires} for {more} more and still lack {hours} hours"),
            format!("若要应对九成情形，需招 {high_hires} 人，多花 {more}，仍缺 {hours} 小时"),
        )
    } else {
        language.say(
            format!("to be safe in nine of ten futures, hire {high_hires} for {more} more"),
            format!("若要在九成情形下无忧，需招 {high_hires} 人，多花 {more}"),
        )
    };
    language.say(
        format!("{months} months cost {cost} with {hires} hires, and {holds}; {safe}."),
        format!("{months} 个月成本 {cost}，招聘 {hires} 人，{holds}；{safe}。"),
    )
}

/// What a plan that does not hold lacks, and the nearest terms that work.
pub fn shortage_lines(centre: &Centre, outcome: &CapacityOutcome, language: Language) -> Vec<String> {
    let mut lines: Vec<String> = outcome
        .short
        .iter()
        .map(|own| {
            let (month, hours) = (own.month.format("%Y-%m"), number::quantity(own.hours, 1));
            let agents = number::quantity(own.agents, 1);
            language.say(
                format!("month {month}, level {}: {hours} hours missing, {agents} fully productive agents", own.level),
                format!("{month} 级别 {}：缺 {hours} 小时，约 {agents} 名熟练座席", own.level),
            )
        })
        .collect();
    if outcome.short.is_empty() {
        return lines;
    }
    for remedy in &outcome.remedies {
        let told = |value: f64| match remedy.key {
            "outsourcing_limit" | "overtime_limit" => number::percent(value, 0, language),
            _ => number::quantity(value, 0),
        };
        let (from, to, cost) = (told(remedy.from), told(remedy.to), money(centre, remedy.cost));
        lines.push(language.say(
            format!("the nearest that works: {} = {to} in place of {from}, from {cost}", remedy.key),
            format!("最接近的可行方案：{} 由 {from} 改为 {to}，成本自 {cost} 起", remedy.key),
        ));
    }
    let missing: f64 = outcome.short.iter().map(|own| own.hours).sum();
    let (hours, price) = (number::quantity(missing, 0), money(centre, missing * outcome.median_problem.limits.outsourced_hour));
    lines.push(language.say(
        format!("or buy the {hours} missing hours outside beyond the limit, for {price}"),
        format!("或在限额之外外购所缺的 {hours} 小时，约 {price}"),
    ));
    lines
}

/// Months of one level, or of all, in agents of full productivity.
fn series(page: &CapacityPage<'_>, level: Option<usize>, language: Language) -> Vec<HeadcountMonth> {
    let outcome = page.outcome;
    let (plan, problem, high) = (&outcome.median.plan, &outcome.median_problem, &outcome.high_problem);
    let chosen: Vec<usize> = level.map_or_else(|| (0..problem.levels.len()).collect(), |level| vec![level]);
    let sum = |rows: &[Vec<f64>], m: usize| chosen.iter().map(|&l| rows[l][m]).sum::<f64>();
    outcome
        .months
        .iter()
        .enumerate()
        .map(|(m, month)| {
            let each = problem.levels[chosen[0]].monthly_hours * (1.0 - problem.leave[m]);
            HeadcountMonth {
                label: language.say(month.first.format("%b %y").to_string(), format!("{}月", month.first.month())),
                needed: (sum(&problem.required, m) / each, sum(&high.required, m) / each),
                there: sum(&plan.productive, m) / each,
                stretched: (sum(&plan.overtime, m) + sum(&plan.outsourced, m)) / each,
                hires: chosen.iter().map(|&l| plan.hires[l][m]).sum(),
            }
        })
        .collect()
}

fn head_key(language: Language) -> Markup {
    key(&[
        ("k-need", language.say("needed at the median", "中位需求")),
        ("k-needband", language.say("up to nine paths of ten", "至 P90 需求")),
        ("k-supply", language.say("productive agents", "有效座席")),
        ("k-over", language.say("overtime and outsourcing", "加班与外包")),
        ("k-hire", language.say("people who start training", "入训人数")),
    ])
}

/// The plan beside hiring by rule of thumb, which may lack hours.
fn beside_rule(page: &CapacityPage<'_>, language: Language) -> String {
    let solved = &page.outcome.median;
    let lacking: f64 = solved.rule.shortage.iter().flatten().sum();
    if lacking > 0.05 {
        let hours = number::quantity(lacking, 0);
        return language
            .say(format!("hiring by rule of thumb would lack {hours} hours"), format!("按经验法招聘将缺 {hours} 小时"));
    }
    let less = money(page.centre, solved.rule.cost.spent() - solved.plan.cost.spent());
    language.say(format!("{less} less than hiring by rule of thumb"), format!("比经验法招聘少 {less}"))
}

fn front(page: &CapacityPage<'_>, language: Language) -> Markup {
    let (centre, outcome) = (page.centre, page.outcome);
    let (plan, high) = (&outcome.median.plan, &outcome.high.plan);
    let sentence = capacity_headline(centre, outcome, language);
    let gap = number::percent(outcome.median.gap(), 1, language);
    let rule = beside_rule(page, language);
    let lines = shortage_lines(centre, outcome, language);
    let whole = series(page, None, language);
    let words = (language.say("agents of full productivity", "熟练座席当量"), language.say("hires", "招聘"));
    html! {
        h1 { (sentence) }
        dl.facts {
            div.fact.cost {
                dt { (language.say("Cost of the P50 plan", "P50 计划成本")) }
                dd { b { (bare(centre, plan.cost.spent())) } " " span.unit { (centre.currency.code) }
                    p.note { (language.say(
                        format!("within {gap} of the least possible; {rule}"),
                        format!("距理论最低不超过 {gap}；{rule}"),
                    )) } }
            }
            div.fact.service {
                dt { (language.say("Hires", "招聘人数")) }
                dd { b { (hired(plan)) } " " span.unit { (language.say("P50", "P50")) } " · " b { (hired(high)) } " " span.unit { "P90" }
                    p.note { (language.say(
                        format!("in {} and {} classes", plan.classes.iter().sum::<u32>(), high.classes.iter().sum::<u32>()),
                        format!("分别 {} 与 {} 个培训班", plan.classes.iter().sum::<u32>(), high.classes.iter().sum::<u32>()),
                    )) } }
            }
            div class=(if lines.is_empty() { "fact met" } else { "fact missed" }) {
                dt { (language.say("If the P90 demand comes", "若出现 P90 需求")) }
                dd { b { (bare(centre, outcome.regret.median_under_high)) } " " span.unit { (centre.currency.code) }
                    p.note { (language.say(
                        format!("regret of the P50 plan, {} hours missing; the P90 plan regrets {} at the median", number::quantity(outcome.regret.median_missing_hours, 0), bare(centre, outcome.regret.high_under_median)),
                        format!("P50 计划的遗憾值，缺 {} 小时；P90 计划在中位需求下的遗憾值为 {}", number::quantity(outcome.regret.median_missing_hours, 0), bare(centre, outcome.regret.high_under_median)),
                    )) } }
            }
        }
        @if !lines.is_empty() { ul.bad { @for line in &lines { li { (line) } } } }
        figure.hero {
            figcaption { h3 { (language.say("Need and people, all levels", "需求与人力（全部级别）")) } }
            (head_key(language))
            div.wide { (headcount(&whole, words, (WIDE, 280.0), &sentence)) }
            div.narrow { (headcount(&whole, words, (PANEL_WIDTH, 240.0), &sentence)) }
        }
        (hires(page, language))
    }
}

/// Whom to hire in which month.
fn hires(page: &CapacityPage<'_>, language: Language) -> Markup {
    let outcome = page.outcome;
    let mut head = vec![language.say("start training", "入训").to_owned()];
    head.extend(outcome.months.iter().map(|month| month.first.format("%y-%m").to_string()));
    head.push(language.say("all", "合计").to_owned());
    let names: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut table =
        Table::new(language.say("Hires of the P50 plan (P90 in brackets)", "P50 计划招聘人数（括号内为 P90）"), &names);
    let cell = |one: u32, other: u32| match (one, other) {
        (0, 0) => "·".to_owned(),
        (one, other) if one == other => one.to_string(),
        (one, other) => format!("{one} ({other})"),
    };
    for (l, level) in outcome.median_problem.levels.iter().enumerate() {
        let (own, high) = (&outcome.median.plan.hires[l], &outcome.high.plan.hires[l]);
        let mut cells = vec![level.name.clone()];
        cells.extend(own.iter().zip(high).map(|(&own, &high)| cell(own, high)));
        cells.push(cell(own.iter().sum(), high.iter().sum()));
        table.row(cells);
    }
    table.markup()
}

fn levels(page: &CapacityPage<'_>, language: Language) -> Markup {
    let words = (language.say("agents", "座席"), language.say("hires", "招聘"));
    html! {
        (head_key(language))
        div.panels {
            @for (l, level) in page.outcome.median_problem.levels.iter().enumerate() {
                (panel(&level.name, language.say("own work; higher levels may help", "本级工作；高级别可支援"),
                    &headcount(&series(page, Some(l), language), words, (PANEL_WIDTH, 220.0), &level.name)))
            }
        }
    }
}

fn plan_table(
    page: &CapacityPage<'_>,
    (name, plan, problem): (&str, &CapacityPlan, &CapacityProblem),
    language: Language,
) -> Markup {
    let mut table = Table::new(
        language.say(format!("The {name} plan"), format!("{name} 计划")),
        &language.say(
            [
                "month",
                "level",
                "hours needed",
                "heads",
                "productive hours",
                "hires",
                "trained on",
                "overtime h",
                "outsourced h",
                "missing h",
            ],
            ["月份", "级别", "需求小时", "人数", "有效小时", "招聘", "晋级培训", "加班小时", "外包小时", "缺口小时"],
        ),
    )
    .with_text(&[1]);
    for (m, month) in page.outcome.months.iter().enumerate() {
        for (l, level) in problem.levels.iter().enumerate() {
            table.row(vec![
                if l == 0 { month.first.format("%Y-%m").to_string() } else { String::new() },
                level.name.clone(),
                number::quantity(problem.required[l][m], 0),
                number::quantity(plan.heads[l][m], 1),
                number::quantity(plan.productive[l][m], 0),
                plan.hires[l][m].to_string(),
                plan.cross_trained[l][m].to_string(),
                number::quantity(plan.overtime[l][m], 0),
                number::quantity(plan.outsourced[l][m], 0),
                number::quantity(plan.shortage[l][m], 0),
            ]);
        }
    }
    table.markup()
}

fn months(page: &CapacityPage<'_>, language: Language) -> Markup {
    let outcome = page.outcome;
    let mut costs = Table::new(
        format!("{}, {}", language.say("Cost", "成本"), page.centre.currency.code),
        &language.say(
            ["plan", "pay", "hiring", "training", "overtime", "outsourced", "total", "least possible", "rule of thumb"],
            ["计划", "薪资", "招聘", "培训", "加班", "外包", "合计", "理论最低", "经验法"],
        ),
    );
    for (name, solved) in [("P50", &outcome.median), ("P90", &outcome.high)] {
        let cost = &solved.plan.cost;
        let amounts = [
            cost.pay,
            cost.hiring,
            cost.training,
            cost.overtime,
            cost.outsourced,
            cost.spent(),
            // Where hours are missing the bound holds their price, and is no amount of money.
            if solved.plan.shortage.iter().flatten().sum::<f64>() > 0.05 { f64::NAN } else { solved.relaxation.cost },
            solved.rule.cost.spent(),
        ];
        let mut cells = vec![name.to_owned()];
        let told = |minor: f64| if minor.is_nan() { number::UNKNOWN.to_owned() } else { bare(page.centre, minor) };
        cells.extend(amounts.map(told));
        costs.row(cells);
    }
    html! {
        (costs.markup())
        (plan_table(page, ("P50", &outcome.median.plan, &outcome.median_problem), language))
        details { summary { (language.say("The P90 plan", "P90 计划")) } (plan_table(page, ("P90", &outcome.high.plan, &outcome.high_problem), language)) }
    }
}

fn risk(page: &CapacityPage<'_>, language: Language) -> Markup {
    let (centre, regret) = (page.centre, &page.outcome.regret);
    let mut table = Table::new(
        format!("{}, {}", language.say("Over the paths of demand", "需求路径上的表现"), centre.currency.code),
        &language.say(
            ["plan", "mean cost", "nine of ten within", "paths with hours missing", "mean regret in hindsight"],
            ["计划", "平均成本", "九成不超过", "出现缺口的路径", "事后平均遗憾值"],
        ),
    );
    let mut row = |name: &str, own: &PathCost| {
        table.row(vec![
            name.to_owned(),
            bare(centre, own.mean),
            bare(centre, own.p90),
            number::percent(own.short, 0, language),
            bare(centre, own.regret),
        ]);
    };
    row("P50", &regret.median_paths);
    row("P90", &regret.high_paths);
    let price = number::money(centre.coverage.understaffing_per_hour, &centre.currency);
    html! {
        p { (language.say(
            format!("Each plan's hires are kept while the demand takes another path; overtime and outsourcing follow it, and an hour that is then missing counts {price}, as in the roster. Regret is what the best plan for that demand would have saved."),
            format!("招聘决策固定，需求沿另一路径变化；加班与外包随之调整，所缺每小时按排班口径计 {price}。遗憾值为针对该需求的最优计划本可节省的金额。"),
        )) }
        (table.markup())
    }
}

fn assumptions(page: &CapacityPage<'_>, language: Language) -> Markup {
    let mut table = Table::new(
        language.say("What the plan rests on", "计划所依据的假设"),
        &language.say(["key", "value", "source"], ["键", "值", "来源"]),
    )
    .with_text(&[1, 2]);
    for own in &page.outcome.assumptions {
        let source = if own.stated { "centre.toml" } else { language.say("assumed", "默认假设") };
        table.row(vec![own.key.to_owned(), own.value.clone(), source.to_owned()]);
    }
    let mut inputs = Table::new(language.say("Inputs", "输入文件"), &["", "SHA-256"]).with_text(&[1]);
    for (file, hash) in &page.meta.inputs {
        inputs.row(vec![file.clone(), hash.clone()]);
    }
    html! {
        p { (language.say(
            "Contacts by month come from the long view; a representative week of each month is sized as a roster would be, and divided by the roster's efficiency. Hires, classes and training are whole numbers of a mixed-integer program at least cost; an independent month-by-month roll-forward of the cohorts gives the same headcount, or the plan is refused. Shortages are never traded for money while any term can cover them.",
            "各月联络量来自长期预测；每月取代表周按排班口径测算人力，再除以排班效率。招聘、班次与晋级为混合整数规划的整数变量，目标为成本最低；独立的逐月队列推算须得到相同人数，否则拒绝该计划。只要有手段可用，缺口不以金钱交换。",
        )) }
        (table.markup()) div.hashes { (inputs.markup()) }
    }
}
