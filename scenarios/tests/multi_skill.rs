//! Multi-skill staffing on the chain of six queues, on a three-tier centre, and where formulas know the answer.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use scenarios::multi_skill::{
    GroupTerms, MultiSkillError, MultiSkillProblem, MultiSkillStaffing, Promise, SimulationEffort, staff_multi_skill,
};
use scenarios::simulation::ModelRunner;
use scenarios::staffing::{QueueModel, Station};
use solver_data::queueing_model::QueueingModel;
use solver_data::{Seed, ServiceTarget, Unwatched};

const EFFORT: SimulationEffort = SimulationEffort { contacts: 4_000.0, first: 10, most: 80, proof: 80, polish: 8 };
/// Replications and seed of the judgement that shares nothing with the search.
const JUDGED: (u32, Seed) = (20, Seed(0xC0FFEE));

fn chain() -> MultiSkillProblem {
    let model: QueueingModel = serde_json::from_str(include_str!("data/CHAIN6_chain2.json")).unwrap();
    MultiSkillProblem::uniform(model, ServiceTarget::share_within(0.8, 20.0))
}

/// Simple contacts must also connect, complex ones are promised more.
fn tiers() -> MultiSkillProblem {
    let model: QueueingModel = serde_json::from_str(include_str!("data/three_tiers.json")).unwrap();
    let targets = vec![
        ServiceTarget { abandonment: Some(0.05), ..ServiceTarget::share_within(0.8, 30.0) },
        ServiceTarget::share_within(0.8, 30.0),
        ServiceTarget::share_within(0.9, 15.0),
    ];
    let terms = [20.0, 26.0, 35.0].map(GroupTerms::unlimited).to_vec();
    MultiSkillProblem { model, targets, terms }
}

/// One queue with one group.
fn single(target: ServiceTarget) -> MultiSkillProblem {
    let mut model: QueueingModel = serde_json::from_str(include_str!("data/CHAIN6_chain2.json")).unwrap();
    model.contact_types.truncate(1);
    model.groups.truncate(1);
    let own = &mut model.contact_types[0];
    own.arrivals_per_hour = 240.0;
    own.route = vec![vec!["group1".to_owned()]];
    own.handle_seconds.retain(|group, _| group == "group1");
    model.groups[0].serves = vec!["type1".to_owned()];
    MultiSkillProblem::uniform(model, target)
}

fn solve(problem: &MultiSkillProblem, seed: u64) -> MultiSkillStaffing {
    staff_multi_skill(problem, EFFORT, Seed(seed), &Unwatched).unwrap()
}

