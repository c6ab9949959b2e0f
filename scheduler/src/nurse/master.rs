//! Column generation: lines of work chosen by a linear program, priced by the dynamic program.
//!
//! Freed staff I, free days D, lines P(i) seen so far, cells c with the others' presence fixed:
//!
//! - (1) minimise the sum of wishes(i, p) x(i, p) plus the convex cover cost as pieces of slope s(c, k) y(c, k)
//! - (2) one line each: the sum over p of x(i, p) is 1
//! - (3) presence buys cover: the sum of lines through c less the sum of y(c, k) is 0
//! - (4) x 0 or more, y between 0 and the width of its piece
//!
//! The dual of (3) is what a cell pays for one more member of staff.

use std::collections::HashSet;
use std::ops::Range;

use highs::{Col, ColProblem, HighsModelStatus, Row, Sense};
use rayon::prelude::*;

use super::NurseError;
use super::model::{Line, Model, SCALE};
use super::pricing::{Pricer, Span};
use super::response::priced_line;
use super::roster::Lines;

/// Reduced cost below which a line is worth adding.
const WORTH: f64 = -1e-4;

/// A line in the linear program.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub slot: usize,
    pub line: Line,
    cost: f64,
    at: Col,
}

/// A solution of the linear program.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// Cost of the whole roster, fixed part included.
    pub value: f64,
    /// Share of each column.
    pub shares: Vec<f64>,
    /// Dual of each cell, 0 outside the free days.
    pub cells: Vec<f64>,
    /// Dual of each freed member's (2).
    pub convexity: Vec<f64>,
}

/// What pricing found.
#[derive(Debug)]
pub(super) struct Priced {
    /// Lagrangian bound in units of `1 / SCALE`.
    pub bound: i64,
    /// Columns added.
    pub added: usize,
}

/// The restricted master problem over some staff and some days.
pub(super) struct Master<'m> {
    model: &'m Model<'m>,
    pub freed: Vec<usize>,
    days: Range<usize>,
    base: Vec<u16>,
    base_cost: i64,
    lines: Vec<Line>,
    lp: Option<highs::Model>,
    cell_rows: Vec<Row>,
    staff_rows: Vec<Row>,
    pieces: usize,
    pub columns: Vec<Column>,
    known: HashSet<(usize, Line)>,
    fixed: Vec<bool>,
}

impl<'m> Master<'m> {
    /// The problem of replanning some staff on some days of a roster.
    pub fn new(model: &'m Model<'m>, roster: &Lines, freed: Vec<usize>, days: Range<usize>) -> Result<Self, NurseError> {
        let mut rest = roster.clone();
        let lines: Vec<Line> = freed.iter().map(|&i| rest.clear(model, i, days.clone())).collect();
        let mut problem = ColProblem::new();
        let staff_rows: Vec<Row> = freed.iter().map(|_| problem.add_row(1.0..=1.0)).collect();
        let cells = days.start * model.shifts..days.end * model.shifts;
        let cell_rows: Vec<Row> = cells.clone().map(|_| problem.add_row(0.0..=0.0)).collect();
        let mut pieces = 0;
        for (cell, &row) in cells.zip(&cell_rows) {
            for (slope, width) in pieces_of(model, cell, usize::from(rest.presence[cell]), freed.len()) {
                problem.add_column(f64::from(slope), 0.0..=width as f64, [(row, -1.0)]);
                pieces += 1;
            }
        }
        let mut lp = problem.try_optimise(Sense::Minimise).map_err(|s| failed(&s))?;
        settle(&mut lp);
        let fixed = vec![false; freed.len()];
        let (base, base_cost) = (rest.presence, rest.cost);
        let mut master = Self {
            model,
            freed,
            days,
            base,
            base_cost,
            lines: Vec::new(),
            lp: Some(lp),
            cell_rows,
            staff_rows,
            pieces,
            columns: Vec::new(),
            known: HashSet::new(),
            fixed,
        };
        for (slot, line) in lines.iter().enumerate() {
            master.add(slot, line)?;
        }
        master.lines = lines;
        Ok(master)
    }

    /// Adds a line unless it is known; its days outside the free ones must be those of the roster.
    pub fn add(&mut self, slot: usize, line: &Line) -> Result<bool, NurseError> {
        if !self.known.insert((slot, line.clone())) {
            return Ok(false);
        }
        let wishes = &self.model.requests[self.freed[slot]];
        let first = self.days.start * self.model.shifts;
        let cells: Vec<usize> = self.days.clone().filter_map(|d| line[d].map(|s| d * self.model.shifts + s)).collect();
        let cost = cells.iter().map(|&cell| f64::from(wishes[cell])).sum();
        let rows = cells.iter().map(|&cell| (self.cell_rows[cell - first], 1.0)).chain([(self.staff_rows[slot], 1.0)]);
        let lp = self.lp.as_mut().expect("the linear program is put back after every solve");
        let at = lp.try_add_column(cost, 0.0.., rows).map_err(|s| failed(&s))?;
        self.columns.push(Column { slot, line: line.clone(), cost, at });
        Ok(true)
    }

