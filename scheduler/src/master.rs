//! Column generation: the relaxation over tours solved by `HiGHS`, with columns priced by the dynamic program.
//!
//! Tours P(i) seen so far, intervals with a requirement:
//!
//! - (1) minimise Σ (`c_p` + o `n_p`) `x_p` + (u + o) Σ short(t), with `n_p` the intervals on contact of an agent who counts
//!   for everybody: (3) put into the objective
//! - (2) Σ `a_p(t)` `x_p` + short(t) ≥ `R_k(t)` for every family
//! - one tour an agent: Σ `x_p` = 1
//!
//! The duals of (2) are multipliers of [`crate::bound`], and only L(y) counted there is called a bound. They are held in
//! a box around the best multipliers so far: a column of cost ŷ + Δ supplies a row, one of cost Δ - ŷ takes from it. A box
//! that the duals leave moves with them; one that hides no better bound shrinks.
//!
//! # Source
//! Marsten, Hogan, Blankenship (1975), "The boxstep method for large-scale optimization", Operations Research 23,
//! doi:10.1287/opre.23.3.389; du Merle, Villeneuve, Desrosiers, Hansen (1999), "Stabilized column generation", Discrete
//! Mathematics 194, doi:10.1016/S0012-365X(98)00213-1.

use std::collections::HashSet;

use highs::{Col, ColProblem, HighsModelStatus, HighsStatus, Row, Sense};

use crate::bound::Relaxation;
use crate::coverage::linear_cost;
use crate::pricing::PlacedTour;
use crate::problem::RosterProblem;

/// `HiGHS` did not solve the linear program: go on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MasterFailed;

impl From<HighsStatus> for MasterFailed {
    fn from(_: HighsStatus) -> Self {
        Self
    }
}

/// A row of (2) and the columns that hold its dual in the box.
#[derive(Debug, Clone, Copy)]
struct CoverageRow {
    family: usize,
    interval: usize,
    supply: Col,
    take: Col,
}

/// A solution of the linear program.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    /// Its objective without the constant: above L at these duals by what the columns at hand do not know yet.
    pub value: f64,
    /// Duals of (2), one series a family.
    pub multipliers: Vec<Vec<f64>>,
    /// Share of each column, in the order they were added.
    pub shares: Vec<f64>,
}

/// The linear program over the tours seen so far.
pub(crate) struct Master<'a> {
    problem: &'a RosterProblem,
    lp: Option<highs::Model>,
    convexity: Vec<Row>,
    coverage: Vec<CoverageRow>,
    /// Row of (2) by family and interval; `None` where nothing is required.
    row_of: Vec<Vec<Option<Row>>>,
    /// Columns that are not tours: shortfall and box.
    fixed: usize,
    /// Agent and tour of each column.
    pub columns: Vec<(usize, PlacedTour)>,
    known: HashSet<(usize, PlacedTour)>,
}

impl<'a> Master<'a> {
    /// The program without tours, its duals in a box of half-width `delta` around `centre`.
    ///
    /// # Errors
    /// [`MasterFailed`] when `HiGHS` refuses the model.
    pub fn new(problem: &'a RosterProblem, centre: &[Vec<f64>], delta: f64) -> Result<Self, MasterFailed> {
        let terms = &problem.coverage;
        let mut lp = ColProblem::new();
        let convexity: Vec<Row> = problem.agents.iter().map(|_| lp.add_row(1.0..=1.0)).collect();
        let mut rows =
            |need: &Vec<i32>| -> Vec<Option<Row>> { need.iter().map(|&r| (r > 0).then(|| lp.add_row(f64::from(r)..))).collect() };
        let row_of: Vec<Vec<Option<Row>>> = terms.families.iter().map(&mut rows).collect();
        let mut lp = lp.try_optimise(Sense::Minimise)?;
        lp.make_quiet();
        lp.set_option("threads", 1);
        lp.set_option("parallel", "off");
        lp.set_option("random_seed", 0);
        let price = linear_cost(problem).short;
        let mut fixed = convexity.len();
        // Nobody in the place of an agent, at a price no tour has: the first solves have duals, too.
        for &row in &convexity {
            lp.try_add_column(price * terms.intervals as f64, 0.0.., [(row, 1.0)])?;
        }
        for t in 0..terms.intervals {
            let short: Vec<(Row, f64)> = row_of.iter().filter_map(|rows| rows[t].map(|row| (row, 1.0))).collect();
            if !short.is_empty() {
                lp.try_add_column(price, 0.0.., short)?;
                fixed += 1;
            }
        }
        let mut coverage = Vec::new();
        for (family, rows) in row_of.iter().enumerate() {
            for (interval, &row) in rows.iter().enumerate().filter_map(|(t, row)| row.as_ref().map(|row| (t, row))) {
                let y = centre[family][interval];
                let supply = lp.try_add_column(y + delta, 0.0.., [(row, 1.0)])?;
                let take = lp.try_add_column(delta - y, 0.0.., [(row, -1.0)])?;
                coverage.push(CoverageRow { family, interval, supply, take });
            }
        }
        fixed += 2 * coverage.len();
        let (columns, known) = (Vec::new(), HashSet::new());
        Ok(Self { problem, lp: Some(lp), convexity, coverage, row_of, fixed, columns, known })
    }

