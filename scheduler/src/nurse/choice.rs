//! The best whole choice among the columns of a master problem, by HiGHS.

use highs::{ColProblem, Row, Sense};

use super::master::{Master, Point, pieces_of, settle};
use super::model::Line;

impl Master<'_> {
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
        settle(&mut mip, effort.1);
        mip.set_option("mip_max_nodes", effort.0);
        mip.set_option("mip_abs_gap", 0.99);
        mip.set_option("mip_rel_gap", 0.0);
        mip.set_option("objective_bound", (cutoff - self.base_cost) as f64 - 0.5);
        let solved = mip.try_solve().ok()?;
        let solution = solved.get_solution();
        let values = solution.columns().get(self.pieces..)?;
        let mut lines: Vec<Option<Line>> = vec![None; self.freed.len()];
        for (&k, _) in chosen.iter().zip(values).filter(|&(_, &v)| v > 0.5) {
            lines[self.columns[k].slot] = Some(self.columns[k].line.clone());
        }
        lines.into_iter().collect()
    }
}
