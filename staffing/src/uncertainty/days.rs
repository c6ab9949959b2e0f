//! How often given agents keep a promise over a day or a week.
//!
//! Every limit's surplus (see [`crate::promise::Limit::surplus`]) is tabulated by work and by absence and read off in
//! between; a promise holds over a day where the surpluses of its intervals add up to 0 or more. What the formulas give is
//! the expected surplus at the path's rate. Single contacts depart from it: with x what a contact adds, a Poisson number of
//! them has a sum of variance
//!
//! (1) v E\[x²\], taken as normal over the day.
//!
//! What is left out of (1) is that contacts which wait together share their luck, so that days scatter a little more than
//! told; the simulation of the roster has it.

use chrono::NaiveDate;
use rand_distr::{Binomial, Distribution};
use rayon::prelude::*;
use solver_data::{QueueId, Seed, ServiceLevelDefinition, TargetPeriod};

use super::asked::normal_below;
use crate::promise::{Limit, Meets};
use crate::requirement::{Group, Sizer};

/// Entries of a table by work and by absence.
const WORK_LEVELS: usize = 12;
const ABSENCE_LEVELS: usize = 5;
/// Standard normal quantile of a 95 % interval.
const QUANTILE: f64 = 1.959_963_984_540_054;
/// Stream of absences, apart from the paths' own.
const ABSENCE_STREAM: u64 = u64::MAX;

/// Share of simulated days, or weeks, on which a queue's promise holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodShare {
    /// The queue.
    pub queue: QueueId,
    /// Over what it is judged: a day, or a week where the promise spans one.
    pub period: TargetPeriod,
    /// Share of them.
    pub share: f64,
    /// Lower end of its 95 % confidence interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Paths against which agents are judged.
pub(crate) struct Judge<'a> {
    sizer: &'a Sizer<'a>,
    groups: &'a [Group],
    work: &'a [Vec<f32>],
    /// Levels of work at which each interval is tabulated, ascending.
    levels: Vec<Vec<f64>>,
    seed: Seed,
}

/// Surpluses of one interval by limit, work and absence.
struct Table {
    /// Place of the member in its group and number of its limit.
    limits: Vec<(QueueId, usize)>,
    values: Vec<Surface>,
    /// Variances of (1), in the same order.
    spreads: Vec<Surface>,
}

/// A number by absence and work.
type Surface = [[f64; WORK_LEVELS]; ABSENCE_LEVELS];

impl<'a> Judge<'a> {
    pub fn of(sizer: &'a Sizer<'a>, groups: &'a [Group], work: &'a [Vec<f32>], seed: Seed) -> Self {
        let levels = work.par_iter().map(|work| quantiles(work)).collect();
        Self { sizer, groups, work, levels, seed }
    }

    /// Shares of periods kept, one a queue with contacts and a promise, where `there` agents would be there but for
    /// unplanned absence.
    pub fn shares(&self, there: &[f64]) -> Vec<PeriodShare> {
        let paths = self.work.iter().map(Vec::len).max().unwrap_or(0);
        let absence = self.absence(there, paths);
        let most = absence.iter().flatten().copied().fold(0.0, f64::max);
        let tables: Vec<Table> = (0..self.groups.len()).into_par_iter().map(|t| self.table(t, there[t], most)).collect();
        let queues = self.sizer.centre.queues.ids();
        queues.filter_map(|queue| self.share(queue, &tables, (&absence, most))).collect()
    }

    /// Share of agents absent by path and day.
    fn absence(&self, there: &[f64], paths: usize) -> Vec<Vec<f64>> {
        let (grid, unplanned) = (self.sizer.grid, self.sizer.centre.shrinkage.unplanned.get());
        let peaks: Vec<u64> =
            (0..grid.days()).map(|day| there[grid.day_range(day)].iter().copied().fold(0.0, f64::max) as u64).collect();
        let seed = self.seed.stream(ABSENCE_STREAM);
        let path = |path: usize| {
            let mut rng = seed.stream(path as u64).rng();
            let day = |&peak: &u64| {
                let absent = Binomial::new(peak, unplanned).map_or(0, |binomial| binomial.sample(&mut rng));
                if peak > 0 { absent as f64 / peak as f64 } else { 0.0 }
            };
            peaks.iter().map(day).collect()
        };
        (0..paths).map(path).collect()
    }

