//! `performance.csv`: simulated service by interval, day, week and horizon, then what lies behind it.

use chrono::NaiveTime;

use super::csv_text::{CsvText, number, share, stamp};
use crate::performance::{
    AttributedMiss, DAY_QUANTILES, Estimate, GroupPerformance, QueuePerformance, ServiceMeasures, ServicePerformance,
    WAIT_PERCENTILES,
};

const HEADER: [&str; 18] = [
    "queue",
    "grain",
    "timestamp",
    "offered",
    "answered",
    "service_level",
    "service_level_half_width",
    "abandonment",
    "asa_seconds",
    "occupancy",
    "abandonment_half_width",
    "asa_half_width",
    "target_met",
    "backlog",
    "oldest_seconds",
    "measure",
    "value",
    "half_width",
];
/// Place of the measure among the columns.
const MEASURE: usize = 15;

/// One row for each queue and interval, day, week and horizon with contacts; then the same for all queues together.
///
/// `grain` is `interval`, `day`, `week` or `horizon`; the half-widths are those of 95 % confidence intervals. Occupancy
/// belongs to the agents, not to a queue: only the intervals of all queues together have it. `target_met` is the share of
/// replications in which the queue's promise held in that interval, day or week, where it is judged so. `backlog` and
/// `oldest_seconds` tell what waits at the end of an interval of a deferred queue, also where nothing was offered.
///
/// Rows with a `measure` follow. Grain `detail`, over the horizon: percentiles of the wait, the longest wait, quantiles of
/// the service level over days, days on target, redials and the like by queue. Grain `group` and `group_day`: `occupancy`
/// by group of agents, named by its queues joined by `;`. Where misses were taken apart, grain `miss` over the horizon and
/// `miss_day`: the parts `wanted`, `served`, `volume`, `handle_time`, `absence` and `fit`, the last four adding up to
/// wanted - served.
pub fn performance_csv(performance: &ServicePerformance) -> String {
    let mut text = CsvText::new(&HEADER);
    let all = || performance.queues.iter().chain([&performance.overall]);
    for queue in all() {
        queue_rows(performance, queue, &mut text);
    }
    let horizon = stamp(performance.grid.date(0).and_time(NaiveTime::MIN));
    for queue in all().filter(|queue| queue.horizon.offered.mean > 0.0) {
        detail_rows(queue, &horizon, &mut text);
    }
    for group in &performance.groups {
        group_rows(performance, group, &mut text);
    }
    for miss in &performance.attribution {
        miss_rows(performance, miss, &mut text);
    }
    text.finish()
}

/// What a stretch has beyond its measures.
#[derive(Debug, Clone, Copy)]
struct Beside {
    occupancy: f64,
    target_met: f64,
    backlog: f64,
    oldest: f64,
}

const NOTHING: Beside = Beside { occupancy: f64::NAN, target_met: f64::NAN, backlog: f64::NAN, oldest: f64::NAN };

fn queue_rows(performance: &ServicePerformance, queue: &QueuePerformance, text: &mut CsvText) {
    let grid = &performance.grid;
    let is_overall = std::ptr::eq(queue, &raw const performance.overall);
    let judged = |period: crate::TargetPeriod, interval: usize| {
        let own = (queue.detail.period == period).then(|| queue.detail.judged.iter().find(|own| own.interval == interval));
        own.flatten().map_or(f64::NAN, |own| own.met.mean)
    };
    for (t, measures) in queue.intervals.iter().enumerate() {
        let deferred = queue.detail.deferred.as_ref();
        let waits = |of: fn(&crate::DeferredService) -> &Vec<Estimate>| {
            deferred.and_then(|own| of(own).get(t)).map_or(f64::NAN, |own| own.mean)
        };
        let beside = Beside {
            occupancy: performance.occupancy.get(t).filter(|_| is_overall).map_or(f64::NAN, |busy| busy.mean),
            target_met: judged(crate::TargetPeriod::Interval, t),
            backlog: waits(|own| &own.backlog),
            oldest: waits(|own| &own.oldest_seconds),
        };
        row([&queue.queue, "interval", &stamp(grid.local(t))], measures, beside, text);
    }
    for (day, measures) in queue.days.iter().enumerate() {
        let beside = Beside { target_met: judged(crate::TargetPeriod::Day, grid.day_range(day).start), ..NOTHING };
        row([&queue.queue, "day", &stamp(grid.date(day).and_time(NaiveTime::MIN))], measures, beside, text);
    }
    for (measures, &first) in queue.weeks.iter().zip(&performance.weeks) {
        let start = grid.day_of_date(first).map_or(0, |day| grid.day_range(day).start);
        let beside = Beside { target_met: judged(crate::TargetPeriod::Week, start), ..NOTHING };
        row([&queue.queue, "week", &stamp(first.and_time(NaiveTime::MIN))], measures, beside, text);
    }
    row([&queue.queue, "horizon", &stamp(grid.date(0).and_time(NaiveTime::MIN))], &queue.horizon, NOTHING, text);
}

