//! Histogram gradient boosting about a base of recent weeks.
//!
//! 1. Slots are summed to groups of two hours; the base of a day and group is the exponentially weighted mean of its
//!    weekday times the part of the latest days' excess that persists ([`base`], [`design`]).
//! 2. Trees on calendar and season correct the base by the Poisson likelihood ([`tree`], [`booster`]). Promotions and
//!    launches are no matter for trees, which need many days of a kind: their mean effect goes into the base.
//! 3. A group is spread over its slots by the recent shares of the weekday.
//!
//! Trees are learned anew whenever the known days have trebled, and before the last cut.

mod base;
mod booster;
mod design;
mod tree;

use crate::model::gradient_boosting::base::Book;
use crate::model::gradient_boosting::booster::{BoostedTrees, Boosting, TrainingRows};
use crate::model::gradient_boosting::design::{Design, FEATURES, Leads};
use crate::model::refit::refits;
use crate::model::weekday_share::WeekdayShares;
use crate::model::{Cut, DemandModel, EventUse, Path};
use crate::series::QueueSeries;

/// Known days without which there are no trees, only the base.
const LEAST_DAYS: usize = 56;
const BOOSTING: Boosting = Boosting { rounds: 12, leaves: 8, rate: 0.1, sample: 0.6, ridge_rows: 2.0, least_rows: 12.0 };

/// Gradient-boosted trees about a base of recent weeks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GradientBoosting;

impl DemandModel for GradientBoosting {
    fn name(&self) -> &'static str {
        "gradient_boosting"
    }

    fn expected_error(&self) -> f64 {
        1.1
    }

    fn events(&self) -> EventUse {
        EventUse::Seen
    }

    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path> {
        let Some(last) = cuts.last() else { return Vec::new() };
        let origins: Vec<usize> = cuts.iter().map(|cut| cut.origin).collect();
        let (book, shares) = Book::read(series, last.origin, &origins);
        let mut learned: Option<Learned> = None;
        let mut paths = Vec::with_capacity(cuts.len());
        for ((cut, shares), due) in cuts.iter().zip(&shares).zip(refits(cuts)) {
            let trees = learned.take().filter(|_| !due).unwrap_or_else(|| Learned::before(series, &book, *cut));
            paths.push(trees.path(series, &book, *cut, shares));
            learned = Some(trees);
        }
        paths
    }
}

/// Trees with the design of their features.
struct Learned {
    design: Design,
    trees: BoostedTrees,
}

impl Learned {
    fn before(series: &QueueSeries, book: &Book, cut: Cut) -> Self {
        let leads = Leads { first: cut.from - cut.origin, days: cut.until - cut.from };
        let design = Design::learned(series, book, cut.origin, leads);
        let enough = cut.origin >= LEAST_DAYS;
        let rows = if enough { design.rows(series, book, cut.origin, leads) } else { TrainingRows::default() };
        Self { design, trees: BoostedTrees::fitted(&rows, FEATURES, BOOSTING) }
    }

    fn path(&self, series: &QueueSeries, book: &Book, cut: Cut, shares: &WeekdayShares) -> Path {
        let mut mean = Vec::with_capacity((cut.until - cut.from) * series.slots);
        for day in cut.from..cut.until {
            let shares = shares.of(series.days[day].weekday);
            let mut covered = vec![0.0; book.groups];
            shares.iter().zip(&book.group_of).for_each(|(share, &group)| covered[group] += share);
            let means: Vec<f64> = self
                .design
                .seen(series, book, day, cut.origin)
                .iter()
                .map(|(features, offset)| (offset + self.trees.at(features)).exp())
                .collect();
            for (slot, &open) in series.day_open(day).iter().enumerate() {
                let group = book.group_of[slot];
                let share = if covered[group] > 0.0 { shares[slot] / covered[group] } else { 0.0 };
                mean.push(if open { means[group] * share } else { 0.0 });
            }
        }
        Path { mean, day_sd: None, parts: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{after, lively, made, request};
    use crate::series::Frame;
    use solver_data::{Calendar, CalendarEvent, ContactHistory, EventKind};

    fn event(kind: EventKind, day: usize, length: usize) -> CalendarEvent {
        let (start, end) = (after(day), after(day + length - 1));
        CalendarEvent { start, end, kind, name: "sale".into(), queues: Vec::new(), uplift: None }
    }

    /// Totals of the week after `days` days.
    fn week(history: &ContactHistory, calendar: &Calendar, days: usize) -> Vec<f64> {
        let asked = request(history, calendar, after(days), 7);
        let series = Frame::new(&asked).unwrap().series(&history.queues[0]).unwrap();
        let path = GradientBoosting.paths(&series, &[Cut { origin: days, from: days, until: days + 7 }]).remove(0);
        path.mean.chunks(48).map(|day| day.iter().sum()).collect()
    }

    #[test]
    fn a_promotion_is_expected_again_and_does_not_lift_the_days_around_it() {
        let surge = |day: usize| if (90..93).contains(&day) { 3.0 } else { 1.0 };
        let base = lively(118, 40.0);
        let history = made(118, |day, slot| Some((base.queues[0].records[day * 48 + slot].offered? * surge(day)).round()));
        let calendar = Calendar { events: [90, 121].map(|day| event(EventKind::Promotion, day, 3)).to_vec() };
        let (with, without) = (week(&history, &calendar, 118), week(&base, &Calendar::default(), 118));
        let ratios: Vec<f64> = with.iter().zip(&without).map(|(with, without)| with / without).collect();
        assert!((2.0..3.2).contains(&ratios[4]), "{ratios:?}");
        approx::assert_relative_eq!(ratios[0], 1.0, max_relative = 0.08);
    }

    #[test]
    fn the_last_day_of_the_month_is_learned_from_the_months_before() {
        let base = lively(300, 60.0);
        let month_end = |day: usize| chrono::Datelike::month(&after(day)) != chrono::Datelike::month(&after(day + 1));
        let lift = |day: usize| if month_end(day) { 1.5 } else { 1.0 };
        let history = made(300, |day, slot| Some((base.queues[0].records[day * 48 + slot].offered? * lift(day)).round()));
        let start = (290..300).find(|&day| month_end(day + 3)).unwrap_or(297);
        let (with, without) = (week(&history, &Calendar::default(), start), week(&base, &Calendar::default(), start));
        for (ahead, (with, without)) in with.iter().zip(&without).enumerate() {
            approx::assert_relative_eq!(with / without, lift(start + ahead), max_relative = 0.15);
        }
    }
}
