//! A promise: a typed target taken apart into limits that a queueing formula can answer.
//!
//! The maximum wait is a service level of its own, by the virtual wait: of a hundred contacts ninety-nine would have
//! waited no longer had they stayed. Every other limit is what [`crate::sizing`] sizes for.

use solver_data::{ServiceLevelDefinition, ServiceLevelTarget, ServiceTarget, TargetPeriod};

use crate::error::StaffingError;
use crate::queue::{ChatStation, Measures, Station};
use crate::sizing::TIE_TOLERANCE;

/// One limit of a target, as a linear condition on what contacts meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// At least a share within a threshold.
    Level(ServiceLevelTarget),
    /// At most this mean wait in seconds.
    MeanWait(f64),
    /// At most this share abandons.
    Abandonment(f64),
    /// At most this busy share of agents.
    Occupancy(f64),
}

/// What contacts meet, by threshold in seconds and definition.
pub type Meets<'a> = dyn Fn(f64, ServiceLevelDefinition) -> Measures + 'a;

impl Limit {
    /// The limits of a target: the maximum wait as a level of the virtual wait; the deadline is not one of them.
    pub fn of(target: &ServiceTarget) -> Vec<Limit> {
        let wait = target.maximum_wait.map(|wait| ServiceLevelTarget {
            share: wait.share,
            within_seconds: wait.seconds,
            definition: ServiceLevelDefinition::Virtual,
        });
        let limits = [
            target.service_level.map(Limit::Level),
            wait.map(Limit::Level),
            target.asa_seconds.map(Limit::MeanWait),
            target.abandonment.map(Limit::Abandonment),
            target.occupancy.map(Limit::Occupancy),
        ];
        limits.into_iter().flatten().collect()
    }

    /// Name of what is limited, for messages.
    pub fn measure(&self) -> &'static str {
        match self {
            Self::Level(level) if level.definition == ServiceLevelDefinition::Virtual => "share within the longest wait",
            Self::Level(_) => "service level",
            Self::MeanWait(_) => "mean wait in seconds",
            Self::Abandonment(_) => "abandonment",
            Self::Occupancy(_) => "occupancy",
        }
    }

    /// The value asked for.
    pub fn wanted(&self) -> f64 {
        match self {
            Self::Level(level) => level.share,
            Self::MeanWait(most) | Self::Abandonment(most) | Self::Occupancy(most) => *most,
        }
    }

    /// Whether the limit holds, to the tie tolerance.
    pub fn holds(&self, meets: &Meets<'_>) -> bool {
        match self {
            Self::Level(level) => meets(level.within_seconds, level.definition).service_level >= level.share - TIE_TOLERANCE,
            Self::MeanWait(most) => usual(meets).asa_seconds <= most + TIE_TOLERANCE,
            Self::Abandonment(most) => usual(meets).abandonment <= most + TIE_TOLERANCE,
            Self::Occupancy(most) => usual(meets).occupancy <= most + TIE_TOLERANCE,
        }
    }

    /// What `volume` contacts contribute to the limit over a period: it holds where the sum is 0 or more.
    ///
    /// For a service level, contacts in time less the wished share of those that count; for a wait, the seconds left; for
    /// abandonment, the contacts that may still leave. An occupancy has no such sum: it holds in every interval.
    pub fn surplus(&self, volume: f64, meets: &Meets<'_>) -> f64 {
        match self {
            Self::Level(level) => {
                let got = meets(level.within_seconds, level.definition);
                volume * counted(level, &got, meets) * (got.service_level - level.share)
            }
            Self::MeanWait(most) => volume * (most - usual(meets).asa_seconds),
            Self::Abandonment(most) => volume * (most - usual(meets).abandonment),
            Self::Occupancy(_) => 0.0,
        }
    }

    /// What is reached with `volume` contacts, times the contacts that count, and those contacts: over a period, the sum of
    /// the first over the sum of the second.
    pub(crate) fn reached(&self, volume: f64, meets: &Meets<'_>) -> (f64, f64) {
        let (value, weight) = match self {
            Self::Level(level) => {
                let got = meets(level.within_seconds, level.definition);
                (got.service_level, counted(level, &got, meets))
            }
            Self::MeanWait(_) => (usual(meets).asa_seconds, 1.0),
            Self::Abandonment(_) => (usual(meets).abandonment, 1.0),
            Self::Occupancy(_) => (usual(meets).occupancy, 1.0),
        };
        (volume * weight * value, volume * weight)
    }
}

/// Share of the contacts that a service level counts.
fn counted(level: &ServiceLevelTarget, got: &Measures, meets: &Meets<'_>) -> f64 {
    match level.definition {
        ServiceLevelDefinition::OfAnswered => 1.0 - got.abandonment,
        ServiceLevelDefinition::ServedExclShort => {
            let ended = meets(level.within_seconds, ServiceLevelDefinition::HandledOrGone).service_level;
            1.0 - ended + meets(level.within_seconds, ServiceLevelDefinition::ServedAll).service_level
        }
        _ => 1.0,
    }
}

fn usual(meets: &Meets<'_>) -> Measures {
    meets(0.0, ServiceLevelDefinition::ServedAll)
}

/// Whether every limit of a target holds.
pub fn keeps(target: &ServiceTarget, meets: &Meets<'_>) -> bool {
    Limit::of(target).iter().all(|limit| limit.holds(meets))
}

