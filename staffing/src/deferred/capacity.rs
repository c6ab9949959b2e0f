//! The least capacity that keeps the deadlines.
//!
//! Every job must be worked: the share on time of each interval's work by its deadline, the rest by the horizon's end
//! (or not at all, see [`HorizonEnd`](super::demand::HorizonEnd)). With extra capacity x(j) on top of idle time c0(j):
//!
//! - least constant extra: the largest, over sets of intervals, of work that must be done there less idle time, over the
//!   intervals; found by Newton's method on minimum cuts, finite and exact up to rounding
//! - [`Spread::Cheapest`]: min Σ price(j) x(j), greedy in order of price
//! - [`Spread::Level`]: min max x(j), then the cost
//! - [`Spread::Even`]: the peak, then the next largest interval and so on (lexicographic): the cut of the peak is fixed
//!   at its level and what is left is levelled again; for one deadline without idle time this is the taut string
//!
//! # Source
//! Edmonds (1971), "Matroids and the greedy algorithm"; Dinkelbach (1967), Management Science 13(7); Megiddo (1974),
//! "Optimal flows in networks with multiple sources and sinks"; Yao, Demers, Shenker (1995), FOCS.

use super::demand::{DeferredDemand, DeferredProgress};
use super::flow::{Job, earliest_deadline_first};
use crate::error::StaffingError;

/// Share of all work by which a job may be short.
const NEGLIGIBLE: f64 = 1e-12;
/// More cuts than any level needs; a guard, not a truncation.
const MOST_CUTS: usize = 10_000;

/// Where extra capacity is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Where it is cheapest.
    Cheapest,
    /// No higher than must be, then where it is cheapest.
    Level,
    /// As evenly as can be, whatever the price.
    Even,
}

/// What deferred work may use.
#[derive(Debug, Clone, PartialEq)]
pub struct DeferredCapacity {
    /// Seconds of work that are to be had for nothing in each interval.
    pub idle_seconds: Vec<f64>,
    /// Most extra agents in each interval; 0 where closed, infinite for no limit.
    pub most_agents: Vec<f64>,
    /// Price of an extra agent for an interval; need not be given for [`Spread::Even`].
    pub price: Vec<f64>,
    /// Seconds of work done in a second of an extra agent, above 0.
    pub efficiency: f64,
    /// Where extra capacity is put.
    pub spread: Spread,
}

/// Extra agents for deferred work.
#[derive(Debug, Clone, PartialEq)]
pub struct DeferredRequirement {
    /// Extra agents in each interval, fractional.
    pub agents: Vec<f64>,
    /// The most of them in an interval.
    pub peak_agents: f64,
    /// Σ price × agents.
    pub cost: f64,
    /// Seconds of work that cannot be done by their deadline within the limits of `most_agents`.
    pub short_seconds: f64,
    /// The work with idle time and these agents.
    pub progress: DeferredProgress,
}

impl DeferredCapacity {
    /// No idle time, and any number of agents where `open`, all at one price, evenly spread.
    pub fn even(open: &[bool]) -> Self {
        Self {
            idle_seconds: vec![0.0; open.len()],
            most_agents: open.iter().map(|open| if *open { f64::INFINITY } else { 0.0 }).collect(),
            price: vec![1.0; open.len()],
            efficiency: 1.0,
            spread: Spread::Even,
        }
    }

    fn validate(&self, intervals: usize) -> Result<(), StaffingError> {
        let out = |quantity, value, range| Err(StaffingError::OutOfRange { quantity, value, range });
        let priced = self.spread == Spread::Even || self.price.len() == intervals;
        if self.idle_seconds.len() != intervals || self.most_agents.len() != intervals || !priced {
            return out("intervals of capacity", self.idle_seconds.len() as f64, "as many as of work, in every series");
        }
        if !(self.efficiency.is_finite() && self.efficiency > 0.0) {
            return out("efficiency", self.efficiency, "a finite number above 0");
        }
        for value in self.idle_seconds.iter().chain(&self.price) {
            if !(value.is_finite() && *value >= 0.0) {
                return out("idle seconds or price", *value, "a finite number of 0 or more");
            }
        }
        match self.most_agents.iter().find(|most| most.is_nan() || **most < 0.0) {
            Some(most) => out("most extra agents", *most, "0 or more"),
            None => Ok(()),
        }
    }
}

