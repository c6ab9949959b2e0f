//! One regression tree on binned features, grown leaf by leaf on second-order gains.
//!
//! With G and H the sums of gradients and Hessians of the rows of a leaf, its value is -G / (H + λ) and its score
//! G² / (H + λ); a split gains the scores of its two leaves less that of the whole. The leaf whose best split gains most is
//! split next.
//!
//! # Source
//! Chen, Guestrin (2016), KDD, doi:10.1145/2939672.2939785, eq. 5–7; Ke et al. (2017), `NeurIPS` (leaf-wise histograms).

/// Bins a feature at most.
pub(crate) const BINS: usize = 32;

/// Features of rows in bins, and the edges the bins were cut at.
#[derive(Debug, Clone)]
pub(crate) struct BinnedFeatures {
    features: usize,
    /// Bin of each row and feature: `len == rows * features`.
    bins: Vec<u8>,
    /// Upper edge of each bin but the last, by feature, ascending.
    edges: Vec<Vec<f64>>,
}

impl BinnedFeatures {
    /// Cuts every feature at quantiles of its distinct values.
    ///
    /// - `values`: `len == rows * features`, row by row
    pub(crate) fn cut(values: &[f64], features: usize) -> Self {
        let rows = values.len() / features;
        let mut bins = vec![0; values.len()];
        let mut edges = Vec::with_capacity(features);
        for feature in 0..features {
            let mut sorted: Vec<f64> = (0..rows).map(|row| values[row * features + feature]).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let own = quantile_edges(&sorted);
            for row in 0..rows {
                let value = values[row * features + feature];
                bins[row * features + feature] = own.partition_point(|edge| *edge < value) as u8;
            }
            edges.push(own);
        }
        Self { features, bins, edges }
    }

    fn row(&self, row: usize) -> &[u8] {
        &self.bins[row * self.features..(row + 1) * self.features]
    }
}

/// Midpoints between neighbouring distinct values, thinned to equal numbers of rows where there are too many.
fn quantile_edges(sorted: &[f64]) -> Vec<f64> {
    let mut edges: Vec<f64> = Vec::new();
    let mut since = 0;
    let distinct = 1 + sorted.windows(2).filter(|pair| pair[0] < pair[1]).count();
    let least = if distinct <= BINS { 1 } else { sorted.len().div_ceil(BINS) };
    for pair in sorted.windows(2) {
        since += 1;
        if pair[0] < pair[1] && since >= least && edges.len() < BINS - 1 {
            edges.push(f64::midpoint(pair[0], pair[1]));
            since = 0;
        }
    }
    edges
}

/// How a tree is grown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth {
    /// Leaves at most.
    pub(crate) leaves: usize,
    /// λ: Hessian added to every leaf.
    pub(crate) ridge: f64,
    /// Least Hessian of a leaf.
    pub(crate) least: f64,
}

#[derive(Debug, Clone, Copy)]
enum Node {
    Leaf(f64),
    /// Rows whose bin is at most `bin`, or whose value is at most `edge`, go to `below`, the rest to the node after it.
    Split {
        feature: usize,
        bin: u8,
        edge: f64,
        below: usize,
    },
}

/// A grown tree.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slope {
    gradient: f64,
    hessian: f64,
}

#[derive(Debug, Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    bin: u8,
}

/// A leaf that may still be split.
struct Open {
    node: usize,
    rows: Vec<u32>,
    histogram: Vec<Slope>,
    best: Option<Split>,
}

impl Tree {
    /// Grows a tree on the given rows.
    ///
    /// - `slopes`: gradient and Hessian of every row of `features`
    pub(crate) fn grown(features: &BinnedFeatures, rows: Vec<u32>, slopes: &[(f64, f64)], growth: Growth) -> Self {
        let mut tree = Self { nodes: Vec::with_capacity(2 * growth.leaves) };
        let histogram = histogram(features, &rows, slopes);
        let mut open = vec![tree.leaf(features, growth, rows, histogram)];
        for _ in 1..growth.leaves {
            let gain = |leaf: &Open| leaf.best.map_or(0.0, |split| split.gain);
            let Some(next) = (0..open.len()).filter(|&i| gain(&open[i]) > 0.0).max_by(|&a, &b| {
                // The earlier leaf wins a tie.
                gain(&open[a]).total_cmp(&gain(&open[b])).then(b.cmp(&a))
            }) else {
                break;
            };
            let leaf = open.swap_remove(next);
            open.extend(tree.split(features, slopes, growth, &leaf));
        }
        tree
    }

