//! What the recent weeks say about the coming days: the base that trees correct.
//!
//! Slots are grouped by the hours of the day. For every day the book keeps, as known before that day: the level of the queue
//! times the exponentially weighted course of each weekday about it, and how far the latest days lay above this level.
//! Holidays, their eves and the days of promotions and launches teach neither.

use crate::day::{DayKind, FeatureGroup};
use crate::model::weekday_share::WeekdayShares;
use crate::series::QueueSeries;

/// Minutes of a group of slots.
const GROUP_MINUTES: usize = 120;
/// Weeks after which a day counts half in the course of its weekday about the level.
const HALF_LIFE_WEEKS: f64 = 10.0;
/// Days after which a day counts half in the level of the base, and in the latest level.
const LEVEL_DAYS: [f64; 2] = [10.0, 3.0];
/// A day is believed to lie e times above or below the level at most.
const BELIEVED: f64 = 1.0;

/// What was known before a day.
#[derive(Debug, Clone)]
pub(crate) struct Knowledge {
    /// Mean contacts of each weekday and group: `len == 7 * groups`.
    pub(crate) mean: Vec<f64>,
    /// How far the latest days lie above the level of the means, on the log scale.
    pub(crate) excess: f64,
}

/// The course of a queue by day and group, and what was known before each day.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    /// Groups of slots a day.
    pub(crate) groups: usize,
    /// Group of each slot.
    pub(crate) group_of: Vec<usize>,
    /// Contacts by day and group as if all slots had been known, not a number where too few were: one a known day.
    pub(crate) counts: Vec<Vec<f64>>,
    /// Knowledge before each day, the last for the day after the last: `len == days + 1`.
    pub(crate) known: Vec<Knowledge>,
}

impl Book {
    /// Reads all days before `end`; also gives the shares of the slots before each of `cuts`, ascending.
    pub(crate) fn read(series: &QueueSeries, end: usize, cuts: &[usize]) -> (Self, Vec<WeekdayShares>) {
        let per_group = (GROUP_MINUTES * series.slots / 1440).max(1);
        let group_of: Vec<usize> = (0..series.slots).map(|slot| slot / per_group).collect();
        let groups = group_of.last().map_or(0, |last| last + 1);
        let mut shares = WeekdayShares::new(series);
        let mut snapshots = Vec::with_capacity(cuts.len());
        let mut memory = Memory::new(groups);
        let mut book = Self { groups, group_of, counts: Vec::with_capacity(end), known: Vec::with_capacity(end + 1) };
        for day in 0..=end {
            snapshots.extend(cuts.iter().filter(|cut| **cut == day).map(|_| shares.clone()));
            book.known.push(memory.knowledge.clone());
            if day == end {
                break;
            }
            let context = &series.days[day];
            let counts = book.grouped(series, day, &shares);
            if let Some(total) = shares.total(context.weekday, series.day(day)) {
                if matches!(context.kind, DayKind::Ordinary | DayKind::Touched) && !in_event(series, day) {
                    let factor = context.log_uplift.exp();
                    let counts: Vec<f64> = counts.iter().map(|count| count / factor).collect();
                    memory.learn(context.weekday, &counts);
                    shares.learn(series, day, total);
                } else if memory.days == 0.0 {
                    shares.learn(series, day, total);
                }
            }
            book.counts.push(counts);
        }
        (book, snapshots)
    }

    /// Contacts of the groups of a day; a group of which less than half is known is unknown.
    fn grouped(&self, series: &QueueSeries, day: usize, shares: &WeekdayShares) -> Vec<f64> {
        let shares = shares.of(series.days[day].weekday);
        let mut sums = vec![(0.0, 0.0, 0.0); self.groups];
        for (slot, &count) in series.day(day).iter().enumerate() {
            let (sum, known, all) = &mut sums[self.group_of[slot]];
            *all += shares[slot];
            if !count.is_nan() {
                (*sum, *known) = (*sum + count, *known + shares[slot]);
            }
        }
        let whole =
            |&(sum, known, all): &(f64, f64, f64)| if known > 0.0 && 2.0 * known >= all { sum * all / known } else { f64::NAN };
        sums.iter().map(whole).collect()
    }
}

/// Whether a promotion or launch touches a day.
pub(crate) fn in_event(series: &QueueSeries, day: usize) -> bool {
    series.days[day].features.iter().any(|(id, _)| series.features.group(*id) == FeatureGroup::Event)
}

struct Memory {
    groups: usize,
    /// Weighted sums of contacts / level, and weights, of each weekday and group.
    sums: Vec<(f64, f64)>,
    levels: [f64; 2],
    days: f64,
    knowledge: Knowledge,
}

impl Memory {
    fn new(groups: usize) -> Self {
        let none = vec![0.0; 7 * groups];
        let knowledge = Knowledge { mean: none, excess: 0.0 };
        Self { groups, sums: vec![(0.0, 0.0); 7 * groups], levels: [1.0; 2], days: 0.0, knowledge }
    }

    fn learn(&mut self, weekday: usize, counts: &[f64]) {
        let cells = weekday * self.groups..(weekday + 1) * self.groups;
        let pairs = counts.iter().zip(&self.knowledge.mean[cells.clone()]).filter(|(count, _)| !count.is_nan());
        let (sum, mean) = pairs.fold((0.0, 0.0), |(sum, all), (count, mean)| (sum + count, all + mean));
        if self.days >= 1.0 {
            // One contact on either side keeps days with hardly any contact from moving everything.
            let ratio = f64::ln((sum + 1.0) / (mean + 1.0)).clamp(-BELIEVED, BELIEVED).exp();
            let base = self.levels[0];
            for (level, half_life) in self.levels.iter_mut().zip(LEVEL_DAYS) {
                let gain = (1.0 - 0.5_f64.powf(1.0 / half_life)).max(1.0 / (self.days + 1.0));
                *level += gain * (ratio * base - *level);
            }
        }
        let decay = 0.5_f64.powf(1.0 / HALF_LIFE_WEEKS);
        for (cell, &count) in cells.zip(counts).filter(|(_, count)| !count.is_nan()) {
            let (sum, weight) = &mut self.sums[cell];
            (*sum, *weight) = (decay * *sum + count / self.levels[0], decay * *weight + 1.0);
        }
        self.days += 1.0;
        self.knowledge.excess = (self.levels[1] / self.levels[0]).ln();
        self.refresh();
    }

    /// Means at the present level; weekdays never seen take the mean of those that were.
    fn refresh(&mut self) {
        for group in 0..self.groups {
            let cells = || (0..7).map(|weekday| weekday * self.groups + group);
            let shape = |cell: usize| Some(self.sums[cell]).filter(|(_, weight)| *weight > 0.0).map(|(sum, weight)| sum / weight);
            let (sum, seen) = cells().filter_map(shape).fold((0.0, 0.0), |(sum, seen), shape| (sum + shape, seen + 1.0));
            for cell in cells() {
                self.knowledge.mean[cell] = self.levels[0] * shape(cell).unwrap_or(sum / f64::max(seen, 1.0));
            }
        }
    }
}
