//! Demand: forecast against actual, with its uncertainty, per day and per queue.

use maud::{Markup, html};
use solver_data::QueueForecast;

use crate::report::chart::{BandLine, PANEL_WIDTH, Scale, band_line};
use crate::report::figure::{Figure, key, panel};
use crate::report::number;
use crate::report::table::Table;
use crate::report::volume::{Matched, Volume, beside_name};
use crate::report::week::Week;

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    let total = Volume::total(week);
    html! {
        (by_day(week, &total))
        (by_queue(week))
        (super::peaks::heat(week))
        (super::peaks::changes(week))
        (super::accuracy::accuracy(week))
    }
}

fn by_day(week: &Week<'_>, total: &Volume) -> Markup {
    let (grid, language) = (week.demand.grid, week.language);
    let largest = total.largest();
    let minutes = grid.interval_minutes();
    let unit = language.say(format!("contacts / {minutes} min"), format!("联络量 / {minutes} 分钟"));
    let picture = html! {
        (band_key(week, total))
        div.panels {
            @for day in 0..grid.days() {
                @let chart = BandLine {
                    axis: week.demand.axis(day..day + 1, &total.open, (32.0, PANEL_WIDTH - 6.0)),
                    scale: Scale::from_zero(largest, 4, (150.0, 22.0)), unit: &unit, open: &total.open, mean: &total.mean,
                    bands: [total.band(0.80), total.band(0.95)], actual: total.counts.as_deref(), peak: peak(week, total, day),
                };
                @let note = total.compared(week, grid, grid.day_range(day));
                @let name = language.day(grid.date(day));
                (panel(&name, &note, &band_line(&chart, (PANEL_WIDTH, 168.0), &format!("{name}: {note}"), language)))
            }
            div.panel.rest { (peaks(week, total)) }
        }
    };
    let name = beside_name(week);
    Figure {
        title: language.say(format!("Forecast and {name}, all queues"), format!("全部队列：预测与{name}")),
        conclusion: conclusion(week, total),
        picture,
        data: day_table(week, total).markup(),
    }
    .markup(language)
}

fn band_key(week: &Week<'_>, volume: &Volume) -> Markup {
    let language = week.language;
    let mut entries = vec![
        ("k-mean", language.say("forecast", "预测")),
        ("k-band80", language.say("80 % interval", "80% 区间")),
        ("k-band95", language.say("95 % interval", "95% 区间")),
    ];
    entries.extend(volume.counts.as_ref().map(|_| ("k-actual", beside_name(week))));
    entries.push(("k-closed", language.say("closed", "非营业时间")));
    key(&entries)
}

fn conclusion(week: &Week<'_>, total: &Volume) -> String {
    let language = week.language;
    let whole = 0..week.demand.grid.len();
    let expected = total.expected(whole.clone());
    let forecast = number::quantity(expected, 0);
    let Some(Matched { expected, came, .. }) = total.matched(whole) else {
        return language.say(format!("{forecast} contacts are expected."), format!("预计联络量 {forecast}。"));
    };
    let difference = number::percent((expected / came - 1.0).abs(), 1, language);
    let more = expected >= came;
    let [compared, came] = [expected, came].map(|contacts| number::quantity(contacts, 0));
    let days = total.partly(week, week.demand.grid);
    let Some(share) = inside(week, total) else {
        let word = if more { language.say("more", "多") } else { language.say("fewer", "少") };
        return match days {
            None => language.say(
                format!("{forecast} contacts are expected, {difference} {word} than the week before ({came})."),
                format!("预计联络量 {forecast}，比上一周（{came}）{word} {difference}。"),
            ),
            Some(days) => language.say(
                format!("{forecast} contacts are expected; the week before is known for {days}: {compared} are expected in the same intervals, {difference} {word} than then ({came})."),
                format!("预计联络量 {forecast}；上一周数据仅覆盖{days}：相同时段预计 {compared}，比当时（{came}）{word} {difference}。"),
            ),
        };
    };
    let word = if more { language.say("too high", "偏高") } else { language.say("too low", "偏低") };
    let (held, held_chinese) =
        (format!("{share} of the intervals fell into the 80 % interval."), format!("{share} 的时段落在 80% 区间内。"));
    match days {
        None => language.say(
            format!("{forecast} contacts were forecast and {came} came: {difference} {word}. {held}"),
            format!("预测 {forecast}，实际 {came}，{word} {difference}；{held_chinese}"),
        ),
        Some(days) => language.say(
            format!("{forecast} contacts are forecast; actual known for {days}: there {compared} were forecast and {came} came, {difference} {word}. {held}"),
            format!("预测 {forecast}；实际数据仅覆盖{days}：相同时段预测 {compared}，实际 {came}，{word} {difference}；{held_chinese}"),
        ),
    }
}

