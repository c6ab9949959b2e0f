//! The course of a day within an event: on a sale that opens at midnight the contacts come at other hours than usual.
//!
//! Models spread the total of an event's day by the profile of its weekday. Past days of the same event, or of its kind, say
//! how far slot `s` lay above that: r[s] = (Σ y[d, s] + c) / (Σ T[d] p[d, s] + c), with p the profile of the same weekday
//! in the weeks before day d and c prior contacts. The deviation from 1 is drawn in by what chance alone would show (the
//! positive-part rule of James and Stein on the standardised residuals); the total stays.
//!
//! # Source
//! Efron, Morris (1973), JASA 68(341), section 5 (shrinkage of a set of means to a common value).

use crate::day::{DayKind, Occasion};
use crate::model::Path;
use crate::series::QueueSeries;

/// Contacts a slot that the usual profile weighs.
const PRIOR_CONTACTS: f64 = 10.0;
/// Variance / mean of counts that chance is believed to show.
const CHANCE: f64 = 3.0;
/// Ordinary days of the same weekday that make a usual profile.
const USUAL_DAYS: usize = 6;
/// Largest factor of a slot.
const LARGEST: f64 = 10.0;

/// The path of the horizon with the days of events spread as such days were in the past; totals stay.
pub(crate) fn reshaped(series: &QueueSeries, mut path: Path) -> Path {
    for (h, day) in series.horizon.clone().enumerate() {
        let Some(occasion) = series.days[day].occasion else { continue };
        let Some(ratios) = ratios(series, occasion) else { continue };
        let mean = &mut path.mean[h * series.slots..(h + 1) * series.slots];
        let total: f64 = mean.iter().sum();
        mean.iter_mut().zip(&ratios).for_each(|(mean, ratio)| *mean *= ratio);
        let reshaped: f64 = mean.iter().sum();
        if reshaped > 0.0 {
            for mean in mean {
                *mean *= total / reshaped;
            }
        }
    }
    path
}

/// Factor of every slot, from past days of the same event by name, else by kind; `None` without any.
fn ratios(series: &QueueSeries, occasion: Occasion) -> Option<Vec<f64>> {
    let past = |wanted: &dyn Fn(Occasion) -> bool| -> Vec<usize> {
        let days = 0..series.known_until.min(series.horizon.start);
        days.filter(|&day| series.days[day].occasion.is_some_and(wanted) && series.is_observed(day)).collect()
    };
    let named = past(&|other| occasion.name.is_some() && other == occasion);
    let kin = |other: Occasion| other.kind == occasion.kind && other.place == occasion.place;
    let days = if named.is_empty() { past(&kin) } else { named };
    let (mut came, mut usual) = (vec![0.0; series.slots], vec![0.0; series.slots]);
    for &day in &days {
        add_day(series, day, &mut came, &mut usual);
    }
    let slots = usual.iter().filter(|usual| **usual > 0.0).count() as f64;
    let residuals = came.iter().zip(&usual).filter(|(_, usual)| **usual > 0.0);
    let excess: f64 = residuals.map(|(came, usual)| (came - usual).powi(2) / (CHANCE * usual.max(1.0))).sum();
    let trust = 1.0 - slots / excess.max(1e-9);
    (slots > 0.0 && trust > 0.0).then(|| {
        let ratio = |came: f64, usual: f64| ((came + PRIOR_CONTACTS) / (usual + PRIOR_CONTACTS)).min(LARGEST);
        came.iter().zip(&usual).map(|(&came, &usual)| 1.0 + trust * (ratio(came, usual) - 1.0)).collect()
    })
}

/// Adds what came on a day, and what its total would have given by the usual profile of its weekday.
fn add_day(series: &QueueSeries, day: usize, came: &mut [f64], usual: &mut [f64]) {
    let weekday = series.days[day].weekday;
    let is_usual = |other: &usize| {
        let context = &series.days[*other];
        context.weekday == weekday && context.kind == DayKind::Ordinary && series.is_observed(*other)
    };
    let mut profile = vec![0.0; series.slots];
    for other in (0..day).rev().filter(is_usual).take(USUAL_DAYS) {
        let counts = series.day(other).iter();
        profile.iter_mut().zip(counts).filter(|(_, count)| !count.is_nan()).for_each(|(sum, count)| *sum += count);
    }
    let counts = series.day(day);
    let known = || counts.iter().enumerate().filter(|(_, count)| !count.is_nan());
    let (total, covered) = known().fold((0.0, 0.0), |(total, covered), (s, count)| (total + count, covered + profile[s]));
    if covered <= 0.0 {
        return;
    }
    for (slot, count) in known() {
        came[slot] += count;
        usual[slot] += total * profile[slot] / covered;
    }
}
