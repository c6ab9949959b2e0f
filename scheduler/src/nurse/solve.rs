//! The solve: construct, bound, search, verify.

use rayon::prelude::*;
use solver_data::nurse_rostering::NurseRostering;
use solver_data::{Seed, SolveLimits, SolveProgress, StopReason, Watch};

use super::NurseError;
use super::bound::Volume;
use super::master::{Master, whole_bound};
use super::model::{Line, Model};
use super::pricing::{Pricer, Span};
use super::recount;
use super::response::legal_line;
use super::roster::Lines;
use super::search::Walk;

/// Walks searched side by side, whatever the number of threads.
const WALKS: u64 = 2;
/// Moves of each walk between two exchanges.
const ROUND: u64 = 20;
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

/// Rosters the staff at least cost.
///
/// # Errors
/// [`NurseError::NoLegalLine`] names a member of staff whom no line of work fits.
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
        let mut start = self.construct()?;
        let mut bound = i64::MIN;
        start = self.warm_up(start, 400);
        let mut seen = Vec::new();
        if let Some(mut volume) = Volume::start(self.model) {
            for _ in 0..BOUND_STEPS {
                if self.spent(0.1) || volume.bound() >= start.cost {
                    break;
                }
                seen.push(volume.step(self.model, start.cost));
                self.report(&start, volume.bound(), 0);
            }
            bound = volume.bound();
        }
        (start, bound) = self.relax(start, bound, &seen)?;
        let (best, stop_reason, iterations) = self.search(start, bound)?;
        self.verified(best, bound, (stop_reason, iterations))
    }

    fn warm_up(&self, start: Lines, moves: u64) -> Lines {
        let mut walk = Walk::new(self.model, start, self.seed.stream(WALKS).rng());
        for _ in 0..moves {
            if self.spent(0.05) {
                break;
            }
            walk.step(0);
        }
        walk.best
    }

    /// Column generation over the whole roster, then a dive and a whole choice among the columns.
    fn relax(&self, start: Lines, bound: i64, seen: &[Option<Vec<Line>>]) -> Result<(Lines, i64), NurseError> {
        let model = self.model;
        let mut best = start;
        let mut bound = bound;
        let mut master = Master::new(model, &best, (0..model.staff.len()).collect(), 0..model.days)?;
        for lines in seen.iter().rev().take(40).flatten() {
            for (staff, line) in lines.iter().enumerate().filter(|(i, line)| model.staff[*i].allows(line)) {
                master.add(staff, line)?;
            }
        }
        let (point, found) = master.generate(500, |value, found| {
            self.watch.stage_progress(&format!("column generation {value} {}", whole_bound(found.max(-1 << 40))), 0, 0);
            !self.spent(0.3)
        })?;
        bound = bound.max(whole_bound(found));
        self.report(&best, bound, 0);
        if let Some(lines) = master.dive(point.clone(), 10, |v| {
            self.watch.stage_progress(&format!("dive {v}"), 0, 0);
            !self.spent(0.5)
        })? {
            let dived = Lines::of(model, lines);
            self.watch.stage_progress("dive", dived.cost as u64, 0);
            best = if dived.cost < best.cost { dived } else { best };
        }
        if let Some(lines) = master.integer(&point, best.cost, (100, self.left().map(|s| s * 0.1))) {
            best = cheaper(model, best, lines);
        }
        self.report(&best, bound, 0);
        self.watch.stage_progress("integer", best.cost as u64, 0);
        Ok((best, bound))
    }

    fn left(&self) -> Option<f64> {
        self.limits.seconds.map(|s| (s - self.watch.elapsed_seconds()).max(0.0))
    }

    /// One line after another against what is still missing.
    fn construct(&self) -> Result<Lines, NurseError> {
        let model = self.model;
        let mut roster = Lines::empty(model);
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

    fn search(&self, start: Lines, bound: i64) -> Result<(Lines, StopReason, u64), NurseError> {
        let rng = |k| self.seed.stream(k).rng();
        let mut walks: Vec<Walk<'_>> = (0..WALKS).map(|k| Walk::new(self.model, start.clone(), rng(k))).collect();
        let mut best = start;
        let mut done = 0;
        loop {
            if let Some(reason) = self.stop(&best, bound, done) {
                return Ok((best, reason, done));
            }
            let share = self.progress(done);
            let tolerance = (20.0 * (1.0 - share).powi(2)).round() as i64;
            walks.par_iter_mut().try_for_each(|walk| {
                (0..ROUND).for_each(|_| walk.step(tolerance));
                walk.replan(self.left())
            })?;
            done += WALKS * ROUND;
            for walk in &walks {
                if walk.best.cost < best.cost {
                    best = walk.best.clone();
                }
            }
            self.report(&best, bound, done);
        }
    }

    fn progress(&self, done: u64) -> f64 {
        let by_time = self.limits.seconds.map_or(0.0, |s| self.watch.elapsed_seconds() / s);
        let by_count = self.limits.iterations.map_or(0.0, |n| done as f64 / n.max(1) as f64);
        by_time.max(by_count).min(1.0)
    }

    fn stop(&self, best: &Lines, bound: i64, done: u64) -> Option<StopReason> {
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

    fn report(&self, best: &Lines, bound: i64, done: u64) {
        self.watch.solve_progress(&SolveProgress {
            incumbent: Some(best.cost as f64),
            bound: Some(bound as f64),
            iterations: (done, self.limits.iterations),
        });
    }

    /// Recounts the roster from the instance before it leaves.
    fn verified(&self, best: Lines, bound: i64, end: (StopReason, u64)) -> Result<SolvedNurse, NurseError> {
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

fn cheaper(model: &Model<'_>, best: Lines, lines: Vec<Line>) -> Lines {
    let other = Lines::of(model, lines);
    if other.cost < best.cost { other } else { best }
}