impl DeferredDemand {
    /// The least extra agents with which every deadline is kept.
    ///
    /// Cost: O(n log n) a flow; one flow an interval for the cheapest, a few a level for the even.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for numbers or lengths that do not fit.
    pub fn requirement(&self, capacity: &DeferredCapacity) -> Result<DeferredRequirement, StaffingError> {
        self.validate()?;
        capacity.validate(self.intervals())?;
        let second = self.interval_seconds * capacity.efficiency;
        let mut plan = Plan::of(self, capacity, second);
        let extra = match capacity.spread {
            Spread::Cheapest => plan.cheapest(&capacity.price),
            Spread::Level => {
                let (level, _) = plan.level();
                plan.limit.iter_mut().for_each(|limit| *limit = limit.min(level * (1.0 + NEGLIGIBLE)));
                plan.cheapest(&capacity.price)
            }
            Spread::Even => plan.even(),
        };
        let total: Vec<f64> = capacity.idle_seconds.iter().zip(&extra).map(|(idle, extra)| idle + extra).collect();
        let agents: Vec<f64> = extra.iter().map(|seconds| seconds / second).collect();
        Ok(DeferredRequirement {
            peak_agents: agents.iter().copied().fold(0.0, f64::max),
            cost: agents.iter().zip(&capacity.price).map(|(agents, price)| agents * price).sum(),
            short_seconds: plan.impossible,
            progress: self.work_through(&total)?,
            agents,
        })
    }

    /// The least constant number of extra agents, in all intervals that allow any, with which every deadline is kept,
    /// and the seconds that are short even so.
    ///
    /// # Errors
    /// As [`DeferredDemand::requirement`].
    pub fn least_constant(&self, capacity: &DeferredCapacity) -> Result<(f64, f64), StaffingError> {
        self.validate()?;
        capacity.validate(self.intervals())?;
        let second = self.interval_seconds * capacity.efficiency;
        let plan = Plan::of(self, capacity, second);
        Ok((plan.level().0 / second, plan.impossible))
    }
}

/// Jobs that can be done, the capacity they have for nothing, and the most that may be added, seconds.
struct Plan {
    jobs: Vec<Job>,
    base: Vec<f64>,
    limit: Vec<f64>,
    total: f64,
    /// Seconds that not even the limits let be done, taken out of the jobs.
    impossible: f64,
}

impl Plan {
    fn of(demand: &DeferredDemand, capacity: &DeferredCapacity, second: f64) -> Self {
        let jobs = demand.jobs();
        let total: f64 = jobs.iter().map(|job| job.seconds).sum();
        let limit = capacity.most_agents.iter().map(|most| (most * second).min(total)).collect();
        let mut plan = Self { jobs, base: capacity.idle_seconds.clone(), limit, total, impossible: 0.0 };
        let flow = plan.flow(&plan.limit);
        plan.impossible = flow.short;
        for (job, left) in plan.jobs.iter_mut().zip(flow.left) {
            job.seconds -= left;
        }
        plan
    }

    fn flow(&self, extra: &[f64]) -> super::flow::Flow {
        let capacity: Vec<f64> = self.base.iter().zip(extra).map(|(base, extra)| base + extra).collect();
        earliest_deadline_first(&self.jobs, &capacity, NEGLIGIBLE * self.total)
    }

    /// The least level c with which min(c, limit) in every interval suffices, and the intervals of the last cut.
    fn level(&self) -> (f64, Vec<bool>) {
        let intervals = self.base.len();
        let (mut level, mut tight) = (0.0, vec![false; intervals]);
        for _ in 0..MOST_CUTS {
            let extra: Vec<f64> = self.limit.iter().map(|limit| limit.min(level)).collect();
            let flow = self.flow(&extra);
            if flow.short <= 0.0 {
                break;
            }
            let cut = flow.cut(&self.jobs, intervals);
            let inside = || (0..intervals).filter(|j| cut.intervals[*j]);
            let given: f64 = inside().map(|j| self.base[j] + if self.limit[j] <= level { self.limit[j] } else { 0.0 }).sum();
            let open = inside().filter(|j| self.limit[*j] > level).count();
            // The cut's jobs have the cut's intervals to themselves: their demand over what is open there.
            let next = (cut.seconds - given) / open as f64;
            if open == 0 || next <= level {
                break;
            }
            (level, tight) = (next, cut.intervals);
        }
        (level, tight)
    }

    /// Greedy in order of price: idle time first, then each interval as far as it lets more work be done.
    fn cheapest(&self, price: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..price.len()).filter(|j| self.limit[*j] > 0.0).collect();
        order.sort_by(|a, b| price[*a].total_cmp(&price[*b]));
        let mut extra = vec![0.0; price.len()];
        let mut short = self.flow(&extra).short;
        for j in order {
            if short <= 0.0 {
                break;
            }
            extra[j] = self.limit[j].min(short);
            let left = self.flow(&extra).short;
            extra[j] = (short - left).max(0.0);
            short = left;
        }
        extra
    }

    /// Levels again and again; the cut of each level is fixed at it.
    fn even(&mut self) -> Vec<f64> {
        let intervals = self.base.len();
        let mut extra = vec![0.0; intervals];
        for _ in 0..intervals {
            let (level, tight) = self.level();
            if level <= NEGLIGIBLE * self.total {
                break;
            }
            for j in (0..intervals).filter(|j| tight[*j]) {
                extra[j] += self.limit[j].min(level);
                self.base[j] += self.limit[j].min(level);
                self.limit[j] = 0.0;
            }
        }
        self.base.iter_mut().zip(&extra).for_each(|(base, extra)| *base -= extra);
        extra
    }
}
