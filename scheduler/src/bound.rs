//! Lower bound: Lagrangian relaxation of coverage, maximised by the volume algorithm (formulation, section 3).
//!
//! Every evaluation is a valid bound, because pricing is exact. The running average of the priced tours is a fractional
//! roster that guides construction.
//!
//! # Source
//! Barahona, Anbil (2000), "The volume algorithm: producing primal solutions with a subgradient method",
//! Mathematical Programming 87, doi:10.1007/s101070050002.

use rayon::prelude::*;

use crate::alike::Alike;
use crate::coverage::wrap;
use crate::pricing::{PlacedTour, PresenceValues, Pricer};
use crate::problem::{CoverageTerms, RosterProblem};

/// Evaluations without improvement before the step shrinks.
const PATIENCE: u32 = 12;

/// State of the volume algorithm, from which it can go on.
#[derive(Debug, Clone)]
pub(crate) struct Relaxation {
    /// Best multipliers `y_k(t)`: one series a family.
    best_multipliers: Vec<Vec<f64>>,
    /// Largest L(y) so far.
    pub bound: f64,
    /// Interchangeable agents.
    alike: Alike,
    /// Running average of the presence of each group's agents, unscaled, over the intervals.
    presence: Vec<Vec<f32>>,
    /// Factor of `presence`.
    scale: f64,
    /// Average of `R_k(t) - N_k(t)`.
    violation: Vec<Vec<f64>>,
    step: f64,
    weight: f64,
    since_improvement: u32,
    since_checkpoint: (u32, f64),
    /// Evaluations done.
    pub evaluations: u64,
}

/// One evaluation of L(y).
struct Evaluation {
    bound: f64,
    violation: Vec<Vec<f64>>,
    /// Cheapest tour of each group of interchangeable agents.
    tours: Vec<PlacedTour>,
}

impl Relaxation {
    /// Starts from the multipliers of an earlier relaxation, or from prices of its own where they do not fit the problem.
    pub fn starting(problem: &RosterProblem, multipliers: &[Vec<f64>]) -> Self {
        let terms = &problem.coverage;
        let mut relaxation = Self::new(problem);
        let same = |(ours, given): (&Vec<f64>, &Vec<f64>)| ours.len() == given.len() && given.iter().all(|y| y.is_finite());
        let fits = multipliers.len() == relaxation.violation.len() && relaxation.violation.iter().zip(multipliers).all(same);
        if fits {
            relaxation.best_multipliers = multipliers.to_vec();
            project(terms, &mut relaxation.best_multipliers);
        }
        relaxation
    }

    /// Starts from prices that pay for an agent's time where there is demand.
    pub fn new(problem: &RosterProblem) -> Self {
        let terms = &problem.coverage;
        let (mut cost, mut presence) = (0.0, 0.0);
        for agent in &problem.agents {
            for (&duty, cost_of) in problem.shapes[agent.shape].duties.iter().zip(&agent.costs) {
                let duty = &problem.duties[duty as usize];
                cost += cost_of;
                presence += (duty.length - duty.breaks.iter().map(|pause| pause.length).sum::<usize>().min(duty.length)) as f64;
            }
        }
        let price =
            (terms.over as f64 + if presence > 0.0 { cost / presence } else { 0.0 }).min((terms.under + terms.over) as f64);
        let mut best_multipliers = vec![vec![0.0; terms.intervals]; terms.families.len()];
        for (y, &need) in best_multipliers[terms.everyone].iter_mut().zip(&terms.families[terms.everyone]) {
            *y = if need > 0 { price } else { 0.0 };
        }
        terms.add_lambda(&mut best_multipliers, price);
        let alike = Alike::new(problem);
        let violation = best_multipliers.iter().map(|row| vec![0.0; row.len()]).collect();
        Self {
            best_multipliers,
            bound: f64::NEG_INFINITY,
            presence: vec![vec![0.0; terms.intervals]; alike.groups.len()],
            alike,
            scale: 1.0,
            violation,
            step: 0.1,
            weight: 0.1,
            since_improvement: 0,
            since_checkpoint: (0, f64::NEG_INFINITY),
            evaluations: 0,
        }
    }

