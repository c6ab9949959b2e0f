//! Features of a day and group as they are known from an origin, and the rows that trees learn from.
//!
//! A training row is a day d, a group of slots, and a pseudo-origin d - h with h drawn from the leads wanted: the base and
//! the features are those known before the pseudo-origin, so that no row uses what its forecast would not have known (direct
//! forecasting for several horizons).

use solver_data::Seed;

use crate::day::{DayKind, FeatureGroup};
use crate::model::gradient_boosting::base::{Book, in_event};
use crate::model::gradient_boosting::booster::TrainingRows;
use crate::series::QueueSeries;

/// Features of a row.
pub(crate) const FEATURES: usize = 10;
/// Days before the first training row: the base needs some weeks.
const WARM_UP_DAYS: usize = 21;
/// Rows that trees learn from at most; special days are kept, ordinary ones thinned.
const MOST_ROWS: usize = 2400;
/// Farthest holiday that is told, in days.
const FARTHEST: usize = 8;
/// Variance of a count beyond Poisson, relative to its squared mean: weighs busy hours down.
const BEYOND_POISSON: f64 = 0.002;
/// Days that pull the encoded effect of a calendar feature to nothing.
const ENCODING_DAYS: f64 = 1.5;
/// Least base, in contacts a group.
const LEAST_BASE: f64 = 0.05;

/// Days to either side over which the drift of the base is averaged.
const DRIFT_DAYS: usize = 28;
/// Share of the fitted persistence that is used: what the latest days had more is partly gone when it is learned from.
const PERSISTENCE_SHARE: f64 = 0.5;
/// Known days from which a holiday's own name says something: it comes back after a year.
const YEAR: usize = 380;

/// Days that pull the effect of an event to nothing: it is large, and one occurrence tells much of it.
const EVENT_DAYS: f64 = 0.3;
/// Groups of calendar features that trees may use.
const ENCODED: [FeatureGroup; 3] = [FeatureGroup::Holiday, FeatureGroup::MonthDay, FeatureGroup::WorkingDay];

/// Leads in days that forecasts are wanted for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leads {
    /// Days from an origin to the first day wanted.
    pub(crate) first: usize,
    /// Days wanted.
    pub(crate) days: usize,
}

/// How days are turned into features; learned from days before an origin.
#[derive(Debug, Clone)]
pub(crate) struct Design {
    /// Share of the level's excess that persists.
    persistence: f64,
    /// Sum of log residuals and days, by calendar feature.
    effects: Vec<(f64, f64)>,
    /// Calendar effects of each training day as they were known before it: a day must not tell of itself.
    encoded: Vec<[f64; 3]>,
    /// Weekday whose base each day takes.
    weekdays: Vec<usize>,
    /// How far the base trailed or led in the weeks about each training day: not for the calendar to explain.
    drift: Vec<f64>,
    /// Days since and until a holiday, by day.
    holidays: Vec<(usize, usize)>,
}

impl Design {
    /// Learns persistence and calendar effects from the days before `origin`.
    pub(crate) fn learned(series: &QueueSeries, book: &Book, origin: usize, leads: Leads) -> Self {
        let weekdays = followed(series, book, origin, leads);
        let days = || (WARM_UP_DAYS..origin).filter_map(|day| Some((day, residual(series, book, (day, weekdays[day]), leads)?)));
        let (cross, square) = days()
            .filter(|(day, _)| series.days[*day].kind == DayKind::Ordinary)
            .fold((0.0, 0.0), |(cross, square), (_, (error, excess))| (cross + error * excess, square + excess * excess));
        let persistence = PERSISTENCE_SHARE * ((cross + 0.07) / (square + 0.1)).clamp(0.0, 1.0);
        let mut design = Self {
            persistence,
            effects: vec![(0.0, 0.0); series.features.len()],
            encoded: vec![[0.0; 3]; origin],
            holidays: holiday_distances(series),
            weekdays: weekdays.clone(),
            drift: Vec::new(),
        };
        let errors: Vec<(usize, f64)> = days().map(|(day, (error, excess))| (day, error - persistence * excess)).collect();
        design.drift = drift(series, &errors, origin);
        for (day, error) in errors {
            design.encoded[day] = design.encoding(series, day);
            for &(id, _) in &series.days[day].features {
                let (sum, days) = design.effects[id];
                design.effects[id] = (sum + error - design.drift[day], days + 1.0);
            }
        }
        design
    }

