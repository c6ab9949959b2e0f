//! Time of a multi-skill staffing: one interval of a three-tier centre and of a chain of six queues.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use scenarios::multi_skill::{GroupTerms, MultiSkillProblem, SimulationEffort, staff_multi_skill};
use solver_data::queueing_model::QueueingModel;
use solver_data::{Seed, ServiceTarget, Unwatched};

/// Sizes, seeds and times of all benches here.
fn settings() -> Criterion {
    Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(10))
}

fn model(text: &str) -> QueueingModel {
    serde_json::from_str(text).expect("the test data are models")
}

fn three_tiers() -> MultiSkillProblem {
    let model = model(include_str!("../scenarios/tests/data/three_tiers.json"));
    let targets = vec![
        ServiceTarget::share_within(0.8, 30.0),
        ServiceTarget::share_within(0.8, 30.0),
        ServiceTarget::share_within(0.9, 15.0),
    ];
    MultiSkillProblem { model, targets, terms: [20.0, 26.0, 35.0].map(GroupTerms::unlimited).to_vec() }
}

fn chain() -> MultiSkillProblem {
    let model = model(include_str!("../scenarios/tests/data/CHAIN6_chain2.json"));
    MultiSkillProblem::uniform(model, ServiceTarget::share_within(0.8, 20.0))
}

fn staff(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("multi_skill");
    for (name, problem) in [("three_tiers", three_tiers()), ("chain6", chain())] {
        group.bench_with_input(BenchmarkId::new("staff", name), &problem, |bencher, problem| {
            bencher.iter(|| staff_multi_skill(black_box(problem), SimulationEffort::BRISK, Seed(1), &Unwatched));
        });
    }
    group.finish();
}

criterion_group! { name = multi_skill; config = settings(); targets = staff }
criterion_main!(multi_skill);
