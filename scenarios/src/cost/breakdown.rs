//! The same total by class, agent, team, level, queue, day, week and month.

use std::collections::BTreeMap;

use solver_data::{Centre, Money};

use super::allocation::split;
use super::statement::{PaidLine, Statement};

/// What a statement can be broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Class of paid time.
    Class,
    /// Skill level.
    Level,
    /// Team, from the column `team` of `agents.csv`.
    Team,
    /// Queue, pay allocated by worked time.
    Queue,
    /// Day on which the shift starts.
    Day,
    /// Planning week, by its first day.
    Week,
    /// Calendar month.
    Month,
    /// Agent.
    Agent,
}

impl Dimension {
    /// All, in the order they are written.
    pub const ALL: [Self; 8] =
        [Self::Class, Self::Level, Self::Team, Self::Queue, Self::Day, Self::Week, Self::Month, Self::Agent];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Level => "level",
            Self::Team => "team",
            Self::Queue => "queue",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Agent => "agent",
        }
    }
}

/// Hours and amounts of a row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Amounts {
    /// Paid hours.
    pub paid_hours: f64,
    /// Base pay.
    pub base: Money,
    /// Premiums.
    pub premium: Money,
    /// Variable pay.
    pub variable: Money,
    /// Employer's contributions.
    pub on_cost: Money,
    /// Work bought outside.
    pub outsourced: Money,
    /// Abandoned contacts.
    pub penalty: Money,
}

impl Amounts {
    /// Pay with everything on it.
    pub fn pay(&self) -> Money {
        self.base + self.premium + self.variable + self.on_cost
    }

    /// Sum of all amounts.
    pub fn total(&self) -> Money {
        self.pay() + self.outsourced + self.penalty
    }

    /// Adds another row.
    pub fn add(&mut self, other: &Amounts) {
        self.paid_hours += other.paid_hours;
        self.base += other.base;
        self.premium += other.premium;
        self.variable += other.variable;
        self.on_cost += other.on_cost;
        self.outsourced += other.outsourced;
        self.penalty += other.penalty;
    }

    fn of(line: &PaidLine) -> Self {
        Self {
            paid_hours: f64::from(line.minutes) / 60.0,
            base: line.base,
            premium: line.premium,
            variable: line.variable,
            on_cost: line.on_cost,
            ..Self::default()
        }
    }
}

/// A row of a breakdown.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownRow {
    /// What it is of.
    pub key: String,
    /// Its hours and amounts.
    pub amounts: Amounts,
}

/// A statement by one dimension; the rows add up to the statement's total to the minor unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    /// By what.
    pub dimension: Dimension,
    /// Rows in the dimension's own order; work bought outside and abandoned contacts last where they belong to none.
    pub rows: Vec<BreakdownRow>,
}

impl Breakdown {
    /// Sum of the rows.
    pub fn sum(&self) -> Amounts {
        let mut sum = Amounts::default();
        self.rows.iter().for_each(|row| sum.add(&row.amounts));
        sum
    }
}

/// Key of work bought outside, where a dimension has no row of its own for it.
const OUTSOURCED: &str = "outsourced";
/// Key of abandoned contacts likewise.
const ABANDONED: &str = "abandoned";
/// Key of pay that no queue's work explains.
const UNALLOCATED: &str = "unallocated";

impl Statement {
    /// The statement by a dimension.
    pub fn by(&self, centre: &Centre, dimension: Dimension) -> Breakdown {
        let mut rows: BTreeMap<(usize, String), Amounts> = BTreeMap::new();
        let mut add = |place: usize, key: String, amounts: &Amounts| rows.entry((place, key)).or_default().add(amounts);
        for line in &self.lines {
            let amounts = Amounts::of(line);
            if dimension == Dimension::Queue {
                for (place, key, part) in self.by_queue(centre, line, &amounts) {
                    add(place, key, &part);
                }
            } else {
                let (place, key) = self.key(centre, dimension, line);
                add(place, key, &amounts);
            }
        }
        let others = self
            .outsourced
            .iter()
            .map(|line| (line.queue, line.date, OUTSOURCED, Amounts { outsourced: line.amount, ..Amounts::default() }));
        let lost = self
            .penalties
            .iter()
            .map(|line| (line.queue, line.date, ABANDONED, Amounts { penalty: line.amount, ..Amounts::default() }));
        for (queue, date, kind, amounts) in others.chain(lost) {
            match dimension {
                Dimension::Queue => add(usize::from(queue), centre.queues[queue].name.clone(), &amounts),
                Dimension::Day => add(0, date.to_string(), &amounts),
                Dimension::Week => add(0, centre.week_of(date).to_string(), &amounts),
                Dimension::Month => add(0, date.format("%Y-%m").to_string(), &amounts),
                _ => add(usize::MAX, kind.to_owned(), &amounts),
            }
        }
        let rows = rows.into_iter().map(|((_, key), amounts)| BreakdownRow { key, amounts }).collect();
        Breakdown { dimension, rows }
    }

    fn key(&self, centre: &Centre, dimension: Dimension, line: &PaidLine) -> (usize, String) {
        let agent = &centre.agents[line.agent];
        match dimension {
            Dimension::Class => {
                let place = match line.class {
                    super::PaidClass::Regular(class) => class as usize,
                    super::PaidClass::Overtime(percent) => 100 + percent as usize,
                };
                (place, line.class.name())
            }
            Dimension::Level => (usize::from(agent.level), centre.levels[agent.level].name.clone()),
            Dimension::Team => (0, self.teams[usize::from(line.agent)].clone()),
            Dimension::Day => (0, line.date.to_string()),
            Dimension::Week => (0, centre.week_of(line.date).to_string()),
            Dimension::Month => (0, line.date.format("%Y-%m").to_string()),
            Dimension::Agent | Dimension::Queue => (usize::from(line.agent), agent.code.clone()),
        }
    }

    /// A line in parts by the queues' shares, each amount split exactly.
    fn by_queue(&self, centre: &Centre, line: &PaidLine, amounts: &Amounts) -> Vec<(usize, String, Amounts)> {
        let weights = self.shares.weights(line.agent, line.date);
        let all: f64 = weights.iter().sum();
        if all <= 0.0 {
            return vec![(usize::MAX - 1, UNALLOCATED.to_owned(), *amounts)];
        }
        let [base, premium, variable, on_cost] =
            [amounts.base, amounts.premium, amounts.variable, amounts.on_cost].map(|amount| split(amount, weights));
        let part = |q: usize| Amounts {
            paid_hours: amounts.paid_hours * weights[q] / all,
            base: base[q],
            premium: premium[q],
            variable: variable[q],
            on_cost: on_cost[q],
            ..Amounts::default()
        };
        let named = centre.queues.iter().enumerate().filter(|(q, _)| weights[*q] > 0.0);
        named.map(|(q, queue)| (q, queue.name.clone(), part(q))).collect()
    }
}
