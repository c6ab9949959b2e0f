//! Demand: forecast against actual, its uncertainty, its accuracy beside rivals, and peaks.

use maud::{Markup, html};
use solver_data::{ForecastAccuracy, Grain, QueueForecast};

use crate::report::chart::{BandLine, PANEL_WIDTH, Scale, TimeAxis, band_line};
use crate::report::figure::{Figure, key, panel};
use crate::report::number;
use crate::report::table::Table;
use crate::report::week::Week;

/// Expected volume of all queues together with its intervals, and what came.
struct Total {
    open: Vec<bool>,
    mean: Vec<f64>,
    bands: Vec<(f64, Vec<f64>, Vec<f64>)>,
    beside: Beside,
}

/// What the forecast is drawn beside.
struct Beside {
    counts: Option<Vec<Option<f64>>>,
    name: &'static str,
}

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    let total = Total::of(week);
    html! { (by_day(week, &total)) (by_queue(week, &total)) (accuracy(week)) (peaks(week, &total)) }
}

impl Total {
    fn of(week: &Week<'_>) -> Self {
        let queues = &week.planned.forecast.queues;
        let length = week.grid().len();
        let sum = |value: &dyn Fn(&QueueForecast, usize) -> f64| {
            (0..length).map(|t| queues.iter().map(|queue| value(queue, t)).sum()).collect::<Vec<f64>>()
        };
        let mean = sum(&|queue, t| queue.mean[t]);
        let levels =
            queues.first().map(|queue| queue.bands.iter().map(|band| band.level).collect::<Vec<_>>()).unwrap_or_default();
        let bands = levels.into_iter().map(|level| {
            let (down, up) = spread(queues, level, length);
            let lo = mean.iter().zip(down).map(|(mean, width)| (mean - width).max(0.0)).collect();
            let hi = mean.iter().zip(up).map(|(mean, width)| mean + width).collect();
            (level, lo, hi)
        });
        let bands = bands.collect();
        let open = (0..length).map(|t| queues.iter().any(|queue| queue.open[t])).collect();
        Self { open, mean, bands, beside: Beside::total(week) }
    }

    fn band(&self, level: f64) -> Option<(&[f64], &[f64])> {
        let (_, lo, hi) = self.bands.iter().find(|band| (band.0 - level).abs() < 1e-9)?;
        Some((lo, hi))
    }
}

impl Beside {
    fn total(week: &Week<'_>) -> Self {
        Self::of(week, |history, days_back| week.recorded_total(history, days_back))
    }

    fn queue(week: &Week<'_>, queue: &str) -> Self {
        Self::of(week, |history, days_back| week.recorded(history, queue, days_back))
    }

    fn of(week: &Week<'_>, recorded: impl Fn(&solver_data::ContactHistory, i64) -> Vec<Option<f64>>) -> Self {
        let (counts, name) = match &week.planned.replay {
            Some(replay) => (recorded(&replay.actual, 0), week.language.say("actual", "实际")),
            None => (recorded(&week.planned.history, 7), week.language.say("the week before", "上一周")),
        };
        Self { counts: Some(counts).filter(|counts| counts.iter().any(Option::is_some)), name }
    }
}

/// Half-widths of the interval of the sum, downwards and upwards.
///
/// Errors of the day's level are taken as shared by all queues and add up; the noise of intervals is taken as
/// independent and adds in squares. The split of each queue's interval is that of its variances.
fn spread(queues: &[QueueForecast], level: f64, length: usize) -> (Vec<f64>, Vec<f64>) {
    let combine = |side: &dyn Fn(&solver_data::Band, &QueueForecast, usize) -> f64, t: usize| {
        let (mut shared, mut squares) = (0.0, 0.0);
        for queue in queues {
            let Some(band) = queue.band(level) else { continue };
            let width = side(band, queue, t).max(0.0);
            let by_level = (queue.mean[t] * queue.uncertainty.day_level_sd).powi(2);
            let by_noise = queue.uncertainty.overdispersion * queue.mean[t];
            let share = if by_level + by_noise > 0.0 { by_level / (by_level + by_noise) } else { 0.0 };
            shared += width * share.sqrt();
            squares += width * width * (1.0 - share);
        }
        shared.hypot(squares.sqrt())
    };
    let down = (0..length).map(|t| combine(&|band, queue, t| queue.mean[t] - band.lo[t], t)).collect();
    let up = (0..length).map(|t| combine(&|band, queue, t| band.hi[t] - queue.mean[t], t)).collect();
    (down, up)
}

fn unit(week: &Week<'_>) -> String {
    let minutes = week.grid().interval_minutes();
    week.language.say(format!("contacts / {minutes} min"), format!("联络量 / {minutes} 分钟"))
}

