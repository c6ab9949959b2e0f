//! A legal line of work at given prices: the dynamic program counts only what turns out to bind.

use super::model::{Line, StaffRules};
use super::pricing::{Pricer, Task, Weekends};
use super::span::{Remaining, Span, new_weekend};
use super::walk_back::{Cheapest, cheapest_legal};

/// Table entries up to which a limit is counted exactly rather than priced.
pub(super) const COUNTABLE: usize = 1_500_000;
/// Table entries up to which everything is counted when pricing has not led to a legal line.
const LAST_RESORT: usize = 150_000_000;
/// Suffixes a best-first walk may expand before another maximum is counted in the tables.
const SUFFIXES: usize = 4_000;
/// Subgradient steps on the prices of limits in one pricing.
const STEPS: i32 = 6;
const FEW_SUFFIXES: usize = 300;
/// Rounds of raising the price of what is exceeded.
const ROUNDS: i32 = 24;

/// A cheap legal line: the cheapest one where the limits that bind can be counted, else one found by pricing them.
pub(super) fn legal_line(pricer: &mut Pricer, rules: &StaffRules, prices: &[i32], span: Span<'_>) -> Option<Line> {
    let mut task = Task { rules, prices, span, counted: &[], weekends: Weekends::Counted };
    if pricer.size(&task)? > COUNTABLE {
        task.weekends = Weekends::Priced(0);
    }
    let mut counted: Vec<usize> = Vec::new();
    let mut raised = prices.to_vec();
    let mut weekend_price = 0;
    // steps in proportion to the prices, whatever their scale
    let unit = prices.iter().map(|p| p.abs()).max().unwrap_or(0) / 128 + 1;
    for round in 0..ROUNDS {
        if let Weekends::Priced(price) = &mut task.weekends {
            *price = weekend_price;
        }
        let attempt = Task { prices: &raised, counted: &counted, ..task };
        let rest = pricer.solve(&attempt)?;
        let (_, line) = pricer.trace(&attempt, &rest)?;
        if rules.allows(&line) {
            return Some(line);
        }
        if let (0, Cheapest::Line(_, line)) = (round, cheapest_legal(pricer, &attempt, &rest, (&[], FEW_SUFFIXES))) {
            return Some(line);
        }
        let over = rules.exceeded(&line);
        let too_many_weekends = worked_weekends(&line) > rules.weekends;
        let step = (3 + 2 * round) * unit;
        for s in over {
            counted.push(s);
            if counted.len() > 2 || pricer.size(&Task { prices, counted: &counted, ..task })? > COUNTABLE {
                counted.pop();
                raised.iter_mut().skip(s).step_by(rules.units.len()).for_each(|price| *price += step);
            }
        }
        if too_many_weekends {
            weekend_price += step;
        }
    }
    let all: Vec<usize> = (0..rules.caps.len()).filter(|&s| (1..usize::MAX).contains(&rules.caps[s])).collect();
    let exact = Task { counted: &all, weekends: Weekends::Counted, ..task };
    if pricer.size(&exact)? > LAST_RESORT {
        return None;
    }
    pricer.best_line(&exact).map(|(_, line)| line)
}

impl StaffRules {
    /// Shifts worked more often than their maximum.
    pub fn exceeded(&self, line: &Line) -> Vec<usize> {
        let mut worked = vec![0; self.caps.len()];
        line.iter().flatten().for_each(|&s| worked[s] += 1);
        (0..worked.len()).filter(|&s| worked[s] > self.caps[s]).collect()
    }

    /// Whether shift maxima and weekends are kept.
    pub fn allows(&self, line: &Line) -> bool {
        self.exceeded(line).is_empty() && worked_weekends(line) <= self.weekends
    }
}

/// Weekends with a worked Saturday or Sunday.
pub(super) fn worked_weekends(line: &Line) -> usize {
    (5..line.len()).step_by(7).filter(|&d| line[d..line.len().min(d + 2)].iter().any(Option::is_some)).count()
}

/// How one member's maxima are kept in pricing, carried from call to call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Limits {
    /// Shifts whose maxima the tables count.
    counted: Vec<usize>,
    /// How often the tables and the walks were allowed to grow.
    pub effort: u32,
    /// Whether the last line priced is proven to be the cheapest.
    pub exact: bool,
    /// A price of 0 or more on each shift's use where its maximum is not counted, then on the weekends'.
    pub prices: Vec<i32>,
}

