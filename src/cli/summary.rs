//! The plan on one screen.

use std::fmt::Write as _;
use std::path::Path;

use chrono::Datelike;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use scenarios::PlannedWeek;
use solver_data::{Money, ServiceMeasures};

use super::Language;
use crate::report;

/// Bars from empty to full, for a line of demand.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The days of a plan, such as `24–30 October 1999`.
pub fn days_of(planned: &PlannedWeek) -> String {
    let dates = planned.requirement.grid.dates();
    let (first, last) = (dates[0], dates[dates.len() - 1]);
    let from = match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => "%-d",
        (true, false) => "%-d %B",
        _ => "%-d %B %Y",
    };
    format!("{}–{}", first.format(from), last.format("%-d %B %Y"))
}

/// Cost, service and gap in a sentence, the days, the queues, what fell short, and where the report is.
pub fn of(planned: &PlannedWeek, report: &Path, language: Language) -> String {
    let mut text = format!("\n{}\n\n{}\n{}", headline(planned, language), days(planned, language), queues(planned, language));
    if planned.shortfalls.is_empty() && planned.undecided.is_empty() {
        let _ = writeln!(text, "\n{}", pick(language, "Every target is met.", "所有目标均已达成。"));
    }
    let repairs = super::plan::repair_lines(planned);
    let lists = [
        (pick(language, "Not met:", "未达成："), &planned.shortfalls),
        (pick(language, "Too close to call:", "尚难判断："), &planned.undecided),
        (pick(language, "Fewer agents than the requirement asks for:", "低于需求人数的时段："), &planned.short_stretches),
        (pick(language, "Cheapest repairs, each on its own:", "最便宜的补救（各自独立）："), &repairs),
    ];
    for (heading, lines) in lists.iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = writeln!(text, "\n{heading}\n  {}", lines.join("\n  "));
    }
    let _ = writeln!(text, "\n{}: {}", pick(language, "Report", "报告"), report.display());
    text
}

fn pick(language: Language, english: &'static str, chinese: &'static str) -> &'static str {
    match language {
        Language::En => english,
        Language::Zh => chinese,
    }
}

fn headline(planned: &PlannedWeek, language: Language) -> String {
    let week = &planned.performance.overall.horizon;
    let money = amount(planned.cost.total(), planned.centre.currency.minor_digits);
    let currency = &planned.centre.currency.code;
    let (served, half) = (100.0 * week.service_level.mean, 100.0 * week.service_level.half_width);
    let gap = 100.0 * planned.solve.gap;
    let days = days_of(planned);
    match language {
        Language::En => format!(
            "{days}: {money} {currency}, {served:.1} ± {half:.1} % answered in time, {:.1} % abandoned;\n\
             the roster is proven to be within {gap:.1} % of the best possible.",
            100.0 * week.abandonment.mean
        ),
        Language::Zh => format!(
            "{days}：成本 {money} {currency}，服务水平 {served:.1} ± {half:.1} %，放弃率 {:.1} %；\n排班与理论最优的差距已证明不超过 {gap:.1} %。",
            100.0 * week.abandonment.mean
        ),
    }
}

fn aligned(rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

fn days(planned: &PlannedWeek, language: Language) -> String {
    let (grid, demand) = (&planned.requirement.grid, &planned.forecast);
    let hours = grid.interval_seconds() / 3600.0;
    let required: Vec<f64> =
        planned.requirement.pools.last().map_or_else(Vec::new, |pool| pool.scheduled.iter().map(|&n| f64::from(n)).collect());
    let placed: Vec<f64> = planned.roster.on_contact(|_| true).into_iter().map(f64::from).collect();
    let total = |values: &[f64], day: usize| grid.day_range(day).filter_map(|t| values.get(t)).sum::<f64>() * hours;
    let mut rows = vec![Vec::new(); 6];
    let names = match language {
        Language::En => {
            ["", "contacts expected", "through the day", "agent-hours wanted", "agent-hours on contact", "answered in time"]
        }
        Language::Zh => ["", "预测联络量", "日内走势", "需求人时", "在岗人时", "服务水平"],
    };
    for (row, name) in rows.iter_mut().zip(names) {
        row.push(name.to_owned());
    }
    for day in 0..grid.days() {
        let volumes: Vec<f64> =
            demand.grid.day_range(day).map(|t| demand.queues.iter().map(|queue| queue.mean[t]).sum()).collect();
        let service = &planned.performance.overall.days[day];
        let cells = [
            grid.date(day).format("%a %-d").to_string(),
            format!("{:.0}", volumes.iter().sum::<f64>()),
            spark(&volumes),
            format!("{:.0}", total(&required, day)),
            format!("{:.0}", total(&placed, day)),
            share(service),
        ];
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.push(cell);
        }
    }
    aligned(rows)
}

fn queues(planned: &PlannedWeek, language: Language) -> String {
    let header = match language {
        Language::En => ["queue", "expected", "wanted", "simulated", "abandon", "on the real contacts"],
        Language::Zh => ["队列", "预测量", "目标", "仿真服务水平", "放弃率", "真实联络回放"],
    };
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for (index, queue) in planned.centre.queues.iter().enumerate() {
        let simulated = &planned.performance.queues[index].horizon;
        let words = match language {
            Language::En => report::Language::English,
            Language::Zh => report::Language::Chinese,
        };
        let wanted = report::promised(queue, &planned.roster.grid, words).unwrap_or_else(|| "–".to_owned());
        let replayed =
            planned.replay.as_ref().map_or_else(|| "–".to_owned(), |replay| share(&replay.performance.queues[index].horizon));
        let expected: f64 = planned.forecast.queues[index].mean.iter().sum();
        let abandon = format!("{:.1} %", 100.0 * simulated.abandonment.mean);
        rows.push(vec![queue.name.clone(), format!("{expected:.0}"), wanted, share(simulated), abandon, replayed]);
    }
    aligned(rows)
}

fn share(service: &ServiceMeasures) -> String {
    if service.offered.mean <= 0.0 {
        return "–".to_owned();
    }
    format!("{:.1} ± {:.1} %", 100.0 * service.service_level.mean, 100.0 * service.service_level.half_width)
}

/// A day's volumes in eight bars.
fn spark(values: &[f64]) -> String {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let width = values.len().div_ceil(8);
    let bars = values.chunks(width).map(|chunk| {
        let mean = chunk.iter().sum::<f64>() / chunk.len() as f64;
        BARS[((mean / most * 7.0).round() as usize).min(7)]
    });
    bars.collect()
}

/// An amount with thousands separators and the currency's digits.
fn amount(money: Money, digits: u32) -> String {
    let unit = 10_i64.pow(digits);
    let (whole, rest) = (money.0.abs() / unit, money.0.abs() % unit);
    let mut grouped = String::new();
    let digits_of = whole.to_string();
    for (index, digit) in digits_of.chars().enumerate() {
        if index > 0 && (digits_of.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if money.0 < 0 { "-" } else { "" };
    if digits == 0 { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{rest:0width$}", width = digits as usize) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        assert_eq!(amount(Money(123_456_789), 2), "1,234,567.89");
        assert_eq!(amount(Money(-5), 2), "-0.05");
        assert_eq!(amount(Money(4_821), 0), "4,821");
    }

    #[test]
    fn a_peak_fills_its_bar() {
        assert_eq!(spark(&[0.0, 1.0, 2.0, 4.0]), "▁▃▅█");
        assert_eq!(spark(&[0.0, 0.0]), "");
    }
}
