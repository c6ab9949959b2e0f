//! Dynamic linear model of the log day level.
//!
//! State: level, seven weekday effects, drift of the level, carried error, one effect a calendar feature in use. Level and
//! weekday effects walk randomly, drift and carried error fade, the rest stays: with normal priors on it this is ridge
//! regression, updated day by day. Observation of day d with x = (1, weekday, features), F = x'Px + V + 1/μ, where
//! μ = exp(x'a) and 1/μ is the Poisson part of the log's variance:
//!
//! 1. e = (1 - w) ln((T + 1/2) / (μ + 1/2)) + w (T - μ) / μ, w = 1 / (1 + μ/20): logs where contacts are many, the
//!    unbiased working residual of a Poisson regression where they are few.
//! 2. F is inflated to |e| √F / 2.5 beyond 2.5 standard deviations (Huber), so an outage bends the level little.
//! 3. a ← a + Px e / F, P ← P - Pxx'P / F; each new day adds q to the variances of level and weekday effects.
//!
//! An unknown day adds q and no observation, so that a hole of months lets the level be learned anew. Effects that no day
//! has touched yet are uncorrelated with the rest: they lie last and cost nothing until their first day.

use crate::day::DayKind;
use crate::model::Cut;
use crate::model::day_level::design::{CARRY, DRIFT, Design, FEATURE, LEVEL, WEEKDAY};
use crate::model::day_level::dynamics::{DAMPING, Dynamics};
use crate::model::day_level::profile::DayTotals;
use crate::robust::median;
use crate::series::QueueSeries;
use crate::weighting::ClassErrors;

const HUBER: f64 = 2.5;
/// Days seen before errors count.
const WARM_UP_DAYS: usize = 14;
/// What remains of the memory of errors after a day: half after 180.
const ERROR_DECAY: f64 = 0.996_156_6;
/// Longest look ahead that errors are measured over, in days, and leads looked at.
const LONGEST_HORIZON: usize = 28;
const LEADS: usize = 7;

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
    /// Answers for each day wanted, a cut.
    pub(crate) answers: Vec<Vec<LevelAnswer>>,
    /// Rolling errors before each cut.
    pub(crate) errors: Vec<ClassErrors>,
    /// Log day level of ordinary days less the effects known on the day: `len == days`, not a number elsewhere.
    pub(crate) adjusted: Vec<f64>,
}

/// Log day level of one day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LevelAnswer {
    /// Expected log level.
    pub(crate) level: f64,
    /// Its variance.
    pub(crate) variance: f64,
    /// Logarithms of level, weekday, calendar and event.
    pub(crate) parts: [f64; 4],
}

/// The filter of one configuration.
#[derive(Debug, Clone)]
pub(crate) struct LevelFilter<'a> {
    design: &'a Design,
    dynamics: Dynamics,
    noise: f64,
    walk: (f64, f64),
    mean: Vec<f64>,
    /// Covariance of the states by row; only the upper triangle is kept.
    variance: Vec<f64>,
    /// States touched so far lie before it.
    touched: usize,
    /// Px of the latest row, a state.
    gain: Vec<f64>,
}

impl<'a> LevelFilter<'a> {
    /// A filter before any day.
    pub(crate) fn new(design: &'a Design, dynamics: Dynamics, DayNoise(noise): DayNoise) -> Self {
        let n = design.states;
        let mut variance = vec![0.0; n * n];
        for (state, &prior) in design.prior.iter().enumerate() {
            variance[state * n + state] = prior;
        }
        variance[DRIFT * n + DRIFT] = dynamics.drift * dynamics.drift;
        variance[CARRY * n + CARRY] = dynamics.carry * noise;
        let (walk, mean, gain) = (dynamics.walk(noise), design.expected.clone(), vec![0.0; n]);
        Self { design, dynamics, noise, walk, mean, variance, touched: FEATURE, gain }
    }

