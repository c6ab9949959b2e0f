//! What a number of agents gives in each model.

use solver_data::ServiceLevelDefinition;

use super::answer::{Answer, Extras, OK, Service};
use super::row::{EvaluateRow, QueueRow, RowModel};
use crate::queue::{ErlangB, FiniteQueue, Measures, PriorityQueue, QueueModel, Retrials, Station, ratio};

/// A threshold and how abandoned contacts count.
pub(super) type Level = (f64, ServiceLevelDefinition);

impl EvaluateRow {
    /// What `n` agents give.
    pub fn answer(&self) -> Answer {
        if let Err(error) = self.queue.validate() {
            return Answer::refused(Some(self.n), error.to_string());
        }
        if let Some(t) = self.t_s.filter(|t| t.is_nan() || *t < 0.0) {
            return Answer::refused(Some(self.n), format!("t_s is {t}; use 0 seconds or more"));
        }
        let got = self.queue.serve(self.n, (self.t_s.unwrap_or(0.0), self.sl_def));
        let status = self.overload(&got).unwrap_or_else(|| OK.to_owned());
        Answer::of(self.n, self.t_s, got, status)
    }

    /// What has no end in the steady state, and the mend.
    fn overload(&self, got: &Service) -> Option<String> {
        let (queue, n) = (&self.queue, self.n);
        let load = queue.station().offered_load();
        let extras = got.extras.as_deref();
        if extras.and_then(|extras| extras.attempts_per_contact).is_some_and(f64::is_infinite) {
            return Some(format!("redials never end: {n} agents for {load} erlangs, and all who are lost try again; add agents"));
        }
        if got.measures.asa_seconds.is_infinite() {
            return Some(match &queue.model {
                RowModel::Chat { aht_by_concurrency_s } => {
                    let full = queue.chat(aht_by_concurrency_s).offered_load();
                    format!("the queue grows without bound: {n} agents for chats that fill {full}; add agents or give a patience")
                }
                model => {
                    let mend = match model {
                        RowModel::ErlangC => "add agents or use erlang_a",
                        RowModel::ErlangA | RowModel::PatienceRetrials { .. } => "add agents or give a patience",
                        _ => "add agents",
                    };
                    format!("the queue grows without bound: {n} agents for {load} erlangs; {mend}")
                }
            });
        }
        match (&queue.model, extras?) {
            (RowModel::Escalation { share, aht2_s, .. }, Extras { n2: Some(n2), asa2_s: Some(wait), .. })
                if wait.is_infinite() =>
            {
                let load = queue.seniors(*share, *aht2_s).offered_load();
                Some(format!("the seniors' queue grows without bound: {n2} seniors for {load} erlangs; add seniors"))
            }
            _ => None,
        }
    }
}

impl QueueRow {
    /// What `n` agents give.
    pub(super) fn serve(&self, n: u32, level: Level) -> Service {
        match &self.model {
            RowModel::ErlangC | RowModel::ErlangA => self.station().evaluate(n, level.0, level.1).into(),
            RowModel::ErlangB => self.loss(n),
            RowModel::FiniteRoom { places } | RowModel::FiniteRoomWithPatience { places } => self.room(n, *places, level),
            RowModel::LossRetrials { redial } => self.loss_retrials(n, *redial),
            RowModel::PatienceRetrials { redial } => self.patience_retrials(n, *redial, level),
            RowModel::Priority { class_volumes } => self.priority(n, class_volumes),
            RowModel::Escalation { share, aht2_s, n2 } => self.escalation(n, (*share, *aht2_s, *n2), level),
            RowModel::Chat { aht_by_concurrency_s } => {
                let got = self.chat(aht_by_concurrency_s).evaluate(n, level.0, level.1);
                let extras = Extras { chats_per_agent: Some(got.chats_per_agent), ..Extras::default() };
                Service::with(got.service, extras)
            }
        }
    }

    /// Served at once or not at all.
    fn loss(&self, n: u32) -> Service {
        let queue = ErlangB::new(f64::from(n), self.station().offered_load());
        let offered = self.station().offered_load();
        let service_level = if offered > 0.0 { queue.carried() / offered } else { 1.0 };
        let blocked = if offered > 0.0 { queue.blocking() } else { 0.0 };
        let measures = Measures { service_level, occupancy: queue.occupancy(), ..Measures::NOBODY_COMES };
        Service::with(measures, Extras { p_block: Some(blocked), ..Extras::default() })
    }

