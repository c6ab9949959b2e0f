//! The best whole choice among lines of a master problem, by HiGHS, and the proof that none is better.

use highs::{ColProblem, HighsModelStatus, Row, Sense};
use rayon::prelude::*;

use super::master::{Master, Point, pieces_of, settle, whole_bound};
use super::model::{Line, SCALE};
use super::pricing::Pricer;
use super::response::priced_line;
use super::span::Span;
use super::walk_back::{legal_task, lines_below};

/// Lines a member of staff may have left, and all together, for the choice among all of them to be worth a try.
const MOST_LINES: usize = 10_000;
const MOST_LINES_TOGETHER: usize = 25_000;

/// What a choice among some lines has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    /// One line each, where a roster below the cutoff was found.
    pub lines: Option<Vec<Line>>,
    /// No roster of these lines costs less than this, or it is the cutoff.
    pub bound: i64,
}

/// Most nodes and seconds of a branch and bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effort {
    pub nodes: i32,
    pub seconds: Option<f64>,
}

impl Master<'_> {
    /// The best whole choice among the columns that could beat `cutoff`.
    pub fn integer(&self, point: &Point, cutoff: i64, effort: Effort) -> Option<Vec<Line>> {
        let room = cutoff as f64 - 1.0 - point.value;
        if room < -1e-6 {
            return None;
        }
        let useful = |slot: usize, line: &Line| self.reduced_cost(point, slot, line) <= room + 1e-6;
        let columns = self.columns.iter().filter(|c| useful(c.slot, &c.line));
        let lines: Vec<(usize, &Line)> = columns.map(|c| (c.slot, &c.line)).collect();
        self.choose(&lines, cutoff, effort)?.lines
    }

    /// All lines that a whole roster cheaper than `cutoff` could use, found by their value at the duals `cells`, and
    /// the best choice among them: it closes the gap. `None` where the lines are too many.
    ///
    /// A roster costs at least the Lagrangian value plus what each line costs above its owner's cheapest, so a line
    /// further from the cheapest than the gap is in no better roster (Baldacci, Christofides, Mingozzi 2008).
    pub fn close(&self, cells: &[f64], cutoff: i64, effort: Effort) -> Option<Choice> {
        let model = self.model;
        let duals: Vec<i32> = cells.iter().map(|p| (p * f64::from(SCALE)).round() as i32).collect();
        let (freed, limits) = (&self.freed, &self.limits);
        let prices = |slot: usize| -> Vec<i32> {
            model.requests[freed[slot]].iter().zip(&duals).map(|(wish, dual)| wish * SCALE - dual).collect()
        };
        let slots = 0..self.freed.len();
        let lowest: Option<Vec<i64>> = slots
            .clone()
            .into_par_iter()
            .map_init(Pricer::default, |pricer, slot| {
                let rules = &model.staff[freed[slot]];
                let (low, _) = priced_line(pricer, (rules, &prices(slot)), Span::Whole, &mut limits[slot].clone())?;
                Some(i64::from(low))
            })
            .collect();
        let lowest = lowest?;
        let value = self.base_cost * i64::from(SCALE) + self.cover_bound(&duals) + lowest.iter().sum::<i64>();
        let room = (cutoff - 1) * i64::from(SCALE) - value;
        let bound = whole_bound(value);
        if room < 0 {
            return Some(Choice { lines: None, bound: cutoff });
        }
        let mut all = Vec::new();
        // one after another: the first member of staff with too many lines ends it
        let mut pricer = Pricer::default();
        for slot in slots {
            let (rules, prices) = (&model.staff[freed[slot]], prices(slot));
            let ceiling = i32::try_from(lowest[slot] + room).ok()?;
            let task = legal_task(&mut pricer, rules, &prices)?;
            let lines = lines_below(&mut pricer, &task, ceiling, MOST_LINES)?;
            all.extend(lines.into_iter().map(|line| (slot, line)));
            if all.len() > MOST_LINES_TOGETHER {
                return None;
            }
        }
        let lines: Vec<(usize, &Line)> = all.iter().map(|(slot, line)| (*slot, line)).collect();
        let mut choice = self.choose(&lines, cutoff, effort)?;
        choice.bound = choice.bound.max(bound);
        Some(choice)
    }

    /// The best choice of one line each among `lines`, if it beats `cutoff`.
    fn choose(&self, lines: &[(usize, &Line)], cutoff: i64, effort: Effort) -> Option<Choice> {
        let shifts = self.model.shifts;
        let mut problem = ColProblem::new();
        let staff_rows: Vec<Row> = self.freed.iter().map(|_| problem.add_row(1.0..=1.0)).collect();
        let cells = self.days.start * shifts..self.days.end * shifts;
        let first = cells.start;
        let cell_rows: Vec<Row> = cells.clone().map(|_| problem.add_row(0.0..=0.0)).collect();
        for (cell, &row) in cells.zip(&cell_rows) {
            for (slope, width) in pieces_of(self.model, cell, usize::from(self.base[cell]), self.freed.len()) {
                problem.add_column(f64::from(slope), 0.0..=width as f64, [(row, -1.0)]);
            }
        }
        for &(slot, line) in lines {
            let cells: Vec<usize> = self.cells_of(line).collect();
            let wishes = &self.model.requests[self.freed[slot]];
            let cost: i32 = cells.iter().map(|&cell| wishes[cell]).sum();
            let rows = cells.into_iter().map(|cell| (cell_rows[cell - first], 1.0)).chain([(staff_rows[slot], 1.0)]);
            problem.add_integer_column(f64::from(cost), 0.0..=1.0, rows);
        }
        let mut mip = problem.try_optimise(Sense::Minimise).ok()?;
        settle(&mut mip, effort.seconds);
        mip.set_option("mip_max_nodes", effort.nodes);
        // the incumbent is better than what these find
        mip.set_option("mip_heuristic_run_feasibility_jump", false);
        mip.set_option("mip_detect_symmetry", false);
        mip.set_option("mip_abs_gap", 0.99);
        mip.set_option("mip_rel_gap", 0.0);
        mip.set_option("objective_bound", (cutoff - self.base_cost) as f64 - 0.5);
        let solved = mip.try_solve().ok()?;
        let values = solved.get_solution();
        let mut chosen: Vec<Option<Line>> = vec![None; self.freed.len()];
        for (&(slot, line), _) in lines.iter().zip(values.columns().get(self.pieces..)?).filter(|&(_, &v)| v > 0.5) {
            chosen[slot] = Some(line.clone());
        }
        let bound = if solved.status() == HighsModelStatus::Infeasible {
            cutoff
        } else {
            let dual = solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NEG_INFINITY);
            // all costs are whole
            (dual - 1e-4).ceil().clamp(-1e15, 1e15) as i64 + self.base_cost
        };
        Some(Choice { lines: chosen.into_iter().collect(), bound: bound.min(cutoff) })
    }
}
