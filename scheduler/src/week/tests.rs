use std::collections::BTreeMap;

use proptest::prelude::*;
use solver_data::Unwatched;

use super::*;
use crate::engine::solve_from;
use crate::pricing::PlacedTour;
use crate::pricing::{PresenceValues, Pricer};
use crate::start::Start;
use crate::tiny_week::{agent, all_tours, keeps_rules, presence, roster_cost, template, tiny_weeks, tour_cost, tours_of, week};
use crate::walk::recounted;

fn limits(iterations: u64, threads: usize) -> SolveLimits {
    SolveLimits { seconds: None, gap: 0.0, iterations: Some(iterations), threads }
}

/// Eight agents over a week, three templates of each class.
fn small_week() -> ContactCentreWeek {
    let starts = [32, 40, 44, 70];
    let shifts = starts.iter().flat_map(|&start| [template(0, start, 3, 6), template(1, start - 8, 4, 10)]).collect();
    let agents = (0..8).map(|id| {
        let mut agent = agent(id, 1 + (id % 2) as u32, 7);
        (agent.min_paid, agent.max_days, agent.max_consec) = (1350, 5, 4);
        (agent.prev_consec, agent.worked_last_weekend) = ((id % 3) as u32, id < 3);
        agent
    });
    week(7, shifts, agents.collect(), &[3, 2, 4, 3, 2])
}

/// Cheapest roster by enumeration: tours of equal presence are one, the cheapest of them.
fn enumerated_optimum(week: &ContactCentreWeek) -> Option<i64> {
    let distinct = |agent: &WeekAgent| {
        let mut cheapest: BTreeMap<Vec<usize>, (i64, Vec<_>)> = BTreeMap::new();
        for tour in all_tours(week, agent) {
            let cost = tour_cost(week, agent, &tour);
            let entry = cheapest.entry(presence(week, &tour)).or_insert((cost, tour.clone()));
            if cost < entry.0 {
                *entry = (cost, tour);
            }
        }
        cheapest.into_values().map(|(_, tour)| tour).collect::<Vec<_>>()
    };
    let (first, second) = (distinct(&week.agents[0]), distinct(&week.agents[1]));
    let rosters = first.iter().flat_map(|one| second.iter().map(move |two| [one.clone(), two.clone()]));
    rosters.map(|tours| roster_cost(week, &tours)).min()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_optimum_lies_between_bound_and_roster(week in tiny_weeks()) {
        let optimum = enumerated_optimum(&week);
        match (solve_week(&week, &limits(3, 1), Seed(1), &Unwatched), optimum) {
            (Ok(solved), Some(optimum)) => {
                prop_assert!(solved.bound <= optimum as f64 + 1e-6, "bound {} above optimum {optimum}", solved.bound);
                let tours = tours_of(&week, &solved.assignments);
                prop_assert!(optimum <= solved.objective);
                prop_assert_eq!(solved.objective, roster_cost(&week, &tours));
                prop_assert!(week.agents.iter().zip(&tours).all(|(agent, tour)| keeps_rules(&week, agent, tour)));
            }
            (Err(SchedulerError::NoTour { .. }), None) => {}
            (result, optimum) => prop_assert!(false, "solver says {result:?}, enumeration {optimum:?}"),
        }
    }

    #[test]
    fn pricing_finds_the_cheapest_of_all_tours(week in tiny_weeks(), values in prop::collection::vec(-300..900i32, 96)) {
        let problem = week_problem(&week).unwrap();
        let quarter = |t: usize| f64::from(values[(t * 7 + t / 96) % 96]);
        let value: Vec<f64> = (0..problem.extended).map(|t| quarter(problem.interval(t).unwrap())).collect();
        let presence_values = PresenceValues::new(&problem, &value);
        for (terms, agent) in problem.agents.iter().zip(&week.agents) {
            let reduced = all_tours(&week, agent).into_iter().map(|tour| {
                tour_cost(&week, agent, &tour) as f64 - presence(&week, &tour).into_iter().map(quarter).sum::<f64>()
            });
            let cheapest = reduced.fold(f64::INFINITY, f64::min);
            let mut pricer = Pricer::default();
            let priced = pricer.price(&problem, terms, &presence_values);
            prop_assert!(priced == cheapest || (priced - cheapest).abs() < 1e-6, "{priced} against {cheapest}");
            prop_assert_eq!(priced, pricer.respond(&problem, terms, &value));
        }
    }
}

#[test]
fn a_solved_week_keeps_every_rule_and_counts_to_the_cent() {
    let week = small_week();
    let solved = solve_week(&week, &limits(5, 2), Seed(0), &Unwatched).unwrap();
    let tours = tours_of(&week, &solved.assignments);
    assert_eq!(solved.objective, roster_cost(&week, &tours));
    assert!(solved.bound <= solved.objective as f64);
    for (agent, tour) in week.agents.iter().zip(&tours) {
        assert!(keeps_rules(&week, agent, tour), "{agent:?} works {tour:?}");
    }
}

