//! A legal line of work at given prices: the dynamic program counts only what turns out to bind.

use super::model::{Line, StaffRules};
use super::pricing::{Pricer, Task, Weekends};
use super::span::Span;

/// Table entries up to which a limit is counted exactly rather than priced.
const COUNTABLE: usize = 1_500_000;
/// Table entries up to which everything is counted when pricing has not led to a legal line.
const LAST_RESORT: usize = 150_000_000;
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
        let (_, line) = pricer.best_line(&attempt)?;
        let over = rules.exceeded(&line);
        let too_many_weekends = worked_weekends(&line) > rules.weekends;
        if over.is_empty() && !too_many_weekends {
            return Some(line);
        }
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

/// A lower bound on the value of any legal line, and a legal line: the cheapest one where what binds can be counted.
///
/// `counted` remembers the shifts whose maxima have bound before.
pub(super) fn priced_line(
    pricer: &mut Pricer,
    (rules, prices): (&StaffRules, &[i32]),
    span: Span<'_>,
    counted: &mut Vec<usize>,
) -> Option<(i32, Option<Line>)> {
    loop {
        let mut task = Task { rules, prices, span, counted, weekends: Weekends::Counted };
        if pricer.size(&task)? > COUNTABLE {
            task.weekends = Weekends::Priced(0);
        }
        let (value, line) = pricer.best_line(&task)?;
        let over = rules.exceeded(&line);
        if over.is_empty() && worked_weekends(&line) <= rules.weekends {
            return Some((value, Some(line)));
        }
        let known = counted.len();
        for s in over {
            counted.push(s);
            let wider = Task { rules, prices, span, counted, weekends: Weekends::Counted };
            if pricer.size(&wider)? > COUNTABLE {
                counted.pop();
            }
        }
        if counted.len() == known {
            return Some((value, legal_line(pricer, rules, prices, span)));
        }
    }
}
