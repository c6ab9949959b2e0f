//! Adjustments: the smallest changes of a roster, thousands for the price of one best response.
//!
//! A break moves inside its window; a duty gives way to another on its day, or moves to a day off; two agents exchange
//! their duties of a day. Rules are kept by walking the changed tour ([`crate::walk`]), the change in cost is that of the
//! duty taken out and the duty put in. Best responses find whole weeks; adjustments fit them to each other.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::breaks::place;
use crate::construction::Incumbent;
use crate::pricing::PlacedTour;
use crate::problem::RosterProblem;
use crate::walk::ShapeSteps;

/// Scratch space of adjustments; one a search.
#[derive(Debug, Clone, Default)]
pub(crate) struct Adjuster {
    duties: Vec<u32>,
    other: Vec<u32>,
    out: PlacedTour,
    put: PlacedTour,
    sums: Vec<f64>,
    table: Vec<f64>,
}

/// The worked duty an adjustment is about.
#[derive(Debug, Clone, Copy)]
struct Spot {
    agent: usize,
    /// Row of the tour's duties.
    row: usize,
    /// First of its breaks in the tour's breaks.
    at: usize,
}

/// Agents whose tours an accepted adjustment changed.
pub(crate) type Changed = [Option<usize>; 2];

impl Adjuster {
    /// Tries one adjustment and keeps it if the roster becomes dearer by at most `limit`; returns whose tours changed.
    pub fn try_one(
        &mut self,
        (problem, steps): (&RosterProblem, &[ShapeSteps]),
        current: &mut Incumbent,
        limit: f64,
        rng: &mut ChaCha8Rng,
    ) -> Changed {
        let agent = rng.random_range(0..current.tours.len());
        let tour = &current.tours[agent];
        if tour.duties.is_empty() {
            return [None, None];
        }
        let row = rng.random_range(0..tour.duties.len());
        let before = tour.duties[..row].iter().map(|&duty| problem.duties[duty as usize].breaks.len()).sum();
        let spot = Spot { agent, row, at: before };
        let context = (problem, steps);
        match rng.random_range(0..16u32) {
            0..8 => [move_break(problem, current, (spot, limit), rng).then_some(agent), None],
            8..12 => [self.change_duty(context, current, (spot, limit), rng).then_some(agent), None],
            12..14 => [self.change_day(context, current, (spot, limit), rng).then_some(agent), None],
            _ => self.exchange(context, current, (spot, limit), rng),
        }
    }

    /// Another duty on the same day: of the same length mostly, so that the week's minutes stay.
    fn change_duty(
        &mut self,
        context: (&RosterProblem, &[ShapeSteps]),
        current: &mut Incumbent,
        (spot, limit): (Spot, f64),
        rng: &mut ChaCha8Rng,
    ) -> bool {
        let (problem, steps) = context;
        let worked = current.tours[spot.agent].duties[spot.row];
        let duty = &problem.duties[worked as usize];
        let lengths = steps[problem.agents[spot.agent].shape].of_day(duty.day);
        let same = lengths.iter().find(|duties| duties.binary_search(&worked).is_ok());
        let pick = if rng.random_range(0..4u32) > 0 { same } else { lengths.get(rng.random_range(0..lengths.len())) };
        let Some(choices) = pick.filter(|choices| !choices.is_empty()) else { return false };
        let choice = choices[rng.random_range(0..choices.len())];
        choice != worked && self.replace(context, current, (spot, choice, limit))
    }

    /// The same kind of duty on a day off instead.
    fn change_day(
        &mut self,
        context: (&RosterProblem, &[ShapeSteps]),
        current: &mut Incumbent,
        (spot, limit): (Spot, f64),
        rng: &mut ChaCha8Rng,
    ) -> bool {
        let (problem, steps) = context;
        let tour = &current.tours[spot.agent];
        let duty = &problem.duties[tour.duties[spot.row] as usize];
        let shape = problem.agents[spot.agent].shape;
        let day = rng.random_range(0..problem.shapes[shape].days.len());
        if tour.duties.iter().any(|&duty| problem.duties[duty as usize].day == day) {
            return false;
        }
        let same =
            |duties: &&Vec<u32>| duties.first().is_some_and(|&d| problem.duties[d as usize].paid_minutes == duty.paid_minutes);
        let Some(choices) = steps[shape].of_day(day).iter().find(same) else { return false };
        let choice = choices[rng.random_range(0..choices.len())];
        self.replace(context, current, (spot, choice, limit))
    }

    /// Puts `choice` in the place of the duty at `spot`, breaks at their cheapest.
    fn replace(
        &mut self,
        (problem, steps): (&RosterProblem, &[ShapeSteps]),
        current: &mut Incumbent,
        (spot, choice, limit): (Spot, u32, f64),
    ) -> bool {
        let agent = &problem.agents[spot.agent];
        let tour = &current.tours[spot.agent];
        self.duties.clear();
        self.duties.extend(tour.duties.iter().enumerate().filter(|&(row, _)| row != spot.row).map(|(_, &duty)| duty));
        let day = problem.duties[choice as usize].day;
        let row = self.duties.partition_point(|&duty| problem.duties[duty as usize].day < day);
        self.duties.insert(row, choice);
        let Some(cost) = steps[agent.shape].cost(problem, agent, &self.duties) else { return false };
        let dearer = cost - tour.cost;
        self.take(current, problem, spot);
        let mut change = dearer + current.coverage.remove(problem, agent.class, &self.out);
        let duty = &problem.duties[choice as usize];
        current.coverage.sum_values(problem, agent.class, duty.first..duty.first + duty.length, &mut self.sums);
        self.put.duties.clear();
        self.put.breaks.clear();
        self.put.duties.push(choice);
        place(duty, &self.sums, &mut self.table, &mut self.put.breaks);
        change += current.coverage.add(problem, agent.class, &self.put);
        if change as f64 > limit {
            current.coverage.remove(problem, agent.class, &self.put);
            current.coverage.add(problem, agent.class, &self.out);
            return false;
        }
        let tour = &mut current.tours[spot.agent];
        tour.breaks.drain(spot.at..spot.at + self.out.breaks.len());
        let at = self.duties[..row].iter().map(|&duty| problem.duties[duty as usize].breaks.len()).sum::<usize>();
        tour.breaks.splice(at..at, self.put.breaks.iter().copied());
        tour.duties.clone_from(&self.duties);
        tour.cost = cost;
        current.cost += change;
        true
    }