    fn room(&self, n: u32, places: u32, (threshold, definition): Level) -> Service {
        let station = self.station();
        if station.offered_load() <= 0.0 {
            return Service::with(Measures::NOBODY_COMES, Extras { p_block: Some(0.0), ..Extras::default() });
        }
        let queue = FiniteQueue::new(n, station.offered_load(), places, self.patience() / self.aht_s);
        let within = queue.within(threshold / self.aht_s);
        let blocked = queue.blocking();
        let service_level = match definition {
            ServiceLevelDefinition::ServedAll => within.served,
            ServiceLevelDefinition::ServedExclShort => ratio(within.served, within.served + within.waiting + blocked),
            ServiceLevelDefinition::OfAnswered => ratio(within.served, queue.answered()),
            ServiceLevelDefinition::HandledOrGone => 1.0 - blocked - within.waiting,
            ServiceLevelDefinition::Virtual => within.virtual_within,
        };
        let measures = Measures {
            service_level: service_level.clamp(0.0, 1.0),
            asa_seconds: queue.mean_wait_accepted() * self.aht_s,
            wait_probability: queue.wait_probability(),
            abandonment: queue.abandonment(),
            occupancy: queue.occupancy(),
            queue_length: queue.queue_length(),
        };
        Service::with(measures, Extras { p_block: Some(blocked), ..Extras::default() })
    }

    fn loss_retrials(&self, n: u32, redial: f64) -> Service {
        let queue = Retrials::over_loss(f64::from(n), self.station().offered_load(), redial);
        let attempts = ErlangB::new(f64::from(n), queue.attempts().min(f64::MAX));
        let lost = if self.station().offered_load() > 0.0 { queue.lost_attempts() } else { 0.0 };
        // Agents whom redials without end ring have no free moment.
        let occupancy = if queue.attempts().is_finite() { attempts.occupancy() } else { 1.0 };
        let measures = Measures { service_level: 1.0 - lost, occupancy, ..Measures::NOBODY_COMES };
        Service::with(measures, Extras { p_block: Some(lost), ..retried(&queue) })
    }

    fn patience_retrials(&self, n: u32, redial: f64, (threshold, definition): Level) -> Service {
        let station = self.station();
        let QueueModel::ErlangA { patience_seconds } = station.model else {
            // Nobody is ever lost, so nobody tries again.
            let once = Extras { attempts_per_contact: Some(1.0), ultimately_lost: Some(0.0), ..Extras::default() };
            return Service::with(station.evaluate(n, threshold, definition), once);
        };
        let queue = if n == 0 || station.offered_load() <= 0.0 {
            Retrials::over_loss(f64::from(n), station.offered_load(), redial)
        } else {
            Retrials::over_abandonment(f64::from(n), station.offered_load(), patience_seconds / self.aht_s, redial)
        };
        let attempts = queue.attempts_per_contact();
        let measures = if attempts.is_finite() {
            Station { volume: self.volume * attempts, ..station }.evaluate(n, threshold, definition)
        } else {
            Measures::unstaffed(f64::INFINITY, patience_seconds, threshold, definition)
        };
        Service::with(measures, retried(&queue))
    }

    fn priority(&self, n: u32, class_volumes: &[f64]) -> Service {
        let loads: Vec<f64> = class_volumes.iter().map(|volume| volume * self.aht_s / self.interval_s).collect();
        let queue = PriorityQueue::new(f64::from(n), &loads);
        let waits = queue.mean_waits().iter().map(|wait| wait * self.aht_s).collect();
        let measures = Station { volume: class_volumes.iter().sum(), ..self.station() };
        let measures = measures.evaluate(n, 0.0, ServiceLevelDefinition::ServedAll);
        // No formula here for the share of a class within a threshold.
        let measures = Measures { service_level: f64::NAN, ..measures };
        Service::with(measures, Extras { asa_by_class_s: Some(waits), ..Extras::default() })
    }

    fn escalation(&self, n: u32, (share, aht2_s, n2): (f64, f64, Option<u32>), (threshold, definition): Level) -> Service {
        let station = self.station();
        let first = station.evaluate(n, threshold, definition);
        let Some(n2) = n2 else { return first.into() };
        // Juniors who cannot keep up pass on what they finish.
        let passed = (f64::from(n) / station.offered_load()).min(1.0);
        let seniors = self.seniors(share, aht2_s);
        let seniors = Station { volume: seniors.volume * if passed.is_nan() { 1.0 } else { passed }, ..seniors };
        let second = seniors.evaluate(n2, threshold, definition);
        let extras = Extras {
            n2: Some(n2),
            sl2: Some(second.service_level),
            asa2_s: Some(second.asa_seconds),
            p_wait2: Some(second.wait_probability),
            occupancy2: Some(second.occupancy),
            ..Extras::default()
        };
        Service::with(first, extras)
    }
}

fn retried(queue: &Retrials) -> Extras {
    let (attempts, lost) = if queue.offered() > 0.0 { (queue.attempts_per_contact(), queue.lost_contacts()) } else { (1.0, 0.0) };
    Extras { attempts_per_contact: Some(attempts), ultimately_lost: Some(lost), ..Extras::default() }
}
