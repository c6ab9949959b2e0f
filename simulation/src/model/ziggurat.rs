//! Unit exponentials by the ziggurat of 256 layers, a block of random bits at a time.
//!
//! Marsaglia and Tsang (2000), J. Stat. Software 5(8). Drawn in blocks because a loop over independent draws lets the
//! processor work on several at once, which a draw here and a draw there does not.

use std::sync::LazyLock;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// Right end of the lowest layer's rectangle.
const TAIL: f64 = 7.697117470131049;
/// Area of each layer.
const AREA: f64 = 0.003949659822581557;
/// Layers.
const LAYERS: usize = 256;

/// Layer i reaches from 0 to `x[i]`; its inner part, to `x[i + 1]`, lies wholly under the density.
struct Layers {
    x: [f64; LAYERS + 1],
    /// exp(-x).
    density: [f64; LAYERS + 1],
}

static LAYER: LazyLock<Layers> = LazyLock::new(|| {
    let mut x = [0.0; LAYERS + 1];
    (x[0], x[1]) = (AREA * TAIL.exp(), TAIL);
    for i in 2..LAYERS {
        x[i] = -((-x[i - 1]).exp() + AREA / x[i - 1]).ln();
    }
    Layers { x, density: x.map(|x| (-x).exp()) }
});

/// Draws made at once: a block of the generator.
pub(super) const BLOCK: usize = 32;

/// Fills `draws` with unit exponentials: one each from the next `BLOCK` words of the stream, those that fall outside the
/// inner layers from the words behind.
pub(super) fn fill_exponential(rng: &mut ChaCha8Rng, draws: &mut [f64; BLOCK]) {
    let layers = &*LAYER;
    let mut bytes = [0; 8 * BLOCK];
    rng.fill_bytes(&mut bytes);
    for (draw, word) in draws.iter_mut().zip(bytes.as_chunks().0) {
        let bits = u64::from_le_bytes(*word);
        let i = bits as usize % LAYERS;
        let x = fraction(bits) * layers.x[i];
        *draw = if x < layers.x[i + 1] { x } else { outside(rng, layers, i, x) };
    }
}

/// 52 high bits as a number between 0 and 1, both excluded.
#[inline]
pub(super) fn fraction(bits: u64) -> f64 {
    f64::from_bits((bits >> 12) | 0x3FF0_0000_0000_0000) - (1.0 - f64::EPSILON / 2.0)
}

/// The draw when `x` fell outside the inner part of layer `i`: one in 90.
#[cold]
fn outside(rng: &mut ChaCha8Rng, layers: &Layers, mut i: usize, mut x: f64) -> f64 {
    loop {
        if i == 0 {
            return TAIL - fraction(rng.next_u64()).ln();
        }
        let height = layers.density[i + 1] + (layers.density[i] - layers.density[i + 1]) * fraction(rng.next_u64());
        if height < (-x).exp() {
            return x;
        }
        let bits = rng.next_u64();
        i = bits as usize % LAYERS;
        x = fraction(bits) * layers.x[i];
        if x < layers.x[i + 1] {
            return x;
        }
    }
}

#[cfg(test)]
mod tests {
    use solver_data::Seed;

    use super::*;

    #[test]
    fn draws_follow_the_exponential_law() {
        let (mut rng, mut draws) = (Seed(3).rng(), Vec::new());
        for _ in 0..20_000 {
            let mut block = [0.0; BLOCK];
            fill_exponential(&mut rng, &mut block);
            draws.extend(block);
        }
        draws.sort_by(f64::total_cmp);
        let n = draws.len() as f64;
        let distance = |(rank, x): (usize, &f64)| (1.0 - (-x).exp() - (rank as f64 + 0.5) / n).abs();
        let worst = draws.iter().enumerate().map(distance).fold(0.0, f64::max);
        // Kolmogorov and Smirnov: 1.95 / sqrt(n) is exceeded once in 1000.
        assert!(worst < 1.95 / n.sqrt(), "{worst}");
        assert!(draws[draws.len() - 1] > TAIL, "the tail beyond the layers is reached");
    }
}
