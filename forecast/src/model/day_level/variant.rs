//! Which calendar features a configuration may use; the rolling backtest chooses between them.

use crate::day::{DayKind, FeatureGroup};
use crate::robust::median;
use crate::series::QueueSeries;

/// A weekly day of rest and the day before it, as the volumes show them: 0 = Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RestDays {
    /// The quietest open weekday.
    pub(crate) rest: usize,
    /// The weekday before it.
    pub(crate) eve: usize,
}

impl RestDays {
    /// The quietest weekday before `origin`, when its median total is under 60 % of the median weekday's.
    pub(crate) fn seen(series: &QueueSeries, origin: usize) -> Option<Self> {
        let total = |day: usize| series.day(day).iter().filter(|count| !count.is_nan()).sum::<f64>();
        let medians: Vec<(usize, f64)> = (0..7)
            .filter_map(|weekday| {
                let days =
                    (0..origin).filter(|&day| series.days[day].weekday == weekday && series.days[day].kind == DayKind::Ordinary);
                Some((weekday, median(days.filter(|&day| series.is_observed(day)).map(total).collect())?))
            })
            .collect();
        let typical = median(medians.iter().map(|(_, total)| *total).collect())?;
        let (rest, least) = medians.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))?;
        (least < 0.6 * typical).then_some(Self { rest, eve: (rest + 6) % 7 })
    }

    /// The weekday whose level and profile a special day may borrow.
    pub(crate) fn donor(self, kind: DayKind) -> Option<usize> {
        match kind {
            DayKind::Holiday => Some(self.rest),
            DayKind::Eve => Some(self.eve),
            DayKind::Ordinary | DayKind::Touched => None,
        }
    }
}

/// A set of calendar features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variant {
    /// Groups used.
    pub(crate) groups: Vec<FeatureGroup>,
    /// Whether holidays borrow the weekday effect of the day of rest.
    pub(crate) rest: RestUse,
}

/// What weekday effect a holiday has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestUse {
    /// Its own weekday's.
    Own,
    /// The day of rest's, and its eve that of the day before.
    Borrowed,
}

/// The variants worth trying on a series: without calendar, with holidays, with month days, and with both.
pub(crate) fn variants(series: &QueueSeries, rest: Option<RestDays>) -> Vec<Variant> {
    use FeatureGroup::{Event, Holiday, MonthDay, WorkingDay, Year};
    let has = |group| series.features.has(group);
    // What the planner calls an event is one: no backtest may choose to take it for ordinary days.
    let certain: Vec<FeatureGroup> = [Event].into_iter().filter(|group| has(*group)).collect();
    let mut variants = vec![Variant { groups: certain, rest: RestUse::Own }];
    let mut bases = vec![(Vec::new(), RestUse::Own)];
    let events: Vec<FeatureGroup> = [Holiday, Event].into_iter().filter(|group| has(*group)).collect();
    if !events.is_empty() {
        bases[0].0.clone_from(&events);
    }
    if has(Holiday) && rest.is_some() {
        bases.push((events, RestUse::Borrowed));
    }
    let months: [&[FeatureGroup]; 4] = [&[], &[MonthDay], &[WorkingDay], &[MonthDay, WorkingDay]];
    for (base, rest) in &bases {
        for month in months {
            let mut groups = base.clone();
            groups.extend(month);
            variants.push(Variant { groups, rest: *rest });
        }
    }
    if has(Year) {
        let seasonal = variants.iter().skip(1).filter(|variant| !variant.groups.contains(&MonthDay)).cloned();
        let seasonal: Vec<Variant> = seasonal.map(|mut variant| (variant.groups.push(Year), variant).1).collect();
        variants.extend(seasonal);
    }
    variants.dedup();
    variants
}
