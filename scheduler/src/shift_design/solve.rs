//! The solve: a first design, then proof and improvement side by side, and a recount at the end.

use rand::RngExt;
use solver_data::shift_design::{DesignVariant, DesignedShift, ShiftDesign};
use solver_data::{Seed, SolveLimits, SolveProgress, StopReason, Watch};

use super::dive::dive;
use super::error::ShiftDesignError;
use super::greedy::{construct, is_feasible};
use super::model::Model;
use super::plan::Plan;
use super::recount::recount;
use super::restricted::{Effort, improve};
use super::tree::Tree;

/// Steps of the proof beside one small program when nothing but iterations limits the solve.
const STEPS: u64 = 8;
/// Steps of the proof before the first of them.
const FIRST_STEPS: u64 = 4;
/// Every so many rounds a dive stands in for the small program.
const DIVES: u64 = 3;
/// Nodes of a small program.
const NODES: i32 = 400;
/// Shifts of a small program: at the least, and by how many more after each that finds nothing.
const SMALLEST: usize = 24;
const LARGER: usize = 4;
const LARGEST: usize = 80;
/// Seconds of a small program: at first, and at most.
const SHORTEST: f64 = 0.5;
const LONGEST: f64 = 4.0;

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
    rounds: u64,
    /// Rounds since the last better design.
    idle: usize,
}

impl Solve<'_> {
    fn run(&self, first: Plan) -> End {
        let mut now = Progress { best: first, bound: 0, steps: 0, rounds: 0, idle: 0 };
        let mut tree = Tree::new(self.model, self.left()).ok();
        loop {
            self.report(&now);
            if let Some(stop_reason) = self.stop(&now) {
                return End { best: now.best, bound: now.bound, stop_reason, iterations: now.steps };
            }
            let point = tree.as_ref().filter(|_| now.steps >= FIRST_STEPS).and_then(|tree| tree.point.clone());
            let Some(point) = point else {
                // The relaxation says which shifts are worth a look
                self.advance(&mut tree, &mut now);
                if tree.is_none() {
                    now.steps += 1;
                }
                continue;
            };
            self.round(&mut tree, &mut now, &point.at);
        }
    }

    /// One small program, and the proof meanwhile.
    fn round(&self, tree: &mut Option<Tree<'_>>, now: &mut Progress, at: &[f64]) {
        let allowed = self.neighbourhood(now, at);
        let cuts = tree.as_ref().map(|tree| tree.cuts().to_vec()).unwrap_or_default();
        let effort = self.effort(now);
        let (model, best) = (self.model, now.best.clone());
        let most = tree.as_ref().map_or_else(|| model.most.clone(), |tree| tree.most().to_vec());
        let (seed, rounds) = (self.seed.stream(now.rounds).stream(1), now.rounds);
        let go_on = || !self.watch.interrupted() && self.left().is_none_or(|left| left > 0.0);
        let work = || {
            if rounds.is_multiple_of(DIVES) {
                dive(model, &best, (&most, &cuts), (&mut seed.rng(), &go_on))
            } else {
                improve(model, &best, (&allowed, &cuts), effort)
            }
        };
        let timed = self.limits.seconds.is_some();
        let better = std::thread::scope(|scope| {
            let helper = if self.limits.threads > 1 { Some(scope.spawn(work)) } else { None };
            let alone = if helper.is_none() { work() } else { None };
            let mut steps = 0;
            while steps < STEPS || timed && helper.as_ref().is_some_and(|helper| !helper.is_finished()) {
                if tree.as_ref().is_none_or(Tree::is_done) || self.stop(now).is_some() {
                    break;
                }
                self.advance(tree, now);
                steps += 1;
            }
            match helper {
                Some(helper) => helper.join().unwrap_or(None),
                None => alone,
            }
        });
        now.rounds += 1;
        now.idle += 1;
        if tree.as_ref().is_none_or(Tree::is_done) {
            now.steps += 1;
        }
        if let Some(plan) = better {
            Self::take(now, plan);
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
            now.idle = 0;
        }
    }

    /// Shifts of the best design and others: those of the relaxation, their neighbours, or any, in turn.
    fn neighbourhood(&self, now: &Progress, at: &[f64]) -> Vec<usize> {
        let model = self.model;
        let mut rng = self.seed.stream(now.rounds).rng();
        let size = (SMALLEST + LARGER * now.idle).min(LARGEST);
        let mut allowed: Vec<usize> = now.best.shifts().collect();
        let spare = size.max(allowed.len() + SMALLEST / 2) - allowed.len();
        let used = |s: usize| at[s] + 1e-3 * (0..model.days).map(|day| at[model.x(s, day)]).sum::<f64>();
        let near = |s: usize| {
            let span = model.shifts[s];
            let distance = |&other: &usize| {
                let other = model.shifts[other];
                other.start.abs_diff(span.start) + (other.start + other.length).abs_diff(span.start + span.length)
            };
            allowed.iter().map(distance).min().unwrap_or(0)
        };
        let mut ranked: Vec<(f64, usize)> = (0..model.shifts.len())
            .filter(|&s| now.best.used[s] == 0)
            .map(|s| {
                let chance: f64 = rng.random();
                let rank = match now.rounds % 3 {
                    0 => used(s) + 1e-6 * chance,
                    1 => chance / (1 + near(s)) as f64,
                    _ => chance * (0.02 + used(s)),
                };
                (rank, s)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        allowed.extend(ranked.into_iter().take(spare).map(|(_, s)| s));
        allowed.sort_unstable();
        allowed
    }

    fn effort(&self, now: &Progress) -> Effort {
        let wished = (SHORTEST * (1 + now.rounds) as f64).min(LONGEST);
        Effort { nodes: NODES, seconds: self.left().map(|left| left.min(wished)) }
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
