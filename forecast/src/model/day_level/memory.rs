//! Exponentially weighted profiles of the weekdays.

use crate::series::QueueSeries;

/// Exponentially weighted sums of one half-life.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    /// Contacts and day totals a weekday and slot: `len == 7 * slots`.
    contacts: Vec<f64>,
    totals: Vec<f64>,
    /// Days remembered, a weekday.
    days: [f64; 7],
    decay: f64,
}

impl Memory {
    /// An empty memory with a half-life in days.
    pub(crate) fn new(slots: usize, half_life: f64) -> Self {
        let sums = vec![0.0; 7 * slots];
        Self { contacts: sums.clone(), totals: sums, days: [0.0; 7], decay: 0.5_f64.powf(1.0 / half_life) }
    }

    /// Forgets a day's worth.
    pub(crate) fn decay(&mut self) {
        let decay = self.decay;
        self.contacts.iter_mut().chain(&mut self.totals).chain(&mut self.days).for_each(|sum| *sum *= decay);
    }

    /// Remembers a day's counts and total; unknown slots are left out.
    pub(crate) fn add(&mut self, weekday: usize, counts: &[f64], total: f64) {
        let cells = weekday * counts.len()..(weekday + 1) * counts.len();
        let sums = self.contacts[cells.clone()].iter_mut().zip(&mut self.totals[cells]);
        for ((contacts, totals), count) in sums.zip(counts).filter(|(_, count)| !count.is_nan()) {
            *contacts += count;
            *totals += total;
        }
        self.days[weekday] += 1.0;
    }

    /// Shares of a weekday's open slots, summing to 1; the pool of all weekdays weighs `shrinkage` days.
    pub(crate) fn profile(&self, series: &QueueSeries, weekday: usize, shrinkage: f64) -> Vec<f64> {
        let slots = series.slots;
        let is_open = |slot: usize| series.pattern.is_open(weekday, slot);
        let pooled: Vec<f64> = (0..slots)
            .map(|slot| {
                let over = |sums: &[f64]| (0..7).map(|day| sums[day * slots + slot]).sum::<f64>();
                let total = over(&self.totals);
                if !is_open(slot) {
                    0.0
                } else if total > 0.0 {
                    over(&self.contacts) / total
                } else {
                    0.0
                }
            })
            .collect();
        let pooled = normalised(pooled, is_open);
        let own: Vec<f64> = (0..slots)
            .map(|slot| {
                let cell = weekday * slots + slot;
                if is_open(slot) && self.totals[cell] > 0.0 { self.contacts[cell] / self.totals[cell] } else { 0.0 }
            })
            .collect();
        let days = self.days[weekday];
        if own.iter().sum::<f64>() <= 0.0 {
            return pooled;
        }
        let own = normalised(own, is_open);
        own.iter().zip(&pooled).map(|(own, pooled)| (days * own + shrinkage * pooled) / (days + shrinkage)).collect()
    }
}

fn normalised(mut shares: Vec<f64>, is_open: impl Fn(usize) -> bool) -> Vec<f64> {
    let sum: f64 = shares.iter().sum();
    if sum > 0.0 {
        for share in &mut shares {
            *share /= sum;
        }
    } else {
        let open = (0..shares.len()).filter(|&slot| is_open(slot)).count().max(1) as f64;
        for (slot, share) in shares.iter_mut().enumerate() {
            *share = if is_open(slot) { 1.0 / open } else { 0.0 };
        }
    }
    shares
}

/// The 1-2-1 kernel along open slots; mass is kept.
pub(crate) fn smoothed(profile: &[f64]) -> Vec<f64> {
    let mut smooth = profile.to_vec();
    for i in 1..profile.len() {
        if profile[i] > 0.0 && profile[i - 1] > 0.0 {
            let flow = 0.25 * (profile[i - 1] - profile[i]);
            smooth[i] += flow;
            smooth[i - 1] -= flow;
        }
    }
    smooth
}