    /// Rows of the days before `origin`.
    pub(crate) fn rows(&self, series: &QueueSeries, book: &Book, origin: usize, leads: Leads) -> TrainingRows {
        let usable =
            |day: &usize| !in_event(series, *day) && residual(series, book, (*day, self.weekdays[*day]), leads).is_some();
        let days: Vec<usize> = (WARM_UP_DAYS..origin).filter(usable).collect();
        let ordinary = days.iter().filter(|&&day| series.days[day].kind == DayKind::Ordinary).count();
        let special = (days.len() - ordinary) * book.groups;
        let kept =
            (MOST_ROWS.saturating_sub(special).max(MOST_ROWS / 2) as f64 / (ordinary * book.groups).max(1) as f64).min(1.0);
        let mut rows = TrainingRows::default();
        for day in days {
            let origin = day - lead(day, leads);
            let share = if series.days[day].kind == DayKind::Ordinary { kept } else { 1.0 };
            let frame = self.day_features(series, (day, origin), self.encoded[day]);
            for group in (0..book.groups).filter(|group| !book.counts[day][*group].is_nan()) {
                let drawn = (Seed(day as u64).stream(group as u64).0 >> 11) as f64 / (1_u64 << 53) as f64;
                if drawn < share {
                    let (values, offset) = self.row(series, book, (day, origin, group), &frame);
                    let offset = offset + self.drift[day];
                    rows.values.extend(values);
                    rows.offsets.push(offset);
                    rows.counts.push(book.counts[day][group]);
                    rows.weights.push(1.0 / share / (1.0 + BEYOND_POISSON * offset.exp()));
                }
            }
        }
        rows
    }

    /// Features and offset of every group of a day, seen from an origin.
    pub(crate) fn seen(&self, series: &QueueSeries, book: &Book, day: usize, origin: usize) -> Vec<([f64; FEATURES], f64)> {
        let frame = self.day_features(series, (day, origin), self.encoding(series, day));
        (0..book.groups).map(|group| self.row(series, book, (day, origin, group), &frame)).collect()
    }

    /// Effects on a day of the groups of calendar features that trees may use.
    fn encoding(&self, series: &QueueSeries, day: usize) -> [f64; 3] {
        ENCODED.map(|group| self.effect(series, day, (group, ENCODING_DAYS)))
    }

    /// Mean log residual of the calendar features of a day in one group, drawn to nothing by so many days.
    fn effect(&self, series: &QueueSeries, day: usize, (group, days): (FeatureGroup, f64)) -> f64 {
        let features = series.days[day].features.iter().filter(|(id, _)| series.features.group(*id) == group);
        let (sum, days) = features.fold((0.0, days), |(sum, days), (id, _)| {
            let effect = self.effects[*id];
            (sum + effect.0, days + effect.1)
        });
        sum / days
    }

    /// The features that all groups of a day share.
    fn day_features(&self, series: &QueueSeries, (day, origin): (usize, usize), encoded: [f64; 3]) -> [f64; FEATURES] {
        let context = &series.days[day];
        let year = |n: usize| {
            let mut seasonal = context.features.iter().filter(|(id, _)| series.features.group(*id) == FeatureGroup::Year);
            seasonal.nth(n).map_or(0.0, |(_, value)| *value)
        };
        let kind = match context.kind {
            DayKind::Ordinary => 0.0,
            DayKind::Touched => 1.0,
            DayKind::Eve => 2.0,
            DayKind::Holiday => 3.0,
        };
        let (since, until) = self.holidays[day];
        let [holiday, month_day, working_day] = encoded;
        [
            0.0,
            context.weekday as f64,
            kind,
            if origin >= YEAR { holiday } else { 0.0 },
            month_day,
            working_day,
            since as f64,
            until as f64,
            year(0),
            year(1),
        ]
    }

