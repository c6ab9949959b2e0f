//! What a capacity plan is worth: shadow prices, the drivers of the cost, the price of service.

use maud::{Markup, html};

use super::capacity_page::{CapacityPage, bare, money, signed};
use super::chart::{FrontierDot, PANEL_WIDTH, TornadoRow, WIDE, frontier_line, tornado};
use super::figure::Figure;
use super::number;
use super::table::Table;
use super::words::Language;

/// Shadow prices.
pub(super) fn prices(page: &CapacityPage<'_>, language: Language) -> Markup {
    let (centre, outcome) = (page.centre, page.outcome);
    let prices = &outcome.median.relaxation.prices;
    let mut head = vec![language.say("a month", "当月").to_owned()];
    head.extend(outcome.months.iter().map(|month| month.first.format("%y-%m").to_string()));
    let names: Vec<&str> = head.iter().map(String::as_str).collect();
    let caption = format!(
        "{}, {}",
        language.say(
            "Value of one more trained agent, before pay, and of a training seat",
            "增加一名熟练座席（未扣薪资）与一个培训名额的价值"
        ),
        centre.currency.code
    );
    let mut table = Table::new(caption, &names);
    for (l, level) in outcome.median_problem.levels.iter().enumerate() {
        let mut cells = vec![level.name.clone()];
        cells.extend(prices.agent[l].iter().map(|&minor| bare(centre, minor)));
        table.row(cells);
    }
    let mut cells = vec![language.say("training seat", "培训名额").to_owned()];
    cells.extend(prices.seat.iter().map(|&minor| bare(centre, minor)));
    table.row(cells);
    let mut rules = Table::new(
        format!("{}, {}", language.say("A rule eased by a step saves", "放宽一步规则可节省"), centre.currency.code),
        &["", "", ""],
    )
    .with_text(&[1]);
    for own in &outcome.rules {
        rules.row(vec![own.rule.to_owned(), own.step.to_owned(), bare(centre, own.saved)]);
    }
    html! {
        p { (language.say(
            "Shadow prices of the relaxation: what the whole plan would save with one more of it, as long as it stays scarce.",
            "松弛问题的影子价格：在其仍然稀缺时，多一单位可为整个计划节省的金额。",
        )) }
        (table.markup()) (rules.markup())
    }
}

/// The tornado.
pub(super) fn drivers(page: &CapacityPage<'_>, language: Language) -> Markup {
    let centre = page.centre;
    let rows: Vec<TornadoRow> = page
        .outcome
        .tornado
        .iter()
        .map(|own| TornadoRow {
            label: format!("{} {}", driver_name(own.driver, language), own.step),
            low: (own.low / number::minor_units(&centre.currency), signed(centre, own.low)),
            high: (own.high / number::minor_units(&centre.currency), signed(centre, own.high)),
        })
        .collect();
    let mut data = Table::new(centre.currency.code.clone(), &language.say(["driver", "down", "up"], ["因素", "下调", "上调"]));
    for row in &rows {
        data.row(vec![row.label.clone(), row.low.1.clone(), row.high.1.clone()]);
    }
    let conclusion = rows.first().map_or_else(String::new, |row| {
        language.say(
            format!("{} moves the cost most: {} and {}.", row.label, row.low.1, row.high.1),
            format!("{} 影响最大：{} 与 {}。", row.label, row.low.1, row.high.1),
        )
    });
    let unit = language.say(format!("{} over the plan", centre.currency.code), format!("计划期内，{}", centre.currency.code));
    Figure {
        title: language.say("Tornado of the drivers", "驱动因素龙卷风图").to_owned(),
        picture: html! { div.wide { (tornado(&rows, &unit, WIDE * 0.8, &conclusion)) } div.narrow { (tornado(&rows, &unit, PANEL_WIDTH * 1.7, &conclusion)) } },
        conclusion,
        data: data.markup(),
    }
    .markup(language)
}

fn driver_name(driver: &str, language: Language) -> &str {
    let chinese = match driver {
        "volume" => "业务量",
        "aht" => "平均处理时长",
        "shrinkage" => "损耗率",
        "attrition" => "流失率",
        "pay" => "薪资",
        "ramp" => "上手曲线",
        "training_pass" => "培训通过率",
        "leave" => "休假",
        "outsourced_minute" => "外包单价",
        "monthly_hours" => "月工时",
        other => other,
    };
    let english = match driver {
        "aht" => "handle time",
        "training_pass" => "training pass rate",
        "outsourced_minute" => "outsourcing price",
        "monthly_hours" => "monthly hours",
        other => other,
    };
    language.say(english, chinese)
}

/// The cost-of-service frontier.
pub(super) fn frontier(page: &CapacityPage<'_>, language: Language) -> Markup {
    let centre = page.centre;
    let units = number::minor_units(&centre.currency);
    let dots: Vec<FrontierDot> = page
        .frontier
        .iter()
        .map(|own| FrontierDot {
            level: 100.0 * own.service_level,
            cost: own.cost / units,
            told: (bare(centre, own.cost), own.per_point.map(|minor| signed(centre, minor)).unwrap_or_default()),
        })
        .collect();
    let promised = centre.queues.iter().filter_map(|queue| queue.target.service_level).map(|level| 100.0 * level.share).next();
    let now =
        promised.map(|level| (level, language.say(format!("promised today: {level:.0} %"), format!("当前承诺 {level:.0}%"))));
    let mut table = Table::new(
        format!(
            "{}, {}",
            language.say("The cheapest plan for each service level", "各服务水平下的最低成本计划"),
            centre.currency.code
        ),
        &language.say(
            ["service level", "cost of the plan", "least possible", "a point more", "hires", "hours needed", "hours missing"],
            ["服务水平", "计划成本", "理论最低", "每提高一点", "招聘", "需求小时", "缺口小时"],
        ),
    );
    for own in page.frontier {
        table.row(vec![
            number::percent(own.service_level, 1, language),
            bare(centre, own.cost),
            // where hours are missing the bound holds their price, and is no amount of money
            if own.missing_hours > 0.05 { number::UNKNOWN.to_owned() } else { bare(centre, own.bound) },
            own.per_point.map_or_else(|| number::UNKNOWN.to_owned(), |minor| bare(centre, minor)),
            own.hires.to_string(),
            number::quantity(own.required_hours, 0),
            number::quantity(own.missing_hours, 0),
        ]);
    }
    let ends = (page.frontier.first(), page.frontier.iter().rev().find_map(|own| own.per_point));
    let conclusion = match (ends.0.and_then(|own| own.per_point), ends.1) {
        (Some(first), Some(last)) => language.say(
            format!(
                "A point of service costs {} at the lower end and {} at the upper.",
                money(centre, first),
                money(centre, last)
            ),
            format!("低端每一点服务水平成本 {}，高端为 {}。", money(centre, first), money(centre, last)),
        ),
        _ => String::new(),
    };
    let unit = language.say(
        format!("{} over the plan; the price of a point between", centre.currency.code),
        format!("计划期成本（{}），两点之间为每一点的价格", centre.currency.code),
    );
    html! {
        figure {
            figcaption { h3 { (language.say("Cost-of-service frontier", "服务成本前沿")) } p { (conclusion) } }
            div.wide { (frontier_line(&dots, (&unit, now.clone()), (WIDE, 320.0), &conclusion)) }
            div.narrow { (frontier_line(&dots, (&unit, now), (PANEL_WIDTH * 1.6, 280.0), &conclusion)) }
        }
        (table.markup())
    }
}
