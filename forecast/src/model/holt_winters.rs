//! Holt–Winters smoothing with a daily and a weekly cycle and an autoregressive error.
//!
//! On the scale x = √(y + 1/4), with level l, daily cycle D, weekly cycle W and the residual r of the slot before:
//!
//! 1. c = D[s] + W[w, s], x̂ = l c + φ r
//! 2. e = x - x̂, drawn in to ± 3 standard deviations
//! 3. l ← l + α e c, D[s] ← D[s] + δ e / l, W[w, s] ← W[w, s] + ω e / l, r ← x - l c
//!
//! Step 3 for the level is a least-squares step: quiet slots, where c is small, say little about it. Closed, unknown and
//! special slots change nothing. The count expected is x̂² + v - 1/4 with v the variance of e. α, δ, ω and φ minimise
//! squared errors of whole weeks from what was known when they began, over the latest weeks before the first cut,
//! and again whenever the known days have trebled.
//!
//! # Source
//! Taylor (2003), Journal of the Operational Research Society 54(8), doi:10.1057/palgrave.jors.2601589, eq. 6–10.

use crate::day::DayKind;
use crate::model::parameter_fit::{Bounded, fitted};
use crate::model::refit::refits;
use crate::model::special_day::SpecialDays;
use crate::model::{Cut, DemandModel, Path};
use crate::series::QueueSeries;

/// Days that parameters are fitted to at most, those that start the cycles included.
const FITTED_DAYS: usize = 84;
/// Days that start level and cycles.
const FIRST_DAYS: usize = 28;
/// Steps of the search.
const STEPS: u64 = 14;
/// Errors are believed up to so many standard deviations.
const BELIEVED: f64 = 3.0;
/// Slots after which an error counts half in the variance.
const VARIANCE_SLOTS: f64 = 500.0;
/// Smoothing parameters α, δ, ω and the autoregression φ.
const BOUNDS: [Bounded; 4] = [
    Bounded { lo: 0.0005, hi: 0.03, start: 0.005 },
    Bounded { lo: 0.001, hi: 0.1, start: 0.02 },
    Bounded { lo: 0.01, hi: 0.3, start: 0.1 },
    Bounded { lo: 0.0, hi: 0.95, start: 0.3 },
];

/// Double-seasonal Holt–Winters smoothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HoltWinters;

impl DemandModel for HoltWinters {
    fn name(&self) -> &'static str {
        "holt_winters"
    }

    fn expected_error(&self) -> f64 {
        1.3
    }

    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path> {
        let course = Course::read(series, cuts.last().map_or(0, |cut| cut.origin));
        let mut paths = Vec::with_capacity(cuts.len());
        let mut running: Option<State> = None;
        for (cut, due) in cuts.iter().zip(refits(cuts)) {
            let mut state = running
                .take()
                .filter(|_| !due)
                .unwrap_or_else(|| State::first(&course, 0, cut.origin, course.smoothing(cut.origin)));
            (state.next_day..cut.origin).for_each(|day| state.observe(&course.days[day]));
            paths.push(state.path(series, *cut));
            running = Some(state);
        }
        paths
    }
}

/// The days before the last cut on the scale of the model.
struct Course {
    slots: usize,
    days: Vec<Day>,
}

/// One day without the planner's own factor.
struct Day {
    weekday: usize,
    kind: DayKind,
    /// Known slots and √(y + 1/4) of their counts.
    roots: Vec<(usize, f64)>,
}

impl Course {
    fn read(series: &QueueSeries, end: usize) -> Self {
        let days = (0..end).map(|day| {
            let context = &series.days[day];
            let factor = context.log_uplift.exp();
            let known = series.day(day).iter().enumerate().filter(|(_, count)| !count.is_nan());
            let roots = known.map(|(slot, count)| (slot, (count / factor + 0.25).sqrt())).collect();
            Day { weekday: context.weekday, kind: context.kind, roots }
        });
        Self { slots: series.slots, days: days.collect() }
    }

