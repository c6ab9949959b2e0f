//! Modified offered load and fluid backlog.
//!
//! With agents without end the number busy is Poisson with mean
//!
//! (1) m' = λ - μ m.
//!
//! Within an interval of constant λ, a = λ/μ: m(t) = a + (m(0) - a) e^{-μt}, with mean a + (m(0) - a) (1 - e^{-μT}) / (μT).
//! Using m in place of a in a stationary formula carries the past of the load, but no queue. Where the load exceeds the
//! agents, the queue itself is what carries on; as a fluid
//!
//! (2) q' = λ - nμ - θ q while q > 0 or λ > nμ, else q = 0.
//!
//! # Source
//! Jagerman (1975); Massey, Whitt (1994), "An analysis of the modified offered-load approximation", Annals of Applied
//! Probability 4(4); Newell (1971), "Applications of queueing theory", for the fluid.

use crate::queue::{QueueModel, Station};

/// The modified offered load of an interval, erlangs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModifiedLoad {
    /// Mean over the interval.
    pub mean: f64,
    /// At its end.
    pub end: f64,
    /// The largest in it: at one of its ends.
    pub peak: f64,
}

/// (1): m through `stations` one after the other, from `start` erlangs. A handle time of zero forgets everything.
pub fn modified_offered_load(stations: &[Station], start: f64) -> Vec<ModifiedLoad> {
    let mut busy = start;
    stations
        .iter()
        .map(|station| {
            let offered = station.offered_load();
            let handled = if station.aht_seconds > 0.0 { station.interval_seconds / station.aht_seconds } else { f64::INFINITY };
            let gap = busy - offered;
            let faded = if handled > 0.0 { -(-handled).exp_m1() / handled } else { 1.0 };
            let begin = busy;
            busy = offered + gap * (-handled).exp();
            ModifiedLoad { mean: offered + gap * faded, end: busy, peak: begin.max(busy) }
        })
        .collect()
}

/// The waiting of an interval as a fluid, contacts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FluidBacklog {
    /// Waiting at the end.
    pub end: f64,
    /// Mean waiting over the interval.
    pub mean: f64,
    /// Contacts that abandoned in the interval.
    pub abandoned: f64,
}

/// (2): the backlog through `stations` with `agents[t]` agents, from `start` contacts waiting.
///
/// Stations and agents beyond the shorter of the two are left out.
pub fn fluid_backlog(stations: &[Station], agents: &[u32], start: f64) -> Vec<FluidBacklog> {
    let mut waiting = start;
    stations
        .iter()
        .zip(agents)
        .map(|(station, agents)| {
            let patience = patience_seconds(station);
            let arrivals = station.volume / station.interval_seconds;
            let service = if station.aht_seconds > 0.0 { f64::from(*agents) / station.aht_seconds } else { f64::INFINITY };
            let backlog = fluid_interval(waiting, arrivals - service, 1.0 / patience, station.interval_seconds);
            waiting = backlog.end;
            backlog
        })
        .collect()
}

/// Mean patience of a station's contacts; infinite where they never leave.
pub(super) fn patience_seconds(station: &Station) -> f64 {
    if let QueueModel::ErlangA { patience_seconds } = station.model { patience_seconds } else { f64::INFINITY }
}

/// q' = `growth` - `theta` q over `seconds`, held at zero once it is empty.
fn fluid_interval(start: f64, growth: f64, theta: f64, seconds: f64) -> FluidBacklog {
    if growth == f64::NEG_INFINITY {
        return FluidBacklog { end: 0.0, mean: 0.0, abandoned: 0.0 };
    }
    // Empty after ln(1 - θ q / growth) / θ seconds where the growth is negative.
    let until = if growth < 0.0 {
        let linear = start / -growth;
        if theta > 0.0 { (theta * linear).ln_1p() / theta } else { linear }.min(seconds)
    } else {
        seconds
    };
    let faded = |t: f64| if theta * t > 0.0 { -(-theta * t).exp_m1() / theta } else { t };
    let end = if until < seconds { 0.0 } else { (start * (-theta * seconds).exp() + growth * faded(seconds)).max(0.0) };
    // ∫ q = start faded + growth (t - faded) / θ, the latter by its series where θ t is small.
    let u = theta * until;
    let second = if u > 1e-3 { (until - faded(until)) / theta } else { until * until * (0.5 - u / 6.0 + u * u / 24.0) };
    let area = (start * faded(until) + growth * second).max(0.0);
    FluidBacklog { end, mean: area / seconds, abandoned: theta * area }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station(volume: f64, model: QueueModel) -> Station {
        Station { model, volume, interval_seconds: 1800.0, aht_seconds: 300.0 }
    }

    #[test]
    fn a_constant_load_is_reached_and_its_mean_lies_between() {
        let loads = modified_offered_load(&[station(60.0, QueueModel::ErlangC); 12], 0.0);
        assert!((loads[0].end - 10.0 * (1.0 - (-6.0_f64).exp())).abs() < 1e-12);
        assert!((loads[0].mean - 10.0 * (1.0 - (1.0 - (-6.0_f64).exp()) / 6.0)).abs() < 1e-12);
        assert!((loads[11].end - 10.0).abs() < 1e-12);
    }

    #[test]
    fn the_fluid_conserves_contacts() {
        // 72 contacts are served in an interval by 12 agents.
        let patient = QueueModel::ErlangA { patience_seconds: 600.0 };
        let stations = [station(150.0, patient), station(90.0, patient), station(20.0, patient)];
        let got = fluid_backlog(&stations, &[12, 12, 12], 5.0);
        let mut before = 5.0;
        for (station, backlog) in stations.iter().zip(&got) {
            let served = before + station.volume - backlog.end - backlog.abandoned;
            assert!(served <= 72.0 + 1e-9, "{served}");
            if backlog.end > 0.0 {
                assert!((served - 72.0).abs() < 1e-9, "{served}");
            }
            before = backlog.end;
        }
    }
}
