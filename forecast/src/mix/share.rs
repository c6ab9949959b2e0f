//! Shares by channel or topic on the days of a forecast, and the queue's forecast split by them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use solver_data::{Band, DemandForecast, MixDimension, MixForecast, MixRecord, PlanningGrid, QueueForecast, ValueForecast};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::mix::course::ShareCourse;

/// Value of a queue whose mix nobody states.
pub const UNSTATED: &str = "unstated";
/// Contacts of the whole mix that weigh in the mix of workdays or weekends.
const CLASS_CONTACTS: f64 = 200.0;
/// Half-life in days of what workdays and weekends are told apart by.
const CLASS_HALF_LIFE: f64 = 91.0;
/// Oldest record used, in days before the forecast.
const OLDEST_DAYS: i64 = 1461;

/// Splits every queue of a forecast by one dimension; in every interval the parts sum to the queue.
///
/// Uses records that end before the forecast. Shares follow their weekly course (smoothed, with a damped trend where that
/// has paid) and, where days are recorded, differ between workdays and weekends. The split is proportional: a queue's
/// forecast stays as it is. Bands add what is uncertain about the share to the queue's own. A queue without records has one
/// value, [`UNSTATED`].
pub fn forecast_mix(forecast: &DemandForecast, records: &[MixRecord], dimension: MixDimension) -> Vec<MixForecast> {
    let grid = &forecast.grid;
    forecast
        .queues
        .iter()
        .map(|queue| {
            let own: Vec<&MixRecord> = records
                .iter()
                .filter(|record| record.queue == queue.name && record.dimension == dimension && record.last < grid.date(0))
                .filter(|record| (grid.date(0) - record.first).num_days() <= OLDEST_DAYS)
                .collect();
            let values = split(queue, grid, &Shares::learned(&own, grid.date(0)));
            MixForecast { queue: queue.name.clone(), dimension, values }
        })
        .collect()
}

/// Shares of the values of one queue.
struct Shares {
    values: Vec<String>,
    course: ShareCourse,
    /// Factor on each value's share, by class of day: workdays, weekends.
    class: [Vec<f64>; 2],
    weekend: [bool; 7],
}

impl Shares {
    fn learned(records: &[&MixRecord], origin: NaiveDate) -> Self {
        let mut index: BTreeMap<&str, usize> = BTreeMap::new();
        for record in records.iter().filter(|record| record.contacts > 0.0) {
            index.entry(&record.value).or_insert(0);
        }
        if index.is_empty() {
            index.insert(UNSTATED, 0);
        }
        index.values_mut().enumerate().for_each(|(i, at)| *at = i);
        let counted: Vec<(usize, &MixRecord)> =
            records.iter().filter_map(|record| Some((*index.get(record.value.as_str())?, *record))).collect();
        let course = ShareCourse::learned(&weekly(&counted, index.len(), origin));
        let weekend = quiet_days(&counted);
        let class = class_factors(&counted, index.len(), (origin, weekend));
        Self { values: index.into_keys().map(str::to_owned).collect(), course, class, weekend }
    }

    /// Shares on a date; they sum to 1.
    fn on(&self, date: NaiveDate, origin: NaiveDate) -> Vec<f64> {
        let ahead = (date - origin).num_days() as f64 / 7.0;
        let class = &self.class[usize::from(self.weekend[date.weekday().num_days_from_monday() as usize])];
        let raw: Vec<f64> = self.course.ahead(ahead).iter().zip(class).map(|(p, factor)| p * factor).collect();
        let sum: f64 = raw.iter().sum();
        raw.iter().map(|p| p / sum).collect()
    }
}

/// Contacts by week before the origin, the latest first, and value; a month is spread evenly over its days.
fn weekly(counted: &[(usize, &MixRecord)], values: usize, origin: NaiveDate) -> Vec<Vec<f64>> {
    let mut weeks: Vec<Vec<f64>> = Vec::new();
    for (value, record) in counted {
        let days = (record.last - record.first).num_days() + 1;
        for date in record.first.iter_days().take(days as usize) {
            let week = ((origin - date).num_days() - 1).max(0) as usize / 7;
            if weeks.len() <= week {
                weeks.resize(week + 1, vec![0.0; values]);
            }
            weeks[week][*value] += record.contacts / days as f64;
        }
    }
    if weeks.is_empty() { vec![vec![1.0; values]] } else { weeks }
}

