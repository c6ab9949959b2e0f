use proptest::prelude::*;
use solver_data::capacity::{CapacityLevel, CapacityLimits, CapacityProblem, CrossTraining, HiringTerms, StaffGroup};
use solver_data::check::{check_capacity, roll_forward};

use super::*;

fn level(name: &str, hour_cost: f64) -> CapacityLevel {
    CapacityLevel { name: name.to_owned(), monthly_hours: 160.0, hour_cost, may_hire: true }
}

/// Hours needed, in agents of 147.2 productive hours.
fn problem(agents: &[Vec<f64>], staff: &[f64]) -> CapacityProblem {
    let months = agents[0].len();
    let names = ["junior", "regular", "senior", "expert", "master", "chief"];
    let levels: Vec<_> =
        names[..agents.len()].iter().zip(0..).map(|(name, l)| level(name, 3_000.0 + 700.0 * f64::from(l))).collect();
    let group =
        |(level, &heads): (usize, &f64)| StaffGroup { level, tenure: 24, heads, monthly_hours: 160.0, from: 0, until: None };
    CapacityProblem {
        required: agents.iter().map(|row| row.iter().map(|agents| agents * 147.2).collect()).collect(),
        staff: staff.iter().enumerate().map(group).collect(),
        hiring: HiringTerms {
            lead_months: 1,
            training_months: 0.5,
            pass: 0.8,
            class_seats: 4.0,
            classes_a_month: 2.0,
            class_cost: 150_000.0,
            hire_cost: 90_000.0,
        },
        attrition: vec![0.06, 0.04, 0.02],
        ramp: vec![0.6, 0.8],
        leave: vec![0.08; months],
        limits: CapacityLimits { overtime_share: 0.08, overtime_rate: 1.5, outsourcing_share: 0.1, outsourced_hour: 6_000.0 },
        cross_training: CrossTraining { seats: 1.0, lost_share: 0.5, cost: 40_000.0, tenure: 6 },
        shortage_hour: 9_000_000.0,
        levels,
    }
}

fn growing(levels: usize, months: usize) -> CapacityProblem {
    let needs: Vec<Vec<f64>> = (0..levels)
        .map(|l| (0..months).map(|t| 40.0 / (1.0 + l as f64) * (1.0 + 0.02 * t as f64 + 0.1 * (t as f64 * 0.5).sin())).collect())
        .collect();
    let staff: Vec<f64> = needs.iter().map(|row| (row[0] * 1.02).round()).collect();
    problem(&needs, &staff)
}

#[test]
fn a_plan_rolls_forward_to_its_own_headcount() {
    let problem = growing(3, 12);
    let solved = plan_capacity(&problem, CapacityEffort::THOROUGH).unwrap();
    assert_eq!(check_capacity(&problem, &solved.plan), []);
    assert_eq!(check_capacity(&problem, &solved.rule), []);
    assert!(solved.plan.hires.iter().flatten().sum::<u32>() > 0);
    assert!(solved.plan.shortage.iter().flatten().sum::<f64>() < 1e-9);
}

#[test]
fn a_plan_that_does_not_reproduce_is_refused() {
    let problem = growing(2, 8);
    let mut plan = plan_capacity(&problem, CapacityEffort::BRISK).unwrap().plan;
    plan.heads[0][5] += 0.5;
    plan.hires[1][0] += 1;
    let rules: Vec<&str> = check_capacity(&problem, &plan).iter().map(|violation| violation.rule).collect();
    assert!(rules.contains(&"headcount") && rules.contains(&"lead time") && rules.contains(&"training seats"), "{rules:?}");
}

#[test]
fn bound_plan_and_rule_stand_in_order() {
    for (levels, months) in [(1, 6), (2, 12), (6, 12)] {
        let solved = plan_capacity(&growing(levels, months), CapacityEffort::THOROUGH).unwrap();
        let (bound, plan, rule) = (solved.relaxation.cost, solved.plan.cost.priced(), solved.rule.cost.priced());
        assert!(bound <= plan * (1.0 + 1e-9) && plan <= rule, "{bound} {plan} {rule}");
        assert!(solved.gap() < 0.02, "gap {}", solved.gap());
    }
}

