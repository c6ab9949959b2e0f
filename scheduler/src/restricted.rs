//! Restricted master: a few agents choose among tours at hand, all at once, by a small mixed-integer program.
//!
//! Where ruin and recreate places one agent after the other, this weighs all of their choices together (formulation,
//! section 5, point 5). `HiGHS` runs on one thread with a fixed seed and a limit of nodes, so the answer repeats.

use good_lp::solvers::highs::highs;
use good_lp::{Expression, Solution, SolverModel, Variable, constraint, variable, variables};

use crate::construction::Incumbent;
use crate::coverage::{Coverage, linear_cost};
use crate::pricing::{PlacedTour, Pricer};
use crate::problem::RosterProblem;
use crate::search::{LOOSEST, STIFFEST};

/// Prices of different stiffness at which columns are made for each agent.
const PRICES: i32 = 5;
/// Branch-and-bound nodes at most.
const NODES: i32 = 200;

/// The cheapest choice of tours for the `freed` agents, the others fixed; `None` where nothing better than `current` is found.
pub(crate) fn choose(
    problem: &RosterProblem,
    multipliers: &[Vec<f64>],
    current: &Incumbent,
    freed: &[usize],
) -> Option<Incumbent> {
    let mut coverage = current.coverage.clone();
    for &i in freed {
        coverage.remove(problem, problem.agents[i].class, &current.tours[i]);
    }
    let columns = columns(problem, multipliers, current, freed);
    let chosen = solve(problem, &coverage, &columns)?;
    let mut tours = current.tours.clone();
    for (i, tour) in chosen {
        tours[i] = tour;
    }
    let better = Incumbent::of(problem, tours);
    (better.cost < current.cost).then_some(better)
}

/// Distinct tours for each freed agent: the one held, and best responses at prices from loose to stiff.
fn columns(
    problem: &RosterProblem,
    multipliers: &[Vec<f64>],
    current: &Incumbent,
    freed: &[usize],
) -> Vec<(usize, Vec<PlacedTour>)> {
    let terms = &problem.coverage;
    let (mut pricer, mut value) = (Pricer::default(), Vec::new());
    let mut coverage = current.coverage.clone();
    let mut columns: Vec<(usize, Vec<PlacedTour>)> = Vec::with_capacity(freed.len());
    for &i in freed {
        let agent = &problem.agents[i];
        let mut tours = vec![current.tours[i].clone()];
        coverage.remove(problem, agent.class, &tours[0]);
        for number in 0..PRICES {
            let share = LOOSEST * (STIFFEST / LOOSEST).powf(f64::from(number) / f64::from(PRICES - 1));
            let rho = (terms.under + terms.over) as f64 * share;
            coverage.smoothed_values(problem, agent.class, (multipliers, rho), &mut value);
            pricer.respond(problem, agent, &value);
            let tour = pricer.response(problem, agent);
            if !tours.contains(&tour) {
                tours.push(tour);
            }
        }
        coverage.add(problem, agent.class, &tours[0]);
        columns.push((i, tours));
    }
    columns
}

/// The program over the columns against what the fixed agents leave missing.
fn solve(problem: &RosterProblem, coverage: &Coverage, columns: &[(usize, Vec<PlacedTour>)]) -> Option<Vec<(usize, PlacedTour)>> {
    let terms = &problem.coverage;
    let mut variables = variables!();
    let chosen: Vec<Vec<Variable>> =
        columns.iter().map(|(_, tours)| tours.iter().map(|_| variables.add(variable().binary())).collect()).collect();
    let wanted: Vec<usize> = (0..terms.intervals).filter(|&t| coverage.short(t) > 0).collect();
    let short: Vec<Variable> = wanted.iter().map(|_| variables.add(variable().min(0.0))).collect();
    // Presence of the freed agents, family by family: the left-hand sides of (2)
    let mut present = vec![vec![Expression::from(0.0); terms.intervals]; terms.families.len()];
    // (1) objective, with (3) put in: what is over costs by presence and shortfall
    let cost = linear_cost(problem);
    let mut objective: Expression = short.iter().map(|&short| cost.short * short).sum();
    for ((i, tours), chosen) in columns.iter().zip(&chosen) {
        let families = problem.classes[problem.agents[*i].class];
        for (tour, &x) in tours.iter().zip(chosen) {
            let mut inside = 0;
            tour.for_spans(problem, |from, to| {
                problem.inside(from, to, |span| {
                    inside += span.len();
                    for (_, series) in present.iter_mut().enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
                        series[span.clone()].iter_mut().for_each(|sum| *sum += x);
                    }
                });
            });
            objective += (tour.cost as f64 + cost.present(families) * inside as f64) * x;
        }
    }
    let mut model = variables.minimise(objective).using(highs).set_threads(1);
    for (name, limit) in [("mip_max_nodes", NODES), ("random_seed", 0)] {
        model = model.set_option(name, limit);
    }
    // (2) coverage
    for (&t, &short) in wanted.iter().zip(&short) {
        for (series, missing) in present.iter().zip(coverage.missing()) {
            if missing[t] > 0 {
                model.add_constraint(constraint!(short + series[t].clone() >= f64::from(missing[t])));
            }
        }
    }
    // One tour an agent
    for chosen in &chosen {
        model.add_constraint(constraint!(chosen.iter().sum::<Expression>() == 1.0));
    }
    let solution = model.solve().ok()?;
    let pick = |((i, tours), chosen): (&(usize, Vec<PlacedTour>), &Vec<Variable>)| {
        let taken = chosen.iter().position(|&x| solution.value(x) > 0.5)?;
        Some((*i, tours[taken].clone()))
    };
    columns.iter().zip(&chosen).map(pick).collect()
}
