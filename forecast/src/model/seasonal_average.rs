//! Seasonal average: the mean of the same slot over the latest weeks.

use crate::model::{Cut, DemandModel, Path};
use crate::series::QueueSeries;

/// ŷ(d, s) = mean of y(d - 7k, s) over the latest `weeks` weeks whose count is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeasonalAverage {
    /// Weeks averaged: 4 or 8.
    pub(crate) weeks: usize,
}

impl DemandModel for SeasonalAverage {
    fn name(&self) -> &'static str {
        match self.weeks {
            4 => "average_4_weeks",
            _ => "average_8_weeks",
        }
    }

    fn expected_error(&self) -> f64 {
        1.25
    }

    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path> {
        cuts.iter().map(|cut| average_path(series, *cut, self.weeks)).collect()
    }
}

/// The mean over the latest `weeks` known counts of the slot on days that follow the same weekday; where there is none,
/// the mean of the slot over all known days.
pub(crate) fn average_path(series: &QueueSeries, cut: Cut, weeks: usize) -> Path {
    let mut mean = Vec::with_capacity((cut.until - cut.from) * series.slots);
    let days_of: Vec<Vec<usize>> = (0..7)
        .map(|weekday| {
            (0..cut.origin).rev().filter(|&day| series.days[day].weekday == weekday && series.is_observed(day)).collect()
        })
        .collect();
    for day in cut.from..cut.until {
        let open = series.day_open(day);
        for (slot, &is_open) in open.iter().enumerate() {
            let same = days_of[series.days[day].weekday].iter().map(|&past| series.day(past)[slot]);
            let value = if is_open { mean_of(same.filter(|count| !count.is_nan()).take(weeks)) } else { Some(0.0) };
            mean.push(value.or_else(|| any_day(series, cut.origin, slot)).unwrap_or(0.0));
        }
    }
    Path::of_mean(mean)
}

fn any_day(series: &QueueSeries, origin: usize, slot: usize) -> Option<f64> {
    mean_of((0..origin).rev().map(|day| series.day(day)[slot]).filter(|count| !count.is_nan()).take(28))
}

fn mean_of(counts: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, number) = counts.fold((0.0, 0.0), |(sum, number), count| (sum + count, number + 1.0));
    (number > 0.0).then(|| sum / number)
}
