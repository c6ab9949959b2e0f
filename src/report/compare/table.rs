//! The main differences as a table for the terminal.

use scenarios::scenario::{Measure, RosterChoice};
use solver_data::Estimate;

use super::Compared;
use crate::report::number;
use crate::report::words::Language;

/// Measures of the table, with the factor and the decimals they are told in.
const MEASURES: [(Measure, f64, usize); 6] = [
    (Measure::ServiceLevel, 100.0, 1),
    (Measure::Abandonment, 100.0, 1),
    (Measure::MeanWait, 1.0, 1),
    (Measure::RequiredHours, 1.0, 0),
    (Measure::PaidHours, 1.0, 0),
    (Measure::Cost, 1.0, 0),
];

/// A row a scenario and roster: differences to the base with their intervals.
pub fn compare_table(told: &Compared<'_>, language: Language) -> String {
    let head = language.say(
        ["scenario", "roster", "service, points", "abandon, points", "mean wait, s", "required, h", "paid, h", "cost"],
        ["场景", "排班", "服务水平(百分点)", "放弃率(百分点)", "平均等待(秒)", "所需工时", "计薪工时", "成本"],
    );
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_content_arrangement(comfy_table::ContentArrangement::Disabled);
    table.set_header(head);
    let units = number::minor_units(&told.base.centre.currency);
    for comparison in told.comparisons {
        for (roster, _) in &comparison.outcomes {
            let cell = |(measure, factor, digits): &(Measure, f64, usize)| {
                let factor = if *measure == Measure::Cost { factor / units } else { *factor };
                let own = comparison.figure(*roster, *measure).unwrap_or_default();
                shown(Estimate { mean: own.mean * factor, half_width: own.half_width * factor }, *digits)
            };
            let first = [super::title(&comparison.scenario, language).to_owned(), roster_name(*roster, language).to_owned()];
            table.add_row(first.into_iter().chain(MEASURES.iter().map(cell)));
        }
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let intro = language.say(
        "Differences to the base, ± 95 % confidence, paired over the same random numbers\n",
        "与基准之差，± 95% 置信区间，使用相同随机数配对比较\n",
    );
    format!("{intro}{}\n", lines.join("\n"))
}

/// A difference with its sign and interval.
pub fn shown(own: Estimate, digits: usize) -> String {
    let sign = if own.mean > 0.0 { "+" } else { "" };
    format!("{sign}{}", number::estimate(own, digits))
}

/// A roster for the reader.
pub fn roster_name(roster: RosterChoice, language: Language) -> &'static str {
    match roster {
        RosterChoice::Kept => language.say("today's", "现有"),
        RosterChoice::Replanned => language.say("planned anew", "重排"),
    }
}
