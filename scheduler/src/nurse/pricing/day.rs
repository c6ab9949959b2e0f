//! One day of the forward recursion: transitions to a day off and to a day of work.

use super::Pricer;
use crate::nurse::model::StaffRules;
use crate::nurse::span::{leads_to_rest, new_weekend};

/// One day of the forward recursion.
pub(super) struct Day<'t> {
    pub table: &'t Pricer,
    pub rules: &'t StaffRules,
    pub t: usize,
    pub past: &'t [i32],
    pub was: &'t [bool],
    pub future: &'t mut [i32],
    pub will: &'t mut [bool],
}

impl Day<'_> {
    fn row(&self) -> usize {
        self.table.layers * self.table.width
    }

    fn date(&self) -> usize {
        self.table.start + self.t
    }

    /// Transitions to a day off.
    pub fn rest(&mut self) {
        if !self.table.rest_allowed[self.t] {
            return;
        }
        let (past, row) = (self.past, self.row());
        for node in (0..self.was.len()).filter(|&n| self.was[n]).collect::<Vec<_>>() {
            if let Some(target) = leads_to_rest(self.rules, node, self.date()) {
                self.relax(&past[node * row..(node + 1) * row], target, &Move::REST);
            }
        }
    }

    /// Transitions to a day of work, from rest and then by length of the run.
    pub fn work(&mut self, cheapest: &mut [i32]) {
        let (rest, longest, past, row, table) =
            (self.rules.shortest_rest, self.rules.longest_run, self.past, self.row(), self.table);
        if longest == 0 {
            return;
        }
        if self.was[rest - 1] {
            for k in 0..table.kinds.len() {
                self.relax_kind(&past[(rest - 1) * row..rest * row], k, 0);
            }
        }
        for run in 1..longest {
            for (index, signature) in table.signatures.iter().enumerate() {
                let nodes = (0..self.rules.groups).filter(|&g| signature[g]).map(|g| rest + g * longest + run - 1);
                let mut any = false;
                for node in nodes.filter(|&n| self.was[n]) {
                    let source = &past[node * row..(node + 1) * row];
                    if any {
                        cheapest.iter_mut().zip(source).for_each(|(low, &v)| *low = (*low).min(v));
                    } else {
                        cheapest.copy_from_slice(source);
                        any = true;
                    }
                }
                if any {
                    for k in (0..table.kinds.len()).filter(|&k| table.kinds[k].signature == index) {
                        self.relax_kind(cheapest, k, run);
                    }
                }
            }
        }
    }

    /// One kind of shift worked after `run` worked days.
    fn relax_kind(&mut self, source: &[i32], k: usize, run: usize) {
        let Some((_, price)) = self.table.offers[self.t * self.table.kinds.len() + k] else { return };
        let kind = &self.table.kinds[k];
        let new_weekend = new_weekend(self.date(), run);
        let price = price + self.table.weekend_price * new_weekend as i32;
        let target = self.rules.shortest_rest + kind.group * self.rules.longest_run + run;
        self.relax(source, target, &Move { units: kind.units, counted: kind.counted, new_weekend, price });
    }

    /// Takes the minimum over all layers and minutes.
    fn relax(&mut self, source: &[i32], target: usize, step: &Move) {
        let table = self.table;
        let (width, units) = (table.width, step.units);
        let (low, high) = (table.low[self.t], table.high[self.t]);
        let (next_low, next_high) = (table.low[self.t + 1], table.high[self.t + 1]);
        let first = low.max(next_low.saturating_sub(units));
        let Some(last) = next_high.checked_sub(units).map(|h| h.min(high)).filter(|&l| l >= first) else { return };
        let count = last + 1 - first;
        for layer in 0..table.layers {
            let Some(next) = table.next_layer(layer, step.counted, step.new_weekend) else { continue };
            let from = layer * width + first - low;
            let to = (target * table.layers + next) * width + first + units - next_low;
            let cells = self.future[to..to + count].iter_mut().zip(&source[from..from + count]);
            cells.for_each(|(cell, &v)| *cell = (*cell).min(v + step.price));
        }
        self.will[target] = true;
    }
}

/// What a day adds.
#[derive(Debug)]
struct Move {
    units: usize,
    counted: Option<usize>,
    new_weekend: usize,
    price: i32,
}

impl Move {
    const REST: Self = Self { units: 0, counted: None, new_weekend: 0, price: 0 };
}
