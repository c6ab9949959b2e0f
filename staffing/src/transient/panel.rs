//! One panel of quadrature.

/// Nodes of a panel.
const NODES: usize = 8;

/// Nodes and weights of eight-point Gauss–Legendre quadrature on 0..=1, ascending (Abramowitz, Stegun, table 25.4).
pub(crate) fn gauss_legendre() -> [(f64, f64); NODES] {
    const HALF: [(f64, f64); 4] = [
        (0.960_289_856_497_536_2, 0.101_228_536_290_376_26),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    ];
    let mut nodes = [(0.0, 0.0); NODES];
    for (i, (x, weight)) in HALF.into_iter().enumerate() {
        nodes[i] = (0.5 - 0.5 * x, 0.5 * weight);
        nodes[NODES - 1 - i] = (0.5 + 0.5 * x, 0.5 * weight);
    }
    nodes
}
