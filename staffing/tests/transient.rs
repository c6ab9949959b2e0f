//! The transient queue against the Kolmogorov equations solved elsewhere; see `data/SOURCES.md`.

use std::collections::HashMap;
use std::path::Path;

use proptest::prelude::*;
use solver_data::{ServiceLevelDefinition, ServiceTarget};
use staffing::transient::{
    Adequacy, ArrivalRate, IntervalService, QueueState, SequenceStep, Threshold, TransientInterval, TransientQueue, adequate,
    fluid_backlog, modified_offered_load, staff_sequence,
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
    TransientQueue::starting_empty(intervals.to_vec()).solve(IN_20_S).expect("the tables hold valid queues").intervals
}

#[test]
fn a_day_of_half_hours_equals_the_table() {
    for rows in groups(&table("timevarying_day.csv"), "scenario") {
        let day: Vec<_> = rows.iter().map(|row| half_hour(number(row, "volume"), number(row, "servers") as u32, 180.0)).collect();
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

const DEFINITIONS: [ServiceLevelDefinition; 5] = [
    ServiceLevelDefinition::ServedAll,
    ServiceLevelDefinition::ServedExclShort,
    ServiceLevelDefinition::OfAnswered,
    ServiceLevelDefinition::HandledOrGone,
    ServiceLevelDefinition::Virtual,
];

#[test]
fn a_load_that_stays_tends_to_erlang_a_in_every_measure() {
    for (volume, agents, patience) in
        [(60.0, 11, 180.0), (60.0, 8, 400.0), (600.0, 115, f64::INFINITY), (6000.0, 1010, 1.0), (60.0, 11, 0.001)]
    {
        let mut day = vec![half_hour(volume, agents, patience); 14];
        // One long interval settles what is left of the empty start.
        day[0].seconds *= 20.0;
        day[0].arrivals = ArrivalRate::of_volume(20.0 * volume, day[0].seconds);
        let model = QueueModel::ErlangA { patience_seconds: patience };
        let station = Station { model, volume, interval_seconds: 1800.0, aht_seconds: 300.0 };
        for definition in DEFINITIONS {
            let threshold = Threshold { seconds: 20.0, definition };
            let got = TransientQueue::starting_empty(day[..2].to_vec()).solve(threshold).unwrap().intervals[1];
            let want = station.evaluate(agents, 20.0, definition);
            for (name, got, want) in [
                ("service level", got.service_level, want.service_level),
                ("wait", got.wait_probability, want.wait_probability),
                ("abandonment", got.abandonment, want.abandonment),
                ("asa", got.asa_seconds, want.asa_seconds),
                ("occupancy", got.occupancy, want.occupancy),
                ("queue", got.end_queue, want.queue_length),
            ] {
                assert!((got - want).abs() < 1e-9 * want.abs().max(1.0), "{name} {volume} {definition:?}: {got} {want}");
            }
        }
    }
}

#[test]
fn waits_through_a_change_of_staff_are_the_same_however_time_is_cut() {
    // The change comes inside the wait; cutting the intervals into pieces moves the nodes of its integral.
    let whole = [half_hour(150.0, 22, 180.0), half_hour(120.0, 30, 180.0), half_hour(120.0, 12, 90.0)];
    let cut: Vec<_> = whole
        .iter()
        .flat_map(|interval| {
            let part = |share: f64| TransientInterval {
                seconds: share * 1800.0,
                arrivals: ArrivalRate::constant(interval.arrivals.at(0.0)),
                ..interval.clone()
            };
            [part(0.37), part(0.6), part(0.03)]
        })
        .collect();
    for definition in DEFINITIONS {
        for seconds in [5.0, 20.0, 120.0, 900.0] {
            let threshold = Threshold { seconds, definition };
            let coarse = TransientQueue::starting_empty(whole.to_vec()).solve(threshold).unwrap().intervals;
            let fine = TransientQueue::starting_empty(cut.clone()).solve(threshold).unwrap().intervals;
            for (t, coarse) in coarse.iter().enumerate() {
                if matches!(definition, ServiceLevelDefinition::ServedAll | ServiceLevelDefinition::Virtual) {
                    let parts = &fine[3 * t..3 * t + 3];
                    let joined = parts.iter().map(|part| part.arrivals * part.service_level).sum::<f64>() / coarse.arrivals;
                    assert!((joined - coarse.service_level).abs() < 1e-9, "{t} {threshold:?} {joined} {coarse:?}");
                }
            }
            // An agent more from the second interval on helps those who come late in the first.
            let mut helped = whole.clone();
            helped[1].agents += 5;
            let helped = TransientQueue::starting_empty(helped.to_vec()).solve(threshold).unwrap().intervals;
            assert!(helped[0].service_level >= coarse[0].service_level - 1e-12);
        }
    }
}

#[test]
fn closed_intervals_floods_and_hasty_contacts_have_answers() {
    for patience in [1.0, 60.0, f64::INFINITY] {
        let mut day = vec![half_hour(600.0, 105, patience); 6];
        day[1].agents = 0;
        day[3].arrivals = ArrivalRate::constant(0.0);
        day[3].agents = 0;
        let start = QueueState::holding(700);
        let got = TransientQueue { start, ..TransientQueue::starting_empty(day.clone()) }.solve(IN_20_S).unwrap();
        let mut before = 700.0;
        for (t, (interval, service)) in day.iter().zip(&got.intervals).enumerate() {
            let measures = [service.wait_probability, service.service_level, service.occupancy, service.end_wait_probability];
            assert!(measures.iter().all(|measure| (0.0..=1.0).contains(measure)), "{t} {service:?}");
            // Contacts in = contacts answered + gone + still there.
            let answered = service.occupancy * f64::from(interval.agents) * 1800.0 / 300.0;
            let there = service.end_queue + if t + 1 == day.len() { got.end.mean() - service.end_queue } else { 0.0 };
            if interval.agents == 0 {
                let stays = before + service.arrivals - service.abandoned;
                assert!((stays - service.end_queue).abs() < 1e-6 * (1.0 + stays), "{t} {stays} {service:?}");
            }
            assert!(answered.is_finite() && there.is_finite());
            before = TransientQueue { start: QueueState::holding(700), ..TransientQueue::starting_empty(day[..=t].to_vec()) }
                .solve(IN_20_S)
                .unwrap()
                .end
                .mean();
        }
        assert_eq!(got.intervals[3].service_level, 1.0);
    }
}

#[test]
fn a_thousand_agents_who_leave_and_return_find_thousands_waiting() {
    for patience in [1.0, 300.0, f64::INFINITY] {
        let mut day = vec![half_hour(6000.0, 1020, patience); 4];
        day[1].agents = 100;
        day[2].agents = 1400;
        let got = solve(&day);
        let waiting = |share: f64| 6000.0 * share;
        if patience.is_infinite() {
            // 600 of 6000 contacts are answered in the second interval, and 920 agents put down what they held.
            assert!((got[1].end_queue - 6000.0 - 920.0 + waiting(0.1)).abs() < 50.0, "{:?}", got[1]);
            assert!(got[2].end_queue > 2500.0 && got[2].service_level < 1e-3);
        } else {
            assert!(got[1].abandonment > 0.8 && got[3].abandonment < 0.05, "{got:?}");
        }
        for service in got {
            let measures = [service.wait_probability, service.service_level, service.end_wait_probability];
            assert!(measures.iter().all(|measure| (0.0..=1.0).contains(measure)), "{service:?}");
        }
    }
}

#[test]
fn the_stationary_and_the_modified_load_are_as_near_as_the_rule_says() {
    let mut rows = table("timevarying_day.csv");
    rows.retain(|row| row["scenario"] == "balanced" || row["scenario"] == "peak_understaffed");
    let mut seen = [0; 2];
    for rows in groups(&rows, "scenario") {
        let model = QueueModel::ErlangA { patience_seconds: 180.0 };
        let station = |volume| Station { model, volume, interval_seconds: 1800.0, aht_seconds: 300.0 };
        let stations: Vec<_> = rows.iter().map(|row| station(number(row, "volume"))).collect();
        let agents: Vec<_> = rows.iter().map(|row| number(row, "servers") as u32).collect();
        let loads = modified_offered_load(&stations, 0.0);
        for (t, adequacy) in adequate(&stations, &agents).into_iter().enumerate() {
            let (volume, allowed) = match adequacy {
                Adequacy::Stationary => (stations[t].volume, 0.02),
                Adequacy::ModifiedOfferedLoad => (loads[t].mean * 6.0, 0.05),
                Adequacy::Transient => continue,
            };
            let near = station(volume).evaluate(agents[t], 20.0, ServiceLevelDefinition::ServedAll).wait_probability;
            let exact = number(&rows[t], "p_wait_exact");
            assert!((near - exact).abs() < allowed, "{t} {adequacy:?} {near} {exact}");
            seen[usize::from(adequacy == Adequacy::Stationary)] += 1;
        }
    }
    assert!(seen[0] > 5 && seen[1] > 1, "{seen:?}");
}

#[test]
fn a_staffed_sequence_keeps_every_target_and_one_agent_fewer_misses() {
    let volumes = [30.0, 60.0, 110.0, 150.0, 120.0, 0.0, 90.0, 40.0];
    let target = ServiceTarget { abandonment: Some(0.05), ..ServiceTarget::share_within(0.8, 20.0) };
    let steps: Vec<_> = volumes
        .map(|volume| SequenceStep {
            interval: half_hour(volume, 0, 240.0),
            target,
            least: 0,
            most: if volume > 0.0 { 200 } else { 0 },
        })
        .to_vec();
    let got = staff_sequence(&steps, &QueueState::empty()).unwrap();
    assert!(got.kept.iter().all(|kept| *kept));
    let mut state = QueueState::empty();
    for (step, agents) in steps.iter().zip(&got.agents) {
        let with = |agents: u32| {
            let intervals = vec![TransientInterval { agents, ..step.interval.clone() }];
            TransientQueue { intervals, start: state.clone(), places: None }.solve(IN_20_S).unwrap()
        };
        let keeps = |service: &IntervalService| service.service_level >= 0.8 - 1e-9 && service.abandonment <= 0.05 + 1e-9;
        let held = with(*agents);
        if step.most > 0 {
            assert!(keeps(&held.intervals[0]) && !keeps(&with(agents - 1).intervals[0]), "{agents}");
        } else {
            assert_eq!(*agents, 0);
        }
        state = held.end;
    }
    let few: Vec<_> = steps.iter().map(|step| SequenceStep { most: step.most.min(12), ..step.clone() }).collect();
    let short = staff_sequence(&few, &QueueState::empty()).unwrap();
    assert_eq!((short.agents[3], short.kept[3]), (12, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn contacts_are_conserved_and_more_agents_shorten_every_queue(
        volumes in prop::collection::vec(0.0..120.0_f64, 5), staff in prop::collection::vec(0..25_u32, 5),
        patience in prop_oneof![Just(f64::INFINITY), 1.0..1000.0_f64], start in 0..60_u32, at in 0..5_usize,
    ) {
        let day: Vec<_> = volumes.iter().zip(&staff).map(|(volume, agents)| half_hour(*volume, *agents, patience)).collect();
        let from = |intervals: Vec<TransientInterval>| TransientQueue { intervals, start: QueueState::holding(start), places: None };
        let got = from(day.clone()).solve(IN_20_S).unwrap();
        let came: f64 = f64::from(start) + volumes.iter().sum::<f64>();
        let ended: f64 = got.intervals.iter().zip(&staff).map(|(service, agents)| {
            let busy = if *agents > 0 { service.occupancy * f64::from(*agents) } else { 0.0 };
            service.abandoned + busy * 1800.0 / 300.0
        }).sum();
        prop_assert!((came - ended - got.end.mean()).abs() < 1e-9 * (1.0 + came), "{} {} {}", came, ended, got.end.mean());
        let mut more = day;
        more[at].agents += 1;
        let helped = from(more).solve(IN_20_S).unwrap();
        for (t, (after, before)) in helped.intervals.iter().zip(&got.intervals).enumerate() {
            // Whom the additional agent serves does not abandon, and may stand before others from the interval's end on.
            if t < at || patience.is_infinite() {
                prop_assert!(after.asa_seconds <= before.asa_seconds + 1e-9);
                prop_assert!(after.service_level >= before.service_level - 1e-9);
            }
        }
    }
}
