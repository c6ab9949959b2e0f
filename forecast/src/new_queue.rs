//! A queue without a history of its own: a donor's course at the planner's level.
//!
//! 1. level f: the planner's factor on the donor, ln f ~ N(ln f₀, 0.3²); contacts a day are set against the donor's mean open
//!    day of the last four weeks; what the donor gets while the new queue is closed comes while it is open, so that f₀ is the
//!    planner's word × the donor's contacts / those within the new queue's hours
//! 2. as the queue's own rows come in, f moves to the ratio of its contacts to the donor's in the same intervals of its hours:
//!    ln f = (n ln r + 3 ln f₀) / (n + 3) after n days
//! 3. donor-based mean = f × the donor's; day-level variance = the donor's + 0.3² × 3 / (n + 3)
//! 4. from the eighth day on the queue is forecast from its own history, too, with weight (n - 7) / 49, from eight weeks on
//!    with weight 1

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use solver_data::{
    Band, ContactHistory, DayParts, DemandForecast, DemandUncertainty, Donor, DonorVolume, IntervalRecord, QueueForecast,
};

use crate::adjust::{LevelSd, rescale};
use crate::error::ForecastError;
use crate::request::ForecastRequest;
use crate::stage::forecast;

/// Standard deviation of the log of the planner's level.
const PLANNER_SD: f64 = 0.3;
/// Days of own rows that weigh as much as the planner's word.
const PLANNER_DAYS: f64 = 3.0;
/// Days of own rows from which, and to which, a forecast from them takes over.
const TAKE_OVER: (f64, f64) = (7.0, 56.0);
/// Days of the donor that its mean open day is taken from.
const LEVEL_DAYS: u64 = 28;
/// Correlation of the new queue's day-level error with its donor's.
const LIKE_DONOR: f64 = 0.7;

/// A queue to be forecast from a donor.
#[derive(Debug, Clone, PartialEq)]
pub struct NewQueue {
    /// Name.
    pub name: String,
    /// Whom it follows, and at which level.
    pub donor: Donor,
    /// Handle time in seconds; the donor's where none is given.
    pub aht_seconds: Option<f64>,
    /// When it is open: `len == grid.len()`; as the donor where `None`.
    pub open: Option<Vec<bool>>,
}

/// The forecast with one more queue at its end, made from its donor's; `request` is the one that `known` answers.
///
/// The history of the request may hold rows of the new queue; they are used as the head of this module says.
///
/// # Errors
/// [`ForecastError::NotForecast`] when the donor is not among the queues of `known`, [`ForecastError::IdleDonor`] when the
/// donor had no contact in the last four weeks.
pub fn with_new_queue(
    request: &ForecastRequest<'_>,
    known: &DemandForecast,
    new: &NewQueue,
) -> Result<DemandForecast, ForecastError> {
    let place = known.queues.iter().position(|queue| queue.name == new.donor.queue);
    let place = place.ok_or_else(|| ForecastError::NotForecast {
        queue: new.donor.queue.clone(),
        known: known.queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>().join(", "),
    })?;
    let hours = SharedHours::of(known, place, new);
    let level = NewLevel::of(request.history, new, &hours, known.grid.date(0))?;
    let mut queue = from_donor(known, place, new, (&hours, level));
    let own_weight = ((level.days - TAKE_OVER.0) / (TAKE_OVER.1 - TAKE_OVER.0)).clamp(0.0, 1.0);
    if own_weight > 0.0
        && let Some(own) = own_forecast(request, &new.name)
    {
        queue = blended(&queue, &own, own_weight);
    }
    let mut answer = known.clone();
    answer.day_errors = known.day_errors.with_queue_like(place, LIKE_DONOR);
    answer.queues.push(queue);
    Ok(answer)
}

/// The hours in which both the new queue and its donor are open.
#[derive(Debug, Clone, PartialEq)]
struct SharedHours {
    /// Whether both are open: `len == grid.len()`.
    shared: Vec<bool>,
    /// The donor's contacts over those within: 1 at least.
    concentration: f64,
    /// Minutes of an interval.
    minutes: u32,
    /// Weekdays, from Monday, and minutes of the day at which the horizon shows them not both open.
    apart: BTreeSet<(u32, u32)>,
}

