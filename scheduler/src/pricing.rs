//! Exact pricing: an agent's cheapest tour at given values of presence (formulation, section 4).
//!
//! Two steps: every duty is worth its presence with breaks at their cheapest ([`crate::breaks`]); then a dynamic program
//! over days, rule states and readiness classes finds the tour of least cost minus value. The same routine prices for
//! the bound, constructs rosters and answers best responses in the search.

use crate::automaton::NONE;
use crate::breaks::{PresenceSums, place};
use crate::problem::{AgentTerms, Duty, RosterProblem};
use crate::shape::TourShape;

/// One agent's duties over the horizon, breaks placed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct PlacedTour {
    /// Rows of `RosterProblem::duties`, by day.
    pub duties: Vec<u32>,
    /// Break starts (extended intervals) of all duties, one after the other.
    pub breaks: Vec<u32>,
    /// Cost of the tour without coverage, in minor units.
    pub cost: i64,
}

/// One boundary between days: least value by state and readiness class.
#[derive(Debug, Clone, Default)]
struct Boundary {
    classes: usize,
    value: Vec<f64>,
}

/// Scratch space of the pricing; one a thread of work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pricer {
    /// The presence values of the last response.
    presence: PresenceSums,
    /// Value of each duty of the problem, where computed.
    duty_values: Vec<f64>,
    group_best: Vec<(f64, u32)>,
    boundaries: Vec<Boundary>,
    breaks: Vec<f64>,
    chosen: Vec<u32>,
}

/// Values of presence as the pricing needs them: duties' values with breaks at their cheapest.
#[derive(Debug, Clone, Default)]
pub(crate) struct PresenceValues {
    /// Prefix sums over the extended horizon.
    pub sums: Vec<f64>,
    /// Value of each duty of the problem.
    pub duties: Vec<f64>,
}

impl PresenceValues {
    /// Values of all duties at `value[t]` an interval of presence; `value.len() == problem.extended`.
    pub fn new(problem: &RosterProblem, value: &[f64]) -> Self {
        let mut presence = PresenceSums::default();
        presence.set(problem, u64::MAX, value);
        let duties = (0..problem.duties.len()).map(|duty| presence.duty_value(problem, duty)).collect();
        Self { sums: presence.sums, duties }
    }
}

impl Pricer {
    /// Least cost minus value of an agent's tours, with the tour kept for [`Self::tour`].
    ///
    /// Infinite where the agent has no tour.
    pub fn price(&mut self, problem: &RosterProblem, agent: &AgentTerms, values: &PresenceValues) -> f64 {
        self.group_values(&problem.shapes[agent.shape], agent, &values.duties);
        agent.idle_cost as f64 + self.cheapest(&problem.shapes[agent.shape])
    }

    /// As [`Self::price`] at `value[t]` an interval, evaluating only the agent's own duties.
    pub fn respond(&mut self, problem: &RosterProblem, agent: &AgentTerms, value: &[f64]) -> f64 {
        let shape = &problem.shapes[agent.shape];
        self.presence.set(problem, agent.break_kinds, value);
        let mut duty_values = std::mem::take(&mut self.duty_values);
        duty_values.resize(problem.duties.len(), 0.0);
        for &duty in &shape.duties {
            let duty = duty as usize;
            duty_values[duty] = self.presence.duty_value(problem, duty);
        }
        self.group_values(shape, agent, &duty_values);
        self.duty_values = duty_values;
        agent.idle_cost as f64 + self.cheapest(shape)
    }

    /// Best duty of each group.
    fn group_values(&mut self, shape: &TourShape, agent: &AgentTerms, duty_values: &[f64]) {
        self.group_best.clear();
        for group in shape.days.iter().flat_map(|day| &day.groups) {
            let mut best = (f64::INFINITY, 0);
            for &position in &shape.by_group[group.first as usize..group.end as usize] {
                let reduced = agent.costs[position as usize] - duty_values[shape.duties[position as usize] as usize];
                if reduced < best.0 {
                    best = (reduced, position);
                }
            }
            self.group_best.push(best);
        }
    }

    /// The dynamic program over days.
    fn cheapest(&mut self, shape: &TourShape) -> f64 {
        let automaton = &shape.automaton;
        self.chosen.clear();
        if !automaton.has_tour() {
            return f64::INFINITY;
        }
        self.boundaries.resize_with(shape.days.len() + 1, Boundary::default);
        let (classes, ready) = shape.start_classes;
        self.boundaries[0].reset(1, classes);
        self.boundaries[0].value[ready..classes].fill(0.0);
        let mut offset = 0;
        for (d, day) in shape.days.iter().enumerate() {
            let layer = &automaton.layers[d];
            let states = automaton.layers.get(d + 1).map_or(automaton.end_cost.len(), |next| next.off.len());
            let (done, rest) = self.boundaries.split_at_mut(d + 1);
            let (before, after) = (&done[d], &mut rest[0]);
            after.reset(states, day.classes);
            let groups = &self.group_best[offset..offset + day.groups.len()];
            for state in 0..layer.off.len() {
                let row = &before.value[state * before.classes..(state + 1) * before.classes];
                if layer.off[state] != NONE {
                    let next = after.row(layer.off[state]);
                    for (value, &from) in next.iter_mut().zip(&day.off_from) {
                        *value = value.min(row[from as usize]);
                    }
                }
                for (&next, &(first, end)) in layer.work[state * day.by_length.len()..].iter().zip(&day.by_length) {
                    if next == NONE {
                        continue;
                    }
                    let next = after.row(next);
                    let (first, end) = (first as usize, end as usize);
                    for (group, &(best, _)) in day.groups[first..end].iter().zip(&groups[first..end]) {
                        let value = row[group.start_class as usize] + best;
                        let slot = &mut next[group.ready_class as usize];
                        *slot = if value < *slot { value } else { *slot };
                    }
                }
            }
            after.relax();
            offset += day.groups.len();
        }
        self.trace(shape)
    }

