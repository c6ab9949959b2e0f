//! Linear scales with round ticks.

/// A linear map from values to positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    domain: (f64, f64),
    range: (f64, f64),
    step: f64,
}

impl Scale {
    /// From zero to a round number at or above `largest`, with about `ticks` steps; positions `range.0` to `range.1`.
    ///
    /// An empty or unknown domain becomes 0 to `ticks`.
    pub fn from_zero(largest: f64, ticks: u32, range: (f64, f64)) -> Self {
        let largest = if largest.is_finite() && largest > 0.0 { largest } else { f64::from(ticks) };
        let step = round_step(largest / f64::from(ticks.max(1)));
        Self { domain: (0.0, (largest / step - 1e-9).ceil() * step), range, step }
    }

    /// From `low` to `high` exactly, with a tick every `step`.
    pub fn between(low: f64, high: f64, step: f64, range: (f64, f64)) -> Self {
        Self { domain: (low, high), range, step }
    }

    /// Position of a value; values outside the domain sit at its ends.
    pub fn at(&self, value: f64) -> f64 {
        let (low, high) = self.domain;
        let value = if value.is_finite() { value.clamp(low, high) } else { low };
        self.range.0 + (value - low) / (high - low) * (self.range.1 - self.range.0)
    }

    /// Values that get a tick, both ends included.
    pub fn ticks(&self) -> Vec<f64> {
        let steps = ((self.domain.1 - self.domain.0) / self.step).round().max(1.0) as usize;
        (0..=steps).map(|step| self.domain.0 + step as f64 * self.step).collect()
    }

    /// Decimals that tell two ticks apart.
    pub fn digits(&self) -> usize {
        let whole = |digits: &usize| {
            let scaled = self.step * 10_f64.powi(*digits as i32);
            (scaled - scaled.round()).abs() < 1e-6
        };
        (0..6).find(whole).unwrap_or(6)
    }
}

/// The smallest of 1, 2, 2.5, 5 × 10^k that is at least `least`; whole numbers have no 2.5.
fn round_step(least: f64) -> f64 {
    let magnitude = 10_f64.powf(least.log10().floor());
    let candidates: &[f64] = if magnitude == 1.0 { &[1.0, 2.0, 5.0, 10.0] } else { &[1.0, 2.0, 2.5, 5.0, 10.0] };
    candidates.iter().map(|factor| factor * magnitude).find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(10.0 * magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_largest_value() {
        let scale = Scale::from_zero(34.0, 4, (100.0, 0.0));
        assert_eq!(scale.ticks(), [0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(scale.at(20.0), 50.0);
    }

    #[test]
    fn nothing_to_show_still_makes_a_scale() {
        for largest in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let scale = Scale::from_zero(largest, 4, (0.0, 10.0));
            assert!(scale.at(f64::NAN) == 0.0 && scale.at(4.0) == 10.0);
        }
    }

    #[test]
    fn fractions_keep_the_digits_that_tell_them_apart() {
        assert_eq!(Scale::from_zero(0.09, 4, (0.0, 1.0)).digits(), 3);
        assert_eq!(Scale::from_zero(1.8, 4, (0.0, 1.0)).digits(), 1);
        assert_eq!(Scale::from_zero(900.0, 4, (0.0, 1.0)).digits(), 0);
    }
}
