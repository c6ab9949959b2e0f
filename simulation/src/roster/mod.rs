//! A roster against forecast demand, over real shifts, breaks and opening hours.
//!
//! Demand: each queue's arrivals are a Poisson process whose rate follows the forecast, times a lognormal factor of
//! mean 1 a day and queue (standard deviation `day_level_sd`), times a gamma factor of mean 1 an interval that gives
//! counts their variance-to-mean ratio `overdispersion`. The day factors correlate from day to day and across queues as the
//! forecast's `day_errors` say: the law is that of [`solver_data::path_sampler`]. Handle times and patience have the shape
//! that the queue's handling states, around the forecast AHT of the interval of arrival and the queue's mean patience.
//! The forecast is of first arrivals: redials and escalated contacts come on top.
//!
//! Staff: an agent takes contacts in the spans of [`solver_data::Shift::elapsed_on_contact`] and finishes a contact before a
//! break or the way home; a break that has ended by then is lost. Every shift is missed as a whole with probability
//! `absence`, independently. A contact goes to an idle agent with the fewest queues, the longest idle among equals, so
//! that specialists are used before those who can do more; where levels work at different speeds or send on different
//! shares, the lower level among agents with equally many queues. A freed agent takes the contact of highest queue
//! priority, the longest waiting among equals. When a queue closes, those who wait are served while one of its agents is
//! on contact and else leave; e-mails and tickets stay until they are worked.
//!
//! Two event loops stand behind this: a lean one for centres whose contacts are all calls answered in one go, and the
//! floor for chats, deferred work, call-backs, redials and escalations, whose rules stand at its head. On the former both
//! give the same books; a test says so.

mod actual;
mod agents;
mod attribution;
mod compiled;
mod demand;
mod floor;
mod group;
mod ledger;
mod measure;
mod paired;
mod performance;
mod queue;
mod samples;
mod shape;
mod unit;
mod waits;

use solver_data::{AttributedMiss, Centre, DemandForecast, Roster, Seed, ServicePerformance, Watch};

use crate::engine::{Arrivals, Engine};
use crate::error::{Problem, SimulationError, Wanted};
use crate::precision::Precision;
use crate::replications::{replicate, replicate_until};
use crate::stream::Purpose;
pub use actual::{ActualWeek, MissedService, Staffed, review_week};
use agents::NamedAgents;
pub(crate) use attribution::{Causes, attribute};
pub(crate) use compiled::CompiledRoster;
use demand::{DayDemand, Volume};
use floor::Floor;
pub(crate) use ledger::RosterLedger;
pub use paired::{PairedService, compare_rosters};
pub(crate) use performance::PerformanceFold;
pub use samples::{RosterSamples, SampleCounts, ServiceSample, sample_roster};

/// A roster to be simulated against a forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RosterSimulation<'a> {
    /// The centre: queues, skills, targets, patience.
    pub centre: &'a Centre,
    /// Demand of every queue of the centre; its grid is the grid of the result.
    pub forecast: &'a DemandForecast,
    /// Shifts and breaks of the agents.
    pub roster: &'a Roster,
    /// Independent weeks.
    pub replications: u32,
    /// Probability that a shift is missed, 0 to 1.
    pub absence: f64,
    /// Where all random numbers come from: equal seeds give two rosters the same contacts and the same sick agents.
    pub seed: Seed,
}

/// Simulates a roster.
///
/// Contacts are booked to the interval and day of their arrival. A ratio is taken within each replication, as total
/// over total, and then averaged over the replications that had a contact there; where none had, the service level is
/// 1 and the other ratios 0: `offered` is the weight. `overall` judges each contact by its own queue's promise; its day
/// meets the target when every queue with contacts does. An occupancy limit is held against all agents of the day. Of
/// e-mails and tickets some may still wait at the end: offered, but neither answered nor abandoned.
///
/// # Errors
/// [`SimulationError::Refused`] with every problem of the request; [`SimulationError::Interrupted`].
pub fn simulate_roster(request: &RosterSimulation<'_>, watch: &dyn Watch) -> Result<ServicePerformance, SimulationError> {
    request.run(RunLength::Replications(request.replications), watch)
}

