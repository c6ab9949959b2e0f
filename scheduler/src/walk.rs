//! A tour walked day by day through its shape: whether an agent may work it, and at what cost.
//!
//! Pricing finds tours that keep every rule by construction. Tours that come from elsewhere, such as an edited roster or a
//! small change of a duty, are walked: rules (4) to (7) by the automaton, rest (8) by readiness classes, breaks (9) one by one.

use crate::automaton::NONE;
use crate::pricing::PlacedTour;
use crate::problem::{AgentTerms, Duty, RosterProblem};
use crate::shape::TourShape;

/// What working a duty does to the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    /// Paid length, as row of the automaton's layer.
    length: u16,
    /// Latest readiness class before the day that may start it.
    start_class: u16,
    /// Readiness class after the day.
    ready_class: u16,
}

/// The steps of a shape's duties, and the duties of each day and length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShapeSteps {
    /// By position in `TourShape::duties`; `None` where the agent is never rested in time.
    steps: Vec<Option<Step>>,
    /// Rows of `RosterProblem::duties` that can be worked, by day and then by length.
    by_length: Vec<Vec<Vec<u32>>>,
}

impl ShapeSteps {
    /// The steps of one shape.
    pub fn new(shape: &TourShape) -> Self {
        let mut steps = vec![None; shape.duties.len()];
        let mut by_length = Vec::with_capacity(shape.days.len());
        for day in &shape.days {
            let mut of_day = Vec::with_capacity(day.by_length.len());
            for (length, &(first, end)) in day.by_length.iter().enumerate() {
                let mut duties = Vec::new();
                for group in &day.groups[usize::from(first)..usize::from(end)] {
                    let step = Step { length: length as u16, start_class: group.start_class, ready_class: group.ready_class };
                    for &position in &shape.by_group[group.first as usize..group.end as usize] {
                        steps[position as usize] = Some(step);
                        duties.push(shape.duties[position as usize]);
                    }
                }
                duties.sort_unstable();
                of_day.push(duties);
            }
            by_length.push(of_day);
        }
        Self { steps, by_length }
    }

    /// Duties of a day, by paid length.
    pub fn of_day(&self, day: usize) -> &[Vec<u32>] {
        &self.by_length[day]
    }

    /// Cost of working `duties` (one a day at most, ascending by day), coverage aside; `None` where a rule is broken.
    pub fn cost(&self, problem: &RosterProblem, agent: &AgentTerms, duties: &[u32]) -> Option<i64> {
        let shape = &problem.shapes[agent.shape];
        let mut worked = duties.iter().copied().peekable();
        let (mut state, mut class, mut cost) = (0usize, shape.start_classes.1 as u16, agent.idle_cost);
        for ((d, day), layer) in shape.days.iter().enumerate().zip(&shape.automaton.layers) {
            let next = if let Some(duty) = worked.next_if(|&duty| problem.duties[duty as usize].day == d) {
                let position = shape.duties.binary_search(&duty).ok()?;
                let step = self.steps[position].filter(|step| class <= step.start_class)?;
                cost += agent.costs[position] as i64;
                class = step.ready_class;
                layer.work.get(state * layer.lengths.len() + usize::from(step.length)).copied()
            } else {
                class = day.off_from.partition_point(|&from| from < class) as u16;
                layer.off.get(state).copied()
            };
            state = next.filter(|&next| next != NONE).map(usize::from)?;
            if usize::from(class) >= day.classes {
                return None;
            }
        }
        worked.next().is_none().then(|| cost + shape.automaton.end_cost[state])
    }
}

/// The tour with its cost counted anew, or `None` where a rule or a break's window is broken.
pub(crate) fn recounted(problem: &RosterProblem, agent: &AgentTerms, tour: &PlacedTour) -> Option<PlacedTour> {
    let mut breaks = tour.breaks.iter().map(|&start| start as usize);
    for &duty in &tour.duties {
        if !breaks_fit(problem.duties.get(duty as usize)?, &mut breaks) {
            return None;
        }
    }
    let cost = ShapeSteps::new(&problem.shapes[agent.shape]).cost(problem, agent, &tour.duties)?;
    breaks.next().is_none().then(|| PlacedTour { cost, ..tour.clone() })
}

/// Whether the next of `starts` place a duty's breaks: in their windows, in order, none overlapping.
fn breaks_fit(duty: &Duty, starts: &mut impl Iterator<Item = usize>) -> bool {
    let mut free = duty.first;
    duty.breaks.iter().all(|pause| {
        let fits = |start: usize| free <= start && (pause.earliest..=pause.latest).contains(&start);
        starts.next().filter(|&start| fits(start)).is_some_and(|start| {
            free = start + pause.length;
            true
        })
    })
}
