//! Diving: settle the surest lines of a relaxed plan, price again for whom is left, until everyone has a line.
//!
//! Every settling is followed by column generation to (near) optimality among those left, so that the price of what was
//! settled shows at once; a step that costs much is taken back but for its surest line. Those left become a smaller
//! linear program of their own as soon as a quarter is settled, for its solution takes most of the time.

use rand::{Rng, RngExt};

use super::master::{DUAL, Group, Master, MasterFailed, PRIMAL, Point, whole_bound};
use super::model::Line;

/// How boldly a dive settles lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// Share of the open lines settled at once, at first; it follows what settling costs.
    pub bold: f64,
    /// How far a share may be moved up or down at random, so that no two dives are alike.
    pub noise: f64,
}

impl Pace {
    /// Pace of the `k`-th dive from the same point: every other one is careful, and all but the first two are noisy.
    pub fn of(k: usize) -> Self {
        Self { bold: if k.is_multiple_of(2) { 0.1 } else { 0.03 }, noise: if k < 2 { 0.0 } else { 0.15 } }
    }
}

/// Most of the open lines settled at once.
const BOLDEST: f64 = 0.2;
/// Rise of the value, in its own measure, from which a step is taken back.
const DEAR: f64 = 0.003;
/// Rise of the value that pricing may leave: costs are whole.
const LEFT: f64 = 0.5;
/// Rise of the value that is none.
const FREE: f64 = 0.02;
/// Rounds of pricing after each settling.
const ROUNDS: usize = 30;
/// Columns of an open line that go on into the smaller linear program.
const CARRIED: usize = 30;
/// Columns up to which those found in a smaller program are taken over.
const LEARNED: usize = 6_000;
/// A share from which a column is whole.
const WHOLE: f64 = 1.0 - 1e-6;

/// The largest share of a member of staff.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Surest {
    share: f64,
    slot: usize,
    /// Its index among the columns.
    column: usize,
}

