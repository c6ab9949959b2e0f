//! Dives of some members of staff against the lines of the others, from the columns the relaxation knows of them.
//!
//! Where a dive of everyone ends above the relaxed value, it is the last lines settled that cost: freeing their owners
//! together with others, whose lines were settled early and well, lets both fit.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use solver_data::Seed;

use super::choice::Effort;
use super::dive::Pace;
use super::master::{Group, Master, MasterFailed, Point, whole_bound};
use super::model::{Line, Model};
use super::plan::Plan;
use super::relaxation::Relaxation;
use super::solve::Solve;

/// How many are freed next, and how that has paid.
#[derive(Debug)]
pub(super) struct Regroup {
    rng: ChaCha8Rng,
    /// Members of staff of the next group.
    size: f64,
    /// Groups in a row without a better roster.
    pub fails: u32,
}

/// Staff times days of the first group, and least and most members of a group.
const FIRST: f64 = 500.0;
const FEWEST: f64 = 4.0;
const MOST: f64 = 60.0;
/// Columns of each member known at the start.
const KNOWN: usize = 40;
const KNOWN_TOGETHER: usize = 1_400;
/// Most rounds of pricing of a group.
const ROUNDS: usize = 40;
/// Groups in a row without a better roster before they become fewer.
const PATIENCE: u32 = 16;
/// Most noise of a dive: small groups come again, and should not end alike.
const NOISIEST: f64 = 0.3;
/// Columns up to which every other group is left to branch and bound, and what that may take.
const FEW_COLUMNS: usize = 2_000;
const NODES: i32 = 500;
const SECONDS: f64 = 8.0;
/// One in so many members is chosen for what their line costs above their cheapest, the others by lot.
const BY_COST: usize = 2;

impl Regroup {
    /// Starts with middling groups.
    pub fn new(model: &Model<'_>, seed: Seed) -> Self {
        let heads = model.staff.len() as f64;
        Self { rng: seed.rng(), size: (FIRST / model.days as f64).clamp(FEWEST, MOST).min(heads), fails: 0 }
    }

    /// Whether a group is due in this round of the search: in each while they pay, else now and then.
    pub fn worth_a_try(&self, round: u32) -> bool {
        self.fails < PATIENCE || round.is_multiple_of(PATIENCE / 2)
    }

    /// Whom to free: some for their reduced cost, others by lot.
    fn choose(&mut self, costs: &[f64]) -> Vec<usize> {
        let heads = costs.len();
        let count = (self.size as usize).clamp(2, heads.max(2)).min(heads);
        let mut chosen: Vec<usize> = Vec::with_capacity(count);
        while chosen.len() < count {
            let one = self.rng.random_range(0..heads);
            // a tournament of three
            let dear = (0..2).map(|_| self.rng.random_range(0..heads)).fold(one, |a, b| if costs[b] > costs[a] { b } else { a });
            let next = if chosen.len().is_multiple_of(BY_COST) { dear } else { one };
            if !chosen.contains(&next) {
                chosen.push(next);
            }
        }
        chosen
    }
}

impl Relaxation<'_> {
    /// Frees a group over the whole horizon and dives; a roster that costs less than `best`, if one is found.
    ///
    /// The group grows where its relaxation shows that there is nothing better, and shrinks where there may be and the
    /// dive misses it.
    ///
    /// # Errors
    /// [`MasterFailed`] when a linear program cannot be solved, in time or at all.
    pub fn regroup(&mut self, solve: &Solve<'_>, best: &Plan) -> Result<Option<Plan>, MasterFailed> {
        let model = solve.model;
        let costs: Vec<f64> =
            best.lines.iter().enumerate().map(|(staff, line)| self.master.reduced_cost(&self.point, staff, line)).collect();
        self.regroup.fails += 1;
        let staff = self.regroup.choose(&costs);
        let group = Group { staff: staff.clone(), days: 0..model.days, seconds: solve.left() };
        let mut master = Master::new(model, best, group)?;
        for (slot, &member) in staff.iter().enumerate() {
            master.limits[slot].clone_from(&self.master.limits[member]);
            for line in self.master.useful(&self.point, member, (KNOWN_TOGETHER / staff.len()).max(KNOWN)) {
                master.add(slot, line)?;
            }
        }
        let (point, _) = master.generate(ROUNDS, |_, bound| whole_bound(bound) < best.cost && !solve.spent(1.0))?;
        if point.value > best.cost as f64 - 1.0 + 1e-6 {
            self.regroup.size = (self.regroup.size * 1.1).min(MOST).min(model.staff.len() as f64);
            return Ok(None);
        }
        let lines = self.whole(solve, (&mut master, point), best.cost)?;
        let mut plan = best.clone();
        for (member, line) in staff.into_iter().zip(lines) {
            plan.replace(model, member, line);
        }
        if plan.cost >= best.cost {
            self.regroup.size = (self.regroup.size * 0.95).max(FEWEST);
            return Ok(None);
        }
        self.regroup.fails = 0;
        Ok(Some(plan))
    }

    /// Whole lines of a group: by a dive, or by branch and bound among the columns where they are few.
    fn whole(
        &mut self,
        solve: &Solve<'_>,
        (master, point): (&mut Master<'_>, Point),
        cost: i64,
    ) -> Result<Vec<Line>, MasterFailed> {
        if master.columns.len() <= FEW_COLUMNS && self.regroup.fails.is_multiple_of(2) {
            let seconds = solve.left().map(|left| left.min(SECONDS));
            return Ok(master.integer(&point, cost, Effort { nodes: NODES, seconds }).unwrap_or_default());
        }
        let pace = Pace { noise: self.regroup.rng.random_range(0.0..NOISIEST), ..Pace::of(self.regroup.fails as usize) };
        master.dive(point, (pace, &mut self.regroup.rng), &|| !solve.spent(1.0))
    }
}
