//! Budget against plan, the difference taken apart exactly.
//!
//! A queue's pay is contacts × handle time × paid hours an hour of handling × pay a paid hour. From budget to plan the factors
//! change one by one, in this order: total volume, mix of the queues, handle time, efficiency, rate. Every stage is rounded to
//! a minor unit before differences are taken, so that the parts add up to the whole.

use chrono::NaiveDate;
use solver_data::{BudgetRow, Centre, Money};

use super::breakdown::Dimension;
use super::statement::Statement;

/// What a queue costs and why.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueFigures {
    /// Name.
    pub queue: String,
    /// Contacts.
    pub volume: f64,
    /// Mean handle time in seconds.
    pub aht_seconds: f64,
    /// Paid hours.
    pub paid_hours: f64,
    /// Pay with everything on it.
    pub amount: Money,
    /// Work bought outside.
    pub outsourced: Money,
    /// Abandoned contacts.
    pub penalty: Money,
}

impl QueueFigures {
    /// Sum of all amounts.
    pub fn total(&self) -> Money {
        self.amount + self.outsourced + self.penalty
    }

    fn nothing(queue: &str) -> Self {
        Self {
            queue: queue.to_owned(),
            volume: 0.0,
            aht_seconds: 0.0,
            paid_hours: 0.0,
            amount: Money(0),
            outsourced: Money(0),
            penalty: Money(0),
        }
    }
}

/// The difference of a queue, plan less budget; positive is dearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VarianceRow {
    /// Queue; `total` for the sum.
    pub queue: String,
    /// Budget and plan.
    pub budget: Money,
    /// What the plan costs.
    pub plan: Money,
    /// More or fewer contacts in all.
    pub volume: Money,
    /// Another mix of queues.
    pub mix: Money,
    /// Longer or shorter handling.
    pub aht: Money,
    /// More or fewer paid hours an hour of handling.
    pub efficiency: Money,
    /// Dearer or cheaper hours: levels, premiums, overtime, rates of pay.
    pub rate: Money,
    /// Work bought outside.
    pub outsourced: Money,
    /// Abandoned contacts.
    pub penalty: Money,
}

impl VarianceRow {
    /// The parts with their names, in the order they are taken.
    pub fn parts(&self) -> [(&'static str, Money); 7] {
        [
            ("volume", self.volume),
            ("mix", self.mix),
            ("aht", self.aht),
            ("efficiency", self.efficiency),
            ("rate", self.rate),
            ("outsourced", self.outsourced),
            ("penalty", self.penalty),
        ]
    }

    /// Plan less budget.
    pub fn total(&self) -> Money {
        self.plan - self.budget
    }
}

/// Budget against plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variance {
    /// A row a queue, budgeted or planned.
    pub queues: Vec<VarianceRow>,
    /// Their sum.
    pub total: VarianceRow,
}

impl Statement {
    /// What each queue costs and why; pay that no queue's work explains comes last.
    pub fn figures(&self, centre: &Centre) -> Vec<QueueFigures> {
        let breakdown = self.by(centre, Dimension::Queue);
        let mut figures: Vec<QueueFigures> = centre
            .queues
            .iter()
            .zip(&self.contacts)
            .map(|(queue, &(volume, aht_seconds))| QueueFigures { volume, aht_seconds, ..QueueFigures::nothing(&queue.name) })
            .collect();
        for row in &breakdown.rows {
            let place = figures.iter().position(|known| known.queue == row.key).unwrap_or_else(|| {
                figures.push(QueueFigures::nothing(&row.key));
                figures.len() - 1
            });
            let own = &mut figures[place];
            own.paid_hours += row.amounts.paid_hours;
            own.amount += row.amounts.pay();
            own.outsourced += row.amounts.outsourced;
            own.penalty += row.amounts.penalty;
        }
        figures
    }
}

/// A budget for the days from `first` to `last`: rows of a month count by their days within.
pub fn budget_for(rows: &[BudgetRow], (first, last): (NaiveDate, NaiveDate)) -> Vec<QueueFigures> {
    let mut figures: Vec<(QueueFigures, f64)> = Vec::new();
    for row in rows {
        let share = row.days.map_or(1.0, |(from, to)| {
            let within = (last.min(to) - first.max(from)).num_days() + 1;
            within.max(0) as f64 / ((to - from).num_days() + 1) as f64
        });
        if share <= 0.0 {
            continue;
        }
        let place = figures.iter().position(|(known, _)| known.queue == row.queue).unwrap_or_else(|| {
            figures.push((QueueFigures::nothing(&row.queue), 0.0));
            figures.len() - 1
        });
        let (own, work) = &mut figures[place];
        let part = |money: Money| Money((money.0 as f64 * share).round() as i64);
        own.volume += row.volume * share;
        *work += row.volume * share * row.aht_seconds;
        own.paid_hours += row.paid_hours * share;
        own.amount += part(row.amount);
        own.outsourced += part(row.outsourced);
        own.penalty += part(row.penalty);
        own.aht_seconds = if own.volume > 0.0 { *work / own.volume } else { row.aht_seconds };
    }
    figures.into_iter().map(|(own, _)| own).collect()
}

