//! Weeks and months as sums of days.

use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use solver_data::{OutlookBand, OutlookGrain, OutlookPeriod};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::long_range::day_course::{DayCourse, DaySteps};

/// Days of each period of `days` days from `start` on; the first and the last may be parts.
pub(super) fn periods(start: NaiveDate, days: usize, grain: OutlookGrain, week_start: Weekday) -> Vec<Range<usize>> {
    let mut periods = Vec::new();
    let mut from = 0;
    for day in 1..=days {
        let date = start + Days::new(day as u64);
        let begins = match grain {
            OutlookGrain::Week => date.weekday() == week_start,
            OutlookGrain::Month => date.day() == 1,
        };
        if begins || day == days {
            periods.push(from..day);
            from = day;
        }
    }
    periods
}

/// Days from `start` to the same day `months` months later.
pub(super) fn days_of(start: NaiveDate, months: u32) -> usize {
    start.checked_add_months(Months::new(months)).map_or(0, |end| (end - start).num_days().max(0) as usize)
}

/// Standard deviation of the logarithm of the sum of some days.
pub(super) fn log_sd(course: &DayCourse, days: &Range<usize>) -> f64 {
    let mut masses: Vec<(usize, f64, f64)> = Vec::new();
    for day in days.clone() {
        let (lead, mean) = (course.leads[day], course.days[day].near);
        match masses.last_mut() {
            Some(last) if last.0 == lead => (last.1, last.2) = (last.1 + mean, last.2 + 1.0 / 7.0),
            _ => masses.push((lead, mean, 1.0 / 7.0)),
        }
    }
    course.projection.log_sd(&masses).hypot(course.level_sd)
}

/// Bands mean × exp(±z s) of the levels, narrowest first.
pub(super) fn bands(mean: f64, log_sd: f64, levels: &[f64]) -> Vec<OutlookBand> {
    let normal = Normal::new(0.0, 1.0).expect("the standard normal law exists");
    let mut levels = levels.to_vec();
    levels.sort_by(f64::total_cmp);
    levels
        .into_iter()
        .map(|level| {
            let reach = (normal.inverse_cdf(f64::midpoint(1.0, level)) * log_sd).min(5.0);
            OutlookBand { level, lo: mean * (-reach).exp(), hi: mean * reach.exp() }
        })
        .collect()
}

/// One period of a course.
pub(super) fn period(course: &DayCourse, days: &Range<usize>, levels: &[f64]) -> OutlookPeriod {
    let sum = course.days[days.clone()].iter().fold(DaySteps::default(), DaySteps::plus);
    let handle_time = course.handle_time.as_ref().map(|times| {
        let weigh = |weight: &dyn Fn(usize) -> f64| {
            let total: f64 = days.clone().map(weight).sum();
            let seconds = days.clone().map(|day| weight(day) * times[day].0).sum::<f64>() / total;
            (seconds, days.clone().map(|day| weight(day) * times[day].1).sum::<f64>() / total * seconds)
        };
        if sum.near > 0.0 { weigh(&|day| course.days[day].near) } else { weigh(&|_| 1.0) }
    });
    OutlookPeriod {
        first: course.start + Days::new(days.start as u64),
        last: course.start + Days::new(days.end as u64 - 1),
        mean: sum.near,
        bands: bands(sum.near, log_sd(course, days), levels),
        handle_time,
        parts: sum.parts(),
    }
}
