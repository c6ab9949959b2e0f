//! Ruin and recreate: free a few members of staff on some days, give each the cheapest legal line against the rest.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::choice::Effort;
use super::master::whole_bound;
use super::master::{Group, Master, MasterFailed};
use super::model::{Line, Model};
use super::plan::Plan;
use super::pricing::Pricer;
use super::response::legal_line;
use super::span::Span;

/// One random walk over rosters.
pub(super) struct Walk<'m> {
    model: &'m Model<'m>,
    rng: ChaCha8Rng,
    pricer: Pricer,
    prices: Vec<i32>,
    /// Staff times days of the next group to replan.
    size: f64,
    pub now: Plan,
    pub best: Plan,
}

/// Least and most staff times days replanned together.
const SMALLEST: f64 = 80.0;
const LARGEST: f64 = 3_000.0;

impl<'m> Walk<'m> {
    /// A walk from a roster.
    pub fn new(model: &'m Model<'m>, start: Plan, rng: ChaCha8Rng) -> Self {
        Self { model, rng, pricer: Pricer::default(), prices: Vec::new(), size: 220.0, best: start.clone(), now: start }
    }

    /// Goes on from a better roster.
    pub fn follow(&mut self, roster: Plan) {
        self.now = roster.clone();
        self.best = roster;
    }

    /// One move; accepted when it is no dearer, or dearer than the best roster by at most `tolerance`.
    pub fn step(&mut self, tolerance: i64) {
        let days = self.days();
        let freed = self.choose();
        let before = self.now.cost;
        let old: Vec<Line> = freed.iter().map(|&i| self.now.lines[i].clone()).collect();
        for &i in &freed {
            self.now.clear(self.model, i, days.clone());
        }
        for (k, (&i, line)) in freed.iter().zip(&old).enumerate() {
            self.now.prices(self.model, i, &mut self.prices);
            if k + 1 < freed.len() {
                self.shake();
            }
            let new = self.respond(i, line, &days);
            self.now.replace(self.model, i, new);
        }
        if self.now.cost > before.max(self.best.cost + tolerance) {
            for (&i, line) in freed.iter().zip(old).rev() {
                self.now.replace(self.model, i, line);
            }
        } else if self.now.cost < self.best.cost {
            self.best = self.now.clone();
        }
    }

    /// Replans a group together by column generation; taken when it is cheaper.
    ///
    /// The group grows while nothing better exists in it and shrinks when something might but is not found.
    pub fn replan(&mut self, seconds: Option<f64>) -> Result<(), MasterFailed> {
        let (freed, days) = self.group();
        let cost = self.now.cost;
        let mut master = Master::new(self.model, &self.now, Group { staff: freed, days, seconds })?;
        let (point, _) = master.generate(25, |_, bound| whole_bound(bound) < cost)?;
        if point.value > cost as f64 - 1.0 + 1e-6 {
            self.size = (self.size * 1.08).min(LARGEST);
            return Ok(());
        }
        let effort = Effort { nodes: 60, seconds: seconds.map(|s| s.min(1.0)) };
        let lines = master.integer(&point, cost, effort).unwrap_or_default();
        let old: Vec<(usize, Line)> =
            master.freed.iter().zip(lines).map(|(&i, line)| (i, self.now.replace(self.model, i, line))).collect();
        if self.now.cost >= cost {
            for (i, line) in old.into_iter().rev() {
                self.now.replace(self.model, i, line);
            }
            self.size = (self.size * 0.95).max(SMALLEST);
        } else if self.now.cost < self.best.cost {
            self.best = self.now.clone();
        }
        Ok(())
    }

    /// Staff and days for [`Self::replan`]: many for a short while, or a few for long.
    fn group(&mut self) -> (Vec<usize>, std::ops::Range<usize>) {
        let (horizon, heads) = (self.model.days, self.model.staff.len());
        let everyone = (self.size / heads as f64) as usize;
        let length = match self.rng.random_range(0..8) {
            0 => self.rng.random_range(21..=28),
            1..=3 => self.rng.random_range(12..=18),
            _ => everyone.max(self.rng.random_range(6..=9)),
        }
        .min(horizon);
        let count = ((self.size / length as f64) as usize).clamp(3, heads.max(3)).min(heads);
        let from = self.window_start(length);
        let mut all: Vec<usize> = (0..heads).collect();
        for k in 0..count {
            let other = self.rng.random_range(k..heads);
            all.swap(k, other);
        }
        all.truncate(count);
        (all, from..from + length)
    }

    /// Start of a window: around a cell that misses someone, or anywhere.
    fn window_start(&mut self, length: usize) -> usize {
        let latest = self.model.days - length;
        let short = |cell: &usize| {
            let present = usize::from(self.now.presence[*cell]);
            present < self.model.staff.len() && self.model.marginal(*cell, present) < 0
        };
        let missing: Vec<usize> = (0..self.model.cells()).filter(short).collect();
        if missing.is_empty() || self.rng.random_range(0..3) == 0 {
            return self.rng.random_range(0..=latest);
        }
        let day = missing[self.rng.random_range(0..missing.len())] / self.model.shifts;
        day.saturating_sub(self.rng.random_range(0..length)).min(latest)
    }

    /// Days to free: all where the horizon is short, else a window.
    fn days(&mut self) -> std::ops::Range<usize> {
        let horizon = self.model.days;
        if horizon <= 42 && self.rng.random_range(0..3) == 0 {
            return 0..horizon;
        }
        let length = self.rng.random_range(4..=21).min(horizon);
        let from = self.rng.random_range(0..=horizon - length);
        from..from + length
    }

    /// Staff to free.
    fn choose(&mut self) -> Vec<usize> {
        let heads = self.model.staff.len();
        let count = self.rng.random_range(1..=4).min(heads);
        let mut freed: Vec<usize> = Vec::with_capacity(count);
        while freed.len() < count {
            let i = self.rng.random_range(0..heads);
            if !freed.contains(&i) {
                freed.push(i);
            }
        }
        freed
    }

    /// Blurs the prices, so that those who choose first leave something to the others.
    fn shake(&mut self) {
        for price in &mut self.prices {
            *price += *price * self.rng.random_range(-12..=12) / 64;
        }
    }

    /// The cheapest legal line at the current prices, on the free days.
    fn respond(&mut self, staff: usize, line: &Line, days: &std::ops::Range<usize>) -> Line {
        let span =
            if days.len() == self.model.days { Span::Whole } else { Span::Window { from: days.start, until: days.end, line } };
        legal_line(&mut self.pricer, &self.model.staff[staff], &self.prices, span).unwrap_or_else(|| line.clone())
    }
}
