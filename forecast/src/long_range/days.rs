//! Days of one queue: what came, and what a day weighs beside a typical one.
//!
//! T[d] ≈ L[week] · ω[weekday] · h[d]: ω by iterated means against the level of the week, h by a ridge regression of
//! special days on the calendar's features. Closed days weigh nothing.

use chrono::{Days, NaiveDate};
use solver_data::{Calendar, EventKind};

use crate::day::{DayKind, FeatureGroup};
use crate::robust::median;
use crate::series::QueueSeries;

/// Half-life of the memory of weekday weights in days: half a year.
const WEEKDAY_HALF_LIFE: f64 = 182.0;
/// Share of a day's usual contacts whose slots must be known for the day to count.
const KNOWN_SHARE: f64 = 0.6;
/// Days to either side that tell a special day's ordinary level.
const LEVEL_REACH: usize = 28;
/// Sweeps of the ridge regression.
const SWEEPS: usize = 40;

/// Totals and weights of all days of a series, the horizon included.
#[derive(Debug, Clone)]
pub(super) struct DayTable {
    /// Local date of day 0.
    pub(super) first: NaiveDate,
    /// First day without any known count.
    pub(super) known_until: usize,
    /// First day of the horizon.
    pub(super) start: usize,
    /// Contacts of the day, scaled up where a few slots are unknown; not a number where unknown or closed.
    pub(super) totals: Vec<f64>,
    /// Weight of an ordinary day of this weekday, 0 where closed.
    pub(super) weekday: Vec<f64>,
    /// Factor of holidays, events and the planner's uplifts.
    pub(super) special: Vec<f64>,
}

impl DayTable {
    /// The days of a queue.
    pub(super) fn of(series: &QueueSeries, (calendar, queue): (&Calendar, &str), first: NaiveDate) -> Self {
        let (totals, is_open) = totals(series);
        let followed: Vec<usize> = series.days.iter().map(|day| day.weekday).collect();
        let ordinary = |day: usize| series.days[day].kind == DayKind::Ordinary && !totals[day].is_nan();
        let weights = weekday_weights(&totals, &followed, series.known_until, ordinary);
        let weekday: Vec<f64> = (0..series.len()).map(|day| if is_open[day] { weights[followed[day]] } else { 0.0 }).collect();
        let mut table = Self {
            first,
            known_until: series.known_until,
            start: series.horizon.start,
            special: vec![1.0; totals.len()],
            totals,
            weekday,
        };
        table.learn_special_days(series);
        table.close_holidays_without_rows(calendar, queue);
        table
    }

    /// The days of several queues together: weights are their shares at the end of the history.
    pub(super) fn summed(tables: &[DayTable]) -> Option<Self> {
        let first = tables.first()?;
        let recent = |table: &DayTable| {
            let days = first.known_until.saturating_sub(91)..first.known_until;
            let (sum, weight) = days.filter(|&day| !table.totals[day].is_nan()).fold((0.0, 0.0), |(sum, weight), day| {
                (sum + table.totals[day], weight + table.weekday[day] * table.special[day])
            });
            if weight > 0.0 { sum / weight } else { 0.0 }
        };
        let levels: Vec<f64> = tables.iter().map(recent).collect();
        let known_until = tables.iter().map(|table| table.known_until).max()?;
        let mut all = Self { known_until, ..first.clone() };
        for day in 0..all.totals.len() {
            let open = || tables.iter().filter(|table| table.weekday[day] > 0.0);
            all.totals[day] = if open().count() > 0 { open().map(|table| table.totals[day]).sum() } else { f64::NAN };
            let plain: f64 = tables.iter().zip(&levels).map(|(table, level)| level * table.weekday[day]).sum();
            let whole: f64 = tables.iter().zip(&levels).map(|(t, level)| level * t.weekday[day] * t.special[day]).sum();
            all.weekday[day] = plain / levels.iter().sum::<f64>().max(1e-9);
            all.special[day] = if plain > 0.0 { whole / plain } else { 1.0 };
        }
        Some(all)
    }

    /// Weight of a day.
    pub(super) fn weight(&self, day: usize) -> f64 {
        self.weekday[day] * self.special[day]
    }

    /// Local date of a day.
    pub(super) fn date(&self, day: usize) -> NaiveDate {
        self.first + Days::new(day as u64)
    }

    /// Number of days.
    pub(super) fn len(&self) -> usize {
        self.totals.len()
    }

