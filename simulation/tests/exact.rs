//! Stationary models with exact solutions: Erlang A, full waiting rooms, priorities, and handle times without memory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use simulation::{MetricRow, ModelRunner, Precision, Problem, SimulationError, TypeCounts, simulate_model, simulate_model_to};
use solver_data::queueing_model::{AgentGroup, ContactType, HandleDistribution, IdleChoice, QueueDiscipline, QueueingModel};
use solver_data::{Estimate, Seed, Unwatched};

fn table(file: &str) -> Vec<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let text = std::fs::read_to_string(path).expect("the table stands beside the test");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// One group of agents, one type for each arrival rate an hour, in order of priority.
fn pool(agents: u32, rates: &[f64], aht: f64, patience_seconds: Option<f64>) -> QueueingModel {
    let contact_types: Vec<ContactType> = (0..)
        .zip(rates)
        .map(|(number, &arrivals_per_hour)| ContactType {
            id: format!("type{number}"),
            arrivals_per_hour,
            patience_seconds,
            service_level_seconds: 20.0,
            handle_seconds: BTreeMap::from([("agents".to_owned(), aht)]),
            route: vec![vec!["agents".to_owned()]],
            distribution: HandleDistribution::Exponential,
            cv: None,
            shape: None,
            patience_distribution: HandleDistribution::Exponential,
            patience_cv: None,
            patience_shape: None,
        })
        .collect();
    let serves = contact_types.iter().map(|own| own.id.clone()).collect();
    QueueingModel {
        name: "pool".to_owned(),
        contact_types,
        groups: vec![AgentGroup { id: "agents".to_owned(), agents, serves }],
        queue_discipline: QueueDiscipline::Priority,
        idle_choice: IdleChoice::Listed,
        waiting_room: None,
        warm_up_hours: 50.0,
        hours: 500.0,
    }
}

fn estimate(rows: &[MetricRow], unit: &str, metric: &str) -> Estimate {
    rows.iter().find(|row| row.unit == unit && row.metric == metric).expect("the row exists").estimate
}

/// Within 1.5 half-widths: 3.1 standard errors at 20 replications.
fn assert_covers(estimate: Estimate, exact: f64, what: &str) {
    assert!((estimate.mean - exact).abs() <= 1.5 * estimate.half_width + 1e-12, "{what}: {estimate:?} for {exact}");
}

#[test]
fn full_waiting_rooms_block_as_the_birth_death_process_does() {
    // a, AHT, n, K, patience, p_block, p_wait of offered, of accepted, p_abandon of offered, lq, mean wait of accepted
    let rows: Vec<Vec<f64>> = table("mmnk.csv")
        .into_iter()
        .map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect::<Vec<f64>>())
        .filter(|row| row[0] <= 30.0 && row[5] > 1e-3 && row[2] < row[3])
        .collect();
    assert!(rows.len() > 10);
    for row in rows.iter().step_by(3) {
        let patience = row[4].is_finite().then_some(row[4]);
        let mut model = pool(row[2] as u32, &[row[0] / row[1] * 3600.0], row[1], patience);
        model.waiting_room = Some((row[3] - row[2]) as u32);
        // The same number of contacts whatever the rate.
        let hourly = model.contact_types[0].arrivals_per_hour;
        (model.warm_up_hours, model.hours) = (2_000.0 / hourly, 25_000.0 / hourly);
        let rows = simulate_model(&model, 20, Seed(11), &Unwatched).unwrap();
        let what = format!("{row:?}");
        assert_covers(estimate(&rows, "all0", "p_block"), row[5], &what);
        assert_covers(estimate(&rows, "all0", "p_wait"), row[7], &what);
        assert_covers(estimate(&rows, "all0", "p_abandon"), row[8] / (1.0 - row[5]), &what);
        assert_covers(estimate(&rows, "all0", "asa_s"), row[10], &what);
        assert_covers(estimate(&rows, "agents", "occupancy"), row[11], &what);
    }
}

