use std::sync::Arc;

use proptest::prelude::*;
use solver_data::SurplusCurve;
use solver_data::week::ContactCentreWeek;

use crate::bound::Relaxation;
use crate::construction::{Incumbent, greedy};
use crate::coverage::Coverage;
use crate::pricing::{PlacedTour, Pricer};
use crate::problem::RosterProblem;
use crate::tiny_week::{all_tours, presence, tiny_weeks, tour_cost};
use crate::week::week_problem;

const PRICE: i64 = 3_000;

/// A tiny week with promises: in every family, on two hours in three of the opening, rows over the first day and over all.
fn promised(week: &ContactCentreWeek, volumes: &[i64], reach: u32) -> RosterProblem {
    let mut problem = week_problem(week).unwrap();
    let terms = Arc::make_mut(&mut problem.coverage.service);
    terms.price = PRICE;
    let values: Vec<i32> = (0..4).map(|n| (1_000_000.0 * (0.2 - 0.9_f64.powi(n + 1) * 0.3_f64.powi(n))) as i32).collect();
    let curve = SurplusCurve { at_zero: -800_000, first: reach, values };
    let open = |t: usize| (36..76).contains(&(t % 96)) && !t.is_multiple_of(3);
    let curves: Vec<Vec<SurplusCurve>> =
        (0..week.days * 96).map(|t| if open(t) { vec![curve.clone()] } else { Vec::new() }).collect();
    for family in 0..problem.coverage.families.len() {
        let rows = [1, week.days].into_iter().enumerate().map(|(row, days)| {
            let parts = (0..days * 96).filter(|&t| open(t)).map(|t| (t, 0, volumes[t % volumes.len()]));
            ((family, row), parts.collect())
        });
        terms.push_pool((family, week.agents.len() as u32), &curves, rows.collect::<Vec<_>>().into_iter());
    }
    // Promises are for roster problems whose floors are low.
    problem.coverage.families.iter_mut().flatten().for_each(|need| *need = (*need).min(1));
    problem.unit = 1;
    problem
}

/// The objective by its definition: cost of tours, shortfall, and contacts that lack, from presence alone.
fn recount(week: &ContactCentreWeek, problem: &RosterProblem, tours: &[crate::tiny_week::TinyTour]) -> i64 {
    let terms = &problem.coverage;
    let mut there = vec![vec![0_i32; terms.intervals]; terms.families.len()];
    let mut total = 0;
    for ((agent, terms), tour) in week.agents.iter().zip(&problem.agents).zip(tours) {
        total += tour_cost(week, agent, tour);
        for t in presence(week, tour) {
            for (k, row) in there.iter_mut().enumerate() {
                row[t] += i32::from(problem.classes[terms.class] >> k & 1 == 1);
            }
        }
    }
    for t in 0..terms.intervals {
        let short = (0..there.len()).map(|k| terms.families[k][t] - there[k][t]).max().unwrap_or(0).max(0);
        let over = there[terms.everyone][t] + short - terms.families[terms.everyone][t];
        total += terms.under * i64::from(short) + terms.over * i64::from(over);
    }
    for slot in &terms.service.slots {
        for row in slot.rows.clone() {
            let met = terms.service.rows[row].parts.iter().map(|&(t, curve, volume)| {
                (volume * 1e3).round() as i64 * i64::from(terms.service.curves[curve].curve.at(there[slot.family][t] as u32))
            });
            let lacking = -met.sum::<i64>();
            total += if lacking > 0 { (lacking * PRICE + 999_999_999) / 1_000_000_000 } else { 0 };
        }
    }
    total
}

