//! What one queue alone needs in one interval, by its channel: the one place where a channel meets its formula.

use solver_data::{Channel, Queue, ServiceTarget, StaffingMethod};

use crate::error::StaffingError;
use crate::promise::{required, required_chat};
use crate::queue::{ChatStation, QueueModel, Station};

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
            let (fractional, agents) = required(station, target)?;
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
        Channel::Email | Channel::Ticket | Channel::Outbound => {
            let load = station.offered_load() / target.occupancy.unwrap_or(1.0).max(f64::MIN_POSITIVE);
            let agents = (load - 1e-9).ceil().max(1.0) as u32;
            Ok(Need { fractional: load, agents, method: StaffingMethod::Deferred })
        }
    }
}

/// Whole agents only.
///
/// # Errors
/// As [`need`].
pub(crate) fn required_volume(queue: &Queue, station: &Station, target: &ServiceTarget) -> Result<u32, StaffingError> {
    Ok(need(queue, station, target)?.agents)
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
