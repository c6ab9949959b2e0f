//! The staffing stage: queue formulas, sizing and batches. Ids are `staffing/operation/size`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scenarios::staffing::batch::{QueueRow, RequiredRow, RowModel, required};
use scenarios::staffing::{ErlangA, ErlangB, ErlangC, QueueModel, Station, service_curve};
use solver_data::{ServiceLevelDefinition, ServiceTarget};

/// Offered loads in erlangs.
const LOADS: [f64; 4] = [10.0, 100.0, 1_000.0, 100_000.0];

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

criterion_group!(name = benches; config = settings(); targets = formulas, sizing, batches);
criterion_main!(benches);