/// A lower bound on the value of any legal line, and a legal line: the cheapest one but for the hardest cases.
///
/// What binds is counted in the tables while these stay small, else priced, the prices improved by subgradient steps
/// from call to call. A best-first walk closes what is left.
pub(super) fn priced_line(
    pricer: &mut Pricer,
    (rules, prices): (&StaffRules, &[i32]),
    span: Span<'_>,
    limits: &mut Limits,
) -> Option<(i32, Option<Line>)> {
    let weekends = limits.ready(pricer, (rules, prices), span)?;
    let unit = prices.iter().map(|p| p.abs()).max().unwrap_or(0) / 8 + 1;
    let mut found = Bracket { low: i32::MIN, high: i32::MAX, line: None };
    let mut best = limits.prices.clone();
    let mut raised = Vec::new();
    let mut round = 0;
    while round < STEPS {
        raise(prices, &limits.prices, &mut raised);
        let weekends = if weekends == Weekends::Counted { weekends } else { Weekends::Priced(limits.prices[rules.caps.len()]) };
        let task = Task { rules, prices: &raised, span, counted: &limits.counted, weekends };
        let rest = pricer.solve(&task)?;
        let (value, line) = pricer.trace(&task, &rest)?;
        let price_of_limits = rest.price_of_limits(&limits.prices);
        let excess = rest.excess(rules, &line, pricer.days());
        if value - price_of_limits > found.low {
            found.low = value - price_of_limits;
            best.clone_from(&limits.prices);
        }
        if excess.iter().all(|&over| over <= 0) {
            let saved: i32 = excess.iter().zip(&limits.prices).map(|(over, price)| over * price).sum();
            found.offer(value - price_of_limits - saved, line);
        }
        if found.high <= found.low {
            break;
        }
        let most = if round + 1 == STEPS { SUFFIXES } else { FEW_SUFFIXES } << (3 * limits.effort);
        match cheapest_legal(pricer, &task, &rest, (&limits.prices, most)) {
            Cheapest::Line(value, line) => {
                found.low = value;
                found.offer(value, line);
                best.clone_from(&limits.prices);
                break;
            }
            Cheapest::Nothing => return None,
            Cheapest::AtLeast(value) => found.low = found.low.max(value),
        }
        if limits.count(pricer, (rules, prices), span, &excess)? {
            best.clone_from(&limits.prices);
            continue;
        }
        step(&mut limits.prices, &excess, unit.min(found.high.saturating_sub(found.low)) / (round + 1));
        round += 1;
    }
    limits.prices = best;
    limits.exact = found.high <= found.low;
    if found.line.is_none() {
        found.line = legal_line(pricer, rules, prices, span);
    }
    Some((found.low, found.line))
}

impl Limits {
    fn countable(&self) -> usize {
        COUNTABLE << (2 * self.effort)
    }

    /// Readies the prices for a task and says how weekends are kept.
    fn ready(&mut self, pricer: &mut Pricer, (rules, prices): (&StaffRules, &[i32]), span: Span<'_>) -> Option<Weekends> {
        self.prices.resize(rules.caps.len() + 1, 0);
        let task = Task { rules, prices, span, counted: &[], weekends: Weekends::Counted };
        if pricer.size(&task)? > self.countable() {
            self.counted.clear();
            return Some(Weekends::Priced(0));
        }
        self.prices[rules.caps.len()] = 0;
        Some(Weekends::Counted)
    }

    /// Counts the maximum exceeded most from now on, where the tables stay small.
    fn count(
        &mut self,
        pricer: &mut Pricer,
        (rules, prices): (&StaffRules, &[i32]),
        span: Span<'_>,
        excess: &[i32],
    ) -> Option<bool> {
        let worst = (0..rules.caps.len()).filter(|&s| excess[s] > 0 && !self.counted.contains(&s)).max_by_key(|&s| excess[s]);
        let Some(worst) = worst else { return Some(false) };
        self.counted.push(worst);
        let wider = Task { rules, prices, span, counted: &self.counted, weekends: Weekends::Counted };
        if pricer.size(&wider)? > self.countable() {
            self.counted.pop();
            return Some(false);
        }
        self.prices[worst] = 0;
        Some(true)
    }
}

/// What is known about the cheapest legal line.
struct Bracket {
    low: i32,
    high: i32,
    line: Option<Line>,
}

impl Bracket {
    fn offer(&mut self, value: i32, line: Line) {
        if value < self.high {
            self.high = value;
            self.line = Some(line);
        }
    }
}

/// Prices with the multipliers of the shift maxima on top.
fn raise(prices: &[i32], limits: &[i32], raised: &mut Vec<i32>) {
    raised.clear();
    let of_shifts = limits[..limits.len() - 1].iter().cycle();
    raised.extend(prices.iter().zip(of_shifts).map(|(price, limit)| price + limit));
}

/// A subgradient step that moves the prices by `length` in sum.
fn step(limits: &mut [i32], excess: &[i32], length: i32) {
    let tight = |price: i32, over: i32| price > 0 || over > 0;
    let norm: i32 = limits.iter().zip(excess).filter(|&(&price, &over)| tight(price, over)).map(|(_, over)| over * over).sum();
    for (price, over) in limits.iter_mut().zip(excess) {
        if tight(*price, *over) {
            let change = i64::from(length) * i64::from(*over) / i64::from(norm.max(1));
            *price = (*price + change as i32).clamp(0, 1 << 20);
        }
    }
}

impl Remaining {
    /// What the multipliers of all limits come to at the limits.
    fn price_of_limits(&self, limits: &[i32]) -> i32 {
        self.limits().zip(limits).map(|(limit, price)| limit * price).sum()
    }

    /// Use less limit of each shift's maximum, then of the weekends; 0 where there is no limit.
    fn excess(&self, rules: &StaffRules, line: &Line, (days, start): (usize, usize)) -> Vec<i32> {
        let mut excess: Vec<i32> = self.caps.iter().map(|&cap| if cap == usize::MAX { 0 } else { -(cap as i32) }).collect();
        let worked = line[start..start + days].iter().flatten();
        worked.filter(|&&s| rules.caps[s] != usize::MAX).for_each(|&s| excess[s] += 1);
        let mut run = super::span::run_before(line, start);
        let mut weekends = 0;
        for (d, shift) in line.iter().enumerate().skip(start).take(days) {
            if shift.is_some() {
                weekends += new_weekend(d, run);
                run += 1;
            } else {
                run = 0;
            }
        }
        excess.push(weekends as i32 - self.weekends as i32);
        excess
    }
}
