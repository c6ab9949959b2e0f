//! Lagrangian lower bound by the volume algorithm (Barahona and Anbil 2000, Math. Program. 87).
//!
//! Cover is relaxed: with z the cover bought and x the staff present, each cell's z = sum x has a price pi, and
//! L(pi) = sum over cells of min over z of (cover(z) + pi z) + sum over staff of min over legal lines of (wishes - pi).
//! L is a lower bound for every pi. Limits too large to count get multipliers of 0 or more, which keeps it valid.

use rayon::prelude::*;

use super::model::{IMPOSSIBLE, Line, Model, SCALE};
use super::pricing::{Pricer, Task, Weekends};
use super::response::worked_weekends;
use super::span::Span;

/// Table entries up to which weekends are counted exactly in the bound.
const COUNTABLE: usize = 400_000;

/// Prices of cells and limits, in units of `1 / SCALE`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Duals {
    pub cells: Vec<f64>,
    /// `limits[staff]`: multipliers of the shift maxima, then of the weekends.
    pub limits: Vec<Vec<f64>>,
}

/// The relaxation evaluated at some prices.
#[derive(Debug)]
pub(super) struct Evaluation {
    /// Lower bound in units of `1 / SCALE`.
    pub value: i64,
    pub lines: Vec<Line>,
    /// Cover bought minus staff present, by cell.
    pub slack: Vec<f64>,
    /// Use minus limit, by staff and limit.
    pub excess: Vec<Vec<f64>>,
}

impl Duals {
    /// Half the price of understaffing everywhere it is asked.
    pub fn start(model: &Model<'_>) -> Self {
        let half = |cell| f64::from(SCALE) * f64::from(-model.marginal(cell, 0)).max(0.0) * 0.5;
        Self { cells: (0..model.cells()).map(half).collect(), limits: vec![vec![0.0; model.shifts + 1]; model.staff.len()] }
    }

    /// A step along the direction, kept where the bound is finite and valid.
    pub fn moved(&self, model: &Model<'_>, at: &Evaluation, step: f64) -> Self {
        let most = model.staff.len() - 1;
        let cells = self.cells.iter().zip(&at.slack).enumerate().map(|(cell, (price, slack))| {
            let low = -f64::from(model.marginal(cell, most).max(0)) * f64::from(SCALE);
            let high = f64::from((-model.marginal(cell, 0)).max(0)) * f64::from(SCALE);
            (price + step * slack).clamp(low, high.max(low))
        });
        let limits = self.limits.iter().zip(&at.excess).map(|(prices, excess)| {
            prices.iter().zip(excess).map(|(price, over)| (price + step * over).clamp(0.0, 2e5)).collect()
        });
        Self { cells: cells.collect(), limits: limits.collect() }
    }
}

/// L at the given prices; `None` when someone has no line at all.
pub(super) fn evaluate(model: &Model<'_>, duals: &Duals) -> Option<Evaluation> {
    let cells: Vec<i32> = duals.cells.iter().map(|p| p.round() as i32).collect();
    let priced: Option<Vec<(i64, Line)>> = (0..model.staff.len())
        .into_par_iter()
        .map_init(Pricer::default, |pricer, i| relaxed_line(pricer, model, &cells, (i, &duals.limits[i])))
        .collect();
    let (values, lines): (Vec<i64>, Vec<Line>) = priced?.into_iter().unzip();
    let presence = model.presence(&lines);
    let mut value = model.empty_cost * i64::from(SCALE) + values.iter().sum::<i64>();
    let mut slack = Vec::with_capacity(model.cells());
    for (cell, &price) in cells.iter().enumerate() {
        let changes = (0..model.staff.len()).map(|n| model.marginal(cell, n) * SCALE + price);
        let (bought, cost) = changes.take_while(|&c| c < 0).fold((0, 0_i64), |(n, sum), c| (n + 1, sum + i64::from(c)));
        value += cost;
        slack.push(f64::from(bought) - f64::from(presence[cell]));
    }
    let excess = lines.iter().enumerate().map(|(i, line)| excess(model, i, line)).collect();
    Some(Evaluation { value, lines, slack, excess })
}

