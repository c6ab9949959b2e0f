//! Speed of the simulator: contacts a second on one pool and on many skills, and a week of a large roster.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveTime, Weekday};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scenarios::simulation::{RosterSimulation, simulate_model, simulate_roster};
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::queueing_model::{AgentGroup, ContactType, HandleDistribution, IdleChoice, QueueDiscipline, QueueingModel};
use solver_data::{
    Agent, AgentId, Break, Calendar, Centre, Channel, ContractId, Currency, DemandForecast, DemandUncertainty, LabourRules,
    Level, LevelId, Money, PlanningGrid, Queue, QueueForecast, Roster, Seed, ServiceTarget, Shift, Shrinkage,
    ShrinkageAssumptions, SkillId, Table, Tour, Unwatched, WeeklyHours,
};

/// Sizes, seeds and times of all benches here.
fn settings() -> Criterion {
    Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(3))
}

/// One pool of 100 agents at 95 erlangs with patience.
fn pool() -> QueueingModel {
    chain("pool", 1, 100, 1140.0)
}

/// `types` contact types; type i is served by group i and, after it, by all others.
fn chain(name: &str, types: usize, agents: u32, arrivals_per_hour: f64) -> QueueingModel {
    let group = |i: usize| format!("group{}", i % types);
    let contact_type = |i: usize| ContactType {
        id: format!("type{i}"),
        arrivals_per_hour,
        patience_seconds: Some(180.0),
        service_level_seconds: 20.0,
        handle_seconds: (0..types).map(|g| (group(g), 300.0)).collect::<BTreeMap<_, _>>(),
        route: (0..types).map(|step| vec![group(i + step)]).collect(),
        distribution: HandleDistribution::Exponential,
        cv: None,
        shape: None,
        patience_distribution: HandleDistribution::Exponential,
        patience_cv: None,
        patience_shape: None,
    };
    let agent_group = |i: usize| AgentGroup {
        id: group(i),
        agents,
        serves: (0..types).map(|step| format!("type{}", (i + step) % types)).collect(),
    };
    QueueingModel {
        name: name.to_owned(),
        contact_types: (0..types).map(contact_type).collect(),
        groups: (0..types).map(agent_group).collect(),
        queue_discipline: QueueDiscipline::Priority,
        idle_choice: IdleChoice::Listed,
        waiting_room: None,
        warm_up_hours: 0.0,
        hours: 1_000_000.0 / (arrivals_per_hour * types as f64),
    }
}

fn models(criterion: &mut Criterion) {
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread can be built");
    let mut group = criterion.benchmark_group("simulation/model");
    for (id, model) in [("single_pool_100", pool()), ("multi_skill_6x12", chain("chain", 6, 12, 140.0))] {
        group.throughput(Throughput::Elements(1_000_000));
        group.bench_with_input(BenchmarkId::from_parameter(id), &model, |bencher, model| {
            one_core.install(|| {
                bencher.iter(|| simulate_model(black_box(model), 1, Seed(1), &Unwatched).expect("the model is sound"));
            });
        });
    }
    group.finish();
}

/// Six queues; agents serve one, two or all of them.
fn large_centre(agents: usize) -> Centre {
    let queue = |number: u32| Queue {
        name: format!("q{number}"),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(number),
        lowest_level: LevelId(0),
        priority: (number % 3) as i32,
        patience_seconds: Some(180.0),
        concurrency: 1,
        aht_seconds: Some(300.0),
        target: ServiceTarget::share_within(0.8, 20.0),
        hours: None,
        donor: None,
        later_targets: Vec::new(),
        handling: solver_data::ContactHandling::default(),
    };
    let agent = |number: usize| Agent {
        code: format!("a{number}"),
        contract: ContractId(0),
        level: LevelId(0),
        skills: (0..6)
            .filter(|skill| (number + skill) % 6 < [1, 2, 6][number / 6 % 3])
            .map(|skill| SkillId(skill as u32))
            .collect(),
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: solver_data::CarriedOver::default(),
    };
    let none = Shrinkage::try_from(0.0).expect("0 is a shrinkage");
    Centre {
        name: "large".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: 15,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new((0..6).map(queue).collect()),
        skills: Table::new((0..6).map(|number| format!("q{number}")).collect()),
        levels: Table::new(vec![Level { name: "agent".to_owned(), hourly: Money(2000) }]),
        contracts: Table::new(Vec::new()),
        templates: Table::new(Vec::new()),
        rules: LabourRules::pack("none").expect("a pack of the program"),
        shrinkage: ShrinkageAssumptions { planned: none, unplanned: none },
        coverage: CoveragePrices { understaffing_per_hour: Money(0), overstaffing_per_hour: Money(0) },
        pay: PayRules {
            night: (0, 0),
            night_premium: 0.0,
            weekend: [None; 7],
            weekend_premium: 0.0,
            holiday_premium: 0.0,
            on_cost: 0.0,
        },
        agents: Table::new((0..agents).map(agent).collect()),
        time_off: Vec::new(),
        requests: Vec::new(),
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: None,
    }
}

