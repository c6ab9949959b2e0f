//! Histogram gradient boosting about a base of recent weeks.
//!
//! 1. Slots are summed to groups of two hours; the base of a day and group is the exponentially weighted mean of its
//!    weekday times the part of the latest days' excess that persists ([`base`], [`design`]).
//! 2. Trees on calendar, lags and lead correct the base by the Poisson likelihood ([`tree`], [`booster`]).
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
use crate::model::{Cut, DemandModel, Path};
use crate::series::QueueSeries;

/// Known days without which there are no trees, only the base.
const LEAST_DAYS: usize = 56;
const BOOSTING: Boosting = Boosting { rounds: 12, leaves: 8, rate: 0.1, sample: 0.6, ridge_rows: 2.0, least_rows: 12.0 };

/// Gradient-boosted trees on calendar and lags.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GradientBoosting;

impl DemandModel for GradientBoosting {
    fn name(&self) -> &'static str {
        "gradient_boosting"
    }

    fn expected_error(&self) -> f64 {
        1.1
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
