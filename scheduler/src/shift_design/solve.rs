//! The solve: a first design, then proof and improvement side by side, and a recount at the end.

use std::sync::atomic::{AtomicBool, Ordering};

use rand::RngExt;
use solver_data::shift_design::{DesignVariant, DesignedShift, ShiftDesign};
use solver_data::{Seed, SolveLimits, SolveProgress, StopReason, Watch};

use super::cut::Cut;
use super::dive::dive;
use super::error::ShiftDesignError;
use super::greedy::{construct, is_feasible};
use super::model::Model;
use super::plan::Plan;
use super::polish::polish;
use super::recount::recount;
use super::restricted::{Effort, Outcome, improve};
use super::tree::Tree;

/// Steps of the proof beside one attempt at a better design when nothing but iterations limits the solve.
const STEPS: u64 = 8;
/// Steps of the proof before the first attempt.
const FIRST_STEPS: u64 = 3;
/// Attempts come round in this order.
const ATTEMPTS: [Attempt; 4] = [Attempt::Polish, Attempt::Restricted, Attempt::Dive, Attempt::Restricted];
/// Changes of the set of shifts in one go.
const TRIES: u64 = 1_000;
/// Nodes of a small program.
const NODES: i32 = 400;
/// Shifts of a small program besides the best design's: at first, at the least, at most, and the change after one that
/// was too easy or too hard.
const FIRST_SIZE: usize = 16;
const SMALLEST: usize = 6;
const LARGEST: usize = 100;
const CHANGE: usize = 4;
/// Seconds of an attempt: at first, and at most.
const SHORTEST: f64 = 0.5;
const LONGEST: f64 = 4.0;
/// Seconds between two exchanges of the proof and the search.
const ROUND: f64 = 3.0;

/// A way to look for a better design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    Polish,
    Dive,
    Restricted,
}

/// A verified design with its bound.
#[derive(Debug, Clone, PartialEq)]
pub struct SolvedShiftDesign {
    /// The shifts used, ascending by start and length.
    pub shifts: Vec<DesignedShift>,
    /// Weighted minutes of under- and overstaffing plus the price of each distinct shift.
    pub objective: i64,
    /// Lower bound on any design's objective, a multiple of the greatest common divisor of the prices.
    pub bound: f64,
    /// Why the solve ended.
    pub stop_reason: StopReason,
    /// Linear programs of the proof solved.
    pub iterations: u64,
}

impl SolvedShiftDesign {
    /// (objective - bound) / objective.
    pub fn gap(&self) -> f64 {
        ((self.objective as f64 - self.bound) / (self.objective as f64).max(1.0)).max(0.0)
    }
}

/// Designs shifts at least cost, with a lower bound.
///
/// A first design comes from adding duties one by one. Then branch and cut over the linear relaxation works on the
/// bound, while small mixed-integer programs over the best design's shifts and some others look for better ones.
/// Stops at the first of `limits`; a solve limited by iterations alone repeats exactly, for any number of threads.
///
/// # Errors
/// [`ShiftDesignError::DemandLength`] and [`ShiftDesignError::NegativePrice`] name what is wrong with the instance;
/// [`ShiftDesignError::Uncoverable`] and [`ShiftDesignError::TooShort`] why the bounded variant has no design;
/// [`ShiftDesignError::Inconsistent`] would be a defect of the solver.
///
/// # Source
/// Instances: Musliu, Schaerf, Slany (2004), EJOR 153. Cuts: Magnanti, Mirchandani, Vachani (1995), Oper. Res. 43.
pub fn solve_shift_design(
    instance: &ShiftDesign,
    variant: DesignVariant,
    (limits, seed): (&SolveLimits, Seed),
    watch: &dyn Watch,
) -> Result<SolvedShiftDesign, ShiftDesignError> {
    let model = Model::new(instance, variant)?;
    let best = construct(&model);
    if !is_feasible(&model, &best) {
        let longest = (0..model.shifts.len()).map(|s| model.minutes(s)).max().unwrap_or(0);
        return Err(ShiftDesignError::TooShort { least: instance.minimum_mean_minutes(), longest });
    }
    let solve = Solve { model: &model, limits, seed, watch };
    let end = solve.run(best);
    verified(&model, &end)
}

/// What a solve came to.
struct End {
    best: Plan,
    bound: i64,
    stop_reason: StopReason,
    iterations: u64,
}

struct Solve<'a> {
    model: &'a Model<'a>,
    limits: &'a SolveLimits,
    seed: Seed,
    watch: &'a dyn Watch,
}

/// The best so far and how the search for better ones goes.
struct Progress {
    best: Plan,
    bound: i64,
    steps: u64,
    attempts: u64,
    /// Shifts of the next small program besides the best design's.
    size: usize,
    /// The relaxation's last point.
    at: Option<Vec<f64>>,
}

