//! Behind the service: waits by percentile, days, agents by group, deferred work, and why service was missed.

use maud::{Markup, html};
use solver_data::{AttributedMiss, Estimate, QueuePerformance, ServicePerformance};

use crate::report::chart::{Bar, StackedBars, WIDE, stacked_bars};
use crate::report::figure::{Figure, key};
use crate::report::number;
use crate::report::table::Table;
use crate::report::week::Week;
use crate::report::words::Language;

/// Most days in the table of misses, the worst first.
const MISSES: usize = 20;

/// Tables under the service figure.
pub fn behind(week: &Week<'_>) -> Markup {
    let performance = &week.planned.performance;
    let language = week.language;
    html! {
        (waits(performance, language).markup())
        (groups(week).markup())
        @if let Some(table) = deferred(performance, language) { (table.markup()) }
        @if let Some(misses) = misses(week) { (misses) }
    }
}

/// Seconds up to two hours, hours beyond.
fn time(seconds: f64) -> String {
    if seconds < 7200.0 {
        format!("{}\u{a0}s", number::quantity(seconds, 0))
    } else {
        format!("{}\u{a0}h", number::quantity(seconds / 3600.0, 1))
    }
}

fn waits(performance: &ServicePerformance, language: Language) -> Table {
    let caption = language.say(
        "Waits of the answered by percentile, and the service level of single days: one in twenty is at or below the last column",
        "已应答联络的等待分位数，以及单日服务水平：二十日中约有一日不高于末列",
    );
    let head = language.say(
        ["queue", "half within", "80 %", "90 %", "95 %", "99 %", "longest", "middle day", "poor day"],
        ["队列", "50%", "80%", "90%", "95%", "99%", "最长", "中位日", "较差日"],
    );
    let mut table = Table::new(caption, &head);
    let all = std::iter::once(&performance.overall).chain(&performance.queues);
    for queue in all.filter(|queue| queue.horizon.offered.mean > 0.0) {
        let detail = &queue.detail;
        let mut cells = vec![language.queue(&queue.queue)];
        cells.extend(detail.wait_percentiles.iter().map(|wait| time(wait.mean)));
        cells.push(time(detail.longest_wait.mean));
        cells.extend([2, 0].map(|place| number::percent(detail.day_quantiles[place], 0, language)));
        table.row(cells);
    }
    table
}

fn groups(week: &Week<'_>) -> Table {
    let language = week.language;
    let caption = language.say("Busy share of time on contact, by agents who serve the same queues", "各技能组在岗占用率");
    let head = language.say(["queues", "agents", "busy"], ["队列", "人数", "占用率"]);
    let mut table = Table::new(caption, &head);
    for group in &week.planned.performance.groups {
        let level = group.level.map_or(String::new(), |level| format!(" · {}", week.planned.centre.levels[level].name));
        table.row(vec![
            group.queues.join(" + ") + &level,
            number::count(group.agents),
            number::percent_estimate(group.occupancy, language),
        ]);
    }
    table
}

fn deferred(performance: &ServicePerformance, language: Language) -> Option<Table> {
    let queues: Vec<&QueuePerformance> =
        performance.queues.iter().filter(|queue| queue.detail.deferred.is_some() && queue.horizon.offered.mean > 0.0).collect();
    if queues.is_empty() {
        return None;
    }
    let caption =
        language.say("Work that may wait: done by its deadline, and what piles up meanwhile", "可延后工作：按期完成与积压");
    let head = language.say(
        ["queue", "came", "done", "by the deadline", "most waiting", "oldest", "waiting at the end"],
        ["队列", "到达", "完成", "按期完成", "最大积压", "最久", "期末积压"],
    );
    let mut table = Table::new(caption, &head);
    let most = |series: &[Estimate]| series.iter().map(|own| own.mean).fold(0.0, f64::max);
    for queue in queues {
        let Some(own) = &queue.detail.deferred else { continue };
        table.row(vec![
            language.queue(&queue.queue),
            number::quantity(queue.horizon.offered.mean, 0),
            number::quantity(own.done.mean, 0),
            number::percent_estimate(own.in_time, language),
            number::quantity(most(&own.backlog), 0),
            time(most(&own.oldest_seconds)),
            number::quantity(own.backlog.last().map_or(0.0, |left| left.mean), 0),
        ]);
    }
    Some(table)
}

