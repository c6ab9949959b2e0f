//! Robust expectation of ordinary days and slots, looking both ways in time.

use crate::day::DayKind;
use crate::robust::median;
use crate::series::QueueSeries;

/// Days to either side over which the local level is a median.
const LEVEL_REACH: usize = 14;
/// Fewest ordinary days within reach that make a level.
const LEAST_DAYS: usize = 5;
/// Fewest occurrences of a day of the month that make an effect of it.
const LEAST_MONTHS: usize = 4;
/// Least share of a day's profile that must be known for a total.
const KNOWN_SHARE: f64 = 0.5;
/// Least standard deviation of the log day total beyond Poisson's.
const LEAST_SD: f64 = 0.03;
/// Factor from the median absolute deviation to the standard deviation of a normal law.
const NORMAL: f64 = 1.4826;

/// What would have been expected of each day of a series.
#[derive(Debug, Clone)]
pub(super) struct Course {
    slots: usize,
    /// Shares of the slots of each weekday: `len == 7 * slots`.
    profile: Vec<f64>,
    /// Total as if every open slot had been known; not a number where the day is not ordinary or too little is known.
    pub(super) total: Vec<f64>,
    /// Log total less weekday and day of the month.
    pub(super) adjusted: Vec<f64>,
    /// Expected log total, where there is one.
    pub(super) expected: Vec<f64>,
    /// Variance of the log total beyond Poisson's.
    variance: f64,
}

impl Course {
    /// The course of the days before `end`.
    pub(super) fn of(series: &QueueSeries, dates: &[u32], end: usize) -> Self {
        let profile = profile(series, end);
        let total: Vec<f64> = (0..end).map(|day| total(series, &profile, day)).collect();
        let logs: Vec<f64> = total.iter().map(|total| (total + 0.5).ln()).collect();
        let weekday = |day: usize| series.days[day].weekday;
        let mut weekdays = effects(&logs, &vec![0.0; end], 7, weekday, 1);
        let mut level = Vec::new();
        for _ in 0..2 {
            let flat: Vec<f64> = (0..end).map(|day| logs[day] - weekdays[weekday(day)]).collect();
            level = levels(&flat);
            weekdays = effects(&logs, &level, 7, weekday, 1);
        }
        let base: Vec<f64> = (0..end).map(|day| level[day] + weekdays[weekday(day)]).collect();
        let months = effects(&logs, &base, 32, |day| dates[day] as usize, LEAST_MONTHS);
        let expected: Vec<f64> = (0..end).map(|day| base[day] + months[dates[day] as usize]).collect();
        let adjusted = (0..end).map(|day| logs[day] - weekdays[weekday(day)] - months[dates[day] as usize]).collect();
        let variance = variance(&logs, &expected);
        Self { slots: series.slots, profile, total, adjusted, expected, variance }
    }

    /// Share of a slot in its day.
    pub(super) fn share(&self, weekday: usize, slot: usize) -> f64 {
        self.profile[weekday * self.slots + slot]
    }

    /// Distance of a day's total from the expectation in robust standard deviations; `None` where either is unknown.
    pub(super) fn z(&self, day: usize) -> Option<f64> {
        let (total, expected) = (self.total[day], self.expected[day]);
        let z = ((total + 0.5).ln() - expected) / self.sd(day);
        (!z.is_nan()).then_some(z)
    }

    /// Standard deviation of a day's log total.
    pub(super) fn sd(&self, day: usize) -> f64 {
        (self.variance + (-self.expected[day]).exp()).sqrt()
    }
}

/// Shares of the slots by weekday: contacts over totals of ordinary days.
fn profile(series: &QueueSeries, end: usize) -> Vec<f64> {
    let slots = series.slots;
    let mut sums = vec![(0.0, 0.0); 7 * slots];
    for day in (0..end).filter(|&day| is_usable(series, day)) {
        let own = &mut sums[series.days[day].weekday * slots..][..slots];
        for (sum, count) in own.iter_mut().zip(series.day(day)).filter(|(_, count)| !count.is_nan()) {
            *sum = (sum.0 + count, sum.1 + 1.0);
        }
    }
    let means: Vec<f64> = sums.into_iter().map(|(sum, days)| if days > 0.0 { sum / days } else { 0.0 }).collect();
    let mut profile = means;
    for weekday in profile.chunks_mut(slots) {
        let sum: f64 = weekday.iter().sum();
        for share in weekday.iter_mut().filter(|_| sum > 0.0) {
            *share /= sum;
        }
    }
    profile
}

fn is_usable(series: &QueueSeries, day: usize) -> bool {
    let context = &series.days[day];
    context.kind == DayKind::Ordinary && context.log_uplift == 0.0 && series.is_observed(day)
}

fn total(series: &QueueSeries, profile: &[f64], day: usize) -> f64 {
    if !is_usable(series, day) {
        return f64::NAN;
    }
    let shares = &profile[series.days[day].weekday * series.slots..][..series.slots];
    let known = series.day(day).iter().zip(shares).filter(|(count, _)| !count.is_nan());
    let (sum, share) = known.fold((0.0, 0.0), |(sum, share), (count, part)| (sum + count, share + part));
    if share >= KNOWN_SHARE { sum / share } else { f64::NAN }
}

/// Median over each class of what lies above a base; 0 for a class of fewer than `least` days.
fn effects(logs: &[f64], base: &[f64], classes: usize, class: impl Fn(usize) -> usize, least: usize) -> Vec<f64> {
    let mut above = vec![Vec::new(); classes];
    for day in (0..logs.len()).filter(|&day| !(logs[day] - base[day]).is_nan()) {
        above[class(day)].push(logs[day] - base[day]);
    }
    above.into_iter().map(|above| if above.len() < least { 0.0 } else { median(above).unwrap_or(0.0) }).collect()
}

/// Median of the ordinary days within reach; not a number where they are too few.
fn levels(flat: &[f64]) -> Vec<f64> {
    (0..flat.len())
        .map(|day| {
            let near = &flat[day.saturating_sub(LEVEL_REACH)..(day + LEVEL_REACH + 1).min(flat.len())];
            let known: Vec<f64> = near.iter().copied().filter(|log| !log.is_nan()).collect();
            if known.len() < LEAST_DAYS { f64::NAN } else { median(known).unwrap_or(f64::NAN) }
        })
        .collect()
}

fn variance(logs: &[f64], expected: &[f64]) -> f64 {
    let distances = logs.iter().zip(expected).map(|(log, expected)| (log - expected).abs()).filter(|distance| !distance.is_nan());
    let spread = NORMAL * median(distances.collect()).unwrap_or(0.0);
    let poisson = median(expected.iter().filter(|log| !log.is_nan()).map(|log| (-log).exp()).collect()).unwrap_or(0.0);
    (spread * spread - poisson).max(LEAST_SD * LEAST_SD)
}
