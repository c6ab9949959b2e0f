//! The days ahead of one queue: factor by factor, then made equal to the interval forecast where that reaches.
//!
//! After the interval forecast's days its last fortnight's ratio ρ to the long-range course fades out:
//! day × ρ^exp(-a / 28), with a the days since the interval forecast's last. Overrides and the update within a day are no
//! part of ρ: they end where they say.

use chrono::{Days, NaiveDate};
use solver_data::{AdjustmentSource, OutlookParts, PlannedChange, QueueForecast};

use crate::handle_time::HandleTimes;
use crate::long_range::days::DayTable;
use crate::long_range::driver::DriverCourses;
use crate::long_range::level::LogParts;
use crate::long_range::projection::{Projection, SEASON_WEEKS};
use crate::long_range::week::WeekSeries;
use crate::mix::change_factors;

/// Last days of the interval forecast whose ratio to the long-range course fades out after them.
const HANDOVER_DAYS: usize = 14;
/// Days in which the logarithm of the ratio falls to 1/e.
const FADE_DAYS: f64 = 28.0;

/// Expected contacts of one day, factor by factor: each entry takes in all factors before it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct DaySteps {
    pub(super) level: f64,
    pub(super) trend: f64,
    pub(super) season: f64,
    pub(super) holidays: f64,
    pub(super) drivers: f64,
    pub(super) changes: f64,
    pub(super) near: f64,
}

/// The days ahead of one queue.
#[derive(Debug, Clone)]
pub(super) struct DayCourse {
    /// First day.
    pub(super) start: NaiveDate,
    /// Steps of each day from `start` on.
    pub(super) days: Vec<DaySteps>,
    /// Weeks ahead of the history that each day lies.
    pub(super) leads: Vec<usize>,
    /// The joint distribution of the weeks ahead.
    pub(super) projection: Projection,
    /// Standard deviation of the logarithm of the level that no history tells, beside the projection's.
    pub(super) level_sd: f64,
    /// Handle time in seconds of each day and the standard deviation of the logarithm of its level.
    pub(super) handle_time: Option<Vec<(f64, f64)>>,
    /// What a reader must know.
    pub(super) notes: Vec<String>,
}

impl DayCourse {
    /// The long-range course of a table, before the interval forecast is heard.
    pub(super) fn of(table: &DayTable, drivers: DriverCourses) -> Self {
        let mut plain = table.clone();
        drivers.deducted_from(&mut plain);
        let weeks = WeekSeries::of(&plain, &drivers.learned);
        let projection = Projection::of(&weeks);
        let ahead = table.start..table.len();
        let leads: Vec<usize> = ahead.clone().map(|day| weeks.lead(day).max(1)).collect();
        let nothing = plain.totals.iter().all(|total| total.is_nan() || *total <= 0.0);
        let days = ahead
            .zip(&leads)
            .map(|(day, &lead)| {
                let parts = projection.parts[lead - 1];
                let weight = if nothing { (0.0, 1.0) } else { (plain.weekday[day], plain.special[day]) };
                DaySteps::of(parts, weight, drivers.stated[day])
            })
            .collect();
        let mut notes = drivers.notes;
        if weeks.span() < SEASON_WEEKS {
            notes.push(format!(
                "{} weeks of history show no yearly season; it is left out and the intervals are wider for it",
                weeks.span()
            ));
        } else if weeks.span() < 2 * 52 {
            notes.push(format!("the yearly season rests on {} weeks of history, one occurrence of most weeks", weeks.span()));
        }
        Self { start: table.date(table.start), days, leads, projection, level_sd: 0.0, handle_time: None, notes }
    }

    /// Applies planned changes to volume.
    pub(super) fn change(&mut self, changes: &[PlannedChange], queue: &str) {
        let start = self.start;
        for change in changes.iter().filter(|change| change.touches(queue)) {
            for (day, steps) in self.days.iter_mut().enumerate() {
                let factor = change_factors(change, start + Days::new(day as u64), start).0;
                steps.changes *= factor;
                steps.near *= factor;
            }
        }
    }

    /// Takes the interval forecast's totals for its days and fades from what it learned to the long-range course.
    pub(super) fn reconcile(&mut self, near: &NearDays) {
        let covered = near.totals.len().min(self.days.len());
        let learned = (0..covered).rev().filter_map(|day| Some((near.learned[day]?, self.days[day].changes)));
        let last = learned.take(HANDOVER_DAYS);
        let (told, own) = last.fold((0.0, 0.0), |sum, (told, own)| (sum.0 + told, sum.1 + own));
        let ratio: f64 = if told > 0.0 && own > 0.0 { (told / own).clamp(0.4, 2.5) } else { 1.0 };
        for (day, steps) in self.days.iter_mut().enumerate() {
            steps.near = match near.totals.get(day) {
                Some(total) => *total,
                None => steps.changes * ratio.powf((-((day - covered + 1) as f64) / FADE_DAYS).exp()),
            };
        }
    }

