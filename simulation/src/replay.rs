//! A roster against the contacts that really came.

mod expected;

use std::collections::BTreeMap;

use expected::Expected;
use rand_chacha::ChaCha8Rng;
use solver_data::{
    AttributedMiss, Centre, ContactOutcome, DemandForecast, QueueId, RealContact, Roster, Seed, ServicePerformance, Watch,
};

use crate::contact::Contact;
use crate::engine::Arrivals;
use crate::error::{Problem, SimulationError, Wanted};
use crate::replications::replicate;
use crate::roster::{Causes, CompiledRoster, PerformanceFold, attribute};
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
    let compiled = request.compiled()?;
    let records = records(&compiled, request.centre, request.contacts);
    let mut fold = PerformanceFold::new(&compiled);
    let run = |seed: Seed| {
        let absent = compiled.absences(Purpose::Absence.of(seed), request.absence);
        compiled.operate(Recorded::new(drawn(&compiled, &records, seed)), absent, Purpose::Fate.of(seed))
    };
    replicate(request.replications, request.seed, watch, run, |books| fold.add(&books))?;
    Ok(fold.finish())
}

/// Takes the missed or beaten service levels of a replay apart: how much is due to other volume than forecast, to other
/// handle times and to absence, and how much would be missed had all been as expected.
///
/// Runs the replications of [`replay()`] eight times over, under the same random numbers. Expected volume is the recorded
/// contacts thinned, or some of them doubled, to the forecast of the hour before and after; expected handle times are the
/// recorded ones scaled to the forecast likewise. Chance around the forecast remains, so it counts as part of the fit.
///
/// # Errors
/// As [`replay()`].
pub fn attribute_replay(request: &ReplayRequest<'_>, watch: &dyn Watch) -> Result<Vec<AttributedMiss>, SimulationError> {
    let compiled = request.compiled()?;
    let records = records(&compiled, request.centre, request.contacts);
    let expected = Expected::new(&compiled, &records);
    let run = |seed: Seed, causes: Causes| {
        let mut contacts = drawn(&compiled, &records, seed);
        if !causes.handle_time() {
            expected.scale_work(&records, &mut contacts);
        }
        if !causes.volume() {
            contacts = expected.volume(&contacts, Purpose::Demand.of(seed));
        }
        let absent = compiled.absences(Purpose::Absence.of(seed), if causes.absence() { request.absence } else { 0.0 });
        compiled.operate(Recorded::new(contacts), absent, Purpose::Fate.of(seed))
    };
    attribute(&compiled, (request.replications, request.seed), &[0, 1, 2], watch, run)
}

impl ReplayRequest<'_> {
    fn compiled(&self) -> Result<CompiledRoster, SimulationError> {
        let mut problems = Vec::new();
        Wanted::Fraction.check(self.absence, || "absence".to_owned(), &mut problems);
        if self.replications == 0 {
            problems.push(Problem::NoReplications);
        }
        check_contacts(self.centre, self.contacts, &mut problems);
        Ok(CompiledRoster::new(self.centre, self.forecast, self.roster, problems)?.without_returns())
    }
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

/// The recorded contacts of one replication; every one takes its places of the streams of its queue, needed or not.
fn drawn(roster: &CompiledRoster, records: &[Record], seed: Seed) -> Vec<Contact> {
    let streams = |purpose: Purpose| -> Vec<ChaCha8Rng> {
        let own = |queue| purpose.of(seed.stream(Purpose::COUNT + queue)).rng();
        (0..roster.queues.len() as u64).map(own).collect()
    };
    let (mut handle_times, mut patience) = (streams(Purpose::HandleTimes), streams(Purpose::Patience));
    let draw = |record: &Record| {
        let queue = record.queue as usize;
        let own = &roster.queues[queue];
        let drawn_work = own.work.draw(&mut handle_times[queue]);
        let waited = own.patience.filter(|mean| *mean > 0.0).map_or(0.0, |mean| record.waited / mean);
        let beyond = own.patience_shape.beyond(waited, &mut patience[queue]);
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
    };
    records.iter().map(draw).collect()
}

/// Contacts in order of arrival.
struct Recorded {
    contacts: Vec<Contact>,
    taken: usize,
}

impl Recorded {
    fn new(contacts: Vec<Contact>) -> Self {
        Self { contacts, taken: 0 }
    }
}

impl Arrivals for Recorded {
    fn next_at(&self) -> f64 {
        self.contacts.get(self.taken).map_or(f64::INFINITY, |contact| contact.arrival)
    }

    fn take(&mut self) -> Contact {
        self.taken += 1;
        self.contacts[self.taken - 1]
    }
}
