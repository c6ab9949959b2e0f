//! Long steps of the Kolmogorov equations with a constant rate, by a rational approximation of the exponential.
//!
//! Uniformization takes as many products as events pass; where that is many (long intervals, short patience, a thousand
//! agents) p(h) = e^{hQ} p is instead r(hQ) p with the Padé approximation r of degrees 7 over 8, which agrees with e^z up
//! to z^15 and vanishes at infinity, so that fast modes die out (L-stable). With its poles `z_i` and residues `α_i`
//!
//! (1) `p(h) = Σ α_i (hQ - z_i)^{-1} p`, (2) `∫ p dt = h Σ (α_i / z_i) (hQ - z_i)^{-1} p`, as r(0) = 1 and r(∞) = 0.
//!
//! Q is tridiagonal and the poles lie right of zero, so that each system is diagonally dominant by columns and solved
//! without pivoting; the four pole pairs are solved side by side. The length of a step is chosen by comparing it with two
//! of half the length, which are kept. Rounding is some 1e-13 a step, by the size of the residues; the mass is kept.
//!
//! # Source
//! Ehle (1969); Gallopoulos, Saad (1992), SIAM J. Sci. Stat. Comput. 13(5), for partial fractions; Golub, Van Loan,
//! "Matrix computations", 3.4.10 for dominance.

use super::kernel::{Departures, Occupation};
use super::state::QueueState;

/// Pairs of conjugate poles.
const PAIRS: usize = 4;
/// Poles and residues of the upper half plane, real and imaginary parts; computed with 60 digits from the Padé table.
const POLE: [[f64; PAIRS]; 2] = [
    [10.169_446_006_657_514, 9.406_371_213_690_74, 7.738_688_146_830_548, 4.685_494_632_821_197],
    [1.649_201_796_822_227_7, 4.969_217_287_623_294, 8.370_879_306_237_983, 12.010_578_599_813_79],
];
const RESIDUE: [[f64; PAIRS]; 2] = [
    [2_612.620_846_868_21, -3_848.544_415_437_437, 1_334.864_737_460_017_3, -94.941_168_890_791_3],
    [-13_549.060_147_438_92, 5_690.315_433_804_313, -702.431_010_498_013_7, -25.476_662_481_767_772],
];
/// Difference in total variation between one step and two halves up to which the halves are kept; their own error is
/// smaller by orders.
const TOLERANCE: f64 = 1e-10;
/// Probability below which states at the ends of the window are dropped: the level of rounding.
const DROPPED: f64 = 1e-15;
/// Share of a step that may be spent at the ends of the window before it is made wider.
const EDGE: f64 = 1e-13;

/// Solves the equations over `seconds` at a constant `arrival` rate.
pub(super) fn advance(
    state: QueueState,
    departures: Departures,
    (arrival, seconds): (f64, f64),
    occupation: &mut Occupation,
) -> QueueState {
    let (mut state, mut done, mut margin) = (state, 0.0, 12);
    // Fast modes are excited where rates change: begin at their scale.
    let mut step = 16.0 / (arrival + departures.rate(state.last()) + departures.abandonment);
    while done < seconds {
        let last = step >= seconds - done;
        let length = step.min(seconds - done);
        let window = Window::around(&state, departures, arrival, margin);
        let start = window.spread(&state);
        let whole = window.solve(&start, length);
        let half = window.solve(&start, 0.5 * length);
        let other = window.solve(&half.end, 0.5 * length);
        let time: Vec<f64> = half.time.iter().zip(&other.time).map(|(a, b)| a + b).collect();
        if window.reaches_edge(&time, &other.end, length) {
            margin *= 2;
            continue;
        }
        let error: f64 = whole.end.iter().zip(&other.end).map(|(a, b)| (a - b).abs()).sum();
        let growth = (0.5 * TOLERANCE / error.max(1e-300)).powf(1.0 / 16.0).clamp(0.2, 4.0);
        if error <= TOLERANCE {
            let arrivals: Vec<f64> = time.iter().map(|time| arrival * time).collect();
            occupation.add(window.low, &time, &arrivals);
            state = window.gather(&other.end);
            done = if last { seconds } else { done + length };
            step = length * growth.max(1.0);
        } else {
            step = length * growth.min(0.7);
        }
    }
    state
}

