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
    /// `forced[slot][day]`: what a dive has settled.
    forced: Vec<Vec<Option<Option<usize>>>>,
    /// Shifts whose maxima have bound in pricing, by slot.
    counted: Vec<Vec<usize>>,
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
        let (forced, counted) = (vec![vec![None; model.days]; freed.len()], vec![Vec::new(); freed.len()]);
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
            forced,
            counted,
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
        let (freed, forced, days, lines) = (&self.freed, &self.forced, &self.days, &self.lines);
        let priced: Option<Vec<(i32, Line)>> = self
            .counted
            .par_iter_mut()
            .enumerate()
            .map_init(Pricer::default, |pricer, (slot, counted)| {
                let staff = freed[slot];
                let mut prices = vec![0; model.cells()];
                for cell in free.clone() {
                    prices[cell] = model.requests[staff][cell] * SCALE - duals[cell] + force(&forced[slot], cell, shifts);
                }
                let (from, until) = (days.start, days.end);
                let span = if whole { Span::Whole } else { Span::Window { from, until, line: &lines[slot] } };
                priced_line(pricer, (&model.staff[staff], &prices), span, counted)
            })
            .collect();
        let Some(priced) = priced else { return Ok(None) };
        let mut bound = self.base_cost * i64::from(SCALE) + self.cover_bound(&duals);
        let mut added = 0;
        for (slot, found) in priced.into_iter().enumerate() {
            let (value, line) = found;
            bound += i64::from(value);
            if obeys(&self.forced[slot], &line) && self.reduced_cost(point, slot, &line) < WORTH && self.add(slot, &line)? {
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

    /// Settles the surest days first and prices again, until every share is whole; one line each of the freed.
    pub fn dive(
        &mut self,
        mut point: Point,
        rounds: usize,
        mut go_on: impl FnMut(f64) -> bool,
    ) -> Result<Option<Vec<Line>>, NurseError> {
        loop {
            let mut sure = self.shares(&point);
            sure.retain(|&(share, ..)| (1e-3..=1.0 - 1e-3).contains(&share));
            if sure.is_empty() {
                return Ok(Some(self.largest(&point)));
            }
            if !go_on(point.value) {
                return Ok(None);
            }
            sure.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
            let few = (self.freed.len() * self.days.len() / 60).max(1);
            let mut settled = 0;
            for (rank, &(share, slot, day, choice)) in sure.iter().enumerate() {
                if settled >= few || rank > 0 && settled > 0 && share < 0.75 {
                    break;
                }
                settled += usize::from(self.settle_day(slot, day, choice));
            }
            if settled == 0 {
                return Ok(None);
            }
            point = self.generate(rounds, |_, _| true)?.0;
        }
    }

    /// Share of each (slot, day, choice) that has any.
    fn shares(&self, point: &Point) -> Vec<(f64, usize, usize, Option<usize>)> {
        let choices = self.model.shifts + 1;
        let length = self.days.len();
        let mut sums = vec![0.0; self.freed.len() * length * choices];
        for (column, &share) in self.columns.iter().zip(&point.shares).filter(|&(_, &share)| share > 1e-9) {
            for (k, d) in self.days.clone().enumerate() {
                sums[(column.slot * length + k) * choices + column.line[d].map_or(0, |s| s + 1)] += share;
            }
        }
        let named = sums.into_iter().enumerate().map(|(index, share)| {
            let (place, choice) = (index / choices, index % choices);
            (share, place / length, self.days.start + place % length, choice.checked_sub(1))
        });
        named.filter(|&(share, ..)| share > 0.0).collect()
    }

    /// The column of largest share of each freed member.
    fn largest(&self, point: &Point) -> Vec<Line> {
        let mut top = vec![(-1.0, 0); self.freed.len()];
        for (k, (column, &share)) in self.columns.iter().zip(&point.shares).enumerate() {
            if share > top[column.slot].0 {
                top[column.slot] = (share, k);
            }
        }
        top.into_iter().map(|(_, k)| self.columns[k].line.clone()).collect()
    }

    /// Settles one day where a known column agrees with all settled days; closes the columns that do not.
    fn settle_day(&mut self, slot: usize, day: usize, choice: Option<usize>) -> bool {
        if self.forced[slot][day].is_some() {
            return false;
        }
        self.forced[slot][day] = Some(choice);
        let (mine, forced) = (|c: &&Column| c.slot == slot, &self.forced[slot]);
        if !self.columns.iter().filter(mine).any(|c| obeys(forced, &c.line)) {
            self.forced[slot][day] = None;
            return false;
        }
        let lp = self.lp.as_mut().expect("the linear program is put back after every solve");
        for column in self.columns.iter().filter(mine).filter(|c| c.line[day] != choice) {
            lp.change_column_bounds(column.at, 0.0..=0.0);
        }
        true
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

/// What a dive adds to the price of a cell: a reward for what is settled, a fine for what is ruled out.
fn force(forced: &[Option<Option<usize>>], cell: usize, shifts: usize) -> i32 {
    const REWARD: i32 = 500 * SCALE;
    match forced[cell / shifts] {
        Some(Some(s)) if s == cell % shifts => -REWARD,
        Some(None) => REWARD,
        _ => 0,
    }
}

/// Whether a line agrees with all settled days.
fn obeys(forced: &[Option<Option<usize>>], line: &Line) -> bool {
    forced.iter().zip(line).all(|(settled, choice)| settled.is_none_or(|s| s == *choice))
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