    /// One step of the volume algorithm towards `target`, an objective the bound will hardly pass.
    pub fn advance(&mut self, problem: &RosterProblem, target: f64) {
        if self.evaluations == 0 {
            let first = evaluate(problem, &self.alike, &self.best_multipliers);
            self.bound = first.bound;
            self.violation.clone_from(&first.violation);
            self.average(problem, &first.tours, 1.0);
            self.evaluations = 1;
            return;
        }
        let norm: f64 = self.violation.iter().flatten().map(|v| v * v).sum();
        let goal = target.max(self.bound + 0.002 * self.bound.abs()) - self.bound;
        let length = self.step * goal / norm.max(1e-9);
        let mut multipliers = self.best_multipliers.clone();
        for (y, v) in multipliers.iter_mut().flatten().zip(self.violation.iter().flatten()) {
            *y += length * v;
        }
        project(&problem.coverage, &mut multipliers);
        let trial = evaluate(problem, &self.alike, &multipliers);
        self.evaluations += 1;
        let share = self.best_share(&trial.violation);
        for (average, fresh) in self.violation.iter_mut().flatten().zip(trial.violation.iter().flatten()) {
            *average += share * (fresh - *average);
        }
        self.average(problem, &trial.tours, share);
        self.judge(&trial, multipliers);
    }

    /// Evaluates L at multipliers from elsewhere, which become the best where the bound is better; returns the tours.
    pub fn probe(&mut self, problem: &RosterProblem, mut multipliers: Vec<Vec<f64>>) -> Vec<PlacedTour> {
        project(&problem.coverage, &mut multipliers);
        let trial = evaluate(problem, &self.alike, &multipliers);
        self.evaluations += 1;
        if trial.bound > self.bound {
            self.bound = trial.bound;
            self.best_multipliers = multipliers;
        }
        self.alike.group.iter().map(|&group| trial.tours[group as usize].clone()).collect()
    }

    /// Takes the trial if it is better, and sets the step by how it went.
    fn judge(&mut self, trial: &Evaluation, multipliers: Vec<Vec<f64>>) {
        if trial.bound > self.bound {
            let along: f64 = self.violation.iter().flatten().zip(trial.violation.iter().flatten()).map(|(a, b)| a * b).sum();
            if along > 0.0 {
                self.step = (self.step * 1.1).min(2.0);
            }
            self.bound = trial.bound;
            self.best_multipliers = multipliers;
            self.since_improvement = 0;
        } else {
            self.since_improvement += 1;
            if self.since_improvement >= PATIENCE {
                self.step = (self.step * 0.7).max(1e-4);
                self.since_improvement = 0;
            }
        }
        self.since_checkpoint.0 += 1;
        if self.since_checkpoint.0 >= 100 {
            if self.bound - self.since_checkpoint.1 < 1e-3 * self.bound.abs() {
                self.weight = (self.weight * 0.7).max(0.005);
            }
            self.since_checkpoint = (0, self.bound);
        }
    }

    /// Weight of the newest tours that makes the average's violation least, within a tenth to all of the upper limit.
    fn best_share(&self, fresh: &[Vec<f64>]) -> f64 {
        let (mut numerator, mut denominator) = (0.0, 0.0);
        for (average, fresh) in self.violation.iter().flatten().zip(fresh.iter().flatten()) {
            numerator += average * (average - fresh);
            denominator += (fresh - average) * (fresh - average);
        }
        let share = if denominator > 0.0 { numerator / denominator } else { self.weight };
        share.clamp(self.weight / 10.0, self.weight)
    }

    fn average(&mut self, problem: &RosterProblem, tours: &[PlacedTour], share: f64) {
        if share >= 1.0 {
            self.presence.iter_mut().for_each(|row| row.fill(0.0));
            self.scale = 1.0;
        } else {
            self.scale *= 1.0 - share;
        }
        let added = (share / self.scale) as f32;
        for (row, tour) in self.presence.iter_mut().zip(tours) {
            tour.for_spans(problem, |from, to| {
                problem.inside(from, to, |span| row[span].iter_mut().for_each(|p| *p += added));
            });
        }
        if self.scale < 1e-12 {
            let scale = self.scale as f32;
            self.presence.iter_mut().flatten().for_each(|p| *p *= scale);
            self.scale = 1.0;
        }
    }