fn by_day(week: &Week<'_>, total: &Total) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let largest = largest(total.band(0.95).map(|band| band.1), &total.mean, total.beside.counts.as_deref());
    let unit = unit(week);
    let picture = html! {
        (band_key(week, total.beside.counts.as_ref().map(|_| total.beside.name)))
        div.panels { @for day in 0..grid.days() {
            @let chart = BandLine {
                axis: TimeAxis { grid, window: week.window, days: day..day + 1, left: 36.0, right: PANEL_WIDTH - 6.0 },
                scale: Scale::from_zero(largest, 4, (166.0, 34.0)), unit: &unit, open: &total.open, mean: &total.mean,
                bands: [total.band(0.80), total.band(0.95)], actual: total.beside.counts.as_deref(), peak: peak(week, total, day),
            };
            @let note = day_note(week, total, day);
            (panel(&language.day(grid.date(day)), &note,
                &band_line(&chart, (PANEL_WIDTH, 186.0), &format!("{}: {note}", language.day(grid.date(day))), language)))
        } }
    };
    Figure {
        title: language
            .say(format!("Forecast and {}, all queues", total.beside.name), format!("全部队列:预测与{}", total.beside.name)),
        conclusion: conclusion(week, total),
        picture,
        data: day_table(week, total).markup(),
    }
    .markup(language)
}

fn band_key(week: &Week<'_>, beside: Option<&str>) -> Markup {
    let language = week.language;
    let mut entries = vec![
        ("k-mean", language.say("forecast", "预测")),
        ("k-band80", language.say("80 % interval", "80% 区间")),
        ("k-band95", language.say("95 % interval", "95% 区间")),
    ];
    entries.extend(beside.map(|name| ("k-actual", name)));
    key(&entries)
}

fn largest(hi: Option<&[f64]>, mean: &[f64], counts: Option<&[Option<f64>]>) -> f64 {
    let counts = counts.unwrap_or_default().iter().filter_map(|&count| count);
    hi.unwrap_or_default().iter().chain(mean).copied().chain(counts).filter(|value| value.is_finite()).fold(0.0, f64::max)
}

fn sum_known(counts: &[Option<f64>], open: &[bool], range: std::ops::Range<usize>) -> Option<f64> {
    let mut known = range.filter(|&t| open[t]).filter_map(|t| counts[t]).peekable();
    known.peek().is_some().then(|| known.sum())
}

fn day_note(week: &Week<'_>, total: &Total, day: usize) -> String {
    let range = week.grid().day_range(day);
    let expected: f64 = total.mean[range.clone()].iter().sum();
    compared(
        week,
        expected,
        total.beside.counts.as_deref().and_then(|counts| sum_known(counts, &total.open, range)),
        total.beside.name,
    )
}

/// `412 expected, 398 actual (+3.5 %)`.
fn compared(week: &Week<'_>, expected: f64, came: Option<f64>, name: &str) -> String {
    let language = week.language;
    let expected_text = number::quantity(expected, 0);
    match came.filter(|came| *came > 0.0) {
        Some(came) => {
            let (difference, came) = (number::signed_percent(expected / came - 1.0, 0, language), number::quantity(came, 0));
            language.say(
                format!("{expected_text} forecast, {came} {name} ({difference})"),
                format!("预测 {expected_text},{name} {came}({difference})"),
            )
        }
        None => language.say(format!("{expected_text} forecast"), format!("预测 {expected_text}")),
    }
}

fn conclusion(week: &Week<'_>, total: &Total) -> String {
    let language = week.language;
    let expected: f64 = total.mean.iter().sum();
    let counts = total.beside.counts.as_deref();
    let came = counts.and_then(|counts| sum_known(counts, &total.open, 0..week.grid().len()));
    let summary = compared(week, expected, came, total.beside.name);
    let inside = counts.zip(total.band(0.80)).filter(|_| week.planned.replay.is_some()).map(|(counts, (lo, hi))| {
        let known = (0..counts.len()).filter(|&t| total.open[t] && counts[t].is_some()).collect::<Vec<_>>();
        let held = known.iter().filter(|&&t| counts[t].is_some_and(|count| lo[t] <= count && count <= hi[t])).count();
        number::percent(held as f64 / known.len().max(1) as f64, 0, language)
    });
    let inside = inside.map_or_else(String::new, |share| {
        language.say(format!("; {share} of the intervals fell into the 80 % interval"), format!(";{share} 的时段落在 80% 区间内"))
    });
    language.say(format!("Contacts of the week: {summary}{inside}."), format!("全周联络量:{summary}{inside}。"))
}