/// A week from 08 to 20 o'clock at 85 % of what the agents on contact can do.
fn week(centre: &Centre) -> (DemandForecast, Roster) {
    let monday = NaiveDate::from_ymd_opt(2024, 6, 3).expect("a date");
    let grid = Arc::new(PlanningGrid::new(monday, 7, 15, chrono_tz::UTC).expect("a week fits"));
    let at = |day: usize, minute: usize| {
        monday.and_time(NaiveTime::MIN) + Duration::days(day as i64) + Duration::minutes(minute as i64)
    };
    // Five days a week, two starts: 08:00 and 11:30, 8.5 hours with a break of half an hour.
    let shift = |agent: usize, day: usize| {
        let start = if agent.is_multiple_of(2) { 480 } else { 690 };
        let pause = start + 210 + 30 * (agent / 2 % 4);
        let breaks = vec![Break { kind: "lunch".to_owned(), start: at(day, pause), end: at(day, pause + 30), paid: false }];
        let (start, end) = (at(day, start), at(day, start + 510));
        Shift { date: start.date(), template: "t".to_owned(), start, end, breaks, paid_minutes: 480 }
    };
    let tour = |agent: usize| Tour {
        agent: AgentId::from(agent),
        shifts: (0..7).filter(|day| (agent + day) % 7 < 5).map(|day| shift(agent, day)).collect(),
    };
    let roster = Roster { grid: Arc::clone(&grid), tours: (0..centre.agents.len()).map(tour).collect(), reaching: Vec::new() };
    let open: Vec<bool> = (0..grid.len()).map(|t| (32..80).contains(&(t % 96))).collect();
    let mean: Vec<f64> = roster.on_contact(|_| true).iter().map(|&agents| 0.85 * f64::from(agents) * 3.0 / 6.0).collect();
    let queue = |queue: &Queue| QueueForecast {
        name: queue.name.clone(),
        open: open.clone(),
        mean: mean.clone(),
        bands: Vec::new(),
        aht_seconds: None,
        model: "bench".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.06, overdispersion: 1.5 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let queues: Vec<_> = centre.queues.iter().map(queue).collect();
    let day_errors = solver_data::DayErrors::independent(queues.len());
    (DemandForecast { grid, queues, day_errors }, roster)
}

fn rosters(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("simulation/roster");
    let replications = 100;
    let centre = large_centre(300);
    let (forecast, roster) = week(&centre);
    let contacts: f64 = forecast.queues.iter().flat_map(|queue| &queue.mean).sum();
    group.throughput(Throughput::Elements((contacts * f64::from(replications)) as u64));
    group.bench_function(BenchmarkId::from_parameter("week_300_agents_6_queues_100_replications"), |bencher| {
        let request = RosterSimulation {
            centre: &centre,
            forecast: &forecast,
            roster: &roster,
            replications,
            absence: 0.05,
            seed: Seed(1),
        };
        bencher.iter(|| simulate_roster(black_box(&request), &Unwatched).expect("the request is sound"));
    });
    group.finish();
}

criterion_group! { name = simulation; config = settings(); targets = models, rosters }
criterion_main!(simulation);
