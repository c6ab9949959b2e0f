//! The queue M(t)/M/n(t)+M over a sequence of intervals.
//!
//! `p_k' = λ(t) p_{k-1} + d_{k+1} p_{k+1} - (λ(t) + d_k) p_k` with `d_k = μ min(k, n) + θ max(k - n, 0)`, from any start.
//! An interval's measures:
//!
//! - P(wait): share of its arrivals that find k ≥ n
//! - P(abandon): contacts that leave unanswered in it, `θ ∫ E[queue] dt`, over its arrivals; contacts carried into an
//!   overloaded interval count where they leave, so that it may exceed one
//! - mean wait: waiting done in it, `∫ E[queue] dt`, over its arrivals (Little's law); it sums exactly over intervals
//! - blocked: share of its arrivals that find every place taken, where places are limited; they count as waiting above
//! - service level: of its arrivals, exactly, also where the agents change before the threshold has passed; after the
//!   last interval its staff is held. `OfAnswered` divides by the arrivals less those that abandon in the interval
//!
//! Errors of truncation and rounding are some 1e-12; the service level of an interval before a change of staff is
//! integrated by Gauss–Legendre panels, to some 1e-10.

use solver_data::ServiceLevelDefinition;

use super::arrivals::ArrivalRate;
use super::kernel::{Departures, Occupation, advance};
use super::panel::gauss_legendre;
use super::rational;
use super::state::QueueState;
use super::waiting::{Fate, Outlook, held};
use crate::error::StaffingError;

/// Events from which rational steps cost less than uniformization.
const MANY_EVENTS: f64 = 600.0;
/// Longest panel before a change of staff, in handle times.
const PANEL: f64 = 0.2;
/// Patiences after which hardly any contact waits: e^-35 is below rounding.
const FORGOTTEN: f64 = 35.0;
/// Most panels before a change of staff.
const MOST_PANELS: f64 = 16.0;

/// One interval of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct TransientInterval {
    /// Length in seconds, above 0.
    pub seconds: f64,
    /// Arrivals, by seconds since the interval's start.
    pub arrivals: ArrivalRate,
    /// Agents on contact.
    pub agents: u32,
    /// Mean handle time in seconds, above 0.
    pub aht_seconds: f64,
    /// Mean patience in seconds, above 0; infinite for contacts that never leave.
    pub patience_seconds: f64,
}

impl TransientInterval {
    fn departures(&self, places: usize) -> Departures {
        let (completion, abandonment) = (1.0 / self.aht_seconds, 1.0 / self.patience_seconds);
        Departures { agents: self.agents, places, completion, abandonment }
    }

    /// Checks that the numbers are ones a queue can have.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for the first that is not.
    pub fn validate(&self) -> Result<(), StaffingError> {
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let checks = [
            ("interval in seconds", self.seconds, positive(self.seconds), "a finite number above 0"),
            ("AHT in seconds", self.aht_seconds, positive(self.aht_seconds), "a finite number above 0"),
            ("patience in seconds", self.patience_seconds, self.patience_seconds > 0.0, "a number above 0, or infinity"),
        ];
        for (quantity, value, holds, range) in checks {
            if !holds {
                return Err(StaffingError::OutOfRange { quantity, value, range });
            }
        }
        self.arrivals.validate(self.seconds)
    }
}

/// The service level asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Threshold t in seconds, 0 or more.
    pub seconds: f64,
    /// How abandoned contacts count.
    pub definition: ServiceLevelDefinition,
}

impl Threshold {
    /// Checks that the threshold is a time.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for a negative or missing number.
    pub fn validate(&self) -> Result<(), StaffingError> {
        if self.seconds >= 0.0 {
            return Ok(());
        }
        let (quantity, value) = ("threshold in seconds", self.seconds);
        Err(StaffingError::OutOfRange { quantity, value, range: "0 seconds or more" })
    }
}

/// What the contacts of an interval meet. Without arrivals: service level 1, shares and mean wait 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntervalService {
    /// Contacts that arrive in the interval.
    pub arrivals: f64,
    /// Share of them that finds every agent busy.
    pub wait_probability: f64,
    /// Share of them that finds every place taken.
    pub blocking: f64,
    /// Contacts that leave unanswered in the interval, over its arrivals.
    pub abandonment: f64,
    /// Contacts that leave unanswered in the interval.
    pub abandoned: f64,
    /// Mean wait in seconds: waiting done in the interval over its arrivals.
    pub asa_seconds: f64,
    /// Share of the arrivals in time.
    pub service_level: f64,
    /// Mean number waiting over the interval.
    pub mean_queue: f64,
    /// Busy share of the agents; 1 where there are none and contacts arrive or wait.
    pub occupancy: f64,
    /// P(all agents busy) at the interval's end.
    pub end_wait_probability: f64,
    /// Mean number waiting at the interval's end.
    pub end_queue: f64,
}

