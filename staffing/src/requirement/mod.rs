//! The requirement of a centre: agents on contact and agents to schedule, by queue, pool, level and interval.
//!
//! | module | holds |
//! |---|---|
//! | [`load`](self) | who calls and how long it takes: levels, escalation, redials |
//! | [`need`](self) | one queue in one interval, by its channel |
//! | [`group`](self) | queues of a pool in one interval: in order of arrival or by priority |
//! | [`carry`](self) | queues that carry a backlog on from interval to interval |
//! | [`later`](self) | work that may wait, in idle time and by agents of its own |
//! | [`period`] | promises over a day or a week, spread without knowing shifts |
//! | [`rostered`](self) | the same promises as curves, for the roster to keep |
//!
//! R(S), the agents that the queues S need together, is the least number with which one perfect pool keeps every target
//! in force on the day. A small queue with a strict target can make that dearer than staffing the queues apart, which is
//! also enough, so
//!
//! (1) R(S) = min(pooled n, Σ R({q}) over q ∈ S),
//!
//! in every interval, and where a queue of S promises something over a day or a week, over the whole horizon. Closed
//! intervals and intervals without contacts need nobody.

mod carry;
mod group;
mod later;
mod load;
mod need;
pub mod period;
mod rostered;

use std::sync::Arc;

use rayon::prelude::*;
use solver_data::{
    Centre, Channel, DemandForecast, LevelRequirement, PlanningGrid, PooledPromise, PooledRequirement, QueueId, QueueRequirement,
    QueueSet, ServiceCurve, ServiceTarget, StaffingMethod, StaffingRequirement, TargetPeriod,
};

use crate::cover::Covered;
use crate::curve::service_curve;
use crate::error::StaffingError;
use crate::pool::pools;
use crate::promise::in_every_interval;
use crate::queue::Station;
use crate::shrinkage::{scheduled, scheduled_whole};

pub(crate) use group::{Group, Member};
use later::Later;
pub(crate) use load::{Load, handle_time};
pub(crate) use need::{Need, callback_policy, chat_station, need};

/// Agents on contact asked for beyond the formulas, where simulation shows that a target is missed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequirementUplift {
    /// Further agents by `[pool][interval]`, pools in the order of [`StaffingRequirement::pools`].
    pub agents: Vec<Vec<u32>>,
}

/// The requirement of every queue alone, of every pool with its service curve, and from every level up.
///
/// # Errors
/// [`StaffingError::NoForecast`], [`StaffingError::NoHandleTime`] and [`StaffingError::NobodyServes`] for a queue that
/// cannot be staffed; [`StaffingError::Queue`] where a target is out of reach, with queue and interval.
pub fn requirement(centre: &Centre, forecast: &DemandForecast) -> Result<StaffingRequirement, StaffingError> {
    let sizer = Sizer::of(centre, forecast)?;
    let sets = pools(centre, |set| sizer.total_load(set))?;
    let alone = sizer.queues_alone()?;
    let pooled = sets.iter().map(|&set| sizer.pooled(set, &alone)).collect::<Result<Vec<_>, _>>()?;
    let availability = centre.shrinkage.availability();
    let levels = sizer.levels(&sets, &pooled, &alone)?;
    let curves = pooled.iter().map(|pool| sizer.curve(pool)).collect();
    let promises = pooled.iter().enumerate().filter_map(|(index, pool)| sizer.rostered(index, pool)).collect();
    let pools = sets.iter().zip(pooled).map(|(&queues, pool)| pool.requirement(queues, availability)).collect();
    let queues = centre.queues.ids().zip(alone).map(|(queue, needs)| sizer.queue_requirement(queue, &needs)).collect();
    Ok(StaffingRequirement { grid: Arc::clone(&forecast.grid), queues, pools, curves, levels, promises })
}

/// As [`requirement`], with further agents by pool and interval, in `agents` and in `scheduled`.
///
/// # Errors
/// As [`requirement`], and [`StaffingError::UpliftShape`] unless the uplift has a row a pool and a value an interval.
pub fn requirement_with(
    centre: &Centre,
    forecast: &DemandForecast,
    uplift: &RequirementUplift,
) -> Result<StaffingRequirement, StaffingError> {
    let mut requirement = requirement(centre, forecast)?;
    let intervals = forecast.grid.len();
    let shortest = uplift.agents.iter().map(Vec::len).min().unwrap_or(0);
    let fits = uplift.agents.len() == requirement.pools.len() && uplift.agents.iter().all(|row| row.len() == intervals);
    if !fits {
        return Err(StaffingError::UpliftShape {
            pools: uplift.agents.len(),
            intervals: shortest,
            wanted_pools: requirement.pools.len(),
            wanted_intervals: intervals,
        });
    }
    let availability = centre.shrinkage.availability();
    for (pool, extra) in requirement.pools.iter_mut().zip(&uplift.agents) {
        for (t, &extra) in extra.iter().enumerate() {
            pool.agents[t] = pool.agents[t].saturating_add(extra);
            pool.scheduled[t] = scheduled_whole(pool.agents[t], availability);
        }
    }
    for promise in &mut requirement.promises {
        rostered::raise(promise, &uplift.agents[promise.pool], availability);
    }
    Ok(requirement)
}

