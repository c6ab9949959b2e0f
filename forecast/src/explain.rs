//! Why a forecast says what it says: one number as a product of factors.
//!
//! mean[t] = level × weekday × calendar × event × uplift × pool × share of the day × Π adjustments: the first six are the
//! [`solver_data::DayParts`] of the day, the share is interval t's part of the day's total before adjustments. The product is
//! exact, since the share is what is left.

use chrono::NaiveDateTime;
use solver_data::{DayParts, DemandForecast, QueueForecast};

use crate::error::ForecastError;

/// One number of a forecast, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Queue.
    pub queue: String,
    /// Local civil time at which the interval starts.
    pub at: NaiveDateTime,
    /// The factors in order; the first is a volume, the others multiply it.
    pub steps: Vec<ExplanationStep>,
    /// Expected contacts: the running value of the last step.
    pub mean: f64,
}

/// One factor.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplanationStep {
    /// What it is: `level`, `weekday`, `calendar`, `event`, `uplift`, `pool`, `profile`, or the source of an adjustment.
    pub name: &'static str,
    /// In words.
    pub note: String,
    /// Factor; for `level` the contacts of a typical day.
    pub factor: f64,
    /// Product so far: contacts a day up to `pool`, contacts of the interval from `profile` on.
    pub value: f64,
}

/// Takes apart the forecast of `queue` for the interval that contains the local civil time `at`.
///
/// # Errors
/// [`ForecastError::NotForecast`] for a queue without forecast, [`ForecastError::OutsideHorizon`] for a time that the grid
/// does not cover, [`ForecastError::ClosedAt`] where the queue is closed.
pub fn explain(forecast: &DemandForecast, queue: &str, at: NaiveDateTime) -> Result<Explanation, ForecastError> {
    let grid = &forecast.grid;
    let own = forecast.queue(queue).ok_or_else(|| ForecastError::NotForecast {
        queue: queue.to_owned(),
        known: forecast.queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>().join(", "),
    })?;
    let outside = || ForecastError::OutsideHorizon { at, first: grid.date(0), last: grid.date(grid.days() - 1) };
    let t = usize::from(grid.interval_at(at).ok_or_else(outside)?);
    if !own.open[t] {
        return Err(ForecastError::ClosedAt { queue: queue.to_owned(), at });
    }
    let day = grid.day_of(t);
    let before: Vec<f64> = before_adjustments(own, grid.day_range(day));
    let total: f64 = before.iter().sum();
    let parts = own.days.get(day).copied().unwrap_or_else(|| DayParts::of_total(total));
    let own_mean = before[t - grid.day_range(day).start];
    let profile = if parts.total() > 0.0 { own_mean / parts.total() } else { 0.0 };
    let mut steps = Steps::default();
    steps.push("level", "contacts on a typical open day", parts.level);
    steps.push("weekday", grid.date(day).format("%A").to_string(), parts.weekday);
    steps.push("calendar", "season, day of the month, holidays and the days around them", parts.calendar);
    steps.push("event", "promotions and launches, learned from their past", parts.event);
    steps.push("uplift", "the planner's own factor in the calendar", parts.uplift);
    steps.push("pool", "what the other models make of it", parts.pool);
    steps.push("profile", format!("share of the day from {} on", grid.local(t).format("%H:%M")), profile);
    for adjustment in &own.adjustments {
        steps.push(adjustment.source.name(), adjustment.note.clone(), adjustment.factor[t]);
    }
    Ok(Explanation { queue: queue.to_owned(), at: grid.local(t), mean: own.mean[t], steps: steps.0 })
}

#[derive(Debug, Default)]
struct Steps(Vec<ExplanationStep>);

impl Steps {
    fn push(&mut self, name: &'static str, note: impl Into<String>, factor: f64) {
        let value = self.0.last().map_or(factor, |last| last.value * factor);
        self.0.push(ExplanationStep { name, note: note.into(), factor, value });
    }
}

/// Means of a day's intervals before they were adjusted; 0 where an adjustment by 0 has wiped them out.
fn before_adjustments(queue: &QueueForecast, day: std::ops::Range<usize>) -> Vec<f64> {
    let factor = |t: usize| queue.adjustments.iter().map(|adjustment| adjustment.factor[t]).product::<f64>();
    day.map(|t| if factor(t) > 0.0 { queue.mean[t] / factor(t) } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{BANK, USA, date, holidays, request, single};
    use crate::overrides::apply_overrides;
    use crate::stage::forecast;
    use solver_data::{ForecastOverride, OverrideChange};

    fn bank() -> DemandForecast {
        let (history, calendar) = (single(BANK), holidays(USA));
        let plain = forecast(&request(&history, &calendar, date(2003, 8, 18), 7)).unwrap();
        let row = ForecastOverride {
            queue: None,
            start: date(2003, 8, 18).and_hms_opt(9, 0, 0).unwrap(),
            end: date(2003, 8, 18).and_hms_opt(12, 0, 0).unwrap(),
            change: OverrideChange::Factor(1.3),
            author: "Ada".into(),
            reason: "mailing".into(),
            expires: None,
            line: 2,
        };
        apply_overrides(&plain, &[row]).forecast
    }

    #[test]
    fn the_factors_multiply_to_the_number_that_was_forecast() {
        let answer = bank();
        let queue = &answer.queues[0];
        for t in (0..answer.grid.len()).filter(|&t| queue.open[t]) {
            let told = explain(&answer, "all", answer.grid.local(t)).unwrap();
            let product: f64 = told.steps.iter().map(|step| step.factor).product();
            approx::assert_relative_eq!(product, queue.mean[t], max_relative = 1e-9);
            approx::assert_relative_eq!(told.steps.last().unwrap().value, told.mean, max_relative = 1e-9);
        }
        let ten = explain(&answer, "all", date(2003, 8, 18).and_hms_opt(10, 10, 0).unwrap()).unwrap();
        let last = ten.steps.last().unwrap();
        assert_eq!((last.name, last.factor, last.note.as_str()), ("override", 1.3, "Ada: mailing"));
        assert_eq!(ten.at, date(2003, 8, 18).and_hms_opt(10, 0, 0).unwrap());
        assert_eq!(ten.steps[1].note, "Monday");
    }

    #[test]
    fn closed_times_other_days_and_unknown_queues_are_told_apart() {
        let answer = bank();
        let at = |day, hour| date(2003, 8, day).and_hms_opt(hour, 0, 0).unwrap();
        let refused = |queue: &str, at| explain(&answer, queue, at).unwrap_err().to_string();
        assert!(refused("all", at(18, 3)).contains("is closed at 2003-08-18 03:00:00"));
        assert!(refused("all", at(28, 10)).contains("2003-08-18 to 2003-08-24"));
        assert!(refused("sales", at(18, 10)).contains("forecast are all"));
    }
}
