//! Branch and cut: first the cuts at the root, then the best open node, one linear program after the other.

use super::cut::{Cut, Separator};
use super::dive::rounded;
use super::greedy::is_feasible;
use super::model::Model;
use super::plan::Plan;
use super::relaxation::{Point, ProgramFailed, Relaxation};

/// Cuts added at once, at the root and at a node.
const ROOT_CUTS: usize = 300;
const NODE_CUTS: usize = 60;
/// Rounds of cuts at a node.
const NODE_ROUNDS: usize = 2;
/// Root rounds without a gain of this share of the bound before branching starts.
const PATIENCE: usize = 3;
const GAIN: f64 = 2e-4;
/// Root rounds between two clearings of slack cuts.
const CLEARING: usize = 4;
/// Cuts above what the root left, in nodes, before slack ones are cleared.
const SPARE_CUTS: usize = 600;
/// What counts as whole.
const WHOLE: f64 = 1e-6;

/// A part of the designs: bounds on columns, and a lower bound on the cost of what lies in it.
#[derive(Debug, Clone)]
struct Node {
    bound: f64,
    fixed: Vec<(usize, (f64, f64))>,
}

/// Where the work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Root,
    Branching,
    Done,
}

/// The search for a proof.
pub(super) struct Tree<'m> {
    model: &'m Model<'m>,
    separator: Separator,
    relaxation: Relaxation<'m>,
    /// Largest duties that a better design than the best known can have.
    most: Vec<i64>,
    open: Vec<Node>,
    phase: Phase,
    root: f64,
    stalled: usize,
    rounds: usize,
    root_cuts: usize,
    set: Vec<usize>,
    /// Lower bound of what a failed program left unknown.
    unknown: f64,
    seconds: Option<f64>,
    /// The last point of the relaxation.
    pub point: Option<Point>,
}

impl<'m> Tree<'m> {
    pub fn new(model: &'m Model<'m>, seconds: Option<f64>) -> Result<Self, ProgramFailed> {
        let relaxation = Relaxation::new(model, &model.most, Vec::new(), seconds)?;
        Ok(Self {
            model,
            separator: Separator::new(model),
            relaxation,
            most: model.most.clone(),
            open: Vec::new(),
            phase: Phase::Root,
            root: 0.0,
            stalled: 0,
            rounds: 0,
            root_cuts: 0,
            set: Vec::new(),
            unknown: f64::INFINITY,
            seconds,
            point: None,
        })
    }

    /// Whether nothing is left to look at.
    pub fn is_done(&self) -> bool {
        self.phase == Phase::Done
    }

    /// Inequalities of the relaxation.
    pub fn cuts(&self) -> &[Cut] {
        &self.relaxation.cuts
    }

    /// Proven lower bound, `best` where every cheaper design is excluded.
    pub fn bound(&self, best: i64) -> i64 {
        let open = match self.phase {
            Phase::Root => self.root,
            _ => self.open.iter().map(|node| node.bound).fold(self.unknown, f64::min),
        };
        if open == f64::INFINITY { best } else { self.model.rounded_up(open.max(self.root)).min(best) }
    }

    /// One round of cuts at the root, or one node; the design found there, if any.
    pub fn step(&mut self, best: i64) -> Result<Option<Plan>, ProgramFailed> {
        match self.phase {
            Phase::Root => self.cut_root(best),
            Phase::Branching => self.explore(best),
            Phase::Done => Ok(None),
        }
    }

    fn excluded(&self, bound: f64, best: i64) -> bool {
        self.model.rounded_up(bound) >= best
    }

    fn cut_root(&mut self, best: i64) -> Result<Option<Plan>, ProgramFailed> {
        let Some(point) = self.relaxation.solve()? else {
            self.phase = Phase::Done;
            return Ok(None);
        };
        self.stalled = if point.value > self.root * (1.0 + GAIN) { 0 } else { self.stalled + 1 };
        self.root = self.root.max(point.value);
        self.rounds += 1;
        if self.excluded(self.root, best) {
            self.phase = Phase::Done;
            self.point = Some(point);
            return Ok(None);
        }
        let narrowed = self.narrow(&point, best);
        let found = rounded(self.model, &point);
        let cuts = self.separator.separate(self.model, &self.most, &point.at, ROOT_CUTS);
        if cuts.is_empty() || self.stalled >= PATIENCE {
            self.root_cuts = self.relaxation.cuts.len();
            self.open.push(Node { bound: self.root, fixed: Vec::new() });
            self.phase = Phase::Branching;
        }
        if narrowed > self.model.shifts.len() / 4 || self.rounds.is_multiple_of(CLEARING) {
            self.clear(&point)?;
        }
        self.relaxation.add(cuts)?;
        self.point = Some(point);
        Ok(found)
    }

