//! Recorded contacts as they were expected: as many, and as long.

use solver_data::Seed;

use super::Record;
use crate::contact::Contact;
use crate::roster::CompiledRoster;

/// Seconds before and after an interval over which records and forecast are compared: chance within them is no error.
const REACH_SECONDS: f64 = 3600.0;

/// Factors from what was recorded to what was expected, queue-major: `queues × intervals`.
pub(super) struct Expected<'a> {
    roster: &'a CompiledRoster,
    /// Expected / recorded contacts around the interval; `None` where none was recorded.
    volume: Vec<Option<f64>>,
    /// Expected / recorded handle time of the contacts recorded around the interval.
    work: Vec<f64>,
}

impl<'a> Expected<'a> {
    /// Compares the records with the forecast.
    pub fn new(roster: &'a CompiledRoster, records: &[Record]) -> Self {
        let intervals = roster.intervals();
        let mut came = vec![0.0; roster.queues.len() * intervals];
        // Handle seconds recorded, and what the forecast has for the same contacts.
        let mut handled = vec![(0.0, 0.0); came.len()];
        for record in records {
            let (queue, cell) = (record.queue as usize, record.cell as usize);
            came[queue * intervals + cell] += 1.0;
            if let Some(handle) = record.handle {
                let own = &mut handled[queue * intervals + cell];
                *own = (own.0 + handle, own.1 + roster.queues[queue].aht[cell]);
            }
        }
        let reach = (REACH_SECONDS / roster.grid.interval_seconds()).ceil() as usize;
        let mut expected = Self { roster, volume: Vec::with_capacity(came.len()), work: Vec::with_capacity(came.len()) };
        for (queue, own) in roster.queues.iter().enumerate() {
            for t in 0..intervals {
                let day = roster.grid.day_range(roster.day_of[t] as usize);
                let around = day.start.max(t.saturating_sub(reach))..day.end.min(t + reach + 1);
                let of_queue = queue * intervals + around.start..queue * intervals + around.end;
                let (mean, count): (f64, f64) = (own.mean[around].iter().sum(), came[of_queue.clone()].iter().sum());
                let work = handled[of_queue].iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
                expected.volume.push((count > 0.0).then(|| mean / count));
                expected.work.push(if work.0 > 0.0 { work.1 / work.0 } else { 1.0 });
            }
        }
        expected
    }

    /// Scales recorded handle times to the forecast; those that were drawn lie around it already.
    pub fn scale_work(&self, records: &[Record], contacts: &mut [Contact]) {
        for (record, contact) in records.iter().zip(contacts) {
            if record.handle.is_some() {
                contact.work *= self.work[self.place(contact)];
            }
        }
    }

    /// As many contacts as expected: each recorded one stays, leaves, or comes again within its interval.
    ///
    /// Where none was recorded in an hour, as many as expected come, of mean work and patience.
    pub fn volume(&self, contacts: &[Contact], seed: Seed) -> Vec<Contact> {
        let uniform = |k: u64, copy: u64| ((seed.stream(k).stream(copy).0 >> 11) as f64) * (0.5_f64).powi(53);
        let seconds = self.roster.grid.interval_seconds();
        let within = |cell: u32, share: f64| (f64::from(cell) + share) * seconds;
        let mut expected = Vec::with_capacity(contacts.len());
        for (k, contact) in (0..).zip(contacts) {
            let copies = (self.volume[self.place(contact)].unwrap_or(1.0) + uniform(k, 0)) as u64;
            expected.extend((0..copies).map(|copy| {
                let arrival = if copy == 0 { contact.arrival } else { within(contact.cell, uniform(k, copy)) };
                Contact { arrival, gone_at: arrival + (contact.gone_at - contact.arrival), ..*contact }
            }));
        }
        let intervals = self.roster.intervals();
        for (place, _) in self.volume.iter().enumerate().filter(|(_, factor)| factor.is_none()) {
            let (queue, cell) = (place / intervals, place % intervals);
            let (own, k) = (&self.roster.queues[queue], (contacts.len() + place) as u64);
            expected.extend((0..(own.mean[cell] + uniform(k, 0)) as u64).map(|copy| {
                let arrival = within(cell as u32, uniform(k, copy + 1));
                let gone_at = own.patience.map_or(f64::INFINITY, |mean| arrival + mean);
                Contact { arrival, gone_at, work: own.aht[cell], queue: queue as u32, cell: cell as u32 }
            }));
        }
        expected.sort_by(|a, b| a.arrival.total_cmp(&b.arrival));
        expected
    }

    fn place(&self, contact: &Contact) -> usize {
        contact.queue as usize * self.roster.intervals() + contact.cell as usize
    }
}