    /// Follows the table back from the cheapest end and keeps the duties chosen.
    fn trace(&mut self, shape: &TourShape) -> f64 {
        let last = &self.boundaries[shape.days.len()];
        let mut best = (f64::INFINITY, 0);
        for (state, &cost) in shape.automaton.end_cost.iter().enumerate() {
            let value = last.value[(state + 1) * last.classes - 1] + cost as f64;
            if value < best.0 {
                best = (value, state);
            }
        }
        if best.0 == f64::INFINITY {
            return f64::INFINITY;
        }
        let (mut state, mut class) = (best.1, last.classes - 1);
        let mut offset = self.group_best.len();
        for (d, day) in shape.days.iter().enumerate().rev() {
            offset -= day.groups.len();
            let groups = &self.group_best[offset..offset + day.groups.len()];
            let (from, worked) = self.step_back(shape, d, groups, (state, class));
            self.chosen.extend(worked);
            (state, class) = from;
        }
        self.chosen.reverse();
        best.0
    }

    /// The state and class before day d from which `to` has its value, and the duty worked.
    ///
    /// The same sums in the same order give the same floating-point values, so equality finds the step.
    fn step_back(&self, shape: &TourShape, d: usize, groups: &[(f64, u32)], to: (usize, usize)) -> ((usize, usize), Option<u32>) {
        let (day, layer) = (&shape.days[d], &shape.automaton.layers[d]);
        let (before, after) = (&self.boundaries[d], &self.boundaries[d + 1]);
        let wanted = after.value[to.0 * after.classes + to.1];
        for &(state, length) in &shape.into_state[d][to.0] {
            let row = &before.value[usize::from(state) * before.classes..][..before.classes];
            if length == NONE {
                // Readiness only adds tours, so the latest class holds the least value.
                let class = day.off_from[to.1] as usize;
                if row[class] == wanted {
                    return ((usize::from(state), class), None);
                }
                continue;
            }
            let (first, end) = day.by_length[usize::from(length)];
            let range = first as usize..end as usize;
            for (group, &(best, position)) in day.groups[range.clone()].iter().zip(&groups[range]) {
                if group.ready_class as usize <= to.1 && row[group.start_class as usize] + best == wanted {
                    return ((usize::from(state), group.start_class as usize), Some(position));
                }
            }
        }
        debug_assert!(layer.off.is_empty(), "every finite value of the table has a step that leads to it");
        (to, None)
    }

    /// The tour of the last pricing, breaks at their cheapest for `sums`.
    pub fn tour(&mut self, problem: &RosterProblem, agent: &AgentTerms, sums: &[f64]) -> PlacedTour {
        let shape = &problem.shapes[agent.shape];
        let mut tour = PlacedTour::default();
        let mut cost = 0.0;
        for &position in &self.chosen {
            let duty = shape.duties[position as usize];
            cost += agent.costs[position as usize];
            tour.duties.push(duty);
            place(&problem.duties[duty as usize], sums, &mut self.breaks, &mut tour.breaks);
        }
        tour.cost = agent.idle_cost + cost as i64 + split_cost(shape, problem, &tour.duties);
        tour
    }

    /// The tour of the last [`Self::respond`].
    pub fn response(&mut self, problem: &RosterProblem, agent: &AgentTerms) -> PlacedTour {
        let sums = std::mem::take(&mut self.presence.sums);
        let tour = self.tour(problem, agent, &sums);
        self.presence.sums = sums;
        tour
    }
}

/// Price of the end state that `duties` lead to.
fn split_cost(shape: &TourShape, problem: &RosterProblem, duties: &[u32]) -> i64 {
    let mut worked = duties.iter().map(|&duty| &problem.duties[duty as usize]).peekable();
    let mut state = 0usize;
    for (d, layer) in shape.automaton.layers.iter().enumerate() {
        let next = match worked.next_if(|duty: &&Duty| duty.day == d) {
            Some(duty) => {
                let length = layer.lengths.binary_search(&duty.paid_minutes).expect("a priced duty's length is in its layer");
                layer.work[state * layer.lengths.len() + length]
            }
            None => layer.off[state],
        };
        state = usize::from(next);
    }
    shape.automaton.end_cost[state]
}

impl Boundary {
    fn reset(&mut self, states: usize, classes: usize) {
        self.classes = classes;
        self.value.clear();
        self.value.resize(states * classes, f64::INFINITY);
    }

    #[inline]
    fn row(&mut self, state: u16) -> &mut [f64] {
        let classes = self.classes;
        &mut self.value[usize::from(state) * classes..][..classes]
    }

    /// Whoever is ready early is ready later too.
    fn relax(&mut self) {
        for values in self.value.chunks_exact_mut(self.classes) {
            let mut least = f64::INFINITY;
            for value in values {
                least = least.min(*value);
                *value = least;
            }
        }
    }
}

impl PlacedTour {
    /// Calls `present` with each span of extended intervals `from..to` on contact.
    pub fn for_spans(&self, problem: &RosterProblem, mut present: impl FnMut(usize, usize)) {
        let mut breaks = self.breaks.iter();
        for &duty in &self.duties {
            let duty = &problem.duties[duty as usize];
            let mut from = duty.first;
            for pause in &duty.breaks {
                let start = *breaks.next().expect("a tour holds one start for each break") as usize;
                if from < start {
                    present(from, start);
                }
                from = from.max(start + pause.length);
            }
            if from < duty.first + duty.length {
                present(from, duty.first + duty.length);
            }
        }
    }
}
