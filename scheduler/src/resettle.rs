//! Breaks of shifts that stay go back to where they were, unless moving them pays.

use crate::coverage::Coverage;
use crate::pricing::PlacedTour;
use crate::problem::RosterProblem;
use crate::start::Start;

/// Puts the breaks of each kept duty back where `start` has them, duty by duty, where that costs at most `price` for each
/// break moved back; returns how many breaks of kept duties were elsewhere before.
///
/// A tour whose duties are those of the start keeps its cost without coverage, so only coverage is weighed; pay that
/// depends on where unpaid breaks lie is counted afterwards, with the shifts as placed.
pub(crate) fn settle_breaks(problem: &RosterProblem, start: &Start, tours: &mut [PlacedTour], price: i64) -> i64 {
    let mut coverage = Coverage::empty(problem);
    for (agent, tour) in problem.agents.iter().zip(&*tours) {
        coverage.add(problem, agent.class, tour);
    }
    let moved = pass(problem, start, (&mut *tours, &mut coverage), price);
    // What one duty's breaks left behind may let another's go back.
    pass(problem, start, (tours, &mut coverage), price);
    moved
}

/// One pass over all duties; returns how many breaks of kept duties were elsewhere before it.
fn pass(problem: &RosterProblem, start: &Start, (tours, coverage): (&mut [PlacedTour], &mut Coverage), price: i64) -> i64 {
    let mut moved = 0;
    for ((agent, tour), before) in problem.agents.iter().zip(tours).zip(&start.tours) {
        let Some(before) = before else { continue };
        let kept = (0..tour.duties.len()).filter_map(|at| {
            let old = before.duties.iter().position(|&duty| duty == tour.duties[at])?;
            Some((at, old))
        });
        for (at, old) in kept.collect::<Vec<_>>() {
            let (now, then) = (breaks_of(problem, tour, at), breaks_of(problem, before, old));
            let apart = |tour: &PlacedTour| {
                tour.breaks[now.clone()].iter().zip(&before.breaks[then.clone()]).filter(|(one, other)| one != other).count()
            };
            let away = apart(tour) as i64;
            if away == 0 {
                continue;
            }
            moved += away;
            let mut back = tour.clone();
            back.breaks[now.clone()].copy_from_slice(&before.breaks[then.clone()]);
            let change = coverage.remove(problem, agent.class, tour) + coverage.add(problem, agent.class, &back);
            if change <= price * away {
                *tour = back;
            } else {
                coverage.remove(problem, agent.class, &back);
                coverage.add(problem, agent.class, tour);
            }
        }
    }
    moved
}

/// Where the breaks of the tour's duty number `at` stand among its breaks.
fn breaks_of(problem: &RosterProblem, tour: &PlacedTour, at: usize) -> std::ops::Range<usize> {
    let count = |duty: &u32| problem.duties[*duty as usize].breaks.len();
    let first: usize = tour.duties[..at].iter().map(count).sum();
    first..first + count(&tour.duties[at])
}
