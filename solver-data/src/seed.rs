//! Seeds: every random act of the program descends from one number.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// The number all random streams of a run descend from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of sub-stream `k`: statistically independent of its siblings (SplitMix64 finaliser, Steele et al. 2014).
    #[must_use]
    pub fn stream(self, k: u64) -> Seed {
        let mut z = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(k.wrapping_add(1)));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Seed(z ^ (z >> 31))
    }

    /// The generator of this seed: `ChaCha8`, the same bytes on every platform.
    pub fn rng(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |k| Seed(7).stream(k).rng().next_u64();
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
        assert_ne!(Seed(0).stream(0), Seed(0));
    }
}
