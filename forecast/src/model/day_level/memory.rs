//! Exponentially weighted profiles of the weekdays.

use crate::series::QueueSeries;

/// Exponentially weighted sums of one half-life.
///
/// Instead of fading all that is remembered, each new day weighs more than the last: ratios are the same.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    /// Contacts and day totals a weekday and slot, all weekdays in an eighth row: `len == 8 * slots`.
    contacts: Vec<f64>,
    totals: Vec<f64>,
    /// Days remembered, a weekday.
    days: [f64; 7],
    /// Weight of the present day, and how it grows from day to day.
    weight: f64,
    growth: f64,
}

const ALL: usize = 7;

impl Memory {
    /// An empty memory with a half-life in days.
    pub(crate) fn new(slots: usize, half_life: f64) -> Self {
        let sums = vec![0.0; 8 * slots];
        Self { contacts: sums.clone(), totals: sums, days: [0.0; 7], weight: 1.0, growth: 2.0_f64.powf(1.0 / half_life) }
    }

    /// Forgets a day's worth.
    pub(crate) fn fade(&mut self) {
        self.weight *= self.growth;
        if self.weight > 1e200 {
            let scale = 1.0 / self.weight;
            self.contacts.iter_mut().chain(&mut self.totals).chain(&mut self.days).for_each(|sum| *sum *= scale);
            self.weight = 1.0;
        }
    }

    /// Remembers a day's counts and total; unknown slots are left out.
    pub(crate) fn add(&mut self, weekday: usize, counts: &[f64], total: f64) {
        let (weight, slots) = (self.weight, counts.len());
        for row in [weekday, ALL] {
            let cells = row * slots..(row + 1) * slots;
            let sums = self.contacts[cells.clone()].iter_mut().zip(&mut self.totals[cells]);
            for ((contacts, totals), count) in sums.zip(counts).filter(|(_, count)| !count.is_nan()) {
                *contacts += weight * count;
                *totals += weight * total;
            }
        }
        self.days[weekday] += weight;
    }

    /// Writes shares of a weekday's open slots, summing to 1, into each of `profiles` (one after the other, `slots` each);
    /// in each the pool of all weekdays weighs as many days as `shrinkage` says.
    pub(crate) fn profiles(&self, series: &QueueSeries, weekday: usize, shrinkage: &[f64], profiles: &mut [f64]) {
        let slots = series.slots;
        let pooled = self.shares(series, (weekday, ALL));
        let own = self.shares(series, (weekday, weekday));
        let days = if own.iter().sum::<f64>() > 0.0 { self.days[weekday] / self.weight } else { 0.0 };
        let is_open = |slot: usize| series.pattern.is_open(weekday, slot);
        let (mut pooled, mut own) = (pooled, own);
        normalise(&mut pooled, is_open);
        normalise(&mut own, is_open);
        for (profile, shrinkage) in profiles.chunks_mut(slots).zip(shrinkage) {
            let trust = days / (days + shrinkage);
            for (share, (own, pooled)) in profile.iter_mut().zip(own.iter().zip(&pooled)) {
                *share = trust * own + (1.0 - trust) * pooled;
            }
        }
    }

    /// Contacts per total of a row of the memory in the open slots of a weekday.
    fn shares(&self, series: &QueueSeries, (weekday, row): (usize, usize)) -> Vec<f64> {
        let cells = row * series.slots..(row + 1) * series.slots;
        let sums = self.contacts[cells.clone()].iter().zip(&self.totals[cells]).enumerate();
        sums.map(
            |(slot, (contacts, total))| {
                if *total > 0.0 && series.pattern.is_open(weekday, slot) { contacts / total } else { 0.0 }
            },
        )
        .collect()
    }
}

/// Shares of the open slots, summing to 1; even where nothing is known.
fn normalise(shares: &mut [f64], is_open: impl Fn(usize) -> bool) {
    let sum: f64 = shares.iter().sum();
    if sum > 0.0 {
        for share in shares {
            *share /= sum;
        }
    } else {
        let open = (0..shares.len()).filter(|&slot| is_open(slot)).count().max(1) as f64;
        for (slot, share) in shares.iter_mut().enumerate() {
            *share = if is_open(slot) { 1.0 / open } else { 0.0 };
        }
    }
}

/// The 1-2-1 kernel along open slots; mass is kept.
pub(crate) fn smooth(profile: &[f64], smooth: &mut [f64]) {
    smooth.copy_from_slice(profile);
    for i in 1..profile.len() {
        if profile[i] > 0.0 && profile[i - 1] > 0.0 {
            let flow = 0.25 * (profile[i - 1] - profile[i]);
            smooth[i] += flow;
            smooth[i - 1] -= flow;
        }
    }
}
