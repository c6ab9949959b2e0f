//! Service: what the roster gives by simulation, and what it would have given to the contacts that came.

use maud::{Markup, html};
use solver_data::{Queue, QueuePerformance};

use super::behind::behind;
use crate::report::chart::{Dot, DotInterval, SMALL, Scale, dot_interval};
use crate::report::figure::{Figure, key, panel};
use crate::report::number;
use crate::report::promise::{Verdict, in_words, verdict_on, wanted_share};
use crate::report::table::Table;
use crate::report::volume::Volume;
use crate::report::week::{Promise, Week};
use crate::report::words::counted;

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    let language = week.language;
    let performance = &week.planned.performance;
    let all: Vec<&QueuePerformance> = std::iter::once(&performance.overall).chain(&performance.queues).collect();
    let least = all.iter().flat_map(|queue| &queue.days).filter(|day| day.offered.mean > 0.0);
    let least = least.map(|day| day.service_level.mean - day.service_level.half_width).fold(1.0, f64::min);
    let floor = if least >= 0.5 { 50.0 } else { 0.0 };
    let picture = html! {
        (service_key(week))
        div.panels.small { @for queue in &all { (queue_panel(week, queue, floor)) } }
    };
    let figure = Figure {
        title: language.say("Share answered in time, by queue and day", "各队列各日及时应答率").to_owned(),
        conclusion: conclusion(week),
        picture,
        data: day_table(week, &all).markup(),
    };
    html! { (summary(week, &all)) (figure.markup(language)) (behind(week)) }
}

fn service_key(week: &Week<'_>) -> Markup {
    let language = week.language;
    let mut entries = vec![
        ("k-dot", language.say("simulated, with 95 % confidence interval", "模拟值与 95% 置信区间")),
        ("k-close", language.say("too close to call: the interval holds the target", "难以判定：区间包含目标")),
        ("k-missed", language.say("missed: whole interval below the target", "未达到：整个区间低于目标")),
        ("k-target", language.say("target", "目标")),
    ];
    if week.planned.replay.is_some() {
        entries.push(("k-ring", language.say("replay of the real contacts", "真实来电回放")));
    }
    key(&entries)
}

/// The share wanted on a day.
fn target_on(week: &Week<'_>, queue: &str, day: usize) -> Option<f64> {
    if queue == "all" {
        return Promise::over(week.planned, day..day + 1).share;
    }
    wanted_share(queue_of(week, queue)?.target_on(week.grid().date(day)))
}

/// What a queue promises in words; the weighted share for all together.
fn wanted(week: &Week<'_>, queue: &str) -> Option<String> {
    if queue == "all" {
        return week.promise.share.map(|share| number::percent(share, 0, week.language));
    }
    in_words(week, queue_of(week, queue)?)
}

/// How a queue stands to all it promises; all together, to the weighted share.
fn verdict(week: &Week<'_>, queue: &QueuePerformance) -> Option<Verdict> {
    if queue.queue == "all" {
        return week.promise.share.map(|share| Verdict::at_least(share, queue.horizon.service_level));
    }
    let mut entries = week.planned.centre.queues.entries();
    verdict_on(week, entries.find(|(_, own)| own.name == queue.queue)?.0)
}

fn queue_of<'a>(week: &'a Week<'_>, name: &str) -> Option<&'a Queue> {
    week.planned.centre.queues.iter().find(|queue| queue.name == name)
}

fn replay_of<'a>(week: &'a Week<'_>, queue: &QueuePerformance) -> Option<&'a QueuePerformance> {
    let replay = &week.planned.replay.as_ref()?.performance;
    if queue.queue == week.planned.performance.overall.queue {
        return Some(&replay.overall);
    }
    replay.queues.iter().find(|other| other.queue == queue.queue)
}

fn queue_panel(week: &Week<'_>, queue: &QueuePerformance, floor: f64) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let replay = replay_of(week, queue);
    let dots: Vec<Dot> = (0..grid.days())
        .map(|day| {
            let measures = queue.days.get(day).filter(|measures| measures.offered.mean > 0.0);
            let replayed = replay.and_then(|replay| replay.days.get(day)).filter(|measures| measures.offered.mean > 0.0);
            Dot {
                label: language.weekday_short(chrono::Datelike::weekday(&grid.date(day))).to_owned(),
                estimate: measures.map(|m| (m.service_level.mean * 100.0, m.service_level.half_width * 100.0)),
                replay: replayed.map(|measures| measures.service_level.mean * 100.0),
                target: target_on(week, &queue.queue, day).map(|share| share * 100.0),
            }
        })
        .collect();
    let step = if floor > 0.0 { 10.0 } else { 25.0 };
    let chart = DotInterval { dots: &dots, scale: Scale::between(floor, 100.0, step, (116.0, 20.0)), unit: "%" };
    let note = format!(
        "{}{}",
        if queue.horizon.offered.mean > 0.0 {
            number::percent_estimate(queue.horizon.service_level, language)
        } else {
            language.say("no contacts", "没有联络量").to_owned()
        },
        wanted(week, &queue.queue)
            .map_or_else(String::new, |target| { language.say(format!(" ({target} wanted)"), format!("（目标 {target}）")) })
    );
    let name = language.queue(&queue.queue);
    panel(&name, &note, &dot_interval(&chart, (SMALL, 140.0), &format!("{name}: {note}")))
}

