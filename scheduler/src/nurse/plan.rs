//! A roster under change: lines, presence by cell and cost, kept together.

use super::model::{Line, Model};

/// Plan of all staff with their cost.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub lines: Vec<Line>,
    pub presence: Vec<u16>,
    pub cost: i64,
}

impl Plan {
    /// A roster in which nobody works yet (which need not be legal).
    pub fn empty(model: &Model<'_>) -> Self {
        Self { lines: vec![vec![None; model.days]; model.staff.len()], presence: vec![0; model.cells()], cost: model.empty_cost }
    }

    /// The roster of given lines.
    pub fn of(model: &Model<'_>, lines: Vec<Line>) -> Self {
        Self { presence: model.presence(&lines), cost: model.cost(&lines), lines }
    }

    /// Replaces a line and returns the old one.
    pub fn replace(&mut self, model: &Model<'_>, staff: usize, line: Line) -> Line {
        let wishes = &model.requests[staff];
        for (d, (&old, &new)) in self.lines[staff].iter().zip(&line).enumerate().filter(|(_, (a, b))| a != b) {
            if let Some(s) = old {
                let cell = d * model.shifts + s;
                self.presence[cell] -= 1;
                self.cost -= i64::from(model.marginal(cell, usize::from(self.presence[cell])) + wishes[cell]);
            }
            if let Some(s) = new {
                let cell = d * model.shifts + s;
                self.cost += i64::from(model.marginal(cell, usize::from(self.presence[cell])) + wishes[cell]);
                self.presence[cell] += 1;
            }
        }
        std::mem::replace(&mut self.lines[staff], line)
    }

    /// Takes the free days of a line off, leaving a gap to be filled.
    pub fn clear(&mut self, model: &Model<'_>, staff: usize, days: std::ops::Range<usize>) -> Line {
        let mut line = self.lines[staff].clone();
        line[days].fill(None);
        self.replace(model, staff, line)
    }

    /// Price of every cell to one more member of staff.
    pub fn prices(&self, model: &Model<'_>, staff: usize, prices: &mut Vec<i32>) {
        prices.clear();
        prices.extend(model.requests[staff].iter().enumerate().map(|(cell, wish)| {
            let n = usize::from(self.presence[cell]).min(model.staff.len() - 1);
            wish + model.marginal(cell, n)
        }));
    }
}
