//! Which approximation is good enough for an interval.
//!
//! Three things make an interval differ from its steady state, each measured in its own unit:
//!
//! - load: the shift |m̄ - a| / √a of the modified offered load m̄ from the offered load a, in standard deviations of
//!   the number busy
//! - queue: the number of relaxation times r T in the interval, with r = max(θ, (√(nμ) - √λ)²) and the latter only for
//!   λ < nμ: an overloaded queue that nobody leaves never relaxes
//! - backlog: the fluid backlog at either end, in standard deviations √a
//!
//! The rule: with r T below 4, or a backlog above a quarter of √a that is there at the start and lasts longer than a
//! quarter of the relaxation allows, only the transient solution will do; else the stationary formula where the shift is
//! at most 0.05, and the stationary formula at the modified offered load m̄ where it is larger. On the reference days the
//! first is then within 0.02 of the exact P(wait), the second within 0.05.

use super::load::{fluid_backlog, modified_offered_load, patience_seconds};
use crate::queue::Station;

/// Largest shift of the load, in standard deviations, at which the stationary formula will do.
const SMALL_SHIFT: f64 = 0.05;
/// Least relaxation times in an interval for the queue to be settled through most of it.
const SETTLED: f64 = 4.0;
/// Largest fluid backlog, in standard deviations of the load, that is not carried on.
const SMALL_BACKLOG: f64 = 0.25;

/// The simplest adequate model of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Adequacy {
    /// The stationary formula at the interval's own load.
    Stationary,
    /// The stationary formula at the modified offered load.
    ModifiedOfferedLoad,
    /// The transient solution.
    Transient,
}

/// The simplest adequate model of each interval, for `agents[t]` agents and an empty start.
///
/// Stations and agents beyond the shorter of the two are left out.
pub fn adequate(stations: &[Station], agents: &[u32]) -> Vec<Adequacy> {
    let loads = modified_offered_load(stations, 0.0);
    let backlogs = fluid_backlog(stations, agents, 0.0);
    let mut carried = 0.0;
    backlogs
        .iter()
        .enumerate()
        .map(|(t, backlog)| {
            let (station, agents) = (&stations[t], agents[t]);
            let root = station.offered_load().max(1.0).sqrt();
            let begin = std::mem::replace(&mut carried, backlog.end);
            let relaxations = relaxation_rate(station, agents) * station.interval_seconds;
            let lasting = begin / root * (-relaxations / SETTLED).exp();
            let shift = (loads[t].mean - station.offered_load()).abs() / root;
            if station.volume <= 0.0 && begin <= 0.0 && loads[t].peak < SMALL_SHIFT {
                Adequacy::Stationary
            } else if relaxations < SETTLED || lasting > SMALL_BACKLOG {
                Adequacy::Transient
            } else if shift <= SMALL_SHIFT {
                Adequacy::Stationary
            } else {
                Adequacy::ModifiedOfferedLoad
            }
        })
        .collect()
}

/// r: the slowest rate at which a queue forgets its length, 1/s.
fn relaxation_rate(station: &Station, agents: u32) -> f64 {
    if station.aht_seconds <= 0.0 {
        return f64::INFINITY;
    }
    let arrivals = (station.volume / station.interval_seconds).sqrt();
    let service = (f64::from(agents) / station.aht_seconds).sqrt();
    let drained = if service > arrivals { (service - arrivals).powi(2) } else { 0.0 };
    drained.max(1.0 / patience_seconds(station))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::QueueModel;

    fn station(volume: f64, model: QueueModel) -> Station {
        Station { model, volume, interval_seconds: 1800.0, aht_seconds: 300.0 }
    }

    #[test]
    fn a_steady_day_is_stationary_a_rise_is_modified_and_a_backlog_is_transient() {
        let patient = QueueModel::ErlangA { patience_seconds: 180.0 };
        let day = [60.0, 60.0, 60.0, 120.0].map(|volume| station(volume, patient));
        let got = adequate(&day, &[14, 14, 14, 26]);
        assert_eq!(got[0], Adequacy::ModifiedOfferedLoad);
        assert_eq!(got[1..3], [Adequacy::Stationary; 2]);
        assert_eq!(got[3], Adequacy::ModifiedOfferedLoad);
        let jam = [60.0, 125.0, 95.0].map(|volume| station(volume, QueueModel::ErlangC));
        assert_eq!(adequate(&jam, &[30, 19, 24])[1..], [Adequacy::Transient; 2]);
    }
}