/// What arrives at a queue and how long it takes, interval by interval.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedQueue {
    /// Fresh, escalated and redialled contacts, with the handle time of the levels that may answer less what is put off:
    /// `len == grid.len()`.
    pub stations: Vec<Station>,
    /// Seconds of each contact's handle time that are put off to idle time.
    pub put_off_seconds: f64,
}

/// The load that [`requirement`] sizes, one entry a queue of the centre.
///
/// # Errors
/// [`StaffingError::NoForecast`], [`StaffingError::NoHandleTime`]; [`StaffingError::Queue`] where a redial meets a target
/// out of reach.
pub fn loaded_stations(centre: &Centre, forecast: &DemandForecast) -> Result<Vec<LoadedQueue>, StaffingError> {
    let load = Load::of(centre, forecast)?;
    let put_off: Vec<f64> = centre.queues.ids().map(|queue| load.put_off(queue)).collect();
    let queues = load.stations.into_iter().zip(put_off);
    Ok(queues.map(|(stations, put_off_seconds)| LoadedQueue { stations, put_off_seconds }).collect())
}

/// What a pool needs in every interval.
struct PoolNeed {
    groups: Vec<Group>,
    needs: Vec<Need>,
    /// What must hold in every interval where the rest may be kept over days and weeks.
    floors: Option<Vec<Need>>,
}

impl PoolNeed {
    fn requirement(self, queues: QueueSet, availability: f64) -> PooledRequirement {
        PooledRequirement {
            queues,
            offered_load: self.groups.iter().map(Group::offered_load).collect(),
            aht_seconds: self.groups.iter().map(|group| group.station.aht_seconds).collect(),
            fractional: self.needs.iter().map(|need| need.fractional).collect(),
            agents: self.needs.iter().map(|need| need.agents).collect(),
            scheduled: self.needs.iter().map(|need| scheduled_whole(need.agents, availability)).collect(),
            methods: self.needs.iter().map(|need| need.method).collect(),
        }
    }
}

/// A centre and its load while it is sized.
pub(crate) struct Sizer<'a> {
    pub centre: &'a Centre,
    pub grid: &'a PlanningGrid,
    pub load: Load,
    /// Work that may wait.
    later: Vec<Later>,
    /// Target of every queue by day of the grid.
    targets: Vec<Vec<ServiceTarget>>,
    /// Day of every interval.
    days: Vec<usize>,
}

impl<'a> Sizer<'a> {
    pub fn of(centre: &'a Centre, forecast: &'a DemandForecast) -> Result<Self, StaffingError> {
        let grid = forecast.grid.as_ref();
        let by_day = |queue: &solver_data::Queue| grid.dates().iter().map(|&date| *queue.target_on(date)).collect();
        let load = Load::of(centre, forecast)?;
        Ok(Self {
            centre,
            grid,
            later: Later::of(centre, forecast, &load)?,
            load,
            targets: centre.queues.iter().map(by_day).collect(),
            days: (0..grid.len()).map(|t| grid.day_of(t)).collect(),
        })
    }

    /// What a queue promises in an interval.
    pub fn target(&self, queue: QueueId, t: usize) -> &ServiceTarget {
        &self.targets[usize::from(queue)][self.days[t]]
    }

    /// Load of a set over the whole grid, erlang-intervals.
    pub fn total_load(&self, set: QueueSet) -> f64 {
        set.queues().flat_map(|queue| &self.load.stations[usize::from(queue)]).map(Station::offered_load).sum()
    }

    /// The queues of a set in every interval.
    pub fn groups(&self, set: QueueSet) -> Vec<Group> {
        (0..self.load.intervals).map(|t| Group::of(self.centre, &self.load, set.queues(), t)).collect()
    }