    /// Largest duties that designs cheaper than the best can have.
    pub fn most(&self) -> &[i64] {
        &self.most
    }

    /// Lowers the most duties by the reduced costs of the root; the number of shifts that are out by it.
    fn narrow(&mut self, point: &Point, best: i64) -> usize {
        let model = self.model;
        let room = (best - model.unit) as f64 - point.value + 1e-4 * model.unit as f64;
        let spare = (best - model.unit - model.fixed) / model.over.max(1);
        let mut out = 0;
        for s in 0..model.shifts.len() {
            let days = s * model.days..(s + 1) * model.days;
            if self.most[days.clone()].iter().all(|&limit| limit == 0) {
                continue;
            }
            let closed = point.at[s] < WHOLE && point.reduced[s] > room;
            for (place, day) in days.zip(0..) {
                let column = model.x(s, day);
                let limit = if closed {
                    0
                } else if model.over > 0 && spare_people(model, (s, day), self.most[place]) > spare {
                    // So many duties alone would cost more in spare people than the best design in all
                    (0..self.most[place]).rev().find(|&count| spare_people(model, (s, day), count) <= spare).unwrap_or(0)
                } else if point.at[column] < WHOLE && point.reduced[column] > 1e-6 {
                    self.most[place].min((room / point.reduced[column] + 1e-6) as i64)
                } else {
                    self.most[place]
                };
                if limit < self.most[place] {
                    self.most[place] = limit;
                    self.relaxation.bounds[column].1 = limit as f64;
                    self.relaxation.bound(column, (0.0, limit as f64));
                }
            }
            if self.most[s * model.days..(s + 1) * model.days].iter().all(|&limit| limit == 0) {
                self.relaxation.bounds[s].1 = 0.0;
                self.relaxation.bound(s, (0.0, 0.0));
                out += 1;
            }
        }
        out
    }

    /// Rebuilds the program without cuts that are slack.
    fn clear(&mut self, point: &Point) -> Result<(), ProgramFailed> {
        let empty = Relaxation::new(self.model, &self.most, Vec::new(), self.seconds)?;
        let full = std::mem::replace(&mut self.relaxation, empty);
        self.relaxation = full.tidied(point, &self.most, self.seconds)?;
        self.set.clear();
        Ok(())
    }

    /// The open node with the lowest bound; among equals the deepest, so that designs come up early.
    fn next(&mut self) -> Option<Node> {
        let rank = |node: &Node| (self.model.rounded_up(node.bound), std::cmp::Reverse(node.fixed.len()));
        let at = (0..self.open.len()).min_by_key(|&i| rank(&self.open[i]))?;
        Some(self.open.swap_remove(at))
    }

    fn explore(&mut self, best: i64) -> Result<Option<Plan>, ProgramFailed> {
        let Some(node) = self.next() else {
            self.phase = Phase::Done;
            return Ok(None);
        };
        if self.excluded(node.bound, best) {
            self.open.clear();
            self.phase = if self.unknown == f64::INFINITY { Phase::Done } else { Phase::Branching };
            return Ok(None);
        }
        self.enter(&node);
        let point = match self.solve_node(&node, best) {
            Ok(Some(point)) => point,
            Ok(None) => return Ok(None),
            Err(ProgramFailed) => {
                self.unknown = self.unknown.min(node.bound);
                let cuts = std::mem::take(&mut self.relaxation.cuts);
                self.relaxation = Relaxation::new(self.model, &self.most, cuts, self.seconds)?;
                self.set.clear();
                return Ok(None);
            }
        };
        let found = self.branch(&node, &point);
        if self.relaxation.cuts.len() > self.root_cuts + SPARE_CUTS {
            self.clear(&point)?;
            self.root_cuts = self.relaxation.cuts.len();
        }
        self.point = Some(point);
        Ok(found)
    }