#[test]
fn priorities_wait_as_the_formula_says() {
    for rows in table("priority_exact.csv").chunks(3).take(3) {
        let (agents, aht): (u32, f64) = (rows[0][0].parse().unwrap(), rows[0][1].parse().unwrap());
        let rates: Vec<f64> = rows[0][2].split('|').map(|rate| rate.parse::<f64>().unwrap() * 60.0).collect();
        let simulated = simulate_model(&pool(agents, &rates, aht, None), 20, Seed(5), &Unwatched).unwrap();
        for (class, row) in rows.iter().enumerate() {
            let unit = format!("type{class}");
            assert_covers(estimate(&simulated, &unit, "asa_s"), row[4].parse().unwrap(), &format!("{row:?}"));
            assert_covers(estimate(&simulated, &unit, "p_wait"), row[5].parse().unwrap(), &format!("{row:?}"));
        }
    }
}

#[test]
fn erlang_a_is_the_single_pool() {
    // M/M/n+M by its birth-death chain: λ = 10 a minute, AHT 180 s, patience 120 s, n = 30.
    let (agents, aht, patience, rate) = (30, 180.0, 120.0, 600.0 / 3600.0);
    let mut weights = vec![1.0_f64];
    for k in 1..400_i32 {
        let leave = f64::from(k.min(agents)) / aht + f64::from((k - agents).max(0)) / patience;
        weights.push(weights[k as usize - 1] * rate / leave);
    }
    let norm: f64 = weights.iter().sum();
    let above =
        |f: &dyn Fn(f64) -> f64| -> f64 { (agents..400).map(|k| weights[k as usize] / norm * f(f64::from(k - agents))).sum() };
    let (p_wait, queue) = (above(&|_| 1.0), above(&|waiting| waiting));
    let rows = simulate_model(&pool(agents as u32, &[600.0], aht, Some(patience)), 20, Seed(2), &Unwatched).unwrap();
    assert_covers(estimate(&rows, "all0", "p_wait"), p_wait, "p_wait");
    assert_covers(estimate(&rows, "all0", "p_abandon"), queue / patience / rate, "p_abandon");
    assert_covers(estimate(&rows, "all0", "asa_s"), queue / rate, "asa_s");
    assert_covers(estimate(&rows, "agents", "occupancy"), rate * aht * (1.0 - queue / patience / rate) / 30.0, "occupancy");
}

#[test]
fn variable_handle_times_make_longer_queues() {
    // Pollaczek and Khinchine: M/G/1 waits ρ AHT (1 + cv²) / (2 (1 - ρ)).
    for (distribution, cv) in
        [(HandleDistribution::Deterministic, 0.0), (HandleDistribution::Exponential, 1.0), (HandleDistribution::Lognormal, 1.5)]
    {
        let mut model = pool(1, &[42.0], 60.0, None);
        model.contact_types[0].distribution = distribution;
        model.contact_types[0].cv = (distribution == HandleDistribution::Lognormal).then_some(cv);
        model.hours = 3_000.0;
        let rows = simulate_model(&model, 20, Seed(8), &Unwatched).unwrap();
        assert_covers(estimate(&rows, "all0", "asa_s"), 0.7 * 60.0 * (1.0 + cv * cv) / 0.6, &format!("{distribution:?}"));
    }
}

#[test]
fn a_model_without_steady_state_still_ends() {
    let mut model = pool(2, &[600.0, 0.0], 300.0, None);
    (model.warm_up_hours, model.hours) = (1.0, 20.0);
    let rows = simulate_model(&model, 3, Seed(0), &Unwatched).unwrap();
    assert_eq!(estimate(&rows, "type0", "p_wait").mean, 1.0);
    assert!(estimate(&rows, "agents", "occupancy").mean > 0.999);
    // 600 contacts an hour for 24 answered: nearly all of the measured 20 hours are waited, half on average.
    assert!((estimate(&rows, "type0", "asa_s").mean / 36_000.0 - 1.0).abs() < 0.1);
    assert_eq!(estimate(&rows, "type1", "sl_served_all").mean, 1.0, "a type without contacts is served");
}

