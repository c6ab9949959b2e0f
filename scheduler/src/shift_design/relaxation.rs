//! The linear relaxation with its cuts.
//!
//! Sets: shifts s with a start and a length, days d, slots t of the cyclic week. Parameters: demand(t); prices of a person
//! missing or spare for a slot and of a shift used; most(s, d), the largest useful number of duties.
//!
//! - y(s): shift s is used, x(s, d): its duties on day d, over(t), under(t): people too many, missing
//! - (1) minimise the sum of price over(t) + price under(t), plus the price of a shift times the sum of y(s)
//! - (2) balance: starts at t less ends at t, less the change of over, plus the change of under, is the change of demand;
//!   one slot's coverage stands in full, since differences leave a constant free
//! - (3) x(s, d) <= most(s, d) y(s), as cuts
//! - (4) the demand's jumps, as cuts
//! - (5) bounded variant: under(t) = 0, and the sum of (length - least mean) x(s, d) is 0 or more
//! - (6) counts of used shifts by start, by end and in all, to branch on
//! - y 0 or 1, x whole

use highs::{Col, HighsModelStatus, RowProblem, Sense};
use solver_data::shift_design::DesignVariant;

use super::cut::Cut;
use super::model::Model;

/// `HiGHS` did not solve the program: out of time, or a numerical failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProgramFailed;

impl From<highs::HighsStatus> for ProgramFailed {
    fn from(_: highs::HighsStatus) -> Self {
        Self
    }
}

/// A solution of the relaxation.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub value: f64,
    /// Value and reduced cost of each column.
    pub at: Vec<f64>,
    pub reduced: Vec<f64>,
}

/// The linear program, its basis kept from solve to solve.
pub(super) struct Relaxation<'m> {
    model: &'m Model<'m>,
    lp: Option<highs::Model>,
    columns: Vec<Col>,
    /// Bounds of the columns but for the node's.
    pub bounds: Vec<(f64, f64)>,
    pub cuts: Vec<Cut>,
}

impl<'m> Relaxation<'m> {
    /// The program with bounds from `most` and some cuts.
    pub fn new(model: &'m Model<'m>, most: &[i64], cuts: Vec<Cut>, seconds: Option<f64>) -> Result<Self, ProgramFailed> {
        let bounds = column_bounds(model, most);
        let mut problem = RowProblem::default();
        // (1)
        let columns: Vec<Col> = bounds
            .iter()
            .enumerate()
            .map(|(column, &(low, high))| problem.add_column(price(model, column), low..=high))
            .collect();
        // (2), (5)
        for row in balance(model) {
            problem.add_row(row.least..=row.least, row.terms.iter().map(|&(column, f)| (columns[column], f)));
        }
        if let Some(row) = mean_length(model) {
            problem.add_row(row.least.., row.terms.iter().map(|&(column, f)| (columns[column], f)));
        }
        // (6)
        for (group, shifts) in model.groups.iter().enumerate() {
            let members = shifts.iter().map(|&s| (columns[s], 1.0));
            problem.add_row(0.0..=0.0, members.chain([(columns[model.count_of(group)], -1.0)]));
        }
        // (3), (4)
        for cut in &cuts {
            problem.add_row(cut.least.., cut.terms.iter().map(|&(column, f)| (columns[column], f)));
        }
        let mut lp = problem.try_optimise(Sense::Minimise)?;
        settle(&mut lp, seconds);
        Ok(Self { model, lp: Some(lp), columns, bounds, cuts })
    }

    /// Adds inequalities.
    pub fn add(&mut self, cuts: Vec<Cut>) -> Result<(), ProgramFailed> {
        let lp = self.lp.as_mut().ok_or(ProgramFailed)?;
        for cut in cuts {
            lp.try_add_row(cut.least.., cut.terms.iter().map(|&(column, f)| (self.columns[column], f)))?;
            self.cuts.push(cut);
        }
        Ok(())
    }

    /// Sets a column's bounds until they are set again.
    pub fn bound(&mut self, column: usize, (low, high): (f64, f64)) {
        if let Some(lp) = &mut self.lp {
            lp.change_column_bounds(self.columns[column], low..=high);
        }
    }

