//! Breaks of shifts that stay: back to where they were, unless moving them pays.
//!
//! The search places every break where it is cheapest, and many places are equally cheap. Afterwards the breaks of kept
//! duties start from where they were, and those alone move that save more than the price of moving them.

use crate::breaks::{place, prefix_sums};
use crate::coverage::Coverage;
use crate::pricing::PlacedTour;
use crate::problem::{AgentTerms, RosterProblem};
use crate::start::Start;

/// Sweeps over all duties at most.
const SWEEPS: usize = 4;

/// Puts the breaks of kept duties back where `start` has them as far as that costs at most `price` for each break; the
/// dearer of the rosters before and after, the price of moved breaks counted, is dropped.
///
/// A tour whose duties are those of the start keeps its cost without coverage, so only coverage is weighed; pay that
/// depends on where unpaid breaks lie is counted afterwards, with the shifts as placed. Returns how many breaks of kept
/// duties were elsewhere before.
pub(crate) fn settle_breaks(problem: &RosterProblem, start: &Start, tours: &mut Vec<PlacedTour>, price: i64) -> i64 {
    if start.tours.len() != tours.len() {
        return 0;
    }
    let away: i64 = tours.iter().zip(&start.tours).map(|(tour, before)| moved(problem, tour, before.as_ref())).sum();
    let mut settled = Settled::new(problem, tours, start, price);
    for _ in 0..SWEEPS {
        if !settled.sweep() {
            break;
        }
    }
    let (kept, held) = (cost(problem, tours) + price * away, settled.cost());
    if held <= kept {
        *tours = settled.tours;
    }
    away
}

/// Coverage cost of tours.
fn cost(problem: &RosterProblem, tours: &[PlacedTour]) -> i64 {
    let mut coverage = Coverage::empty(problem);
    for (agent, tour) in problem.agents.iter().zip(tours) {
        coverage.add(problem, agent.class, tour);
    }
    coverage.cost()
}

/// Tours whose kept duties have their breaks back, and what moves again.
struct Settled<'a> {
    problem: &'a RosterProblem,
    start: &'a Start,
    price: i64,
    coverage: Coverage,
    tours: Vec<PlacedTour>,
}

impl<'a> Settled<'a> {
    fn new(problem: &'a RosterProblem, tours: &[PlacedTour], start: &'a Start, price: i64) -> Self {
        let mut coverage = Coverage::empty(problem);
        let back = problem.agents.iter().zip(tours).zip(&start.tours).map(|((agent, tour), before)| {
            let mut back = tour.clone();
            for (at, old) in before.iter().flat_map(|before| kept(tour, before)) {
                let before = before.as_ref().expect("a kept duty is one of the start's");
                back.breaks[breaks_of(problem, tour, at)].copy_from_slice(&before.breaks[breaks_of(problem, before, old)]);
            }
            coverage.add(problem, agent.class, &back);
            back
        });
        let tours = back.collect();
        Self { problem, start, price, coverage, tours }
    }

    fn cost(&self) -> i64 {
        let moved: i64 =
            self.tours.iter().zip(&self.start.tours).map(|(t, before)| moved(self.problem, t, before.as_ref())).sum();
        self.coverage.cost() + self.price * moved
    }

    /// Lets the breaks of each duty take their cheapest places where that pays; returns whether any did.
    fn sweep(&mut self) -> bool {
        let (mut with, mut value, mut sums) = (Vec::new(), Vec::new(), Vec::new());
        let mut any = false;
        for (i, agent) in self.problem.agents.iter().enumerate() {
            for at in 0..self.tours[i].duties.len() {
                if self.problem.duties[self.tours[i].duties[at] as usize].breaks.is_empty() {
                    continue;
                }
                self.coverage.remove(self.problem, agent.class, &self.tours[i]);
                self.coverage.values(self.problem, agent.class, &mut with, &mut value);
                self.coverage.add(self.problem, agent.class, &self.tours[i]);
                prefix_sums(&value, &mut sums);
                any |= self.replace(i, agent, at, &sums);
            }
        }
        any
    }

    /// Places the breaks of one duty at their cheapest, breaks that stay where they were first, where that pays.
    fn replace(&mut self, i: usize, agent: &AgentTerms, at: usize, sums: &[f64]) -> bool {
        let (problem, before) = (self.problem, self.start.tours[i].as_ref());
        let mut starts = Vec::new();
        place(&problem.duties[self.tours[i].duties[at] as usize], sums, &mut Vec::new(), &mut starts);
        let range = breaks_of(problem, &self.tours[i], at);
        let mut any = false;
        // All breaks of the duty together, then one by one: often a single one is worth moving.
        for number in 0..=starts.len() {
            let mut tour = self.tours[i].clone();
            match number {
                0 => tour.breaks[range.clone()].copy_from_slice(&starts),
                _ => tour.breaks[range.start + number - 1] = starts[number - 1],
            }
            if tour.breaks == self.tours[i].breaks || !in_order(problem, &tour, at) {
                continue;
            }
            let change = self.coverage.remove(problem, agent.class, &self.tours[i])
                + self.coverage.add(problem, agent.class, &tour)
                + self.price * (moved(problem, &tour, before) - moved(problem, &self.tours[i], before));
            if change < 0 {
                self.tours[i] = tour;
                any = true;
            } else {
                self.coverage.remove(problem, agent.class, &tour);
                self.coverage.add(problem, agent.class, &self.tours[i]);
            }
        }
        any
    }
}

/// Whether the breaks of a duty follow one another.
fn in_order(problem: &RosterProblem, tour: &PlacedTour, at: usize) -> bool {
    let starts = &tour.breaks[breaks_of(problem, tour, at)];
    let pauses = &problem.duties[tour.duties[at] as usize].breaks;
    starts.windows(2).zip(pauses).all(|(pair, pause)| pair[0] as usize + pause.length <= pair[1] as usize)
}

/// Duties of a tour that it had before: their places in it and in the tour before.
fn kept<'t>(tour: &'t PlacedTour, before: &'t PlacedTour) -> impl Iterator<Item = (usize, usize)> + 't {
    tour.duties.iter().enumerate().filter_map(|(at, duty)| Some((at, before.duties.iter().position(|old| old == duty)?)))
}

/// Breaks of kept duties that are elsewhere.
fn moved(problem: &RosterProblem, tour: &PlacedTour, before: Option<&PlacedTour>) -> i64 {
    let Some(before) = before else { return 0 };
    let apart = |(at, old)| {
        let (now, then) = (&tour.breaks[breaks_of(problem, tour, at)], &before.breaks[breaks_of(problem, before, old)]);
        now.iter().zip(then).filter(|(now, then)| now != then).count() as i64
    };
    kept(tour, before).map(apart).sum()
}

/// Where the breaks of the tour's duty number `at` stand among its breaks.
fn breaks_of(problem: &RosterProblem, tour: &PlacedTour, at: usize) -> std::ops::Range<usize> {
    let count = |duty: &u32| problem.duties[*duty as usize].breaks.len();
    let first: usize = tour.duties[..at].iter().map(count).sum();
    first..first + count(&tour.duties[at])
}
