//! What sizing over the week saves on a real bank's week, at three sizes of centre, and what service that is.
//!
//! The bank's calls of 240 s by half-hour with a patience of 180 s, 80 % in 20 s; scaled to some 6, 20 and 110 erlangs.

#![expect(clippy::unwrap_used, reason = "a test whose data cannot be read has failed")]

mod house;

use std::sync::Arc;

use chrono::NaiveDate;
use house::centre;
use solver_data::{
    Centre, DemandForecast, DemandUncertainty, PlanningGrid, QueueForecast, QueueId, QueueSet, ServiceTarget, Table,
};
use staffing::{ComparedMethod, MethodComparison, compare};

/// The bank's week times `scale`, on a grid of five days.
fn bank_week(scale: f64) -> (Centre, DemandForecast) {
    let text = include_str!("data/bank_week.csv");
    let start = NaiveDate::from_ymd_opt(2003, 8, 18).unwrap();
    let grid = Arc::new(PlanningGrid::new(start, 5, 30, chrono_tz::UTC).unwrap());
    let mut mean = vec![0.0; grid.len()];
    for line in text.lines().skip(1) {
        let (stamp, value) = line.split_once(',').unwrap();
        let at = chrono::NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S").unwrap();
        mean[usize::from(grid.interval_at(at).unwrap())] = scale * value.parse::<f64>().unwrap();
    }
    let mut centre = centre();
    let mut queue = centre.queues[QueueId(0)].clone();
    queue.patience_seconds = Some(180.0);
    queue.target = ServiceTarget::share_within(0.8, 20.0);
    centre.queues = Table::new(vec![queue]);
    let forecast = QueueForecast {
        name: "sales".to_owned(),
        open: mean.iter().map(|mean| *mean > 0.0).collect(),
        mean,
        bands: vec![],
        aht_seconds: Some(vec![240.0; grid.len()]),
        model: "observed".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.0, overdispersion: 1.0 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let day_errors = solver_data::DayErrors::independent(1);
    (centre, DemandForecast { grid, queues: vec![forecast], day_errors })
}

fn methods(scale: f64) -> [MethodComparison; 5] {
    let (centre, demand) = bank_week(scale);
    let rows = compare(&centre, &demand).unwrap();
    assert!(rows.iter().all(|row| row.queues == QueueSet::of([QueueId(0)])));
    assert!(rows.iter().map(|row| row.method).eq(ComparedMethod::ALL));
    rows.try_into().unwrap()
}

#[test]
fn the_week_saves_more_the_smaller_the_centre_and_every_saving_shows_its_service() {
    let mut saved = Vec::new();
    for scale in [0.01, 0.03, 0.18] {
        let [by_c, by_a, as_c, as_a, free] = methods(scale);
        // Erlang C staffs for callers who would have left: more hours, better service than was promised.
        assert!(by_a.agent_hours < by_c.agent_hours && by_c.service_level > by_a.service_level);
        // With as few lost contacts the week costs no more hours, and the target alone the fewest.
        assert!(as_c.agent_hours <= by_c.agent_hours && as_c.abandonment <= by_c.abandonment + 1e-9);
        assert!(as_a.agent_hours <= by_a.agent_hours && as_a.abandonment <= by_a.abandonment + 1e-9);
        assert!(free.agent_hours < by_a.agent_hours && (0.8 - 1e-9..0.81).contains(&free.service_level));
        // What is saved without a cap is saved by losing more contacts.
        assert!(free.abandonment > by_a.abandonment && free.worst_interval < by_a.worst_interval);
        saved.push(1.0 - free.agent_hours / by_c.agent_hours);
    }
    assert!(saved[0] > saved[1] && saved[1] > saved[2] && saved[2] > 0.05, "{saved:?}");
}