/// Simulates a roster until the shares answered in time and abandoned of every queue and of all together, over the
/// horizon, are within `precision`, or `precision.most` replications are done; `request.replications` is not looked at.
///
/// # Errors
/// As [`simulate_roster`].
pub fn simulate_roster_to(
    request: &RosterSimulation<'_>,
    precision: &Precision,
    watch: &dyn Watch,
) -> Result<ServicePerformance, SimulationError> {
    request.run(RunLength::Until(*precision), watch)
}

/// When a run of replications ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RunLength {
    /// After so many.
    Replications(u32),
    /// When precise enough.
    Until(Precision),
}

impl RunLength {
    fn is_empty(self) -> bool {
        matches!(self, Self::Replications(0) | Self::Until(Precision { most: 0, .. }))
    }
}

impl CompiledRoster {
    /// Replications of `run`, folded.
    ///
    /// # Errors
    /// [`SimulationError::Interrupted`].
    pub(crate) fn perform<'a>(
        &'a self,
        length: RunLength,
        seed: Seed,
        watch: &dyn Watch,
        run: impl Fn(Seed) -> RosterLedger<'a> + Sync,
    ) -> Result<ServicePerformance, SimulationError> {
        let mut fold = PerformanceFold::new(self);
        match length {
            RunLength::Replications(replications) => replicate(replications, seed, watch, run, |books| fold.fold(&books))?,
            RunLength::Until(precision) => replicate_until(&precision, seed, watch, run, &mut fold)?,
        }
        Ok(fold.finish())
    }
}

/// Takes the missed or beaten service levels of a simulation apart: how much is due to other volume than forecast, how
/// much to absence, and how much would be missed with every agent there and the forecast come true, chance around it left.
///
/// Runs the replications of [`simulate_roster`] four times over, under the same random numbers. Handle times have no part:
/// the simulation draws them around the forecast.
///
/// # Errors
/// As [`simulate_roster`].
pub fn attribute_simulation(request: &RosterSimulation<'_>, watch: &dyn Watch) -> Result<Vec<AttributedMiss>, SimulationError> {
    let (compiled, absence) = (request.compiled(RunLength::Replications(request.replications))?, request.absence);
    let run = |seed: Seed, causes: Causes| {
        let volume = if causes.volume() { Volume::Sampled } else { Volume::Expected };
        let absent = compiled.absences(Purpose::Absence.of(seed), if causes.absence() { absence } else { 0.0 });
        compiled.operate(DayDemand::of_centre(&compiled, volume, seed), absent, Purpose::Fate.of(seed))
    };
    attribute(&compiled, (request.replications, request.seed), &[0, 2], watch, run)
}

impl RosterSimulation<'_> {
    fn run(&self, length: RunLength, watch: &dyn Watch) -> Result<ServicePerformance, SimulationError> {
        let compiled = self.compiled(length)?;
        compiled.perform(length, self.seed, watch, |seed| self.replicate(&compiled, seed))
    }

    /// One replication.
    fn replicate<'a>(&self, compiled: &'a CompiledRoster, seed: Seed) -> RosterLedger<'a> {
        let absent = compiled.absences(Purpose::Absence.of(seed), self.absence);
        compiled.operate(DayDemand::of_centre(compiled, Volume::Sampled, seed), absent, Purpose::Fate.of(seed))
    }

    fn compiled(&self, length: RunLength) -> Result<CompiledRoster, SimulationError> {
        CompiledRoster::new(self.centre, self.forecast, self.roster, problems_of(self.absence, length))
    }
}

/// What is wrong with a request apart from centre, forecast and roster.
pub(crate) fn problems_of(absence: f64, length: RunLength) -> Vec<Problem> {
    let mut problems = Vec::new();
    Wanted::Fraction.check(absence, || "absence".to_owned(), &mut problems);
    if length.is_empty() {
        problems.push(Problem::NoReplications);
    }
    problems
}

