//! What a queue promises over a plan, and the simulated service it is judged by: stretch by stretch.
//!
//! A promise over a day is judged on every day, over a week on every planning week, each by the target in force. A promise
//! by the interval is what staffing sizes for; simulated intervals are too few contacts to judge alone, so it is judged
//! over each stretch of days under the same target.

use std::ops::Range;

use chrono::NaiveDate;
use solver_data::{
    Centre, Estimate, QueueId, QueuePerformance, ServiceMeasures, ServicePerformance, ServiceTarget, TargetPeriod,
};

/// A stretch of days over which a target is judged, with the service given.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Days of the grid.
    pub days: Range<usize>,
    /// The target in force.
    pub target: ServiceTarget,
    /// Simulated service.
    pub service: ServiceMeasures,
    /// Simulated share of deferred work done by its deadline, over the whole horizon; `None` for a queue without any.
    pub in_time: Option<Estimate>,
}

/// The stretches of a queue over the horizon, in order; none where it promises nothing.
pub fn stretches(centre: &Centre, queue: QueueId, performance: &ServicePerformance) -> Vec<Stretch> {
    let (grid, service) = (&performance.grid, &performance.queues[usize::from(queue)]);
    let target = |day: usize| *centre.queues[queue].target_on(grid.date(day));
    let mut found: Vec<Stretch> = Vec::new();
    let mut from = 0;
    for day in 1..=grid.days() {
        let goes_on = day < grid.days()
            && target(day) == target(from)
            && together(centre, target(from).period, grid.date(from), grid.date(day));
        if !goes_on {
            if !target(from).is_empty() {
                let in_time = service.detail.deferred.as_ref().map(|deferred| deferred.in_time);
                let measures = over(service, &(from..day));
                found.push(Stretch { days: from..day, target: target(from), service: measures, in_time });
            }
            from = day;
        }
    }
    found
}

/// Whether a day is judged together with the first day of a stretch.
fn together(centre: &Centre, period: TargetPeriod, first: NaiveDate, date: NaiveDate) -> bool {
    match period {
        TargetPeriod::Interval => true,
        TargetPeriod::Day => first == date,
        TargetPeriod::Week => centre.week_of(first) == centre.week_of(date),
    }
}

/// Service over some days: the horizon's where they are all of it, else the days' weighted by their contacts.
fn over(service: &QueuePerformance, days: &Range<usize>) -> ServiceMeasures {
    if days.len() == service.days.len() {
        return service.horizon;
    }
    let days = &service.days[days.clone()];
    if let [day] = days {
        return *day;
    }
    let offered: f64 = days.iter().map(|day| day.offered.mean).sum();
    let mean = |of: fn(&ServiceMeasures) -> Estimate| {
        let (sum, square) = days.iter().fold((0.0, 0.0), |(sum, square), day| {
            let (weight, estimate) = (day.offered.mean, of(day));
            // Days are taken as independent.
            (sum + weight * estimate.mean, square + (weight * estimate.half_width).powi(2))
        });
        if offered > 0.0 { Estimate { mean: sum / offered, half_width: square.sqrt() / offered } } else { Estimate::default() }
    };
    let total = |of: fn(&ServiceMeasures) -> Estimate| Estimate {
        mean: days.iter().map(|day| of(day).mean).sum(),
        half_width: days.iter().map(|day| of(day).half_width.powi(2)).sum::<f64>().sqrt(),
    };
    ServiceMeasures {
        offered: total(|day| day.offered),
        answered: total(|day| day.answered),
        service_level: mean(|day| day.service_level),
        abandonment: mean(|day| day.abandonment),
        asa_seconds: mean(|day| day.asa_seconds),
        within_limit: mean(|day| day.within_limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_weighted_by_their_contacts() {
        let estimate = |mean, half_width| Estimate { mean, half_width };
        let day = |offered, level| ServiceMeasures {
            offered: estimate(offered, 0.0),
            service_level: estimate(level, 0.03),
            ..ServiceMeasures::default()
        };
        let service = QueuePerformance { days: vec![day(300.0, 0.9), day(100.0, 0.5), day(50.0, 0.0)], ..none() };
        let two = over(&service, &(0..2));
        assert!((two.service_level.mean - 0.8).abs() < 1e-12 && two.offered.mean == 400.0);
        assert!((two.service_level.half_width - (9.0_f64.powi(2) + 3.0_f64.powi(2)).sqrt() / 400.0).abs() < 1e-12);
        assert_eq!(over(&service, &(1..2)).service_level.mean, 0.5);
    }

    fn none() -> QueuePerformance {
        QueuePerformance {
            queue: "Q".to_owned(),
            intervals: Vec::new(),
            days: Vec::new(),
            horizon: ServiceMeasures::default(),
            days_meeting_target: 0.0,
            weeks: Vec::new(),
            detail: solver_data::ServiceDetail::default(),
        }
    }
}
