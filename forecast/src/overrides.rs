//! Overrides: the planner's own rows, laid over a forecast and shown as such.

use std::fmt;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use solver_data::{Adjustment, AdjustmentSource, DemandForecast, ForecastOverride, OverrideChange, PlanningGrid};

use crate::adjust::{LevelSd, rescale};

/// A forecast with the planner's rows in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Overridden {
    /// The forecast; every applied row is an [`Adjustment`] of each queue it touches.
    pub forecast: DemandForecast,
    /// Rows that did nothing, or not all that they say.
    pub remarks: Vec<OverrideRemark>,
}

/// What became of a row that did not apply as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct OverrideRemark {
    /// Index of the row.
    pub row: usize,
    /// Why.
    pub reason: OverrideReason,
}

/// Why a row did not apply as it stands.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum OverrideReason {
    /// It ran out before the horizon.
    Expired {
        /// Its last day.
        expires: NaiveDate,
        /// First day of the horizon.
        first: NaiveDate,
    },
    /// Its stretch lies outside the horizon.
    Outside,
    /// Its contacts are meant for a longer stretch than the horizon shows; the share of the time within is taken.
    PartlyOutside {
        /// Contacts expected within.
        contacts: f64,
    },
    /// Its stretch lies between the starts of two intervals.
    BetweenStarts {
        /// Minutes of an interval.
        minutes: u32,
    },
    /// The queue is closed, or expects nobody, throughout its stretch.
    Closed {
        /// The queue.
        queue: String,
    },
    /// No queue has the name.
    UnknownQueue {
        /// The name.
        queue: String,
    },
}

impl fmt::Display for OverrideReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { expires, first } => write!(f, "the override expired on {expires}, before {first}, and is left out"),
            Self::Outside => write!(f, "the override lies outside the horizon and is left out"),
            Self::PartlyOutside { contacts } => {
                write!(
                    f,
                    "part of the override lies outside the horizon; {contacts:.1} contacts, the share of its time, are taken"
                )
            }
            Self::BetweenStarts { minutes } => {
                write!(f, "the override covers no interval's start; name a time on the grid of {minutes} minutes")
            }
            Self::Closed { queue } => write!(f, "queue \"{queue}\" expects no contact in the override's stretch"),
            Self::UnknownQueue { queue } => write!(f, "no queue is named \"{queue}\""),
        }
    }
}

/// Lays overrides over a forecast, in their order, each upon the outcome of those before.
///
/// A row changes the open intervals that start in its stretch. A factor multiplies them; contacts are a total, spread by the
/// forecast's shape. The intervals around the mean keep their number of standard deviations.
pub fn apply_overrides(forecast: &DemandForecast, overrides: &[ForecastOverride]) -> Overridden {
    let mut outcome = Overridden { forecast: forecast.clone(), remarks: Vec::new() };
    for (row, own) in overrides.iter().enumerate() {
        outcome.apply(row, own);
    }
    outcome
}

impl Overridden {
    fn apply(&mut self, row: usize, own: &ForecastOverride) {
        let grid = self.forecast.grid.clone();
        let mut remark = |reason| self.remarks.push(OverrideRemark { row, reason });
        let first = grid.date(0);
        if let Some(expires) = own.expires.filter(|_| own.is_expired(first)) {
            return remark(OverrideReason::Expired { expires, first });
        }
        if let Some(queue) = own.queue.as_ref().filter(|queue| self.forecast.queue(queue).is_none()) {
            return remark(OverrideReason::UnknownQueue { queue: queue.clone() });
        }
        let within = share_within(own, &grid);
        if within <= 0.0 {
            return remark(OverrideReason::Outside);
        }
        if !(0..grid.len()).any(|t| own.covers(grid.local(t))) {
            return remark(OverrideReason::BetweenStarts { minutes: grid.interval_minutes() });
        }
        if let OverrideChange::Contacts(contacts) = own.change
            && within < 1.0
        {
            remark(OverrideReason::PartlyOutside { contacts: contacts * within });
        }
        for q in 0..self.forecast.queues.len() {
            if own.touches(&self.forecast.queues[q].name) && !self.apply_to(q, own, within) {
                let queue = self.forecast.queues[q].name.clone();
                self.remarks.push(OverrideRemark { row, reason: OverrideReason::Closed { queue } });
            }
        }
    }

    /// Whether the queue expects anybody in the stretch.
    fn apply_to(&mut self, q: usize, own: &ForecastOverride, within: f64) -> bool {
        let (grid, errors) = (self.forecast.grid.clone(), &self.forecast.day_errors);
        let queue = &mut self.forecast.queues[q];
        let touched: Vec<usize> = (0..grid.len()).filter(|&t| queue.open[t] && own.covers(grid.local(t))).collect();
        let expected: f64 = touched.iter().map(|&t| queue.mean[t]).sum();
        if expected <= 0.0 {
            return false;
        }
        let by = match own.change {
            OverrideChange::Factor(factor) => factor,
            OverrideChange::Contacts(contacts) => contacts * within / expected,
        };
        let mut factor = vec![1.0; grid.len()];
        for t in touched {
            let sd = queue.uncertainty.day_level_sd * errors.relative_sd(q, grid.day_of(t));
            rescale(queue, t, by, LevelSd { before: sd, after: sd });
            factor[t] = by;
        }
        queue.adjustments.push(Adjustment { source: AdjustmentSource::Override, note: own.note(), factor });
        true
    }
}

