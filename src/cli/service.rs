//! Simulated service on one screen, for standard error.

use std::fmt::Write as _;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use solver_data::{AttributedMiss, Centre, Estimate, QueuePerformance, ServicePerformance};

use super::Language;

/// Longest list of misses shown; the file holds all of them.
const MISSES: usize = 12;

/// Service by queue, agents by group, deferred work, and misses where they were taken apart.
pub fn summary(performance: &ServicePerformance, centre: &Centre, language: Language) -> String {
    let runs = performance.replications;
    let mut text = pick(
        language,
        format!("Simulated service, mean of {runs} replications ± 95 % confidence\n"),
        format!("模拟服务水平，{runs} 次重复的均值 ± 95% 置信区间\n"),
    );
    text.push_str(&queues(performance, language));
    let _ = write!(text, "\n{}", groups(performance, centre, language));
    for table in [deferred(performance, language), misses(performance, language)].into_iter().flatten() {
        let _ = write!(text, "\n{table}");
    }
    text
}

fn pick<T>(language: Language, english: T, chinese: T) -> T {
    match language {
        Language::En => english,
        Language::Zh => chinese,
    }
}

fn aligned(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled).set_header(head);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn percent_estimate(estimate: Estimate) -> String {
    format!("{:.1} ± {:.1} %", 100.0 * estimate.mean, 100.0 * estimate.half_width)
}

fn seconds(value: f64) -> String {
    if value < 7200.0 { format!("{value:.0} s") } else { format!("{:.1} h", value / 3600.0) }
}

fn queues(performance: &ServicePerformance, language: Language) -> String {
    let head = pick(
        language,
        ["queue", "contacts", "in time", "abandon", "mean wait", "P80", "P95", "P99", "days on target", "day P5–P95"],
        ["队列", "联络量", "及时率", "放弃率", "平均等待", "P80", "P95", "P99", "达标天数", "日水平 P5–P95"],
    );
    let all = performance.queues.iter().chain([&performance.overall]);
    let row = |queue: &QueuePerformance| {
        let (own, detail) = (&queue.horizon, &queue.detail);
        let wait = |place: usize| seconds(detail.wait_percentiles[place].mean);
        vec![
            queue.queue.clone(),
            format!("{:.0}", own.offered.mean),
            percent_estimate(own.service_level),
            percent(own.abandonment.mean),
            seconds(own.asa_seconds.mean),
            wait(1),
            wait(3),
            wait(4),
            percent_estimate(detail.days_on_target),
            format!("{:.0}–{:.0} %", 100.0 * detail.day_quantiles[0], 100.0 * detail.day_quantiles[4]),
        ]
    };
    aligned(&head, all.filter(|queue| queue.horizon.offered.mean > 0.0).map(row).collect())
}

fn groups(performance: &ServicePerformance, centre: &Centre, language: Language) -> String {
    let head = pick(language, ["agents who serve", "agents", "busy"], ["服务队列", "人数", "占用率"]);
    let rows = performance.groups.iter().map(|group| {
        let level = group.level.map_or(String::new(), |level| format!(", {}", centre.levels[level].name));
        vec![group.queues.join(" + ") + &level, group.agents.to_string(), percent_estimate(group.occupancy)]
    });
    aligned(&head, rows.collect())
}

fn deferred(performance: &ServicePerformance, language: Language) -> Option<String> {
    let head = pick(
        language,
        ["deferred work", "came", "done", "by the deadline", "most waiting", "oldest"],
        ["可延后工作", "到达", "完成", "按期完成", "最大积压", "最久"],
    );
    let most = |series: &[Estimate]| series.iter().map(|own| own.mean).fold(0.0, f64::max);
    let rows = performance.queues.iter().filter_map(|queue| {
        let own = queue.detail.deferred.as_ref()?;
        Some(vec![
            queue.queue.clone(),
            format!("{:.0}", queue.horizon.offered.mean),
            format!("{:.0}", own.done.mean),
            percent_estimate(own.in_time),
            format!("{:.0}", most(&own.backlog)),
            seconds(most(&own.oldest_seconds)),
        ])
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| aligned(&head, rows))
}

/// The largest misses by queue and day, then the queues that miss over the horizon.
fn misses(performance: &ServicePerformance, language: Language) -> Option<String> {
    if performance.attribution.is_empty() {
        return None;
    }
    let missed = |own: &&AttributedMiss| own.served.mean < own.wanted;
    let mut days: Vec<&AttributedMiss> = performance.attribution.iter().filter(|own| own.day.is_some()).filter(missed).collect();
    days.sort_by(|a, b| (b.wanted - b.served.mean).total_cmp(&(a.wanted - a.served.mean)));
    let horizon = performance.attribution.iter().filter(|own| own.day.is_none()).filter(missed);
    let head = pick(
        language,
        ["missed", "day", "wanted", "served", "volume", "handle time", "absence", "fit of the roster"],
        ["未达标", "日期", "目标", "实际", "业务量", "处理时长", "缺勤", "排班匹配"],
    );
    let part = |own: Estimate| format!("{:+.1}", 100.0 * own.mean);
    let row = |own: &AttributedMiss| {
        let day = own.day.map_or_else(|| pick(language, "all", "全部").to_owned(), |day| day.to_string());
        let parts = [own.volume, own.handle_time, own.absence, own.fit].map(part);
        [vec![own.queue.clone(), day, percent(own.wanted), percent(own.served.mean)], parts.to_vec()].concat()
    };
    let rows: Vec<_> = days.into_iter().take(MISSES).chain(horizon).map(row).collect();
    if rows.is_empty() {
        return Some(pick(language, "No service level is missed.\n", "没有未达标的服务水平。\n").to_owned());
    }
    let note = pick(
        language,
        "Parts in percentage points add up to what is missed; + cost service, - helped.\n",
        "各部分（百分点）之和等于未达标幅度；+ 表示损失，- 表示改善。\n",
    );
    Some(aligned(&head, rows) + note)
}
