//! What one queue alone needs in one interval, by its channel: the one place where a channel meets its formula.

use solver_data::{Channel, Queue, ServiceTarget, StaffingMethod};

use super::load::agent_seconds;
use crate::error::StaffingError;
use crate::promise::required;
use crate::queue::{QueueModel, Station};

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
            // As many slots as contacts fit, each at the slowest pace: more agents than are needed, never fewer.
            let most = queue.concurrency.max(1);
            let slots = Station { aht_seconds: agent_seconds(queue, station) * f64::from(most), ..*station };
            let (fractional, slots) = required(&slots, target)?;
            let method = if most > 1 { StaffingMethod::Concurrent } else { method_of(station) };
            Ok(Need { fractional: fractional / f64::from(most), agents: slots.div_ceil(most), method })
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

/// The formula of a station.
pub(crate) fn method_of(station: &Station) -> StaffingMethod {
    match station.model {
        QueueModel::ErlangA { patience_seconds } if patience_seconds.is_finite() => StaffingMethod::ErlangA,
        _ => StaffingMethod::ErlangC,
    }
}