    fn table(&self, t: usize, there: f64, most: f64) -> Table {
        let group = &self.groups[t];
        let (mut limits, mut values, mut spreads) = (Vec::new(), Vec::new(), Vec::new());
        let scaled: Vec<Group> = self.levels[t].iter().map(|&work| group.scaled(work)).collect();
        for (place, member) in group.members.iter().enumerate().filter(|_| !scaled.is_empty()) {
            for (k, limit) in Limit::of(self.sizer.target(member.queue, t)).iter().enumerate() {
                let (mut surplus, mut spread) = ([[0.0; WORK_LEVELS]; ABSENCE_LEVELS], [[0.0; WORK_LEVELS]; ABSENCE_LEVELS]);
                for a in 0..ABSENCE_LEVELS {
                    let agents = there * (1.0 - most * a as f64 / (ABSENCE_LEVELS - 1) as f64);
                    for (level, group) in scaled.iter().enumerate() {
                        let member = &group.members[place];
                        let meets = group.meets(member, agents);
                        // Where the queue has no end the loss is endless; a sum of it should still be a number.
                        surplus[a][level] = limit.surplus(member.volume, &*meets).max(-1e12);
                        spread[a][level] = variance(limit, member.volume, &*meets).min(1e24);
                    }
                }
                limits.push((member.queue, k));
                values.push(surplus);
                spreads.push(spread);
            }
        }
        Table { limits, values, spreads }
    }

    /// The share of one queue; `None` without contacts or promise.
    fn share(&self, queue: QueueId, tables: &[Table], (absence, most): (&[Vec<f64>], f64)) -> Option<PeriodShare> {
        let grid = self.sizer.grid;
        let own = |t: usize| tables[t].limits.iter().enumerate().filter(move |(_, limit)| limit.0 == queue);
        let first = (0..tables.len()).find(|&t| own(t).next().is_some())?;
        let period = match self.sizer.target(queue, first).period {
            TargetPeriod::Week => TargetPeriod::Week,
            TargetPeriod::Interval | TargetPeriod::Day => TargetPeriod::Day,
        };
        let key = |date: NaiveDate| if period == TargetPeriod::Week { self.sizer.centre.week_of(date) } else { date };
        let mut spans: Vec<(NaiveDate, Vec<usize>)> = Vec::new();
        for day in 0..grid.days() {
            let (from, range) = (key(grid.date(day)), grid.day_range(day));
            match spans.iter_mut().find(|(other, _)| *other == from) {
                Some((_, intervals)) => intervals.extend(range),
                None => spans.push((from, range.collect())),
            }
        }
        let counted: Vec<(f64, f64)> = absence
            .par_iter()
            .enumerate()
            .map(|(path, absent)| {
                let kept = spans.iter().filter_map(|(_, intervals)| self.kept(intervals, tables, queue, (path, absent, most)));
                kept.fold((0.0, 0.0), |(kept, all), chance| (kept + chance, all + 1.0))
            })
            .collect();
        Some(clustered(queue, period, &counted))
    }

    /// Chance that a queue's promise holds over some intervals of a path; `None` where it has no contacts there.
    fn kept(
        &self,
        intervals: &[usize],
        tables: &[Table],
        queue: QueueId,
        (path, absent, most): (usize, &[f64], f64),
    ) -> Option<f64> {
        let mut sums: Vec<(f64, f64)> = Vec::new();
        for &t in intervals {
            let absence = if most > 0.0 { absent[self.sizer.grid.day_of(t)] / most } else { 0.0 };
            for (index, &(_, k)) in tables[t].limits.iter().enumerate().filter(|(_, limit)| limit.0 == queue) {
                if sums.len() <= k {
                    sums.resize(k + 1, (0.0, 0.0));
                }
                let (levels, work) = (&self.levels[t], f64::from(self.work[t][path]));
                sums[k].0 += between(&tables[t].values[index], levels, work, absence);
                sums[k].1 += between(&tables[t].spreads[index], levels, work, absence);
            }
        }
        // The limits of a queue stand and fall together: the least likely decides.
        let chance = |&(surplus, variance): &(f64, f64)| {
            if variance > 0.0 { normal_below(surplus / variance.sqrt()) } else { f64::from(u8::from(surplus >= -1e-9)) }
        };
        sums.iter().map(chance).reduce(f64::min)
    }
}

