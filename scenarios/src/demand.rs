//! Expected demand: the forecast of the queues with a history, then the queues that follow a donor, the planner's overrides,
//! and what has come so far today.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use forecast::{ForecastRequest, IntradayUpdate, NewQueue, OverrideReason, apply_overrides, with_new_queue};
use solver_data::{
    Centre, ContactHistory, DemandForecast, Finding, ForecastOverride, PlanningGrid, Queue, QueueId, Table, ValidationReport,
};

use crate::error::PlanError;

/// Days of own rows from which a queue with a donor is forecast like any other.
const GROWN_UP_DAYS: usize = 56;

/// Overrides with the name of their file, for what is to be said about them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OverrideFile {
    /// The file as the user named it.
    pub name: String,
    /// Its rows.
    pub rows: Vec<ForecastOverride>,
}

/// Changes of a forecast after the model has spoken.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DemandChanges {
    /// The planner's own rows, in the order they apply.
    pub overrides: Vec<OverrideFile>,
    /// What came on the first days of the horizon so far.
    pub observed: Option<ContactHistory>,
}

/// Expected demand, and what is to be said about how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The forecast.
    pub forecast: DemandForecast,
    /// Overrides that did nothing, or not all that they say.
    pub remarks: ValidationReport,
}

impl Expected {
    /// The forecast of `request` with the changes in it.
    ///
    /// - `donors`: queues without a history of their own, each with its donor: they are trusted as far as that
    ///
    /// Overrides come first, so that a surge that the planner foresaw does not count as a surprise of today.
    ///
    /// # Errors
    /// [`PlanError::Forecast`] when the trust in today's rows cannot be measured, or none of them lies in the horizon.
    pub fn of(
        request: &ForecastRequest<'_>,
        forecast: DemandForecast,
        changes: &DemandChanges,
        donors: &[(&str, &str)],
    ) -> Result<Self, PlanError> {
        let mut expected = Self { forecast, remarks: ValidationReport::default() };
        for file in &changes.overrides {
            let outcome = apply_overrides(&expected.forecast, &file.rows);
            expected.forecast = outcome.forecast;
            for remark in outcome.remarks {
                expected.remarks.push(told(&file.name, &file.rows[remark.row], &remark.reason));
            }
        }
        if let Some(observed) = &changes.observed {
            let measured = IntradayUpdate::measured(request)?;
            let update = donors.iter().fold(measured, |update, (queue, donor)| update.with_queue_like(queue, donor));
            expected.forecast = update.update(&expected.forecast, observed)?;
        }
        Ok(expected)
    }
}

fn told(file: &str, row: &ForecastOverride, reason: &OverrideReason) -> Finding {
    let (message, place) = (reason.to_string(), (row.line, 1));
    match reason {
        OverrideReason::Closed { .. } | OverrideReason::UnknownQueue { .. } => {
            Finding::warning(file, message, "check the queue and its opening hours; the row does nothing").at(place.0, place.1)
        }
        OverrideReason::BetweenStarts { .. } => {
            Finding::warning(file, message, "move its start or its end; the row does nothing").at(place.0, place.1)
        }
        OverrideReason::Expired { .. } => Finding::note(file, message, "drop the row, or move its expiry").at(place.0, place.1),
        _ => Finding::note(file, message, "nothing to do if that is meant").at(place.0, place.1),
    }
}

/// The centre without the queues that are still forecast from their donor, and these.
///
/// A queue with a donor counts as grown up from eight weeks of own rows before `start` on.
pub fn with_history(centre: &Centre, history: &ContactHistory, start: NaiveDate) -> (Centre, Vec<QueueId>) {
    let days = |queue: &Queue| {
        let rows = history.queue(&queue.name).map_or(&[][..], |rows| rows.before(start.and_time(NaiveTime::MIN)));
        rows.iter().map(|row| row.start.date()).collect::<BTreeSet<_>>().len()
    };
    let (young, grown): (Vec<_>, Vec<_>) =
        centre.queues.entries().partition(|(_, queue)| queue.donor.is_some() && days(queue) < GROWN_UP_DAYS);
    let queues = Table::new(grown.into_iter().map(|(_, queue)| queue.clone()).collect());
    (Centre { queues, ..centre.clone() }, young.into_iter().map(|(id, _)| id).collect())
}

/// `forecast` with the centre's young queues in it, in the centre's order; `request` is the one it answers.
///
/// # Errors
/// [`PlanError::Forecast`] for a donor without contacts.
pub fn with_young_queues(
    centre: &Centre,
    young: &[QueueId],
    request: &ForecastRequest<'_>,
    forecast: DemandForecast,
) -> Result<DemandForecast, PlanError> {
    let mut answer = forecast;
    for &id in young {
        let queue = &centre.queues[id];
        let Some(donor) = queue.donor.clone() else { continue };
        let open = Some(open_intervals(centre, id, &answer.grid));
        let new = NewQueue { name: queue.name.clone(), donor, aht_seconds: queue.aht_seconds, open };
        answer = with_new_queue(request, &answer, &new)?;
    }
    let place = |queue: &Queue| answer.queues.iter().position(|own| own.name == queue.name);
    let order: Vec<usize> = centre.queues.iter().filter_map(place).collect();
    let queues = order.iter().map(|&q| answer.queues[q].clone()).collect();
    let day_errors = answer.day_errors.reordered(&order);
    Ok(DemandForecast { queues, day_errors, ..answer })
}

/// Whether a queue is open in each interval of a grid.
fn open_intervals(centre: &Centre, queue: QueueId, grid: &PlanningGrid) -> Vec<bool> {
    let hours = centre.hours_of(queue);
    let open = |t: usize| {
        let local = grid.local(t);
        let minute = local.num_seconds_from_midnight() / 60;
        hours.is_open(local.weekday(), minute, grid.interval_minutes()) && !centre.closed_on(queue, local.date())
    };
    (0..grid.len()).map(open).collect()
}
