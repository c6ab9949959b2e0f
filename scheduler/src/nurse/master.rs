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

use super::model::{Line, Model, SCALE};
use super::plan::Plan;
use super::pricing::Pricer;
use super::response::{Limits, priced_line};
use super::span::Span;

/// HiGHS did not solve the linear program (out of time, or a numerical failure): go on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MasterFailed;

impl From<highs::HighsStatus> for MasterFailed {
    fn from(_: highs::HighsStatus) -> Self {
        Self
    }
}

/// Staff on days of a roster to be planned anew, and the seconds there are for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub staff: Vec<usize>,
    pub days: Range<usize>,
    pub seconds: Option<f64>,
}

/// Simplex strategies of HiGHS.
pub(super) const PRIMAL: i32 = 4;
pub(super) const DUAL: i32 = 1;
/// Reduced cost below which a line is worth adding.
const WORTH: f64 = -1e-4;

/// A line in the linear program.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub slot: usize,
    pub line: Line,
    pub at: Col,
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
    pub model: &'m Model<'m>,
    pub freed: Vec<usize>,
    pub days: Range<usize>,
    pub base: Vec<u16>,
    pub base_cost: i64,
    pub lines: Vec<Line>,
    pub lp: Option<highs::Model>,
    pub cell_rows: Vec<Row>,
    pub staff_rows: Vec<Row>,
    pub pieces: usize,
    solved: bool,
    pub seconds: Option<f64>,
    /// How often pricing may be given more room.
    pub patience: u32,
    pub columns: Vec<Column>,
    pub known: HashSet<(usize, Line)>,
    /// Lines a dive has settled, by slot.
    pub settled: Vec<Option<Line>>,
    /// Duals of the best bound so far.
    pub centre: Option<Vec<f64>>,
    /// How pricing keeps the maxima, by slot.
    pub limits: Vec<Limits>,
}

impl<'m> Master<'m> {
    /// The problem of replanning some staff on some days of a roster.
    pub fn new(model: &'m Model<'m>, roster: &Plan, group: Group) -> Result<Self, MasterFailed> {
        let mut rest = roster.clone();
        let lines: Vec<Line> = group.staff.iter().map(|&i| rest.clear(model, i, group.days.clone())).collect();
        Self::above(model, (rest.presence, rest.cost), lines, group)
    }