    /// Parameters by the errors of the latest weeks before `origin`.
    fn smoothing(&self, origin: usize) -> [f64; 4] {
        let first = origin.saturating_sub(FITTED_DAYS);
        let defaults = BOUNDS.map(|bound| bound.start);
        if self.days[first..origin].iter().filter(|day| !day.roots.is_empty()).count() < FIRST_DAYS + 14 {
            return defaults;
        }
        let start = State::first(self, first, origin, defaults);
        let days = &self.days[first..origin];
        fitted(BOUNDS, STEPS, &|smoothing| week_errors(days, State { smoothing, ..start.clone() }))
    }
}

/// Squared errors of whole weeks by what was known when each began, the first weeks left out.
fn week_errors(days: &[Day], mut state: State) -> f64 {
    let mut earlier = state.clone();
    let mut sum = 0.0;
    for (i, day) in days.iter().enumerate() {
        if i % 7 == 0 {
            earlier.clone_from(&state);
        }
        if i >= FIRST_DAYS {
            sum += earlier.squared_error(day);
        }
        state.observe(day);
    }
    sum
}

/// Level, cycles and residual.
#[derive(Debug, Clone)]
struct State {
    smoothing: [f64; 4],
    level: f64,
    /// `len == slots`.
    daily: Vec<f64>,
    /// `len == 7 * slots`.
    weekly: Vec<f64>,
    residual: f64,
    variance: f64,
    special: SpecialDays,
    /// First day not yet seen.
    next_day: usize,
}

impl State {
    /// Level and cycles from the first four weeks known from `first` on, before any of them is smoothed.
    fn first(course: &Course, first: usize, origin: usize, smoothing: [f64; 4]) -> Self {
        let slots = course.slots;
        let mut sums = vec![(0.0, 0.0); 7 * slots];
        let usable = |day: &&Day| !day.roots.is_empty() && !SpecialDays::are(day.kind);
        for day in course.days[first..origin].iter().filter(usable).take(FIRST_DAYS) {
            for &(slot, x) in &day.roots {
                let (sum, number) = &mut sums[day.weekday * slots + slot];
                (*sum, *number) = (*sum + x, *number + 1.0);
            }
        }
        let mean = |cells: &mut dyn Iterator<Item = usize>| {
            let (sum, number) = cells.map(|cell| sums[cell]).fold((0.0, 0.0), |all, cell| (all.0 + cell.0, all.1 + cell.1));
            (number > 0.0).then(|| sum / number)
        };
        let level = mean(&mut (0..7 * slots)).unwrap_or(0.5);
        let daily: Vec<f64> =
            (0..slots).map(|slot| mean(&mut (0..7).map(|day| day * slots + slot)).map_or(0.0, |x| x / level)).collect();
        let weekly = (0..7 * slots)
            .map(|cell| if sums[cell].1 > 0.0 { sums[cell].0 / sums[cell].1 / level - daily[cell % slots] } else { 0.0 })
            .collect();
        let special = SpecialDays::default();
        Self { smoothing, level, daily, weekly, residual: 0.0, variance: 0.25, special, next_day: first }
    }

    fn observe(&mut self, day: &Day) {
        self.next_day += 1;
        if SpecialDays::are(day.kind) {
            let expected = day.roots.iter().map(|(slot, _)| self.count(day.weekday, *slot, 0.0)).sum();
            let actual = day.roots.iter().map(|(_, x)| x * x - 0.25).sum();
            self.special.learn(day.kind, actual, expected);
            return;
        }
        let [alpha, delta, omega, phi] = self.smoothing;
        let weekly = &mut self.weekly[day.weekday * self.daily.len()..(day.weekday + 1) * self.daily.len()];
        let reach = BELIEVED * self.variance.sqrt().max(0.5);
        let mut squares = 0.0;
        for &(slot, x) in &day.roots {
            let cycle = self.daily[slot] + weekly[slot];
            let residual = x - self.level * cycle;
            let error = (residual - phi * self.residual).clamp(-reach, reach);
            self.residual = residual.clamp(-reach, reach);
            squares += error * error;
            let relative = error / self.level.max(0.5);
            self.level = (self.level + alpha * error * cycle).max(0.05);
            self.daily[slot] += delta * relative;
            weekly[slot] += omega * relative;
        }
        let learned = 1.0 - 0.5_f64.powf(day.roots.len() as f64 / VARIANCE_SLOTS);
        self.variance += learned * (squares / day.roots.len().max(1) as f64 - self.variance);
    }

