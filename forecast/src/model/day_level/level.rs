//! Dynamic linear model of the log day level.
//!
//! State: level, seven weekday effects, one effect a calendar feature in use. Level and weekday effects walk randomly, the
//! rest stays: with normal priors on it this is ridge regression, updated day by day. Observation of day d with
//! x = (1, weekday, features), F = x'Px + V + 1/μ, where μ = exp(x'a) and 1/μ is the Poisson part of the log's variance:
//!
//! 1. e = (1 - w) ln((T + 1/2) / (μ + 1/2)) + w (T - μ) / μ, w = 1 / (1 + μ/20): logs where contacts are many, the
//!    unbiased working residual of a Poisson regression where they are few.
//! 2. F is inflated to |e| √F / 2.5 beyond 2.5 standard deviations (Huber), so an outage bends the level little.
//! 3. a ← a + Px e / F, P ← P - Pxx'P / F; each new day adds q to the variances of level and weekday effects.
//!
//! An unknown day adds q and no observation, so that a hole of months lets the level be learned anew.

use crate::day::{DayContext, DayKind};
use crate::model::Cut;
use crate::model::day_level::profile::DayTotals;
use crate::model::day_level::variant::{RestDays, RestUse, Variant, median};
use crate::series::QueueSeries;
use crate::weighting::ClassErrors;

/// Half-lives tried: of the level in days, of the weekday effects in weeks.
pub(crate) const HALF_LIVES: [(f64, f64); 5] = [(4.0, 12.0), (10.0, 12.0), (10.0, 52.0), (28.0, 12.0), (28.0, 52.0)];

const WEEKDAY: usize = 1;
const FEATURE: usize = 8;
const HUBER: f64 = 2.5;
/// Days seen before errors count.
const WARM_UP_DAYS: usize = 14;
/// Half-life of the memory of errors, in days.
const ERROR_HALF_LIFE: f64 = 180.0;
/// Longest look ahead that errors are measured over, in days.
const LONGEST_HORIZON: usize = 14;

/// Variance of the log day level from one day to the next, Poisson part excluded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DayNoise(pub(crate) f64);

impl DayNoise {
    /// From the differences of ordinary days a week apart, by their median absolute value; before `origin` alone.
    pub(crate) fn estimated(series: &QueueSeries, totals: &DayTotals, origin: usize) -> Self {
        let usable = |day: usize| series.days[day].kind == DayKind::Ordinary && !totals.total[day].is_nan();
        let differences: Vec<f64> = (7..origin)
            .filter(|&day| usable(day) && usable(day - 7))
            .map(|day| ((totals.total[day] + 0.5) / (totals.total[day - 7] + 0.5)).ln().abs())
            .collect();
        let poisson = median((0..origin).filter(|&day| usable(day)).map(|day| 1.0 / (totals.total[day] + 0.5)).collect());
        let spread = median(differences).map_or(0.15, |difference| 1.4826 * difference / 2.0_f64.sqrt());
        Self((spread * spread - poisson.unwrap_or(0.0)).clamp(2e-4, 0.25))
    }
}

/// What a configuration answers at each cut.
#[derive(Debug, Clone, Default)]
pub(crate) struct LevelRun {
    /// Log day level and its variance for each day wanted, a cut.
    pub(crate) answers: Vec<Vec<(f64, f64)>>,
    /// Rolling errors before each cut.
    pub(crate) errors: Vec<ClassErrors>,
}

/// The filter of one configuration.
#[derive(Debug, Clone)]
pub(crate) struct LevelFilter {
    states: usize,
    mean: Vec<f64>,
    /// Covariance of the states by row; only the upper triangle is kept.
    variance: Vec<f64>,
    walk: (f64, f64),
    noise: f64,
    /// State of each feature of the space, where the variant uses it.
    state_of: Vec<Option<usize>>,
    borrowed: Option<RestDays>,
}

/// A sparse row of the design: states and their values.
type Row = Vec<(usize, f64)>;

impl LevelFilter {
    /// A filter before any day.
    pub(crate) fn new(
        series: &QueueSeries,
        rest: Option<RestDays>,
        variant: &Variant,
        noise: DayNoise,
        (level_days, weekday_weeks): (f64, f64),
    ) -> Self {
        let space = &series.features;
        let mut states = FEATURE;
        let state_of: Vec<Option<usize>> = (0..space.len())
            .map(|id| {
                variant.groups.contains(&space.group(id)).then(|| {
                    states += 1;
                    states - 1
                })
            })
            .collect();
        let mut variance = vec![0.0; states * states];
        variance[0] = 1.0;
        for weekday in WEEKDAY..FEATURE {
            variance[weekday * states + weekday] = 1.0;
        }
        for (id, state) in state_of.iter().enumerate() {
            if let Some(state) = state {
                variance[state * states + state] = space.prior_variance(id, noise.0);
            }
        }
        let gain = |half_life: f64| {
            let alpha = 1.0 - 0.5_f64.powf(1.0 / half_life);
            noise.0 * alpha * alpha / (1.0 - alpha)
        };
        let borrowed = rest.filter(|_| variant.rest == RestUse::Borrowed);
        let walk = (gain(level_days), gain(weekday_weeks) / 7.0);
        Self { states, mean: vec![0.0; states], variance, walk, noise: noise.0, state_of, borrowed }
    }

