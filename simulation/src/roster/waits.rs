//! Waits of a queue, counted in buckets fine enough for percentiles.

/// Buckets an octave; a bucket is less than 1 % wide.
const PER_OCTAVE: usize = 128;
/// Shortest wait told apart from none: 2^-3 s.
const SHORTEST_EXPONENT: i32 = -3;
/// Waits of 2^22 s, 48 days, and more share the last bucket.
const OCTAVES: usize = 25;

/// Waits of the answered in buckets of equal relative width, and the longest wait of anybody.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Waits {
    /// Waits of the answered without any wait.
    none: u32,
    /// Waits by bucket; grows as it must.
    buckets: Vec<u32>,
    /// Longest wait, seconds.
    pub longest: f64,
}

impl Waits {
    /// An answered contact waited `wait` seconds.
    #[inline]
    pub fn add(&mut self, wait: f64) {
        self.longest = self.longest.max(wait);
        if wait <= 0.0 {
            self.none += 1;
            return;
        }
        let bucket = bucket(wait);
        if bucket >= self.buckets.len() {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
    }

    /// A contact left after `waited` seconds.
    pub fn left_after(&mut self, waited: f64) {
        self.longest = self.longest.max(waited);
    }

    /// Adds the waits of another queue.
    pub fn merge(&mut self, other: &Waits) {
        self.none += other.none;
        self.longest = self.longest.max(other.longest);
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (own, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *own += more;
        }
    }

    /// Waits at ascending `shares` of the answered, linear within a bucket; `None` where nobody was answered.
    pub fn percentiles<const N: usize>(&self, shares: [f64; N]) -> Option<[f64; N]> {
        let count = f64::from(self.none) + self.buckets.iter().map(|&count| f64::from(count)).sum::<f64>();
        if count <= 0.0 {
            return None;
        }
        let (mut below, mut next) = (f64::from(self.none), 0);
        let percentile = |share: f64| {
            let rank = share * count;
            if rank <= f64::from(self.none) {
                return 0.0;
            }
            while let Some(&own) = self.buckets.get(next) {
                if below + f64::from(own) >= rank && own > 0 {
                    let (from, to) = (edge(next), edge(next + 1).min(self.longest));
                    return from + (to - from).max(0.0) * (rank - below) / f64::from(own);
                }
                below += f64::from(own);
                next += 1;
            }
            self.longest
        };
        Some(shares.map(percentile))
    }
}

/// Bucket of a wait above 0, from the exponent and the leading bits of its mantissa.
#[inline]
fn bucket(wait: f64) -> usize {
    let first = (1023 + SHORTEST_EXPONENT) as u64 * PER_OCTAVE as u64;
    let place = (wait.to_bits() >> (52 - PER_OCTAVE.trailing_zeros())).saturating_sub(first);
    (place as usize).min(OCTAVES * PER_OCTAVE - 1)
}

/// Lower edge of a bucket, seconds.
fn edge(bucket: usize) -> f64 {
    if bucket == 0 {
        return 0.0;
    }
    let octave = (bucket / PER_OCTAVE) as i32 + SHORTEST_EXPONENT;
    f64::powi(2.0, octave) * (1.0 + (bucket % PER_OCTAVE) as f64 / PER_OCTAVE as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_good_to_one_percent() {
        let mut waits = Waits::default();
        (0..500).for_each(|_| waits.add(0.0));
        (1..=500).for_each(|wait| waits.add(f64::from(wait)));
        let found = waits.percentiles([0.25, 0.5, 0.6, 0.9, 0.99]).unwrap();
        for (found, wanted) in found.into_iter().zip([0.0, 0.0, 100.0, 400.0, 490.0]) {
            assert!((found - wanted).abs() <= 0.011 * wanted, "{found} for {wanted}");
        }
        assert_eq!(waits.longest, 500.0);
    }

    #[test]
    fn every_bucket_holds_its_lower_edge() {
        for index in 1..OCTAVES * PER_OCTAVE {
            assert_eq!(bucket(edge(index)), index);
        }
        assert_eq!((bucket(1e-9), bucket(1e12)), (0, OCTAVES * PER_OCTAVE - 1));
    }
}
