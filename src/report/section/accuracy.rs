//! How good the forecasts have been: the backtest beside its rivals and the floor that chance sets.

use maud::{Markup, html};
use solver_data::{ForecastAccuracy, Grain};

use crate::report::number;
use crate::report::table::Table;
use crate::report::week::Week;

/// Stretches that errors are summed over, from fine to coarse.
const GRAINS: [Grain; 3] = [Grain::Interval, Grain::Day, Grain::Week];
/// Models that anybody could use instead.
const RIVALS: [&str; 2] = ["average_4_weeks", "seasonal_naive"];

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

/// All three grains, and where a simple rival was better.
fn accuracy_sentence(week: &Week<'_>, rows: &[ForecastAccuracy]) -> String {
    let language = week.language;
    let first = rows.iter().find(|row| row.queue == summary_queue(rows)).map_or("shiftcast", |row| row.model.as_str());
    let ours = if rows.iter().any(|row| row.model == "shiftcast") { "shiftcast" } else { first };
    let errors = |model: &str| GRAINS.map(|grain| number::percent(wape(rows, model, grain).unwrap_or(f64::NAN), 1, language));
    let ([interval, day, whole], floor) = (errors(ours), errors("poisson_floor"));
    let [chance, chance_day, chance_week] = floor;
    let own = language.say(
        format!("In the backtest the forecast missed an interval by {interval} of its volume on average, a day by {day} and a week by {whole}; chance alone costs {chance}, {chance_day} and {chance_week}, and no forecast can be better."),
        format!("回测中，预测的平均误差按时段为 {interval}、按日 {day}、按周 {whole}；仅随机性就有 {chance}、{chance_day}、{chance_week}，任何预测都无法更低。"),
    );
    format!("{own}{}{}", language.say(" ", ""), rivals_sentence(week, rows, ours))
}

/// Where the mean of four weeks or last week was better, or that neither was.
fn rivals_sentence(week: &Week<'_>, rows: &[ForecastAccuracy], ours: &str) -> String {
    let language = week.language;
    let mut better: Vec<String> = Vec::new();
    for model in RIVALS {
        let ahead: Vec<String> = GRAINS
            .into_iter()
            .filter_map(|grain| Some((grain, wape(rows, model, grain)?, wape(rows, ours, grain)?)))
            .filter(|(_, rival, own)| rival < own)
            .map(|(grain, rival, _)| {
                let (name, rival) = (language.grain(grain), number::percent(rival, 1, language));
                language.say(format!("by the {name} ({rival})"), format!("按{name}（{rival}）"))
            })
            .collect();
        if !ahead.is_empty() {
            let (model, ahead) = (language.model(model), ahead.join(language.say(" and ", "、")));
            better.push(language.say(format!("the {model} was better {ahead}"), format!("{model}{ahead}更准")));
        }
    }
    if better.is_empty() {
        let known = RIVALS.iter().any(|model| wape(rows, model, Grain::Interval).is_some());
        let none = language.say(
            "Neither the mean of 4 weeks nor last week again was better at any of the three.",
            "四周平均与沿用上周在三种粒度上均不更准。",
        );
        return if known { none.to_owned() } else { String::new() };
    }
    let told = better.join(language.say("; ", "；"));
    language.say(format!("But {}.", told.replace("the last week again", "last week again")), format!("但{told}。"))
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
        cells.extend(GRAINS.map(|grain| number::percent(wape(rows, model, grain).unwrap_or(f64::NAN), 1, language)));
        table.row(cells);
    }
    table.markup()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;
    use crate::report::words::Language;

    #[test]
    fn a_rival_that_was_better_is_named_with_its_grain() {
        let (mut planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        let sentence = |planned: &scenarios::PlannedWeek| {
            accuracy_sentence(&Week::new(planned, &meta, Language::English), &planned.accuracy)
        };
        assert!(sentence(&planned).contains("Neither the mean of 4 weeks"));
        for row in planned.accuracy.iter_mut().filter(|row| row.queue == "all" && row.grain == Grain::Week) {
            row.wape = if row.model == "average_4_weeks" { 0.021 } else { row.wape };
        }
        let told = sentence(&planned);
        assert!(told.ends_with("But the mean of 4 weeks was better by the week (2.1\u{a0}%)."), "{told}");
        assert!(told.contains("an interval by 11.7\u{a0}%") && told.contains("a week by 3.5\u{a0}%"), "{told}");
    }
}
