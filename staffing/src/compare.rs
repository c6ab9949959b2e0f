//! Methods side by side: the agent-hours each asks for, and the service each gives.
//!
//! The same demand is sized interval by interval with Erlang C, interval by interval with Erlang A, and over the week by
//! the service curve, without a cap on abandonment beyond the target's own and with the abandonment that each of the
//! interval methods would give. Whatever a method assumed, its agents are judged by Erlang A where patience is known: an
//! answer that is cheaper because it serves worse shows it. Agents are those on contact, before shrinkage.
//!
//! # Source
//! Koole (2013), Call Center Optimization, ch. 4, for sizing over the day rather than the interval.

use chrono::NaiveDate;
use rayon::prelude::*;
use solver_data::{
    Centre, DemandForecast, QueueId, QueueSet, ServiceLevelDefinition, ServiceTarget, StaffingMethod, TargetPeriod,
};

use crate::error::StaffingError;
use crate::promise::in_every_interval;
use crate::requirement::period::{place, prices};
use crate::requirement::{Group, Need, Sizer, at};

/// Threshold in seconds of a queue that promises none.
const USUAL_THRESHOLD: f64 = 20.0;
/// Least service level of any interval under the weekly curve where the target names none.
const USUAL_FLOOR: f64 = 0.5;

/// A way to size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComparedMethod {
    /// Every interval by Erlang C.
    IntervalErlangC,
    /// Every interval by Erlang A.
    IntervalErlangA,
    /// The week by the service curve, losing no more contacts than interval Erlang C.
    WeeklyCurveAsErlangC,
    /// The week by the service curve, losing no more contacts than interval Erlang A.
    WeeklyCurveAsErlangA,
    /// The week by the service curve, with the target's own limits alone.
    WeeklyCurve,
}

impl ComparedMethod {
    /// All of them, in the order of a comparison.
    pub const ALL: [Self; 5] =
        [Self::IntervalErlangC, Self::IntervalErlangA, Self::WeeklyCurveAsErlangC, Self::WeeklyCurveAsErlangA, Self::WeeklyCurve];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::IntervalErlangC => "interval_erlang_c",
            Self::IntervalErlangA => "interval_erlang_a",
            Self::WeeklyCurveAsErlangC => "weekly_curve_abandonment_as_erlang_c",
            Self::WeeklyCurveAsErlangA => "weekly_curve_abandonment_as_erlang_a",
            Self::WeeklyCurve => "weekly_curve",
        }
    }
}

/// What one method asks for and gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MethodComparison {
    /// A queue alone, or all queues as one pool.
    pub queues: QueueSet,
    /// The method.
    pub method: ComparedMethod,
    /// Agent-hours on contact.
    pub agent_hours: f64,
    /// Agent-hours weighted by the premiums of their hours: in proportion to pay.
    pub paid_hours: f64,
    /// Share in time over the horizon, each queue by its own threshold and definition.
    pub service_level: f64,
    /// Share that abandons.
    pub abandonment: f64,
    /// Service level of the worst interval with contacts.
    pub worst_interval: f64,
}

/// Every method for every queue with contacts that wait, and for all such queues as one pool where there are several.
///
/// # Errors
/// As [`crate::requirement()`].
pub fn compare(centre: &Centre, forecast: &DemandForecast) -> Result<Vec<MethodComparison>, StaffingError> {
    let sizer = Sizer::of(centre, forecast)?;
    let live = centre.queues.ids().filter(|&queue| {
        let busy = sizer.total_load(QueueSet::of([queue])) > 0.0;
        let promises = sizer.grid.dates().iter().any(|&date| !centre.queues[queue].target_on(date).is_empty());
        busy && promises && centre.queues[queue].channel.is_live()
    });
    let live: Vec<QueueId> = live.collect();
    let mut sets: Vec<QueueSet> = live.iter().map(|&queue| QueueSet::of([queue])).collect();
    if live.len() > 1 {
        sets.push(QueueSet::of(live));
    }
    let mut rows = Vec::with_capacity(sets.len() * ComparedMethod::ALL.len());
    for queues in sets {
        let scope = Scope::of(&sizer, queues);
        let by_c = scope.by_interval_erlang_c()?;
        let by_a = scope.by_interval_as_known()?;
        let (lost_c, lost_a) = (scope.lost_by_queue(&by_c), scope.lost_by_queue(&by_a));
        let answers =
            [scope.over_the_week(&lost_c, &by_c)?, scope.over_the_week(&lost_a, &by_a)?, scope.over_the_week(&[], &by_a)?];
        let [as_c, as_a, free] = answers;
        let answers = [by_c, by_a, as_c, as_a, free];
        rows.extend(ComparedMethod::ALL.iter().zip(&answers).map(|(&method, agents)| scope.judge(method, agents)));
    }
    Ok(rows)
}

/// A set of queues under comparison.
struct Scope<'a> {
    sizer: &'a Sizer<'a>,
    queues: QueueSet,
    groups: Vec<Group>,
}

impl<'a> Scope<'a> {
    fn of(sizer: &'a Sizer<'a>, queues: QueueSet) -> Self {
        Self { sizer, queues, groups: sizer.groups(queues) }
    }