    /// Handle times of the days: the interval forecast's where it reaches, then its last fortnight's, with the drift of the
    /// level and the planned changes.
    pub(super) fn handle(&mut self, near: &NearDays, times: Option<&HandleTimes>, changes: &[(f64, f64)]) {
        let Some(aht) = &near.handle_time else { return };
        let covered = aht.len().min(self.days.len());
        let last = covered.saturating_sub(HANDOVER_DAYS)..covered;
        let (work, contacts) =
            last.clone().fold((0.0, 0.0), |(w, n), day| (w + near.totals[day] * aht[day] / changes[day].1, n + near.totals[day]));
        let base = if contacts > 0.0 { work / contacts } else { aht[..covered].iter().sum::<f64>() / covered.max(1) as f64 };
        let drift = |day: usize| times.map_or((1.0, 0.05), |times| times.drift(day as f64));
        let handed = drift(covered.saturating_sub(HANDOVER_DAYS / 2)).0;
        let day_time = |day: usize| {
            let (level, sd) = drift(day);
            (aht.get(day).copied().unwrap_or(base * level / handed * changes[day].1), sd)
        };
        self.handle_time = Some((0..self.days.len()).map(day_time).collect());
    }
}

/// What the interval forecast says about its days.
#[derive(Debug, Clone)]
pub(super) struct NearDays {
    /// Expected contacts by day.
    pub(super) totals: Vec<f64>,
    /// The same without overrides and the update within a day; `None` where an override leaves nothing to tell from.
    pub(super) learned: Vec<Option<f64>>,
    /// Expected mean handle time by day, in seconds.
    pub(super) handle_time: Option<Vec<f64>>,
}

impl NearDays {
    /// Sums of an interval forecast; `ranges` are its days.
    pub(super) fn of(queue: &QueueForecast, ranges: &[std::ops::Range<usize>]) -> Self {
        let totals: Vec<f64> = ranges.iter().map(|range| queue.mean[range.clone()].iter().sum()).collect();
        let handle_time = queue.aht_seconds.as_ref().map(|aht| {
            let day = |range: &std::ops::Range<usize>| {
                let open = || range.clone().filter(|&t| queue.open[t]);
                let (work, contacts) = open().fold((0.0, 0.0), |(w, n), t| (w + aht[t] * queue.mean[t], n + queue.mean[t]));
                let plain = range.clone().map(|t| aht[t]).sum::<f64>() / range.len().max(1) as f64;
                if contacts > 0.0 { work / contacts } else { plain }
            };
            ranges.iter().map(day).collect()
        });
        let passing = [AdjustmentSource::Override, AdjustmentSource::Intraday];
        Self { totals, learned: totals_before(queue, ranges, &passing), handle_time }
    }
}

/// Expected contacts by day before the adjustments of some sources; `None` for a day that one of them set to nothing.
pub(super) fn totals_before(
    queue: &QueueForecast,
    ranges: &[std::ops::Range<usize>],
    sources: &[AdjustmentSource],
) -> Vec<Option<f64>> {
    let factor = |t: usize| {
        let own = queue.adjustments.iter().filter(|adjustment| sources.contains(&adjustment.source));
        own.map(|adjustment| adjustment.factor[t]).product::<f64>()
    };
    let before = |t: usize| if factor(t) > 0.0 { Some(queue.mean[t] / factor(t)) } else { None };
    ranges.iter().map(|range| range.clone().map(before).sum()).collect()
}

impl DaySteps {
    fn of(parts: LogParts, (weekday, special): (f64, f64), stated: f64) -> Self {
        let level = parts.level.exp() * weekday;
        let trend = level * parts.trend.exp();
        let season = trend * parts.season.exp();
        let holidays = season * special;
        let drivers = holidays * parts.drivers.exp() + stated;
        Self { level, trend, season, holidays, drivers, changes: drivers, near: drivers }
    }

    /// Every step before the planned changes times a factor; neither these nor the interval forecast are heard any more.
    pub(super) fn unchanged_times(&self, factor: f64) -> Self {
        let drivers = factor * self.drivers;
        Self {
            level: factor * self.level,
            trend: factor * self.trend,
            season: factor * self.season,
            holidays: factor * self.holidays,
            drivers,
            changes: drivers,
            near: drivers,
        }
    }

    /// Step by step sum.
    pub(super) fn plus(self, other: &Self) -> Self {
        Self {
            level: self.level + other.level,
            trend: self.trend + other.trend,
            season: self.season + other.season,
            holidays: self.holidays + other.holidays,
            drivers: self.drivers + other.drivers,
            changes: self.changes + other.changes,
            near: self.near + other.near,
        }
    }

    /// Each step beside the one before.
    pub(super) fn parts(&self) -> OutlookParts {
        let steps = [self.level, self.trend, self.season, self.holidays, self.drivers, self.changes, self.near];
        if steps[..6].iter().any(|step| *step <= 0.0) {
            // No factor leads from nothing to something: the mean then stands alone.
            let one = 1.0;
            return OutlookParts {
                level: self.near,
                trend: one,
                season: one,
                holidays: one,
                drivers: one,
                changes: one,
                near: one,
            };
        }
        OutlookParts {
            level: self.level,
            trend: self.trend / self.level,
            season: self.season / self.trend,
            holidays: self.holidays / self.season,
            drivers: self.drivers / self.holidays,
            changes: self.changes / self.drivers,
            near: self.near / self.changes,
        }
    }
}
