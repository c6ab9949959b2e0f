//! Calendar features of the day level and their groups.

use std::collections::BTreeMap;

/// Features that are selected together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FeatureGroup {
    /// Holidays, the days around them, and single holidays by name.
    Holiday,
    /// Promotions and launches: lead, course and aftermath.
    Event,
    /// Day of the month.
    MonthDay,
    /// Working days from the start and to the end of the month.
    WorkingDay,
    /// Season of the year.
    Year,
}

/// The features that occur in a history: each has a group and a prior standard deviation of its effect on the log level.
#[derive(Debug, Clone, Default)]
pub(crate) struct FeatureSpace {
    ids: BTreeMap<String, usize>,
    groups: Vec<(FeatureGroup, f64)>,
}

impl FeatureSpace {
    /// The id of a feature, made on first use.
    pub(crate) fn intern(&mut self, name: String, group: FeatureGroup, prior_sd: f64) -> usize {
        let next = self.groups.len();
        let id = *self.ids.entry(name).or_insert(next);
        if id == next {
            self.groups.push((group, prior_sd));
        }
        id
    }

    /// The id of a feature that has occurred.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.ids.get(name).copied()
    }

    /// Number of features.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    /// Group of a feature.
    pub(crate) fn group(&self, id: usize) -> FeatureGroup {
        self.groups[id].0
    }

    /// Prior variance of a feature's effect on the log level, given the variance of the day noise.
    ///
    /// Month effects are the size of the noise, and so their prior is in its units.
    pub(crate) fn prior_variance(&self, id: usize, noise: f64) -> f64 {
        let (group, sd) = self.groups[id];
        match group {
            FeatureGroup::MonthDay | FeatureGroup::WorkingDay => sd * sd * noise,
            FeatureGroup::Holiday | FeatureGroup::Event | FeatureGroup::Year => sd * sd,
        }
    }

    /// Whether a group occurs.
    pub(crate) fn has(&self, group: FeatureGroup) -> bool {
        self.groups.iter().any(|(own, _)| *own == group)
    }
}