    /// Every queue staffed on its own, by queue and interval.
    pub fn queues_alone(&self) -> Result<Vec<Vec<Need>>, StaffingError> {
        let intervals = self.load.intervals;
        let cells: Vec<_> = (0..self.load.stations.len() * intervals)
            .into_par_iter()
            .map(|cell| {
                let (queue, t) = (QueueId::from(cell / intervals), cell % intervals);
                let target = in_every_interval(self.target(queue, t));
                need(&self.centre.queues[queue], &self.load.stations[usize::from(queue)][t], &target)
                    .map_err(|cause| at(self.centre.queues[queue].name.clone(), t, cause))
            })
            .collect();
        let mut cells = cells.into_iter();
        self.centre
            .queues
            .ids()
            .map(|queue| {
                let mut needs = cells.by_ref().take(intervals).collect::<Result<Vec<_>, _>>()?;
                self.finish_alone(queue, &mut needs)?;
                Ok(needs)
            })
            .collect()
    }

    /// What a queue alone needs beyond each interval for itself: over periods, for backlogs, for deferred work.
    fn finish_alone(&self, queue: QueueId, needs: &mut [Need]) -> Result<(), StaffingError> {
        let set = QueueSet::of([queue]);
        let groups = self.groups(set);
        if self.spans_periods(set) {
            self.place(set, &groups, needs)?;
        } else if self.carries(queue) {
            let target = |t| *self.target(queue, t);
            carry::carry_on(self.grid, &self.load.stations[usize::from(queue)], target, needs)
                .map_err(|(t, cause)| at(self.centre.queues[queue].name.clone(), t, cause))?;
        }
        self.blend(set, &groups, needs)
    }

    /// Whether a live queue of a set promises something over a day or a week.
    pub fn spans_periods(&self, set: QueueSet) -> bool {
        set.queues().any(|queue| {
            self.centre.queues[queue].channel.is_live()
                && self.targets[usize::from(queue)].iter().any(|target| target.period != TargetPeriod::Interval)
        })
    }

    /// Raises the needs of a pool until its promises over days and weeks hold.
    pub fn place(&self, set: QueueSet, groups: &[Group], needs: &mut [Need]) -> Result<Option<Covered>, StaffingError> {
        let target = |queue: QueueId, date| *self.centre.queues[queue].target_on(date);
        period::place((self.centre, self.grid), groups, needs, &target).map_err(|cause| at(set.label(self.centre), 0, cause))
    }

    /// Adds what the deferred work of a pool needs beyond idle time.
    pub fn blend(&self, set: QueueSet, groups: &[Group], needs: &mut [Need]) -> Result<(), StaffingError> {
        let first = || groups.iter().position(|group| group.offered_load() > 0.0).unwrap_or(0);
        later::blend((self.centre, self.grid), &self.later, set, groups, needs)
            .map_err(|cause| at(set.label(self.centre), first(), cause))
    }

    /// Whether a queue is one that the transient solution knows.
    fn carries(&self, queue: QueueId) -> bool {
        let queue = &self.centre.queues[queue];
        queue.channel == Channel::Voice && queue.handling.callback.is_none()
    }

    /// R(S) of a set in every interval.
    fn pooled(&self, set: QueueSet, alone: &[Vec<Need>]) -> Result<PoolNeed, StaffingError> {
        let groups = self.groups(set);
        let mut own = set.queues();
        if let (Some(queue), None) = (own.next(), own.next()) {
            let floors = self.spans_periods(set).then(|| self.floors(queue)).transpose()?;
            return Ok(PoolNeed { groups, needs: alone[usize::from(queue)].clone(), floors });
        }
        let needs: Vec<Result<Need, StaffingError>> = groups
            .par_iter()
            .enumerate()
            .map(|(t, group)| {
                let target = |member: &Member| in_every_interval(self.target(member.queue, t));
                let targets: Vec<ServiceTarget> = group.members.iter().map(target).collect();
                let (fractional, agents, method) =
                    group.required(&targets).map_err(|cause| at(set.label(self.centre), t, cause))?;
                Ok(Need { fractional, agents, method })
            })
            .collect();
        let mut needs = needs.into_iter().collect::<Result<Vec<_>, _>>()?;
        let apart = |t: usize| {
            let needs = set.queues().map(|queue| alone[usize::from(queue)][t]);
            needs.fold((0.0, 0_u32), |(real, whole), need| (real + need.fractional, whole.saturating_add(need.agents)))
        };
        let cost = |agents: &dyn Fn(usize) -> u32| -> f64 {
            period::prices(self.centre, self.grid).iter().enumerate().map(|(t, price)| price * f64::from(agents(t))).sum()
        };
        let floors = self.spans_periods(set).then(|| needs.clone());
        let placed = self.spans_periods(set).then(|| self.place(set, &groups, &mut needs)).transpose()?;
        self.blend(set, &groups, &mut needs)?;
        let whole = placed.is_some_and(|_| cost(&|t| apart(t).1) >= cost(&|t| needs[t].agents));
        for (t, need) in needs.iter_mut().enumerate().filter(|_| !whole) {
            let (fractional, agents) = apart(t);
            if agents < need.agents || self.spans_periods(set) && agents > 0 {
                *need = Need { fractional: fractional.min(f64::from(agents)), agents, method: StaffingMethod::Apart };
            }
        }
        Ok(PoolNeed { groups, needs, floors: floors.filter(|_| whole) })
    }