    /// Agents by interval where nobody is taken ever to leave.
    fn by_interval_erlang_c(&self) -> Result<Vec<u32>, StaffingError> {
        let size = |(t, group): (usize, &Group)| {
            // Of abandonment Erlang C knows nothing.
            self.size(&group.patient(), t, |target| ServiceTarget { abandonment: None, ..target })
        };
        self.groups.par_iter().enumerate().map(size).collect()
    }

    /// Agents by interval with Erlang A where patience is known.
    fn by_interval_as_known(&self) -> Result<Vec<u32>, StaffingError> {
        self.groups.par_iter().enumerate().map(|(t, group)| self.size(group, t, |target| target)).collect()
    }

    fn size(&self, group: &Group, t: usize, asked: impl Fn(ServiceTarget) -> ServiceTarget) -> Result<u32, StaffingError> {
        let target = |queue| ServiceTarget { period: TargetPeriod::Interval, ..*self.sizer.target(queue, t) };
        let targets: Vec<ServiceTarget> = group.members.iter().map(|member| asked(target(member.queue))).collect();
        let sized = group.required(&targets).map_err(|cause| at(self.queues.label(self.sizer.centre), t, cause))?;
        Ok(sized.1)
    }

    /// Agents by interval so that the targets hold over each week, losing at most `lost` of each queue's contacts.
    ///
    /// Where a queue's level cannot be reached otherwise, `known` agents are the answer: they keep it in every interval.
    fn over_the_week(&self, lost: &[(QueueId, f64)], known: &[u32]) -> Result<Vec<u32>, StaffingError> {
        let weekly = |queue: QueueId, date: NaiveDate| {
            let target = *self.sizer.centre.queues[queue].target_on(date);
            let cap = lost.iter().find(|(other, _)| *other == queue).map(|(_, cap)| *cap);
            ServiceTarget {
                period: TargetPeriod::Week,
                interval_floor: target.interval_floor.or(Some(USUAL_FLOOR)),
                abandonment: cap.or(target.abandonment),
                ..target
            }
        };
        let floor = |(t, group): (usize, &Group)| -> Result<Need, StaffingError> {
            let date = self.sizer.grid.date(self.sizer.grid.day_of(t));
            let targets: Vec<ServiceTarget> =
                group.members.iter().map(|member| in_every_interval(&weekly(member.queue, date))).collect();
            let sized = group.required(&targets).map_err(|cause| at(self.queues.label(self.sizer.centre), t, cause))?;
            Ok(Need { fractional: sized.0, agents: sized.1, method: StaffingMethod::Curve })
        };
        let mut needs = self.groups.par_iter().enumerate().map(floor).collect::<Result<Vec<_>, _>>()?;
        match place((self.sizer.centre, self.sizer.grid), &self.groups, &mut needs, &weekly) {
            Ok(_) => Ok(needs.iter().map(|need| need.agents).collect()),
            Err(StaffingError::Queue { cause, .. }) if matches!(*cause, StaffingError::TargetOutOfReach { .. }) => {
                Ok(known.to_vec())
            }
            Err(other) => Err(other),
        }
    }

    /// Share of each queue's contacts that abandons.
    fn lost_by_queue(&self, agents: &[u32]) -> Vec<(QueueId, f64)> {
        let share = |queue: QueueId| {
            let (mut lost, mut offered) = (0.0, 0.0);
            for (group, &agents) in self.groups.iter().zip(agents) {
                if let Some(member) = group.members.iter().find(|member| member.queue == queue) {
                    let got = group.meets(member, f64::from(agents))(0.0, ServiceLevelDefinition::ServedAll);
                    lost += member.volume * got.abandonment;
                    offered += member.volume;
                }
            }
            (queue, if offered > 0.0 { lost / offered } else { 0.0 })
        };
        self.queues.queues().map(share).collect()
    }

    fn judge(&self, method: ComparedMethod, agents: &[u32]) -> MethodComparison {
        let (mut offered, mut in_time, mut lost, mut worst) = (0.0, 0.0, 0.0, 1.0_f64);
        for (t, (group, &agents)) in self.groups.iter().zip(agents).enumerate() {
            let (mut here, mut timely) = (0.0, 0.0);
            for member in &group.members {
                let level = self.sizer.target(member.queue, t).service_level;
                let (threshold, definition) = level.map_or((USUAL_THRESHOLD, ServiceLevelDefinition::ServedAll), |level| {
                    (level.within_seconds, level.definition)
                });
                let got = group.meets(member, f64::from(agents))(threshold, definition);
                here += member.volume;
                timely += member.volume * got.service_level;
                lost += member.volume * got.abandonment;
            }
            if here > 0.0 {
                worst = worst.min(timely / here);
            }
            offered += here;
            in_time += timely;
        }
        let hours = self.sizer.grid.interval_seconds() / 3600.0;
        let prices = prices(self.sizer.centre, self.sizer.grid);
        let share = |part: f64| if offered > 0.0 { part / offered } else { 0.0 };
        MethodComparison {
            queues: self.queues,
            method,
            agent_hours: hours * agents.iter().map(|&agents| f64::from(agents)).sum::<f64>(),
            paid_hours: hours * agents.iter().zip(&prices).map(|(&agents, price)| f64::from(agents) * price).sum::<f64>(),
            service_level: share(in_time),
            abandonment: share(lost),
            worst_interval: worst,
        }
    }
}
