//! The solve: construct, bound, search, verify.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use solver_data::nurse_rostering::NurseRostering;
use solver_data::{Seed, SolveLimits, SolveProgress, StopReason, Watch};

use super::NurseError;
use super::bound::Volume;
use super::model::{Line, Model};
use super::plan::Plan;
use super::pricing::Pricer;
use super::recount;
use super::relaxation::{Relaxation, START_LINES};
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
/// Moves between two groups of the walk beside the relaxation.
const ROUND_BESIDE: u64 = 200;
/// Days up to which whole lines are worth pricing as columns.
const LONGEST_COLUMN: usize = 100;
/// Staff times days from which the first lines are priced so many abreast, as they take seconds each.
const LONG: usize = 20_000;
const ABREAST: usize = 2;
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

pub(super) struct Solve<'a> {
    pub model: &'a Model<'a>,
    limits: &'a SolveLimits,
    pub seed: Seed,
    watch: &'a dyn Watch,
}

/// The best roster so far and the best bound.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standing {
    pub best: Plan,
    pub bound: i64,
}

impl Solve<'_> {
    fn run(&self) -> Result<SolvedNurse, NurseError> {
        let first = self.construct()?;
        let constructed = self.elapsed();
        let start = self.warm_up(first);
        let (bound, seen, multipliers) = self.lagrange(&start, constructed);
        let mut standing = Standing { best: start, bound };
        let mut relaxation = None;
        if self.columns_fit() && !standing.closed() {
            let mut walk = Walk::new(self.model, standing.best.clone(), self.seed.stream(2 * WALKS).rng());
            if let Some(iterations) = self.limits.iterations {
                self.moves(&mut walk, iterations / 4, 0);
            }
            // without the linear program there is still the Lagrangian bound and the search
            relaxation = self.beside_a_walk(&mut walk, || Relaxation::solve(self, &mut standing, (&seen, multipliers)).ok());
            standing.offer(walk.best);
        }
        let (stop_reason, iterations) = self.search(&mut standing, relaxation);
        self.verified(standing, (stop_reason, iterations))
    }

    /// Does some work that keeps one thread busy while a walk goes on beside it, on a thread of its own.
    ///
    /// The walk ends with the work; it does not move where the solve must repeat or has one thread alone.
    fn beside_a_walk<R>(&self, walk: &mut Walk<'_>, work: impl FnOnce() -> R) -> R {
        if self.repeats() || self.limits.threads <= 1 {
            return work();
        }
        // else the walk would price on threads nobody granted
        let Ok(side) = rayon::ThreadPoolBuilder::new().num_threads(1).build() else { return work() };
        let working = AtomicBool::new(true);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                side.install(|| {
                    while working.load(Ordering::Relaxed) && !self.spent(1.0) {
                        self.round(walk, ROUND_BESIDE, 0);
                    }
                });
            });
            let _end = Ending(&working);
            work()
        })
    }

    /// Whether the whole roster fits a master problem that solves in seconds.
    fn columns_fit(&self) -> bool {
        self.model.cells() * self.model.staff.len() <= MOST_COLUMNS && self.model.days <= LONGEST_COLUMN
    }

    /// Lower bound by the volume algorithm, the last lines it priced on the way, and its multipliers of limits.
    ///
    /// The bound is 0, no weight being negative, where the time does not allow a step.
    fn lagrange(&self, start: &Plan, constructed: f64) -> (i64, Vec<Vec<Line>>, Vec<Vec<i32>>) {
        let columns = self.columns_fit();
        let end = if columns { 0.15 } else { 0.25 };
        let mut seen = Vec::new();
        let mut last = self.elapsed();
        // the first roster took about as long as a step does
        if self.spent(end) || self.limits.seconds.is_some_and(|s| last + constructed > s * end) {
            return (0, seen, Vec::new());
        }
        let Some(mut volume) = Volume::start(self.model) else { return (0, seen, Vec::new()) };
        for _ in 0..BOUND_STEPS {
            let now = self.elapsed();
            let step = now - std::mem::replace(&mut last, now);
            if self.limits.seconds.is_some_and(|s| now + step > s * end) || self.spent(1.0) || volume.bound() >= start.cost {
                break;
            }
            let lines = volume.step(self.model, start.cost);
            if columns {
                seen.extend(lines);
                seen.drain(..seen.len().saturating_sub(START_LINES));
            }
            self.report(&Standing { best: start.clone(), bound: volume.bound() }, 0);
        }
        let limits = volume.duals.limits.iter().map(|m| m.iter().map(|p| p.round() as i32).collect()).collect();
        (volume.bound().max(0), seen, limits)
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
            self.report(&Standing { best: best.clone(), bound: 0 }, 0);
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

    /// Single moves, then a group replanned once these have run dry.
    fn round(&self, walk: &mut Walk<'_>, moves: u64, tolerance: i64) {
        let before = walk.best.cost;
        self.moves(walk, moves, tolerance);
        // groups are worth their price once single moves have run dry
        if (before - walk.best.cost) * 200 <= before && !self.spent(1.0) {
            // a group HiGHS cannot solve in time is passed over
            let _ = walk.replan(self.left());
        }
    }

    /// Whether the solve must repeat exactly.
    pub fn repeats(&self) -> bool {
        self.limits.iterations.is_some()
    }

    /// Seconds since the start.
    pub fn elapsed(&self) -> f64 {
        self.watch.elapsed_seconds()
    }

    /// Seconds left.
    pub fn left(&self) -> Option<f64> {
        self.limits.seconds.map(|s| (s - self.watch.elapsed_seconds()).max(0.0))
    }

    /// A few lines at a time, side by side, against what is still missing.
    fn construct(&self) -> Result<Plan, NurseError> {
        let model = self.model;
        let mut roster = Plan::empty(model);
        let everyone: Vec<usize> = (0..model.staff.len()).collect();
        let abreast = if everyone.len() * model.days >= LONG { ABREAST } else { 1 };
        for some in everyone.chunks(abreast) {
            let respond = |pricer: &mut Pricer, &staff: &usize| {
                let mut prices = Vec::new();
                roster.prices(model, staff, &mut prices);
                legal_line(pricer, &model.staff[staff], &prices, Span::Whole).ok_or_else(|| self.without_line(staff))
            };
            let lines: Result<Vec<Line>, NurseError> = some.par_iter().map_init(Pricer::default, respond).collect();
            for (&staff, line) in some.iter().zip(lines?) {
                roster.replace(model, staff, line);
            }
        }
        Ok(roster)
    }

    fn without_line(&self, staff: usize) -> NurseError {
        let member = &self.model.instance.staff[staff];
        NurseError::NoLegalLine {
            staff: member.id.clone(),
            minimum_minutes: member.minimum_minutes,
            maximum_minutes: member.maximum_minutes,
        }
    }

    fn search(&self, standing: &mut Standing, mut relaxation: Option<Relaxation<'_>>) -> (StopReason, u64) {
        let rng = |k| self.seed.stream(k).rng();
        let mut walks: Vec<Walk<'_>> = (0..WALKS).map(|k| Walk::new(self.model, standing.best.clone(), rng(k))).collect();
        let round = (self.model.staff.len() * self.model.days / DAYS_PER_MOVE).clamp(20, 4_000) as u64;
        let (mut done, mut rounds) = (0, 0);
        loop {
            if let Some(relaxation) = &mut relaxation {
                relaxation.close(self, standing);
            }
            if let Some(reason) = self.stop(standing, done) {
                return (reason, done);
            }
            let tolerance = ((0.004 * standing.best.cost as f64 + 5.0) * (1.0 - self.progress(done))).round() as i64;
            let left = self.limits.iterations.map_or(u64::MAX, |n| n.saturating_sub(done));
            let moves = round.min(left.div_ceil(WALKS));
            if let Some(relaxation) = relaxation.as_mut().filter(|relaxation| relaxation.regroup.worth_a_try(rounds)) {
                let best = standing.best.clone();
                let regrouped = self.beside_a_walk(&mut walks[0], || relaxation.regroup(self, &best));
                if let Ok(Some(plan)) = regrouped {
                    if plan.cost < walks[0].best.cost {
                        walks[0].follow(plan.clone());
                    }
                    standing.offer(plan);
                    self.report(standing, done);
                }
            }
            rounds += 1;
            walks.par_iter_mut().for_each(|walk| self.round(walk, moves, tolerance));
            done += WALKS * moves;
            standing.best = best_of(&walks, std::mem::replace(&mut standing.best, Plan::empty(self.model)));
            for walk in walks.iter_mut().filter(|walk| walk.now.cost * 50 > standing.best.cost * 51) {
                walk.now = standing.best.clone();
            }
            self.report(standing, done);
        }
    }

    fn progress(&self, done: u64) -> f64 {
        let by_time = self.limits.seconds.map_or(0.0, |s| self.watch.elapsed_seconds() / s);
        let by_count = self.limits.iterations.map_or(0.0, |n| done as f64 / n.max(1) as f64);
        by_time.max(by_count).min(1.0)
    }

    fn stop(&self, standing: &Standing, done: u64) -> Option<StopReason> {
        let Standing { best, bound } = standing;
        let gap = (best.cost - bound.min(&best.cost)) as f64;
        if standing.closed() {
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

    /// Whether a share of the time is used up, or the user wishes to stop.
    pub fn spent(&self, share: f64) -> bool {
        self.watch.interrupted() || self.limits.seconds.is_some_and(|s| self.watch.elapsed_seconds() >= s * share)
    }

    pub fn report(&self, standing: &Standing, done: u64) {
        self.watch.solve_progress(&SolveProgress {
            incumbent: Some(standing.best.cost as f64),
            bound: Some(standing.bound.max(0) as f64),
            iterations: (done, self.limits.iterations),
        });
    }

    /// Recounts the roster from the instance before it leaves.
    fn verified(&self, standing: Standing, end: (StopReason, u64)) -> Result<SolvedNurse, NurseError> {
        let Standing { best, bound } = standing;
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

/// Ends a walk beside some work with the work, even where that panics.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The cheapest roster of the walks, or `best` where none is cheaper.
fn best_of(walks: &[Walk<'_>], best: Plan) -> Plan {
    match walks.iter().min_by_key(|walk| walk.best.cost) {
        Some(walk) if walk.best.cost < best.cost => walk.best.clone(),
        _ => best,
    }
}