    /// The optimum; `None` where there is none.
    pub fn solve(&mut self) -> Result<Option<Point>, ProgramFailed> {
        let solved = self.lp.take().ok_or(ProgramFailed)?.try_solve()?;
        let status = solved.status();
        let point = (status == HighsModelStatus::Optimal).then(|| {
            let solution = solved.get_solution();
            Point { value: solved.objective_value(), at: solution.columns().to_vec(), reduced: solution.dual_columns().to_vec() }
        });
        self.lp = Some(solved.into());
        match status {
            HighsModelStatus::Optimal => Ok(point),
            HighsModelStatus::Infeasible => Ok(None),
            _ => Err(ProgramFailed),
        }
    }

    /// The same program without the cuts that are slack at a point.
    pub fn tidied(self, point: &Point, most: &[i64], seconds: Option<f64>) -> Result<Self, ProgramFailed> {
        let tight = self.cuts.into_iter().filter(|cut| cut.slack(&point.at) < 1e-3 * cut.least.max(1.0)).collect();
        Self::new(self.model, most, tight, seconds)
    }
}

/// Least and greatest value of every column.
fn column_bounds(model: &Model<'_>, most: &[i64]) -> Vec<(f64, f64)> {
    let used = |s: usize| most[s * model.days..(s + 1) * model.days].iter().any(|&limit| limit > 0);
    let shifts = (0..model.shifts.len()).map(|s| if used(s) { 1.0 } else { 0.0 });
    let duties = most.iter().map(|&limit| limit as f64);
    let over = (0..model.horizon).map(|_| f64::INFINITY);
    let under = model.demand.iter().map(|&people| if model.variant == DesignVariant::Bounded { 0.0 } else { people as f64 });
    let counts = model.groups.iter().map(|group| group.len() as f64);
    shifts.chain(duties).chain(over).chain(under).chain(counts).map(|high| (0.0, high)).collect()
}

/// Price of a column in (1).
pub(super) fn price(model: &Model<'_>, column: usize) -> f64 {
    let price = match column {
        y if y < model.shifts.len() => model.fixed,
        x if x < model.over_at(0) => 0,
        over if over < model.under_at(0) => model.over,
        under if under < model.count_of(0) => model.under,
        _ => 0,
    };
    price as f64
}

/// (2) as equations.
pub(super) fn balance(model: &Model<'_>) -> Vec<Cut> {
    let mut rows: Vec<Cut> = (0..model.horizon)
        .map(|t| {
            let mut terms = vec![(model.over_at(t), -1.0), (model.under_at(t), 1.0)];
            if t == 0 {
                return Cut { least: model.demand[0] as f64, terms };
            }
            terms.extend([(model.over_at(t - 1), 1.0), (model.under_at(t - 1), -1.0)]);
            Cut { least: (model.demand[t] - model.demand[t - 1]) as f64, terms }
        })
        .collect();
    for (s, day) in model.duties() {
        let (start, end, x) = (model.starts_at(s, day), model.ends_at(s, day), model.x(s, day));
        if model.covered(s, day).any(|t| t == 0) {
            rows[0].terms.push((x, 1.0));
        }
        if start > 0 && start != end {
            rows[start].terms.push((x, 1.0));
        }
        if end > 0 && start != end {
            rows[end].terms.push((x, -1.0));
        }
    }
    rows
}

/// (5) as an inequality.
pub(super) fn mean_length(model: &Model<'_>) -> Option<Cut> {
    (model.variant == DesignVariant::Bounded).then(|| {
        let terms = model.duties().map(|(s, day)| (model.x(s, day), model.excess(s))).filter(|&(_, excess)| excess != 0.0);
        Cut { least: 0.0, terms: terms.collect() }
    })
}

/// One thread and a fixed seed, so that a solve repeats.
pub(super) fn settle(program: &mut highs::Model, seconds: Option<f64>) {
    program.make_quiet();
    program.set_option("threads", 1);
    program.set_option("parallel", "off");
    program.set_option("random_seed", 0);
    if let Some(seconds) = seconds {
        program.set_option("time_limit", seconds.max(0.05));
    }
}
