//! Peaks: expected volume by day and time as a heat map per queue, and what the planner changed by hand.

use maud::{Markup, html};
use scenarios::forecast::{Peak, PeakLevel, busy_level, peaks};
use solver_data::{Adjustment, QueueForecast};

use crate::report::chart::{HeatMap, PANEL_WIDTH, WIDE, heat_map};
use crate::report::figure::{Figure, key, panel};
use crate::report::number;
use crate::report::table::Table;
use crate::report::week::Week;

/// Classes of a cell, from a fifth of the queue's highest interval to the whole.
const SHADES: [&str; 5] = ["h-vol1", "h-vol2", "h-vol3", "h-vol4", "h-vol5"];

/// Intervals that the table lists.
const LISTED: usize = 20;

/// The heat maps with the likeliest peaks behind them.
pub fn heat(week: &Week<'_>) -> Markup {
    let language = week.language;
    let queues: Vec<&QueueForecast> = week.planned.forecast.queues.iter().filter(|queue| highest(queue) > 0.0).collect();
    if queues.is_empty() {
        return html! {};
    }
    let found = peaks(&week.planned.forecast, PeakLevel::Busy);
    let conclusion = conclusion(week, &found);
    let picture = html! {
        (key(&[("k-vol1", "20 %"), ("k-vol3", "60 %"), ("k-vol5", "100 %")]))
        @if let [alone] = queues.as_slice() {
            div.wide { (map(week, alone, WIDE)) }
            div.narrow { (map(week, alone, PANEL_WIDTH)) }
        } @else {
            div.panels { @for queue in &queues {
                @let note = language.say(
                    format!("highest {} contacts", number::quantity(highest(queue), 0)),
                    format!("最高 {}", number::quantity(highest(queue), 0)),
                );
                (panel(&queue.name, &note, &map(week, queue, PANEL_WIDTH)))
            } }
        }
    };
    let title =
        language.say("Expected contacts by day and time, of each queue's highest", "各队列联络量热力图（相对各自最高时段）");
    Figure { title: title.to_owned(), conclusion, picture, data: table(week, &found).markup() }.markup(language)
}

fn highest(queue: &QueueForecast) -> f64 {
    queue.mean.iter().copied().fold(0.0, f64::max)
}

fn map(week: &Week<'_>, queue: &QueueForecast, width: f64) -> Markup {
    let (grid, most) = (week.demand.grid, highest(queue));
    let shade = |t: usize| SHADES[((queue.mean[t] / most * SHADES.len() as f64).ceil() as usize).clamp(1, SHADES.len()) - 1];
    let cells: Vec<Option<&'static str>> = (0..grid.len()).map(|t| queue.open[t].then(|| shade(t))).collect();
    let numbers = vec![None; grid.len()];
    let chart = HeatMap { grid, window: week.demand.window, cells: &cells, numbers: &numbers };
    let words = week.language.say(
        format!("{}: expected contacts by day and time, highest {}", queue.name, number::quantity(most, 0)),
        format!("{}：各时段预计联络量，最高 {}", queue.name, number::quantity(most, 0)),
    );
    heat_map(&chart, width, &words, week.language)
}

fn conclusion(week: &Week<'_>, found: &[Peak]) -> String {
    let (grid, language) = (week.demand.grid, week.language);
    let Some(first) = found.first() else {
        return language.say("No contacts are expected.", "预计没有联络量。").to_owned();
    };
    let queue = &week.planned.forecast.queues[first.queue];
    let (moment, mean) = (language.moment(grid.local(first.interval)), number::quantity(first.mean, 0));
    let (chance, level) = (number::percent(first.probability, 0, language), number::quantity(busy_level(queue), 0));
    language.say(
        format!(
            "{} is likeliest to peak on {moment}: {mean} contacts expected, {chance} chance of more than {level}.",
            queue.name
        ),
        format!("{} 最可能在 {moment} 出现高峰：预计 {mean}，超过 {level} 的概率为 {chance}。", queue.name),
    )
}

fn table(week: &Week<'_>, found: &[Peak]) -> Table {
    let (grid, language) = (week.demand.grid, week.language);
    let caption = language.say(
        "Intervals likeliest to exceed the 95th percentile of their queue's expected intervals",
        "最可能超过本队列预计时段第 95 百分位的时段",
    );
    let head =
        language.say(["interval", "queue", "forecast", "level", "chance of more"], ["时段", "队列", "预测", "水平", "超过概率"]);
    let mut table = Table::new(caption, &head).with_text(&[1]);
    for peak in found.iter().take(LISTED) {
        table.row(vec![
            language.moment(grid.local(peak.interval)),
            week.planned.forecast.queues[peak.queue].name.clone(),
            number::quantity(peak.mean, 1),
            number::quantity(peak.level, 1),
            number::percent(peak.probability, 0, language),
        ]);
    }
    table
}

/// What was changed after the model had spoken; nothing where nothing was.
pub fn changes(week: &Week<'_>) -> Markup {
    let language = week.language;
    let caption = language.say("Changed after the model had spoken", "模型预测之后的调整");
    let head = language.say(
        ["queue", "change", "from", "to", "contacts before", "after", "who and why"],
        ["队列", "类型", "起", "止", "调整前", "调整后", "调整人与原因"],
    );
    let mut table = Table::new(caption, &head).with_text(&[1, 2, 3, 6]);
    for queue in &week.planned.forecast.queues {
        for (place, own) in queue.adjustments.iter().enumerate() {
            table_row(week, queue, (place, own), &mut table);
        }
    }
    html! { @if !table.is_empty() { (table.markup()) } }
}

fn table_row(week: &Week<'_>, queue: &QueueForecast, (place, own): (usize, &Adjustment), table: &mut Table) {
    let (grid, language) = (week.demand.grid, week.language);
    let touched: Vec<usize> = (0..grid.len()).filter(|&t| own.factor[t] != 1.0 && queue.open[t]).collect();
    let (Some(&first), Some(&last)) = (touched.first(), touched.last()) else { return };
    // The mean is what all adjustments have left; those after this one are taken back out of it.
    let later = |t: usize| queue.adjustments[place + 1..].iter().map(|own| own.factor[t]).product::<f64>();
    let after: f64 = touched.iter().map(|&t| if later(t) > 0.0 { queue.mean[t] / later(t) } else { f64::NAN }).sum();
    let before: f64 = touched
        .iter()
        .map(|&t| if later(t) * own.factor[t] > 0.0 { queue.mean[t] / later(t) / own.factor[t] } else { f64::NAN })
        .sum();
    table.row(vec![
        queue.name.clone(),
        own.source.name().to_owned(),
        language.moment(grid.local(first)),
        language.moment(grid.local(last + 1)),
        number::quantity(before, 0),
        number::quantity(after, 0),
        own.note.clone(),
    ]);
}