    /// Runs over all days before the last cut.
    pub(crate) fn run(mut self, series: &QueueSeries, totals: &DayTotals, cuts: &[Cut]) -> LevelRun {
        let end = cuts.iter().map(|cut| cut.origin).max().unwrap_or(0);
        self.mean[LEVEL] = totals.first_level();
        let leads = leads(cuts, &self.dynamics);
        let mut errors = RollingErrors::new(series.len());
        let (mut run, mut seen) = (LevelRun { adjusted: vec![f64::NAN; series.len()], ..LevelRun::default() }, 0);
        for day in 0..=end {
            for cut in cuts.iter().filter(|cut| cut.origin == day) {
                run.answers.push((cut.from..cut.until).map(|target| self.answer(series, target, target - day)).collect());
                run.errors.push(errors.so_far());
            }
            if day == end {
                break;
            }
            if seen >= WARM_UP_DAYS {
                for &(lead, drifted, faded) in &leads {
                    let target = day + lead;
                    if target < end && !totals.total[target].is_nan() {
                        let level = self.level(series, target, (drifted, faded));
                        errors.add(target, (level.exp() - totals.total[target]).abs());
                    }
                }
            }
            errors.close(series, day);
            let total = totals.total[day];
            if !total.is_nan() {
                if series.days[day].kind == DayKind::Ordinary {
                    let level = self.mean[LEVEL] + self.mean[CARRY];
                    run.adjusted[day] = (total + 0.5).ln() - self.level(series, day, (0.0, 1.0)) + level;
                }
                self.observe(series, day, total);
                seen += 1;
            }
            self.walk_on();
        }
        run
    }

    /// Expected log level of a day, to which the drift adds and before which the carried error fades.
    fn level(&self, series: &QueueSeries, day: usize, (drifted, faded): (f64, f64)) -> f64 {
        let effects: f64 = self.design.entries(day).iter().map(|&(state, x)| x * self.mean[state]).sum();
        let level = self.mean[LEVEL] + drifted * self.mean[DRIFT] + faded * self.mean[CARRY];
        (series.days[day].log_uplift + level + effects).clamp(-7.0, 25.0)
    }

    fn answer(&self, series: &QueueSeries, day: usize, ahead: usize) -> LevelAnswer {
        let course = (Dynamics::drifted(ahead), self.dynamics.faded(ahead));
        let level = self.level(series, day, course);
        let state = self.spread(day, course);
        let carried = self.dynamics.carry * self.noise;
        let walked = ahead as f64 * (self.walk.0 + self.walk.1) + carried * (1.0 - course.1 * course.1);
        let base = self.mean[LEVEL] + course.0 * self.mean[DRIFT] + course.1 * self.mean[CARRY];
        let parts = self.design.log_parts(&self.mean, day, base);
        LevelAnswer { level, variance: state + walked + self.noise - carried, parts }
    }

    /// x'Px of a day.
    fn spread(&self, day: usize, course: (f64, f64)) -> f64 {
        let n = self.design.states;
        let rows = || self.row(day, course);
        let covariance = |i: usize, j: usize| self.variance[i.min(j) * n + i.max(j)];
        rows().map(|(i, x)| x * rows().map(|(j, y)| y * covariance(i, j)).sum::<f64>()).sum()
    }

