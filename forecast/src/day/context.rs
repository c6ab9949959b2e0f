//! Contexts of all days of a series, from the calendar and the opening pattern.

use solver_data::EventKind;

use crate::day::feature::{Feature, FeatureSpace, NameId};
use crate::day::holiday::Feasts;
use crate::day::marks::CalendarDays;
use crate::day::month::MonthDays;
use crate::day::place::Place;
use crate::day::surge::surges;
use crate::opening::OpenPattern;

/// Days of history from which on a season of the year is looked for.
const SEASONAL_HISTORY_DAYS: usize = 400;

/// What kind of day it is, for the choice of profile and for the error that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayKind {
    /// Nothing special.
    Ordinary,
    /// A holiday.
    Holiday,
    /// The last open day before a holiday.
    Eve,
    /// Near a holiday or within an event.
    Touched,
}

/// A day of an event, to be matched with the same day of other occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Occasion {
    /// Kind of the event.
    pub(crate) kind: EventKind,
    /// Number of its name.
    pub(crate) name: NameId,
    /// Place of the day in it.
    pub(crate) place: Place,
}

/// What the calendar says about one day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayContext {
    /// Weekday whose hours and profile it follows, 0 = Monday.
    pub(crate) weekday: usize,
    /// Kind of day.
    pub(crate) kind: DayKind,
    /// Features with their values, by id.
    pub(crate) features: Vec<(usize, f64)>,
    /// Whether it is a day of a promotion, launch or long holiday that is learned, or of a launch's decay.
    pub(crate) in_event: bool,
    /// Which day of which event it is, if it is one.
    pub(crate) occasion: Option<Occasion>,
    /// Logarithm of the planner's own factors.
    pub(crate) log_uplift: f64,
}

/// What is being gathered about one day.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) kind: DayKind,
    pub(super) in_event: bool,
    pub(super) occasion: Option<Occasion>,
    pub(super) features: Vec<(Feature, f64)>,
}

impl Draft {
    /// Adds a feature that holds or does not.
    pub(super) fn add(&mut self, feature: Feature) {
        self.features.push((feature, 1.0));
    }

    /// Makes an ordinary day a touched one.
    pub(super) fn touch(&mut self) {
        if self.kind == DayKind::Ordinary {
            self.kind = DayKind::Touched;
        }
    }
}

/// Contexts of `total` days; features are made of the first `history` days alone.
///
/// - `quiet`: weekdays, 0 = Monday, that are closed or have few contacts anyhow
pub(crate) fn contexts(
    calendar: &CalendarDays<'_>,
    (pattern, quiet): (&OpenPattern, [bool; 7]),
    total: usize,
    history: usize,
) -> (Vec<DayContext>, FeatureSpace) {
    let mut drafts =
        vec![Draft { kind: DayKind::Ordinary, in_event: false, occasion: None, features: Vec::with_capacity(8) }; total];
    let feasts = Feasts { calendar, pattern, quiet };
    let months = MonthDays::new(calendar, pattern, total);
    for (day, draft) in drafts.iter_mut().enumerate() {
        feasts.describe(day as i64, draft);
    }
    surges(calendar, &mut drafts);
    for (day, draft) in drafts.iter_mut().enumerate() {
        months.describe(day as i64, draft);
        if history > SEASONAL_HISTORY_DAYS {
            months.season(day as i64, draft);
        }
    }
    let mut space = FeatureSpace::default();
    let contexts = drafts
        .into_iter()
        .enumerate()
        .map(|(day, draft)| {
            let id = |feature| if day < history { Some(space.intern(feature)) } else { space.find(feature) };
            let features = numbered(draft.features, id);
            let log_uplift = calendar.mark(day as i64).log_uplift;
            let weekday = calendar.weekday_followed(pattern, day);
            DayContext { weekday, kind: draft.kind, features, in_event: draft.in_event, occasion: draft.occasion, log_uplift }
        })
        .collect();
    (contexts, space)
}

/// Features by id, each once: of two events on a day that share one, the values add up.
fn numbered(drafted: Vec<(Feature, f64)>, mut id: impl FnMut(Feature) -> Option<usize>) -> Vec<(usize, f64)> {
    let mut features: Vec<(usize, f64)> = Vec::with_capacity(drafted.len());
    for (feature, value) in drafted {
        let Some(id) = id(feature) else { continue };
        match features.iter_mut().find(|(other, _)| *other == id) {
            Some((_, sum)) => *sum += value,
            None => features.push((id, value)),
        }
    }
    features
}