impl SharedHours {
    fn of(known: &DemandForecast, place: usize, new: &NewQueue) -> Self {
        let (grid, donor) = (&known.grid, &known.queues[place]);
        let shared: Vec<bool> = (0..grid.len()).map(|t| donor.open[t] && new.open.as_ref().is_none_or(|open| open[t])).collect();
        let all: f64 = donor.mean.iter().sum();
        let kept: f64 = donor.mean.iter().zip(&shared).filter(|(_, shared)| **shared).map(|(mean, _)| mean).sum();
        let concentration = if kept > 0.0 { all / kept } else { 1.0 };
        let minutes = grid.interval_minutes();
        let apart = (0..grid.len()).filter(|&t| !shared[t]).map(|t| place_in_week(grid.local(t), minutes)).collect();
        Self { shared, concentration, minutes, apart }
    }

    /// Whether the horizon shows that both are not open at this time of the week.
    fn excludes(&self, start: NaiveDateTime) -> bool {
        self.apart.contains(&place_in_week(start, self.minutes))
    }
}

/// Weekday from Monday, and the minute of the day at which the interval starts that holds `time`.
fn place_in_week(time: NaiveDateTime, minutes: u32) -> (u32, u32) {
    let minute = time.num_seconds_from_midnight() / 60;
    (time.weekday().num_days_from_monday(), minute - minute % minutes)
}

/// Factor on the donor within the hours that both are open, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct NewLevel {
    factor: f64,
    /// Days of own rows.
    days: f64,
}

impl NewLevel {
    fn of(history: &ContactHistory, new: &NewQueue, hours: &SharedHours, first: NaiveDate) -> Result<Self, ForecastError> {
        let origin = first.and_time(NaiveTime::MIN);
        let donor = history.queue(&new.donor.queue).map_or(&[][..], |queue| queue.before(origin));
        let donor: BTreeMap<NaiveDateTime, f64> = donor.iter().filter_map(|row| Some((row.start, row.offered?))).collect();
        let idle = || ForecastError::IdleDonor { queue: new.donor.queue.clone(), start: first };
        let last = donor.keys().next_back().ok_or_else(idle)?.date();
        let from = last.checked_sub_days(Days::new(LEVEL_DAYS - 1)).unwrap_or(last).and_time(NaiveTime::MIN);
        let mut totals: BTreeMap<NaiveDate, f64> = BTreeMap::new();
        donor.range(from..).for_each(|(start, offered)| *totals.entry(start.date()).or_default() += offered);
        totals.retain(|_, total| *total > 0.0);
        if totals.is_empty() {
            return Err(idle());
        }
        let planned = match new.donor.volume {
            DonorVolume::Share(share) => share,
            DonorVolume::ContactsPerDay(contacts) => contacts * totals.len() as f64 / totals.values().sum::<f64>(),
        };
        let rows = history.queue(&new.name).map_or(&[][..], |queue| queue.before(origin));
        Ok(Self::observed(planned * hours.concentration, &donor, rows, hours))
    }

    /// The planner's factor moved towards what the queue's own rows show.
    ///
    /// - `planned`: within the hours, as the rows of the queue are
    fn observed(planned: f64, donor: &BTreeMap<NaiveDateTime, f64>, own: &[IntervalRecord], hours: &SharedHours) -> Self {
        let common = own.iter().filter_map(|row| Some((row.start, row.offered?, *donor.get(&row.start)?)));
        let (mut dates, mut sums) = (Vec::new(), (0.0, 0.0));
        for (start, own, theirs) in common {
            dates.push(start.date());
            // Rows of 0 while the queue is closed say nothing of its level while it is open.
            if !hours.excludes(start) {
                sums = (sums.0 + own, sums.1 + theirs);
            }
        }
        dates.dedup();
        let days = dates.len() as f64;
        let ratio = if sums.1 > 0.0 { (sums.0 + 0.5) / (sums.1 + 0.5 / planned) } else { planned };
        let log = (days * ratio.ln() + PLANNER_DAYS * planned.ln()) / (days + PLANNER_DAYS);
        Self { factor: log.exp(), days }
    }

    /// Variance of the level that is the planner's to answer for.
    fn variance(self) -> f64 {
        PLANNER_SD * PLANNER_SD * PLANNER_DAYS / (self.days + PLANNER_DAYS)
    }
}

