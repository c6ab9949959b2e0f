//! The transient queue against the Kolmogorov equations solved elsewhere; see `data/SOURCES.md`.

use std::collections::HashMap;
use std::path::Path;

use proptest::prelude::*;
use solver_data::ServiceLevelDefinition;
use staffing::transient::{
    ArrivalRate, IntervalService, Threshold, TransientInterval, TransientQueue, fluid_backlog,
};
use staffing::{QueueModel, Station};

/// The tables' equations were solved to a relative 1e-10; the largest values are some ten.
const TOLERANCE: f64 = 3e-9;
/// Digits printed of the table without impatience.
const PRINTED: f64 = 6e-10;

const IN_20_S: Threshold = Threshold { seconds: 20.0, definition: ServiceLevelDefinition::ServedAll };

type Row = HashMap<String, String>;

fn table(name: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let text = std::fs::read_to_string(&path).expect("the table is part of the crate");
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().expect("a table has a header");
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}"))
}

fn near(row: &Row, column: &str, got: f64, tolerance: f64) {
    let wanted = number(row, column);
    assert!((got - wanted).abs() <= tolerance * wanted.abs().max(1.0), "{row:?} {column}: {got}");
}

fn groups(rows: &[Row], column: &str) -> Vec<Vec<Row>> {
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        match groups.last_mut() {
            Some(group) if group[0][column] == row[column] => group.push(row.clone()),
            _ => groups.push(vec![row.clone()]),
        }
    }
    groups
}

fn half_hour(volume: f64, agents: u32, patience_seconds: f64) -> TransientInterval {
    TransientInterval {
        seconds: 1800.0,
        arrivals: ArrivalRate::of_volume(volume, 1800.0),
        agents,
        aht_seconds: 300.0,
        patience_seconds,
    }
}

fn solve(intervals: &[TransientInterval]) -> Vec<IntervalService> {
    TransientQueue::starting_empty(intervals.to_vec()).solve(IN_20_S).unwrap().intervals
}

#[test]
fn a_day_of_half_hours_equals_the_table() {
    for rows in groups(&table("timevarying_day.csv"), "scenario") {
        let day: Vec<_> =
            rows.iter().map(|row| half_hour(number(row, "volume"), number(row, "servers") as u32, 180.0)).collect();
        for (row, got) in rows.iter().zip(solve(&day)) {
            near(row, "p_wait_exact", got.wait_probability, TOLERANCE);
            near(row, "p_abandon_exact", got.abandonment, TOLERANCE);
            near(row, "mean_queue_exact", got.mean_queue, TOLERANCE);
            near(row, "p_wait_end", got.end_wait_probability, TOLERANCE);
            near(row, "queue_end", got.end_queue, TOLERANCE);
        }
    }
}

#[test]
fn a_load_that_swings_as_a_sine_equals_the_table() {
    for rows in groups(&table("timevarying_sin.csv"), "alpha_target") {
        let steps: Vec<_> = rows
            .iter()
            .map(|row| {
                let (from, to) = (number(row, "t0"), number(row, "t1"));
                TransientInterval {
                    seconds: to - from,
                    arrivals: ArrivalRate::smooth(to - from, |t| 100.0 + 20.0 * (from + t).sin()),
                    agents: number(row, "servers") as u32,
                    aht_seconds: 1.0,
                    patience_seconds: 1.0,
                }
            })
            .collect();
        let at_once = Threshold { seconds: 0.0, definition: ServiceLevelDefinition::ServedAll };
        let got = TransientQueue::starting_empty(steps).solve(at_once).unwrap();
        for (row, got) in rows.iter().zip(got.intervals) {
            near(row, "arrivals", got.arrivals, TOLERANCE);
            near(row, "p_wait_arrivals", got.wait_probability, TOLERANCE);
            near(row, "p_abandon", got.abandonment, TOLERANCE);
            near(row, "mean_queue", got.mean_queue, TOLERANCE);
            near(row, "p_wait_end", got.end_wait_probability, TOLERANCE);
            near(row, "queue_end", got.end_queue, TOLERANCE);
        }
    }
}

#[test]
fn an_overloaded_peak_without_abandonment_equals_the_table_with_its_fluid() {
    let rows = table("carryover_infinite_patience.csv");
    let agents: Vec<_> = rows.iter().map(|row| number(row, "servers") as u32).collect();
    let day: Vec<_> =
        rows.iter().zip(&agents).map(|(row, agents)| half_hour(number(row, "volume"), *agents, f64::INFINITY)).collect();
    let stations: Vec<_> = rows
        .iter()
        .map(|row| Station {
            model: QueueModel::ErlangC,
            volume: number(row, "volume"),
            interval_seconds: 1800.0,
            aht_seconds: 300.0,
        })
        .collect();
    let fluid = fluid_backlog(&stations, &agents, 0.0);
    // The table was computed on the states 0..=160; without that limit the longest queue is 4e-7 longer.
    let room = TransientQueue { places: Some(160), ..TransientQueue::starting_empty(day.clone()) };
    for (limited, endless) in room.solve(IN_20_S).unwrap().intervals.iter().zip(solve(&day)) {
        assert!(limited.end_queue < endless.end_queue + 1e-9 && limited.end_queue > (1.0 - 6e-6) * endless.end_queue);
    }
    for ((row, got), fluid) in rows.iter().zip(room.solve(IN_20_S).unwrap().intervals).zip(fluid) {
        near(row, "p_wait_exact", got.wait_probability, PRINTED);
        near(row, "mean_queue_exact", got.mean_queue, PRINTED);
        near(row, "queue_end_exact", got.end_queue, PRINTED);
        near(row, "queue_end_fluid", fluid.end, 1e-12);
    }
}
