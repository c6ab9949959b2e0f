//! One scenario of a sweep: a row of the measures finance and planners sort by.

use solver_data::{Scenario, Seed, Watch};

use super::apply::apply;
use super::base::Base;
use super::compare::RosterChoice;
use super::measure::{Measure, Measured};
use super::replan::replan;
use crate::error::PlanError;

/// Measures of a row: certain ones have a value and a difference, simulated ones the half-width of that, too.
const CERTAIN: [Measure; 8] = [
    Measure::ExpectedContacts,
    Measure::Workload,
    Measure::RequiredHours,
    Measure::PeakAgents,
    Measure::ShortHours,
    Measure::PaidHours,
    Measure::OvertimeHours,
    Measure::Cost,
];
const SIMULATED: [Measure; 5] =
    [Measure::ServiceLevel, Measure::Abandonment, Measure::MeanWait, Measure::Occupancy, Measure::CostPerContact];

/// A row of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct PointRow {
    /// The roster.
    pub roster: RosterChoice,
    /// One value a column of [`point_columns`]; money in minor units.
    pub values: Vec<f64>,
}

/// Names of the columns: each measure, its difference to the base, and for simulated ones the 95 % half-width of that.
pub fn point_columns() -> Vec<(String, Measure)> {
    let certain = CERTAIN.into_iter().flat_map(|own| [(own.name().to_owned(), own), (format!("{}_difference", own.name()), own)]);
    let simulated = SIMULATED.into_iter().flat_map(|own| {
        let name = own.name();
        [(name.to_owned(), own), (format!("{name}_difference"), own), (format!("{name}_difference_ci95"), own)]
    });
    certain.chain(simulated).collect()
}

/// The rows of one scenario, one a roster.
///
/// Replications are drawn from (master seed, replication), common to all scenarios; the search of a new roster from (master
/// seed, name of the scenario).
///
/// # Errors
/// [`PlanError`] of the stage that fails.
pub fn sweep_point(
    (base, before): (&Base, &Measured),
    scenario: &Scenario,
    rosters: &[RosterChoice],
    watch: &dyn Watch,
) -> Result<Vec<PointRow>, PlanError> {
    let applied = apply(base, scenario);
    let row = |&roster: &RosterChoice| {
        let situation = match roster {
            RosterChoice::Kept => applied.kept(),
            RosterChoice::Replanned => replan(base, &applied, search_seed(base.seed, &scenario.name), watch)?.0,
        };
        let measured = Measured::of(&situation, (base.replications, base.seed), watch)?;
        Ok(PointRow { roster, values: values(&measured, before) })
    };
    rosters.iter().map(row).collect()
}

fn values(measured: &Measured, before: &Measured) -> Vec<f64> {
    let mut values = Vec::new();
    for measure in CERTAIN {
        let value = |of: &Measured| of.certain(measure).unwrap_or(0.0);
        values.extend([value(measured), value(measured) - value(before)]);
    }
    for measure in SIMULATED {
        let figure = measured.simulated(before, measure);
        let difference = figure.difference.unwrap_or_default();
        values.extend([figure.value, difference.mean, difference.half_width]);
    }
    values
}

/// The seed of a scenario's search: FNV-1a of its name picks the stream.
fn search_seed(master: Seed, name: &str) -> Seed {
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    master.stream(hash)
}
