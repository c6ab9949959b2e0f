//! The bound's side of promises over periods (formulation, section 8).
//!
//! With multipliers `w_k(t)` ≥ 0 for "`n_k(t)` = agents on contact of family k" and 0 ≤ `λ_r` ≤ p for `D_r` ≥ -`S_r`, the
//! Lagrangian of (1) to (3) and (13) falls apart into the agents' tours, priced at `Σ_k w_k(t) - o`, and for each interval
//!
//! (14) `φ_t(w, λ) = min over h ≥ 0 and whole n_k ≥ R_k - h of (u + o) h + Σ_k [ w_k n_k - Σ_r λ_r v_r g_r(n_k) ]`,
//!
//! where `n_k` is free downwards for families without promises (so `n_k` = `R_k` - h, and Σ w over them stays below u + o) and
//! 0 ≤ `n_k` ≤ `A_k`, the agents there are, for the others. h is the interval's shortfall: the floors of all families meet in
//! it, as in (2). The minimum is found by going through every h and n, whatever the shape of g, so L is a lower bound at all
//! multipliers. `D_r` is 0 at the minimum because `λ_r` ≤ p. The slope of L in `λ_r` is -`S_r`(n).
//!
//! λ is kept as the last row of the multipliers, divided by [`SCALE`]: the volume algorithm steps equally far along all of
//! them, and a contact's price moves every interval of its period at once.

use rayon::prelude::*;

use crate::problem::CoverageTerms;
use crate::service::{CONTACT, ServiceSlot, ServiceTerms};

/// λ is this times what stands in the multipliers.
const SCALE: f64 = 0.05;
/// Contacts that an agent gains in an interval, to begin with.
const FIRST_GAIN: f64 = 0.5;

/// What coverage adds to L, and what the agents' coverage is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inner {
    /// `Σ_t φ_t`.
    pub value: f64,
    /// The minimising `n_k(t)`, one series a family, then -S of the rows where there are promises, scaled as λ is.
    pub wanted: Vec<Vec<f64>>,
}

/// Least cost over n ≥ a floor that sinks with h.
struct Slot {
    family: usize,
    /// Cost of h = 0, 1, …: (least, its n).
    best: Vec<(f64, u32)>,
}

impl ServiceTerms {
    /// `λ_r` of multipliers whose last row holds it.
    pub fn lambda(&self, multipliers: &[Vec<f64>]) -> Vec<f64> {
        multipliers
            .last()
            .filter(|_| !self.is_empty())
            .map_or_else(Vec::new, |row| row.iter().map(|scaled| scaled * SCALE).collect())
    }
}

impl CoverageTerms {
    /// Adds the row of λ to multipliers that begin at `price` for an agent's interval; nothing where there are no promises.
    pub fn add_lambda(&self, multipliers: &mut Vec<Vec<f64>>, price: f64) {
        if self.service.is_empty() {
            return;
        }
        let mut lambda = vec![0.0; self.service.rows.len()];
        for slot in self.service.slots.iter().filter(|slot| slot.family == self.everyone) {
            for (y, cell) in multipliers[slot.family].iter_mut().zip(&slot.cells) {
                *y = if cell.0 < cell.1 { price } else { *y };
            }
            lambda[slot.rows.clone()].fill((price / FIRST_GAIN).min(self.service.price as f64) / SCALE);
        }
        multipliers.push(lambda);
    }

    /// Keeps λ at or below p.
    pub fn cap_lambda(&self, multipliers: &mut [Vec<f64>]) {
        if let Some(lambda) = multipliers.last_mut().filter(|_| !self.service.is_empty()) {
            let most = self.service.price as f64 / SCALE;
            for scaled in lambda.iter_mut() {
                *scaled = scaled.min(most);
            }
        }
    }

    /// `Σ_t φ_t` at multipliers y, and the slopes of L but for the agents.
    pub fn inner(&self, y: &[Vec<f64>]) -> Inner {
        if self.service.is_empty() {
            let value = y.iter().zip(&self.families).map(|(y, r)| y.iter().zip(r).map(|(y, &r)| y * f64::from(r)).sum::<f64>());
            let wanted = self.families.iter().map(|need| need.iter().map(|&r| f64::from(r)).collect());
            return Inner { value: value.sum(), wanted: wanted.collect() };
        }
        let lambda = self.service.lambda(y);
        let intervals: Vec<(f64, Vec<f64>)> = (0..self.intervals).into_par_iter().map(|t| self.least(t, y, &lambda)).collect();
        let mut wanted: Vec<Vec<f64>> = vec![Vec::with_capacity(self.intervals); self.families.len()];
        let mut value = 0.0;
        for (least, agents) in intervals {
            value += least;
            wanted.iter_mut().zip(agents).for_each(|(series, n)| series.push(n));
        }
        let lacking = self.service.slots.iter().flat_map(|slot| {
            let row = |row: usize| {
                let parts = &self.service.rows[row].parts;
                let surplus = parts.iter().map(|&(t, curve, volume)| {
                    volume * 1e-6 * f64::from(self.service.curves[curve].curve.at(wanted[slot.family][t].max(0.0) as u32))
                });
                -SCALE * (surplus.sum::<f64>() + self.service.rows[row].offset as f64 / CONTACT)
            };
            slot.rows.clone().map(row).collect::<Vec<f64>>()
        });
        let lacking = lacking.collect();
        // Constant parts of the surpluses belong to no interval.
        value -= self.service.rows.iter().zip(&lambda).map(|(row, lambda)| lambda * row.offset as f64 / CONTACT).sum::<f64>();
        wanted.push(lacking);
        Inner { value, wanted }
    }