impl CompiledRoster {
    /// One replication: `arrivals` meet the roster without the `absent` shifts.
    pub(crate) fn operate(&self, arrivals: impl Arrivals, absent: Vec<bool>, fate: Seed) -> RosterLedger<'_> {
        if self.is_plain() { self.operate_plain(arrivals, absent) } else { Floor::new(self, arrivals, absent, fate).run() }
    }

    /// One replication of a centre whose contacts are all calls answered in one go.
    fn operate_plain(&self, arrivals: impl Arrivals, absent: Vec<bool>) -> RosterLedger<'_> {
        let books = RosterLedger::new(self, &absent);
        let (staff, mut books) = Engine::new(&self.routing, arrivals, NamedAgents::new(self, absent), books).run(f64::INFINITY);
        for (group, from, to) in staff.overtime {
            books.present(group, from, to);
        }
        books
    }
}

#[cfg(test)]
#[path = "../../tests/small_centre/mod.rs"]
mod small_centre;

#[cfg(test)]
mod tests {
    use super::small_centre::{agent, at, centre, forecast, grid, queue, roster, shift};
    use super::*;
    use crate::roster::shape::UnitTime;
    use crate::stream::UnitWork;

    /// Volume, agents and exact abandonment of the first six half-hours of the balanced day, in which staff only grows.
    fn growing_morning() -> Vec<(f64, usize, f64)> {
        let text = include_str!("../../tests/data/timevarying_day.csv");
        let rows = text.lines().filter(|line| line.starts_with("balanced,")).take(6);
        rows.map(|line| line.split(',').collect::<Vec<_>>())
            .map(|row| (row[4].parse().unwrap(), row[5].parse().unwrap(), row[8].parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_growing_morning_abandons_as_the_kolmogorov_equations_say() {
        let morning = growing_morning();
        let (grid, staff) = (grid(1), morning.last().map_or(0, |row| row.1));
        let centre = centre(vec![queue(0, 1, Some(180.0))], vec![agent(&[0]); staff]);
        let mut forecast = forecast(&centre, &grid, (8, 11), 0.0);
        for (t, row) in morning.iter().enumerate() {
            forecast.queues[0].mean[16 + t] = row.0;
        }
        forecast.queues[0].aht_seconds = Some(vec![300.0; grid.len()]);
        let comes = |agent: usize| morning.iter().position(|row| agent < row.1).unwrap_or(0) as i64;
        let shifts = (0..staff).map(|agent| vec![shift(at(8, 30 * comes(agent), 0), at(12, 0, 0))]).collect();
        let mut compiled = CompiledRoster::new(&centre, &forecast, &roster(&grid, shifts), Vec::new()).unwrap();
        compiled.queues[0].work = UnitTime::Law(UnitWork::Exponential);
        let (mut abandoned, replications) = (Vec::new(), 4_000);
        for k in 0..replications {
            let demand = DayDemand::of_centre(&compiled, Volume::Sampled, Seed(4).stream(k));
            let books = compiled.operate(demand, vec![false; staff], Seed(0));
            abandoned.push(books.tallies.iter().map(|tally| f64::from(tally.abandoned)).sum::<f64>());
        }
        let mean = abandoned.iter().sum::<f64>() / replications as f64;
        let variance = abandoned.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / replications as f64;
        let exact: f64 = morning.iter().map(|(volume, _, share)| volume * share).sum();
        // The reference counts who has left by the end of the sixth half-hour, we all who came by then: up to
        // queue × (share who leave) more, 0.1 contacts.
        let margin = 3.0 * (variance / replications as f64).sqrt() + 0.1;
        assert!((mean - exact).abs() < margin, "{mean} for {exact} ± {margin}");
        // Stationary half-hours would say 18 % more.
        assert!(margin < 0.05 * exact);
    }
}