    /// The problem of planning a group on top of what the others cover and cost; `lines` are where to start from.
    pub fn above(
        model: &'m Model<'m>,
        (base, base_cost): (Vec<u16>, i64),
        lines: Vec<Line>,
        group: Group,
    ) -> Result<Self, MasterFailed> {
        let Group { staff: freed, days, seconds } = group;
        let mut problem = ColProblem::new();
        let staff_rows: Vec<Row> = freed.iter().map(|_| problem.add_row(1.0..=1.0)).collect();
        let cells = days.start * model.shifts..days.end * model.shifts;
        let cell_rows: Vec<Row> = cells.clone().map(|_| problem.add_row(0.0..=0.0)).collect();
        let mut pieces = 0;
        for (cell, &row) in cells.zip(&cell_rows) {
            for (slope, width) in pieces_of(model, cell, usize::from(base[cell]), freed.len()) {
                problem.add_column(f64::from(slope), 0.0..=width as f64, [(row, -1.0)]);
                pieces += 1;
            }
        }
        let mut lp = problem.try_optimise(Sense::Minimise)?;
        settle(&mut lp, seconds);
        let (settled, limits) = (vec![None; freed.len()], vec![Limits::default(); freed.len()]);
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
            solved: false,
            columns: Vec::new(),
            known: HashSet::new(),
            seconds,
            patience: 0,
            settled,
            limits,
            centre: None,
        };
        for (slot, line) in lines.iter().enumerate() {
            master.add(slot, line)?;
        }
        master.lines = lines;
        Ok(master)
    }

    /// Adds a line unless it is known; its days outside the free ones must be those of the roster.
    pub fn add(&mut self, slot: usize, line: &Line) -> Result<bool, MasterFailed> {
        if !self.known.insert((slot, line.clone())) {
            return Ok(false);
        }
        let wishes = &self.model.requests[self.freed[slot]];
        let first = self.days.start * self.model.shifts;
        let cells: Vec<usize> = self.cells_of(line).collect();
        let cost = cells.iter().map(|&cell| f64::from(wishes[cell])).sum();
        let rows = cells.iter().map(|&cell| (self.cell_rows[cell - first], 1.0)).chain([(self.staff_rows[slot], 1.0)]);
        let lp = self.lp.as_mut().ok_or(MasterFailed)?;
        let at = lp.try_add_column(cost, 0.0.., rows)?;
        if self.solved {
            // the basis stays feasible: the primal simplex goes on from it, several times as fast as the dual
            lp.set_option("simplex_strategy", PRIMAL);
        }
        self.columns.push(Column { slot, line: line.clone(), at });
        Ok(true)
    }

    /// Solves the linear program over the columns so far.
    pub fn solve(&mut self) -> Result<Point, MasterFailed> {
        // gone for good when HiGHS itself fails
        let lp = self.lp.take().ok_or(MasterFailed)?;
        let solved = lp.try_solve()?;
        if solved.status() != HighsModelStatus::Optimal {
            self.lp = Some(solved.into());
            return Err(MasterFailed);
        }
        self.solved = true;
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
    pub fn price(&mut self, point: &Point, cells: &[f64]) -> Result<Option<Priced>, MasterFailed> {
        let (model, shifts) = (self.model, self.model.shifts);
        let free = self.days.start * shifts..self.days.end * shifts;
        let duals: Vec<i32> = cells.iter().map(|p| (p * f64::from(SCALE)).round() as i32).collect();
        let whole = self.days == (0..model.days);
        let (freed, settled, days, lines) = (&self.freed, &self.settled, &self.days, &self.lines);
        let priced: Option<Vec<(i32, Option<Line>)>> = self
            .limits
            .par_iter_mut()
            .enumerate()
            .map_init(Pricer::default, |pricer, (slot, limits)| {
                let staff = freed[slot];
                if let Some(line) = &settled[slot] {
                    let wishes = &model.requests[staff];
                    let cells = days.clone().filter_map(|d| line[d].map(|s| d * shifts + s));
                    return Some((cells.map(|cell| wishes[cell] * SCALE - duals[cell]).sum(), None));
                }
                let mut prices = vec![0; model.cells()];
                for cell in free.clone() {
                    prices[cell] = model.requests[staff][cell] * SCALE - duals[cell];
                }
                let (from, until) = (days.start, days.end);
                let span = if whole { Span::Whole } else { Span::Window { from, until, line: &lines[slot] } };
                priced_line(pricer, (&model.staff[staff], &prices), span, limits)
            })
            .collect();
        let Some(priced) = priced else { return Ok(None) };
        let mut bound = self.base_cost * i64::from(SCALE) + self.cover_bound(&duals);
        let mut added = 0;
        for (slot, found) in priced.into_iter().enumerate() {
            let (value, line) = found;
            bound += i64::from(value);
            let Some(line) = line else { continue };
            if self.reduced_cost(point, slot, &line) < WORTH && self.add(slot, &line)? {
                added += 1;
            }
        }
        Ok(Some(Priced { bound, added }))
    }

    /// Column generation for some rounds, with duals smoothed towards those of the best bound (Wentges 1997).
    ///
    /// Returns the last point and the best bound seen, in units of `1 / SCALE`; the bound holds for the freed staff.
    pub fn generate(&mut self, rounds: usize, mut go_on: impl FnMut(f64, i64) -> bool) -> Result<(Point, i64), MasterFailed> {
        let mut best = i64::MIN;
        self.centre = None;
        let mut point = self.solve()?;
        for _ in 0..rounds {
            if !go_on(point.value, best) || whole_bound(best) as f64 >= point.value - 1e-6 {
                break;
            }
            let mut added = 0;
            for smoothing in [0.6, 0.0] {
                let cells: Vec<f64> = match &self.centre {
                    Some(centre) => {
                        point.cells.iter().zip(centre).map(|(now, at)| at * smoothing + now * (1.0 - smoothing)).collect()
                    }
                    None => point.cells.clone(),
                };
                let Some(priced) = self.price(&point, &cells)? else { return Ok((point, best)) };
                if priced.bound > best {
                    best = priced.bound;
                    self.centre = Some(cells);
                }
                added = priced.added;
                if added > 0 {
                    break;
                }
            }
            if added > 0 {
                point = self.solve()?;
            } else if !self.try_harder() {
                break;
            }
        }
        Ok((point, best))
    }

    /// Lets pricing count more where it could not prove its last line the cheapest; `false` where it may not or need not.
    fn try_harder(&mut self) -> bool {
        let mut any = false;
        for (limits, settled) in self.limits.iter_mut().zip(&self.settled) {
            if settled.is_none() && !limits.exact && limits.effort < self.patience {
                limits.effort += 1;
                any = true;
            }
        }
        any
    }

    /// Reduced cost of a line at a point's duals.
    pub fn reduced_cost(&self, point: &Point, slot: usize, line: &Line) -> f64 {
        let wishes = &self.model.requests[self.freed[slot]];
        self.cells_of(line).map(|cell| f64::from(wishes[cell]) - point.cells[cell]).sum::<f64>() - point.convexity[slot]
    }

    /// Cells of a line on the free days.
    pub fn cells_of<'l>(&self, line: &'l Line) -> impl Iterator<Item = usize> + 'l {
        let shifts = self.model.shifts;
        self.days.clone().filter_map(move |d| line[d].map(|s| d * shifts + s))
    }

    /// Sum over cells of min over z of cover(z) + pi z, above the fixed presence.
    pub fn cover_bound(&self, duals: &[i32]) -> i64 {
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
pub(super) fn pieces_of(model: &Model<'_>, cell: usize, present: usize, more: usize) -> Vec<(i32, usize)> {
    let slopes: Vec<i32> = (present..present + more).map(|n| model.marginal(cell, n)).collect();
    slopes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect()
}

/// One thread and a fixed seed, so that a solve repeats.
pub(super) fn settle(lp: &mut highs::Model, seconds: Option<f64>) {
    lp.make_quiet();
    lp.set_option("threads", 1);
    lp.set_option("parallel", "off");
    lp.set_option("random_seed", 0);
    if let Some(seconds) = seconds {
        lp.set_option("time_limit", seconds.max(0.05));
    }
}