#[test]
fn the_roster_does_not_depend_on_the_number_of_threads() {
    let week = small_week();
    let solve = |threads| solve_week(&week, &limits(4, threads), Seed(5), &Unwatched).unwrap();
    assert_eq!(solve(1), solve(2));
    assert_ne!(solve(1).stop_reason, StopReason::Time);
}

#[test]
fn more_rounds_never_make_a_dearer_roster_of_the_first_round() {
    let week = small_week();
    let first = solve_week(&week, &limits(0, 1), Seed(2), &Unwatched).unwrap();
    let later = solve_week(&week, &limits(6, 1), Seed(2), &Unwatched).unwrap();
    assert!(later.objective <= first.objective);
    assert_eq!((first.iterations, first.stop_reason), (0, StopReason::Iterations));
}

#[test]
fn an_agent_whose_rules_clash_is_named_with_the_smallest_clash() {
    let mut week = small_week();
    week.agents[3].min_paid = 3000;
    week.agents[3].max_paid = 3200;
    week.agents[3].max_days = 5;
    let Err(SchedulerError::NoTour { agents }) = solve_week(&week, &limits(1, 1), Seed(0), &Unwatched) else {
        panic!("five days of at most 450 minutes do not make 3000");
    };
    assert_eq!(agents.len(), 1);
    assert_eq!(agents[0].agent, "A3");
    assert_eq!(agents[0].conflict, "at most 5 days a week and at least 3000 paid minutes a week cannot hold together");
}

#[test]
fn demand_beyond_all_capacity_is_shown_not_refused() {
    let mut week = small_week();
    week.queues[0].req.iter_mut().for_each(|need| *need += 50);
    let solved = solve_week(&week, &limits(1, 1), Seed(0), &Unwatched).unwrap();
    assert!(solved.bound > 50.0 * 4000.0 * 7.0 * 40.0);
    assert_eq!(solved.objective, roster_cost(&week, &tours_of(&week, &solved.assignments)));
}

#[test]
fn choosing_together_never_makes_a_roster_dearer() {
    let problem = week_problem(&small_week()).unwrap();
    let mut relaxation = crate::bound::Relaxation::new(&problem);
    for _ in 0..50 {
        relaxation.advance(&problem, 1e9);
    }
    let start = crate::construction::greedy(&problem);
    let everybody: Vec<usize> = (0..problem.agents.len()).collect();
    let better = crate::restricted::choose(&problem, relaxation.multipliers(), &start, &everybody);
    let better = better.expect("eight agents placed one by one can be improved together");
    assert!(better.cost < start.cost && relaxation.bound <= better.cost as f64);
}

#[test]
fn every_step_of_the_bound_stays_below_a_roster() {
    let problem = week_problem(&small_week()).unwrap();
    let roster = crate::construction::greedy(&problem);
    let mut relaxation = crate::bound::Relaxation::new(&problem);
    let mut last = f64::NEG_INFINITY;
    for _ in 0..100 {
        relaxation.advance(&problem, roster.cost as f64);
        assert!(relaxation.bound >= last && relaxation.bound <= roster.cost as f64);
        last = relaxation.bound;
    }
}

#[test]
fn a_solve_from_a_roster_keeps_what_it_is_given_and_its_multipliers() {
    let problem = week_problem(&small_week()).unwrap();
    let first = solve(&problem, &limits(3, 1), Seed(0), &Unwatched).unwrap();
    let mut from = Start { tours: first.tours.iter().cloned().map(Some).collect(), multipliers: first.multipliers.clone() };
    let again = solve_from(&problem, &from, &limits(0, 1), Seed(1), &Unwatched).unwrap();
    assert_eq!((again.objective, &again.tours), (first.objective, &first.tours));
    assert!(again.bound >= first.bound - 1e-6, "{} after {}", again.bound, first.bound);
    from.tours[2] = None;
    from.tours[5].as_mut().unwrap().duties.clear();
    let completed = solve_from(&problem, &from, &limits(2, 1), Seed(1), &Unwatched).unwrap();
    assert_eq!(completed.tours.len(), first.tours.len());
    assert!(completed.objective as f64 >= first.bound);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_tour_is_recounted_exactly_where_it_keeps_the_rules(week in tiny_weeks()) {
        let problem = week_problem(&week).unwrap();
        let mut free = week.clone();
        for agent in &mut free.agents {
            (agent.min_paid, agent.max_paid, agent.max_days, agent.max_consec, agent.min_rest_q) = (0, 9999, 9, 9, 0);
            agent.holiday.clear();
        }
        for (i, agent) in free.agents.iter().enumerate() {
            for tour in all_tours(&free, agent) {
                let duties = tour.iter().map(|&(day, shift, _)| (day * week.shifts.len() + shift) as u32).collect();
                let starts = tour.iter().flat_map(|(day, _, breaks)| breaks.iter().map(move |at| (day * 96 + at) as u32));
                let placed = PlacedTour { duties, breaks: starts.collect(), cost: 0 };
                let found = recounted(&problem, &problem.agents[i], &placed).map(|tour| tour.cost);
                let kept = keeps_rules(&week, &week.agents[i], &tour);
                prop_assert_eq!(found, kept.then(|| tour_cost(&week, &week.agents[i], &tour)));
            }
        }
    }
}
