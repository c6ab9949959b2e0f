//! The relaxation of the whole roster: column generation, dives, and the closing proof.

use super::choice::Effort;
use super::dive::Pace;
use super::master::{Group, Master, MasterFailed, Point, whole_bound};
use super::model::Line;
use super::plan::Plan;
use super::regroup::Regroup;
use super::solve::{Solve, Standing};

/// Lines of the volume algorithm to start from, a member of staff.
pub(super) const START_LINES: usize = 20;

/// Share of the time after which no dive of the whole roster begins, and after which the first one is cut short.
const DIVING: f64 = 0.5;
const FIRST_DIVE: f64 = 0.9;
/// Dives of the whole roster before they may be found not to pay.
const DIVES_AT_LEAST: usize = 8;
/// How often pricing may be given more room to be exact.
const PATIENCE: u32 = 2;
/// Stream of random numbers of the dives.
const DIVES: u64 = 100;
/// Stream of random numbers of the groups.
const REGROUPS: u64 = 101;

/// The relaxed roster, kept to try to close the gap when a better roster is found.
pub(super) struct Relaxation<'m> {
    pub(super) master: Master<'m>,
    /// The relaxed roster.
    pub(super) point: Point,
    pub(super) regroup: Regroup,
    /// Duals of the best bound.
    cells: Vec<f64>,
    /// Cost of the best roster when closing was last tried.
    tried: i64,
}

impl<'m> Relaxation<'m> {
    /// Column generation, then dives and a choice among the columns; improves roster and bound.
    ///
    /// `seen` are lines the volume algorithm priced, evaluation by evaluation, and its multipliers of limits.
    pub fn solve(
        solve: &Solve<'m>,
        standing: &mut Standing,
        (seen, multipliers): (&[Vec<Line>], Vec<Vec<i32>>),
    ) -> Result<Self, MasterFailed> {
        let model = solve.model;
        let everyone = (0..model.staff.len()).collect();
        let group = Group { staff: everyone, days: 0..model.days, seconds: solve.left() };
        let mut master = Master::new(model, &standing.best, group)?;
        master.patience = PATIENCE;
        for (limits, prices) in master.limits.iter_mut().zip(multipliers) {
            limits.prices = prices;
        }
        for lines in seen.iter().rev() {
            for (staff, line) in lines.iter().enumerate().filter(|(i, line)| model.staff[*i].allows(line)) {
                master.add(staff, line)?;
            }
        }
        let point = Self::generate(solve, &mut master, standing)?;
        let cells = master.centre.clone().unwrap_or_else(|| point.cells.clone());
        let regroup = Regroup::new(model, solve.seed.stream(REGROUPS));
        let mut relaxation = Self { master, point, regroup, cells, tried: i64::MAX };
        relaxation.round(solve, standing);
        Ok(relaxation)
    }

    /// Column generation over the whole roster.
    fn generate(solve: &Solve<'_>, master: &mut Master<'_>, standing: &mut Standing) -> Result<Point, MasterFailed> {
        let mut last = solve.elapsed();
        let (point, found) = master.generate(500, |_, found| {
            let now = solve.elapsed();
            let round = now - std::mem::replace(&mut last, now);
            standing.bound = standing.bound.max(whole_bound(found));
            solve.report(standing, 0);
            // the next round must end in time, too
            !solve.spent(0.4) && solve.left().is_none_or(|left| 2.0 * round < left)
        })?;
        standing.bound = standing.bound.max(whole_bound(found));
        Ok(point)
    }

    /// Whole rosters from the relaxed one.
    fn round(&mut self, solve: &Solve<'_>, standing: &mut Standing) {
        let mut rng = solve.seed.stream(DIVES).rng();
        for k in 0.. {
            let go_on = || !solve.spent(if k == 0 { FIRST_DIVE } else { DIVING });
            let began = solve.elapsed();
            let dive = self.master.dive(self.point.clone(), (Pace::of(k), &mut rng), &go_on);
            let before = standing.best.cost;
            if let Ok(lines) = dive {
                standing.offer(Plan::of(solve.model, lines));
            }
            solve.report(standing, 0);
            self.close(solve, standing);
            if standing.closed() {
                return;
            }
            // another whole dive where they pay; else groups do better
            let paid = standing.best.cost < before;
            let took = solve.elapsed() - began;
            if self.master.release().is_err()
                || solve.spent(DIVING)
                || solve.left().is_some_and(|left| took * 30.0 > left)
                || k > 0 && (solve.repeats() || !paid && k > DIVES_AT_LEAST)
            {
                break;
            }
        }
        if solve.spent(1.0) {
            return;
        }
        let effort = Effort { nodes: if solve.repeats() { 100 } else { 20_000 }, seconds: solve.left().map(|s| s * 0.1) };
        if let Some(lines) = self.master.integer(&self.point, standing.best.cost, effort) {
            standing.offer(Plan::of(solve.model, lines));
            solve.report(standing, 0);
        }
    }

    /// Tries to close the gap, whenever the best roster has become better.
    pub fn close(&mut self, solve: &Solve<'_>, standing: &mut Standing) {
        if standing.best.cost >= self.tried || standing.closed() || solve.spent(1.0) {
            return;
        }
        self.tried = standing.best.cost;
        let effort = Effort { nodes: 20_000, seconds: solve.left().map(|s| s * 0.3) };
        let Some(choice) = self.master.close(&self.cells, standing.best.cost, effort) else { return };
        standing.bound = standing.bound.max(choice.bound);
        if let Some(lines) = choice.lines {
            standing.offer(Plan::of(solve.model, lines));
            self.tried = standing.best.cost;
        }
    }
}

impl Standing {
    /// Whether nothing better can exist.
    pub fn closed(&self) -> bool {
        self.best.cost <= self.bound
    }

    /// Keeps a roster if it is better.
    pub fn offer(&mut self, roster: Plan) {
        if roster.cost < self.best.cost {
            self.best = roster;
        }
    }
}