fn peak(week: &Week<'_>, total: &Total, day: usize) -> Option<(usize, String)> {
    let range = week.window.of(week.grid(), day);
    let t = range.max_by(|&left, &right| total.mean[left].total_cmp(&total.mean[right]).then(right.cmp(&left)))?;
    let (_, hi) = total.band(0.80)?;
    (total.mean[t] > 0.0).then(|| {
        let (mean, hi) = (number::quantity(total.mean[t], 0), number::quantity(hi[t], 0));
        let at = week.grid().local(t).format("%H:%M");
        (t, week.language.say(format!("peak {at}: {mean}, 1 in 10 above {hi}"), format!("高峰 {at}:{mean},一成可能超过 {hi}")))
    })
}

fn day_table(week: &Week<'_>, total: &Total) -> Table {
    let (grid, language) = (week.grid(), week.language);
    let mut table = Table::new(
        language.say("Contacts by interval, all queues, local time", "各时段联络量,全部队列(当地时间)"),
        &[
            language.say("interval", "时段"),
            language.say("forecast", "预测"),
            "80 % lo",
            "80 % hi",
            "95 % lo",
            "95 % hi",
            total.beside.name,
        ],
    );
    let end = |level: f64, upper: usize, t: usize| {
        let value = total.band(level).map_or(f64::NAN, |(lo, hi)| [lo, hi][upper][t]);
        number::quantity(value, 1)
    };
    for t in (0..grid.len()).filter(|&t| total.open[t]) {
        let came = total.beside.counts.as_ref().and_then(|counts| counts[t]).unwrap_or(f64::NAN);
        table.row(vec![
            language.moment(grid.local(t)),
            number::quantity(total.mean[t], 1),
            end(0.80, 0, t),
            end(0.80, 1, t),
            end(0.95, 0, t),
            end(0.95, 1, t),
            number::quantity(came, 0),
        ]);
    }
    table
}

fn by_queue(week: &Week<'_>, total: &Total) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let queues = &week.planned.forecast.queues;
    let beside: Vec<Beside> = queues.iter().map(|queue| Beside::queue(week, &queue.name)).collect();
    let top = queues
        .iter()
        .zip(&beside)
        .map(|(queue, beside)| largest(queue.band(0.80).map(|band| band.hi.as_slice()), &queue.mean, beside.counts.as_deref()));
    let largest = top.fold(0.0, f64::max);
    let unit = unit(week);
    let width = 524.0;
    let picture = html! {
        (band_key(week, total.beside.counts.as_ref().map(|_| total.beside.name)))
        div.panels.two { @for (queue, beside) in queues.iter().zip(&beside) {
            @let chart = BandLine {
                axis: TimeAxis { grid, window: week.window, days: 0..grid.days(), left: 36.0, right: width - 6.0 },
                scale: Scale::from_zero(largest, 3, (126.0, 24.0)), unit: &unit, open: &queue.open, mean: &queue.mean,
                bands: [ends(queue, 0.80), ends(queue, 0.95)], actual: beside.counts.as_deref(), peak: None,
            };
            @let note = queue_note(week, queue, beside);
            (panel(&queue_title(week, &queue.name), &note,
                &band_line(&chart, (width, 150.0), &format!("{}: {note}", queue.name), language)))
        } }
    };
    Figure {
        title: language.say("Each queue over the week, one scale", "各队列全周走势(同一刻度)").to_owned(),
        conclusion: queue_conclusion(week),
        picture,
        data: queue_table(week, &beside).markup(),
    }
    .markup(language)
}

fn ends(queue: &QueueForecast, level: f64) -> Option<(&[f64], &[f64])> {
    queue.band(level).map(|band| (band.lo.as_slice(), band.hi.as_slice()))
}

fn queue_title(week: &Week<'_>, name: &str) -> String {
    match week.planned.centre.queues.iter().find(|queue| queue.name == name && !queue.title.is_empty()) {
        Some(queue) => format!("{name} · {}", queue.title),
        None => name.to_owned(),
    }
}

fn queue_note(week: &Week<'_>, queue: &QueueForecast, beside: &Beside) -> String {
    let came = beside.counts.as_deref().and_then(|counts| sum_known(counts, &queue.open, 0..week.grid().len()));
    compared(week, queue.mean.iter().sum(), came, beside.name)
}

fn queue_conclusion(week: &Week<'_>) -> String {
    let language = week.language;
    let volume = |queue: &&QueueForecast| queue.mean.iter().sum::<f64>();
    let all: f64 = week.planned.forecast.queues.iter().map(|queue| volume(&queue)).sum();
    let largest = week.planned.forecast.queues.iter().max_by(|left, right| volume(left).total_cmp(&volume(right)));
    match largest.filter(|_| all > 0.0) {
        Some(queue) => {
            let share = number::percent(volume(&queue) / all, 0, language);
            language
                .say(format!("{} brings {share} of the contacts.", queue.name), format!("{} 占联络量的 {share}。", queue.name))
        }
        None => language.say("No contacts are expected.", "预计没有联络量。").to_owned(),
    }
}

