//! Benches of the roster solver, on seeded weeks made here.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use scenarios::scheduler::solve_week;
use solver_data::week::{ContactCentreWeek, WeekAgent, WeekBreak, WeekPrices, WeekQueue, WeekShift};
use solver_data::{Seed, SolveLimits, Unwatched};

/// Two lengths of shift on every half hour from 08:00 to 22:00.
fn shifts() -> Vec<WeekShift> {
    let template = |(class, length, paid): (&str, usize, u32), start: usize| WeekShift {
        id: format!("{class}@{start}"),
        len: class.to_owned(),
        start,
        end: start + length,
        paid,
        night: start < 24 || start + length > 92,
        breaks: vec![
            WeekBreak { kind: "rest".to_owned(), lo: start + 4, hi: start + 8, len: 1 },
            WeekBreak { kind: "meal".to_owned(), lo: start + 12, hi: start + 16, len: 2 },
        ],
    };
    let classes = [("half", 22, 300), ("full", 34, 480)];
    classes.into_iter().flat_map(|class| (32..=88 - class.1).step_by(2).map(move |start| template(class, start))).collect()
}

/// A week of `agents` agents in two tiers, with a requirement that about fits them.
fn week(agents: usize) -> ContactCentreWeek {
    let agent = |i: usize| WeekAgent {
        id: format!("A{i}"),
        tier: 1 + u32::from(i.is_multiple_of(3)),
        contract: if i.is_multiple_of(4) { "PT" } else { "FT" }.to_owned(),
        lens: vec![if i.is_multiple_of(4) { "half" } else { "full" }.to_owned()],
        min_paid: if i.is_multiple_of(4) { 900 } else { 1920 },
        max_paid: if i.is_multiple_of(4) { 1500 } else { 2400 },
        max_days: 5,
        max_consec: 5,
        prev_consec: (i % 4) as u32,
        min_rest_q: 44,
        rate_cents_h: 2000 + 400 * i64::from(i.is_multiple_of(3)),
        no_night: false,
        avail: None,
        holiday: Vec::new(),
        day_off_req: vec![i % 7],
        pref_band: ["early", "mid", "late", "none"][i % 4].to_owned(),
        worked_last_weekend: i.is_multiple_of(2),
    };
    let need = |tier: u32| {
        let share = if tier == 1 { 0.30 } else { 0.10 };
        (0..672).map(move |t| {
            let hour = f64::from(t % 96) / 4.0;
            let shape = (-((hour - 11.0) / 2.5).powi(2)).exp() + 0.8 * (-((hour - 16.5) / 3.0).powi(2)).exp();
            if (32..88).contains(&(t % 96)) { (share * agents as f64 * shape) as i64 } else { 0 }
        })
    };
    ContactCentreWeek {
        name: format!("bench_{agents}"),
        interval_min: 15,
        days: 7,
        queues: [1, 2].map(|tier| WeekQueue { id: format!("Q{tier}"), min_tier: tier, req: need(tier).collect() }).into(),
        shifts: shifts(),
        agents: (0..agents).map(agent).collect(),
        cost: WeekPrices {
            under_interval: 4000,
            over_interval: 200,
            pref_band_day: 300,
            day_off_req: 2500,
            split_days_off: 1500,
            weekend_again_day: 1000,
        },
    }
}

/// Bound and guided construction alone (no round of search), then one and ten rounds of search on top.
fn scheduler(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scheduler");
    group.sample_size(10);
    for (agents, rounds) in [(30, 0), (30, 10), (100, 0), (100, 10)] {
        let week = week(agents);
        let limits = SolveLimits { seconds: None, gap: 0.0, iterations: Some(rounds), threads: 2 };
        let operation = if rounds == 0 { "bound_and_construction" } else { "ten_rounds" };
        group.bench_function(format!("{operation}/{agents}"), |bencher| {
            bencher.iter(|| solve_week(black_box(&week), &limits, Seed(0), &Unwatched).expect("every agent has a tour"));
        });
    }
    group.finish();
}

criterion_group!(benches, scheduler);
criterion_main!(benches);
