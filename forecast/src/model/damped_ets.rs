//! Damped-trend exponential smoothing of the day total with weekday effects, spread by the recent course of the weekday.
//!
//! ETS(M, Ad, M) on day totals T with level l, trend b and weekday factors s, one step an observed day:
//!
//! 1. μ = (l + φ b) s[w]
//! 2. ε = (T - μ) / (μ + 1), drawn in to -0.7..1.5
//! 3. l ← (l + φ b)(1 + α ε), b ← φ b + α β (l + φ b) ε, s[w] ← s[w] (1 + γ ε)
//!
//! The forecast h days ahead is (l + (φ + … + φ^h) b) s[w]. α, β, γ and φ minimise squared errors on the square-root scale
//! one to seven days ahead, over the latest half-year before the first cut, and again whenever the known days have trebled.
//!
//! # Source
//! Gardner, `McKenzie` (1985), Management Science 31(10) (damped trend); Hyndman et al. (2008), Forecasting with Exponential
//! Smoothing, ch. 2 and 4 (state-space form).

use crate::day::DayKind;
use crate::model::parameter_fit::{Bounded, fitted};
use crate::model::refit::refits;
use crate::model::special_day::SpecialDays;
use crate::model::weekday_share::WeekdayShares;
use crate::model::{Cut, DemandModel, Path};
use crate::series::QueueSeries;

/// Days that parameters are fitted to at most.
const FITTED_DAYS: usize = 182;
/// Days before errors count.
const WARM_UP_DAYS: usize = 14;
/// Steps of the search.
const STEPS: u64 = 30;
/// Farthest look ahead of the criterion, in days.
const AHEAD: usize = 7;
/// Relative errors are believed between these.
const BELIEVED: (f64, f64) = (-0.7, 1.5);
/// Smoothing parameters α, β, γ, φ.
const BOUNDS: [Bounded; 4] = [
    Bounded { lo: 0.02, hi: 0.3, start: 0.1 },
    Bounded { lo: 0.001, hi: 0.03, start: 0.01 },
    Bounded { lo: 0.005, hi: 0.2, start: 0.06 },
    Bounded { lo: 0.5, hi: 0.98, start: 0.85 },
];

/// Damped exponential smoothing of the day total.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DampedEts;

impl DemandModel for DampedEts {
    fn name(&self) -> &'static str {
        "damped_ets"
    }

    fn expected_error(&self) -> f64 {
        1.3
    }

    fn paths(&self, series: &QueueSeries, cuts: &[Cut]) -> Vec<Path> {
        let end = cuts.last().map_or(0, |cut| cut.origin);
        let (course, shares) = DayCourse::read(series, end, cuts);
        let mut paths = Vec::with_capacity(cuts.len());
        let mut smoothing = BOUNDS.map(|bound| bound.start);
        for ((cut, shares), due) in cuts.iter().zip(&shares).zip(refits(cuts)) {
            if due {
                smoothing = course.smoothing(cut.origin);
            }
            let (state, special) = course.state(smoothing, cut.origin);
            paths.push(path(series, *cut, shares, |day| {
                let context = &series.days[day];
                state.ahead(day - cut.origin, context.weekday) * special.factor(context.kind) * context.log_uplift.exp()
            }));
        }
        paths
    }
}

/// Day totals spread by the shares of their weekdays.
fn path(series: &QueueSeries, cut: Cut, shares: &WeekdayShares, total: impl Fn(usize) -> f64) -> Path {
    let mut mean = Vec::with_capacity((cut.until - cut.from) * series.slots);
    for day in cut.from..cut.until {
        let total = total(day);
        let course = shares.of(series.days[day].weekday).iter().zip(series.day_open(day));
        mean.extend(course.map(|(share, open)| if *open { share * total } else { 0.0 }));
    }
    Path { mean, day_sd: None, parts: None }
}

/// Day totals without the planner's own factors.
struct DayCourse {
    /// Weekday, kind and total of each day, not a number where unknown.
    days: Vec<(usize, DayKind, f64)>,
}

/// Level, trend and weekday factors.
#[derive(Debug, Clone, Copy)]
struct State {
    smoothing: [f64; 4],
    level: f64,
    trend: f64,
    weekday: [f64; 7],
}

impl DayCourse {
    fn read(series: &QueueSeries, end: usize, cuts: &[Cut]) -> (Self, Vec<WeekdayShares>) {
        let mut shares = WeekdayShares::new(series);
        let mut snapshots = Vec::with_capacity(cuts.len());
        let mut days = Vec::with_capacity(end);
        for day in 0..=end {
            snapshots.extend(cuts.iter().filter(|cut| cut.origin == day).map(|_| shares.clone()));
            if day == end {
                break;
            }
            let context = &series.days[day];
            let total = shares.total(context.weekday, series.day(day));
            if let Some(total) = total.filter(|_| !SpecialDays::are(context.kind)) {
                shares.learn(series, day, total);
            }
            days.push((context.weekday, context.kind, total.map_or(f64::NAN, |total| total / context.log_uplift.exp())));
        }
        (Self { days }, snapshots)
    }

    /// Parameters by the errors of the latest days before `origin`.
    fn smoothing(&self, origin: usize) -> [f64; 4] {
        let days = &self.days[origin.saturating_sub(FITTED_DAYS)..origin];
        if days.iter().filter(|(.., total)| !total.is_nan()).count() < 2 * WARM_UP_DAYS {
            return BOUNDS.map(|bound| bound.start);
        }
        fitted(BOUNDS, STEPS, &|smoothing| criterion(days, smoothing))
    }

