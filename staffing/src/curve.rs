//! Service curves: expected contacts answered in time as a concave function of agents.
//!
//! SL(n) times the volume is not concave by itself: far below the load each further agent helps more than the one
//! before. A roster that mixes staffing levels over similar intervals attains the upper concave envelope, so the
//! scheduler gets the envelope, with the origin as its first, unwritten point.

use solver_data::service_curve::CurvePoint;
use solver_data::{ServiceLevelDefinition, ServiceTarget};

use crate::queue::Station;

/// Contacts answered in time that a further agent must add.
const LEAST_GAIN: f64 = 1e-3;
/// Threshold in seconds where a target names none.
const USUAL_THRESHOLD: f64 = 20.0;
/// Points computed for a load, in steps of the load's square root: enough for errors far below a contact.
const POINTS_PER_ROOT: f64 = 12.0;

/// The curve of one station: points ascending in agents from the stable floor (Erlang C) or from six square roots
/// below the load (Erlang A) to where a further agent adds less than a thousandth of a contact.
///
/// Answered in time is counted as `ServedAll` within the threshold of `target`, or 20 s where it names none.
pub fn service_curve(station: &Station, target: &ServiceTarget) -> Vec<CurvePoint> {
    let offered = station.offered_load();
    if station.volume <= 0.0 || offered <= 0.0 {
        return Vec::new();
    }
    let threshold = target.service_level.map_or(USUAL_THRESHOLD, |level| level.within_seconds);
    let root = offered.sqrt();
    let floor = station.least_agents(offered).max((offered - 6.0 * root).max(1.0) as u32);
    let step = ((root / POINTS_PER_ROOT) as u32).max(1);
    let mut points: Vec<CurvePoint> = Vec::new();
    let mut agents = floor;
    loop {
        let got = station.evaluate(agents, threshold, ServiceLevelDefinition::ServedAll);
        let point = CurvePoint {
            agents,
            answered_in_time: got.service_level * station.volume,
            abandoned: got.abandonment * station.volume,
        };
        let gain = point.answered_in_time - points.last().map_or(0.0, |last| last.answered_in_time);
        let flat = gain < LEAST_GAIN * f64::from(step) && f64::from(agents) > offered;
        if !flat || points.is_empty() {
            push_concave(&mut points, point);
        }
        if flat {
            return points;
        }
        agents += step;
    }
}

/// Appends a point and drops those that now lie below a chord, the origin included.
fn push_concave(points: &mut Vec<CurvePoint>, point: CurvePoint) {
    let slope = |from: Option<&CurvePoint>, to: &CurvePoint| {
        let (agents, served) = from.map_or((0, 0.0), |from| (from.agents, from.answered_in_time));
        (to.answered_in_time - served) / f64::from(to.agents - agents)
    };
    while let Some(last) = points.last() {
        let before = points.len().checked_sub(2).map(|index| &points[index]);
        if slope(before, last) > slope(Some(last), &point) {
            break;
        }
        points.pop();
    }
    points.push(point);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::QueueModel;

    #[test]
    fn curves_rise_concavely_to_nearly_all_contacts() {
        for model in [QueueModel::ErlangC, QueueModel::ErlangA { patience_seconds: 120.0 }] {
            for volume in [0.02, 1.0, 40.0, 3000.0] {
                let station = Station { model, volume, interval_seconds: 1800.0, aht_seconds: 240.0 };
                let points = service_curve(&station, &ServiceTarget::share_within(0.8, 20.0));
                let mut slope = f64::INFINITY;
                let (mut agents, mut served) = (0, 0.0);
                for point in &points {
                    let next = (point.answered_in_time - served) / f64::from(point.agents - agents);
                    assert!(next < slope && next > 0.0, "{station:?}");
                    (slope, agents, served) = (next, point.agents, point.answered_in_time);
                }
                assert!(served > 0.98 * volume - 0.01 && served <= volume, "{station:?} {served}");
            }
        }
    }

    #[test]
    fn an_interval_without_contacts_has_no_points() {
        let station = Station { model: QueueModel::ErlangC, volume: 0.0, interval_seconds: 900.0, aht_seconds: 200.0 };
        assert!(service_curve(&station, &ServiceTarget::default()).is_empty());
    }
}
