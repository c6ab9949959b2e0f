//! Diving: settle the surest days of a relaxed plan, price again, until every line is whole.

use rand::{Rng, RngExt};

use super::master::{Column, DUAL, Master, MasterFailed, PRIMAL, Point};
use super::model::{Line, SCALE};

/// What a dive has settled about a day of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    /// Nothing yet.
    Open,
    /// This shift, or a day off.
    As(Option<usize>),
}

/// How boldly a dive settles days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// At most one in so many days is settled at once.
    parts: usize,
    /// Least share of a day settled beside the surest one.
    sure: f64,
    /// Rounds of pricing after each settling.
    rounds: usize,
    /// How far a share may be moved up or down at random, so that no two dives are alike.
    noise: f64,
}

impl Pace {
    const QUICK: Self = Self { parts: 30, sure: 0.75, rounds: 10, noise: 0.0 };
    const CAREFUL: Self = Self { parts: 100, sure: 0.9, rounds: 20, noise: 0.0 };

    /// Pace of the `k`-th dive: a quick one, a careful one, then both in turn with noise.
    pub fn of(k: usize) -> Self {
        let pace = if k.is_multiple_of(2) { Self::QUICK } else { Self::CAREFUL };
        Self { noise: if k < 2 { 0.0 } else { 0.15 }, ..pace }
    }
}

impl Master<'_> {
    /// Opens again what a dive has settled.
    ///
    /// # Errors
    /// [`MasterFailed`] when the linear program is gone.
    pub fn release(&mut self) -> Result<(), MasterFailed> {
        for forced in &mut self.forced {
            forced.fill(Settled::Open);
        }
        let lp = self.lp.as_mut().ok_or(MasterFailed)?;
        lp.set_option("simplex_strategy", PRIMAL);
        for column in &self.columns {
            lp.change_column_bounds(column.at, 0.0..);
        }
        Ok(())
    }

    /// Settles the surest days first and prices again, until every share is whole; one line each of the freed.
    pub fn dive(
        &mut self,
        mut point: Point,
        (pace, rng): (Pace, &mut impl Rng),
        mut go_on: impl FnMut(f64) -> bool,
    ) -> Result<Option<Vec<Line>>, MasterFailed> {
        loop {
            let mut sure = self.shares(&point);
            sure.retain(|&(share, ..)| (1e-3..=1.0 - 1e-3).contains(&share));
            if sure.is_empty() {
                return Ok(Some(self.largest(&point)));
            }
            if !go_on(point.value) {
                return Ok(None);
            }
            for (share, ..) in &mut sure {
                *share += pace.noise * (rng.random::<f64>() - 0.5);
            }
            sure.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
            let few = (self.freed.len() * self.days.len() / pace.parts).max(1);
            let mut settled = 0;
            for (rank, &(share, slot, day, choice)) in sure.iter().enumerate() {
                if settled >= few || rank > 0 && settled > 0 && share < pace.sure {
                    break;
                }
                settled += usize::from(self.settle_day(slot, day, choice));
            }
            if settled == 0 {
                return Ok(None);
            }
            let before = point.value;
            // prices need no repair while the settled days cost nothing
            point = self.generate(pace.rounds, |value, _| value > before + 0.02)?.0;
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
        if self.forced[slot][day] != Settled::Open {
            return false;
        }
        self.forced[slot][day] = Settled::As(choice);
        let (mine, forced) = (|c: &&Column| c.slot == slot, &self.forced[slot]);
        if !self.columns.iter().filter(mine).any(|c| obeys(forced, &c.line)) {
            self.forced[slot][day] = Settled::Open;
            return false;
        }
        let Some(lp) = self.lp.as_mut() else { return false };
        // closed columns leave the duals feasible
        lp.set_option("simplex_strategy", DUAL);
        for column in self.columns.iter().filter(mine).filter(|c| c.line[day] != choice) {
            lp.change_column_bounds(column.at, 0.0..=0.0);
        }
        true
    }
}

/// What a dive adds to the price of a cell: a reward for what is settled, a fine for what is ruled out.
pub(super) fn force(forced: &[Settled], cell: usize, shifts: usize) -> i32 {
    const REWARD: i32 = 500 * SCALE;
    match forced[cell / shifts] {
        Settled::As(Some(s)) if s == cell % shifts => -REWARD,
        Settled::As(None) => REWARD,
        _ => 0,
    }
}

/// Whether a line agrees with all settled days.
pub(super) fn obeys(forced: &[Settled], line: &Line) -> bool {
    forced.iter().zip(line).all(|(settled, choice)| *settled == Settled::Open || *settled == Settled::As(*choice))
}
