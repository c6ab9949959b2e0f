//! Arrival rates within an interval.

use crate::error::StaffingError;

/// Degree of the polynomial fitted to a smooth rate.
const DEGREE: usize = 6;

/// λ(t) over an interval as a polynomial in t, seconds since its start; degree 0 is a constant rate.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrivalRate {
    /// Coefficients of t^i, 1/s^(i + 1).
    coefficients: Vec<f64>,
}

impl ArrivalRate {
    /// A constant rate of `volume` contacts in `seconds`.
    pub fn of_volume(volume: f64, seconds: f64) -> Self {
        Self { coefficients: vec![if seconds > 0.0 { volume / seconds } else { 0.0 }] }
    }

    /// A constant rate, contacts a second.
    pub fn constant(rate: f64) -> Self {
        Self { coefficients: vec![rate] }
    }

    /// The polynomial of degree 6 through a smooth `rate` (contacts a second, by seconds since the interval's start) at
    /// the Chebyshev points of an interval of `seconds`.
    pub fn smooth(seconds: f64, rate: impl Fn(f64) -> f64) -> Self {
        let points: Vec<f64> = (0..=DEGREE)
            .map(|i| 0.5 - 0.5 * ((2 * i + 1) as f64 * std::f64::consts::PI / (2 * DEGREE + 2) as f64).cos())
            .collect();
        // Newton's divided differences on 0..=1, then expanded into powers.
        let mut differences: Vec<f64> = points.iter().map(|u| rate(u * seconds)).collect();
        for order in 1..=DEGREE {
            for i in (order..=DEGREE).rev() {
                differences[i] = (differences[i] - differences[i - 1]) / (points[i] - points[i - order]);
            }
        }
        let mut coefficients = vec![0.0; DEGREE + 1];
        for i in (0..=DEGREE).rev() {
            for power in (1..=DEGREE).rev() {
                coefficients[power] = coefficients[power - 1] - points[i] * coefficients[power];
            }
            coefficients[0] = differences[i] - points[i] * coefficients[0];
        }
        let mut scale = 1.0;
        for coefficient in &mut coefficients {
            *coefficient *= scale;
            scale /= seconds;
        }
        Self { coefficients }
    }

    /// The rate `t` seconds after the interval's start.
    pub fn at(&self, t: f64) -> f64 {
        self.coefficients.iter().rev().fold(0.0, |sum, c| sum * t + c)
    }

    /// Contacts from the start of the interval to `t` seconds after it.
    pub fn volume(&self, t: f64) -> f64 {
        self.coefficients.iter().enumerate().rev().fold(0.0, |sum, (i, c)| sum * t + c / (i + 1) as f64) * t
    }

    /// Whether the rate never changes within the interval.
    pub fn is_constant(&self) -> bool {
        self.coefficients[1..].iter().all(|c| *c == 0.0)
    }

    /// Coefficients of the powers of time since `t`.
    pub(super) fn shifted(&self, t: f64) -> Vec<f64> {
        let mut shifted = self.coefficients.clone();
        if t != 0.0 {
            for i in 0..shifted.len() {
                for j in (i..shifted.len() - 1).rev() {
                    shifted[j] += t * shifted[j + 1];
                }
            }
        }
        while shifted.len() > 1 && shifted.last() == Some(&0.0) {
            shifted.pop();
        }
        shifted
    }

    /// Checks that the rate is one an interval of `seconds` can have.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for a rate that is negative or not finite at the ends or the middle.
    pub fn validate(&self, seconds: f64) -> Result<(), StaffingError> {
        for t in [0.0, 0.25 * seconds, 0.5 * seconds, 0.75 * seconds, seconds] {
            let value = self.at(t);
            if !(value.is_finite() && value >= -1e-9 * self.volume(seconds).abs() / seconds) {
                return Err(StaffingError::OutOfRange { quantity: "arrival rate", value, range: "a finite number of 0 or more" });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_rate_is_met_between_its_points_and_counted() {
        let rate = ArrivalRate::smooth(0.5, |t| 100.0 + 20.0 * (3.0 + t).sin());
        for t in [0.0, 0.1, 0.3, 0.5] {
            assert!((rate.at(t) - 100.0 - 20.0 * (3.0 + t).sin()).abs() < 1e-7, "{t}");
            assert!((rate.volume(t) - 100.0 * t - 20.0 * (3.0_f64.cos() - (3.0 + t).cos())).abs() < 1e-8);
            let shifted = ArrivalRate { coefficients: rate.shifted(t) };
            assert!((shifted.at(0.2) - rate.at(t + 0.2)).abs() < 1e-10);
        }
    }
}