/// The donor's forecast before its adjustments, at the new queue's level and hours.
fn from_donor(known: &DemandForecast, place: usize, new: &NewQueue, (hours, level): (&SharedHours, NewLevel)) -> QueueForecast {
    let (grid, donor) = (&known.grid, &known.queues[place]);
    let before = donor.uncertainty.day_level_sd;
    let after = (before * before + level.variance()).sqrt();
    let mut queue = QueueForecast {
        name: new.name.clone(),
        aht_seconds: new.aht_seconds.map(|aht| vec![aht; grid.len()]).or_else(|| donor.aht_seconds.clone()),
        model: format!("donor {}", donor.name),
        adjustments: Vec::new(),
        ..donor.clone()
    };
    for t in 0..grid.len() {
        let relative = known.day_errors.relative_sd(place, grid.day_of(t));
        let by = if hours.shared[t] { level.factor } else { 0.0 };
        rescale(&mut queue, t, by, LevelSd { before: before * relative, after: after * relative });
        if !hours.shared[t] {
            queue.bands.iter_mut().for_each(|band| (band.lo[t], band.hi[t]) = (0.0, 0.0));
        }
    }
    queue.open = new.open.clone().unwrap_or_else(|| donor.open.clone());
    queue.uncertainty = DemandUncertainty { day_level_sd: after, ..donor.uncertainty };
    scale_days(known, &mut queue);
    queue
}

/// States each day's parts with the level that its intervals now sum to.
fn scale_days(known: &DemandForecast, queue: &mut QueueForecast) {
    for day in 0..known.grid.days() {
        let total: f64 = queue.mean[known.grid.day_range(day)].iter().sum();
        match queue.days.get_mut(day) {
            Some(parts) if parts.total() > 0.0 => parts.level *= total / parts.total(),
            Some(parts) => *parts = DayParts::of_total(total),
            None => queue.days.push(DayParts::of_total(total)),
        }
    }
}

/// The queue forecast from its own rows; `None` where they are too few.
fn own_forecast(request: &ForecastRequest<'_>, name: &str) -> Option<QueueForecast> {
    let own = request.history.queue(name)?.clone();
    let history = ContactHistory { interval_minutes: request.history.interval_minutes, queues: vec![own] };
    let alone = ForecastRequest { history: &history, opening: crate::request::Opening::Learned, ..request.clone() };
    forecast(&alone).ok()?.queues.pop()
}