/// A row, unless no contact was offered and nothing waits, where no share has a meaning.
fn row(key: [&str; 3], measures: &ServiceMeasures, beside: Beside, text: &mut CsvText) {
    let offered = measures.offered.mean > 0.0;
    if !offered && (beside.backlog.is_nan() || beside.backlog <= 0.0) {
        return;
    }
    let [queue, grain, timestamp] = key;
    let known = |value: f64| if offered { value } else { f64::NAN };
    text.row(&[
        queue,
        grain,
        timestamp,
        &number(measures.offered.mean),
        &number(measures.answered.mean),
        &share(known(measures.service_level.mean)),
        &share(known(measures.service_level.half_width)),
        &share(known(measures.abandonment.mean)),
        &number(known(measures.asa_seconds.mean)),
        &share(beside.occupancy),
        &share(known(measures.abandonment.half_width)),
        &number(known(measures.asa_seconds.half_width)),
        &share(beside.target_met),
        &number(beside.backlog),
        &number(beside.oldest),
        "",
        "",
        "",
    ]);
}

/// A row of one named measure.
fn measure_row(key: [&str; 3], measure: &str, estimate: Estimate, text: &mut CsvText) {
    let mut cells = [const { String::new() }; HEADER.len()];
    for (cell, part) in cells.iter_mut().zip(key) {
        part.clone_into(cell);
    }
    measure.clone_into(&mut cells[MEASURE]);
    (cells[MEASURE + 1], cells[MEASURE + 2]) = (share(estimate.mean), share(estimate.half_width));
    text.row(&cells);
}

fn detail_rows(queue: &QueuePerformance, horizon: &str, text: &mut CsvText) {
    let key = [queue.queue.as_str(), "detail", horizon];
    let detail = &queue.detail;
    for (percentile, &wait) in WAIT_PERCENTILES.iter().zip(&detail.wait_percentiles) {
        measure_row(key, &format!("wait_p{:.0}_seconds", 100.0 * percentile), wait, text);
    }
    measure_row(key, "longest_wait_seconds", detail.longest_wait, text);
    for (quantile, &mean) in DAY_QUANTILES.iter().zip(&detail.day_quantiles) {
        let estimate = Estimate { mean, half_width: 0.0 };
        measure_row(key, &format!("day_service_level_p{:.0}", 100.0 * quantile), estimate, text);
    }
    measure_row(key, "days_on_target", detail.days_on_target, text);
    let flow = &detail.flow;
    let counts = [
        (flow.redials, "redials", None),
        (flow.escalated, "escalated", None),
        (
            flow.callbacks,
            "callbacks",
            Some(vec![(flow.callbacks_made, "callbacks_made"), (flow.callbacks_in_time, "callbacks_in_time")]),
        ),
        (flow.wrap_ups, "wrap_ups", Some(vec![(flow.wrap_ups_in_time, "wrap_ups_in_time")])),
    ];
    for (count, name, beside) in counts.into_iter().filter(|(count, ..)| count.mean > 0.0) {
        measure_row(key, name, count, text);
        for (estimate, name) in beside.into_iter().flatten() {
            measure_row(key, name, estimate, text);
        }
    }
    if let Some(deferred) = &detail.deferred {
        measure_row(key, "done", deferred.done, text);
        measure_row(key, "done_by_deadline", deferred.in_time, text);
    }
}

fn group_rows(performance: &ServicePerformance, group: &GroupPerformance, text: &mut CsvText) {
    let grid = &performance.grid;
    let midnight = |day: usize| stamp(grid.date(day).and_time(NaiveTime::MIN));
    let level = group.level.map_or(String::new(), |level| format!("_level_{}", level.0));
    let (queues, measure) = (group.queues.join(";"), format!("occupancy{level}"));
    for (day, &busy) in group.days.iter().enumerate().filter(|(_, busy)| busy.mean > 0.0) {
        measure_row([&queues, "group_day", &midnight(day)], &measure, busy, text);
    }
    measure_row([&queues, "group", &midnight(0)], &measure, group.occupancy, text);
}

fn miss_rows(performance: &ServicePerformance, miss: &AttributedMiss, text: &mut CsvText) {
    let (grain, date) = miss.day.map_or(("miss", performance.grid.date(0)), |day| ("miss_day", day));
    let key = [miss.queue.as_str(), grain, &stamp(date.and_time(NaiveTime::MIN))];
    let parts = [
        ("wanted", Estimate { mean: miss.wanted, half_width: 0.0 }),
        ("served", miss.served),
        ("volume", miss.volume),
        ("handle_time", miss.handle_time),
        ("absence", miss.absence),
        ("fit", miss.fit),
    ];
    for (name, estimate) in parts {
        measure_row(key, name, estimate, text);
    }
}