    /// What a queue alone needs in every interval, its promises over periods left out.
    fn floors(&self, queue: QueueId) -> Result<Vec<Need>, StaffingError> {
        let stations = &self.load.stations[usize::from(queue)];
        let floor = |(t, station): (usize, &Station)| {
            need(&self.centre.queues[queue], station, &in_every_interval(self.target(queue, t)))
                .map_err(|cause| at(self.centre.queues[queue].name.clone(), t, cause))
        };
        stations.iter().enumerate().map(floor).collect()
    }

    /// The promises of a pool that the roster may keep where agents are cheapest.
    fn rostered(&self, index: usize, pool: &PoolNeed) -> Option<PooledPromise> {
        let target = |queue: QueueId, date| *self.centre.queues[queue].target_on(date);
        rostered::promise((self.centre, self.grid), index, &pool.groups, pool.floors.as_ref()?, &target)
    }

    /// The service curve of a pool, for the strictest of its targets.
    fn curve(&self, pool: &PoolNeed) -> ServiceCurve {
        let interval = |(t, group): (usize, &Group)| {
            let threshold = |target: &ServiceTarget| target.service_level.map_or(f64::INFINITY, |level| level.within_seconds);
            let targets = group.members.iter().map(|member| *self.target(member.queue, t));
            let strictest = targets.min_by(|a, b| threshold(a).total_cmp(&threshold(b))).unwrap_or_default();
            service_curve(&group.station, &strictest)
        };
        ServiceCurve { intervals: pool.groups.par_iter().enumerate().map(interval).collect() }
    }

    /// Agents from each level up that the queues reserved to them need; none where the centre has one level.
    fn levels(
        &self,
        sets: &[QueueSet],
        pooled: &[PoolNeed],
        alone: &[Vec<Need>],
    ) -> Result<Vec<LevelRequirement>, StaffingError> {
        let centre = self.centre;
        let availability = centre.shrinkage.availability();
        let reserved = |level| QueueSet::of(centre.queues.ids().filter(|&queue| centre.queues[queue].lowest_level >= level));
        let mut levels = Vec::new();
        for level in centre.levels.ids().filter(|_| centre.levels.len() > 1) {
            let queues = reserved(level);
            if queues.0 == 0 {
                break;
            }
            let agents: Vec<u32> = match sets.iter().position(|&set| set == queues) {
                Some(pool) => pooled[pool].needs.iter().map(|need| need.agents).collect(),
                None => self.pooled(queues, alone)?.needs.iter().map(|need| need.agents).collect(),
            };
            let scheduled = agents.iter().map(|&agents| scheduled_whole(agents, availability)).collect();
            levels.push(LevelRequirement { level, queues, agents, scheduled });
        }
        Ok(levels)
    }

    fn queue_requirement(&self, queue: QueueId, needs: &[Need]) -> QueueRequirement {
        let availability = self.centre.shrinkage.availability();
        QueueRequirement {
            queue,
            offered_load: self.load.stations[usize::from(queue)].iter().map(Station::offered_load).collect(),
            fractional: needs.iter().map(|need| need.fractional).collect(),
            agents: needs.iter().map(|need| need.agents).collect(),
            scheduled: needs.iter().map(|need| scheduled(need.fractional, availability)).collect(),
            methods: needs.iter().map(|need| need.method).collect(),
        }
    }
}

/// An error with the queue or pool it is of, and its interval where it does not name one itself.
pub(crate) fn at(queue: String, interval: usize, cause: StaffingError) -> StaffingError {
    match cause {
        StaffingError::Queue { interval, cause, .. } => StaffingError::Queue { queue, interval, cause },
        cause => StaffingError::Queue { queue, interval, cause: Box::new(cause) },
    }
}