impl Master<'_> {
    /// Settles line after line; returns one line for each of the freed, whole when `go_on` held until the end and else
    /// the largest share of each.
    ///
    /// # Errors
    /// [`MasterFailed`] when the linear program is gone.
    pub fn dive(
        &mut self,
        mut point: Point,
        (mut pace, rng): (Pace, &mut impl Rng),
        go_on: &dyn Fn() -> bool,
    ) -> Result<Vec<Line>, MasterFailed> {
        loop {
            let surest = self.surest(&point, (pace, rng));
            let whole = surest.iter().take_while(|top| top.share > WHOLE).count();
            if whole == surest.len() || !go_on() {
                return Ok(self.largest(&point));
            }
            let few = whole + ((pace.bold * surest.len() as f64) as usize).max(1);
            for top in &surest[..few.min(surest.len())] {
                self.settle(*top)?;
            }
            let Ok(mut next) = self.reprice(&point, go_on) else { return Ok(self.largest(&point)) };
            if next.value > point.value + LEFT + DEAR * point.value.abs() && few > whole + 1 {
                for top in &surest[whole + 1..few.min(surest.len())] {
                    self.reopen(top.slot)?;
                }
                let Ok(again) = self.reprice(&point, go_on) else { return Ok(self.largest(&point)) };
                next = again;
                pace.bold *= 0.5;
            } else if next.value < point.value + FREE {
                pace.bold = (pace.bold * 1.3).min(BOLDEST);
            }
            point = next;
            let left = self.settled.iter().filter(|line| line.is_none()).count();
            if left > 0 && left * 4 <= self.freed.len() * 3 {
                let mut rest = self.rest(&point)?;
                let Ok(next) = rest.solve() else { return Ok(self.largest(&point)) };
                let Ok(found) = rest.dive(next, (pace, rng), go_on) else { return Ok(self.largest(&point)) };
                self.learn(&rest)?;
                let mut lines = found.into_iter();
                return Ok(self.settled.iter().filter_map(|line| line.clone().or_else(|| lines.next())).collect());
            }
        }
    }

    /// Opens again what a dive has settled.
    ///
    /// # Errors
    /// [`MasterFailed`] when the linear program is gone.
    pub fn release(&mut self) -> Result<(), MasterFailed> {
        (0..self.freed.len()).try_for_each(|slot| self.reopen(slot))
    }

    /// Column generation until the settled lines cost no more than before, or what they do cost is known.
    fn reprice(&mut self, before: &Point, go_on: &dyn Fn() -> bool) -> Result<Point, MasterFailed> {
        let free = before.value + FREE;
        let worth = |value, bound| value > free && (whole_bound(bound) as f64) < value - LEFT && go_on();
        Ok(self.generate(ROUNDS, worth)?.0)
    }

    /// The largest share of each whose line is open, the largest first.
    fn surest(&self, point: &Point, (pace, rng): (Pace, &mut impl Rng)) -> Vec<Surest> {
        let mut top: Vec<Surest> = (0..self.freed.len()).map(|slot| Surest { share: -1.0, slot, column: 0 }).collect();
        for (k, (column, &share)) in self.columns.iter().zip(&point.shares).enumerate() {
            if share > top[column.slot].share {
                top[column.slot] = Surest { share, slot: column.slot, column: k };
            }
        }
        top.retain(|top| self.settled[top.slot].is_none());
        for top in top.iter_mut().filter(|top| top.share <= WHOLE) {
            top.share = (top.share + pace.noise * (rng.random::<f64>() - 0.5)).min(WHOLE);
        }
        top.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.slot.cmp(&b.slot)));
        top
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

    /// Settles a line; closes its owner's other columns.
    fn settle(&mut self, top: Surest) -> Result<(), MasterFailed> {
        let lp = self.lp.as_mut().ok_or(MasterFailed)?;
        // closed columns leave the duals feasible
        lp.set_option("simplex_strategy", DUAL);
        for (k, other) in self.columns.iter().enumerate() {
            if other.slot == top.slot && k != top.column {
                lp.change_column_bounds(other.at, 0.0..=0.0);
            }
        }
        self.settled[top.slot] = Some(self.columns[top.column].line.clone());
        Ok(())
    }

    /// Opens a settled line.
    fn reopen(&mut self, slot: usize) -> Result<(), MasterFailed> {
        let lp = self.lp.as_mut().ok_or(MasterFailed)?;
        lp.set_option("simplex_strategy", PRIMAL);
        for column in self.columns.iter().filter(|column| column.slot == slot) {
            lp.change_column_bounds(column.at, 0.0..);
        }
        self.settled[slot] = None;
        Ok(())
    }

    /// The problem of those whose line is open, above the settled ones, with the most useful of their columns.
    fn rest(&self, point: &Point) -> Result<Self, MasterFailed> {
        let (mut base, mut base_cost) = (self.base.clone(), self.base_cost);
        for (slot, line) in self.settled.iter().enumerate() {
            for cell in line.iter().flat_map(|line| self.cells_of(line)) {
                let present = usize::from(base[cell]);
                base_cost += i64::from(self.model.marginal(cell, present) + self.model.requests[self.freed[slot]][cell]);
                base[cell] += 1;
            }
        }
        let open: Vec<usize> = (0..self.freed.len()).filter(|&slot| self.settled[slot].is_none()).collect();
        let top = self.largest(point);
        let lines = open.iter().map(|&slot| top[slot].clone()).collect();
        let staff = open.iter().map(|&slot| self.freed[slot]).collect();
        let group = Group { staff, days: self.days.clone(), seconds: self.seconds };
        let mut rest = Master::above(self.model, (base, base_cost), lines, group)?;
        rest.patience = self.patience;
        for (at, &slot) in open.iter().enumerate() {
            rest.limits[at].clone_from(&self.limits[slot]);
            for line in self.useful(point, slot, CARRIED) {
                rest.add(at, line)?;
            }
        }
        Ok(rest)
    }

    /// Takes over the columns found for some of its members, where it is small enough to bear them.
    fn learn(&mut self, rest: &Self) -> Result<(), MasterFailed> {
        for column in &rest.columns {
            let member = rest.freed[column.slot];
            if let Some(slot) = self.freed.iter().position(|&i| i == member)
                && self.columns.len() < LEARNED
            {
                self.add(slot, &column.line)?;
            }
        }
        Ok(())
    }

    /// The columns of a slot of least reduced cost at a point, at most so many.
    pub fn useful(&self, point: &Point, slot: usize, most: usize) -> Vec<&Line> {
        let of_slot = self.columns.iter().filter(|column| column.slot == slot);
        let mut priced: Vec<(f64, &Line)> =
            of_slot.map(|column| (self.reduced_cost(point, slot, &column.line), &column.line)).collect();
        priced.sort_by(|a, b| a.0.total_cmp(&b.0));
        priced.truncate(most);
        priced.into_iter().map(|(_, line)| line).collect()
    }
}