    /// Adds an agent's tour unless it is known; the basis is kept.
    ///
    /// # Errors
    /// [`MasterFailed`] when `HiGHS` refuses the column.
    pub fn add(&mut self, agent: usize, tour: &PlacedTour) -> Result<bool, MasterFailed> {
        if !self.known.insert((agent, tour.clone())) {
            return Ok(false);
        }
        let problem = self.problem;
        let families = problem.classes[problem.agents[agent].class];
        let (mut inside, mut entries) = (0, vec![(self.convexity[agent], 1.0)]);
        tour.for_spans(problem, |from, to| {
            problem.inside(from, to, |span| {
                inside += span.len();
                for (_, rows) in self.row_of.iter().enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
                    entries.extend(rows[span.clone()].iter().flatten().map(|&row| (row, 1.0)));
                }
            });
        });
        let spare = linear_cost(problem).present(families) * inside as f64;
        let lp = self.lp.as_mut().ok_or(MasterFailed)?;
        lp.try_add_column(tour.cost as f64 + spare, 0.0.., entries)?;
        self.columns.push((agent, tour.clone()));
        Ok(true)
    }

    /// Moves the box.
    pub fn hold(&mut self, centre: &[Vec<f64>], delta: f64) {
        let Some(lp) = &mut self.lp else { return };
        for row in &self.coverage {
            let y = centre[row.family][row.interval];
            lp.change_column_cost(row.supply, y + delta);
            lp.change_column_cost(row.take, delta - y);
        }
    }

    /// Solves the program over the columns so far, for at most `seconds` (less where `HiGHS` counts earlier solves as well).
    ///
    /// # Errors
    /// [`MasterFailed`] when it is not solved in time; the program is lost then.
    pub fn solve(&mut self, seconds: Option<f64>) -> Result<Point, MasterFailed> {
        let mut lp = self.lp.take().ok_or(MasterFailed)?;
        if let Some(seconds) = seconds {
            lp.set_option("time_limit", seconds.max(0.05));
        }
        let solved = lp.try_solve()?;
        if solved.status() != HighsModelStatus::Optimal {
            return Err(MasterFailed);
        }
        let (value, solution) = (solved.objective_value(), solved.get_solution());
        let terms = &self.problem.coverage;
        let duals = &solution.dual_rows()[self.convexity.len()..];
        let mut multipliers = vec![vec![0.0; terms.intervals]; terms.families.len()];
        for (row, dual) in self.coverage.iter().zip(duals) {
            multipliers[row.family][row.interval] = dual.max(0.0);
        }
        let shares = solution.columns()[self.fixed..].to_vec();
        self.lp = Some(solved.into());
        Ok(Point { value, multipliers, shares })
    }
}

/// Half-width of the box, as a share of what a missing agent costs an interval.
const BOX: f64 = 0.001;

/// Column generation from the relaxation's multipliers and the tours of a roster; the relaxation keeps the best bound.
///
/// Returns the rounds done. Before each of them `seconds_left` is asked, with the bound so far and the rounds done, for how long
/// it may take; `None` ends it.
pub(crate) fn generate(
    problem: &RosterProblem,
    relaxation: &mut Relaxation,
    roster: &[PlacedTour],
    mut seconds_left: impl FnMut(f64, u64) -> Option<f64>,
) -> Result<u64, MasterFailed> {
    let delta = BOX * (problem.coverage.under + problem.coverage.over) as f64;
    let mut master = Master::new(problem, relaxation.multipliers(), delta)?;
    for (agent, tour) in roster.iter().enumerate() {
        master.add(agent, tour)?;
    }
    let centre = relaxation.multipliers().to_vec();
    for (agent, tour) in relaxation.probe(problem, centre).iter().enumerate() {
        master.add(agent, tour)?;
    }
    let constant = linear_cost(problem).constant;
    let mut rounds = 0;
    loop {
        let Some(seconds) = seconds_left(relaxation.bound, rounds) else { return Ok(rounds) };
        let point = master.solve(Some(seconds))?;
        rounds += 1;
        let before = relaxation.bound;
        let mut added = 0;
        for (agent, tour) in relaxation.probe(problem, point.multipliers).iter().enumerate() {
            added += usize::from(master.add(agent, tour)?);
        }
        let closed = point.value + constant - relaxation.bound < 0.5 * problem.unit as f64;
        if relaxation.bound > before {
            master.hold(relaxation.multipliers(), delta);
        } else if added == 0 || closed {
            // L is concave: a centre that is best in its box is best of all.
            return Ok(rounds);
        }
    }
}
