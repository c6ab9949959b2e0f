//! Run lengths chosen for a wished half-width.

use solver_data::Estimate;

/// How close the means of a simulation shall be to the truth, and how long it may try.
///
/// Replications are added until every 95 % half-width is within `half_width`: of shares as an absolute part (0.005 is half
/// a percentage point), of times relative to their mean (0.005 is half a percent of the mean wait). How many are added
/// depends on the estimates alone, so the result repeats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Wished 95 % half-width, above 0.
    pub half_width: f64,
    /// Replications before the first look: fewer than 10 tell little of their own spread.
    pub first: u32,
    /// Replications after which it stops, reached or not.
    pub most: u32,
}

/// What a mean is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// A share from 0 to 1.
    Share,
    /// A time in seconds, or a number of contacts.
    Amount,
}

impl Precision {
    /// A half-width of `half_width` from 20 to `most` replications.
    pub fn within(half_width: f64, most: u32) -> Self {
        Self { half_width, first: most.min(20), most }
    }

    /// Half-width of an estimate over the wished one: above 1 it is too wide.
    pub fn excess(&self, quantity: Quantity, estimate: Estimate) -> f64 {
        let wished = match quantity {
            Quantity::Share => self.half_width,
            Quantity::Amount => self.half_width * estimate.mean.abs(),
        };
        if estimate.half_width == 0.0 { 0.0 } else { estimate.half_width / wished }
    }

    /// Replications to have after `done` whose widest excess is `excess`: half-widths shrink with their square root.
    ///
    /// A tenth more than that, one half more than `done` at least, and four times as many at most, for early spreads
    /// deceive.
    pub(crate) fn next(&self, done: u32, excess: f64) -> u32 {
        let done = f64::from(done);
        (1.1 * done * excess * excess).clamp(1.5 * done, 4.0 * done).ceil().min(f64::from(self.most)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_held_to_points_and_times_to_their_mean() {
        let precision = Precision::within(0.005, 1_000);
        assert_eq!(precision.excess(Quantity::Share, Estimate { mean: 0.2, half_width: 0.01 }), 2.0);
        assert!((precision.excess(Quantity::Amount, Estimate { mean: 20.0, half_width: 0.05 }) - 0.5).abs() < 1e-12);
        assert_eq!(precision.excess(Quantity::Amount, Estimate { mean: 0.0, half_width: 0.0 }), 0.0);
    }

    #[test]
    fn replications_grow_with_the_square_of_the_excess() {
        let precision = Precision::within(0.005, 1_000);
        assert_eq!(precision.next(20, 1.01), 30);
        assert_eq!(precision.next(20, 1.5), 50);
        assert_eq!(precision.next(20, 100.0), 80);
        assert_eq!(precision.next(500, 100.0), 1_000);
    }
}
