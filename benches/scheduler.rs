//! The roster solver's single steps and whole solves, on seeded weeks made here. Ids are `scheduler/operation/size`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use scenarios::scheduler::{Workbench, solve_week};
use solver_data::week::{ContactCentreWeek, WeekAgent, WeekBreak, WeekPrices, WeekQueue, WeekShift};
use solver_data::{Seed, SolveLimits, Unwatched};

/// Paid minutes and quarters of the five lengths of shift.
const CLASSES: [(&str, u32, usize); 5] = [("P4", 240, 16), ("P5", 300, 20), ("P6", 360, 26), ("F8", 480, 34), ("F10", 600, 44)];

/// Shifts on every half hour from 07:00 to 23:00: 95 templates.
fn shifts() -> Vec<WeekShift> {
    let template = |(class, paid, length): (&str, u32, usize), start: usize| {
        let mut breaks = vec![WeekBreak { kind: "rest".to_owned(), lo: start + 4, hi: start + 8, len: 1 }];
        if length > 20 {
            breaks.push(WeekBreak { kind: "meal".to_owned(), lo: start + 12, hi: start + 16, len: 2 });
        }
        WeekShift {
            id: format!("{class}@{start}"),
            len: class.to_owned(),
            start,
            end: start + length,
            paid,
            night: start < 24 || start + length > 92,
            breaks,
        }
    };
    CLASSES.into_iter().flat_map(|class| (28..=92 - class.2).step_by(2).map(move |start| template(class, start))).collect()
}

fn agent(i: usize) -> WeekAgent {
    let half = i.is_multiple_of(4);
    WeekAgent {
        id: format!("A{i}"),
        tier: 1 + u32::from(i.is_multiple_of(3)),
        contract: if half { "PT" } else { "FT" }.to_owned(),
        lens: CLASSES.iter().filter(|class| half == (class.1 < 400)).map(|class| class.0.to_owned()).collect(),
        min_paid: if half { 960 } else { 2280 },
        max_paid: if half { 1440 } else { 2400 },
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
    }
}

/// A week of `agents` agents in two tiers, with a requirement that about fits them. The last may work all 95 templates.
fn week(agents: usize) -> ContactCentreWeek {
    let need = |tier: u32| {
        let share = if tier == 1 { 0.34 } else { 0.12 };
        (0..672).map(move |t| {
            let hour = f64::from(t % 96) / 4.0;
            let shape = (-((hour - 11.0) / 2.5).powi(2)).exp() + 0.8 * (-((hour - 16.5) / 3.0).powi(2)).exp();
            if (28..92).contains(&(t % 96)) { (share * agents as f64 * shape) as i64 } else { 0 }
        })
    };
    let mut staff: Vec<WeekAgent> = (0..agents).map(agent).collect();
    if let Some(last) = staff.last_mut() {
        last.lens = CLASSES.iter().map(|class| class.0.to_owned()).collect();
        (last.min_paid, last.max_paid) = (1200, 2400);
    }
    ContactCentreWeek {
        name: format!("bench_{agents}"),
        interval_min: 15,
        days: 7,
        queues: [1, 2].map(|tier| WeekQueue { id: format!("Q{tier}"), min_tier: tier, req: need(tier).collect() }).into(),
        shifts: shifts(),
        agents: staff,
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

fn settings() -> Criterion {
    Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1))
}

/// One agent's tours: full-time (49 templates), part-time and all 95 templates over 7 days.
fn pricing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scheduler");
    let mut bench = Workbench::new(&week(100)).expect("the requirement fits the week");
    for (name, agent) in [("full_time", 1), ("part_time", 4), ("any_template", 99)] {
        group.bench_function(format!("pricing/bound_{name}"), |bencher| bencher.iter(|| bench.price(black_box(agent))));
        group.bench_function(format!("pricing/response_{name}"), |bencher| bencher.iter(|| bench.respond(black_box(agent))));
    }
    group.bench_function("coverage/out_value_in", |bencher| bencher.iter(|| bench.recover(black_box(1))));
    group.finish();
}

/// Steps of construction, master and search.
fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scheduler");
    group.sample_size(10);
    for agents in [100, 1000] {
        let bench = Workbench::new(&week(agents)).expect("the requirement fits the week");
        group.bench_function(format!("construction/{agents}"), |bencher| bencher.iter(|| bench.construct()));
        let mut search = bench.search(Seed(0), 0.02);
        group.bench_function(format!("lns_step/{agents}"), |bencher| bencher.iter(|| search.step()));
        group.bench_function(format!("adjustments_100/{agents}"), |bencher| bencher.iter(|| search.adjust(black_box(100))));
    }
    let bench = Workbench::new(&week(30)).expect("the requirement fits the week");
    group.bench_function("master/add_and_resolve_30", |bencher| {
        bencher.iter_batched(|| bench.master(), |mut master| master.resolve(), BatchSize::PerIteration);
    });
    group.finish();
}

/// Bound and construction alone (no round of search), then ten rounds of search on top.
fn solves(criterion: &mut Criterion) {
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

criterion_group!(name = benches; config = settings(); targets = pricing, steps, solves);
criterion_main!(benches);
