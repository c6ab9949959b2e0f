//! How far the day so far is trusted for the rest of it.
//!
//! With x = ln(observed / expected) so far, the rest of the day is multiplied by exp(γ x). If the day level had variance v
//! and counts the variance φ ŷ about it, and nothing else went wrong, the posterior weight w = v / (v + φ / ŷ) would be γ.
//! In truth a morning says less: profiles shift within the day. So
//!
//! 1. γ₀ = c w, with the one c in 0..=1.5 whose updates have the least error over all cuts of the past days;
//! 2. b(s) = Σ x z / Σ x², the regression of the rest's log error z on x over the past days at slot s;
//! 3. γ(s) = k (n b + n₀ γ₀) / (n + n₀), k in 0..=1 the one with the least error of the past days at s: where an update has
//!    not helped, there is none.
//!
//! x is winsorised at 2.5 standard deviations. Errors are those of the intervals plus that of the rest's total.

use super::course::{DayCourse, LevelLaw, SoFar};

/// Cuts of the day that c is measured on.
const CUTS: usize = 8;
/// Past days that weigh as much as γ₀.
const PRIOR_DAYS: f64 = 60.0;
/// Standard deviations at which the log ratio is winsorised.
const WINSORISED: f64 = 2.5;
/// Contacts that must be expected before and after a cut for it to be measured.
const LEAST_EXPECTED: f64 = 1.0;

/// What the past of a queue says about updates within a day.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    law: LevelLaw,
    past: Vec<DayCourse>,
    /// c.
    correction: f64,
}

/// An update of the rest of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DayUpdate {
    /// Exponent γ.
    pub(crate) exponent: f64,
    /// Factor on the rest of the day.
    pub(crate) factor: f64,
    /// Standard deviation of the day level after / before.
    pub(crate) narrowing: f64,
}

impl Trust {
    /// Measured on the past days of a queue.
    pub(crate) fn measured(law: LevelLaw, past: Vec<DayCourse>) -> Self {
        let mut trust = Self { law, past, correction: 0.0 };
        let cuts = trust.cuts();
        let error = |correction: f64| -> f64 {
            let candidate =
                |slot: usize| trust.error_at(slot, |so_far| (correction * law.posterior_weight(so_far.expected)).min(1.0));
            cuts.iter().map(|&slot| candidate(slot)).sum()
        };
        trust.correction = least((0..=6).map(|k| 0.25 * f64::from(k)), error);
        trust
    }

    /// The update that `so_far` at `slot` asks for.
    ///
    /// None where hardly a contact was expected so far: no past day was measured there.
    ///
    /// - `variance`: of the level of this day
    pub(crate) fn update(&self, slot: usize, so_far: SoFar, variance: f64) -> DayUpdate {
        if so_far.expected < LEAST_EXPECTED {
            return DayUpdate { exponent: 0.0, factor: 1.0, narrowing: 1.0 };
        }
        let law = LevelLaw { variance, ..self.law };
        let weight = law.posterior_weight(so_far.expected);
        let slope = self.slope(slot);
        let exponent = |so_far: SoFar, law: LevelLaw| {
            let prior = (self.correction * law.posterior_weight(so_far.expected)).min(1.0);
            slope.map_or(prior, |(slope, days)| (days * slope + PRIOR_DAYS * prior) / (days + PRIOR_DAYS)).clamp(0.0, 1.0)
        };
        let helped = least((0..=4).map(|k| 0.25 * f64::from(k)), |k| self.error_at(slot, |past| k * exponent(past, self.law)));
        let exponent = helped * exponent(so_far, law);
        // The squared correlation of the morning's level with the rest's, as the exponent implies it, is what is known.
        let known = if weight > 0.0 { (exponent / weight).min(1.0) * exponent.min(weight) } else { 0.0 };
        DayUpdate { exponent, factor: (exponent * winsorised(so_far, law)).exp(), narrowing: (1.0 - known).max(0.0).sqrt() }
    }

    /// Cuts evenly over the slots in which contacts come.
    fn cuts(&self) -> Vec<usize> {
        let slots = self.past.first().map_or(0, |day| day.expected.len());
        let busy: Vec<usize> = (1..slots).filter(|&slot| self.past.iter().any(|day| day.expected[slot] > 0.0)).collect();
        let step = busy.len().div_ceil(CUTS).max(1);
        busy.into_iter().skip(step / 2).step_by(step).collect()
    }

    /// Error of the past days' rest from `slot` on when each is updated with the exponent of its own morning.
    fn error_at(&self, slot: usize, exponent: impl Fn(SoFar) -> f64) -> f64 {
        let errors = self.past.iter().map(|day| {
            let so_far = day.so_far(slot);
            let factor =
                if so_far.expected < LEAST_EXPECTED { 1.0 } else { (exponent(so_far) * winsorised(so_far, self.law)).exp() };
            day.rest_error(slot, factor).0 + day.rest_total_error(slot, factor)
        });
        errors.sum()
    }

    /// Regression of the rest's log error on that so far, and the days it was measured on.
    fn slope(&self, slot: usize) -> Option<(f64, f64)> {
        let (mut product, mut square, mut days) = (0.0, 0.0, 0.0);
        for day in &self.past {
            let (so_far, rest) = (day.so_far(slot), day.rest(slot));
            if so_far.expected >= LEAST_EXPECTED && rest.expected >= LEAST_EXPECTED {
                let x = winsorised(so_far, self.law);
                product += x * winsorised(rest, self.law);
                square += x * x;
                days += 1.0;
            }
        }
        (square > 0.0).then(|| (product / square, days))
    }
}

/// Log ratio of actual to expected, within what the law makes plausible.
fn winsorised(sum: SoFar, law: LevelLaw) -> f64 {
    let limit = WINSORISED * (law.variance + law.overdispersion / sum.expected.max(1e-9)).sqrt();
    sum.log_ratio().clamp(-limit, limit)
}

/// The candidate with the least error, the first among equals.
fn least(candidates: impl Iterator<Item = f64>, error: impl Fn(f64) -> f64) -> f64 {
    let scored = candidates.map(|candidate| (candidate, error(candidate)));
    scored.fold((0.0, f64::INFINITY), |best, (candidate, error)| if error < best.1 { (candidate, error) } else { best }).0
}
