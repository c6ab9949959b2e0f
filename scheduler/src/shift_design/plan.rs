//! A design as the search holds it: duties, coverage and cost, kept up to date move by move.

use super::model::Model;

/// Duties of every shift on every day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// `duties[s * days + d]`.
    pub duties: Vec<i64>,
    /// Duties of each shift in the week.
    pub used: Vec<i64>,
    /// People less demand in each slot.
    pub surplus: Vec<i64>,
    pub cost: i64,
    /// Minutes of all duties beyond the least mean length.
    pub excess: f64,
}

impl Plan {
    /// The design without duties.
    pub fn empty(model: &Model<'_>) -> Self {
        Self {
            duties: vec![0; model.shifts.len() * model.days],
            used: vec![0; model.shifts.len()],
            surplus: model.demand.iter().map(|&people| -people).collect(),
            cost: model.under * model.demand.iter().sum::<i64>(),
            excess: 0.0,
        }
    }

    /// The design with `duties[s * days + d]`.
    pub fn of(model: &Model<'_>, duties: &[i64]) -> Self {
        let mut plan = Self::empty(model);
        for (s, day) in model.duties() {
            plan.add(model, (s, day), duties[s * model.days + day]);
        }
        plan
    }

    /// Adds `count` duties, or takes `-count` away.
    pub fn add(&mut self, model: &Model<'_>, (shift, day): (usize, usize), count: i64) {
        if count == 0 {
            return;
        }
        self.cost += self.change(model, (shift, day), count);
        model.covered(shift, day).for_each(|t| self.surplus[t] += count);
        self.duties[shift * model.days + day] += count;
        self.used[shift] += count;
        self.excess += count as f64 * model.excess(shift);
    }

    /// What adding `count` duties, or taking them away, changes in cost.
    pub fn change(&self, model: &Model<'_>, (shift, day): (usize, usize), count: i64) -> i64 {
        let price = |surplus: i64| if surplus < 0 { -surplus * model.under } else { surplus * model.over };
        let slots: i64 = model.covered(shift, day).map(|t| price(self.surplus[t] + count) - price(self.surplus[t])).sum();
        let charged = |duties: i64| model.fixed * i64::from(duties > 0);
        slots + charged(self.used[shift] + count) - charged(self.used[shift])
    }

    /// What handing a duty of `from` to `to` on a day changes in cost, where their spans overlap.
    pub fn exchange_change(&self, model: &Model<'_>, (from, to): (usize, usize), day: usize) -> i64 {
        let price = |surplus: i64| if surplus < 0 { -surplus * model.under } else { surplus * model.over };
        let (old, new) = (model.shifts[from], model.shifts[to]);
        let side = |from: usize, until: usize, count: i64| -> i64 {
            let slots = (day * model.slots + from..day * model.slots + until).map(|t| t % model.horizon);
            slots.map(|t| price(self.surplus[t] + count) - price(self.surplus[t])).sum()
        };
        let (old_end, new_end) = (old.start + old.length, new.start + new.length);
        let staffing = side(old.start, new.start, -1)
            + side(new.start, old.start, 1)
            + side(old_end, new_end, 1)
            + side(new_end, old_end, -1);
        let charges = i64::from(self.used[to] == 0) - i64::from(self.used[from] == 1);
        staffing + model.fixed * charges
    }

    /// Shifts with duties.
    pub fn shifts(&self) -> impl Iterator<Item = usize> + '_ {
        self.used.iter().enumerate().filter(|&(_, &used)| used > 0).map(|(s, _)| s)
    }
}