/// The two neighbouring days of rest: those with the fewest contacts, Saturday and Sunday in a tie.
fn quiet_days(counted: &[(usize, &MixRecord)]) -> [bool; 7] {
    let mut contacts = [0.0; 7];
    for (_, record) in counted.iter().filter(|(_, record)| record.first == record.last) {
        contacts[record.first.weekday().num_days_from_monday() as usize] += record.contacts;
    }
    let sum = |pair: &(usize, usize)| contacts[pair.0] + contacts[pair.1];
    let (one, two) = [(5, 6), (4, 5), (3, 4)].into_iter().min_by(|a, b| sum(a).total_cmp(&sum(b))).expect("there are pairs");
    std::array::from_fn(|day| day == one || day == two)
}

/// Shares of workdays and weekends beside the whole's, shrunk to 1 where contacts are few.
fn class_factors(counted: &[(usize, &MixRecord)], values: usize, (origin, weekend): (NaiveDate, [bool; 7])) -> [Vec<f64>; 2] {
    let mut sums = [vec![0.0; values], vec![0.0; values]];
    for (value, record) in counted.iter().filter(|(_, record)| record.first == record.last) {
        let memory = 0.5_f64.powf((origin - record.first).num_days() as f64 / CLASS_HALF_LIFE);
        let class = usize::from(weekend[record.first.weekday().num_days_from_monday() as usize]);
        sums[class][*value] += memory * record.contacts;
    }
    let total: f64 = sums.iter().flatten().sum();
    let whole: Vec<f64> = (0..values).map(|v| (sums[0][v] + sums[1][v]) / total.max(1e-9)).collect();
    sums.map(|own| {
        let contacts: f64 = own.iter().sum();
        let factor = |(n, p): (&f64, &f64)| {
            if *p > 0.0 { (n + CLASS_CONTACTS * p) / (contacts + CLASS_CONTACTS) / p } else { 1.0 }
        };
        own.iter().zip(&whole).map(factor).collect()
    })
}

fn split(queue: &QueueForecast, grid: &PlanningGrid, shares: &Shares) -> Vec<ValueForecast> {
    let normal = Normal::new(0.0, 1.0).expect("the standard normal law exists");
    let by_day: Vec<Vec<f64>> = grid.dates().iter().map(|date| shares.on(*date, grid.date(0))).collect();
    let day_of: Vec<usize> = (0..grid.days()).flat_map(|day| grid.day_range(day).map(move |_| day)).collect();
    let value = |v: usize| {
        let share: Vec<f64> = day_of.iter().map(|&day| by_day[day][v]).collect();
        let mean: Vec<f64> = queue.mean.iter().zip(&share).map(|(mean, p)| mean * p).collect();
        let bands = queue.bands.iter().map(|band| {
            let z = normal.inverse_cdf(f64::midpoint(1.0, band.level));
            // The queue's own uncertainty in proportion, the draw of the share, and what is unknown about the share.
            let reach = |t: usize, end: f64| {
                let (p, m) = (share[t], queue.mean[t]);
                let own = p * (end - m);
                (own * own + z * z * (p * (1.0 - p) * m + (shares.course.sd[v] * m).powi(2))).sqrt()
            };
            Band {
                level: band.level,
                lo: (0..mean.len()).map(|t| (mean[t] - reach(t, band.lo[t])).max(0.0)).collect(),
                hi: (0..mean.len()).map(|t| mean[t] + reach(t, band.hi[t])).collect(),
            }
        });
        ValueForecast { value: shares.values[v].clone(), bands: bands.collect(), share, mean }
    };
    (0..shares.values.len()).map(value).collect()
}
