//! `performance.csv`: simulated service by interval, day and horizon.

use chrono::NaiveTime;

use super::csv_text::{CsvText, number, share, stamp};
use crate::performance::{QueuePerformance, ServiceMeasures, ServicePerformance};

const HEADER: [&str; 10] = [
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
];

/// One row for each queue and interval, day and horizon with contacts; then the same for all queues together.
///
/// `grain` is `interval`, `day` or `horizon`; the half-width is that of the 95 % confidence interval. Occupancy belongs
/// to the agents, not to a queue: only the intervals of all queues together have it.
pub fn performance_csv(performance: &ServicePerformance) -> String {
    let mut text = CsvText::new(&HEADER);
    for queue in &performance.queues {
        queue_rows(performance, queue, &mut text);
    }
    queue_rows(performance, &performance.overall, &mut text);
    text.finish()
}

fn queue_rows(performance: &ServicePerformance, queue: &QueuePerformance, text: &mut CsvText) {
    let grid = &performance.grid;
    let is_overall = std::ptr::eq(queue, &raw const performance.overall);
    for (t, measures) in queue.intervals.iter().enumerate() {
        let busy = performance.occupancy.get(t).filter(|_| is_overall).map_or(f64::NAN, |busy| busy.mean);
        row([&queue.queue, "interval", &stamp(grid.local(t))], measures, busy, text);
    }
    for (day, measures) in queue.days.iter().enumerate() {
        row([&queue.queue, "day", &stamp(grid.date(day).and_time(NaiveTime::MIN))], measures, f64::NAN, text);
    }
    row([&queue.queue, "horizon", &stamp(grid.date(0).and_time(NaiveTime::MIN))], &queue.horizon, f64::NAN, text);
}

/// A row, unless no contact was offered, where no share has a meaning.
fn row(key: [&str; 3], measures: &ServiceMeasures, occupancy: f64, text: &mut CsvText) {
    if measures.offered.mean <= 0.0 {
        return;
    }
    let [queue, grain, timestamp] = key;
    text.row(&[
        queue,
        grain,
        timestamp,
        &number(measures.offered.mean),
        &number(measures.answered.mean),
        &share(measures.service_level.mean),
        &share(measures.service_level.half_width),
        &share(measures.abandonment.mean),
        &number(measures.asa_seconds.mean),
        &share(occupancy),
    ]);
}