    /// Runs over all days before the last cut.
    pub(crate) fn run(mut self, series: &QueueSeries, totals: &DayTotals, cuts: &[Cut]) -> LevelRun {
        let rows: Vec<Row> = series.days.iter().map(|day| self.row(day)).collect();
        let end = cuts.iter().map(|cut| cut.origin).max().unwrap_or(0);
        self.mean[0] = totals.first_level();
        let lead = cuts[0].from - cuts[0].origin;
        let ahead = (cuts[0].until - cuts[0].from).min(LONGEST_HORIZON);
        let mut errors = vec![(0.0, 0.0); series.len()];
        let (mut run, mut seen) = (LevelRun::default(), 0);
        for day in 0..=end {
            for cut in cuts.iter().filter(|cut| cut.origin == day) {
                run.answers
                    .push((cut.from..cut.until).map(|d| self.answer(&rows[d], d - day, series.days[d].log_uplift)).collect());
                run.errors.push(mean_errors(series, &errors, day));
            }
            if day == end {
                break;
            }
            if seen >= WARM_UP_DAYS {
                for target in (day + lead..day + lead + ahead).take_while(|&target| target < end) {
                    let total = totals.total[target];
                    if !total.is_nan() {
                        let error = (self.level(&rows[target], series.days[target].log_uplift).exp() - total).abs();
                        errors[target] = (errors[target].0 + error, errors[target].1 + 1.0);
                    }
                }
            }
            if !totals.total[day].is_nan() {
                self.observe(&rows[day], totals.total[day], series.days[day].log_uplift);
                seen += 1;
            }
            self.walk_on();
        }
        run
    }

    fn row(&self, day: &DayContext) -> Row {
        let weekday = self.borrowed.and_then(|rest| rest.donor(day.kind)).unwrap_or(day.weekday);
        let mut row = vec![(0, 1.0), (WEEKDAY + weekday, 1.0)];
        row.extend(day.features.iter().filter_map(|&(id, value)| Some((self.state_of[id]?, value))));
        row
    }

    fn level(&self, row: &Row, log_uplift: f64) -> f64 {
        (log_uplift + row.iter().map(|&(state, x)| x * self.mean[state]).sum::<f64>()).clamp(-7.0, 25.0)
    }

    fn gain(&self, row: &Row) -> Vec<f64> {
        let n = self.states;
        let mut gain = vec![0.0; n];
        for &(state, x) in row {
            for (other, gain) in gain[..state].iter_mut().enumerate() {
                *gain += x * self.variance[other * n + state];
            }
            let line = &self.variance[state * n + state..(state + 1) * n];
            gain[state..].iter_mut().zip(line).for_each(|(gain, p)| *gain += x * p);
        }
        gain
    }

    fn answer(&self, row: &Row, ahead: usize, log_uplift: f64) -> (f64, f64) {
        let gain = self.gain(row);
        let level = self.level(row, log_uplift);
        let state: f64 = row.iter().map(|&(state, x)| x * gain[state]).sum();
        let walked = ahead as f64 * (self.walk.0 + self.walk.1);
        (level, state + walked + self.noise)
    }

    fn observe(&mut self, row: &Row, total: f64, log_uplift: f64) {
        let mu = self.level(row, log_uplift).exp();
        let few = 1.0 / (1.0 + mu / 20.0);
        let error = (1.0 - few) * ((total + 0.5) / (mu + 0.5)).ln() + few * ((total - mu) / mu).clamp(-1.0, 2.0);
        let gain = self.gain(row);
        let mut spread = row.iter().map(|&(state, x)| x * gain[state]).sum::<f64>() + self.noise + 1.0 / mu.max(0.05);
        let standard = error.abs() / spread.sqrt();
        if standard > HUBER {
            spread *= standard / HUBER;
        }
        for (mean, gain) in self.mean.iter_mut().zip(&gain) {
            *mean += gain * error / spread;
        }
        for (row, &g) in gain.iter().enumerate().filter(|(_, g)| **g != 0.0) {
            let scaled = g / spread;
            let line = &mut self.variance[row * self.states + row..(row + 1) * self.states];
            line.iter_mut().zip(&gain[row..]).for_each(|(p, g)| *p -= scaled * g);
        }
    }

    fn walk_on(&mut self) {
        self.variance[0] = (self.variance[0] + self.walk.0).min(4.0);
        for weekday in WEEKDAY..FEATURE {
            let p = &mut self.variance[weekday * self.states + weekday];
            *p = (*p + self.walk.1).min(4.0);
        }
    }
}

/// Mean errors of the targets before `origin`, the recent ones weighing more.
fn mean_errors(series: &QueueSeries, errors: &[(f64, f64)], origin: usize) -> ClassErrors {
    let (mut ordinary, mut special, mut judged) = ((0.0, 0.0), (0.0, 0.0), 0.0);
    for (day, &(error, n)) in errors.iter().enumerate().take(origin).filter(|(_, (_, n))| *n > 0.0) {
        if series.days[day].kind == DayKind::Ordinary {
            let weight = 0.5_f64.powf((origin - day) as f64 / ERROR_HALF_LIFE);
            ordinary = (ordinary.0 + weight * error / n, ordinary.1 + weight);
            judged += 1.0;
        } else {
            special = (special.0 + error / n, special.1 + 1.0);
        }
    }
    let mean = |(sum, weight): (f64, f64)| if weight > 0.0 { sum / weight } else { 1.0 };
    ClassErrors { prior: 1.0, ordinary: (mean(ordinary), judged), special: (mean(special), special.1) }
}
