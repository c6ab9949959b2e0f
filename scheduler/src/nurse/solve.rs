//! The solve: construct, bound, search, verify.

use rayon::prelude::*;
use solver_data::nurse_rostering::NurseRostering;
use solver_data::{Seed, SolveLimits, SolveProgress, StopReason, Watch};

use super::NurseError;
use super::bound::Volume;
use super::master::{Group, Master, MasterFailed, whole_bound};
use super::model::{Line, Model};
use super::plan::Plan;
use super::pricing::Pricer;
use super::recount;
use super::response::legal_line;
use super::search::Walk;
use super::span::Span;

/// Walks searched side by side, whatever the number of threads.
const WALKS: u64 = 2;
/// Staff times days per single move between two exchanges: long horizons need more moves to run dry.
const DAYS_PER_MOVE: usize = 10;
/// Moves of each walk in a round of warming up, and most such rounds.
const WARM_UP: u64 = 200;
const WARM_UPS: u64 = 40;
/// Cells times staff up to which the whole roster becomes one master problem.
const MOST_COLUMNS: usize = 65_000;
/// Days up to which whole lines are worth pricing as columns.
const LONGEST_COLUMN: usize = 100;
/// Steps of the volume algorithm.
const BOUND_STEPS: u64 = 300;

/// A verified roster with its bound.
#[derive(Debug, Clone, PartialEq)]
pub struct SolvedNurse {
    /// `assignment[staff][day]`: index of the shift worked, `None` for a day off.
    pub assignment: Vec<Vec<Option<usize>>>,
    /// Cost of unmet wishes, under- and overstaffing.
    pub objective: i64,
    /// Lower bound on any roster's cost, a whole number as all costs are.
    pub bound: f64,
    /// Why the solve ended.
    pub stop_reason: StopReason,
    /// Search moves made.
    pub iterations: u64,
}

/// Rosters the staff at least cost, with a lower bound.
///
/// Constructs a roster by best responses, bounds it by Lagrangian relaxation and column generation, dives from the
/// relaxation, then alternates single moves with replanning windows of staff together. Stops at the first of
/// `limits`; the seconds of `watch` steer how long each phase lasts, so only a solve limited by iterations alone
/// repeats exactly (for any number of threads). The best roster found is returned whatever the reason to stop.
///
/// # Errors
/// [`NurseError::NoLegalLine`] names a member of staff whom no line of work fits; [`NurseError::OutOfRange`],
/// [`NurseError::NegativeWeight`] and [`NurseError::WeightTooLarge`] name what is wrong with the instance;
/// [`NurseError::Recount`] and [`NurseError::BoundAboveObjective`] would be defects of the solver;
/// [`NurseError::Threads`] when worker threads cannot be started.
///
/// # Source
/// Instances: Curtois and Qu (2014). Volume algorithm: Barahona and Anbil (2000), Math. Program. 87. Smoothed duals:
/// Wentges (1997), Int. Trans. Oper. Res. 4.
pub fn solve_nurse(
    instance: &NurseRostering,
    limits: &SolveLimits,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<SolvedNurse, NurseError> {
    let model = Model::new(instance)?;
    let threads = limits.threads.max(1);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|cause| NurseError::Threads { threads, cause: cause.to_string() })?;
    pool.install(|| Solve { model: &model, limits, seed, watch }.run())
}

struct Solve<'a> {
    model: &'a Model<'a>,
    limits: &'a SolveLimits,
    seed: Seed,
    watch: &'a dyn Watch,
}