#[test]
fn an_hour_needed_more_costs_its_shadow_price() {
    let base = growing(2, 10);
    let relaxed = relax_capacity(&base).unwrap();
    for (l, t) in [(0, 6), (1, 8)] {
        let mut more = base.clone();
        more.required[l][t] += 1.0;
        // An hour more needed may be bought outside to a tenth.
        let dearer = relax_capacity(&more).unwrap().cost - relaxed.cost;
        assert!(dearer >= -1e-3 && dearer <= relaxed.prices.hour[l][t] + 1e-3, "{dearer} {}", relaxed.prices.hour[l][t]);
        assert!(relaxed.prices.agent[l][t] >= relaxed.prices.hour[l][t] * 147.2 - 1e-6);
    }
}

#[test]
fn what_cannot_be_hired_in_time_is_a_shortage_and_not_an_error() {
    let needs = vec![vec![5.0, 30.0, 30.0, 30.0]];
    let solved = plan_capacity(&problem(&needs, &[5.0]), CapacityEffort::THOROUGH).unwrap();
    let short = &solved.plan.shortage[0];
    assert!(short[0] == 0.0 && short[1] > 1_000.0 && short[1] > short[3], "{short:?}");
}

/// The cheapest plan by trying every number of hires in every month.
fn brute_force(problem: &CapacityProblem, most: u32) -> f64 {
    let (months, levels) = (problem.months(), problem.levels.len());
    let places: Vec<(usize, usize)> =
        (0..levels).flat_map(|l| (problem.hiring.lead_months..months).map(move |t| (l, t))).collect();
    let tries = (most + 1).pow(places.len() as u32);
    let mut best = f64::INFINITY;
    for number in 0..tries {
        let (mut decisions, mut rest) = (CapacityDecisions::none(problem), number);
        for &(l, t) in &places {
            decisions.hires[l][t] = rest % (most + 1);
            rest /= most + 1;
        }
        let seats = (problem.hiring.class_seats * problem.hiring.classes_a_month) as u32;
        if (0..months).any(|t| decisions.hires.iter().map(|row| row[t]).sum::<u32>() > seats) {
            continue;
        }
        best = best.min(follow(problem, &decisions.seated(problem)).cost.priced());
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_program_finds_what_trying_everything_finds(
        needs in prop::collection::vec(0.5_f64..1.8, 4), higher in 0.2_f64..1.5, class_cost in 0.0_f64..400_000.0,
    ) {
        let two = vec![needs[..3].to_vec(), needs[..3].iter().map(|need| need * higher * 0.5).collect()];
        for tables in [vec![needs.clone()], two] {
            let staff: Vec<f64> = tables.iter().map(|row| (row[0] * 0.8).floor()).collect();
            let mut small = problem(&tables, &staff);
            small.cross_training.seats = 0.0;
            small.hiring.class_cost = class_cost;
            // Where hours are missing, more hires than are tried could be better: let outside work cover everything.
            small.limits.outsourcing_share = 1.0;
            let found = plan_capacity(&small, CapacityEffort::EXACT).unwrap().plan.cost.priced();
            let tried = brute_force(&small, 4);
            prop_assert!((found - tried).abs() <= 1e-6 * tried.max(1.0), "{} {}", found, tried);
        }
    }

    #[test]
    fn closed_form_and_roll_forward_agree(
        hires in prop::collection::vec(0_u32..4, 18), moved in prop::collection::vec(0_u32..2, 18),
        training in 0.0_f64..2.5, pass in 0.3_f64..1.0, tenure in 0_u32..10,
    ) {
        let mut any = growing(3, 6);
        any.hiring.training_months = training;
        any.hiring.pass = pass;
        any.staff.push(StaffGroup { level: 0, tenure, heads: 3.0, monthly_hours: 90.0, from: 2, until: Some(5) });
        let rows = |flat: &[u32]| flat.chunks(6).map(<[u32]>::to_vec).collect::<Vec<_>>();
        let mut cross_trained = rows(&moved);
        cross_trained[2] = vec![0; 6];
        let decisions = CapacityDecisions { hires: rows(&hires), classes: vec![0; 6], cross_trained }.seated(&any);
        let plan = follow(&any, &decisions);
        let rolled = roll_forward(&any, &plan);
        for l in 0..3 {
            for t in 0..6 {
                prop_assert!((plan.heads[l][t] - rolled.heads[l][t]).abs() < 1e-9);
                prop_assert!((plan.productive[l][t] - rolled.productive[l][t]).abs() < 1e-6);
            }
        }
        prop_assert!((plan.cost.pay - rolled.pay).abs() <= 1e-9 * rolled.pay);
    }
}
