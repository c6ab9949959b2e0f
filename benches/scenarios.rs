//! What-ifs on the bank's week with today's roster. Ids are `scenarios/operation/size`, the size being replications.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};
use scenarios::scenario::{Base, Measured, RosterChoice, Wish, apply, compare, sweep_point};
use scenarios::{DemandChanges, PlanRequest};
use solver_data::io::{ScenarioContext, ScenarioShelf, SourceText, read_centre, read_history, read_scenario};
use solver_data::{Scenario, Seed, SolveLimits, Unwatched, ValidationReport};

/// The catalogue alone.
struct Catalogue;

impl ScenarioShelf for Catalogue {
    fn text(&self, name: &str) -> Option<SourceText> {
        let text = scenarios::scenario::catalog::text(name)?;
        Some(SourceText::decode(name, text.as_bytes()))
    }
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The bank's week with a roster of few iterations.
fn bank(replications: u32) -> Base {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/bank");
    let centre = read_centre(&folder).0.expect("the template is valid");
    let history = read_history(&folder.join("history.csv"), Some(centre.zone)).0.expect("the template has a history");
    let request = PlanRequest {
        centre,
        findings: ValidationReport::default(),
        history,
        changes: DemandChanges::default(),
        actual: None,
        reaching: Vec::new(),
        start: NaiveDate::from_ymd_opt(1999, 10, 24).expect("a date"),
        weeks: 1,
        limits: SolveLimits { iterations: Some(5), threads: 2, ..SolveLimits::default() },
        replications,
        rounds: 1,
        seed: Seed(0),
    };
    let demand = Base::demand_of(&request).expect("the history can be forecast");
    Base::plan(&request, demand, &Unwatched).expect("the bank can be planned")
}

fn scenario(base: &Base, name: &str) -> Scenario {
    let context = ScenarioContext { centre: &base.centre, days: base.demand.grid.dates() };
    read_scenario(name, &Catalogue, context).0.expect("the catalogue runs on the bank")
}

fn settings() -> Criterion {
    Criterion::default().sample_size(10).measurement_time(Duration::from_secs(10)).warm_up_time(Duration::from_secs(1))
}

fn what_ifs(criterion: &mut Criterion) {
    let base = bank(100);
    let before = Measured::of(&base.situation(), (base.replications, base.seed), &Unwatched).expect("the bank can be simulated");
    let mut group = criterion.benchmark_group("scenarios");
    let (flu, double) = (scenario(&base, "flu_week"), scenario(&base, "double_11"));
    group.bench_function("apply/bank", |bencher| bencher.iter(|| apply(black_box(&base), &double)));
    let wish = Wish { rosters: vec![RosterChoice::Kept] };
    group.bench_function("compare_kept/100", |bencher| {
        bencher.iter(|| compare((&base, &before), black_box(&flu), &wish, &Unwatched).expect("a kept roster can be simulated"));
    });
    group.bench_function("sweep_point_kept/100", |bencher| {
        let rosters = [RosterChoice::Kept];
        bencher.iter(|| sweep_point((&base, &before), black_box(&flu), &rosters, &Unwatched).expect("as above"));
    });
    group.finish();
}

criterion_group!(name = benches; config = settings(); targets = what_ifs);
criterion_main!(benches);
