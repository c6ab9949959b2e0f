//! Stretches of next to no contacts, bursts and slumps.

use std::ops::Range;

use crate::cleaning::course::Course;
use crate::robust::median;
use crate::series::QueueSeries;

/// A slot with at most this share of what was expected is dead.
const DEAD_SHARE: f64 = 0.1;
/// Fewest contacts expected in a dead slot, and in a stretch of them.
const LEAST_EXPECTED: (f64, f64) = (2.0, 25.0);
/// Distance in standard deviations at which a stretch is dead and no chance.
const DEAD_DEVIATIONS: f64 = 4.5;
/// Distance in standard deviations at which an interval is an outlier.
const OUTLIER_DEVIATIONS: f64 = 8.0;
/// Fewest contacts that an outlying interval is off, and the factors it is off by.
const OFF: (f64, f64, f64) = (20.0, 0.35, 2.0);

/// A stretch of slots, counted through all days.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stretch {
    pub(super) slots: Range<usize>,
    pub(super) expected: f64,
    pub(super) actual: f64,
    /// Largest distance of a slot in standard deviations.
    pub(super) z: f64,
}

impl Stretch {
    fn add(&mut self, slot: usize, (expected, actual, z): (f64, f64, f64)) {
        self.slots.end = slot + 1;
        self.expected += expected;
        self.actual += actual;
        if z.abs() > self.z.abs() {
            self.z = z;
        }
    }
}

/// Variance / mean of counts about the profile of their day; robust, at least Poisson's.
pub(super) fn overdispersion(series: &QueueSeries, course: &Course) -> f64 {
    let mut distances = Vec::new();
    for (i, expected, count) in expectations(series, course, |course, day| course.total[day]) {
        if expected >= LEAST_EXPECTED.0 && i % 3 == 0 {
            distances.push(root_distance(count, expected).abs());
        }
    }
    median(distances).map_or(1.0, |distance| (1.4826 * distance).powi(2)).max(1.0)
}

/// Stretches of dead slots; a slot that is closed or unknown does not end one.
pub(super) fn outages(series: &QueueSeries, course: &Course, overdispersion: f64) -> Vec<Stretch> {
    let slots = expectations(series, course, |course, day| course.expected[day].exp());
    let is_dead = |expected: f64, count: f64| expected >= LEAST_EXPECTED.0 && count <= DEAD_SHARE * expected;
    // A quiet slot within a dead stretch neither proves nor ends it.
    let stretches = gathered(slots, |expected, count| match is_dead(expected, count) {
        true => Verdict::Odd(-f64::from(expected > 0.0)),
        false if expected < LEAST_EXPECTED.0 && count <= 1.0 => Verdict::Unclear,
        false => Verdict::Regular,
    });
    let certain = |stretch: &Stretch| {
        let (expected, actual) = (stretch.expected, stretch.actual);
        expected >= LEAST_EXPECTED.1 && expected - actual >= DEAD_DEVIATIONS * (overdispersion * expected).sqrt()
    };
    stretches.into_iter().filter(certain).collect()
}

/// Stretches of intervals far above or below the course of their own day.
pub(super) fn outliers(series: &QueueSeries, course: &Course, overdispersion: f64) -> Vec<Stretch> {
    let slots = expectations(series, course, |course, day| course.total[day]);
    gathered(slots, |expected, count| {
        let z = root_distance(count, expected) / overdispersion.sqrt();
        let off = (count - expected).abs() >= OFF.0 && (count < OFF.1 * expected || count > OFF.2 * expected);
        if off && z.abs() >= OUTLIER_DEVIATIONS { Verdict::Odd(z) } else { Verdict::Regular }
    })
}

/// What a slot says about a stretch; an odd one of which sign and how much.
enum Verdict {
    Odd(f64),
    Unclear,
    Regular,
}

/// Neighbouring odd slots of one sign, put together.
fn gathered(slots: impl Iterator<Item = (usize, f64, f64)>, judge: impl Fn(f64, f64) -> Verdict) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut open = false;
    for (slot, expected, actual) in slots {
        match judge(expected, actual) {
            Verdict::Odd(z) => match stretches.last_mut().filter(|last| open && last.z.signum() == z.signum()) {
                Some(last) => last.add(slot, (expected, actual, z)),
                None => stretches.push(Stretch { slots: slot..slot + 1, expected, actual, z }),
            },
            Verdict::Unclear => continue,
            Verdict::Regular => {}
        }
        open = matches!(judge(expected, actual), Verdict::Odd(_));
    }
    stretches
}

/// Slot, expected contacts and count of every known slot of the ordinary days.
fn expectations<'a>(
    series: &'a QueueSeries,
    course: &'a Course,
    total: impl Fn(&Course, usize) -> f64 + 'a,
) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
    (0..course.total.len()).filter(|&day| !course.total[day].is_nan() && !course.expected[day].is_nan()).flat_map(move |day| {
        let (weekday, total) = (series.days[day].weekday, total(course, day));
        let known = series.day(day).iter().enumerate().filter(|(_, count)| !count.is_nan());
        known.map(move |(slot, &count)| (day * series.slots + slot, course.share(weekday, slot) * total, count))
    })
}

/// 2 (√(y + 1/4) - √(m + 1/4)): of variance 1 where counts are Poisson.
fn root_distance(count: f64, mean: f64) -> f64 {
    2.0 * ((count + 0.25).sqrt() - (mean + 0.25).sqrt())
}