    /// Solves the linear program over the columns so far.
    pub fn solve(&mut self) -> Result<Point, NurseError> {
        let lp = self.lp.take().expect("the linear program is put back after every solve");
        let solved = lp.try_solve().map_err(|s| failed(&s))?;
        if solved.status() != HighsModelStatus::Optimal {
            return Err(NurseError::Master { status: format!("{:?}", solved.status()) });
        }
        let solution = solved.get_solution();
        let value = self.base_cost as f64 + solved.objective_value();
        let mut cells = vec![0.0; self.model.cells()];
        let first = self.days.start * self.model.shifts;
        cells[first..first + self.cell_rows.len()].copy_from_slice(&solution.dual_rows()[self.freed.len()..]);
        let convexity = solution.dual_rows()[..self.freed.len()].to_vec();
        let shares = solution.columns()[self.pieces..].to_vec();
        self.lp = Some(solved.into());
        Ok(Point { value, shares, cells, convexity })
    }

    /// Prices all freed staff at some cell duals and adds the lines that pay at the point's own duals.
    pub fn price(&mut self, point: &Point, cells: &[f64]) -> Result<Option<Priced>, NurseError> {
        let (model, shifts) = (self.model, self.model.shifts);
        let free = self.days.start * shifts..self.days.end * shifts;
        let duals: Vec<i32> = cells.iter().map(|p| (p * f64::from(SCALE)).round() as i32).collect();
        let whole = self.days == (0..model.days);
        let priced: Option<Vec<Option<(i32, Line)>>> = (0..self.freed.len())
            .into_par_iter()
            .map_init(Pricer::default, |pricer, slot| {
                if self.fixed[slot] {
                    return Some(None);
                }
                let staff = self.freed[slot];
                let mut prices = vec![0; model.cells()];
                for cell in free.clone() {
                    prices[cell] = model.requests[staff][cell] * SCALE - duals[cell];
                }
                let span = if whole {
                    Span::Whole
                } else {
                    Span::Window { from: self.days.start, until: self.days.end, line: &self.lines[slot] }
                };
                priced_line(pricer, &model.staff[staff], &prices, span).map(Some)
            })
            .collect();
        let Some(priced) = priced else { return Ok(None) };
        let mut bound = self.base_cost * i64::from(SCALE) + self.cover_bound(&duals);
        let mut added = 0;
        for (slot, found) in priced.into_iter().enumerate() {
            let Some((value, line)) = found else { continue };
            bound += i64::from(value);
            if self.reduced_cost(point, slot, &line) < WORTH && self.add(slot, &line)? {
                added += 1;
            }
        }
        Ok(Some(Priced { bound, added }))
    }

    /// Column generation for some rounds, with duals smoothed towards those of the best bound (Wentges 1997).
    ///
    /// Returns the last point and the best bound seen, in units of `1 / SCALE`; the bound holds for the freed staff.
    pub fn generate(&mut self, rounds: usize, mut go_on: impl FnMut(f64, i64) -> bool) -> Result<(Point, i64), NurseError> {
        let mut best = i64::MIN;
        let mut centre: Option<Vec<f64>> = None;
        let mut point = self.solve()?;
        for _ in 0..rounds {
            if !go_on(point.value, best) || whole_bound(best) as f64 >= point.value - 1e-6 {
                break;
            }
            let mut added = 0;
            for smoothing in [0.6, 0.0] {
                let cells: Vec<f64> = match &centre {
                    Some(centre) => {
                        point.cells.iter().zip(centre).map(|(now, at)| at * smoothing + now * (1.0 - smoothing)).collect()
                    }
                    None => point.cells.clone(),
                };
                let Some(priced) = self.price(&point, &cells)? else { return Ok((point, best)) };
                if priced.bound > best {
                    best = priced.bound;
                    centre = Some(cells);
                }
                added = priced.added;
                if added > 0 {
                    break;
                }
            }
            if added == 0 {
                break;
            }
            point = self.solve()?;
        }
        Ok((point, best))
    }

    /// Fixes the staff whose share of a line is largest until all are; returns whole lines in the order of the freed.
    pub fn dive(&mut self, mut point: Point, rounds: usize, mut go_on: impl FnMut() -> bool) -> Result<Vec<Line>, NurseError> {
        loop {
            let mut top: Vec<Option<(f64, usize)>> = vec![None; self.freed.len()];
            for (k, column) in self.columns.iter().enumerate() {
                let share = point.shares[k];
                if top[column.slot].is_none_or(|(most, _)| share > most) {
                    top[column.slot] = Some((share, k));
                }
            }
            let mut open: Vec<(f64, usize)> =
                (0..top.len()).filter(|&slot| !self.fixed[slot]).filter_map(|slot| top[slot]).collect();
            if open.iter().all(|&(share, _)| share > 0.999) {
                return Ok(top.iter().flatten().map(|&(_, k)| self.columns[k].line.clone()).collect());
            }
            open.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let few = (self.freed.len() / 20).max(1);
            for (rank, &(share, k)) in open.iter().enumerate() {
                if share > 0.98 || rank == 0 || rank < few && share > 0.6 {
                    let column = &self.columns[k];
                    self.fixed[column.slot] = true;
                    let lp = self.lp.as_mut().expect("the linear program is put back after every solve");
                    lp.change_column_bounds(column.at, 1.0..=1.0);
                }
            }
            let rounds = if go_on() { rounds } else { 0 };
            point = self.generate(rounds, |_, _| go_on())?.0;
        }
    }