/// The weighted mean of two forecasts of a queue; hours are those of the first.
fn blended(donated: &QueueForecast, own: &QueueForecast, weight: f64) -> QueueForecast {
    let mix = |one: f64, other: f64| (1.0 - weight) * one + weight * other;
    let values = |one: &[f64], other: &[f64]| -> Vec<f64> {
        let pairs = one.iter().zip(other).zip(&donated.open);
        pairs.map(|((one, other), open)| if *open { mix(*one, *other) } else { 0.0 }).collect()
    };
    let band = |band: &Band| {
        let other = own.band(band.level).unwrap_or(band);
        Band { level: band.level, lo: values(&band.lo, &other.lo), hi: values(&band.hi, &other.hi) }
    };
    let part = |(one, other): (&DayParts, &DayParts)| DayParts::of_total(mix(one.total(), other.total()));
    QueueForecast {
        mean: values(&donated.mean, &own.mean),
        bands: donated.bands.iter().map(band).collect(),
        model: format!("{} and {} of its own", donated.model, own.model),
        uncertainty: DemandUncertainty {
            day_level_sd: mix(donated.uncertainty.day_level_sd, own.uncertainty.day_level_sd),
            overdispersion: mix(donated.uncertainty.overdispersion, own.uncertainty.overdispersion),
        },
        days: donated.days.iter().zip(&own.days).map(part).collect(),
        ..donated.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{after, lively, request};
    use solver_data::{Calendar, QueueHistory};

    fn new(volume: DonorVolume) -> NewQueue {
        let donor = Donor { queue: "all".into(), volume };
        NewQueue { name: "card".into(), donor, aht_seconds: Some(240.0), open: None }
    }

    /// The lively queue with `days` days of a new one that gets `share` of its contacts.
    fn joined(days: usize, share: f64) -> ContactHistory {
        let mut history = lively(70, 40.0);
        let records = history.queues[0].records[(70 - days) * 48..].to_vec();
        let own = records.into_iter().map(|row| solver_data::IntervalRecord { offered: row.offered.map(|y| share * y), ..row });
        history.queues.push(QueueHistory { name: "card".into(), records: own.collect() });
        history
    }

    /// Forecast of the new queue over the donor's, as totals, with its day-level standard deviation over the donor's.
    fn share_of_donor(history: &ContactHistory, volume: DonorVolume) -> (f64, f64) {
        let (calendar, donor) = (Calendar::default(), lively(70, 40.0));
        let known = forecast(&request(&donor, &calendar, after(70), 7)).unwrap();
        let answer = with_new_queue(&request(history, &calendar, after(70), 7), &known, &new(volume)).unwrap();
        let total = |q: usize| answer.queues[q].mean.iter().sum::<f64>();
        let sd = |q: usize| answer.queues[q].uncertainty.day_level_sd;
        assert_eq!(answer.day_errors.queues(), 2);
        assert_eq!(answer.queues[1].aht_seconds.as_ref().unwrap()[5], 240.0);
        let days: f64 = answer.queues[1].days.iter().map(DayParts::total).sum();
        approx::assert_relative_eq!(days, total(1), max_relative = 0.02);
        (total(1) / total(0), sd(1) / sd(0))
    }

    #[test]
    fn without_own_rows_the_planner_is_taken_at_their_word() {
        let history = lively(70, 40.0);
        let (share, sd) = share_of_donor(&history, DonorVolume::Share(0.2));
        approx::assert_relative_eq!(share, 0.2, max_relative = 1e-9);
        assert!(sd > 1.5, "{sd}");
        let month: f64 = history.queues[0].records[42 * 48..].iter().filter_map(|row| row.offered).sum();
        let (share, _) = share_of_donor(&history, DonorVolume::ContactsPerDay(month / 28.0 * 0.3));
        approx::assert_relative_eq!(share, 0.3, max_relative = 1e-9);
    }

    #[test]
    fn own_rows_take_over_as_they_come_in() {
        let shares: Vec<(f64, f64)> =
            [0, 2, 5, 20, 60].iter().map(|&days| share_of_donor(&joined(days, 0.4), DonorVolume::Share(0.2))).collect();
        assert!(shares.windows(2).all(|pair| pair[1].0 > pair[0].0 - 0.004), "{shares:?}");
        assert!((0.25..0.35).contains(&shares[1].0) && (shares[4].0 - 0.4).abs() < 0.02, "{shares:?}");
        assert!(shares[..4].windows(2).all(|pair| pair[1].1 < pair[0].1), "{shares:?}");
    }

    #[test]
    fn contacts_come_within_the_hours_of_the_new_queue() {
        let (history, calendar) = (lively(70, 40.0), Calendar::default());
        let asked = request(&history, &calendar, after(70), 7);
        let known = forecast(&asked).unwrap();
        let open: Vec<bool> = (0..known.grid.len()).map(|t| (18..36).contains(&(t % 48))).collect();
        let answer =
            with_new_queue(&asked, &known, &NewQueue { open: Some(open.clone()), ..new(DonorVolume::Share(0.2)) }).unwrap();
        let queue = &answer.queues[1];
        assert!((0..open.len()).all(|t| (queue.mean[t] > 0.0) == open[t] && queue.bands[1].hi[t] >= queue.mean[t]));
        approx::assert_relative_eq!(
            queue.mean.iter().sum::<f64>(),
            0.2 * known.queues[0].mean.iter().sum::<f64>(),
            max_relative = 1e-9
        );
    }

    #[test]
    fn own_rows_within_shorter_hours_count_once() {
        let (donor, calendar) = (lively(70, 40.0), Calendar::default());
        let known = forecast(&request(&donor, &calendar, after(70), 7)).unwrap();
        let within = |t: usize| (18..26).contains(&(t % 48));
        let open: Vec<bool> = (0..known.grid.len()).map(within).collect();
        let inside: f64 = (0..open.len()).filter(|&t| open[t]).map(|t| known.queues[0].mean[t]).sum();
        for with_zeros in [false, true] {
            let mut history = joined(50, 0.05);
            let records = &mut history.queues[1].records;
            records.iter_mut().enumerate().filter(|(i, _)| !within(*i)).for_each(|(_, row)| row.offered = Some(0.0));
            if !with_zeros {
                *records = records.iter().enumerate().filter(|(i, _)| within(*i)).map(|(_, row)| row.clone()).collect();
            }
            let new = NewQueue {
                open: Some(open.clone()),
                ..new(DonorVolume::Share(0.05 * inside / known.queues[0].mean.iter().sum::<f64>()))
            };
            let level = NewLevel::of(&history, &new, &SharedHours::of(&known, 0, &new), after(70)).unwrap();
            assert!((level.factor - 0.05).abs() < 0.002, "{with_zeros}: {level:?}");
            let queue = from_donor(&known, 0, &new, (&SharedHours::of(&known, 0, &new), level));
            approx::assert_relative_eq!(queue.mean.iter().sum::<f64>(), 0.05 * inside, max_relative = 0.04);
        }
    }

    #[test]
    fn a_donor_nobody_knows_is_named() {
        let (history, calendar) = (lively(70, 40.0), Calendar::default());
        let asked = request(&history, &calendar, after(70), 7);
        let known = forecast(&asked).unwrap();
        let mut stray = new(DonorVolume::Share(0.2));
        stray.donor.queue = "sales".into();
        assert!(with_new_queue(&asked, &known, &stray).unwrap_err().to_string().contains("the queues forecast are all"));
    }
}