/// Share of the intervals with real contacts that fell into the 80 % interval.
fn inside(week: &Week<'_>, total: &Volume) -> Option<String> {
    week.planned.replay.as_ref()?;
    let ((lo, hi), counts) = (total.band(0.80)?, total.counts.as_ref()?);
    let known = (0..counts.len())
        .filter(|&t| total.open[t] && total.is_matched(t))
        .filter_map(|t| Some((t, counts[t]?)))
        .collect::<Vec<_>>();
    let held = known.iter().filter(|&&(t, count)| lo[t] <= count && count <= hi[t]).count();
    Some(number::percent(held as f64 / known.len().max(1) as f64, 0, week.language))
}

/// The highest expected interval of a day.
fn peak(week: &Week<'_>, total: &Volume, day: usize) -> Option<(usize, String)> {
    let range = week.demand.window.of(week.demand.grid, day);
    let t = range.max_by(|&left, &right| total.mean[left].total_cmp(&total.mean[right]).then(right.cmp(&left)))?;
    let (_, hi) = total.band(0.80)?;
    (total.mean[t] > 0.0).then(|| {
        let (mean, hi) = (number::quantity(total.mean[t], 0), number::quantity(hi[t], 0));
        let at = week.demand.grid.local(t).format("%H:%M");
        (t, week.language.say(format!("{at}: {mean}, 1 in 10 above {hi}"), format!("{at} 预计 {mean}，10% 概率超过 {hi}")))
    })
}