/// A window of states with the rates in it; nothing leaves it.
struct Window {
    low: usize,
    /// Whether states beyond the ends exist.
    open: (bool, bool),
    arrival: f64,
    /// Rate down from each state.
    down: Vec<f64>,
}

/// The state after a step, and the time spent in each state.
struct Stepped {
    end: Vec<f64>,
    time: Vec<f64>,
}

impl Window {
    fn around(state: &QueueState, departures: Departures, arrival: f64, margin: usize) -> Self {
        let low = state.first().saturating_sub(margin);
        let room = departures.places.max(state.last());
        let high = if arrival > 0.0 { (state.last() + margin).min(room) } else { state.last() };
        let mut down: Vec<f64> = (low..=high).map(|k| departures.rate(k)).collect();
        let sinks = down[0] > 0.0;
        down[0] = 0.0;
        Self { low, open: (sinks, arrival > 0.0 && high < room), arrival, down }
    }

    fn spread(&self, state: &QueueState) -> Vec<f64> {
        let mut start = vec![0.0; self.down.len()];
        let from = state.first() - self.low;
        start[from..from + state.probabilities().len()].copy_from_slice(state.probabilities());
        start
    }

    /// Whether the ends of the window are reached in a step.
    fn reaches_edge(&self, time: &[f64], end: &[f64], length: f64) -> bool {
        let last = end.len() - 1;
        let reached = |k: usize| time[k] > EDGE * length || end[k] > EDGE;
        self.open.0 && reached(0) || self.open.1 && reached(last)
    }

    fn gather(&self, end: &[f64]) -> QueueState {
        let kept = |p: &f64| *p > DROPPED;
        let from = end.iter().position(kept).unwrap_or(0);
        let to = end.iter().rposition(kept).unwrap_or(0);
        QueueState::windowed(self.low + from, end[from..=to].to_vec())
    }

    /// (1) and (2): Thomas's elimination for all poles side by side.
    fn solve(&self, start: &[f64], h: f64) -> Stepped {
        let len = start.len();
        let mut lines: Vec<Line> = Vec::with_capacity(len);
        let mut before = Line::ZERO;
        for k in 0..len {
            let up = if k + 1 < len { self.arrival } else { 0.0 };
            let left = if k > 0 { h * self.arrival } else { 0.0 };
            let right = if k + 1 < len { h * self.down[k + 1] } else { 0.0 };
            before = before.eliminate([left, -h * (up + self.down[k]), right], start[k]);
            lines.push(before);
        }
        let (mut end, mut time) = (vec![0.0; len], vec![0.0; len]);
        let mut x = [[0.0; PAIRS]; 2];
        for k in (0..len).rev() {
            x = lines[k].substitute(&x);
            let [re, im] = x;
            let (mut next, mut spent) = (0.0, 0.0);
            for i in 0..PAIRS {
                next += RESIDUE[0][i] * re[i] - RESIDUE[1][i] * im[i];
                spent += OVER_POLE[0][i] * re[i] - OVER_POLE[1][i] * im[i];
            }
            end[k] = 2.0 * next;
            time[k] = 2.0 * spent;
        }
        // Nothing leaves the window: what rounding of the residues adds is scaled away.
        let mass: f64 = start.iter().sum();
        scale(&mut end, mass);
        scale(&mut time, mass * h);
        Stepped { end, time }
    }
}

/// Scales values to a sum.
fn scale(values: &mut [f64], sum: f64) {
    let factor = sum / values.iter().sum::<f64>();
    for value in values {
        *value *= factor;
    }
}

/// Residues over poles.
const OVER_POLE: [[f64; PAIRS]; 2] = {
    let mut over = [[0.0; PAIRS]; 2];
    let mut i = 0;
    while i < PAIRS {
        let size = POLE[0][i] * POLE[0][i] + POLE[1][i] * POLE[1][i];
        over[0][i] = (RESIDUE[0][i] * POLE[0][i] + RESIDUE[1][i] * POLE[1][i]) / size;
        over[1][i] = (RESIDUE[1][i] * POLE[0][i] - RESIDUE[0][i] * POLE[1][i]) / size;
        i += 1;
    }
    over
};