    /// The best whole choice among the columns that could beat `cutoff`, searched over `nodes` nodes.
    pub fn integer(&self, point: &Point, cutoff: i64, effort: (i32, Option<f64>)) -> Option<Vec<Line>> {
        let room = cutoff as f64 - 1.0 - point.value;
        if room < -1e-6 {
            return None;
        }
        let mut problem = ColProblem::new();
        let staff_rows: Vec<Row> = self.freed.iter().map(|_| problem.add_row(1.0..=1.0)).collect();
        let cells = self.days.start * self.model.shifts..self.days.end * self.model.shifts;
        let first = cells.start;
        let cell_rows: Vec<Row> = cells.clone().map(|_| problem.add_row(0.0..=0.0)).collect();
        let mut costs = Vec::new();
        for (cell, &row) in cells.zip(&cell_rows) {
            for (slope, width) in pieces_of(self.model, cell, usize::from(self.base[cell]), self.freed.len()) {
                problem.add_column(f64::from(slope), 0.0..=width as f64, [(row, -1.0)]);
                costs.push(f64::from(slope));
            }
        }
        let mut chosen = Vec::new();
        for (k, column) in self.columns.iter().enumerate() {
            if self.reduced_cost(point, column.slot, &column.line) > room + 1e-6 {
                continue;
            }
            let works = self.days.clone().filter_map(|d| column.line[d].map(|s| d * self.model.shifts + s - first));
            let rows: Vec<(Row, f64)> =
                works.map(|cell| (cell_rows[cell], 1.0)).chain([(staff_rows[column.slot], 1.0)]).collect();
            problem.add_integer_column(column.cost, 0.0..=1.0, rows);
            costs.push(column.cost);
            chosen.push(k);
        }
        let mut mip = problem.try_optimise(Sense::Minimise).ok()?;
        settle(&mut mip);
        mip.set_option("mip_max_nodes", effort.0);
        mip.set_option("mip_abs_gap", 0.99);
        mip.set_option("mip_rel_gap", 0.0);
        mip.set_option("objective_bound", (cutoff - self.base_cost) as f64 - 0.5);
        if let Some(seconds) = effort.1 {
            mip.set_option("time_limit", seconds.max(0.05));
        }
        let solved = mip.try_solve().ok()?;
        let solution = solved.get_solution();
        let values = solution.columns().get(self.pieces..)?;
        let mut lines: Vec<Option<Line>> = vec![None; self.freed.len()];
        for (&k, _) in chosen.iter().zip(values).filter(|&(_, &v)| v > 0.5) {
            lines[self.columns[k].slot] = Some(self.columns[k].line.clone());
        }
        lines.into_iter().collect()
    }

    /// Reduced cost of a line at a point's duals.
    fn reduced_cost(&self, point: &Point, slot: usize, line: &Line) -> f64 {
        let wishes = &self.model.requests[self.freed[slot]];
        let cells = self.days.clone().filter_map(|d| line[d].map(|s| d * self.model.shifts + s));
        cells.map(|cell| f64::from(wishes[cell]) - point.cells[cell]).sum::<f64>() - point.convexity[slot]
    }

    /// Sum over cells of min over z of cover(z) + pi z, above the fixed presence.
    fn cover_bound(&self, duals: &[i32]) -> i64 {
        let cells = self.days.start * self.model.shifts..self.days.end * self.model.shifts;
        let cheapest = cells.map(|cell| {
            let pieces = pieces_of(self.model, cell, usize::from(self.base[cell]), self.freed.len());
            let gain = |(slope, width): (i32, usize)| i64::from((slope * SCALE + duals[cell]).min(0)) * width as i64;
            pieces.into_iter().map(gain).sum::<i64>()
        });
        cheapest.sum()
    }
}

/// A bound in units of `1 / SCALE` as an objective: all costs are whole, so it is rounded up.
pub(super) fn whole_bound(bound: i64) -> i64 {
    bound.div_euclid(i64::from(SCALE)) + i64::from(bound.rem_euclid(i64::from(SCALE)) > 0)
}

/// Slopes and widths of a cell's cover cost above `present`, for up to `more` more.
fn pieces_of(model: &Model<'_>, cell: usize, present: usize, more: usize) -> Vec<(i32, usize)> {
    let slopes: Vec<i32> = (present..present + more).map(|n| model.marginal(cell, n)).collect();
    slopes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect()
}

/// One thread and a fixed seed, so that a solve repeats.
fn settle(lp: &mut highs::Model) {
    lp.make_quiet();
    lp.set_option("threads", 1);
    lp.set_option("parallel", "off");
    lp.set_option("random_seed", 0);
}

fn failed(status: &highs::HighsStatus) -> NurseError {
    NurseError::Master { status: format!("{status:?}") }
}
