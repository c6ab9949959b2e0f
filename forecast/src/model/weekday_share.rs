//! Shares of a day's contacts by weekday and slot, exponentially weighted by week.

use crate::series::QueueSeries;

/// Weeks after which a day counts half.
const HALF_LIFE_WEEKS: f64 = 6.0;
/// Days that the mean over all weekdays weighs in the shares of one weekday.
const POOLED_DAYS: f64 = 1.0;
/// Least share of a day that must be known to tell its total.
const KNOWN_SHARE: f64 = 0.3;

/// Shares of the slots of each weekday in the day's total, as far as days were learned.
#[derive(Debug, Clone)]
pub(crate) struct WeekdayShares {
    slots: usize,
    decay: f64,
    /// Contacts, and totals of the days on which the slot was known: `len == 7 * slots`.
    contacts: Vec<f64>,
    totals: Vec<f64>,
    /// Days remembered, a weekday.
    days: [f64; 7],
    /// The present shares, summing to 1 over the open slots of a weekday: `len == 7 * slots`.
    shares: Vec<f64>,
}

impl WeekdayShares {
    /// Even shares, before any day.
    pub(crate) fn new(series: &QueueSeries) -> Self {
        let (slots, none) = (series.slots, vec![0.0; 7 * series.slots]);
        let decay = 0.5_f64.powf(1.0 / HALF_LIFE_WEEKS);
        let mut even = Self { slots, decay, contacts: none.clone(), totals: none.clone(), days: [0.0; 7], shares: none };
        (0..7).for_each(|weekday| even.refresh(series, weekday));
        even
    }

    /// Shares of a weekday: `len == slots`.
    pub(crate) fn of(&self, weekday: usize) -> &[f64] {
        &self.shares[weekday * self.slots..(weekday + 1) * self.slots]
    }

    /// Total of a day as if every open slot had been known; `None` where too little is.
    pub(crate) fn total(&self, weekday: usize, counts: &[f64]) -> Option<f64> {
        let known = counts.iter().zip(self.of(weekday)).filter(|(count, _)| !count.is_nan());
        let (sum, share) = known.fold((0.0, 0.0), |(sum, share), (count, part)| (sum + count, share + part));
        (share >= KNOWN_SHARE).then(|| sum / share)
    }

    /// Learns the course of a day, given its total; unknown slots are left out.
    pub(crate) fn learn(&mut self, series: &QueueSeries, day: usize, total: f64) {
        let weekday = series.days[day].weekday;
        if total <= 0.0 {
            return;
        }
        for (slot, &count) in series.day(day).iter().enumerate().filter(|(_, count)| !count.is_nan()) {
            let cell = weekday * self.slots + slot;
            self.contacts[cell] = self.decay * self.contacts[cell] + count;
            self.totals[cell] = self.decay * self.totals[cell] + total;
        }
        self.days[weekday] = self.decay * self.days[weekday] + 1.0;
        self.refresh(series, weekday);
    }

    fn refresh(&mut self, series: &QueueSeries, weekday: usize) {
        let slots = self.slots;
        let days = self.days[weekday];
        let mut shares = vec![0.0; slots];
        for (slot, share) in shares.iter_mut().enumerate().filter(|(slot, _)| series.pattern.is_open(weekday, *slot)) {
            let over = |sums: &[f64]| (0..7).map(|day| sums[day * slots + slot]).sum::<f64>();
            let (all, own) = (over(&self.totals), self.totals[weekday * slots + slot]);
            let pooled = if all > 0.0 { over(&self.contacts) / all } else { 0.0 };
            let own = if own > 0.0 { self.contacts[weekday * slots + slot] / own } else { pooled };
            *share = (days * own + POOLED_DAYS * pooled) / (days + POOLED_DAYS);
        }
        let sum: f64 = shares.iter().sum();
        let open = (0..slots).filter(|&slot| series.pattern.is_open(weekday, slot)).count().max(1) as f64;
        for (slot, share) in shares.iter_mut().enumerate() {
            let even = f64::from(u8::from(series.pattern.is_open(weekday, slot))) / open;
            *share = if sum > 0.0 { *share / sum } else { even };
        }
        self.shares[weekday * slots..(weekday + 1) * slots].copy_from_slice(&shares);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{after, made, request};
    use crate::series::Frame;
    use solver_data::Calendar;

    #[test]
    fn shares_sum_to_one_and_an_unknown_slot_is_filled_by_its_share() {
        let history = made(28, |day, slot| (day != 27 || slot != 40).then_some(if slot < 24 { 1.0 } else { 3.0 }));
        let calendar = Calendar::default();
        let asked = request(&history, &calendar, after(28), 7);
        let series = Frame::new(&asked).unwrap().series(&history.queues[0]).unwrap();
        let mut shares = WeekdayShares::new(&series);
        approx::assert_relative_eq!(shares.of(0)[0], 1.0 / 48.0, max_relative = 1e-12);
        for day in 0..27 {
            let total = shares.total(day % 7, series.day(day)).unwrap();
            shares.learn(&series, day, total);
        }
        approx::assert_relative_eq!(shares.of(6).iter().sum::<f64>(), 1.0, max_relative = 1e-12);
        approx::assert_relative_eq!(shares.of(6)[40], 3.0 / 96.0, max_relative = 1e-9);
        approx::assert_relative_eq!(shares.total(6, series.day(27)).unwrap(), 96.0, max_relative = 1e-9);
        assert_eq!(shares.total(0, &[f64::NAN; 48]), None);
    }
}