    /// State after all days before `origin`, and what special days were like.
    fn state(&self, smoothing: [f64; 4], origin: usize) -> (State, SpecialDays) {
        let days = &self.days[..origin];
        let mut state = State::first(days, smoothing);
        let mut special = SpecialDays::default();
        for &(weekday, kind, total) in days {
            special.learn(kind, total, state.ahead(0, weekday));
            state.observe(weekday, kind, total);
        }
        (state, special)
    }
}

/// Squared errors on the square-root scale, one to seven days ahead in turn.
fn criterion(days: &[(usize, DayKind, f64)], smoothing: [f64; 4]) -> f64 {
    let mut state = State::first(days, smoothing);
    let mut waiting = [state; AHEAD];
    let mut sum = 0.0;
    for (i, &(weekday, kind, total)) in days.iter().enumerate() {
        waiting[i % AHEAD] = state;
        let back = (i * 3) % AHEAD;
        if i >= WARM_UP_DAYS && !total.is_nan() && !SpecialDays::are(kind) {
            let expected = waiting[(i - back) % AHEAD].ahead(back, weekday);
            sum += ((total + 0.25).sqrt() - (expected + 0.25).sqrt()).powi(2);
        }
        state.observe(weekday, kind, total);
    }
    sum
}

impl State {
    /// Level and weekday factors from the first four weeks known.
    fn first(days: &[(usize, DayKind, f64)], smoothing: [f64; 4]) -> Self {
        let known = || days.iter().filter(|(_, kind, total)| !total.is_nan() && !SpecialDays::are(*kind)).take(28);
        let mean = |weekday: Option<usize>| {
            let own = known().filter(|day| weekday.is_none_or(|weekday| day.0 == weekday));
            let (sum, number) = own.fold((0.0, 0.0), |(sum, number), day| (sum + day.2, number + 1.0));
            (number > 0.0).then(|| sum / number)
        };
        let level = mean(None).unwrap_or(0.0).max(0.05);
        let weekday = std::array::from_fn(|weekday| mean(Some(weekday)).map_or(1.0, |own| (own / level).max(1e-3)));
        Self { smoothing, level, trend: 0.0, weekday }
    }

    /// Expected total `further` days after the next day.
    fn ahead(&self, further: usize, weekday: usize) -> f64 {
        let damping = self.smoothing[3];
        let steps = damping * (1.0 - damping.powi(further as i32 + 1)) / (1.0 - damping);
        (self.level + steps * self.trend).max(0.2 * self.level) * self.weekday[weekday]
    }

    /// Steps over a day; one that is unknown or special lets the trend fade.
    fn observe(&mut self, weekday: usize, kind: DayKind, total: f64) {
        let [alpha, beta, gamma, damping] = self.smoothing;
        let before = (self.level + damping * self.trend).max(0.2 * self.level);
        let mut error = 0.0;
        if !total.is_nan() && !SpecialDays::are(kind) {
            let expected = before * self.weekday[weekday];
            error = ((total - expected) / (expected + 1.0)).clamp(BELIEVED.0, BELIEVED.1);
            self.weekday[weekday] = (self.weekday[weekday] * (1.0 + gamma * error)).max(1e-3);
        }
        self.trend = damping * self.trend + alpha * beta * before * error;
        self.level = (before * (1.0 + alpha * error)).max(0.02);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{after, made, request};
    use crate::series::Frame;
    use solver_data::Calendar;

    #[test]
    fn the_trend_of_a_series_without_noise_is_followed_and_damped() {
        let weekday = [1.2, 1.1, 1.0, 1.0, 0.9, 0.5, 0.3];
        let smoothing = [0.3, 0.1, 0.1, 0.9];
        let mut truth = State { smoothing, level: 1000.0, trend: 30.0, weekday };
        let mut days = Vec::new();
        for day in 0..70 {
            days.push((day % 7, DayKind::Ordinary, truth.ahead(0, day % 7)));
            truth.observe(day % 7, DayKind::Ordinary, days[day].2);
        }
        // Without errors the level has run to l + 30 (φ + φ² + …) = 1270, and stays.
        approx::assert_relative_eq!(truth.ahead(27, 0), 1.2 * 1270.0, max_relative = 1e-3);
        let course = DayCourse { days };
        let fitted = course.state(course.smoothing(70), 70).0;
        for ahead in [0, 6, 27] {
            approx::assert_relative_eq!(fitted.ahead(ahead, 0), truth.ahead(ahead, 0), max_relative = 0.01);
        }
    }

    #[test]
    fn days_are_spread_as_their_weekday_was() {
        let history = made(70, |day, slot| (day % 7 < 6).then_some(if slot < 24 { 10.0 } else { 10.0 * (day % 7) as f64 }));
        let calendar = Calendar::default();
        let asked = request(&history, &calendar, after(70), 7);
        let series = Frame::new(&asked).unwrap().series(&history.queues[0]).unwrap();
        let path = DampedEts.paths(&series, &[Cut { origin: 70, from: 70, until: 77 }]).remove(0);
        approx::assert_relative_eq!(path.mean[2 * 48], 10.0, max_relative = 0.05);
        approx::assert_relative_eq!(path.mean[2 * 48 + 30], 20.0, max_relative = 0.05);
        assert_eq!(path.mean[6 * 48], 0.0);
    }
}