/// The queue over all intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct TransientSolution {
    /// Service, `len ==` number of intervals.
    pub intervals: Vec<IntervalService>,
    /// The state after the last interval.
    pub end: QueueState,
}

/// A queue through consecutive intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct TransientQueue {
    /// The intervals, one after the other.
    pub intervals: Vec<TransientInterval>,
    /// Contacts in the system when the first interval starts.
    pub start: QueueState,
    /// Most contacts in the system, waiting and in service; contacts that find them all are blocked. None for no limit.
    pub places: Option<u32>,
}

impl TransientQueue {
    /// A queue that starts empty and has room for any number.
    pub fn starting_empty(intervals: Vec<TransientInterval>) -> Self {
        Self { intervals, start: QueueState::empty(), places: None }
    }

    /// Solves the queue, with the service level of `threshold`.
    ///
    /// Cost: some (λ + nμ) T events an interval times √n states; 0.2 ms for a half-hour of 100 agents.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for a number that a queue cannot have.
    pub fn solve(&self, threshold: Threshold) -> Result<TransientSolution, StaffingError> {
        self.validate()?;
        threshold.validate()?;
        let mut state = self.start.clone();
        let mut intervals = Vec::with_capacity(self.intervals.len());
        for i in 0..self.intervals.len() {
            let (service, end) = solve_interval(&self.intervals[i..], state, self.room(), threshold);
            intervals.push(service);
            state = end;
        }
        Ok(TransientSolution { intervals, end: state })
    }

    /// The most contacts in the system, `usize::MAX` for no limit.
    fn room(&self) -> usize {
        self.places.map_or(usize::MAX, |places| places as usize)
    }

    /// Checks that the numbers are ones a queue can have.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for the first that is not.
    pub fn validate(&self) -> Result<(), StaffingError> {
        for interval in &self.intervals {
            interval.validate()?;
        }
        let last = self.start.last();
        if last > self.room() {
            let (quantity, range) = ("contacts at the start", "no more than there are places");
            return Err(StaffingError::OutOfRange { quantity, value: last as f64, range });
        }
        Ok(())
    }
}

/// The first of `intervals`; the others are what its late arrivals meet. All are valid.
pub(super) fn solve_interval(
    intervals: &[TransientInterval],
    start: QueueState,
    places: usize,
    threshold: Threshold,
) -> (IntervalService, QueueState) {
    let passage = Passage { interval: &intervals[0], departures: intervals[0].departures(places), threshold };
    let whole = intervals[0].seconds;
    let (departures, ends) = passage.outlook(intervals);
    let breaks = passage.breaks(&departures, &ends);
    let mut occupation = Occupation::default();
    let mut passed = breaks[0];
    let mut state = passage.advance(start, (0.0, passed), &mut occupation);
    let mut fate = passage.held_fate(&occupation);
    for (at, weight) in breaks.windows(2).flat_map(|ends| passage.nodes(ends[0], ends[1])) {
        state = passage.advance(state, (passed, at), &mut occupation);
        let left: Vec<f64> = ends.iter().map(|end| end - at).collect();
        let outlook = Outlook { departures: &departures, ends: &left, definition: threshold.definition };
        fate.add(weight * passage.interval.arrivals.at(at).max(0.0), outlook.fate(&state, threshold.seconds));
        passed = at;
    }
    state = passage.advance(state, (passed, whole), &mut occupation);
    (passage.service(&occupation, &state, fate), state)
}

/// One interval and its rates.
struct Passage<'a> {
    interval: &'a TransientInterval,
    departures: Departures,
    threshold: Threshold,
}

