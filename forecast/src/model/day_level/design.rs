//! Design rows of one variant: which states a day touches, shared by all dynamics of the level.

use crate::day::FeatureGroup;
use crate::model::day_level::variant::{RestDays, RestUse, Variant};
use crate::series::QueueSeries;

/// State of the level.
pub(crate) const LEVEL: usize = 0;
/// First of the seven weekday effects.
pub(crate) const WEEKDAY: usize = 1;
/// State of the drift of the level.
pub(crate) const DRIFT: usize = 8;
/// State of the error that one day hands on to the next.
pub(crate) const CARRY: usize = 9;
/// First calendar effect.
pub(crate) const FEATURE: usize = 10;

/// Expected share of the season of past years that returns, and its variance.
const SEASON: (f64, f64) = (0.8, 0.1);

/// Rows of all days of a series under one variant.
#[derive(Debug, Clone)]
pub(crate) struct Design {
    /// Number of states.
    pub(crate) states: usize,
    /// Prior mean and variance of each state.
    pub(crate) expected: Vec<f64>,
    pub(crate) prior: Vec<f64>,
    /// Feature group of each state from [`FEATURE`] on.
    groups: Vec<FeatureGroup>,
    /// Where the entries of a day begin: `len == days + 1`.
    starts: Vec<usize>,
    /// Weekday state and feature states of each day with their values.
    entries: Vec<(usize, f64)>,
    /// Weekday of each day before any holiday borrowed another's.
    weekdays: Vec<usize>,
    /// Weekdays with any open slot.
    open_weekdays: [bool; 7],
}

impl Design {
    /// Rows of a variant; features come in the order of their first day, so that those yet unseen lie behind the rest.
    ///
    /// - `season`: deviation of each day by the season of past years, where the variant is to follow it
    pub(crate) fn new(
        series: &QueueSeries,
        (variant, rest, season): (&Variant, Option<RestDays>, Option<&[f64]>),
        noise: f64,
    ) -> Self {
        let space = &series.features;
        let mut state_of: Vec<Option<usize>> = vec![None; space.len()];
        let mut design = Self {
            states: FEATURE,
            expected: Vec::new(),
            prior: [1.0; FEATURE].into(),
            groups: Vec::new(),
            starts: vec![0],
            entries: Vec::new(),
            weekdays: series.days.iter().map(|day| day.weekday).collect(),
            open_weekdays: std::array::from_fn(|weekday| series.pattern.any_open(weekday)),
        };
        let borrowed = rest.filter(|_| variant.rest == RestUse::Borrowed);
        if season.is_some() {
            design.states += 1;
            design.prior.push(SEASON.1);
            design.groups.push(FeatureGroup::Year);
        }
        for (d, day) in series.days.iter().enumerate() {
            let weekday = borrowed.and_then(|rest| rest.donor(day.kind)).unwrap_or(day.weekday);
            design.entries.push((WEEKDAY + weekday, 1.0));
            design.entries.extend(season.map(|season| (FEATURE, season[d])));
            for &(id, value) in day.features.iter().filter(|(id, _)| variant.groups.contains(&space.group(*id))) {
                let state = *state_of[id].get_or_insert_with(|| {
                    design.states += 1;
                    design.prior.push(space.prior_variance(id, noise));
                    design.groups.push(space.group(id));
                    design.states - 1
                });
                design.entries.push((state, value));
            }
            design.starts.push(design.entries.len());
        }
        design.expected = vec![0.0; design.states];
        if season.is_some() {
            design.expected[FEATURE] = SEASON.0;
        }
        design
    }

    /// Weekday state and feature states of a day with their values.
    pub(crate) fn entries(&self, day: usize) -> &[(usize, f64)] {
        &self.entries[self.starts[day]..self.starts[day + 1]]
    }

    /// States up to the last one that a day touches.
    pub(crate) fn reach(&self, day: usize) -> usize {
        self.entries(day).iter().map(|(state, _)| state + 1).fold(FEATURE, usize::max)
    }

    /// Logarithms of level, weekday, calendar and event of a day, given the states and the course of the level.
    ///
    /// The level is that of a typical open day: the mean of the open weekdays' effects counts as level. What a holiday
    /// borrows from another weekday counts as calendar.
    pub(crate) fn log_parts(&self, mean: &[f64], day: usize, level: f64) -> [f64; 4] {
        let open = (0..7).filter(|&weekday| self.open_weekdays[weekday]);
        let (sum, number) = open.fold((0.0, 0.0), |(sum, n), weekday| (sum + mean[WEEKDAY + weekday], n + 1.0));
        let typical = if number > 0.0 { sum / number } else { 0.0 };
        let own = mean[WEEKDAY + self.weekdays[day]];
        let (mut calendar, mut event) = (-own, 0.0);
        for &(state, x) in self.entries(day) {
            let effect = x * mean[state];
            if state >= FEATURE && self.groups[state - FEATURE] == FeatureGroup::Event {
                event += effect;
            } else {
                calendar += effect;
            }
        }
        [level + typical, own - typical, calendar, event]
    }
}
