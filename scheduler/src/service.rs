//! Promises over days and weeks as terms of coverage (formulation, section 8).
//!
//! Row r of family k promises that its surplus `S_r = Σ_t v_r(t) g_rt(N_k(t))` is 0 or more; a contact that lacks costs p:
//!
//! (13) p · `D_r`, with `D_r` = max(0, -`S_r`), is part of the objective, rounded up to a minor unit.
//!
//! g is any function of the agents in the roster (shrinkage is inside it), given by whole agents. The search keeps every
//! `S_r` and the gain of one more agent in every interval up to date, in whole numbers, so that a tour put in and taken out
//! leaves no trace. The bound's side is [`crate::service_bound`].
//!
//! What is approximated: contacts of a pool are served by a perfect pool of its agents; every pool of the requirement has
//! rows of its own, which together are necessary, not sufficient, where skills overlap in part.

use std::ops::Range;

use solver_data::SurplusCurve;
use solver_data::period_promise::{PARTS_PER_CONTACT, cost_of_lacking};

/// A contact in parts of one.
pub(crate) const CONTACT: f64 = PARTS_PER_CONTACT as f64;
/// Share of a tour's mean part of the contacts that it gains at the margin: scales the smoothed price.
const MARGINAL: f64 = 0.3;

/// The promises of a problem; empty where all are kept by the interval.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ServiceTerms {
    /// p: price of a missing contact.
    pub price: i64,
    /// The rows.
    pub rows: Vec<ServiceRow>,
    /// The families that have rows, with their intervals.
    pub slots: Vec<ServiceSlot>,
    /// The curves of all slots and intervals.
    pub curves: Vec<ServiceTermCurve>,
}

/// One promise: a limit of a queue over a period, in a pool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceRow {
    /// Row of `StaffingRequirement::promises` and of its `promises`.
    pub source: (usize, usize),
    /// Interval, curve, and contacts as a real number.
    pub parts: Vec<(usize, usize, f64)>,
    /// Added to the surplus, in parts of a contact: 0 but in what-ifs.
    pub offset: i64,
    /// Contacts that one tour gains, about.
    pub typical: f64,
}

/// The promises of one family.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceSlot {
    /// The family.
    pub family: usize,
    /// Agents who count for it: N cannot be more.
    pub most: u32,
    /// Its rows.
    pub rows: Range<usize>,
    /// For each interval, the range of its curves: `len == intervals`.
    pub cells: Vec<(usize, usize)>,
}

/// g in one interval, and who counts by it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceTermCurve {
    /// g.
    pub curve: SurplusCurve,
    /// Rows with their contacts v in thousandths.
    pub parts: Vec<(usize, i64)>,
}

impl ServiceTerms {
    /// Whether nothing is promised over a period.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a family's slot with the promises of one pool: its curves by interval, and rows of `(source, intervals with
    /// curve of the interval and contacts in thousandths)`.
    pub fn push_pool(
        &mut self,
        (family, most): (usize, u32),
        curves: &[Vec<SurplusCurve>],
        promises: impl Iterator<Item = ((usize, usize), Vec<(usize, usize, i64)>)>,
    ) {
        let first_curve: Vec<usize> = curves
            .iter()
            .scan(self.curves.len(), |next, own| {
                let first = *next;
                *next += own.len();
                Some(first)
            })
            .collect();
        self.curves.extend(curves.iter().flatten().map(|curve| ServiceTermCurve { curve: curve.clone(), parts: Vec::new() }));
        let cells = first_curve.iter().zip(curves).map(|(&first, own)| (first, first + own.len())).collect();
        let first_row = self.rows.len();
        for (source, parts) in promises {
            let row = self.rows.len();
            let parts: Vec<(usize, usize, f64)> = parts
                .into_iter()
                .map(|(t, curve, volume)| {
                    let curve = first_curve[t] + curve;
                    self.curves[curve].parts.push((row, volume));
                    (t, curve, volume as f64 / 1e3)
                })
                .collect();
            let volume: f64 = parts.iter().map(|part| part.2).sum();
            let typical = (MARGINAL * volume / f64::from(most.max(1))).max(1e-3);
            self.rows.push(ServiceRow { source, parts, offset: 0, typical });
        }
        self.slots.push(ServiceSlot { family, most, rows: first_row..self.rows.len(), cells });
    }

    /// Counts `there[family][t]` agents who are on contact whatever the roster: g begins with them.
    pub fn count_present(&mut self, there: &[Vec<u32>]) {
        for slot in &self.slots {
            for (&(first, end), &count) in slot.cells.iter().zip(&there[slot.family]) {
                self.curves[first..end].iter_mut().for_each(|curve| curve.curve = begun(&curve.curve, count));
            }
        }
    }

