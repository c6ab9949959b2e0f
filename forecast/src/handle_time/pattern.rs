//! Pattern of the handle time over the day, for workdays and weekends, shrunk step by step where contacts are few.

use chrono::Datelike;
use solver_data::IntervalRecord;

use crate::handle_time::Observed;
use crate::handle_time::level::LevelCourse;

/// Half-life of the memory in days: patterns change more slowly than levels.
const HALF_LIFE_DAYS: f64 = 126.0;
/// Blocks of two hours a day.
const BLOCKS: usize = 12;
/// Standard deviation of a step of the hierarchy beside the step above it.
const STEP_SD: [f64; 3] = [0.10, 0.07, 0.05];

/// Handle time relative to the queue's level, by class of day (workday, weekend) and slot.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    slots: usize,
    /// `len == 2 * slots`.
    ratio: Vec<f64>,
}

impl Pattern {
    /// The same at every hour.
    pub(super) fn flat(slots: usize) -> Self {
        Self { slots, ratio: vec![1.0; 2 * slots] }
    }

    /// Ratios of the records to the level of their weeks.
    ///
    /// A step with W contacts keeps W / (W + c² / τ²) of its own mean, with c the variation of one contact and τ how far
    /// a step lies from the one above it.
    pub(super) fn learned(slots: usize, observed: &[Observed], level: &LevelCourse, variation: f64) -> Self {
        let mut cells = vec![(0.0, 0.0); 2 * slots];
        for o in observed {
            let weight = o.contacts * 0.5_f64.powf(o.age / HALF_LIFE_DAYS);
            let cell = &mut cells[o.class * slots + o.slot];
            *cell = (cell.0 + weight * o.seconds / level.past(o.week()), cell.1 + weight);
        }
        let prior = STEP_SD.map(|sd| variation * variation / (sd * sd));
        let add = |a: (f64, f64), b: &(f64, f64)| (a.0 + b.0, a.1 + b.1);
        let shrunk = |(sum, weight): (f64, f64), prior: f64, above: f64| (sum + prior * above) / (weight + prior);
        let block_of = |slot: usize| slot * BLOCKS / slots;
        let in_block = |block: usize| (0..slots).filter(move |&slot| block_of(slot) == block);
        let all = cells.iter().fold((0.0, 0.0), add);
        let mean = if all.1 > 0.0 { all.0 / all.1 } else { 1.0 };
        let mut ratio = vec![1.0; 2 * slots];
        for block in 0..BLOCKS {
            let own = |class: usize| in_block(block).map(|slot| &cells[class * slots + slot]).fold((0.0, 0.0), add);
            let both = add(own(0), &own(1));
            let of_block = shrunk(both, prior[0], mean);
            for class in 0..2 {
                let of_class = shrunk(own(class), prior[1], of_block);
                for slot in in_block(block) {
                    ratio[class * slots + slot] = shrunk(cells[class * slots + slot], prior[2], of_class) / mean;
                }
            }
        }
        Self { slots, ratio }
    }

    /// Ratio of a slot of a class.
    pub(super) fn at(&self, class: usize, slot: usize) -> f64 {
        self.ratio[class * self.slots + slot]
    }
}

/// The two neighbouring days of rest, by weekday from Monday: those with the fewest contacts, Saturday and Sunday in a tie.
pub(super) fn weekend_of(records: &[IntervalRecord]) -> [bool; 7] {
    let mut contacts = [0.0; 7];
    for record in records {
        contacts[record.start.weekday().num_days_from_monday() as usize] +=
            record.offered.or(record.handled).filter(|n| n.is_finite()).unwrap_or(0.0);
    }
    let pairs = [(5, 6), (4, 5), (3, 4)];
    let quietest = pairs.into_iter().min_by(|a, b| {
        let sum = |pair: &(usize, usize)| contacts[pair.0] + contacts[pair.1];
        sum(a).total_cmp(&sum(b))
    });
    let (first, second) = quietest.expect("there are pairs");
    std::array::from_fn(|day| day == first || day == second)
}
