//! Agents placed by interval so that promises over a day or a week hold at least cost.
//!
//! | symbol | meaning |
//! |---|---|
//! | n(t), f(t), c(t) | agents, least agents and price of an agent in interval t |
//! | s(k, t, n) | surplus of limit k in interval t with n agents, see [`crate::promise::Limit::surplus`] |
//!
//! (1) minimise Σ c(t) n(t) subject to Σ s(k, t, n(t)) ≥ 0 for every limit k and n(t) ≥ f(t).
//!
//! Each s is replaced by its upper concave envelope over n ≥ f(t). For one limit the steps of the envelopes in order of
//! surplus gained for their price then solve the linear relaxation of (1) (a continuous knapsack), so its cost is a lower
//! bound, and the greedy answer is dearer by one step at most: the last, of which the relaxation takes only a part. With
//! several limits a step counts for the part of every limit's remaining deficit that it closes; then agents that no limit
//! needs are let go, the dearest first. The largest of the limits' own relaxations stays a lower bound.
//!
//! Limits that share no interval are solved apart: the days of a daily promise each on their own.
//!
//! # Source
//! Fox (1966), Management Science 13(3), for marginal allocation; Koole, van der Sluis (2003), IIE Transactions 35(11),
//! for staffing to an overall service level; Dobson (1982), Mathematics of Operations Research 7(4), for several limits.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Deficit of a limit that counts as none, in contacts or contact-seconds.
const CLOSED: f64 = 1e-9;

/// What can be chosen in one interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// f: fewest agents.
    pub floor: u32,
    /// Agents between two entries of `surplus`.
    pub step: u32,
    /// c: price of an agent, above 0.
    pub price: f64,
    /// Limits that the interval counts for.
    pub limits: Vec<usize>,
    /// s by limit, in the order of `limits`: entry i with `floor + i * step` agents; all of one length, 1 or more.
    pub surplus: Vec<Vec<f64>>,
}

/// An answer to (1).
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    /// n by interval.
    pub agents: Vec<u32>,
    /// Σ c n.
    pub cost: f64,
    /// No choice costs less.
    pub bound: f64,
    /// Limits that even the most agents do not keep.
    pub broken: Vec<usize>,
}

/// Solves (1) for limits numbered from 0 to `limits`.
pub fn cover(choices: &[Choice], limits: usize) -> Covered {
    let mut chosen = vec![0_usize; choices.len()];
    let mut bound: f64 = choices.iter().map(|choice| f64::from(choice.floor) * choice.price).sum();
    let mut broken = Vec::new();
    for (intervals, limits) in components(choices, limits) {
        let part = Part { choices, intervals, limits };
        bound += part.limits.iter().map(|&limit| part.relaxed_cost(limit)).fold(0.0, f64::max);
        broken.extend(part.fill(&mut chosen));
        part.trim(&mut chosen);
    }
    let agents: Vec<u32> = choices.iter().zip(&chosen).map(|(choice, &i)| choice.floor + i as u32 * choice.step).collect();
    let cost = choices.iter().zip(&agents).map(|(choice, &agents)| f64::from(agents) * choice.price).sum();
    broken.sort_unstable();
    Covered { agents, cost, bound, broken }
}