/// Share of an override's stretch that lies within the grid's days.
fn share_within(own: &ForecastOverride, grid: &PlanningGrid) -> f64 {
    let first = grid.date(0).and_time(NaiveTime::MIN);
    let last =
        grid.date(grid.days() - 1).checked_add_days(Days::new(1)).map_or(NaiveDateTime::MAX, |day| day.and_time(NaiveTime::MIN));
    let inside = own.end.min(last) - own.start.max(first);
    inside.num_seconds().max(0) as f64 / (own.end - own.start).num_seconds().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{after, lively, request};
    use crate::stage::forecast;
    use solver_data::Calendar;

    fn base() -> DemandForecast {
        let (history, calendar) = (lively(70, 40.0), Calendar::default());
        forecast(&request(&history, &calendar, after(70), 7)).unwrap()
    }

    fn row(change: OverrideChange, (from, to): (u32, u32)) -> ForecastOverride {
        let at = |hour: u32| after(71).and_time(NaiveTime::MIN) + chrono::Duration::hours(i64::from(hour));
        let (author, reason) = ("Ada".to_owned(), "mailing".to_owned());
        ForecastOverride { queue: None, start: at(from), end: at(to), change, author, reason, expires: None, line: 2 }
    }

    #[test]
    fn contacts_are_reached_by_the_shape_of_the_forecast_and_the_rest_stays() {
        let plain = base();
        let changed = apply_overrides(&plain, &[row(OverrideChange::Contacts(500.0), (9, 12))]);
        assert!(changed.remarks.is_empty());
        let (before, after) = (&plain.queues[0], &changed.forecast.queues[0]);
        let stretch = 48 + 18..48 + 24;
        approx::assert_relative_eq!(after.mean[stretch.clone()].iter().sum::<f64>(), 500.0, max_relative = 1e-12);
        let ratio = after.mean[66] / before.mean[66];
        for t in 0..before.mean.len() {
            let wanted = if stretch.contains(&t) { ratio } else { 1.0 };
            approx::assert_relative_eq!(after.mean[t], before.mean[t] * wanted, max_relative = 1e-12);
            approx::assert_relative_eq!(after.adjustments[0].factor[t], wanted, max_relative = 1e-12);
        }
        assert_eq!(
            (after.adjustments[0].source, after.adjustments[0].note.as_str()),
            (AdjustmentSource::Override, "Ada: mailing")
        );
    }

    #[test]
    fn rows_build_on_those_before_and_their_factors_multiply_to_the_mean() {
        let plain = base();
        let rows = [row(OverrideChange::Factor(1.5), (0, 24)), row(OverrideChange::Factor(0.5), (12, 24))];
        let changed = apply_overrides(&plain, &rows).forecast;
        for t in 48..96 {
            let product: f64 = changed.queues[0].adjustments.iter().map(|own| own.factor[t]).product();
            approx::assert_relative_eq!(changed.queues[0].mean[t], plain.queues[0].mean[t] * product, max_relative = 1e-12);
        }
        approx::assert_relative_eq!(changed.queues[0].mean[90], 0.75 * plain.queues[0].mean[90], max_relative = 1e-12);
    }

    #[test]
    fn a_row_between_two_starts_is_told_to_name_a_time_on_the_grid() {
        let plain = base();
        let ten = after(71).and_hms_opt(10, 0, 0).unwrap();
        let minutes = |minutes: i64| ten + chrono::Duration::minutes(minutes);
        let short = ForecastOverride { start: minutes(5), end: minutes(25), ..row(OverrideChange::Factor(2.0), (0, 1)) };
        let outcome = apply_overrides(&plain, std::slice::from_ref(&short));
        assert_eq!(outcome.forecast, plain);
        assert_eq!(outcome.remarks, [OverrideRemark { row: 0, reason: OverrideReason::BetweenStarts { minutes: 30 } }]);
        assert!(outcome.remarks[0].reason.to_string().contains("no interval's start"));
        let whole = ForecastOverride { start: ten, ..short };
        assert!(apply_overrides(&plain, &[whole]).remarks.is_empty());
    }

    #[test]
    fn rows_that_do_nothing_say_why() {
        let plain = base();
        let expired = ForecastOverride { expires: Some(after(69)), ..row(OverrideChange::Factor(2.0), (0, 24)) };
        let stray = ForecastOverride { queue: Some("sales".into()), ..row(OverrideChange::Factor(2.0), (0, 24)) };
        let early = ForecastOverride {
            start: after(60).and_time(NaiveTime::MIN),
            end: after(61).and_time(NaiveTime::MIN),
            ..expired.clone()
        };
        let early = ForecastOverride { expires: None, ..early };
        let long = ForecastOverride { end: after(81).and_time(NaiveTime::MIN), ..row(OverrideChange::Contacts(1000.0), (0, 24)) };
        let outcome = apply_overrides(&plain, &[expired, stray, early, long]);
        let reasons: Vec<String> = outcome.remarks.iter().map(|remark| remark.reason.to_string()).collect();
        assert!(reasons[0].contains("expired on") && reasons[1].contains("\"sales\"") && reasons[2].contains("outside"));
        assert!(reasons[3].contains("600.0 contacts"), "{reasons:?}");
        approx::assert_relative_eq!(outcome.forecast.queues[0].mean[48..].iter().sum::<f64>(), 600.0, max_relative = 1e-9);
    }
}
