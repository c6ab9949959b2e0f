//! Time of a capacity plan: 12 and 24 months of three and six levels, its relaxation and its roll-forward.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use scenarios::scheduler::capacity::{CapacityEffort, plan_capacity, relax_capacity};
use solver_data::capacity::{CapacityLevel, CapacityLimits, CapacityProblem, CrossTraining, HiringTerms, StaffGroup};
use solver_data::check::check_capacity;

/// Sizes and times of all benches here.
fn settings() -> Criterion {
    Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(10))
}

/// A centre that grows by a third in two years, with a season of a quarter.
fn problem(levels: usize, months: usize) -> CapacityProblem {
    let agents = |l: usize, t: usize| 60.0 / (1.0 + l as f64) * (1.0 + 0.015 * t as f64 + 0.12 * (t as f64 * 0.52).sin());
    let level = |l: usize| CapacityLevel {
        name: format!("level {l}"),
        monthly_hours: 165.0,
        hour_cost: 3_000.0 + 600.0 * l as f64,
        may_hire: true,
    };
    CapacityProblem {
        levels: (0..levels).map(level).collect(),
        required: (0..levels).map(|l| (0..months).map(|t| 151.8 * agents(l, t)).collect()).collect(),
        staff: (0..levels)
            .map(|level| StaffGroup {
                level,
                tenure: 30,
                heads: agents(level, 0).round(),
                monthly_hours: 165.0,
                from: 0,
                until: None,
            })
            .collect(),
        hiring: HiringTerms {
            lead_months: 1,
            training_months: 0.46,
            pass: 0.85,
            class_seats: 12.0,
            classes_a_month: 4.0,
            class_cost: 400_000.0,
            hire_cost: 250_000.0,
        },
        attrition: vec![0.06, 0.05, 0.04, 0.03, 0.03, 0.025],
        ramp: vec![0.6, 0.8, 0.9],
        leave: vec![0.08; months],
        limits: CapacityLimits { overtime_share: 0.08, overtime_rate: 1.5, outsourcing_share: 0.1, outsourced_hour: 9_000.0 },
        cross_training: CrossTraining { seats: 3.0, lost_share: 0.46, cost: 60_000.0, tenure: 6 },
        shortage_hour: 30_000_000.0,
    }
}

fn plan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("capacity");
    for (levels, months) in [(3, 12), (6, 24)] {
        let problem = problem(levels, months);
        let size = format!("{months}x{levels}");
        group.bench_with_input(BenchmarkId::new("plan", &size), &problem, |bencher, problem| {
            bencher.iter(|| plan_capacity(black_box(problem), CapacityEffort::THOROUGH));
        });
        group.bench_with_input(BenchmarkId::new("relax", &size), &problem, |bencher, problem| {
            bencher.iter(|| relax_capacity(black_box(problem)));
        });
        let solved = plan_capacity(&problem, CapacityEffort::BRISK).expect("the bench's problem is well formed");
        group.bench_with_input(BenchmarkId::new("roll_forward", &size), &problem, |bencher, problem| {
            bencher.iter(|| check_capacity(black_box(problem), &solved.plan));
        });
    }
    group.finish();
}

criterion_group! { name = capacity; config = settings(); targets = plan }
criterion_main!(capacity);