    /// Whether a family has promises.
    pub fn has_slot(&self, family: usize) -> bool {
        self.slots.iter().any(|slot| slot.family == family)
    }

    /// The slots of some families, as bits.
    fn slots_of(&self, families: u128) -> impl Iterator<Item = &ServiceSlot> {
        self.slots.iter().filter(move |slot| families >> slot.family & 1 == 1)
    }
}

/// The curve of the agents beyond the first `count`.
fn begun(curve: &SurplusCurve, count: u32) -> SurplusCurve {
    let passed = (count.saturating_sub(curve.first) as usize).min(curve.values.len() - 1);
    let values = curve.values[passed..].to_vec();
    SurplusCurve { at_zero: curve.at(count), first: curve.first.saturating_sub(count), values }
}

/// Surpluses and gains at the coverage there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceState {
    price: i64,
    /// `S_r` in parts of a contact.
    surplus: Vec<i64>,
    /// g(N + 1) - g(N) of every curve, in millionths.
    gain: Vec<i32>,
}

impl ServiceState {
    /// Nobody on contact.
    pub fn empty(terms: &ServiceTerms) -> Self {
        let mut surplus: Vec<i64> = terms.rows.iter().map(|row| row.offset).collect();
        for curve in &terms.curves {
            for &(row, volume) in &curve.parts {
                surplus[row] += volume * i64::from(curve.curve.at(0));
            }
        }
        Self {
            price: terms.price,
            surplus,
            gain: terms.curves.iter().map(|curve| curve.curve.at(1) - curve.curve.at(0)).collect(),
        }
    }

    /// `S_r` of every row, in parts of a contact.
    pub fn surplus(&self) -> &[i64] {
        &self.surplus
    }

    /// (13): price of what the rows lack.
    pub fn cost(&self) -> i64 {
        self.surplus.iter().map(|&surplus| cost_of_lacking(surplus, self.price)).sum()
    }

    /// Counts an agent of `families` who was `added` (1, or -1: taken away) in the intervals `span`, where `there(family, t)`
    /// agents are now.
    pub fn shift(
        &mut self,
        terms: &ServiceTerms,
        families: u128,
        (span, added): (Range<usize>, i32),
        there: impl Fn(usize, usize) -> u32,
    ) {
        for slot in terms.slots_of(families) {
            for t in span.clone() {
                let (first, end) = slot.cells[t];
                if first == end {
                    continue;
                }
                let agents = there(slot.family, t);
                for (gain, curve) in self.gain[first..end].iter_mut().zip(&terms.curves[first..end]) {
                    let next = curve.curve.at(agents + 1) - curve.curve.at(agents);
                    let change = i64::from(if added > 0 { *gain } else { -next });
                    *gain = next;
                    for &(row, volume) in &curve.parts {
                        self.surplus[row] += volume * change;
                    }
                }
            }
        }
    }

    /// Adds to `value[t]` what one more agent of `families` would save of (13) in interval t alone, exactly but for rounding.
    pub fn add_values(&self, terms: &ServiceTerms, families: u128, value: &mut [f64]) {
        self.priced(terms, families, value, |row| {
            let lacking = -self.surplus[row] as f64 / CONTACT;
            (lacking > 0.0).then_some((terms.price as f64, lacking))
        });
    }

    /// As [`Self::add_values`], at prices smoothed around the multipliers `lambda` of the rows: with `share` of p for what is
    /// lacking beyond half of what a tour gains, in units of what a tour gains.
    pub fn add_smoothed(&self, terms: &ServiceTerms, (families, share): (u128, f64), lambda: &[f64], value: &mut [f64]) {
        let price = terms.price as f64;
        self.priced(terms, families, value, |row| {
            let lacking = -self.surplus[row] as f64 / CONTACT / terms.rows[row].typical - 0.5;
            let smoothed = (lambda[row] + share * price * lacking).clamp(0.0, price);
            (smoothed > 0.0).then_some((smoothed, f64::INFINITY))
        });
    }

    /// Adds price · min(gain, most) for every row of the families' slots that has a `(price, most)`.
    fn priced(&self, terms: &ServiceTerms, families: u128, value: &mut [f64], price: impl Fn(usize) -> Option<(f64, f64)>) {
        for slot in terms.slots_of(families) {
            for row in slot.rows.clone() {
                let Some((price, most)) = price(row) else { continue };
                for &(t, curve, volume) in &terms.rows[row].parts {
                    value[t] += price * (volume * 1e-6 * f64::from(self.gain[curve])).min(most);
                }
            }
        }
    }
}
