//! What a stationary model gives, replication by replication.

use solver_data::Estimate;

use super::counts::TypeCounts;
use crate::estimate::{Sample, StudentQuantiles};
use crate::precision::{Precision, Quantity};

/// One measure: its value in every replication; `None` where no contact tells.
///
/// Under one seed replication k meets the same contacts whatever the numbers of agents, so that differences between two
/// runs are paired.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    values: Vec<Option<f64>>,
    empty: f64,
}

impl Measure {
    fn new(values: Vec<Option<f64>>, empty: f64) -> Self {
        Self { values, empty }
    }

    /// Values by replication.
    pub fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    /// Mean over the replications that tell, with its 95 % half-width (Student t).
    ///
    /// Where none tells, a share served in time is 1 and everything else 0.
    pub fn estimate(&self) -> Estimate {
        estimate(self.values.iter().copied(), self.empty)
    }

    /// The mean alone.
    pub fn mean(&self) -> f64 {
        self.estimate().mean
    }

    /// Mean of the paired differences `self - base` with its 95 % half-width, over replications where both tell.
    pub fn difference(&self, base: &Self) -> Estimate {
        estimate(self.values.iter().zip(&base.values).map(|(own, base)| Some((*own)? - (*base)?)), 0.0)
    }
}

fn estimate(values: impl Iterator<Item = Option<f64>>, empty: f64) -> Estimate {
    let mut sample = Sample::default();
    values.flatten().for_each(|value| sample.add(value));
    sample.estimate(StudentQuantiles::shared(), empty)
}

/// Measures of a contact type, or of all together.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeMeasures {
    /// Contacts that came in the measured hours.
    pub offered: Measure,
    /// Share blocked by a full waiting room.
    pub p_block: Measure,
    /// Share that waits, of those not blocked.
    pub p_wait: Measure,
    /// Share that abandons, of those not blocked.
    pub p_abandon: Measure,
    /// Share answered within the type's threshold, of those not blocked.
    pub sl: Measure,
    /// Mean wait of those not blocked, abandoned contacts included, seconds.
    pub asa: Measure,
    /// What happened to the contacts, by replication.
    pub counts: Vec<TypeCounts>,
}

impl TypeMeasures {
    fn of(counts: Vec<TypeCounts>) -> Self {
        let all = |value: fn(&TypeCounts) -> Option<f64>, empty| Measure::new(counts.iter().map(value).collect(), empty);
        Self {
            offered: all(|counts| Some(counts.offered as f64), 0.0),
            p_block: all(TypeCounts::p_block, 0.0),
            p_wait: all(TypeCounts::p_wait, 0.0),
            p_abandon: all(TypeCounts::p_abandon, 0.0),
            sl: all(TypeCounts::served_in_time, 1.0),
            asa: all(TypeCounts::mean_wait, 0.0),
            counts,
        }
    }
}

impl TypeMeasures {
    /// Name, quantity and measure of each metric, in the order of the rows.
    pub(super) fn metrics(&self) -> [(&'static str, Quantity, &Measure); 5] {
        [
            ("p_block", Quantity::Share, &self.p_block),
            ("p_wait", Quantity::Share, &self.p_wait),
            ("p_abandon", Quantity::Share, &self.p_abandon),
            ("sl_served_all", Quantity::Share, &self.sl),
            ("asa_s", Quantity::Amount, &self.asa),
        ]
    }
}

/// Everything a run of a stationary model tells.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelMeasures {
    /// By contact type, in model order.
    pub types: Vec<TypeMeasures>,
    /// Over all contacts of all types.
    pub all: TypeMeasures,
    /// Busy share of each group's agents in the measured hours; 0 for a group without agents.
    pub occupancy: Vec<Measure>,
}

/// What one replication counted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RunCounts {
    /// By type.
    pub types: Vec<TypeCounts>,
    /// Busy share of each group.
    pub occupancy: Vec<f64>,
}

impl ModelMeasures {
    /// From the replications in order, one at least.
    pub(super) fn of(runs: &[RunCounts]) -> Self {
        let (types, groups) = runs.first().map_or((0, 0), |run| (run.types.len(), run.occupancy.len()));
        let whole = |run: &RunCounts| run.types.iter().fold(TypeCounts::default(), TypeCounts::plus);
        let occupancy = |group: usize| runs.iter().map(|run| Some(run.occupancy[group])).collect();
        Self {
            types: (0..types).map(|own| TypeMeasures::of(runs.iter().map(|run| run.types[own]).collect())).collect(),
            all: TypeMeasures::of(runs.iter().map(whole).collect()),
            occupancy: (0..groups).map(|group| Measure::new(occupancy(group), 0.0)).collect(),
        }
    }

    /// Number of replications.
    pub fn replications(&self) -> u32 {
        self.all.counts.len() as u32
    }

    /// The widest half-width over the wished one; the numbers offered are not asked.
    pub fn excess(&self, precision: &Precision) -> f64 {
        let types = self.types.iter().chain(std::iter::once(&self.all)).flat_map(TypeMeasures::metrics);
        let occupancies = self.occupancy.iter().map(|occupancy| ("occupancy", Quantity::Share, occupancy));
        let excess = |(_, quantity, measure): (_, _, &Measure)| precision.excess(quantity, measure.estimate());
        types.chain(occupancies).map(excess).fold(0.0, f64::max)
    }
}
