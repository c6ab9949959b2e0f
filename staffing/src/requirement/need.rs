//! What one queue alone needs in one interval, by its channel: the one place where a channel meets its formula.

use solver_data::{Channel, Queue, ServiceTarget, StaffingMethod};

use crate::deferred::{CallbackPolicy, CallbackTrigger, with_callbacks};
use crate::error::StaffingError;
use crate::promise::{Limit, required, required_chat};
use crate::queue::{ChatStation, QueueModel, Station};
use crate::sizing::TIE_TOLERANCE;

/// Agents on contact in one interval, before rounding and whole, and how they were found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Need {
    pub fractional: f64,
    pub agents: u32,
    pub method: StaffingMethod,
}

impl Need {
    /// Nobody, where nobody comes.
    pub const NONE: Self = Self { fractional: 0.0, agents: 0, method: StaffingMethod::Closed };
}

/// The need of a queue with the contacts of `station` and the limits of `target`, all held in this interval.
///
/// # Errors
/// As [`Station::required_agents`].
pub(crate) fn need(queue: &Queue, station: &Station, target: &ServiceTarget) -> Result<Need, StaffingError> {
    if station.volume <= 0.0 {
        return Ok(Need::NONE);
    }
    match queue.channel {
        Channel::Voice => {
            let (fractional, agents) = match callback_policy(queue) {
                Some(policy) => {
                    let agents = with_callback(station, &policy, target)?;
                    (f64::from(agents), agents)
                }
                None => required(station, target)?,
            };
            Ok(Need { fractional, agents, method: method_of(station) })
        }
        Channel::Chat => {
            let (fractional, agents) = match chat_station(queue, station) {
                Some(chat) => required_chat(&chat, target)?,
                None => required(station, target)?,
            };
            let method = if queue.concurrency > 1 { StaffingMethod::Concurrent } else { method_of(station) };
            Ok(Need { fractional, agents, method })
        }
        // All of it may wait: see `later`.
        Channel::Email | Channel::Ticket | Channel::Outbound => Ok(Need { method: StaffingMethod::Deferred, ..Need::NONE }),
    }
}

/// Whole agents only.
///
/// # Errors
/// As [`need`].
pub(crate) fn required_volume(queue: &Queue, station: &Station, target: &ServiceTarget) -> Result<u32, StaffingError> {
    Ok(need(queue, station, target)?.agents)
}

/// How a queue offers call-backs; `None` where it does not, or nobody ever leaves it.
pub(crate) fn callback_policy(queue: &Queue) -> Option<CallbackPolicy> {
    let offer = queue.handling.callback.filter(|_| queue.channel == Channel::Voice && queue.patience_seconds.is_some())?;
    let trigger = CallbackTrigger::AfterWait { seconds: offer.after_seconds };
    Some(CallbackPolicy { offer: trigger, accepted: offer.share, redialling: 0.0 })
}

/// The least agents who keep a target where those who wait may choose a call-back, which is not lost; the maximum wait is
/// sized as if none were offered.
///
/// # Errors
/// As [`Station::required_agents`].
pub(crate) fn with_callback(station: &Station, policy: &CallbackPolicy, target: &ServiceTarget) -> Result<u32, StaffingError> {
    // Who accepts leaves the queue: never more agents than without the offer.
    let (_, most) = required(station, target)?;
    let limits = Limit::of(&ServiceTarget { maximum_wait: None, ..*target });
    let holds = |agents: u32| -> Result<bool, StaffingError> {
        let threshold = target.service_level.map_or(0.0, |level| level.within_seconds);
        let got = with_callbacks(station, agents, policy, threshold)?;
        Ok(limits.iter().all(|limit| match limit {
            Limit::Level(level) => got.service_level >= level.share - TIE_TOLERANCE,
            Limit::MeanWait(most) => got.asa_seconds <= most + TIE_TOLERANCE,
            Limit::Abandonment(most) => got.abandonment <= most + TIE_TOLERANCE,
            Limit::Occupancy(most) => got.occupancy <= most + TIE_TOLERANCE,
        }))
    };
    let wait = ServiceTarget { maximum_wait: target.maximum_wait, ..ServiceTarget::default() };
    let (mut misses, mut agents) = (if most > 0 { required(station, &wait)?.1.saturating_sub(1) } else { 0 }, most);
    while agents > misses + 1 {
        let middle = misses + (agents - misses) / 2;
        if holds(middle)? {
            agents = middle;
        } else {
            misses = middle;
        }
    }
    Ok(agents)
}

/// The chat queue with the contacts of `station`; `None` where agents have one contact at a time.
pub(crate) fn chat_station(queue: &Queue, station: &Station) -> Option<ChatStation> {
    (queue.channel == Channel::Chat && queue.concurrency > 1).then(|| ChatStation {
        volume: station.volume,
        interval_seconds: station.interval_seconds,
        aht_seconds: (1..=queue.concurrency)
            .map(|contacts| station.aht_seconds * queue.handling.concurrency_factor(contacts))
            .collect(),
        patience_seconds: station.patience_seconds(),
    })
}

/// The formula of a station.
pub(crate) fn method_of(station: &Station) -> StaffingMethod {
    match station.model {
        QueueModel::ErlangA { patience_seconds } if patience_seconds.is_finite() => StaffingMethod::ErlangA,
        _ => StaffingMethod::ErlangC,
    }
}
