//! Arrivals of a queue: a time-varying Poisson process with a random level a day and random noise an interval, by the law of
//! [`solver_data::path_sampler`].

use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use solver_data::Seed;
use solver_data::path_sampler::interval_noise;

use super::compiled::CompiledRoster;
use super::queue::CompiledQueue;
use crate::contact::Contact;
use crate::engine::Arrivals;
use crate::stream::{Purpose, exponential};
use crate::superposition::Superposition;

/// How many contacts come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Volume {
    /// At a rate drawn around the forecast.
    Sampled,
    /// At the forecast rate: what chance does around it remains.
    Expected,
    /// Exactly as many as the means of so many intervals add up to, at uniform instants within them.
    Counted(usize),
}

/// A queue's contacts, drawn a day at a time.
///
/// Arrivals are a unit-rate Poisson process mapped through the inverse of the day's cumulative rate, and every day has
/// streams of its own: the k-th contact of a day stays the same contact when the volume changes.
pub(crate) struct DayDemand<'a> {
    roster: &'a CompiledRoster,
    own: &'a CompiledQueue,
    queue: u32,
    seed: Seed,
    volume: Volume,
    /// Factor of each day on the volume.
    levels: Vec<f64>,
    /// Days drawn so far.
    day: usize,
    /// Contacts of the last day drawn.
    contacts: Vec<Contact>,
    taken: usize,
}

impl<'a> DayDemand<'a> {
    /// The demand of all queues in one replication.
    pub fn of_centre(roster: &'a CompiledRoster, volume: Volume, seed: Seed) -> Superposition<Self> {
        let mut levels = roster.levels.draw(Purpose::Demand.of(seed));
        let demand = |(queue, own): (u32, &'a CompiledQueue)| {
            let levels = std::mem::take(&mut levels[own.place]);
            let seed = seed.stream(Purpose::COUNT + u64::from(queue));
            let mut demand = Self { roster, own, queue, seed, volume, levels, day: 0, contacts: Vec::new(), taken: 0 };
            demand.draw_days();
            demand
        };
        Superposition::new((0..).zip(&roster.queues).map(demand).collect())
    }

    /// Draws days until one has a contact.
    fn draw_days(&mut self) {
        self.taken = 0;
        self.contacts.clear();
        while self.contacts.is_empty() && self.day < self.roster.grid.days() {
            self.draw_day();
            self.day += 1;
        }
    }

    fn draw_day(&mut self) {
        let seed = self.seed.stream(self.day as u64);
        let demand = Purpose::Demand.of(seed);
        let (level, overdispersion) = (self.levels[self.day], self.own.uncertainty.overdispersion);
        let mut arrivals = Purpose::Arrivals.of(seed).rng();
        let mut handle_times = Purpose::HandleTimes.of(seed).rng();
        let mut patience = Purpose::Patience.of(seed).rng();
        let seconds = self.roster.grid.interval_seconds();
        let range = self.roster.grid.day_range(self.day);
        if let Volume::Counted(stretch) = self.volume {
            self.draw_counted(range, stretch, [&mut arrivals, &mut handle_times, &mut patience]);
            return;
        }
        let first = range.start;
        // Cumulative rate up to the interval, and the unit-rate process.
        let (mut reached, mut next) = (0.0, exponential(&mut arrivals));
        for t in range {
            let rate = match self.volume {
                Volume::Sampled => {
                    let expected = self.own.mean[t] * level;
                    expected * interval_noise(expected, overdispersion, demand.stream((t - first) as u64))
                }
                Volume::Expected | Volume::Counted(_) => self.own.mean[t],
            };
            while next < reached + rate {
                let arrival = (t as f64 + (next - reached) / rate) * seconds;
                self.contacts.push(self.contact((t, arrival), &mut handle_times, &mut patience));
                next += exponential(&mut arrivals);
            }
            reached += rate;
        }
    }

    /// A contact that arrives within interval `t`.
    fn contact(&self, (t, arrival): (usize, f64), handle_times: &mut ChaCha8Rng, patience: &mut ChaCha8Rng) -> Contact {
        let work = self.own.aht[t] * self.own.work.draw(handle_times);
        let shape = &self.own.patience_shape;
        let gone_at = self.own.patience.map_or(f64::INFINITY, |mean| arrival + mean * shape.draw(patience));
        Contact { arrival, gone_at, work, queue: self.queue, cell: t as u32 }
    }

    /// Draws the counted contacts of a day: the partial sums of n + 1 exponentials over their total are the order statistics
    /// of n uniform instants.
    fn draw_counted(&mut self, day: Range<usize>, stretch: usize, [arrivals, handle_times, patience]: [&mut ChaCha8Rng; 3]) {
        let seconds = self.roster.grid.interval_seconds();
        for from in day.clone().step_by(stretch.max(1)) {
            let open: Vec<usize> = (from..day.end.min(from + stretch.max(1))).filter(|&t| self.own.mean[t] > 0.0).collect();
            let count = open.iter().map(|&t| self.own.mean[t]).sum::<f64>().round() as usize;
            let mut sums: Vec<f64> = (0..=count).map(|_| exponential(arrivals)).collect();
            for k in 1..sums.len() {
                sums[k] += sums[k - 1];
            }
            let total = sums.pop().unwrap_or(1.0);
            for sum in sums.into_iter().filter(|_| !open.is_empty()) {
                let place = (sum / total * open.len() as f64).min(open.len() as f64 * (1.0 - f64::EPSILON));
                let t = open[place as usize];
                let contact = self.contact((t, (t as f64 + place.fract()) * seconds), handle_times, patience);
                self.contacts.push(contact);
            }
        }
    }
}

impl Arrivals for DayDemand<'_> {
    #[inline]
    fn next_at(&self) -> f64 {
        self.contacts.get(self.taken).map_or(f64::INFINITY, |contact| contact.arrival)
    }

    #[inline]
    fn take(&mut self) -> Contact {
        let contact = self.contacts[self.taken];
        self.taken += 1;
        if self.taken == self.contacts.len() {
            self.draw_days();
        }
        contact
    }
}
