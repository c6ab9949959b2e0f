//! Exact pricing: an agent's cheapest tour at given values of presence (formulation, section 4).
//!
//! Two steps: every duty is worth its presence with breaks at their cheapest ([`crate::breaks`]); then a dynamic program
//! over days, rule states and readiness classes finds the tour of least cost minus value. The same routine prices for
//! the bound, constructs rosters and answers best responses in the search.

use crate::automaton::NONE;
use crate::breaks::{duty_value, place, prefix_sums};
use crate::problem::{AgentTerms, Duty, RosterProblem};
use crate::shape::TourShape;

/// One agent's duties over the horizon, breaks placed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PlacedTour {
    /// Rows of `RosterProblem::duties`, by day.
    pub duties: Vec<u32>,
    /// Break starts (extended intervals) of all duties, one after the other.
    pub breaks: Vec<u32>,
    /// Cost of the tour without coverage, in minor units.
    pub cost: i64,
}

/// Where a value of the table came from.
#[derive(Debug, Clone, Copy)]
struct Step {
    state: u16,
    class: u16,
    /// Group worked, or `NONE` for a day off.
    group: u16,
}

/// One boundary between days: least value by state and readiness class.
#[derive(Debug, Clone, Default)]
struct Boundary {
    classes: usize,
    value: Vec<f64>,
    from: Vec<Step>,
}

/// Scratch space of the pricing; one a thread of work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pricer {
    /// Prefix sums of the presence values over the extended horizon.
    pub sums: Vec<f64>,
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
        let mut sums = Vec::new();
        prefix_sums(value, &mut sums);
        let mut scratch = Vec::new();
        let duties = problem.duties.iter().map(|duty| duty_value(duty, &sums, &mut scratch)).collect();
        Self { sums, duties }
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

    /// As [`Self::price`] at `value[t]` an interval, evaluating only the agent's own duties; `noise` blurs their values.
    pub fn respond(&mut self, problem: &RosterProblem, agent: &AgentTerms, value: &[f64], mut noise: impl FnMut() -> f64) -> f64 {
        let shape = &problem.shapes[agent.shape];
        prefix_sums(value, &mut self.sums);
        let mut duty_values = std::mem::take(&mut self.duty_values);
        duty_values.resize(problem.duties.len(), 0.0);
        for &duty in &shape.duties {
            let duty = duty as usize;
            duty_values[duty] = duty_value(&problem.duties[duty], &self.sums, &mut self.breaks) + noise();
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
                    for (class, &from) in day.off_from.iter().enumerate() {
                        let step = Step { state: state as u16, class: from, group: NONE };
                        after.offer(layer.off[state], class, row[from as usize], step);
                    }
                }
                for (&next, &(first, end)) in layer.work[state * day.by_length.len()..].iter().zip(&day.by_length) {
                    if next == NONE {
                        continue;
                    }
                    for index in first..end {
                        let group = &day.groups[index as usize];
                        let step = Step { state: state as u16, class: group.start_class, group: index };
                        let value = row[group.start_class as usize] + groups[index as usize].0;
                        after.offer(next, group.ready_class as usize, value, step);
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
            let boundary = &self.boundaries[d + 1];
            let step = boundary.from[state * boundary.classes + class];
            offset -= day.groups.len();
            if step.group != NONE {
                self.chosen.push(self.group_best[offset + step.group as usize].1);
            }
            (state, class) = (step.state as usize, step.class as usize);
        }
        self.chosen.reverse();
        best.0
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
        let sums = std::mem::take(&mut self.sums);
        let tour = self.tour(problem, agent, &sums);
        self.sums = sums;
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
        self.from.resize(states * classes, Step { state: NONE, class: NONE, group: NONE });
    }

    #[inline]
    fn offer(&mut self, state: u16, class: usize, value: f64, step: Step) {
        let at = usize::from(state) * self.classes + class;
        if value < self.value[at] {
            self.value[at] = value;
            self.from[at] = step;
        }
    }

    /// Whoever is ready early is ready later too.
    fn relax(&mut self) {
        for (values, steps) in self.value.chunks_exact_mut(self.classes).zip(self.from.chunks_exact_mut(self.classes)) {
            for class in 1..values.len() {
                if values[class - 1] < values[class] {
                    values[class] = values[class - 1];
                    steps[class] = steps[class - 1];
                }
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