impl Passage<'_> {
    fn advance(&self, state: QueueState, (from, to): (f64, f64), occupation: &mut Occupation) -> QueueState {
        let arrival = self.interval.arrivals.at(from).max(0.0);
        let events = (arrival + self.departures.rate(state.last())) * (to - from);
        if self.interval.arrivals.is_constant() && events > MANY_EVENTS {
            return rational::advance(state, self.departures, (arrival, to - from), occupation);
        }
        let rate = |done: f64| self.interval.arrivals.shifted(from + done);
        advance(state, self.departures, to - from, rate, occupation)
    }

    /// The fates of arrivals whose wait meets no change.
    fn held_fate(&self, occupation: &Occupation) -> Fate {
        let agents = self.departures.agents as usize;
        let accepted = &occupation.arrivals[..occupation.arrivals.len().min(self.departures.places)];
        let mut fate = Fate { answered: accepted.iter().take(agents).sum(), waiting: 0.0 };
        if let Some(most) = accepted.len().checked_sub(agents + 1) {
            let fates = held(self.departures, self.threshold.seconds, self.threshold.definition, most);
            for (arrivals, met) in accepted[agents..].iter().zip(fates) {
                fate.add(*arrivals, met);
            }
        }
        fate
    }

    /// Rates of this interval and of those that the last arrivals may still meet, with the ends of all these but the
    /// last.
    fn outlook(&self, intervals: &[TransientInterval]) -> (Vec<Departures>, Vec<f64>) {
        let reach = self.interval.seconds + self.threshold.seconds;
        let (mut departures, mut ends, mut end) = (vec![self.departures], Vec::new(), self.interval.seconds);
        for next in &intervals[1..] {
            if end >= reach {
                break;
            }
            departures.push(next.departures(self.departures.places));
            ends.push(end);
            end += next.seconds;
        }
        (departures, ends)
    }

    /// Times of arrival whose threshold ends as the rates change, ascending, and the end of the interval; from the first
    /// on, arrivals meet a change.
    fn breaks(&self, departures: &[Departures], ends: &[f64]) -> Vec<f64> {
        let whole = self.interval.seconds;
        let changes = departures.windows(2).zip(ends).filter(|(pair, _)| pair[0] != pair[1]);
        // Contacts whose patience has ended before the interval does meet no change.
        let patient = match self.threshold.definition {
            ServiceLevelDefinition::Virtual => f64::INFINITY,
            _ => FORGOTTEN / self.departures.abandonment,
        };
        let first = (whole - patient).max(0.0);
        let mut breaks: Vec<f64> = changes.map(|(_, end)| (end - self.threshold.seconds).max(first)).collect();
        breaks.push(whole);
        breaks.dedup();
        breaks
    }

    /// Gauss–Legendre panels on from..=to: nodes and weights.
    ///
    /// A contact that comes well before the interval's end has gone before the change, so panels are as wide as a
    /// patience there and widen away from it, up to a fifth of a handle time.
    fn nodes(&self, from: f64, to: f64) -> Vec<(f64, f64)> {
        let (longest, least) = (PANEL / self.departures.completion, (to - from) / MOST_PANELS);
        let patience = 1.0 / self.departures.abandonment;
        let mut nodes = Vec::new();
        let mut right = to;
        while right > from {
            let width = patience.max(self.interval.seconds - right).min(longest).max(least);
            let left = if right - from < 1.01 * width { from } else { right - width };
            nodes.extend(
                gauss_legendre().map(|(x, weight)| (left + (right - left) * x, weight * (right - left))).into_iter().rev(),
            );
            right = left;
        }
        nodes.reverse();
        nodes
    }

    fn service(&self, occupation: &Occupation, end: &QueueState, fate: Fate) -> IntervalService {
        let Self { interval, departures, threshold } = self;
        let agents = departures.agents as usize;
        let (mut queued, mut busy) = (0.0, 0.0);
        for (k, time) in occupation.time.iter().enumerate() {
            queued += k.saturating_sub(agents) as f64 * time;
            busy += k.min(agents) as f64 * time;
        }
        let arrivals = interval.arrivals.volume(interval.seconds).max(0.0);
        let waited: f64 = occupation.arrivals.iter().skip(agents).sum();
        let blocked = occupation.arrivals.iter().skip(departures.places).fold(0.0, |sum, arrivals| sum + arrivals);
        let abandoned = departures.abandonment * queued;
        let over = |part: f64| if arrivals > 0.0 { part / arrivals } else { 0.0 };
        let in_time = match threshold.definition {
            ServiceLevelDefinition::ServedAll | ServiceLevelDefinition::Virtual => over(fate.answered),
            ServiceLevelDefinition::HandledOrGone => 1.0 - over(fate.waiting),
            ServiceLevelDefinition::ServedExclShort => share(fate.answered, fate.answered + fate.waiting),
            ServiceLevelDefinition::OfAnswered => share(fate.answered, arrivals - abandoned - blocked),
        };
        let occupancy = match agents {
            0 if arrivals > 0.0 || queued > 0.0 => 1.0,
            0 => 0.0,
            _ => busy / (agents as f64 * interval.seconds),
        };
        IntervalService {
            arrivals,
            wait_probability: over(waited).clamp(0.0, 1.0),
            blocking: over(blocked),
            abandonment: over(abandoned),
            abandoned,
            asa_seconds: over(queued),
            service_level: if arrivals > 0.0 { in_time.clamp(0.0, 1.0) } else { 1.0 },
            mean_queue: queued / interval.seconds,
            occupancy: occupancy.min(1.0),
            end_wait_probability: end.wait_probability(departures.agents),
            end_queue: end.mean_queue(departures.agents),
        }
    }
}

/// part / whole, 0 where nothing is left.
fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
