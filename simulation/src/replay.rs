//! A roster against the contacts that really came.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use solver_data::{Centre, ContactOutcome, DemandForecast, QueueId, RealContact, Roster, Seed, ServicePerformance, Watch};

use crate::contact::Contact;
use crate::engine::Arrivals;
use crate::error::{Problem, SimulationError, Wanted};
use crate::replications::replicate;
use crate::roster::{CompiledRoster, PerformanceFold};
use crate::stream::Purpose;

/// Recorded contacts to be met by a roster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReplayRequest<'a> {
    /// The centre: queues, skills, targets, patience.
    pub centre: &'a Centre,
    /// The contacts, in any order.
    pub contacts: &'a [RealContact],
    /// Grid and opening of the result, and the AHT of contacts whose handle time is not recorded.
    pub forecast: &'a DemandForecast,
    /// Shifts and breaks of the agents.
    pub roster: &'a Roster,
    /// Draws of what the records do not say.
    pub replications: u32,
    /// Probability that an agent misses a whole shift, 0 to 1.
    pub absence: f64,
    /// Where all random numbers come from.
    pub seed: Seed,
}

/// Replays recorded contacts against a roster; measures as those of [`crate::simulate_roster`].
///
/// Arrivals are as recorded, and so is the handle time of an answered contact; that of others is drawn around the
/// forecast AHT. The recorded wait of an abandoned contact is its patience; an answered contact had at least the
/// patience to wait as it did, and what it would have had beyond is exponential (without memory). Contacts that came
/// outside the grid or while their queue was closed are no demand and are left out.
///
/// # Errors
/// [`SimulationError::Refused`] with every problem of the request; [`SimulationError::Interrupted`].
pub fn replay(request: &ReplayRequest<'_>, watch: &dyn Watch) -> Result<ServicePerformance, SimulationError> {
    let ReplayRequest { centre, contacts, forecast, roster, replications, absence, seed } = *request;
    let mut problems = Vec::new();
    Wanted::Fraction.check(absence, || "absence".to_owned(), &mut problems);
    if replications == 0 {
        problems.push(Problem::NoReplications);
    }
    check_contacts(centre, contacts, &mut problems);
    let compiled = CompiledRoster::new(centre, forecast, roster, problems)?.without_returns();
    let records = records(&compiled, centre, contacts);
    let mut fold = PerformanceFold::new(&compiled);
    let run = |seed: Seed| {
        let absent = compiled.absences(Purpose::Absence.of(seed), absence);
        compiled.operate(RecordedArrivals::new(&compiled, &records, seed), absent, Purpose::Fate.of(seed))
    };
    replicate(replications, seed, watch, run, |books| fold.add(&books))?;
    Ok(fold.finish())
}

/// A recorded contact on the grid.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Record {
    arrival: f64,
    queue: u32,
    cell: u32,
    outcome: ContactOutcome,
    waited: f64,
    handle: Option<f64>,
}

fn check_contacts(centre: &Centre, contacts: &[RealContact], problems: &mut Vec<Problem>) {
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, contact) in contacts.iter().enumerate() {
        if centre.queues.find(|queue| queue.name == contact.queue).is_none() {
            *unknown.entry(contact.queue.as_str()).or_default() += 1;
        }
        Wanted::NonNegative.check(contact.waited_seconds, || format!("contacts[{row}].waited_seconds"), problems);
        if let Some(handle) = contact.handle_seconds {
            Wanted::NonNegative.check(handle, || format!("contacts[{row}].handle_seconds"), problems);
        }
    }
    let unknown = unknown.into_iter().map(|(queue, contacts)| Problem::UnknownQueue { queue: queue.to_owned(), contacts });
    problems.extend(unknown);
}

/// The contacts that are demand, by arrival; the first listed first at the same instant.
fn records(compiled: &CompiledRoster, centre: &Centre, contacts: &[RealContact]) -> Vec<Record> {
    let rows: BTreeMap<&str, QueueId> = centre.queues.entries().map(|(id, queue)| (queue.name.as_str(), id)).collect();
    let mut records: Vec<Record> = contacts
        .iter()
        .filter_map(|contact| {
            let cell = compiled.grid.interval_at(contact.arrival)?.0;
            let queue = rows.get(contact.queue.as_str())?.0;
            compiled.queues[queue as usize].open[cell as usize].then(|| Record {
                arrival: compiled.grid.elapsed_seconds(contact.arrival),
                queue,
                cell,
                outcome: contact.outcome,
                waited: contact.waited_seconds,
                handle: contact.handle_seconds,
            })
        })
        .collect();
    records.sort_by(|a, b| a.arrival.total_cmp(&b.arrival));
    records
}

/// Recorded arrivals of one replication; every contact takes one place of each stream of its queue, needed or not.
struct RecordedArrivals<'a> {
    roster: &'a CompiledRoster,
    records: &'a [Record],
    taken: usize,
    handle_times: Vec<ChaCha8Rng>,
    patience: Vec<ChaCha8Rng>,
}

impl<'a> RecordedArrivals<'a> {
    fn new(roster: &'a CompiledRoster, records: &'a [Record], seed: Seed) -> Self {
        let streams = |purpose: Purpose| {
            let own = |queue| purpose.of(seed.stream(Purpose::COUNT + queue)).rng();
            (0..roster.queues.len() as u64).map(own).collect()
        };
        Self { roster, records, taken: 0, handle_times: streams(Purpose::HandleTimes), patience: streams(Purpose::Patience) }
    }
}

impl Arrivals for RecordedArrivals<'_> {
    fn next_at(&self) -> f64 {
        self.records.get(self.taken).map_or(f64::INFINITY, |record| record.arrival)
    }

    fn take(&mut self) -> Contact {
        let record = self.records[self.taken];
        self.taken += 1;
        let queue = record.queue as usize;
        let own = &self.roster.queues[queue];
        let drawn_work = own.work.draw(&mut self.handle_times[queue]);
        let waited = own.patience.filter(|mean| *mean > 0.0).map_or(0.0, |mean| record.waited / mean);
        let beyond = own.patience_shape.beyond(waited, &mut self.patience[queue]);
        let patience = match record.outcome {
            ContactOutcome::Abandoned => record.waited,
            ContactOutcome::Answered => own.patience.map_or(f64::INFINITY, |mean| record.waited + mean * beyond),
        };
        Contact {
            arrival: record.arrival,
            gone_at: record.arrival + patience,
            work: record.handle.unwrap_or_else(|| own.aht[record.cell as usize] * drawn_work),
            queue: record.queue,
            cell: record.cell,
        }
    }
}