fn conclusion(week: &Week<'_>) -> String {
    let (grid, language) = (week.grid(), week.language);
    let overall = &week.planned.performance.overall;
    let days = number::percent(overall.days_meeting_target, 0, language);
    let worst = (0..grid.days())
        .filter_map(|day| {
            overall.days.get(day).filter(|measures| measures.offered.mean > 0.0).map(|measures| (day, measures.service_level))
        })
        .min_by(|left, right| left.1.mean.total_cmp(&right.1.mean));
    match worst {
        Some((day, level)) => {
            let (name, level) = (language.day(grid.date(day)), number::percent_estimate(level, language));
            language.say(
                format!("{days} of the simulated days meet the target of every queue; {name} is weakest with {level}."),
                format!("{days} 的模拟日达到目标；{name} 最弱，为 {level}。"),
            )
        }
        None => language.say("No contacts, no service to measure.", "没有联络量，无从衡量服务水平。").to_owned(),
    }
}

fn summary(week: &Week<'_>, all: &[&QueuePerformance]) -> Markup {
    let language = week.language;
    let replications = week.planned.performance.replications;
    let runs = counted(replications as usize, "replication", "replications");
    let mut head = language.say(
        vec!["queue", "contacts", "in time", "target", "verdict", "abandon", "mean wait, s", "days on target"],
        vec!["队列", "联络量", "及时率", "目标", "判定", "放弃率", "平均等待（秒）", "达标天数"],
    );
    if week.planned.replay.is_some() {
        head.push(language.say("replay", "回放"));
    }
    let days = week.planned.replay.as_ref().and_then(|_| Volume::total(week).partly(week, week.demand.grid));
    let replayed = days
        .map(|days| language.say(format!("; replay of {days} with known contacts"), format!("；回放仅覆盖有真实来电的{days}")));
    let caption = language.say(
        format!("Simulated service of the whole plan: mean of {runs} ± half-width of the 95 % confidence interval"),
        format!("计划期模拟服务水平：{replications} 次重复的均值 ± 95% 置信区间半宽"),
    );
    let mut table = Table::new(caption + &replayed.unwrap_or_default(), &head).with_text(&[4]);
    for queue in all {
        if queue.horizon.offered.mean <= 0.0 {
            let mut cells = vec![number::UNKNOWN.to_owned(); head.len()];
            (cells[0], cells[1]) = (language.queue(&queue.queue), number::quantity(0.0, 0));
            table.row(cells);
            continue;
        }
        let mut cells = vec![
            language.queue(&queue.queue),
            number::quantity(queue.horizon.offered.mean, 0),
            number::percent_estimate(queue.horizon.service_level, language),
            wanted(week, &queue.queue).unwrap_or_else(|| number::UNKNOWN.to_owned()),
            verdict(week, queue).map_or(number::UNKNOWN, |verdict| verdict.word(language)).to_owned(),
            number::percent_estimate(queue.horizon.abandonment, language),
            number::estimate(queue.horizon.asa_seconds, 0),
            number::percent(queue.days_meeting_target, 0, language),
        ];
        if week.planned.replay.is_some() {
            let share = replay_of(week, queue).map_or(f64::NAN, |replay| replay.horizon.service_level.mean);
            cells.push(number::percent(share, 1, language));
        }
        table.row(cells);
    }
    table.markup()
}

fn day_table(week: &Week<'_>, all: &[&QueuePerformance]) -> Table {
    let (grid, language) = (week.grid(), week.language);
    let days: Vec<String> = grid.dates().iter().map(|&date| language.day_short(date)).collect();
    let mut head = vec![language.say("queue", "队列"), language.say("series", "序列")];
    head.extend(days.iter().map(String::as_str));
    let mut table = Table::new(language.say("Share answered in time by day", "各日及时应答率"), &head).with_text(&[1]);
    for queue in all {
        let mut cells = vec![language.queue(&queue.queue), language.say("simulated", "模拟").to_owned()];
        cells.extend(queue.days.iter().map(|day| {
            if day.offered.mean > 0.0 {
                number::percent_estimate(day.service_level, language)
            } else {
                number::UNKNOWN.to_owned()
            }
        }));
        table.row(cells);
        if let Some(replay) = replay_of(week, queue) {
            let mut cells = vec![language.queue(&queue.queue), language.say("replay", "回放").to_owned()];
            cells.extend(replay.days.iter().map(|day| {
                if day.offered.mean > 0.0 {
                    number::percent(day.service_level.mean, 1, language)
                } else {
                    number::UNKNOWN.to_owned()
                }
            }));
            table.row(cells);
        }
    }
    table
}