/// The search for better designs between two rounds.
struct Hunt {
    best: Plan,
    attempts: u64,
    size: usize,
}

impl Solve<'_> {
    fn run(&self, first: Plan) -> End {
        let mut now = Progress { best: first, bound: 0, steps: 0, attempts: 0, size: FIRST_SIZE, at: None };
        let mut tree = Tree::new(self.model, self.left()).ok();
        loop {
            self.report(&now);
            if let Some(stop_reason) = self.stop(&now) {
                return End { best: now.best, bound: now.bound, stop_reason, iterations: now.steps };
            }
            if now.steps < FIRST_STEPS && tree.is_some() {
                // The relaxation says which shifts are worth a look
                self.advance(&mut tree, &mut now);
            } else {
                self.round(&mut tree, &mut now);
            }
        }
    }

    /// Attempts at a better design, and the proof meanwhile.
    ///
    /// With a limit of seconds both go on until a few are over; else it is one attempt beside a fixed number of steps.
    fn round(&self, tree: &mut Option<Tree<'_>>, now: &mut Progress) {
        let most = tree.as_ref().map_or_else(|| self.model.most.clone(), |tree| tree.most().to_vec());
        let cuts = tree.as_ref().map(|tree| tree.cuts().to_vec()).unwrap_or_default();
        let mut hunt = Hunt { best: now.best.clone(), attempts: now.attempts, size: now.size };
        let at = now.at.clone();
        let parts = (at.as_deref(), most.as_slice(), cuts.as_slice());
        let hunt = if self.limits.threads > 1 {
            self.side_by_side(tree, now, |over| {
                loop {
                    self.attempt(&mut hunt, parts);
                    if over.load(Ordering::Relaxed) || self.spent() {
                        return hunt;
                    }
                }
            })
        } else {
            self.attempt(&mut hunt, parts);
            for _ in 0..STEPS {
                if self.goes_on(tree.as_ref(), now) {
                    self.advance(tree, now);
                }
            }
            Some(hunt)
        };
        now.steps += u64::from(tree.as_ref().is_none_or(Tree::is_done));
        now.attempts += 1;
        if let Some(hunt) = hunt {
            (now.attempts, now.size) = (hunt.attempts, hunt.size);
            Self::take(now, hunt.best);
        }
    }

    /// What the search comes to on a thread of its own while the proof goes on; the flag tells the search to end.
    fn side_by_side<T: Send>(
        &self,
        tree: &mut Option<Tree<'_>>,
        now: &mut Progress,
        search: impl FnOnce(&AtomicBool) -> T + Send,
    ) -> Option<T> {
        let timed = self.limits.seconds.is_some();
        let over = AtomicBool::new(!timed);
        let until = self.watch.elapsed_seconds() + ROUND;
        std::thread::scope(|scope| {
            let helper = scope.spawn(|| search(&over));
            let mut steps = 0;
            while self.goes_on(tree.as_ref(), now) && if timed { !helper.is_finished() } else { steps < STEPS } {
                self.advance(tree, now);
                steps += 1;
                if self.watch.elapsed_seconds() >= until {
                    over.store(true, Ordering::Relaxed);
                }
            }
            over.store(true, Ordering::Relaxed);
            helper.join().ok()
        })
    }

    fn goes_on(&self, tree: Option<&Tree<'_>>, now: &Progress) -> bool {
        tree.is_some_and(|tree| !tree.is_done()) && self.stop(now).is_none()
    }

    /// One attempt at a cheaper design.
    fn attempt(&self, hunt: &mut Hunt, (at, most, cuts): (Option<&[f64]>, &[i64], &[Cut])) {
        let model = self.model;
        let seconds = self.left().map(|left| left.min((SHORTEST * (1 + hunt.attempts) as f64).min(LONGEST)));
        let end = seconds.map(|seconds| self.watch.elapsed_seconds() + seconds);
        let go_on = || !self.watch.interrupted() && end.is_none_or(|end| self.watch.elapsed_seconds() < end);
        let mut rng = self.seed.stream(hunt.attempts).stream(1).rng();
        let found = match ATTEMPTS[hunt.attempts as usize % ATTEMPTS.len()] {
            Attempt::Restricted => {
                let allowed = self.neighbourhood(hunt, at);
                let outcome = improve(model, &hunt.best, (&allowed, cuts), Effort { nodes: NODES, seconds });
                match &outcome {
                    Outcome::Nothing => hunt.size = (hunt.size + CHANGE).min(LARGEST),
                    Outcome::Unknown => hunt.size = hunt.size.saturating_sub(CHANGE).max(SMALLEST),
                    Outcome::Better(_) => {}
                }
                if let Outcome::Better(plan) = outcome { Some(plan) } else { None }
            }
            Attempt::Polish => polish(model, &hunt.best, TRIES, (&mut rng, &go_on)),
            Attempt::Dive => dive(model, &hunt.best, (most, cuts), (&mut rng, &|| !self.spent())),
        };
        hunt.attempts += 1;
        if let Some(plan) = found {
            hunt.best = plan;
        }
    }

    /// One step of the proof.
    fn advance(&self, tree: &mut Option<Tree<'_>>, now: &mut Progress) {
        let Some(proof) = tree else { return };
        match proof.step(now.best.cost) {
            Ok(found) => {
                // First the design, since its own part of the tree is closed by it
                if let Some(plan) = found.filter(|plan| is_feasible(self.model, plan)) {
                    Self::take(now, plan);
                }
                now.bound = now.bound.max(proof.bound(now.best.cost));
                now.at = proof.point.as_ref().map(|point| point.at.clone()).or(now.at.take());
            }
            // Without the linear program there is still the search, and the bound so far
            Err(_) => *tree = None,
        }
        now.steps += 1;
        self.report(now);
    }

    fn take(now: &mut Progress, plan: Plan) {
        if plan.cost < now.best.cost {
            now.best = plan;
        }
    }

    /// Shifts of the best design and others: those of the relaxation, their neighbours, or any, in turn.
    fn neighbourhood(&self, hunt: &Hunt, at: Option<&[f64]>) -> Vec<usize> {
        let model = self.model;
        let mut rng = self.seed.stream(hunt.attempts).rng();
        let mut allowed: Vec<usize> = hunt.best.shifts().collect();
        let used = |s: usize| at.map_or(0.0, |at| at[s] + 1e-3 * (0..model.days).map(|day| at[model.x(s, day)]).sum::<f64>());
        let near = |s: usize| {
            let span = model.shifts[s];
            let distance = |&other: &usize| {
                let other = model.shifts[other];
                other.start.abs_diff(span.start) + (other.start + other.length).abs_diff(span.start + span.length)
            };
            allowed.iter().map(distance).min().unwrap_or(0)
        };
        let mut ranked: Vec<(f64, usize)> = (0..model.shifts.len())
            .filter(|&s| hunt.best.used[s] == 0)
            .map(|s| {
                let chance: f64 = rng.random();
                let rank = match hunt.attempts / 2 % 3 {
                    0 => used(s) + 1e-6 * chance,
                    1 => chance / (1 + near(s)) as f64,
                    _ => chance * (0.02 + used(s)),
                };
                (rank, s)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        allowed.extend(ranked.into_iter().take(hunt.size).map(|(_, s)| s));
        allowed.sort_unstable();
        allowed
    }

    fn spent(&self) -> bool {
        self.watch.interrupted() || self.left().is_some_and(|left| left <= 0.0)
    }

    fn left(&self) -> Option<f64> {
        self.limits.seconds.map(|seconds| (seconds - self.watch.elapsed_seconds()).max(0.0))
    }

    fn stop(&self, now: &Progress) -> Option<StopReason> {
        let (best, bound) = (now.best.cost, now.bound.min(now.best.cost));
        if best <= bound {
            Some(StopReason::Optimal)
        } else if (best - bound) as f64 <= self.limits.gap * best as f64 {
            Some(StopReason::Gap)
        } else if self.limits.iterations.is_some_and(|most| now.steps >= most) {
            Some(StopReason::Iterations)
        } else if self.watch.interrupted() {
            Some(StopReason::Interrupted)
        } else {
            self.left().is_some_and(|left| left <= 0.0).then_some(StopReason::Time)
        }
    }

    fn report(&self, now: &Progress) {
        self.watch.solve_progress(&SolveProgress {
            incumbent: Some(now.best.cost as f64),
            bound: Some(now.bound as f64),
            iterations: (now.steps, self.limits.iterations),
        });
    }
}

/// Recounts the design from the instance before it leaves.
fn verified(model: &Model<'_>, end: &End) -> Result<SolvedShiftDesign, ShiftDesignError> {
    let shifts: Vec<DesignedShift> = end
        .best
        .shifts()
        .map(|s| DesignedShift {
            start: model.shifts[s].start,
            length: model.shifts[s].length,
            duties: end.best.duties[s * model.days..(s + 1) * model.days].iter().map(|&count| count as u32).collect(),
        })
        .collect();
    let (recounted, broken) = recount(model.instance, model.variant, &shifts);
    let (objective, bound) = (end.best.cost, end.bound as f64);
    if recounted != objective || broken > 0 || end.bound > recounted {
        return Err(ShiftDesignError::Inconsistent { objective, recounted, bound, broken });
    }
    Ok(SolvedShiftDesign { shifts, objective, bound, stop_reason: end.stop_reason, iterations: end.iterations })
}