impl Solve<'_> {
    fn run(&self) -> Result<SolvedNurse, NurseError> {
        let first = self.construct()?;
        let start = self.warm_up(first);
        let (mut bound, seen) = self.lagrange(&start);
        let mut best = start;
        if self.columns_fit() {
            // without the linear program there is still the Lagrangian bound and the search
            if let Ok((roster, closed)) = self.relax(best.clone(), bound, &seen) {
                (best, bound) = (roster, closed);
            }
        }
        let (best, stop_reason, iterations) = self.search(best, bound);
        self.verified(best, bound, (stop_reason, iterations))
    }

    /// Whether the whole roster fits a master problem that solves in seconds.
    fn columns_fit(&self) -> bool {
        self.model.cells() * self.model.staff.len() <= MOST_COLUMNS && self.model.days <= LONGEST_COLUMN
    }

    /// Lower bound by the volume algorithm, and the lines it priced on the way.
    fn lagrange(&self, start: &Plan) -> (i64, Vec<Vec<Line>>) {
        let share = if self.columns_fit() { 0.15 } else { 0.35 };
        let mut seen = Vec::new();
        let Some(mut volume) = Volume::start(self.model) else { return (i64::MIN, seen) };
        for _ in 0..BOUND_STEPS {
            if self.spent(share) || volume.bound() >= start.cost {
                break;
            }
            seen.extend(volume.step(self.model, start.cost));
            self.report(start, volume.bound(), 0);
        }
        // no weight is negative, so neither is any cost
        (volume.bound().max(0), seen)
    }

    /// Single moves from the first roster until they hardly pay any more.
    fn warm_up(&self, start: Plan) -> Plan {
        let rng = |k| self.seed.stream(WALKS + k).rng();
        let mut walks: Vec<Walk<'_>> = (0..WALKS).map(|k| Walk::new(self.model, start.clone(), rng(k))).collect();
        let mut best = start;
        for _ in 0..WARM_UPS {
            if self.spent(0.1) {
                break;
            }
            walks.par_iter_mut().for_each(|walk| self.moves(walk, WARM_UP, 0));
            let before = best.cost;
            best = best_of(&walks, best);
            self.report(&best, i64::MIN, 0);
            if (before - best.cost) * 50 < before {
                break;
            }
        }
        best
    }

    /// Single moves of a walk, stopping early only when the time is up.
    fn moves(&self, walk: &mut Walk<'_>, count: u64, tolerance: i64) {
        for _ in 0..count {
            if self.spent(1.0) {
                break;
            }
            walk.step(tolerance);
        }
    }

    /// Column generation over the whole roster, then a dive and a whole choice among the columns.
    fn relax(&self, start: Plan, bound: i64, seen: &[Vec<Line>]) -> Result<(Plan, i64), MasterFailed> {
        let model = self.model;
        let everyone = (0..model.staff.len()).collect();
        let mut master = Master::new(model, &start, Group { staff: everyone, days: 0..model.days, seconds: self.left() })?;
        for lines in seen.iter().rev().take(40) {
            for (staff, line) in lines.iter().enumerate().filter(|(i, line)| model.staff[*i].allows(line)) {
                master.add(staff, line)?;
            }
        }
        let mut last = self.watch.elapsed_seconds();
        let (point, found) = master.generate(500, |_, found| {
            let now = self.watch.elapsed_seconds();
            let round = now - std::mem::replace(&mut last, now);
            self.report(&start, bound.max(whole_bound(found)), 0);
            // the next round must end in time, too
            !self.spent(0.45) && self.limits.seconds.is_none_or(|s| now + 2.0 * round < s)
        })?;
        let bound = bound.max(whole_bound(found));
        let mut best = start;
        if let Some(lines) = master.dive(point.clone(), 10, |_| !self.spent(0.6)).unwrap_or(None) {
            best = best_of_two(best, Plan::of(model, lines));
        }
        self.report(&best, bound, 0);
        if let Some(lines) = master.integer(&point, best.cost, (100, self.left().map(|s| s * 0.1))) {
            best = best_of_two(best, Plan::of(model, lines));
        }
        Ok((best, bound))
    }

    fn left(&self) -> Option<f64> {
        self.limits.seconds.map(|s| (s - self.watch.elapsed_seconds()).max(0.0))
    }

    /// One line after another against what is still missing.
    fn construct(&self) -> Result<Plan, NurseError> {
        let model = self.model;
        let mut roster = Plan::empty(model);
        let (mut pricer, mut prices) = (Pricer::default(), Vec::new());
        for staff in 0..model.staff.len() {
            roster.prices(model, staff, &mut prices);
            let line = legal_line(&mut pricer, &model.staff[staff], &prices, Span::Whole).ok_or_else(|| {
                let member = &model.instance.staff[staff];
                NurseError::NoLegalLine {
                    staff: member.id.clone(),
                    minimum_minutes: member.minimum_minutes,
                    maximum_minutes: member.maximum_minutes,
                }
            })?;
            roster.replace(model, staff, line);
        }
        Ok(roster)
    }

    fn search(&self, start: Plan, bound: i64) -> (Plan, StopReason, u64) {
        let rng = |k| self.seed.stream(k).rng();
        let mut walks: Vec<Walk<'_>> = (0..WALKS).map(|k| Walk::new(self.model, start.clone(), rng(k))).collect();
        let mut best = start;
        let round = (self.model.staff.len() * self.model.days / DAYS_PER_MOVE).clamp(20, 4_000) as u64;
        let mut done = 0;
        loop {
            if let Some(reason) = self.stop(&best, bound, done) {
                return (best, reason, done);
            }
            let tolerance = ((0.004 * best.cost as f64 + 5.0) * (1.0 - self.progress(done))).round() as i64;
            let left = self.limits.iterations.map_or(u64::MAX, |n| n.saturating_sub(done));
            let moves = round.min(left.div_ceil(WALKS));
            walks.par_iter_mut().for_each(|walk| {
                let before = walk.best.cost;
                self.moves(walk, moves, tolerance);
                // groups are worth their price once single moves have run dry
                if (before - walk.best.cost) * 200 <= before && !self.spent(1.0) {
                    // a group HiGHS cannot solve in time is passed over
                    let _ = walk.replan(self.left());
                }
            });
            done += WALKS * moves;
            best = best_of(&walks, best);
            for walk in walks.iter_mut().filter(|walk| walk.now.cost * 50 > best.cost * 51) {
                walk.now = best.clone();
            }
            self.report(&best, bound, done);
        }
    }

    fn progress(&self, done: u64) -> f64 {
        let by_time = self.limits.seconds.map_or(0.0, |s| self.watch.elapsed_seconds() / s);
        let by_count = self.limits.iterations.map_or(0.0, |n| done as f64 / n.max(1) as f64);
        by_time.max(by_count).min(1.0)
    }

    fn stop(&self, best: &Plan, bound: i64, done: u64) -> Option<StopReason> {
        let gap = (best.cost - bound.min(best.cost)) as f64;
        if best.cost <= bound {
            Some(StopReason::Optimal)
        } else if gap <= self.limits.gap * best.cost as f64 {
            Some(StopReason::Gap)
        } else if self.limits.iterations.is_some_and(|n| done >= n) {
            Some(StopReason::Iterations)
        } else if self.watch.interrupted() {
            Some(StopReason::Interrupted)
        } else {
            self.spent(1.0).then_some(StopReason::Time)
        }
    }

    fn spent(&self, share: f64) -> bool {
        self.watch.interrupted() || self.limits.seconds.is_some_and(|s| self.watch.elapsed_seconds() >= s * share)
    }

    fn report(&self, best: &Plan, bound: i64, done: u64) {
        self.watch.solve_progress(&SolveProgress {
            incumbent: Some(best.cost as f64),
            bound: Some(bound as f64),
            iterations: (done, self.limits.iterations),
        });
    }

    /// Recounts the roster from the instance before it leaves.
    fn verified(&self, best: Plan, bound: i64, end: (StopReason, u64)) -> Result<SolvedNurse, NurseError> {
        let instance = self.model.instance;
        let recounted = recount::objective(instance, &best.lines);
        let broken = recount::broken_rules(instance, &best.lines);
        if recounted != best.cost || broken > 0 {
            return Err(NurseError::Recount { claimed: best.cost, recounted, broken });
        }
        if bound > recounted {
            return Err(NurseError::BoundAboveObjective { bound: bound as f64, objective: recounted });
        }
        let (stop_reason, iterations) = end;
        Ok(SolvedNurse { assignment: best.lines, objective: recounted, bound: bound as f64, stop_reason, iterations })
    }
}

/// The cheapest roster of the walks, or `best` where none is cheaper.
fn best_of(walks: &[Walk<'_>], best: Plan) -> Plan {
    match walks.iter().min_by_key(|walk| walk.best.cost) {
        Some(walk) if walk.best.cost < best.cost => walk.best.clone(),
        _ => best,
    }
}

fn best_of_two(a: Plan, b: Plan) -> Plan {
    if b.cost < a.cost { b } else { a }
}
