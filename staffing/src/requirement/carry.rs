//! Queues that carry on: where the agents of an interval leave a backlog that the next has not worked off quickly, its
//! need is found by the transient solution.
//!
//! The stationary need assumes that an interval forgets the one before it. It does not after an interval staffed below its
//! load, as a target on abandonment or a long mean wait allows: the fluid backlog that is left there, in standard
//! deviations √a of the load, tells. The days on which it passes a quarter are staffed in sequence, with no fewer agents
//! than the stationary need: so a queue that starts the day empty is never staffed for its emptiness.
//!
//! An interval whose target no sensible number of agents keeps, because of what it inherits, stays at its stationary need,
//! and what it leaves behind goes to those after it.
//!
//! What is left out: pools do not carry on.

use solver_data::{PlanningGrid, ServiceTarget, StaffingMethod};

use super::need::Need;
use crate::error::StaffingError;
use crate::queue::Station;
use crate::transient::{ArrivalRate, QueueState, SequenceStep, TransientInterval, fluid_backlog, staff_sequence};

/// Backlog in standard deviations of the load that counts.
const SMALL_BACKLOG: f64 = 0.25;
/// Largest load that is solved, erlangs: beyond it a backlog of a quarter of a deviation is a small share of the contacts.
const LARGEST_LOAD: f64 = 300.0;

/// Raises the needs of a queue on the days on which it carries a backlog on.
///
/// # Errors
/// As [`staff_sequence`], with the first open interval of the day.
pub(crate) fn carry_on(
    grid: &PlanningGrid,
    stations: &[Station],
    target: impl Fn(usize) -> ServiceTarget,
    needs: &mut [Need],
) -> Result<(), (usize, StaffingError)> {
    let agents: Vec<u32> = needs.iter().map(|need| need.agents).collect();
    let backlog = fluid_backlog(stations, &agents, 0.0);
    let carries = |t: usize| {
        let load = stations[t].offered_load();
        t > 0 && load > 0.0 && load <= LARGEST_LOAD && backlog[t - 1].end > SMALL_BACKLOG * load.max(1.0).sqrt()
    };
    for day in (0..grid.days()).filter(|&day| grid.day_range(day).any(carries)) {
        let open: Vec<usize> = grid.day_range(day).filter(|&t| stations[t].volume > 0.0).collect();
        let step = |&t: &usize| {
            let (station, need) = (&stations[t], &needs[t]);
            let interval = TransientInterval {
                seconds: station.interval_seconds,
                arrivals: ArrivalRate::of_volume(station.volume, station.interval_seconds),
                agents: need.agents,
                aht_seconds: station.aht_seconds,
                patience_seconds: station.patience_seconds(),
            };
            let most = need.agents.max(station.offered_load().ceil() as u32).saturating_mul(2).saturating_add(20);
            SequenceStep { interval, target: target(t), least: need.agents, most }
        };
        let mut steps: Vec<SequenceStep> = open.iter().map(step).collect();
        if steps.iter().any(|step| step.interval.aht_seconds <= 0.0) {
            continue;
        }
        let staffed = staffed(&mut steps).map_err(|cause| (open[0], cause))?;
        for (&t, &agents) in open.iter().zip(&staffed) {
            if agents > needs[t].agents {
                needs[t] = Need { fractional: f64::from(agents), agents, method: StaffingMethod::Transient };
            }
        }
    }
    Ok(())
}

/// Agents of steps of which each either keeps its target or has its least.
fn staffed(steps: &mut [SequenceStep]) -> Result<Vec<u32>, StaffingError> {
    loop {
        let staffed = staff_sequence(steps, &QueueState::empty())?;
        let mut settled = true;
        for (step, _) in steps.iter_mut().zip(&staffed.kept).filter(|(_, kept)| !**kept) {
            settled &= step.most <= step.least;
            step.most = step.least;
        }
        if settled {
            return Ok(staffed.agents);
        }
    }
}