    /// Expected presence of an agent in each interval: the volume algorithm's fractional roster.
    pub fn expected(&self, agent: usize) -> impl Iterator<Item = f64> + '_ {
        self.presence[self.alike.group[agent] as usize].iter().map(|&p| f64::from(p) * self.scale)
    }

    /// Whether the step has become too small to move the bound.
    pub fn stalled(&self) -> bool {
        self.step <= 2e-4
    }

    /// See [`Self::multipliers`].
    pub fn into_multipliers(self) -> Vec<Vec<f64>> {
        self.best_multipliers
    }

    /// The multipliers of the bound: what an agent on contact is worth, family by family.
    pub fn multipliers(&self) -> &[Vec<f64>] {
        &self.best_multipliers
    }
}

/// Values of presence of each class at multipliers y, over the extended horizon.
pub(crate) fn class_values(problem: &RosterProblem, y: &[Vec<f64>]) -> Vec<PresenceValues> {
    let terms = &problem.coverage;
    let values = |families: &u128| {
        let mut value = vec![0.0; problem.extended];
        for (k, series) in y.iter().take(terms.families.len()).enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
            let spare = if k == terms.everyone { terms.over as f64 } else { 0.0 };
            for (value, y) in value.iter_mut().zip(series) {
                *value += y - spare;
            }
        }
        wrap(problem, &mut value);
        PresenceValues::new(problem, &value)
    };
    problem.classes.par_iter().map(values).collect()
}

/// L(y) = Σ y R - over Σ `R_everyone` + Σ min { cost - value } over agents, with the tours that attain it.
fn evaluate(problem: &RosterProblem, alike: &Alike, y: &[Vec<f64>]) -> Evaluation {
    let terms = &problem.coverage;
    let values = class_values(problem, y);
    let priced: Vec<(f64, PlacedTour)> = alike
        .groups
        .par_iter()
        .with_min_len(8)
        .map_init(Pricer::default, |pricer, &(first, _)| {
            let agent = &problem.agents[first];
            let value = pricer.price(problem, agent, &values[agent.class]);
            (value, pricer.tour(problem, agent, &values[agent.class].sums))
        })
        .collect();
    let inner = terms.inner(y);
    let mut bound = inner.value;
    bound +=
        terms.constant as f64 - terms.over as f64 * terms.families[terms.everyone].iter().map(|&r| f64::from(r)).sum::<f64>();
    bound += priced.iter().zip(&alike.groups).map(|((value, _), &(_, members))| value * f64::from(members)).sum::<f64>();
    let mut present = vec![vec![0i32; terms.intervals]; problem.classes.len()];
    for (&(first, members), (_, tour)) in alike.groups.iter().zip(&priced) {
        let row = &mut present[problem.agents[first].class];
        tour.for_spans(problem, |from, to| {
            problem.inside(from, to, |span| row[span].iter_mut().for_each(|n| *n += members as i32));
        });
    }
    let mut violation = inner.wanted;
    for (families, row) in problem.classes.iter().zip(&present) {
        for (_, series) in violation.iter_mut().enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
            for (v, &n) in series.iter_mut().zip(row) {
                *v -= f64::from(n);
            }
        }
    }
    Evaluation { bound, violation, tours: priced.into_iter().map(|(_, tour)| tour).collect() }
}

/// Projects each interval's multipliers onto { y ≥ 0, Σ y ≤ under + over }, the promises' onto their own set.
fn project(terms: &CoverageTerms, multipliers: &mut [Vec<f64>]) {
    let ceiling = (terms.under + terms.over) as f64;
    multipliers.iter_mut().flatten().for_each(|y| *y = y.max(0.0));
    terms.cap_lambda(multipliers);
    let capped: Vec<usize> = (0..terms.families.len()).filter(|&k| !terms.service.has_slot(k)).collect();
    let mut sorted = Vec::with_capacity(capped.len());
    for t in 0..terms.intervals {
        if capped.iter().map(|&k| multipliers[k][t]).sum::<f64>() <= ceiling {
            continue;
        }
        sorted.clear();
        sorted.extend(capped.iter().map(|&k| multipliers[k][t]));
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let (mut sum, mut cut) = (0.0, 0.0);
        for (count, y) in sorted.iter().enumerate() {
            sum += y;
            let candidate = (sum - ceiling) / (count + 1) as f64;
            if y - candidate > 0.0 {
                cut = candidate;
            }
        }
        for &k in &capped {
            multipliers[k][t] = (multipliers[k][t] - cut).max(0.0);
        }
    }
}
