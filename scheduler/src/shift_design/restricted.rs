//! Small mixed-integer programs: the best design over a few shifts, cheaper than the best known.

use highs::{Col, HighsModelStatus, HighsSolutionStatus, RowProblem, Sense};

use super::cut::Cut;
use super::greedy::{descend, is_feasible};
use super::model::Model;
use super::plan::Plan;
use super::relaxation::{ProgramFailed, balance, mean_length, price, settle};

/// How long a program may be worked on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effort {
    pub nodes: i32,
    pub seconds: Option<f64>,
}

/// What came of a program.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Better(Plan),
    /// Nothing cheaper exists over these shifts.
    Nothing,
    /// Nothing cheaper was found with this effort.
    Unknown,
}

/// Looks for a design over the `allowed` shifts that is cheaper than `best`.
///
/// - `cuts`: inequalities that every cheaper design obeys
pub(super) fn improve(model: &Model<'_>, best: &Plan, (allowed, cuts): (&[usize], &[Cut]), effort: Effort) -> Outcome {
    let Ok(duties) = solve(model, best.cost, (allowed, cuts), effort) else { return Outcome::Unknown };
    let Some(duties) = duties else { return Outcome::Nothing };
    let mut plan = Plan::of(model, &duties);
    descend(model, &mut plan);
    if plan.cost < best.cost && is_feasible(model, &plan) { Outcome::Better(plan) } else { Outcome::Unknown }
}

/// Duties of the program's best solution below `cutoff`; `None` where there is none.
fn solve(
    model: &Model<'_>,
    cutoff: i64,
    (allowed, cuts): (&[usize], &[Cut]),
    effort: Effort,
) -> Result<Option<Vec<i64>>, ProgramFailed> {
    let mut problem = RowProblem::default();
    let mut columns: Vec<Option<Col>> = vec![None; model.count_of(0)];
    for &s in allowed {
        columns[s] = Some(problem.add_integer_column(price(model, s), 0.0..=1.0));
        for day in 0..model.days {
            let most = model.most[s * model.days + day];
            if most > 0 {
                columns[model.x(s, day)] = Some(problem.add_integer_column(0.0, 0.0..=most as f64));
            }
        }
    }
    let missing = if mean_length(model).is_some() { 0.0 } else { f64::INFINITY };
    for t in 0..model.horizon {
        columns[model.over_at(t)] = Some(problem.add_column(price(model, model.over_at(t)), 0.0..));
        columns[model.under_at(t)] = Some(problem.add_column(price(model, model.under_at(t)), 0.0..=missing));
    }
    let kept = |cut: &Cut| -> Vec<(Col, f64)> {
        cut.terms.iter().filter_map(|&(column, f)| Some((columns.get(column).copied().flatten()?, f))).collect()
    };
    for row in balance(model) {
        problem.add_row(row.least..=row.least, kept(&row));
    }
    for row in mean_length(model).iter().chain(cuts.iter().filter(|cut| cut.least > 0.0)) {
        problem.add_row(row.least.., kept(row));
    }
    for (&s, day) in allowed.iter().flat_map(|s| (0..model.days).map(move |day| (s, day))) {
        if let (Some(y), Some(x)) = (columns[s], columns[model.x(s, day)]) {
            problem.add_row(0.0.., [(y, model.most[s * model.days + day] as f64), (x, -1.0)]);
        }
    }
    let mut program = problem.try_optimise(Sense::Minimise)?;
    settle(&mut program, effort.seconds);
    program.set_option("mip_max_nodes", effort.nodes);
    program.set_option("mip_rel_gap", 0.0);
    program.set_option("mip_abs_gap", 0.9 * model.unit as f64);
    program.set_option("objective_bound", (cutoff - model.unit) as f64 + 0.1 * model.unit as f64);
    let solved = program.try_solve()?;
    if solved.primal_solution_status() != HighsSolutionStatus::Feasible {
        let empty = matches!(solved.status(), HighsModelStatus::Infeasible | HighsModelStatus::ObjectiveBound);
        return if empty { Ok(None) } else { Err(ProgramFailed) };
    }
    let solution = solved.get_solution();
    let values = solution.columns();
    let mut at = 0;
    let mut duties = vec![0; model.shifts.len() * model.days];
    for &s in allowed {
        at += 1;
        for day in 0..model.days {
            if columns[model.x(s, day)].is_some() {
                duties[s * model.days + day] = values[at].round() as i64;
                at += 1;
            }
        }
    }
    Ok(Some(duties))
}