/// Every neighbour that costs less: one agent less, one exchanged, two for one.
fn cheaper_neighbours(problem: &MultiSkillProblem, agents: &[u32]) -> Vec<Vec<u32>> {
    let groups = agents.len();
    let mut found = Vec::new();
    let changes = (0..groups).flat_map(|a| (0..=groups).flat_map(move |b| (0..=groups).map(move |c| (a, b, c))));
    for (less, also, more) in changes {
        let mut changed: Vec<i64> = agents.iter().map(|&agents| i64::from(agents)).collect();
        changed[less] -= 1;
        if also < groups {
            changed[also] -= 1;
        }
        if more < groups {
            changed[more] += 1;
        }
        let Ok(changed) = changed.into_iter().map(u32::try_from).collect::<Result<Vec<u32>, _>>() else { continue };
        if problem.cost(&changed) < problem.cost(agents) - 1e-9 {
            found.push(changed);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The worst slack of any promised share over fresh replications, with its half-width.
fn worst_slack(problem: &MultiSkillProblem, runner: &ModelRunner, agents: &[u32]) -> (f64, f64) {
    let measures = runner.run(agents, JUDGED.0, JUDGED.1, &Unwatched).unwrap();
    let slacks = problem.targets.iter().zip(&measures.types).flat_map(|(target, own)| {
        let level = target.service_level.map(|level| (own.sl.estimate().mean - level.share, own.sl.estimate().half_width));
        let loss = target.abandonment.map(|most| (most - own.p_abandon.estimate().mean, own.p_abandon.estimate().half_width));
        level.into_iter().chain(loss)
    });
    slacks.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

/// The answer holds for fresh contacts, and no cheaper neighbour is seen to hold.
fn assert_locally_optimal(problem: &MultiSkillProblem, found: &MultiSkillStaffing) {
    let mut model = problem.model.clone();
    let hourly: f64 = model.contact_types.iter().map(|own| own.arrivals_per_hour).sum();
    (model.warm_up_hours, model.hours) = (2.0, 8_000.0 / hourly);
    for (own, target) in model.contact_types.iter_mut().zip(&problem.targets) {
        own.service_level_seconds = target.service_level.unwrap().within_seconds;
    }
    let runner = ModelRunner::new(&model).unwrap();
    let (slack, half_width) = worst_slack(problem, &runner, &found.agents);
    assert!(slack > -half_width, "{:?} misses a target by {slack} ± {half_width}", found.agents);
    let neighbours = cheaper_neighbours(problem, &found.agents);
    assert!(neighbours.len() >= found.agents.iter().filter(|&&agents| agents > 0).count());
    for neighbour in neighbours {
        let (slack, half_width) = worst_slack(problem, &runner, &neighbour);
        assert!(slack < half_width, "{neighbour:?} is cheaper than {:?} and keeps all by {slack} ± {half_width}", found.agents);
    }
}

#[test]
fn the_chain_of_six_queues_needs_a_sixth_fewer_agents_than_the_queues_alone_and_no_neighbour_does_with_less() {
    let problem = chain();
    let found = solve(&problem, 1);
    eprintln!(
        "{:?} {} {:?} alone {} tried {} cuts {}",
        found.agents, found.cost, found.bound, found.alone.cost, found.tried, found.cuts
    );
    assert!(found.keeps_all());
    assert_eq!(found.alone.agents, [13; 6]);
    assert!(found.cost <= 65.0, "{:?}", found.agents);
    assert!(found.bound.proven <= found.bound.pooled && found.bound.pooled <= found.cost);
    assert!(found.gap() < 0.06, "{}", found.gap());
    assert_locally_optimal(&problem, &found);
}

#[test]
fn a_three_tier_centre_costs_less_than_its_queues_alone_and_no_neighbour_does_with_less() {
    let problem = tiers();
    let found = solve(&problem, 1);
    eprintln!(
        "{:?} {} {:?} alone {:?} tried {} cuts {}",
        found.agents, found.cost, found.bound, found.alone, found.tried, found.cuts
    );
    assert!(found.keeps_all());
    assert!(found.cost < found.alone.cost, "{} against {}", found.cost, found.alone.cost);
    assert!(found.bound.pooled <= found.cost);
    assert_locally_optimal(&problem, &found);
}

#[test]
fn a_single_queue_needs_what_erlang_a_says() {
    let model = QueueModel::ErlangA { patience_seconds: 180.0 };
    let station = Station { model, volume: 240.0, interval_seconds: 3600.0, aht_seconds: 300.0 };
    let targets = [
        ServiceTarget::share_within(0.85, 20.0),
        ServiceTarget { abandonment: Some(0.035), ..ServiceTarget::default() },
        ServiceTarget { asa_seconds: Some(9.0), ..ServiceTarget::default() },
        ServiceTarget { occupancy: Some(0.82), ..ServiceTarget::default() },
    ];
    for target in targets {
        let found = solve(&single(target), 3);
        let wanted = station.required_agents(&target).unwrap();
        assert_eq!(found.agents, [wanted], "{target:?}: {:?}", found.proofs);
        assert_eq!(found.alone.agents, [wanted]);
        assert!(found.bound.pooled <= found.cost);
    }
}

#[test]
fn the_proof_names_every_limit_with_its_confidence() {
    let found = solve(&tiers(), 2);
    let promises: Vec<(usize, Promise)> =
        found.proofs.iter().map(|proof| (proof.limit.contact_type, proof.limit.promise)).collect();
    let levels = (Promise::ServiceLevel, Promise::Abandonment);
    assert_eq!(promises, [(0, levels.0), (0, levels.1), (1, levels.0), (2, levels.0)]);
    for proof in &found.proofs {
        assert!(proof.kept && proof.estimate.half_width > 0.0 && proof.estimate.half_width < 0.02, "{proof:?}");
    }
    assert_eq!((found.service.len(), found.occupancy.len()), (3, 3));
}

#[test]
fn too_few_agents_to_be_had_are_named() {
    let mut problem = tiers();
    problem.terms[2].most = Some(3);
    match staff_multi_skill(&problem, EFFORT, Seed(0), &Unwatched) {
        Err(MultiSkillError::OutOfReach { missing, .. }) => assert!(missing.contains(&"complex".to_owned()), "{missing:?}"),
        other => panic!("{other:?}"),
    }
    problem.terms.pop();
    let refused = staff_multi_skill(&problem, EFFORT, Seed(0), &Unwatched);
    assert!(matches!(refused, Err(MultiSkillError::Shape { groups: 3, terms: 2, .. })), "{refused:?}");
}

#[test]
fn limits_on_groups_are_kept() {
    let mut problem = tiers();
    problem.terms[0].most = Some(5);
    problem.terms[1].least = 6;
    let found = solve(&problem, 1);
    assert!(found.agents[0] <= 5 && found.agents[1] >= 6, "{:?}", found.agents);
    assert!(found.keeps_all());
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads() {
    let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| solve(&tiers(), 7));
    assert_eq!(on(1), on(3));
}