/// Contacts by queue and day: forecast and what came.
fn queue_table(week: &Week<'_>, beside: &[Beside]) -> Table {
    let (grid, language) = (week.grid(), week.language);
    let days: Vec<String> = grid.dates().iter().map(|&date| language.day_short(date)).collect();
    let mut head = vec![language.say("queue", "队列"), language.say("series", "序列")];
    head.extend(days.iter().map(String::as_str));
    head.push(language.say("sum", "合计"));
    let mut table = Table::new(language.say("Contacts by queue and day", "各队列各日联络量"), &head).with_text(&[1]);
    for (queue, beside) in week.planned.forecast.queues.iter().zip(beside) {
        let mut cells = vec![queue.name.clone(), language.say("forecast", "预测").to_owned()];
        cells.extend((0..grid.days()).map(|day| number::quantity(queue.mean[grid.day_range(day)].iter().sum(), 1)));
        cells.push(number::quantity(queue.mean.iter().sum(), 0));
        table.row(cells);
        if let Some(counts) = &beside.counts {
            let sum = |range| number::quantity(sum_known(counts, &queue.open, range).unwrap_or(f64::NAN), 0);
            let mut cells = vec![queue.name.clone(), beside.name.to_owned()];
            cells.extend((0..grid.days()).map(|day| sum(grid.day_range(day))));
            cells.push(sum(0..grid.len()));
            table.row(cells);
        }
    }
    table
}

fn accuracy(week: &Week<'_>) -> Markup {
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
    html! {
        h3 { (language.say("How good the forecasts have been", "预测有多准")) }
        p { (accuracy_sentence(week, rows)) }
        (summary(week, rows))
        details { summary { (language.say("All queues, grains and measures", "全部队列、粒度与指标")) } (table.markup()) }
    }
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
        format!("回测中,时段平均误差为 {own};四周平均为 {average},沿用上周为 {naive}。仅随机性就有 {floor},任何预测都无法更低。"),
    )
}

/// Weighted error of each model at each grain, for the queue that sums up.
fn summary(week: &Week<'_>, rows: &[ForecastAccuracy]) -> Markup {
    let language = week.language;
    let queue = summary_queue(rows);
    let mut models: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.queue == queue) {
        if !models.contains(&row.model.as_str()) {
            models.push(&row.model);
        }
    }
    let mut table = Table::new(
        language.say(
            format!("Σ|forecast − actual| / Σ actual (WAPE), {}", language.queue(queue)),
            format!("Σ|预测 − 实际| / Σ 实际(WAPE),{}", language.queue(queue)),
        ),
        &language.say(["model", "interval", "day", "week"], ["方法", "时段", "日", "周"]),
    );
    for model in models {
        let mut cells = vec![language.model(model)];
        cells.extend(
            [Grain::Interval, Grain::Day, Grain::Week]
                .map(|grain| number::percent(wape(rows, model, grain).unwrap_or(f64::NAN), 1, language)),
        );
        table.row(cells);
    }
    table.markup()
}

/// The intervals with the highest volume one should be ready for.
fn peaks(week: &Week<'_>, total: &Total) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let Some((_, hi80)) = total.band(0.80) else { return html! {} };
    let hi95 = total.band(0.95).map(|band| band.1);
    let mut order: Vec<usize> = (0..grid.len()).filter(|&t| total.mean[t] > 0.0).collect();
    order.sort_by(|&left, &right| hi80[right].total_cmp(&hi80[left]).then(left.cmp(&right)));
    let mut table = Table::new(
        language.say("The eight highest intervals", "最高的八个时段"),
        &language.say(
            ["interval", "forecast", "1 in 10 above", "1 in 40 above", "on contact"],
            ["时段", "预测", "一成可能超过", "2.5% 可能超过", "在线人数"],
        ),
    );
    for &t in order.iter().take(8) {
        table.row(vec![
            language.moment(grid.local(t)),
            number::quantity(total.mean[t], 1),
            number::quantity(hi80[t], 1),
            number::quantity(hi95.map_or(f64::NAN, |hi| hi[t]), 1),
            number::quantity(week.coverage.on_contact[t], 0),
        ]);
    }
    html! {
        @if !table.is_empty() { h3 { (language.say("Peaks to be ready for", "需要防备的高峰")) } (table.markup()) }
        p.aside { (language.say(
            "Intervals of all queues together take the error of the day's level as shared by the queues and the noise of intervals as independent.",
            "全部队列合计的区间假定:日水平误差为各队列共有,时段噪声相互独立。",
        )) }
    }
}
