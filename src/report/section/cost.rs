//! Cost by pay class, day and level; every table adds up to the same total.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};
use solver_data::{CostLine, Money, PayClass};

use crate::report::chart::{Bar, PANEL_WIDTH, StackedBars, WIDE, stacked_bars};
use crate::report::figure::{Figure, key};
use crate::report::number;
use crate::report::table::Table;
use crate::report::week::Week;
use crate::report::words::counted;

/// Classes in their order, from the baseline of a bar up.
const CLASSES: [PayClass; 5] = [PayClass::Normal, PayClass::Night, PayClass::Weekend, PayClass::Holiday, PayClass::Overtime];

/// Lines that stand in one bar or row, with its name and the short form of it.
type Group<'a> = ((String, String), Vec<&'a CostLine>);

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    html! { (by_day(week)) (by_level(week)) }
}

fn amount(lines: &[&CostLine]) -> Money {
    lines.iter().map(|line| line.amount).sum()
}

fn shown(week: &Week<'_>) -> Vec<PayClass> {
    CLASSES.into_iter().filter(|&class| week.planned.cost.lines.iter().any(|line| line.class == class)).collect()
}

fn parts(week: &Week<'_>, lines: &[&CostLine]) -> Vec<(String, f64)> {
    let units = number::minor_units(&week.planned.centre.currency);
    shown(week)
        .into_iter()
        .map(|class| {
            let of_class: Vec<&CostLine> = lines.iter().copied().filter(|line| line.class == class).collect();
            (format!("c-{}", class.name()), amount(&of_class).0 as f64 / units)
        })
        .collect()
}

fn bars(week: &Week<'_>, groups: &[Group<'_>]) -> Vec<Bar> {
    let currency = &week.planned.centre.currency;
    groups
        .iter()
        .map(|(label, lines)| Bar {
            label: label.0.clone(),
            short: label.1.clone(),
            parts: parts(week, lines),
            total: number::money_bare(amount(lines), currency),
        })
        .collect()
}

fn class_key(week: &Week<'_>) -> Markup {
    let classes = shown(week);
    let names: Vec<String> = classes.iter().map(|class| format!("k-fill c-{}", class.name())).collect();
    let entries: Vec<(&str, &str)> =
        names.iter().zip(&classes).map(|(name, &class)| (name.as_str(), week.language.pay_class(class))).collect();
    key(&entries)
}

fn by_day(week: &Week<'_>) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let mut days: BTreeMap<NaiveDate, Vec<&CostLine>> = grid.dates().iter().map(|&date| (date, Vec::new())).collect();
    for line in &week.planned.cost.lines {
        days.entry(line.date).or_default().push(line);
    }
    let groups: Vec<Group<'_>> = days
        .into_iter()
        .map(|(date, lines)| ((language.day_short(date), language.weekday_short(date.weekday()).to_owned()), lines))
        .collect();
    let code = &week.planned.centre.currency.code;
    let unit = language.say(format!("{code} a day"), format!("{code} / 日"));
    let conclusion = conclusion(week);
    let bars = bars(week, &groups);
    let chart = StackedBars { bars: &bars, unit: &unit };
    let picture = html! {
        (class_key(week))
        div.wide { (stacked_bars(&chart, (WIDE, 240.0), &conclusion)) }
        div.narrow { (stacked_bars(&chart, (PANEL_WIDTH, 220.0), &conclusion)) }
    };
    let title = language.say("Cost by day and pay class", "各日各薪资类别成本").to_owned();
    let caption = language.say(format!("Cost by day and class, {code}"), format!("各日各类别成本（{code}）"));
    Figure { title, conclusion, picture, data: table(week, &caption, language.say("day", "日期"), &groups).markup() }
        .markup(language)
}

fn conclusion(week: &Week<'_>) -> String {
    let (cost, language) = (&week.planned.cost, week.language);
    let total = cost.total();
    let premium: Money = cost.lines.iter().filter(|line| line.class != PayClass::Normal).map(|line| line.amount).sum();
    let share = number::percent(if total.0 == 0 { 0.0 } else { premium.0 as f64 / total.0 as f64 }, 0, language);
    let exact = number::money_exact(total, &week.planned.centre.currency);
    let (code, lines) = (&week.planned.centre.currency.code, number::count(cost.lines.len()));
    let sum = counted(cost.lines.len(), "line", "lines");
    language.say(
        format!("{exact} {code} in all, {share} of it in hours with a premium; the sum of {sum}, on-costs included."),
        format!("合计 {exact} {code}，其中 {share} 为有津贴的工时；由 {lines} 行相加，含雇主附加成本。"),
    )
}

fn table(week: &Week<'_>, caption: &str, first: &str, groups: &[Group<'_>]) -> Table {
    let (currency, language) = (&week.planned.centre.currency, week.language);
    let classes = shown(week);
    let mut head = vec![first];
    head.extend(classes.iter().map(|&class| language.pay_class(class)));
    head.extend([language.say("total", "合计"), language.say("paid hours", "付薪小时")]);
    let mut table = Table::new(caption, &head);
    let cells = |label: &str, lines: &[&CostLine]| {
        let mut cells = vec![label.to_owned()];
        for &class in &classes {
            let of_class: Vec<&CostLine> = lines.iter().copied().filter(|line| line.class == class).collect();
            cells.push(number::money_exact(amount(&of_class), currency));
        }
        cells.push(number::money_exact(amount(lines), currency));
        cells.push(number::hours(lines.iter().map(|line| line.minutes).sum()));
        cells
    };
    for (label, lines) in groups {
        table.row(cells(&label.0, lines));
    }
    let all: Vec<&CostLine> = week.planned.cost.lines.iter().collect();
    table.total(cells(language.say("total", "合计"), &all));
    table
}

fn by_level(week: &Week<'_>) -> Markup {
    let (centre, language) = (&week.planned.centre, week.language);
    let groups: Vec<Group<'_>> = centre
        .levels
        .entries()
        .map(|(id, level)| {
            let lines = week.planned.cost.lines.iter().filter(|line| centre.agents[line.agent].level == id).collect();
            ((level.name.clone(), level.name.clone()), lines)
        })
        .collect();
    let code = &centre.currency.code;
    let caption = language.say(format!("Cost by level and class, {code}"), format!("各级别各类别成本（{code}）"));
    let bars = bars(week, &groups);
    let unit = language.say(format!("{code} in the plan"), format!("{code} / 计划期"));
    let chart = StackedBars { bars: &bars, unit: &unit };
    html! {
        h3 { (language.say("Cost by level", "各级别成本")) }
        div.beside {
            div.level-chart { (stacked_bars(&chart, (PANEL_WIDTH, 190.0), &caption)) }
            (table(week, &caption, language.say("level", "级别"), &groups).markup())
        }
    }
}
