//! A queue without enough history: its donor's days at the level of its interval forecast.
//!
//! day = the donor's before planned changes × Σ own / Σ donor's of the interval forecast's days of the same weekday, both
//! before all adjustments. The level's variance is what the interval forecast adds to the donor's.

use std::ops::Range;

use chrono::{Datelike, Days};
use solver_data::{AdjustmentSource, EventKind, QueueForecast};

use crate::error::ForecastError;
use crate::long_range::day_course::{DayCourse, totals_before};
use crate::long_range::make::Made;
use crate::long_range::request::{Follower, OutlookRequest};

/// The days ahead of a queue that follows one of `made`, before its own planned changes and interval forecast are heard.
pub(super) fn follower_course(
    request: &OutlookRequest<'_>,
    made: &[Made],
    follower: &Follower,
) -> Result<DayCourse, ForecastError> {
    let stray = |name: &str| ForecastError::NotForecast {
        queue: name.to_owned(),
        known: request.near.queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    let near = |name: &str| request.near.queue(name).ok_or_else(|| stray(name));
    let (own, theirs) = (near(&follower.queue)?, near(&follower.donor)?);
    let donor = &made.iter().find(|made| made.name == follower.donor).ok_or_else(|| stray(&follower.donor))?.course;
    let (ratios, ratio) = weekday_ratios(request, own, theirs);
    let is_closed = |date| request.calendar.on(date, &follower.queue).any(|event| event.kind == EventKind::Closure);
    let days = donor.days.iter().enumerate().map(|(day, steps)| {
        let date = donor.start + Days::new(day as u64);
        let weekday = date.weekday().num_days_from_monday() as usize;
        steps.unchanged_times(if is_closed(date) { 0.0 } else { ratios[weekday] })
    });
    let (sd, donor_sd) = (own.uncertainty.day_level_sd, theirs.uncertainty.day_level_sd);
    let level_sd = (sd * sd - donor_sd * donor_sd).max(0.0).sqrt().hypot(donor.level_sd);
    let mut notes =
        vec![format!("too few rows of its own: it follows {} at {:.0} % of its contacts", follower.donor, 100.0 * ratio)];
    let own_drivers = request.drivers.iter().filter(|driver| driver.touches(&follower.queue) && !driver.touches(&follower.donor));
    notes.extend(own_drivers.map(|driver| format!("driver {} is left out: it does not touch the donor", driver.name)));
    Ok(DayCourse { days: days.collect(), level_sd, notes, handle_time: None, ..donor.clone() })
}

/// Contacts of a queue per contact of another in their interval forecasts, by weekday from Monday on and altogether.
fn weekday_ratios(request: &OutlookRequest<'_>, own: &QueueForecast, theirs: &QueueForecast) -> ([f64; 7], f64) {
    let grid = &request.near.grid;
    let ranges: Vec<Range<usize>> = (0..grid.days()).map(|day| grid.day_range(day)).collect();
    let all = [AdjustmentSource::Intraday, AdjustmentSource::Override, AdjustmentSource::Deflection, AdjustmentSource::Repeat];
    let (mine, donors) = (totals_before(own, &ranges, &all), totals_before(theirs, &ranges, &all));
    let (mut sums, mut sum) = ([(0.0, 0.0); 7], (0.0, 0.0));
    for (day, (mine, donors)) in mine.into_iter().zip(donors).enumerate() {
        let Some((mine, donors)) = mine.zip(donors) else { continue };
        let cell = &mut sums[grid.date(day).weekday().num_days_from_monday() as usize];
        *cell = (cell.0 + mine, cell.1 + donors);
        sum = (sum.0 + mine, sum.1 + donors);
    }
    let whole = if sum.1 > 0.0 { sum.0 / sum.1 } else { 0.0 };
    (sums.map(|(mine, donors)| if donors > 0.0 { mine / donors } else { whole }), whole)
}
