//! Calendar features of the day level and their groups.

use std::collections::BTreeMap;

use crate::day::place::Place;

/// Prior standard deviations of effects on the log level: what all events of a kind share may be a threefold or a tenth.
const KIND_SD: f64 = 1.0;
/// What a name adds to its kind.
const NAME_SD: f64 = 0.7;
/// What a single day adds to a name.
const DAY_SD: f64 = 0.4;
/// What a week within a long event adds to it.
const INNER_WEEK_SD: f64 = 0.2;
/// Days around events and between holidays.
const AROUND_SD: f64 = 0.3;
/// Days next to holidays, and harmonics of the year.
const NEAR_SD: f64 = 0.15;
/// What a name adds to days next to holidays.
const NAMED_NEAR_SD: f64 = 0.1;

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

/// Number of a name among the names of the calendar; `None` stands for all of its kind.
pub(crate) type NameId = Option<u16>;

/// Kinds of events whose course is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Surge {
    /// A sales promotion.
    Promotion,
    /// A launch.
    Launch,
}

/// What can be said of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Feature {
    /// Any holiday, on a weekday that is quiet anyhow or on a busy one.
    Holiday { quiet: bool },
    /// Any day of a holiday of several days.
    HolidayThroughout(u16),
    /// A day of a holiday.
    HolidayDay(u16, Place),
    /// Open days since a holiday ended.
    AfterHoliday(NameId, u8),
    /// Open days until a holiday begins.
    BeforeHoliday(NameId, u8),
    /// Between two holidays of one feast.
    BetweenHolidays(NameId),
    /// A weekend day worked in exchange for a holiday.
    MakeupWorkday,
    /// Any day of an event of several days.
    SurgeThroughout(Surge, NameId),
    /// A day of an event.
    SurgeDay(Surge, NameId, Place),
    /// Days until an event begins.
    SurgeLead(Surge, NameId, u8),
    /// Days since an event ended.
    SurgeLag(Surge, NameId, u8),
    /// The decay of a launch from its start on.
    LaunchDecay(NameId),
    /// Bin of the day of the month.
    MonthDay(u8),
    /// Working days since the month began.
    WorkingDay(u8),
    /// Working days until the month ends.
    WorkingDaysLeft(u8),
    /// Sine of a harmonic of the year.
    YearSine(u8),
    /// Cosine of a harmonic of the year.
    YearCosine(u8),
}

impl Feature {
    /// The group it is selected with.
    fn group(self) -> FeatureGroup {
        match self {
            Self::Holiday { .. }
            | Self::HolidayThroughout(..)
            | Self::HolidayDay(..)
            | Self::AfterHoliday(..)
            | Self::BeforeHoliday(..)
            | Self::BetweenHolidays(..)
            | Self::MakeupWorkday => FeatureGroup::Holiday,
            Self::SurgeThroughout(..) | Self::SurgeDay(..) | Self::SurgeLead(..) | Self::SurgeLag(..) | Self::LaunchDecay(..) => {
                FeatureGroup::Event
            }
            Self::MonthDay(_) => FeatureGroup::MonthDay,
            Self::WorkingDay(_) | Self::WorkingDaysLeft(_) => FeatureGroup::WorkingDay,
            Self::YearSine(_) | Self::YearCosine(_) => FeatureGroup::Year,
        }
    }

    /// Prior standard deviation of its effect on the log level; of month effects in units of the day noise.
    fn prior_sd(self) -> f64 {
        match self {
            Self::SurgeDay(_, None, _) | Self::LaunchDecay(None) => KIND_SD,
            Self::Holiday { quiet: false }
            | Self::HolidayThroughout(_)
            | Self::SurgeThroughout(..)
            | Self::MonthDay(_)
            | Self::WorkingDay(_)
            | Self::WorkingDaysLeft(_) => NAME_SD,
            Self::HolidayDay(_, Place::Inner(_)) | Self::SurgeDay(_, Some(_), Place::Inner(_)) => INNER_WEEK_SD,
            Self::HolidayDay(..) | Self::SurgeDay(..) | Self::LaunchDecay(Some(_)) => DAY_SD,
            Self::Holiday { quiet: true }
            | Self::MakeupWorkday
            | Self::BetweenHolidays(None)
            | Self::SurgeLead(..)
            | Self::SurgeLag(..) => AROUND_SD,
            Self::AfterHoliday(None, _)
            | Self::BeforeHoliday(None, _)
            | Self::BetweenHolidays(Some(_))
            | Self::YearSine(_)
            | Self::YearCosine(_) => NEAR_SD,
            Self::AfterHoliday(..) | Self::BeforeHoliday(..) => NAMED_NEAR_SD,
        }
    }
}

/// The features that occur in a history, by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct FeatureSpace {
    ids: BTreeMap<Feature, usize>,
    features: Vec<Feature>,
}

impl FeatureSpace {
    /// The id of a feature, made on first use.
    pub(crate) fn intern(&mut self, feature: Feature) -> usize {
        let next = self.features.len();
        let id = *self.ids.entry(feature).or_insert(next);
        if id == next {
            self.features.push(feature);
        }
        id
    }

    /// The id of a feature that has occurred.
    pub(crate) fn find(&self, feature: Feature) -> Option<usize> {
        self.ids.get(&feature).copied()
    }

    /// Number of features.
    pub(crate) fn len(&self) -> usize {
        self.features.len()
    }

    /// Group of a feature.
    pub(crate) fn group(&self, id: usize) -> FeatureGroup {
        self.features[id].group()
    }

    /// Prior variance of a feature's effect on the log level, given the variance of the day noise.
    ///
    /// Month effects are the size of the noise, and so their prior is in its units.
    pub(crate) fn prior_variance(&self, id: usize, noise: f64) -> f64 {
        let variance = self.features[id].prior_sd().powi(2);
        match self.group(id) {
            FeatureGroup::MonthDay | FeatureGroup::WorkingDay => variance * noise,
            FeatureGroup::Holiday | FeatureGroup::Event | FeatureGroup::Year => variance,
        }
    }

    /// Whether a group occurs.
    pub(crate) fn has(&self, group: FeatureGroup) -> bool {
        self.features.iter().any(|feature| feature.group() == group)
    }
}