    /// Exchanges the duties two agents work on the same day, breaks included.
    fn exchange(
        &mut self,
        (problem, steps): (&RosterProblem, &[ShapeSteps]),
        current: &mut Incumbent,
        (spot, limit): (Spot, f64),
        rng: &mut ChaCha8Rng,
    ) -> Changed {
        let (one, two) = (spot.agent, rng.random_range(0..current.tours.len()));
        let mine = current.tours[one].duties[spot.row];
        let day = problem.duties[mine as usize].day;
        let row = current.tours[two].duties.partition_point(|&duty| problem.duties[duty as usize].day < day);
        let Some(&theirs) = current.tours[two].duties.get(row) else { return [None, None] };
        if one == two || theirs == mine || problem.duties[theirs as usize].day != day {
            return [None, None];
        }
        self.duties.clone_from(&current.tours[one].duties);
        self.duties[spot.row] = theirs;
        self.other.clone_from(&current.tours[two].duties);
        self.other[row] = mine;
        let (first, second) = (&problem.agents[one], &problem.agents[two]);
        let Some(cost_one) = steps[first.shape].cost(problem, first, &self.duties) else { return [None, None] };
        let Some(cost_two) = steps[second.shape].cost(problem, second, &self.other) else { return [None, None] };
        let mut change = cost_one + cost_two - current.tours[one].cost - current.tours[two].cost;
        self.take(current, problem, spot);
        let at = current.tours[two].duties[..row].iter().map(|&duty| problem.duties[duty as usize].breaks.len()).sum();
        std::mem::swap(&mut self.out, &mut self.put);
        self.take(current, problem, Spot { agent: two, row, at });
        std::mem::swap(&mut self.out, &mut self.put);
        if first.class != second.class {
            change += current.coverage.remove(problem, first.class, &self.out);
            change += current.coverage.remove(problem, second.class, &self.put);
            change += current.coverage.add(problem, first.class, &self.put);
            change += current.coverage.add(problem, second.class, &self.out);
        }
        if change as f64 > limit {
            if first.class != second.class {
                current.coverage.remove(problem, first.class, &self.put);
                current.coverage.remove(problem, second.class, &self.out);
                current.coverage.add(problem, first.class, &self.out);
                current.coverage.add(problem, second.class, &self.put);
            }
            return [None, None];
        }
        for (spot, duties, cost, gone, come) in [
            (spot, &self.duties, cost_one, &self.out, &self.put),
            (Spot { agent: two, row, at }, &self.other, cost_two, &self.put, &self.out),
        ] {
            let tour = &mut current.tours[spot.agent];
            tour.breaks.splice(spot.at..spot.at + gone.breaks.len(), come.breaks.iter().copied());
            tour.duties.clone_from(duties);
            tour.cost = cost;
        }
        current.cost += change;
        [Some(one), Some(two)]
    }

    /// Copies the duty at `spot` to `out`.
    fn take(&mut self, current: &Incumbent, problem: &RosterProblem, spot: Spot) {
        let tour = &current.tours[spot.agent];
        let duty = tour.duties[spot.row];
        self.out.duties.clear();
        self.out.duties.push(duty);
        self.out.breaks.clear();
        self.out.breaks.extend_from_slice(&tour.breaks[spot.at..spot.at + problem.duties[duty as usize].breaks.len()]);
    }
}

/// Moves a break inside its window, between its neighbours.
fn move_break(problem: &RosterProblem, current: &mut Incumbent, (spot, limit): (Spot, f64), rng: &mut ChaCha8Rng) -> bool {
    let tour = &current.tours[spot.agent];
    let duty = &problem.duties[tour.duties[spot.row] as usize];
    if duty.breaks.is_empty() {
        return false;
    }
    let b = rng.random_range(0..duty.breaks.len());
    let starts = &tour.breaks[spot.at..spot.at + duty.breaks.len()];
    let pause = &duty.breaks[b];
    let from = if b == 0 { pause.earliest } else { pause.earliest.max(starts[b - 1] as usize + duty.breaks[b - 1].length) };
    let to = starts.get(b + 1).map_or(pause.latest, |&next| pause.latest.min((next as usize).saturating_sub(pause.length)));
    if from >= to {
        return false;
    }
    let start = rng.random_range(from..to) as u32;
    let start = if start >= starts[b] { start + 1 } else { start };
    let class = problem.agents[spot.agent].class;
    let (old, new) = (starts[b] as usize, start as usize);
    let (old, new) = (old..old + pause.length, new..new + pause.length);
    let coverage = &mut current.coverage;
    let change = coverage.come(problem, class, old.clone()) + coverage.leave(problem, class, new.clone());
    if change as f64 > limit {
        coverage.come(problem, class, new);
        coverage.leave(problem, class, old);
        return false;
    }
    current.tours[spot.agent].breaks[spot.at + b] = start;
    current.cost += change;
    true
}
