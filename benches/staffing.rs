//! The staffing stage: queue formulas, sizing and batches. Ids are `staffing/operation/size`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scenarios::staffing::batch::{QueueRow, RequiredRow, RowModel, required};
use scenarios::staffing::queue::{Chat, FiniteQueue, PriorityQueue, Retrials};
use scenarios::staffing::{ChatStation, ErlangA, ErlangB, ErlangC, QueueModel, Station, service_curve};
use solver_data::{ServiceLevelDefinition, ServiceTarget};

/// Offered loads in erlangs.
const LOADS: [f64; 5] = [10.0, 100.0, 1_000.0, 10_000.0, 100_000.0];

fn settings() -> Criterion {
    Criterion::default().sample_size(50).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1))
}

fn station(load: f64, model: QueueModel) -> Station {
    Station { model, volume: load * 10.0, interval_seconds: 1800.0, aht_seconds: 180.0 }
}

fn patient() -> QueueModel {
    QueueModel::ErlangA { patience_seconds: 180.0 }
}

fn formulas(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("staffing");
    for load in LOADS {
        let agents = load + load.sqrt();
        group.bench_function(BenchmarkId::new("erlang_b", load), |bench| {
            bench.iter(|| ErlangB::new(black_box(agents), black_box(load)).blocking());
        });
        group.bench_function(BenchmarkId::new("erlang_c", load), |bench| {
            bench.iter(|| ErlangC::new(black_box(agents), black_box(load)).within(0.1));
        });
        group.bench_function(BenchmarkId::new("erlang_a", load), |bench| {
            bench.iter(|| ErlangA::new(black_box(load), black_box(load), 1.0).within(0.1).served());
        });
        group.bench_function(BenchmarkId::new("evaluate_erlang_a", load), |bench| {
            let station = station(load, patient());
            bench.iter(|| black_box(&station).evaluate(load as u32, 20.0, ServiceLevelDefinition::ServedAll));
        });
    }
    group.finish();
}

/// What is built on the Erlang formulas, at ten and a hundred agents or more.
fn variants(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("staffing");
    for agents in [10_u32, 100, 10_000] {
        let load = f64::from(agents);
        group.bench_function(BenchmarkId::new("finite_room", agents), |bench| {
            bench.iter(|| FiniteQueue::new(black_box(agents), load, agents + 200, f64::INFINITY).blocking());
        });
        group.bench_function(BenchmarkId::new("finite_room_patience", agents), |bench| {
            bench.iter(|| FiniteQueue::new(black_box(agents), load, agents + 200, 1.0).blocking());
        });
        group.bench_function(BenchmarkId::new("retrials_b", agents), |bench| {
            bench.iter(|| Retrials::over_loss(black_box(load), load, 0.6).attempts());
        });
        group.bench_function(BenchmarkId::new("retrials_a", agents), |bench| {
            bench.iter(|| Retrials::over_abandonment(black_box(load), load, 1.0, 0.6).attempts());
        });
        group.bench_function(BenchmarkId::new("priority", agents), |bench| {
            let loads = [0.2, 0.3, 0.4].map(|share| share * load);
            bench.iter(|| PriorityQueue::new(black_box(load), &loads).mean_wait(2));
        });
        group.bench_function(BenchmarkId::new("chat", agents), |bench| {
            let (aht, arrivals) = ([420.0, 540.0, 720.0], load * 3.0 / 720.0);
            bench.iter(|| Chat::new(black_box(agents), arrivals, &aht, 300.0).wait_probability());
        });
    }
    let desk =
        ChatStation { volume: 750.0, interval_seconds: 1800.0, aht_seconds: vec![420.0, 540.0, 720.0], patience_seconds: 300.0 };
    group.bench_function(BenchmarkId::new("required_chat", 100), |bench| {
        bench.iter(|| black_box(&desk).required_agents(&ServiceTarget::share_within(0.9, 30.0)));
    });
    group.finish();
}

fn sizing(criterion: &mut Criterion) {
    let target = ServiceTarget::share_within(0.8, 20.0);
    let mut group = criterion.benchmark_group("staffing");
    for load in LOADS {
        for (name, model) in [("required_erlang_c", QueueModel::ErlangC), ("required_erlang_a", patient())] {
            let station = station(load, model);
            group.bench_function(BenchmarkId::new(name, load), |bench| {
                bench.iter(|| black_box(&station).required_agents(&target));
            });
        }
    }
    let hundred = station(100.0, patient());
    group.bench_function(BenchmarkId::new("service_curve", 100), |bench| {
        bench.iter(|| service_curve(black_box(&hundred), &target));
    });
    group.finish();
}

fn batches(criterion: &mut Criterion) {
    let rows: Vec<_> = (0..10_000)
        .map(|row| RequiredRow {
            queue: QueueRow {
                model: RowModel::ErlangC,
                volume: 1000.0 + 0.01 * f64::from(row),
                interval_s: 1800.0,
                aht_s: 180.0,
                patience_s: None,
            },
            sl_def: ServiceLevelDefinition::ServedAll,
            sl_target: Some(0.8),
            t_s: Some(20.0),
            asa_max_s: None,
            max_abandon: None,
            max_occ: None,
            max_block: None,
            asa_max_by_class_s: Box::default(),
        })
        .collect();
    let mut group = criterion.benchmark_group("staffing");
    group.throughput(Throughput::Elements(rows.len() as u64));
    group.bench_function(BenchmarkId::new("batch_required", rows.len()), |bench| bench.iter(|| required(black_box(&rows))));
    group.finish();
}

criterion_group!(name = benches; config = settings(); targets = formulas, variants, sizing, batches);
criterion_main!(benches);