    fn squared_error(&self, day: &Day) -> f64 {
        if SpecialDays::are(day.kind) {
            return 0.0;
        }
        let reach = 2.0 * BELIEVED * self.variance.sqrt().max(0.5);
        let weekly = &self.weekly[day.weekday * self.daily.len()..(day.weekday + 1) * self.daily.len()];
        let error = |slot: usize, x: f64| (x - self.level * (self.daily[slot] + weekly[slot])).clamp(-reach, reach);
        day.roots.iter().map(|&(slot, x)| error(slot, x).powi(2)).sum()
    }

    /// Expected count of a slot, given what remains of the residual.
    fn count(&self, weekday: usize, slot: usize, residual: f64) -> f64 {
        let cycle = self.daily[slot] + self.weekly[weekday * self.daily.len() + slot];
        let x = (self.level * cycle + residual).max(0.0);
        (x * x + self.variance - 0.25).max(0.0)
    }

    fn path(&self, series: &QueueSeries, cut: Cut) -> Path {
        let mut residual = self.residual;
        let mut mean = Vec::with_capacity((cut.until - cut.from) * series.slots);
        for day in cut.origin..cut.until {
            let context = &series.days[day];
            let factor = self.special.factor(context.kind) * context.log_uplift.exp();
            for (slot, &open) in series.day_open(day).iter().enumerate() {
                if open {
                    residual *= self.smoothing[3];
                }
                if day >= cut.from {
                    mean.push(if open { factor * self.count(context.weekday, slot, residual) } else { 0.0 });
                }
            }
        }
        Path { mean, day_sd: None, parts: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{after, made, request};
    use crate::series::Frame;
    use solver_data::Calendar;
    use std::f64::consts::PI;

    /// Contacts of a day and slot whose square root is a level times a daily and a weekly cycle.
    fn double_season(level: f64, day: usize, slot: usize) -> f64 {
        let daily = 0.3 + (PI * slot as f64 / 48.0).sin().powi(2);
        let weekly = if day % 7 > 4 { 0.2 * (2.0 * PI * slot as f64 / 48.0).cos() } else { 0.0 };
        (level * (daily + weekly)).powi(2)
    }

    fn path_after(days: usize, level: impl Fn(usize) -> f64) -> Path {
        let history = made(days, |day, slot| Some(double_season(level(day), day, slot)));
        let calendar = Calendar::default();
        let asked = request(&history, &calendar, after(days), 7);
        let series = Frame::new(&asked).unwrap().series(&history.queues[0]).unwrap();
        HoltWinters.paths(&series, &[Cut { origin: days, from: days, until: days + 7 }]).remove(0)
    }

    #[test]
    fn a_double_season_without_noise_is_forecast_as_it_is() {
        let path = path_after(84, |_| 10.0);
        for (i, mean) in path.mean.iter().enumerate() {
            approx::assert_relative_eq!(*mean, double_season(10.0, i / 48, i % 48), max_relative = 0.01, epsilon = 0.3);
        }
    }

    #[test]
    fn the_level_follows_a_shift_and_the_cycles_stay() {
        let path = path_after(112, |day| if day < 80 { 10.0 } else { 13.0 });
        let expected: f64 = (0..7 * 48).map(|i| double_season(13.0, i / 48, i % 48)).sum();
        approx::assert_relative_eq!(path.mean.iter().sum::<f64>(), expected, max_relative = 0.05);
    }

    #[test]
    fn fitted_smoothing_errs_less_than_the_defaults() {
        let history = made(84, |day, slot| Some(double_season(10.0 + 4.0 * (day as f64 / 9.0).sin(), day, slot)));
        let calendar = Calendar::default();
        let asked = request(&history, &calendar, after(84), 7);
        let series = Frame::new(&asked).unwrap().series(&history.queues[0]).unwrap();
        let course = Course::read(&series, 84);
        let errors = |smoothing| week_errors(&course.days, State::first(&course, 0, 84, smoothing));
        let (fitted, defaults) = (errors(course.smoothing(84)), errors(BOUNDS.map(|bound| bound.start)));
        assert!(fitted < 0.9 * defaults, "{fitted} {defaults}");
    }
}
