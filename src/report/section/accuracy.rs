//! How good the forecasts have been: the backtest beside its rivals and the floor that chance sets.

use maud::{Markup, html};
use solver_data::{ForecastAccuracy, Grain};

use crate::report::number;
use crate::report::table::Table;
use crate::report::week::Week;

/// The accuracy of the forecast in a sentence, a short table and, behind a fold, in full.
pub fn accuracy(week: &Week<'_>) -> Markup {
    let language = week.language;
    let rows = &week.planned.accuracy;
    if rows.is_empty() {
        return html! {};
    }
    let mut table = Table::new(
        language.say("Backtest of the forecast beside its rivals", "预测回测与对照方法"),
        &language.say(
            ["queue", "grain", "model", "WAPE", "MASE", "bias", "in 80 %", "in 95 %", "pinball", "origins"],
            ["队列", "粒度", "方法", "WAPE", "MASE", "偏差", "80% 覆盖", "95% 覆盖", "分位损失", "起点数"],
        ),
    )
    .with_text(&[1, 2]);
    let share = |value: Option<f64>| number::percent(value.unwrap_or(f64::NAN), 0, language);
    for row in rows {
        table.row(vec![
            language.queue(&row.queue),
            language.grain(row.grain).to_owned(),
            language.model(&row.model),
            number::percent(row.wape, 1, language),
            number::quantity(row.mase.unwrap_or(f64::NAN), 2),
            number::signed_percent(row.bias, 1, language),
            share(row.coverage80),
            share(row.coverage95),
            number::quantity(row.pinball.unwrap_or(f64::NAN), 3),
            number::count(row.origins),
        ]);
    }
    html! { div.keep {
        h3 { (language.say("How good the forecasts have been", "预测有多准")) }
        p { (accuracy_sentence(week, rows)) }
        div.beside.even { (summary(week, rows)) (by_queue(week, rows)) }
        details { summary { (language.say("All queues, grains and measures", "全部队列、粒度与指标")) } (table.markup()) }
    } }
}

/// The queue the summary is about: all together where it is measured, else the first.
fn summary_queue(rows: &[ForecastAccuracy]) -> &str {
    rows.iter().find(|row| row.queue == "all").or(rows.first()).map_or("all", |row| row.queue.as_str())
}

fn wape(rows: &[ForecastAccuracy], model: &str, grain: Grain) -> Option<f64> {
    let queue = summary_queue(rows);
    rows.iter().find(|row| row.queue == queue && row.model == model && row.grain == grain).map(|row| row.wape)
}

fn accuracy_sentence(week: &Week<'_>, rows: &[ForecastAccuracy]) -> String {
    let language = week.language;
    let ours = rows.iter().find(|row| row.queue == summary_queue(rows)).map_or("shiftcast", |row| row.model.as_str());
    let ours = if rows.iter().any(|row| row.model == "shiftcast") { "shiftcast" } else { ours };
    let per_cent = |value: Option<f64>| number::percent(value.unwrap_or(f64::NAN), 1, language);
    let (own, average) = (wape(rows, ours, Grain::Interval), wape(rows, "average_4_weeks", Grain::Interval));
    let (naive, floor) = (wape(rows, "seasonal_naive", Grain::Interval), wape(rows, "poisson_floor", Grain::Interval));
    let (own, average, naive, floor) = (per_cent(own), per_cent(average), per_cent(naive), per_cent(floor));
    language.say(
        format!("In the backtest an interval was missed by {own} of its volume on average; the mean of four weeks misses by {average}, last week again by {naive}. Chance alone costs {floor}: no forecast can be better."),
        format!("回测中，时段平均误差为 {own}；四周平均为 {average}，沿用上周为 {naive}。仅随机性就有 {floor}，任何预测都无法更低。"),
    )
}

/// Models of the backtest, in the order they first appear.
fn models(rows: &[ForecastAccuracy]) -> Vec<&str> {
    let mut models: Vec<&str> = Vec::new();
    for row in rows {
        if !models.contains(&row.model.as_str()) {
            models.push(&row.model);
        }
    }
    models
}

/// Weighted error of each queue by model, over intervals.
fn by_queue(week: &Week<'_>, rows: &[ForecastAccuracy]) -> Markup {
    let language = week.language;
    let models = models(rows);
    let names: Vec<String> = models.iter().map(|model| language.model(model)).collect();
    let mut head = vec![language.say("queue", "队列")];
    head.extend(names.iter().map(String::as_str));
    let mut table = Table::new(language.say("The same by queue, over intervals", "各队列（按时段）"), &head);
    let mut queues: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.grain == Grain::Interval) {
        if !queues.contains(&row.queue.as_str()) {
            queues.push(&row.queue);
        }
    }
    for queue in queues {
        let of =
            |model: &&str| rows.iter().find(|row| row.queue == queue && row.model == **model && row.grain == Grain::Interval);
        let mut cells = vec![language.queue(queue)];
        cells.extend(models.iter().map(|model| number::percent(of(model).map_or(f64::NAN, |row| row.wape), 1, language)));
        table.row(cells);
    }
    table.markup()
}

/// Weighted error of each model at each grain, for the queue that sums up.
fn summary(week: &Week<'_>, rows: &[ForecastAccuracy]) -> Markup {
    let language = week.language;
    let queue = summary_queue(rows);
    let mut table = Table::new(
        language.say(
            format!("Σ|forecast − actual| / Σ actual (WAPE), {}", language.queue(queue)),
            format!("Σ|预测 − 实际| / Σ 实际（WAPE），{}", language.queue(queue)),
        ),
        &language.say(["model", "interval", "day", "week"], ["方法", "时段", "日", "周"]),
    );
    for model in models(rows) {
        let mut cells = vec![language.model(model)];
        cells.extend(
            [Grain::Interval, Grain::Day, Grain::Week]
                .map(|grain| number::percent(wape(rows, model, grain).unwrap_or(f64::NAN), 1, language)),
        );
        table.row(cells);
    }
    table.markup()
}