/// A target as the formulas size for it: without its maximum wait, and that as a service level of the virtual wait.
fn sized(target: &ServiceTarget) -> impl Iterator<Item = ServiceTarget> {
    let wait = target.maximum_wait.map(|wait| {
        let level =
            ServiceLevelTarget { share: wait.share, within_seconds: wait.seconds, definition: ServiceLevelDefinition::Virtual };
        ServiceTarget { service_level: Some(level), ..ServiceTarget::default() }
    });
    std::iter::once(ServiceTarget { maximum_wait: None, ..*target }).chain(wait)
}

/// The least agents with which a station keeps every limit of a target, its maximum wait included, and the real number
/// just before rounding.
///
/// # Errors
/// As [`Station::required_agents`].
pub fn required(station: &Station, target: &ServiceTarget) -> Result<(f64, u32), StaffingError> {
    let (mut fractional, mut whole) = (0.0_f64, 0);
    for part in sized(target) {
        let agents = station.required_agents(&part)?;
        if agents > 0 {
            fractional = fractional.max(station.fractional_below(agents, &part));
        }
        whole = whole.max(agents);
    }
    Ok((fractional, whole))
}

/// As [`required`] for a chat queue.
///
/// # Errors
/// As [`ChatStation::required_agents`].
pub fn required_chat(station: &ChatStation, target: &ServiceTarget) -> Result<(f64, u32), StaffingError> {
    let (mut fractional, mut whole) = (0.0_f64, 0);
    for part in sized(target) {
        fractional = fractional.max(station.required_fractional(&part)?);
        whole = whole.max(station.required_agents(&part)?);
    }
    Ok((fractional, whole))
}

/// The least agents with which a station keeps every limit of a target, its maximum wait included.
///
/// # Errors
/// As [`Station::required_agents`].
pub fn required_whole(station: &Station, target: &ServiceTarget) -> Result<u32, StaffingError> {
    sized(target).try_fold(0, |whole, part| Ok(station.required_agents(&part)?.max(whole)))
}

/// Whether a station keeps every limit with a real number of agents.
pub fn station_keeps(station: &Station, agents: f64, target: &ServiceTarget) -> bool {
    sized(target).all(|part| station.keeps(agents, &part))
}

/// What of a target must hold in every interval: all of it, or where the period is longer its floor and its occupancy.
pub fn in_every_interval(target: &ServiceTarget) -> ServiceTarget {
    if target.period == TargetPeriod::Interval {
        return *target;
    }
    let floor = target.interval_floor.map(|share| {
        let usual = ServiceLevelTarget { share, within_seconds: 20.0, definition: ServiceLevelDefinition::ServedAll };
        target.service_level.map_or(usual, |level| ServiceLevelTarget { share: share.min(level.share), ..level })
    });
    ServiceTarget { service_level: floor, occupancy: target.occupancy, ..ServiceTarget::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::QueueModel;
    use solver_data::WaitLimit;

    fn calls() -> Station {
        let model = QueueModel::ErlangA { patience_seconds: 300.0 };
        Station { model, volume: 100.0, interval_seconds: 1800.0, aht_seconds: 180.0 }
    }

    #[test]
    fn a_longest_wait_is_a_share_of_virtual_waits() {
        let wait = WaitLimit { seconds: 60.0, share: 0.99 };
        let target = ServiceTarget { maximum_wait: Some(wait), ..ServiceTarget::default() };
        let (fractional, agents) = required(&calls(), &target).unwrap();
        let within = |agents| calls().evaluate(agents, 60.0, ServiceLevelDefinition::Virtual).service_level;
        assert!(within(agents) >= 0.99 && within(agents - 1) < 0.99);
        assert!(fractional <= f64::from(agents) && fractional > f64::from(agents) - 1.0);
        let both = ServiceTarget { maximum_wait: Some(wait), ..ServiceTarget::share_within(0.5, 20.0) };
        assert_eq!(required_whole(&calls(), &both), Ok(agents));
    }

    #[test]
    fn a_limit_holds_where_its_surplus_is_not_negative() {
        let definitions = [
            ServiceLevelDefinition::ServedAll,
            ServiceLevelDefinition::ServedExclShort,
            ServiceLevelDefinition::OfAnswered,
            ServiceLevelDefinition::HandledOrGone,
            ServiceLevelDefinition::Virtual,
        ];
        let mut limits = vec![Limit::MeanWait(12.0), Limit::Abandonment(0.03)];
        limits.extend(
            definitions.map(|definition| Limit::Level(ServiceLevelTarget { share: 0.8, within_seconds: 20.0, definition })),
        );
        for agents in 6..20 {
            let meets = |threshold: f64, definition| calls().evaluate(agents, threshold, definition);
            for limit in &limits {
                assert_eq!(limit.holds(&meets), limit.surplus(100.0, &meets) >= -1e-9, "{limit:?} {agents}");
            }
        }
    }

    #[test]
    fn a_promise_over_a_day_leaves_floor_and_occupancy_to_the_interval() {
        let day = ServiceTarget {
            period: TargetPeriod::Day,
            interval_floor: Some(0.5),
            occupancy: Some(0.9),
            abandonment: Some(0.05),
            ..ServiceTarget::share_within(0.8, 15.0)
        };
        let each = in_every_interval(&day);
        assert_eq!(each.service_level.map(|level| (level.share, level.within_seconds)), Some((0.5, 15.0)));
        assert_eq!((each.occupancy, each.abandonment), (Some(0.9), None));
    }
}