/// Takes the difference between a budget and a plan apart.
pub fn explain(budget: &[QueueFigures], plan: &[QueueFigures]) -> Variance {
    let volume = |rows: &[QueueFigures]| rows.iter().map(|row| row.volume).sum::<f64>();
    let growth = (volume(plan), volume(budget));
    let mut names: Vec<&str> = plan.iter().map(|row| row.queue.as_str()).collect();
    names.extend(budget.iter().map(|row| row.queue.as_str()).filter(|name| !plan.iter().any(|row| row.queue == *name)));
    let of = |rows: &[QueueFigures], name: &str| {
        rows.iter().find(|row| row.queue == name).cloned().unwrap_or_else(|| QueueFigures::nothing(name))
    };
    let queues: Vec<VarianceRow> = names
        .iter()
        .map(|name| row(&of(budget, name), &of(plan, name), growth))
        .filter(|row| row.budget.0 != 0 || row.plan.0 != 0)
        .collect();
    let mut total = row(&QueueFigures::nothing("total"), &QueueFigures::nothing("total"), (0.0, 0.0));
    for own in &queues {
        total.budget += own.budget;
        total.plan += own.plan;
        total.volume += own.volume;
        total.mix += own.mix;
        total.aht += own.aht;
        total.efficiency += own.efficiency;
        total.rate += own.rate;
        total.outsourced += own.outsourced;
        total.penalty += own.penalty;
    }
    Variance { queues, total }
}

fn row(budget: &QueueFigures, plan: &QueueFigures, (planned, budgeted): (f64, f64)) -> VarianceRow {
    let (first, last) = (budget.amount.0 as f64, plan.amount.0 as f64);
    let grown = if budgeted > 0.0 { first * planned / budgeted } else { first };
    // A queue without a budgeted contact has no price of a contact: all of it is mix.
    let priced = budget.volume > 0.0;
    let mixed = if priced { first * plan.volume / budget.volume } else { last };
    let handled = match (priced, budget.aht_seconds > 0.0) {
        (true, true) => mixed * plan.aht_seconds / budget.aht_seconds,
        _ => mixed,
    };
    let worked = match (priced, budget.paid_hours > 0.0) {
        (true, true) => first * plan.paid_hours / budget.paid_hours,
        _ => handled,
    };
    let stages = [first, grown, mixed, handled, worked, last].map(|stage| stage.round() as i64);
    let step = |k: usize| Money(stages[k + 1] - stages[k]);
    VarianceRow {
        queue: plan.queue.clone(),
        budget: budget.total(),
        plan: plan.total(),
        volume: step(0),
        mix: step(1),
        aht: step(2),
        efficiency: step(3),
        rate: step(4),
        outsourced: plan.outsourced - budget.outsourced,
        penalty: plan.penalty - budget.penalty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(queue: &str, volume: f64, aht_seconds: f64, paid_hours: f64, amount: i64) -> QueueFigures {
        QueueFigures { volume, aht_seconds, paid_hours, amount: Money(amount), ..QueueFigures::nothing(queue) }
    }

    #[test]
    fn a_plan_equal_to_its_budget_differs_in_nothing() {
        let own = [figures("sales", 1000.0, 180.0, 80.0, 400_001), figures("service", 500.0, 240.0, 60.0, 280_000)];
        let variance = explain(&own, &own);
        assert!(variance.total.parts().iter().all(|part| part.1 == Money(0)));
    }

    #[test]
    fn each_factor_alone_is_found_where_it_is() {
        let budget = [figures("sales", 1000.0, 180.0, 100.0, 500_000)];
        let cases = [
            (figures("sales", 1100.0, 180.0, 110.0, 550_000), "volume", 50_000),
            (figures("sales", 1000.0, 198.0, 110.0, 550_000), "aht", 50_000),
            (figures("sales", 1000.0, 180.0, 120.0, 600_000), "efficiency", 100_000),
            (figures("sales", 1000.0, 180.0, 100.0, 530_000), "rate", 30_000),
        ];
        for (plan, name, amount) in cases {
            let total = explain(&budget, &[plan]).total;
            for (part, money) in total.parts() {
                assert_eq!(money, Money(if part == name { amount } else { 0 }), "{name}: {part}");
            }
        }
    }

    #[test]
    fn contacts_that_change_queues_are_mix() {
        let budget = [figures("sales", 500.0, 100.0, 50.0, 200_000), figures("service", 500.0, 100.0, 50.0, 300_000)];
        let plan = [figures("sales", 400.0, 100.0, 40.0, 160_000), figures("service", 600.0, 100.0, 60.0, 360_000)];
        let total = explain(&budget, &plan).total;
        assert_eq!((total.volume, total.mix, total.total()), (Money(0), Money(20_000), Money(20_000)));
    }

    #[test]
    fn months_count_by_their_days() {
        let date = |month, day| NaiveDate::from_ymd_opt(2024, month, day).unwrap();
        let month = BudgetRow {
            queue: "sales".into(),
            days: Some((date(4, 1), date(4, 30))),
            volume: 3000.0,
            aht_seconds: 100.0,
            paid_hours: 300.0,
            amount: Money(3_000_000),
            outsourced: Money(0),
            penalty: Money(0),
        };
        let own = budget_for(&[month], (date(4, 29), date(5, 5)));
        assert_eq!((own[0].volume, own[0].amount), (200.0, Money(200_000)));
    }
}