#[test]
fn every_problem_of_a_model_is_listed() {
    let mut model = pool(2, &[10.0, -1.0], 300.0, Some(f64::NAN));
    model.contact_types[0].route.push(vec!["nobody".to_owned()]);
    model.contact_types[1].distribution = HandleDistribution::Lognormal;
    model.groups[0].serves.push("nothing".to_owned());
    model.hours = f64::INFINITY;
    let Err(SimulationError::Refused { subject, problems }) = simulate_model(&model, 0, Seed(0), &Unwatched) else {
        panic!("nonsense is refused")
    };
    assert_eq!(subject, "model \"pool\"");
    assert_eq!(problems.len(), 8, "{problems:#?}");
    assert!(problems.contains(&Problem::NoReplications));
    let group = "nobody".to_owned();
    assert!(problems.contains(&Problem::UnknownGroup { path: "contact_types[0].route[1]".to_owned(), group }));
    assert!(problems.contains(&Problem::LognormalWithoutCv { path: "contact_types[1].cv".to_owned() }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn shares_are_shares_for_any_small_model(
        agents in 0_u32..6, rates in prop::collection::vec(0.0_f64..200.0, 1..4), aht in 0.0_f64..600.0,
        patience in prop::option::of(0.0_f64..300.0), room in prop::option::of(0_u32..4), first_come in any::<bool>(),
    ) {
        let mut model = pool(agents, &rates, aht, patience);
        model.waiting_room = room;
        model.queue_discipline = if first_come { QueueDiscipline::FirstCome } else { QueueDiscipline::Priority };
        (model.warm_up_hours, model.hours) = (0.0, 10.0);
        let rows = simulate_model(&model, 2, Seed(1), &Unwatched).unwrap();
        prop_assert_eq!(rows.len(), 5 * (rates.len() + 1) + 1);
        for row in rows {
            let mean = row.estimate.mean;
            prop_assert!(mean >= 0.0 && mean.is_finite() && row.estimate.half_width.is_finite(), "{:?}", row);
            prop_assert!(row.metric == "asa_s" || mean <= 1.0 + 1e-9, "{:?}", row);
        }
    }
}

#[test]
fn a_runner_repeats_the_model_and_pairs_the_differences() {
    let mut model = pool(12, &[60.0, 60.0], 300.0, Some(120.0));
    (model.warm_up_hours, model.hours) = (10.0, 100.0);
    let runner = ModelRunner::new(&model).unwrap();
    assert_eq!(runner.agents(), [12]);
    let base = runner.run(runner.agents(), 10, Seed(4), &Unwatched).unwrap();
    let rows = simulate_model(&model, 10, Seed(4), &Unwatched).unwrap();
    assert_eq!(base.all.p_wait.estimate(), estimate(&rows, "all0", "p_wait"));
    assert_eq!(base.occupancy[0].estimate(), estimate(&rows, "agents", "occupancy"));
    let more = runner.run(&[13], 10, Seed(4), &Unwatched).unwrap();
    // The same contacts come to both; one agent more serves them better in every replication.
    assert_eq!(more.all.offered.values(), base.all.offered.values());
    let gain = more.all.sl.difference(&base.all.sl);
    assert!(gain.mean - gain.half_width > 0.0, "{gain:?}");
    assert!(gain.half_width < 0.6 * base.all.sl.estimate().half_width, "pairing narrows: {gain:?}");
    let refused = runner.run(&[13, 1], 10, Seed(4), &Unwatched);
    assert!(matches!(refused, Err(SimulationError::Refused { problems, .. })
        if problems == [Problem::AgentNumbers { given: 2, groups: 1 }]));
}

#[test]
fn lengths_are_chosen_for_a_wished_half_width() {
    let mut model = pool(12, &[60.0, 60.0], 300.0, Some(120.0));
    (model.warm_up_hours, model.hours) = (5.0, 50.0);
    let wished = Precision::within(0.01, 2_000);
    let rows = simulate_model_to(&model, &wished, Seed(4), &Unwatched).unwrap();
    assert!(rows.iter().all(|row| row.excess(&wished) <= 1.0), "{rows:#?}");
    assert!(rows[0].replications > 20, "20 replications would be too few");
    let waits = estimate(&rows, "all0", "asa_s");
    assert!(waits.half_width <= 0.01 * waits.mean);
    // The same as so many replications asked for at once.
    assert_eq!(simulate_model(&model, rows[0].replications, Seed(4), &Unwatched).unwrap(), rows);
    let hopeless = simulate_model_to(&model, &Precision::within(1e-6, 40), Seed(4), &Unwatched).unwrap();
    assert_eq!(hopeless[0].replications, 40);
    assert!(hopeless.iter().any(|row| row.excess(&Precision::within(1e-6, 40)) > 1.0));
}

/// Transient M/M/n+M from an empty system: the expected waiting contacts at `hours`, times θ, integrated, are those who
/// abandon. Kolmogorov's forward equations by the classical Runge–Kutta method.
fn abandoned_from_empty(agents: usize, (rate, aht, patience): (f64, f64, f64), seconds: f64) -> f64 {
    let states = 3 * agents;
    let leave = |k: usize| k.min(agents) as f64 / aht + k.saturating_sub(agents) as f64 / patience;
    // The last entry is the abandonments so far.
    let slope = |p: &[f64]| -> Vec<f64> {
        let flow = |k: usize| if k < states { rate * p[k] } else { 0.0 };
        let mut slope: Vec<f64> = (0..=states)
            .map(|k| {
                let up = if k > 0 { flow(k - 1) } else { 0.0 };
                let down = if k < states { leave(k + 1) * p[k + 1] } else { 0.0 };
                up + down - flow(k) - leave(k) * p[k]
            })
            .collect();
        slope.push((agents..=states).map(|k| (k - agents) as f64 / patience * p[k]).sum());
        slope
    };
    let mut p = vec![0.0; states + 2];
    p[0] = 1.0;
    let steps = (seconds * leave(states) * 2.0).ceil();
    let h = seconds / steps;
    let moved = |p: &[f64], k: &[f64], h: f64| -> Vec<f64> { p.iter().zip(k).map(|(p, k)| p + h * k).collect() };
    for _ in 0..steps as usize {
        let first = slope(&p);
        let second = slope(&moved(&p, &first, h / 2.0));
        let third = slope(&moved(&p, &second, h / 2.0));
        let fourth = slope(&moved(&p, &third, h));
        for (i, p) in p.iter_mut().enumerate() {
            *p += h / 6.0 * (first[i] + 2.0 * second[i] + 2.0 * third[i] + fourth[i]);
        }
    }
    p[states + 1]
}

#[test]
fn a_start_from_empty_abandons_as_the_kolmogorov_equations_say() {
    // Overloaded, so that the queue grows through the hour: λ = 12 a minute, AHT 180 s, patience 90 s, n = 32.
    let (agents, aht, patience) = (32, 180.0, 90.0);
    let mut model = pool(agents, &[720.0], aht, Some(patience));
    (model.warm_up_hours, model.hours) = (0.0, 0.5);
    let runner = ModelRunner::new(&model).unwrap();
    let abandoned = |seed| -> Vec<f64> {
        let measures = runner.run(runner.agents(), 20_000, Seed(seed), &Unwatched).unwrap();
        measures.all.counts.iter().map(|counts| counts.abandoned as f64).collect()
    };
    let exact = abandoned_from_empty(agents as usize, (0.2, aht, patience), 1800.0);
    let counts = abandoned(6);
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / counts.len() as f64;
    let error = 3.0 * (variance / counts.len() as f64).sqrt();
    assert!((mean - exact).abs() < error, "{mean} for {exact} ± {error}");
    assert!(error < 0.02 * exact);
    // Two types of half the rate go through the other loop.
    model.contact_types[0].arrivals_per_hour = 360.0;
    let mut twin = model.contact_types[0].clone();
    twin.id = "twin".to_owned();
    model.contact_types.push(twin);
    model.groups[0].serves.push("twin".to_owned());
    let runner = ModelRunner::new(&model).unwrap();
    let measures = runner.run(runner.agents(), 5_000, Seed(7), &Unwatched).unwrap();
    let mean = measures.all.counts.iter().map(|counts| counts.abandoned as f64).sum::<f64>() / 5_000.0;
    assert!((mean - exact).abs() < 2.0 * error, "{mean} for {exact}");
}

#[test]
fn the_loop_of_one_pool_and_the_loop_of_many_skills_agree_to_the_last_contact() {
    // A second type without contacts sends the model through the loop of many skills.
    for (patience, agents) in [(Some(120.0), 12), (None, 13), (Some(120.0), 0)] {
        let mut one = pool(agents, &[120.0], 300.0, patience);
        (one.warm_up_hours, one.hours) = (5.0, 200.0);
        let mut two = pool(agents, &[120.0, 0.0], 300.0, patience);
        (two.warm_up_hours, two.hours) = (5.0, 200.0);
        let run = |model| {
            let runner = ModelRunner::new(model).unwrap();
            runner.run(runner.agents(), 3, Seed(12), &Unwatched).unwrap()
        };
        let (one, two) = (run(&one), run(&two));
        for (a, b) in one.all.counts.iter().zip(&two.all.counts) {
            let whole = |counts: &TypeCounts| TypeCounts { wait_seconds: 0.0, ..*counts };
            assert_eq!(whole(a), whole(b));
            assert!((a.wait_seconds - b.wait_seconds).abs() <= 1e-9 * a.wait_seconds);
        }
        assert!(one.occupancy[0].difference(&two.occupancy[0]).mean.abs() < 1e-9);
    }
}

#[test]
fn the_law_of_patience_matters_as_baccelli_and_hebuterne_say() {
    // M/M/n+G: the offered wait has the density c · exp(λ ∫₀ˣ (1 − G) − nμx); deterministic patience τ cuts it off there.
    let (agents, rate, aht, limit) = (10, 0.05, 200.0, 60.0);
    let (offered, mu) = (rate * aht, 1.0 / aht);
    let drift = rate - f64::from(agents) * mu;
    let until = |x: f64| if drift.abs() < 1e-12 { x } else { ((drift * x).exp() - 1.0) / drift };
    let beyond = (drift * limit).exp() / (f64::from(agents) * mu);
    // All but one agent busy, among the states with an idle agent: Erlang B of n - 1 agents.
    let last_free = {
        let mut b = 1.0_f64;
        for n in 1..agents {
            b = offered * b / (f64::from(n) + offered * b);
        }
        b
    };
    // Odds of all agents busy against one idle at least.
    let mass = rate * last_free * (until(limit) + beyond);
    let free = 1.0 / (1.0 + mass);
    let p_abandon = free * rate * last_free * beyond;
    let mut model = pool(agents, &[3600.0 * rate], aht, Some(limit));
    model.contact_types[0].patience_distribution = HandleDistribution::Deterministic;
    let rows = simulate_model(&model, 20, Seed(3), &Unwatched).unwrap();
    assert_covers(estimate(&rows, "all0", "p_abandon"), p_abandon, "deterministic patience");
    assert_covers(estimate(&rows, "all0", "p_wait"), 1.0 - free, "deterministic patience");
    // Patience of the same mean that spreads more loses more of those who would be answered soon.
    let mut before = p_abandon;
    for cv in [0.5, 1.0, 2.0] {
        model.contact_types[0].patience_distribution = HandleDistribution::Lognormal;
        model.contact_types[0].patience_cv = Some(cv);
        let rows = simulate_model(&model, 10, Seed(3), &Unwatched).unwrap();
        let p_abandon = estimate(&rows, "all0", "p_abandon");
        assert!(p_abandon.mean - p_abandon.half_width > before * 0.98, "cv {cv}: {p_abandon:?} after {before}");
        before = p_abandon.mean;
    }
}