/// Use of each limit minus the limit.
fn excess(model: &Model<'_>, staff: usize, line: &Line) -> Vec<f64> {
    let rules = &model.staff[staff];
    let mut use_of = vec![0.0; model.shifts];
    line.iter().flatten().for_each(|&s| use_of[s] += 1.0);
    let over = |s: usize| if rules.caps[s] == usize::MAX { 0.0 } else { use_of[s] - rules.caps[s] as f64 };
    let weekends = worked_weekends(line) as f64 - rules.weekends as f64;
    (0..model.shifts).map(over).chain([weekends]).collect()
}

/// Cheapest line with the limits priced, and its value less the price of the limits.
fn relaxed_line(pricer: &mut Pricer, model: &Model<'_>, cells: &[i32], (staff, limits): (usize, &[f64])) -> Option<(i64, Line)> {
    let rules = &model.staff[staff];
    let limit: Vec<i32> = limits.iter().map(|p| p.round() as i32).collect();
    let wishes = &model.requests[staff];
    let prices: Vec<i32> = (0..model.cells())
        .map(|cell| (wishes[cell] * SCALE - cells[cell] + limit[cell % model.shifts]).min(IMPOSSIBLE / 2))
        .collect();
    let mut task = Task { rules, prices: &prices, span: Span::Whole, counted: &[], weekends: Weekends::Counted };
    let mut value = 0;
    if pricer.size(&task)? > COUNTABLE {
        task.weekends = Weekends::Priced(limit[model.shifts]);
        value -= i64::from(limit[model.shifts]) * rules.weekends as i64;
    }
    for (s, &cap) in rules.caps.iter().enumerate().filter(|&(_, &cap)| cap != usize::MAX) {
        value -= i64::from(limit[s]) * cap as i64;
    }
    let (cost, line) = pricer.best_line(&task)?;
    Some((value + i64::from(cost), line))
}

/// The volume algorithm, one evaluation a step.
#[derive(Debug)]
pub(super) struct Volume {
    pub best: i64,
    pub duals: Duals,
    average: Evaluation,
    step: f64,
    fails: u32,
}

impl Volume {
    /// Starts from the prices of [`Duals::start`]; `None` when someone has no line at all.
    pub fn start(model: &Model<'_>) -> Option<Self> {
        let duals = Duals::start(model);
        let average = evaluate(model, &duals)?;
        Some(Self { best: average.value, duals, average, step: 0.1, fails: 0 })
    }

    /// One step towards the target, an upper bound in whole units of cost; returns the lines priced.
    pub fn step(&mut self, model: &Model<'_>, target: i64) -> Option<Vec<Line>> {
        let square = |v: &[f64]| v.iter().map(|g| g * g).sum::<f64>();
        let norm = square(&self.average.slack) + self.average.excess.iter().map(|e| square(e)).sum::<f64>();
        let aim = ((target * i64::from(SCALE)) as f64 - self.best as f64).max(f64::from(SCALE));
        let tried = self.duals.moved(model, &self.average, self.step * aim / norm.max(1e-9));
        let mut at = evaluate(model, &tried)?;
        let weight = 0.1;
        let blend = |mean: &mut Vec<f64>, new: &[f64]| {
            mean.iter_mut().zip(new).for_each(|(m, v)| *m += weight * (v - *m));
        };
        blend(&mut self.average.slack, &at.slack);
        self.average.excess.iter_mut().zip(&at.excess).for_each(|(mean, new)| blend(mean, new));
        if at.value > self.best {
            self.best = at.value;
            self.duals = tried;
            self.fails = 0;
            self.step = (self.step * 1.1).min(2.0);
        } else {
            self.fails += 1;
            if self.fails >= 10 {
                self.fails = 0;
                self.step *= 0.66;
            }
        }
        Some(std::mem::take(&mut at.lines))
    }

    /// The bound as an objective: all costs are whole, so it is rounded up to the next whole number.
    pub fn bound(&self) -> i64 {
        self.best.div_euclid(i64::from(SCALE)) + i64::from(self.best.rem_euclid(i64::from(SCALE)) > 0)
    }
}