/// (1): variance of what `volume` contacts add to a limit.
fn variance(limit: &Limit, volume: f64, meets: &Meets<'_>) -> f64 {
    let of_share = |share: f64, wanted: f64| share * (1.0 - wanted).powi(2) + (1.0 - share) * wanted * wanted;
    match limit {
        Limit::Level(level) => volume * of_share(meets(level.within_seconds, level.definition).service_level, level.share),
        Limit::Abandonment(most) => volume * of_share(meets(0.0, ServiceLevelDefinition::ServedAll).abandonment, *most),
        Limit::MeanWait(most) => {
            // Those who wait do so for an about exponential time.
            let got = meets(0.0, ServiceLevelDefinition::ServedAll);
            let square = 2.0 * got.asa_seconds.powi(2) / got.wait_probability.max(f64::MIN_POSITIVE);
            volume * (most * most - 2.0 * most * got.asa_seconds + square)
        }
        Limit::Occupancy(_) => 0.0,
    }
}

/// Reads a table at a work and an absence from 0 to 1 of the largest.
fn between(table: &Surface, levels: &[f64], work: f64, absence: f64) -> f64 {
    let above = levels.partition_point(|&level| level < work).clamp(1, WORK_LEVELS - 1);
    let width = levels[above] - levels[above - 1];
    let along = if width > 0.0 { ((work - levels[above - 1]) / width).clamp(0.0, 1.0) } else { 1.0 };
    let row = (absence * (ABSENCE_LEVELS - 1) as f64).clamp(0.0, (ABSENCE_LEVELS - 1) as f64);
    let lower = (row as usize).min(ABSENCE_LEVELS - 2);
    let at = |row: &[f64; WORK_LEVELS]| row[above - 1] + along * (row[above] - row[above - 1]);
    let (few, many) = (at(&table[lower]), at(&table[lower + 1]));
    few + (row - lower as f64) * (many - few)
}

/// Work at evenly spaced ranks from the least to the most; nothing where no path is.
fn quantiles(work: &[f32]) -> Vec<f64> {
    if work.is_empty() {
        return Vec::new();
    }
    let mut sorted = work.to_vec();
    sorted.sort_by(f32::total_cmp);
    let place = |level: usize| level * (sorted.len() - 1) / (WORK_LEVELS - 1);
    (0..WORK_LEVELS).map(|level| f64::from(sorted[place(level)])).collect()
}

/// Share kept with its confidence interval, paths being what is independent; Wilson's where all or none are kept.
fn clustered(queue: QueueId, period: TargetPeriod, counted: &[(f64, f64)]) -> PeriodShare {
    let (kept, all) = counted.iter().fold((0.0, 0.0), |(kept, all), path| (kept + path.0, all + path.1));
    let share = if all > 0.0 { kept / all } else { 1.0 };
    let paths = counted.len().max(1) as f64;
    let off = |path: &(f64, f64)| (path.0 - share * path.1).powi(2);
    let half = QUANTILE * counted.iter().map(off).sum::<f64>().sqrt() / all.max(1.0);
    let (low, high) = if half > 0.0 {
        (share - half, share + half)
    } else {
        let square = QUANTILE * QUANTILE / paths;
        let (centre, spread) = ((share + square / 2.0) / (1.0 + square), square / 2.0 / (1.0 + square));
        (centre - spread, centre + spread)
    };
    PeriodShare { queue, period, share, low: low.max(0.0), high: high.min(1.0) }
}