/// One eliminated row of every pole's system: x_k + above × x_{k+1} = value; real and imaginary parts.
#[derive(Clone, Copy)]
struct Line {
    above: [[f64; PAIRS]; 2],
    value: [[f64; PAIRS]; 2],
}

impl Line {
    const ZERO: Self = Self { above: [[0.0; PAIRS]; 2], value: [[0.0; PAIRS]; 2] };

    /// The next row, `left` x_{k-1} + (`middle` - z) x_k + `right` x_{k+1} = p.
    fn eliminate(&self, [left, middle, right]: [f64; 3], p: f64) -> Self {
        let mut row = Self::ZERO;
        for i in 0..PAIRS {
            let re = middle - POLE[0][i] - left * self.above[0][i];
            let im = -POLE[1][i] - left * self.above[1][i];
            let over = 1.0 / (re * re + im * im);
            let (inverse_re, inverse_im) = (re * over, -im * over);
            row.above[0][i] = right * inverse_re;
            row.above[1][i] = right * inverse_im;
            let (value_re, value_im) = (p - left * self.value[0][i], -left * self.value[1][i]);
            row.value[0][i] = value_re * inverse_re - value_im * inverse_im;
            row.value[1][i] = value_re * inverse_im + value_im * inverse_re;
        }
        row
    }

    /// x_k from x_{k+1}.
    fn substitute(&self, x: &[[f64; PAIRS]; 2]) -> [[f64; PAIRS]; 2] {
        let mut solved = [[0.0; PAIRS]; 2];
        for i in 0..PAIRS {
            solved[0][i] = self.value[0][i] - self.above[0][i] * x[0][i] + self.above[1][i] * x[1][i];
            solved[1][i] = self.value[1][i] - self.above[0][i] * x[1][i] - self.above[1][i] * x[0][i];
        }
        solved
    }
}

#[cfg(test)]
mod tests {
    use super::super::kernel;
    use super::*;

    #[test]
    fn long_steps_agree_with_uniformization() {
        for (agents, abandonment, held, arrival) in
            [(40, 0.005, 0, 0.1), (12, 0.0, 30, 0.05), (0, 0.02, 80, 0.0), (30, 1.0, 200, 0.12), (3, 0.01, 2, 0.0)]
        {
            let departures = Departures { agents, places: usize::MAX, completion: 1.0 / 300.0, abandonment };
            let start = QueueState::holding(held);
            let (mut exact, mut quick) = (Occupation::default(), Occupation::default());
            let end = kernel::advance(start.clone(), departures, 1800.0, |_| vec![arrival], &mut exact);
            let got = advance(start, departures, (arrival, 1800.0), &mut quick);
            let mass: f64 = got.probabilities().iter().sum();
            assert!((mass - 1.0).abs() < 1e-11, "{agents} {held} {mass}");
            let at = |state: &QueueState, k: usize| {
                k.checked_sub(state.first()).and_then(|at| state.probabilities().get(at)).map_or(0.0, |p| *p)
            };
            for k in 0..=end.last().max(got.last()) {
                let error = (at(&end, k) - at(&got, k)).abs();
                assert!(error < 2e-12, "{agents} {held} {k} {error}");
                let spent = |time: &[f64]| time.get(k).map_or(0.0, |time| *time);
                assert!((spent(&exact.time) - spent(&quick.time)).abs() < 2e-9, "{agents} {held} {k}");
            }
        }
    }

    #[test]
    fn places_hold_the_queue() {
        let departures = Departures { agents: 5, places: 9, completion: 0.01, abandonment: 0.0 };
        let (mut exact, mut quick) = (Occupation::default(), Occupation::default());
        let end = kernel::advance(QueueState::empty(), departures, 1800.0, |_| vec![0.1], &mut exact);
        let got = advance(QueueState::empty(), departures, (0.1, 1800.0), &mut quick);
        assert_eq!((end.last(), got.last()), (9, 9));
        assert!(end.probabilities().iter().zip(got.probabilities()).all(|(a, b)| (a - b).abs() < 2e-12));
    }
}