    /// h[d] = exp(Σ θ x): ridge regression of ln(T / (ω · level)) on the features of holidays and events.
    fn learn_special_days(&mut self, series: &QueueSeries) {
        let is_special = |id: usize| matches!(series.features.group(id), FeatureGroup::Holiday | FeatureGroup::Event);
        let features: Vec<Vec<(usize, f64)>> =
            series.days.iter().map(|day| day.features.iter().filter(|(id, _)| is_special(*id)).copied().collect()).collect();
        let ordinary = |day: usize| features[day].is_empty();
        let logs: Vec<f64> = (0..self.known_until)
            .map(|day| self.totals[day].max(0.5).ln() - self.weekday[day].ln() - series.days[day].log_uplift)
            .collect();
        let log = |day: usize| logs[day];
        let known = |day: usize| !self.totals[day].is_nan() && self.weekday[day] > 0.0;
        let mut targets: Vec<(usize, f64)> = Vec::new();
        let mut noise: Vec<f64> = Vec::new();
        // A third of the ordinary days tells their noise.
        for day in (0..self.known_until).filter(|&day| known(day) && (!ordinary(day) || day % 3 == 0)) {
            let reach = day.saturating_sub(LEVEL_REACH)..(day + LEVEL_REACH + 1).min(self.known_until);
            let mut around: Vec<(usize, f64)> = reach
                .filter(|&other| other != day && ordinary(other) && known(other))
                .map(|other| (other.abs_diff(day), log(other)))
                .collect();
            around.sort_by_key(|(distance, _)| *distance);
            around.truncate(10);
            if around.len() < 3 {
                continue;
            }
            let deviation = log(day) - median(around.into_iter().map(|(_, level)| level).collect()).unwrap_or(0.0);
            if ordinary(day) {
                noise.push(deviation.abs());
            } else {
                targets.push((day, deviation));
            }
        }
        let noise = (1.48 * median(noise).unwrap_or(0.0)).clamp(0.02, 1.0).powi(2);
        let effects = ridge(&targets, &features, |id| noise / series.features.prior_variance(id, noise).max(1e-9));
        for (day, special) in self.special.iter_mut().enumerate() {
            let sum: f64 = features[day].iter().map(|&(id, x)| effects.get(id).copied().unwrap_or(0.0) * x).sum();
            *special = (sum + series.days[day].log_uplift).exp();
        }
    }

    /// Whether the days around a day are known, so that its own silence says something.
    fn is_recorded_around(&self, day: usize) -> bool {
        let around = day.saturating_sub(7)..(day + 8).min(self.known_until);
        around.filter(|&other| !self.totals[other].is_nan()).count() >= 6
    }

    /// A holiday on whose past occurrences no row was ever written is a day off, though no closure says so.
    fn close_holidays_without_rows(&mut self, calendar: &Calendar, queue: &str) {
        let begin = self.totals.iter().position(|total| !total.is_nan()).unwrap_or(0);
        let holiday = |day: usize| calendar.on(self.date(day), queue).find(|event| event.kind == EventKind::Holiday);
        let past: Vec<(&str, bool)> = (begin..self.known_until)
            .filter(|&day| self.weekday[day] > 0.0 && self.is_recorded_around(day))
            .filter_map(|day| Some((holiday(day)?.name.as_str(), self.totals[day].is_nan())))
            .collect();
        let off = |named: &dyn Fn(&str) -> bool| {
            let (silent, all) = past
                .iter()
                .filter(|(name, _)| named(name))
                .fold((0, 0), |(silent, all), (_, unknown)| (silent + usize::from(*unknown), all + 1));
            (all > 0).then_some(2 * silent > all)
        };
        let closed: Vec<usize> = (self.known_until..self.len())
            .filter(|&day| {
                let Some(event) = holiday(day) else { return false };
                off(&|name| name == event.name).or_else(|| off(&|_| true)).unwrap_or(false)
            })
            .collect();
        for day in closed {
            self.special[day] = 0.0;
        }
    }
}