    /// Puts the node's bounds in force.
    fn enter(&mut self, node: &Node) {
        for column in std::mem::take(&mut self.set) {
            let usual = self.relaxation.bounds[column];
            self.relaxation.bound(column, usual);
        }
        for &(column, bounds) in &node.fixed {
            self.relaxation.bound(column, bounds);
            self.set.push(column);
        }
    }

    /// The node's optimum after a few rounds of cuts; `None` where nothing cheaper than `best` lies in it.
    fn solve_node(&mut self, node: &Node, best: i64) -> Result<Option<Point>, ProgramFailed> {
        let mut value = node.bound;
        for round in 0..=NODE_ROUNDS {
            let Some(point) = self.relaxation.solve()? else { return Ok(None) };
            if self.excluded(point.value, best) {
                return Ok(None);
            }
            let gain = point.value - value;
            value = point.value;
            let cuts = if round < NODE_ROUNDS && (round == 0 || gain > GAIN * value) {
                self.separator.separate(self.model, &self.most, &point.at, NODE_CUTS)
            } else {
                Vec::new()
            };
            if cuts.is_empty() {
                return Ok(Some(point));
            }
            self.relaxation.add(cuts)?;
        }
        Ok(None)
    }

    /// Splits the node at a column that is not whole; the design where all are.
    fn branch(&mut self, node: &Node, point: &Point) -> Option<Plan> {
        let model = self.model;
        let Some((column, value)) = self.fractional(point) else {
            let duties: Vec<i64> = model.duties().map(|(s, day)| point.at[model.x(s, day)].round() as i64).collect();
            let links_hold = model.duties().all(|(s, day)| point.at[model.x(s, day)] < 0.5 || point.at[s] > 0.5);
            if links_hold {
                let plan = Plan::of(model, &duties);
                if !is_feasible(model, &plan) || self.model.rounded_up(point.value) < plan.cost {
                    self.unknown = self.unknown.min(point.value);
                }
                return Some(plan);
            }
            // A link that rounding hid: the shift must be used or not
            let s = (0..model.shifts.len())
                .find(|&s| point.at[s] < 0.5 && (0..model.days).any(|day| point.at[model.x(s, day)] > 0.5))?;
            self.split(node, point.value, (s, 0.5));
            return None;
        };
        self.split(node, point.value, (column, value));
        None
    }

    fn split(&mut self, node: &Node, bound: f64, (column, value): (usize, f64)) {
        let before =
            node.fixed.iter().find(|(fixed, _)| *fixed == column).map_or(self.relaxation.bounds[column], |fixed| fixed.1);
        for bounds in [(before.0, value.floor()), (value.ceil(), before.1)] {
            let mut fixed: Vec<(usize, (f64, f64))> = node.fixed.iter().copied().filter(|fixed| fixed.0 != column).collect();
            fixed.push((column, bounds));
            // A shift that is not used has no duties: told at once, not by a cut
            if column < self.model.shifts.len() && bounds.1 < 0.5 {
                fixed.extend((0..self.model.days).map(|day| (self.model.x(column, day), (0.0, 0.0))));
            }
            self.open.push(Node { bound: bound.max(node.bound), fixed });
        }
    }

    /// The column to branch on: counts of shifts and shifts first, the least settled of them, then duties.
    fn fractional(&self, point: &Point) -> Option<(usize, f64)> {
        let model = self.model;
        let part = |column: usize| {
            let value = point.at[column];
            ((value - value.floor()).min(value.ceil() - value), column)
        };
        let open = |&(part, _): &(f64, usize)| part > WHOLE;
        let counts = (0..model.groups.len()).map(|group| part(model.count_of(group)));
        let best = |parts: &mut dyn Iterator<Item = (f64, usize)>| parts.filter(open).max_by(|a, b| a.0.total_cmp(&b.0));
        let total = part(model.count_of(0));
        let chosen = Some(total).filter(|&(part, _)| part > 0.1);
        let chosen = chosen.or_else(|| best(&mut counts.chain((0..model.shifts.len()).map(part))));
        let chosen = chosen.or_else(|| best(&mut model.duties().map(|(s, day)| part(model.x(s, day)))));
        chosen.map(|(_, column)| (column, point.at[column]))
    }
}

/// Slots times people beyond the demand if `count` worked this duty and nobody else anything.
fn spare_people(model: &Model<'_>, (shift, day): (usize, usize), count: i64) -> i64 {
    model.covered(shift, day).map(|t| (count - model.demand[t]).max(0)).sum()
}