/// Misses of the replay taken apart, of the simulation where there is no replay.
fn misses(week: &Week<'_>) -> Option<Markup> {
    let language = week.language;
    let replay = week.planned.replay.as_ref().map(|replay| &replay.performance.attribution);
    let all = replay.filter(|misses| !misses.is_empty()).unwrap_or(&week.planned.performance.attribution);
    let mut missed: Vec<&AttributedMiss> = all.iter().filter(|miss| miss.served.mean < miss.wanted).collect();
    if missed.is_empty() {
        return None;
    }
    missed.sort_by(|a, b| {
        (a.day.is_some(), b.wanted - b.served.mean)
            .partial_cmp(&(b.day.is_some(), a.wanted - a.served.mean))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let horizon = missed.iter().filter(|miss| miss.day.is_none()).count();
    missed.truncate(horizon + MISSES);
    let parts = |miss: &AttributedMiss| [miss.volume, miss.handle_time, miss.absence, miss.fit].map(|part| part.mean);
    let bars: Vec<Bar> = missed[..horizon.max(1)]
        .iter()
        .map(|miss| Bar {
            label: language.queue(&miss.queue),
            short: language.queue(&miss.queue),
            parts: CLASSES.iter().zip(parts(miss)).map(|(class, part)| ((*class).to_owned(), 100.0 * part.max(0.0))).collect(),
            total: number::signed(100.0 * (miss.wanted - miss.served.mean), 1),
        })
        .collect();
    let conclusion = conclusion(missed[0], language);
    let names =
        language.say(["volume", "handle time", "absence", "fit of the roster"], ["业务量", "处理时长", "缺勤", "排班匹配"]);
    let entries: Vec<(&str, &str)> = KEYS.into_iter().zip(names).collect();
    let points = language.say("points", "百分点");
    let picture = html! {
        (key(&entries))
        (stacked_bars(&StackedBars { bars: &bars, unit: points }, (WIDE, 220.0), &conclusion))
    };
    let title = language.say("What missed service is due to", "未达标的原因").to_owned();
    Some(Figure { title, conclusion, picture, data: miss_table(&missed, language).markup() }.markup(language))
}

/// Volume in the colour of demand, handle time in that of cost, absence hatched, the roster in the colour of the required.
const CLASSES: [&str; 4] = ["m-volume", "m-handle", "m-absence", "m-fit"];
const KEYS: [&str; 4] = ["k-fill m-volume", "k-fill m-handle", "k-break", "k-fill m-fit"];

fn conclusion(worst: &AttributedMiss, language: Language) -> String {
    let parts = [
        (worst.volume.mean, language.say("volume", "业务量")),
        (worst.handle_time.mean, language.say("handle times", "处理时长")),
        (worst.absence.mean, language.say("absence", "缺勤")),
        (worst.fit.mean, language.say("the fit of the roster", "排班匹配")),
    ];
    let largest = parts.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
    let missed = number::quantity(100.0 * (worst.wanted - worst.served.mean), 1);
    let (queue, part) = (language.queue(&worst.queue), number::signed(100.0 * largest.0, 1));
    language.say(
        format!("{queue} misses its target by {missed} points; most is due to {} ({part}). Parts below zero helped.", largest.1),
        format!("{queue} 低于目标 {missed} 个百分点，主要原因是{}（{part}）。负值表示改善。", largest.1),
    )
}

fn miss_table(missed: &[&AttributedMiss], language: Language) -> Table {
    let caption = language.say(
        "Missed service in percentage points: volume, handle time, absence and fit add up to wanted less served",
        "未达标幅度（百分点）：业务量、处理时长、缺勤与排班匹配之和等于目标减实际",
    );
    let head = language.say(
        ["queue", "day", "wanted", "served", "volume", "handle time", "absence", "fit"],
        ["队列", "日期", "目标", "实际", "业务量", "处理时长", "缺勤", "排班匹配"],
    );
    let mut table = Table::new(caption, &head).with_text(&[1]);
    for miss in missed {
        let day = miss.day.map_or_else(|| language.say("all", "全部").to_owned(), |day| language.day_short(day));
        let mut cells = vec![
            language.queue(&miss.queue),
            day,
            number::percent(miss.wanted, 0, language),
            number::percent_estimate(miss.served, language),
        ];
        let parts = [miss.volume, miss.handle_time, miss.absence, miss.fit];
        cells.extend(parts.map(|part| number::signed(100.0 * part.mean, 1)));
        table.row(cells);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::Fixture;

    #[test]
    fn misses_of_the_replay_are_told_with_their_largest_cause() {
        let (mut planned, meta) = (Fixture::BANK.planned(), Fixture::meta());
        let estimate = |mean| Estimate { mean, half_width: 0.01 };
        let queue = planned.centre.queues.iter().next().map(|queue| queue.name.clone()).unwrap();
        planned.replay.as_mut().unwrap().performance.attribution = vec![AttributedMiss {
            queue: queue.clone(),
            day: None,
            wanted: 0.8,
            served: estimate(0.7),
            volume: estimate(0.08),
            handle_time: estimate(0.03),
            absence: estimate(0.02),
            fit: estimate(-0.03),
        }];
        let html = crate::report::render(&planned, &meta, Language::English);
        assert!(html.contains(&format!("{queue} misses its target by 10.0 points; most is due to volume (+8.0).")));
        planned.replay.as_mut().unwrap().performance.attribution[0].served = estimate(0.9);
        let html = crate::report::render(&planned, &meta, Language::English);
        assert!(!html.contains("misses its target by"));
    }
}
