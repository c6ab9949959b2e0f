//! Multi-skill staffing on the chain of six queues and on a three-tier centre.

use scenarios::multi_skill::{GroupTerms, MultiSkillProblem, MultiSkillStaffing, SimulationEffort, staff_multi_skill};
use solver_data::queueing_model::QueueingModel;
use solver_data::{Seed, ServiceTarget, Unwatched};

fn chain() -> MultiSkillProblem {
    let model: QueueingModel = serde_json::from_str(include_str!("data/CHAIN6_chain2.json")).unwrap();
    MultiSkillProblem::uniform(model, ServiceTarget::share_within(0.8, 20.0))
}

fn show(name: &str, got: &MultiSkillStaffing) {
    eprintln!(
        "{name}: {:?} cost {} bound {:?} alone {:?} tried {} cuts {}",
        got.agents, got.cost, got.bound, got.alone, got.tried, got.cuts
    );
    for proof in &got.proofs {
        eprintln!("   {:?} {:?} {}", proof.limit.contact_type, proof.estimate, proof.kept);
    }
}

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

#[test]
fn explore() {
    for seed in 0..3 {
        let start = std::time::Instant::now();
        show("chain", &staff_multi_skill(&chain(), SimulationEffort::THOROUGH, Seed(seed), &Unwatched).unwrap());
        eprintln!("{:?}", start.elapsed());
        let start = std::time::Instant::now();
        show("tiers", &staff_multi_skill(&tiers(), SimulationEffort::THOROUGH, Seed(seed), &Unwatched).unwrap());
        eprintln!("{:?}", start.elapsed());
        let start = std::time::Instant::now();
        show("chain", &staff_multi_skill(&chain(), SimulationEffort::BRISK, Seed(seed), &Unwatched).unwrap());
        eprintln!("{:?}", start.elapsed());
    }
}