    fn row(
        &self,
        series: &QueueSeries,
        book: &Book,
        (day, origin, group): (usize, usize, usize),
        frame: &[f64; FEATURES],
    ) -> ([f64; FEATURES], f64) {
        let (context, known) = (&series.days[day], &book.known[origin]);
        let cell = self.weekdays[day] * book.groups + group;
        let mut features = *frame;
        features[0] = group as f64;
        let base = known.mean[cell].max(LEAST_BASE).ln();
        let event = self.effect(series, day, (FeatureGroup::Event, EVENT_DAYS));
        (features, base + self.persistence * known.excess + event + context.log_uplift)
    }
}

/// Mean log error of the ordinary days about each day, shrunk.
fn drift(series: &QueueSeries, errors: &[(usize, f64)], origin: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); origin + 1];
    for &(day, error) in errors.iter().filter(|(day, _)| series.days[*day].kind == DayKind::Ordinary) {
        sums[day + 1] = (error.clamp(-1.0, 1.0), 1.0);
    }
    for day in 0..origin {
        sums[day + 1] = (sums[day].0 + sums[day + 1].0, sums[day].1 + sums[day + 1].1);
    }
    let around = |day: usize| {
        let (first, last) = (sums[day.saturating_sub(DRIFT_DAYS)], sums[(day + DRIFT_DAYS + 1).min(origin)]);
        (last.0 - first.0) / (last.1 - first.1 + 2.0)
    };
    (0..origin).map(around).collect()
}

/// Lead of a training day: drawn from those wanted, by the number of the day.
fn lead(day: usize, leads: Leads) -> usize {
    (leads.first + (Seed(day as u64).stream(u64::MAX).0 % leads.days.clamp(1, 28) as u64) as usize).min(day)
}

/// ln(contacts / base) of a day from its pseudo-origin, and how far the latest days lay above the base then.
fn residual(series: &QueueSeries, book: &Book, (day, weekday): (usize, usize), leads: Leads) -> Option<(f64, f64)> {
    let known = &book.known[day - lead(day, leads)];
    let means = &known.mean[weekday * book.groups..(weekday + 1) * book.groups];
    let pairs = book.counts[day].iter().zip(means).filter(|(count, _)| !count.is_nan());
    let (sum, mean) = pairs.fold((0.0, 0.0), |(sum, all), (count, mean)| (sum + count, all + mean));
    (mean > 0.0).then(|| (f64::ln((sum + 0.5) / (mean + 0.5)) - series.days[day].log_uplift, known.excess))
}

/// Days since the latest and until the next holiday of each day, at most [`FARTHEST`].
fn holiday_distances(series: &QueueSeries) -> Vec<(usize, usize)> {
    let holidays: Vec<bool> = series.days.iter().map(|day| day.kind == DayKind::Holiday).collect();
    let distance = |mut days: Box<dyn Iterator<Item = usize>>| {
        days.by_ref().take(FARTHEST).position(|day| holidays[day]).unwrap_or(FARTHEST)
    };
    (0..holidays.len()).map(|day| (distance(Box::new((0..=day).rev())), distance(Box::new(day..holidays.len())))).collect()
}

/// The weekday whose base each day takes: its own, but on holidays the weekly day of rest's and on their eves that of the
/// day before, where past ones lay nearer to these.
fn followed(series: &QueueSeries, book: &Book, origin: usize, leads: Leads) -> Vec<usize> {
    let mut weekdays: Vec<usize> = series.days.iter().map(|day| day.weekday).collect();
    let means = &book.known[origin].mean;
    let total = |weekday: usize| means[weekday * book.groups..(weekday + 1) * book.groups].iter().sum::<f64>();
    let Some(rest) = (0..7).filter(|&weekday| total(weekday) > 0.0).min_by(|&a, &b| total(a).total_cmp(&total(b))) else {
        return weekdays;
    };
    for (kind, donor) in [(DayKind::Holiday, rest), (DayKind::Eve, (rest + 6) % 7)] {
        let of_kind = |days: &usize| series.days[*days].kind == kind;
        let distance = |weekday: &dyn Fn(usize) -> usize| {
            let past = (WARM_UP_DAYS..origin).filter(of_kind);
            past.filter_map(|day| residual(series, book, (day, weekday(day)), leads)).map(|(error, _)| error.abs()).sum::<f64>()
        };
        if distance(&|_| donor) < distance(&|day| series.days[day].weekday) {
            (0..weekdays.len()).filter(of_kind).for_each(|day| weekdays[day] = donor);
        }
    }
    weekdays
}