fn day_table(week: &Week<'_>, total: &Volume) -> Table {
    let (grid, language) = (week.demand.grid, week.language);
    let mut table = Table::new(
        language.say("Contacts by interval, all queues, local time", "各时段联络量，全部队列（当地时间）"),
        &[
            language.say("interval", "时段"),
            language.say("forecast", "预测"),
            language.say("80 % from", "80% 下限"),
            language.say("to", "上限"),
            language.say("95 % from", "95% 下限"),
            language.say("to", "上限"),
            beside_name(week),
        ],
    );
    let end = |level: f64, upper: usize, t: usize| {
        let value = total.band(level).map_or(f64::NAN, |(lo, hi)| [lo, hi][upper][t]);
        number::quantity(value, 1)
    };
    for t in (0..grid.len()).filter(|&t| total.open[t]) {
        let came = total.counts.as_ref().and_then(|counts| counts[t]).unwrap_or(f64::NAN);
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

fn by_queue(week: &Week<'_>) -> Markup {
    let (hours, language) = (&week.demand.hours, week.language);
    let queues: Vec<(&QueueForecast, Volume)> =
        week.planned.forecast.queues.iter().map(|queue| (queue, Volume::hourly(week, queue))).collect();
    let largest = queues.iter().map(|(_, volume)| volume.largest()).fold(0.0, f64::max);
    let picture = html! {
        @if let Some((_, first)) = queues.first() { (band_key(week, first)) }
        div.panels { @for (queue, volume) in &queues {
            @let chart = BandLine {
                axis: hours.axis(week.demand.window, &volume.open, (32.0, PANEL_WIDTH - 2.0)),
                scale: Scale::from_zero(largest, 3, (118.0, 20.0)), unit: language.say("contacts / h", "联络量 / 小时"),
                open: &volume.open, mean: &volume.mean,
                bands: [volume.band(0.80), volume.band(0.95)], actual: volume.counts.as_deref(), peak: None,
            };
            @let note = volume.compared(week, &hours.grid, 0..volume.mean.len());
            (panel(&queue_title(week, &queue.name), &note,
                &band_line(&chart, (PANEL_WIDTH, 138.0), &format!("{}: {note}", queue.name), language)))
        } }
    };
    Figure {
        title: language.say("Each queue by the hour, all on one scale", "各队列逐小时走势（同一刻度）").to_owned(),
        conclusion: queue_conclusion(week),
        picture,
        data: queue_table(week, &queues).markup(),
    }
    .markup(language)
}

fn queue_title(week: &Week<'_>, name: &str) -> String {
    match week.planned.centre.queues.iter().find(|queue| queue.name == name && !queue.title.is_empty()) {
        Some(queue) => format!("{name} · {}", queue.title),
        None => name.to_owned(),
    }
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
fn queue_table(week: &Week<'_>, queues: &[(&QueueForecast, Volume)]) -> Table {
    let (grid, language) = (&week.demand.hours.grid, week.language);
    let days: Vec<String> = grid.dates().iter().map(|&date| language.day_short(date)).collect();
    let mut head = vec![language.say("queue", "队列"), language.say("series", "序列")];
    head.extend(days.iter().map(String::as_str));
    head.push(language.say("sum", "合计"));
    let partly = queues.iter().find_map(|(_, volume)| volume.partly(week, grid).filter(|_| volume.counts.is_some()));
    let partly = partly.map(|days| {
        let name = beside_name(week);
        language.say(format!("; {name} known for {days}"), format!("（{name}仅覆盖{days}）"))
    });
    let caption = language.say("Contacts by queue and day", "各队列各日联络量").to_owned() + &partly.unwrap_or_default();
    let mut table = Table::new(caption, &head).with_text(&[1]);
    let ranges = || (0..grid.days()).map(|day| grid.day_range(day)).chain(std::iter::once(0..grid.len()));
    for (queue, volume) in queues {
        let mut cells = vec![queue.name.clone(), language.say("forecast", "预测").to_owned()];
        cells.extend(ranges().map(|range| number::quantity(volume.expected(range), 1)));
        table.row(cells);
        if volume.counts.is_some() {
            let mut cells = vec![queue.name.clone(), beside_name(week).to_owned()];
            cells.extend(ranges().map(|range| number::quantity(volume.came(range).unwrap_or(f64::NAN), 0)));
            table.row(cells);
        }
    }
    table
}

/// The intervals with the highest volume one should be ready for.
fn peaks(week: &Week<'_>, total: &Volume) -> Markup {
    let (grid, language) = (week.demand.grid, week.language);
    let Some((_, hi80)) = total.band(0.80) else { return html! {} };
    let hi95 = total.band(0.95).map(|band| band.1);
    let mut order: Vec<usize> = (0..grid.len()).filter(|&t| total.mean[t] > 0.0).collect();
    order.sort_by(|&left, &right| hi80[right].total_cmp(&hi80[left]).then(left.cmp(&right)));
    let mut table = Table::new(
        language.say("The peaks to be ready for: highest intervals, all queues", "需要防备的高峰：最高的时段（全部队列）"),
        &language.say(
            ["interval", "forecast", "1 in 10 above", "1 in 40 above", "on contact"],
            ["时段", "预测", "10% 概率超过", "2.5% 概率超过", "在线人数"],
        ),
    );
    for &t in order.iter().take(6) {
        table.row(vec![
            language.moment(grid.local(t)),
            number::quantity(total.mean[t], 1),
            number::quantity(hi80[t], 0),
            number::quantity(hi95.map_or(f64::NAN, |hi| hi[t]), 0),
            number::quantity(week.demand.fewest(&week.coverage.on_contact, t), 0),
        ]);
    }
    html! { @if !table.is_empty() { (table.markup()) } }
}
