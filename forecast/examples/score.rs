//! Development only: forecasts a `timestamp,value` file with a calendar file and writes the forecast file.
#![expect(clippy::unwrap_used, reason = "a development aid that may stop at the first odd input")]
#![expect(clippy::disallowed_methods, reason = "it reports its own time")]
#![expect(clippy::print_stderr, reason = "it reports its own time")]

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
use forecast::{ForecastRequest, GapPolicy, ModelChoice, Opening, forecast};
use solver_data::{Calendar, CalendarEvent, ContactHistory, EventKind, IntervalRecord, PlanningGrid, QueueHistory};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [history, start, days, interval, out, calendar, model] = args.as_slice() else { panic!("seven arguments") };
    let text = std::fs::read_to_string(history).unwrap();
    let mut records: Vec<IntervalRecord> = text
        .lines()
        .skip(1)
        .map(|line| {
            let (at, value) = line.split_once(',').unwrap();
            let start = NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S").unwrap();
            IntervalRecord { start, offered: value.parse().ok(), handled: None, abandoned: None, aht_seconds: None }
        })
        .collect();
    records.sort_by_key(|record| record.start);
    let step = records.windows(2).map(|w| (w[1].start - w[0].start).num_minutes()).min().unwrap();
    let events = std::fs::read_to_string(calendar).unwrap_or_default();
    let events = events.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let kind = match cells[2] {
            "holiday" => EventKind::Holiday,
            "makeup_workday" => EventKind::MakeupWorkday,
            "closure" => EventKind::Closure,
            "promotion" => EventKind::Promotion,
            "launch" => EventKind::Launch,
            _ => EventKind::Outage,
        };
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (start, end, name) = (date(cells[0]), date(cells[1]), cells[3].to_owned());
        CalendarEvent { start, end, kind, name, queues: Vec::new(), uplift: cells[5].parse().ok() }
    });
    let calendar = Calendar { events: events.collect() };
    let queue = QueueHistory { name: "all".into(), records };
    let history = ContactHistory { interval_minutes: step as u32, queues: vec![queue] };
    let grid =
        PlanningGrid::new(start.parse().unwrap(), days.parse().unwrap(), interval.parse().unwrap(), "UTC".parse().unwrap());
    let grid = Arc::new(grid.unwrap());
    let model = if model == "pool" { ModelChoice::Pool } else { ModelChoice::Named(model.clone()) };
    let request = ForecastRequest {
        history: &history,
        calendar: &calendar,
        grid: grid.clone(),
        levels: vec![0.8, 0.95],
        opening: Opening::Learned,
        gaps: GapPolicy::Unknown,
        model,
    };
    let clock = std::time::Instant::now();
    let answer = forecast(&request).unwrap();
    eprintln!("{} ms", clock.elapsed().as_millis());
    let queue = &answer.queues[0];
    let mut rows = String::from("queue,timestamp,mean,lo80,hi80,lo95,hi95\n");
    for t in (0..grid.len()).filter(|&t| queue.open[t]) {
        let (narrow, wide) = (&queue.bands[0], &queue.bands[1]);
        let ends = [narrow.lo[t], narrow.hi[t], wide.lo[t], wide.hi[t]].map(|end| format!("{end:.4}")).join(",");
        writeln!(rows, "all,{},{:.4},{ends}", grid.local(t), queue.mean[t]).unwrap();
    }
    std::fs::write(out, rows).unwrap();
}