/// Day totals, scaled up by the queue's usual profile where slots are unknown, and whether any slot is open.
fn totals(series: &QueueSeries) -> (Vec<f64>, Vec<bool>) {
    let slots = series.slots;
    let mut profile = vec![(0.0, 0.0); 7 * slots];
    for day in 0..series.known_until {
        let row = day_row(series, day);
        for (slot, count) in series.day(day).iter().enumerate().filter(|(_, count)| !count.is_nan()) {
            let cell = &mut profile[row + slot];
            *cell = (cell.0 + count, cell.1 + 1.0);
        }
    }
    let usual = |i: usize| if profile[i].1 > 0.0 { profile[i].0 / profile[i].1 } else { 0.0 };
    let total = |day: usize| {
        let (counts, open, row) = (series.day(day), series.day_open(day), day_row(series, day));
        let whole: f64 = (0..slots).filter(|&slot| open[slot]).map(|slot| usual(row + slot)).sum();
        let known = (0..slots).filter(|&slot| !counts[slot].is_nan());
        let (sum, seen) = known.clone().fold((0.0, 0.0), |(sum, seen), slot| (sum + counts[slot], seen + usual(row + slot)));
        match known.count() {
            0 => f64::NAN,
            _ if whole <= 0.0 => sum,
            _ if seen < KNOWN_SHARE * whole => f64::NAN,
            _ => sum * (whole / seen).max(1.0),
        }
    };
    let totals = (0..series.len()).map(|day| if day < series.known_until { total(day) } else { f64::NAN }).collect();
    (totals, (0..series.len()).map(|day| series.day_open(day).contains(&true)).collect())
}

fn day_row(series: &QueueSeries, day: usize) -> usize {
    series.days[day].weekday * series.slots
}

/// Weight of each weekday beside the mean of the weekdays seen; 1 for one never seen.
fn weekday_weights(totals: &[f64], followed: &[usize], known_until: usize, ordinary: impl Fn(usize) -> bool) -> [f64; 7] {
    let mut weights = [1.0_f64; 7];
    for _ in 0..4 {
        let mut sums = [(0.0, 0.0); 7];
        let mut until = known_until;
        while until > 0 {
            let from = until.saturating_sub(7);
            let days = (from..until).filter(|&day| ordinary(day));
            let (came, weight) =
                days.clone().fold((0.0, 0.0), |(came, weight), day| (came + totals[day], weight + weights[followed[day]]));
            if came > 0.0 && weight > 0.0 {
                let memory = 0.5_f64.powf((known_until - until) as f64 / WEEKDAY_HALF_LIFE);
                for day in days {
                    // A day far off its week is an outlier and bends the weekday no further.
                    let ratio = (totals[day] * weight / came).clamp(0.2 * weights[followed[day]], 3.0 * weights[followed[day]]);
                    let sum = &mut sums[followed[day]];
                    *sum = (sum.0 + memory * ratio, sum.1 + memory);
                }
            }
            until = from;
        }
        let seen = sums.iter().filter(|sum| sum.1 > 0.0).count().max(1) as f64;
        let means = sums.map(|(sum, memory)| if memory > 0.0 { Some(sum / memory) } else { None });
        let scale = means.iter().flatten().sum::<f64>() / seen;
        weights = means.map(|mean| mean.map_or(1.0, |mean| if scale > 0.0 { (mean / scale).max(1e-4) } else { 1.0 }));
    }
    weights
}

/// Coefficients that minimise Σ (y - Σ θ x)² + Σ penalty θ², by coordinate descent.
fn ridge(targets: &[(usize, f64)], features: &[Vec<(usize, f64)>], penalty: impl Fn(usize) -> f64) -> Vec<f64> {
    let number = targets.iter().flat_map(|(day, _)| &features[*day]).map(|(id, _)| id + 1).max().unwrap_or(0);
    let mut columns: Vec<Vec<(usize, f64)>> = vec![Vec::new(); number];
    for (row, (day, _)) in targets.iter().enumerate() {
        for &(id, x) in &features[*day] {
            columns[id].push((row, x));
        }
    }
    let mut residuals: Vec<f64> = targets.iter().map(|(_, y)| *y).collect();
    let mut theta = vec![0.0; number];
    for _ in 0..SWEEPS {
        for (id, column) in columns.iter().enumerate().filter(|(_, column)| !column.is_empty()) {
            let (product, square) =
                column.iter().fold((0.0, 0.0), |(product, square), &(row, x)| (product + x * residuals[row], square + x * x));
            let next = (product + square * theta[id]) / (square + penalty(id));
            for &(row, x) in column {
                residuals[row] -= (next - theta[id]) * x;
            }
            theta[id] = next;
        }
    }
    theta
}