/// Best responses at random values, one an agent: some tours to count with.
fn some_tours(problem: &RosterProblem, seed: u64) -> Vec<PlacedTour> {
    let mut pricer = Pricer::default();
    let of = |(i, agent)| {
        let mix = |t: usize| ((t as u64 * 7919 + seed * 31 + i as u64 * 101) % 997) as f64 * 8.0 - 1500.0;
        let value: Vec<f64> = (0..problem.extended).map(|t| mix(problem.interval(t).unwrap())).collect();
        if pricer.respond(problem, agent, &value).is_finite() { pricer.response(problem, agent) } else { PlacedTour::default() }
    };
    problem.agents.iter().enumerate().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn no_roster_is_cheaper_than_the_bound_and_the_count_is_exact(
        week in tiny_weeks(),
        volumes in prop::collection::vec(200..3000_i64, 3..7),
        reach in 0..3_u32,
    ) {
        let problem = promised(&week, &volumes, reach);
        let tours: Vec<Vec<_>> = week.agents.iter().map(|agent| {
            let mut tours = all_tours(&week, agent);
            tours.sort_by_key(|tour| presence(&week, tour));
            tours.dedup_by_key(|tour| presence(&week, tour));
            tours
        }).collect();
        prop_assume!(tours.iter().all(|tours| !tours.is_empty()));
        // A sample of all pairs where there are very many.
        let step = (tours[0].len() * tours[1].len() / 4_000).max(1);
        let pairs = (0..tours[0].len() * tours[1].len()).step_by(step);
        let optimum = pairs.map(|pair| {
            let (one, two) = (pair / tours[1].len(), pair % tours[1].len());
            recount(&week, &problem, &[tours[0][one].clone(), tours[1][two].clone()])
        }).min().unwrap();
        let start = greedy(&problem);
        let mut relaxation = Relaxation::new(&problem);
        for _ in 0..60 {
            relaxation.advance(&problem, start.cost as f64);
            prop_assert!(relaxation.bound <= optimum.min(start.cost) as f64 + 1e-6, "{} above {optimum}", relaxation.bound);
            let lambda = problem.coverage.service.lambda(relaxation.multipliers());
            prop_assert!(lambda.iter().all(|&price| (0.0..=PRICE as f64 + 1e-9).contains(&price)));
        }
    }

    #[test]
    fn what_one_more_agent_is_worth_is_what_counting_again_says(
        week in tiny_weeks(),
        volumes in prop::collection::vec(200..3000_i64, 3..7),
        reach in 0..3_u32,
        seed in 0..1000_u64,
    ) {
        let problem = promised(&week, &volumes, reach);
        let tours = some_tours(&problem, seed);
        let (mut coverage, mut with, mut value) = (Coverage::empty(&problem), Vec::new(), Vec::new());
        let empty = coverage.clone();
        let mut cost = coverage.cost();
        for (agent, tour) in problem.agents.iter().zip(&tours) {
            cost += coverage.add(&problem, agent.class, tour);
            prop_assert_eq!(cost, coverage.cost());
        }
        for class in 0..problem.classes.len() {
            coverage.values(&problem, class, &mut with, &mut value);
            for t in (30..90).step_by(7) {
                let mut more = coverage.clone();
                let saved = -more.add_interval(&problem, class, t);
                prop_assert!((saved as f64 - value[t]).abs() <= 8.0, "interval {t}: {saved} against {}", value[t]);
            }
        }
        for (agent, tour) in problem.agents.iter().zip(&tours) {
            cost += coverage.remove(&problem, agent.class, tour);
        }
        prop_assert_eq!(&coverage, &empty);
        prop_assert_eq!(cost, empty.cost());
    }

    #[test]
    fn a_promise_of_more_never_lowers_the_bound(week in tiny_weeks(), volumes in prop::collection::vec(200..3000_i64, 3..7)) {
        let problem = promised(&week, &volumes, 1);
        prop_assume!(Incumbent::of(&problem, some_tours(&problem, 1)).tours.iter().all(|tour| !tour.duties.is_empty()));
        let mut stricter = problem.clone();
        for row in &mut Arc::make_mut(&mut stricter.coverage.service).rows {
            row.offset = -2_000_000_000;
        }
        let mut relaxation = Relaxation::new(&problem);
        let mut last = f64::NEG_INFINITY;
        for _ in 0..40 {
            relaxation.advance(&problem, greedy(&problem).cost as f64);
            let mut at_same = Relaxation::starting(&stricter, relaxation.multipliers());
            at_same.advance(&stricter, 0.0);
            prop_assert!(at_same.bound >= relaxation.bound - 1e-6);
            prop_assert!(relaxation.bound >= last);
            last = relaxation.bound;
        }
    }
}