    /// States that a day looks at, with their values.
    fn row(&self, day: usize, (drifted, faded): (f64, f64)) -> impl Iterator<Item = (usize, f64)> + '_ {
        let drift = (self.dynamics.drift > 0.0).then_some((DRIFT, drifted));
        let carry = (self.dynamics.carry > 0.0).then_some((CARRY, faded));
        let moving = std::iter::once((LEVEL, 1.0)).chain(drift).chain(carry);
        moving.chain(self.design.entries(day).iter().copied())
    }

    /// Px of a day that touches no state behind `touched`, into `gain`.
    fn gain(&mut self, day: usize, course: (f64, f64)) {
        let (n, touched) = (self.design.states, self.touched);
        let mut gain = std::mem::take(&mut self.gain);
        gain[..touched].fill(0.0);
        for (state, x) in self.row(day, course) {
            for (gain, line) in gain[..state].iter_mut().zip(self.variance.chunks_exact(n)) {
                *gain += x * line[state];
            }
            let line = &self.variance[state * n + state..state * n + touched];
            gain[state..touched].iter_mut().zip(line).for_each(|(gain, p)| *gain += x * p);
        }
        self.gain = gain;
    }

    fn observe(&mut self, series: &QueueSeries, day: usize, total: f64) {
        self.touched = self.touched.max(self.design.reach(day));
        let mu = self.level(series, day, (0.0, 1.0)).exp();
        let few = 1.0 / (1.0 + mu / 20.0);
        let error = (1.0 - few) * ((total + 0.5) / (mu + 0.5)).ln() + few * ((total - mu) / mu).clamp(-1.0, 2.0);
        let vanishing = self.noise * (1.0 - self.dynamics.carry);
        self.gain(day, (0.0, 1.0));
        let mut spread =
            self.row(day, (0.0, 1.0)).map(|(state, x)| x * self.gain[state]).sum::<f64>() + vanishing + 1.0 / mu.max(0.05);
        let standard = error.abs() / spread.sqrt();
        if standard > HUBER && !series.keeps_outliers {
            spread *= standard / HUBER;
        }
        let (n, gain) = (self.design.states, &self.gain[..self.touched]);
        for (mean, gain) in self.mean.iter_mut().zip(gain) {
            *mean += gain * error / spread;
        }
        for (row, &g) in gain.iter().enumerate().filter(|(_, g)| **g != 0.0) {
            let scaled = g / spread;
            let line = &mut self.variance[row * n + row..row * n + gain.len()];
            line.iter_mut().zip(&gain[row..]).for_each(|(p, g)| *p -= scaled * g);
        }
    }

    fn walk_on(&mut self) {
        if self.dynamics.drift > 0.0 {
            self.drift_on();
        }
        if self.dynamics.carry > 0.0 {
            let fade = self.dynamics.fade;
            self.mean[CARRY] *= fade;
            self.scale(CARRY, fade, self.dynamics.carry * self.noise * (1.0 - fade * fade));
        }
        self.variance[LEVEL] = (self.variance[LEVEL] + self.walk.0).min(4.0);
        for weekday in (WEEKDAY..).take(7) {
            let p = &mut self.variance[weekday * self.design.states + weekday];
            *p = (*p + self.walk.1).min(4.0);
        }
    }

    /// Level += drift, then the drift fades.
    fn drift_on(&mut self) {
        let n = self.design.states;
        let drift = self.variance[DRIFT * n + DRIFT];
        self.mean[LEVEL] += self.mean[DRIFT];
        self.variance[LEVEL] += 2.0 * self.variance[DRIFT] + drift;
        for state in 1..self.touched {
            let covariance = self.variance[state.min(DRIFT) * n + state.max(DRIFT)];
            self.variance[state] += covariance;
        }
        self.mean[DRIFT] *= DAMPING;
        self.scale(DRIFT, DAMPING, self.dynamics.drift.powi(2) * (1.0 - DAMPING * DAMPING));
    }

    /// Multiplies a state by a factor and adds to its variance.
    fn scale(&mut self, state: usize, factor: f64, added: f64) {
        let n = self.design.states;
        for other in 0..state {
            self.variance[other * n + state] *= factor;
        }
        self.variance[state * n + state..state * n + self.touched].iter_mut().for_each(|p| *p *= factor);
        let own = &mut self.variance[state * n + state];
        *own = *own * factor + added;
    }
}

/// Leads that errors are measured at, evenly over the horizon, with the course of drift and carried error.
fn leads(cuts: &[Cut], dynamics: &Dynamics) -> Vec<(usize, f64, f64)> {
    let first = cuts[0].from - cuts[0].origin;
    let ahead = (cuts[0].until - cuts[0].from).min(LONGEST_HORIZON);
    let step = ahead.div_ceil(LEADS).max(1);
    let leads = (first..first + ahead).rev().step_by(step);
    leads.map(|lead| (lead, Dynamics::drifted(lead), dynamics.faded(lead))).collect()
}

/// Errors by target day, gathered into means in which the recent ordinary days weigh more.
#[derive(Debug, Clone)]
struct RollingErrors {
    /// Sum and number of the errors of a target day.
    by_day: Vec<(f64, f64)>,
    ordinary: (f64, f64),
    special: (f64, f64),
    judged: f64,
}

impl RollingErrors {
    fn new(days: usize) -> Self {
        Self { by_day: vec![(0.0, 0.0); days], ordinary: (0.0, 0.0), special: (0.0, 0.0), judged: 0.0 }
    }

    fn add(&mut self, target: usize, error: f64) {
        let (sum, number) = &mut self.by_day[target];
        (*sum, *number) = (*sum + error, *number + 1.0);
    }

    /// Counts a day whose errors are complete.
    fn close(&mut self, series: &QueueSeries, day: usize) {
        self.ordinary = (self.ordinary.0 * ERROR_DECAY, self.ordinary.1 * ERROR_DECAY);
        let (sum, number) = self.by_day[day];
        if number == 0.0 {
            return;
        }
        if series.days[day].kind == DayKind::Ordinary {
            self.ordinary = (self.ordinary.0 + sum / number, self.ordinary.1 + 1.0);
            self.judged += 1.0;
        } else {
            self.special = (self.special.0 + sum / number, self.special.1 + 1.0);
        }
    }

    fn so_far(&self) -> ClassErrors {
        let mean = |(sum, weight): (f64, f64)| if weight > 0.0 { sum / weight } else { 1.0 };
        ClassErrors { prior: 1.0, ordinary: (mean(self.ordinary), self.judged), special: (mean(self.special), self.special.1) }
    }
}