    /// (14): `φ_t` and the minimising n of every family.
    fn least(&self, t: usize, y: &[Vec<f64>], lambda: &[f64]) -> (f64, Vec<f64>) {
        let slots: Vec<Slot> = self.merged_slots().map(|family| self.slot(family, t, y[family][t], lambda)).collect();
        let deepest = slots.iter().map(|slot| slot.best.len() - 1).max().unwrap_or(0);
        let plain = || (0..self.families.len()).filter(|&k| !self.service.has_slot(k));
        let (mut base, mut slope) = (0.0, (self.under + self.over) as f64);
        for k in plain() {
            base += y[k][t] * f64::from(self.families[k][t]);
            slope -= y[k][t];
        }
        let at = |h: usize| {
            let slots: f64 = slots.iter().map(|slot| slot.best[h.min(slot.best.len() - 1)].0).sum();
            base + slope * h as f64 + slots
        };
        let (mut least, mut short) = (at(0), 0);
        for h in 1..=deepest {
            let cost = at(h);
            if cost < least {
                (least, short) = (cost, h);
            }
        }
        let mut agents: Vec<f64> = self.families.iter().map(|need| f64::from(need[t]) - short as f64).collect();
        for slot in &slots {
            agents[slot.family] = f64::from(slot.best[short.min(slot.best.len() - 1)].1);
        }
        (least, agents)
    }

    /// Families with promises, each once.
    fn merged_slots(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.families.len()).filter(|&k| self.service.has_slot(k))
    }

    /// The least of w n - Σ λ v g(n) over n ≥ R - h, for every h up to R.
    fn slot(&self, family: usize, t: usize, w: f64, lambda: &[f64]) -> Slot {
        let floor = self.families[family][t].max(0) as u32;
        let own: Vec<&ServiceSlot> = self.service.slots.iter().filter(|slot| slot.family == family).collect();
        let most = own.iter().map(|slot| slot.most).min().unwrap_or(0);
        let mut priced = Vec::new();
        for slot in &own {
            let (first, end) = slot.cells[t];
            for curve in &self.service.curves[first..end] {
                let weight: f64 = curve.parts.iter().map(|&(row, volume)| lambda[row] * volume as f64).sum();
                if weight > 0.0 {
                    priced.push((weight * 1e-9, &curve.curve));
                }
            }
        }
        let cost = |n: u32| w * f64::from(n) - priced.iter().map(|(weight, curve)| weight * f64::from(curve.at(n))).sum::<f64>();
        // Beyond the last entry every curve is flat, and agents only cost.
        let top = priced.iter().map(|(_, curve)| curve.last()).max().unwrap_or(0).max(floor).min(most);
        let mut best = Vec::with_capacity(floor as usize + 1);
        let mut least = (f64::INFINITY, top);
        for n in (floor..=top).rev() {
            let here = cost(n);
            if here <= least.0 {
                least = (here, n);
            }
        }
        best.push(least);
        for n in (0..floor).rev() {
            if n <= most {
                let here = cost(n);
                if here <= least.0 {
                    least = (here, n);
                }
            }
            best.push(least);
        }
        Slot { family, best }
    }

    /// Adds what one more agent of `families` gains of the promises at their multipliers, where `missing` is real.
    pub fn add_fractional_service(&self, families: u128, missing: &[Vec<f64>], multipliers: &[Vec<f64>], value: &mut [f64]) {
        if self.service.is_empty() {
            return;
        }
        let lambda = self.service.lambda(multipliers);
        for slot in self.service.slots.iter().filter(|slot| families >> slot.family & 1 == 1) {
            for row in slot.rows.clone().filter(|&row| lambda[row] > 0.0) {
                for &(t, curve, volume) in &self.service.rows[row].parts {
                    let there = (f64::from(self.families[slot.family][t]) - missing[slot.family][t]).max(0.0) as u32;
                    let curve = &self.service.curves[curve].curve;
                    value[t] += lambda[row] * volume * 1e-6 * f64::from(curve.at(there + 1) - curve.at(there));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