/// Intervals and the limits that hang together through them.
fn components(choices: &[Choice], limits: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut root: Vec<usize> = (0..limits).collect();
    for choice in choices {
        for pair in choice.limits.windows(2) {
            let (a, b) = (find(&mut root, pair[0]), find(&mut root, pair[1]));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut parts: Vec<(Vec<usize>, Vec<usize>)> = vec![(Vec::new(), Vec::new()); limits];
    for limit in 0..limits {
        let at = find(&mut root, limit);
        parts[at].1.push(limit);
    }
    for (t, choice) in choices.iter().enumerate() {
        if let Some(&limit) = choice.limits.first() {
            let at = find(&mut root, limit);
            parts[at].0.push(t);
        }
    }
    parts.retain(|(_, limits)| !limits.is_empty());
    parts
}

/// The least limit that a limit hangs together with so far.
fn find(root: &mut [usize], mut limit: usize) -> usize {
    while root[limit] != limit {
        root[limit] = root[root[limit]];
        limit = root[limit];
    }
    limit
}

/// One component of (1).
struct Part<'a> {
    choices: &'a [Choice],
    intervals: Vec<usize>,
    limits: Vec<usize>,
}

/// A step on the envelope of an interval: from its present choice to `to`.
#[derive(Debug, Clone, Copy)]
struct Step {
    worth: f64,
    t: usize,
    to: usize,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Step {}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Step {
    /// The worthiest first, of equals the earliest.
    fn cmp(&self, other: &Self) -> Ordering {
        self.worth.total_cmp(&other.worth).then(other.t.cmp(&self.t)).then(other.to.cmp(&self.to))
    }
}

impl Part<'_> {
    /// Surplus of a limit in interval `t` at its choice `i`; 0 where the interval does not count for it.
    fn surplus(&self, limit: usize, t: usize, i: usize) -> f64 {
        let choice = &self.choices[t];
        choice.limits.iter().position(|&own| own == limit).map_or(0.0, |k| choice.surplus[k][i])
    }

    fn total(&self, limit: usize, chosen: &[usize]) -> f64 {
        self.intervals.iter().map(|&t| self.surplus(limit, t, chosen[t])).sum()
    }

    fn step_price(&self, t: usize) -> f64 {
        self.choices[t].price * f64::from(self.choices[t].step)
    }

    /// Cost above the floors of the linear relaxation with one limit alone; all there is where it cannot be kept.
    fn relaxed_cost(&self, limit: usize) -> f64 {
        let mut deficit = -self.intervals.iter().map(|&t| self.surplus(limit, t, 0)).sum::<f64>();
        let mut steps: Vec<(f64, f64, f64)> = Vec::new();
        for &t in &self.intervals {
            let Some(k) = self.choices[t].limits.iter().position(|&own| own == limit) else { continue };
            let row = &self.choices[t].surplus[k];
            for pair in envelope(row).windows(2) {
                let (gain, cost) = (row[pair[1]] - row[pair[0]], (pair[1] - pair[0]) as f64 * self.step_price(t));
                steps.push((gain / cost, gain, cost));
            }
        }
        steps.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut spent = 0.0;
        for (_, gain, cost) in steps.into_iter().filter(|step| step.1 > 0.0) {
            if deficit <= CLOSED {
                break;
            }
            let part = (deficit / gain).min(1.0);
            deficit -= gain * part;
            spent += cost * part;
        }
        spent
    }

    /// Takes steps until every limit holds; returns the limits that do not.
    fn fill(&self, chosen: &mut [usize]) -> Vec<usize> {
        let mut deficits: Vec<f64> = self.limits.iter().map(|&limit| -self.total(limit, chosen)).collect();
        let weights: Vec<f64> = deficits.iter().map(|deficit| if *deficit > CLOSED { 1.0 / deficit } else { 0.0 }).collect();
        let envelopes: Vec<Vec<usize>> = self.intervals.iter().map(|&t| self.joint_envelope(t, &weights)).collect();
        let alone = self.limits.len() == 1;
        let slot = |t: usize| self.intervals.binary_search(&t).expect("steps lie in the part's intervals");
        let worth = |deficits: &[f64], t: usize, from: usize, to: usize| {
            let closed = self.limits.iter().zip(deficits).zip(&weights).map(|((&limit, &deficit), weight)| {
                let gain = self.surplus(limit, t, to) - self.surplus(limit, t, from);
                weight * gain.min(if alone { f64::INFINITY } else { deficit.max(0.0) }).max(0.0)
            });
            closed.sum::<f64>() / ((to - from) as f64 * self.step_price(t))
        };
        let mut heap: BinaryHeap<Step> = BinaryHeap::new();
        for (&t, envelope) in self.intervals.iter().zip(&envelopes) {
            if let Some(&to) = envelope.get(1) {
                heap.push(Step { worth: worth(&deficits, t, 0, to), t, to });
            }
        }
        while deficits.iter().any(|deficit| *deficit > CLOSED) {
            let Some(step) = heap.pop() else { break };
            let Step { t, to, .. } = step;
            let now = worth(&deficits, t, chosen[t], to);
            // Remaining deficits have shrunk since the step was valued: it may no longer be the worthiest.
            if heap.peek().is_some_and(|next| now < next.worth) && now < step.worth {
                heap.push(Step { worth: now, t, to });
                continue;
            }
            if now <= 0.0 {
                continue;
            }
            let (t, to) = if alone { self.closing(chosen, &envelopes, deficits[0], (t, to)) } else { (t, to) };
            for (deficit, &limit) in deficits.iter_mut().zip(&self.limits) {
                *deficit -= self.surplus(limit, t, to) - self.surplus(limit, t, chosen[t]);
            }
            chosen[t] = to;
            if let Some(&next) = envelopes[slot(t)].iter().find(|&&next| next > to) {
                heap.push(Step { worth: worth(&deficits, t, to, next), t, to: next });
            }
        }
        let open = self.limits.iter().zip(&deficits).filter(|(_, deficit)| **deficit > CLOSED);
        open.map(|(&limit, _)| limit).collect()
    }

    /// Where the best step closes the only limit, the cheapest step that does; else the best step.
    fn closing(&self, chosen: &[usize], envelopes: &[Vec<usize>], deficit: f64, best: (usize, usize)) -> (usize, usize) {
        let gain = |(t, to): (usize, usize)| self.surplus(self.limits[0], t, to) - self.surplus(self.limits[0], t, chosen[t]);
        let cost = |(t, to): (usize, usize)| (to - chosen[t]) as f64 * self.step_price(t);
        let closes = |step: &(usize, usize)| gain(*step) >= deficit - CLOSED;
        if !closes(&best) {
            return best;
        }
        let steps = self
            .intervals
            .iter()
            .zip(envelopes)
            .filter_map(|(&t, row)| row.iter().find(|&&to| to > chosen[t]).map(|&to| (t, to)));
        steps.filter(closes).fold(best, |least, step| if cost(step) < cost(least) { step } else { least })
    }

    /// Envelope of the weighted sum of an interval's limits.
    fn joint_envelope(&self, t: usize, weights: &[f64]) -> Vec<usize> {
        let choice = &self.choices[t];
        let length = choice.surplus.first().map_or(1, Vec::len);
        let weight = |limit| self.limits.iter().position(|&own| own == limit).map_or(0.0, |k| weights[k]);
        let joint: Vec<f64> = (0..length)
            .map(|i| choice.limits.iter().zip(&choice.surplus).map(|(&limit, row)| weight(limit) * row[i]).sum())
            .collect();
        envelope(&joint)
    }

    /// Lets agents go that no limit needs, the dearest and least useful first.
    fn trim(&self, chosen: &mut [usize]) {
        let mut totals: Vec<f64> = self.limits.iter().map(|&limit| self.total(limit, chosen)).collect();
        loop {
            let loss = |t: usize, i: usize, limit: usize| self.surplus(limit, t, i) - self.surplus(limit, t, i - 1);
            let mut candidates: Vec<(f64, f64, usize)> = self
                .intervals
                .iter()
                .filter(|&&t| chosen[t] > 0)
                .map(|&t| (self.step_price(t), self.limits.iter().map(|&limit| loss(t, chosen[t], limit)).sum(), t))
                .collect();
            candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
            let mut trimmed = false;
            for (_, _, t) in candidates {
                let spared = |(&limit, &total): (&usize, &f64)| {
                    let loss = loss(t, chosen[t], limit);
                    loss <= 0.0 || total - loss >= -CLOSED
                };
                if self.limits.iter().zip(&totals).all(spared) {
                    for (total, &limit) in totals.iter_mut().zip(&self.limits) {
                        *total -= loss(t, chosen[t], limit);
                    }
                    chosen[t] -= 1;
                    trimmed = true;
                }
            }
            if !trimmed {
                return;
            }
        }
    }
}

/// Indices of the upper concave envelope of a row up to its maximum, the first among them.
fn envelope(row: &[f64]) -> Vec<usize> {
    let mut hull: Vec<usize> = Vec::new();
    let slope = |from: usize, to: usize| (row[to] - row[from]) / (to - from) as f64;
    for i in 0..row.len() {
        while let [.., before, last] = hull[..] {
            if slope(before, last) > slope(last, i) {
                break;
            }
            hull.pop();
        }
        hull.push(i);
    }
    while let [.., before, last] = hull[..] {
        if row[last] > row[before] {
            break;
        }
        hull.pop();
    }
    hull
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows that rise from `start` by the given gains, one limit for all intervals.
    fn choices(gains: &[Vec<f64>], starts: &[f64], prices: &[f64]) -> Vec<Choice> {
        let row = |start: f64, gains: &[f64]| {
            let mut total = start;
            std::iter::once(start)
                .chain(gains.iter().map(move |gain| {
                    total += gain;
                    total
                }))
                .collect::<Vec<f64>>()
        };
        let choice = |((gains, &start), &price): ((&Vec<f64>, &f64), &f64)| Choice {
            floor: 1,
            step: 1,
            price,
            limits: vec![0],
            surplus: vec![row(start, gains)],
        };
        gains.iter().zip(starts).zip(prices).map(choice).collect()
    }

    /// The least cost of (1) by trying everything; `None` where nothing keeps the limits.
    fn brute_force(choices: &[Choice], limits: usize) -> Option<f64> {
        fn walk(choices: &[Choice], totals: &mut [f64], spent: f64, best: &mut Option<f64>) {
            let Some((choice, rest)) = choices.split_first() else {
                if totals.iter().all(|total| *total >= -CLOSED) && best.is_none_or(|least| spent < least) {
                    *best = Some(spent);
                }
                return;
            };
            for i in 0..choice.surplus[0].len() {
                for (&limit, row) in choice.limits.iter().zip(&choice.surplus) {
                    totals[limit] += row[i];
                }
                walk(rest, totals, spent + f64::from(choice.floor + i as u32 * choice.step) * choice.price, best);
                for (&limit, row) in choice.limits.iter().zip(&choice.surplus) {
                    totals[limit] -= row[i];
                }
            }
        }
        let mut best = None;
        walk(choices, &mut vec![0.0; limits], 0.0, &mut best);
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn one_limit_is_covered_at_the_least_cost_up_to_one_step(
            gains in prop::collection::vec(prop::collection::vec(0.0..3.0_f64, 4), 4),
            starts in prop::collection::vec(-4.0..1.0_f64, 4),
            prices in prop::collection::vec(0.5..2.0_f64, 4),
        ) {
            // Concave rows: marginal gains fall.
            let mut gains = gains;
            for row in &mut gains { row.sort_by(|a, b| b.total_cmp(a)); }
            let choices = choices(&gains, &starts, &prices);
            let got = cover(&choices, 1);
            match brute_force(&choices, 1) {
                None => prop_assert_eq!(got.broken, vec![0]),
                Some(least) => {
                    prop_assert!(got.broken.is_empty());
                    prop_assert!(got.bound <= least + 1e-9 && least <= got.cost + 1e-9);
                    let step = prices.iter().copied().fold(0.0, f64::max);
                    prop_assert!(got.cost < got.bound + step + 1e-9, "{} {} {}", got.cost, got.bound, least);
                }
            }
        }

        #[test]
        fn two_limits_are_both_kept_near_the_least_cost(
            rows in prop::collection::vec(prop::collection::vec(0.0..3.0_f64, 4), 8),
            starts in prop::collection::vec(-3.0..1.0_f64, 8),
        ) {
            let mut rows = rows;
            for row in &mut rows { row.sort_by(|a, b| b.total_cmp(a)); }
            let ones = [1.0; 4];
            let (first, second) = (choices(&rows[..4], &starts[..4], &ones), choices(&rows[4..], &starts[4..], &ones));
            let both: Vec<Choice> = first.into_iter().zip(second).map(|(mut choice, other)| {
                choice.limits.push(1);
                choice.surplus.extend(other.surplus);
                choice
            }).collect();
            let got = cover(&both, 2);
            if let Some(least) = brute_force(&both, 2) {
                prop_assert!(got.broken.is_empty());
                prop_assert!(got.bound <= least + 1e-9 && got.cost <= least + 2.0 + 1e-9, "{} {least}", got.cost);
            }
        }
    }

    #[test]
    fn a_dear_night_is_staffed_thinner_than_a_cheap_day() {
        let gains = vec![vec![2.0, 1.5, 1.0, 0.5]; 2];
        let even = cover(&choices(&gains, &[-2.5, -2.5], &[1.0, 1.0]), 1);
        let night = cover(&choices(&gains, &[-2.5, -2.5], &[1.0, 1.6]), 1);
        assert_eq!(even.agents.iter().sum::<u32>(), 5);
        assert!(night.agents[0] > night.agents[1], "{:?}", night.agents);
    }

    #[test]
    fn days_are_covered_each_on_its_own() {
        let gains = vec![vec![2.0, 1.0]; 2];
        let mut days = choices(&gains, &[-2.0, -0.5], &[1.0, 1.0]);
        days[1].limits = vec![1];
        let got = cover(&days, 2);
        assert_eq!((got.agents, got.broken), (vec![2, 2], vec![]));
        days[0].surplus[0] = vec![-5.0, -4.0];
        assert_eq!(cover(&days, 2).broken, [0]);
    }

    #[test]
    fn an_envelope_skips_what_lies_below_a_chord_and_ends_at_the_top() {
        assert_eq!(envelope(&[0.0, 0.1, 3.0, 4.0, 4.0, 3.9]), [0, 2, 3]);
        assert_eq!(envelope(&[1.0]), [0]);
    }
}
