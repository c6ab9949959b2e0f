//! Rosters side by side under the same random numbers: differences within replications, with intervals of their own.

use solver_data::{Estimate, Watch};

use super::compiled::CompiledRoster;
use super::demand::{DayDemand, Volume};
use super::measure::total;
use super::{RosterSimulation, RunLength};
use crate::error::SimulationError;
use crate::estimate::{Sample, StudentQuantiles};
use crate::replications::replicate;
use crate::stream::Purpose;

/// Service of a queue, or of all together, beside that of the first roster.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedService {
    /// Name of the queue; `all` for all together.
    pub queue: String,
    /// Share served in time.
    pub service_level: Estimate,
    /// The same less that of the first roster, taken within replications.
    pub difference: Estimate,
    /// Share that abandoned.
    pub abandonment: Estimate,
}

/// Simulates every request as [`super::simulate_roster`] does, with the replications and the seed of the first: one entry a
/// request, each with one entry a queue and then one for all together.
///
/// All requests are of the same queues; replication k has the same contacts, and the same agents fall sick.
///
/// # Errors
/// As [`super::simulate_roster`].
pub fn compare_rosters(requests: &[RosterSimulation<'_>], watch: &dyn Watch) -> Result<Vec<Vec<PairedService>>, SimulationError> {
    let Some(first) = requests.first() else { return Ok(Vec::new()) };
    let length = RunLength::Replications(first.replications);
    let compiled = requests.iter().map(|request| request.compiled(length)).collect::<Result<Vec<_>, _>>()?;
    let cells = compiled[0].queues.len() + 1;
    let mut samples = vec![[Sample::default(); 3]; requests.len() * cells];
    let run = |seed| -> Vec<Vec<(f64, f64)>> {
        let one = |(request, roster): (&RosterSimulation<'_>, &CompiledRoster)| {
            let absent = roster.absences(Purpose::Absence.of(seed), request.absence);
            let demand = DayDemand::of_centre(roster, Volume::Sampled, seed);
            shares(roster, &roster.operate(demand, absent, Purpose::Fate.of(seed)).tallies)
        };
        requests.iter().zip(&compiled).map(one).collect()
    };
    replicate(first.replications, first.seed, watch, run, |runs| {
        for (place, sample) in samples.iter_mut().enumerate() {
            let (own, base) = (runs[place / cells][place % cells], runs[0][place % cells]);
            let values = [own.0, own.0 - base.0, own.1];
            for (sample, value) in sample.iter_mut().zip(values).filter(|(_, value)| value.is_finite()) {
                sample.add(value);
            }
        }
    })?;
    let quantiles = StudentQuantiles::up_to(first.replications);
    let names: Vec<&str> = compiled[0].queues.iter().map(|queue| queue.name.as_str()).chain(["all"]).collect();
    let row = |(cell, [level, difference, lost]): (usize, &[Sample; 3])| PairedService {
        queue: names[cell % cells].to_owned(),
        service_level: level.estimate(&quantiles, 1.0),
        difference: difference.estimate(&quantiles, 0.0),
        abandonment: lost.estimate(&quantiles, 0.0),
    };
    let rows: Vec<PairedService> = samples.iter().enumerate().map(row).collect();
    Ok(rows.chunks(cells).map(<[PairedService]>::to_vec).collect())
}

/// Shares in time and abandoned of every queue, then of all together; not a number without contacts.
fn shares(roster: &CompiledRoster, tallies: &[super::ledger::Tally]) -> Vec<(f64, f64)> {
    let share = |own: super::ledger::Tally| {
        let (offered, lost) = (f64::from(own.offered), f64::from(own.abandoned));
        (f64::from(own.hits) / f64::from(own.base), lost / offered)
    };
    let mut found: Vec<(f64, f64)> = tallies.chunks(roster.intervals()).map(|own| share(total(own))).collect();
    found.push(share(total(tallies)));
    found
}

#[cfg(test)]
mod tests {
    use super::super::small_centre::{agent, centre, everybody, forecast, grid, queue};
    use super::*;
    use solver_data::{Seed, Unwatched};

    #[test]
    fn a_roster_differs_from_itself_by_nothing_and_gains_by_agents() {
        let grid = grid(1);
        let centre = centre(vec![queue(0, 1, Some(240.0))], vec![agent(&[0]); 14]);
        let demand = forecast(&centre, &grid, (8, 12), 90.0);
        let (few, more) = (everybody(&grid, 12, (8, 12)), everybody(&grid, 14, (8, 12)));
        let request = |roster| RosterSimulation {
            centre: &centre,
            forecast: &demand,
            roster,
            replications: 30,
            absence: 0.05,
            seed: Seed(1),
        };
        let rows = compare_rosters(&[request(&few), request(&few), request(&more)], &Unwatched).unwrap();
        assert_eq!(rows[1][1].difference, Estimate::default());
        let gain = rows[2][1].difference;
        assert!(gain.mean - gain.half_width > 0.0, "{gain:?}");
        // Common random numbers: the difference is known better than the levels.
        assert!(gain.half_width < rows[2][1].service_level.half_width + rows[0][1].service_level.half_width);
        assert_eq!(rows[2][0].difference, gain, "one queue is all queues");
    }
}