    /// Value of a row of the features it was grown on.
    pub(crate) fn of_row(&self, features: &BinnedFeatures, row: usize) -> f64 {
        let bins = features.row(row);
        let mut node = 0;
        loop {
            match self.nodes[node] {
                Node::Leaf(value) => return value,
                Node::Split { feature, bin, below, .. } => node = below + usize::from(bins[feature] > bin),
            }
        }
    }

    /// Value at a new row of feature values.
    pub(crate) fn at(&self, values: &[f64]) -> f64 {
        let mut node = 0;
        loop {
            match self.nodes[node] {
                Node::Leaf(value) => return value,
                Node::Split { feature, edge, below, .. } => node = below + usize::from(values[feature] > edge),
            }
        }
    }

    fn leaf(&mut self, features: &BinnedFeatures, growth: Growth, rows: Vec<u32>, histogram: Vec<Slope>) -> Open {
        let total = histogram[..BINS].iter().fold(Slope::default(), |sum, slope| sum.plus(*slope));
        let best = best_split(features, &histogram, total, growth);
        self.nodes.push(Node::Leaf(-total.gradient / (total.hessian + growth.ridge)));
        Open { node: self.nodes.len() - 1, rows, histogram, best }
    }

    fn split(&mut self, features: &BinnedFeatures, slopes: &[(f64, f64)], growth: Growth, leaf: &Open) -> [Open; 2] {
        let Split { feature, bin, .. } = leaf.best.expect("only leaves with a split are split");
        let (below, above): (Vec<u32>, Vec<u32>) =
            leaf.rows.iter().partition(|row| features.bins[**row as usize * features.features + feature] <= bin);
        // The smaller child is counted, the larger is what remains.
        let small = histogram(features, if below.len() <= above.len() { &below } else { &above }, slopes);
        let large: Vec<Slope> = leaf.histogram.iter().zip(&small).map(|(all, part)| all.less(*part)).collect();
        let (first, second) = if below.len() <= above.len() { (small, large) } else { (large, small) };
        let node = Node::Split { feature, bin, edge: features.edges[feature][usize::from(bin)], below: self.nodes.len() };
        self.nodes[leaf.node] = node;
        [self.leaf(features, growth, below, first), self.leaf(features, growth, above, second)]
    }
}

impl Slope {
    fn plus(self, other: Self) -> Self {
        Self { gradient: self.gradient + other.gradient, hessian: self.hessian + other.hessian }
    }

    fn less(self, other: Self) -> Self {
        Self { gradient: self.gradient - other.gradient, hessian: self.hessian - other.hessian }
    }

    fn score(self, ridge: f64) -> f64 {
        self.gradient * self.gradient / (self.hessian + ridge)
    }
}

fn histogram(features: &BinnedFeatures, rows: &[u32], slopes: &[(f64, f64)]) -> Vec<Slope> {
    let mut histogram = vec![Slope::default(); features.features * BINS];
    for &row in rows {
        let (gradient, hessian) = slopes[row as usize];
        for (cells, &bin) in histogram.chunks_exact_mut(BINS).zip(features.row(row as usize)) {
            let cell = &mut cells[usize::from(bin) % BINS];
            cell.gradient += gradient;
            cell.hessian += hessian;
        }
    }
    histogram
}

fn best_split(features: &BinnedFeatures, histogram: &[Slope], total: Slope, growth: Growth) -> Option<Split> {
    let whole = total.score(growth.ridge);
    let mut best: Option<Split> = None;
    for (feature, edges) in features.edges.iter().enumerate() {
        let mut below = Slope::default();
        for bin in 0..edges.len() {
            below = below.plus(histogram[feature * BINS + bin]);
            let above = total.less(below);
            if below.hessian < growth.least || above.hessian < growth.least {
                continue;
            }
            let gain = below.score(growth.ridge) + above.score(growth.ridge) - whole;
            if gain > best.map_or(1e-9 * whole.max(1e-9), |split| split.gain) {
                best = Some(Split { gain, feature, bin: bin as u8 });
            }
        }
    }
    best
}
